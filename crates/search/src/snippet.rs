//! Snippets: the few sentences of an article that show best why it was found.
//!
//! The query runs over the stored text again, so exactly what matched is highlighted: inflected forms, other names of what was
//! asked for, the words behind a prefix or a misspelling, a phrase only where it stands whole.

use super::{compile::HighlightSpans, spans::TextTerms};
use serde::Serialize;
use std::ops::Range;
use svodka_store::{Fields, SaidLabels};
use svodka_text::analyse::{Analysis, Sentence, stem::Stemmer};

/// Longest snippet in characters by its number of fragments: two or three lines of a wide terminal.
const MAX_CHARS: [usize; 3] = [280, 170, 120];

/// A second sentence is added to a single fragment shorter than this, in characters.
const SHORT: usize = 110;

/// What stands between fragments.
const BETWEEN: &str = " … ";

/// A stretch of an article with its matches highlighted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snippet {
    /// The words.
    pub text: String,
    /// Match stretches: start and end in characters of `text`, end exclusive.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<usize>>))]
    pub highlights: Vec<(usize, usize)>,
}

/// A matching word: its bytes and the number of the part of the query that it matches.
type Match = (Range<usize>, usize);

/// Finds in articles what a query looks for.
pub(super) struct Highlighter<'a> {
    pub(super) fields: &'a Fields,
    pub(super) stemmer: &'a Stemmer,
    pub(super) spans: &'a HighlightSpans,
    pub(super) labels: &'a SaidLabels,
}

impl Highlighter<'_> {
    /// The title with its matches highlighted.
    pub(super) fn title(&self, title: &str) -> Snippet {
        let highlighted = self.in_title(title);
        let mut painter = Painter::default();
        painter.add(title, 0..title.len(), &highlighted);
        painter.done
    }

    /// The best snippet of `text`; its beginning when nothing in it matches.
    pub(super) fn snippet(&self, text: &str) -> Snippet {
        let analysis = Analysis::new(text);
        snippet(&analysis, &self.highlighted(&analysis))
    }

    /// The matching words of a title.
    pub(super) fn in_title(&self, title: &str) -> Vec<Match> {
        let analysis = Analysis::new(title);
        let (field, spans) = (self.fields.title, &self.spans.title);
        TextTerms::new(&analysis, &self.labels.title, self.stemmer, field, spans).highlighted(spans)
    }

    /// The matching words of a text.
    pub(super) fn in_text(&self, text: &str) -> Vec<Match> {
        self.highlighted(&Analysis::new(text))
    }

    fn highlighted(&self, analysis: &Analysis<'_>) -> Vec<Match> {
        let (field, spans) = (self.fields.text, &self.spans.text);
        TextTerms::new(analysis, &self.labels.text, self.stemmer, field, spans).highlighted(spans)
    }
}

/// The best fragments in the order of the text.
fn snippet(analysis: &Analysis<'_>, highlighted: &[Match]) -> Snippet {
    let text = analysis.text;
    let best = best_sentences(&analysis.sentences, highlighted);
    let room = MAX_CHARS.get(best.len().saturating_sub(1)).copied().unwrap_or(SHORT);
    let lone = best.len() == 1;
    let mut fragments: Vec<Range<usize>> = Vec::with_capacity(best.len());
    for at in best {
        let Some(sentence) = analysis.sentences.get(at) else { continue };
        let next = analysis.sentences.get(at + 1).filter(|_| lone);
        let range = window(text, sentence, next, highlighted, room);
        match fragments.last_mut() {
            Some(last) if text.get(last.end..range.start).is_some_and(|gap| gap.trim().is_empty()) => {
                last.end = range.end;
            }
            _ => fragments.push(range),
        }
    }
    let mut painter = Painter::default();
    for range in fragments {
        painter.add(text, range, highlighted);
    }
    painter.close(text);
    painter.done
}

/// Up to three sentences, in order: each holds most of the query's parts that those before do not, the earliest of
/// equals. A second and third must show something new.
fn best_sentences(sentences: &[Sentence], highlighted: &[Match]) -> Vec<usize> {
    let mut shown: Vec<usize> = Vec::new();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < MAX_CHARS.len() {
        let fresh = |sentence: &Sentence| {
            let first = highlighted.partition_point(|(word, _)| word.start < sentence.start as usize);
            let inside = highlighted.iter().skip(first).take_while(|(word, _)| word.start < sentence.end as usize);
            let mut parts: Vec<usize> = inside.map(|(_, part)| *part).collect();
            let all = parts.len().min(9);
            parts.sort_unstable();
            parts.dedup();
            parts.retain(|part| !shown.contains(part));
            (parts.len() * 10 + all, parts)
        };
        let scored = sentences.iter().enumerate().filter(|(at, _)| !chosen.contains(at));
        let scored = scored.map(|(at, sentence)| (fresh(sentence), std::cmp::Reverse(at)));
        let Some(((_, parts), std::cmp::Reverse(at))) = scored.max_by_key(|((score, _), at)| (*score, *at)) else {
            break;
        };
        if parts.is_empty() && !chosen.is_empty() {
            break;
        }
        chosen.push(at);
        if parts.is_empty() {
            break;
        }
        shown.extend(parts);
    }
    chosen.sort_unstable();
    chosen
}

/// The bytes to show of a sentence: all of it, and `next` too if there is room; words around its first match if it is
/// too long.
fn window(
    text: &str,
    sentence: &Sentence,
    next: Option<&Sentence>,
    highlighted: &[Match],
    room: usize,
) -> Range<usize> {
    let mut range = sentence.range();
    let chars = |r: &Range<usize>| text.get(r.clone()).map_or(0, |s| s.chars().count());
    if chars(&range) < SHORT
        && let Some(next) = next
        && chars(&(range.start..next.end as usize)) <= room
    {
        range.end = next.end as usize;
    }
    if chars(&range) <= room {
        return range;
    }
    let first = highlighted.iter().map(|(word, _)| word.start).find(|at| range.contains(at)).unwrap_or(range.start);
    let before = text.get(range.start..first).unwrap_or("");
    let start = match before.char_indices().rev().nth(room / 4) {
        Some((at, _)) => next_word(text, range.start + at, first),
        None => range.start,
    };
    let rest = text.get(start..range.end).unwrap_or("");
    let end = match rest.char_indices().nth(room) {
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

/// Writes fragments one after the other: white space folded, ellipses where text was left out inside a sentence.
#[derive(Default)]
struct Painter {
    done: Snippet,
    written: usize,
    end: usize,
}

/// What a sentence ends with.
const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '…', '»', '"', ':'];

impl Painter {
    fn push(&mut self, c: char) {
        self.done.text.push(c);
        self.written += 1;
    }

    /// Adds the fragment `range` of `text`.
    fn add(&mut self, text: &str, range: Range<usize>, highlighted: &[Match]) {
        if !self.done.text.is_empty() {
            BETWEEN.chars().for_each(|c| self.push(c));
        } else {
            let before = text.get(..range.start).unwrap_or("");
            let inside = !before.trim_end().ends_with(SENTENCE_ENDS) && !before.ends_with('\n');
            if inside && !before.trim().is_empty() {
                self.push('…');
            }
        }
        let mut highlighted =
            highlighted.iter().filter(|(word, _)| range.start <= word.start && word.end <= range.end).peekable();
        let mut open = None;
        for (at, c) in text.get(range.clone()).unwrap_or("").char_indices() {
            let at = range.start + at;
            if let Some(start) = open
                && highlighted.next_if(|(word, _)| word.end <= at).is_some()
            {
                self.done.highlights.push((start, self.written));
                open = None;
            }
            if highlighted.peek().is_some_and(|(word, _)| word.start == at) {
                open = Some(self.written);
            }
            if !c.is_whitespace() || !self.done.text.ends_with(' ') {
                self.push(if c.is_whitespace() { ' ' } else { c });
            }
        }
        self.done.highlights.extend(open.map(|start| (start, self.written)));
        self.end = range.end;
    }

    /// Marks that the last sentence goes on.
    fn close(&mut self, text: &str) {
        let cut = text.get(self.end..).is_some_and(|after| after.starts_with([' ', ',']));
        if cut && !self.done.text.ends_with(SENTENCE_ENDS) {
            self.push('…');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HighlightSpans, Highlighter, Snippet};
    use crate::spans::{Leaf, Spans};
    use svodka_store::{Fields, SaidLabels};
    use svodka_text::analyse::stem::Stemmer;

    fn marked(snippet: &Snippet) -> String {
        let mut out = String::new();
        for (at, c) in snippet.text.chars().enumerate() {
            out.extend(snippet.highlights.iter().filter(|h| h.0 == at).map(|_| '['));
            out.push(c);
            out.extend(snippet.highlights.iter().filter(|h| h.1 == at + 1).map(|_| ']'));
        }
        out
    }

    fn highlighted(text: &str, words: &[&str]) -> String {
        let (_, fields) = Fields::build();
        let leaf = |word: &&str| Spans::Word(Leaf::forms(fields.text, vec![(*word).to_owned()]));
        let spans = HighlightSpans { title: Vec::new(), text: words.iter().map(leaf).collect() };
        let (stemmer, labels) = (Stemmer::default(), SaidLabels::default());
        let highlighter = Highlighter { fields: &fields, stemmer: &stemmer, spans: &spans, labels: &labels };
        marked(&highlighter.snippet(text))
    }

    #[test]
    fn the_best_sentence_is_shown_with_the_next_if_short() {
        assert_eq!(
            highlighted("Дождь шёл весь день. Введены санкции против банка. Конец.", &["санкции"]),
            "Введены [санкции] против банка. Конец."
        );
    }

    #[test]
    fn fragments_show_all_parts_of_the_query() {
        let filler = "Потом долго не происходило ничего такого, о чём стоило бы писать в газетах. ".repeat(3);
        let text = format!("Введены санкции. {filler}Пострадал банк. {filler}Рубль упал.");
        assert_eq!(
            highlighted(&text, &["рубль", "санкции", "банк"]),
            "Введены [санкции]. … Пострадал [банк]. … [Рубль] упал."
        );
    }

    #[test]
    fn neighbours_are_one_fragment() {
        assert_eq!(
            highlighted("Введены санкции. Пострадал банк.", &["санкции", "банк"]),
            "Введены [санкции]. Пострадал [банк]."
        );
    }

    #[test]
    fn a_long_sentence_is_cut_at_word_ends() {
        let long = format!("{}санкциями {}", "слово ".repeat(60), "дело ".repeat(90));
        let shown = highlighted(&long, &["санкциями"]);
        assert!(shown.starts_with("…слово") && shown.contains("[санкциями]") && shown.ends_with("дело…"), "{shown}");
        assert!(shown.chars().count() < 300);
    }

    #[test]
    fn without_a_match_the_lead_is_shown() {
        assert_eq!(highlighted("Первое. Второе.", &["третье"]), "Первое. Второе.");
    }
}
