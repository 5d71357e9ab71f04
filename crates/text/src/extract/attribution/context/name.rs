//! What the name itself tells, and its case.

use super::View;
use crate::{
    analyse::morph::{Case, Pos},
    extract::attribution::{
        features::{Feature as F, Sink, Stem},
        lexis::Classes,
        mention::Role,
        reading::is_latin,
    },
    names::Strength,
};

impl View<'_, '_, '_, '_> {
    pub(super) fn name(&self, sink: &mut dyn Sink) {
        let (mention, reading) = (self.mention, self.reading);
        let name = mention.name;
        let sort = mention.sort.unwrap_or("none");
        sink.add(F::Kind, &[if let Some(kind) = mention.kind { kind.name() } else { sort }]);
        let known = match (name.entry, name.strength) {
            (Some(_), Strength::Ambiguous) => "ambiguous",
            (Some(_), Strength::Short) => "short",
            (Some(_), Strength::Strong) => "dictionary",
            (None, _) if name.kind.source().is_some() => "described",
            (None, _) => "tagger",
        };
        sink.add(F::Known, &[known]);
        let kind = if let Some(kind) = mention.kind { kind.name() } else { sort };
        sink.add(F::RuleKind, &[mention.claim.as_ref().map_or("none", |claim| claim.rule), kind]);
        if let Some((kind, odds)) = name.likely {
            const ODDS: [&str; 9] = ["-4", "-3", "-2", "-1", "0", "1", "2", "3", "4"];
            let odds = usize::try_from(odds + 4).ok().and_then(|at| ODDS.get(at)).copied().unwrap_or("0");
            sink.add(F::Likely, &[kind.name(), odds]);
            sink.add(F::Likely, &[odds]);
        }
        sink.add(F::Role, &[if mention.role == Role::HeadNoun { "head_noun" } else { "named" }]);
        let word = reading.text(name.tokens.start);
        let shape = match () {
            () if word.contains('@') => "handle",
            () if word.contains('.') && is_latin(word) => "domain",
            () if is_latin(word) && word.chars().all(|c| !c.is_lowercase()) => "latin_acronym",
            () if is_latin(word) => "latin",
            () if word.chars().count() > 1 && word.chars().all(char::is_uppercase) => "acronym",
            () if name.tokens.len() > 1 => "phrase",
            () => "word",
        };
        sink.add(F::Shape, &[shape, if name.quoted { "quoted" } else { "bare" }]);
        let common = |at: &usize| {
            let listed = reading.word(*at).classes.any(Classes::DESCRIPTOR.or(Classes::REFINES));
            let grammar = reading.grammar(*at);
            // Of a name in one word no feature may tell which it is.
            let several = name.tokens.len() > 1 && mention.group() != "press";
            listed || several && (grammar.is(Pos::Noun) || grammar.is(Pos::Adjective))
        };
        for at in name.tokens.clone().take(8).filter(common) {
            sink.add(F::NameWord, &[Stem::of(reading.text(at)).as_str()]);
        }
        let phrase = self.site.phrase.start..self.site.tokens.start;
        let described = phrase.filter(|at| reading.has(*at, Classes::DESCRIPTOR.or(Classes::REFINES)));
        let mut any = false;
        for at in described.take(3) {
            any = true;
            sink.add(F::Descriptor, &[Stem::of(reading.text(at)).as_str()]);
        }
        if !any {
            sink.add(F::Descriptor, &["none"]);
        }
        sink.add(F::Case, &[self.case()]);
    }

    /// The case of the phrase, by the word that heads it or by the preposition before it.
    pub(super) fn case(&self) -> &'static str {
        let reading = self.reading;
        let head = self.site.phrase.clone().find(|at| {
            let grammar = reading.grammar(*at);
            grammar.is(Pos::Noun) || grammar.is(Pos::Adjective)
        });
        let case = head.and_then(|at| reading.grammar(at).case());
        match case {
            Some(Case::Nominative) => "nom",
            Some(Case::Genitive) => "gen",
            Some(Case::Dative) => "dat",
            Some(Case::Accusative) => "acc",
            Some(Case::Instrumental) => "ins",
            Some(Case::Prepositional) => "pre",
            Some(Case::Vocative) | None => "any",
        }
    }
}
