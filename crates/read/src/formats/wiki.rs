//! MediaWiki XML dumps: a page is an article, its markup taken away.

use super::{
    super::limits::{io_reason, read_line, too_long},
    FieldMap, Format, Item, MAX_RECORD_BYTES, Piece, Place, Record, Refusal, Sink, Sniff,
};
use quick_xml::{Reader, events::Event};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct MediaWiki;

impl Format for MediaWiki {
    fn name(&self) -> &'static str {
        "mediawiki"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.has_root(&["mediawiki"])
    }

    /// Dumps are written with `<page>` and `</page>` on lines of their own; a page is cut out line by line.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let (mut line, mut page, mut number) = (Vec::new(), None::<Vec<u8>>, 0);
        loop {
            match read_line(input, &mut line) {
                Ok(_) if line.is_empty() => return ControlFlow::Continue(()),
                Ok(long) => {
                    let trimmed = line.trim_ascii();
                    if trimmed == b"<page>" {
                        number += 1;
                        page = Some(Vec::new());
                    }
                    let Some(bytes) = &mut page else { continue };
                    if long || bytes.len() + line.len() > MAX_RECORD_BYTES {
                        page = None;
                        sink(Item::Refused(Refusal::new(&place.origin.record(number), too_long("page"))))?;
                        continue;
                    }
                    bytes.extend_from_slice(&line);
                    if trimmed == b"</page>" {
                        let bytes = page.take().unwrap_or_default();
                        let origin = place.origin.record(number);
                        sink(Item::Piece(Piece { origin, bytes, format: &Self, hints: place.hints.clone() }))?;
                    }
                }
                Err(e) => return place.refuse(sink, io_reason(&e)),
            }
        }
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        let decoded = piece.decode(None)?;
        let mut reader = Reader::from_str(&decoded.text);
        let mut record = Record { encoding: decoded.encoding, ..Record::default() };
        let (mut element, mut namespace) = (String::new(), String::new());
        loop {
            let piece = match reader.read_event() {
                Ok(Event::Start(start)) => {
                    start.name().as_ref().clone_into(&mut element);
                    continue;
                }
                Ok(Event::End(_)) => {
                    element.clear();
                    continue;
                }
                Ok(Event::Text(text)) => text.to_string(),
                Ok(Event::GeneralRef(name)) => letter(&name),
                Ok(Event::Eof) => break,
                Ok(_) => continue,
                Err(e) => return Err(format!("damaged page: {e}")),
            };
            match element.as_str() {
                "title" => record.title.get_or_insert_default().push_str(&piece),
                "timestamp" => record.date.get_or_insert_default().push_str(&piece),
                "ns" => namespace.push_str(&piece),
                "text" => record.text.push_str(&piece),
                _ => {}
            }
        }
        if !matches!(namespace.as_str(), "" | "0") {
            return Err("no article: a page about the wiki itself".into());
        }
        record.text = plain(&record.text);
        record.from_page = true;
        Ok(vec![record])
    }
}

/// The letter that an entity stands for.
fn letter(name: &str) -> String {
    match name {
        "lt" => "<".into(),
        "gt" => ">".into(),
        "amp" => "&".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        _ => {
            let number = name.strip_prefix("#x").map_or_else(
                || name.strip_prefix('#').and_then(|n| n.parse().ok()),
                |hex| u32::from_str_radix(hex, 16).ok(),
            );
            number.and_then(char::from_u32).map(String::from).unwrap_or_default()
        }
    }
}

/// Wiki text without templates, links, tags and quotes of emphasis.
fn plain(wiki: &str) -> String {
    let mut out = String::with_capacity(wiki.len());
    let (mut templates, mut rest) = (0usize, wiki);
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("{{") || rest.starts_with("{|") {
            templates += 1;
            2
        } else if templates > 0 && (rest.starts_with("}}") || rest.starts_with("|}")) {
            templates -= 1;
            2
        } else if templates > 0 {
            c.len_utf8()
        } else if let Some((link, _)) = rest.strip_prefix("[[").and_then(|r| r.split_once("]]")) {
            if !link.contains([':', '\n']) {
                out.push_str(link.rsplit('|').next().unwrap_or(link));
            }
            link.len() + 4
        } else if rest.starts_with("''") {
            rest.len() - rest.trim_start_matches('\'').len()
        } else if let Some((tag, _)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            tag.len() + 2
        } else {
            if c != '=' || !out.ends_with(['\n', '=']) {
                out.push(c);
            }
            c.len_utf8()
        };
        rest = rest.get(skip..).unwrap_or("");
    }
    let lines = out.lines().map(|line| line.trim().trim_matches('=').trim_start_matches(['*', '#', ':']).trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    #[test]
    fn pages_are_articles() {
        let dump = "<mediawiki>\n  <page>\n    <title>Выборы</title>\n    <ns>0</ns>\n    <revision>\n      <timestamp>2025-03-04T10:11:12Z</timestamp>\n      <text>{{дата|4 марта}}\n'''Выборы''' прошли в [[Москва|Москве]] &amp; области.&lt;ref&gt;x&lt;/ref&gt;\n== Итоги ==\n* Первый\n[[Категория:Новости]]</text>\n    </revision>\n  </page>\n</mediawiki>\n";
        let records = parse_bytes("a.xml", dump.as_bytes());
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.title.as_deref(), Some("Выборы"));
        assert_eq!(record.text, "Выборы прошли в Москве & области.x\nИтоги\nПервый");
        assert_eq!(record.date.as_deref(), Some("2025-03-04T10:11:12Z"));
    }
}
