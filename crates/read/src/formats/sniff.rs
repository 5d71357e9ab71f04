//! What the first bytes and the name of an input tell about its format.

/// The beginning of an input.
pub(super) struct Sniff<'a> {
    /// Ending of the file name, lower-case; a further `.gz`, `.bz2` or `.zst` does not count.
    ending: String,
    /// The bytes themselves.
    pub(super) head: &'a [u8],
    /// The same as far as it is ASCII, in lower case, without byte-order mark and leading white space; other characters
    /// stand as `?`.
    pub(super) ascii: String,
}

/// Formats that are known but not read, by their first bytes.
const NOT_READ: [(&[u8], &str); 9] = [
    (b"%PDF", "PDF file: not read"),
    (b"{\\rtf", "RTF document: not read; save it as text"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive: not read; unpack it first"),
    (b"Rar!\x1a\x07", "RAR archive: not read; unpack it first"),
    (b"\xfd7zXZ\0", "xz archive: not read; unpack it first"),
    (b"\x04\x22\x4d\x18", "lz4 archive: not read; unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document: not read; save it as text or HTML"),
    (b"SQLite format 3\0", "database file: not read"),
    (b"PAR1", "Parquet file: not read"),
];

impl<'a> Sniff<'a> {
    pub(super) fn new(name: &str, head: &'a [u8]) -> Self {
        let name = name.to_ascii_lowercase();
        let bare = [".gz", ".bz2", ".zst"].into_iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
        let ending = bare.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
        Self { ending, head, ascii: ascii(head) }
    }

    /// Whether the file name has one of these endings.
    pub(super) fn is_named(&self, endings: &[&str]) -> bool {
        endings.contains(&self.ending.as_str())
    }

    /// Why this input cannot be read, when it is of a kind that is known not to be.
    pub(super) fn unreadable(&self) -> Option<&'static str> {
        if let Some((_, reason)) = NOT_READ.into_iter().find(|(magic, _)| self.head.starts_with(magic)) {
            return Some(reason);
        }
        let office = self.head.starts_with(b"PK\x03\x04")
            && [&b"[Content_Types].xml"[..], b"mimetypeapplication/"]
                .iter()
                .any(|mark| find(self.head, mark).is_some_and(|at| at < 2048));
        office.then_some("office document or book: not read; save it as text or HTML")
    }

    /// Whether it begins like an XML document with this root element, or one of these.
    pub(super) fn has_root(&self, names: &[&str]) -> bool {
        if !self.ascii.starts_with('<') {
            return false;
        }
        let mut rest = self.ascii.as_str();
        while let Some((_, tag)) = rest.split_once('<') {
            rest = tag;
            if tag.starts_with("!--") {
                rest = tag.split_once("-->").map_or("", |(_, after)| after);
            } else if !tag.starts_with(['?', '!']) {
                return names.iter().any(|name| {
                    let after = tag.strip_prefix(name);
                    after.is_some_and(|a| a.starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace()))
                });
            }
        }
        false
    }
}

/// Where `needle` first stands in `bytes`.
pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len().max(1)).position(|window| window == needle)
}

/// The ASCII skeleton of a text in any encoding that this program reads, UTF-16 included.
fn ascii(head: &[u8]) -> String {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let sample = head.get(..512).unwrap_or(head);
    let wide = head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || sample.iter().filter(|b| **b == 0).count() * 3 > sample.len();
    let bytes = head.iter().filter(|b| !wide || !matches!(**b, 0 | 4 | 0xff | 0xfe));
    let text = bytes.map(|b| if b.is_ascii() { char::from(b.to_ascii_lowercase()) } else { '?' });
    text.skip_while(|c| c.is_ascii_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::Sniff;

    #[test]
    fn roots_are_found_behind_comments() {
        let sniff = Sniff::new("x", b"<?xml version=\"1.0\"?>\n<!-- <html> -->\n<rss version=\"2.0\">");
        assert!(sniff.has_root(&["rss"]) && !sniff.has_root(&["html"]));
        assert!(!Sniff::new("x", b"text <rss>").has_root(&["rss"]));
    }

    #[test]
    fn wide_text_is_looked_through() {
        let wide: Vec<u8> = "<html><body>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(Sniff::new("x", &wide).has_root(&["html"]));
    }

    #[test]
    fn endings_look_through_packing() {
        assert!(Sniff::new("a.JSONL.gz", b"").is_named(&["jsonl"]));
    }
}
