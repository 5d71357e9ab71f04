//! Facets and timelines as names with counts and small bars, two facets side by side where there is room.

use super::{OUTLET, TITLE, columns, paint, wrap};
use crate::show::escape::terminal_line;
use std::io::{Result, Write};
use svodka_search::FacetCounts;
use svodka_store::FacetValue;
use svodka_text::clean::title::shorten;

/// Longest bar, in columns.
const BAR: usize = 20;

/// Longest name, in columns.
const MAX_NAME: usize = 44;

/// Narrowest terminal on which two facets stand side by side. On a narrower one, the facets of a search are only named.
pub(super) const TWO: usize = 72;

/// Lines of a facet that is only named.
const BRIEF: usize = 2;

/// Columns between two facets.
const GAP: usize = 2;

/// What stands around a name, its count and its bar: indent and blanks.
const AROUND: usize = 5;

/// Writes facets as tables with small bars.
///
/// # Errors
/// The output's.
pub fn facets(out: &mut dyn Write, facets: &[FacetCounts], width: usize) -> Result<()> {
    let shown: Vec<&FacetCounts> = facets.iter().filter(|f| !f.values.is_empty()).collect();
    let two = shown.len() > 1 && width >= TWO;
    let room = if two { (width - GAP) / 2 } else { width };
    for pair in shown.chunks(if two { 2 } else { 1 }) {
        let blocks: Vec<Vec<String>> = pair.iter().map(|facet| block(facet, room)).collect();
        writeln!(out)?;
        for row in 0..blocks.iter().map(Vec::len).max().unwrap_or(0) {
            let cell = |block: &Vec<String>| block.get(row).cloned().unwrap_or_default();
            let mut cells = blocks.iter().map(cell);
            let (left, right) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let pad = if right.is_empty() { 0 } else { (room + GAP).saturating_sub(columns(&left)) };
            writeln!(out, "{left}{}{right}", " ".repeat(pad))?;
        }
    }
    Ok(())
}

/// Writes facets in a few lines each, so that on a small screen they do not push the hits out of sight.
///
/// # Errors
/// The output's.
pub(super) fn brief(out: &mut dyn Write, facets: &[FacetCounts], width: usize) -> Result<()> {
    for facet in facets.iter().filter(|facet| !facet.values.is_empty()) {
        writeln!(out, "\n{}", paint(TITLE, heading(facet.facet.name())))?;
        let named = |(value, count): &(FacetValue, u64)| {
            // A name and its number stay on one line.
            let name = terminal_line(&value.name).replace(' ', "\u{a0}");
            format!("{name}\u{a0}{count}")
        };
        let lines = wrap(&facet.values.iter().map(named).collect::<Vec<_>>().join(", "), width.saturating_sub(2));
        let cut = if lines.len() > BRIEF { " …" } else { "" };
        let shown = lines.iter().take(BRIEF).map(|line| line.replace('\u{a0}', " ")).collect::<Vec<_>>();
        writeln!(out, "  {}{cut}", shown.join("\n  "))?;
    }
    Ok(())
}

/// A facet's heading and rows, each at most `room` columns wide.
fn block(facet: &FacetCounts, room: usize) -> Vec<String> {
    let digits = facet.values.iter().map(|(_, count)| *count).max().unwrap_or(0).to_string().len();
    let names = MAX_NAME.min(room.saturating_sub(AROUND + digits + BAR / 3));
    let rows: Vec<(String, u64)> =
        facet.values.iter().map(|(v, count)| (fit(&terminal_line(&v.name), names), *count)).collect();
    std::iter::once(paint(TITLE, heading(facet.facet.name()))).chain(lines(&rows, room)).collect()
}

/// Writes names with counts and bars in proportion to the greatest.
///
/// # Errors
/// The output's.
pub fn bars(out: &mut dyn Write, rows: &[(String, u64)], width: usize) -> Result<()> {
    lines(rows, width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn lines(rows: &[(String, u64)], room: usize) -> Vec<String> {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let names = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let digits = most.to_string().len();
    let longest = BAR.min(room.saturating_sub(names + digits + AROUND)) as u64;
    let line = |(name, count): &(String, u64)| {
        let eighths = usize::try_from(count * longest * 8 / most).unwrap_or(0).max(usize::from(*count > 0));
        let pad = " ".repeat(names - name.chars().count());
        format!("  {name}{pad}  {count:>digits$} {}", paint(OUTLET, bar(eighths)))
    };
    rows.iter().map(line).collect()
}

fn bar(eighths: usize) -> String {
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or("");
    "█".repeat(eighths / 8) + partial
}

/// `name` in at most `width` columns.
fn fit(name: &str, width: usize) -> String {
    if name.chars().count() <= width { name.to_owned() } else { shorten(name, width.saturating_sub(1)) }
}

fn heading(facet: &str) -> &str {
    match facet {
        "actor" => "Actors",
        "main_actor" => "Main actors",
        "outlet" => "Outlets",
        "think_tank" => "Cited think tanks",
        "cited" => "Cited sources",
        "cited_kind" => "Kinds of cited sources",
        "via" => "Via",
        "month" => "Months",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{bar, brief, columns, facets};
    use svodka_search::FacetCounts;
    use svodka_store::{Facet, FacetValue};

    #[test]
    fn bars_have_eighths() {
        assert_eq!(bar(12), "█▌");
    }

    #[test]
    fn two_facets_stand_side_by_side_and_fit() {
        let value = |name: &str, count| (FacetValue { name: name.into(), kind: String::new() }, count);
        let long = "Центр стратегических и международных исследований";
        let counts = [
            FacetCounts { facet: Facet::Actor, values: vec![value("Россия", 1200), value(long, 3)] },
            FacetCounts { facet: Facet::Month, values: vec![value("2025-03", 7)] },
        ];
        for (width, lines) in [(60, 7), (80, 4), (120, 4)] {
            let mut out = Vec::new();
            facets(&mut out, &counts, width).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.lines().count(), lines, "{text}");
            assert!(text.lines().all(|line| columns(line) <= width), "{width}: {text}");
        }
    }

    #[test]
    fn a_small_screen_names_the_first_values() {
        let value = |name: &str, count| (FacetValue { name: name.into(), kind: String::new() }, count);
        let values = (1..20).map(|n| value("Северная Корея", n)).collect();
        let mut out = Vec::new();
        brief(&mut out, &[FacetCounts { facet: Facet::Actor, values }], 42).unwrap();
        let text = String::from_utf8(out).unwrap();
        let line = "  Северная Корея 1, Северная Корея 2,";
        assert_eq!(text, format!("\n\u{1b}[1mActors\u{1b}[0m\n{line}\n  Северная Корея 3, Северная Корея 4, …\n"));
    }
}
