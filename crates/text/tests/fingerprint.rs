//! The fingerprint of the data: every file and every byte counts.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::{collections::BTreeMap, fs, path::Path};
use svodka_text::{DATA_FINGERPRINT, fingerprint::Fingerprint};

/// The files of `data/` with the fingerprints of their contents, listed without the code that `build.rs` uses.
fn files() -> BTreeMap<String, Vec<u8>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let mut folders = vec![data.clone()];
    let mut files = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(&data).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name != "README.md" && !name.starts_with('.') {
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

fn of(contents: &BTreeMap<String, Fingerprint>) -> String {
    contents.iter().fold(Fingerprint::default(), |all, (name, content)| all.add_file(name, *content)).to_hex()
}

#[test]
fn one_changed_byte_of_any_data_file_changes_the_fingerprint() {
    let files = files();
    assert!(files.len() > 20, "{} files", files.len());
    let contents: BTreeMap<_, _> = files.iter().map(|(name, content)| (name.clone(), fingerprint(content))).collect();
    assert_eq!(of(&contents), DATA_FINGERPRINT, "the program was built from these files");
    for (name, content) in &files {
        let mut changed = content.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let contents = contents.clone().into_iter().chain([(name.clone(), fingerprint(&changed))]).collect();
        assert_ne!(of(&contents), DATA_FINGERPRINT, "{name}: a byte changed");
    }
}

#[test]
fn a_new_missing_or_renamed_file_changes_the_fingerprint() {
    let contents: BTreeMap<_, _> = files().iter().map(|(name, content)| (name.clone(), fingerprint(content))).collect();
    for name in contents.keys() {
        let mut missing = contents.clone();
        let content = missing.remove(name).unwrap();
        assert_ne!(of(&missing), DATA_FINGERPRINT, "without {name}");
        missing.insert(format!("{name}2"), content);
        assert_ne!(of(&missing), DATA_FINGERPRINT, "{name} renamed");
    }
}

fn fingerprint(content: &[u8]) -> Fingerprint {
    Fingerprint::default().add(content)
}
