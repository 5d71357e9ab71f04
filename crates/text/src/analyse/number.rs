//! Numbers as a reader types them: «1 500» is 1500 and «7,4» is 7.4.
//!
//! Works on the text of tokens only: the tokenizer knows nothing of it, because the entity model was trained with
//! the groups of digits apart.

use super::{Token, TokenKind, token::tokenize};
use std::{borrow::Cow, ops::Range};

/// Blanks that separate groups of three digits: space, no-break, narrow no-break and thin space.
pub const GROUP_BLANKS: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];

/// The tokens, from the one at `at`, that make one number: «1 500 000» is three. Just `at` if it stands alone.
#[must_use]
pub fn grouped(text: &str, tokens: &[Token], at: usize, end: usize) -> Range<usize> {
    let mut group = at..at + 1;
    if !tokens.get(at).is_some_and(|token| is_leading_group(token, text)) {
        return group;
    }
    while group.end < end
        && let Some((last, next)) = tokens.get(group.end - 1).zip(tokens.get(group.end))
        && let Some(gap) = text.get(last.end as usize..next.start as usize)
        && gap.strip_prefix(GROUP_BLANKS).is_some_and(str::is_empty)
        && next.kind == TokenKind::Number
    {
        let digits = next.of(text);
        let whole = digits.split([',', '.']).next().unwrap_or_default();
        let decimals = digits.len() - whole.len();
        if whole.len() != 3 || !whole.bytes().all(|b| b.is_ascii_digit()) || decimals == 1 {
            break;
        }
        group.end += 1;
        if decimals > 0 {
            break;
        }
    }
    group
}

/// One to three digits, not beginning with 0: what a number written in groups can begin with.
fn is_leading_group(token: &Token, text: &str) -> bool {
    let digits = token.of(text);
    token.kind == TokenKind::Number
        && digits.len() <= 3
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A number without the blanks between its groups and with a decimal point; borrows what is written so already, or is
/// no number.
#[must_use]
pub fn canonical(word: &str) -> Cow<'_, str> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || GROUP_BLANKS.contains(&c);
    let differs = word.starts_with(|c: char| c.is_ascii_digit())
        && word.contains(|c: char| c == ',' || GROUP_BLANKS.contains(&c))
        && word.chars().all(is_part);
    if !differs {
        return Cow::Borrowed(word);
    }
    let digits = word.chars().filter(|c| !GROUP_BLANKS.contains(c));
    Cow::Owned(digits.map(|c| if c == ',' { '.' } else { c }).collect())
}

/// A text with all its numbers [written one way](canonical), for what is typed as a query.
#[must_use]
pub fn in_text(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_ascii_digit()) || !text.contains(|c: char| c == ',' || GROUP_BLANKS.contains(&c)) {
        return Cow::Borrowed(text);
    }
    let tokens = tokenize(text);
    let (mut out, mut copied, mut at) = (String::with_capacity(text.len()), 0, 0);
    while let Some(token) = tokens.get(at) {
        let group = grouped(text, &tokens, at, tokens.len());
        at = group.end;
        if token.kind == TokenKind::Number
            && let Some(last) = tokens.get(group.end - 1)
        {
            let (start, end) = (token.start as usize, last.end as usize);
            out.push_str(text.get(copied..start).unwrap_or_default());
            out.push_str(&canonical(text.get(start..end).unwrap_or_default()));
            copied = end;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{canonical, grouped, in_text};
    use crate::analyse::token::tokenize;

    /// The text is the expectation: `_` stands for a blank inside a number.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace('_', " ");
        let tokens = tokenize(&text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let group = grouped(&text, &tokens, at, tokens.len());
            let bytes = tokens[group.start].start as usize..tokens[group.end - 1].end as usize;
            found.push(text.get(bytes).unwrap().replace(' ', "_"));
            at = group.end;
        }
        assert_eq!(found.join(" "), marked);
    }

    #[test]
    fn groups_of_three_digits_are_one_number() {
        check("погибло 1_500 человек и 12_000_000 рублей");
        check("1_500,5 тонны");
        check("в 2024 100 человек , 15 20 , 1 50 , 5 1000 , 0 500 , 2 024-й");
    }

    #[test]
    fn written_one_way() {
        assert_eq!(canonical("1 500"), "1500");
        assert_eq!(canonical("12\u{a0}000,5"), "12000.5");
        assert_eq!(canonical("7,4"), "7.4");
        assert_eq!(canonical("10.12.2020"), "10.12.2020");
        assert_eq!(canonical("да, нет"), "да, нет");
        assert_eq!(in_text("рост на 1 500 и 7,4, а не 5"), "рост на 1500 и 7.4, а не 5");
    }
}
