//! The date that a page shows with its article, not with a teaser, a comment or in the footer.

use dom_query::{Document, NodeRef};

/// Longest text of an element that shows a date, in characters.
const LONGEST: usize = 60;

/// Nodes looked at for the text of one element.
const MOST_NODES: usize = 20;

/// Candidates looked at in one page.
const MOST_CANDIDATES: usize = 500;

/// Elements as far as this from the heading, in the order of the page, are near it.
const NEAR: usize = 40;

/// Words in the names of classes and ids of page parts that belong to other articles.
const ELSEWHERE: [&str; 18] = [
    "aside",
    "banner",
    "card",
    "comment",
    "copyright",
    "feed",
    "foot",
    "last",
    "list",
    "more",
    "nav",
    "popular",
    "read",
    "recommend",
    "related",
    "side",
    "teaser",
    "widget",
];

/// Words in the names of classes and ids of dates.
const DATE_WORDS: [&str; 6] = ["date", "time", "publish", "pubdate", "posted", "created"];

/// The date that the page shows, as it is written.
pub(super) fn find(document: &Document) -> Option<String> {
    let body = document.body()?;
    let nodes: Vec<NodeRef<'_>> = body.descendants_it().filter(NodeRef::is_element).collect();
    let heading = single_heading(&nodes);
    let article = heading.and_then(|at| nodes.get(at)).and_then(super::body::article_around).map(|node| node.id);
    let mut best: Option<(i32, String)> = None;
    let mut candidates = 0;
    for (at, node) in nodes.iter().enumerate() {
        let mark = Mark::of(node);
        let near = heading.is_some_and(|heading| heading.abs_diff(at) <= NEAR);
        if mark == Mark::None && !near {
            continue;
        }
        let Some(date) = date_in(node) else { continue };
        candidates += 1;
        if candidates > MOST_CANDIDATES {
            break;
        }
        let place = Place::of(node, article);
        // What no mark calls a date counts only beside the heading of an article.
        if mark == Mark::None && (article.is_none() || place != Place::InArticle) {
            continue;
        }
        let score = mark.score() + place.score() + if near { 10 } else { 0 };
        if score > 0 && best.as_ref().is_none_or(|(highest, _)| score > *highest) {
            best = Some((score, date));
        }
    }
    best.map(|(_, date)| date)
}

/// Where the only first-level heading is.
fn single_heading(nodes: &[NodeRef<'_>]) -> Option<usize> {
    let is_heading = |node: &NodeRef<'_>| node.node_name().is_some_and(|name| &*name == "h1");
    nodes.iter().position(is_heading)
}

/// How an element says that it is a date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `itemprop="datePublished"`.
    Property,
    /// `<time>`.
    Time,
    /// A class or id with a word for date.
    Name,
    None,
}

impl Mark {
    fn of(node: &NodeRef<'_>) -> Self {
        if node.attr("itemprop").is_some_and(|property| property.contains("datePublished")) {
            return Self::Property;
        }
        if node.node_name().is_some_and(|name| &*name == "time") {
            return Self::Time;
        }
        let named = names(node).iter().any(|name| DATE_WORDS.iter().any(|word| name.contains(word)));
        if named { Self::Name } else { Self::None }
    }

    fn score(self) -> i32 {
        match self {
            Self::Property => 60,
            Self::Time => 30,
            Self::Name => 25,
            Self::None => 5,
        }
    }
}

/// The part of the page that an element is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    InArticle,
    Elsewhere,
    Unknown,
}

impl Place {
    fn of(node: &NodeRef<'_>, article: Option<dom_query::NodeId>) -> Self {
        let mut elsewhere = false;
        for part in std::iter::once(*node).chain(node.ancestors_it(None)) {
            if Some(part.id) == article {
                return if elsewhere { Self::Elsewhere } else { Self::InArticle };
            }
            let name = part.node_name();
            elsewhere |= matches!(name.as_deref(), Some("aside" | "footer" | "nav" | "a" | "li"));
            let is_article = matches!(name.as_deref(), Some("article" | "main" | "body" | "html"));
            elsewhere |=
                !is_article && names(&part).iter().any(|name| ELSEWHERE.iter().any(|word| name.contains(word)));
        }
        if elsewhere { Self::Elsewhere } else { Self::Unknown }
    }

    fn score(self) -> i32 {
        match self {
            Self::InArticle => 20,
            Self::Unknown => 0,
            Self::Elsewhere => -100,
        }
    }
}

/// The lower-case names of an element's classes, and its id.
fn names(node: &NodeRef<'_>) -> Vec<String> {
    let all = [node.class(), node.id_attr()].into_iter().flatten();
    all.flat_map(|names| names.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>()).collect()
}

/// The date that an element states in an attribute or as its short text.
fn date_in(node: &NodeRef<'_>) -> Option<String> {
    const ATTRIBUTES: [&str; 6] =
        ["datetime", "content", "data-published", "data-datetime", "data-date", "data-time"];
    let stated = ATTRIBUTES.into_iter().find_map(|name| node.attr(name)).map(|value| value.trim().to_owned());
    let shown = || short_text(node);
    stated.filter(|value| is_full_date(value)).or_else(|| shown().filter(|text| is_full_date(text)))
}

/// The text of an element that is not longer than a date.
fn short_text(node: &NodeRef<'_>) -> Option<String> {
    let mut text = String::new();
    for (number, inside) in node.descendants_it().enumerate() {
        if inside.is_text() {
            text.push_str(&inside.text());
            text.push(' ');
        }
        if number > MOST_NODES || text.len() > 4 * LONGEST {
            return None;
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (text.chars().count() <= LONGEST).then_some(text)
}

/// Whether a text has a year with a day: «15 августа 2016», «2016-08-15T…», «15.08.16 13:43», not «сегодня в 17:04».
pub(super) fn is_full_date(text: &str) -> bool {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let year = runs.iter().any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
    let day = runs.iter().any(|run| run.len() <= 2);
    let packed = (8..=14).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let short = || {
        let groups = |separator| {
            text.split_whitespace().any(|word| {
                let groups: Vec<&str> = word.trim_matches(',').split(separator).collect();
                groups.len() == 3 && groups.iter().all(|g| g.len() == 2 && g.bytes().all(|b| b.is_ascii_digit()))
            })
        };
        groups('.') || groups('/')
    };
    year && day || packed || short()
}

#[cfg(test)]
mod tests {
    use super::{Document, find, is_full_date};

    fn date(page: &str) -> Option<String> {
        find(&Document::from(format!("<html><body>{page}</body></html>")))
    }

    const TEXT: &str = "<p>Жители посёлка получили новую башню, которую строили два года.</p>";

    #[test]
    fn the_date_of_the_article_is_preferred() {
        for head in [
            "<p class=\"date\">15 августа 2016, 13:43</p>",
            "<div class=\"meta\">15 августа 2016</div>",
            "<div class=\"news-detail-date\">15.08.2016</div>",
            "<div class=\"b-article__time\"><span>15.08.16</span> 13:43</div>",
            "<span itemprop=\"datePublished\" content=\"2016-08-15\">вчера</span>",
            "<time>15 серпня 2016</time>",
        ] {
            for other in [
                "<aside><time datetime=\"2021-09-21\">21 сентября</time></aside>",
                "<ul class=\"list\"><li class=\"news-date\">21 сентября 2021</li></ul>",
                "<footer><time>21.09.2021 12:00</time></footer>",
                "<div class=\"related\"><a href=/x><span class=date>21.09.2021</span> Другая новость</a></div>",
            ] {
                let article = format!("<article>{head}<h1>Башню открыли</h1>{TEXT}</article>");
                for page in [format!("{article}{other}"), format!("{other}{article}")] {
                    let found = date(&page).unwrap_or_default();
                    assert!(found.contains("15") && !found.contains("2021"), "{page}: {found}");
                }
            }
        }
    }

    #[test]
    fn no_date_is_better_than_a_teasers() {
        let teaser = "<ul class=\"list\"><li class=\"news-date\">21 сентября 2021</li></ul>";
        assert_eq!(
            date(&format!(
                "<article><span class=\"article__date\">сегодня в 17:04</span><h1>Б</h1>{TEXT}</article>{teaser}"
            )),
            None
        );
        assert_eq!(
            date(&format!("<h1>Башня</h1><div>Основан 1 мая 1912 года</div>{TEXT}")),
            None,
            "nothing calls it a date"
        );
    }

    #[test]
    fn full_dates() {
        for text in ["15 августа 2016", "2016-08-15T10:00:00Z", "15.08.16 13:43", "1471255200", "15/08/16"] {
            assert!(is_full_date(text), "{text}");
        }
        for text in ["сегодня в 17:04", "21 сентября", "13:43", "в 2016 году", ""] {
            assert!(!is_full_date(text), "{text}");
        }
    }
}
