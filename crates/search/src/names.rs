//! Names in queries: the other names that the dictionaries know for what was typed.
//!
//! Only a name that proves itself by its wording is widened, and only by such names; `=ISW` is never widened.

use super::spans::{Leaf, Spans};
use svodka_store::{error::Result, words};
use svodka_text::{
    acronym_endings,
    analyse::{
        Analysis,
        fold::fold,
        stem::Stemmer,
        terms::{TermAt, cased_form, forms_by_position, stems_by_position},
    },
    names::{Entry, Lexicon, Strength},
};
use tantivy::{Searcher, schema::Field};

/// An acronym typed small is meant when this share of the articles with the word has it in capitals.
const MOSTLY: f64 = 0.8;

/// Widens names.
pub(super) struct Names<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) stemmer: &'a Stemmer,
    pub(super) searcher: &'a Searcher,
}

impl Names<'_> {
    /// The other names of what `typed` names, as spans; empty when it names nothing for sure.
    pub(super) fn others(&self, typed: &str, field: Field) -> Result<Vec<Spans>> {
        let Some(entry) = self.lexicon.resolve(typed) else { return Ok(Vec::new()) };
        if !self.is_sure(typed, entry, field)? {
            return Ok(Vec::new());
        }
        let folded = fold(typed);
        let strong = entry.aliases.iter().filter(|a| a.strength == Strength::Strong);
        let others = strong.filter(|a| fold(&a.text) != folded).map(|a| self.spans(&a.text, field));
        Ok(others.filter(|spans| !spans.is_empty()).collect())
    }

    /// Whether `typed` is a strong alias of the entry, in any case.
    fn is_sure(&self, typed: &str, entry: &Entry, field: Field) -> Result<bool> {
        let own = self.stems(typed);
        for alias in entry.aliases.iter().filter(|a| a.strength == Strength::Strong) {
            let same = fold(&alias.text) == fold(typed) || agree(&own, &self.stems(&alias.text));
            if same && self.capitals_meant(typed, &alias.text, field)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an acronym is meant: it was typed in capitals, or the archive hardly knows the word in small letters.
    fn capitals_meant(&self, typed: &str, alias: &str, field: Field) -> Result<bool> {
        if !is_acronym(alias) || typed.chars().any(char::is_uppercase) {
            return Ok(true);
        }
        let doc_freq = |form: &str| words::doc_freq(self.searcher, field, form);
        let (small, capital) = (doc_freq(&fold(alias))?, doc_freq(alias)?);
        Ok(capital as f64 >= MOSTLY * small as f64)
    }

    fn stems(&self, text: &str) -> Vec<Vec<String>> {
        stems_of(text, self.stemmer)
    }

    /// A name in any case; its acronyms only in capitals, for «РАН» is no «ран».
    fn spans(&self, name: &str, field: Field) -> Spans {
        let mut words: Vec<Spans> = Vec::new();
        let stems = self.stems(name);
        let mut forms = Vec::new();
        forms_by_position(&Analysis::new(name), &mut |t| {
            if t.start < t.end && forms.last() != Some(&(t.start, t.end)) {
                forms.push((t.start, t.end));
            }
        });
        for ((start, end), stems) in forms.into_iter().zip(stems) {
            let word = name.get(start..end).unwrap_or("");
            let leaf = if is_acronym(word) {
                let word = cased_form(word, &fold(word)).unwrap_or_else(|| word.to_owned());
                let terms = std::iter::once(&"").chain(acronym_endings()).map(|ending| format!("{word}{ending}"));
                Leaf::forms(field, terms.collect())
            } else {
                Leaf::stems(field, stems)
            };
            words.push(Spans::Word(leaf));
        }
        match words.pop() {
            Some(only) if words.is_empty() => only,
            last => Spans::Phrase(words.into_iter().chain(last).collect()),
        }
    }
}

/// The stems of a text by position.
pub(super) fn stems_of(text: &str, stemmer: &Stemmer) -> Vec<Vec<String>> {
    let text = svodka_text::clean::normalise(text);
    let mut out: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    stems_by_position(&Analysis::new(&text), stemmer, &mut |t: TermAt<'_>| {
        if last.replace(t.position) != Some(t.position) {
            out.push(Vec::new());
        }
        if let Some(terms) = out.last_mut() {
            terms.push(t.term.to_owned());
        }
    });
    out
}

fn agree(a: &[Vec<String>], b: &[Vec<String>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.iter().any(|term| b.contains(term)))
}

fn is_acronym(word: &str) -> bool {
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    !word.contains(' ') && letters().count() > 1 && letters().all(char::is_uppercase)
}
