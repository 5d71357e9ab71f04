//! Sites that a text names by their address: «FaceNews.ua», «Хроника.инфо», also with the stray blanks of some archives
//! («MIGnews . com . ua»).

use crate::{
    analyse::{Analysis, TokenKind},
    extract::Name,
    names::{Lexicon, NameKind},
    word_classes::word_class,
};
use std::{ops::Range, sync::LazyLock};
use svodka_model::article::SourceKind;

/// Last parts of addresses that sites bear as a name.
static ENDS: LazyLock<&[&str]> = LazyLock::new(|| word_class("site_ending"));

/// Adds the sites that no name covers.
pub(super) fn find(analysis: &Analysis<'_>, lexicon: &Lexicon, names: &mut Vec<Name>) {
    let mut at = 0;
    while at < analysis.tokens.len() {
        let Some(tokens) = address(analysis, at) else {
            at += 1;
            continue;
        };
        at = tokens.end;
        let text: String = tokens.clone().map(|token| analysis.word(token)).collect();
        let known = |n: &Name| n.entry.is_some() && n.kind.source().is_some();
        let covered = names.iter().any(|n| known(n) && n.tokens.start < tokens.end && tokens.start < n.tokens.end);
        let (Some(first), Some(last)) = (analysis.tokens.get(tokens.start), analysis.tokens.get(tokens.end - 1)) else {
            continue;
        };
        if covered {
            continue;
        }
        names.retain(|n| n.entry.is_some() || n.tokens.end <= tokens.start || tokens.end <= n.tokens.start);
        let mut name =
            Name::new(NameKind::Source(SourceKind::Media), &text, tokens, first.start as usize..last.end as usize);
        if let Some(entry) = lexicon.by_url(&text.to_lowercase()) {
            name.entry = lexicon.id_of(&entry.name);
            name.kind = entry.kind;
            name.canonical.clone_from(&entry.name);
        }
        names.push(name);
    }
}

/// The tokens of an address that begins at `at`: words with full stops between, the last of them an end of addresses.
fn address(analysis: &Analysis<'_>, at: usize) -> Option<Range<usize>> {
    let word = |at: usize| analysis.word(at);
    let is_word = |at: usize| analysis.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Word);
    let begins = is_word(at)
        && word(at).chars().nth(1).is_some()
        && !at.checked_sub(1).is_some_and(|b| matches!(word(b), "/" | "//" | "@" | "." | ":"));
    if !begins {
        return None;
    }
    let mut end = at + 1;
    while word(end) == "." && is_word(end + 1) && even(analysis, end) {
        end += 2;
    }
    let ending = word(end - 1);
    let address = end > at + 1
        && (ENDS.contains(&ending) || matches!(ending, "инфо" | "рф" | "ру"))
        && word(end) != "/"
        && word(end) != "@";
    address.then_some(at..end)
}

/// Whether a full stop is glued to both its neighbours, or to none.
fn even(analysis: &Analysis<'_>, stop: usize) -> bool {
    let end_of = |at: usize| analysis.tokens.get(at).map(|token| token.end);
    let start_of = |at: usize| analysis.tokens.get(at).map(|token| token.start);
    let before = stop.checked_sub(1).and_then(end_of) == start_of(stop);
    let after = end_of(stop) == start_of(stop + 1);
    before == after
}
