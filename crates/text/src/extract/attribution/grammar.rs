//! What a word can be by itself, as far as the features of attribution ask: part of speech, cases, function words and
//! cues. Looked up once for every word form and kept in the [`Vocabulary`](crate::extract::Vocabulary).
//!
//! Knows nothing of where a word stands.

use crate::analyse::{
    fold::push_plain,
    morph::{Case, Dictionary, Number, Pos, Tag},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Prepositions, conjunctions, pronouns and particles that features keep as they are.
static FUNCTION_WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let list = include_str!("../../../../../data/attribution/function_words.txt").lines();
    list.filter(|line| !line.starts_with('#')).filter_map(|line| line.split('|').next()).map(str::trim).collect()
});

static FUNCTION_NUMBERS: LazyLock<FxHashMap<&'static str, u8>> =
    LazyLock::new(|| (1..).zip(FUNCTION_WORDS.iter()).map(|(number, word)| (*word, number)).collect());

/// The beginnings of cue words, each with its class.
static CUES: LazyLock<Vec<(&'static str, Cues)>> = LazyLock::new(|| {
    let list = include_str!("../../../../../data/attribution/cues.txt").lines().filter(|line| !line.starts_with('#'));
    list.filter_map(|line| {
        let mut fields = line.split('|').map(str::trim);
        let (stem, class) = (fields.next()?, fields.next()?);
        let bit = Cues::NAMES.iter().position(|name| *name == class)?;
        Some((stem, Cues(1 << bit)))
    })
    .collect()
});

/// A set of cue classes: words that say what else than citing may go on around a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Cues(u16);

impl Cues {
    /// The classes of `data/attribution/cues.txt`; at most 16.
    const NAMES: [&'static str; 14] = [
        "award", "crime", "deny", "doings", "event", "feast", "future", "image", "job", "object", "owner", "sanction",
        "terms", "tools",
    ];

    /// The names of the classes in the set.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, name)| *name)
    }

    /// The union of two sets.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a word form can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Grammar {
    /// Part of speech of the likeliest reading; `None` for a word that no dictionary knows.
    pos: u8,
    /// Cases of all readings, a bit each.
    cases: u8,
    plural: bool,
    /// Number of the function word, from 1; 0 for other words.
    function: u8,
    /// Cue classes.
    pub(super) cues: Cues,
}

impl Grammar {
    /// What `word` can be; `folded` is a buffer.
    pub(in crate::extract) fn of(word: &str, folded: &mut String) -> Self {
        folded.clear();
        push_plain(word, folded);
        let mut grammar = Self {
            function: FUNCTION_NUMBERS.get(folded.as_str()).copied().unwrap_or(0),
            cues: CUES.iter().filter(|(stem, _)| begins(folded, stem)).fold(Cues::default(), |all, (_, c)| all.or(*c)),
            ..Self::default()
        };
        let parses = Dictionary::bundled().parses(folded);
        let common = || parses.iter().map(|parse| parse.tag).filter(|tag| !tag.is_any(Tag::PROPER));
        let Some(first) = common().next().or_else(|| parses.first().map(|parse| parse.tag)) else { return grammar };
        grammar.pos = first.pos() as u8 + 1;
        grammar.plural = first.number() == Some(Number::Plural);
        let same = common().filter(|tag| tag.pos() == first.pos());
        grammar.cases = same.filter_map(Tag::case).fold(0, |all, case| all | 1 << (case as u8 - 1));
        grammar
    }

    /// The function word, if it is one.
    pub(super) fn function(self) -> Option<&'static str> {
        FUNCTION_WORDS.get(usize::from(self.function.checked_sub(1)?)).copied()
    }

    /// Whether the likeliest reading is of this part of speech.
    pub(super) fn is(self, pos: Pos) -> bool {
        self.pos == pos as u8 + 1
    }

    /// Whether the likeliest reading is in the plural.
    pub(super) fn is_plural(self) -> bool {
        self.plural
    }

    /// The name of the part of speech; with the case where there is only one.
    pub(super) fn name(self) -> &'static str {
        const NOUNS: [&str; 7] = ["noun.gen", "noun.dat", "noun.acc", "noun.ins", "noun.pre", "noun.nom", "noun"];
        const KINDS: [(Pos, &str); 14] = [
            (Pos::Adjective, "adj"),
            (Pos::ShortAdjective, "short"),
            (Pos::Comparative, "comp"),
            (Pos::Verb, "verb"),
            (Pos::Infinitive, "inf"),
            (Pos::Participle, "part"),
            (Pos::ShortParticiple, "short_part"),
            (Pos::Gerund, "gerund"),
            (Pos::Numeral, "num"),
            (Pos::Adverb, "adv"),
            (Pos::Pronoun, "pron"),
            (Pos::Predicative, "pred"),
            (Pos::Preposition, "prep"),
            (Pos::Conjunction, "conj"),
        ];
        if self.is(Pos::Noun) {
            let [genitive, dative, accusative, instrumental, prepositional, nominative, any] = NOUNS;
            return match self.case() {
                Some(Case::Genitive) => genitive,
                Some(Case::Dative) => dative,
                Some(Case::Accusative) => accusative,
                Some(Case::Instrumental) => instrumental,
                Some(Case::Prepositional) => prepositional,
                Some(Case::Nominative) => nominative,
                _ => any,
            };
        }
        KINDS.iter().find(|(pos, _)| self.is(*pos)).map_or("word", |(_, name)| name)
    }

    /// Whether the word can be in this case, as its likeliest part of speech.
    pub(super) fn can_be(self, case: Case) -> bool {
        self.cases >> (case as u8 - 1) & 1 == 1
    }

    /// The case, where the form leaves only one; nominative and accusative count as nominative.
    pub(super) fn case(self) -> Option<Case> {
        use Case::{Accusative, Dative, Genitive, Instrumental, Nominative, Prepositional};
        let cases = [Genitive, Dative, Instrumental, Prepositional, Nominative, Accusative];
        let mut fitting = cases.into_iter().filter(|case| self.can_be(*case));
        let first = fitting.next()?;
        match (first, fitting.next(), fitting.next()) {
            (_, None, _) | (Nominative, Some(Accusative), None) => Some(first),
            _ => None,
        }
    }
}

/// Whether a word begins with a stem; a stem that ends in a full stop is the whole word.
fn begins(word: &str, stem: &str) -> bool {
    stem.strip_suffix('.').map_or_else(|| word.starts_with(stem), |whole| word == whole)
}

#[cfg(test)]
mod tests {
    use super::Grammar;

    #[test]
    fn words_are_what_they_can_be() {
        let of = |word: &str| Grammar::of(word, &mut String::new());
        assert_eq!(of("Согласно").function(), Some("согласно"));
        assert_eq!(of("институтом").name(), "noun.ins");
        assert_eq!(of("сообщили").name(), "verb");
        assert!(of("сообщили").is_plural());
        assert_eq!(of("отказались").cues.names().collect::<Vec<_>>(), ["deny"]);
    }

    #[test]
    fn lists_are_sorted_and_reasoned() {
        let lists = [
            include_str!("../../../../../data/attribution/function_words.txt"),
            include_str!("../../../../../data/attribution/cues.txt"),
        ];
        for list in lists {
            let body: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(body.is_sorted(), "not sorted");
            for line in &body {
                assert!(line.rsplit('|').next().is_some_and(|reason| reason.trim().len() > 2), "no reason: {line}");
            }
        }
        let cues = super::CUES.len();
        let lines = lists[1].lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(cues, lines, "a line with an unknown class");
    }
}
