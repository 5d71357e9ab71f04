//! The schema: which fields an article has in the index.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// Name under which the tokenizer of packed terms is registered.
pub const PACKED: &str = "svodka_packed";

/// The facets: multi-valued string fields counted in every search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Persons, organisations and places that take part in the news.
    Actor,
    /// The actors that an article is mainly about.
    MainActor,
    /// Who published the article.
    Outlet,
    /// Cited sources of every kind.
    Cited,
    /// Cited think tanks and pollsters.
    ThinkTank,
    /// Kinds of the cited sources.
    CitedKind,
    /// Sources through which others were relayed.
    Via,
    /// Calendar month of publication, `2025-03`.
    Month,
    /// Cited sources and candidates with their confidence: what the facet of cited sources counts where a least
    /// confidence is asked for.
    ScoredCited,
    /// Think tanks and pollsters among these.
    ScoredThinkTank,
}

impl Facet {
    /// All facets that can be asked for by name.
    pub const ALL: [Self; 8] = [
        Self::Actor,
        Self::MainActor,
        Self::Outlet,
        Self::ThinkTank,
        Self::Cited,
        Self::CitedKind,
        Self::Via,
        Self::Month,
    ];

    /// What stands in the index for facets with a least confidence.
    const SCORED: [Self; 2] = [Self::ScoredCited, Self::ScoredThinkTank];

    /// The facet whose values have a confidence, if this one's can have one.
    #[must_use]
    pub fn scored(self) -> Option<Self> {
        match self {
            Self::Cited => Some(Self::ScoredCited),
            Self::ThinkTank => Some(Self::ScoredThinkTank),
            _ => None,
        }
    }

    /// Whether the terms of this facet tell how sure a value is.
    #[must_use]
    pub fn is_scored(self) -> bool {
        Self::SCORED.contains(&self)
    }

    /// The name in JSON, on the command line and in the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::MainActor => "main_actor",
            Self::Outlet => "outlet",
            Self::Cited => "cited",
            Self::ThinkTank => "think_tank",
            Self::CitedKind => "cited_kind",
            Self::Via => "via",
            Self::Month => "month",
            Self::ScoredCited => "scored_cited",
            Self::ScoredThinkTank => "scored_think_tank",
        }
    }

    /// The facet called `name`; a hyphen does for the underscore.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().replace('-', "_");
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// Handles of the schema's fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Stable name of the article.
    pub id: Field,
    /// What the catalogue knows the article by: a hash of its id, and of its source where others have the same id.
    pub key: Field,
    /// Where it stands, for `show PATH`.
    pub path: Field,
    /// Hash of everything stored of the article: tells whether it changed.
    pub digest: Field,
    /// The words of the headline. Empty when the title only stands in for a missing one.
    pub title: Field,
    /// The words of the text without the headline line.
    pub text: Field,
    /// Where the sentences of the headline end, and to whom they are attributed.
    pub title_marks: Field,
    /// Where those of the text end, and to whom they are attributed.
    pub text_marks: Field,
    /// ISO 639-1 code of the language.
    pub language: Field,
    /// The whole article object.
    pub article: Field,
    /// What its input said of it, see [`Metadata`](crate::Metadata).
    pub metadata: Field,
    /// Seconds since 1970.
    pub date: Field,
    /// Bands of the signature of the news, see [`Prints`](svodka_text::reprint::Prints).
    pub bands: Field,
    /// Fingerprints of its passages.
    pub passages: Field,
    facets: [Field; Facet::ALL.len()],
    scored: [Field; Facet::SCORED.len()],
}

impl Fields {
    /// The schema and its handles.
    #[must_use]
    pub fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(PACKED)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing.clone());
        // An article is as long as it has words.
        let marks = TextOptions::default().set_indexing_options(indexing.set_fieldnorms(false));
        let prints = NumericOptions::default().set_indexed();
        let fields = Self {
            id: schema.add_text_field("id", STRING | FAST),
            key: schema.add_u64_field("key", INDEXED | FAST),
            path: schema.add_text_field("path", STRING),
            digest: schema.add_u64_field("digest", FAST),
            title: schema.add_text_field("title", words.clone()),
            text: schema.add_text_field("text", words),
            title_marks: schema.add_text_field("title_marks", marks.clone()),
            text_marks: schema.add_text_field("text_marks", marks),
            language: schema.add_text_field("language", STRING),
            article: schema.add_bytes_field("article", STORED),
            metadata: schema.add_bytes_field("metadata", STORED),
            date: schema.add_i64_field("date", FAST | INDEXED),
            bands: schema.add_u64_field("bands", prints.clone()),
            passages: schema.add_u64_field("passages", prints),
            facets: Facet::ALL.map(|facet| schema.add_text_field(facet.name(), STRING | FAST)),
            scored: Facet::SCORED.map(|facet| schema.add_text_field(facet.name(), STRING | FAST)),
        };
        (schema.build(), fields)
    }

    /// The marks beside the words of `field`, at positions between theirs.
    #[must_use]
    pub fn marks(&self, field: Field) -> Field {
        if field == self.title { self.title_marks } else { self.text_marks }
    }

    /// The field of a facet.
    #[must_use]
    pub fn facet(&self, facet: Facet) -> Field {
        let all = Facet::ALL.iter().chain(&Facet::SCORED).zip(self.facets.iter().chain(&self.scored));
        all.into_iter().find(|(other, _)| **other == facet).map_or(self.id, |(_, field)| *field)
    }
}
