//! Citations: claims of one source gathered, with all its mentions, its channel and the clause that shows the citing.

use super::{claims::Found, reading::Reading, said};
use svodka_model::article::Citation;

/// The citations that `found` amounts to, in order of appearance. `outlet` is the article's own outlet.
pub(super) fn citations<'a, 'd: 'a, 't: 'd>(
    found: impl Iterator<Item = (&'a Reading<'d, 't>, &'a Vec<Found<'d>>)>,
    outlet: Option<&str>,
) -> Vec<Citation> {
    let found: Vec<_> = found.collect();
    let mut cited: Vec<Citation> = Vec::new();
    for (reading, all) in &found {
        for found in *all {
            let mention = reading.document.span(reading.bytes(found.tokens.clone()));
            let said = said::sentences(reading, found, all).into_iter().map(|bytes| reading.document.span(bytes));
            if let Some(known) = cited.iter_mut().find(|c| c.name == found.source) {
                known.mentions.push(mention);
                known.said.extend(said);
                if known.via.is_none() {
                    (known.via, known.via_rule) = channel(found);
                }
                continue;
            }
            let (via, via_rule) = channel(found);
            cited.push(Citation {
                name: found.source.to_owned(),
                kind: found.kind,
                via,
                via_rule,
                is_self: outlet == Some(found.source),
                mentions: vec![mention],
                said: said.collect(),
                evidence: reading.document.span(reading.bytes(reading.clause(found.claim.proof.clone()))),
                rule: found.claim.rule.to_owned(),
            });
        }
    }
    for citation in &mut cited {
        for (reading, _) in &found {
            let same = reading.document.names.iter().filter(|n| n.canonical == citation.name && !n.nested);
            citation.mentions.extend(same.map(|n| reading.document.span(n.span.clone())));
        }
        citation.mentions.sort_unstable();
        citation.mentions.dedup();
        citation.said.sort_unstable();
        citation.said.dedup();
    }
    cited
}

/// The channel of a claim with the rule that found it.
fn channel(found: &Found<'_>) -> (Option<String>, Option<String>) {
    found.via.map(|channel| (channel.name.to_owned(), channel.rule.to_owned())).unzip()
}
