//! Snippets: the one or two sentences of an article that show best why it was found.
//!
//! The stored text is analysed again, so the very inflected forms that match are lit, whatever the query's form was.

use super::compile::Wanted;
use crate::analyse::{Analysis, Sentence, stem::Stemmer, terms::index_terms};
use serde::Serialize;
use std::ops::Range;

/// Longest snippet in characters: two lines of a wide terminal.
const MAX_CHARS: usize = 280;

/// A second sentence is added to a best sentence shorter than this, in characters.
const SHORT: usize = 110;

/// A stretch of an article with its matches lit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Snippet {
    /// The words.
    pub text: String,
    /// Lit stretches: start and end in characters of `text`, end exclusive.
    #[schema(value_type = Vec<Vec<usize>>)]
    pub highlights: Vec<(usize, usize)>,
}

/// The best snippet of `text`; its beginning when nothing in it matches.
#[must_use]
pub fn snippet(text: &str, wanted: &Wanted, stemmer: &Stemmer) -> Snippet {
    let analysis = Analysis::new(text);
    let lit = matches(&analysis, wanted, stemmer);
    let Some(best) = best_sentence(&analysis.sentences, &lit) else {
        return Snippet::default();
    };
    let range = window(text, &analysis.sentences, best, &lit);
    cut(text, range, &lit)
}

/// The title with its matches lit.
#[must_use]
pub fn highlight(text: &str, wanted: &Wanted, stemmer: &Stemmer) -> Snippet {
    let lit = matches(&Analysis::new(text), wanted, stemmer);
    cut(text, 0..text.len(), &lit)
}

/// A matching word: its bytes and the hash of its term, to count distinct ones.
struct Lit {
    span: Range<usize>,
    term: String,
}

fn matches(analysis: &Analysis<'_>, wanted: &Wanted, stemmer: &Stemmer) -> Vec<Lit> {
    let mut lit: Vec<Lit> = Vec::new();
    if wanted.is_empty() {
        return lit;
    }
    index_terms(analysis, stemmer, &mut |t| {
        let fresh = lit.last().is_none_or(|l| l.span.start != t.start);
        if fresh && t.start < t.end && wanted.matches(t.term) {
            lit.push(Lit { span: t.start..t.end, term: t.term.to_owned() });
        }
    });
    lit
}

/// The sentence with most distinct matches, then most matches; the earliest of equals.
fn best_sentence(sentences: &[Sentence], lit: &[Lit]) -> Option<usize> {
    let score = |sentence: &Sentence| {
        let inside = lit.iter().filter(|l| sentence.range().contains(&l.span.start));
        let mut terms: Vec<&str> = inside.map(|l| l.term.as_str()).collect();
        let all = terms.len().min(9);
        terms.sort_unstable();
        terms.dedup();
        terms.len() * 10 + all
    };
    let scored = sentences.iter().enumerate().map(|(at, sentence)| (score(sentence), std::cmp::Reverse(at)));
    scored.max().map(|(_, std::cmp::Reverse(at))| at)
}

/// The bytes to show: the best sentence, the next one too if it is short, a window of words around the first match
/// if it is long.
fn window(text: &str, sentences: &[Sentence], best: usize, lit: &[Lit]) -> Range<usize> {
    let Some(sentence) = sentences.get(best) else { return 0..0 };
    let mut range = sentence.range();
    let chars = |r: &Range<usize>| text.get(r.clone()).map_or(0, |s| s.chars().count());
    if chars(&range) < SHORT
        && let Some(next) = sentences.get(best + 1)
        && chars(&(range.start..next.end as usize)) <= MAX_CHARS
    {
        range.end = next.end as usize;
    }
    if chars(&range) <= MAX_CHARS {
        return range;
    }
    let first = lit.iter().map(|l| l.span.start).find(|at| range.contains(at)).unwrap_or(range.start);
    let lead = MAX_CHARS / 4;
    let before = text.get(range.start..first).unwrap_or("");
    let start = match before.char_indices().rev().nth(lead) {
        Some((at, _)) => next_word(text, range.start + at, first),
        None => range.start,
    };
    let rest = text.get(start..range.end).unwrap_or("");
    let end = match rest.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => rest.get(..at).and_then(|r| r.rfind(char::is_whitespace)).map_or(start + at, |at| start + at),
        None => range.end,
    };
    start..end
}

/// The start of the first whole word at or after `at`, before `limit`.
fn next_word(text: &str, at: usize, limit: usize) -> usize {
    let rest = text.get(at..limit).unwrap_or("");
    rest.find(char::is_whitespace).map_or(limit, |gap| at + gap + 1)
}

/// The snippet of `range`: white space folded, ellipses where text was cut off inside a sentence.
fn cut(text: &str, range: Range<usize>, lit: &[Lit]) -> Snippet {
    let whole = text.get(range.clone()).unwrap_or("");
    let mut out = String::with_capacity(whole.len() + 6);
    let mut highlights = Vec::new();
    let mut written = 0;
    let mut push = |out: &mut String, c: char| {
        out.push(c);
        written += 1;
        written
    };
    let before = text.get(..range.start).unwrap_or("").trim_end();
    if !before.is_empty()
        && !before.ends_with(['.', '!', '?', '…', '»', '"', ':'])
        && !text.get(..range.start).unwrap_or("").ends_with('\n')
    {
        push(&mut out, '…');
    }
    let mut lit = lit.iter().filter(|l| l.span.start >= range.start && l.span.end <= range.end).peekable();
    let mut open = None;
    let mut count = out.chars().count();
    for (at, c) in whole.char_indices() {
        let at = range.start + at;
        if let Some(start) = open
            && lit.peek().is_some_and(|l| l.span.end <= at)
        {
            highlights.push((start, count));
            open = None;
            lit.next();
        }
        if lit.peek().is_some_and(|l| l.span.start == at) {
            open = Some(count);
        }
        if !c.is_whitespace() || !out.ends_with(' ') {
            count = push(&mut out, if c.is_whitespace() { ' ' } else { c });
        }
    }
    if let Some(start) = open {
        highlights.push((start, count));
    }
    let after = text.get(range.end..).unwrap_or("");
    if after.starts_with([' ', ',']) && !whole.ends_with(['.', '!', '?', '…', '»', '"']) {
        out.push('…');
    }
    Snippet { text: out, highlights }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, snippet};
    use crate::analyse::stem::Stemmer;

    fn lit(text: &str, term: &str) -> String {
        let wanted = Wanted { terms: std::iter::once(term.to_owned()).collect(), prefixes: Vec::new() };
        let snippet = snippet(text, &wanted, &Stemmer::default());
        let chars: Vec<char> = snippet.text.chars().collect();
        let mut out = String::new();
        for (at, c) in chars.iter().enumerate() {
            out.extend(snippet.highlights.iter().filter(|h| h.0 == at).map(|_| '['));
            out.push(*c);
            out.extend(snippet.highlights.iter().filter(|h| h.1 == at + 1).map(|_| ']'));
        }
        out
    }

    #[test]
    fn the_inflected_form_is_lit() {
        assert_eq!(
            lit("Дождь шёл весь день. Введены санкции против банка. Конец.", "санкц"),
            "Введены [санкции] против банка. Конец."
        );
    }

    #[test]
    fn a_long_sentence_is_cut_at_word_ends() {
        let long = format!("{}санкциями {}", "слово ".repeat(60), "дело ".repeat(90));
        let shown = lit(&long, "санкц");
        assert!(shown.starts_with("…слово") && shown.contains("[санкциями]") && shown.ends_with("дело…"), "{shown}");
        assert!(shown.chars().count() < 300);
    }
}
