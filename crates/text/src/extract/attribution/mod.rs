//! Attribution: who published the article, whose information it relays, through whom, and the clause that shows it.
//!
//! Works from names outward: every [`mention`] of an organisation, and every head noun that stands for one («издание»,
//! «аналитики института»), is described by [`features`] of its context, small named [`rules`] among them; a learned
//! linear [`model`] scores it, and the best mention decides whether its source is cited. Then relayed sources are tied
//! to their channels. Precision comes first: a wrong citation is a false statement about someone.

mod claims;
pub mod collective;
mod context;
mod decide;
mod document_facts;
mod experts;
pub mod features;
mod gather;
mod grammar;
mod heads;
mod inflect;
mod lexis;
mod mention;
mod model;
pub mod observe;
mod publisher;
mod reading;
mod references;
mod rules;
mod said;
mod signature;
mod site;
mod speech;
mod via;

use super::Document;
use crate::names::Lexicon;
pub(super) use grammar::Grammar;
pub(super) use lexis::{Classes, Lexis, Word};
use reading::Reading;
pub(super) use reading::counts;
use svodka_model::article::{Citation, Outlet};

/// What attribution found in one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribution {
    /// The outlet, when the text itself names it as the publisher.
    pub outlet: Option<Outlet>,
    /// Sources whose information is relayed, in order of appearance.
    pub cited: Vec<Citation>,
    /// Sources whose information may be relayed, but probably is not.
    pub candidates: Vec<Citation>,
}

/// Finds the outlet and the cited sources of an article. `stated` is the outlet its metadata names.
#[must_use]
pub fn attribute(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    lexicon: &Lexicon,
) -> Attribution {
    attribute_with(headline, body, stated, lexicon, &mut |_, _, _| ())
}

/// The claims of the text with the own outlet, as they are before their channels are looked for.
type Look<'l> = dyn FnMut(&Reading<'_, '_>, &[claims::Found<'_>], Option<&str>) + 'l;

fn attribute_with(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    lexicon: &Lexicon,
    look: &mut Look<'_>,
) -> Attribution {
    let title = headline.map(Reading::new);
    let text = Reading::new(body);
    let in_title = title.as_ref().map(|reading| mention::mentions(reading, lexicon)).unwrap_or_default();
    let mut in_text = mention::mentions(&text, lexicon);

    let by_rules = claims::by_rules(&in_text);
    let publisher = publisher::in_text(&text, &by_rules);
    let outlet = publisher.as_ref().map(|publisher| publisher.outlet(&text));
    let known = stated.or(outlet.as_ref()).map(|o| o.name.as_str());
    // A publisher that the metadata contradict is a name like any other: «Источник: Ведомости» in a piece of Lenta.
    let publisher = publisher.filter(|_| publisher::agrees(outlet.as_ref(), stated));
    if let Some(publisher) = &publisher {
        in_text.retain(|mention| !publisher.is_the_mention(&mention.site.tokens));
    }
    let parts: Vec<decide::Part<'_, '_, '_, '_>> =
        title.iter().map(|reading| (reading, in_title.as_slice())).chain([(&text, in_text.as_slice())]).collect();
    let decided = decide::found(&parts);
    let mut found = decided.cited;
    if let Some(in_text) = found.last_mut() {
        // The line that names the publisher cites nobody, but what it refers to came through him.
        let is_publisher =
            |found: &claims::Found<'_>| publisher.as_ref().is_some_and(|p| p.is_the_mention(&found.tokens));
        in_text.extend(by_rules.into_iter().filter(|found| is_publisher(found)));
        in_text.sort_by_key(|found| found.tokens.start);
        look(&text, in_text, known);
        via::resolve(&text, in_text, known);
        in_text.retain(|found| !is_publisher(found));
    }
    let with_readings = |found| parts.iter().map(|(reading, _)| *reading).zip(found);
    let cited = gather::citations(with_readings(&found), known);
    let mut candidates = Vec::new();
    if decided.candidates.iter().any(|of_part| !of_part.is_empty()) {
        candidates = gather::citations(with_readings(&decided.candidates), known);
        candidates.retain(|candidate| !candidate.is_self);
        candidates.iter_mut().for_each(|candidate| candidate.said.clear());
    }
    Attribution { cited, candidates, outlet }
}
