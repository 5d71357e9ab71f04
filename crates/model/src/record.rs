//! What reading yields: records with their origin, and refusals with their reason.

/// Where a record was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, as the user would name it; for a file in an archive, its path in there follows.
    pub path: String,
    /// The same file by its absolute path: what ids are made from.
    pub absolute: String,
    /// Line or number of the record, from 1, for files that hold many.
    pub line: Option<u64>,
}

impl Origin {
    /// `file` or `file:line`.
    #[must_use]
    pub fn display(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }

    /// The name of the folder that holds the file, if any.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        let mut parts = self.absolute.rsplit(['/', '\\']);
        parts.next();
        parts.next().filter(|name| !name.is_empty())
    }

    /// The name of the file itself.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }

    /// An entry of this file, which is an archive.
    #[must_use]
    pub fn inside(&self, name: &str) -> Self {
        let name = name.trim_start_matches('/');
        Self { path: format!("{}/{name}", self.path), absolute: format!("{}/{name}", self.absolute), line: None }
    }

    /// A record of this file.
    #[must_use]
    pub fn record(&self, number: u64) -> Self {
        Self { line: Some(number), ..self.clone() }
    }
}

/// One article as the input has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Where it was read.
    pub origin: Origin,
    /// The input's own id, if it has one.
    pub id: Option<String>,
    /// The input's own title, if it has one.
    pub title: Option<String>,
    /// The text, decoded but not yet cleaned.
    pub text: String,
    /// The input's own date, in whatever form.
    pub date: Option<String>,
    /// The article's address; the canonical one when the input names it.
    pub url: Option<String>,
    /// Who published it, in whatever form.
    pub outlet: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The channel that published it first, of a post that another one forwarded.
    pub forwarded_from: Option<String>,
    /// The language the input declares.
    pub language: Option<String>,
    /// Whether date and outlet were found in a saved page or feed, not in a field of a record.
    pub from_page: bool,
    /// Name of the format it was read from.
    pub format: &'static str,
    /// Name of the encoding it was in.
    pub encoding: &'static str,
}

/// Why an input is refused. Refusals are counted by it; new kinds are added at the end, because indexes store them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalKind {
    /// The system cannot read it: permissions, a broken disk, a file that has gone.
    Unreadable,
    /// A device, a FIFO or a socket.
    NotAFile,
    /// A symbolic link back into its own folder.
    LinkLoop,
    /// Nothing in it, or only white space.
    Empty,
    /// Bytes that are not text.
    Binary,
    /// A known kind of file that this program does not read.
    Unsupported,
    /// Readable, but not an article: a sitemap, a log, a page about the site.
    NotAnArticle,
    /// A file that should hold records and holds none.
    NoRecords,
    /// A record without a text.
    NoText,
    /// A record that cannot be understood.
    Damaged,
    /// A file or record whose end is missing.
    CutOff,
    /// Longer than a record may be.
    TooLong,
    /// Archives nested too deep.
    TooDeep,
    /// Unpacks to far more than its size.
    ZipBomb,
    /// Its reader failed, or used up its time or memory.
    ReaderFailed,
    /// Anything else, and refusals stored by older versions.
    #[default]
    Other,
}

impl RefusalKind {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not a regular file",
            Self::LinkLoop => "link loop",
            Self::Empty => "empty",
            Self::Binary => "binary",
            Self::Unsupported => "unsupported format",
            Self::NotAnArticle => "not an article",
            Self::NoRecords => "no records",
            Self::NoText => "no text",
            Self::Damaged => "damaged",
            Self::CutOff => "cut off",
            Self::TooLong => "too long",
            Self::TooDeep => "nested too deep",
            Self::ZipBomb => "zip bomb",
            Self::ReaderFailed => "reader failed",
            Self::Other => "other",
        }
    }

    /// This kind with its details.
    pub fn because(self, details: impl Into<String>) -> Reason {
        Reason { kind: self, details: details.into() }
    }
}

/// Why something is refused, before it is known where it was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{details}")]
pub struct Reason {
    /// What refusals are counted by.
    pub kind: RefusalKind,
    /// A sentence for the user, lower-case and without a full stop: what is wrong and, where there is a way, what to do.
    pub details: String,
}

impl Reason {
    /// The refusal of something whose reader panicked.
    #[must_use]
    pub fn reader_failed() -> Self {
        RefusalKind::ReaderFailed.because("its reader failed (please report it)")
    }
}

/// An input that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    /// The file, or `file:line`.
    pub path: String,
    /// What refusals are counted by.
    #[serde(default)]
    pub kind: RefusalKind,
    /// A sentence for the user, lower-case and without a full stop: what is wrong and, where there is a way, what to do.
    pub reason: String,
}

impl Refusal {
    /// Refuses what was read at `origin`.
    #[must_use]
    pub fn new(origin: &Origin, reason: Reason) -> Self {
        Self::at(origin.display(), reason)
    }

    /// Refuses what was read at `path`.
    #[must_use]
    pub fn at(path: impl Into<String>, reason: Reason) -> Self {
        Self { path: path.into(), kind: reason.kind, reason: reason.details }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn origins_name_folders_and_files() {
        let file = Origin { path: "a/b.zip".into(), absolute: "/x/a/b.zip".into(), line: None };
        let inside = file.inside("lenta.ru/1.html").record(7);
        assert_eq!(inside.display(), "a/b.zip/lenta.ru/1.html:7");
        assert_eq!((inside.folder(), inside.file_name()), (Some("lenta.ru"), "1.html"));
    }
}
