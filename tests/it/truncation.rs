//! A copy of each sample, cut off at twenty places, loses only what is cut: every record that is read is one of the
//! whole file, or the beginning of one for a file that is a single article; what cannot be read is refused by name.

use crate::{fuzz::bodies::READERS, samples};
use svodka_model::record::Record;
use svodka_read::parse_bytes;

/// Formats of which one file is one article, and such whose last record does not show that it is cut: half of it is
/// read as far as it goes.
const UNBOUNDED: [&str; 12] =
    ["text", "html", "markdown", "fb2", "rtf", "pdf", "mail", "mhtml", "gzip", "bzip2", "csv", "mbox"];

/// The words of a text, which layout and line ends do not change.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether `part` is how `whole` begins; its last word may be cut.
fn begins(whole: &[String], part: &[String]) -> bool {
    let Some((last, before)) = part.split_last() else { return true };
    whole.starts_with(before) && whole.get(before.len()).is_some_and(|word| word.starts_with(last.as_str()))
}

#[test]
fn cut_files_lose_only_what_is_cut() {
    const PLACES: usize = 20;
    let mut wrong = Vec::new();
    for (reader, name) in READERS {
        let whole = samples::valid(reader);
        let records: Vec<Record> = parse_bytes(name, &whole).into_iter().flatten().collect();
        let mut texts: Vec<Vec<String>> = records.iter().map(|record| words(&record.text)).collect();
        // Half a page may not show that its first words are the title.
        let titled = |record: &Record| words(&format!("{} {}", record.title.as_deref().unwrap_or(""), record.text));
        texts.extend(records.iter().map(titled));
        for place in 1..PLACES {
            let found = parse_bytes(name, &whole[..whole.len() * place / PLACES]);
            if found.is_empty() {
                wrong.push(format!("{reader} cut at {place}/{PLACES}: nothing is said of it"));
            }
            for record in found.iter().flatten() {
                let part = words(&record.text);
                // A page of which only the title is there is read as that.
                let is_title = record.title.as_deref().is_some_and(|title| words(title) == part);
                let is_whole = texts.contains(&part) || is_title;
                let is_beginning = UNBOUNDED.contains(&reader) && texts.iter().any(|text| begins(text, &part));
                if !(is_whole || is_beginning) {
                    wrong.push(format!("{reader} cut at {place}/{PLACES}: {}", record.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
