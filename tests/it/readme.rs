//! The README: every command in it works as printed on a copy of the sample archive, and every link leads somewhere.

use super::harness::{binary, copy, root, shell};
use std::fs;
use tempfile::TempDir;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The command lines in the README's shell blocks.
fn commands(readme: &str) -> Vec<String> {
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
    let folder = TempDir::new().unwrap();
    copy(&root().join("corpus"), &folder.path().join("corpus"));
    let quickstart = binary("svodka-index").parent().unwrap().join("examples/quickstart");
    let mut ran = 0;
    for command in commands(&readme()).into_iter().filter(|command| !is_cargo(command)) {
        let line = command.replace("cargo quickstart", &quickstart.display().to_string());
        let output = shell(folder.path(), &line);
        assert!(
            output.status.success(),
            "{command}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        ran += 1;
    }
    assert!(ran >= 8, "only {ran} commands found in the README");
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
            assert!(file.exists(), "{document} links to {target}, which is not there");
            links += 1;
        }
    }
    assert!(links >= 5, "only {links} links found");
}
