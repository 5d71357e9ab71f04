//! The manifest: what made an index, so that another analyzer never reads it as its own.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};
use svodka_model::error::InputError;
use svodka_text::{
    analyse::{morph, stem::Stemmer},
    names::DICTIONARIES,
};

/// Version of the folder's layout, the schema and the stored article.
pub const FORMAT: u32 = 9;

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
    /// Hash of what the analyzer makes of probe words.
    pub analyzer: String,
    /// Hash of the bundled dictionaries.
    pub dictionaries: String,
    /// Text of the user's gazetteer that was applied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub gazetteer: String,
    /// Folder of the segments, inside the index folder.
    pub segments: String,
}

/// Words whose terms tell analyzers apart: every filter of the chain has one.
const PROBES: [&str; 16] = [
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
];

/// The hash of what the running analyzer makes of the probe words, and of its dictionary.
#[must_use]
pub fn fingerprint() -> String {
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
    short(&hash)
}

fn dictionaries() -> String {
    let mut hash = blake3::Hasher::new();
    for (name, data) in DICTIONARIES {
        hash.update(name.as_bytes());
        hash.update(data.as_bytes());
    }
    short(&hash)
}

fn short(hash: &blake3::Hasher) -> String {
    hash.finalize().to_hex().chars().take(16).collect()
}

impl Manifest {
    /// The manifest of an index that this program would make, with its segments in `segments`.
    #[must_use]
    pub fn current(segments: String) -> Self {
        Self {
            format: FORMAT,
            made_by: format!("svodka {}", env!("CARGO_PKG_VERSION")),
            analyzer: fingerprint(),
            dictionaries: dictionaries(),
            gazetteer: String::new(),
            segments,
        }
    }

    /// Reads the manifest of the index in `folder`; `None` when there is no index but one could be made.
    ///
    /// # Errors
    /// A folder of something else, or a manifest that cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| {
                let reason = format!("{FILE} cannot be read: {e}");
                InputError::NotAnIndex { path: folder.to_path_buf(), reason }.into()
            }),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                refuse_foreign(folder)?;
                Ok(None)
            }
            Err(e) if e.kind() == ErrorKind::NotADirectory => Err(not_an_index(folder, "it is a file")),
            Err(e) => Err(Error::io(path, e)),
        }
    }

    /// Writes the manifest in one step: readers see the old one or the new one.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let at = |e| Error::io(folder.join(FILE), e);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::Bug(e.to_string()))?;
        writeln!(file, "{text}").and_then(|()| file.as_file().sync_all()).map_err(at)?;
        file.persist(folder.join(FILE)).map_err(|e| at(e.error))?;
        Ok(())
    }

    /// Refuses an index that another format or analyzer made; `dictionaries` also demands the same dictionaries.
    ///
    /// # Errors
    /// [`InputError::OtherAnalyzer`], with the command that rebuilds the index.
    pub fn check(&self, folder: &Path, dictionaries: bool) -> Result<()> {
        let now = Self::current(String::new());
        let reason = if self.format != now.format {
            format!("format {}, this program writes {}", self.format, now.format)
        } else if self.analyzer != now.analyzer {
            "other analyzer".to_owned()
        } else if dictionaries && self.dictionaries != now.dictionaries {
            "other dictionaries of names".to_owned()
        } else {
            return Ok(());
        };
        Err(InputError::OtherAnalyzer { path: folder.to_path_buf(), reason }.into())
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
