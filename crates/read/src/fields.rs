//! Fields: which names of a record's fields mean what.

use super::{
    Record,
    formats::{plain, plain_if_html, post},
};
use serde_json::{Map, Value};

/// What a field can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    (
        Meaning::Title,
        &["title", "headline", "heading", "article_title", "post_title", "news_title", "заголовок", "название"],
    ),
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
            "html",
            "raw_text",
            "body_text",
            "body_html",
            "article_html",
            "html_content",
            "text_content",
            "raw_html",
            "post_content",
            "post_text",
            "news_text",
            "текст",
            "текст сообщения",
            "текст публикации",
            "текст статьи",
            "полный текст",
            "paragraphs",
            "blocks",
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
            "дата публикации",
            "дата выхода",
        ],
    ),
    (Meaning::Url, &["url", "link", "href", "permalink", "canonical_url", "source_url", "ссылка", "адрес"]),
    (Meaning::Outlet, &["outlet", "publisher", "site_name", "newspaper", "издание", "сми", "название сми"]),
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

/// Names of times that mean the date beside a text too, if there is no better one and they can be a date.
const TIMES: [&str; 4] = ["timestamp", "datetime", "created_at", "created"];

/// Which fields of records mean what, beyond what can be guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
            let meaning = meaning.ok_or_else(|| format!("«{to}» is not a field; use {}", known.join(", ")))?;
            given.push((meaning, from.trim().to_owned()));
        }
        Ok(Self { given })
    }

    /// The record that an object holds; its text is empty when there is none.
    #[must_use]
    pub(super) fn record(&self, object: &Map<String, Value>) -> Record {
        let (source, object) = unwrapped(object);
        if self.given.is_empty()
            && let Some(post) = post(object)
        {
            return post;
        }
        let lower = lower_case(object);
        let strict = lower.iter().any(|(name, value)| name == "text" && scalar(value).is_some());
        let find = |meaning| self.find(meaning, object, &lower, strict);
        let outer_id = || scalar(["_id", "id"].into_iter().find_map(|name| source?.get(name))?);
        Record {
            id: find(Meaning::Id).or_else(outer_id),
            title: find(Meaning::Title).map(plain),
            text: find(Meaning::Text).map(plain_if_html).unwrap_or_default(),
            date: find(Meaning::Date).or_else(|| time(&lower).filter(|_| strict)),
            url: find(Meaning::Url).filter(|url| !url.starts_with('{')),
            outlet: find(Meaning::Outlet),
            author: find(Meaning::Author),
            language: find(Meaning::Language),
            ..Record::default()
        }
    }

    /// Whether an object has a text under a name that means nothing else.
    #[must_use]
    pub(super) fn has_text(&self, object: &Map<String, Value>) -> bool {
        let object = unwrapped(object).1;
        self.find(Meaning::Text, object, &lower_case(object), true).is_some_and(|text| !text.trim().is_empty())
    }

    /// Whether a column of this name means something.
    #[must_use]
    pub(super) fn knows(&self, column: &str) -> bool {
        let column = column.trim().to_lowercase();
        let is_known = |name: &&str| *name == column || is_spelt(&column, name);
        let known = |names: &[(Meaning, &[&str])]| names.iter().any(|(_, names)| names.iter().any(is_known));
        known(&NAMES) || known(&VAGUE_NAMES) || self.given.iter().any(|(_, name)| name.to_lowercase() == column)
    }

    /// Whether a column of this name can hold the text.
    #[must_use]
    pub(super) fn means_text(&self, column: &str) -> bool {
        let column = column.trim().to_lowercase();
        let text = |names: &[(Meaning, &[&str])]| {
            let is_it = |name: &&str| *name == column || is_spelt(&column, name);
            names.iter().any(|(meaning, names)| *meaning == Meaning::Text && names.iter().any(is_it))
        };
        let given = |(meaning, name): &(Meaning, String)| *meaning == Meaning::Text && name.to_lowercase() == column;
        text(&NAMES) || text(&VAGUE_NAMES) || self.given.iter().any(given)
    }

    /// The value with this meaning.
    fn find(
        &self,
        meaning: Meaning,
        object: &Map<String, Value>,
        lower: &[(String, &Value)],
        strict: bool,
    ) -> Option<String> {
        let given = self.given.iter().filter(|(m, _)| *m == meaning);
        if let Some(value) = given.filter_map(|(_, path)| scalar(at_path(object, path)?)).next() {
            return Some(value);
        }
        let names = NAMES.iter().filter(|(m, _)| *m == meaning).flat_map(|(_, names)| names.iter());
        let vague = VAGUE_NAMES.iter().filter(|(m, _)| *m == meaning && !strict);
        let names = names.chain(vague.flat_map(|(_, names)| names.iter()));
        let value_of = |value: &Value| if meaning == Meaning::Text { text_of(value) } else { scalar(value) };
        let as_written = |wanted: &&str| value_of(lower.iter().find(|(name, _)| name == wanted)?.1);
        let otherwise = |wanted: &&str| value_of(lower.iter().find(|(name, _)| is_spelt(name, wanted))?.1);
        names.clone().find_map(as_written).or_else(|| names.clone().find_map(otherwise))
    }
}

/// Fields that hold the record itself: hits of Elasticsearch, edges of GraphQL, rows of CouchDB, resources of JSON:API.
const ENVELOPES: [&str; 4] = ["_source", "node", "doc", "attributes"];

/// The record inside an object that is only its envelope, with that envelope.
fn unwrapped(object: &Map<String, Value>) -> (Option<&Map<String, Value>>, &Map<String, Value>) {
    let mut inside = ENVELOPES.into_iter().filter_map(|name| Some((name, object.get(name)?.as_object()?)));
    match inside.next() {
        Some(("_source", inner)) => (Some(object), inner),
        Some((_, inner)) if !object.contains_key("text") && inner.len() > 1 => (Some(object), inner),
        _ => (None, object),
    }
}

/// Whether a lower-case name is `wanted` written otherwise: `articleBody`, `article-body` and `article body` are all
/// `article_body`. A mark before a name means something (`_id`).
fn is_spelt(name: &str, wanted: &str) -> bool {
    letters(name).eq(letters(wanted))
}

/// The bytes of a name without the marks between its words.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().enumerate().filter(|(at, b)| *at == 0 || !matches!(b, b'_' | b'-' | b' ')).map(|(_, b)| b)
}

fn lower_case(object: &Map<String, Value>) -> Vec<(String, &Value)> {
    object.iter().map(|(name, value)| (name.to_lowercase(), value)).collect()
}

/// A time stamp beside a text: digits of seconds or milliseconds since 1970, or a year first.
fn time(lower: &[(String, &Value)]) -> Option<String> {
    let value = TIMES.iter().find_map(|wanted| scalar(lower.iter().find(|(name, _)| name == wanted)?.1))?;
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let seconds = digits == value.len() && (9..=13).contains(&digits);
    (seconds || digits == 4 && value.get(4..5) == Some("-")).then_some(value)
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
        Value::Object(object) => scalar(
            ["name", "title", "value", "rendered", "$date", "$oid", "$numberLong", "$numberInt"]
                .iter()
                .find_map(|n| object.get(*n))?,
        )?,
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A text, which may be a list of paragraphs; not trimmed, for offsets count from its beginning.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().filter_map(text_of).collect::<Vec<_>>().join("\n"),
        Value::Object(object) => text_of(
            ["text", "value", "content", "rendered", "paragraphs", "html", "data"].iter().find_map(|n| object.get(*n))?,
        )?,
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
    fn names_are_spelt_in_many_ways() {
        for name in
            ["articleBody", "article-body", "Article_Body", "fullText", "contentHtml", "body_html", "Post Content"]
        {
            assert_eq!(record("", json!({ name: "Слова." })).text, "Слова.", "{name}");
        }
        let record = record("", json!({"_id": {"$oid": "a"}, "id": 7, "text": "б", "publishedAt": "2025-01-10"}));
        assert_eq!((record.id.as_deref(), record.date.as_deref()), (Some("7"), Some("2025-01-10")));
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
