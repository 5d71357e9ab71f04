//! The features by which a mention is judged: the one table of their names, and where they go.
//!
//! A feature is a row of the table with a value («verb_right=say»). It is emitted twice, alone and together with the
//! group of the candidate («press:verb_right=say»): what means citing beside a newspaper does not beside a company.
//! No value is ever the name of an institution.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Declares the table: enum variant, name, part for the ablation, meaning.
macro_rules! features {
    ($($variant:ident $name:literal $part:literal $meaning:literal;)*) => {
        /// A row of the table of features.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Feature {
            $(#[doc = $meaning] $variant,)*
        }

        impl Feature {
            /// All rows: name, part, meaning.
            pub const TABLE: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[$((Self::$variant, $name, $part, $meaning),)*];
        }
    };
}

features! {
    Bias "bias" "name" "always there";
    Kind "kind" "name" "what the dictionaries or the descriptor take the name for";
    Known "known" "name" "how the name came to be known: dictionary, ambiguous word, descriptor, tagger";
    Shape "shape" "name" "how it is written: quoted, Latin, acronym, domain, one word, several";
    NameWord "name_word" "name" "a common noun or adjective of organisations inside the name («институт»)";
    Descriptor "descriptor" "name" "a descriptor before the name («издание», «аналитический центр»)";
    Likely "likely" "name" "the likeliest kind of an open name, and how likely it is a source";
    RuleKind "rule_kind" "rules" "the first rule with the kind";
    Case "case" "case" "the grammatical case, where the form or the preposition leaves one";
    Role "role" "name" "named, called by a head noun («издание»), or spoken for by an expert presented before";
    Left1 "left1" "window" "the first word before the phrase, as a class";
    Left2 "left2" "window" "the second word before";
    Left3 "left3" "window" "the third word before";
    Right1 "right1" "window" "the first word after the phrase, as a class";
    Right2 "right2" "window" "the second word after";
    Right3 "right3" "window" "the third word after";
    Left12 "left12" "window" "the two words before";
    Right12 "right12" "window" "the two words after";
    Around "around" "window" "the word before and the word after";
    LeftWord "left_word" "words" "the beginning of a word up to four before";
    RightWord "right_word" "words" "the beginning of a word up to four after";
    LeftWords "left_words" "words" "the beginnings of the two words right before";
    RightWords "right_words" "words" "the beginnings of the two words right after";
    Path "path" "path" "classes from the phrase back to its preposition or verb («по figures expert»)";
    PathRight "path_right" "path" "classes from the phrase on to the next verb or mark";
    CoarseLeft "coarse_left" "path" "few classes back to the next verb or mark, plain nouns left out";
    CoarseRight "coarse_right" "path" "few classes on to the next verb or mark";
    CoarseAround "coarse_around" "path" "the first of these on either side";
    Governor "governor" "path" "the noun that the name depends on, with its preposition";
    GovernorWord "governor_word" "words" "the beginning of that noun";
    GovernorCase "governor_case" "case" "the case of that noun";
    VerbLeft "verb_left" "verb" "the nearest verb before in the clause: class, number, distance";
    VerbRight "verb_right" "verb" "the nearest verb after in the clause: class, number, distance";
    VerbWordLeft "verb_word_left" "words" "the beginning of the nearest verb before";
    VerbWordRight "verb_word_right" "words" "the beginning of the nearest verb after";
    Negated "negated" "verb" "the nearest verb is negated";
    VerbCase "verb_case" "verb" "the nearest verb and the case of the name";
    Rule "rule" "rules" "a rule of attribution that speaks for the name";
    FirstRule "first_rule" "rules" "the first of them, or none";
    Person "person" "person" "a person stands beside the phrase, and on which side";
    Expert "expert" "person" "somebody is presented as an expert, head or employee of it, and speaks or not";
    ExpertVerb "expert_verb" "person" "the expert noun before it, the side of the person, and the nearest verb";
    Speaks "speaks" "person" "the person beside the name speaks elsewhere in the article";
    InSentence "in_sentence" "sentence" "a class of words stands in the sentence";
    Cue "cue" "cues" "a cue of something other than citing, before or after";
    Others "others" "sentence" "other sources of the sentence, and by which rule";
    List "list" "list" "it stands in a list of names";
    Quotation "quotation" "sentence" "a quotation stands in the sentence, or the name in it";
    Part "part" "position" "title, first sentences, middle or end";
    Place "place" "position" "the name opens or closes its sentence";
    Next "next" "next" "how the next sentence begins, and whether somebody speaks in it";
    Before "before" "next" "how the sentence before ends, and whether somebody speaks in it";
    Mentions "mentions" "source" "how often the article names it";
    Elsewhere "elsewhere" "source" "a rule, a verb of saying or an expert noun beside another mention of it";
    Zone "zone" "position" "lead, body or recap";
    Between "between" "channel" "sentences between a source and its possible channel, and which comes first";
    BetweenClasses "between_classes" "channel" "few classes of the words between them in one sentence";
    Steps "steps" "channel" "tokens between them in one sentence";
    PairRules "pair_rules" "channel" "the rule of the source and that of the channel";
    ChannelRule "channel_rule" "channel" "the rule of the channel, and its sentence relative to the source";
    PairKinds "pair_kinds" "channel" "the kind of the source, and whether the channel is the own outlet";
    ChannelSides "channel_sides" "channel" "the word before the channel and that after it";
    ChannelLeft "channel_left" "channel" "the beginning of the word before the channel";
    ChannelRight "channel_right" "channel" "the beginning of the word after the channel";
    SourceSides "source_sides" "channel" "the word before the source and that after it";
    Opening "opening" "channel" "how the channel's sentence begins, if it is another";
    ByRule "by_rule" "channel" "a rule of channels chooses it";
    Choice "choice" "channel" "how many other channels are possible, and whether it is the nearest";
}

/// How many rows the table has.
pub const ROWS: usize = Feature::TABLE.len();

impl Feature {
    /// The name in the file of weights.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::TABLE.get(self as usize).map_or("", |row| row.1)
    }
}

impl Feature {
    /// Whether it tells of the words around a name, and so is a reason that a reader understands.
    #[must_use]
    pub fn is_context(self) -> bool {
        let part = Self::TABLE.get(self as usize).map_or("", |row| row.2);
        !matches!(part, "name" | "position" | "source" | "list" | "case")
    }
}

/// Where features go.
pub trait Sink {
    /// Takes a feature whose value is all `parts`, joined.
    fn add(&mut self, feature: Feature, parts: &[&str]);
}

/// The separator between the parts of a value.
pub(super) const JOINT: &str = "+";

/// Features by their names: for training and `--explain`.
#[derive(Clone, Debug, Default)]
pub struct Named(pub Vec<(Feature, String)>);

impl Sink for Named {
    fn add(&mut self, feature: Feature, parts: &[&str]) {
        self.0.push((feature, parts.join(JOINT)));
    }
}

/// The hash by which the weights of a feature are found: of the row and the parts of the value.
#[must_use]
pub(super) fn hash(feature: Feature, parts: &[&str]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u8(feature as u8);
    for part in parts {
        // The length of the bytes is a part of their hash.
        hasher.write(part.as_bytes());
    }
    hasher.finish()
}

/// A short beginning of a word, in small letters: its stem, near enough.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stem {
    bytes: [u8; 2 * Stem::LETTERS],
    length: u8,
}

impl Stem {
    /// Letters kept: «исследование» and «исследовать» share six, «сообщает» and «сообщили» too.
    const LETTERS: usize = 6;

    /// The beginning of `word`.
    pub(super) fn of(word: &str) -> Self {
        let mut stem = Self::default();
        for letter in word.chars().take(Self::LETTERS) {
            let fits = match letter {
                'ё' | 'Ё' => stem.push('е'),
                // No look into the tables of Unicode for the letters that nearly all words have.
                'а'..='я' => stem.push(letter),
                _ if letter.is_ascii() => stem.push(letter.to_ascii_lowercase()),
                _ => letter.to_lowercase().all(|letter| stem.push(letter)),
            };
            if !fits {
                break;
            }
        }
        stem
    }

    /// Adds a letter if the bytes have room for it.
    fn push(&mut self, letter: char) -> bool {
        let at = usize::from(self.length);
        let Some(place) = self.bytes.get_mut(at..at + letter.len_utf8()) else { return false };
        letter.encode_utf8(place);
        self.length += u8::try_from(letter.len_utf8()).unwrap_or(0);
        true
    }

    /// The beginning as text.
    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Feature, ROWS, Stem};
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_every_feature_once() {
        let names: BTreeSet<&str> = Feature::TABLE.iter().map(|row| row.1).collect();
        assert_eq!(names.len(), ROWS);
        assert!(Feature::TABLE.iter().enumerate().all(|(at, row)| row.0 as usize == at && row.0.name() == row.1));
    }

    #[test]
    fn stems_are_beginnings() {
        assert_eq!(Stem::of("Сообщает").as_str(), "сообща");
        assert_eq!(Stem::of("счёт").as_str(), "счет");
    }
}
