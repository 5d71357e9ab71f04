//! Origins as a table, JSON or a graph.

use super::{
    citations::xml,
    escape::terminal_line,
    table::{Align, Table},
    terminal::{FAINT, TITLE, articles, paint},
};
use serde::Serialize;
use std::io::{Result, Write};
use svodka_search::{NewsOrigin, Origins, SourceStep, StepKind, TracedSource};

/// Steps listed under an origin; of more, their number.
const STEPS: usize = 8;

/// Characters of a clause in the table.
const CLAUSE: usize = 160;

/// The JSON object of origins.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct OriginsObject<'a> {
    query: &'a str,
    #[serde(flatten)]
    origins: &'a Origins,
}

/// The JSON object of origins.
#[must_use]
pub fn json<'a>(query: &'a str, origins: &'a Origins) -> OriginsObject<'a> {
    OriginsObject { query, origins }
}

/// Writes the first `rows` origins as a table, each with the steps to it and the clauses that prove them.
///
/// # Errors
/// The output's.
pub fn table(out: &mut dyn Write, found: &Origins, rows: usize, width: usize) -> Result<()> {
    let heads = [
        ("origin", Align::Left),
        ("date", Align::Left),
        ("article", Align::Left),
        ("articles", Align::Right),
        ("share", Align::Right),
    ];
    let mut table = Table::new(&heads);
    for origin in found.origins.iter().take(rows) {
        let Some(source) = found.sources.get(origin.source) else { continue };
        let article = source.id.clone().unwrap_or_else(|| "not in the archive".to_owned());
        let share = format!("{:.0} %", origin.share * 100.0);
        table.row(vec![name(source), day(source), article, origin.articles.to_string(), share]);
        let steps: Vec<&SourceStep> = found.steps.iter().filter(|step| step.to == origin.source).collect();
        for step in steps.iter().take(STEPS) {
            table.note(note(found, step));
        }
        if steps.len() > STEPS {
            table.note(paint(FAINT, format!("    and {} more", steps.len() - STEPS)));
        }
    }
    table.write(out, width, TITLE)?;
    for circle in &found.circles {
        writeln!(out, "cite one another: {}", terminal_line(&circle.join(", ")))?;
    }
    let elsewhere = found.origins.iter().filter(|origin| !origin.is_in_archive).count();
    let traced =
        if found.traced < found.total { format!("; the earliest {} were traced", found.traced) } else { String::new() };
    let summary = format!(
        "{} origins of {}, {elsewhere} of them only cited, with no article in the archive{traced}",
        found.origins.len(),
        articles(found.total),
    );
    writeln!(out, "{}", paint(FAINT, summary))
}

fn name(source: &TracedSource) -> String {
    source.name.clone().unwrap_or_else(|| "outlet unknown".to_owned())
}

fn day(source: &TracedSource) -> String {
    source.date.as_ref().and_then(|date| date.get(..10)).unwrap_or("").to_owned()
}

fn note(found: &Origins, step: &SourceStep) -> String {
    let from = found.sources.get(step.from);
    let publisher = terminal_line(&from.map(name).unwrap_or_default());
    let facts = from.map(|from| format!("{} {}", day(from), from.id.as_deref().unwrap_or(""))).unwrap_or_default();
    let how = match (step.kind, &step.via) {
        (StepKind::Reprint, _) => "prints the same text".to_owned(),
        (StepKind::Citation, Some(via)) => format!("cites it via {}", terminal_line(via)),
        (StepKind::Citation, None) => "cites it".to_owned(),
    };
    let mut clause: String = step.clause.chars().take(CLAUSE).collect();
    if step.clause.chars().count() > CLAUSE {
        clause.push('…');
    }
    format!("    {publisher} {how}: «{}» {}", terminal_line(clause.trim()), paint(FAINT, terminal_line(facts.trim())))
}

/// The sources that stand in a step or are an origin, with their numbers.
fn nodes(found: &Origins) -> Vec<(usize, &TracedSource, Option<&NewsOrigin>)> {
    let origin = |number: usize| found.origins.iter().find(|origin| origin.source == number);
    found.sources.iter().enumerate().map(|(number, source)| (number, source, origin(number))).collect()
}

/// Writes the steps as GraphML for Gephi, yEd, Cytoscape and networkx: a node for each article and each source without one,
/// and an edge from each to where it has its news from.
///
/// # Errors
/// The output's.
pub fn graphml(out: &mut dyn Write, found: &Origins) -> Result<()> {
    writeln!(out, "{HEAD}")?;
    for (number, source, origin) in nodes(found) {
        writeln!(out, r#"    <node id="n{number}">"#)?;
        writeln!(out, r#"      <data key="label">{}</data>"#, xml(&name(source)))?;
        for (key, value) in [("article", &source.id), ("date", &source.date), ("title", &source.title)] {
            if let Some(value) = value {
                writeln!(out, r#"      <data key="{key}">{}</data>"#, xml(value))?;
            }
        }
        if let Some(origin) = origin {
            writeln!(out, r#"      <data key="rests">{}</data>"#, origin.articles)?;
        }
        writeln!(out, "    </node>")?;
    }
    for SourceStep { from, to, kind, via, clause } in &found.steps {
        writeln!(out, r#"    <edge source="n{from}" target="n{to}">"#)?;
        writeln!(out, r#"      <data key="kind">{}</data>"#, kind.name())?;
        if let Some(via) = via {
            writeln!(out, r#"      <data key="via">{}</data>"#, xml(via))?;
        }
        writeln!(out, r#"      <data key="clause">{}</data>"#, xml(clause))?;
        writeln!(out, "    </edge>")?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="article" for="node" attr.name="article" attr.type="string"/>
  <key id="date" for="node" attr.name="date" attr.type="string"/>
  <key id="title" for="node" attr.name="title" attr.type="string"/>
  <key id="rests" for="node" attr.name="rests" attr.type="long"/>
  <key id="kind" for="edge" attr.name="kind" attr.type="string"/>
  <key id="via" for="edge" attr.name="via" attr.type="string"/>
  <key id="clause" for="edge" attr.name="clause" attr.type="string"/>
  <graph edgedefault="directed">"#;

/// Writes the steps for Graphviz; origins have a double border.
///
/// # Errors
/// The output's.
pub fn dot(out: &mut dyn Write, found: &Origins) -> Result<()> {
    writeln!(out, "digraph origins {{\n  rankdir=RL;\n  node [shape=box];")?;
    for (number, source, origin) in nodes(found) {
        let label = [name(source), day(source)].join("\n");
        let border = if origin.is_some() { ", peripheries=2" } else { "" };
        let style = if source.id.is_none() { ", style=dashed" } else { "" };
        writeln!(out, "  n{number} [label={}{border}{style}];", quoted(label.trim()))?;
    }
    for SourceStep { from, to, kind, via, .. } in &found.steps {
        let label = via.as_ref().map_or_else(|| kind.name().to_owned(), |via| format!("via {via}"));
        writeln!(out, "  n{from} -> n{to} [label={}];", quoted(&label))?;
    }
    writeln!(out, "}}")
}

/// A string of the DOT language.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_breaks_out_of_a_label() {
        assert_eq!(quoted("a\"; b -> c \\\n\u{7}"), "\"a\\\"; b -> c \\\\\\n\"");
    }
}
