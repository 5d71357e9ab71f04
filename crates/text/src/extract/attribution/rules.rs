//! The attribution rules in their order; the first that speaks for a name wins, and no rule means no citation.
//!
//! Each rule is a small function over one [`Site`] that answers with the tokens which prove the citing. The rules
//! themselves stand in `references`, `speech` and `experts`.

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

/// The first rule that speaks for the name at `site`.
pub(super) fn first_match(site: &Site<'_, '_, '_>) -> Option<Claim> {
    RULES
        .iter()
        .find_map(|(rule, relayed, applies)| applies(site).map(|proof| Claim { rule, relayed: *relayed, proof }))
}
