//! Languages: which one a text is in, by its letters.
//!
//! The letters decide, not what a page declares: templates declare one language for whatever is put into them.

/// Letters that only one of the languages written in Cyrillic has, and letters of Russian that this language lacks.
const TELLING: [(&str, &[char], &[char]); 3] = [
    ("uk", &['ї', 'є', 'ґ'], &['ы', 'э', 'ъ', 'ё']),
    ("be", &['ў'], &['и', 'щ', 'ъ']),
    ("kk", &['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ'], &[]),
];

/// How much of a text is looked at.
const SAMPLE: usize = 4000;

/// ISO 639-1 code of a text's language; what is `declared` counts only for texts in Latin letters.
#[must_use]
pub fn guess(text: &str, declared: Option<&str>) -> String {
    let letters = LetterCounts::of(text);
    let (latin, cyrillic, dotted) = (letters.latin, letters.cyrillic(), letters.count('і'));
    if latin > cyrillic {
        let declared = declared_code(declared).filter(|code| !matches!(code.as_str(), "ru" | "uk" | "be" | "kk"));
        return declared.unwrap_or_else(|| "en".into());
    }
    let all = |of: &[char]| of.iter().map(|letter| letters.count(*letter)).sum::<usize>();
    let counted = TELLING.map(|(code, own, missing)| (code, all(own), all(missing)));
    let speaking = counted.into_iter().filter(|(_, has, lacks)| *has > 0 && has * 2 + dotted > *lacks);
    speaking.max_by_key(|(_, has, _)| *has).map_or("ru", |(code, ..)| code).into()
}

/// How often each letter stands in the beginning of a text.
struct LetterCounts {
    latin: usize,
    /// By code point from U+0400 on, as written.
    cyrillic: [u32; 256],
}

impl LetterCounts {
    fn of(text: &str) -> Self {
        let mut letters = Self { latin: 0, cyrillic: [0; 256] };
        for c in text.chars().take(SAMPLE) {
            match c {
                '\u{400}'..='\u{4ff}' => {
                    if let Some(count) = letters.cyrillic.get_mut(c as usize & 0xff) {
                        *count += 1;
                    }
                }
                'a'..='z' | 'A'..='Z' | 'ß'..='ÿ' | 'À'..='Þ' => letters.latin += 1,
                _ => {}
            }
        }
        letters
    }

    /// Occurrences of a small Cyrillic letter and its capital.
    fn count(&self, letter: char) -> usize {
        let counts = |c: char| self.cyrillic.get(c as usize & 0xff).map_or(0, |count| *count as usize);
        counts(letter) + letter.to_uppercase().map(counts).sum::<usize>()
    }

    fn cyrillic(&self) -> usize {
        self.cyrillic.iter().map(|count| *count as usize).sum()
    }
}

fn declared_code(declared: Option<&str>) -> Option<String> {
    let code = declared?.split(['-', '_']).next()?.trim().to_lowercase();
    (code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn letters_decide() {
        assert_eq!(guess("Цены на зерно выросли, сообщает «Bloomberg».", Some("en-US")), "ru");
        assert_eq!(guess("Ціни на зерно зросли в усій Україні, повідомляє видання.", Some("ru")), "uk");
        assert_eq!(guess("Цэны на збожжа выраслі, паведамляе выданне; гэта ўсё.", None), "be");
        assert_eq!(guess("Grain prices rose in March.", None), "en");
        assert_eq!(guess("Die Preise stiegen im März.", Some("de_DE")), "de");
        assert_eq!(guess("Президент Украины Владимир Зеленский и партия «Слуга народу» их объявили.", None), "ru");
    }
}
