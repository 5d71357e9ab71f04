//! Hits, facets and articles as text for a terminal: colour by meaning, everything from articles escaped.
//!
//! Writers give ANSI styles freely; the stream they write to strips them when colour is off.

mod article;
mod facets;

pub use article::{Marking, article};
use facets::{TWO, brief};
pub use facets::{bars, facets};

use super::escape::{terminal_char, terminal_line};
use anstyle::{AnsiColor, Style};
use std::{
    fmt::Display,
    io::{Result, Write},
};
use svodka_model::article::Citation;
use svodka_search::{Explained, Hit, Response, StoryGroup, snippet::Snippet};

pub(crate) const TITLE: Style = Style::new().bold();
pub(super) const MATCH: Style = AnsiColor::Yellow.on_default().bold();
const OUTLET: Style = AnsiColor::Cyan.on_default();
const CITED: Style = AnsiColor::Green.on_default();
pub(super) const FAINT: Style = Style::new().dimmed();

/// Widest line, in columns: longer ones are hard to read.
const MAX_WIDTH: usize = 120;

/// Widest line of running text, in columns.
const MAX_TEXT: usize = 100;

/// Narrowest line that text is still wrapped to.
const MIN_WIDTH: usize = 40;

/// Columns before the lines of a hit.
const INDENT: usize = 4;

/// The width where there is no terminal.
const NO_TERMINAL: usize = 80;

/// The width of the terminal, within reason.
#[must_use]
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(NO_TERMINAL, |(w, _)| usize::from(w.0)).clamp(MIN_WIDTH, MAX_WIDTH)
}

pub(super) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes the answer to a search: hits, then facets.
///
/// # Errors
/// The output's.
pub fn response(out: &mut dyn Write, response: &Response, offset: usize, width: usize) -> Result<()> {
    hits(out, &response.hits, offset, width)?;
    let shown = response.hits.len();
    let mut articles = articles(response.total);
    if let Some(stories) = response.stories {
        articles += &format!(" in {stories} {}", if stories == 1 { "story" } else { "stories" });
    }
    let range = if shown == 0 { String::new() } else { format!(", {}–{} shown", offset + 1, offset + shown) };
    writeln!(out, "{}", paint(FAINT, format!("{articles}{range}, {:.1} ms", response.took.as_secs_f64() * 1e3)))?;
    if width < TWO { brief(out, &response.facets, width) } else { facets(out, &response.facets, width) }
}

/// Writes hits, numbered from `offset` on.
///
/// # Errors
/// The output's.
pub fn hits(out: &mut dyn Write, hits: &[Hit], offset: usize, width: usize) -> Result<()> {
    (offset + 1..).zip(hits).try_for_each(|(number, hit)| write_hit(out, number, hit, width))
}

/// A number of articles, in words.
#[must_use]
pub fn articles(count: u64) -> String {
    if count == 1 { "1 article".into() } else { format!("{count} articles") }
}

fn write_hit(out: &mut dyn Write, number: usize, hit: &Hit, width: usize) -> Result<()> {
    let article = &hit.article;
    let mut title = wrap(&highlighted(&hit.title, TITLE), width.saturating_sub(INDENT)).into_iter();
    writeln!(out, "{} {}", paint(FAINT, format!("{number:>2}.")), title.next().unwrap_or_default())?;
    title.try_for_each(|line| writeln!(out, "    {line}"))?;
    let outlet = article.outlet.as_ref().map(|o| paint(OUTLET, terminal_line(&o.name)));
    let date = article.date.as_ref().and_then(|d| d.value.get(..10)).map(str::to_owned);
    let facts: Vec<String> = outlet.into_iter().chain(date).chain([paint(FAINT, terminal_line(&article.id))]).collect();
    let mut lines = wrap(&facts.join(" · "), width.saturating_sub(INDENT));
    if article.title != hit.snippet.text.trim_end_matches('…') {
        lines.extend(wrap(&highlighted(&hit.snippet, Style::new()), width.min(MAX_TEXT).saturating_sub(INDENT)));
    }
    let own = article.outlet.as_ref().map(|outlet| outlet.name.as_str());
    let cited: Vec<String> = hit.cited().map(|citation| source(citation, own)).collect();
    if !cited.is_empty() {
        let cited = format!("{} {}", paint(FAINT, "cites"), cited.join(", "));
        lines.extend(wrap(&cited, width.saturating_sub(INDENT)));
    }
    if let Some(group) = &hit.group {
        lines.extend(wrap(&paint(FAINT, reprints(group)), width.saturating_sub(INDENT)));
    }
    lines.iter().try_for_each(|line| writeln!(out, "    {line}"))?;
    writeln!(out)
}

/// Outlets named of those that print a text.
const NAMED: usize = 8;

/// «and 14 reprints: РБК, Лента.ру, …».
fn reprints(group: &StoryGroup) -> String {
    let count = group.size.saturating_sub(1);
    let noun = if count == 1 { "reprint" } else { "reprints" };
    let outlets = group.outlets.iter().skip(1);
    let mut named: Vec<String> = outlets.clone().take(NAMED).map(|outlet| terminal_line(outlet)).collect();
    if outlets.count() > NAMED {
        named.push("…".to_owned());
    }
    let by = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    format!("and {count} {noun}{by}")
}

/// A source with its channel, unless that is the article's `own` outlet, which says nothing new.
fn source(citation: &Citation, own: Option<&str>) -> String {
    let name = paint(CITED, terminal_line(&citation.name));
    match citation.via.as_ref().filter(|via| own != Some(via.as_str())) {
        Some(via) => format!("{name} {}", paint(FAINT, format!("via {}", terminal_line(via)))),
        None => name,
    }
}

/// A snippet with its matches styled over `base`.
fn highlighted(snippet: &Snippet, base: Style) -> String {
    let mut out = format!("{base}");
    for (at, c) in snippet.text.chars().enumerate() {
        if snippet.highlights.iter().any(|h| h.0 == at) {
            out.push_str(&format!("{base:#}{MATCH}"));
        }
        terminal_char(if c == '\n' || c == '\t' { ' ' } else { c }, &mut out);
        if snippet.highlights.iter().any(|h| h.1 == at + 1) {
            out.push_str(&format!("{MATCH:#}{base}"));
        }
    }
    out.push_str(&format!("{base:#}"));
    out
}

/// Splits text at white space into lines of at most `width` columns; style sequences take no column. A style that is on at
/// the end of a line is closed there and opened again on the next one, because pagers start each line without style.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let mut style = String::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let length = columns(word);
        let is_full = used > 0 && used + 1 + length > width;
        if let Some(line) = lines.last_mut().filter(|_| used > 0) {
            match (is_full, style.is_empty()) {
                (false, _) => line.push(' '),
                (true, false) => line.push_str(RESET),
                (true, true) => {}
            }
        }
        if is_full {
            lines.push(style.clone());
            used = 0;
        }
        used += length + usize::from(used > 0);
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
        for sequence in sequences(word) {
            if sequence == RESET {
                style.clear();
            } else {
                style.push_str(sequence);
            }
        }
    }
    lines
}

/// The sequence that ends every style.
const RESET: &str = "\u{1b}[0m";

/// The style sequences in a word.
fn sequences(word: &str) -> impl Iterator<Item = &str> {
    word.match_indices('\u{1b}').filter_map(|(start, _)| {
        let rest = word.get(start..)?;
        rest.get(..=rest.find('m')?)
    })
}

/// The columns a word takes on a terminal, style sequences left out.
fn columns(word: &str) -> usize {
    word.chars().count() - sequences(word).map(|sequence| sequence.chars().count()).sum::<usize>()
}

/// Writes the parts of a score and the words that matched.
///
/// # Errors
/// The output's.
pub fn explained(out: &mut dyn Write, explained: &Explained) -> Result<()> {
    writeln!(out, "{}", paint(TITLE, terminal_line(&explained.title)))?;
    if !explained.found {
        return writeln!(out, "the query does not match this article");
    }
    for part in &explained.parts {
        let figures = part.figures.iter().map(|(name, figure)| format!("{name} {}", round(*figure)));
        let figures = paint(FAINT, figures.collect::<Vec<_>>().join(", "));
        writeln!(out, "{:>9.3}  {}  {figures}", part.score, terminal_line(&part.part))?;
    }
    if explained.recency != 1.0 {
        writeln!(out, "{:>9}  for its date", format!("× {:.3}", explained.recency))?;
    }
    writeln!(out, "{}", paint(TITLE, format!("{:>9.3}  score", explained.score)))?;
    let forms = explained.forms.iter().map(|(form, count)| format!("{} ×{count}", paint(MATCH, terminal_line(form))));
    writeln!(out, "matched: {}", forms.collect::<Vec<_>>().join(", "))
}

/// A figure with as many decimals as it needs, at most three.
fn round(figure: f32) -> String {
    let text = format!("{figure:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{columns, wrap};

    #[test]
    fn style_sequences_take_no_column() {
        assert_eq!(columns("\u{1b}[1mмама\u{1b}[0m"), 4);
        assert_eq!(wrap("один два три", 8), ["один два", "три"]);
    }

    #[test]
    fn a_style_ends_with_its_line_and_goes_on_in_the_next() {
        let lines = wrap("\u{1b}[1mодин два\u{1b}[0m три четыре", 4);
        assert_eq!(lines, ["\u{1b}[1mодин\u{1b}[0m", "\u{1b}[1mдва\u{1b}[0m", "три", "четыре"]);
    }
}
