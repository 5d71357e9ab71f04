//! `messages.html`, `messages2.html`…: a chat as pages to look at.

use super::super::{
    FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, Refusal, RefusalKind, Sink, Sniff, html,
};
use dom_query::{Document, NodeRef};
use std::{io::BufRead, ops::ControlFlow};

pub(in super::super) struct MessagesHtml;

impl Format for MessagesHtml {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let has = |part: &str| sniff.ascii.contains(part);
        let chat = has("page_body chat_page") && has("class=\"history\"");
        sniff.ascii.starts_with('<') && (chat || has("<title>exported data</title>"))
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole(input, sink, &Self)
    }
}

impl RecordParser for MessagesHtml {
    fn format(&self) -> &'static str {
        "telegram"
    }

    fn parser_name(&self) -> &'static str {
        "telegram html"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(Some("utf-8"))?;
        if !html::allows_a_tree(&decoded.text) {
            return Err(RefusalKind::TooDeep.because("Telegram export with more tags than any chat: not read"));
        }
        let document = Document::from(decoded.text.as_str());
        let outlet = text(&document.root(), ".page_header .text");
        let messages = document.select(".message.default");
        let mut records: Records = messages
            .nodes()
            .iter()
            .filter_map(|node| post(node))
            .map(|post| {
                Ok(Record { outlet: outlet.clone().or(post.outlet), encoding: decoded.encoding, ..post.record })
            })
            .collect();
        if !decoded.text.contains("</html>") {
            // The last message is not known to be whole.
            records.pop();
            let reason = RefusalKind::CutOff.because("Telegram export that ends in the middle");
            records.push(Err(Refusal::new(&piece.origin, reason)));
        }
        for (record, number) in records.iter_mut().flatten().zip(1u64..) {
            record.origin = piece.origin.record(number);
        }
        if records.is_empty() {
            return Err(RefusalKind::NoRecords.because("Telegram export without messages"));
        }
        Ok(records)
    }
}

struct Post {
    record: Record,
    /// Who wrote it, as far as this message says.
    outlet: Option<String>,
}

/// A message with words as a post.
fn post(message: &NodeRef<'_>) -> Option<Post> {
    let selection = dom_query::Selection::from(*message);
    let texts = selection.select(".text");
    let words = texts.nodes().iter().map(html::text_of).find(|text| !text.is_empty())?;
    let date = selection.select(".date[title]").nodes().first().and_then(|node| node.attr("title"));
    let record = Record {
        id: message.attr("id").and_then(|id| id.strip_prefix("message").map(str::to_owned)),
        text: words,
        date: date.map(|date| date_of(&date)),
        author: text(message, ".signature"),
        forwarded_from: forwarded_from(message),
        ..Record::default()
    };
    Some(Post { record, outlet: text(message, ".body > .from_name") })
}

/// The name above a forwarded message, without the time that follows it.
fn forwarded_from(message: &NodeRef<'_>) -> Option<String> {
    let selection = dom_query::Selection::from(*message);
    let names = selection.select(".forwarded .from_name");
    let name = names.nodes().first()?.first_child().filter(|node| node.is_text())?.text();
    Some(name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty())
}

fn text(within: &NodeRef<'_>, selector: &str) -> Option<String> {
    let selection = dom_query::Selection::from(*within);
    let found = selection.select(selector);
    found.nodes().first().map(html::text_of).filter(|text| !text.is_empty())
}

/// `02.03.2025 10:15:00 UTC+03:00` as RFC 3339; anything else as it is.
fn date_of(title: &str) -> String {
    let mut parts = title.split_whitespace();
    let (date, time, zone) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let numbers: Vec<&str> = date.split('.').collect();
    match (numbers.as_slice(), time.len()) {
        ([day, month, year], 8) if year.len() == 4 => {
            format!("{year}-{month}-{day}T{time}{}", zone.strip_prefix("UTC").unwrap_or(""))
        }
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::parse_bytes;

    const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head><body>
        <div class="page_wrap"><div class="page_header"><div class="content"><div class="text bold">
        Заречный Live</div></div></div><div class="page_body chat_page"><div class="history">
        <div class="message service" id="message-1"><div class="body details">2 March 2025</div></div>
        <div class="message default clearfix" id="message2"><div class="body"><div class="pull_right date details"
        title="02.03.2025 10:15:00 UTC+03:00">10:15</div><div class="from_name">Заречный Live</div><div class="text">
        <strong>Мост.</strong><br><br>Открыт &laquo;сегодня&raquo;.</div></div></div>
        <div class="message default clearfix joined" id="message3"><div class="body"><div class="pull_right date details"
        title="03.03.2025 11:00:00 UTC+03:00">11:00</div><div class="media_wrap"><a class="photo_wrap">x</a></div></div></div>
        <div class="message default clearfix joined" id="message4"><div class="body"><div class="pull_right date details"
        title="04.03.2025 12:30:00 UTC+03:00">12:30</div><div class="forwarded body"><div class="from_name">
        Вестник<span class="date details" title="04.03.2025 11:00:00 UTC+03:00"> 11:00</span></div><div class="text">
        Снег.</div></div></div></div></div></div></div></body></html>"#;

    #[test]
    fn posts_are_articles() {
        let records: Vec<_> = parse_bytes("messages.html", PAGE.as_bytes()).into_iter().map(Result::unwrap).collect();
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].id.as_deref(), records[0].text.as_str()), (Some("2"), "Мост.\nОткрыт «сегодня»."));
        assert_eq!(records[0].date.as_deref(), Some("2025-03-02T10:15:00+03:00"));
        assert_eq!(records[1].outlet.as_deref(), Some("Заречный Live"));
        assert_eq!(records[1].forwarded_from.as_deref(), Some("Вестник"));
        assert_eq!((records[1].id.as_deref(), records[1].text.as_str()), (Some("4"), "Снег."));
        assert_eq!(records[1].date.as_deref(), Some("2025-03-04T12:30:00+03:00"));
    }

    #[test]
    fn half_a_page_loses_the_message_that_is_cut() {
        let found = parse_bytes(
            "messages.html",
            &PAGE.as_bytes()[..PAGE.find("</div></div></div></div></div></div></div>").unwrap()],
        );
        assert_eq!(found[0].as_ref().unwrap().id.as_deref(), Some("2"));
        assert!(found[1].as_ref().unwrap_err().reason.contains("ends in the middle"));
    }
}
