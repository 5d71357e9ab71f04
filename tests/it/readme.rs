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

/// The Russian README has the commands of the English one.
#[test]
fn both_languages_have_the_same_commands() {
    assert_eq!(commands("README.ru.md"), commands("README.md"));
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

/// Every document of the project.
const DOCUMENTS: [&str; 17] = [
    "docs/alerts.md",
    "README.ru.md",
    "docs/server.md",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "corpus/README.md",
    "data/README.md",
    "tests/golden/README.md",
    "docs/guide.md",
    "docs/query-language.md",
    "docs/formats.md",
    "docs/gazetteer.md",
    "docs/page.md",
    "docs/api.md",
    "docs/benchmarks.md",
];

/// The targets of a document's links.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The anchors that a document's headings have on a page: lower case, without punctuation, hyphens for blanks.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |c: char| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    };
    headings.map(|heading| heading.to_lowercase().chars().filter_map(anchor).collect()).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for document in DOCUMENTS {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{document}: {e}"));
        for target in links(&text).filter(|target| !target.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(file.try_exists().unwrap(), "{document} links to {target}, which is not there");
            if !anchor.is_empty() {
                let anchors = anchors(&fs::read_to_string(&file).unwrap());
                assert!(anchors.iter().any(|known| known == anchor), "{document} links to {target}: no such heading");
            }
            checked += 1;
        }
    }
    assert!(checked >= 25, "only {checked} links found");
}

#[test]
fn every_document_is_linked_from_the_readme_and_named_here() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let linked: Vec<&str> = links(&readme).map(|target| target.split('#').next().unwrap()).collect();
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let pages = pages.map(|name| format!("docs/{}", name.to_string_lossy())).filter(|name| name.ends_with(".md"));
    let at_root = ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "README.ru.md"].map(str::to_owned);
    for page in pages.chain(at_root) {
        assert!(DOCUMENTS.contains(&page.as_str()), "the links of {page} are not checked");
        assert!(linked.contains(&page.as_str()), "the README does not name {page}");
    }
}
