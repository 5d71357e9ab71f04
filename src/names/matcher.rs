//! Matching names in text: a trie over index terms, longest match first, capitals checked on the text.
//!
//! Words are split at hyphens («Чатем-хаус» = «Чатем хаус»), quotes inside a name are passed over («Институт
//! «Центр»»), other marks count when they stand tight between words (Lenta.ru, S&P, N+1).

use super::entry::{Entry, Strength};
use crate::analyse::{Analysis, TokenKind, stem::Stemmer};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A dictionary name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// Number of the entry in its [`Lexicon`](super::Lexicon).
    pub entry: usize,
    /// How much the wording proves.
    pub strength: Strength,
    /// The tokens it covers (outer quotes excluded).
    pub tokens: Range<usize>,
    /// The bytes it covers.
    pub span: Range<usize>,
    /// Whether quotation marks stand right around it.
    pub quoted: bool,
    /// Whether it lies inside a longer match («Министерство обороны РФ» holds РФ).
    pub nested: bool,
}

/// Match keys of words seen before; one per thread.
#[derive(Default)]
pub struct WordCache {
    stemmer: Stemmer,
    keys: FxHashMap<Box<str>, Keys>,
}

/// Words remembered before the cache starts afresh: bounds its memory.
const MAX_CACHED: usize = 1 << 18;

/// The trie keys of a word's first two terms; 0 is no key.
type Keys = [u32; 2];

/// How a word of an alias is written, and so must be written in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    /// All capitals: an acronym.
    Capitals,
    /// A capital first.
    Capital,
    /// No demand.
    Any,
}

/// What ends at a trie node.
#[derive(Clone, Debug)]
struct Output {
    /// The entry, or nothing for a phrase that only looks like a name.
    entry: Option<usize>,
    strength: Strength,
    letters: Vec<Letters>,
}

/// The trie.
#[derive(Default)]
pub(super) struct Matcher {
    words: FxHashMap<Box<str>, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    outputs: FxHashMap<u32, Vec<Output>>,
    nodes: u32,
}

/// A piece of text that one trie edge can stand for.
struct Unit {
    token: usize,
    span: Range<usize>,
    keys: Keys,
    /// The whole word between hyphens and quotes, or a tight mark.
    first_in_token: bool,
    last_in_token: bool,
}

impl Matcher {
    /// Builds the trie of all aliases and look-alike phrases.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut matcher = Self::default();
        let mut cache = WordCache::default();
        for (number, entry) in entries.iter().enumerate() {
            for alias in &entry.aliases {
                matcher.insert(&alias.text, Some(number), alias.strength, &mut cache);
            }
            for phrase in &entry.not {
                matcher.insert(phrase, None, Strength::Strong, &mut cache);
            }
        }
        matcher
    }

    fn insert(&mut self, alias: &str, entry: Option<usize>, strength: Strength, cache: &mut WordCache) {
        let analysis = Analysis::new(alias);
        let mut node = 0;
        let mut letters = Vec::new();
        for piece in pieces(&analysis) {
            let Some(piece) = piece else { continue };
            let word = alias.get(piece.span.clone()).unwrap_or("");
            letters.push(letters_of(word));
            let term = cache.main_term(word, piece.mark);
            let fresh = u32::try_from(self.words.len() + 1).unwrap_or(u32::MAX);
            let key = *self.words.entry(term).or_insert(fresh);
            let next = self.nodes + 1;
            node = *self.edges.entry((node, key)).or_insert(next);
            self.nodes = self.nodes.max(node);
        }
        if entry.is_none() {
            letters.iter_mut().for_each(|l| *l = Letters::Any);
        }
        if !letters.is_empty() {
            self.outputs.entry(node).or_default().push(Output { entry, strength, letters });
        }
    }

    /// Every name in `analysis`, leftmost and longest first, then the places nested in them.
    pub(super) fn find(&self, analysis: &Analysis<'_>, cache: &mut WordCache) -> Vec<NameMatch> {
        let units = self.units(analysis, cache);
        let mut found = Vec::new();
        let mut at = 0;
        while at < units.len() {
            let Some((end, output)) = self.longest(analysis, &units, at, units.len()) else {
                at += 1;
                continue;
            };
            if let Some(name) = to_match(analysis, &units, at..end, output, false) {
                found.push(name);
                let mut inner = at + 1;
                while inner < end {
                    let nested = self.longest(analysis, &units, inner, end);
                    let name = nested.and_then(|(e, o)| to_match(analysis, &units, inner..e, o, true));
                    inner = nested.map_or(inner + 1, |(e, _)| e);
                    found.extend(name);
                }
            }
            at = end;
        }
        found
    }

    /// Whether the whole of `analysis` is one name: the entries it can stand for.
    pub(super) fn whole(&self, analysis: &Analysis<'_>, cache: &mut WordCache) -> Vec<usize> {
        let units: Vec<Unit> = self.units(analysis, cache).into_iter().filter(|u| u.keys != BREAK).collect();
        let mut nodes = vec![0];
        for unit in &units {
            nodes = nodes
                .iter()
                .flat_map(|node| unit.keys.iter().map(move |key| (*node, *key)))
                .filter_map(|step| self.edges.get(&step).copied())
                .collect();
            nodes.sort_unstable();
            nodes.dedup();
        }
        let outputs = nodes.iter().filter_map(|node| self.outputs.get(node)).flatten();
        let mut entries: Vec<usize> = outputs.filter_map(|output| output.entry).collect();
        entries.dedup();
        entries
    }

    fn longest(&self, analysis: &Analysis<'_>, units: &[Unit], at: usize, limit: usize) -> Option<(usize, &Output)> {
        let mut best = None;
        let mut nodes = [Some(0), None];
        for (index, unit) in units.iter().enumerate().take(limit).skip(at) {
            let steps = nodes.iter().flatten().flat_map(|node| unit.keys.iter().map(move |key| (*node, *key)));
            let mut reached = steps.filter(|(_, key)| *key != 0).filter_map(|step| self.edges.get(&step).copied());
            nodes = [reached.next(), reached.next()];
            if nodes == [None, None] {
                break;
            }
            let outputs = nodes.iter().flatten().filter_map(|node| self.outputs.get(node)).flatten();
            let fitting = |o: &&Output| fits(analysis, units, at..index + 1, o);
            best = outputs.filter(fitting).min_by_key(|o| preference(o)).map(|o| (index + 1, o)).or(best);
        }
        best
    }

    fn units(&self, analysis: &Analysis<'_>, cache: &mut WordCache) -> Vec<Unit> {
        let pieces = pieces(analysis);
        pieces
            .map(|piece| match piece {
                None => Unit { token: 0, span: 0..0, keys: BREAK, first_in_token: true, last_in_token: true },
                Some(piece) => {
                    let word = analysis.text.get(piece.span.clone()).unwrap_or("");
                    let keys = cache.keys(word, piece.mark, &self.words);
                    let (first_in_token, last_in_token) = (piece.first, piece.last);
                    Unit { token: piece.token, span: piece.span, keys, first_in_token, last_in_token }
                }
            })
            .collect()
    }
}

/// Keys of what no name can run across.
const BREAK: Keys = [0, u32::MAX];

/// A blocking phrase wins, then the alias that demands most of the letters, then the stronger one.
fn preference(output: &Output) -> (bool, u8, usize) {
    let loose = output.letters.iter().filter(|l| **l == Letters::Any).count();
    let strength = match output.strength {
        Strength::Strong => 0,
        Strength::Short => 1,
        Strength::Ambiguous => 2,
    };
    (output.entry.is_some(), strength, loose)
}

/// Whether the words in the text are written as the alias demands, and the match starts and ends at word bounds.
fn fits(analysis: &Analysis<'_>, units: &[Unit], range: Range<usize>, output: &Output) -> bool {
    let Some(units) = units.get(range) else { return false };
    let (Some(first), Some(last)) = (units.first(), units.last()) else { return false };
    let word = |u: &Unit| analysis.text.get(u.span.clone()).unwrap_or("");
    let bounds =
        (first.first_in_token || is_name_part(word(first))) && (last.last_in_token || is_name_part(word(last)));
    bounds
        && units.iter().zip(&output.letters).enumerate().all(|(at, (unit, letters))| written(word(unit), *letters, at))
}

fn written(word: &str, letters: Letters, position: usize) -> bool {
    match letters {
        Letters::Capitals => is_acronym_form(word),
        Letters::Capital => position > 0 || word.starts_with(char::is_uppercase),
        Letters::Any => true,
    }
}

/// All capitals, or an inflected acronym: capitals and at most three lower-case letters («МИДа», «ВЦИОМом»).
fn is_acronym_form(word: &str) -> bool {
    let upper = word.chars().take_while(|c| !c.is_lowercase()).count();
    let lower = word.chars().count() - upper;
    upper >= 2 && lower <= 3 && word.chars().skip(upper).all(char::is_lowercase)
}

fn is_name_part(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

fn letters_of(word: &str) -> Letters {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    match letters.next() {
        Some(first) if first.is_uppercase() => {
            let mut rest = letters.peekable();
            if rest.peek().is_some() && rest.all(char::is_uppercase) { Letters::Capitals } else { Letters::Capital }
        }
        _ => Letters::Any,
    }
}

fn to_match(
    analysis: &Analysis<'_>,
    units: &[Unit],
    range: Range<usize>,
    output: &Output,
    nested: bool,
) -> Option<NameMatch> {
    let units = units.get(range)?;
    let (first, last) = (units.first()?, units.last()?);
    let tokens = first.token..last.token + 1;
    let opens = tokens.start > 0 && is_quote(analysis.word(tokens.start - 1));
    let quoted = opens && is_quote(analysis.word(tokens.end));
    let span = first.span.start..last.span.end;
    Some(NameMatch { entry: output.entry?, strength: output.strength, tokens, span, quoted, nested })
}

/// Whether a token is a quotation mark of any kind.
pub(crate) fn is_quote(word: &str) -> bool {
    matches!(word, "«" | "»" | "\"" | "„" | "“" | "”" | "‘" | "’" | "'" | "‹" | "›" | "``" | "''")
}

struct Piece {
    token: usize,
    span: Range<usize>,
    mark: bool,
    first: bool,
    last: bool,
}

/// The pieces that names are made of; `None` where no name can run on.
fn pieces(analysis: &Analysis<'_>) -> impl Iterator<Item = Option<Piece>> {
    let mut out = Vec::with_capacity(analysis.tokens.len());
    for (number, token) in analysis.tokens.iter().enumerate() {
        let word = analysis.word(number);
        match token.kind {
            TokenKind::Word | TokenKind::Number => parts(&mut out, number, token.start as usize, word),
            _ if is_quote(word) || matches!(word, "-" | "‑") => {}
            _ if is_tight(analysis, number) => {
                let mark = Piece { token: number, span: token.range(), mark: true, first: true, last: true };
                out.push(Some(mark));
            }
            _ => out.push(None),
        }
    }
    out.into_iter()
}

fn parts(out: &mut Vec<Option<Piece>>, token: usize, start: usize, word: &str) {
    let mut offset = start;
    let from = out.len();
    for part in word.split(['-', '‑', '‐']) {
        if !part.is_empty() {
            let span = offset..offset + part.len();
            out.push(Some(Piece { token, span, mark: false, first: out.len() == from, last: false }));
        }
        offset += part.len()
            + word.get(offset - start + part.len()..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
    }
    if let Some(Some(piece)) = out.last_mut() {
        piece.last = true;
    }
}

/// Whether a mark stands between two words without white space (Lenta.ru, S&P).
fn is_tight(analysis: &Analysis<'_>, number: usize) -> bool {
    let Some(here) = analysis.tokens.get(number) else { return false };
    let touches = |other: Option<&crate::analyse::Token>, left: bool| {
        other.is_some_and(|t| {
            matches!(t.kind, TokenKind::Word | TokenKind::Number)
                && if left { t.end == here.start } else { t.start == here.end }
        })
    };
    touches(number.checked_sub(1).and_then(|n| analysis.tokens.get(n)), true)
        && touches(analysis.tokens.get(number + 1), false)
}

impl WordCache {
    /// The main index term of a word, or the mark itself.
    fn main_term(&mut self, word: &str, mark: bool) -> Box<str> {
        if mark {
            return word.into();
        }
        let mut main: Option<Box<str>> = None;
        self.stemmer.terms(word, &mut |term| {
            main.get_or_insert_with(|| term.into());
        });
        main.unwrap_or_else(|| word.into())
    }

    fn keys(&mut self, word: &str, mark: bool, words: &FxHashMap<Box<str>, u32>) -> Keys {
        if mark {
            return words.get(word).map_or(BREAK, |key| [*key, 0]);
        }
        if let Some(keys) = self.keys.get(word) {
            return *keys;
        }
        let mut keys = [0, 0];
        let mut slots = keys.iter_mut();
        self.stemmer.terms(word, &mut |term| {
            if let (Some(key), Some(slot)) = (words.get(term), slots.next()) {
                *slot = *key;
            }
        });
        if self.keys.len() >= MAX_CACHED {
            self.keys.clear();
        }
        self.keys.insert(word.into(), keys);
        keys
    }
}
