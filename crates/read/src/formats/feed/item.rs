//! One item of a feed: its elements by name, whatever is around them.

use super::super::{
    FieldMap, Piece, Reason, Record, RecordParser, Records, html,
    markup::{Element, Elements},
};

pub(in super::super) struct FeedItem;

/// Elements with the text of an article. The longest text of an item is taken: most feeds have a lead beside it.
const TEXTS: [&str; 17] = [
    "yandex:full-text",
    "mailru:full-text",
    "rambler:full-text",
    "rambler:fulltext",
    "turbo:content",
    "content:encoded",
    "encoded",
    "full-text",
    "fulltext",
    "full_text",
    "content",
    "xhtml:body",
    "body",
    "description",
    "summary",
    "itunes:summary",
    "media:description",
];

/// Elements with the time of publication, the surest first; that of the last change comes last.
const DATES: [&str; 11] = [
    "pubdate",
    "published",
    "dc:date",
    "date",
    "dcterms:issued",
    "issued",
    "dcterms:created",
    "created",
    "updated",
    "dcterms:modified",
    "modified",
];

/// Elements that name the author.
const AUTHORS: [&str; 4] = ["author", "dc:creator", "itunes:author", "yandex:author"];

/// Further elements of an item that are looked at.
const OTHERS: [&str; 8] = ["title", "media:title", "link", "guid", "id", "feedburner:origlink", "source", "rdf:about"];

impl RecordParser for FeedItem {
    fn format(&self) -> &'static str {
        "feed"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        let item = Elements::of(&decoded.text, &|name| {
            [&TEXTS[..], &DATES, &AUTHORS, &OTHERS].iter().any(|names| names.contains(&name))
        });
        let title = item.first(&["title", "media:title"]).map(|e| html::plain(e.text())).filter(|t| !t.is_empty());
        // Some feeds escape their HTML twice.
        let texts = item.all(&TEXTS).map(|element| html::plain_if_html(html::plain(article_of(element))));
        let body = texts.filter(|text| !text.trim().is_empty()).max_by_key(|text| text.chars().count());
        Ok(vec![Ok(Record {
            text: body.or_else(|| title.clone()).unwrap_or_default(),
            title,
            date: item.first(&DATES).map(|element| element.text()).filter(|date| !date.is_empty()),
            url: item.address(),
            outlet: item.original_outlet().or_else(|| piece.hints.outlet.clone()),
            language: piece.hints.language.clone(),
            author: item.author(),
            from_page: true,
            encoding: decoded.encoding,
            ..Record::default()
        })])
    }
}

/// The text of an element; a Turbo page has its headline, menu and footer in it.
fn article_of(element: &Element<'_>) -> String {
    let text = element.text();
    if !text.contains("<header") {
        return text;
    }
    let article = ["header", "menu", "footer"].into_iter().fold(text.clone(), |text, name| without(&text, name));
    if html::plain(article.clone()).is_empty() { text } else { article }
}

/// HTML without the elements of one name.
fn without(html: &str, name: &str) -> String {
    let (opening, closing) = (format!("<{name}"), format!("</{name}>"));
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, element)) = rest.split_once(&opening) {
        let is_it = element.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace());
        match element.split_once(&closing).filter(|_| is_it) {
            Some((_, after)) => {
                out.push_str(before);
                rest = after;
            }
            None => {
                out.push_str(before);
                out.push_str(&opening);
                rest = element;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What the head of a feed says about the channel.
pub(super) struct Channel {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
}

impl Channel {
    pub(super) fn of(head: &str) -> Self {
        let elements = Elements::of(head, &|name| matches!(name, "title" | "language" | "dc:language" | "image"));
        let text = |names: &[&str]| elements.first(names).map(|e| html::plain(e.text())).filter(|t| !t.is_empty());
        let stated = || {
            let (_, rest) = head.split_once("xml:lang=")?;
            let quoted = rest.trim_start_matches(['"', '\'']);
            Some(quoted.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>())
        };
        Self { title: text(&["title"]), language: text(&["language", "dc:language"]).or_else(stated) }
    }
}

/// The elements of an item, read as a feed means them.
trait ItemElements {
    fn address(&self) -> Option<String>;
    fn original_outlet(&self) -> Option<String>;
    fn author(&self) -> Option<String>;
}

impl ItemElements for Elements<'_> {
    /// The item's page: what FeedBurner redirects to, the link, or an id that is an address.
    fn address(&self) -> Option<String> {
        let original = self.first(&["feedburner:origlink"]).map(Element::text);
        let links =
            || self.all(&["link"]).filter(|link| matches!(link.attribute("rel").as_deref(), None | Some("alternate")));
        let link =
            || links().find_map(|link| link.attribute("href").or_else(|| Some(link.text())).filter(|l| !l.is_empty()));
        let any = || self.all(&["link"]).find_map(|link| link.attribute("href"));
        let id = || self.first(&["guid", "id"]).map(Element::text);
        let address = |found: Option<String>| found.filter(|url| url.starts_with("http"));
        address(original).or_else(link).or_else(any).or_else(|| address(id()))
    }

    /// The newspaper that an aggregator took the item from.
    fn original_outlet(&self) -> Option<String> {
        let source = self.first(&["source"])?;
        let inner = Elements::of(source.content, &|name| name == "title");
        let name = inner.first(&["title"]).map_or_else(|| source.text(), |title| title.text());
        let name = html::plain(name);
        (!name.is_empty() && !name.contains(['<', '\n'])).then_some(name)
    }

    fn author(&self) -> Option<String> {
        let author = self.first(&AUTHORS)?;
        let inner = Elements::of(author.content, &|name| matches!(name, "name" | "atom:name"));
        let name = inner.first(&["name", "atom:name"]).map_or_else(|| author.text(), |name| name.text());
        let name = without_mail(&html::plain(name));
        (!name.is_empty()).then_some(name)
    }
}

/// «Иван Петров ivan@lenta.ru» and «ivan@lenta.ru (Иван Петров)» without the address.
fn without_mail(author: &str) -> String {
    if !author.contains('@') {
        return author.to_owned();
    }
    if let Some((_, inside)) = author.split_once('(')
        && let Some((name, _)) = inside.split_once(')')
        && !name.contains('@')
    {
        return name.trim().to_owned();
    }
    let is_name = |word: &&str| !word.contains('@');
    let words = author.split(|c: char| c.is_whitespace() || matches!(c, '—' | '–' | '<' | '>' | '«' | '»' | '"'));
    words.filter(is_name).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Channel, Element, Elements, ItemElements, without_mail};

    #[test]
    fn authors_are_named_without_their_address() {
        for (written, name) in [
            ("Иван Петров\u{a0}ivan@lenta.ru", "Иван Петров"),
            ("«ivan@lenta.ru»", ""),
            ("Редакция—red@vesti.ru", "Редакция"),
            ("red@vesti.ru (Редакция)", "Редакция"),
            ("Иван Петров", "Иван Петров"),
        ] {
            assert_eq!(without_mail(written), name, "{written}");
        }
    }

    #[test]
    fn elements_survive_bad_markup() {
        let item = Elements::of(
            "<title>Раз <5 & два</title><description><b>Текст<br>и ещё</description><link href='u&amp;v'/>",
            &|_| true,
        );
        let texts: Vec<String> = item.all(&["title", "description"]).map(Element::text).collect();
        assert_eq!(texts[..2], ["Раз <5 & два", "<b>Текст<br>и ещё"]);
        assert_eq!(item.address().as_deref(), Some("u&v"));
    }

    #[test]
    fn the_title_of_a_picture_is_not_the_channels() {
        let channel = Channel::of(
            "<rss><channel><image><title>Логотип</title></image><title>Вестник</title><language>ru</language>",
        );
        assert_eq!((channel.title.as_deref(), channel.language.as_deref()), (Some("Вестник"), Some("ru")));
    }
}
