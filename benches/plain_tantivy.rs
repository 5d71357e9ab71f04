//! The yardstick: what plain tantivy with the Russian Snowball stemmer finds for the same queries.
//!
//! `cargo bench --bench plain_tantivy -- QUERIES.jsonl ARTICLES.jsonl…` indexes the `text` of the articles with lower
//! case, ё as е and Snowball stems, runs every query as an OR of its words with tantivy's own BM25, and prints the
//! mean nDCG@10 and recall@100 of finding the one right article.

use rust_stemmers::{Algorithm, Stemmer};
use serde::Deserialize;
use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader},
};
use tantivy::{
    Index, IndexWriter, TantivyDocument, Term,
    collector::TopDocs,
    query::{BooleanQuery, Query, TermQuery},
    schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value},
    tokenizer::{
        LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
    },
};

#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
}

#[derive(Deserialize)]
struct Known {
    q: String,
    id: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some((queries, articles)) = files.split_first() else {
        println!("plain_tantivy: skipped, no QUERIES.jsonl and ARTICLES.jsonl given");
        return Ok(());
    };
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default().set_tokenizer("ru").set_index_option(IndexRecordOption::WithFreqs);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_ram(schema.build());
    let mut analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(255))
        .filter(LowerCaser)
        .filter(Snowball)
        .build();
    index.tokenizers().register("ru", analyzer.clone());
    let mut writer: IndexWriter<TantivyDocument> = index.writer(100_000_000)?;
    for file in articles {
        for line in BufReader::new(File::open(file)?).lines() {
            let article: Article = serde_json::from_str(&line?)?;
            let mut document = TantivyDocument::default();
            document.add_text(id, article.id);
            document.add_text(text, article.text);
            writer.add_document(document)?;
        }
    }
    writer.commit()?;
    let searcher = index.reader()?.searcher();
    let (mut asked, mut gain, mut recalled) = (0.0, 0.0, 0.0);
    for line in BufReader::new(File::open(queries)?).lines() {
        let known: Known = serde_json::from_str(&line?)?;
        let mut words: Vec<Box<dyn Query>> = Vec::new();
        let mut stream = analyzer.token_stream(&known.q);
        while stream.advance() {
            let term = Term::from_field_text(text, &stream.token().text);
            words.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        let hits = searcher.search(&BooleanQuery::union(words), &TopDocs::with_limit(100).order_by_score())?;
        let mut rank = None;
        for (at, (_, address)) in hits.iter().enumerate() {
            let document: TantivyDocument = searcher.doc(*address)?;
            if document.get_first(id).and_then(|v| v.as_str()) == Some(known.id.as_str()) {
                rank = Some(at);
            }
        }
        asked += 1.0;
        recalled += f64::from(u8::from(rank.is_some()));
        gain += rank.filter(|at| *at < 10).map_or(0.0, |at| 1.0 / (at as f64 + 2.0).log2());
    }
    println!("plain tantivy, {} articles, {asked} queries", searcher.num_docs());
    println!("ndcg@10 {:.4} recall@100 {:.4}", gain / asked, recalled / asked);
    Ok(())
}

/// Snowball's Russian stems, ё as е.
#[derive(Clone)]
struct Snowball;

#[derive(Clone)]
struct SnowballTokenizer<T>(T);

struct SnowballStream<T> {
    inner: T,
    stemmer: Stemmer,
}

impl TokenFilter for Snowball {
    type Tokenizer<T: Tokenizer> = SnowballTokenizer<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> SnowballTokenizer<T> {
        SnowballTokenizer(inner)
    }
}

impl<T: Tokenizer> Tokenizer for SnowballTokenizer<T> {
    type TokenStream<'a> = SnowballStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        SnowballStream { inner: self.0.token_stream(text), stemmer: Stemmer::create(Algorithm::Russian) }
    }
}

impl<T: TokenStream> TokenStream for SnowballStream<T> {
    fn advance(&mut self) -> bool {
        if !self.inner.advance() {
            return false;
        }
        let token = self.inner.token_mut();
        token.text = self.stemmer.stem(&token.text.replace('ё', "е")).into_owned();
        true
    }

    fn token(&self) -> &Token {
        self.inner.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.inner.token_mut()
    }
}
