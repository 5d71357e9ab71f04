//! The values of headers: folded lines, encoded words, and bytes of any encoding.
//!
//! More is taken than RFC 2047 allows, because mailers and browsers write it: blanks within encoded words, letters cut
//! in half between two words, and raw bytes in a Russian encoding.

use super::super::super::encoding;
use mail_parser::decoders::base64::base64_decode;

/// A header's value as text, white space folded.
pub(super) fn text_of(raw: &[u8]) -> String {
    let mut out = String::new();
    // Letters of several words in the same charset are decoded together: words may cut a letter in half.
    let (mut pending, mut charset) = (Vec::new(), String::new());
    let mut rest = raw;
    let mut after_word = false;
    while !rest.is_empty() {
        let plain_end = super::super::sniff::find(rest, b"=?").unwrap_or(rest.len());
        let (plain, from_word) = rest.split_at_checked(plain_end).unwrap_or((rest, &[]));
        let is_gap = after_word && plain.iter().all(u8::is_ascii_whitespace);
        match word(from_word) {
            Some(word) => {
                if !is_gap || !word.charset.eq_ignore_ascii_case(&charset) {
                    decode_into(&mut out, &mut pending, &charset);
                    charset = word.charset;
                }
                if !is_gap {
                    decode_into(&mut out, &mut plain.to_vec(), "");
                }
                pending.extend_from_slice(&word.bytes);
                rest = word.rest;
                after_word = true;
            }
            None => {
                decode_into(&mut out, &mut pending, &charset);
                let end = (plain_end + 2).min(rest.len());
                let (plain, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                decode_into(&mut out, &mut plain.to_vec(), "");
                rest = after;
                after_word = false;
            }
        }
    }
    decode_into(&mut out, &mut pending, &charset);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An encoded word: `=?charset?B?…?=` or `=?charset?Q?…?=`.
struct Word<'a> {
    charset: String,
    bytes: Vec<u8>,
    rest: &'a [u8],
}

fn word(text: &[u8]) -> Option<Word<'_>> {
    const LONGEST: usize = 4096;
    let inside = text.get(2..)?;
    let mut parts = inside.splitn(3, |b| *b == b'?');
    let (charset, kind, tail) = (parts.next()?, parts.next()?, parts.next()?);
    let end = super::super::sniff::find(tail.get(..LONGEST).unwrap_or(tail), b"?=")?;
    let (letters, rest) = (tail.get(..end)?, tail.get(end + 2..)?);
    let bytes = match kind {
        b"B" | b"b" => from_base64(letters),
        b"Q" | b"q" => from_quoted(letters, true),
        _ => return None,
    };
    let charset = std::str::from_utf8(charset).ok().filter(|name| name.len() < 40)?;
    // RFC 2231 lets a language follow the charset.
    let charset = charset.split('*').next().unwrap_or(charset).to_owned();
    Some(Word { charset, bytes, rest })
}

fn decode_into(out: &mut String, bytes: &mut Vec<u8>, charset: &str) {
    let declared = (!charset.is_empty()).then_some(charset);
    match encoding::decode(bytes, declared) {
        Ok(decoded) => out.push_str(&decoded.text),
        Err(_) => out.push_str(&String::from_utf8_lossy(bytes)),
    }
    bytes.clear();
}

/// Bytes written as base64; what does not belong there is left out, and so is what is cut off at the end.
pub(super) fn from_base64(text: &[u8]) -> Vec<u8> {
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let mut letters: Vec<u8> = text.iter().copied().filter(is_letter).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    while !letters.len().is_multiple_of(4) {
        letters.push(b'=');
    }
    base64_decode(&letters).unwrap_or_default()
}

/// Bytes written as quoted-printable; in a header an underscore is a blank. What is no code stays as it is.
pub(super) fn from_quoted(text: &[u8], in_header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' => {
                let code = rest.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                if let Some(code) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    out.push(code);
                    rest = rest.get(2..).unwrap_or_default();
                } else {
                    // A line break that is none: blanks may follow the mark.
                    let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
                    match rest.get(blanks) {
                        Some(b'\n') => rest = rest.get(blanks + 1..).unwrap_or_default(),
                        _ => out.push(b'='),
                    }
                }
            }
            b'_' if in_header => out.push(b' '),
            byte => out.push(*byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{from_base64, from_quoted, text_of};
    use crate::encoding::Charset;

    #[test]
    fn words_in_any_charset() {
        let header = b"=?koi8-r?B?4sHbzsAg1yDvzNjIz9fLxSDP1MvS2czJ?=\r\n =?utf-8?Q?_=D1?= =?utf-8?Q?=8F_?= 5";
        assert_eq!(text_of(header), "Башню в Ольховке открыли я 5");
        assert_eq!(text_of(b"Re: =?utf-8?q?=D0=B0 =D0=B1=\r\n=D0=B2?= <a@b>"), "Re: а бв <a@b>");
        assert_eq!(text_of(&Charset::Windows1251.encode("Башню в Ольховке открыли").0), "Башню в Ольховке открыли");
        assert_eq!(text_of(b"=?what =?= ?= is"), "=?what =?= ?= is");
    }

    #[test]
    fn damaged_codes_keep_what_is_whole() {
        assert_eq!(from_quoted(b"a=3Db= \r\nc=zz=", false), b"a=bc=zz=");
        assert_eq!(from_base64(b"0JzQ\r\nvtGB0"), "Мос".as_bytes());
    }
}
