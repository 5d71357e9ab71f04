//! `result.json`: the export of one chat, or of all of them.

use super::{
    super::{
        FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Risk, Sink, Sniff,
        io_reason,
        limits::{Damage, too_long},
    },
    lists::{Found, Lists},
    with_offset,
};
use serde_json::{Map, Value, json};
use std::{io::BufRead, ops::ControlFlow};

pub(in super::super) struct ResultJson;

/// How deep the messages of a chat are in an export of everything.
const MAX_DEPTH: usize = 6;

/// Kinds of chats.
const CHATS: [&str; 8] = [
    "public_channel",
    "private_channel",
    "public_supergroup",
    "private_supergroup",
    "private_group",
    "personal_chat",
    "saved_messages",
    "bot_chat",
];

impl Format for ResultJson {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let has = |name: &str| sniff.ascii.contains(name);
        let has_posts = || {
            let marks = ["\"date_unixtime\"", "\"text_entities\"", "\"from_id\"", "\"forwarded_from\""];
            marks.into_iter().any(has) || CHATS.iter().any(|kind| has(&format!("\"{kind}\"")))
        };
        let one_chat = has("\"messages\"") && has("\"type\"") && has_posts();
        let everything = has("here is the data you requested") && (has("\"personal_information\"") || has("\"chats\""));
        sniff.ascii.starts_with('{') && (one_chat || everything)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut lists = Lists::new(input, &["messages"], MAX_DEPTH);
        for number in 1u64.. {
            match lists.next() {
                Ok(Found::Element(bytes)) => {
                    let outlet = lists.around().find_map(|chat| chat.get("name")?.as_str());
                    match post(&bytes, outlet) {
                        Ok(Some(post)) => place.record(sink, number, post, &Self)?,
                        Ok(None) => {}
                        Err(reason) => place.refuse_record(sink, number, reason)?,
                    }
                }
                Ok(Found::TooLong) => place.refuse_record(sink, number, too_long("message"))?,
                Ok(Found::End) if number == 1 => {
                    return place.refuse(sink, RefusalKind::NoRecords.because("Telegram export without messages"));
                }
                Ok(Found::End) => break,
                Ok(Found::CutOff) => {
                    return place.refuse(sink, RefusalKind::CutOff.because("Telegram export that ends in the middle"));
                }
                Err(e) => {
                    place.refuse(sink, io_reason(&e))?;
                    if !Damage::can_go_on(&e) {
                        break;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

impl RecordParser for ResultJson {
    fn format(&self) -> &'static str {
        "telegram"
    }

    fn parser_name(&self) -> &'static str {
        "telegram json"
    }

    fn risk(&self) -> Risk {
        Risk::Markup
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let post: Map<String, Value> = serde_json::from_slice(&piece.bytes).map_err(|e| damaged(&e))?;
        let value = |name: &str| post.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(vec![Ok(Record {
            id: value("id"),
            text: value("text").unwrap_or_default(),
            date: value("date"),
            outlet: value("outlet"),
            author: value("author"),
            forwarded_from: value("forwarded_from"),
            encoding: "UTF-8",
            ..Record::default()
        })])
    }
}

fn damaged(e: &serde_json::Error) -> Reason {
    RefusalKind::Damaged.because(format!("damaged Telegram message: {e}"))
}

/// What a message says as a post, in few words of JSON; nothing for one without words.
fn post(bytes: &[u8], outlet: Option<&str>) -> Result<Option<Vec<u8>>, Reason> {
    let message: Map<String, Value> = serde_json::from_slice(bytes).map_err(|e| damaged(&e))?;
    let kind = message.get("type").and_then(Value::as_str).unwrap_or("message");
    let text = message.get("text").map(words).filter(|text| !text.trim().is_empty());
    let text = text.or_else(|| message.get("text_entities").map(words)).unwrap_or_default();
    if kind != "message" || text.trim().is_empty() {
        return Ok(None);
    }
    let value = |name: &str| message.get(name).and_then(Value::as_str);
    let post = json!({
        "id": message.get("id").map(Value::to_string),
        "text": text,
        "date": date(&message),
        "outlet": outlet.or_else(|| value("from")),
        "author": value("author"),
        "forwarded_from": value("forwarded_from"),
    });
    Ok(serde_json::to_vec(&post).ok())
}

/// A text and the pieces that it is made of: plain ones, and such with a meaning, such as a link.
fn words(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(pieces) => pieces.iter().map(words).collect(),
        Value::Object(piece) => piece.get("text").map(words).unwrap_or_default(),
        _ => String::new(),
    }
}

/// When it was posted: the time that its reader saw, with its distance from UTC where the export tells.
fn date(message: &Map<String, Value>) -> Option<String> {
    let local = message.get("date").and_then(Value::as_str);
    let seconds = message.get("date_unixtime").and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    });
    let utc = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match (local, utc) {
        (Some(local), Some(utc)) => with_offset(local, utc).or_else(|| Some(local.to_owned())),
        (Some(local), None) => Some(local.to_owned()),
        (None, utc) => utc.map(|utc| utc.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::parse_bytes;

    const CHANNEL: &str = r#"{"name": "Заречный Live", "type": "public_channel", "id": 100, "messages": [
        {"id": 1, "type": "service", "date": "2025-03-01T09:00:00", "action": "create_channel", "text": ""},
        {"id": 2, "type": "message", "date": "2025-03-02T10:15:00", "date_unixtime": "1740899700",
         "from": "Заречный Live", "from_id": "channel100",
         "text": [{"type": "bold", "text": "Мост."}, "\n\nОткрыт ", {"type": "text_link", "text": "тут", "href": "x"}]},
        {"id": 3, "type": "message", "date": "2025-03-03T11:00:00", "photo": "p.jpg", "text": ""},
        {"id": 4, "type": "message", "date": "2025-03-04T12:30:00", "forwarded_from": "Вестник", "text": "Снег."}]}"#;

    fn posts(json: &str) -> Vec<String> {
        let found = parse_bytes("result.json", json.as_bytes()).into_iter();
        found
            .map(|found| match found {
                Ok(r) => format!("{} {} {} {}", r.id.unwrap(), r.date.unwrap(), r.outlet.unwrap(), r.text),
                Err(refusal) => format!("{}: {}", refusal.path, refusal.reason),
            })
            .collect()
    }

    const POSTS: [&str; 2] =
        ["2 2025-03-02T10:15:00+03:00 Заречный Live Мост.\n\nОткрыт тут", "4 2025-03-04T12:30:00 Заречный Live Снег."];

    #[test]
    fn a_channel_gives_its_posts() {
        assert_eq!(posts(CHANNEL), POSTS);
        let forwarded = parse_bytes("result.json", CHANNEL.as_bytes()).remove(1).unwrap().forwarded_from;
        assert_eq!(forwarded.as_deref(), Some("Вестник"));
    }

    #[test]
    fn an_export_of_everything_gives_the_posts_of_each_chat() {
        let other = CHANNEL.replace("\"Заречный Live\", \"type\"", "\"Степной\", \"type\"");
        let everything = format!(
            "{{\"about\": \"Here is the data you requested.\", \"personal_information\": {{\"user_id\": 1}}, \
             \"chats\": {{\"about\": \"all\", \"list\": [{CHANNEL}, {other}]}}}}"
        );
        let found = posts(&everything);
        assert_eq!(found[..2], POSTS);
        assert_eq!(found[3], "4 2025-03-04T12:30:00 Степной Снег.");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn half_an_export_loses_only_the_message_that_is_cut() {
        let cut = CHANNEL.find("Снег").unwrap();
        assert_eq!(posts(&CHANNEL[..cut]), [POSTS[0], "result.json: Telegram export that ends in the middle"]);
    }
}
