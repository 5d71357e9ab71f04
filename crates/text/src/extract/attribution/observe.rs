//! What training sees of an article: its sources with the features of every mention.

use super::{
    claims, context, document_facts::DocumentFacts, features::Named, mention::Mention, publisher, reading::Reading, via,
};
use crate::{extract::Document, names::Lexicon};
use svodka_model::article::{Outlet, SourceKind, Span};

/// A mention with its features.
#[derive(Clone, Debug)]
pub struct ObservedMention {
    /// Where the name, or the head noun for it, stands.
    pub span: Span,
    /// The text that the span covers.
    pub text: String,
    /// The group whose weights count beside those for all.
    pub group: &'static str,
    /// Its features.
    pub features: Named,
    /// The first rule that speaks for it.
    pub rule: Option<&'static str>,
}

/// A source with its mentions.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Canonical name.
    pub name: String,
    /// Its other names in the dictionaries.
    pub aliases: Vec<String>,
    /// What it is taken for.
    pub kind: Option<SourceKind>,
    /// Whether it is the article's own outlet.
    pub is_self: bool,
    /// Its mentions, in order.
    pub mentions: Vec<ObservedMention>,
}

/// The sources of an article as the model sees them.
#[must_use]
pub fn observe(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    lexicon: &Lexicon,
) -> Vec<Observed> {
    let title = headline.map(Reading::new);
    let text = Reading::new(body);
    let in_title = title.as_ref().map(|reading| super::mention::mentions(reading, lexicon)).unwrap_or_default();
    let mut in_text = super::mention::mentions(&text, lexicon);
    let publisher = publisher::in_text(&text, &claims::by_rules(&in_text));
    let outlet = publisher.as_ref().map(|publisher| publisher.outlet(&text));
    let own = stated.or(outlet.as_ref()).map(|outlet| outlet.name.clone());
    if let Some(publisher) = publisher.filter(|_| publisher::agrees(outlet.as_ref(), stated)) {
        in_text.retain(|mention| !publisher.is_the_mention(&mention.site.tokens));
    }
    let parts = || title.iter().map(|reading| (reading, in_title.as_slice())).chain([(&text, in_text.as_slice())]);
    let facts = DocumentFacts::new(parts());
    let mut out: Vec<Observed> = Vec::new();
    for (reading, mentions) in parts() {
        for (number, mention) in mentions.iter().enumerate() {
            let observed = observed(reading, mentions, number, &facts);
            let name = &mention.name.canonical;
            if let Some(known) = out.iter_mut().find(|source| source.name == *name) {
                known.kind = known.kind.or(mention.kind);
                known.mentions.push(observed);
                continue;
            }
            let entry = mention.name.entry.and_then(|number| lexicon.entry(number));
            out.push(Observed {
                name: name.clone(),
                aliases: entry.into_iter().flat_map(|e| &e.aliases).map(|a| a.text.clone()).collect(),
                kind: mention.kind,
                is_self: own.as_ref() == Some(name),
                mentions: vec![observed],
            });
        }
    }
    out
}

fn observed(
    reading: &Reading<'_, '_>,
    mentions: &[Mention<'_, '_, '_>],
    number: usize,
    facts: &DocumentFacts<'_>,
) -> ObservedMention {
    let mut features = Named::default();
    context::describe(mentions, number, facts, &mut features);
    let (group, rule, tokens) = mentions.get(number).map_or(("", None, 0..0), |mention| {
        (mention.group(), mention.claim.as_ref().map(|claim| claim.rule), mention.site.tokens.clone())
    });
    let bytes = reading.bytes(reading.without_descriptor(tokens));
    ObservedMention {
        text: reading.document.analysis.text.get(bytes.clone()).unwrap_or_default().to_owned(),
        span: reading.document.span(bytes),
        group,
        features,
        rule,
    }
}

/// A source and a possible channel with their features.
#[derive(Clone, Debug)]
pub struct ObservedPair {
    /// The source: its canonical name, and how this mention is written.
    pub relayed: [String; 2],
    /// The channel: the same.
    pub channel: [String; 2],
    /// The features.
    pub features: Named,
}

/// The pairs of sources and possible channels in an article, as the embedded model finds its sources.
#[must_use]
pub fn pairs(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    stated: Option<&Outlet>,
    lexicon: &Lexicon,
) -> Vec<ObservedPair> {
    let mut out = Vec::new();
    super::attribute_with(headline, body, stated, lexicon, &mut |reading, found, own| {
        let pairs = via::Pairs::new(reading, found, own);
        let names = |at: usize| {
            let found = found.get(at)?;
            let bytes = reading.bytes(reading.without_descriptor(found.tokens.clone()));
            let text = reading.document.analysis.text.get(bytes).unwrap_or_default();
            Some([found.source.to_owned(), text.to_owned()])
        };
        for pair in pairs.all() {
            let mut features = Named::default();
            pairs.describe(&pair, &mut features);
            let both = names(pair.relayed).zip(names(pair.channel));
            out.extend(both.map(|(relayed, channel)| ObservedPair { relayed, channel, features }));
        }
    });
    out
}
