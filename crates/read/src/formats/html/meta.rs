//! What a page says about itself: JSON-LD first, then Open Graph and other meta elements, then the page's own marks.

use super::Record;
use dom_query::Document;
use serde_json::{Map, Value};

/// Types of JSON-LD objects that describe an article.
const ARTICLES: [&str; 10] = [
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BlogPosting",
    "Report",
    "TechArticle",
    "ScholarlyArticle",
    "LiveBlogPosting",
];

/// Meta elements with each meaning, the surest first.
const TITLES: [&str; 3] = ["og:title", "twitter:title", "title"];
const DATES: [&str; 12] = [
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
    "mediator_published_time",
];
const OUTLETS: [&str; 4] = ["og:site_name", "application-name", "dc.publisher", "publisher"];
const AUTHORS: [&str; 5] = ["author", "article:author", "dc.creator", "mediator_author", "parsely-author"];

/// Where pages without any metadata put the date.
const DATE_MARKS: [&str; 6] = [
    "[itemprop='datePublished']",
    "article time[datetime]",
    "time[datetime]",
    "time",
    "[class*='article__date'], [class*='article-date'], [class*='news-date'], [class*='news__date']",
    "[class*='pubdate'], [class*='published']",
];

/// Everything but the text.
pub(super) fn read(document: &Document, fetched_from: Option<&str>) -> Record {
    let article = json_ld(document);
    let of = |name: &str| article.as_ref().and_then(|a| text(a.get(name)?));
    let url = canonical(document).or_else(|| of("url")).or_else(|| fetched_from.map(str::to_owned));
    let outlet = meta(document, &OUTLETS).or_else(|| of("publisher"));
    let heading = || {
        let headings = document.select("h1");
        let mut texts = headings.nodes().iter().map(super::body::text_of).filter(|t| !t.is_empty());
        texts.next().filter(|_| texts.next().is_none()).map(|t| t.replace('\n', " "))
    };
    let title = of("headline").or_else(|| meta(document, &TITLES)).or_else(heading);
    let title = title.or_else(|| page_title(document)).map(|title| without_site(&title, outlet.as_deref()));
    Record {
        title,
        date: of("datePublished").or_else(|| meta(document, &DATES)).or_else(|| marked_date(document)),
        url,
        outlet,
        author: of("author").or_else(|| meta(document, &AUTHORS)).filter(|a| !a.starts_with("http")),
        language: language(document),
        ..Record::default()
    }
}

/// The encoding that the first bytes of a page declare.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head).into_owned();
    let (_, rest) = head.split_once("charset=").or_else(|| head.split_once("encoding="))?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(label.len());
    label.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

fn page_title(document: &Document) -> Option<String> {
    let title = document.select("title");
    title.nodes().first().and_then(|node| clean(&node.text()))
}

fn canonical(document: &Document) -> Option<String> {
    let link = document.select("link[rel='canonical']");
    let href = link.nodes().first().and_then(|node| node.attr("href"));
    let url = href.and_then(|href| clean(&href)).or_else(|| meta(document, &["og:url"]));
    url.filter(|url| url.starts_with("http"))
}

/// The first meta element with one of these names or properties, in any case.
fn meta(document: &Document, names: &[&str]) -> Option<String> {
    let elements = document.select("meta");
    let named = |wanted: &&str| {
        elements.nodes().iter().find_map(|node| {
            let mut keys = ["property", "name", "itemprop"].into_iter().filter_map(|key| node.attr(key));
            keys.any(|key| key.trim().eq_ignore_ascii_case(wanted)).then(|| node.attr("content")).flatten()
        })
    };
    names.iter().filter_map(named).find_map(|content| clean(&content))
}

fn marked_date(document: &Document) -> Option<String> {
    DATE_MARKS.iter().find_map(|mark| {
        let found = document.select(mark);
        let node = found.nodes().first()?;
        let stated = ["datetime", "content"].into_iter().find_map(|name| node.attr(name));
        let stated = stated.and_then(|value| clean(&value)).or_else(|| clean(&node.text()));
        stated.filter(|date| date.chars().any(|c| c.is_ascii_digit()) && date.chars().count() < 60)
    })
}

fn language(document: &Document) -> Option<String> {
    let root = document.select("html");
    let stated = root.nodes().first().and_then(|node| node.attr("lang")).and_then(|lang| clean(&lang));
    stated.or_else(|| meta(document, &["og:locale", "content-language"]))
}

/// The JSON-LD object of the article that the page is.
fn json_ld(document: &Document) -> Option<Map<String, Value>> {
    let scripts = document.select("script[type='application/ld+json']");
    let parsed = scripts.nodes().iter().filter_map(|node| serde_json::from_str::<Value>(node.text().trim()).ok());
    parsed.into_iter().find_map(|value| article_in(value, 0))
}

fn article_in(value: Value, depth: usize) -> Option<Map<String, Value>> {
    if depth > 8 {
        return None;
    }
    match value {
        Value::Array(values) => values.into_iter().find_map(|value| article_in(value, depth + 1)),
        Value::Object(object) => {
            let kind = object.get("@type").map(Value::to_string).unwrap_or_default();
            if ARTICLES.iter().any(|article| kind.contains(&format!("\"{article}\""))) {
                return Some(object);
            }
            let inner =
                ["@graph", "mainEntity", "mainEntityOfPage"].into_iter().filter_map(|name| object.get(name).cloned());
            inner.into_iter().find_map(|value| article_in(value, depth + 1))
        }
        _ => None,
    }
}

/// A JSON-LD value as text: a string, the name of an object, the names of a list.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => clean(text),
        Value::Object(object) => text(object.get("name").or_else(|| object.get("@id"))?),
        Value::Array(values) => {
            let names: Vec<String> = values.iter().filter_map(text).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        _ => None,
    }
}

/// A title without the name of the site behind it («Цены выросли — Вестник»).
fn without_site(title: &str, site: Option<&str>) -> String {
    let parts = [" — ", " – ", " | ", " - ", " :: ", " / ", " » "].into_iter().filter_map(|gap| title.rsplit_once(gap));
    let mut cut = parts.filter(|(front, back)| {
        let back = back.trim();
        let is_site = site.is_some_and(|site| back.to_lowercase().contains(&site.to_lowercase()));
        let like_site = back.split_whitespace().count() == 1 && back.contains('.');
        (is_site || like_site) && front.chars().count() > back.chars().count().min(10)
    });
    cut.next().map_or(title, |(front, _)| front).trim().to_owned()
}

/// White space folded; entities that were escaped twice undone; `None` for nothing.
fn clean(text: &str) -> Option<String> {
    let text = if text.contains("&quot;") || text.contains("&#") || text.contains("&laquo;") || text.contains("&amp;") {
        super::body::text_of(&Document::fragment(text).root())
    } else {
        text.to_owned()
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{declared_charset, without_site};

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

    #[test]
    fn the_site_is_cut_off_the_title() {
        assert_eq!(without_site("Цены на зерно выросли — Вестник", Some("Вестник")), "Цены на зерно выросли");
        assert_eq!(without_site("Цены на зерно выросли | vestnik.ru", None), "Цены на зерно выросли");
        assert_eq!(without_site("Россия — Китай: что дальше", Some("Вестник")), "Россия — Китай: что дальше");
    }
}
