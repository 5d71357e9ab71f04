//! What newsrooms really keep: small inputs of each kind, and what is read of them, as text.
//!
//! `SVODKA_BLESS=1 cargo test -p svodka-read cases` writes the outcome anew; read the difference before committing it.

use std::{fmt::Write, fs, ops::ControlFlow, path::Path};
use svodka_read::{Every, ReadEvent, ReadOptions, read_paths};

/// Characters of a text that are compared.
const SHOWN: usize = 150;

/// A line for each record and refusal of the cases, in order.
fn outcome(folder: &Path) -> String {
    let options = ReadOptions::default();
    let root = format!("{}/", folder.display());
    let mut out = String::new();
    read_paths(&[folder.to_path_buf()], &options, &Every, &mut |event| {
        let results = match event {
            ReadEvent::Piece(piece) => piece.parse(&options),
            ReadEvent::Refused(refusal) => vec![Err(refusal)],
            ReadEvent::Begin(_) | ReadEvent::Done(_) => Vec::new(),
        };
        for result in results {
            match result {
                Ok(record) => {
                    let field = |field: &Option<String>| field.clone().unwrap_or_else(|| "-".into());
                    let text: String = record.text.replace('\n', "⏎").chars().take(SHOWN).collect();
                    writeln!(
                        out,
                        "{} = {} | {} | {} | {} | {} | {} | {} | {text}",
                        record.origin.display().replace(&root, ""),
                        record.format,
                        field(&record.id),
                        field(&record.title),
                        field(&record.date),
                        field(&record.url),
                        field(&record.outlet),
                        field(&record.author),
                    )
                    .unwrap();
                }
                Err(refusal) => {
                    let reason = refusal.reason.replace('\n', " ");
                    writeln!(out, "{} ! {}: {reason}", refusal.path.replace(&root, ""), refusal.kind.name()).unwrap();
                }
            }
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    out
}

#[test]
fn every_case_gives_what_it_should() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let expectation = folder.with_file_name("cases.txt");
    let found = outcome(folder);
    if std::env::var_os("SVODKA_BLESS").is_some() {
        fs::write(&expectation, &found).unwrap();
    }
    let wanted = fs::read_to_string(&expectation).unwrap();
    for (found, wanted) in found.lines().zip(wanted.lines()) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.lines().count(), wanted.lines().count());
}
