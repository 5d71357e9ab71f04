//! Encodings: from bytes to text, whatever the input says about itself.
//!
//! The order is: byte-order mark, UTF-16 by its zero bytes, UTF-8 when it is valid (other text hardly ever is), then the
//! declared encoding if its letters are plausible, then the most plausible of all. A declaration is only a hint:
//! archives are full of wrong ones. This module must never look at what a text means, only at its letters.

mod letters;
mod mojibake;
mod single_byte;
mod stream;

pub use mojibake::repair;
pub use single_byte::Charset;
pub use stream::{of_sample, to_utf8};

use super::{Reason, RefusalKind};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use letters::plausibility;

/// Bytes that decide about an encoding; letters do not change their habits later in a file.
const SAMPLE_BYTES: usize = 64 << 10;

/// How much less plausible than the best a declared encoding may look and still be believed.
const DECLARED_BONUS: f64 = 0.35;

/// How much the statistics of chardetng count beside our own.
const OPINION_BONUS: f64 = 0.15;

/// Below this the letters of no language came out.
const RUBBISH: f64 = -7.0;

/// Text may have one zero byte, which is left out, in as many bytes: broken exports do, and binary files have more.
const RARE_ZERO: usize = 50;

/// A text with the encoding it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte-order mark.
    pub text: String,
    /// Name of the encoding.
    pub encoding: &'static str,
}

/// Decodes `bytes`, which may be `declared` to be in some encoding.
///
/// # Errors
/// Bytes that are not text.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, Reason> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return text_or_binary(text.into_owned(), encoding.name());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return text_or_binary(text.into_owned(), encoding.name());
    }
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if zeros * RARE_ZERO > bytes.len() {
        return Err(RefusalKind::Binary.because("binary file, not text"));
    }
    if zeros > 0 {
        let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        return decode(&bytes, declared);
    }
    if let Some(text) = utf8(bytes) {
        return text_or_binary(text, UTF_8.name());
    }
    let charset =
        choose(sample(bytes), declared).ok_or_else(|| RefusalKind::Binary.because("not text in any known encoding"))?;
    text_or_binary(charset.decode(bytes), charset.name())
}

/// UTF-8, also when a few bytes of much valid text are broken: they become U+FFFD.
fn utf8(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
        // A character that the end of a file cuts in two says nothing against it.
        let is_cut = std::str::from_utf8(chunk.invalid()).is_err_and(|e| e.error_len().is_none());
        bad -= usize::from(is_cut && good > 0);
    }
    (good >= 20 * bad).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// UTF-16 whose mark was lost: in Russian or English text one byte of nearly every pair is 0x00 or 0x04.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = sample(bytes);
    if sample.len() < 8 || !bytes.len().is_multiple_of(2) || !sample.contains(&0) {
        return None;
    }
    let mut high = [0usize; 2];
    for pair in sample.chunks_exact(2) {
        for (count, byte) in high.iter_mut().zip(pair) {
            *count += usize::from(matches!(byte, 0 | 4));
        }
    }
    let pairs = sample.len() / 2;
    match high {
        [first, second] if first * 10 >= pairs * 8 && second * 4 < pairs => Some(UTF_16BE),
        [first, second] if second * 10 >= pairs * 8 && first * 4 < pairs => Some(UTF_16LE),
        _ => None,
    }
}

/// The most plausible single-byte encoding.
fn choose(sample: &[u8], declared: Option<&str>) -> Option<Charset> {
    let declared = declared.and_then(Charset::named);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let opinion = Charset::named(detector.guess(None, chardetng::Utf8Detection::Deny).name());
    let score = |charset: Charset| {
        let mut score = plausibility(&charset.decode(sample));
        if Some(charset) == declared {
            score += DECLARED_BONUS;
        }
        if opinion.is_some_and(|o| o.sounds_like(charset)) {
            score += OPINION_BONUS;
        }
        score
    };
    let mut best: Option<(Charset, f64)> = None;
    for charset in Charset::ALL {
        let score = score(charset);
        // The earlier, more frequent encoding wins a draw.
        if best.is_none_or(|(_, highest)| score > highest + 1e-9) {
            best = Some((charset, score));
        }
    }
    best.filter(|(_, score)| *score > RUBBISH).map(|(charset, _)| charset)
}

fn sample(bytes: &[u8]) -> &[u8] {
    bytes.get(..SAMPLE_BYTES).unwrap_or(bytes)
}

/// Control characters are seldom in text: many of them mean that it is none.
fn text_or_binary(text: String, encoding: &'static str) -> Result<Decoded, Reason> {
    if !may_control(text.as_bytes()) {
        return Ok(Decoded { text, encoding });
    }
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}');
    let head = text.chars().take(SAMPLE_BYTES);
    let (all, odd) = head.fold((0usize, 0usize), |(all, odd), c| (all + 1, odd + usize::from(control(&c))));
    if odd * 50 > all {
        return Err(RefusalKind::Binary.because("binary file, not text"));
    }
    Ok(Decoded { text, encoding })
}

/// Whether a text may hold control characters. Nearly none does, which its bytes tell, whole registers of them at once:
/// those beyond ASCII are C2 and one below A0.
fn may_control(text: &[u8]) -> bool {
    let ascii = |byte: u8| matches!(byte, 0..=8 | 0xb | 0xe..=0x1f | 0x7f);
    let single = text.iter().fold(false, |any, byte| any | ascii(*byte));
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    single | pairs.fold(false, |any, (a, b)| any | (*a == 0xc2) & (*b < 0xa0))
}

#[cfg(test)]
mod tests {
    use super::{Charset, decode};
    use proptest::prelude::*;

    const NEWS: &str = "Правительство одобрило проект бюджета на три года. Об этом сообщает «Вестник» — первый \
        номер вышел в Москве 22 ноября. Ещё один объём, съезд, юг, щука, цены и эфир.";

    #[test]
    fn every_encoding_is_told_by_its_letters() {
        for charset in Charset::ALL.into_iter().filter(|c| *c != Charset::Windows1252) {
            let bytes = charset.encode(NEWS).0;
            let decoded = decode(&bytes, None).unwrap();
            assert_eq!(decoded.text, charset.decode(&bytes), "{}", charset.name());
        }
    }

    #[test]
    fn short_words_too() {
        for charset in [Charset::Windows1251, Charset::Koi8R, Charset::Ibm866, Charset::Iso5, Charset::MacCyrillic] {
            for word in ["Россия и Китай", "выборы президента", "ПРЕЗИДЕНТ РОССИИ", "цены на нефть растут"]
            {
                assert_eq!(decode(&charset.encode(word).0, None).unwrap().text, word, "{}", charset.name());
            }
        }
    }

    #[test]
    fn a_wrong_declaration_is_overruled_and_a_right_one_decides() {
        let bytes = Charset::Windows1251.encode(NEWS).0;
        for wrong in ["koi8-r", "utf-8", "ibm866", "x-mac-cyrillic", "iso-8859-1", "rubbish"] {
            assert_eq!(decode(&bytes, Some(wrong)).unwrap().text, NEWS, "{wrong}");
        }
        assert_eq!(decode(NEWS.as_bytes(), Some("windows-1251")).unwrap().text, NEWS);
        let word = Charset::MacCyrillic.encode("цены").0;
        assert_eq!(decode(&word, Some("x-mac-cyrillic")).unwrap().encoding, "x-mac-cyrillic");
    }

    #[test]
    fn kazakh_is_told_from_russian_and_ukrainian() {
        let kazakh = "Ауылда жаңа су мұнарасы ашылды, деп хабарлайды Қазақпарат агенттігі. Мұнара қырық текше метр суды \
             сыйғызады, ол жүз үйге жетеді.";
        for charset in [Charset::Pt154, Charset::Kz1048] {
            let (bytes, whole) = charset.encode(kazakh);
            assert!(whole && decode(&bytes, None).unwrap().text == kazakh, "{}", charset.name());
        }
        for text in [
            "Погрешность ±5 ‰, сообщает «Вестник»™.",
            "Її збудували за сім місяців, повідомляє Укрінформ, а є ще й ґанок.",
            "Яе пабудавалі за сем месяцаў, паведамляе БелТА.",
        ] {
            let decoded = decode(&Charset::Windows1251.encode(text).0, None).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, "windows-1251"));
        }
    }

    #[test]
    fn utf16_with_and_without_its_mark() {
        let little: Vec<u8> = NEWS.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = NEWS.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, bytes) in [([0xff, 0xfe], &little), ([0xfe, 0xff], &big)] {
            assert_eq!(decode(bytes, None).unwrap().text, NEWS);
            assert_eq!(decode(&[&mark, bytes.as_slice()].concat(), None).unwrap().text, NEWS);
        }
    }

    #[test]
    fn a_broken_byte_does_not_spoil_utf8() {
        let mut bytes = NEWS.as_bytes().to_vec();
        bytes.push(0xd0);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.text, format!("{NEWS}\u{fffd}"));
    }

    #[test]
    fn no_text_is_refused() {
        assert!(decode(b"abc\0def", None).is_err());
        assert!(decode(&(1u8..32).collect::<Vec<_>>(), None).is_err());
    }

    #[test]
    fn western_letters_stay_western() {
        let bytes = Charset::Windows1252.encode("Zürich, Malmö, Besançon: Überraschung für Müller").0;
        assert_eq!(decode(&bytes, None).unwrap().encoding, "windows-1252");
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&bytes, None);
        }
    }
}
