//! What a page says about itself: JSON-LD first, then Open Graph and other meta elements, then what it shows.

use super::{Record, saved, shown_date};
use dom_query::Document;
use serde_json::{Map, Value};

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

/// Properties of JSON-LD with the time of publication, the surest first.
const LD_DATES: [&str; 3] = ["datePublished", "dateCreated", "uploadDate"];

/// Everything but the text.
pub(super) fn read(
    document: &Document,
    html: &str,
    article: Option<&Map<String, Value>>,
    fetched_from: Option<&str>,
) -> Record {
    let of = |name: &str| article.and_then(|a| text(a.get(name)?));
    let url = canonical(document).or_else(|| of("url").filter(|url| url.starts_with("http")));
    let url =
        url.or_else(|| saved::address(html)).or_else(|| fetched_from.map(|from| saved::original(from).to_owned()));
    let outlet = meta(document, &OUTLETS).or_else(|| of("publisher"));
    let heading = || {
        let headings = document.select("h1");
        let mut texts = headings.nodes().iter().map(super::body::text_of).filter(|t| !t.is_empty());
        texts.next().filter(|_| texts.next().is_none()).map(|t| t.replace('\n', " "))
    };
    let title = of("headline").or_else(|| meta(document, &TITLES)).or_else(heading);
    let title = title.or_else(|| page_title(document)).map(|title| without_site(&title, outlet.as_deref()));
    let stated = || LD_DATES.iter().find_map(|name| of(name)).or_else(|| meta(document, &DATES));
    Record {
        title,
        date: stated().or_else(|| shown_date::find(document)).or_else(|| of("dateModified")),
        url,
        outlet,
        author: of("author").or_else(|| meta(document, &AUTHORS)).filter(|a| !a.starts_with("http")),
        language: language(document),
        ..Record::default()
    }
}

/// What a page says it is about, for pages without a text of their own.
pub(super) fn description(document: &Document) -> Option<String> {
    meta(document, &["og:description", "description", "twitter:description"])
}

fn page_title(document: &Document) -> Option<String> {
    let title = document.select("title");
    title.nodes().first().and_then(|node| clean(&node.text()))
}

fn canonical(document: &Document) -> Option<String> {
    let link = document.select("link[rel='canonical']");
    let href = link.nodes().first().and_then(|node| node.attr("href"));
    let url = href.and_then(|href| clean(&href)).or_else(|| meta(document, &["og:url"]));
    url.filter(|url| url.starts_with("http")).map(|url| saved::original(&url).to_owned())
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

fn language(document: &Document) -> Option<String> {
    let root = document.select("html");
    let stated = root.nodes().first().and_then(|node| node.attr("lang")).and_then(|lang| clean(&lang));
    stated.or_else(|| meta(document, &["og:locale", "content-language"]))
}

/// A JSON-LD value as text: a string, the name of an object, the names of a list.
pub(super) fn text(value: &Value) -> Option<String> {
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

/// A title without the name of the site after it («Цены выросли — Вестник»).
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
    use super::without_site;

    #[test]
    fn the_site_is_cut_off_the_title() {
        assert_eq!(without_site("Цены на зерно выросли — Вестник", Some("Вестник")), "Цены на зерно выросли");
        assert_eq!(without_site("Цены на зерно выросли | vestnik.ru", None), "Цены на зерно выросли");
        assert_eq!(without_site("Россия — Китай: что дальше", Some("Вестник")), "Россия — Китай: что дальше");
    }
}
