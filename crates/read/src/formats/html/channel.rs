//! A saved page of a Telegram channel (`t.me/s/NAME`): every post is an article.

use super::{Record, body::text_of};
use dom_query::{Document, NodeRef};

/// The posts with a text on a page of a channel; none on any other page.
pub(super) fn posts(document: &Document) -> Vec<Record> {
    let posts = document.select(".tgme_widget_message[data-post]");
    posts.nodes().iter().filter_map(post).collect()
}

fn post(post: &NodeRef<'_>) -> Option<Record> {
    let address = post.attr("data-post")?;
    let inside = |class: &str| post.descendants_it().find(|node| node.has_class(class));
    let text = text_of(&inside("tgme_widget_message_text")?);
    let time = post.descendants_it().find(|node| node.has_attr("datetime"));
    let channel = inside("tgme_widget_message_author").or_else(|| inside("tgme_widget_message_owner_name"));
    let channel = channel.map(|node| text_of(&node)).filter(|name| !name.is_empty());
    Some(Record {
        text: Some(text).filter(|text| !text.is_empty())?,
        date: time.and_then(|node| node.attr("datetime")).map(|time| time.to_string()),
        url: Some(format!("https://t.me/{address}")),
        outlet: channel.or_else(|| Some(format!("t.me/{}", address.split('/').next()?))),
        from_page: true,
        ..Record::default()
    })
}
