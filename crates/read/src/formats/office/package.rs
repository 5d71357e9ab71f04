//! The members of a document's archive.

use super::super::{
    super::encoding,
    Reason, RefusalKind,
    xml::{Bounded, Step, walk},
};
use std::{
    borrow::Cow,
    io::{BufReader, Cursor, Read, Seek},
    ops::ControlFlow,
};
use zip::ZipArchive;

/// The most bytes of a member that are unpacked: markup included, far beyond the longest text of an article.
const MAX_MEMBER: u64 = 64 << 20;

/// The names of an archive's members, in the order of its directory; names that are not text are left out.
pub(super) fn names_of(archive: &ZipArchive<impl Read + Seek>) -> Vec<String> {
    archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned)).collect()
}

/// A document's archive in memory.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// Opens the archive.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Reason> {
        let archive = ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|e| RefusalKind::Damaged.because(format!("damaged zip archive: {e}")))?;
        Ok(Self { archive })
    }

    /// The names of the members, in the order of the directory.
    pub(super) fn names(&self) -> Vec<String> {
        names_of(&self.archive)
    }

    /// Walks through an XML member without holding all of it.
    ///
    /// # Errors
    /// What is wrong with it, or that there is no such member; everything before the damage was handed on.
    pub(super) fn walk(&mut self, name: &str, each: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>) -> Result<(), String> {
        let member = self.archive.by_name(name).map_err(|e| format!("no «{name}» in it: {e}"))?;
        walk(BufReader::new(Bounded::new(member.take(MAX_MEMBER))), each)
    }

    /// A member as text, in any encoding, as far as it can be unpacked.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let mut bytes = Vec::new();
        // What was unpacked before any damage is kept.
        let _ = self.archive.by_name(name).ok()?.take(MAX_MEMBER).read_to_end(&mut bytes);
        let declared = super::super::html::declared_charset(&bytes);
        encoding::decode(&bytes, declared.as_deref()).ok().map(|decoded| decoded.text)
    }
}

/// A document's metadata, from elements that contain one value each.
#[derive(Debug, Default)]
pub(super) struct Properties {
    values: Vec<(String, String)>,
}

impl Properties {
    /// The values of all elements of a member; none when it is missing.
    pub(super) fn of(package: &mut Package<'_>, member: &str) -> Self {
        let (mut values, mut open) = (Vec::new(), String::new());
        let mut value = String::new();
        let _ = package.walk(member, &mut |step| {
            match step {
                Step::Open(name, _) => {
                    name.clone_into(&mut open);
                    value.clear();
                }
                Step::Text(text) if value.len() < 4096 => value.push_str(text),
                Step::Close(name) if name == open && !value.trim().is_empty() && values.len() < 1000 => {
                    values.push((std::mem::take(&mut open), value.trim().to_owned()));
                }
                _ => {}
            }
            ControlFlow::Continue(())
        });
        Self { values }
    }

    /// The first value of the first of these elements that has one.
    pub(super) fn get(&self, names: &[&str]) -> Option<String> {
        let of = |name: &&str| self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        names.iter().find_map(of)
    }

    /// The title, unless it is what programs put there themselves.
    pub(super) fn title(&self) -> Option<String> {
        self.get(&["title"]).and_then(document_title)
    }
}

/// A document's title, unless it is none: a file name, or what programs put there themselves.
pub(in super::super) fn document_title(title: String) -> Option<String> {
    const MADE_UP: [&str; 9] = [
        "untitled",
        "без названия",
        "безымянный",
        "document",
        "документ",
        "microsoft word",
        "презентация",
        "лист",
        "новый",
    ];
    let lower = title.to_lowercase();
    let no_words = lower.chars().filter(|c| c.is_alphabetic()).count() < 3;
    let file_name = [".doc", ".docx", ".rtf", ".odt", ".pdf", ".indd"].iter().any(|ending| lower.ends_with(ending));
    let made_up = MADE_UP.iter().any(|start| {
        lower
            .strip_prefix(start)
            .is_some_and(|rest| rest.chars().all(|c| !c.is_alphabetic()) || rest.starts_with(" - "))
    });
    (!no_words && !file_name && !made_up).then_some(title)
}
