//! What the input said of an article besides its text, stored with it.
//!
//! With this and the text of the article the record can be made again that the article was extracted from. So a newer
//! program brings an index up to date with the very code that builds one, and the files may be gone. The text is stored
//! once, after [`normalise`](svodka_text::clean::normalise), which changes nothing when applied again; a change of that
//! function needs another [format](crate::manifest::FORMAT).

use crate::{
    compact,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use svodka_model::{
    article::Article,
    record::{Origin, Record},
};

/// The fields of a record, as far as extraction reads them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    title: Option<String>,
    date: Option<String>,
    url: Option<String>,
    outlet: Option<String>,
    author: Option<String>,
    language: Option<String>,
    forwarded_from: Option<String>,
    from_page: bool,
    /// The absolute path of the file: the outlet may be known by its folder.
    absolute: String,
    line: Option<u64>,
}

impl Metadata {
    /// What `record` says besides its text. The id is stored with the article.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        // Every field by name: whoever adds one to records decides here whether extraction needs it again.
        let Record {
            origin,
            id: _,
            title,
            text: _,
            date,
            url,
            outlet,
            author,
            language,
            forwarded_from,
            from_page,
            format: _,
            encoding: _,
        } = record;
        Self {
            title: title.clone(),
            date: date.clone(),
            url: url.clone(),
            outlet: outlet.clone(),
            author: author.clone(),
            language: language.clone(),
            forwarded_from: forwarded_from.clone(),
            from_page: *from_page,
            absolute: origin.absolute.clone(),
            line: origin.line,
        }
    }

    /// The date as the input states it.
    #[must_use]
    pub fn stated_date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// The metadata in few bytes: fields that the article shows as they are, are not written twice. The outlet is: the
    /// user's corrections may rename the article's.
    ///
    /// # Errors
    /// None that is known.
    pub fn encode(&self, article: &Article) -> Result<Vec<u8>> {
        let written = Written {
            title: Field::of(&self.title, Some(&article.title)),
            date: Field::of(&self.date, article.date.as_ref().map(|date| &date.value)),
            url: Field::of(&self.url, article.url.as_ref()),
            outlet: self.outlet.clone(),
            forwarded_from: self.forwarded_from.clone(),
            author: Field::of(&self.author, article.author.as_ref()),
            language: Field::of(&self.language, Some(&article.language)),
            from_page: self.from_page,
            absolute: self.absolute.clone(),
            line: self.line,
        };
        let bytes = postcard::to_stdvec(&written);
        Ok(compact::compact(&bytes.map_err(|e| Error::Bug(format!("metadata of article {}: {e}", article.id)))?))
    }

    /// Reads what was [encoded](Self::encode) with `article`; `None` if it is damaged.
    #[must_use]
    pub fn decode(bytes: &[u8], article: &Article) -> Option<Self> {
        let written: Written = postcard::from_bytes(&compact::expand(bytes)).ok()?;
        Some(Self {
            title: written.title.read(Some(&article.title))?,
            date: written.date.read(article.date.as_ref().map(|date| &date.value))?,
            url: written.url.read(article.url.as_ref())?,
            outlet: written.outlet,
            forwarded_from: written.forwarded_from,
            author: written.author.read(article.author.as_ref())?,
            language: written.language.read(Some(&article.language))?,
            from_page: written.from_page,
            absolute: written.absolute,
            line: written.line,
        })
    }

    /// The record that `article` was extracted from, with the article's id as its own; `None` if the two do not belong
    /// together.
    #[must_use]
    pub fn into_record(self, article: Article) -> Option<Record> {
        let path = match self.line {
            Some(line) => article.path.strip_suffix(&format!(":{line}"))?.to_owned(),
            None => article.path,
        };
        Some(Record {
            origin: Origin { path, absolute: self.absolute, line: self.line },
            id: Some(article.id),
            title: self.title,
            text: article.text,
            date: self.date,
            url: self.url,
            outlet: self.outlet,
            author: self.author,
            language: self.language,
            forwarded_from: self.forwarded_from,
            from_page: self.from_page,
            format: "",
            encoding: "",
        })
    }
}

/// A field as it is written.
#[derive(Serialize, Deserialize)]
enum Field {
    Absent,
    /// The article shows it as it is.
    AsShown,
    Other(String),
}

impl Field {
    fn of(stated: &Option<String>, shown: Option<&String>) -> Self {
        match stated {
            None => Self::Absent,
            Some(value) if Some(value) == shown => Self::AsShown,
            Some(value) => Self::Other(value.clone()),
        }
    }

    /// The value; `None` if the article does not show what it should.
    fn read(self, shown: Option<&String>) -> Option<Option<String>> {
        match self {
            Self::Absent => Some(None),
            Self::AsShown => shown.cloned().map(Some),
            Self::Other(value) => Some(Some(value)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Written {
    title: Field,
    date: Field,
    url: Field,
    outlet: Option<String>,
    forwarded_from: Option<String>,
    author: Field,
    language: Field,
    from_page: bool,
    absolute: String,
    line: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::Metadata;
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use svodka_model::record::{Origin, Record};
    use svodka_text::{
        clean::normalise,
        extract::{Extractor, Scratch},
        names::Lexicon,
    };

    fn extracted(record: Record) -> svodka_model::Article {
        Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default())
    }

    /// The record comes back from what is stored: extracted again it gives the same article.
    #[test]
    fn an_article_can_be_extracted_from_what_is_stored() {
        let text = "МОСКВА, 3 дек – РИА Новости. Завод открыли.\r\nОб этом сообщает ТАСС.";
        let origin =
            Origin {
                path: "архив/2024/a.jsonl".into(), absolute: "/x/архив/lenta.ru/a.jsonl".into(), line: Some(7)
            };
        let base = Record { origin, text: text.into(), ..Record::default() };
        let some = |text: &str| Some(text.to_owned());
        for record in [
            base.clone(),
            Record { origin: Origin { line: None, ..base.origin.clone() }, ..base.clone() },
            Record {
                id: some("7"), title: some(" Завод  открыли\n"), date: some("04.03.2025 10:00"), ..base.clone()
            },
            Record {
                title: some(""),
                date: some("вчера"),
                url: some("https://www.rbc.ru/2025/03/05/a"),
                ..base.clone()
            },
            Record { outlet: some("t.me/rbc_news"), language: some("ru-RU"), from_page: true, ..base.clone() },
            Record { author: some("Иванов"), language: some("ru"), date: some("2025-03-04"), ..base },
        ] {
            let article = extracted(record.clone());
            let bytes = Metadata::of(&record).encode(&article).unwrap();
            let metadata = Metadata::decode(&bytes, &article).unwrap();
            assert_eq!(metadata, Metadata::of(&record));
            let again = metadata.into_record(article.clone()).unwrap();
            assert_eq!(again.text, normalise(&record.text));
            assert_eq!(extracted(again), article);
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40), line in any::<u64>()) {
            let article = extracted(Record { text: "Завод.".into(), ..Record::default() });
            let metadata = Metadata::decode(&bytes, &article).unwrap_or_default();
            prop_assert_eq!(Metadata { line: Some(line), ..metadata }.into_record(article), None);
        }
    }
}
