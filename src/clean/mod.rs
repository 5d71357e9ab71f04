//! Cleaning: from a raw record to text that every later step can count offsets in.
//!
//! The only changes to the text are NFC and line ends; everything after this module works on the same bytes. Which
//! line is the headline, which date the article carries and which lines are no news at all is decided here too. This
//! module must never do I/O and never change the text a second time.

pub mod date;
pub mod language;
pub mod repeated;
pub mod title;
pub mod zones;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

/// The text with line ends as `\n` and in Unicode normal form C.
///
/// NFC first, because real archives hold decomposed «й» (и + U+0306), which any tokenizer would cut in two.
#[must_use]
pub fn normalise(text: &str) -> String {
    let unix = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    match is_nfc_quick(unix.chars()) {
        unicode_normalization::IsNormalized::Yes => unix,
        _ => unix.nfc().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn line_ends_and_composition() {
        assert_eq!(normalise("а\r\nб\rв\n"), "а\nб\nв\n");
        assert_eq!(normalise("Йод, мой"), "Йод, мой");
    }
}
