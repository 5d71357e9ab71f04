//! Fields: which names of a record's fields mean what.

use super::{Record, formats::plain_if_html};
use serde_json::{Map, Value};

/// What a field can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Id,
    Title,
    Text,
    Date,
    Url,
    Outlet,
    Author,
    Language,
}

/// Names that mean one thing in any record, the contract's own name first.
const NAMES: [(Meaning, &[&str]); 8] = [
    (Meaning::Id, &["id", "_id", "uid", "doc_id", "article_id"]),
    (Meaning::Title, &["title", "headline", "heading", "заголовок"]),
    (
        Meaning::Text,
        &[
            "text",
            "body",
            "content",
            "article_body",
            "articlebody",
            "full_text",
            "fulltext",
            "article_text",
            "content_text",
            "content_html",
            "maintext",
            "текст",
        ],
    ),
    (
        Meaning::Date,
        &[
            "date",
            "published",
            "published_at",
            "publishedat",
            "publish_date",
            "published_date",
            "publication_date",
            "pub_date",
            "pubdate",
            "date_published",
            "datepublished",
            "date_publish",
            "published_time",
            "дата",
        ],
    ),
    (Meaning::Url, &["url", "link", "href", "permalink", "canonical_url", "source_url", "ссылка"]),
    (Meaning::Outlet, &["outlet", "publisher", "site_name", "newspaper", "издание"]),
    (Meaning::Author, &["author", "authors", "byline", "автор"]),
    (Meaning::Language, &["language", "lang", "inlanguage"]),
];

/// Names that mean something only in a record without a field called `text`: beside one they may be anything.
const VAGUE_NAMES: [(Meaning, &[&str]); 6] = [
    (Meaning::Id, &["guid"]),
    (Meaning::Title, &["name", "head", "subject"]),
    (Meaning::Text, &["article", "message", "post", "description", "summary", "lead", "annotation"]),
    (Meaning::Date, &["datetime", "timestamp", "time", "created_at", "created"]),
    (Meaning::Outlet, &["source", "site", "media", "channel", "domain", "источник"]),
    (Meaning::Author, &["creator"]),
];

/// Which fields of records mean what, beyond what can be guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMap {
    given: Vec<(Meaning, String)>,
}

impl FieldMap {
    /// Understands `title=headline,text=body`.
    ///
    /// # Errors
    /// The part that cannot be understood, in the words of an error message.
    pub fn parse(list: &str) -> Result<Self, String> {
        let mut given = Vec::new();
        for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (to, from) =
                part.split_once('=').ok_or_else(|| format!("«{part}»: say FIELD=NAME, such as title=headline"))?;
            let meaning =
                NAMES.iter().find(|(_, names)| names.first() == Some(&to.trim())).map(|(meaning, _)| *meaning);
            let known: Vec<&str> = NAMES.iter().filter_map(|(_, names)| names.first().copied()).collect();
            let meaning = meaning.ok_or_else(|| format!("«{to}» is no field; there are {}", known.join(", ")))?;
            given.push((meaning, from.trim().to_owned()));
        }
        Ok(Self { given })
    }

    /// The record that an object holds; its text is empty when there is none.
    #[must_use]
    pub(super) fn record(&self, object: &Map<String, Value>) -> Record {
        let mut object = object;
        if let Some(Value::Object(inner)) = object.get("_source") {
            object = inner;
        }
        let lower: Vec<(String, &Value)> = object.iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        let strict = lower.iter().any(|(name, value)| name == "text" && scalar(value).is_some());
        let find = |meaning| self.find(meaning, object, &lower, strict);
        let (text, is_guess) = find(Meaning::Text).unwrap_or_default();
        Record {
            id: find(Meaning::Id).map(|(value, _)| value),
            title: find(Meaning::Title).map(|(value, _)| value),
            text: if is_guess { plain_if_html(text) } else { text },
            date: find(Meaning::Date).map(|(value, _)| value),
            url: find(Meaning::Url).map(|(value, _)| value),
            outlet: find(Meaning::Outlet).map(|(value, _)| value),
            author: find(Meaning::Author).map(|(value, _)| value),
            language: find(Meaning::Language).map(|(value, _)| value),
            ..Record::default()
        }
    }

    /// The value with this meaning, and whether its name had to be guessed.
    fn find(
        &self,
        meaning: Meaning,
        object: &Map<String, Value>,
        lower: &[(String, &Value)],
        strict: bool,
    ) -> Option<(String, bool)> {
        let given = self.given.iter().filter(|(m, _)| *m == meaning);
        if let Some(value) = given.filter_map(|(_, path)| scalar(at_path(object, path)?)).next() {
            return Some((value, true));
        }
        let names = NAMES.iter().filter(|(m, _)| *m == meaning).flat_map(|(_, names)| names.iter().enumerate());
        let vague = VAGUE_NAMES.iter().filter(|(m, _)| *m == meaning && !strict);
        let vague = vague.flat_map(|(_, names)| names.iter().map(|name| (1, name)));
        names.chain(vague).find_map(|(rank, wanted)| {
            let (_, value) = lower.iter().find(|(name, _)| name == wanted)?;
            let value = if meaning == Meaning::Text { text_of(value) } else { scalar(value) };
            value.map(|value| (value, rank > 0))
        })
    }
}

/// `a.b.c` inside an object.
fn at_path<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let (head, rest) = path.split_once('.')?;
    at_path(object.get(head)?.as_object()?, rest)
}

/// A string, or what can be taken as one: a number, the name of an object, a list of such.
fn scalar(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.iter().filter_map(scalar).collect::<Vec<_>>().join(", "),
        Value::Object(object) => scalar(["name", "title", "value", "$date"].iter().find_map(|n| object.get(*n))?)?,
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A text, which may be a list of paragraphs; not trimmed, for offsets count from its beginning.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().filter_map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Object(object) => {
            text_of(["text", "value", "content", "paragraphs", "html"].iter().find_map(|n| object.get(*n))?)?
        }
        _ => return scalar(value),
    };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::FieldMap;
    use serde_json::json;

    fn record(map: &str, value: serde_json::Value) -> svodka_model::record::Record {
        FieldMap::parse(map).unwrap().record(value.as_object().unwrap())
    }

    #[test]
    fn names_are_guessed() {
        let record = record(
            "",
            json!({"headline": "Заголовок", "body": ["Раз.", "Два."], "published_at": 1741072272,
                   "link": "https://example.org/1", "source": {"name": "Вестник"}, "authors": ["А. Б.", "В. Г."]}),
        );
        assert_eq!(record.title.as_deref(), Some("Заголовок"));
        assert_eq!(record.text, "Раз.\nДва.");
        assert_eq!(record.date.as_deref(), Some("1741072272"));
        assert_eq!(record.url.as_deref(), Some("https://example.org/1"));
        assert_eq!(record.outlet.as_deref(), Some("Вестник"));
        assert_eq!(record.author.as_deref(), Some("А. Б., В. Г."));
    }

    #[test]
    fn beside_text_vague_names_mean_nothing() {
        let record = record("", json!({"text": " Слова.", "source": "набор 7", "description": "нет", "time": "12"}));
        assert_eq!(record.text, " Слова.");
        assert_eq!((record.outlet, record.date), (None, None));
    }

    #[test]
    fn given_names_come_first() {
        let map = "title=meta.kicker, text=words";
        let record = record(map, json!({"title": "нет", "meta": {"kicker": "да"}, "words": "Слова.", "text": "нет"}));
        assert_eq!((record.title.as_deref(), record.text.as_str()), (Some("да"), "Слова."));
        assert!(FieldMap::parse("kicker=title").is_err() && FieldMap::parse("title").is_err());
    }
}
