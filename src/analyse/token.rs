//! The tokenizer: cuts any text into words, numbers and punctuation marks.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with inner hyphens or apostrophes («Чатем-хаус», «2021-го», «O'Neill»).
    Word,
    /// Digits, with inner points or commas.
    Number,
    /// One punctuation mark.
    Punct,
    /// Anything else that is not white space.
    Other,
}

/// A stretch of text: byte offsets, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: TokenKind,
}

impl Token {
    /// The token as a range of byte offsets.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Cuts `text` into tokens; white space belongs to none.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 9);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let kind = if is_word_char(first) {
            let mut digits = first.is_numeric();
            while let Some(&(at, c)) = chars.peek() {
                let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
                let joins = next.is_some_and(|n| {
                    is_word_char(n)
                        && (is_hyphen(c) || is_apostrophe(c) || digits && n.is_numeric() && matches!(c, '.' | ','))
                });
                if !is_word_char(c) && !joins {
                    break;
                }
                digits &= !c.is_alphabetic() && !is_hyphen(c);
                end = at + c.len_utf8();
                chars.next();
            }
            if digits { TokenKind::Number } else { TokenKind::Word }
        } else if first.is_ascii_punctuation() || is_punctuation(first) {
            TokenKind::Punct
        } else {
            TokenKind::Other
        };
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        tokens.push(Token { start: clamp(start), end: clamp(end), kind });
    }
    tokens
}

/// Whether a character belongs inside words: letters, digits, combining marks, soft hyphens.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '_')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '«' | '»'
            | '„'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '—'
            | '–'
            | '―'
            | '…'
            | '№'
            | '•'
            | '·'
            | '¿'
            | '¡'
            | '‹'
            | '›'
    )
}
