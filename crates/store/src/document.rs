//! From an article to an index document and back.

use crate::error::{Error, Result};
use crate::{
    Metadata, compact,
    schema::{Facet, Fields},
};
use std::collections::BTreeMap;
use svodka_model::article::{Article, Confidence, Part, SourceKind, TitleOrigin};
use svodka_text::{
    analyse::{Analysis, Tokenisation, packed::PackedTerms, terms::Labels},
    clean,
    reprint::Prints,
};
use tantivy::{TantivyDocument, schema::Value};

/// Splits a facet value's name from its kind in the index; no name holds it.
const SEPARATOR: char = '\u{1f}';

/// A facet value as the index holds it: its name and, for some facets, what kind of thing it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FacetValue {
    /// Canonical name.
    pub name: String,
    /// `person`, `think_tank`… or empty.
    pub kind: String,
}

impl FacetValue {
    /// The value's term in the index.
    #[must_use]
    pub fn term(&self) -> String {
        encode(&self.name, &self.kind)
    }

    /// Reads a term of the index; a confidence in it is left out.
    #[must_use]
    pub fn from_term(term: &str) -> Self {
        let mut parts = term.split(SEPARATOR);
        let mut next = || parts.next().unwrap_or("").to_owned();
        Self { name: next(), kind: next() }
    }
}

/// The confidence in a term of a scored facet.
#[must_use]
pub fn confidence_of(term: &str) -> Option<Confidence> {
    let hundredths = term.splitn(3, SEPARATOR).nth(2)?;
    hundredths.parse().ok().map(Confidence::from_hundredths)
}

/// How sure each source of an article is. Where the user's corrections gave two sources one name, the surer counts.
fn confidences(article: &Article) -> BTreeMap<FacetValue, Confidence> {
    let mut confidences = BTreeMap::new();
    for citation in article.cited.iter().chain(&article.candidates) {
        let value = FacetValue { name: citation.name.clone(), kind: citation.kind.name().to_owned() };
        let confidence = Confidence::of(citation.confidence);
        let known = confidences.entry(value).or_insert(confidence);
        *known = confidence.max(*known);
    }
    confidences
}

/// What every term of a value called `name` begins with, whatever its kind.
pub fn term_prefix(name: &str) -> String {
    format!("{name}{SEPARATOR}")
}

fn encode(name: &str, kind: &str) -> String {
    if kind.is_empty() { name.to_owned() } else { format!("{name}{SEPARATOR}{kind}") }
}

/// The facet terms of an article.
pub fn facet_terms(article: &Article) -> Vec<(Facet, String)> {
    let mut out = Vec::new();
    for actor in article.actors() {
        out.push((Facet::Actor, encode(&actor.name, actor.kind.name())));
    }
    for actor in article.main_actors() {
        out.push((Facet::MainActor, encode(&actor.name, actor.kind.name())));
    }
    out.extend(article.outlet.iter().map(|o| (Facet::Outlet, o.name.clone())));
    for cited in &article.cited {
        out.push((Facet::Cited, encode(&cited.name, cited.kind.name())));
        out.push((Facet::CitedKind, cited.kind.name().to_owned()));
        out.extend(cited.via.iter().map(|via| (Facet::Via, via.clone())));
        if cited.in_think_tank_facet() {
            out.push((Facet::ThinkTank, encode(&cited.name, cited.kind.name())));
        }
    }
    for (value, confidence) in confidences(article) {
        let term = format!("{}{SEPARATOR}{:02}", value.term(), confidence.hundredths());
        if SourceKind::from_name(&value.kind).is_some_and(SourceKind::in_think_tank_facet) {
            out.push((Facet::ScoredThinkTank, term.clone()));
        }
        out.push((Facet::ScoredCited, term));
    }
    out.extend(article.date.as_ref().and_then(|d| d.value.get(..7)).map(|month| (Facet::Month, month.to_owned())));
    let mut seen = rustc_hash::FxHashSet::default();
    out.retain(|value| seen.insert((value.0, value.1.clone())));
    out
}

/// 64-bit hash of an id, a text or an address.
pub fn digest(bytes: &[u8]) -> u64 {
    first_bytes(&blake3::hash(bytes))
}

fn first_bytes(hash: &blake3::Hash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// An article as the index stores it: the article object and the [metadata](crate::Metadata) of its record, encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredArticle {
    /// From [`encode_article`].
    pub article: Vec<u8>,
    /// From [`Metadata::encode`](crate::Metadata::encode).
    pub metadata: Vec<u8>,
}

impl StoredArticle {
    /// Encodes an article; `metadata` is encoded already.
    ///
    /// # Errors
    /// None that is known.
    pub fn new(article: &Article, metadata: Vec<u8>) -> Result<Self> {
        Ok(Self { article: encode_article(article)?, metadata })
    }

    /// What is stored in a document; `None` if a part is missing, which only a damaged index can cause.
    #[must_use]
    pub fn of_document(document: &TantivyDocument, fields: &Fields) -> Option<Self> {
        let bytes = |field| document.get_first(field).and_then(|value| value.as_bytes()).map(<[u8]>::to_vec);
        Some(Self { article: bytes(fields.article)?, metadata: bytes(fields.metadata)? })
    }

    /// 64-bit hash of everything stored: equal when nothing has changed.
    #[must_use]
    pub fn digest(&self) -> u64 {
        let mut hash = blake3::Hasher::new();
        hash.update(&(self.article.len() as u64).to_le_bytes()).update(&self.article).update(&self.metadata);
        first_bytes(&hash.finalize())
    }

    /// The article object; `None` if it is damaged.
    #[must_use]
    pub fn decode(&self) -> Option<Article> {
        decode_article(&self.article)
    }

    /// The article object and the metadata of its record; `None` if they are damaged.
    #[must_use]
    pub fn decode_all(&self) -> Option<(Article, Metadata)> {
        let article = self.decode()?;
        let metadata = Metadata::decode(&self.metadata, &article)?;
        Some((article, metadata))
    }
}

/// The article object as the index stores it.
pub fn encode_article(article: &Article) -> Result<Vec<u8>> {
    let bytes = postcard::to_stdvec(article);
    let bytes = bytes.map_err(|e| Error::Bug(format!("cannot store article {}: {e}", article.id)))?;
    Ok(compact::compact(&bytes))
}

/// The article object of a stored document; `None` if it is damaged.
#[must_use]
pub fn decode_article(stored: &[u8]) -> Option<Article> {
    postcard::from_bytes(&compact::expand(stored)).ok()
}

/// The terms of an article's title and text, and the prints of its news.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexTerms {
    title: PackedTerms,
    text: PackedTerms,
    prints: Prints,
}

impl IndexTerms {
    /// The terms of `article`.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let (title, text) = searchable(article);
        Self::labelled(article, &Analysis::new(title), &Analysis::new(text))
    }

    /// The terms of an article just extracted, by the tokens and sentences that it was found by where its title and text
    /// are indexed as they are.
    pub fn of_analysed(article: &Article, title: Option<Tokenisation>, text: Tokenisation) -> Self {
        let (indexed_title, indexed_text) = searchable(article);
        let title = title.map_or_else(|| Analysis::new(indexed_title), |tokenisation| tokenisation.of(indexed_title));
        let is_whole = indexed_text.len() == article.text.len();
        let text = if is_whole { text.of(indexed_text) } else { Analysis::new(indexed_text) };
        Self::labelled(article, &title, &text)
    }

    fn labelled(article: &Article, title: &Analysis<'_>, text: &Analysis<'_>) -> Self {
        let labels = said_labels(article);
        Self {
            title: PackedTerms::new(title, &labels.title),
            text: PackedTerms::new(text, &labels.text),
            prints: Prints::of(article),
        }
    }
}

/// The index document of an article; `key` is what the catalogue knows it by.
pub fn to_document(
    key: u64,
    article: &Article,
    stored: &StoredArticle,
    terms: &IndexTerms,
    fields: &Fields,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, &article.id);
    document.add_u64(fields.key, key);
    document.add_text(fields.path, &article.path);
    for path in &article.also {
        document.add_text(fields.path, path);
    }
    document.add_u64(fields.digest, stored.digest());
    document.add_bytes(fields.article, &stored.article);
    document.add_bytes(fields.metadata, &stored.metadata);
    document.add_text(fields.title, &terms.title.words);
    document.add_text(fields.text, &terms.text.words);
    document.add_text(fields.title_marks, &terms.title.marks);
    document.add_text(fields.text_marks, &terms.text.marks);
    document.add_text(fields.language, &article.language);
    if let Some(date) = &article.date {
        document.add_i64(fields.date, date.epoch);
    }
    terms.prints.bands.iter().for_each(|band| document.add_u64(fields.bands, u64::from(*band)));
    terms.prints.passages.iter().for_each(|print| document.add_u64(fields.passages, u64::from(*print)));
    for (facet, term) in facet_terms(article) {
        document.add_text(fields.facet(facet), term);
    }
    document
}

/// The title and text to index: a headline line counts as title only. A stand-in title is part of the text and counts
/// twice: news says in its first sentence what it is about.
fn searchable(article: &Article) -> (&str, &str) {
    match article.title_from {
        TitleOrigin::Field => (&article.title, &article.text),
        TitleOrigin::FirstSentence => (&article.title, &article.text),
        TitleOrigin::Headline => {
            let line = clean::title::headline(&article.text).unwrap_or("");
            let rest = article.text.trim_start().split_once('\n').map_or("", |(_, rest)| rest);
            (line, rest)
        }
    }
}

/// Which sentences of the title and of the text, as indexed, are attributed to whom.
#[derive(Debug, Default)]
pub struct SaidLabels {
    /// Of the indexed title.
    pub title: Labels,
    /// Of the indexed text.
    pub text: Labels,
}

/// The labels by which `said_by:` finds the sentences attributed to a source: its name.
pub fn said_labels(article: &Article) -> SaidLabels {
    let (title, text) = searchable(article);
    let body = article.text.len().saturating_sub(text.len());
    let headline = article.text.find(title).unwrap_or(0);
    let mut labels = SaidLabels::default();
    for citation in &article.cited {
        for span in &citation.said {
            let byte = span.start as usize;
            let (list, byte) = match span.part {
                Part::Title => (&mut labels.title, byte),
                Part::Text if byte < body => (&mut labels.title, byte.saturating_sub(headline)),
                Part::Text => (&mut labels.text, byte - body),
            };
            list.push((byte, citation.name.clone()));
        }
    }
    labels.title.sort_unstable();
    labels.text.sort_unstable();
    labels
}

#[cfg(test)]
mod tests {
    use super::{FacetValue, IndexTerms, confidence_of, facet_terms};
    use crate::schema::Facet;
    use svodka_model::{
        article::{Confidence, TitleOrigin},
        record::Record,
    };
    use svodka_text::{
        extract::{Analysed, Extractor, Scratch},
        names::Lexicon,
    };

    /// What extraction has cut is what the index would cut, wherever the title comes from and however the text is written.
    #[test]
    fn terms_are_those_of_the_article_analysed_anew() {
        let cases = [
            (Some("Порт в Измаиле"), "Суда вернулись. Об этом сообщает ТАСС.", TitleOrigin::Field),
            (None, "Суда возвращаются в порт\nВ порту стало вдвое больше судов, сообщает ТАСС.", TitleOrigin::Headline),
            (None, "Суда вернулись в порт. Об этом сообщает ТАСС.", TitleOrigin::FirstSentence),
            (Some("СУДА ВЕРНУЛИСЬ"), "ПУТИН ВСТРЕТИЛСЯ С СИ ЦЗИНЬПИНОМ В ПОРТУ.", TitleOrigin::Field),
        ];
        for (title, text, from) in cases {
            let record = Record { title: title.map(str::to_owned), text: text.to_owned(), ..Record::default() };
            let found = Extractor::new(Lexicon::bundled()).analysed(record, &mut Scratch::default());
            let Analysed { article, title, text } = found;
            assert_eq!(article.title_from, from);
            assert_eq!(IndexTerms::of_analysed(&article, title, text), IndexTerms::of(&article));
        }
    }

    #[test]
    fn facet_terms_round_trip() {
        let value = FacetValue { name: "Китай".into(), kind: "place".into() };
        assert_eq!(FacetValue::from_term(&value.term()), value);
        let plain = FacetValue { name: "2025-03".into(), kind: String::new() };
        assert_eq!(plain.term(), "2025-03");
    }

    #[test]
    fn the_confidence_of_a_scored_term_is_no_part_of_its_value() {
        let record = Record {
            text: "Об этом сообщает ТАСС со ссылкой на ВЦИОМ.".into(), ..Record::default()
        };
        let article = Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default());
        let citation = article.cited.iter().find(|citation| citation.name == "ВЦИОМ").unwrap();
        let value = FacetValue { name: "ВЦИОМ".into(), kind: "pollster".into() };
        let terms = facet_terms(&article);
        for facet in [Facet::ScoredCited, Facet::ScoredThinkTank] {
            let mut found = terms.iter().filter(|(other, _)| *other == facet).map(|(_, term)| term);
            let term = found.find(|term| FacetValue::from_term(term) == value).unwrap();
            assert_eq!(confidence_of(term), Some(Confidence::of(citation.confidence)));
        }
        assert_eq!(confidence_of(&value.term()), None);
    }
}
