//! Every command of the README and of the page on formats, run as printed on a copy of the sample archive.

use super::harness::{binary, root};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The command lines in the shell blocks of a page.
fn commands(page: &str) -> Vec<String> {
    let readme = fs::read_to_string(root().join(page)).unwrap();
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            commands.push(line.split("  #").next().unwrap().trim().to_owned());
        }
    }
    commands
}

/// Commands that cargo answers itself: building, installing, testing. The CI script runs them.
fn is_cargo(command: &str) -> bool {
    ["git ", "cd ", "cargo build", "cargo install", "cargo test"].iter().any(|start| command.starts_with(start))
}

#[test]
fn every_command_works() {
    run_all("README.md");
}

#[test]
fn every_command_of_the_page_on_formats_works() {
    run_all("docs/formats.md");
}

fn run_all(page: &str) {
    let folder = TempDir::new().unwrap();
    copy(&root().join("corpus"), &folder.path().join("corpus"));
    let programs = binary("svodka-index").parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut ran = 0;
    for command in commands(page) {
        if is_cargo(&command) {
            continue;
        }
        let example = programs.join("examples/quickstart");
        let line = command.replace("cargo quickstart", &example.display().to_string());
        let output = Command::new("sh")
            .args(["-e", "-c", &line])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("SVODKA_INDEX")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        ran += 1;
    }
    assert!(ran >= 5, "only {ran} commands found in {page}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
