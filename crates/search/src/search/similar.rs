//! «More like this»: the articles that share an article's most telling words.

use super::{Hit, SearchEngine};
use crate::{
    compile::HighlightSpans,
    spans::{Leaf, SpanQuery, Spans},
};
use rustc_hash::FxHashMap;
use svodka_model::article::Article;
use svodka_store::error::Result;
use svodka_text::analyse::{Analysis, terms::stems_by_position};
use tantivy::{
    Term,
    collector::TopDocs,
    query::{BooleanQuery, Occur, Query, TermSetQuery},
};

/// How many words make the query.
const WORDS: usize = 16;

/// Characters of the text that are looked at: news says what it is about at the beginning.
const LEAD: usize = 4_000;

/// How much more a word of the title counts.
const TITLE: usize = 3;

impl SearchEngine<'_> {
    /// At most `limit` articles like `article`, most alike first, itself left out.
    ///
    /// # Errors
    /// Storage failures.
    pub fn similar(&self, article: &Article, limit: usize) -> Result<Vec<Hit>> {
        let words = self.telling_words(article)?;
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let (field, stems) = (self.index.fields().text, self.index.stems(&self.searcher)?);
        let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in &words {
            let spans = Spans::Word(Leaf::stems(field, vec![word.clone()]));
            let query = SpanQuery::new(vec![(spans, 1.0)], &[field], stems.clone(), 1.0, word.clone());
            parts.push((Occur::Should, Box::new(query)));
        }
        let own = TermSetQuery::new([Term::from_field_text(self.index.fields().id, &article.id)]);
        parts.push((Occur::MustNot, Box::new(own)));
        let best = self.searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(limit).order_by_score())?;
        best.into_iter().map(|(score, address)| self.hit(address, score, &HighlightSpans::default(), None)).collect()
    }

    /// The words that are frequent in the article and rare in the archive.
    fn telling_words(&self, article: &Article) -> Result<Vec<String>> {
        let lead = article
            .text
            .char_indices()
            .nth(LEAD)
            .map_or(article.text.as_str(), |(at, _)| article.text.get(..at).unwrap_or(""));
        let mut counts: FxHashMap<String, usize> = FxHashMap::default();
        for (text, weight) in [(article.title.as_str(), TITLE), (lead, 1)] {
            stems_by_position(&Analysis::new(text), &self.stemmer, &mut |t| {
                if t.term.chars().filter(|c| c.is_alphabetic()).count() >= 3 {
                    *counts.entry(t.term.to_owned()).or_default() += weight;
                }
            });
        }
        let articles = self.searcher.num_docs() as f64;
        let (field, stems) = (self.index.fields().text, self.index.stems(&self.searcher)?);
        let mut scored: Vec<(f64, String)> = Vec::with_capacity(counts.len());
        for (term, count) in counts {
            let doc_freq = stems.doc_freq(field, &term).map_err(tantivy::TantivyError::from)? as f64;
            // A word of this article alone leads nowhere, one of every fifth article says nothing.
            if doc_freq >= 2.0 && (doc_freq < articles / 5.0 || articles < 50.0) {
                scored.push(((1.0 + (count as f64).ln()) * (1.0 + articles / doc_freq).ln(), term));
            }
        }
        scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(scored.into_iter().take(WORDS).map(|(_, term)| term).collect())
    }
}
