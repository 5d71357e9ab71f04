//! A document: one string of an article (title or text) with tokens, sentences, zones and typed names.

use super::{
    Facts, Scratch,
    attribution::{counts, unknown},
    join, naming,
    persons::PersonName,
    recase::recase,
    reconcile::reconcile,
    spans::tidy,
};
use crate::{
    analyse::Analysis,
    clean::zones::{Zone, zones},
    names::{Lexicon, NameKind, Strength, WordKeys},
    ner::spans,
};
use std::ops::Range;
use svodka_model::article::{Part, Span};

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

/// The names of a text by dictionaries and tagger.
fn find_names(analysis: &Analysis<'_>, words: &[Facts], lexicon: &Lexicon, scratch: &mut Scratch) -> Vec<Name> {
    let keys: Vec<WordKeys> = words.iter().map(|word| word.keys).collect();
    let matches = lexicon.find(analysis, &keys, &mut scratch.words.parts);
    scratch.tag(words);
    let found = reconcile(analysis, matches, &tidy(analysis, spans(&scratch.tags)), lexicon);
    naming::name(analysis, found, lexicon, scratch)
}

impl Name {
    /// A name that may be an ordinary word: if the tagger sees one, it stands for itself and no longer for its entry.
    fn is_own(&mut self) -> bool {
        if self.confirmed {
            self.kind = NameKind::Entity(self.kind.entity());
            self.entry = None;
            self.canonical.clone_from(&self.wording);
        }
        self.confirmed
    }
}

/// Puts back the mentions that gave way to unknown sources, under the source's name: the mention keeps its own bounds.
fn keep_mentions(names: &mut Vec<Name>, known: Vec<Name>) {
    let overlaps = |a: &Name, b: &Name| a.tokens.start < b.tokens.end && b.tokens.start < a.tokens.end;
    let mut kept = Vec::new();
    for mut name in known.into_iter().filter(|name| name.confirmed && name.entry.is_none()) {
        if let Some(same) = names.iter_mut().find(|n| n.entry.is_none() && n.span == name.span) {
            same.wording.clone_from(&name.wording);
            continue;
        }
        let Some(source) = names.iter_mut().find(|n| n.kind.source().is_some() && overlaps(n, &name)) else { continue };
        if name.kind.entity() == source.kind.entity() && !name.nested {
            source.confirmed = false;
            name.canonical.clone_from(&source.canonical);
        }
        kept.push(name);
    }
    names.append(&mut kept);
}

/// One string of an article, analysed.
pub struct Document<'t> {
    /// Which string it is.
    pub part: Part,
    /// Tokens and sentences.
    pub analysis: Analysis<'t>,
    /// What is known of each token by itself.
    pub words: Vec<Facts>,
    /// The zone of each sentence.
    pub zones: Vec<Zone>,
    /// Typed names, in order.
    pub names: Vec<Name>,
}

impl<'t> Document<'t> {
    /// Analyses `text` and finds its names.
    #[must_use]
    pub fn new(part: Part, text: &'t str, lexicon: &Lexicon, scratch: &mut Scratch) -> Self {
        Self::with_repeated_lines(part, text, &|_| false, lexicon, scratch)
    }

    /// Like [`new`](Self::new); `is_repeated` tells the lines that stand in many articles.
    #[must_use]
    pub fn with_repeated_lines(
        part: Part,
        text: &'t str,
        is_repeated: &dyn Fn(&str) -> bool,
        lexicon: &Lexicon,
        scratch: &mut Scratch,
    ) -> Self {
        let analysis = Analysis::new(text);
        let zones = zones(&analysis, is_repeated);
        let recased = recase(&analysis);
        let recased = recased.as_ref().map(|text| {
            let (tokens, sentences) = (analysis.tokens.clone(), analysis.sentences.clone());
            Analysis { text, tokens, sentences }
        });
        let read = recased.as_ref().unwrap_or(&analysis);
        let words = scratch.words.look_up(read, lexicon);
        let mut names = find_names(read, &words, lexicon, scratch);
        names.retain_mut(|name| counts(&analysis, &words, name) || name.is_own());
        let known = names.clone();
        unknown::find(&analysis, &words, lexicon, &mut names);
        keep_mentions(&mut names, known);
        names.sort_by_key(|n| (n.span.start, std::cmp::Reverse(n.span.end)));
        Self { part, analysis, words, zones, names }
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
