//! Attribution: who published the article, whose information it relays, through whom, and the clause that shows it.
//!
//! An ordered list of small named [`rules`], each looking at one source name in its sentence. A name that no rule
//! speaks for is only mentioned. Precision comes first: a wrong citation is a false statement about someone.

mod rules;

use super::Document;
use crate::{
    article::{Citation, Outlet, OutletOrigin, SourceKind},
    names::Lexicon,
};

/// What attribution found in one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The outlet, when the text itself names it as the publisher.
    pub outlet: Option<Outlet>,
    /// Sources whose information is relayed, in order of appearance.
    pub cited: Vec<Citation>,
}

/// Finds the outlet and the cited sources of an article. `stated` is the outlet its metadata names.
#[must_use]
pub fn attribute(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    lexicon: &Lexicon,
) -> Attribution {
    let mut found = Attribution::default();
    for document in headline.into_iter().chain(std::iter::once(body)) {
        for name in &document.names {
            let Some(kind) = name.kind.source() else { continue };
            if name.nested || !document.zone_of(name.tokens.start).is_news() {
                continue;
            }
            if let Some(claim) = rules::first_match(document, name) {
                let span = document.span(name.span.clone());
                let evidence = document.span(claim.evidence);
                if claim.publishes && found.outlet.is_none() && kind.is_press() {
                    let outlet =
                        Outlet { name: name.canonical.clone(), from: OutletOrigin::Text, evidence: Some(evidence) };
                    found.outlet = Some(outlet);
                } else {
                    add(&mut found.cited, &name.canonical, kind, span, evidence, claim.rule);
                }
            }
        }
    }
    finish(&mut found, headline, body, stated, lexicon);
    found
}

fn add(
    cited: &mut Vec<Citation>,
    name: &str,
    kind: SourceKind,
    span: crate::article::Span,
    evidence: crate::article::Span,
    rule: &str,
) {
    if let Some(known) = cited.iter_mut().find(|c| c.name == name) {
        known.mentions.push(span);
        return;
    }
    cited.push(Citation {
        name: name.to_owned(),
        kind,
        via: None,
        is_self: false,
        mentions: vec![span],
        evidence,
        rule: rule.to_owned(),
    });
}

/// Marks self-citations and gathers the remaining mentions of each cited source.
fn finish(
    found: &mut Attribution,
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    _lexicon: &Lexicon,
) {
    let outlet = stated.or(found.outlet.as_ref()).map(|o| o.name.clone());
    for citation in &mut found.cited {
        citation.is_self = outlet.as_deref() == Some(citation.name.as_str());
        for document in headline.into_iter().chain(std::iter::once(body)) {
            let same = document.names.iter().filter(|n| n.canonical == citation.name);
            citation.mentions.extend(same.map(|n| document.span(n.span.clone())));
        }
        citation.mentions.sort_unstable();
        citation.mentions.dedup();
    }
}
