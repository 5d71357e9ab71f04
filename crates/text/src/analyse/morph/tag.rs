//! Grammatical tags: what a form is, packed into 32 bits.
//!
//! The build task and the library share this file, so the packing has one definition. It knows nothing of words.

/// Part of speech, after OpenCorpora.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Pos {
    /// Anything the dictionary does not class.
    Other = 0,
    /// Noun: «рынок».
    Noun,
    /// Full adjective, also possessive, pronominal and ordinal: «новый», «второй».
    Adjective,
    /// Short adjective: «нов».
    ShortAdjective,
    /// Comparative: «новее».
    Comparative,
    /// Finite verb: «решил».
    Verb,
    /// Infinitive: «решить».
    Infinitive,
    /// Full participle: «решённый».
    Participle,
    /// Short participle: «решён».
    ShortParticiple,
    /// Gerund: «решив».
    Gerund,
    /// Cardinal number: «пять».
    Numeral,
    /// Adverb: «вчера».
    Adverb,
    /// Personal pronoun: «он».
    Pronoun,
    /// Predicative: «можно».
    Predicative,
    /// Preposition: «при».
    Preposition,
    /// Conjunction: «или».
    Conjunction,
    /// Particle: «не».
    Particle,
    /// Interjection: «увы».
    Interjection,
}

/// Grammatical case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Case {
    /// Именительный.
    Nominative = 1,
    /// Родительный, also the second one («чаю»).
    Genitive,
    /// Дательный.
    Dative,
    /// Винительный.
    Accusative,
    /// Творительный.
    Instrumental,
    /// Предложный, also the second one («в Крыму»).
    Prepositional,
    /// Звательный.
    Vocative,
}

/// Gender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gender {
    /// Мужской.
    Masculine = 1,
    /// Женский.
    Feminine,
    /// Средний.
    Neuter,
}

/// Number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Number {
    /// Единственное.
    Singular = 1,
    /// Множественное.
    Plural,
}

const GENDER: u32 = 5;
const NUMBER: u32 = 7;
const CASE: u32 = 9;
const ANIMACY: u32 = 12;
const TENSE: u32 = 14;
const PERSON: u32 = 16;

/// Yes-or-no properties of a tag: how OpenCorpora writes them, and their bit.
const FLAGS: [(&str, u32); 17] = [
    ("Name", Tag::NAME),
    ("Surn", Tag::SURNAME),
    ("Patr", Tag::PATRONYMIC),
    ("Geox", Tag::PLACE),
    ("Orgn", Tag::ORGANIZATION),
    ("Trad", Tag::ORGANIZATION),
    ("Abbr", Tag::ABBREVIATION),
    ("Fixd", Tag::FIXED),
    ("Apro", Tag::PRONOMINAL),
    ("Arch", Tag::RARE),
    ("Infr", Tag::RARE),
    ("Slng", Tag::RARE),
    ("Dist", Tag::RARE),
    ("Erro", Tag::RARE),
    ("Litr", Tag::RARE),
    ("gen2", Tag::SECOND_CASE),
    ("loc2", Tag::SECOND_CASE),
];

/// A packed tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u32);

impl Tag {
    /// A first name.
    pub const NAME: u32 = 1 << 18;
    /// A surname.
    pub const SURNAME: u32 = 1 << 19;
    /// A patronymic.
    pub const PATRONYMIC: u32 = 1 << 20;
    /// A place name.
    pub const PLACE: u32 = 1 << 21;
    /// The name of an organisation or a brand.
    pub const ORGANIZATION: u32 = 1 << 22;
    /// An acronym or abbreviation.
    pub const ABBREVIATION: u32 = 1 << 23;
    /// Indeclinable.
    pub const FIXED: u32 = 1 << 24;
    /// A pronoun that declines like an adjective: «этот».
    pub const PRONOMINAL: u32 = 1 << 25;
    /// Out of use, colloquial or wrong.
    pub const RARE: u32 = 1 << 26;
    /// The second genitive or prepositional.
    pub const SECOND_CASE: u32 = 1 << 27;
    /// Any kind of proper name of a person or place.
    pub const PROPER: u32 = Self::NAME | Self::SURNAME | Self::PATRONYMIC | Self::PLACE;
    /// Any part of a person's name.
    pub const PERSONAL: u32 = Self::NAME | Self::SURNAME | Self::PATRONYMIC;

    /// Reads a tag as OpenCorpora writes it: `NOUN,anim,masc,Name sing,gent`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut bits = 0;
        for grammeme in text.split([',', ' ']) {
            bits |= match grammeme {
                "NOUN" => Pos::Noun as u32,
                "ADJF" => Pos::Adjective as u32,
                "ADJS" => Pos::ShortAdjective as u32,
                "COMP" => Pos::Comparative as u32,
                "VERB" => Pos::Verb as u32,
                "INFN" => Pos::Infinitive as u32,
                "PRTF" => Pos::Participle as u32,
                "PRTS" => Pos::ShortParticiple as u32,
                "GRND" => Pos::Gerund as u32,
                "NUMR" => Pos::Numeral as u32,
                "ADVB" => Pos::Adverb as u32,
                "NPRO" => Pos::Pronoun as u32,
                "PRED" => Pos::Predicative as u32,
                "PREP" => Pos::Preposition as u32,
                "CONJ" => Pos::Conjunction as u32,
                "PRCL" => Pos::Particle as u32,
                "INTJ" => Pos::Interjection as u32,
                "masc" => (Gender::Masculine as u32) << GENDER,
                "femn" => (Gender::Feminine as u32) << GENDER,
                "neut" => (Gender::Neuter as u32) << GENDER,
                "sing" => (Number::Singular as u32) << NUMBER,
                "plur" => (Number::Plural as u32) << NUMBER,
                "nomn" => (Case::Nominative as u32) << CASE,
                "gent" | "gen1" | "gen2" => (Case::Genitive as u32) << CASE,
                "datv" => (Case::Dative as u32) << CASE,
                "accs" | "acc2" => (Case::Accusative as u32) << CASE,
                "ablt" => (Case::Instrumental as u32) << CASE,
                "loct" | "loc1" | "loc2" => (Case::Prepositional as u32) << CASE,
                "voct" => (Case::Vocative as u32) << CASE,
                "anim" => 1 << ANIMACY,
                "inan" => 2 << ANIMACY,
                "past" => 1 << TENSE,
                "pres" => 2 << TENSE,
                "futr" | "impr" => 3 << TENSE,
                "1per" => 1 << PERSON,
                "2per" => 2 << PERSON,
                "3per" => 3 << PERSON,
                _ => 0,
            };
            // Variant spellings: V-be, V-oy, V-ey, V-ie …
            if grammeme.starts_with("V-") {
                bits |= Self::RARE;
            }
            bits |= FLAGS.iter().filter(|(name, _)| *name == grammeme).fold(0, |all, (_, bit)| all | bit);
        }
        Self(bits)
    }

    /// The part of speech.
    #[must_use]
    pub fn pos(self) -> Pos {
        const ALL: [Pos; 18] = [
            Pos::Other,
            Pos::Noun,
            Pos::Adjective,
            Pos::ShortAdjective,
            Pos::Comparative,
            Pos::Verb,
            Pos::Infinitive,
            Pos::Participle,
            Pos::ShortParticiple,
            Pos::Gerund,
            Pos::Numeral,
            Pos::Adverb,
            Pos::Pronoun,
            Pos::Predicative,
            Pos::Preposition,
            Pos::Conjunction,
            Pos::Particle,
            Pos::Interjection,
        ];
        ALL.get((self.0 & 31) as usize).copied().unwrap_or(Pos::Other)
    }

    /// The case, if the form has one.
    #[must_use]
    pub fn case(self) -> Option<Case> {
        match self.0 >> CASE & 7 {
            1 => Some(Case::Nominative),
            2 => Some(Case::Genitive),
            3 => Some(Case::Dative),
            4 => Some(Case::Accusative),
            5 => Some(Case::Instrumental),
            6 => Some(Case::Prepositional),
            7 => Some(Case::Vocative),
            _ => None,
        }
    }

    /// The gender, if the form has one.
    #[must_use]
    pub fn gender(self) -> Option<Gender> {
        match self.0 >> GENDER & 3 {
            1 => Some(Gender::Masculine),
            2 => Some(Gender::Feminine),
            3 => Some(Gender::Neuter),
            _ => None,
        }
    }

    /// The number, if the form has one.
    #[must_use]
    pub fn number(self) -> Option<Number> {
        match self.0 >> NUMBER & 3 {
            1 => Some(Number::Singular),
            2 => Some(Number::Plural),
            _ => None,
        }
    }

    /// Whether the word is animate; none if the tag does not say.
    #[must_use]
    pub fn animate(self) -> Option<bool> {
        match self.0 >> ANIMACY & 3 {
            1 => Some(true),
            2 => Some(false),
            _ => None,
        }
    }

    /// Whether this is a proper name, of whatever, or an acronym.
    #[must_use]
    pub fn is_name(self) -> bool {
        self.is_any(Self::PROPER | Self::ORGANIZATION | Self::ABBREVIATION)
    }

    /// Whether any of the given properties holds ([`Tag::NAME`], [`Tag::SURNAME`], …).
    #[must_use]
    pub fn is_any(self, properties: u32) -> bool {
        self.0 & properties != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Gender, Number, Pos, Tag};

    #[test]
    fn opencorpora_tags_are_packed_without_loss() {
        let tag = Tag::parse("NOUN,anim,femn,Sgtm,Surn sing,ablt");
        assert_eq!(
            (tag.pos(), tag.case(), tag.gender()),
            (Pos::Noun, Some(Case::Instrumental), Some(Gender::Feminine))
        );
        assert_eq!((tag.number(), tag.animate()), (Some(Number::Singular), Some(true)));
        assert!(tag.is_any(Tag::SURNAME) && !tag.is_any(Tag::NAME));
        assert_eq!(Tag::parse("INTJ").pos(), Pos::Interjection);
        assert_eq!(Tag::parse("PREP").case(), None);
    }
}
