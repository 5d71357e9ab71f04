//! HTML: saved pages. The main text without what surrounds it, and what the page says about itself.

#[cfg(feature = "web-formats")]
mod body;
#[cfg(feature = "web-formats")]
mod bounds;
#[cfg(feature = "web-formats")]
mod channel;
#[cfg(feature = "web-formats")]
mod data;
#[cfg(feature = "web-formats")]
mod meta;
#[cfg(feature = "web-formats")]
mod page;
#[cfg(feature = "web-formats")]
mod saved;
#[cfg(feature = "web-formats")]
mod shown_date;
mod tags;

use super::{FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Sink, Sniff};
#[cfg(feature = "web-formats")]
use page::Page;
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Html;

/// Elements that pages, and cut-out pieces of pages, begin with.
const ROOTS: [&str; 20] = [
    "html", "head", "body", "meta", "title", "article", "main", "section", "div", "p", "h1", "h2", "h3", "span",
    "table", "center", "ul", "br", "b", "font",
];

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let begins = sniff.ascii.starts_with("<!doctype html") || sniff.has_root(&ROOTS);
        let named = sniff.is_named(&["html", "htm", "xhtml", "shtml", "php", "asp", "aspx"]);
        begins
            || (sniff.ascii.starts_with('<') && sniff.ascii.contains("<html"))
            || (named && sniff.ascii.contains('<'))
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole(input, sink, &Self)
    }
}

impl RecordParser for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    #[cfg(feature = "web-formats")]
    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let declared = declared_charset(&piece.bytes);
        let decoded = piece.decode(declared.as_deref())?;
        let encoding = decoded.encoding;
        match page::read(&decoded.text, piece.hints.url.as_deref()) {
            Page::Posts(posts) => {
                let number = |(post, number)| Record { origin: piece.origin.record(number), encoding, ..post };
                Ok(posts.into_iter().zip(1u64..).map(number).map(Ok).collect())
            }
            Page::Article(record) if record.text.trim().is_empty() => {
                Err(RefusalKind::NoText.because("page without text"))
            }
            Page::Article(record) => Ok(vec![Ok(Record { encoding, from_page: true, ..*record })]),
        }
    }

    #[cfg(not(feature = "web-formats"))]
    fn parse(&self, _: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        Err(super::not_built("HTML page"))
    }
}

#[cfg(feature = "web-formats")]
pub(super) use self::{body::text_of, bounds::allows_a_tree};
pub(crate) use tags::declared_charset;

/// All text of a piece of HTML, a paragraph a line.
#[cfg(feature = "web-formats")]
pub(super) fn whole_text(html: &str) -> String {
    if allows_a_tree(html) { text_of(&dom_query::Document::fragment(html).root()) } else { tags::strip_tags(html) }
}

/// All text of a piece of HTML, a paragraph a line.
#[cfg(not(feature = "web-formats"))]
pub(super) fn whole_text(html: &str) -> String {
    tags::strip_tags(html)
}

/// The text of a snippet that may be HTML, trimmed.
pub(crate) fn plain(snippet: String) -> String {
    let text = plain_if_html(snippet);
    if text.contains('&') { whole_text(&text) } else { text.trim().to_owned() }
}

/// The text of a snippet of HTML, a paragraph a line; anything else as it is.
pub(crate) fn plain_if_html(text: String) -> String {
    const TAGS: [&str; 18] = [
        "<p>",
        "</p>",
        "<br",
        "<p ",
        "</a>",
        "</div>",
        "<img",
        "</b>",
        "</i>",
        "</em>",
        "</strong>",
        "</span>",
        "<b>",
        "<i>",
        "<em>",
        "<strong>",
        "<a href",
        "<div>",
    ];
    if !TAGS.iter().any(|tag| text.contains(tag)) {
        return text;
    }
    whole_text(&text)
}

#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests {
    use super::super::parse_bytes;

    const PAGE: &str = r#"<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
        <title>Цены на зерно выросли — Вестник</title>
        <link rel="canonical" href="https://vestnik.example/2025/03/04/zerno">
        <meta property="og:site_name" content="Вестник"><meta name="author" content="А. Петров">
        <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Цены на зерно выросли",
         "datePublished": "2025-03-04T10:11:12+03:00"}]}</script><style>p {color: red}</style></head>
        <body><nav><a href="/">Главная</a> <a href="/a">Экономика</a></nav>
        <article><h1>Цены на зерно выросли</h1><time datetime="2020-01-01">вчера</time>
        <p>Первый абзац новости о ценах, в котором&nbsp;<b>достаточно</b> слов, чтобы быть абзацем, а не подписью.</p>
        <p>Второй абзац, тоже длинный, в нём говорится о том, что цены на зерно выросли во всех областях страны.</p>
        <p>Третий абзац заканчивает новость и называет тех, кто её сообщил, подробно и с новыми именами.</p></article>
        <aside><p>Читайте также: другая новость</p></aside><footer>© 2025 Вестник. Все права защищены</footer>
        </body></html>"#;

    #[test]
    fn a_page_is_read_with_what_it_says_about_itself() {
        let records = parse_bytes("a.html", PAGE.as_bytes());
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.title.as_deref(), Some("Цены на зерно выросли"));
        assert_eq!(record.date.as_deref(), Some("2025-03-04T10:11:12+03:00"));
        assert_eq!(record.url.as_deref(), Some("https://vestnik.example/2025/03/04/zerno"));
        assert_eq!(record.outlet.as_deref(), Some("Вестник"));
        assert_eq!(record.author.as_deref(), Some("А. Петров"));
        assert_eq!(record.language.as_deref(), Some("ru"));
        let lines: Vec<&str> = record.text.lines().collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("Первый абзац новости о ценах, в котором достаточно слов"));
    }

    #[test]
    fn the_declared_encoding_is_only_an_opinion() {
        let page = PAGE.replace("utf-8", "koi8-r");
        let bytes = crate::encoding::Charset::Windows1251.encode(&page.replace('\u{a9}', "(c)")).0;
        let records = parse_bytes("a.html", &bytes);
        assert_eq!(records[0].as_ref().unwrap().title.as_deref(), Some("Цены на зерно выросли"));
    }

    #[test]
    fn deep_nesting_costs_neither_stack_nor_time() {
        let deep = format!("<html><body>{}<p>Слова внутри.</p>", "<div>".repeat(100_000));
        let records = parse_bytes("a.html", deep.as_bytes());
        assert_eq!(records[0].as_ref().unwrap().text, "Слова внутри.");
    }
}
