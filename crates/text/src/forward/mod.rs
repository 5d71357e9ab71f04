//! The forward record of an article: its words in a few bytes, for ranking.
//!
//! An inverted index tells which articles have a word; ranking the best of them again asks which words an article has.
//! The forward record answers that without reading the article: the stems of its first [`TOKENS`] words, each as a hash
//! with the zone where it first stands and whether it stands capitalised, and one vector for what the words mean together.
//! Frequent words are left out: they tell articles apart no better than chance.
//!
//! Frequency here is that in the news texts that [`rarity`] was counted in, not that of the archive at hand: a record
//! depends on its article alone, so segments can be merged without looking at it.

mod bits;
pub mod rarity;
pub mod related;
pub mod vector;
mod words;

use crate::analyse::packed::PackedTerms;
use bits::{Reader, Writer};
use vector::{Projected, VECTOR_BYTES};
pub use words::{Known, known};

/// Words of an article that its record is made of, title and text together.
pub const TOKENS: usize = 400;

/// Words of the first zone.
pub const FIRST_ZONE: usize = 30;

/// Words of the first and the second zone together: the lead.
pub const LEAD: usize = 60;

/// Bits of a stem's hash: two stems of an article are taken for one in one of 260,000 cases.
pub const HASH_BITS: u32 = 18;

/// Bits of an entry besides the hash.
const MARK_BITS: u32 = 3;

/// The hash of a stem.
#[must_use]
pub fn hash(stem: &str) -> u32 {
    (xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) >> (64 - HASH_BITS)) as u32
}

/// Where a stem first stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Among the first [`FIRST_ZONE`] words.
    First,
    /// Among the first [`LEAD`] words.
    Lead,
    /// Further down.
    Rest,
}

impl Zone {
    fn of(token: usize) -> Self {
        match token {
            ..FIRST_ZONE => Self::First,
            ..LEAD => Self::Lead,
            _ => Self::Rest,
        }
    }

    fn from_bits(bits: u32) -> Self {
        match bits & 3 {
            0 => Self::First,
            1 => Self::Lead,
            _ => Self::Rest,
        }
    }
}

/// A stem of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its [`hash`].
    pub hash: u32,
    /// Where it first stands.
    pub zone: Zone,
    /// Whether it stands somewhere with a capital letter.
    pub is_capitalised: bool,
}

impl Entry {
    fn bits(self) -> u32 {
        self.hash << MARK_BITS | (self.zone as u32) << 1 | u32::from(self.is_capitalised)
    }

    fn from_bits(bits: u32) -> Self {
        Self { hash: bits >> MARK_BITS, zone: Zone::from_bits(bits >> 1), is_capitalised: bits & 1 == 1 }
    }
}

/// What is known of an article's words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forward {
    /// Its stems by hash, ascending, each once.
    pub entries: Vec<Entry>,
    /// What its words mean together; nothing where no word is known.
    pub vector: Option<Projected>,
}

impl Forward {
    /// The record of an article with this title and text; an empty title if the text has it as well.
    #[must_use]
    pub fn of(title: &PackedTerms, text: &PackedTerms) -> Self {
        words::forward(title, text)
    }

    /// The record in bytes: the vector, the parameter of the code, the number of entries, the differences of entries.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes(&self.vector.as_ref().map_or([0; VECTOR_BYTES], Projected::to_bytes));
        let (count, last) = (self.entries.len(), self.entries.last().map_or(0, |entry| entry.bits()));
        let parameter = (last / u32::try_from(count.max(1)).unwrap_or(1)).checked_ilog2().unwrap_or(0);
        writer.bits(parameter, 5);
        writer.bits(u32::try_from(count).unwrap_or(0), 11);
        let mut before = 0;
        for entry in &self.entries {
            let bits = entry.bits();
            writer.rice(bits - before, parameter);
            before = bits;
        }
        writer.finish()
    }

    /// Reads a record; `None` if it is damaged.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (vector, rest) = bytes.split_first_chunk::<VECTOR_BYTES>()?;
        let mut reader = Reader::new(rest);
        let (parameter, count) = (reader.bits(5)?, reader.bits(11)?);
        let mut entries = Vec::with_capacity(count as usize);
        let mut bits = 0_u32;
        for _ in 0..count {
            bits = bits.checked_add(reader.rice(parameter)?)?;
            entries.push(Entry::from_bits(bits));
        }
        Some(Self { entries, vector: Projected::from_bytes(vector) })
    }

    /// The entry of a stem with this hash.
    #[must_use]
    pub fn get(&self, hash: u32) -> Option<Entry> {
        let at = self.entries.binary_search_by_key(&hash, |entry| entry.hash).ok()?;
        self.entries.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Forward, HASH_BITS, LEAD, Zone, hash, vector::Projected};
    use crate::analyse::{Analysis, packed::PackedTerms, terms::Labels};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn of(title: &str, text: &str) -> Forward {
        let packed = |text| PackedTerms::new(&Analysis::new(text), &Labels::new());
        Forward::of(&packed(title), &packed(text))
    }

    #[test]
    fn a_stem_has_its_first_zone_and_a_capital_from_anywhere() {
        let filler = "порт и ".repeat(LEAD / 2);
        let forward = of("", &format!("Полиция задержала вулканолога. {filler} Вулканолог и прокурор."));
        let entry = |stem: &str| forward.get(hash(stem));
        let (volcanologist, prosecutor) = (entry("вулканолог").unwrap(), entry("прокурор").unwrap());
        assert_eq!((volcanologist.zone, volcanologist.is_capitalised), (Zone::First, true));
        assert_eq!((prosecutor.zone, prosecutor.is_capitalised), (Zone::Rest, false));
        assert_eq!(entry("и"), None, "frequent words are left out");
    }

    #[test]
    fn articles_on_one_subject_have_vectors_alike() {
        let banks = of("", "Центробанк повысил ключевую ставку, инфляция и кредиты банков растут.");
        let money = of("", "Регулятор оставил процентную ставку: рубль, вклады, экономика.");
        let football = of("", "Футболист забил гол, сборная выиграла матч чемпионата.");
        let like = |a: &Forward, b: &Forward| a.vector.as_ref().unwrap().cosine(b.vector.as_ref().unwrap());
        assert!(like(&banks, &money) > like(&banks, &football) + 0.1);
    }

    #[test]
    fn damaged_records_are_told() {
        let bytes = of("", "Полиция задержала вулканолога на Камчатке.").encode();
        assert!(Forward::decode(&bytes).is_some());
        assert!(Forward::decode(bytes.get(..bytes.len() - 2).unwrap()).is_none());
        assert!(Forward::decode(&[]).is_none());
    }

    proptest! {
        #[test]
        fn a_record_comes_back(
            hashes in proptest::collection::btree_set(0_u32..1 << HASH_BITS, 0..300),
            marks in any::<u8>(), numbers in proptest::collection::vec(-1.0_f32..1.0, 64),
        ) {
            let zone = [Zone::First, Zone::Lead, Zone::Rest][usize::from(marks) % 3];
            let entry = |hash| Entry { hash, zone, is_capitalised: marks > 100 };
            let vector = Projected::from_slice(&numbers);
            let vector = vector.map(|vector| Projected::from_bytes(&vector.to_bytes()).unwrap());
            let forward = Forward { entries: hashes.into_iter().map(entry).collect(), vector };
            prop_assert_eq!(Forward::decode(&forward.encode()), Some(forward));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Forward::decode(&bytes);
        }
    }
}
