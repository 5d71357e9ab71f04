//! Extraction: from a cleaned record to an [`Article`] with its outlet, cited sources, actors and boilerplate.
//!
//! The order is fixed: analyse → zones → names → attribution → actors. Pure: no I/O, no knowledge of other articles;
//! the same record always gives the same article.

pub mod actors;
pub mod attribution;
mod context;
pub mod corrections;
pub mod document;
mod forwarded;
mod naming;
pub mod organisations;
pub mod outlet;
pub mod persons;
mod recase;
mod reconcile;
mod spans;
mod surnames;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use document::{Document, Name};
pub use vocabulary::{Facts, Vocabulary};

use crate::{
    analyse::Tokenisation,
    clean::{self, repeated::Repeated},
    names::{Lexicon, normal::Normalizer},
    ner::{self, Tag, Tagger},
};
use rustc_hash::FxHashSet;
use svodka_model::{
    article::{Article, Outlet, OutletOrigin, Part, Span, TitleOrigin},
    record::{Origin, Record},
};

/// Version of the rules that make an article of a record, everything in this crate but `data/`. Raised with every change
/// of code that changes articles: an index of a lower version is brought up to date, one of a higher version is refused.
pub const EXTRACTION_VERSION: u32 = 4;

/// Turns records into articles; shared by all threads.
#[derive(Clone, Copy)]
pub struct Extractor<'l> {
    lexicon: &'l Lexicon,
    repeated: Option<&'l Repeated>,
    kinds: Option<&'l organisations::kinds::Model>,
}

/// An article together with its tokenisation.
#[derive(Debug)]
pub struct Analysed {
    /// The article.
    pub article: Article,
    /// Those of its title, unless that is a part of the text.
    pub title: Option<Tokenisation>,
    /// Those of its text.
    pub text: Tokenisation,
}

/// Caches and buffers that a thread reuses from article to article.
#[derive(Default)]
pub struct Scratch {
    /// Words seen before.
    pub words: Vocabulary,
    /// Words of names with their nominatives.
    pub normalizer: Normalizer,
    tagger: Option<ner::Scratch>,
    tags: Vec<Tag>,
}

impl Scratch {
    /// Tags the tokens of a text; the tags are left in `tags`, all outside if the model cannot be read.
    fn tag(&mut self, words: &[Facts]) {
        let Ok(tagger) = Tagger::embedded() else {
            self.tags.clear();
            self.tags.resize(words.len(), Tag::O);
            return;
        };
        let memory = self.tagger.get_or_insert_with(|| tagger.scratch());
        tagger.tag_words(memory, words.iter().map(|word| word.tagged), &mut self.tags);
    }
}

impl<'l> Extractor<'l> {
    /// An extractor that knows the names of `lexicon`.
    #[must_use]
    pub fn new(lexicon: &'l Lexicon) -> Self {
        Self { lexicon, repeated: None, kinds: None }
    }

    /// The same extractor with another model of the kinds of organisations: training must not see its own labels in it.
    #[must_use]
    pub fn with_kinds(self, kinds: &'l organisations::kinds::Model) -> Self {
        Self { kinds: Some(kinds), ..self }
    }

    /// The same extractor, with the lines that are repeated in many articles of one publisher.
    #[must_use]
    pub fn with_repeated(self, repeated: &'l Repeated) -> Self {
        Self { repeated: Some(repeated), ..self }
    }

    /// Everything that can be found in one record.
    #[must_use]
    pub fn article(&self, record: Record, scratch: &mut Scratch) -> Article {
        self.analysed(record, scratch).article
    }

    /// The article of a record, together with its tokenisation.
    #[must_use]
    pub fn analysed(&self, record: Record, scratch: &mut Scratch) -> Analysed {
        let text = clean::normalise(&record.text);
        let field = record.title.as_deref().map(clean::normalise);
        let title = clean::title::pick(field.as_deref(), &text);
        let date = clean::date::pick(&record, &text);

        let stated = outlet::stated(&record, self.lexicon);
        let publisher = outlet::publisher(&record, stated.as_ref());
        let is_repeated = |line: &str| self.repeated.is_some_and(|lines| lines.is_chrome(&publisher, line));
        let mut headline =
            (title.from == TitleOrigin::Field).then(|| Document::new(Part::Title, &title.text, self.lexicon, scratch));
        let mut body = Document::with_repeated_lines(Part::Text, &text, &is_repeated, self.lexicon, scratch);
        self.settle_organisations(headline.as_mut(), &mut body, stated.as_ref());
        let mut found = attribution::attribute(headline.as_ref(), &body, stated.as_ref(), self.lexicon);
        forwarded::add_channel(&mut found.cited, record.forwarded_from.as_deref(), self.lexicon);
        let outlet = stated.or(found.outlet);
        let entities = actors::entities(headline.as_ref(), &body, outlet.as_ref(), &found.cited, self.lexicon);
        let boilerplate = body.boilerplate();
        let language = clean::language::guess(&text, record.language.as_deref());
        let tokenisation =
            (headline.map(|document| document.analysis.into_tokenisation()), body.analysis.into_tokenisation());
        let mut article = Article {
            id: record.id.unwrap_or_else(|| article_id(&record.origin, record.url.as_deref(), &text)),
            path: record.origin.display(),
            also: Vec::new(),
            title: title.text,
            title_from: title.from,
            date,
            url: record.url,
            author: record.author,
            language,
            outlet,
            entities,
            cited: found.cited,
            candidates: found.candidates,
            boilerplate,
            found: None,
            text,
        };
        corrections::correct(&mut article, self.lexicon.corrections());
        Analysed { article, title: tokenisation.0, text: tokenisation.1 }
    }

    /// Settles what the organisations of an article are called, and what they are.
    fn settle_organisations<'t>(
        &self,
        headline: Option<&mut Document<'t>>,
        body: &mut Document<'t>,
        outlet: Option<&Outlet>,
    ) {
        let mut documents: Vec<&mut Document<'t>> = headline.into_iter().collect();
        documents.push(body);
        surnames::find(&mut documents);
        let country = outlet.and_then(|outlet| self.lexicon.named(&outlet.name)?.country.as_deref());
        organisations::settle(&mut documents, country, self.lexicon);
        let kinds = self.kinds.unwrap_or_else(|| organisations::kinds::Model::bundled());
        organisations::type_names(&mut documents, self.lexicon, kinds);
    }

    /// The organisations of a record as they are seen before their kinds are decided: for training.
    #[must_use]
    pub fn organisations(&self, record: &Record, scratch: &mut Scratch) -> Vec<organisations::observe::Observed> {
        let text = clean::normalise(&record.text);
        let field = record.title.as_deref().map(clean::normalise);
        let title = clean::title::pick(field.as_deref(), &text);
        let headline =
            (title.from == TitleOrigin::Field).then(|| Document::new(Part::Title, &title.text, self.lexicon, scratch));
        let body = Document::new(Part::Text, &text, self.lexicon, scratch);
        let documents: Vec<&Document<'_>> = headline.iter().chain([&body]).collect();
        organisations::observe::observe(&documents, self.lexicon)
    }

    /// What attribution sees in a record: for training its model.
    #[must_use]
    pub fn observed(&self, record: &Record, scratch: &mut Scratch) -> Vec<attribution::observe::Observed> {
        self.look(record, scratch, attribution::observe::observe)
    }

    /// The sources of a record with their possible channels: for training the model of channels.
    #[must_use]
    pub fn channels(&self, record: &Record, scratch: &mut Scratch) -> Vec<attribution::observe::ObservedPair> {
        self.look(record, scratch, attribution::observe::pairs)
    }

    /// Finds and settles the names of a record and no more: what attribution costs is the difference to
    /// [`attributed`](Self::attributed).
    pub fn named(&self, record: &Record, scratch: &mut Scratch) {
        self.look(record, scratch, |_, _, _, _| ());
    }

    /// The attribution of a record alone.
    #[must_use]
    pub fn attributed(&self, record: &Record, scratch: &mut Scratch) -> attribution::Attribution {
        self.look(record, scratch, attribution::attribute)
    }

    fn look<T>(
        &self,
        record: &Record,
        scratch: &mut Scratch,
        look: impl FnOnce(Option<&Document<'_>>, &Document<'_>, Option<&Outlet>, &Lexicon) -> T,
    ) -> T {
        let text = clean::normalise(&record.text);
        let field = record.title.as_deref().map(clean::normalise);
        let title = clean::title::pick(field.as_deref(), &text);
        let stated = outlet::stated(record, self.lexicon);
        let mut headline =
            (title.from == TitleOrigin::Field).then(|| Document::new(Part::Title, &title.text, self.lexicon, scratch));
        let mut body = Document::new(Part::Text, &text, self.lexicon, scratch);
        self.settle_organisations(headline.as_mut(), &mut body, stated.as_ref());
        look(headline.as_ref(), &body, stated.as_ref(), self.lexicon)
    }

    /// Extracts a stored article again from its own text; what came from metadata stays as it is.
    #[must_use]
    pub fn re_extract(&self, mut article: Article, scratch: &mut Scratch) -> Article {
        corrections::undo(&mut article);
        let mut headline = (article.title_from == TitleOrigin::Field)
            .then(|| Document::new(Part::Title, &article.title, self.lexicon, scratch));
        // Whether a line is repeated was judged with the archive at hand, and is not judged again.
        let chrome: FxHashSet<&str> =
            article.boilerplate.iter().flat_map(|span| article.slice(*span).lines()).map(str::trim).collect();
        let is_repeated = |line: &str| chrome.contains(line.trim());
        let mut body = Document::with_repeated_lines(Part::Text, &article.text, &is_repeated, self.lexicon, scratch);
        let stated = article.outlet.clone().filter(|outlet| outlet.from != OutletOrigin::Text);
        self.settle_organisations(headline.as_mut(), &mut body, stated.as_ref());
        let mut found = attribution::attribute(headline.as_ref(), &body, stated.as_ref(), self.lexicon);
        forwarded::add_channel(&mut found.cited, forwarded::channel(&article.cited).as_deref(), self.lexicon);
        let outlet = stated.or(found.outlet);
        let entities = actors::entities(headline.as_ref(), &body, outlet.as_ref(), &found.cited, self.lexicon);
        let boilerplate = body.boilerplate();
        let (cited, candidates) = (found.cited, found.candidates);
        article = Article { outlet, entities, cited, candidates, boilerplate, ..article };
        corrections::correct(&mut article, self.lexicon.corrections());
        article
    }
}

/// The rule behind each span of an article's boilerplate, in order.
#[must_use]
pub fn boilerplate_rules(article: &Article) -> Vec<String> {
    let stretches: Vec<_> = article.boilerplate.iter().map(|span| span.range()).collect();
    clean::zones::rules_of(&article.text, &stretches)
}

/// The id of an article whose input has none: a hash of its file's absolute path and, for a record in a file, of its
/// address or, without one, its text (line numbers shift when a line is added).
#[must_use]
pub fn article_id(origin: &Origin, url: Option<&str>, text: &str) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(origin.absolute.as_bytes());
    if origin.line.is_some() {
        hash.update(b"\0");
        hash.update(url.unwrap_or(text).as_bytes());
    }
    hash.finalize().to_hex().chars().take(16).collect()
}

/// Spans of `part` joined where they touch.
fn join(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let touches = kept.part == next.part && next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
    spans
}
