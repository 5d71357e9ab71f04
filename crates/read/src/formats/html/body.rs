//! The main text of a page, a paragraph a line.

use super::{
    Record,
    tags::{BLOCKS, Lines, NO_TEXT},
};
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// The least characters of a text marked as the article's body for the mark to be believed without a look around.
const ENOUGH: usize = 200;

/// Elements that mark an article's body.
const BODIES: &str = "[itemprop='articleBody']";

/// Words that are whole names of classes and ids of the element around an article.
const ARTICLE_NAMES: [&str; 9] =
    ["article", "article-page", "content-article", "entry", "material", "news-item", "news", "post", "story"];

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
        let inside = if NO_TEXT.contains(&name) || is_hidden(&current) { None } else { current.first_child() };
        node = inside.or_else(|| next_after(&current, root, &mut out));
    }
    out.finish()
}

/// The most characters of a hidden element that is left out: the line that mail programs show before a message is opened.
/// Longer ones are articles that a script unfolds.
const HIDDEN: usize = 300;

/// Whether an element is short and not shown.
fn is_hidden(node: &NodeRef<'_>) -> bool {
    node.attr("style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).take(200).collect();
        style.to_ascii_lowercase().contains("display:none") && node.text().chars().take(HIDDEN + 1).count() <= HIDDEN
    })
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

#[cfg(test)]
mod tests {
    use super::{super::tags::SNIPPET, Document, text_of};

    #[test]
    fn blocks_stand_on_lines_of_their_own() {
        let text = text_of(&Document::fragment(SNIPPET).root());
        assert_eq!(text, "Раз два «три»\nчетыре\nпять\nшесть\nсемь");
    }
}
