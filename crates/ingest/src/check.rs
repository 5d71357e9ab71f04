//! Checking an index by brute force: every stored article against everything else that the index says of it.

use crate::stories;
use crate::{catalogue::Catalogue, on_newest_state};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use svodka_store::error::Result;
use svodka_store::{
    Facet, Index, Keys,
    document::{digest, facet_terms},
    stems,
    stories::{Follows, StoriesMark},
};
use tantivy::{DocAddress, SegmentReader};

/// Problems named one by one; of more, the number says enough.
const NAMED: usize = 20;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Articles that were compared.
    pub articles: u64,
    /// What is wrong, in words.
    pub problems: Vec<String>,
    /// Problems that are not named.
    pub more: u64,
}

impl Checked {
    fn add(&mut self, problem: String) {
        if self.problems.len() < NAMED {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }
}

/// Verifies the checksums of all files, that facets, dates and ids agree with the stored articles, stems with
/// the words, and that the catalogue of files knows exactly these articles.
///
/// # Errors
/// Storage so broken that it cannot even be looked through.
pub fn check(index: &Index) -> Result<Checked> {
    on_newest_state(index, check_state, |checked| checked.problems.is_empty())
}

fn check_state(index: &Index) -> Result<Checked> {
    let mut checked = Checked::default();
    for file in index.damaged_files()? {
        checked.add(format!("damaged file: {}", file.display()));
    }
    if !checked.problems.is_empty() {
        return Ok(checked);
    }
    let (mut keys, mut places) = (FxHashSet::default(), FxHashSet::default());
    let searcher = index.searcher();
    for (ordinal, segment) in (0u32..).zip(searcher.segment_readers()) {
        if !stems::are_right(segment)? {
            checked.add(format!("stems of segment {} are not those of its words", segment.segment_id()));
        }
        let known = Keys::of(segment, index.fields())?;
        for doc in segment.doc_ids_alive() {
            checked.articles += 1;
            let stored = index.stored_article(&searcher, DocAddress::new(ordinal, doc));
            match stored.map(|stored| (stored.digest(), stored.decode_all())) {
                Ok((stored_digest, Some((article, _)))) => {
                    let place = digest(format!("{}\0{}", article.id, article.path).as_bytes());
                    let is_new = places.insert(place);
                    let is_new_key = known.get(doc).map(|key| keys.insert(key));
                    if is_new_key.is_err() {
                        checked.add(format!("article {} has no key", article.id));
                    }
                    if !is_new_key.unwrap_or(true) || !is_new {
                        checked.add(format!("article {} stands twice", article.id));
                    }
                    for what in differences(segment, doc, &article, stored_digest)? {
                        checked.add(format!("article {}: {what} is not as its text says", article.id));
                    }
                }
                Ok((_, None)) => {
                    checked.add(format!("document {doc} of segment {} holds no article", segment.segment_id()));
                }
                Err(e) => checked.add(format!("document {doc} of segment {}: {e}", segment.segment_id())),
            }
        }
    }
    check_catalogue(index, &keys, &mut checked)?;
    check_stories(index, &mut checked)?;
    Ok(checked)
}

fn check_catalogue(index: &Index, keys: &FxHashSet<u64>, checked: &mut Checked) -> Result<()> {
    let catalogue = match Catalogue::of_index(index) {
        Ok(Some(catalogue)) => catalogue,
        Ok(None) => return Ok(()),
        Err(e) => {
            checked.add(e.to_string());
            return Ok(());
        }
    };
    let mut known: FxHashSet<u64> = FxHashSet::default();
    catalogue.each_indexed(&mut |article| {
        known.insert(article.key);
    })?;
    let (lost, unknown) = (known.difference(keys).count(), keys.difference(&known).count());
    if lost > 0 {
        checked.add(format!("{lost} articles are in the catalogue of files but not in the index"));
    }
    if unknown > 0 {
        checked.add(format!("{unknown} articles are in the index but not in the catalogue of files"));
    }
    Ok(())
}

/// Whether the stories are those that a rebuild would find.
fn check_stories(index: &Index, checked: &mut Checked) -> Result<()> {
    if StoriesMark::of_payload(index.payload().as_deref()).stories_are_stale {
        checked.add("articles have changed since stories were found; run svodka-index again".into());
        return Ok(());
    }
    let folder = index.manifest().segments_in(index.folder());
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let archive = stories::StoryArchive::new(&index.searcher(), &folder, jobs)?;
    let meant: BTreeSet<Follows> = stories::all(&archive)?.into_iter().collect();
    let known: BTreeSet<Follows> = index.stories().each().collect();
    let different = meant.symmetric_difference(&known).count();
    if different > 0 {
        checked.add(format!("stories are not those of the texts: {different} articles differ"));
    }
    Ok(())
}

/// Which columns of a document do not agree with what is stored.
fn differences(
    segment: &SegmentReader,
    doc: u32,
    article: &svodka_model::Article,
    stored_digest: u64,
) -> Result<Vec<&'static str>> {
    let columns = segment.fast_fields();
    let mut wrong = Vec::new();
    if columns.u64("digest")?.first(doc) != Some(stored_digest) {
        wrong.push("its digest");
    }
    if columns.i64("date")?.first(doc) != article.date.as_ref().map(|date| date.epoch) {
        wrong.push("the date");
    }
    if strings(segment, "id", doc)? != [article.id.clone()] {
        wrong.push("the id");
    }
    let terms = facet_terms(article);
    for facet in Facet::ALL {
        let meant: FxHashSet<&str> = terms.iter().filter(|(f, _)| *f == facet).map(|(_, term)| term.as_str()).collect();
        let found = strings(segment, facet.name(), doc)?;
        if found.len() != meant.len() || !found.iter().all(|term| meant.contains(term.as_str())) {
            wrong.push(facet.name());
        }
    }
    Ok(wrong)
}

fn strings(segment: &SegmentReader, field: &str, doc: u32) -> Result<Vec<String>> {
    let Some(column) = segment.fast_fields().str(field)? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for value in column.term_ords(doc) {
        let mut term = String::new();
        column.ord_to_str(value, &mut term).map_err(|e| svodka_store::error::Error::io("index", e))?;
        out.push(term);
    }
    Ok(out)
}
