//! Letter statistics: how much a text looks like Russian (or Ukrainian, or a Western language) by its letters alone.

use std::sync::LazyLock;

/// How frequent the letters а…я are in Russian text, per ten thousand letters.
const FREQUENCY: [f64; 32] = [
    801., 159., 454., 170., 298., 845., 94., 165., 735., 121., 349., 440., 321., 670., 1097., 281., 473., 547., 626.,
    262., 26., 97., 48., 144., 73., 36., 4., 190., 174., 32., 64., 201.,
];

/// What a letter costs that follows a letter of the other alphabet inside a word, or a capital that follows a small
/// letter: decoded wrongly, texts are full of both.
const BREAK: f64 = -3.0;

/// Mean plausibility of the characters beyond ASCII: the logarithm of their frequency, less the breaks. About -3 for
/// Russian text, below -5 for rubbish; 0 without any such character.
pub(super) fn plausibility(text: &str) -> f64 {
    let (mut sum, mut count) = (0.0, 0u32);
    let mut before = ' ';
    for letter in text.chars() {
        if matches!(letter, 'а'..='я') && !before.is_ascii_alphabetic() {
            // Nearly all letters of nearly all texts: no penalty, and no other question to be asked.
            sum += logarithm(letter, before);
            count += 1;
        } else if is_picture(letter) {
            // Emoji and their joiners say nothing about an encoding: no single-byte one has them.
        } else if !letter.is_ascii() {
            sum += logarithm(letter, before) + penalty(before, letter);
            count += 1;
        } else if is_cyrillic(before) && letter.is_ascii_alphabetic() {
            sum += BREAK;
        }
        before = letter;
    }
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

pub(super) fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2190}'..='\u{21ff}' | '\u{2460}'..='\u{24ff}' | '\u{25aa}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..)
}

/// Logarithms of the frequencies of the Cyrillic letters, by code point from U+0400 on: nearly all that is ever asked.
static CYRILLIC: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|at| {
        let letter = u32::try_from(at).ok().and_then(|at| char::from_u32(0x400 + at));
        letter.map_or(0.0, |letter| frequency(letter, ' ').ln())
    })
});

#[inline]
fn logarithm(letter: char, before: char) -> f64 {
    let known = matches!(letter, '\u{400}'..='\u{4ff}').then(|| CYRILLIC.get(letter as usize & 0xff)).flatten();
    known.copied().unwrap_or_else(|| frequency(letter, before).ln())
}

fn frequency(letter: char, before: char) -> f64 {
    let lower = lower(letter);
    let capital = if lower == letter { 1.0 } else { 0.5 };
    let per_10_000 = match lower {
        'а'..='я' => {
            let at = u32::from(lower) - u32::from('а');
            usize::try_from(at).ok().and_then(|at| FREQUENCY.get(at)).copied().unwrap_or(1.0)
        }
        'ё' => 15.0,
        'і' => 20.0,
        'ї' | 'є' => 8.0,
        'ґ' | 'ў' => 2.0,
        // Rarer than the characters at the same code points of windows-1251.
        'қ' | 'ғ' | 'ң' | 'ә' | 'ө' | 'ұ' | 'ү' | 'һ' => 0.9,
        '«' | '»' | '—' | '–' => 60.0,
        '\u{a0}' | '№' | '…' | '“' | '”' | '„' | '’' | '‘' | '•' | '·' | '°' | '§' | '©' | '®' | '™' | '€' => {
            8.0
        }
        '±' | '×' | '‰' | '¤' | '¬' | '\u{ad}' | '½' | '²' | '³' | '£' => 1.0,
        'ß'..='ÿ' if before.is_ascii_alphabetic() => 25.0,
        'À'..='Þ' | 'ß'..='ÿ' => 1.5,
        _ if is_cyrillic(letter) => 0.05,
        _ if letter.is_control() || letter == '\u{fffd}' => 0.0001,
        _ if letter.is_alphabetic() => 0.2,
        _ => 0.01,
    };
    per_10_000 * capital / 10_000.0
}

fn penalty(before: char, letter: char) -> f64 {
    if matches!(letter, 'а'..='я') && !before.is_ascii_alphabetic() {
        return 0.0;
    }
    let mixed = is_cyrillic(letter) && before.is_ascii_alphabetic();
    let jump = letter.is_alphabetic() && before.is_lowercase() && lower(letter) != letter;
    if mixed || jump { BREAK } else { 0.0 }
}

fn lower(letter: char) -> char {
    if matches!(letter, 'а'..='я') { letter } else { letter.to_lowercase().next().unwrap_or(letter) }
}

#[cfg(test)]
mod tests {
    use super::{super::Charset, plausibility};

    #[test]
    fn russian_is_far_from_rubbish() {
        let right = "Обычная строка новости о ценах на зерно.";
        let wrong = Charset::Windows1251.decode(&Charset::Koi8R.encode(right).0);
        assert!(plausibility(right) > -3.5, "{}", plausibility(right));
        assert!(plausibility(&wrong) < plausibility(right) - 1.0, "{wrong}: {}", plausibility(&wrong));
    }
}
