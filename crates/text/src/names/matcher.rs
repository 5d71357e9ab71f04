//! Matching names in text: a trie over index terms, longest match first, capitals checked on the text.
//!
//! Words are split at hyphens («Чатем-хаус» = «Чатем хаус»), quotes inside a name are passed over («Институт
//! «Центр»»), other marks must stand as in the name (Lenta.ru, S&P, N+1, «Осторожно, новости»).

use super::{
    entry::{Entry, EntryId, Strength},
    forms::is_case_form,
    keys::{KeyWord, WordCache, WordKeys, is_quote, pieces},
};
use crate::analyse::{
    Analysis,
    fold::{fold, is_letter},
};
use crate::word_classes::word_class;
use rustc_hash::FxHashMap;
use std::{ops::Range, sync::LazyLock};

/// A dictionary name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// Number of the entry in its [`Lexicon`](super::Lexicon).
    pub entry: EntryId,
    /// Which of the entry's aliases it is.
    pub alias: usize,
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

/// How a word of an alias is written, and so must be written in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CaseMatch {
    /// All capitals: an acronym.
    Capitals,
    /// A capital first.
    Capital,
    /// No demand.
    Any,
}

/// Whether a name begins with a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Begins {
    #[default]
    Never,
    /// With a capital only.
    Capitalised,
    /// In any letters.
    Always,
}

/// What ends at a trie node.
#[derive(Clone, Debug)]
struct Output {
    /// The entry, or nothing for a phrase that only looks like a name.
    entry: Option<EntryId>,
    /// Number of the alias in its entry.
    alias: usize,
    strength: Strength,
    words: Vec<AliasWord>,
}

/// A word of an alias as the text must have it.
#[derive(Clone, Debug)]
struct AliasWord {
    letters: CaseMatch,
    /// Folded nominative.
    folded: Box<str>,
}

/// Common nouns that open names and may be written small there.
static GENERIC: LazyLock<&[&str]> = LazyLock::new(|| word_class("generic_noun"));

/// The trie.
#[derive(Default)]
pub(super) struct Matcher {
    words: FxHashMap<Box<str>, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    /// By its number, whether a name begins with the word: few do, and no others need be looked up.
    begins: Vec<Begins>,
    outputs: FxHashMap<u32, Vec<Output>>,
    nodes: u32,
}

/// A piece of text that one trie edge can stand for.
struct Unit {
    token: usize,
    span: Range<usize>,
    keys: WordKeys,
    /// The whole word between hyphens and quotes, or a tight mark.
    first_in_token: bool,
    last_in_token: bool,
}

impl Matcher {
    /// Builds the trie of all aliases and look-alike phrases.
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut matcher = Self::default();
        let cache = WordCache::default();
        for (at_entry, entry) in entries.iter().enumerate() {
            for (at, alias) in entry.aliases.iter().enumerate() {
                matcher.insert(&alias.text, Some((EntryId::new(at_entry), at)), alias.strength, &cache);
            }
            for phrase in &entry.not {
                matcher.insert(phrase, None, Strength::Strong, &cache);
            }
        }
        matcher
    }

    fn insert(&mut self, alias: &str, target: Option<(EntryId, usize)>, strength: Strength, cache: &WordCache) {
        if alias.contains('(') {
            // «Сегодня (Украина)» tells two entries apart; nobody writes it so.
            return;
        }
        let analysis = Analysis::new(alias);
        let mut node = 0;
        let (mut words, mut first_key) = (Vec::new(), None);
        let mut pieces: Vec<KeyWord> = pieces(&analysis).collect();
        while pieces.last().is_some_and(|p| p.mark) {
            pieces.pop();
        }
        for piece in pieces {
            let word = alias.get(piece.span.clone()).unwrap_or("");
            let letters = if target.is_some() { letters_of(word) } else { CaseMatch::Any };
            words.push(AliasWord { letters, folded: fold(word).into() });
            let term = cache.main_term(word, piece.mark);
            let fresh = u32::try_from(self.words.len() + 1).unwrap_or(u32::MAX);
            let key = *self.words.entry(term).or_insert(fresh);
            first_key.get_or_insert(key);
            let next = self.nodes + 1;
            node = *self.edges.entry((node, key)).or_insert(next);
            self.nodes = self.nodes.max(node);
        }
        // «университета Карнеги — Меллона»: a common noun that opens a name may be written small.
        let proper = words.iter().skip(1).any(|word| word.letters != CaseMatch::Any);
        if let Some(first) = words.first_mut().filter(|first| proper && GENERIC.contains(&&*first.folded)) {
            first.letters = CaseMatch::Any;
        }
        if let (Some(key), Some(first)) = (first_key, words.first()) {
            let how = if first.letters == CaseMatch::Any { Begins::Always } else { Begins::Capitalised };
            self.note_beginning(key as usize, how);
        }
        if !words.is_empty() {
            self.outputs.entry(node).or_default().push(Output {
                entry: target.map(|(entry, _)| entry),
                alias: target.map_or(0, |(_, alias)| alias),
                strength,
                words,
            });
        }
    }

    fn note_beginning(&mut self, key: usize, how: Begins) {
        if self.begins.len() <= key {
            self.begins.resize(key + 1, Begins::Never);
        }
        if let Some(begins) = self.begins.get_mut(key) {
            *begins = how.max(*begins);
        }
    }

    fn may_begin(&self, analysis: &Analysis<'_>, unit: &Unit) -> bool {
        let begins = |key: &u32| self.begins.get(*key as usize).copied().unwrap_or_default();
        match unit.keys.0.iter().map(begins).max() {
            Some(Begins::Always) => true,
            Some(Begins::Capitalised) => {
                let word = analysis.text.get(unit.span.clone()).unwrap_or("");
                word.starts_with(char::is_uppercase)
            }
            _ => false,
        }
    }

    /// The keys of a token that is one word or, if `mark`, one mark.
    pub(super) fn keys(&self, word: &str, mark: bool, cache: &WordCache) -> WordKeys {
        cache.make(word, mark, &self.words)
    }

    /// Every name in `analysis`, leftmost and longest first, then the places nested in them. `known` are the keys of the
    /// tokens, as far as they are known.
    pub(super) fn find(&self, analysis: &Analysis<'_>, known: &[WordKeys], cache: &mut WordCache) -> Vec<NameMatch> {
        let units = self.units(analysis, known, cache);
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

    fn longest(&self, analysis: &Analysis<'_>, units: &[Unit], at: usize, limit: usize) -> Option<(usize, &Output)> {
        units.get(at).filter(|first| self.may_begin(analysis, first))?;
        let mut best = None;
        let mut nodes = [Some(0), None];
        for (index, unit) in units.iter().enumerate().take(limit).skip(at) {
            nodes = self.step(nodes, unit.keys);
            if nodes == [None, None] {
                break;
            }
            let outputs = nodes.iter().flatten().filter_map(|node| self.outputs.get(node)).flatten();
            let fitting = |o: &&Output| fits(analysis, units, at..index + 1, o);
            let price =
                |o: &&Output| (preference(o), declined(analysis, units.get(at..index + 1).unwrap_or_default(), o));
            best = outputs.filter(fitting).min_by_key(price).map(|o| (index + 1, o)).or(best);
        }
        best
    }

    /// The first two nodes that a word leads to from `nodes`.
    fn step(&self, nodes: [Option<u32>; 2], keys: WordKeys) -> [Option<u32>; 2] {
        let mut reached = [None; 2];
        let mut free = reached.iter_mut();
        for node in nodes.into_iter().flatten() {
            for key in keys.0.into_iter().filter(|key| *key != 0) {
                if let Some(next) = self.edges.get(&(node, key))
                    && let Some(place) = free.next()
                {
                    *place = Some(*next);
                }
            }
        }
        reached
    }

    fn units(&self, analysis: &Analysis<'_>, known: &[WordKeys], cache: &mut WordCache) -> Vec<Unit> {
        let pieces = pieces(analysis);
        pieces
            .map(|piece| {
                let whole = analysis.tokens.get(piece.token).is_some_and(|token| token.range() == piece.span);
                let keys = match known.get(piece.token).filter(|_| whole) {
                    Some(keys) => *keys,
                    None => {
                        let word = analysis.text.get(piece.span.clone()).unwrap_or("");
                        cache.keys(word, piece.mark, &self.words)
                    }
                };
                let (first_in_token, last_in_token) = (piece.first, piece.last);
                Unit { token: piece.token, span: piece.span, keys, first_in_token, last_in_token }
            })
            .collect()
    }
}

/// A name wins over a phrase that only keeps another name out («Северная Корея» keeps «Корея» out), then the stronger
/// alias wins, then the one that demands most of the letters.
fn preference(output: &Output) -> (bool, u8, usize) {
    let loose = output.words.iter().filter(|w| w.letters == CaseMatch::Any).count();
    let strength = match output.strength {
        Strength::Strong => 0,
        Strength::Short => 1,
        Strength::Ambiguous => 2,
    };
    (output.entry.is_none(), strength, loose)
}

/// How many words stand otherwise than in the alias: «Банка России» is a form of «Банк России» rather than of «Банк
/// Россия».
fn declined(analysis: &Analysis<'_>, units: &[Unit], output: &Output) -> usize {
    let word = |unit: &Unit| analysis.text.get(unit.span.clone()).unwrap_or("");
    units.iter().zip(&output.words).filter(|(unit, alias)| *fold(word(unit)) != *alias.folded).count()
}

/// Whether the words in the text are written as the alias demands, and the match starts and ends at word bounds.
fn fits(analysis: &Analysis<'_>, units: &[Unit], range: Range<usize>, output: &Output) -> bool {
    let Some(units) = units.get(range) else { return false };
    let (Some(first), Some(last)) = (units.first(), units.last()) else { return false };
    let word = |u: &Unit| analysis.text.get(u.span.clone()).unwrap_or("");
    let tokens = first.token..last.token;
    let bounds = !leaves_quotes(analysis, tokens)
        && (first.first_in_token || is_name_part(word(first)))
        && (last.last_in_token || is_name_part(word(last)));
    // A name that starts small («газета Сегодня») demands its later capitals too.
    let strict = output.words.first().is_some_and(|w| w.letters == CaseMatch::Any);
    let words = units.iter().zip(&output.words).enumerate();
    bounds && words.into_iter().all(|(at, (unit, alias))| written(word(unit), alias, strict || at == 0))
}

fn written(word: &str, alias: &AliasWord, demand_capital: bool) -> bool {
    let letters = match alias.letters {
        CaseMatch::Capitals => return is_acronym_form(word, &alias.folded),
        CaseMatch::Capital => {
            let single = alias.folded.chars().nth(1).is_none();
            !demand_capital && !single || word.starts_with(char::is_uppercase)
        }
        CaseMatch::Any => true,
    };
    // «ГАЗ» is no form of «Газа».
    let acronym = alias.letters == CaseMatch::Capital && word.chars().nth(5).is_none() && is_shouted(word);
    if acronym && fold(word) != *alias.folded {
        return false;
    }
    letters && is_case_form(&alias.folded, &fold(word))
}

/// Whether the tokens run out of quotes that were opened before them («Новая газета» Речь…).
fn leaves_quotes(analysis: &Analysis<'_>, tokens: Range<usize>) -> bool {
    let mut open = 0;
    tokens.map(|token| analysis.word(token)).any(|word| {
        match word {
            "«" | "„" | "“" => open += 1,
            "»" | "”" => open -= 1,
            _ => {}
        }
        open < 0
    })
}

fn is_shouted(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}

/// The acronym in capitals, or with a lower-case case ending («МИДа», «ВЦИОМом»).
fn is_acronym_form(word: &str, acronym: &str) -> bool {
    let upper: String = word.chars().take_while(|c| !c.is_lowercase()).collect();
    let ending = word.get(upper.len()..).unwrap_or("");
    fold(&upper) == acronym && ["", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"].contains(&ending)
}

fn is_name_part(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

fn letters_of(word: &str) -> CaseMatch {
    let mut letters = word.chars().filter(|c| is_letter(*c));
    match letters.next() {
        Some(first) if first.is_uppercase() => {
            let mut rest = letters.peekable();
            if rest.peek().is_some() && rest.all(char::is_uppercase) { CaseMatch::Capitals } else { CaseMatch::Capital }
        }
        _ => CaseMatch::Any,
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
    Some(NameMatch {
        entry: output.entry?,
        alias: output.alias,
        strength: output.strength,
        tokens,
        span,
        quoted,
        nested,
    })
}
