//! What programs that save pages leave in them: the address they fetched, and bars of their own.

/// Elements that the Wayback Machine adds to a page.
pub(super) const ADDED: &str = "#wm-ipp-base, #wm-ipp, #wm-ipp-print, #donato, #__wb_record_overlay_div";

/// The address that a page was saved from, by the comment of a browser, SingleFile or HTTrack.
pub(super) fn address(html: &str) -> Option<String> {
    by_browser(html).or_else(|| by_single_file(html)).or_else(|| by_httrack(html))
}

/// `<!-- saved from url=(0038)https://… -->`
fn by_browser(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<!-- saved from url=(")?;
    let (_, rest) = rest.split_once(')')?;
    web_address(rest)
}

/// `<!-- Page saved with SingleFile … url: https://… saved date: … -->`
fn by_single_file(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("Page saved with SingleFile")?;
    let (comment, _) = rest.split_once("-->")?;
    let (_, rest) = comment.split_once("url:")?;
    web_address(rest.trim_start())
}

/// `<!-- Mirrored from lenta.ru/news/… by HTTrack Website Copier/3.x … -->`
fn by_httrack(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<!-- Mirrored from ")?;
    let (address, _) = rest.split_once(" by HTTrack")?;
    web_address(&format!("https://{}", address.trim()))
}

fn web_address(text: &str) -> Option<String> {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(text.len());
    let address = text.get(..end)?;
    let is_address = address.starts_with("http") && address.len() < 4096 && address.contains('.');
    is_address.then(|| original(address).to_owned())
}

/// Where web archives keep their copies.
const ARCHIVES: [&str; 14] = [
    "web.archive.org/web/",
    "archive.org/web/",
    "web-arhive.ru/view?time=",
    "archive-it.org/all/",
    "arquivo.pt/wayback/",
    "webarchive.loc.gov/all/",
    "archive.today/",
    "archive.ph/",
    "archive.is/",
    "archive.li/",
    "archive.md/",
    "archive.vn/",
    "archive.fo/",
    "perma-archives.org/warc/",
];

/// The address of the page itself in the address of its copy in a web archive
/// (`https://web.archive.org/web/20200726100000/http://…`); any other address as it is.
pub(super) fn original(address: &str) -> &str {
    let inside = ARCHIVES
        .into_iter()
        .find_map(|archive| address.split_once(archive))
        .and_then(|(_, rest)| rest.split_once('/'))
        .filter(|(stamp, _)| stamp.starts_with(|c: char| c.is_ascii_digit()))
        .map(|(_, inside)| inside);
    inside.filter(|inside| inside.starts_with("http")).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::{address, original};

    #[test]
    fn comments_of_programs() {
        for (html, from) in [
            ("<!DOCTYPE html>\n<!-- saved from url=(0038)https://lenta.ru/news/1/ -->", "https://lenta.ru/news/1/"),
            (
                "<html><!--\n Page saved with SingleFile \n url: https://lenta.ru/news/2/ \n saved date: x\n-->",
                "https://lenta.ru/news/2/",
            ),
            (
                "</body><!-- Mirrored from lenta.ru/news/3/ by HTTrack Website Copier/3.x [XR&CO] -->",
                "https://lenta.ru/news/3/",
            ),
        ] {
            assert_eq!(address(html).as_deref(), Some(from));
        }
        assert_eq!(address("<!-- saved from url=(0014)about:internet -->"), None);
    }

    #[test]
    fn copies_in_web_archives() {
        assert_eq!(original("https://web.archive.org/web/20231130100000/https://lenta.ru/a/"), "https://lenta.ru/a/");
        assert_eq!(original("http://web.archive.org/web/20200101000000id_/http://a.example/"), "http://a.example/");
        assert_eq!(original("https://archive.ph/20200507101500/https://a.example/1"), "https://a.example/1");
        assert_eq!(original("https://lenta.ru/web/1/"), "https://lenta.ru/web/1/");
    }
}
