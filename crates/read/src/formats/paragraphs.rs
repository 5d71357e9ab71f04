//! The text of a document, built up piece by piece: a paragraph a line, white space folded, no blank lines.

use super::{MAX_RECORD_BYTES, Reason, limits::too_long};

/// Text that grows paragraph by paragraph.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    text: String,
    /// Whether white space separates what comes next from what is there.
    space: bool,
}

impl Paragraphs {
    /// Adds letters to the paragraph. Soft hyphens and marks without width are left out.
    pub(super) fn push(&mut self, letters: &str) {
        if self.is_full() {
            return;
        }
        for letter in letters.chars() {
            match letter {
                '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
                _ if letter.is_whitespace() || letter.is_control() => self.space = true,
                _ => {
                    if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                        self.text.push(' ');
                    }
                    self.space = false;
                    self.text.push(letter);
                }
            }
        }
    }

    /// Ends the paragraph.
    pub(super) fn end(&mut self) {
        self.space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Whether the text is longer than a record may be: what comes next is left out.
    pub(super) fn is_full(&self) -> bool {
        self.text.len() > MAX_RECORD_BYTES
    }

    /// Whether there is no text yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text of the paragraphs.
    ///
    /// # Errors
    /// That it is longer than a record may be.
    pub(super) fn finish(mut self) -> Result<String, Reason> {
        if self.is_full() {
            return Err(too_long("text"));
        }
        while self.text.ends_with('\n') {
            self.text.pop();
        }
        Ok(self.text)
    }
}

/// The text without a first paragraph that only repeats the title.
pub(super) fn without_title(text: &str, title: Option<&str>) -> String {
    let letters = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match (text.split_once('\n'), title) {
        (Some((first, rest)), Some(title)) if !rest.trim().is_empty() => {
            let (first, title): (String, String) = (letters(first), letters(title));
            if first == title { rest.to_owned() } else { text.to_owned() }
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Paragraphs, without_title};

    #[test]
    fn white_space_is_folded_and_blank_lines_are_left_out() {
        let mut text = Paragraphs::default();
        for part in ["  Раз", " \u{a0} два", "\t три\u{ad}ста"] {
            text.push(part);
        }
        text.end();
        text.end();
        text.push("\n");
        text.push("Четыре");
        text.end();
        assert_eq!(text.finish().unwrap(), "Раз два триста\nЧетыре");
    }

    #[test]
    fn a_title_is_not_said_twice() {
        assert_eq!(without_title("Мост открыт!\nВ Заречном.", Some("«Мост открыт»")), "В Заречном.");
        assert_eq!(without_title("Мост открыт", Some("Мост открыт")), "Мост открыт");
        assert_eq!(without_title("Мост\nВ Заречном.", Some("Другое")), "Мост\nВ Заречном.");
    }
}
