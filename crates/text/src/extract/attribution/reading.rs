//! A document read for attribution: its words looked up, and who owns each token.
//!
//! All questions that rules ask about tokens are answered here; this module must never decide who is cited.

use super::{
    grammar::Grammar,
    lexis::{Classes, Word},
};
use crate::{
    analyse::{Analysis, TokenKind},
    extract::{Document, Facts, Name},
    names::{NameKind, Strength, is_quote},
};
use std::{cell::Cell, ops::Range};
use svodka_model::article::EntityKind;

/// Whether a name owns its words: an ordinary word that is also a name does not («эксперты», «время»), unless quotes or
/// a descriptor make it one.
pub(in crate::extract) fn counts(analysis: &Analysis<'_>, words: &[Facts], name: &Name) -> bool {
    let sure = || name.strength != Strength::Ambiguous || name.quoted;
    let described = || {
        let before = name.tokens.start.checked_sub(1).and_then(|at| words.get(at));
        before.is_some_and(|word| word.listed.classes.any(Classes::DESCRIPTOR))
    };
    if cuts_word(analysis, name) {
        return false;
    }
    let word = analysis.word(name.tokens.start);
    let shouting = word.chars().count() > 3 && word.chars().all(char::is_uppercase);
    sure() || described() || shouting || is_latin(word)
}

/// Whether a name is only the end of a longer one: «Эксперт» in «Полис-Эксперт».
fn cuts_word(analysis: &Analysis<'_>, name: &Name) -> bool {
    let token = analysis.tokens.get(name.tokens.start);
    let before = token.and_then(|token| analysis.text.get(token.start as usize..name.span.start)).unwrap_or_default();
    before.starts_with(char::is_uppercase) && before.ends_with(['-', '‑', '–'])
}

/// Whether a word is written in Latin letters.
pub(super) fn is_latin(word: &str) -> bool {
    word.chars().all(|c| !matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'))
}

/// The small letter of an English or Russian letter, any other character as it is: the words that attribution asks for
/// have no others. A letter and its small one have equally many bytes.
const fn small(c: char) -> char {
    match c {
        'А'..='Я' => match char::from_u32(c as u32 + ('а' as u32 - 'А' as u32)) {
            Some(small) => small,
            None => c,
        },
        'Ё' => 'ё',
        _ => c.to_ascii_lowercase(),
    }
}

/// A document as attribution reads it.
pub(super) struct Reading<'d, 't> {
    /// The document.
    pub(super) document: &'d Document<'t>,
    /// For each token the number of the name it belongs to, plus one; 0 for none.
    owners: Vec<u32>,
    /// What has been asked of each token before: mentions that stand near each other ask the same of the same tokens.
    asked: Vec<Asked>,
    /// The same for each sentence.
    asked_sentences: Vec<AskedSentence>,
    /// The tokens that are quotation marks, in order.
    quotes: Vec<usize>,
}

/// Answers about a token.
#[derive(Clone, Default)]
struct Asked {
    class: Cell<Option<&'static str>>,
    is_adjective: Cell<Option<bool>>,
}

/// Answers about a sentence.
#[derive(Clone, Default)]
struct AskedSentence {
    classes: Cell<Option<Classes>>,
    somebody_speaks: Cell<Option<bool>>,
}

/// Bytes of the longest quotation mark.
const LONGEST_QUOTE: u32 = 3;

impl<'d, 't> Reading<'d, 't> {
    /// Reads `document`.
    pub(super) fn new(document: &'d Document<'t>) -> Self {
        let analysis = &document.analysis;
        let mut owners = vec![0; analysis.tokens.len()];
        for sources in [false, true] {
            let names = document.names.iter().enumerate();
            for (number, name) in names.filter(|(_, n)| !n.nested && n.kind.source().is_some() == sources) {
                let number = u32::try_from(number + 1).unwrap_or_default();
                owners.iter_mut().take(name.tokens.end).skip(name.tokens.start).for_each(|owner| *owner = number);
            }
        }
        let short = analysis.tokens.iter().enumerate().filter(|(_, token)| token.end - token.start <= LONGEST_QUOTE);
        Self {
            document,
            owners,
            asked: vec![Asked::default(); analysis.tokens.len()],
            asked_sentences: vec![AskedSentence::default(); analysis.sentences.len()],
            quotes: short.filter(|(_, token)| is_quote(token.of(analysis.text))).map(|(at, _)| at).collect(),
        }
    }

    /// The text of a token; empty out of range.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.document.analysis.word(at)
    }

    /// What the lists know of a token.
    pub(super) fn word(&self, at: usize) -> Word {
        self.document.words.get(at).map(|word| word.listed).unwrap_or_default()
    }

    /// What a token can be by itself.
    pub(super) fn grammar(&self, at: usize) -> Grammar {
        self.document.words.get(at).map(|word| word.grammar).unwrap_or_default()
    }

    /// Whether a token belongs to a source's name.
    pub(super) fn is_source(&self, at: usize) -> bool {
        self.source_at(at).is_some()
    }

    /// Whether a token is in any of `classes`. Words inside names are in none.
    pub(super) fn has(&self, at: usize, classes: Classes) -> bool {
        self.word(at).classes.any(classes) && self.name_at(at).is_none_or(|n| n.kind.source().is_none())
    }

    /// Whether a token is in any of `classes`, be it part of a name or not.
    pub(super) fn has_any_owner(&self, at: usize, classes: Classes) -> bool {
        self.word(at).classes.any(classes)
    }

    /// Whether a token is the word `word` (given in lower case).
    pub(super) fn is(&self, at: usize, word: &str) -> bool {
        let text = self.text(at);
        text == word
            || text.len() == word.len() && text.chars().map(|c| if c == 'ё' { 'е' } else { small(c) }).eq(word.chars())
    }

    /// Whether a token is one of `words` (given in lower case).
    pub(super) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(at, word))
    }

    /// Whether a token starts with `stem` (given in lower case).
    pub(super) fn starts(&self, at: usize, stem: &str) -> bool {
        let mut letters = self.text(at).chars().map(small);
        stem.chars().all(|c| letters.next() == Some(c))
    }

    /// The name that owns a token: outermost, sources before other names.
    pub(super) fn name_at(&self, at: usize) -> Option<&'d Name> {
        let number = *self.owners.get(at)?;
        self.document.names.get((number as usize).checked_sub(1)?)
    }

    /// The source name that owns a token.
    pub(super) fn source_at(&self, at: usize) -> Option<&'d Name> {
        self.name_at(at).filter(|n| n.kind.source().is_some())
    }

    /// Where the person named at a token ends; two capitalised words that belong to no source count as one.
    pub(super) fn person_end(&self, at: usize) -> Option<usize> {
        if let Some(name) = self.name_at(at) {
            let person = name.kind == NameKind::Entity(EntityKind::Person);
            return person.then_some(name.tokens.end);
        }
        let capital = |at: usize| {
            let mut letters = self.text(at).chars();
            letters.next().is_some_and(char::is_uppercase)
                && letters.any(char::is_lowercase)
                && self.source_at(at).is_none()
        };
        (capital(at) && capital(at + 1)).then(|| if capital(at + 2) { at + 3 } else { at + 2 })
    }

    /// Whether a person is named right before a token (possibly with a comma between).
    pub(super) fn person_before(&self, at: usize) -> bool {
        let Some(last) = at.checked_sub(1) else { return false };
        let last = if self.text(last) == "," { last.saturating_sub(1) } else { last };
        self.name_at(last).is_some_and(|n| n.kind == NameKind::Entity(EntityKind::Person))
            || last > 0 && self.person_end(last - 1) == Some(last + 1)
    }

    /// The tokens of a source's name without the small-cased descriptor that a dictionary has in it: «Весна» of
    /// «правозащитный центр «Весна»», «TRENDS» of «центр TRENDS».
    pub(super) fn without_descriptor(&self, tokens: Range<usize>) -> Range<usize> {
        let small = tokens.clone().take_while(|at| self.lower(*at)).count();
        let start = tokens.start + small;
        if small == 0 || start >= tokens.end || !self.has_any_owner(start - 1, Classes::DESCRIPTOR) {
            return tokens;
        }
        if self.quote(start) && start + 1 < tokens.end {
            let closed = tokens.end > start + 2 && self.quote(tokens.end - 1);
            return start + 1..tokens.end - usize::from(closed);
        }
        let press = self.word(start - 1).kind.is_some_and(svodka_model::article::SourceKind::is_press);
        if press || is_latin(self.text(start)) { start..tokens.end } else { tokens }
    }

    /// The sentence that a token stands in, as a range of tokens.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        let analysis = &self.document.analysis;
        analysis.sentences.get(analysis.sentence_of(at)).map_or(at..at + 1, |s| s.tokens.clone())
    }

    /// Whether a token is a quotation mark.
    pub(super) fn quote(&self, at: usize) -> bool {
        is_quote(self.text(at))
    }

    /// Whether white space stands before a token.
    pub(super) fn spaced(&self, at: usize) -> bool {
        let tokens = &self.document.analysis.tokens;
        let end = at.checked_sub(1).and_then(|before| tokens.get(before)).map(|t| t.end);
        end != tokens.get(at).map(|t| t.start)
    }

    /// Whether a token is a mark that ends a clause.
    pub(super) fn clause_mark(&self, at: usize) -> bool {
        matches!(self.text(at), "," | ";" | ":" | "—" | "–" | "―" | "-" | "(" | ")" | "." | "!" | "?" | "…" | "|" | "•")
    }

    /// Whether a token is any punctuation mark.
    pub(super) fn mark(&self, at: usize) -> bool {
        self.document.analysis.tokens.get(at).is_none_or(|t| matches!(t.kind, TokenKind::Punct | TokenKind::Other))
    }

    /// Whether a token is a number.
    pub(super) fn number(&self, at: usize) -> bool {
        self.document.analysis.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Number)
    }

    /// Whether a token is a word that starts with a capital.
    pub(super) fn capital(&self, at: usize) -> bool {
        self.text(at).starts_with(char::is_uppercase)
    }

    /// Whether a token is a word in lower case.
    pub(super) fn lower(&self, at: usize) -> bool {
        self.text(at).starts_with(char::is_lowercase)
    }

    /// Whether a token looks like an adjective («британская», «лондонского») and no list knows it as anything else.
    pub(super) fn adjective(&self, at: usize) -> bool {
        let Some(asked) = self.asked.get(at) else { return false };
        asked.is_adjective.get().unwrap_or_else(|| {
            let is_adjective = self.looks_like_adjective(at);
            asked.is_adjective.set(Some(is_adjective));
            is_adjective
        })
    }

    fn looks_like_adjective(&self, at: usize) -> bool {
        const ENDINGS: [&str; 29] = [
            "ый", "ий", "ого", "его", "ому", "ему", "ым", "им", "ая", "яя", "ую", "юю", "ое", "ее", "ые", "ие", "ых",
            "их", "ыми", "ими", "ской", "ном", "мом", "ском", "ной", "цкой", "ней", "шей", "щей",
        ];
        let text = self.text(at);
        let others = Classes::VOICE
            .or(Classes::SPEAKER)
            .or(Classes::REPORT)
            .or(Classes::FIGURES)
            .or(Classes::DESCRIPTOR)
            .or(Classes::PARTICIPLE)
            .or(Classes::APPEAR);
        text.len() > 8
            && !self.word(at).classes.any(others)
            && self.source_at(at).is_none()
            && ENDINGS.iter().any(|ending| text.ends_with(ending))
    }

    /// The class of a token, by `find` where it has not been asked for before.
    pub(super) fn class_or(&self, at: usize, find: impl FnOnce() -> &'static str) -> &'static str {
        let Some(asked) = self.asked.get(at) else { return find() };
        asked.class.get().unwrap_or_else(|| {
            let class = find();
            asked.class.set(Some(class));
            class
        })
    }

    /// The classes of all words in some tokens of a sentence that belong to no source.
    pub(super) fn classes_in(&self, sentence: usize, tokens: &Range<usize>) -> Classes {
        let find = || {
            let words = tokens.clone().filter(|at| !self.is_source(*at)).map(|at| self.word(at).classes);
            words.fold(Classes::default(), Classes::or)
        };
        let whole = self.document.analysis.sentences.get(sentence).is_some_and(|sentence| sentence.tokens == *tokens);
        let Some(asked) = self.asked_sentences.get(sentence).filter(|_| whole) else { return find() };
        asked.classes.get().unwrap_or_else(|| {
            let classes = find();
            asked.classes.set(Some(classes));
            classes
        })
    }

    /// Whether somebody says something in a sentence, as far as 40 tokens.
    pub(super) fn somebody_speaks(&self, sentence: usize) -> bool {
        const FAR: usize = 40;
        let sentences = &self.document.analysis.sentences;
        let (Some(asked), Some(tokens)) = (self.asked_sentences.get(sentence), sentences.get(sentence)) else {
            return false;
        };
        asked.somebody_speaks.get().unwrap_or_else(|| {
            let speech = Classes::SAY.or(Classes::JUDGE).or(Classes::CITE);
            let speaks = tokens.tokens.clone().take(FAR).any(|at| self.has(at, speech));
            asked.somebody_speaks.set(Some(speaks));
            speaks
        })
    }

    /// The quotation marks among some tokens.
    pub(super) fn quotes_in(&self, tokens: &Range<usize>) -> impl Iterator<Item = usize> {
        let first = self.quotes.partition_point(|at| *at < tokens.start);
        let end = tokens.end;
        self.quotes.iter().skip(first).copied().take_while(move |at| *at < end)
    }

    /// Whether nothing stands before a token that could govern it: a clause begins here.
    pub(super) fn opens_clause(&self, at: usize) -> bool {
        const OPENERS: [&str; 28] = [
            "и",
            "а",
            "но",
            "что",
            "как",
            "однако",
            "когда",
            "если",
            "этом",
            "это",
            "чем",
            "также",
            "чему",
            "поэтому",
            "кроме",
            "того",
            "затем",
            "так",
            "которые",
            "который",
            "которую",
            "которое",
            "очередь",
            "временем",
            "частности",
            "тем",
            "кстати",
            "накануне",
        ];
        let sentence = self.sentence(at);
        let Some(before) = at.checked_sub(1).filter(|b| sentence.contains(b)) else { return true };
        self.mark(before) && !self.quote(before)
            || self.quote(before) && before.checked_sub(1).is_none_or(|b| !sentence.contains(&b) || self.mark(b))
            || self.has(before, Classes::TIME)
            || self.number(before)
            || self.lower(before) && self.text(before).ends_with('о')
            || self.is_any(before, &OPENERS)
    }

    /// The clause around `core`: up to the next comma, dash or bracket on either side, quotes kept whole.
    pub(super) fn clause(&self, core: Range<usize>) -> Range<usize> {
        let sentence = self.sentence(core.start);
        let mut start = core.start;
        while start > sentence.start && !self.clause_mark(start - 1) {
            start -= 1;
        }
        let mut end = core.end;
        while end < sentence.end && !self.clause_mark(end) {
            end += 1;
        }
        // A quotation mark whose partner stands outside belongs to somebody else's words.
        while start < core.start && self.quote(start) && !(start + 1..end).any(|at| self.quote(at)) {
            start += 1;
        }
        while end > core.end && self.quote(end - 1) && (start..end).filter(|at| self.quote(*at)).count() % 2 == 1 {
            end -= 1;
        }
        start..end
    }

    /// The bytes that a range of tokens covers.
    pub(super) fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let all = &self.document.analysis.tokens;
        let start = all.get(tokens.start).map_or(0, |t| t.start as usize);
        let end = tokens.end.checked_sub(1).and_then(|last| all.get(last)).map_or(start, |t| t.end as usize);
        start..end.max(start)
    }
}
