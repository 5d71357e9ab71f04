//! Folding of long plain texts: Russian and English letters, never both in one word, and the usual marks. Works on whole
//! registers of bytes, ten times as fast as letter by letter; most of what an archive holds is such text.
//!
//! Every letter keeps its length in UTF-8, so what a byte becomes depends on itself and its neighbours only. Must never
//! take on what it does not fully know.

use multiversion::multiversion;

/// What stands beyond both ends of a text.
const NOTHING: u8 = b' ';

/// The folded text; nothing when it is not plain.
pub(super) fn folded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if !is_plain(bytes) {
        return None;
    }
    let mut out = vec![0; bytes.len()];
    fold(bytes, &mut out);
    String::from_utf8(out).ok()
}

#[multiversion(targets("x86_64+avx2"))]
fn is_plain(bytes: &[u8]) -> bool {
    let (first, second) = (bytes.first().copied().unwrap_or(NOTHING), bytes.get(1).copied().unwrap_or(NOTHING));
    let mut strange = is_strange(NOTHING, NOTHING, first) | is_strange(NOTHING, first, second);
    for (last, before, byte) in trios(bytes) {
        strange |= is_strange(last, before, byte);
    }
    strange == 0
}

/// Each byte but the first two, after these. Of slices, which compilers make whole registers of; not so of skipped ones.
#[inline(always)]
fn trios(bytes: &[u8]) -> impl Iterator<Item = (u8, u8, u8)> {
    let (second, third) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
    bytes.iter().zip(second).zip(third).map(|((a, b), c)| (*a, *b, *c))
}

/// Not 0 if `byte` after the two bytes `last` and `before` is not part of plain text. Written without branches.
#[inline(always)]
fn is_strange(last: u8, before: u8, byte: u8) -> u8 {
    let is = |x: bool| u8::from(x);
    let is_rest = is(byte & 0xc0 == 0x80);
    let after_d0 = is(before == 0xd0) & is(byte != 0x81) & is(byte < 0x90);
    let after_d1 = is(before == 0xd1) & is(byte != 0x91) & is(byte > 0x8f);
    // «, », °, § and their like up to U+00BF, but for three letters and the soft hyphen.
    let letter_of_c2 = is(byte == 0xaa) | is(byte == 0xad) | is(byte == 0xb5) | is(byte == 0xba);
    let after_c2 = is(before == 0xc2) & (is(byte < 0xa0) | letter_of_c2);
    // Dashes, quotes, … and their like, U+2010 to U+2026.
    let after_e2 = is(before == 0xe2) & is(byte != 0x80);
    let third = is_rest & is(before & 0xc0 == 0x80) & (is(byte < 0x90) | is(byte > 0xa6));
    let is_lead = is(byte == 0xd0) | is(byte == 0xd1);
    let other_lead = is(byte >= 0xc0) & (1 ^ is_lead) & is(byte != 0xc2) & is(byte != 0xe2);
    let mixed = (is_latin(before) & is_lead) | (is_latin(byte) & (is(last == 0xd0) | is(last == 0xd1)));
    after_d0 | after_d1 | after_c2 | after_e2 | third | other_lead | mixed
}

#[inline(always)]
fn is_latin(byte: u8) -> u8 {
    u8::from((byte | 0x20).wrapping_sub(b'a') < 26)
}

#[multiversion(targets("x86_64+avx2"))]
fn fold(bytes: &[u8], out: &mut [u8]) {
    for (place, (before, byte, after)) in out.get_mut(1..).unwrap_or_default().iter_mut().zip(trios(bytes)) {
        *place = fold_byte(before, byte, after);
    }
    if let [first, rest @ ..] = bytes
        && let Some(place) = out.first_mut()
    {
        *place = fold_byte(NOTHING, *first, rest.first().copied().unwrap_or(NOTHING));
    }
    if let [.., before, last] = bytes
        && let Some(place) = out.last_mut()
    {
        *place = fold_byte(*before, *last, NOTHING);
    }
}

/// What `byte` of plain text becomes. Written without branches.
#[inline(always)]
fn fold_byte(before: u8, byte: u8, after: u8) -> u8 {
    let latin = byte.wrapping_sub(b'A') < 26;
    // А–П are D0 90–9F and become D0 B0–BF; Р–Я are D0 A0–AF and become D1 80–8F; Ё is D0 81, ё D1 91, е D0 B5.
    let first_half = (before == 0xd0) & (byte & 0xf0 == 0x90);
    let second_half = (before == 0xd0) & (byte & 0xf0 == 0xa0);
    let dots = ((before == 0xd0) & (byte == 0x81)) | ((before == 0xd1) & (byte == 0x91));
    let lead_up = (byte == 0xd0) & (after & 0xf0 == 0xa0);
    let lead_down = (byte == 0xd1) & (after == 0x91);
    let mut out = byte;
    out = if latin | first_half { out.wrapping_add(0x20) } else { out };
    out = if second_half { out.wrapping_sub(0x20) } else { out };
    out = if dots { 0xb5 } else { out };
    out = if lead_up { 0xd1 } else { out };
    if lead_down { 0xd0 } else { out }
}

#[cfg(test)]
mod tests {
    use super::folded;
    use crate::analyse::fold::letter_by_letter;
    use proptest::prelude::{prop_assert_eq, proptest};

    /// Every letter that is known is folded as letter by letter, wherever it stands; every other is left alone.
    #[test]
    fn letters_are_folded_as_one_by_one() {
        for letter in ('\0'..='\u{2fff}').chain(['\u{fe0f}', '🇷', '𝐀']) {
            for text in [letter.to_string(), format!("а{letter}я"), format!("z{letter}Q"), format!("{letter}«{letter}")]
            {
                if let Some(folded) = folded(&text) {
                    assert_eq!(folded, letter_by_letter(&text), "{text:?}");
                }
            }
        }
        assert_eq!(folded("ЁЛКИ и ПАЛКИ — «Reuters», АЯ…").as_deref(), Some("елки и палки — «reuters», ая…"));
        assert_eq!(folded("").as_deref(), Some(""));
        for strange in ["cанкции", "санкцииz", "і", "é", "за́мок", "🙂", "и\u{ad}ли", "€"] {
            assert_eq!(folded(strange), None, "{strange}");
        }
    }

    proptest! {
        #[test]
        fn plain_texts_are_folded_as_letter_by_letter(
            text in "(([а-яА-ЯёЁ]{1,9}|[a-zA-Z]{1,9})[ ,.«»—–…„“”’°\u{a0}0-9-]{1,2}){0,40}",
        ) {
            prop_assert_eq!(folded(&text), Some(letter_by_letter(&text)));
        }

        #[test]
        fn other_texts_are_left_alone_or_folded_so(text in "([а-яА-ЯёЁ]{1,9}|[a-zA-Z]|[ «—\u{a0}0]|[іґЇé🙂\u{301}]){0,20}") {
            if let Some(folded) = folded(&text) {
                prop_assert_eq!(folded, letter_by_letter(&text));
            }
        }
    }
}
