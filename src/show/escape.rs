//! Escaping what an article could do to the program that shows it.

/// Characters that turn the direction of text or hide in it: bidi controls and zero-width marks.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{180e}')
}

/// The character as it may be written to a terminal: control and deceptive ones as `\u{…}`, line breaks kept.
pub fn terminal_char(c: char, out: &mut String) {
    if c == '\n' || !(c.is_control() || is_deceptive(c)) {
        out.push(c);
    } else {
        out.extend(c.escape_unicode());
    }
}

/// `text` as it may be written to a terminal.
#[must_use]
pub fn terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| terminal_char(c, &mut out));
    out
}

/// `text` on one line of a terminal: line breaks and tabs become spaces.
#[must_use]
pub fn terminal_line(text: &str) -> String {
    terminal(&text.replace(['\n', '\t', '\r'], " "))
}

/// A cell of a CSV file: what a spreadsheet would run as a formula is made text by a leading apostrophe.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// `text` on one line, to be pasted elsewhere: without control and deceptive characters, white space as single spaces.
#[must_use]
pub fn plain_line(text: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_whitespace() || !(c.is_control() || is_deceptive(*c))).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{csv_cell, plain_line, terminal, terminal_line};

    #[test]
    fn what_is_pasted_hides_nothing() {
        assert_eq!(plain_line(" а\u{202e}б\u{1b}[2J\n\tв "), "аб[2J в");
    }

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(terminal("а\u{1b}[2Jб\u{202e}в\nг"), "а\\u{1b}[2Jб\\u{202e}в\nг");
        assert_eq!(terminal_line("а\nб\tв"), "а б в");
    }

    #[test]
    fn formulas_are_text() {
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv_cell("Банк"), "Банк");
    }
}
