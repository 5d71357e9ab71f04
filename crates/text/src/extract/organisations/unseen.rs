//! Names that neither dictionaries nor tagger see, nor any descriptor announces: a phrase in quotes, a run of words in
//! Latin letters, a @handle, and longer Latin names around a known one («Greenwich Time» is not Time).
//!
//! Most of them name no organisation. They are kept unconfirmed, for attribution alone, which judges by the context.

use crate::{
    analyse::{Analysis, TokenKind},
    extract::Name,
    names::{NameKind, is_quote},
    word_classes::word_class,
};
use std::{ops::Range, sync::LazyLock};
use svodka_model::article::EntityKind;

/// Longest name in quotes, in tokens.
const LONGEST_QUOTED: usize = 6;

/// Longest run of Latin words.
const LONGEST_RUN: usize = 5;

/// Last words of Latin names that make of a known source another: «Rambler News Service», «The National Interest».
static OTHERS: LazyLock<&[&str]> = LazyLock::new(|| word_class("other_source_tail"));

/// Adds the names that nothing else has found.
pub(super) fn find(analysis: &Analysis<'_>, names: &mut Vec<Name>) {
    let finder = Finder { analysis, covered: covered(analysis, names) };
    let longer = finder.longer(names);
    let in_longer = covered(analysis, &longer);
    let taken = |at: usize| in_longer.get(at).is_some_and(|taken| *taken);
    // A longer name covers its known source and free tokens, so a name that starts in one lies within it.
    for name in names.iter_mut().filter(|name| taken(name.tokens.start)) {
        name.nested = true;
    }
    let mut at = 0;
    let mut fresh = Vec::new();
    while at < analysis.tokens.len() {
        let found = finder.quoted(at).or_else(|| finder.run(at)).or_else(|| finder.handle(at));
        let Some((tokens, quoted)) = found.filter(|(tokens, _)| !tokens.clone().any(taken)) else {
            at += 1;
            continue;
        };
        at = tokens.end;
        fresh.extend(finder.name(tokens, quoted, false));
    }
    names.extend(longer);
    names.append(&mut fresh);
}

/// Which tokens belong to a name.
fn covered(analysis: &Analysis<'_>, names: &[Name]) -> Vec<bool> {
    let mut covered = vec![false; analysis.tokens.len()];
    for name in names {
        if let Some(tokens) = covered.get_mut(name.tokens.clone()) {
            tokens.fill(true);
        }
    }
    covered
}

struct Finder<'a, 't> {
    analysis: &'a Analysis<'t>,
    covered: Vec<bool>,
}

impl Finder<'_, '_> {
    fn is_free(&self, at: usize) -> bool {
        self.covered.get(at).is_some_and(|covered| !covered)
    }

    fn name(&self, tokens: Range<usize>, quoted: bool, confirmed: bool) -> Option<Name> {
        let start = self.analysis.tokens.get(tokens.start)?.start as usize;
        let end = self.analysis.tokens.get(tokens.end.checked_sub(1)?)?.end as usize;
        let text = self.analysis.text.get(start..end)?;
        let mut name = Name::new(NameKind::Entity(EntityKind::Organization), text, tokens, start..end);
        (name.quoted, name.confirmed) = (quoted, confirmed);
        Some(name)
    }

    /// A capitalised phrase in quotes that opens at `at`, no part of which is a name.
    fn quoted(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let opens = matches!(self.analysis.word(at), "«" | "„" | "“" | "\"");
        let start = at + 1;
        let begins = |word: &str| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        if !opens || !begins(self.analysis.word(start)) {
            return None;
        }
        let inside = start..(start + LONGEST_QUOTED + 1).min(self.analysis.tokens.len());
        let end = inside.into_iter().find(|at| !self.belongs(*at))?;
        let letters = (start..end).any(|at| self.analysis.word(at).chars().filter(|c| c.is_alphabetic()).count() > 1);
        (end > start && is_quote(self.analysis.word(end)) && letters).then_some((start..end, true))
    }

    /// Whether a token can be a part of a name in quotes.
    fn belongs(&self, at: usize) -> bool {
        let word = self.analysis.word(at);
        self.is_free(at) && !is_quote(word) && !matches!(word, "." | "!" | "?" | "," | ":" | ";" | "…" | "(" | ")")
    }

    /// A run of capitalised Latin words that starts at `at`.
    fn run(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let glued = at.checked_sub(1).is_some_and(|b| matches!(self.analysis.word(b), "/" | "@" | "#" | "." | "_"));
        if glued || !self.is_free(at) || !self.is_latin(at) {
            return None;
        }
        let joins = |at: usize| matches!(self.analysis.word(at), "of" | "the" | "and" | "for" | "de" | "&");
        let mut end = at + 1;
        while end < at + LONGEST_RUN && self.is_free(end) {
            if self.is_latin(end) {
                end += 1;
            } else if joins(end) && self.is_free(end + 1) && self.is_latin(end + 1) {
                end += 2;
            } else {
                break;
            }
        }
        Some((at..end, false))
    }

    /// Whether a token is a word that begins with a Latin capital.
    fn is_latin(&self, at: usize) -> bool {
        let word = self.analysis.word(at);
        let token = self.analysis.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word);
        token && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().nth(1).is_some() && word.is_ascii()
    }

    /// «@channel».
    fn handle(&self, at: usize) -> Option<(Range<usize>, bool)> {
        let word = self.analysis.word(at);
        let plain = |name: &str| name.len() > 4 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let whole = word.strip_prefix('@').is_some_and(plain) && self.is_free(at);
        let parted = word == "@" && plain(self.analysis.word(at + 1)) && self.is_free(at + 1);
        let end_before = at.checked_sub(1).and_then(|before| self.analysis.tokens.get(before)).map(|token| token.end);
        let address = end_before.is_some() && end_before == self.analysis.tokens.get(at).map(|token| token.start);
        match (whole, parted && !address) {
            (true, _) => Some((at..at + 1, false)),
            (_, true) => Some((at..at + 2, false)),
            _ => None,
        }
    }

    /// Longer Latin names around known sources.
    fn longer(&self, names: &[Name]) -> Vec<Name> {
        let known = |name: &&Name| {
            name.entry.is_some() && name.kind.source().is_some() && !name.nested && self.is_latin(name.tokens.start)
        };
        let mut longer = Vec::new();
        for name in names.iter().filter(known) {
            let sentence = self.analysis.sentence_of(name.tokens.start);
            let inside = |at: usize| self.analysis.sentence_of(at) == sentence && self.is_free(at) && self.is_latin(at);
            let before = name.tokens.start.checked_sub(1).filter(|at| inside(*at) && self.analysis.word(*at) != "The");
            let start = before.map_or(name.tokens.start, |mut start| {
                while start > 0 && name.tokens.start - start < LONGEST_RUN && inside(start - 1) {
                    start -= 1;
                }
                start
            });
            let mut end = name.tokens.end;
            while end < name.tokens.end + 3 && inside(end) {
                end += 1;
            }
            let other = end > name.tokens.end && OTHERS.contains(&self.analysis.word(end - 1));
            let end = if other || start < name.tokens.start { end } else { name.tokens.end };
            if start < name.tokens.start || end > name.tokens.end {
                longer.extend(self.name(start..end, name.quoted, true));
            }
        }
        longer
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::analyse::Analysis;

    fn found(text: &str) -> Vec<String> {
        let analysis = Analysis::new(text);
        let mut names = Vec::new();
        find(&analysis, &mut names);
        names.into_iter().map(|name| name.canonical).collect()
    }

    #[test]
    fn quotes_runs_and_handles_are_found() {
        assert_eq!(found("«Астраханский листок» сходил в консульство."), ["Астраханский листок"]);
        assert_eq!(found("Расследователи Frontelligence Insight определили тип."), ["Frontelligence Insight"]);
        assert_eq!(found("Слайды слил @coal_and_order вчера."), ["@coal_and_order"]);
        assert_eq!(found("Он сказал «да» и ушёл."), Vec::<String>::new());
        assert_eq!(found("«Мандат продлят, — сказал он. — Под ковром»."), Vec::<String>::new());
    }
}
