//! The attribution rules in their order: features of the [model](super::model), and the names that `--explain` shows.
//!
//! Each rule is a small function over one [`Site`] that answers with the tokens which prove the citing. The rules
//! themselves are in `references`, `speech` and `experts`. A rule decides nothing by itself.

use super::{experts, references, site::Site, speech};
use std::ops::Range;

/// What a rule says of a name.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// The rule's name, for `--explain`.
    pub(super) rule: &'static str,
    /// Whether the source is relayed by somebody else («со ссылкой на X»), even if it is a paper itself.
    pub(super) relayed: bool,
    /// The tokens that prove it.
    pub(super) proof: Range<usize>,
}

type Rule = fn(&Site<'_, '_, '_>) -> Option<Range<usize>>;

/// Name, whether the source is relayed through another, and the rule.
const RULES: [(&str, bool, Rule); 17] = [
    ("headline", false, speech::headline),
    ("with_reference_to", true, references::with_reference_to),
    ("quoted_from", false, references::quoted_from),
    ("according_to", false, references::according_to),
    ("in_possession_of", false, references::in_possession_of),
    ("about_this", false, speech::about_this),
    ("interview_with", false, references::interview_with),
    ("source_of", false, speech::source_of),
    ("experts_of", false, experts::experts_of),
    ("person_from", false, experts::person_from),
    ("made_by", false, references::made_by),
    ("report_of", false, references::report_of),
    ("published_in", false, references::published_in),
    ("in_it_they_say", false, speech::in_it_they_say),
    ("receiver", false, speech::receiver),
    ("says_it", false, speech::says_it),
    ("it_says", false, speech::it_says),
];

/// The rules that speak for a name, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fired(u32);

impl Fired {
    /// The union of two sets.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// All rules that speak for the name at `site`, and what the first of them claims.
pub(super) fn all_matches(site: &Site<'_, '_, '_>) -> (Fired, Option<Claim>) {
    let mut fired = Fired::default();
    let mut first = None;
    for (bit, (rule, relayed, applies)) in RULES.iter().enumerate() {
        if let Some(proof) = applies(site) {
            fired.0 |= 1 << bit;
            first = first.or(Some(Claim { rule, relayed: *relayed, proof }));
        }
    }
    (fired, first)
}

/// The names of the rules in a set.
pub(super) fn names(fired: Fired) -> impl Iterator<Item = &'static str> {
    RULES.iter().enumerate().filter(move |(bit, _)| fired.0 >> bit & 1 == 1).map(|(_, (rule, _, _))| *rule)
}
