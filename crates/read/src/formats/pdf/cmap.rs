//! Maps to Unicode: which letters the codes of a font mean.
//!
//! Read word by word and not by the grammar of the standard: programs that write them leave out most of what it asks
//! for, and then only the map says which letters a page shows.

use rustc_hash::FxHashMap;

/// The most codes and ranges of a map.
const MOST: usize = 1 << 18;

/// A map from codes to letters.
#[derive(Debug, Default)]
pub(super) struct CMap {
    single: FxHashMap<u32, String>,
    /// First and last code, and the letter of the first one.
    ranges: Vec<(u32, u32, u32)>,
}

/// A word of a map.
enum CMapToken<'a> {
    /// `<0041>`: a code, or letters in UTF-16.
    Hex(Vec<u8>),
    Open,
    Close,
    Word(&'a [u8]),
}

/// What the codes that come next are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CMapSection {
    None,
    Single,
    Range,
}

impl CMap {
    /// Reads a map as far as it goes.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut section = CMapSection::None;
        let mut before: Vec<Vec<u8>> = Vec::new();
        let mut list: Option<Vec<Vec<u8>>> = None;
        let mut rest = bytes;
        while let Some(token) = next(&mut rest) {
            match token {
                CMapToken::Word(b"beginbfchar") => (section, before) = (CMapSection::Single, Vec::new()),
                CMapToken::Word(b"beginbfrange") => (section, before) = (CMapSection::Range, Vec::new()),
                CMapToken::Word(word) if word.starts_with(b"end") => section = CMapSection::None,
                CMapToken::Word(_) => {}
                CMapToken::Open => list = Some(Vec::new()),
                CMapToken::Close => {
                    if let Some(list) = list.take() {
                        map.add_list(&before, list);
                    }
                    before.clear();
                }
                CMapToken::Hex(hex) => match &mut list {
                    Some(list) => list.push(hex),
                    None => before.push(hex),
                },
            }
            match (section, before.as_slice()) {
                (CMapSection::Single, [code, letters]) => {
                    map.single.insert(number(code), utf16(letters));
                    before.clear();
                }
                (CMapSection::Range, [first, last, letters]) => {
                    map.add_range(number(first), number(last), letters);
                    before.clear();
                }
                (CMapSection::None, _) => before.clear(),
                _ => {}
            }
            if map.single.len() + map.ranges.len() > MOST {
                break;
            }
        }
        map.ranges.sort_unstable();
        map
    }

    fn add_range(&mut self, first: u32, last: u32, letters: &[u8]) {
        match letters {
            [_, _] | [_] => self.ranges.push((first, last, number(letters))),
            // The last unit counts on; the others stay.
            _ => {
                for (code, step) in (first..=last).zip(0u32..256) {
                    let mut letters = letters.to_vec();
                    if let Some(unit) = letters.last_mut() {
                        *unit = unit.wrapping_add(u8::try_from(step).unwrap_or(0));
                    }
                    self.single.insert(code, utf16(&letters));
                }
            }
        }
    }

    fn add_list(&mut self, before: &[Vec<u8>], list: Vec<Vec<u8>>) {
        let [first, last] = before else { return };
        for (letters, code) in list.iter().zip(number(first)..=number(last)) {
            self.single.insert(code, utf16(letters));
        }
    }

    /// The letters of a code.
    pub(super) fn get(&self, code: u32) -> Option<String> {
        if let Some(letters) = self.single.get(&code) {
            return Some(letters.clone()).filter(|letters| is_text(letters));
        }
        let after = self.ranges.partition_point(|(first, ..)| *first <= code);
        let (first, _, letter) = self.ranges.get(..after)?.iter().rev().take(4).find(|(_, last, _)| code <= *last)?;
        char::from_u32(letter.checked_add(code - first)?).map(String::from).filter(|letters| is_text(letters))
    }
}

fn is_text(letters: &str) -> bool {
    !letters.is_empty() && letters.chars().all(|c| c != char::REPLACEMENT_CHARACTER && !c.is_control())
}

fn number(hex: &[u8]) -> u32 {
    hex.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(u16::from_be_bytes);
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn next<'a>(rest: &mut &'a [u8]) -> Option<CMapToken<'a>> {
    let is_space = |b: &u8| b.is_ascii_whitespace() || *b == 0;
    let is_mark = |b: &u8| matches!(b, b'<' | b'>' | b'[' | b']' | b'/' | b'(' | b')' | b'%');
    loop {
        let start = rest.iter().position(|b| !is_space(b))?;
        let whole = rest.get(start..)?;
        let (first, after) = whole.split_first()?;
        *rest = after;
        return Some(match first {
            b'<' if after.first() == Some(&b'<') => {
                *rest = after.get(1..).unwrap_or_default();
                continue;
            }
            b'<' => {
                let end = after.iter().position(|b| *b == b'>').unwrap_or(after.len());
                *rest = after.get(end + 1..).unwrap_or_default();
                CMapToken::Hex(from_hex(after.get(..end).unwrap_or_default()))
            }
            b'[' => CMapToken::Open,
            b']' => CMapToken::Close,
            b'%' => {
                let end = after.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(after.len());
                *rest = after.get(end..).unwrap_or_default();
                continue;
            }
            mark if is_mark(mark) => continue,
            _ => {
                let end = whole.iter().position(|b| is_space(b) || is_mark(b)).unwrap_or(whole.len());
                *rest = whole.get(end..).unwrap_or_default();
                CMapToken::Word(whole.get(..end).unwrap_or_default())
            }
        });
    }
}

fn from_hex(digits: &[u8]) -> Vec<u8> {
    const LONGEST: usize = 128;
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).take(LONGEST).collect();
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0);
    let pair = |pair: &[u8]| pair.iter().fold(0u8, |byte, digit| byte << 4 | value(*digit));
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::CMap;

    #[test]
    fn codes_ranges_and_lists() {
        let map = CMap::parse(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def <</A 1>> % x\n\
            1 begincodespacerange <0000><FFFF> endcodespacerange 2 beginbfchar <0003> <0020><0004><00660069> endbfchar\n\
            3 beginbfrange <0010><0030><0410> <40> <42> [<0451> <D83DDE00>\n<0031>] <50><51><00660061>endbfrange\n\
            endcmap",
        );
        let letters = |code| map.get(code).unwrap_or_default();
        assert_eq!(
            (letters(3), letters(4), letters(0x10), letters(0x30)),
            (" ".into(), "fi".into(), "А".into(), "а".into())
        );
        assert_eq!((letters(0x40), letters(0x41), letters(0x42)), ("ё".into(), "😀".into(), "1".into()));
        assert_eq!((letters(0x51), map.get(0x60)), ("fb".into(), None));
    }

    #[test]
    fn damage_does_not_panic() {
        for bytes in [
            &b"beginbfrange <0000> <FFFFFFFF> <0041> <"[..],
            b"beginbfrange <00> <FF> [",
            b"]]>><<",
            b"beginbfchar <> <>",
        ] {
            let _ = CMap::parse(bytes).get(7);
        }
    }
}
