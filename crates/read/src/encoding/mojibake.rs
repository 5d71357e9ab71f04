//! Double encoding: text that was once decoded wrongly and saved so («РџСЂРёРІРµС‚», «Ïðèâåò», «оПХБЕР»).
//!
//! Repaired only when it is certain: every character must lead back to a byte, the bytes must be valid in the other
//! encoding, and what comes out must be far more plausible than what was there.

use super::{
    Charset,
    letters::{is_cyrillic, plausibility},
};
use std::borrow::Cow;

/// How much more plausible the repaired text must be.
const CERTAIN: f64 = 0.7;

/// What plausible text hardly ever falls below: of real articles one in a thousand has under -3.5.
const PLAUSIBLE: f64 = -3.7;

/// The least characters beyond ASCII that can prove anything; bytes that happen to be UTF-8 prove more.
const ENOUGH: usize = 12;
const ENOUGH_FOR_UTF8: usize = 6;

/// How often texts were really seen to be mangled over and over.
const ROUNDS: usize = 2;

/// The text as it was before it was decoded wrongly, line by line; the text itself when nothing is certain.
#[must_use]
pub fn repair(text: &str) -> Cow<'_, str> {
    if plausibility(text) >= PLAUSIBLE || !text.lines().any(|line| repair_line(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let (words, end) = line.strip_suffix('\n').map_or((line, ""), |words| (words, "\n"));
        repair_line(words).unwrap_or_else(|| words.to_owned()) + end
    });
    Cow::Owned(lines.collect())
}

fn repair_line(line: &str) -> Option<String> {
    let mut best: Option<String> = None;
    for _ in 0..ROUNDS {
        match repair_once(best.as_deref().unwrap_or(line)) {
            Some(better) => best = Some(better),
            None => break,
        }
    }
    best
}

fn repair_once(line: &str) -> Option<String> {
    let before = plausibility(line);
    let letters = line.chars().filter(|c| !c.is_ascii()).count();
    if before >= PLAUSIBLE || letters < ENOUGH_FOR_UTF8 {
        return None;
    }
    let wrong_readings =
        [Charset::Windows1251, Charset::Windows1252, Charset::Ibm866, Charset::Koi8R, Charset::MacCyrillic];
    let candidates = wrong_readings.into_iter().flat_map(|read_as| undo(line, read_as, letters >= ENOUGH));
    let scored = candidates.map(|text| (plausibility(&text), text));
    let (score, text) = scored.filter(|(_, text)| text.chars().any(is_cyrillic)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= PLAUSIBLE && score >= before + CERTAIN).then_some(text)
}

/// What `line` may have been if it was read as `read_as` by mistake.
fn undo(line: &str, read_as: Charset, long: bool) -> Vec<String> {
    let Some(bytes) = bytes_of(line, read_as) else { return Vec::new() };
    if let Ok(text) = std::str::from_utf8(&bytes) {
        return vec![text.to_owned()];
    }
    if !long {
        return Vec::new();
    }
    let was = [Charset::Windows1251, Charset::Koi8R, Charset::Ibm866];
    was.into_iter().filter(|was| *was != read_as).map(|was| was.decode(&bytes)).collect()
}

/// The bytes behind `line`; bytes that have no letter in a code page often stand as control characters.
fn bytes_of(line: &str, read_as: Charset) -> Option<Vec<u8>> {
    let (mut bytes, mut letters) = (Vec::with_capacity(line.len()), String::new());
    for letter in line.chars() {
        match u8::try_from(u32::from(letter)) {
            Ok(byte @ 0x80..=0x9f) => bytes.push(byte),
            // The one byte without a letter in it, lost: every «И» has it.
            _ if letter == '\u{fffd}' && read_as == Charset::Windows1251 => bytes.push(0x98),
            _ => {
                letters.clear();
                letters.push(letter);
                let (encoded, whole) = read_as.encode(&letters);
                if !whole {
                    return None;
                }
                bytes.extend(encoded);
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{super::Charset, repair};

    const LINE: &str = "Правительство одобрило проект бюджета на три года, сообщает агентство";

    fn read_utf8_as(charset: Charset) -> String {
        charset.decode(LINE.as_bytes())
    }

    #[test]
    fn a_lost_byte_is_known() {
        let line = "Из Москвы сообщает Интерфакс: цены на зерно выросли";
        let wrong = Charset::Windows1251.decode(line.as_bytes()).replace('\u{98}', "\u{fffd}");
        assert!(wrong.contains('\u{fffd}'));
        assert_eq!(repair(&wrong), line);
    }

    #[test]
    fn double_encoding_is_undone() {
        for charset in [Charset::Windows1251, Charset::Windows1252, Charset::Ibm866] {
            let mangled = read_utf8_as(charset);
            assert_eq!(repair(&mangled), LINE, "{mangled}");
        }
        for (was, read_as) in [
            (Charset::Windows1251, Charset::Windows1252),
            (Charset::Koi8R, Charset::Windows1251),
            (Charset::Windows1251, Charset::Koi8R),
        ] {
            let mangled = read_as.decode(&was.encode(LINE).0);
            assert_eq!(repair(&mangled), LINE, "{mangled}");
        }
    }

    #[test]
    fn only_the_broken_lines_change() {
        let mixed = format!("Цена Müller GmbH\n{}\nОбычная строка\n", read_utf8_as(Charset::Windows1251));
        assert_eq!(repair(&mixed), format!("Цена Müller GmbH\n{LINE}\nОбычная строка\n"));
    }

    #[test]
    fn right_text_is_left_alone() {
        for text in [LINE, "Zürich, Malmö und Besançon", "Ціни на їжу в Україні зросли", "ВСЕ ПРОПИСНЫМИ", "ъ", "…—«»№"]
        {
            assert_eq!(repair(text), text);
        }
    }
}
