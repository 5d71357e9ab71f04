//! An article as a reference to paste into a text: outlet, date, title, address, and the clauses that cite.

use super::{escape::plain_line, sources::AskedSources, spreadsheet::Moment};
use svodka_model::article::Article;

/// The reference of an article: a line on the article, and an indented line for each citation shown. It ends with a line
/// break.
///
/// ```text
/// РБК, 04.03.2020. «Заголовок». https://www.rbc.ru/society/04/03/2020/…
///   ВЦИОМ: «Как следует из опроса ВЦИОМ, …»
/// ```
#[must_use]
pub fn reference(article: &Article, asked: &AskedSources) -> String {
    let outlet = article.outlet.as_ref().map(|outlet| plain_line(&outlet.name));
    let date = article.date.as_ref().map(|date| Moment::of(&date.value).day_in_russian());
    let published: Vec<String> = outlet.into_iter().chain(date).collect();
    let mut out = published.join(", ");
    if !out.is_empty() {
        out.push_str(". ");
    }
    let address = article.url.as_deref().unwrap_or(&article.path);
    out.push_str(&format!("{}. {}\n", quoted(&article.title), plain_line(address)));
    for citation in asked.citations(article) {
        let via = citation.via.as_deref().filter(|via| article.outlet.as_ref().is_none_or(|o| o.name != *via));
        let via = via.map_or_else(String::new, |via| format!(" (через {})", plain_line(via)));
        let clause = quoted(article.slice(citation.evidence));
        out.push_str(&format!("  {}{via}: {clause}\n", plain_line(&citation.name)));
    }
    out
}

/// Text on one line in quotation marks; those that the whole of it stands in already are not doubled.
fn quoted(text: &str) -> String {
    let line = plain_line(text);
    let inner = line.strip_prefix('«').and_then(|rest| rest.strip_suffix('»'));
    match inner.filter(|inner| !inner.contains(['«', '»'])) {
        Some(_) => line,
        None => format!("«{line}»"),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotation_marks_are_not_doubled() {
        assert_eq!(quoted("Порт\n открыт"), "«Порт открыт»");
        assert_eq!(quoted("«Порт открыт»"), "«Порт открыт»");
        assert_eq!(quoted("«Порт» и «Мост»"), "««Порт» и «Мост»»");
    }
}
