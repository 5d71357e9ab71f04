//! The morphological dictionary: what a word form can be, and its other forms.
//!
//! Made from the OpenCorpora dictionary by `cargo xtask morph`; the files are embedded: the map of forms as it is used,
//! so that a program that looks up ten words reads little of it, the smaller ones packed. All words go in and come out
//! folded (see [`super::fold`]). This module knows words only: it never looks at neighbours, and knows nothing of index
//! terms but the marks that the build task left for the stemmer.

mod format;
mod near;
mod tables;
mod tag;

pub use tag::{Case, Gender, Number, Pos, Tag};

use format::{MAX_LETTERS, READING_LOWER, READING_STEM, READING_TERM, encode, letter_byte};
use fst::Map;
use std::sync::LazyLock;
use tables::{Slot, Tables};

/// The embedded dictionary.
static BUNDLED: LazyLock<Dictionary> = LazyLock::new(|| Dictionary {
    forms: Map::new(FORMS).ok(),
    ambiguous: Map::new(unpacked(PACKED[0])).ok(),
    endings: Map::new(unpacked(PACKED[1])).ok(),
    tables: Tables::new(unpacked(PACKED[2])),
});

/// The embedded map of forms.
const FORMS: &[u8] = include_bytes!("../../../../../data/morph/forms.fst");

/// The other embedded files: the maps of ambiguous forms and endings, and the tables.
const PACKED: [&[u8]; 3] = [
    include_bytes!("../../../../../data/morph/ambiguous.fst.zst"),
    include_bytes!("../../../../../data/morph/endings.fst.zst"),
    include_bytes!("../../../../../data/morph/tables.bin.zst"),
];

/// A file as it was before it was packed; it stays in memory. A damaged one gives nothing, and then no answers.
fn unpacked(file: &[u8]) -> &'static [u8] {
    zstd::decode_all(file).unwrap_or_default().leak()
}

/// The checksums that the dictionary's maps end in: other files, other terms.
pub fn checksums() -> impl Iterator<Item = &'static [u8]> {
    let maps = [BUNDLED.forms.as_ref(), BUNDLED.ambiguous.as_ref(), BUNDLED.endings.as_ref()];
    maps.into_iter().flatten().filter_map(|map| map.as_fst().as_bytes().last_chunk::<8>()).map(<[u8; 8]>::as_slice)
}

/// The dictionary.
pub struct Dictionary {
    forms: Option<Map<&'static [u8]>>,
    ambiguous: Option<Map<&'static [u8]>>,
    endings: Option<Map<&'static [u8]>>,
    tables: Tables,
}

/// One thing a word form can be: a lexeme and a grammatical tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parse {
    /// What the form is.
    pub tag: Tag,
    /// How the form is made; the lexeme follows from it and the form.
    slot: u32,
}

/// One way a form is made, with the marks of the stemmer.
#[derive(Clone, Copy, Debug)]
pub(super) struct FormAnalysis {
    slot: u32,
    flags: u32,
}

impl FormAnalysis {
    /// Whether the reading gives the form an index term.
    pub(super) fn is_term(self) -> bool {
        self.flags & READING_TERM != 0
    }

    /// Whether the term is the lemma's stem, not the lemma.
    pub(super) fn is_stem(self) -> bool {
        self.flags & READING_STEM != 0
    }

    /// Whether a word with a capital is never meant so.
    pub(super) fn is_lower(self) -> bool {
        self.flags & READING_LOWER != 0
    }
}

impl Dictionary {
    /// The embedded dictionary.
    #[must_use]
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Whether the dictionary has a folded word.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        let mut buffer = [0; MAX_LETTERS];
        let has = |map: &Option<Map<&'static [u8]>>, key: &[u8]| map.as_ref().is_some_and(|map| map.contains_key(key));
        encode(word, &mut buffer).is_some_and(|key| has(&self.forms, key) || has(&self.ambiguous, key))
    }

    /// Everything a folded word can be, likeliest lexeme first; empty for an unknown word.
    #[must_use]
    pub fn parses(&self, word: &str) -> Vec<Parse> {
        let mut parses = Vec::new();
        self.readings(word, &mut |reading| {
            let tags = self.tables.slot(reading.slot).map(|slot| slot.tags);
            parses.extend(tags.into_iter().flatten().map(|tag| Parse { tag, slot: reading.slot }));
        });
        parses
    }

    /// What an unknown name can be, by its ending: as the names of the dictionary that end alike, likeliest first.
    ///
    /// A guess: «Кирдыковым» is a surname in the instrumental, but so might a place be.
    #[must_use]
    pub fn guess_name(&self, word: &str) -> Vec<Parse> {
        let mut parses = Vec::new();
        for slot in self.longest_ending(word).map(|set| self.tables.reading_set(set)).into_iter().flatten() {
            if let Some(made) = self.tables.slot(slot)
                && made.stem(word).is_some_and(|stem| !stem.is_empty())
            {
                parses.extend(made.tags.into_iter().map(|tag| Parse { tag, slot }));
            }
        }
        parses
    }

    /// The reading set of the longest known ending of a word.
    fn longest_ending(&self, word: &str) -> Option<u32> {
        let endings = self.endings.as_ref()?.as_fst();
        let (mut node, mut output, mut found) = (endings.root(), 0, None);
        for letter in word.chars().rev() {
            let Some(at) = letter_byte(letter).and_then(|byte| node.find_input(byte)) else { break };
            let step = node.transition(at);
            output += step.out.value();
            node = endings.node(step.addr);
            if node.is_final() {
                found = u32::try_from(output + node.final_output().value()).ok();
            }
        }
        found
    }

    /// The lemma of a word under one of its parses: the nominative singular of a noun, the infinitive of a verb, the
    /// masculine nominative of an adjective, a participle or a surname.
    #[must_use]
    pub fn lemma(&self, word: &str, parse: Parse) -> String {
        let mut lemma = String::new();
        if !self.push_lemma(word, parse.slot, &mut lemma) {
            word.clone_into(&mut lemma);
        }
        lemma
    }

    /// The form of the word's lexeme whose tag satisfies `wanted`, the first of several; with its tag.
    pub fn inflect(&self, word: &str, parse: Parse, wanted: impl Fn(Tag) -> bool) -> Option<(String, Tag)> {
        let stem = self.tables.slot(parse.slot)?.stem(word)?;
        self.tables.paradigm(parse.slot)?.find_map(|number| {
            let slot = self.tables.slot(number)?;
            let tag = slot.tags.into_iter().find(|tag| wanted(*tag))?;
            Some((slot.make(stem), tag))
        })
    }

    /// The nominative of the word's own number and, for surnames and adjectives, gender: «Голиковой» → «голикова».
    #[must_use]
    pub fn nominative(&self, word: &str, parse: Parse) -> Option<String> {
        let (number, gender) = (parse.tag.number(), parse.tag.gender());
        let same = |tag: Tag| tag.number() == number && (gender.is_none() || tag.gender() == gender);
        let wanted = |tag: Tag| tag.case() == Some(Case::Nominative) && same(tag) && tag.pos() == parse.tag.pos();
        let proper = |tag: Tag| wanted(tag) && !tag.is_any(Tag::RARE);
        self.inflect(word, parse, proper).or_else(|| self.inflect(word, parse, wanted)).map(|(form, _)| form)
    }

    /// Calls `sink` with every reading of a folded word, likeliest first.
    pub(super) fn readings(&self, word: &str, sink: &mut dyn FnMut(FormAnalysis)) {
        let mut buffer = [0; MAX_LETTERS];
        let Some(key) = encode(word, &mut buffer) else { return };
        if let Some(slot) = self.forms.as_ref().and_then(|map| map.get(key)) {
            let slot = slot as u32;
            let is_name = self.tables.slot(slot).is_some_and(|slot| slot.tags.into_iter().all(Tag::is_name));
            sink(FormAnalysis { slot, flags: if is_name { READING_TERM } else { READING_TERM | READING_STEM } });
        } else if let Some(set) = self.ambiguous.as_ref().and_then(|map| map.get(key)) {
            for reading in self.tables.reading_set(set as u32) {
                sink(FormAnalysis { slot: format::slot_of(reading), flags: reading & !format::READING_SLOT });
            }
        }
    }

    /// Whether a reading is an acronym.
    pub(super) fn is_acronym(&self, reading: FormAnalysis) -> bool {
        self.tables
            .slot(reading.slot)
            .is_some_and(|slot| slot.tags.into_iter().any(|tag| tag.is_any(Tag::ABBREVIATION)))
    }

    /// Appends the lemma of a word under a reading.
    pub(super) fn push_reading_lemma(&self, word: &str, reading: FormAnalysis, out: &mut String) -> bool {
        self.push_lemma(word, reading.slot, out)
    }

    fn push_lemma(&self, word: &str, slot: u32, out: &mut String) -> bool {
        let stem = self.tables.slot(slot).and_then(|slot| slot.stem(word));
        let first: Option<Slot> = self.tables.paradigm(slot).and_then(|p| self.tables.slot(p.start));
        let (Some(stem), Some(first)) = (stem, first) else { return false };
        first.push(stem, out);
        true
    }
}

#[cfg(test)]
mod tests;
