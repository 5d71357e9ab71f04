//! Capitals for texts that have none, or nothing else: «ПУТИН ВСТРЕТИЛСЯ С СИ», «путин встретился с си».
//!
//! The tagger and the dictionaries read capitals; without them they are blind. Only letter case changes, and no offset.

use crate::{
    analyse::{
        Analysis, Sentence, Token, TokenKind,
        fold::fold,
        morph::{Dictionary, Tag},
        token::Flags,
    },
    names::first_names::is_first_name,
};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Acronyms, folded.
static ACRONYMS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/acronyms.txt").lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty()).map(fold).collect()
});

/// Words of a text below which its lack of capitals means nothing.
const FEW_WORDS: usize = 5;

/// How a stretch of text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Usual,
    Shouted,
    Small,
}

/// The text with capitals as names have them; nothing if it is written as usual.
pub(super) fn recase(analysis: &Analysis<'_>) -> Option<String> {
    let small = writing(analysis, 0..analysis.tokens.len()) == Writing::Small;
    let shouted = |sentence: &&Sentence| writing(analysis, sentence.tokens.clone()) == Writing::Shouted;
    let sentences: Vec<&Sentence> = analysis.sentences.iter().filter(|s| small || shouted(s)).collect();
    if sentences.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(analysis.text.len());
    for token in sentences.into_iter().flat_map(|sentence| sentence.tokens.clone()) {
        let Some(range) = analysis.tokens.get(token).filter(|t| t.kind == TokenKind::Word).map(|t| t.range()) else {
            continue;
        };
        let word = analysis.word(token);
        let recased = recased(word);
        if recased.len() == word.len() {
            text.push_str(analysis.text.get(text.len()..range.start).unwrap_or(""));
            text.push_str(&recased);
        }
    }
    text.push_str(analysis.text.get(text.len()..).unwrap_or(""));
    Some(text)
}

fn writing(analysis: &Analysis<'_>, tokens: std::ops::Range<usize>) -> Writing {
    let tokens = analysis.tokens.get(tokens).unwrap_or_default();
    let is_long = |token: &&Token| token.of(analysis.text).chars().nth(2).is_some();
    let lettered = tokens.iter().filter(|t| t.kind == TokenKind::Word && !t.flags.any(Flags::DIGIT | Flags::JOINED));
    let (mut all, mut capital, mut shouted) = (0, 0, 0);
    for Token { flags, .. } in lettered.filter(is_long) {
        all += 1;
        capital += usize::from(flags.has(Flags::INITIAL));
        shouted += usize::from(!flags.has(Flags::LOWER));
    }
    if all >= 2 && shouted * 10 >= all * 9 {
        Writing::Shouted
    } else if all >= FEW_WORDS && capital * 50 <= all {
        Writing::Small
    } else {
        Writing::Usual
    }
}

/// A word as it would be written in ordinary text.
fn recased(word: &str) -> String {
    let folded = fold(word);
    if folded.chars().nth(1).is_none() {
        return word.to_lowercase();
    }
    let parses = Dictionary::bundled().parses(&folded);
    let ordinary = parses.first().is_some_and(|parse| !parse.tag.is_name());
    if ACRONYMS.contains(&folded) && !ordinary || parses.first().is_some_and(|p| p.tag.is_any(Tag::ABBREVIATION)) {
        return word.to_uppercase();
    }
    let unknown = parses.is_empty() && folded.chars().nth(3).is_some();
    let lower = word.to_lowercase();
    if unknown || is_first_name(&folded) || parses.first().is_some_and(|parse| parse.tag.is_name()) {
        let mut letters = lower.chars();
        return letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::recase;
    use crate::analyse::Analysis;

    #[test]
    fn names_get_their_capitals() {
        let recased = |text: &str| recase(&Analysis::new(text));
        assert_eq!(recased("ПУТИН ОБСУДИЛ САНКЦИИ США").as_deref(), Some("Путин обсудил санкции США"));
        assert_eq!(
            recased("в москве владимир путин обсудил новые санкции").as_deref(),
            Some("в Москве Владимир Путин обсудил новые санкции")
        );
    }

    #[test]
    fn ordinary_text_stays() {
        assert_eq!(recase(&Analysis::new("Путин обсудил санкции с МИД. Обсуждение было долгим и трудным.")), None);
        assert_eq!(recase(&Analysis::new("МИД РФ: санкции")), None);
    }
}
