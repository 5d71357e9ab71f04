//! Citations: claims of one source gathered, with all its mentions, its channel and the clause that shows the citing.

use super::{claims::Found, decide::BY_CONTEXT, reading::Reading, said};
use rustc_hash::FxHashMap;
use svodka_model::article::{Citation, Span};

/// The citations that `found` amounts to, in order of appearance. `outlet` is the article's own outlet.
pub(super) fn citations<'a, 'd: 'a, 't: 'd>(
    found: impl Iterator<Item = (&'a Reading<'d, 't>, &'a Vec<Found<'d>>)>,
    outlet: Option<&str>,
) -> Vec<Citation> {
    let found: Vec<_> = found.collect();
    let mut cited: Vec<Citation> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for (reading, all) in &found {
        let quotations = said::Quotations::new(reading);
        for found in *all {
            let mention = reading.document.span(reading.bytes(reading.without_descriptor(found.tokens.clone())));
            let said =
                said::sentences(reading, &quotations, found, all).into_iter().map(|bytes| reading.document.span(bytes));
            if let Some(known) = places.get(found.source).and_then(|at| cited.get_mut(*at)) {
                known.mentions.push(mention);
                known.said.extend(said);
                if known.via.is_none() {
                    (known.via, known.via_rule) = channel(found);
                }
                if known.rule == BY_CONTEXT && found.claim.rule != BY_CONTEXT {
                    known.evidence = evidence(reading, found);
                    found.claim.rule.clone_into(&mut known.rule);
                    known.reasons.clone_from(&found.reasons);
                }
                continue;
            }
            let (via, via_rule) = channel(found);
            places.insert(found.source, cited.len());
            cited.push(Citation {
                name: found.source.to_owned(),
                kind: found.kind,
                via,
                via_rule,
                is_self: outlet == Some(found.source),
                mentions: vec![mention],
                said: said.collect(),
                evidence: evidence(reading, found),
                rule: found.claim.rule.to_owned(),
                confidence: found.confidence,
                reasons: found.reasons.clone(),
            });
        }
    }
    for (reading, _) in &found {
        for name in reading.document.names.iter().filter(|name| !name.nested) {
            if let Some(citation) = places.get(name.canonical.as_str()).and_then(|at| cited.get_mut(*at)) {
                let own = reading.without_descriptor(name.tokens.clone());
                let bytes = if own == name.tokens { name.span.clone() } else { reading.bytes(own) };
                citation.mentions.push(reading.document.span(bytes));
            }
        }
    }
    for citation in &mut cited {
        citation.mentions.sort_unstable();
        citation.mentions.dedup();
        citation.said.sort_unstable();
        citation.said.dedup();
    }
    cited
}

/// The clause that shows the citing.
fn evidence(reading: &Reading<'_, '_>, found: &Found<'_>) -> Span {
    reading.document.span(reading.bytes(reading.clause(found.claim.proof.clone())))
}

/// The channel of a claim with the rule that found it.
fn channel(found: &Found<'_>) -> (Option<String>, Option<String>) {
    found.via.map(|channel| (channel.name.to_owned(), channel.rule.to_owned())).unzip()
}
