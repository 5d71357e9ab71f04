//! Source names that no dictionary holds: «издание «Нижегородская правда»», «Институт прогрессивного образования».
//!
//! The descriptor before the name gives its kind; whether it is cited is for the rules to say.

use super::namesakes::{explain, part_namesakes};
use super::{institute, lists};
use crate::{
    analyse::Analysis,
    extract::{
        Facts, Name,
        attribution::{Classes, Word},
    },
    names::{Lexicon, NameKind, is_quote},
    word_classes::word_class,
};
use std::{ops::Range, sync::LazyLock};
use svodka_model::article::{EntityKind, SourceKind};

/// Stems of the nouns that head the name of an institute.
static HEADS: LazyLock<&[&str]> = LazyLock::new(|| word_class("institute_head"));

/// Longest name in quotes, in tokens.
const MAX_QUOTED: usize = 9;

/// Adds the unknown sources of a text to its `names`; names without an entry that they overlap give way.
pub(crate) fn find(analysis: &Analysis<'_>, words: &[Facts], lexicon: &Lexicon, names: &mut Vec<Name>) {
    let finder = Finder { analysis, words };
    let mut fresh = Vec::new();
    for at in 0..analysis.tokens.len() {
        if let Some(name) = finder.named_at(at, names, lexicon) {
            fresh.push(name);
        }
    }
    part_namesakes(analysis, lexicon, names);
    for name in &mut fresh {
        explain(analysis, names, name);
    }
    let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    names.retain(|n| n.entry.is_some() || !fresh.iter().any(|f: &Name| overlaps(&f.tokens, &n.tokens)));
    for name in &mut *names {
        name.nested |= fresh.iter().any(|f| overlaps(&f.tokens, &name.tokens));
    }
    names.append(&mut fresh);
}

/// Whether `word`, with all its letters small, is `small`.
fn is_in_small(word: &str, small: &str) -> bool {
    word.len() == small.len() && word.chars().flat_map(char::to_lowercase).eq(small.chars())
}

struct Finder<'a, 't> {
    analysis: &'a Analysis<'t>,
    words: &'a [Facts],
}

impl Finder<'_, '_> {
    /// The unknown source that the descriptor at `at` announces.
    fn named_at(&self, at: usize, names: &[Name], lexicon: &Lexicon) -> Option<Name> {
        let word = self.look_up(at);
        if word.classes.any(Classes::DESCRIPTOR) {
            let announced = self.kind_at(at, word).and_then(|kind| {
                let (tokens, name, quoted) = self.quoted(at).or_else(|| self.latin(at))?;
                self.announced(at, kind, tokens, name, quoted, names)
            });
            return announced.or_else(|| self.institute(at, word, names, lexicon));
        }
        let (kind, (tokens, name, quoted)) = if self.is_analyst(at) {
            (SourceKind::Analytics, self.quoted(at)?)
        } else if self.press_verb(at) {
            (SourceKind::Media, self.quoted(at).or_else(|| self.latin(at))?)
        } else {
            return None;
        };
        self.announced(at, kind, tokens, name, quoted, names)
    }

    /// A name that stands after the word at `at`, unless another name has its place.
    fn announced(
        &self,
        at: usize,
        kind: SourceKind,
        tokens: Range<usize>,
        mut name: String,
        quoted: bool,
        names: &[Name],
    ) -> Option<Name> {
        let taken = names.iter().any(|n| {
            // «аналитики «Авито Недвижимости»»: a company may lend its name to what is longer.
            let part = quoted && n.kind.source().is_none() && n.tokens.len() < tokens.len();
            let known = n.entry.is_some() && !part;
            // «газета Bornholm Morgenpost» is not the Morgenpost; «телеканал CNN International» is CNN.
            let longer = !quoted && n.tokens.start > tokens.start;
            known && !longer && n.tokens.start < tokens.end && tokens.start < n.tokens.end
        });
        if self.is_analyst(at) && !name.contains(' ') {
            name = from_genitive(&name);
        }
        if taken || name.chars().count() < 3 {
            return None;
        }
        let canonical = self.canonical(at, kind, name);
        let mut name = Name::new(NameKind::Source(kind), &canonical, tokens.clone(), self.span(&tokens)?);
        name.quoted = quoted;
        // «Центр «X»» can be anything; «аналитический центр «X»» cannot.
        name.settled = kind != SourceKind::ThinkTank || self.is_refined(at);
        Some(name)
    }

    /// An institute whose own name begins with the head noun at `at`. A part of a known one is that: «Институт экономики
    /// здравоохранения ВШЭ» speaks for ВШЭ.
    fn institute(&self, at: usize, word: Word, names: &[Name], lexicon: &Lexicon) -> Option<Name> {
        let tokens = self.phrase(at, names)?;
        let overlaps = |n: &&Name| n.tokens.start < tokens.end && tokens.start < n.tokens.end;
        let mut known = names.iter().filter(|n| n.entry.is_some() && n.kind.entity() == EntityKind::Organization);
        let whole = |n: &&Name| (n.confirmed || n.kind.source().is_some()) && n.tokens.start <= at;
        if known.clone().filter(overlaps).any(|n| whole(&n)) {
            return None;
        }
        let body = |n: &&Name| matches!(n.kind.source(), Some(SourceKind::ThinkTank | SourceKind::Research));
        let parent = known.find(|n| body(n) && overlaps(n) && n.tokens.end == tokens.end);
        let text = self.text(tokens.clone())?.to_owned();
        let kind = self.kind_at(at, word);
        let canonical = self.canonical(at, kind.unwrap_or(SourceKind::Research), text);
        let public = self.analysis.word(at + 1).to_lowercase();
        let public = lists::is_public_service(&public)
            || tokens.clone().any(|i| lists::serves_anywhere(&self.analysis.word(i).to_lowercase()))
            || self.is_of_state(&tokens, names, lexicon);
        let kind = kind.filter(|_| !public).map_or(NameKind::Entity(EntityKind::Organization), NameKind::Source);
        let mut name = Name::new(kind, &canonical, tokens.clone(), self.span(&tokens)?);
        name.settled = public;
        if let Some(parent) = parent {
            (name.kind, name.entry) = (parent.kind, parent.entry);
            name.canonical.clone_from(&parent.canonical);
        }
        Some(name)
    }

    /// Whether a state body stands in the name of a centre, which is then its own: «Центр общественных связей ФСБ».
    fn is_of_state(&self, tokens: &Range<usize>, names: &[Name], lexicon: &Lexicon) -> bool {
        let centre = tokens.clone().any(|i| self.analysis.word(i).to_lowercase().starts_with("центр"));
        let state = |n: &Name| {
            let subtype = n.entry.and_then(|entry| lexicon.entry(entry)).and_then(|entry| entry.subtype.as_deref());
            subtype == Some("state") && tokens.start < n.tokens.start && n.tokens.end <= tokens.end
        };
        centre && names.iter().any(state)
    }

    /// Whether an adjective before a descriptor makes its kind exact.
    fn is_refined(&self, at: usize) -> bool {
        (at.saturating_sub(2)..at).any(|before| self.look_up(before).classes.any(Classes::REFINES))
    }

    /// The bytes of some tokens.
    fn span(&self, tokens: &Range<usize>) -> Option<Range<usize>> {
        let start = self.analysis.tokens.get(tokens.start)?.start as usize;
        let end = self.analysis.tokens.get(tokens.end.checked_sub(1)?)?.end as usize;
        Some(start..end)
    }

    /// Whether a token is an analyst: whoever employs one is worth hearing on markets.
    fn is_analyst(&self, at: usize) -> bool {
        let word = self.analysis.word(at);
        let mut letters = word.chars();
        let start = (letters.next(), letters.next());
        if !matches!(
            start,
            (Some('а' | 'А'), Some('н' | 'Н'))
                | (Some('э' | 'Э'), Some('к' | 'К'))
                | (Some('с' | 'С'), Some('т' | 'Т'))
        ) {
            return false;
        }
        let word = word.to_lowercase();
        ["аналитик", "эксперт", "экономист", "стратег"]
            .iter()
            .any(|stem| word.strip_prefix(stem).is_some_and(|end| end.chars().count() <= 3))
    }

    /// «пишет «…»», «передаёт «…»», «об этом сообщает «…»»: only a paper can follow.
    fn press_verb(&self, at: usize) -> bool {
        if !self.analysis.word(at).starts_with(['п', 'П', 'с', 'С']) {
            return false;
        }
        let is = |at: usize, words: &[&str]| words.iter().any(|word| is_in_small(self.analysis.word(at), word));
        let this = || (at.saturating_sub(16)..at).any(|i| is(i, &["этом"])) || at > 0 && is(at - 1, &["как"]);
        is(at, &["пишет", "передает", "передаёт", "пишут", "передают"])
            || is(at, &["сообщает", "писал", "писала", "писало"]) && this()
    }

    fn look_up(&self, at: usize) -> Word {
        self.words.get(at).map(|word| word.listed).unwrap_or_default()
    }

    /// The kind that a descriptor stands for, with the adjectives before it («рейтинговое агентство»).
    fn kind_at(&self, at: usize, word: Word) -> Option<SourceKind> {
        for back in 1..=2 {
            let Some(before) = at.checked_sub(back) else { break };
            let adjective = self.look_up(before);
            let other = self.analysis.word(before).to_lowercase();
            let trade = word.kind != Some(SourceKind::Media);
            if trade && lists::serves_the_public(&other) {
                return None;
            }
            if adjective.classes.any(Classes::REFINES) {
                let media = word.kind == Some(SourceKind::Media) && adjective.kind != Some(SourceKind::Telegram);
                return if media { word.kind } else { adjective.kind };
            }
        }
        if word.kind.is_some() {
            return word.kind;
        }
        // «аналитики компании «…»»: whoever it is, its analysts speak.
        let expert = at.checked_sub(1).is_some_and(|before| self.is_analyst(before));
        expert.then_some(SourceKind::Analytics)
    }

    /// A name in quotes right after the descriptor.
    fn quoted(&self, at: usize) -> Option<(Range<usize>, String, bool)> {
        let open = at + 1;
        let start = open + 1;
        if !is_quote(self.analysis.word(open)) || !self.starts_name(start) {
            return None;
        }
        let mut depth = 1;
        let end = (start..start + MAX_QUOTED).find(|i| {
            match self.analysis.word(*i) {
                "«" | "„" => depth += 1,
                "»" | "“" | "”" | "\"" => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let one_line = self.text(start..end).is_some_and(|text| !text.contains('\n'));
        let prose = (start..end).any(|i| matches!(self.analysis.word(i), "." | "!" | "?" | ":"));
        (one_line && !prose).then(|| (start..end, self.text(start..end).unwrap_or_default().to_owned(), true))
    }

    /// A name in Latin letters right after the descriptor.
    fn latin(&self, at: usize) -> Option<(Range<usize>, String, bool)> {
        let start = at + 1;
        let latin = |i: usize| {
            let word = self.analysis.word(i);
            word.starts_with(|c: char| c.is_uppercase()) && word.chars().all(|c| !is_cyrillic(c))
        };
        let joint = |i: usize| {
            matches!(self.analysis.word(i), "of" | "the" | "and" | "for" | "de" | "la" | "del" | "der" | "di" | "&")
        };
        if !latin(start) {
            return None;
        }
        let mut end = start + 1;
        let glued = |i: usize| {
            let tokens = self.analysis.tokens.get(i - 1..i + 2);
            self.analysis.word(i) == "."
                && tokens.is_some_and(|t| t.iter().zip(t.iter().skip(1)).all(|(a, b)| a.end == b.start))
        };
        while latin(end) || (joint(end) || glued(end)) && latin(end + 1) {
            end += 1;
        }
        Some((start..end, self.text(start..end)?.to_owned(), false))
    }

    /// «Институт городской среды Поволжья»: a capitalised head noun, the adjectives before and the genitives after it.
    fn phrase(&self, at: usize, names: &[Name]) -> Option<Range<usize>> {
        let analysis = self.analysis;
        let lower = analysis.word(at).to_lowercase();
        if !HEADS.iter().any(|stem| lower.starts_with(stem)) {
            return None;
        }
        let sentence = analysis.sentences.get(analysis.sentence_of(at))?.tokens.clone();
        let own = institute::with_adjectives(analysis, at, sentence.start);
        if !analysis.word(own.start).starts_with(char::is_uppercase) {
            return None;
        }
        let person =
            |i: usize| names.iter().any(|n| n.tokens.start == i && n.kind == NameKind::Entity(EntityKind::Person));
        let tail = institute::Tail { analysis, limit: sentence.end };
        let end = tail.end(at + 1, |i| person(i) || self.look_up(i).classes.any(Classes::VOICE));
        // «Институт» alone names nothing.
        (end > own.start + 1).then_some(own.start..end)
    }

    /// The canonical name: as it stands in quotes; an analytical centre keeps its descriptor; a phrase gets its head
    /// in the nominative.
    fn canonical(&self, at: usize, kind: SourceKind, name: String) -> String {
        let head = self.analysis.word(at).to_lowercase();
        let stem = HEADS.iter().find(|stem| head.starts_with(**stem));
        let base = stem.map_or(head.clone(), |stem| nominative(stem));
        let words: Vec<&str> = name.split_whitespace().collect();
        if let Some(place) = words.iter().position(|word| word.to_lowercase() == head) {
            let adjectives = words.iter().take(place).map(|word| nominative_adjective(word, base.ends_with('я')));
            let noun = if place == 0 { capitalised(&base) } else { base.clone() };
            let tail = words.iter().skip(place + 1).map(|word| (*word).to_owned());
            return adjectives.chain([noun]).chain(tail).collect::<Vec<_>>().join(" ");
        }
        let analytic = at > 0 && self.analysis.word(at - 1).to_lowercase().starts_with("аналитич");
        match kind {
            SourceKind::ThinkTank if analytic => format!("Аналитический {base} {name}"),
            SourceKind::ThinkTank if is_cyrillic(name.chars().next().unwrap_or('x')) => {
                format!("{} {name}", capitalised(&base))
            }
            _ => name,
        }
    }

    fn starts_name(&self, at: usize) -> bool {
        self.analysis.word(at).starts_with(|c: char| c.is_uppercase() || c.is_numeric())
    }

    fn text(&self, tokens: Range<usize>) -> Option<&str> {
        let start = self.analysis.tokens.get(tokens.start)?.start as usize;
        let end = self.analysis.tokens.get(tokens.end.checked_sub(1)?)?.end as usize;
        self.analysis.text.get(start..end)
    }
}

/// The nominative of a head noun.
fn nominative(stem: &str) -> String {
    match stem {
        "кафедр" | "школ" => format!("{stem}а"),
        "объединени" => format!("{stem}е"),
        _ if stem.ends_with('и') => format!("{stem}я"),
        _ => stem.to_owned(),
    }
}

/// «Сингапурского» → «Сингапурский», «Высшей» → «Высшая».
pub(super) fn nominative_adjective(word: &str, feminine: bool) -> String {
    let endings = ["ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "яя", "ой", "ей", "ую", "ий", "ый"];
    let Some(stem) = endings.iter().find_map(|ending| word.strip_suffix(ending)) else { return word.to_owned() };
    let soft = stem.ends_with(['к', 'г', 'х', 'ш', 'щ', 'ч', 'ж']);
    match (feminine, soft) {
        (true, _) => format!("{stem}ая"),
        (false, true) => format!("{stem}ий"),
        (false, false) => format!("{stem}ый"),
    }
}

/// A name in one word as it stands after «аналитик», brought from the genitive: «Уралинвеста» → «Уралинвест».
fn from_genitive(name: &str) -> String {
    let mut letters = name.chars().rev();
    let (last, before) = (letters.next(), letters.next());
    let consonant = before.is_some_and(|c| "бвгдзклмнпрстфхц".contains(c));
    match last {
        Some('а') if consonant => name.chars().take(name.chars().count() - 1).collect(),
        _ => name.to_owned(),
    }
}

pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
