//! Sniffing: what the first bytes and the name of an input reveal about its format.

/// The beginning of an input.
pub(super) struct Sniff<'a> {
    /// Ending of the file name, lower-case; a further `.gz`, `.bz2` or `.zst` does not count.
    ending: String,
    /// The bytes themselves.
    pub(super) head: &'a [u8],
    /// The same bytes as ASCII, lower-case, without byte-order mark and leading white space; `?` replaces every other
    /// character.
    pub(super) ascii: String,
}

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

    /// Whether it begins like an XML or HTML document with one of these root elements.
    pub(super) fn has_root(&self, names: &[&str]) -> bool {
        self.root().is_some_and(|root| names.contains(&root))
    }

    /// Name of the root element, lower-case, when the input begins like an XML or HTML document.
    pub(super) fn root(&self) -> Option<&str> {
        if !self.ascii.starts_with('<') {
            return None;
        }
        let mut rest = self.ascii.as_str();
        while let Some((_, tag)) = rest.split_once('<') {
            rest = tag;
            if tag.starts_with("!--") {
                rest = tag.split_once("-->").map_or("", |(_, after)| after);
            } else if !tag.starts_with(['?', '!']) {
                let end = tag.find(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace())?;
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
                return tag
                    .get(..end)
                    .filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()) && n.chars().all(is_name));
            }
        }
        None
    }
}

/// Where `needle` first occurs in `bytes`.
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
    // A record separator begins a sequence of JSON texts.
    text.skip_while(|c| c.is_ascii_whitespace() || *c == '\u{1e}').collect()
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
