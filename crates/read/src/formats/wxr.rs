//! WXR: the export of a WordPress site. One article a published post, however long the file is.
//!
//! Drafts, attachments, menus and pages of the site are no articles, and are left out like the pictures of a saved page.

use super::{
    FieldMap, Format, MAX_RECORD_BYTES, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Sink, Sniff,
    html, io_reason,
    limits::too_long,
    xml::{Step, walk},
};
use serde_json::{Map, Value};
use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

pub(super) struct Wxr;

/// Types of posts that are not articles. Sites define further types («news»); those are.
const NO_ARTICLES: [&str; 16] = [
    "attachment",
    "page",
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
    "wp_navigation",
    "feedback",
    "elementor_library",
    "acf-field-group",
];

/// Whether posts of this type are articles.
pub(super) fn is_article(kind: &str) -> bool {
    !NO_ARTICLES.contains(&kind)
}

/// Beginnings of shortcodes that plugins put pictures, columns and forms in the text with.
const SHORTCODES: [&str; 17] = [
    "caption",
    "gallery",
    "embed",
    "video",
    "audio",
    "playlist",
    "vc_",
    "et_pb_",
    "su_",
    "fusion_",
    "contact-form",
    "youtube",
    "wp_caption",
    "column",
    "row",
    "button",
    "ad",
];

/// The most bytes before the first post that are kept.
const MAX_HEAD: usize = 1 << 20;

impl Format for Wxr {
    fn name(&self) -> &'static str {
        "wordpress"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.has_root(&["rss"]) && sniff.ascii.contains("wordpress.org/export/")
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut items = Items { input, is_cdata: false };
        let (mut chunk, mut head) = (Vec::new(), Vec::new());
        let mut site = None;
        let mut sent = 0usize;
        for number in 1u64.. {
            let item = match items.next(&mut chunk, &mut head) {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(e) => return place.refuse(sink, io_reason(&e)),
            };
            let site = site.get_or_insert_with(|| Site::of(&head));
            match item {
                Item::Whole(bytes) => {
                    if let Some(post) = post(&bytes, site) {
                        sent += 1;
                        place.record(sink, number, post, &Self)?;
                    }
                }
                Item::TooLong => place.refuse_record(sink, number, too_long("post"))?,
                Item::CutOff => {
                    let reason = RefusalKind::CutOff.because("post that ends in the middle");
                    return place.refuse_record(sink, number, reason);
                }
            }
        }
        if sent == 0 {
            return place.refuse(sink, RefusalKind::NoRecords.because("WordPress export without published posts"));
        }
        ControlFlow::Continue(())
    }
}

impl RecordParser for Wxr {
    fn format(&self) -> &'static str {
        "wordpress"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let post: Map<String, Value> = serde_json::from_slice(&piece.bytes)
            .map_err(|e| RefusalKind::Damaged.because(format!("damaged WordPress post: {e}")))?;
        let value = |name: &str| post.get(name).and_then(Value::as_str).map(str::to_owned).filter(|v| !v.is_empty());
        Ok(vec![Ok(Record {
            title: value("title").map(html::plain),
            text: plain(&value("text").unwrap_or_default()),
            date: value("date"),
            url: value("url"),
            outlet: value("outlet"),
            author: value("author"),
            language: value("language"),
            from_page: true,
            encoding: "UTF-8",
            ..Record::default()
        })])
    }
}

/// The text of a post. Old editors wrote no paragraphs but blank lines.
fn plain(content: &str) -> String {
    let content = without_shortcodes(content);
    let is_html = ["<p>", "<p ", "<div", "<br", "<li"].iter().any(|tag| content.contains(tag));
    html::whole_text(&if is_html { content } else { content.replace('\n', "<br>") })
}

fn without_shortcodes(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let name = after.trim_start_matches('/');
        let is_code = SHORTCODES.iter().any(|code| name.starts_with(code));
        match after.split_once(']').filter(|(inside, _)| is_code && inside.len() < 2000) {
            Some((_, tail)) => rest = tail,
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What the head of the export says about the site.
#[derive(Default)]
struct Site {
    title: Option<String>,
    language: Option<String>,
}

impl Site {
    fn of(head: &[u8]) -> Self {
        let mut site = Self::default();
        let mut values = Values::default();
        let text = String::from_utf8_lossy(head).into_owned();
        // The head is not closed, which is no damage here.
        let _ = walk(text.as_bytes(), &mut |step| {
            values.take(&step);
            ControlFlow::Continue(())
        });
        site.title = values.get("title");
        site.language = values.get("language");
        site
    }
}

/// The values of elements that contain only text, by their names with prefixes.
#[derive(Default)]
struct Values {
    values: Map<String, Value>,
    open: String,
    text: String,
}

impl Values {
    fn take(&mut self, step: &Step<'_>) {
        match step {
            Step::Open(_, tag) => {
                tag.name().as_ref().clone_into(&mut self.open);
                self.text.clear();
            }
            Step::Text(text) => self.text.push_str(text),
            Step::Close(_) => {
                let name = std::mem::take(&mut self.open);
                if !name.is_empty() && !self.text.trim().is_empty() {
                    self.values.entry(name).or_insert_with(|| std::mem::take(&mut self.text).into());
                }
            }
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        self.values.get(name).and_then(Value::as_str).map(|value| value.trim().to_owned())
    }
}

/// What an item says as a post, if it is one that was published.
fn post(item: &[u8], site: &Site) -> Option<Vec<u8>> {
    let text = crate::encoding::decode(item, None).ok()?.text;
    let mut values = Values::default();
    let _ = walk(text.as_bytes(), &mut |step| {
        values.take(&step);
        ControlFlow::Continue(())
    });
    let is = |name: &str, wanted: &[&str]| values.get(name).is_none_or(|value| wanted.contains(&value.as_str()));
    let kind = values.get("wp:post_type").unwrap_or_default();
    if !is("wp:status", &["publish"]) || !is_article(&kind) {
        return None;
    }
    let content = values.get("content:encoded").or_else(|| values.get("description"))?;
    let date = values.get("wp:post_date").filter(|date| !date.starts_with("0000"));
    let gmt = values.get("wp:post_date_gmt").and_then(|date| format!("{}Z", date.replace(' ', "T")).parse().ok());
    let exact = date.as_deref().zip(gmt).and_then(|(date, gmt)| super::telegram::with_offset(date, gmt));
    let post = serde_json::json!({
        "title": values.get("title"),
        "text": content,
        "date": exact.or(date).or_else(|| values.get("pubDate")),
        "url": values.get("link"),
        "outlet": site.title,
        "author": values.get("dc:creator"),
        "language": site.language,
    });
    serde_json::to_vec(&post).ok()
}

/// An item of the export.
enum Item {
    Whole(Vec<u8>),
    TooLong,
    CutOff,
}

/// Cuts the items out of an export: tag by tag, but not within CDATA, where posts have their own tags.
struct Items<'a> {
    input: &'a mut dyn BufRead,
    is_cdata: bool,
}

impl Items<'_> {
    /// The next item; what comes before the first one is added to `head`.
    fn next(&mut self, chunk: &mut Vec<u8>, head: &mut Vec<u8>) -> io::Result<Option<Item>> {
        let mut item: Option<Vec<u8>> = None;
        let mut is_too_long = false;
        loop {
            let whole = self.tag(chunk)?;
            if chunk.is_empty() {
                return Ok(item.map(|_| Item::CutOff));
            }
            let is_begin =
                !self.is_cdata && (chunk.ends_with(b"<item>") || super::sniff::find(chunk, b"<item ").is_some());
            let is_end = !self.is_cdata && chunk.ends_with(b"</item>");
            if is_begin {
                is_too_long = false;
                item = Some(b"<item>".to_vec());
                continue;
            }
            match &mut item {
                None if head.len() + chunk.len() < MAX_HEAD => head.extend_from_slice(chunk),
                None => {}
                Some(bytes) if whole && bytes.len() + chunk.len() <= MAX_RECORD_BYTES => bytes.extend_from_slice(chunk),
                Some(_) => is_too_long = true,
            }
            if is_end && let Some(bytes) = item {
                return Ok(Some(if is_too_long { Item::TooLong } else { Item::Whole(bytes) }));
            }
        }
    }

    /// The bytes to the end of the next tag, or within CDATA to the next `>`; whether they are all there.
    fn tag(&mut self, chunk: &mut Vec<u8>) -> io::Result<bool> {
        chunk.clear();
        let mut whole = true;
        loop {
            let buffer = self.input.fill_buf()?;
            let (used, done) = match buffer.iter().position(|b| *b == b'>') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            whole &= chunk.len() + used <= MAX_RECORD_BYTES;
            if whole {
                chunk.extend_from_slice(buffer.get(..used).unwrap_or_default());
            }
            self.input.consume(used);
            if done {
                break;
            }
        }
        let begins = super::sniff::find(chunk, b"<![CDATA[").is_some();
        self.is_cdata = (self.is_cdata || begins) && !chunk.ends_with(b"]]>");
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    fn item(title: &str, status: &str, kind: &str, content: &str) -> String {
        format!(
            "<item><title>{title}</title><link>https://zarechny.example/{title}</link><pubDate>Sat, 25 Jul 2020 21:30:00 \
             +0000</pubDate><dc:creator><![CDATA[irina]]></dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>\
             <excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_date>2020-07-26 00:30:00</wp:post_date>\
             <wp:post_date_gmt>2020-07-25 21:30:00</wp:post_date_gmt><wp:status>{status}</wp:status>\
             <wp:post_type>{kind}</wp:post_type></item>\n"
        )
    }

    fn export(items: &[String]) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!-- generator --><rss version=\"2.0\" \
             xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Заречный вестник</title>\
             <language>ru-RU</language><item_count>1</item_count>\n{}</channel></rss>",
            items.concat()
        )
    }

    #[test]
    fn published_posts_are_articles() {
        let text = "[caption id=\"1\"]<img src=\"x\"> Башня[/caption]<!-- wp:paragraph --><p>Мост &laquo;Луч&raquo; [да] > 5.</p></item>";
        let items = [
            item("Мост", "publish", "post", text),
            item("Черновик", "draft", "post", "Нет"),
            item("Снимок", "inherit", "attachment", "Нет"),
            item("Контакты", "publish", "page", "Нет"),
            item("Снег", "publish", "news", "Раз.\n\nДва."),
        ];
        let records: Vec<_> = parse_bytes("a.xml", export(&items).as_bytes()).into_iter().map(Result::unwrap).collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].text, "Башня\nМост «Луч» [да] > 5.");
        assert_eq!(records[0].date.as_deref(), Some("2020-07-26T00:30:00+03:00"));
        assert_eq!(
            (records[0].outlet.as_deref(), records[0].author.as_deref()),
            (Some("Заречный вестник"), Some("irina"))
        );
        assert_eq!(records[0].url.as_deref(), Some("https://zarechny.example/Мост"));
        assert_eq!((records[1].text.as_str(), records[1].format), ("Раз.\nДва.", "wordpress"));
    }

    #[test]
    fn half_an_export_loses_only_the_post_that_is_cut() {
        let whole = export(&[item("Мост", "publish", "post", "Раз"), item("Снег", "publish", "post", "Два")]);
        let found = parse_bytes("a.xml", &whole.as_bytes()[..whole.find("Два").unwrap()]);
        assert_eq!(found[0].as_ref().unwrap().text, "Раз");
        assert_eq!(found[1].as_ref().unwrap_err().reason, "post that ends in the middle");
        assert_eq!(found.len(), 2);
    }
}
