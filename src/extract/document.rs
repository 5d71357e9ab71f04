//! A document: one string of an article (title or text) with tokens, sentences, zones and typed names.

use super::{Scratch, join, naming, persons::PersonName, reconcile::reconcile, spans::tidy};
use crate::{
    analyse::Analysis,
    article::{Part, Span},
    clean::zones::{Zone, zones},
    names::{Lexicon, NameKind, Strength},
    ner::spans,
};
use std::ops::Range;

/// A typed name in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it stands for.
    pub kind: NameKind,
    /// Its entry in the lexicon, if the dictionaries know it.
    pub entry: Option<usize>,
    /// Canonical name, nominative.
    pub canonical: String,
    /// The tokens it covers.
    pub tokens: Range<usize>,
    /// The bytes it covers.
    pub span: Range<usize>,
    /// Whether quotation marks stand right around it.
    pub quoted: bool,
    /// Whether it lies inside a longer name.
    pub nested: bool,
    /// How much the wording proves.
    pub strength: Strength,
    /// Whether it surely names something; if not, the dictionaries have the word, and only attribution may believe it.
    pub confirmed: bool,
    /// The wording of this very mention in the nominative.
    pub wording: String,
    /// The parts of a person's name.
    pub person: Option<PersonName>,
}

/// One string of an article, analysed.
pub struct Document<'t> {
    /// Which string it is.
    pub part: Part,
    /// Tokens and sentences.
    pub analysis: Analysis<'t>,
    /// The zone of each sentence.
    pub zones: Vec<Zone>,
    /// Typed names, in order.
    pub names: Vec<Name>,
}

impl<'t> Document<'t> {
    /// Analyses `text` and finds its names.
    #[must_use]
    pub fn new(part: Part, text: &'t str, lexicon: &Lexicon, scratch: &mut Scratch) -> Self {
        let analysis = Analysis::new(text);
        let zones = zones(&analysis);
        let matches = lexicon.find(&analysis, &mut scratch.words);
        scratch.tag(&analysis);
        let found = reconcile(&analysis, matches, &tidy(&analysis, spans(&scratch.tags)), lexicon);
        let names = naming::name(&analysis, found, lexicon, scratch);
        Self { part, analysis, zones, names }
    }

    /// The zone that a token stands in.
    #[must_use]
    pub fn zone_of(&self, token: usize) -> Zone {
        self.zones.get(self.analysis.sentence_of(token)).copied().unwrap_or(Zone::Body)
    }

    /// A span of this document.
    #[must_use]
    pub fn span(&self, bytes: Range<usize>) -> Span {
        Span::new(self.part, bytes.start, bytes.end)
    }

    /// The stretches that are no news.
    #[must_use]
    pub fn boilerplate(&self) -> Vec<Span> {
        let sentences = self.analysis.sentences.iter().zip(&self.zones);
        join(sentences.filter(|(_, zone)| !zone.is_news()).map(|(s, _)| self.span(s.range())).collect())
    }
}
