//! Attribution: who published the article, whose information it relays, through whom, and the clause that shows it.
//!
//! Works from names outward: every source name is looked at in its sentence by an ordered list of small named
//! [`rules`]; a name that no rule speaks for is only mentioned. Then head nouns («издание», «аналитики института»)
//! are tied to the sources they stand for, and relayed sources to their channels. Precision comes first: a wrong
//! citation is a false statement about someone.

mod claims;
mod experts;
mod gather;
mod heads;
mod inflect;
mod lexis;
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
pub(super) use lexis::{Classes, Lexis, Word};
use reading::Reading;
pub(super) use reading::counts;
use svodka_model::article::{Citation, Outlet};

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
    let title = headline.map(Reading::new);
    let text = Reading::new(body);
    let in_title = title.as_ref().map(|reading| claims::claims(reading, lexicon)).unwrap_or_default();
    let mut in_text = claims::claims(&text, lexicon);

    let publisher = publisher::in_text(&text, &in_text);
    let outlet = publisher.as_ref().map(|publisher| publisher.outlet(&text));
    let known = stated.or(outlet.as_ref()).map(|o| o.name.as_str());
    via::resolve(&text, &mut in_text);
    if let Some(publisher) = &publisher {
        in_text.retain(|found| !publisher.is_the_claim(found));
    }
    let found = title.iter().map(|reading| (reading, &in_title)).chain([(&text, &in_text)]);
    Attribution { cited: gather::citations(found, known), outlet }
}
