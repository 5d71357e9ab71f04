//! Expanding a pattern or a misspelling to the words of the index.
//!
//! Patterns and misspellings are matched against words as they stand, never against stems: `санкции*` and `санкц*`
//! find the same words whatever the stemmer makes of them.

use super::{deadline::Deadline, spans::Leaf};
use svodka_store::error::Result;
use svodka_text::analyse::{fold::fold, form, stem::Stemmer};
use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};
use tantivy_fst::Automaton;

/// A word of this many letters may be two letters off; a shorter one only one.
const TWO_OFF: usize = 6;

/// Words that are read between two looks at the clock.
const ROUNDS: u32 = 4096;

/// The words of `field` that fit `pattern`, in which `*` stands for any letters.
///
/// # Errors
/// Storage failures, or the time is up.
pub(super) fn wildcard(searcher: &Searcher, field: Field, pattern: &str, deadline: &Deadline) -> Result<Leaf> {
    let pattern = fold(pattern);
    let start = pattern.split('*').next().unwrap_or("");
    let (mut terms, mut doc_freq) = (Vec::new(), 0);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let words = index.terms().range().ge(start.as_bytes()).into_stream();
        let mut words = words.map_err(tantivy::TantivyError::from)?;
        let mut read = 0u32;
        while words.advance() {
            read = read.wrapping_add(1);
            if read.is_multiple_of(ROUNDS) {
                deadline.check()?;
            }
            let Ok(term) = std::str::from_utf8(words.key()) else { continue };
            if !term.starts_with(start) {
                break;
            }
            let word = form::folded(term);
            if fits(word, &pattern) {
                doc_freq += u64::from(words.value().doc_freq);
                if terms.last().is_none_or(|last| last != word) {
                    terms.push(word.to_owned());
                }
            }
        }
    }
    Ok(Leaf { doc_freq: Some(doc_freq), ..Leaf::forms(field, terms) })
}

/// The word and its misspellings: the stems of every word of `field` at most `letters` off. Stems, so that a
/// misspelt name is found in its other cases too.
pub(super) fn misspelt(
    searcher: &Searcher,
    field: Field,
    word: &str,
    letters: Option<u8>,
    stemmer: &Stemmer,
) -> Result<Leaf> {
    let mut terms = Vec::new();
    let mut add = |word: &str| stemmer.each_term(word, false, &mut |term| terms.push(term.to_owned()));
    add(word);
    near_words(searcher, field, word, (letters, false), &mut add)?;
    Ok(Leaf::stems(field, terms))
}

/// Calls `sink` with every word of `field` at most `letters` off, folded, segment by segment and once for each way it is
/// written. If `same_start`, only with those that begin with the same letter, which leaves most of the dictionary alone.
pub(super) fn near_words(
    searcher: &Searcher,
    field: Field,
    word: &str,
    (letters, same_start): (Option<u8>, bool),
    sink: &mut dyn FnMut(&str),
) -> Result<()> {
    let folded = fold(word);
    let by_length = if folded.chars().count() < TWO_OFF { 1 } else { 2 };
    let start: String = folded.chars().take(usize::from(same_start)).collect();
    // Behind all words that begin so: no letter's last byte is the greatest there is.
    let end = start.as_bytes().split_last().map(|(last, before)| [before, &[last + 1]].concat());
    let query = FuzzyTermQuery::new(Term::from_field_text(field, &folded), letters.unwrap_or(by_length), true);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().search(Folded(query.automaton()?)).ge(start.as_bytes());
        if let Some(end) = &end {
            words = words.lt(end);
        }
        let mut words = words.into_stream().map_err(tantivy::TantivyError::from)?;
        while words.advance() {
            if let Ok(term) = std::str::from_utf8(words.key()) {
                sink(form::folded(term));
            }
        }
    }
    Ok(())
}

/// An automaton that reads the folded word of a term only, not how it is written.
struct Folded<A>(A);

impl<A: Automaton<State: Clone>> Automaton for Folded<A> {
    /// The state within, and whether the folded word is over.
    type State = (A::State, bool);

    fn start(&self) -> Self::State {
        (self.0.start(), false)
    }

    fn is_match(&self, (within, _): &Self::State) -> bool {
        self.0.is_match(within)
    }

    fn can_match(&self, (within, over): &Self::State) -> bool {
        if *over { self.0.is_match(within) } else { self.0.can_match(within) }
    }

    fn accept(&self, (within, over): &Self::State, byte: u8) -> Self::State {
        let over = *over || form::is_end(byte);
        (if over { within.clone() } else { self.0.accept(within, byte) }, over)
    }
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
