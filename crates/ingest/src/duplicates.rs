//! What makes two articles duplicates: the same text of the same outlet, or the same address. The same text of another
//! outlet is a reprint, which is an article of its own.

use svodka_model::article::{Article, OutletOrigin, TitleOrigin};
use svodka_store::document::digest;

/// A shorter text («Подробности позже») proves nothing without its title.
const TELLING_CHARACTERS: usize = 200;

/// Parameters of addresses that say where a reader came from, not what is read.
const TRACKING: [&str; 10] =
    ["utm_", "fbclid", "yclid", "gclid", "ysclid", "from", "rss", "_openstat", "referrer", "share"];

/// What the same text has in common, white space aside, as far as its outlet is stated and not only known by the text.
pub(super) fn text_key(article: &Article) -> u64 {
    let mut words = String::with_capacity(article.text.len());
    for word in article.text.split_whitespace() {
        words.push_str(word);
        words.push(' ');
    }
    if article.title_from == TitleOrigin::Field && words.chars().count() < TELLING_CHARACTERS {
        words.push('\0');
        words.push_str(&article.title);
    }
    if let Some(outlet) = article.outlet.as_ref().filter(|outlet| outlet.from != OutletOrigin::Text) {
        words.push('\0');
        words.push_str(&outlet.name);
    }
    digest(words.as_bytes())
}

/// What the same address has in common; 0 for none, and for the front page of a site, which is no article's own.
pub(super) fn url_key(url: Option<&str>) -> u64 {
    url.and_then(canonical).map_or(0, |url| digest(url.as_bytes()).max(1))
}

/// An address without scheme, `www.`, fragment, tracking parameters and closing slash.
fn canonical(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("://")?;
    let rest = rest.split('#').next()?;
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let path = path.trim_end_matches('/');
    let mut kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !is_tracking(p)).collect();
    kept.sort_unstable();
    if path.is_empty() && kept.is_empty() {
        return None;
    }
    Some(format!("{host}/{path}?{}", kept.join("&")))
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or("");
    TRACKING.iter().any(|t| if t.ends_with('_') { name.starts_with(t) } else { name == *t })
}

#[cfg(test)]
mod tests {
    use super::{canonical, url_key};

    #[test]
    fn addresses_of_one_article() {
        let one = url_key(Some("https://vestnik.example/news/1"));
        for same in [
            "http://www.vestnik.example/news/1/",
            "https://VESTNIK.example/news/1?utm_source=x#top",
            "https://vestnik.example/news/1?fbclid=a&yclid=b",
        ] {
            assert_eq!(url_key(Some(same)), one, "{same}");
        }
        for other in ["https://vestnik.example/news/2", "https://vestnik.example/news/1?id=7"] {
            assert_ne!(url_key(Some(other)), one, "{other}");
        }
        assert_eq!(canonical("https://a.example/n?b=2&a=1"), canonical("https://a.example/n?a=1&b=2"));
    }

    #[test]
    fn a_front_page_is_no_article() {
        for none in [None, Some("https://vestnik.example/"), Some("https://vestnik.example"), Some("не адрес")] {
            assert_eq!(url_key(none), 0, "{none:?}");
        }
    }
}
