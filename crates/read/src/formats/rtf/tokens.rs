//! The tokens of an RTF file: braces, control words and letters.

/// One thing in the file.
pub(super) enum Token<'a> {
    Open,
    Close,
    Word(&'a str, Option<i32>),
    Symbol(u8),
    /// A letter by its code in the encoding of the font.
    Code(u8),
    Letter(u8),
}

/// The next token; line ends between words mean nothing.
pub(super) fn next<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    loop {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        return Some(match byte {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b'\r' | b'\n' | 0 => continue,
            b'\\' => control(rest)?,
            letter => Token::Letter(*letter),
        });
    }
}

/// What follows a backslash.
fn control<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    let (first, after) = rest.split_first()?;
    if *first == b'\'' {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let Some(code) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
            *rest = after;
            return Some(Token::Symbol(0));
        };
        *rest = after.get(2..).unwrap_or_default();
        return Some(Token::Code(code));
    }
    if !first.is_ascii_alphabetic() {
        *rest = after;
        return Some(Token::Symbol(*first));
    }
    let word = take_while(rest, u8::is_ascii_alphabetic);
    let sign = rest.first().filter(|b| **b == b'-').map_or(1, |_| -1);
    let mut digits_from = rest.get(usize::from(sign < 0)..).unwrap_or_default();
    let digits = take_while(&mut digits_from, u8::is_ascii_digit);
    let value = digits.parse::<i32>().ok().map(|number| number.saturating_mul(sign));
    if value.is_some() {
        *rest = digits_from;
    }
    if rest.is_empty() {
        // Cut off: nobody knows how the word or number goes on.
        return None;
    }
    // One blank belongs to the word.
    if rest.first() == Some(&b' ') {
        *rest = rest.get(1..).unwrap_or_default();
    }
    Some(Token::Word(word, value))
}

fn take_while<'a>(rest: &mut &'a [u8], matches: impl Fn(&u8) -> bool) -> &'a str {
    let end = rest.iter().position(|b| !matches(b)).unwrap_or(rest.len());
    let (taken, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
    *rest = after;
    std::str::from_utf8(taken).unwrap_or_default()
}
