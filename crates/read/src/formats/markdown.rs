//! Markdown, with or without front matter: title, date, outlet and author in a block between `---` or `+++` lines.

use super::{FieldMap, Format, Piece, Place, Reason, RecordParser, Records, Sink, Sniff};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let front = ["---", "+++"].into_iter().any(|fence| {
            let block = sniff.ascii.strip_prefix(fence).and_then(|rest| rest.strip_prefix(['\r', '\n']));
            block.is_some_and(|b| {
                b.contains(&format!("\n{fence}")) && b.lines().next().is_some_and(|l| l.contains([':', '=']))
            })
        });
        front || sniff.is_named(&["md", "markdown"])
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole(input, sink, &Self)
    }
}

impl RecordParser for Markdown {
    fn format(&self) -> &'static str {
        "markdown"
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        let text = decoded.text.replace("\r\n", "\n");
        let (front, body) = split_front(&text);
        let mut object = serde_json::Map::new();
        for line in front.lines() {
            let pair = line.split_once(':').or_else(|| line.split_once('='));
            let Some((name, value)) = pair.filter(|(name, _)| !name.starts_with([' ', '#', '-'])) else { continue };
            let value = value.trim().trim_matches(['"', '\'']);
            object.insert(name.trim().to_owned(), value.into());
        }
        let mut record = fields.record(&object);
        let (title, body) = plain(body);
        record.title = record.title.or(title);
        record.text = body;
        record.encoding = decoded.encoding;
        Ok(vec![Ok(record)])
    }
}

/// The block between the fences, and the text after it.
fn split_front(text: &str) -> (&str, &str) {
    for fence in ["---\n", "+++\n"] {
        if let Some(rest) = text.trim_start().strip_prefix(fence)
            && let Some((front, body)) = rest.split_once(&format!("\n{}", fence.trim_end()))
        {
            return (front, body.split_once('\n').map_or("", |(_, body)| body));
        }
    }
    match text.strip_prefix("---\n") {
        // The file is cut off in its front matter.
        Some(front) if front.lines().all(|line| line.contains(':') || line.starts_with([' ', '-'])) => (front, ""),
        _ => ("", text),
    }
}

/// The text without marks, a paragraph a line, and its first heading when it stands before everything else.
fn plain(markdown: &str) -> (Option<String>, String) {
    let (mut title, mut out) = (None, String::new());
    let mut images = 0u32;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if images == 0 => out.push_str(&text),
            Event::SoftBreak => out.push(' '),
            Event::End(TagEnd::Heading(_)) if title.is_none() && !out.trim().contains('\n') => {
                title = Some(out.trim().to_owned());
                out.clear();
            }
            Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock) => {
                end_line(&mut out);
            }
            _ => {}
        }
    }
    (title.filter(|t| !t.is_empty()), out.trim().to_owned())
}

fn end_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    #[test]
    fn front_matter_names_the_article() {
        let page = "---\ntitle: \"Цены на зерно\"\ndate: 2025-03-04\nsource: Вестник\ntags:\n  - зерно\n---\n\nПервый **абзац** со [ссылкой](http://example.org).\n\n- пункт\n";
        let records = parse_bytes("a.md", page.as_bytes());
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.title.as_deref(), Some("Цены на зерно"));
        assert_eq!(record.date.as_deref(), Some("2025-03-04"));
        assert_eq!(record.outlet.as_deref(), Some("Вестник"));
        assert_eq!(record.text, "Первый абзац со ссылкой.\nпункт");
        assert_eq!(record.format, "markdown");
    }

    #[test]
    fn the_first_heading_is_the_title() {
        let records = parse_bytes("a.md", "# Заголовок\n\nТекст\nв две строки.\n\n## Раздел\n\nЕщё.".as_bytes());
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.title.as_deref(), Some("Заголовок"));
        assert_eq!(record.text, "Текст в две строки.\nРаздел\nЕщё.");
    }
}
