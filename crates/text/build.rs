//! Works out the fingerprint of everything in `data/`: dictionaries, word lists, morphology and the tagger's model.
//!
//! All of it is embedded in the library, so an index notes the fingerprint of what made its articles.
#![allow(clippy::disallowed_methods, reason = "a build script reads the files that the crate embeds")]

#[path = "src/fingerprint.rs"]
#[allow(dead_code, reason = "the library uses the rest")]
mod fingerprint;

use fingerprint::Fingerprint;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let data = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../data");
    let mut files = Vec::new();
    list(&data, "", &mut files)?;
    files.sort();
    let mut all = Fingerprint::default();
    for (name, path) in files {
        all = all.add_file(&name, Fingerprint::default().add(&fs::read(path)?));
    }
    println!("cargo:rerun-if-changed={}", data.display());
    println!("cargo:rerun-if-changed=src/fingerprint.rs");
    println!("cargo:rustc-env=SVODKA_DATA_FINGERPRINT={}", all.to_hex());
    Ok(())
}

/// Lists the files of a folder by their names relative to `data/`, without hidden files and without the description.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("{}: not UTF-8", name.display()))?;
        if name == "README.md" || name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else {
            files.push((format!("{prefix}{name}"), entry.path()));
        }
    }
    Ok(())
}
