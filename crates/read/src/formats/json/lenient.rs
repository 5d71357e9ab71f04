//! JSON that is nearly JSON: what exports, shells and content systems write, repaired before it is parsed again.

use serde_json::Value;

/// The value in `text`, which may be damaged in the ways that [`repair`] knows.
///
/// # Errors
/// What the parser says about the text as it is.
pub(super) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).or_else(|e| serde_json::from_str(&repair(text, false)).map_err(|_| e))
}

/// As much of the value as `text` holds: what is open at its end is closed. For data about a page, where a part is
/// better than nothing; never for records.
pub(in crate::formats) fn parse_as_far_as_it_goes(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&repair(text, true)).ok())
}

/// Rewrites what JSON forbids: raw line ends and unescaped quotation marks in strings, lone surrogates, trailing commas,
/// comments, `NaN`, `undefined`, bare keys, `ISODate("…")`, and what Python prints: `'…'`, `True`, `None`, `\xa0`. With `close`, ends what is open at the end.
fn repair(text: &str, close: bool) -> String {
    let mut repair = Repair { out: String::with_capacity(text.len() + 16), open: Vec::new() };
    let rest = repair.values(text);
    if close {
        repair.close(rest);
    }
    repair.out
}

struct Repair {
    out: String,
    /// How the open containers are closed.
    open: Vec<char>,
}

/// How a text ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Outside,
    InString,
}

impl Repair {
    fn values(&mut self, text: &str) -> End {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or("");
            rest = match c {
                '"' | '\'' => match self.string(after, c) {
                    Some(rest) => rest,
                    None => return End::InString,
                },
                '{' | '[' => {
                    self.open.push(if c == '{' { '}' } else { ']' });
                    self.out.push(c);
                    after
                }
                '}' | ']' => {
                    self.without_comma();
                    self.open.pop();
                    self.out.push(c);
                    after
                }
                '/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, rest)| rest),
                '/' if after.starts_with('*') => after.split_once("*/").map_or("", |(_, rest)| rest),
                '<' if after.starts_with("!--") => after.get(3..).unwrap_or(""),
                '-' if after.starts_with("->") => after.get(2..).unwrap_or(""),
                '-' if after.starts_with("Inf") => after,
                '(' | ')' | ';' => after,
                _ if c.is_alphabetic() || matches!(c, '_' | '$') => self.word(rest),
                _ => {
                    self.out.push(c);
                    after
                }
            };
        }
        End::Outside
    }

    /// A bare word: a constant, a key without quotation marks, or the name of a function around a value.
    fn word<'t>(&mut self, text: &'t str) -> &'t str {
        let end = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let next = rest.trim_start().chars().next();
        match word {
            "true" | "false" | "null" => self.out.push_str(word),
            "True" => self.out.push_str("true"),
            "False" => self.out.push_str("false"),
            "new" => {}
            _ if next == Some(':') => self.out.extend(["\"", word, "\""]),
            _ if next == Some('(') => {}
            _ => self.out.push_str("null"),
        }
        rest
    }

    /// A string after its opening quotation mark, which Python also writes as `'`; what follows it, or `None` when the
    /// text ends in it.
    fn string<'t>(&mut self, text: &'t str, quote: char) -> Option<&'t str> {
        self.out.push('"');
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or("");
            rest = match c {
                _ if c == quote && ends_string(after) => {
                    self.out.push('"');
                    return Some(after);
                }
                '"' => {
                    self.out.push_str("\\\"");
                    after
                }
                '\\' => self.escape(after),
                '\n' => {
                    self.out.push_str("\\n");
                    after
                }
                _ if c.is_control() => {
                    self.out.push(' ');
                    after
                }
                _ => {
                    self.out.push(c);
                    after
                }
            };
        }
        None
    }

    /// An escape after its backslash; what follows it.
    fn escape<'t>(&mut self, text: &'t str) -> &'t str {
        let Some(c) = text.chars().next() else { return text };
        let after = text.get(c.len_utf8()..).unwrap_or("");
        match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
                self.out.extend(['\\', c]);
                after
            }
            '\'' => {
                self.out.push('\'');
                after
            }
            'x' if after.get(..2).is_some_and(|code| code.bytes().all(|b| b.is_ascii_hexdigit())) => {
                self.out.extend(["\\u00", after.get(..2).unwrap_or("")]);
                after.get(2..).unwrap_or("")
            }
            'u' => {
                let code = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
                let Some(first) = code(after) else {
                    self.out.push_str("\\ufffd");
                    return after;
                };
                let rest = after.get(4..).unwrap_or("");
                let second = rest.strip_prefix("\\u").and_then(code);
                let lone = match first {
                    0xd800..=0xdbff => !matches!(second, Some(0xdc00..=0xdfff)),
                    0xdc00..=0xdfff => true,
                    _ => false,
                };
                if lone {
                    self.out.push_str("\\ufffd");
                    return rest;
                }
                let length = if (0xd800..=0xdbff).contains(&first) { 10 } else { 4 };
                self.out.extend(["\\u", after.get(..length).unwrap_or(after)]);
                after.get(length..).unwrap_or("")
            }
            _ => {
                self.out.extend(['\\', '\\', c]);
                after
            }
        }
    }

    fn without_comma(&mut self) {
        let kept = self.out.trim_end();
        if let Some(kept) = kept.strip_suffix(',') {
            self.out.truncate(kept.len());
        }
    }

    /// Ends what is open at the end of the text.
    fn close(&mut self, end: End) {
        if end == End::InString {
            self.out.push('"');
        }
        self.without_comma();
        let in_object = self.open.last() == Some(&'}');
        let last = self.out.trim_end();
        if in_object && last.ends_with(':') {
            self.out.push_str("null");
        } else if in_object && last.ends_with('"') && key_without_value(last) {
            self.out.push_str(":null");
        }
        while let Some(bracket) = self.open.pop() {
            self.out.push(bracket);
        }
    }
}

/// Whether a quotation mark ends its string: only when what JSON allows there follows.
fn ends_string(after: &str) -> bool {
    matches!(after.trim_start().chars().next(), None | Some(',' | ':' | '}' | ']' | ')'))
}

/// Whether the string at the end of `json`, which is inside an object, is a key.
fn key_without_value(json: &str) -> bool {
    let inside = json.strip_suffix('"').unwrap_or(json);
    let is_opening = |at: &usize| {
        let before = inside.get(..*at).unwrap_or("");
        (before.len() - before.trim_end_matches('\\').len()).is_multiple_of(2)
    };
    let start = inside.rmatch_indices('"').map(|(at, _)| at).find(is_opening);
    start.and_then(|at| inside.get(..at)).is_some_and(|before| before.trim_end().ends_with(['{', ',']))
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_as_far_as_it_goes};
    use proptest::prelude::{prop_assert, proptest};
    use serde_json::json;

    #[test]
    fn what_exports_write() {
        for (written, meant) in [
            (r#"{"a": NaN, "b": -Infinity, "c": 1}"#, json!({"a": null, "b": null, "c": 1})),
            ("{\"a\": \"раз\nдва\"}", json!({"a": "раз\nдва"})),
            (r#"{"a": "Башню "Луч" открыли", "b": 1}"#, json!({"a": "Башню \"Луч\" открыли", "b": 1})),
            (r#"{"a": [1, 2,], }"#, json!({"a": [1, 2]})),
            (r#"{"a": "Раз \ud83d два"}"#, json!({"a": "Раз \u{fffd} два"})),
            (r#"{"a": "\ud83d\ude00"}"#, json!({"a": "😀"})),
            (r#"{_id: ObjectId("5f1e"), at: ISODate("2020-07-26")}"#, json!({"_id": "5f1e", "at": "2020-07-26"})),
            ("//<![CDATA[\n{\"a\": 1}\n//]]>", json!({"a": 1})),
            ("<!--\n{\"a\": True}\n-->", json!({"a": true})),
            (r#"{"a": "C:\д"}"#, json!({"a": "C:\\д"})),
            (r#"{'a': 'раз\xa0"два"', 'b': "о'кей", 'c': None, 'd': 'о\'кей'}"#, json!({"a": "раз\u{a0}\"два\"", "b": "о'кей", "c": null, "d": "о'кей"})),
        ] {
            assert_eq!(parse(written).unwrap(), meant, "{written}");
        }
    }

    #[test]
    fn half_a_record_is_not_one() {
        let whole = r#"{"a": "раз", "b": [{"c": "два"}], "d": 1}"#;
        let ends = whole.char_indices().skip(1).map(|(at, _)| at);
        for end in ends {
            let half = &whole[..end];
            assert!(parse(half).is_err(), "{half}");
            assert!(parse_as_far_as_it_goes(half).is_some(), "{half}");
        }
        assert_eq!(parse_as_far_as_it_goes(r#"{"a": "раз", "b": "дв"#), Some(json!({"a": "раз", "b": "дв"})));
    }

    proptest! {
        #[test]
        fn right_json_stays_as_it_is(words in proptest::collection::vec("[а-я\"\\\\/\n\t,:{}\\[\\]]{0,12}", 0..6)) {
            let value = json!({ "words": words, "n": {"x": [1, null]} });
            prop_assert!(parse(&value.to_string()).unwrap() == value);
        }

        #[test]
        fn anything_ends(text in "[\"\\\\{}\\[\\],:a-zа-я0-9 \n/*<>()-]{0,60}") {
            let _ = parse_as_far_as_it_goes(&text);
        }
    }
}
