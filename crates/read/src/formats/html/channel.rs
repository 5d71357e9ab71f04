//! A saved page of a Telegram channel (`t.me/s/NAME`): every post is an article.

use super::{Record, body::text_of};
use dom_query::{Document, NodeRef};
use rustc_hash::FxHashMap;

/// The posts with a text on a page of a channel; none on any other page.
pub(super) fn posts(document: &Document) -> Vec<Record> {
    let posts = document.select(".tgme_widget_message[data-post]");
    let mut posts: Vec<Record> = posts.nodes().iter().filter_map(post).collect();
    // Not every post repeats the name of its channel.
    let mut names = FxHashMap::default();
    for post in &posts {
        if let (Some(channel), Some(name)) = (post.url.as_deref().map(channel_of), &post.outlet) {
            names.entry(channel.to_owned()).or_insert_with(|| name.clone());
        }
    }
    let title = || {
        let title = document.select(".tgme_channel_info_header_title");
        title.nodes().first().map(text_of).filter(|name| !name.is_empty())
    };
    for post in posts.iter_mut().filter(|post| post.outlet.is_none()) {
        let channel = post.url.as_deref().map(channel_of).unwrap_or_default();
        post.outlet = names.get(channel).cloned().or_else(title).or_else(|| Some(format!("t.me/{channel}")));
    }
    posts
}

/// The name in the address of a post.
fn channel_of(url: &str) -> &str {
    url.strip_prefix(SITE).unwrap_or(url).split('/').next().unwrap_or_default()
}

/// What the addresses of posts begin with.
const SITE: &str = "https://t.me/";

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
        url: Some(format!("{SITE}{address}")),
        outlet: channel,
        from_page: true,
        ..Record::default()
    })
}
