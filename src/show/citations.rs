//! Who cites whom as a table, CSV, JSON or a graph.

use super::{
    csv::output_error,
    escape::{csv_cell, terminal_line},
    table::{Align, Table},
    terminal::{FAINT, TITLE, articles, paint},
};
use quick_xml::escape::escape;
use serde::Serialize;
use std::{collections::BTreeMap, io::Write, time::Duration};
use svodka_search::{Citations, Edge, Evidence};
use svodka_store::error::Result;

/// What is to be shown: the edges chosen of all, each with its evidence if that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// All that was found.
    pub citations: &'a Citations,
    /// The edges to show.
    pub edges: &'a [Edge],
    /// The evidence of each edge shown.
    pub evidence: Option<&'a [Vec<Evidence>]>,
}

impl<'a> Shown<'a> {
    fn each(self) -> impl Iterator<Item = (&'a Edge, &'a [Evidence])> {
        let evidence = self.evidence.unwrap_or_default();
        self.edges.iter().enumerate().map(move |(at, edge)| (edge, evidence.get(at).map_or(&[][..], Vec::as_slice)))
    }
}

/// Writes the edges as a table.
///
/// # Errors
/// The output's.
pub fn table(out: &mut dyn Write, shown: Shown<'_>, width: usize) -> std::io::Result<()> {
    let heads = [("outlet", Align::Left), ("cites", Align::Left), ("kind", Align::Left), ("articles", Align::Right)];
    let mut table = Table::new(&heads);
    for (edge, evidence) in shown.each() {
        let source = &edge.source;
        table.row(vec![edge.outlet.clone(), source.name.clone(), source.kind.clone(), edge.count.to_string()]);
        for found in evidence {
            // An article's own outlet as channel says nothing that the row does not.
            let via = found.via.as_ref().filter(|via| **via != edge.outlet);
            let via = via.map(|via| format!(" via {}", terminal_line(via))).unwrap_or_default();
            let date = found.date.as_ref().and_then(|d| d.get(..10)).map(|d| format!("{d} ")).unwrap_or_default();
            let facts = paint(FAINT, format!("{date}{}{via}", terminal_line(&found.id)));
            table.note(format!("    «{}» {facts}", terminal_line(&found.clause)));
        }
    }
    table.write(out, width, TITLE)?;
    let Citations { total, without_outlet, edges } = shown.citations;
    let (all, few) = (edges.len(), shown.edges.len());
    let range = if few < all { format!("{few} of {all} edges") } else { format!("{all} edges") };
    let missing = if *without_outlet > 0 {
        format!("; {without_outlet} more with citations have no known outlet")
    } else {
        String::new()
    };
    writeln!(out, "{}", paint(FAINT, format!("{range} in {}{missing}", articles(*total))))
}

/// Writes the edges as CSV: one line an edge, or with evidence one line an article.
///
/// # Errors
/// The output's.
pub fn csv(out: &mut dyn Write, shown: Shown<'_>) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let heads: &[&str] = match shown.evidence {
        Some(_) => &["outlet", "source", "kind", "articles", "id", "date", "via", "clause"],
        None => &["outlet", "source", "kind", "articles"],
    };
    writer.write_record(heads).map_err(output_error)?;
    for (edge, evidence) in shown.each() {
        let count = edge.count.to_string();
        let own = [edge.outlet.as_str(), &edge.source.name, &edge.source.kind, &count].map(csv_cell);
        if shown.evidence.is_none() {
            writer.write_record(&own).map_err(output_error)?;
        }
        for found in evidence {
            let facts = [Some(&found.id), found.date.as_ref(), found.via.as_ref(), Some(&found.clause)];
            let facts = facts.map(|fact| csv_cell(fact.map_or("", String::as_str)));
            writer.write_record(own.iter().chain(&facts)).map_err(output_error)?;
        }
    }
    Ok(writer.flush()?)
}

/// The edges as one JSON object.
#[derive(Debug, Serialize)]
pub struct CitationsObject<'a> {
    query: &'a str,
    total: u64,
    without_outlet: u64,
    edge_count: usize,
    took_ms: f64,
    edges: Vec<EdgeObject<'a>>,
}

#[derive(Debug, Serialize)]
struct EdgeObject<'a> {
    outlet: &'a str,
    source: &'a str,
    kind: &'a str,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a [Evidence]>,
}

/// The JSON object of the edges.
#[must_use]
pub fn json<'a>(query: &'a str, shown: Shown<'a>, took: Duration) -> CitationsObject<'a> {
    let edge = |(edge, evidence): (&'a Edge, &'a [Evidence])| EdgeObject {
        outlet: &edge.outlet,
        source: &edge.source.name,
        kind: &edge.source.kind,
        count: edge.count,
        first: edge.dates.as_ref().map(|(first, _)| first.as_str()),
        last: edge.dates.as_ref().map(|(_, last)| last.as_str()),
        evidence: shown.evidence.map(|_| evidence),
    };
    CitationsObject {
        query,
        total: shown.citations.total,
        without_outlet: shown.citations.without_outlet,
        edge_count: shown.citations.edges.len(),
        took_ms: (took.as_secs_f64() * 1e6).round() / 1e3,
        edges: shown.each().map(edge).collect(),
    }
}

/// A node of the graph: an outlet, a source or both.
#[derive(Default)]
struct Node<'a> {
    kind: Option<&'a str>,
    cites: u64,
    cited: u64,
}

/// Writes the edges as GraphML for Gephi, yEd, Cytoscape and networkx, as a simple directed graph: a node per name, with
/// the name as its id, and an edge from outlet to source with the number of articles as weight and the days of the
/// earliest and the latest of them.
///
/// # Errors
/// The output's.
pub fn graphml(out: &mut dyn Write, shown: Shown<'_>) -> std::io::Result<()> {
    let mut nodes: BTreeMap<&str, Node<'_>> = BTreeMap::new();
    for edge in shown.edges {
        nodes.entry(&edge.outlet).or_default().cites += edge.count;
        let source = nodes.entry(&edge.source.name).or_default();
        source.cited += edge.count;
        source.kind = Some(&edge.source.kind);
    }
    writeln!(out, "{HEAD}")?;
    for (name, node) in &nodes {
        let name = xml(name);
        writeln!(out, r#"    <node id="{name}">"#)?;
        writeln!(out, r#"      <data key="label">{name}</data>"#)?;
        writeln!(out, r#"      <data key="kind">{}</data>"#, xml(node.kind.unwrap_or("outlet")))?;
        writeln!(out, r#"      <data key="cites">{}</data>"#, node.cites)?;
        writeln!(out, r#"      <data key="cited">{}</data>"#, node.cited)?;
        writeln!(out, "    </node>")?;
    }
    for edge in shown.edges {
        writeln!(out, r#"    <edge source="{}" target="{}">"#, xml(&edge.outlet), xml(&edge.source.name))?;
        writeln!(out, r#"      <data key="weight">{}</data>"#, edge.count)?;
        if let Some((first, last)) = &edge.dates {
            writeln!(out, r#"      <data key="first">{first}</data>"#)?;
            writeln!(out, r#"      <data key="last">{last}</data>"#)?;
        }
        writeln!(out, "    </edge>")?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="cites" for="node" attr.name="cites" attr.type="long"/>
  <key id="cited" for="node" attr.name="cited" attr.type="long"/>
  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
  <key id="first" for="edge" attr.name="first" attr.type="string"/>
  <key id="last" for="edge" attr.name="last" attr.type="string"/>
  <graph edgedefault="directed">"#;

/// `text` escaped for XML 1.0; control characters that XML cannot represent are left out.
pub(super) fn xml(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    escape(text.chars().filter(allowed).collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Shown, graphml, xml};
    use svodka_search::{Citations, Edge};
    use svodka_store::FacetValue;

    #[test]
    fn nothing_breaks_out_of_the_graph() {
        assert_eq!(xml("A&B <«В»>\u{1b}\u{fffe}"), "A&amp;B &lt;«В»&gt;");
    }

    #[test]
    fn a_source_that_also_publishes_is_one_node() {
        let edge = |outlet: &str, source: &str, count| Edge {
            outlet: outlet.into(),
            source: FacetValue { name: source.into(), kind: "agency".into() },
            count,
            dates: Some(("2024-12-01".into(), "2025-03-04".into())),
        };
        let edges = vec![edge("РБК", "ТАСС", 3), edge("ТАСС", "РБК", 2)];
        let citations = Citations { total: 9, without_outlet: 0, edges };
        let mut out = Vec::new();
        graphml(&mut out, Shown { citations: &citations, edges: &citations.edges, evidence: None }).unwrap();
        let graph = String::from_utf8(out).unwrap();
        assert_eq!(graph.matches("<node ").count(), 2, "{graph}");
        assert!(
            graph.contains(r#"<edge source="РБК" target="ТАСС">"#) && graph.contains(r#"<node id="ТАСС">"#),
            "{graph}"
        );
        assert!(graph.contains(r#"<data key="first">2024-12-01</data>"#), "{graph}");
    }
}
