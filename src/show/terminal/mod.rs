//! Hits, facets and articles as text for a terminal: colour by meaning, everything from articles escaped.
//!
//! Writers give ANSI styles freely; the stream they write to strips them when colour is off.

mod article;
mod facets;

pub use article::{Marking, article};
pub use facets::{bars, facets};

use super::escape::{terminal_char, terminal_line};
use anstyle::{AnsiColor, Style};
use std::{
    fmt::Display,
    io::{Result, Write},
};
use svodka_model::article::Citation;
use svodka_search::{Explained, Hit, Response, snippet::Snippet};

pub(super) const TITLE: Style = Style::new().bold();
const MATCH: Style = AnsiColor::Yellow.on_default().bold();
const OUTLET: Style = AnsiColor::Cyan.on_default();
const CITED: Style = AnsiColor::Green.on_default();
pub(super) const FAINT: Style = Style::new().dimmed();

/// Widest line, in columns: longer ones are hard to read.
const MAX_WIDTH: usize = 120;

/// Widest line of running text, in columns.
const MAX_TEXT: usize = 100;

/// Narrowest line that text is still wrapped to.
const MIN_WIDTH: usize = 40;

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
    let articles = articles(response.total);
    let range = if shown == 0 { String::new() } else { format!(", {}–{} shown", offset + 1, offset + shown) };
    writeln!(out, "{}", paint(FAINT, format!("{articles}{range}, {:.1} ms", response.took.as_secs_f64() * 1e3)))?;
    facets(out, &response.facets, width)
}

/// Writes hits, numbered from `offset` on.
///
/// # Errors
/// The output's.
pub fn hits(out: &mut dyn Write, hits: &[Hit], offset: usize, width: usize) -> Result<()> {
    (offset + 1..).zip(hits).try_for_each(|(number, hit)| write_hit(out, number, hit, width))
}

fn articles(count: u64) -> String {
    if count == 1 { "1 article".into() } else { format!("{count} articles") }
}

fn write_hit(out: &mut dyn Write, number: usize, hit: &Hit, width: usize) -> Result<()> {
    let article = &hit.article;
    writeln!(out, "{} {}", paint(FAINT, format!("{number:>2}.")), lit(&hit.title, TITLE))?;
    let outlet = article.outlet.as_ref().map(|o| paint(OUTLET, terminal_line(&o.name)));
    let date = article.date.as_ref().and_then(|d| d.value.get(..10)).map(str::to_owned);
    let facts: Vec<String> = outlet.into_iter().chain(date).chain([paint(FAINT, terminal_line(&article.id))]).collect();
    writeln!(out, "    {}", facts.join(" · "))?;
    if article.title != hit.snippet.text.trim_end_matches('…') {
        for line in wrap(&lit(&hit.snippet, Style::new()), width.min(MAX_TEXT).saturating_sub(4)) {
            writeln!(out, "    {line}")?;
        }
    }
    let cited: Vec<String> = hit.cited().map(source).collect();
    if !cited.is_empty() {
        writeln!(out, "    {} {}", paint(FAINT, "cites"), cited.join(", "))?;
    }
    writeln!(out)
}

fn source(citation: &Citation) -> String {
    let name = paint(CITED, terminal_line(&citation.name));
    match &citation.via {
        Some(via) => format!("{name} {}", paint(FAINT, format!("via {}", terminal_line(via)))),
        None => name,
    }
}

/// A snippet with its matches styled over `base`.
fn lit(snippet: &Snippet, base: Style) -> String {
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

/// Splits text at white space into lines of at most `width` columns; style sequences take no column.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let length = columns(word);
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
        }
        used += length;
    }
    lines
}

/// The columns a word takes on a terminal, style sequences left out.
fn columns(word: &str) -> usize {
    let mut count = 0;
    let mut in_sequence = false;
    for c in word.chars() {
        if c == '\u{1b}' {
            in_sequence = true;
        } else if in_sequence {
            in_sequence = c != 'm';
        } else {
            count += 1;
        }
    }
    count
}

/// Writes the parts of a score and the words that matched.
///
/// # Errors
/// The output's.
pub fn explained(out: &mut dyn Write, explained: &Explained) -> Result<()> {
    writeln!(out, "{}", paint(TITLE, terminal_line(&explained.title)))?;
    if !explained.found {
        return writeln!(out, "the query does not find this article");
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
}
