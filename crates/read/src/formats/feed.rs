//! Feeds: RSS and Atom, saved as files. JSON Feed is read as JSON.

use super::{FieldMap, Format, Piece, Record, Sniff, html};
use feed_rs::model::Entry;

pub(super) struct Feed;

impl Format for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.has_root(&["rss", "feed", "rdf:rdf"])
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        let declared = html::declared_charset(&piece.bytes);
        let decoded = piece.decode(declared.as_deref())?;
        if decoded.text.contains("<!ENTITY") {
            return Err("XML that defines entities: not read".into());
        }
        let xml = without_declaration(&decoded.text);
        let parse = |xml: &str| feed_rs::parser::Builder::new().sanitize_content(false).build().parse(xml.as_bytes());
        let feed = parse(xml).or_else(|e| whole_part(xml).and_then(|part| parse(&part).ok()).ok_or(e));
        let feed = feed.map_err(|e| format!("not a whole feed: {e}"))?;
        let outlet = feed.title.map(|title| title.content.trim().to_owned()).filter(|title| !title.is_empty());
        let records = feed.entries.into_iter().zip(1u64..).map(|(entry, number)| Record {
            origin: piece.origin.record(number),
            outlet: outlet.clone(),
            language: feed.language.clone(),
            encoding: decoded.encoding,
            from_page: true,
            ..record(entry)
        });
        Ok(records.collect())
    }
}

fn record(entry: Entry) -> Record {
    let content = entry.content.and_then(|content| content.body);
    let summary = entry.summary.map(|summary| summary.content);
    let body = [content, summary].into_iter().flatten().map(html::plain).max_by_key(|text| text.chars().count());
    let title = entry.title.map(|title| html::plain(title.content)).filter(|title| !title.is_empty());
    let authors: Vec<String> =
        entry.authors.into_iter().filter_map(|author| author.name).filter(|name| !name.is_empty()).collect();
    let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    let text = body.filter(|text| !text.trim().is_empty()).or_else(|| title.clone()).unwrap_or_default();
    Record {
        title,
        text,
        date: entry.published.or(entry.updated).map(|date| date.to_rfc3339()),
        url: link.or_else(|| entry.links.first()).map(|link| link.href.clone()),
        author: (!authors.is_empty()).then(|| authors.join(", ")),
        ..Record::default()
    }
}

/// The beginning of a half-written feed up to its last whole entry, closed again.
fn whole_part(xml: &str) -> Option<String> {
    const ENDS: [(&str, &[&str]); 3] = [
        ("</item>", &["</channel></rss>", "</rdf:RDF>"]),
        ("</entry>", &["</feed>"]),
        ("</ITEM>", &["</CHANNEL></RSS>"]),
    ];
    let (end, closings) = ENDS.into_iter().find(|(end, _)| xml.contains(end))?;
    let (whole, _) = xml.rsplit_once(end)?;
    let closing = if xml.contains("<rdf:RDF") { closings.last() } else { closings.first() };
    Some(format!("{whole}{end}{}", closing?))
}

/// XML whose first line no longer speaks of an encoding: it is UTF-8 by now.
pub(super) fn without_declaration(xml: &str) -> &str {
    let trimmed = xml.trim_start();
    let declared = trimmed.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    declared.map_or(trimmed, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    const RSS: &str = r#"<?xml version="1.0" encoding="koi8-r"?><rss version="2.0"><channel><title>Вестник</title>
        <item><title>Цены &amp; зерно</title><link>https://vestnik.example/1</link>
        <pubDate>Tue, 04 Mar 2025 10:11:12 +0300</pubDate><description>&lt;p&gt;Первый.&lt;/p&gt;&lt;p&gt;Второй.&lt;/p&gt;</description></item>
        <item><title>Только заголовок</title></item></channel></rss>"#;

    #[test]
    fn items_are_records() {
        let records = parse_bytes("a.xml", RSS.as_bytes());
        let first = records[0].as_ref().unwrap();
        assert_eq!((first.title.as_deref(), first.text.as_str()), (Some("Цены & зерно"), "Первый.\nВторой."));
        assert_eq!(first.outlet.as_deref(), Some("Вестник"));
        assert_eq!(first.url.as_deref(), Some("https://vestnik.example/1"));
        assert!(first.date.as_deref().unwrap().starts_with("2025-03-04T07:11:12"));
        assert_eq!(first.origin.display(), "a.xml:1");
        assert_eq!(records[1].as_ref().unwrap().text, "Только заголовок");
    }

    #[test]
    fn half_a_feed_keeps_its_whole_items() {
        let cut = RSS.find("Только").unwrap();
        let records = parse_bytes("a.xml", &RSS.as_bytes()[..cut]);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].as_ref().unwrap().text, "Первый.\nВторой.");
    }

    #[test]
    fn entities_are_no_bomb() {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"ха\"><!ENTITY b \"&a;&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
        let records = parse_bytes("a.xml", bomb.as_bytes());
        assert!(records[0].as_ref().unwrap_err().reason.contains("defines entities"));
    }
}
