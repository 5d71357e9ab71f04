//! The objects in the lists of a JSON file of any length, one at a time, with what is said around them.
//!
//! Other files of records are cut without regard to names; of an export it matters which chat a message is from.

use super::super::MAX_RECORD_BYTES;
use serde_json::{Map, Value};
use std::io::{self, BufRead};

/// What comes next.
pub(super) enum ListItem {
    /// The bytes of an object in a list.
    Element(Vec<u8>),
    /// One that is longer than a record may be.
    TooLong,
    /// The end of the outermost object.
    End,
    /// The end of the input before that.
    CutOff,
}

/// An object or array that is open.
#[derive(Default)]
struct Level {
    is_array: bool,
    /// The name of the field that is being read; of an array, the name that it has itself.
    name: String,
    /// The names and short values of the fields before it.
    fields: Map<String, Value>,
}

/// The longest name or value that is remembered of the fields around a list, and how many.
const REMEMBERED: usize = 1000;

/// The objects in the lists of a stream of JSON.
pub(super) struct Lists<'a> {
    input: &'a mut dyn BufRead,
    scan: Scan<'a>,
}

/// Goes through JSON byte by byte and cuts the objects out of its lists.
#[derive(Default)]
struct Scan<'a> {
    wanted: &'a [&'a str],
    max_depth: usize,
    levels: Vec<Level>,
    /// How many levels are open beyond those that are remembered.
    beyond: usize,
    /// The element that is being read, and how deep it is in itself.
    element: Option<(Vec<u8>, usize)>,
    is_too_long: bool,
    string: Option<Vec<u8>>,
    escaped: bool,
    /// The string that was read last: a name, if a colon follows.
    last: Option<Vec<u8>>,
    /// The number or word that is being read.
    word: Vec<u8>,
    is_done: bool,
}

impl<'a> Lists<'a> {
    /// Looks for arrays with one of the `wanted` names, at most `max_depth` objects deep.
    pub(super) fn new(input: &'a mut dyn BufRead, wanted: &'a [&'a str], max_depth: usize) -> Self {
        Self { input, scan: Scan { wanted, max_depth, ..Scan::default() } }
    }

    /// The next object of a list.
    pub(super) fn next(&mut self) -> io::Result<ListItem> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(if self.scan.is_done { ListItem::End } else { ListItem::CutOff });
            }
            let mut used = 0;
            let mut found = None;
            for byte in buffer {
                used += 1;
                found = self.scan.take(*byte);
                if found.is_some() {
                    break;
                }
            }
            self.input.consume(used);
            if let Some(found) = found {
                return Ok(found);
            }
        }
    }

    /// The short values of the objects that hold the list, nearest first.
    pub(super) fn around(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.scan.levels.iter().rev().filter(|level| !level.is_array).map(|level| &level.fields)
    }
}

impl Scan<'_> {
    fn wants(&self, name: &str) -> bool {
        self.wanted.contains(&name)
    }

    fn take(&mut self, byte: u8) -> Option<ListItem> {
        if let Some((bytes, _)) = &mut self.element {
            if bytes.len() < MAX_RECORD_BYTES { bytes.push(byte) } else { self.is_too_long = true }
        }
        if let Some(string) = &mut self.string {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            if ends {
                self.last = self.string.take();
            } else if self.element.is_none() && string.len() < REMEMBERED {
                string.push(byte);
            }
            return None;
        }
        match byte {
            b'"' => (self.string, self.escaped) = (Some(Vec::new()), false),
            b'{' | b'[' => self.open(byte == b'['),
            b'}' | b']' => return self.close(),
            _ if self.element.is_some() || self.beyond > 0 => {}
            b':' => self.name(),
            b',' => self.value(),
            byte if byte.is_ascii_whitespace() => {}
            byte if self.word.len() < REMEMBERED => self.word.push(byte),
            _ => {}
        }
        None
    }

    fn open(&mut self, is_array: bool) {
        if let Some((_, depth)) = &mut self.element {
            *depth += 1;
            return;
        }
        if self.beyond > 0 || self.levels.len() > 2 * self.max_depth {
            self.beyond += 1;
            return;
        }
        let name = self.levels.last().map(|level| level.name.clone()).unwrap_or_default();
        let in_list = self.levels.last().is_some_and(|level| level.is_array && self.wants(&level.name));
        if in_list && !is_array {
            self.element = Some((vec![b'{'], 1));
            return;
        }
        (self.last, self.word) = (None, Vec::new());
        self.levels.push(Level { is_array, name: if is_array { name } else { String::new() }, ..Level::default() });
    }

    fn close(&mut self) -> Option<ListItem> {
        if let Some((_, depth)) = &mut self.element {
            *depth -= 1;
            if *depth > 0 {
                return None;
            }
            let (bytes, _) = self.element.take()?;
            return Some(if std::mem::take(&mut self.is_too_long) {
                ListItem::TooLong
            } else {
                ListItem::Element(bytes)
            });
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        self.value();
        self.levels.pop();
        if let Some(level) = self.levels.last_mut().filter(|level| !level.is_array) {
            // The field held more than a short value: its name alone is remembered.
            let name = std::mem::take(&mut level.name);
            remember(level, name, Value::Null);
        }
        self.is_done |= self.levels.is_empty();
        None
    }

    /// A colon: the string before it is the name of a field.
    fn name(&mut self) {
        let name = self.last.take().map(|name| unescaped(&name)).unwrap_or_default();
        if let Some(level) = self.levels.last_mut().filter(|level| !level.is_array) {
            level.name = name;
        }
        self.word.clear();
    }

    /// The end of a value.
    fn value(&mut self) {
        let text = self.last.take().map(|text| Value::String(unescaped(&text)));
        let word = std::mem::take(&mut self.word);
        let value = text.or_else(|| serde_json::from_slice(&word).ok());
        let Some(level) = self.levels.last_mut().filter(|level| !level.is_array && !level.name.is_empty()) else {
            return;
        };
        if let Some(value) = value {
            let name = std::mem::take(&mut level.name);
            remember(level, name, value);
        }
    }
}

fn remember(level: &mut Level, name: String, value: Value) {
    const MOST: usize = 64;
    if level.fields.len() < MOST && !name.is_empty() {
        level.fields.entry(name).or_insert(value);
    }
}

/// A string without its escapes; as it is, if they are damaged.
fn unescaped(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).into_owned();
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{ListItem, Lists};

    #[test]
    fn objects_come_with_the_fields_around_their_list() {
        let json =
            r#"{"a": {"name": "Канал \u0041", "n": 7, "in": {"x": "]"}, "posts": [{"b": "}\""}, [], {"c": {}}]}}"#;
        let mut input = json.as_bytes();
        let mut lists = Lists::new(&mut input, &["posts"], 4);
        assert!(matches!(lists.next(), Ok(ListItem::Element(bytes)) if bytes == br#"{"b": "}\""}"#));
        let around = lists.around().next().unwrap();
        assert_eq!((around["name"].as_str(), around["n"].as_i64()), (Some("Канал A"), Some(7)));
        assert!(matches!(lists.next(), Ok(ListItem::Element(bytes)) if bytes == br#"{"c": {}}"#));
        assert!(matches!(lists.next(), Ok(ListItem::End)));
    }

    #[test]
    fn damage_and_depth_do_not_panic() {
        for json in ["{\"posts\": [{\"a\"", "]]}}", "", "{\"posts\": [{]}", &"[".repeat(100_000)] {
            let mut input = json.as_bytes();
            let mut lists = Lists::new(&mut input, &["posts"], 4);
            while let Ok(ListItem::Element(_) | ListItem::TooLong) = lists.next() {}
        }
    }
}
