//! Source names that no dictionary holds: «издание «Нижегородская правда»», «Институт прогрессивного образования».
//!
//! The descriptor before the name gives its kind; whether it is cited is for the rules to say.

use super::{
    lexis::{Classes, Word},
    namesakes::{explain, part_namesakes},
};
use crate::{
    analyse::Analysis,
    extract::{Facts, Name},
    names::{Lexicon, NameKind, Strength, is_quote},
};
use std::ops::Range;
use svodka_model::article::{EntityKind, SourceKind};

/// Adjectives of institutes and centres that are no bodies of experts: «торговый центр», «детский центр».
const OTHER_CENTRES: [&str; 38] = [
    "бизнес",
    "брачн",
    "визов",
    "выставочн",
    "делов",
    "детективн",
    "детск",
    "досугов",
    "жил",
    "игров",
    "кадров",
    "коллекторск",
    "концертн",
    "креативн",
    "кризисн",
    "культурн",
    "логистическ",
    "медицинск",
    "миграционн",
    "многофункциональн",
    "модельн",
    "молодежн",
    "онкологическ",
    "охранн",
    "перинатальн",
    "развлекательн",
    "распределительн",
    "реабилитационн",
    "рекламн",
    "сервисн",
    "социальн",
    "спасательн",
    "спортивн",
    "торгов",
    "туристическ",
    "учебн",
    "юридическ",
    "ядерн",
];

/// What follows «центр», «институт» or «фонд» that serves the public and judges nothing: «Центр занятости населения».
const OTHER_TAILS: [&str; 20] = [
    "безбарьерн",
    "гигиен",
    "госуслуг",
    "документ",
    "досуга",
    "занятост",
    "красот",
    "крови",
    "лечени",
    "медицин",
    "недвижимост",
    "обслуживани",
    "помощи",
    "предоставлени",
    "протезировани",
    "реабилитаци",
    "спасени",
    "творчеств",
    "трансплантаци",
    "управлени",
];

/// Stems of the nouns that head the name of an institute.
const HEADS: [&str; 8] = ["академи", "институт", "клуб", "лаборатори", "обсерватори", "университет", "фонд", "центр"];

/// Longest name in quotes, in tokens.
const MAX_QUOTED: usize = 9;

/// Adds the unknown sources of a text to its `names`; names without an entry that they overlap give way.
pub(crate) fn find(analysis: &Analysis<'_>, words: &[Facts], lexicon: &Lexicon, names: &mut Vec<Name>) {
    let finder = Finder { analysis, words };
    let mut fresh = Vec::new();
    for at in 0..analysis.tokens.len() {
        if let Some(name) = finder.named_at(at, names) {
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
    fn named_at(&self, at: usize, names: &[Name]) -> Option<Name> {
        let word = self.look_up(at);
        let (kind, (tokens, mut name, quoted)) = if word.classes.any(Classes::DESCRIPTOR) {
            let kind = self.kind_at(at, word)?;
            (kind, self.quoted(at).or_else(|| self.latin(at)).or_else(|| self.phrase(at, kind, names))?)
        } else if self.is_analyst(at) {
            (SourceKind::Analytics, self.quoted(at)?)
        } else if self.press_verb(at) {
            (SourceKind::Media, self.quoted(at).or_else(|| self.latin(at))?)
        } else {
            return None;
        };
        let formal = !quoted && tokens.start <= at;
        let taken = names.iter().any(|n| {
            // «аналитики «Авито Недвижимости»»: a company may lend its name to what is longer.
            let part = quoted && n.kind.source().is_none() && n.tokens.len() < tokens.len();
            let known = n.entry.is_some() && !part && (n.kind.source().is_some() || tokens.start > at);
            // «газета Bornholm Morgenpost» is not the Morgenpost; «телеканал CNN International» is CNN.
            let longer = !quoted && tokens.start > at && n.tokens.start > tokens.start;
            (known && !longer || formal && n.kind == NameKind::Entity(EntityKind::Person))
                && n.tokens.start < tokens.end
                && tokens.start < n.tokens.end
        });
        if self.is_analyst(at) && !name.contains(' ') {
            name = from_genitive(&name);
        }
        if taken || name.chars().count() < 3 {
            return None;
        }
        let start = self.analysis.tokens.get(tokens.start)?.start as usize;
        let end = self.analysis.tokens.get(tokens.end.checked_sub(1)?)?.end as usize;
        let canonical = self.canonical(at, kind, name);
        let kind = NameKind::Source(kind);
        Some(Name {
            kind,
            entry: None,
            wording: canonical.clone(),
            canonical,
            tokens,
            span: start..end,
            quoted,
            nested: false,
            strength: Strength::Strong,
            confirmed: true,
            person: None,
        })
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
            if trade && OTHER_CENTRES.iter().any(|stem| other.starts_with(stem)) {
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

    /// «Институт городской среды Поволжья»: a capitalised descriptor and the genitives after it.
    fn phrase(&self, at: usize, kind: SourceKind, names: &[Name]) -> Option<(Range<usize>, String, bool)> {
        let head = self.analysis.word(at);
        let adjective = at.checked_sub(1).filter(|before| self.is_capital_adjective(*before));
        let start = adjective.unwrap_or(at);
        let capital = head.starts_with(char::is_uppercase) || adjective.is_some();
        let formal = matches!(kind, SourceKind::ThinkTank | SourceKind::Research) && capital;
        let person =
            |i: usize| names.iter().any(|n| n.tokens.start == i && n.kind == NameKind::Entity(EntityKind::Person));
        let lower = head.to_lowercase();
        if !formal || !HEADS.iter().any(|stem| lower.starts_with(stem)) {
            return None;
        }
        let mut end = at + 1;
        if self.analysis.word(end).starts_with("статистик") {
            return None; // a state body
        }
        let tail = self.analysis.word(at + 1).to_lowercase();
        if kind == SourceKind::ThinkTank && OTHER_TAILS.iter().any(|stem| tail.starts_with(stem)) {
            return None;
        }
        while end < at + 9 {
            let named = matches!(self.analysis.word(end), "имени" | "им");
            if named {
                end = self.honoured(end);
                break;
            }
            let area = self.analysis.word(end) == "в" && matches!(self.analysis.word(end + 1), "области" | "сфере");
            let joint = area
                || matches!(self.analysis.word(end), "и" | "," | "по" | "при")
                    && end > at + 1
                    && self.genitive(end + 1);
            if person(end) || !joint && !self.genitive(end) {
                break;
            }
            end += 1 + usize::from(joint);
        }
        if end > at + 1 && is_acronym(self.analysis.word(end)) {
            end += 1;
        }
        // A department of a known institute speaks for the institute: «Центр обучения филиала РАНХиГС».
        let whole =
            |i: usize| names.iter().any(|n| n.tokens.contains(&i) && n.entry.is_some() && n.kind.source().is_some());
        let own = |i: usize| self.analysis.word(i).chars().all(|c| is_cyrillic(c) || c == '-');
        if (end - 1..end + 3).take_while(|i| *i < end || own(*i)).any(whole) {
            return None;
        }
        (end > start + 1 + usize::from(adjective.is_none()))
            .then(|| (start..end, self.text(start..end).unwrap_or_default().to_owned(), false))
    }

    /// Where «имени А. С. Пушкина» ends.
    fn honoured(&self, at: usize) -> usize {
        let fits = |i: usize| {
            let word = self.analysis.word(i);
            word == "." || word.starts_with(char::is_uppercase)
        };
        let mut end = at + 1;
        while end < at + 7 && fits(end) {
            let surname = self.analysis.word(end).chars().filter(|c| c.is_alphabetic()).count() > 3;
            end += 1;
            if surname {
                break;
            }
        }
        end
    }

    fn is_capital_adjective(&self, at: usize) -> bool {
        let word = self.analysis.word(at);
        word.starts_with(char::is_uppercase)
            && ["ий", "ый", "ого", "его", "ому", "ому", "им", "ым", "ом", "ая", "ой", "ую"]
                .iter()
                .any(|end| word.ends_with(end))
    }

    /// Whether a word can be a genitive in the tail of an institute's name.
    fn genitive(&self, at: usize) -> bool {
        const VERBS: [&str; 13] =
            ["али", "или", "ели", "яли", "ули", "ала", "ила", "ела", "ула", "ает", "ают", "ует", "ется"];
        let word = self.analysis.word(at);
        let classes = self.look_up(at).classes;
        let case = ["а", "я", "ы", "и", "ов", "ев", "ей", "ий", "го", "ой", "ых", "их", "ости", "ств", "ек"];
        word.chars().count() > 3
            && word.chars().all(|c| is_cyrillic(c) || c == '-')
            && !classes.any(Classes::VOICE)
            && case.iter().any(|end| word.ends_with(end))
            && !VERBS.iter().any(|end| word.ends_with(end))
    }

    /// The canonical name: as it stands in quotes; an analytical centre keeps its descriptor; a phrase gets its head
    /// in the nominative.
    fn canonical(&self, at: usize, kind: SourceKind, name: String) -> String {
        let head = self.analysis.word(at).to_lowercase();
        let stem = HEADS.iter().find(|stem| head.starts_with(**stem));
        let base =
            stem.map_or(head.clone(), |stem| if stem.ends_with('и') { format!("{stem}я") } else { (*stem).to_owned() });
        let mut words = name.split_whitespace();
        let first = words.next().unwrap_or_default();
        if words.next().is_some_and(|second| second.to_lowercase() == head) && first.to_lowercase() != head {
            let tail: String = name.split_whitespace().skip(2).map(|word| format!(" {word}")).collect();
            return format!("{} {base}{tail}", nominative_adjective(first, base.ends_with('я')));
        }
        let phrase = first.to_lowercase() == head;
        if phrase {
            let tail = name.split_once(char::is_whitespace).map_or("", |(_, tail)| tail);
            return format!("{} {tail}", capitalised(&base));
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

fn is_acronym(word: &str) -> bool {
    (2..=6).contains(&word.chars().count()) && word.chars().all(char::is_uppercase)
}

pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
