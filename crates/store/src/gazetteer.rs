//! The user's gazetteer: read from its files, and known again when an index is opened.
//!
//! The text that was applied stands in the manifest, so that searching uses the names that the articles have, and a
//! later run sees what the user has changed.

use crate::Manifest;
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};
use svodka_text::names::{Gazetteer, Lexicon};

/// Name of the gazetteer in the index folder.
const FILE: &str = "gazetteer.toml";

/// The gazetteer in the index folder, if there is one, and others after it, as one text.
///
/// # Errors
/// A file cannot be read, or has a mistake: with its line and the fix.
pub fn read_gazetteer(index: &Path, others: &[PathBuf]) -> Result<String> {
    let own = index.join(FILE);
    let mut text = String::new();
    for path in std::iter::once(&own).chain(others) {
        match std::fs::read_to_string(path) {
            Ok(part) => {
                Gazetteer::parse(&path.to_string_lossy(), &part, Lexicon::bundled())?;
                text.push_str(&part);
                text.push('\n');
            }
            Err(e) if e.kind() == ErrorKind::NotFound && *path == own => {}
            Err(e) => return Err(Error::io(path, e)),
        }
    }
    // Together they may name one thing twice.
    Gazetteer::parse("the gazetteers together", &text, Lexicon::bundled())?;
    Ok(text)
}

/// The lexicon to extract with.
///
/// # Errors
/// A mistake in the gazetteer's text.
pub fn extraction_lexicon(text: &str) -> Result<&'static Lexicon> {
    lexicon("extract", text, Lexicon::extended)
}

impl Manifest {
    /// The lexicon to search the index with: the names that its articles have.
    ///
    /// # Errors
    /// A gazetteer of another version.
    pub fn lexicon(&self) -> Result<&'static Lexicon> {
        lexicon("search", &self.gazetteer, Lexicon::corrected)
    }
}

type Known = FxHashMap<(&'static str, String), &'static Lexicon>;

/// Lexicons live as long as the program, one for each gazetteer that it meets.
fn lexicon(what: &'static str, text: &str, make: fn(&Lexicon, &Gazetteer) -> Lexicon) -> Result<&'static Lexicon> {
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let gazetteer = Gazetteer::parse(FILE, text, Lexicon::bundled())?;
    if gazetteer.is_empty() {
        return Ok(Lexicon::bundled());
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || Box::leak(Box::new(make(Lexicon::bundled(), &gazetteer)));
    Ok(known.entry((what, text.to_owned())).or_insert_with(|| make()))
}
