//! The manifest: what made an index, so that no program mixes its own articles with those of another version.

use crate::{
    error::{Error, Result},
    files,
};
use serde::{Deserialize, Serialize};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};
use svodka_model::error::InputError;
use svodka_text::{
    DATA_FINGERPRINT,
    analyse::{morph, stem::Stemmer},
    extract::EXTRACTION_VERSION,
};

/// Version of the folder's layout, the schema and the stored article. A change of it costs every user a rebuild.
pub const FORMAT: u32 = 10;

/// Name of the manifest in the index folder.
const FILE: &str = "manifest.json";

/// What made an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the folder's layout, the schema and the stored article.
    pub format: u32,
    /// The program that made it.
    pub made_by: String,
    /// Fingerprint of what the analyzer makes of probe words.
    pub analyzer: String,
    /// Fingerprint of the dictionaries and models, [`DATA_FINGERPRINT`].
    pub data: String,
    /// Version of the extraction rules, [`EXTRACTION_VERSION`].
    pub extraction: u32,
    /// Version of the readers that its files were read with, `READING_VERSION` of `svodka-read`; 0 before they had one.
    #[serde(default)]
    pub reading: u32,
    /// Text of the user's gazetteer that was applied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gazetteer: String,
    /// Folder of the segments, inside the index folder.
    pub segments: String,
}

/// All that is read of a manifest before its format is known.
#[derive(Deserialize)]
struct AnyManifest {
    format: u32,
}

/// What differs between an index and this program though both have one format: the stored articles can be brought up
/// to date without their files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The words of an article have other terms.
    Analyzer,
    /// Dictionaries or models.
    Data,
    /// The rules of extraction.
    Extraction,
}

impl Difference {
    /// The difference as part of a sentence.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Analyzer => "another analyzer of words",
            Self::Data => "other dictionaries",
            Self::Extraction => "older extraction rules",
        }
    }
}

/// Words whose terms tell analyzers apart: every filter of the chain has one.
const PROBES: [&str; 24] = [
    "Китая",
    "Песковым",
    "людей",
    "лет",
    "рынка",
    "системе",
    "ёлочка",
    "США",
    "МИДа",
    "cанкции",
    "Bloomberg's",
    "2021-го",
    "Чатем-хаус",
    "Шойгу",
    "идти",
    "лучший",
    "7,4",
    "см",
    "метан",
    "пр-те",
    "рыжиков",
    "Шварцбергман",
    "Непомнящему",
    "Квашой",
];

/// The hash of what the running analyzer makes of the probe words, and of its dictionary.
#[must_use]
pub fn analyzer_fingerprint() -> String {
    let stemmer = Stemmer::default();
    let mut hash = blake3::Hasher::new();
    for probe in PROBES {
        stemmer.each_term(probe, false, &mut |term| {
            hash.update(term.as_bytes());
            hash.update(b"\0");
        });
        hash.update(b"\n");
    }
    morph::checksums().for_each(|sum| {
        hash.update(sum);
    });
    hash.finalize().to_hex().chars().take(16).collect()
}

impl Manifest {
    /// The manifest of an index that this program would make, with its segments in `segments`.
    #[must_use]
    pub fn current(segments: String) -> Self {
        Self {
            format: FORMAT,
            made_by: format!("svodka {}", env!("CARGO_PKG_VERSION")),
            analyzer: analyzer_fingerprint(),
            data: DATA_FINGERPRINT.to_owned(),
            extraction: EXTRACTION_VERSION,
            reading: 0,
            gazetteer: String::new(),
            segments,
        }
    }

    /// Reads the manifest of the index in `folder`; `None` when there is no index but one could be made.
    ///
    /// # Errors
    /// A folder of something else, an index of another format or of a newer program, or a damaged manifest.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => Self::parse(folder, &bytes).map(Some),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                refuse_foreign(folder)?;
                Ok(None)
            }
            Err(e) if e.kind() == ErrorKind::NotADirectory => Err(not_an_index(folder, "it is a file")),
            Err(e) => Err(Error::io(path, e)),
        }
    }

    fn parse(folder: &Path, bytes: &[u8]) -> Result<Self> {
        let damaged = |e: serde_json::Error| Error::damaged(folder.join(FILE), e.to_string());
        let newer = |what: String| InputError::NewerIndex { path: folder.to_path_buf(), what };
        let AnyManifest { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        if format > FORMAT {
            return Err(newer(format!("it has format {format}, this program reads {FORMAT}")).into());
        }
        if format < FORMAT {
            return Err(InputError::OtherFormat { path: folder.to_path_buf(), found: format, ours: FORMAT }.into());
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        if manifest.extraction > EXTRACTION_VERSION {
            let theirs = manifest.extraction;
            let what = format!("it has version {theirs} of the extraction rules, this program {EXTRACTION_VERSION}");
            return Err(newer(what).into());
        }
        Ok(manifest)
    }

    /// Writes the manifest in one step: readers see the old one or the new one.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let at = |e| Error::io(folder.join(FILE), e);
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::Bug(e.to_string()))?;
        files::write_atomically(&folder.join(FILE), format!("{text}\n").as_bytes()).map_err(at)
    }

    /// How this program would make the articles of the index otherwise, if it would.
    #[must_use]
    pub fn difference(&self) -> Option<Difference> {
        let ours = Self::current(String::new());
        if self.analyzer != ours.analyzer {
            Some(Difference::Analyzer)
        } else if self.extraction != ours.extraction {
            Some(Difference::Extraction)
        } else if self.data != ours.data {
            Some(Difference::Data)
        } else {
            None
        }
    }

    /// Refuses an index that must be brought up to date before it can be searched.
    ///
    /// # Errors
    /// [`InputError::OutOfDate`], with the command that does it.
    pub fn check(&self, folder: &Path) -> Result<()> {
        self.difference().map_or(Ok(()), |difference| {
            let reason = difference.describe();
            Err(InputError::OutOfDate { path: folder.to_path_buf(), reason }.into())
        })
    }

    /// The folder of the segments.
    #[must_use]
    pub fn segments_in(&self, folder: &Path) -> PathBuf {
        folder.join(&self.segments)
    }
}

/// The file that counts lines per outlet: what is found in many articles is boilerplate.
pub const LINES: &str = "lines.bin";

/// An index is never made in a folder that holds something else.
fn refuse_foreign(folder: &Path) -> Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::io(folder, e)),
    };
    for entry in entries {
        let name = entry.map_err(|e| Error::io(folder, e))?.file_name();
        let name = name.to_string_lossy();
        let ours = name == "README.md"
            || matches!(&*name, "gazetteer.toml" | "failures.jsonl" | LINES)
            || name.starts_with("segments-")
            || name.starts_with('.');
        if !ours {
            return Err(not_an_index(folder, &format!("it holds {name}")));
        }
    }
    Ok(())
}

fn not_an_index(folder: &Path, reason: &str) -> Error {
    InputError::NotAnIndex { path: folder.to_path_buf(), reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::{Difference, EXTRACTION_VERSION, FORMAT, Manifest};
    use std::path::Path;

    /// The error for the current manifest with one field changed, as a person reads it.
    fn refused(field: &str, value: serde_json::Value) -> String {
        let mut manifest = serde_json::to_value(Manifest::current("segments-1".into())).unwrap();
        manifest[field] = value;
        let folder = Path::new("archive");
        let outcome = Manifest::parse(folder, manifest.to_string().as_bytes()).and_then(|known| known.check(folder));
        outcome.unwrap_err().to_string()
    }

    /// Each thing that can differ is told apart and has its own remedy.
    #[test]
    fn every_difference_has_its_remedy() {
        let up_to_date = "bring it up to date with: svodka-index --index archive";
        for (field, value, words, remedy) in [
            ("analyzer", "0".into(), "another analyzer", up_to_date),
            ("data", "0".into(), "other dictionaries", up_to_date),
            ("extraction", (EXTRACTION_VERSION - 1).into(), "older extraction rules", up_to_date),
            ("extraction", (EXTRACTION_VERSION + 1).into(), "newer", "use a newer program"),
            ("format", (FORMAT + 1).into(), "newer", "use a newer program"),
            ("format", (FORMAT - 1).into(), "format 9", "svodka-index --rebuild --index archive FOLDER"),
            ("surprise", true.into(), "damaged (unknown field `surprise`", "svodka-index --rebuild"),
            ("format", "nine".into(), "damaged (invalid type", "svodka-index --rebuild"),
        ] {
            let said = refused(field, value);
            assert!(said.contains(words) && said.contains(remedy), "{field}: {said}");
        }
        assert_eq!(Manifest::current(String::new()).difference(), None::<Difference>);
    }
}
