//! Cleaning: from a raw record to text that every later step can count offsets in.
//!
//! The only changes to the text are NFC and line ends; everything after this module works on the same bytes. Which
//! line is the headline, which date the article has and which lines are boilerplate is decided here too. This
//! module must never do I/O and never change the text a second time.

pub mod date;
pub mod language;
pub mod repeated;
pub mod title;
pub mod zones;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text with line ends as `\n` and in Unicode normal form C.
///
/// NFC first, because real archives hold decomposed «й» (и + U+0306), which any tokenizer would cut in two.
#[must_use]
pub fn normalise(text: &str) -> String {
    let unix = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    // Most texts hold nothing that needs a look into Unicode's tables.
    if is_composed_by_bytes(unix.as_bytes()) {
        return unix;
    }
    let mut doubtful = unix.chars().filter(|c| !is_composed(*c)).peekable();
    if doubtful.peek().is_none() || is_nfc_quick(unix.chars()) == IsNormalized::Yes {
        return unix;
    }
    unix.nfc().collect()
}

/// Whether all characters are [composed](is_composed), as far as bytes tell; whole registers of them at once.
fn is_composed_by_bytes(text: &[u8]) -> bool {
    // Lead bytes of U+0300–U+03FF and of U+0480 and above, except E2 (U+2000–U+2FFF).
    let doubtful = |byte: u8| matches!(byte, 0xcc..=0xcf | 0xd2..=0xe1 | 0xe3..);
    let (second, third) = (text.get(1..).unwrap_or_default(), text.get(2..).unwrap_or_default());
    let dash_or_quote = |b: u8, c: u8| (b == 0x80) & (0x90..=0xa7).contains(&c);
    let single = text.iter().fold(false, |any, byte| any | doubtful(*byte));
    let triples = text.iter().zip(second).zip(third);
    !(single | triples.fold(false, |any, ((a, b), c)| any | (*a == 0xe2) & !dash_or_quote(*b, *c)))
}

/// Whether a character of Russian text is for certain in normal form C, whatever stands around it: Latin letters,
/// Cyrillic ones up to the combining marks behind them, common punctuation, emblems of number and money.
fn is_composed(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{400}'..='\u{482}' | '\u{2010}'..='\u{2027}' | '\u{20a0}'..='\u{20bf}' | '№')
}

#[cfg(test)]
mod tests {
    use super::{is_composed, is_composed_by_bytes, normalise};
    use proptest::prelude::{prop_assert, proptest};
    use unicode_normalization::UnicodeNormalization;

    /// What is taken for composed stays as it is alone, after a letter and before one.
    #[test]
    fn what_is_composed_stays() {
        for c in (0..=0x0010_ffff).filter_map(char::from_u32).filter(|c| is_composed(*c)) {
            for text in [String::from(c), format!("и{c}е"), format!("{c}{c}e")] {
                assert!(text.nfc().eq(text.chars()), "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn bytes_tell_no_lie(text in "[А-яёЁA-z «»—–…„“№€'‘\u{2000}-\u{2030}\u{2e0}-\u{490}]{0,5}|\\PC{0,6}") {
            prop_assert!(!is_composed_by_bytes(text.as_bytes()) || text.chars().all(is_composed));
        }
    }

    #[test]
    fn line_ends_and_composition() {
        assert!(is_composed_by_bytes("«Ёлка» — цена 5…".as_bytes()));
        assert_eq!(normalise("а\r\nб\rв\n"), "а\nб\nв\n");
        assert_eq!(normalise("Йод, мой"), "Йод, мой");
    }
}
