//! HTML read by its tags alone, without a tree: what pages declare at their beginning, and the text of pages that no
//! tree should be built for.

use super::super::references;

/// Bytes in which a page is expected to declare its encoding; browsers look at fewer, content systems write more.
const DECLARED_WITHIN: usize = 16 << 10;

/// Elements whose text is not part of the news.
#[cfg(feature = "web-formats")]
pub(super) const NO_TEXT: [&str; 18] = [
    "address",
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "select",
    "head",
    "title",
    "textarea",
    "figcaption",
    "time",
];

/// Elements that begin and end a line.
pub(super) const BLOCKS: [&str; 27] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "main",
    "header",
    "blockquote",
    "pre",
    "dd",
    "dt",
    "dl",
    "hr",
    "figure",
    "body",
    "center",
];

/// The encoding that the beginning of a page declares: in a `<meta>` element or the XML declaration, not that of a script.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head).into_owned();
    let is_declaration = |tag: &&str| tag.starts_with("meta") || tag.starts_with("?xml");
    let tags = head.split('<').filter(is_declaration).filter_map(|tag| tag.split('>').next());
    tags.into_iter().find_map(|tag| {
        let (_, rest) = tag.split_once("charset=").or_else(|| tag.split_once("encoding="))?;
        let label = rest.trim_start_matches(['"', '\'', ' ']);
        let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(label.len());
        label.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
    })
}

/// The text of a page without building a tree: everything outside tags, scripts and styles.
pub(super) fn strip_tags(html: &str) -> String {
    let mut out = Lines::default();
    let mut skip_to: Option<&str> = None;
    for (number, part) in html.split('<').enumerate() {
        let (tag, text) = match part.split_once('>') {
            Some((tag, text)) if number > 0 => (tag, text),
            _ if number > 0 => ("", ""),
            _ => ("", part),
        };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        match skip_to {
            Some(end) if tag.starts_with('/') && name == end => skip_to = None,
            Some(_) => continue,
            None => skip_to = ["script", "style"].into_iter().find(|no_text| !tag.starts_with('/') && *no_text == name),
        }
        if BLOCKS.contains(&name.as_str()) {
            out.end_line();
        }
        if skip_to.is_none() {
            out.push(&references::decode(text));
        }
    }
    out.finish()
}

/// Lines with single spaces and no blank lines.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    space: bool,
}

impl Lines {
    pub(super) fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}' {
                self.space = true;
                continue;
            }
            if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.space = false;
            if c != '\u{ad}' {
                self.text.push(c);
            }
        }
    }

    pub(super) fn end_line(&mut self) {
        self.space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    pub(super) fn finish(mut self) -> String {
        while self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text
    }
}

#[cfg(test)]
pub(super) const SNIPPET: &str = "<div>Раз <b>два</b>&nbsp;&laquo;три&raquo;<br>четыре<ul><li>пять<li>шесть</ul>\
    <script>a < b</script></div>семь";

#[cfg(test)]
mod tests {
    use super::{SNIPPET, declared_charset, strip_tags};

    #[test]
    fn blocks_stand_on_lines_of_their_own() {
        assert_eq!(strip_tags(SNIPPET), "Раз два «три»\nчетыре\nпять\nшесть\nсемь");
    }

    #[test]
    fn charsets_are_declared_in_two_ways() {
        assert_eq!(declared_charset(b"<meta charset=\"KOI8-R\">").as_deref(), Some("koi8-r"));
        assert_eq!(
            declared_charset(b"<meta content='text/html; charset=windows-1251'>").as_deref(),
            Some("windows-1251")
        );
        assert_eq!(declared_charset(b"<?xml version='1.0' encoding='IBM866'?>").as_deref(), Some("ibm866"));
        assert_eq!(declared_charset(b"<html>"), None);
    }
}
