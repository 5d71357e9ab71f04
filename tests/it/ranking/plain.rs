//! The yardstick: plain tantivy with the Russian Snowball stemmer (lower case, ё as е) and its own BM25.

use super::{Article, Known};
use rust_stemmers::{Algorithm, Stemmer};
use tantivy::{
    Index, IndexWriter, TantivyDocument, Term,
    collector::TopDocs,
    query::{BooleanQuery, Query, TermQuery},
    schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value},
    tokenizer::{
        LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
    },
};

/// For every query the ids it finds, best first.
pub(super) fn answers(articles: &[Article], queries: &[Known], limit: usize) -> Vec<Vec<String>> {
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default().set_tokenizer("ru").set_index_option(IndexRecordOption::WithFreqs);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_ram(schema.build());
    let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(255));
    let mut analyzer = words.filter(LowerCaser).filter(Snowball).build();
    index.tokenizers().register("ru", analyzer.clone());
    let mut writer: IndexWriter<TantivyDocument> = index.writer(100_000_000).unwrap();
    for article in articles {
        let mut document = TantivyDocument::default();
        document.add_text(id, &article.id);
        document.add_text(text, &article.text);
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    let searcher = index.reader().unwrap().searcher();
    let answer = |known: &Known| -> Vec<String> {
        let mut words: Vec<Box<dyn Query>> = Vec::new();
        let mut stream = analyzer.token_stream(&known.q);
        while stream.advance() {
            let term = Term::from_field_text(text, &stream.token().text);
            words.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        let top = TopDocs::with_limit(limit).order_by_score();
        let hits = searcher.search(&BooleanQuery::union(words), &top).unwrap().into_iter();
        let id_of = |(_, address)| {
            let document: TantivyDocument = searcher.doc(address).unwrap();
            document.get_first(id).and_then(|v| v.as_str()).unwrap().to_owned()
        };
        hits.map(id_of).collect()
    };
    queries.iter().map(answer).collect()
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
