//! A look before the run: which kinds of files there are, what the first articles of each look like, what would be
//! refused. A wrong mapping of fields is seen here and not after an hour of indexing.

use super::common::Exit;
use crate::show::escape::terminal;
use std::{
    collections::BTreeMap,
    io::Write,
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use svodka_model::record::{Record, Refusal};
use svodka_read::{Every, ReadEvent, ReadOptions, Visited, is_stdin, read_paths, visit_files};
use svodka_store::error::Result;
use svodka_text::{
    extract::{Extractor, Scratch},
    names::Lexicon,
};

/// Files of each ending that are looked into; the rest is only counted.
const FILES: usize = 50;

/// Records of a file that are looked at.
const RECORDS: usize = 20;

/// Articles shown of each format.
const SHOWN: usize = 3;

/// Refusals shown in all.
const REFUSALS: usize = 20;

/// Characters of a text that are shown.
const FIRST_WORDS: usize = 100;

/// What was found of one format.
#[derive(Default)]
struct FormatSample {
    files: u64,
    records: u64,
    without_title: u64,
    without_date: u64,
    without_outlet: u64,
    shown: Vec<[String; 4]>,
}

/// What a look at some paths found.
#[derive(Default)]
pub(super) struct Preview {
    /// Files by the ending of their names.
    endings: BTreeMap<String, u64>,
    kinds: BTreeMap<&'static str, FormatSample>,
    looked_into: u64,
    refused: u64,
    refusals: Vec<Refusal>,
}

impl Preview {
    /// Looks at everything under `paths`.
    ///
    /// # Errors
    /// A path that does not exist.
    pub(super) fn of(paths: &[PathBuf], options: &ReadOptions, lexicon: &Lexicon) -> Result<Self> {
        let mut preview = Self::default();
        let mut chosen: Vec<PathBuf> = paths.iter().filter(|path| is_stdin(path)).cloned().collect();
        visit_files(paths, options, &mut |visited| match visited {
            Visited::File { path, .. } => {
                let count = preview.endings.entry(ending(path)).or_default();
                *count += 1;
                if *count <= FILES as u64 {
                    chosen.push(path.to_path_buf());
                }
            }
            Visited::Refused { refusal, .. } => preview.refuse(refusal),
        })?;
        let extractor = Extractor::new(lexicon);
        for path in chosen {
            preview.file(&path, options, extractor)?;
        }
        Ok(preview)
    }

    fn file(&mut self, path: &Path, options: &ReadOptions, extractor: Extractor<'_>) -> Result<()> {
        self.looked_into += 1;
        let (mut records, mut format) = (0, None);
        read_paths(&[path.to_path_buf()], options, &Every, &mut |event| {
            match event {
                ReadEvent::Piece(piece) => {
                    for record in piece.parse(options) {
                        match record {
                            Ok(record) => {
                                records += 1;
                                format.get_or_insert(record.format);
                                self.record(record, extractor);
                            }
                            Err(refusal) => self.refuse(refusal),
                        }
                    }
                }
                ReadEvent::Refused(refusal) => self.refuse(refusal),
                ReadEvent::Begin(_) | ReadEvent::Done(_) => {}
            }
            if records >= RECORDS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if let Some(format) = format {
            self.kinds.entry(format).or_default().files += 1;
        }
        Ok(())
    }

    fn record(&mut self, record: Record, extractor: Extractor<'_>) {
        let kind = self.kinds.entry(record.format).or_default();
        kind.records += 1;
        let has_title = record.title.is_some();
        let shown = kind.shown.len() < SHOWN;
        // Everything else about a record is known only when its article is made; three of each kind are enough.
        if !shown {
            kind.without_title += u64::from(!has_title);
            kind.without_date += u64::from(record.date.is_none());
            kind.without_outlet += u64::from(record.outlet.is_none() && record.url.is_none());
            return;
        }
        let article = extractor.article(record, &mut Scratch::default());
        kind.without_title += u64::from(!has_title);
        kind.without_date += u64::from(article.date.is_none());
        kind.without_outlet += u64::from(article.outlet.is_none());
        let date = article.date.as_ref().map_or("no date", |date| date.value.as_str());
        let outlet = article.outlet.as_ref().map_or("no outlet", |outlet| outlet.name.as_str());
        let words: String =
            article.text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(FIRST_WORDS).collect();
        kind.shown.push([article.title.clone(), date.to_owned(), outlet.to_owned(), words]);
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < REFUSALS {
            self.refusals.push(refusal);
        }
    }

    /// Prints what was found.
    ///
    /// # Errors
    /// Output that fails.
    pub(super) fn print(&self, out: &mut dyn Write) -> Result<Exit> {
        let files: u64 = self.endings.values().sum();
        let endings: Vec<String> = self.endings.iter().map(|(ending, n)| format!("{ending} {n}")).collect();
        writeln!(out, "{files} files: {}", terminal(&endings.join(", ")))?;
        if self.looked_into < files {
            writeln!(out, "looked into the first {FILES} of each ending, {RECORDS} records of each file")?;
        }
        for (format, kind) in &self.kinds {
            writeln!(out, "\n{format}: {} records from {} files{}", kind.records, kind.files, missing(kind))?;
            for [title, date, outlet, words] in &kind.shown {
                writeln!(out, "  {}\n    {} · {}", terminal(title), terminal(date), terminal(outlet))?;
                writeln!(out, "    {}", terminal(words))?;
            }
        }
        if self.refused > 0 {
            writeln!(out, "\nwould be refused: {}", self.refused)?;
        }
        for refusal in &self.refusals {
            writeln!(out, "  {}: {}", terminal(&refusal.path), terminal(&refusal.reason))?;
        }
        Ok(if self.refused == 0 { Exit::Success } else { Exit::Partly })
    }
}

/// «; no date in 3, no outlet in 2».
fn missing(kind: &FormatSample) -> String {
    let counts = [("title", kind.without_title), ("date", kind.without_date), ("outlet", kind.without_outlet)];
    let parts: Vec<String> =
        counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("no {name} in {n}")).collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

/// The ending of a file's name, lower-case.
fn ending(path: &Path) -> String {
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy().to_lowercase()));
    ending.unwrap_or_else(|| "no ending".to_owned())
}
