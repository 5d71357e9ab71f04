//! Claims: mentions that are taken to cite their source.

use super::{mention::Mention, rules::Claim, via::Channel};
use std::ops::Range;
use svodka_model::article::SourceKind;

/// A mention that cites its source.
#[derive(Clone, Debug)]
pub(super) struct Found<'d> {
    /// Canonical name of the source.
    pub(super) source: &'d str,
    /// What it is.
    pub(super) kind: SourceKind,
    /// The tokens of the name or head noun.
    pub(super) tokens: Range<usize>,
    /// The sentence it stands in.
    pub(super) sentence: usize,
    /// What was claimed.
    pub(super) claim: Claim,
    /// The source through which it is relayed.
    pub(super) via: Option<Channel<'d>>,
    /// How probable it is that the article cites the source, 0..=1.
    pub(super) confidence: f32,
    /// The features that speak for it most, with their log odds.
    pub(super) reasons: Vec<(String, f32)>,
}

impl<'d> Found<'d> {
    /// What the first rule that speaks for a mention claims, whatever the model says of it.
    pub(super) fn by_rule(mention: &Mention<'_, 'd, '_>) -> Option<Self> {
        Some(Self {
            source: &mention.name.canonical,
            kind: mention.kind?,
            tokens: mention.site.tokens.clone(),
            sentence: mention.sentence,
            claim: mention.claim.clone()?,
            via: None,
            confidence: 1.0,
            reasons: Vec::new(),
        })
    }
}

/// The mentions for which a rule speaks: what tells the publisher.
pub(super) fn by_rules<'d>(mentions: &[Mention<'_, 'd, '_>]) -> Vec<Found<'d>> {
    mentions.iter().filter_map(Found::by_rule).collect()
}
