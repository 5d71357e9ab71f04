//! HTML: saved pages. The main text without what surrounds it, and what the page says about itself.

mod body;
mod meta;

use super::{FieldMap, Format, Piece, Record, Sniff};
use dom_query::Document;

pub(super) struct Html;

/// How deep elements may nest before a page is taken apart by its tags alone: tree builders and everything that
/// walks their trees take the time, or the stack, of the nesting squared.
const MAX_NESTING: usize = 400;

/// The most tags of a page that a tree is built for.
const MAX_TAGS: usize = 200_000;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let begins = sniff.ascii.starts_with("<!doctype html") || sniff.has_root(&["html", "head", "body"]);
        let named = sniff.is_named(&["html", "htm", "xhtml", "shtml", "mhtml", "php", "asp", "aspx"]);
        begins
            || (sniff.ascii.starts_with('<') && sniff.ascii.contains("<html"))
            || (named && sniff.ascii.contains('<'))
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        let declared = meta::declared_charset(&piece.bytes);
        let decoded = piece.decode(declared.as_deref())?;
        let mut record = if is_monstrous(&decoded.text) {
            Record { text: body::strip_tags(&decoded.text), ..Record::default() }
        } else {
            page(&decoded.text, piece.hints.url.as_deref())
        };
        record.encoding = decoded.encoding;
        record.from_page = true;
        if record.text.trim().is_empty() {
            return Err("page without text".into());
        }
        Ok(vec![record])
    }
}

fn page(html: &str, address: Option<&str>) -> Record {
    let document = Document::from(html);
    let mut record = meta::read(&document, address);
    record.text = body::main_text(document, record.title.as_deref());
    record
}

pub(crate) use meta::declared_charset;

/// The text of a snippet that may be HTML, trimmed.
pub(super) fn plain(snippet: String) -> String {
    let text = plain_if_html(snippet);
    if text.contains('&') && !is_monstrous(&text) {
        return body::text_of(&Document::fragment(text).root());
    }
    text.trim().to_owned()
}

/// The text of a snippet of HTML, a paragraph a line; anything else as it is.
pub(crate) fn plain_if_html(text: String) -> String {
    const TAGS: [&str; 9] = ["<p>", "</p>", "<br", "<p ", "</a>", "</div>", "<img", "</b>", "</i>"];
    if !TAGS.iter().any(|tag| text.contains(tag)) {
        return text;
    }
    if is_monstrous(&text) { body::strip_tags(&text) } else { body::text_of(&Document::fragment(text.as_str()).root()) }
}

/// Whether a page nests so deep, or has so many tags, that no tree should be built.
fn is_monstrous(html: &str) -> bool {
    const VOID: [&str; 14] =
        ["br", "img", "meta", "link", "hr", "input", "p", "li", "td", "tr", "source", "wbr", "option", "area"];
    let (mut depth, mut deepest, mut tags) = (0usize, 0usize, 0usize);
    for tag in html.split('<').skip(1) {
        let closing = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        tags += 1;
        if closing {
            depth = depth.saturating_sub(1);
        } else if !VOID.iter().any(|void| is_tag(name, void)) && !self_closing(tag) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest > MAX_NESTING || tags > MAX_TAGS
}

fn self_closing(tag: &str) -> bool {
    tag.split_once('>').is_some_and(|(inside, _)| inside.ends_with('/'))
}

fn is_tag(tag: &str, name: &str) -> bool {
    let found = tag.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    found && tag.get(name.len()..).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
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
