//! The README and the page on formats: every command in them works as printed on a copy of the sample archive, and every
//! link of the documentation leads somewhere.

use super::harness::{copy, root, shell};
use std::fs;
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
    ["git ", "cd ", "cargo build", "cargo install", "cargo test", "cargo quickstart"]
        .iter()
        .any(|start| command.starts_with(start))
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
    let mut ran = 0;
    for command in commands(page).into_iter().filter(|command| !is_cargo(command)) {
        let output = shell(folder.path(), &command);
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

#[test]
fn every_link_leads_somewhere() {
    let mut links = 0;
    for document in ["README.md", "docs/guide.md", "docs/query-language.md", "corpus/README.md", "CHANGELOG.md"] {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, _) = target.split_once('#').unwrap_or((target, ""));
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let file = path.parent().unwrap().join(file);
            assert!(file.try_exists().unwrap(), "{document} links to {target}, which is not there");
            links += 1;
        }
    }
    assert!(links >= 5, "only {links} links found");
}
