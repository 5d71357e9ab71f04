//! Expanding a pattern or a misspelling to the words of the index.
//!
//! Patterns and misspellings are matched against words as they stand, never against stems: `санкции*` and `санкц*`
//! find the same words whatever the stemmer makes of them.

use super::spans::Leaf;
use crate::{
    analyse::{fold::fold, stem::Stemmer},
    error::Result,
};
use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};
use tantivy_fst::Automaton;

/// A word of this many letters may be two letters off; a shorter one only one.
const TWO_OFF: usize = 6;

/// The words of `forms` that fit `pattern`, in which `*` stands for any letters.
pub(super) fn wildcard(searcher: &Searcher, forms: Field, pattern: &str) -> Result<Leaf> {
    let pattern = fold(pattern);
    let start = pattern.split('*').next().unwrap_or("");
    let (mut terms, mut holding) = (Vec::new(), 0);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(forms)?;
        let words = index.terms().range().ge(start.as_bytes()).into_stream();
        let mut words = words.map_err(tantivy::TantivyError::from)?;
        while words.advance() {
            let Ok(word) = std::str::from_utf8(words.key()) else { continue };
            if !word.starts_with(start) {
                break;
            }
            if is_folded_word(word) && fits(word, &pattern) {
                holding += u64::from(words.value().doc_freq);
                terms.push(word.to_owned());
            }
        }
    }
    Ok(Leaf { holding: Some(holding), ..Leaf::forms(forms, terms) })
}

/// The word and its misspellings: the stems of every word of `forms` at most `letters` off. Stems, so that a
/// misspelt name is found in its other cases too.
pub(super) fn misspelt(
    searcher: &Searcher,
    (stems, forms): (Field, Field),
    word: &str,
    letters: Option<u8>,
    stemmer: &Stemmer,
) -> Result<Leaf> {
    let mut terms = Vec::new();
    let mut add = |word: &str| stemmer.each_term(word, false, &mut |term| terms.push(term.to_owned()));
    add(word);
    near_words(searcher, forms, word, (letters, false), &mut |form, _| add(form))?;
    Ok(Leaf::stems(stems, terms))
}

/// Calls `sink` with every word of `forms` at most `letters` off, segment by segment, and how many articles of the
/// segment hold it. If `same_start`, only with those that begin with the same letter, which leaves most
/// of the dictionary alone.
pub(super) fn near_words(
    searcher: &Searcher,
    forms: Field,
    word: &str,
    (letters, same_start): (Option<u8>, bool),
    sink: &mut dyn FnMut(&str, u32),
) -> Result<()> {
    let folded = fold(word);
    let by_length = if folded.chars().count() < TWO_OFF { 1 } else { 2 };
    let start: String = folded.chars().take(usize::from(same_start)).collect();
    // Behind all words that begin so: no letter's last byte is the greatest there is.
    let end = start.as_bytes().split_last().map(|(last, before)| [before, &[last + 1]].concat());
    let query = FuzzyTermQuery::new(Term::from_field_text(forms, &folded), letters.unwrap_or(by_length), true);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(forms)?;
        let mut words = index.terms().search(SmallLetters(query.automaton()?)).ge(start.as_bytes());
        if let Some(end) = &end {
            words = words.lt(end);
        }
        let mut words = words.into_stream().map_err(tantivy::TantivyError::from)?;
        while words.advance() {
            if let Ok(form) = std::str::from_utf8(words.key())
                && is_folded_word(form)
            {
                sink(form, words.value().doc_freq);
            }
        }
    }
    Ok(())
}

/// An automaton that leaves alone whatever has a capital: half of the forms are twins of others with theirs kept, and a
/// branch of capitals need not be walked to know it.
struct SmallLetters<A>(A);

/// Stands for the byte before when there was a capital; no byte of UTF-8 is this one.
const CAPITAL: u8 = 0xff;

impl<A: Automaton> Automaton for SmallLetters<A> {
    /// The state within, and the byte before.
    type State = (A::State, u8);

    fn start(&self) -> Self::State {
        (self.0.start(), 0)
    }

    fn is_match(&self, (within, before): &Self::State) -> bool {
        *before != CAPITAL && self.0.is_match(within)
    }

    fn can_match(&self, (within, before): &Self::State) -> bool {
        *before != CAPITAL && self.0.can_match(within)
    }

    fn accept(&self, (within, before): &Self::State, byte: u8) -> Self::State {
        // In UTF-8, А to Я and the capitals before them are D0 80 to D0 AF.
        let capital = byte.is_ascii_uppercase() || *before == 0xd0 && byte < 0xb0;
        let now = if capital || *before == CAPITAL { CAPITAL } else { byte };
        (self.0.accept(within, byte), now)
    }
}

/// Whether a form is neither a mark nor the twin of another that has kept its capitals.
pub(super) fn is_folded_word(form: &str) -> bool {
    !form.chars().any(|c| c.is_uppercase() || c.is_control())
}

/// Whether a word fits a pattern of literal stretches with `*` between them.
fn fits(word: &str, pattern: &str) -> bool {
    let mut stretches = pattern.split('*');
    let Some(mut rest) = stretches.next().and_then(|start| word.strip_prefix(start)) else { return false };
    let mut stretches = stretches.peekable();
    if stretches.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(stretch) = stretches.next() {
        if stretches.peek().is_none() {
            return rest.ends_with(stretch);
        }
        let Some((_, behind)) = rest.split_once(stretch) else { return false };
        rest = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        for (word, pattern) in [
            ("санкции", "санк*"),
            ("санкции", "санкции*"),
            ("санкции", "*ции"),
            ("санкции", "с*к*и"),
            ("санкции", "*нк*"),
            ("банк", "банк"),
        ] {
            assert!(fits(word, pattern), "{word} {pattern}");
        }
        for (word, pattern) in [("санкции", "*банк"), ("банк", "банк*и"), ("абв", "а*бв*в"), ("аа", "а*а*а")]
        {
            assert!(!fits(word, pattern), "{word} {pattern}");
        }
    }
}
