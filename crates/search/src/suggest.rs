//! «Did you mean»: what a person may have meant who found nothing or little.
//!
//! Suggestions are words that the archive really has, in this form or another. They are only ever offered: no query is
//! changed behind anyone's back.

use super::{
    ast::Node,
    distance::{edits, slip},
    expand::near_words,
    generation_cache::GenerationCache,
    keyboard_layout,
    names::stems_of,
};
use rustc_hash::FxHashSet;
use std::cell::Cell;
use svodka_store::{Stems, error::Result, words};
use svodka_text::analyse::{
    fold::fold,
    morph::{Dictionary, Tag},
    stem::Stemmer,
};
use tantivy::{Searcher, schema::Field};

/// The `count` candidates nearest to `typed` by edit distance on folded text, best first; only such as a slip of the
/// fingers could explain (a third of the letters), or that hold what was typed.
pub fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>, count: usize) -> Vec<String> {
    let typed = fold(typed);
    let limit = (typed.chars().count() / 3).max(1);
    let mut scored: Vec<(usize, &str)> = candidates
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let holds = typed.chars().count() >= 3 && folded.contains(&typed);
            let distance = if holds { 1 } else { edits(&typed, &folded, limit)? };
            Some((distance, candidate))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().take(count).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// Longest word that is taken for a slip, in letters: whatever is longer is no word.
const LONGEST_SLIP: usize = 40;

/// A word typed in so few articles may be a slip for one in so many times more …
const MUCH_MORE: u64 = 20;

/// … and if it is no word of the language, for one in so many times more.
const MORE: u64 = 2;

/// A search that finds fewer articles is offered suggestions for words misspelt.
const LITTLE: u64 = 3;

/// Most suggestions for one query.
const SUGGESTIONS: usize = 3;

/// Most words of a query that are looked into: beyond that, it is a text.
const MOST_WORDS: usize = 12;

/// Shortest word worth a suggestion for its spelling, in letters.
const MIN_LETTERS: usize = 4;

/// A word of this many letters may be two letters off.
const TWO_OFF: usize = 6;

/// A word may be this many times rarer for each whole slip less; e to the fifth is about 150.
const SLIP_WEIGHT: f32 = 5.0;

/// What a form costs that the archive has only in other forms, in slips.
const OTHER_FORM: f32 = 0.25;

/// Looks words up for suggestions.
pub(super) struct Advisor<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) stemmer: &'a Stemmer,
    /// The fields whose words may be meant.
    pub(super) fields: [Field; 2],
    pub(super) stems: &'a Stems,
    /// How many articles the query finds, whatever facet values are selected.
    pub(super) found: u64,
    /// How often words near another may still be looked up; each time takes some milliseconds.
    pub(super) lookups: Cell<u32>,
    /// What was looked up before.
    pub(super) cache: Option<&'a GenerationCache>,
}

/// Most words near another that are looked up for one query.
pub(super) const LOOKUPS: u32 = 8;

/// A stretch of the query, and what it may stand for, best first.
type Fix = (String, Vec<String>);

impl Advisor<'_> {
    /// The query with the words that the archive does not know put right, best first.
    pub(super) fn queries(&self, query: &str, node: &Node) -> Result<Vec<String>> {
        let mut words = Vec::new();
        collect_words(node, &mut words);
        let mut seen = FxHashSet::default();
        words.retain(|word| seen.insert(*word));
        words.truncate(MOST_WORDS);
        let mut fixes: Vec<Fix> = Vec::new();
        for word in words {
            fixes.extend(self.fix(query, word)?);
        }
        let mut out: Vec<String> = Vec::new();
        for choice in 0..SUGGESTIONS {
            let mut fixed = query.to_owned();
            for (typed, better) in &fixes {
                if let Some(better) = better.get(choice).or(better.first()) {
                    fixed = replace_word(&fixed, typed, better);
                }
            }
            if fixed != query && !out.contains(&fixed) {
                out.push(fixed);
            }
        }
        Ok(out)
    }

    /// What may be meant by a word that the archive hardly knows: typed on the wrong keyboard, in Latin letters, or
    /// with a slip.
    fn fix(&self, query: &str, word: &str) -> Result<Option<Fix>> {
        if word.chars().nth(LONGEST_SLIP).is_some() {
            return Ok(None);
        }
        let known = self.doc_freq(word)?;
        if let Some(fix) = self.other_keyboard(query, word, known)? {
            return Ok(Some(fix));
        }
        let mut better = self.frequent(keyboard_layout::from_latin(word), known)?;
        if better.is_empty() && self.found < LITTLE {
            better = self.misspelt(query, word, known)?;
        }
        Ok((!better.is_empty()).then(|| (word.to_owned(), better)))
    }

    /// What the keys give in the other layout, with the keys around that give punctuation in this one.
    fn other_keyboard(&self, query: &str, word: &str, known: u64) -> Result<Option<Fix>> {
        for typed in [with_keys_around(query, word), word.to_owned()] {
            let guess = keyboard_layout::other_layout(&typed).into_iter().collect();
            let better = self.frequent(guess, known)?;
            if !better.is_empty() {
                return Ok(Some((typed, better)));
            }
        }
        Ok(None)
    }

    /// The guesses that the archive knows much better than what was typed, as it writes them; those that are words
    /// shut out those that only share a stem with one.
    fn frequent(&self, guesses: Vec<String>, known: u64) -> Result<Vec<String>> {
        let mut found: Vec<(bool, bool, u64, String)> = Vec::new();
        for guess in guesses {
            let doc_freq = self.doc_freq(&guess)?;
            if doc_freq > known.max(self.rivals()) * MUCH_MORE {
                let guess = fold(&guess);
                let stands = self.form_doc_freq(&guess)? > 0;
                let word = stands || Dictionary::bundled().knows(&guess);
                let shown = self.as_written(&guess)?;
                if found.iter().all(|(.., other)| *other != shown) {
                    found.push((word, stands, doc_freq, shown));
                }
            }
        }
        let any_word = found.iter().any(|(word, ..)| *word);
        found.retain(|(word, ..)| *word || !any_word);
        // The likeliest reading stays first unless another is much more frequent, or stands in the archive as it is.
        found.sort_by_key(|(_, stands, doc_freq, _)| (std::cmp::Reverse(doc_freq.ilog2() / 3), !stands));
        found.truncate(SUGGESTIONS);
        Ok(found.into_iter().map(|(.., shown)| shown).collect())
    }

    /// How many articles must be outdone: a query that finds enough is hardly a slip.
    fn rivals(&self) -> u64 {
        if self.found < LITTLE { 0 } else { self.found }
    }

    /// What a misspelt word may stand for, if need be one misspelt on the wrong keyboard or in Latin letters: but what
    /// is a word of the language was not typed so.
    fn misspelt(&self, query: &str, word: &str, known: u64) -> Result<Vec<String>> {
        let mut better = self.near(word, known)?;
        if Dictionary::bundled().knows(&fold(word)) {
            return Ok(better);
        }
        let otherwise = keyboard_layout::other_layout(&with_keys_around(query, word)).into_iter();
        for guess in otherwise
            .chain(keyboard_layout::other_layout(word))
            .chain(keyboard_layout::from_latin(word).into_iter().take(3))
        {
            if better.is_empty() {
                better = self.near(&guess, known)?;
            }
        }
        Ok(better)
    }

    /// About how many articles have the word in any form.
    fn doc_freq(&self, word: &str) -> Result<u64> {
        let positions = stems_of(word, self.stemmer);
        let [stems] = positions.as_slice() else { return Ok(0) };
        let mut most = 0;
        for (stem, field) in stems.iter().flat_map(|stem| self.fields.iter().map(move |field| (stem, field))) {
            most = most.max(self.stems.doc_freq(*field, stem).map_err(tantivy::TantivyError::from)?);
        }
        Ok(most)
    }

    /// About how many articles have the word in this very form.
    fn form_doc_freq(&self, form: &str) -> Result<u64> {
        let mut sum = 0;
        for field in &self.fields {
            sum += words::doc_freq(self.searcher, *field, form)?;
        }
        Ok(sum)
    }

    /// The words one or two slips off that the archive has in some form, likeliest first.
    fn near(&self, word: &str, known: u64) -> Result<Vec<String>> {
        let typed = fold(word);
        let letters = typed.chars().count();
        if letters < MIN_LETTERS || !typed.chars().all(char::is_alphabetic) {
            return Ok(Vec::new());
        }
        let Some(left) = self.lookups.get().checked_sub(1) else { return Ok(Vec::new()) };
        self.lookups.set(left);
        match self.cache {
            Some(cache) => cache.corrections(&typed, known, || self.look_up(&typed, letters, known)),
            None => self.look_up(&typed, letters, known),
        }
    }

    fn look_up(&self, typed: &str, letters: usize, known: u64) -> Result<Vec<String>> {
        let is_word = Dictionary::bundled().knows(typed);
        let times = if is_word { MUCH_MORE } else { MORE };
        if known * times >= self.searcher.num_docs() {
            return Ok(Vec::new());
        }
        let mut ranked: Vec<(f32, String)> = Vec::new();
        let limit = if letters < TWO_OFF { 1 } else { 2 };
        // Who types a word of the language for another hits its first letter.
        self.candidates(typed, (limit, is_word), &mut |form, penalty| {
            let doc_freq = self.doc_freq(form)?;
            if doc_freq > known * times && form != typed {
                let cost = SLIP_WEIGHT * (slip(typed, form) + penalty) - (doc_freq as f32).ln();
                ranked.push((cost, form.to_owned()));
            }
            Ok(())
        })?;
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        ranked.dedup_by(|a, b| a.1 == b.1);
        ranked.into_iter().take(SUGGESTIONS).map(|(_, form)| self.as_written(&form)).collect()
    }

    /// The forms of the archive and of the dictionary that are at most `limit` letters off, with what they cost; if
    /// `same_start`, only those that begin alike.
    fn candidates(
        &self,
        typed: &str,
        (limit, same_start): (u8, bool),
        sink: &mut dyn FnMut(&str, f32) -> Result<()>,
    ) -> Result<()> {
        let mut forms = FxHashSet::default();
        for field in &self.fields {
            near_words(self.searcher, *field, typed, (Some(limit), same_start), &mut |form| {
                forms.insert(form.to_owned());
            })?;
        }
        let mut others = Vec::new();
        Dictionary::bundled().near(typed, limit, same_start, &mut |form| {
            if !forms.contains(form) {
                others.push(form.to_owned());
            }
        });
        forms.iter().try_for_each(|form| sink(form, 0.0))?;
        others.iter().try_for_each(|form| sink(form, OTHER_FORM))
    }

    /// The folded form as the archive writes it: with a capital or in capitals if it is a name.
    fn as_written(&self, form: &str) -> Result<String> {
        let all = self.form_doc_freq(form)?;
        let mut letters = form.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let (capital, capitals) = (first + letters.as_str(), form.to_uppercase());
        let parses = Dictionary::bundled().parses(form);
        let acronym = parses.is_empty() || parses.iter().any(|parse| parse.tag.is_any(Tag::ABBREVIATION));
        if acronym && all > 0 && self.form_doc_freq(&capitals)? * 2 > all {
            return Ok(capitals);
        }
        // A word that is no name has a capital too, where it begins a sentence.
        let names = parses.iter().filter(|parse| parse.tag.is_name()).count();
        let name = if parses.is_empty() {
            self.form_doc_freq(&capital)? * 2 > all
        } else if names == 0 || names == parses.len() || all == 0 {
            names * 2 >= parses.len()
        } else {
            all > 1 && self.form_doc_freq(&capital)? * 10 > all * 9
        };
        Ok(if name { capital } else { form.to_owned() })
    }
}

/// The plain words of a query that are wanted, those with hyphens by part.
fn collect_words<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    match node {
        Node::Word(word) | Node::Exact(word) => out.extend(word.split('-').filter(|part| !part.is_empty())),
        Node::Phrase { words, .. } => words.iter().for_each(|word| collect_words(word, out)),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| collect_words(node, out)),
        Node::In(_, node) | Node::Said(_, node) => collect_words(node, out),
        Node::Near(left, _, right) => {
            collect_words(left, out);
            collect_words(right, out);
        }
        _ => {}
    }
}

/// The word with the keys beside it in the query that give letters in the other layout: «[jkjl» for «холод».
fn with_keys_around(query: &str, word: &str) -> String {
    let Some((before, after)) = query.split_once(word) else { return word.to_owned() };
    let keys_before = before.chars().rev().take_while(|c| keyboard_layout::is_layout_letter(*c)).count();
    let start = before.chars().count() - keys_before;
    let before: String = before.chars().skip(start).collect();
    let after: String = after.chars().take_while(|c| keyboard_layout::is_layout_letter(*c)).collect();
    before + word + &after
}

/// `text` with `word`, where it stands as a whole word, replaced.
fn replace_word(text: &str, word: &str, better: &str) -> String {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        out.push_str(before);
        let whole = !is_letter(out.chars().next_back()) && !is_letter(after.chars().next());
        out.push_str(if whole { better } else { word });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{nearest, replace_word, with_keys_around};

    #[test]
    fn slips_are_near() {
        let names = ["Reuters", "Рейтер", "РБК", "Роскосмос"];
        assert_eq!(nearest("Reutrs", names.into_iter(), 3), ["Reuters"]);
    }

    #[test]
    fn only_whole_words_are_replaced() {
        assert_eq!(replace_word("банк, банкир «банк»", "банк", "банка"), "банка, банкир «банка»");
    }

    #[test]
    fn keys_of_the_other_layout_belong_to_the_word() {
        assert_eq!(with_keys_around("b [jkjl yf", "jkjl"), "[jkjl");
        assert_eq!(with_keys_around("cfyrwb.", "cfyrwb"), "cfyrwb.");
        assert_eq!(with_keys_around("холод, снег", "холод"), "холод,");
    }
}
