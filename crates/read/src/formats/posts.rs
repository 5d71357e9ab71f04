//! Posts of social networks and of WordPress sites, as programs that collect them write them: an object a post.
//!
//! Their fields have names that mean something else elsewhere (`message`, `owner_id`), so each kind is recognised by
//! more than one of them.

use super::{Record, html, telegram::with_offset, wxr};
use serde_json::{Map, Value};

/// What recognises and understands one kind of object.
type Kind = fn(&Map<String, Value>) -> Option<Record>;

/// In this order; the first that recognises an object understands it.
const KINDS: [Kind; 5] = [telethon, pyrogram, snscrape, vk, wordpress];

/// The post that an object is, if it is one of a known kind. One without words has an empty text.
pub(crate) fn record(object: &Map<String, Value>) -> Option<Record> {
    KINDS.into_iter().find_map(|kind| kind(object))
}

/// Telethon: `{"_": "Message", "id": 2, "peer_id": {…}, "message": "…"}`.
fn telethon(object: &Map<String, Value>) -> Option<Record> {
    let kind = text(object, "_")?;
    (kind.starts_with("Message") && (object.contains_key("message") || object.contains_key("peer_id"))).then_some(())?;
    let channel = ["chat", "channel", "peer", "sender"].into_iter().find_map(|name| channel(object.get(name)?));
    Some(Record {
        id: id(object),
        text: text(object, "message").unwrap_or_default(),
        date: date(object),
        outlet: channel,
        author: text(object, "post_author"),
        forwarded_from: object.get("fwd_from").and_then(Value::as_object).and_then(|from| text(from, "from_name")),
        ..Record::default()
    })
}

/// Pyrogram: `{"_": "Message", "id": 2, "chat": {"title": "…"}, "text": "…"}`; words under a picture are its caption.
fn pyrogram(object: &Map<String, Value>) -> Option<Record> {
    (text(object, "_")? == "Message" && object.contains_key("chat")).then_some(())?;
    Some(Record {
        id: id(object),
        text: text(object, "text").or_else(|| text(object, "caption")).unwrap_or_default(),
        date: date(object),
        outlet: object.get("chat").and_then(channel),
        author: text(object, "author_signature"),
        forwarded_from: object
            .get("forward_from_chat")
            .and_then(channel)
            .or_else(|| text(object, "forward_sender_name")),
        ..Record::default()
    })
}

/// snscrape: `{"_type": "snscrape.modules.telegram.TelegramPost", "url": "…", "content": "…"}`.
fn snscrape(object: &Map<String, Value>) -> Option<Record> {
    text(object, "_type")?.starts_with("snscrape.").then_some(())?;
    let url = text(object, "url");
    let of_address = || {
        let (_, path) = url.as_deref()?.split_once("://t.me/")?;
        let handle = path.strip_prefix("s/").unwrap_or(path).split('/').next()?;
        Some(format!("t.me/{handle}"))
    };
    let named = ["channel", "user", "owner"].into_iter().find_map(|name| channel(object.get(name)?));
    Some(Record {
        id: id(object),
        text: ["content", "rawContent", "renderedContent", "text"]
            .into_iter()
            .find_map(|name| text(object, name))
            .unwrap_or_default(),
        date: date(object),
        outlet: named.or_else(of_address),
        url,
        ..Record::default()
    })
}

/// VK: `{"id": 2, "owner_id": -100, "from_id": -100, "date": 1740899700, "text": "…"}`. A repost without words of its
/// own has those of the post that it repeats.
fn vk(object: &Map<String, Value>) -> Option<Record> {
    let owner = object.get("owner_id")?.as_i64()?;
    (object.contains_key("from_id") && object.get("date")?.is_i64() && object.contains_key("text")).then_some(())?;
    let number = object.get("id").and_then(Value::as_i64);
    let repeated = || {
        let history = object.get("copy_history")?.as_array()?;
        history.iter().find_map(|post| text(post.as_object()?, "text"))
    };
    Some(Record {
        id: id(object),
        text: text(object, "text").or_else(repeated).unwrap_or_default(),
        date: date(object),
        outlet: ["group_name", "owner_name", "group", "owner"].into_iter().find_map(|name| channel(object.get(name)?)),
        url: number.map(|number| format!("https://vk.com/wall{owner}_{number}")),
        ..Record::default()
    })
}

/// WordPress REST: `{"id": 11, "date": "…", "title": {"rendered": "…"}, "content": {"rendered": "…"}}`. What is not
/// published, or is no article, has no text here.
fn wordpress(object: &Map<String, Value>) -> Option<Record> {
    let rendered = |name: &str| Some(object.get(name)?.get("rendered")?.as_str()?.to_owned());
    let (title, content) = (rendered("title")?, rendered("content")?);
    let is_published = text(object, "status").is_none_or(|status| status == "publish");
    let is_article = text(object, "type").is_none_or(|kind| wxr::is_article(&kind));
    let local = date(object);
    let utc = text(object, "date_gmt").and_then(|utc| format!("{utc}Z").parse().ok());
    let about = object.get("yoast_head_json").and_then(Value::as_object);
    let (title, content) = (html::plain(title), html::whole_text(&content));
    Some(Record {
        id: id(object),
        title: Some(title).filter(|title| !title.is_empty()),
        text: if is_published && is_article { content } else { String::new() },
        date: local.as_deref().zip(utc).and_then(|(local, utc)| with_offset(local, utc)).or(local),
        outlet: about.and_then(|about| text(about, "og_site_name")),
        author: about.and_then(|about| text(about, "author")),
        url: text(object, "link"),
        language: text(object, "lang"),
        from_page: true,
        ..Record::default()
    })
}

/// A text that is not blank.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn id(object: &Map<String, Value>) -> Option<String> {
    match object.get("id")? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn date(object: &Map<String, Value>) -> Option<String> {
    match object.get("date")? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The name of a channel: its title, else its handle.
fn channel(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()).filter(|name| !name.trim().is_empty()),
        Value::Object(object) => {
            let title = ["title", "displayname", "name"].into_iter().find_map(|name| text(object, name));
            title.or_else(|| text(object, "username").map(|handle| format!("t.me/{handle}")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;
    use svodka_model::record::Record;

    fn posts(json: &str) -> Vec<Record> {
        let name = if json.starts_with('[') { "a.json" } else { "a.jsonl" };
        parse_bytes(name, json.as_bytes()).into_iter().flatten().collect()
    }

    #[test]
    fn telegram() {
        let telethon = r#"{"_": "Message", "id": 2, "peer_id": {"_": "PeerChannel", "channel_id": 100}, "date": "2025-03-02T07:15:00+00:00", "message": "В Заречном открыли мост."}
{"_": "MessageService", "id": 3, "peer_id": {"channel_id": 100}, "date": "2025-03-03T07:15:00+00:00", "action": {}}
{"_": "Message", "id": 4, "chat": {"_": "Chat", "title": "Степной"}, "date": "2025-03-04 07:15:00", "caption": "Снег."}"#;
        let found = posts(telethon);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].id.as_deref(), found[0].text.as_str()), (Some("2"), "В Заречном открыли мост."));
        assert_eq!(found[0].date.as_deref(), Some("2025-03-02T07:15:00+00:00"));
        assert_eq!((found[1].outlet.as_deref(), found[1].text.as_str()), (Some("Степной"), "Снег."));
        let snscrape = r#"{"_type": "snscrape.modules.telegram.TelegramPost", "url": "https://t.me/s/zarechny_live/2", "date": "2025-03-02T07:15:00+00:00", "content": "Мост."}"#;
        assert_eq!(posts(snscrape)[0].outlet.as_deref(), Some("t.me/zarechny_live"));
    }

    #[test]
    fn wordpress() {
        let post = r#"{"id": 11, "date": "2020-07-26T00:30:00", "date_gmt": "2020-07-25T21:30:00", "status": "publish", "type": "post", "link": "https://zarechny.example/tower/", "title": {"rendered": "Башню в&nbsp;Ольховке"}, "content": {"rendered": "<p>Жители &laquo;Луча&raquo;.</p>\n<p>Два.</p>\n"}}"#;
        let draft = post.replace("publish", "draft");
        let found = posts(&format!("[{post}, {draft}]"));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].title.as_deref(), found[0].text.as_str()),
            (Some("Башню в Ольховке"), "Жители «Луча».\nДва.")
        );
        assert_eq!(found[0].date.as_deref(), Some("2020-07-26T00:30:00+03:00"));
        assert_eq!(found[0].url.as_deref(), Some("https://zarechny.example/tower/"));
    }

    #[test]
    fn vk() {
        let json = r#"{"id": 2, "from_id": -100, "owner_id": -100, "date": 1740899700, "post_type": "post", "text": "Мост."}
{"id": 3, "from_id": -100, "owner_id": -100, "date": 1740988800, "text": "", "copy_history": [{"id": 7, "text": "Снег."}]}"#;
        let found = posts(json);
        assert_eq!((found[0].url.as_deref(), found[0].text.as_str()), (Some("https://vk.com/wall-100_2"), "Мост."));
        assert_eq!((found[1].date.as_deref(), found[1].text.as_str()), (Some("1740988800"), "Снег."));
    }
}
