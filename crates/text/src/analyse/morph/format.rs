//! The layout of the dictionary files: one definition for the task that writes them and the library that reads them.
//!
//! Four files. Two finite-state maps turn a word form, spelt in one byte a letter ([`encode`]), into a number:
//! `forms.fst` for forms with one reading, into a *slot*; `ambiguous.fst` for the others, into a *reading set*. A third,
//! `endings.fst`, turns the endings of names, last letter first, into the reading set of an unknown name.
//! `tables.bin` holds what these numbers mean; all numbers in it are little-endian. On disk each is packed by zstd.
//!
//! A *paradigm* is a list of slots, each a prefix, a suffix and the tags a form made of them can have; its first slot
//! makes the lemma. Slots are numbered through all paradigms. Because a lexeme's slots are consecutive numbers, the
//! maps share the endings of all lexemes of one paradigm, which is what keeps three million forms small.
//!
//! This file never touches the file system and knows no grammar.

/// Letters of the dictionary, most frequent first; and the bytes for them, which are those the map packs best.
const LETTERS: &str = "оаеивнрсмтлкпуядшыюзгбчйьхщжфцэ-ъ";
const BYTES: &[u8; 33] = b"te/oasripcnw.hlm-du012g=:bf3y5&_4";

/// First bytes of `tables.bin`: the magic number and the version of this layout.
pub(super) const MAGIC: [u8; 8] = *b"SVDKMOR1";

/// Sections of `tables.bin`, in order. The header has the offset of each and the end of the file.
#[derive(Clone, Copy, Debug)]
#[repr(usize)]
pub(super) enum Section {
    /// u32 a paradigm: its first slot; and one more for the end.
    Paradigms,
    /// [`SLOT_BYTES`] a slot: u16 suffix, u16 tag set, u8 prefix.
    Slots,
    /// u32 an affix: its first byte in [`Section::AffixText`]; and one more for the end.
    Affixes,
    /// UTF-8.
    AffixText,
    /// u32 a tag set: its first tag in [`Section::Tags`]; and one more for the end.
    TagSets,
    /// u32 a tag.
    Tags,
    /// u32 a reading set: its first entry in [`Section::Readings`]; and one more for the end.
    ReadingSets,
    /// u32 a reading: a slot and the `READING_…` flags.
    Readings,
}

/// Number of sections.
pub(super) const SECTIONS: usize = Section::Readings as usize + 1;

/// Bytes of the header: the magic number, the sections' offsets and the end.
pub(super) const HEADER_BYTES: usize = MAGIC.len() + 4 * (SECTIONS + 1);

/// Bytes of a slot.
pub(super) const SLOT_BYTES: usize = 5;

/// The bits of a reading that hold its slot.
pub(super) const READING_SLOT: u32 = (1 << 24) - 1;

/// The slot of a reading.
#[must_use]
pub(super) fn slot_of(reading: u32) -> u32 {
    reading & READING_SLOT
}

/// This reading gives an index term.
pub(super) const READING_TERM: u32 = 1 << 24;

/// The term is the Snowball stem of the lemma, not the lemma itself.
pub(super) const READING_STEM: u32 = 1 << 25;

/// A word written with a capital is not meant this way.
pub(super) const READING_LOWER: u32 = 1 << 26;

/// Longest word, in letters, that the dictionary is asked for.
pub(super) const MAX_LETTERS: usize = 64;

/// The bytes of a folded word in `buffer`; none if a letter is not Russian or the word too long.
#[must_use]
pub(super) fn encode<'b>(word: &str, buffer: &'b mut [u8; MAX_LETTERS]) -> Option<&'b [u8]> {
    let mut len = 0;
    for letter in word.chars() {
        *buffer.get_mut(len)? = letter_byte(letter)?;
        len += 1;
    }
    buffer.get(..len)
}

/// The byte of a letter.
#[must_use]
pub(super) fn letter_byte(letter: char) -> Option<u8> {
    const TABLE: [u8; 32] = byte_table();
    match letter {
        'а'..='я' => TABLE.get(letter as usize - 'а' as usize).copied(),
        '-' => Some(b'_'),
        _ => None,
    }
}

/// The bytes of а…я, from [`LETTERS`] and [`BYTES`].
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn byte_table() -> [u8; 32] {
    let (text, mut table, mut at, mut letter) = (LETTERS.as_bytes(), [0; 32], 0, 0);
    while at < text.len() {
        if text[at] < 0x80 {
            at += 1;
        } else {
            let code = ((text[at] as usize & 0x1f) << 6) | (text[at + 1] as usize & 0x3f);
            table[code - 'а' as usize] = BYTES[letter];
            at += 2;
        }
        letter += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, MAX_LETTERS, encode, letter_byte};

    #[test]
    fn every_letter_has_a_byte_of_its_own() {
        let mut bytes: Vec<u8> = LETTERS.chars().filter_map(letter_byte).collect();
        bytes.sort_unstable();
        bytes.dedup();
        assert_eq!(bytes.len(), 33);
        assert!(bytes.iter().all(|b| *b != 0));
    }

    #[test]
    fn foreign_letters_are_refused() {
        let mut buffer = [0; MAX_LETTERS];
        assert!(encode("рынок-2", &mut buffer).is_none());
        assert!(encode(&"а".repeat(65), &mut buffer).is_none());
        assert_eq!(encode("вице-премьер", &mut buffer).map(<[u8]>::len), Some(12));
    }
}
