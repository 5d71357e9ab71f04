//! The one structure in the middle: an article as read, with everything extraction found in it.
//!
//! Readers make a [`Record`](crate::record::Record), extraction turns it into an [`Article`], the index stores the
//! article whole, and every output shows it. Offsets in here are **byte** offsets into `title` or `text`; the
//! character offsets of the public JSON are made at the rim, where the JSON is written (`show::json`).
//!
//! This module must never read files or decide anything about language.

mod stored;

use serde::{Deserialize, Serialize};

/// Which of an article's two strings a [`Span`] points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// The article's `title`.
    Title,
    /// The article's `text`.
    Text,
}

/// A stretch of an article: byte offsets, end exclusive, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Span {
    /// The string that the offsets count in.
    pub part: Part,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of the article's text.
    #[must_use]
    pub fn text(start: usize, end: usize) -> Self {
        Self::new(Part::Text, start, end)
    }

    /// A span of `part`; offsets past `u32::MAX` are clamped (inputs are limited far below that).
    #[must_use]
    pub fn new(part: Part, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { part, start: clamp(start), end: clamp(end) }
    }

    /// The span as a range of byte offsets.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.part == other.part && self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.part == other.part && self.start < other.end && other.start < self.end
    }
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A human being.
    Person,
    /// A body of people: state organ, company, party, international organisation, think tank…
    Organization,
    /// A country, city, region, sea…
    Place,
}

impl EntityKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Organization, Self::Person, Self::Place];

    /// The name used in JSON and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Place => "place",
        }
    }
}

/// What a source is: the kinds of organisation whose information an article can relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Policy institute, analytical or expert centre.
    ThinkTank,
    /// Public-opinion researcher.
    Pollster,
    /// Newspaper, magazine, site, TV or radio channel.
    Media,
    /// News agency.
    Agency,
    /// Telegram (or other social) channel.
    Telegram,
    /// University, journal or laboratory cited for a result.
    Research,
    /// Bank's, broker's, consultancy's, rating or data company's analysts.
    Analytics,
    /// Human-rights or other non-governmental organisation.
    Ngo,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::ThinkTank,
        Self::Pollster,
        Self::Media,
        Self::Agency,
        Self::Telegram,
        Self::Research,
        Self::Analytics,
        Self::Ngo,
    ];

    /// The name used in JSON, data files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ThinkTank => "think_tank",
            Self::Pollster => "pollster",
            Self::Media => "media",
            Self::Agency => "agency",
            Self::Telegram => "telegram",
            Self::Research => "research",
            Self::Analytics => "analytics",
            Self::Ngo => "ngo",
        }
    }

    /// The kind called `name`, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Whether sources of this kind stand in the think-tank facet.
    #[must_use]
    pub fn in_think_tank_facet(self) -> bool {
        matches!(self, Self::ThinkTank | Self::Pollster)
    }

    /// Whether sources of this kind publish news and so can be an article's outlet.
    #[must_use]
    pub fn is_press(self) -> bool {
        matches!(self, Self::Media | Self::Agency | Self::Telegram)
    }
}

/// How an article's outlet came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutletOrigin {
    /// A field of the input record.
    Metadata,
    /// The domain of the article's URL.
    Domain,
    /// The saved page itself.
    Page,
    /// The name of the folder the file lies in.
    Folder,
    /// The article's own words.
    Text,
}

impl OutletOrigin {
    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Domain => "domain",
            Self::Page => "page",
            Self::Folder => "folder",
            Self::Text => "text",
        }
    }
}

/// Who published the article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// One canonical name.
    pub name: String,
    /// How it is known.
    pub from: OutletOrigin,
    /// The words that say so, when they stand in the article.
    pub evidence: Option<Span>,
    /// The attribution rule that found it, when it is known by the article's own words.
    pub rule: Option<String>,
}

impl Outlet {
    /// What made it known: the attribution rule, or what stated it.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.rule.as_deref().unwrap_or_else(|| self.from.name())
    }
}

/// The parts an entity plays in an article. None of them: a bare mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Takes part in the news itself.
    pub actor: bool,
    /// Published the article.
    pub outlet: bool,
    /// Its information is relayed.
    pub cited: bool,
}

/// A person, organisation or place with all its mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// One canonical name, nominative.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its parts in the article.
    pub roles: Roles,
    /// How much the article is about it, 0..=1000; orders the actors of an article.
    pub salience: u16,
    /// Every place that names it, in order.
    pub mentions: Vec<Span>,
    /// The wording of each mention, in the nominative.
    pub wordings: Vec<String>,
}

/// Salience from which an actor is a main one: named in the headline, or in the lead and twice more, or all through.
///
/// The parts of the sum are in `extract::actors::weight`.
pub const MAIN_SALIENCE: u16 = 370;

impl Entity {
    /// Whether it is an actor that the news is about, and not only one that takes part in it.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.roles.actor && self.salience >= MAIN_SALIENCE
    }
}

/// Confidence from which a cited think tank counts in the facet: a value that is wrong there misleads more than one
/// that is missing. From here on .957 of what held-out models take for a cited think tank in 6,471 labelled pieces is
/// cited (.93 from .75 on).
pub const FACET_CONFIDENCE: f32 = 0.86;

/// How probable it is that an article cites a source, in whole hundredths: what `--min-confidence` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// The highest: nothing is certain.
    const MOST: u8 = 99;

    /// Rounds a probability down: what is called .86 is at least that.
    #[must_use]
    pub fn of(probability: f32) -> Self {
        // The smallest step of a probability near one, so that .86 is 86 hundredths and not 85.
        let hundredths = (probability * 100.0 + 1e-4).floor().clamp(0.0, f32::from(Self::MOST));
        Self(hundredths as u8)
    }

    /// From hundredths; more than there are is the most.
    #[must_use]
    pub fn from_hundredths(hundredths: u8) -> Self {
        Self(hundredths.min(Self::MOST))
    }

    /// In hundredths.
    #[must_use]
    pub fn hundredths(self) -> u8 {
        self.0
    }
}

/// Confidence from which a source that is not taken to be cited is kept as a candidate.
pub const LEAST_CONFIDENCE: f32 = 0.1;

/// A source whose information the article relays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// One canonical name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// The source through which it is relayed, if it is.
    pub via: Option<String>,
    /// The rule that found that channel, if there is one.
    pub via_rule: Option<String>,
    /// Whether the source is the article's own outlet.
    pub is_self: bool,
    /// Every place that names it, in order.
    pub mentions: Vec<Span>,
    /// The clause that shows the citing.
    pub evidence: Span,
    /// The sentences attributed to it, in order.
    pub said: Vec<Span>,
    /// The first attribution rule that speaks for it, or `context` (shown by `--explain`).
    pub rule: String,
    /// How probable it is that the article cites it, 0..=1.
    pub confidence: f32,
    /// The features that speak for it most, with their log odds (shown by `--explain`).
    pub reasons: Vec<(String, f32)>,
}

impl Citation {
    /// Whether it counts in the think-tank facet.
    #[must_use]
    pub fn in_think_tank_facet(&self) -> bool {
        self.counts_as_think_tank(None)
    }

    /// Whether it is a think tank or pollster of at least this confidence, or of [`FACET_CONFIDENCE`].
    #[must_use]
    pub fn counts_as_think_tank(&self, least: Option<Confidence>) -> bool {
        let is_sure = least.map_or(self.confidence >= FACET_CONFIDENCE, |least| self.has_confidence(least));
        self.kind.in_think_tank_facet() && is_sure
    }

    /// Whether it is cited with at least this confidence.
    #[must_use]
    pub fn has_confidence(&self, least: Confidence) -> bool {
        Confidence::of(self.confidence) >= least
    }
}

/// Where an article's title was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TitleOrigin {
    /// A field of the record or a page's own title.
    Field,
    /// The first line of the text, which reads like a headline.
    Headline,
    /// There is none: the first sentence stands in for it.
    FirstSentence,
}

/// How an article's date came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrigin {
    /// A field of the input record.
    Field,
    /// The saved page's metadata.
    Page,
    /// The path of the article's URL.
    Url,
    /// The dateline («МОСКВА, 3 дек – РИА Новости»).
    Dateline,
    /// A date at the opening of the text.
    Opening,
    /// The name of the file.
    Path,
}

impl DateOrigin {
    /// The name used in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Page => "page",
            Self::Url => "url",
            Self::Dateline => "dateline",
            Self::Opening => "opening",
            Self::Path => "path",
        }
    }
}

/// When the article was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Date {
    /// `2025-03-04` or RFC 3339, as precise as the input was.
    pub value: String,
    /// Seconds since 1970-01-01T00:00:00Z; midnight UTC for a bare date.
    pub epoch: i64,
    /// How it is known.
    pub from: DateOrigin,
}

/// What was found in an article before the user's corrections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Who published it.
    pub outlet: Option<Outlet>,
    /// Persons, organisations and places.
    pub entities: Vec<Entity>,
    /// Sources whose information is relayed.
    pub cited: Vec<Citation>,
    /// Sources whose information may be relayed.
    pub candidates: Vec<Citation>,
}

/// One news item with everything found in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Stable name of the article in the index.
    pub id: String,
    /// Where it was read: a file, or `file:line` of a record in it.
    pub path: String,
    /// Other places where the same article stands.
    pub also: Vec<String>,
    /// Headline, or the first sentence when there is none.
    pub title: String,
    /// Where the title was taken from.
    pub title_from: TitleOrigin,
    /// The text as read: decoded, NFC, lines ending in `\n`, nothing else changed.
    pub text: String,
    /// When it was published, if known.
    pub date: Option<Date>,
    /// Where it was published, if known.
    pub url: Option<String>,
    /// Who wrote it, if known.
    pub author: Option<String>,
    /// ISO 639-1 code of the text's language.
    pub language: String,
    /// Who published it, if known.
    pub outlet: Option<Outlet>,
    /// Persons, organisations and places, most salient first.
    pub entities: Vec<Entity>,
    /// Sources whose information is relayed, in order of appearance.
    pub cited: Vec<Citation>,
    /// Sources whose information may be relayed, but probably is not: counted only where a lower confidence is asked
    /// for. In order of appearance, none of them below [`LEAST_CONFIDENCE`].
    pub candidates: Vec<Citation>,
    /// Lines that are no part of the news: share prompts, teasers, footers.
    pub boilerplate: Vec<Span>,
    /// What was found, where the user's corrections made it differ from what is shown.
    pub found: Option<Box<Findings>>,
}

impl Article {
    /// The words a span covers; empty when the span does not fit this article.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let whole = match span.part {
            Part::Title => &self.title,
            Part::Text => &self.text,
        };
        whole.get(span.range()).unwrap_or("")
    }

    /// All places where the article stands, the one it was read from first; empty when that is the only one.
    #[must_use]
    pub fn paths(&self) -> Vec<&str> {
        if self.also.is_empty() {
            return Vec::new();
        }
        std::iter::once(&self.path).chain(&self.also).map(String::as_str).collect()
    }

    /// The entities that take part in the news, most salient first.
    pub fn actors(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(|e| e.roles.actor)
    }

    /// The actors that the news is about, most salient first.
    pub fn main_actors(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(|e| e.is_main())
    }

    /// Makes `cited` the sources of at least this confidence, candidates among them.
    pub fn require_confidence(&mut self, least: Confidence) {
        self.cited.append(&mut self.candidates);
        let (mut cited, candidates) =
            std::mem::take(&mut self.cited).into_iter().partition::<Vec<_>, _>(|c| c.has_confidence(least));
        cited.sort_by_key(|citation| citation.mentions.first().copied());
        (self.cited, self.candidates) = (cited, candidates);
    }

    /// The cited sources of the think-tank facet.
    pub fn think_tanks(&self) -> impl Iterator<Item = &Citation> {
        self.cited.iter().filter(|citation| citation.in_think_tank_facet())
    }
}
