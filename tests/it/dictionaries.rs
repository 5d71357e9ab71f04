//! The name dictionaries: well-formed, sorted, without duplicates, and as large as promised.

use std::{collections::BTreeMap, fs};
use svodka_model::article::SourceKind;
use svodka_text::{
    analyse::fold::fold,
    names::{Alias, DICTIONARIES, NameKind, Strength, parse_dictionary},
};

fn entries() -> Vec<(&'static str, svodka_text::names::Entry)> {
    let read = |(file, data): &(&'static str, &str)| {
        let file = *file;
        parse_dictionary(file, data).unwrap().into_iter().map(move |entry| (file, entry)).collect::<Vec<_>>()
    };
    DICTIONARIES.iter().flat_map(read).collect()
}

#[test]
fn lines_are_sorted_and_explained() {
    for file in fs::read_dir(super::harness::root().join("data")).unwrap() {
        let path = file.unwrap().path();
        // The abbreviations stand in sections of their own and have a test of their own.
        if path.extension().is_none_or(|e| e != "txt") || path.ends_with("abbreviations.txt") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with('\n') && text.starts_with("# "), "{}: head or last line", path.display());
        let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
        for pair in lines.windows(2) {
            assert!(pair[0] < pair[1], "{}: not sorted, or twice:\n{}\n{}", path.display(), pair[0], pair[1]);
        }
        for line in lines {
            assert!(!line.rsplit(" | ").next().unwrap().trim().is_empty(), "{}: no reason: {line}", path.display());
        }
    }
}

#[test]
fn no_name_stands_twice() {
    let mut names: BTreeMap<String, (&str, String)> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (file, entry) in entries() {
        let strong = |a: &&Alias| a.strength == Strength::Strong;
        let mut own: Vec<String> = entry.aliases.iter().filter(strong).map(|a| fold(&a.text).to_string()).collect();
        own.sort();
        own.dedup();
        for alias in own {
            if let Some((other, name)) = names.insert(alias.clone(), (file, entry.name.clone())) {
                clashes.push(format!("«{alias}»: {name} in {other}, {} in {file}", entry.name));
            }
        }
    }
    assert!(clashes.is_empty(), "{} names stand for two things:\n{}", clashes.len(), clashes.join("\n"));
}

#[test]
fn sizes() {
    let entries = entries();
    let kinds = |wanted: &[SourceKind]| {
        entries.iter().filter(|(_, e)| e.kind.source().is_some_and(|k| wanted.contains(&k))).count()
    };
    let subtype = |name: &str| entries.iter().filter(|(_, e)| e.subtype.as_deref() == Some(name)).count();
    let press =
        entries.iter().filter(|(_, e)| matches!(e.kind, NameKind::Source(SourceKind::Media | SourceKind::Agency)));
    let with_domain = press.filter(|(_, e)| !e.domains.is_empty()).count();
    for (what, count, floor) in [
        ("think tanks", kinds(&[SourceKind::ThinkTank]), 450),
        ("pollsters", kinds(&[SourceKind::Pollster]), 50),
        ("agencies and outlets", kinds(&[SourceKind::Media, SourceKind::Agency]), 1200),
        ("agencies and outlets with a domain", with_domain, 300),
        ("Telegram channels", kinds(&[SourceKind::Telegram]), 150),
        (
            "research bodies, analytics firms and NGOs",
            kinds(&[SourceKind::Research, SourceKind::Analytics, SourceKind::Ngo]),
            200,
        ),
        ("countries", subtype("country"), 195),
        ("international organisations", subtype("international"), 60),
    ] {
        println!("{what}: {count} (floor {floor})");
        assert!(count >= floor, "{what}: {count} of {floor}");
    }
}
