//! The records of the fixtures must not change without a higher `READING_VERSION`: an index would keep what older readers
//! made of its files.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};
use svodka_read::{READING_VERSION, parse_bytes};

/// Set to write the fixture.
const RENEW: &str = "SVODKA_RENEW";

/// A digest of everything that is read of a file.
fn digest(path: &Path, name: &str) -> String {
    let mut hash = blake3::Hasher::new();
    for found in parse_bytes(name, &fs::read(path).unwrap()) {
        let said = match found {
            Ok(record) => format!("{record:?}"),
            // The words of a refusal may change.
            Err(refusal) => format!("{} {}", refusal.path, refusal.kind.name()),
        };
        hash.update(said.as_bytes());
    }
    hash.finalize().to_hex()[..16].to_owned()
}

#[test]
fn other_records_need_another_version() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let fixture = folder.with_file_name("reading_version.txt");
    let mut now = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            now.insert(name, digest(entry.path(), entry.file_name().to_str().unwrap()));
        }
    }
    let known = fs::read_to_string(&fixture).unwrap_or_default();
    let mut lines = known.lines();
    let version: u32 = lines.next().and_then(|line| line.strip_prefix("version ")?.parse().ok()).unwrap_or(0);
    let known: BTreeMap<&str, &str> = lines.filter_map(|line| line.split_once(' ')).map(|(d, path)| (path, d)).collect();
    let changed: Vec<&str> = known
        .iter()
        .filter(|(path, digest)| now.get(**path).is_some_and(|now| now != *digest))
        .map(|(path, _)| *path)
        .collect();
    let is_noted = version != READING_VERSION;
    if std::env::var_os(RENEW).is_some() {
        assert!(changed.is_empty() || is_noted, "raise READING_VERSION in crates/read/src/lib.rs first: {changed:?}");
        let mut out = format!("version {READING_VERSION}\n");
        now.iter().for_each(|(path, digest)| writeln!(out, "{digest} {path}").unwrap());
        fs::write(&fixture, out).unwrap();
        return;
    }
    let renew = format!("{RENEW}=1 cargo test -p svodka-read reading_version");
    assert!(
        changed.is_empty(),
        "other records are read of {changed:?}: raise READING_VERSION in crates/read/src/lib.rs by one, then renew \
         {} with: {renew}",
        fixture.display()
    );
    assert!(!is_noted, "READING_VERSION was raised: renew {} with: {renew}", fixture.display());
    let missing: Vec<&String> = now.keys().filter(|path| !known.contains_key(path.as_str())).collect();
    assert!(missing.is_empty(), "new fixtures {missing:?}: renew {} with: {renew}", fixture.display());
}
