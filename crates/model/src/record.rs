//! What reading yields: records with their origin, and refusals.

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

    /// A file inside this one, which is an archive.
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

/// One article as it stands in the input.
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
    /// The language the input declares.
    pub language: Option<String>,
    /// Whether date and outlet were found in a saved page or feed, not in a field of a record.
    pub from_page: bool,
    /// Name of the format it was read from.
    pub format: &'static str,
    /// Name of the encoding it was in.
    pub encoding: &'static str,
}

/// An input that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    /// The file, or `file:line`.
    pub path: String,
    /// Why; lower-case, without a full stop.
    pub reason: String,
}

impl Refusal {
    /// Refuses what was read at `origin`.
    pub fn new(origin: &Origin, reason: impl Into<String>) -> Self {
        Self { path: origin.display(), reason: reason.into() }
    }

    /// The reason without its details, to count refusals by.
    #[must_use]
    pub fn kind(&self) -> &str {
        let end = self.reason.find([':', '(', ',']).unwrap_or(self.reason.len());
        self.reason.get(..end).unwrap_or(&self.reason).trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Refusal};

    #[test]
    fn origins_name_folders_and_files() {
        let file = Origin { path: "a/b.zip".into(), absolute: "/x/a/b.zip".into(), line: None };
        let inside = file.inside("lenta.ru/1.html").record(7);
        assert_eq!(inside.display(), "a/b.zip/lenta.ru/1.html:7");
        assert_eq!((inside.folder(), inside.file_name()), (Some("lenta.ru"), "1.html"));
    }

    #[test]
    fn refusals_are_counted_by_what_went_wrong() {
        let refusal = Refusal { path: "a".into(), reason: "not a JSON record: expected `,` at line 1".into() };
        assert_eq!(refusal.kind(), "not a JSON record");
    }
}
