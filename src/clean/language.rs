//! Languages: which one a text is in, by its letters.
//!
//! The letters decide, not what a page declares: templates declare one language for whatever is put into them.

/// Letters that only one of the languages written in Cyrillic has.
const TELLING: [(&str, &str); 3] = [("uk", "їєґ"), ("be", "ў"), ("kk", "әғқңөұүһ")];

/// Letters of Russian that the language of the same row of [`TELLING`] lacks.
const MISSING: [&str; 3] = ["ыэъё", "ищъ", ""];

/// How much of a text is looked at.
const SAMPLE: usize = 4000;

/// ISO 639-1 code of a text's language; what is `declared` counts only for texts in Latin letters.
#[must_use]
pub fn guess(text: &str, declared: Option<&str>) -> String {
    let (mut cyrillic, mut latin, mut dotted) = (0usize, 0usize, 0usize);
    let mut telling = [(0usize, 0usize); TELLING.len()];
    for c in text.chars().take(SAMPLE).flat_map(char::to_lowercase) {
        match c {
            'а'..='я' | 'ё' | 'і' | '\u{450}'..='\u{4ff}' => {
                cyrillic += 1;
                dotted += usize::from(c == 'і');
                for (((has, lacks), (_, letters)), missing) in telling.iter_mut().zip(TELLING).zip(MISSING) {
                    *has += usize::from(letters.contains(c));
                    *lacks += usize::from(missing.contains(c));
                }
            }
            'a'..='z' | 'ß'..='ÿ' => latin += 1,
            _ => {}
        }
    }
    if latin > cyrillic {
        let declared = declared_code(declared).filter(|code| !matches!(code.as_str(), "ru" | "uk" | "be" | "kk"));
        return declared.unwrap_or_else(|| "en".into());
    }
    let speaks = |(has, lacks): &(usize, usize)| *has > 0 && has * 2 + dotted > *lacks;
    let found = telling.iter().zip(TELLING).filter(|(counts, _)| speaks(counts)).max_by_key(|((has, _), _)| *has);
    found.map_or("ru", |(_, (code, _))| code).into()
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
