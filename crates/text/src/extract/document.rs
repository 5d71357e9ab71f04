//! A document: one string of an article (title or text) with tokens, sentences, zones and typed names.

use super::{
    Facts, Scratch, attribution::counts, join, naming, organisations, persons::PersonName, recase::recase,
    reconcile::reconcile, spans::tidy,
};
use crate::{
    analyse::Analysis,
    clean::zones::{Zone, zones},
    names::{EntryId, Lexicon, NameKind, Strength, WordKeys},
    ner::spans,
};
use rustc_hash::FxHashMap;
use std::ops::Range;
use svodka_model::article::{Part, SourceKind, Span};

/// A typed name in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it stands for.
    pub kind: NameKind,
    /// Its entry in the lexicon, if the dictionaries know it.
    pub entry: Option<EntryId>,
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
    /// Whether the words before it leave no doubt of its kind: «правозащитная организация «X»».
    pub settled: bool,
    /// What kind of source an open name is most likely of, and the rounded log-odds that it is a source at all.
    pub likely: Option<(SourceKind, i8)>,
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
    /// A name that no dictionary has, as it is written.
    pub(super) fn new(kind: NameKind, wording: &str, tokens: Range<usize>, span: Range<usize>) -> Self {
        Self {
            kind,
            entry: None,
            canonical: wording.to_owned(),
            tokens,
            span,
            quoted: false,
            nested: false,
            strength: Strength::Strong,
            confirmed: true,
            wording: wording.to_owned(),
            person: None,
            settled: false,
            likely: None,
        }
    }

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

/// Restores the mentions that unknown sources replaced, under the source's name: the mention keeps its own bounds.
fn restore_mentions(names: &mut Vec<Name>, known: Vec<Name>) {
    let unknown = |(at, name): (usize, &Name)| name.entry.is_none().then_some(((name.span.start, name.span.end), at));
    let by_span: FxHashMap<(usize, usize), usize> = names.iter().enumerate().rev().filter_map(unknown).collect();
    let mut sources: Vec<(usize, usize)> = (0..)
        .zip(names.iter())
        .filter(|(_, n)| n.kind.source().is_some())
        .map(|(at, n)| (n.tokens.start, at))
        .collect();
    sources.sort_unstable();
    let mut kept = Vec::new();
    for mut name in known.into_iter().filter(|name| name.confirmed && name.entry.is_none()) {
        if let Some(same) = by_span.get(&(name.span.start, name.span.end)).and_then(|at| names.get_mut(*at)) {
            same.wording.clone_from(&name.wording);
            continue;
        }
        let end = sources.partition_point(|(start, _)| *start < name.tokens.end);
        let near = sources.get(end.saturating_sub(NEAR_SOURCES)..end).unwrap_or_default();
        let overlapping = near.iter().find(|(_, at)| names.get(*at).is_some_and(|n| name.tokens.start < n.tokens.end));
        let Some(source) = overlapping.and_then(|(_, at)| names.get_mut(*at)) else { continue };
        if name.kind.entity() == source.kind.entity() && !name.nested {
            source.confirmed = false;
            name.canonical.clone_from(&source.canonical);
        }
        kept.push(name);
    }
    names.append(&mut kept);
}

/// Sources before a name that are looked at for an overlap: names nest a few deep at most.
const NEAR_SOURCES: usize = 8;

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

    /// Like [`new`](Self::new); `is_repeated` tells which lines are repeated in many articles.
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
        organisations::find(&analysis, &words, lexicon, &mut names);
        restore_mentions(&mut names, known);
        organisations::complete(&analysis, &words, lexicon, &mut names);
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

    /// The spans that are boilerplate.
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
