//! A document: one string of an article (title or text) with tokens, sentences, zones and typed names.

use super::{Scratch, attribution::{counts, unknown}, join, persons};
use crate::{
    analyse::Analysis,
    article::{Part, Span},
    clean::zones::{Zone, zones},
    names::{Lexicon, NameKind, NameMatch, Strength},
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
        let mut names: Vec<Name> = matches.into_iter().filter_map(|m| from_dictionary(m, lexicon)).collect();
        persons::find(&analysis, &mut names);
        names.retain(|name| counts(&analysis, name));
        unknown::find(&analysis, lexicon, &mut names);
        names.sort_by_key(|n| (n.span.start, std::cmp::Reverse(n.span.end)));
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
        let sentences: Vec<_> = self.analysis.sentences.iter().zip(&self.zones).collect();
        let stretches = sentences.chunk_by(|(a, x), (b, y)| a.paragraph == b.paragraph && x.is_news() == y.is_news());
        let chrome = stretches.filter_map(|stretch| {
            let ((first, zone), (last, _)) = (stretch.first()?, stretch.last()?);
            (!zone.is_news()).then(|| self.span(first.range().start..last.range().end))
        });
        join(chrome.collect())
    }
}

fn from_dictionary(found: NameMatch, lexicon: &Lexicon) -> Option<Name> {
    let entry = lexicon.entry(found.entry)?;
    Some(Name {
        kind: entry.kind,
        entry: Some(found.entry),
        canonical: entry.name.clone(),
        tokens: found.tokens,
        span: found.span,
        quoted: found.quoted,
        nested: found.nested,
        strength: found.strength,
    })
}
