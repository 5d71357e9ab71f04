//! Running the programs in a folder of their own.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with articles and an index, removed in the end.
pub(crate) struct Archive {
    folder: TempDir,
}

impl Archive {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// The sample archive, indexed.
    pub(crate) fn sample() -> Self {
        let archive = Self::new();
        let corpus = root().join("corpus");
        let output = archive.run("svodka-index", &[corpus.to_str().unwrap()]);
        assert!(output.status.success(), "{}", stderr(&output));
        archive
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Runs a program in the folder.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(binary(program))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("SVODKA_INDEX")
            .output()
            .unwrap()
    }

    /// Runs `svodka-index`.
    pub(crate) fn index(&self, arguments: &[&str]) -> Output {
        self.run("svodka-index", arguments)
    }

    /// Runs `svodka-query`.
    pub(crate) fn query(&self, arguments: &[&str]) -> Output {
        self.run("svodka-query", arguments)
    }

    /// The search object of a search.
    pub(crate) fn search(&self, arguments: &[&str]) -> Value {
        let output = self.query(&[&["search", "--json"], arguments].concat());
        assert_ne!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The article objects that a dry run prints.
    pub(crate) fn dry_run(&self, paths: &[&str]) -> Vec<Value> {
        let output = self.index(&[&["--dry-run", "--json"], paths].concat());
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The path of a built program.
pub(crate) fn binary(program: &str) -> &'static Path {
    Path::new(match program {
        "svodka-index" => env!("CARGO_BIN_EXE_svodka-index"),
        "svodka-query" => env!("CARGO_BIN_EXE_svodka-query"),
        other => panic!("no program {other}"),
    })
}

/// What a program wrote to standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a program wrote to standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The strings at a JSON array's `key`s.
pub(crate) fn strings(array: &Value, key: &str) -> Vec<String> {
    let values = array.as_array().unwrap().iter();
    values.map(|v| v[key].as_str().unwrap_or_default().to_owned()).collect()
}

/// Runs a shell command in a folder, with the programs on the path and no colour.
pub(crate) fn shell(folder: &Path, command: &str) -> Output {
    let programs = binary("svodka-index").parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("SVODKA_INDEX")
        .output()
        .unwrap()
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
