//! The main text of a page, a paragraph a line.

use super::{super::references, Record};
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// The least characters of a text marked as the article's body for the mark to be believed without a look around.
const ENOUGH: usize = 200;

/// Elements that mark an article's body.
const BODIES: &str = "[itemprop='articleBody']";

/// Words that are whole names of classes and ids of the element around an article.
const ARTICLE_NAMES: [&str; 9] =
    ["article", "article-page", "content-article", "entry", "material", "news-item", "news", "post", "story"];

/// Elements whose text is not part of the news.
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

/// Elements that begin and end a line.
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

/// The main text: where the page marks it, else where a reader would see it, else everything. `None` when the article has
/// no text of its own, as under a picture or a video: what surrounds it is not its text.
pub(super) fn main_text(document: Document, record: &Record) -> Option<String> {
    let bodies = document.select(BODIES);
    let marks: Vec<NodeRef<'_>> = bodies.nodes().iter().copied().filter(|node| !is_inside_another(node)).collect();
    let texts: Vec<String> = marks.iter().map(text_of).collect();
    if let Some(longest) = texts.iter().max_by_key(|text| text.len()).filter(|text| text.chars().count() >= ENOUGH) {
        return Some(without_head(longest, record));
    }
    let marked = (!marks.is_empty()).then(|| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        texts.join("\n")
    });
    let around = marks.first().copied().or_else(|| heading(&document)).and_then(|node| article_around(&node));
    let around = around.map(|node| without_head(&text_of(&node), record));
    let everything = document.body().map(|body| text_of(&body)).unwrap_or_default();
    let readable = readable(document).filter(|t| t.chars().count() * 4 >= everything.chars().count().min(ENOUGH));
    let text = match (marked, around) {
        // A short mark is the article, unless the text that a reader sees is in the same article too.
        (Some(marked), around) => {
            let inside = readable.filter(|text| around.is_some_and(|around| all_of(text, &around)));
            inside.filter(|text| text.len() > marked.len()).unwrap_or(marked)
        }
        (None, Some(around)) => {
            let readable = readable.unwrap_or_else(|| everything.clone());
            if overlaps(&readable, &around) { readable } else { around }
        }
        (None, None) => readable.unwrap_or(everything),
    };
    let text = without_head(&text, record);
    (!text.is_empty()).then_some(text)
}

/// The only first-level heading of a page.
fn heading(document: &Document) -> Option<NodeRef<'_>> {
    let headings = document.select("h1");
    let mut nodes = headings.nodes().iter();
    nodes.next().copied().filter(|_| nodes.next().is_none())
}

fn is_inside_another(mark: &NodeRef<'_>) -> bool {
    mark.ancestors_it(None).any(|node| node.attr("itemprop").is_some_and(|property| &*property == "articleBody"))
}

/// The innermost element around a node that is an article by its name.
pub(super) fn article_around<'d>(node: &NodeRef<'d>) -> Option<NodeRef<'d>> {
    node.ancestors_it(None).find(|node| {
        let is_article = node.node_name().is_some_and(|name| matches!(&*name, "article" | "main"))
            || node.attr("itemtype").is_some_and(|kind| kind.contains("Article"));
        let named = || {
            let names = [node.class(), node.id_attr()].into_iter().flatten();
            names.into_iter().any(|names| {
                names.split_whitespace().any(|name| ARTICLE_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)))
            })
        };
        is_article || named() && node.node_name().is_none_or(|name| !matches!(&*name, "body" | "html"))
    })
}

/// Whether a line of `text` is a line of `article`: both are folded alike.
fn overlaps(text: &str, article: &str) -> bool {
    let lines: Vec<&str> = article.lines().collect();
    text.lines().take(50).any(|line| lines.contains(&line))
}

/// Whether the first and the last line of `text` are lines of `article`.
fn all_of(text: &str, article: &str) -> bool {
    let is_in = |line: Option<&str>| line.is_some_and(|line| article.lines().any(|inside| inside == line));
    is_in(text.lines().next()) && is_in(text.lines().next_back())
}

fn readable(document: Document) -> Option<String> {
    let config = Config { disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).ok()?.parse().ok()?;
    let text = text_of(&Document::fragment(article.content).root());
    (!text.is_empty()).then_some(text)
}

/// A text without the headline and the date that it begins with once more.
fn without_head(text: &str, record: &Record) -> String {
    let words = |line: &str| {
        line.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let [title, date] = [&record.title, &record.date].map(|field| field.as_deref().map(words).unwrap_or_default());
    let mut rest = text.trim_start();
    loop {
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let first = words(first);
        if first.is_empty() || first != title && first != date {
            return rest.to_owned();
        }
        rest = after.trim_start();
    }
}

/// The text of an element, white space folded, every block on lines of its own. Walks without recursion.
pub(in crate::formats) fn text_of(root: &NodeRef<'_>) -> String {
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
            out.push(&references::decode(text));
        }
    }
    out.finish()
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
