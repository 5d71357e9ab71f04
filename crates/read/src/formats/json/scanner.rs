//! Cutting JSON without understanding it: where objects begin and end, also in damaged JSON.

use super::super::MAX_RECORD_BYTES;
use std::io::{self, BufRead};

/// How deep containers may be nested around records.
const MAX_NESTING: usize = 1000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    InString,
    Escaped,
    /// After a quotation mark in a string. It ended the string if one of `,:}]` follows; otherwise somebody forgot to
    /// escape it («"Башню "Луч" открыли"»), and the string goes on.
    AfterQuote,
}

/// What a byte outside of strings does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Open(u8),
    Close,
    Other,
}

/// Follows JSON byte by byte and tells structure from the content of strings.
#[derive(Clone, Debug, Default)]
pub(super) struct Scanner {
    state: State,
    /// The quotation mark that began the string; Python writes either.
    quote: u8,
}

impl Scanner {
    pub(super) fn push(&mut self, byte: u8) -> Step {
        match (self.state, byte) {
            (State::Escaped, _) => self.state = State::InString,
            (State::InString, byte) if byte == self.quote => self.state = State::AfterQuote,
            (State::InString, b'\\') => self.state = State::Escaped,
            (State::InString, _) => {}
            (State::AfterQuote, b' ' | b'\t' | b'\r' | b'\n') => {}
            (State::AfterQuote, b',' | b':' | b'}' | b']') => {
                self.state = State::Outside;
                return self.push(byte);
            }
            (State::AfterQuote, _) => {
                self.state = State::InString;
                return self.push(byte);
            }
            (State::Outside, b'"' | b'\'') => (self.state, self.quote) = (State::InString, byte),
            (State::Outside, b'{' | b'[') => return Step::Open(byte),
            (State::Outside, b'}' | b']') => return Step::Close,
            (State::Outside, _) => {}
        }
        Step::Other
    }
}

/// Whether every object and array in `text` is closed.
pub(super) fn is_balanced(text: &[u8]) -> bool {
    let mut scanner = Scanner::default();
    let depth = text.iter().fold(0i64, |depth, byte| match scanner.push(*byte) {
        Step::Open(_) => depth + 1,
        Step::Close => depth - 1,
        Step::Other => depth,
    });
    depth <= 0
}

/// The objects that follow each other in `text`, and what is left over when the last one is not closed.
pub(super) fn objects(text: &str) -> (Vec<&str>, Option<&str>) {
    let (mut scanner, mut depth, mut start) = (Scanner::default(), 0usize, 0);
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match scanner.push(byte) {
            Step::Open(_) => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            Step::Close if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.extend(text.get(start..=at));
                }
            }
            _ => {}
        }
    }
    (found, text.get(start..).filter(|_| depth > 0))
}

/// What [`ObjectCutter::next`] found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A whole object.
    Element,
    /// An object that is too long for a record.
    TooLong,
    /// The input ends inside an object or array.
    Broken,
    /// The input ends where it may.
    End,
}

/// Cuts the objects out of a stream: those in arrays, or those that follow each other.
#[derive(Debug, Default)]
pub(super) struct ObjectCutter {
    /// Whether to cut the records out of a surrounding object instead of taking it as one.
    unwrap: bool,
    /// Whether the objects seen so far are elements of an array.
    pub(super) in_array: bool,
    scanner: Scanner,
    /// Open containers around the elements: whether each is an array.
    around: Vec<bool>,
    /// Open containers in the element being cut.
    depth: usize,
    /// Bytes of that element.
    length: usize,
}

impl ObjectCutter {
    /// One that cuts the records out of a surrounding object.
    pub(super) fn unwrapping() -> Self {
        Self { unwrap: true, ..Self::default() }
    }

    /// Goes on to the end of the next object and puts its bytes into `element`.
    pub(super) fn next(&mut self, input: &mut dyn BufRead, element: &mut Vec<u8>) -> io::Result<Cut> {
        element.clear();
        self.length = 0;
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(if self.depth > 0 || !self.around.is_empty() { Cut::Broken } else { Cut::End });
            }
            let done = buffer.iter().position(|byte| self.take(*byte, element));
            let used = done.map_or(buffer.len(), |at| at + 1);
            input.consume(used);
            if self.around.len() > MAX_NESTING {
                return Ok(Cut::Broken);
            }
            if done.is_some() {
                return Ok(if self.length > MAX_RECORD_BYTES { Cut::TooLong } else { Cut::Element });
            }
            if self.length > MAX_RECORD_BYTES && self.around.is_empty() {
                // A surrounding object: the caller may want to unwrap it.
                return Ok(Cut::TooLong);
            }
        }
    }

    /// Takes a byte; whether it ends an element.
    fn take(&mut self, byte: u8, element: &mut Vec<u8>) -> bool {
        let step = self.scanner.push(byte);
        if self.depth == 0 {
            match step {
                Step::Open(b'{') if self.begins_element() => self.in_array = !self.around.is_empty(),
                Step::Open(bracket) => {
                    self.around.push(bracket == b'[');
                    return false;
                }
                Step::Close => {
                    self.around.pop();
                    return false;
                }
                Step::Other => return false,
            }
        }
        self.length += 1;
        // An object around records is kept whole for unwrapping: it is cut off at the end of this buffer.
        if self.length <= MAX_RECORD_BYTES || self.around.is_empty() {
            element.push(byte);
        }
        match step {
            Step::Open(_) => self.depth += 1,
            Step::Close => self.depth = self.depth.saturating_sub(1),
            Step::Other => {}
        }
        self.depth == 0
    }

    fn begins_element(&self) -> bool {
        if self.unwrap { self.around.last() == Some(&true) } else { self.around.last() != Some(&false) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, ObjectCutter, is_balanced, objects};

    fn cut(json: &str, unwrap: bool) -> (Vec<String>, Cut) {
        let (mut cutter, mut input, mut element) =
            (ObjectCutter { unwrap, ..ObjectCutter::default() }, json.as_bytes(), Vec::new());
        let mut found = Vec::new();
        loop {
            match cutter.next(&mut input, &mut element).unwrap() {
                Cut::Element => found.push(String::from_utf8(element.clone()).unwrap()),
                end => return (found, end),
            }
        }
    }

    #[test]
    fn elements_of_arrays_and_streams() {
        assert_eq!(cut(r#"[{"a": "]}"}, {"b": [{}]}]"#, false).0, [r#"{"a": "]}"}"#, r#"{"b": [{}]}"#]);
        assert_eq!(cut("{\"a\":1}\n{\"b\":2}", false).0, ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(
            cut(r#"{"x": {"list": [{"a": 1}, {"b": 2}]}}"#, true),
            (vec![r#"{"a": 1}"#.into(), r#"{"b": 2}"#.into()], Cut::End)
        );
        assert_eq!(cut(r#"[{"a": 1}, {"b""#, false), (vec![r#"{"a": 1}"#.into()], Cut::Broken));
    }

    #[test]
    fn a_forgotten_escape_does_not_swallow_the_rest() {
        let damaged = r#"[{"t": "Цена 5" за штуку"}, {"t": "Башню "Луч" открыли"}, {"t": "Два"}]"#;
        assert_eq!(cut(damaged, false).0.len(), 3);
        assert!(is_balanced(r#"{"a": "б "в" г"}"#.as_bytes()) && !is_balanced(b"{\"a\": "));
    }

    #[test]
    fn objects_on_one_line() {
        assert_eq!(objects(r#"{"a":1}{"b":2} {"c""#), (vec![r#"{"a":1}"#, r#"{"b":2}"#], Some(r#"{"c""#)));
    }
}
