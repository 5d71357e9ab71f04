//! Feeds saved as files: RSS 0.9, 0.91, 1.0 and 2.0, Atom 0.3 and 1.0. JSON Feed is read as JSON.
//!
//! Real feeds are often not well-formed: bare `&`, HTML without CDATA, prefixes that nobody declared, PHP warnings before
//! the declaration, a second declaration, a missing end. An XML parser refuses them whole, so feeds are cut into
//! their items by the tags alone, in one pass, and an item that is damaged costs only itself.

mod item;

pub(super) use item::FeedItem;

use super::{
    super::{
        encoding,
        limits::{Damage, io_reason, too_long},
    },
    Format, Hints, Piece, Place, ReadEvent, RefusalKind, Sink, Sniff, SourceFormat, html,
    markup::ElementCutter,
};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Feed;

/// Root elements of feeds.
const ROOTS: [&str; 6] = ["rss", "feed", "rdf:rdf", "atom:feed", "channel", "rdf"];

/// How far into a file the root element is looked for when something else comes first.
const ROOT_WITHIN: usize = 4096;

impl Format for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let begins = sniff.root().is_some_and(|root| ROOTS.contains(&root));
        begins || begins_late(&sniff.ascii)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let declared = html::declared_charset(&head);
        let encoding = match encoding::of_sample(&head, place.hints.charset.as_deref().or(declared.as_deref())) {
            Ok(encoding) => encoding,
            Err(reason) => return place.refuse(sink, reason),
        };
        let mut text = encoding::to_utf8(input, encoding);
        items(&mut text, encoding, place, sink)
    }
}

/// Whether a feed begins after something else, such as the warnings of a PHP script.
fn begins_late(ascii: &str) -> bool {
    let head = ascii.get(..ROOT_WITHIN).unwrap_or(ascii);
    let root = ["<rss ", "<rss>", "<feed ", "<rdf:rdf"].into_iter().find_map(|root| head.find(root));
    root.is_some_and(|at| {
        !head.get(..at).unwrap_or("").contains("<html") && (head.starts_with('<') || head.contains("<?xml"))
    })
}

/// Elements that are items.
const ITEMS: [&str; 4] = ["item", "entry", "atom:entry", "rss:item"];

/// Sends the items of a feed, which is UTF-8 by now.
fn items(input: &mut dyn BufRead, encoding: &'static str, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut cutter = ElementCutter::new(&ITEMS);
    let mut hints: Option<Hints> = None;
    loop {
        match cutter.next(input) {
            Ok(Some(item)) if item.is_too_long => place.refuse_record(sink, item.number, too_long("item"))?,
            Ok(Some(item)) if item.is_cut_off => {
                place.refuse_record(sink, item.number, RefusalKind::CutOff.because("the feed ends in this item"))?;
            }
            Ok(Some(item)) => {
                let hints = hints.get_or_insert_with(|| channel_hints(&cutter.head, encoding, place)).clone();
                let origin = place.origin.record(item.number);
                sink(ReadEvent::Piece(Piece { origin, bytes: item.bytes, parser: &item::FeedItem, hints }))?;
            }
            Ok(None) if cutter.number == 0 => {
                return place.refuse(sink, RefusalKind::NoRecords.because("a feed without items"));
            }
            Ok(None) => return ControlFlow::Continue(()),
            Err(e) => {
                place.refuse(sink, io_reason(&e))?;
                if !Damage::can_go_on(&e) {
                    return ControlFlow::Continue(());
                }
            }
        }
    }
}

/// What the channel says about all its items.
fn channel_hints(head: &[u8], encoding: &'static str, place: &Place<'_>) -> Hints {
    let channel = item::Channel::of(&String::from_utf8_lossy(head));
    Hints {
        charset: None,
        outlet: channel.title,
        language: channel.language,
        converted_from: Some(SourceFormat { format: "feed", encoding }),
        ..place.hints.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    const RSS: &str = r#"<?xml version="1.0" encoding="koi8-r"?><rss version="2.0"><channel><title>Вестник</title>
        <item><title>Цены &amp; зерно</title><link>https://vestnik.example/1</link>
        <pubDate>Tue, 04 Mar 2025 10:11:12 +0300</pubDate><description>&lt;p&gt;Первый.&lt;/p&gt;&lt;p&gt;Второй.&lt;/p&gt;</description></item>
        <item><title>Только заголовок</title></item></channel></rss>"#;

    fn texts(xml: &str) -> Vec<String> {
        let records = parse_bytes("a.xml", xml.as_bytes()).into_iter();
        records.map(|r| r.map_or_else(|e| format!("! {}", e.reason), |r| r.text)).collect()
    }

    #[test]
    fn items_are_records() {
        let records = parse_bytes("a.xml", RSS.as_bytes());
        let first = records[0].as_ref().unwrap();
        assert_eq!((first.title.as_deref(), first.text.as_str()), (Some("Цены & зерно"), "Первый.\nВторой."));
        assert_eq!(first.outlet.as_deref(), Some("Вестник"));
        assert_eq!(first.url.as_deref(), Some("https://vestnik.example/1"));
        assert_eq!(first.date.as_deref(), Some("Tue, 04 Mar 2025 10:11:12 +0300"));
        assert_eq!((first.origin.display().as_str(), first.format, first.from_page), ("a.xml:1", "feed", true));
        assert_eq!(records[1].as_ref().unwrap().text, "Только заголовок");
    }

    #[test]
    fn half_a_feed_keeps_its_whole_items() {
        let cut = RSS.find("Только").unwrap();
        assert_eq!(texts(&RSS[..cut]), ["Первый.\nВторой.", "! the feed ends in this item"]);
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"ха\"><!ENTITY b \"&a;&a;&a;\">]><rss><channel><item><title>Раз &b;</title></item></channel></rss>";
        assert_eq!(texts(bomb), ["Раз &b;"]);
    }

    #[test]
    fn an_unclosed_item_ends_where_the_next_begins() {
        let feed = "<rss><channel><item><title>Раз<item><title>Два</title></item></channel></rss>";
        assert_eq!(texts(feed), ["Раз", "Два"]);
    }

    #[test]
    fn an_empty_feed_says_so() {
        assert_eq!(texts("<rss version=\"2.0\"><channel><title>В</title></channel></rss>"), ["! a feed without items"]);
    }
}
