//! A page as a whole: its text and what it says about itself.

use super::{Record, body, bounds, channel, data, meta, plain, saved, tags};
use dom_query::Document;

/// What a page holds.
pub(super) enum Page {
    /// The posts of a channel.
    Posts(Vec<Record>),
    /// One article, as far as the page shows it; its text may be empty.
    Article(Box<Record>),
}

/// Reads a page that was fetched from `address`.
pub(super) fn read(html: &str, address: Option<&str>) -> Page {
    if !bounds::allows_a_tree(html) {
        let record = Record { text: tags::strip_tags(html), ..Record::default() };
        return Page::Article(Box::new(record));
    }
    let document = Document::from(html);
    let posts = channel::posts(&document);
    if posts.is_empty() { Page::Article(Box::new(article(document, html, address))) } else { Page::Posts(posts) }
}

fn article(document: Document, html: &str, address: Option<&str>) -> Record {
    document.select(saved::ADDED).remove();
    let article = data::article(&document);
    let mut record = meta::read(&document, html, article.as_ref(), address);
    let stated =
        article.as_ref().and_then(|article| article.get("articleBody")?.as_str()).map(|body| plain(body.into()));
    let description = meta::description(&document);
    let state = if shows_little(&document) { data::state(&document) } else { None };
    let shown = body::main_text(document, &record);
    let shorter = |text: &str| text.chars().count() * 2 < stated.as_ref().map_or(0, |stated| stated.chars().count());
    record.text = match (shown, state) {
        (_, Some(state)) => {
            record.title = record.title.or(state.title);
            record.date = record.date.or(state.date);
            record.author = record.author.or(state.author);
            state.text
        }
        (Some(shown), None) if !shorter(&shown) => shown,
        (shown, None) => stated.or(shown).or(description).or_else(|| record.title.clone()).unwrap_or_default(),
    };
    record
}

/// Whether a page shows next to nothing before its scripts have run.
fn shows_little(document: &Document) -> bool {
    document.body().is_none_or(|body| body::text_of(&body).chars().count() < LITTLE)
}

/// Characters of a page that shows nothing but the name of the site.
const LITTLE: usize = 100;
