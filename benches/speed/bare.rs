//! The yardstick: tantivy with our analyzer and nothing else. Title and text are analysed and stored; no extraction,
//! no facets, no updates.

use super::articles;
use anyhow::Result;
use std::{path::Path, sync::Arc};
use svodka_text::analyse::{Analysis, stem::Stemmer, terms::stems_by_position};
use tantivy::{
    Index, IndexWriter, TantivyDocument,
    schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer},
};

/// Bytes of writer memory: what `svodka-index` takes by default.
const MEMORY: usize = 200 << 20;

/// Indexes every record of `folder` into a new index in `to`.
pub fn index(folder: &Path, to: &Path) -> Result<()> {
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let indexing =
        TextFieldIndexing::default().set_tokenizer("svodka").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default().set_indexing_options(indexing).set_stored();
    let title = schema.add_text_field("title", options.clone());
    let text = schema.add_text_field("text", options);
    std::fs::create_dir_all(to)?;
    let index = Index::create_in_dir(to, schema.build())?;
    index.tokenizers().register("svodka", TextAnalyzer::builder(Terms::default()).build());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut writer: IndexWriter<TantivyDocument> = index.writer_with_num_threads(threads, MEMORY)?;
    articles::each(folder, &mut |record| {
        let mut document = TantivyDocument::default();
        document.add_text(id, &record.id);
        document.add_text(title, record.title.as_deref().unwrap_or(""));
        document.add_text(text, &record.text);
        writer.add_document(document)?;
        Ok(())
    })?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// Our tokenizer and stemmer as tantivy calls them.
#[derive(Clone, Default)]
struct Terms {
    stemmer: Arc<Stemmer>,
}

/// The terms of one text, back to back in one string, with length, position and bytes of each.
struct Stream {
    terms: String,
    places: std::vec::IntoIter<(usize, usize, usize, usize)>,
    at: usize,
    token: Token,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let analysis = Analysis::new(text);
        let mut terms = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(analysis.tokens.len());
        stems_by_position(&analysis, &self.stemmer, &mut |t| {
            terms.push_str(t.term);
            places.push((t.term.len(), t.position as usize, t.start, t.end));
        });
        Stream { terms, places: places.into_iter(), at: 0, token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((length, position, start, end)) = self.places.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(&self.terms[self.at..self.at + length]);
        self.at += length;
        (self.token.position, self.token.offset_from, self.token.offset_to) = (position, start, end);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
