//! The main text of a page, a paragraph a line.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// The least characters of a text marked as the article's body for the mark to be believed.
const ENOUGH: usize = 200;

/// Elements that mark an article's body, the surest first.
const BODIES: &str = "[itemprop='articleBody']";

/// Elements that hold no text of the news.
const NO_TEXT: [&str; 18] = [
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

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 27] = [
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

/// The main text: where the page marks it, else where a reader would see it, else everything.
pub(super) fn main_text(document: Document, title: Option<&str>) -> String {
    let marked = document.select(BODIES).nodes().iter().map(text_of).max_by_key(String::len);
    let text = match marked.filter(|text| text.chars().count() >= ENOUGH) {
        Some(text) => text,
        None => {
            let everything = document.body().map(|body| text_of(&body)).unwrap_or_default();
            readable(document)
                .filter(|text| text.chars().count() * 4 >= everything.chars().count().min(ENOUGH))
                .unwrap_or(everything)
        }
    };
    without_title(&text, title)
}

fn readable(document: Document) -> Option<String> {
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).ok()?.parse().ok()?;
    let text = text_of(&Document::fragment(article.content).root());
    (!text.is_empty()).then_some(text)
}

/// A headline that the text begins with once more.
fn without_title(text: &str, title: Option<&str>) -> String {
    let words = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    match (text.split_once('\n'), title) {
        (Some((first, rest)), Some(title)) if words(first) == words(title) => rest.trim_start().to_owned(),
        _ => text.to_owned(),
    }
}

/// The text of an element, white space folded, every block on lines of its own. Walks without recursion.
pub(super) fn text_of(root: &NodeRef<'_>) -> String {
    let mut out = Lines::default();
    let mut node = root.first_child();
    while let Some(current) = node {
        let name = current.node_name();
        let name = name.as_deref().unwrap_or("");
        if current.is_text() {
            out.push(&current.text());
        }
        if BLOCKS.contains(&name) {
            out.end_line();
        } else if matches!(name, "td" | "th") {
            out.push(" ");
        }
        let inside = if NO_TEXT.contains(&name) { None } else { current.first_child() };
        node = inside.or_else(|| next_after(&current, root, &mut out));
    }
    out.finish()
}

/// The node that follows a whole element, ending the lines of the blocks that it leaves.
fn next_after<'a>(node: &NodeRef<'a>, root: &NodeRef<'a>, out: &mut Lines) -> Option<NodeRef<'a>> {
    let mut current = *node;
    loop {
        if current.node_name().is_some_and(|name| BLOCKS.contains(&&*name)) {
            out.end_line();
        }
        if current.id == root.id {
            return None;
        }
        if let Some(next) = current.next_sibling() {
            return Some(next);
        }
        current = current.parent()?;
    }
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
            out.push(&entities(text));
        }
    }
    out.finish()
}

/// The entities that texts are full of.
fn entities(text: &str) -> String {
    const ENTITIES: [(&str, &str); 10] = [
        ("&nbsp;", " "),
        ("&laquo;", "«"),
        ("&raquo;", "»"),
        ("&mdash;", "—"),
        ("&ndash;", "–"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

/// Lines with single spaces and no blank lines.
#[derive(Default)]
struct Lines {
    text: String,
    space: bool,
}

impl Lines {
    fn push(&mut self, text: &str) {
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

    fn end_line(&mut self) {
        self.space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn finish(mut self) -> String {
        while self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, strip_tags, text_of};

    const SNIPPET: &str = "<div>Раз <b>два</b>&nbsp;&laquo;три&raquo;<br>четыре<ul><li>пять<li>шесть</ul><script>a < b</script></div>семь";

    #[test]
    fn blocks_stand_on_lines_of_their_own() {
        let text = text_of(&Document::fragment(SNIPPET).root());
        assert_eq!(text, "Раз два «три»\nчетыре\nпять\nшесть\nсемь");
    }

    #[test]
    fn tags_alone_give_the_same() {
        assert_eq!(strip_tags(SNIPPET), "Раз два «три»\nчетыре\nпять\nшесть\nсемь");
    }
}
