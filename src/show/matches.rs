//! New articles that saved searches match: lines for people, JSON Lines, an Atom feed.

use super::{
    escape::terminal_line,
    terminal::{FAINT, MATCH, paint},
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use std::io::{self, Write};
use svodka_alerts::Match;

/// Writes a match as lines for people.
///
/// # Errors
/// The output's.
pub fn lines(out: &mut dyn Write, found: &Match) -> io::Result<()> {
    let day = found.date.as_deref().map(|date| date.get(..10).unwrap_or(date));
    let place = found.url.as_deref().unwrap_or(&found.path);
    let facts = [found.outlet.as_deref(), day, Some(found.id.as_str()), Some(place)];
    let facts: Vec<String> = facts.into_iter().flatten().map(terminal_line).collect();
    writeln!(out, "{}: {}", paint(MATCH, terminal_line(&found.search)), terminal_line(&found.title))?;
    writeln!(out, "    {}", paint(FAINT, facts.join(" · ")))
}

/// Writes a match as a line of JSON.
///
/// # Errors
/// The output's.
pub fn json_line(out: &mut dyn Write, found: &Match) -> io::Result<()> {
    serde_json::to_writer(&mut *out, found)?;
    writeln!(out)
}

/// Writes matches, the newest first, as an Atom feed (RFC 4287); `search` is the name of the search, if they are of one.
///
/// # Errors
/// The output's.
pub fn atom(out: &mut dyn Write, search: Option<&str>, matches: &[Match]) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.write_inner_content(|xml| {
        let of = search.map_or_else(String::new, |name| format!(":{}", encoded(name)));
        element(xml, "id", &format!("urn:svodka:searches{of}"))?;
        element(xml, "title", &search.map_or_else(|| "Svodka".to_owned(), |name| format!("Svodka: {name}")))?;
        element(xml, "updated", matches.first().map_or("1970-01-01T00:00:00Z", |newest| newest.found.as_str()))?;
        let author = xml.create_element("author");
        author.write_inner_content(|xml| element(xml, "name", "Svodka"))?;
        matches.iter().try_for_each(|found| entry(xml, found))
    })?;
    writeln!(xml.into_inner())
}

fn entry(xml: &mut Writer<&mut dyn Write>, found: &Match) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        element(xml, "id", &format!("urn:svodka:match:{}:{}", found.key, encoded(&found.search)))?;
        element(xml, "title", &found.title)?;
        element(xml, "updated", &found.found)?;
        if let Some(date) = found.date.as_deref().and_then(moment) {
            element(xml, "published", &date)?;
        }
        if let Some(outlet) = &found.outlet {
            xml.create_element("author").write_inner_content(|xml| element(xml, "name", outlet))?;
        }
        // Other schemes may do things when they are followed.
        if let Some(url) = found.url.as_ref().filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            xml.create_element("link").with_attribute(("href", clean(url).as_str())).write_empty()?;
        }
        xml.create_element("category").with_attribute(("term", clean(&found.search).as_str())).write_empty()?;
        for source in &found.cited {
            let category = xml.create_element("category").with_attribute(("term", clean(source).as_str()));
            category.with_attribute(("scheme", "urn:svodka:cited")).write_empty()?;
        }
        element(xml, "summary", &found.snippet)
    })?;
    Ok(())
}

fn element(xml: &mut Writer<&mut dyn Write>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// A date as Atom writes it: a day is its first moment; what states less has none.
fn moment(date: &str) -> Option<String> {
    match date.len() {
        10 => Some(format!("{date}T00:00:00Z")),
        _ => date.parse::<jiff::Timestamp>().ok().map(|moment| moment.to_string()),
    }
}

/// Text without the characters that XML must not have.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\t' | '\n'))
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

/// Text in an identifier.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::{Match, atom};

    #[test]
    fn a_feed_escapes_what_articles_say() {
        let found = Match {
            search: "Порты & <суда>".into(),
            number: 1,
            key: "00000000000000aa".into(),
            id: "1".into(),
            title: "</title><script>\u{1b}[31m".into(),
            outlet: Some("РБК".into()),
            date: Some("2025-03-04".into()),
            url: Some("javascript:alert(1)".into()),
            path: "a.txt".into(),
            cited: vec!["ТАСС".into()],
            snippet: "]]> & \u{ffff}".into(),
            found: "2025-03-05T10:00:00Z".into(),
        };
        let mut out = Vec::new();
        atom(&mut out, Some("Порты & <суда>"), &[found]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("&lt;/title&gt;&lt;script&gt;[31m</title>"), "{text}");
        assert!(text.contains("<published>2025-03-04T00:00:00Z</published>"), "{text}");
        assert!(!text.contains("javascript") && !text.contains('\u{1b}') && !text.contains('\u{ffff}'), "{text}");
        let mut reader = quick_xml::Reader::from_str(&text);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }
}
