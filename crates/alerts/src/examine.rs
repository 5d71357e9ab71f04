//! Looking at the articles that are new: which saved searches match them.

use super::{Alerts, Match, SavedSearch, seen::Seen, state::State};
use svodka_model::error::InputError;
use svodka_search::{Hit, Request, SearchEngine, SegmentDocuments};
use svodka_store::{
    Index, Keys,
    error::{Error, Result},
};
use svodka_text::names::Lexicon;
use tantivy::{DocAddress, DocId};

/// The articles of a state of the index that have not been looked at.
struct New {
    index: Index,
    /// Ids of its segments, all looked at once these articles are.
    segments: Vec<String>,
    chosen: Vec<SegmentDocuments>,
    /// The keys of the chosen documents, in the same order.
    keys: Vec<Vec<u64>>,
}

impl Alerts {
    /// Looks at the articles of the index that are new, and appends to the journal which saved searches match them; how
    /// many matches there are. The first time, all articles are taken as told.
    ///
    /// # Errors
    /// A mistake in the file of searches, a damaged state, or storage failures; then nothing has been looked at.
    pub fn examine(&self) -> Result<u64> {
        let searches = self.searches()?.searches;
        if searches.is_empty() && self.state()?.is_none() {
            return Ok(0);
        }
        let _lock = self.lock()?;
        let Some(state) = self.state()? else {
            self.take_all_as_told_unless_known()?;
            return Ok(0);
        };
        let Some(new) = self.new_articles(&state)? else { return Ok(0) };
        let mut journal = self.open_journal(&state)?;
        let (mut matches, found_at) =
            (state.matches, jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        new.each_match(&searches, &mut |search, key, hit| {
            matches += 1;
            journal.append(&to_match(search, matches, key, hit, &found_at))
        })?;
        let journal = journal.finish()?;
        self.take_as_seen(&new, State { journal, matches, ..state.clone() })?;
        Ok(matches - state.matches)
    }

    /// Makes sure, before anything is indexed, that new articles can be told from old ones: whether there is anything to
    /// tell.
    ///
    /// # Errors
    /// A mistake in the file of searches, or a damaged state.
    pub fn prepare(&self) -> Result<bool> {
        let searches = self.searches()?.searches;
        self.sweep();
        match self.state()? {
            Some(state) => self.check_journal(&state)?,
            None if searches.is_empty() => return Ok(false),
            None => {
                let _lock = self.lock()?;
                match self.take_all_as_told_unless_known() {
                    // All that the first run finds is new.
                    Err(Error::Input(InputError::NoIndex(_))) => self.commit(&State::default())?,
                    // An index that cannot be opened is about to be rebuilt or brought up to date; then its articles are taken
                    // as told.
                    Err(Error::Input(_) | Error::Damaged { .. }) => {}
                    outcome => outcome?,
                }
            }
        }
        Ok(true)
    }

    /// Takes all articles of the index as told, if nothing has been looked at yet.
    pub(super) fn take_all_as_told_unless_known(&self) -> Result<()> {
        if self.state()?.is_some() {
            return Ok(());
        }
        let state = State::default();
        match self.new_articles(&state)? {
            Some(new) => self.take_as_seen(&new, state),
            None => self.commit(&state),
        }
    }

    /// The articles that have not been looked at; `None` if no segment is new.
    fn new_articles(&self, state: &State) -> Result<Option<New>> {
        let index = Index::open(&self.index)?;
        let searcher = index.searcher();
        let seen = Seen { folder: &self.folder, runs: state.seen.clone() };
        let mut new = New { segments: Vec::new(), chosen: Vec::new(), keys: Vec::new(), index };
        let mut is_any_new = false;
        for (segment, reader) in (0..).zip(searcher.segment_readers()) {
            let id = reader.segment_id().uuid_string();
            let is_known = state.segments.contains(&id);
            new.segments.push(id);
            if is_known {
                continue;
            }
            is_any_new = true;
            let keys = Keys::of(reader, new.index.fields())?;
            let alive = reader.doc_ids_alive().map(|doc| Ok((keys.get(doc)?, doc)));
            let mut candidates: Vec<(u64, DocId)> = alive.collect::<Result<_>>()?;
            candidates.sort_unstable();
            seen.drop_seen(&mut candidates)?;
            candidates.sort_unstable_by_key(|(_, doc)| *doc);
            if !candidates.is_empty() {
                let documents = candidates.iter().map(|(_, doc)| *doc).collect();
                new.chosen.push(SegmentDocuments { segment, documents });
                new.keys.push(candidates.into_iter().map(|(key, _)| key).collect());
            }
        }
        Ok(is_any_new.then_some(new))
    }

    /// Commits that articles have been looked at.
    fn take_as_seen(&self, new: &New, state: State) -> Result<()> {
        let mut seen = Seen { folder: &self.folder, runs: state.seen.clone() };
        let mut keys = new.keys.concat();
        keys.sort_unstable();
        keys.dedup();
        seen.add(&keys)?;
        self.commit(&State { segments: new.segments.clone(), seen: seen.runs, ..state })
    }
}

impl New {
    /// Calls `sink` with every match: search by search, in the order of the index.
    fn each_match(
        &self,
        searches: &[SavedSearch],
        sink: &mut dyn FnMut(&SavedSearch, u64, Hit) -> Result<()>,
    ) -> Result<()> {
        if self.chosen.is_empty() {
            return Ok(());
        }
        let lexicon = self.index.manifest().lexicon()?;
        let requests = searches.iter().map(SavedSearch::request).collect::<Result<Vec<_>, InputError>>()?;
        let matching = self.matching(&requests, lexicon)?;
        let engine = SearchEngine::new(&self.index, lexicon);
        for ((search, request), addresses) in searches.iter().zip(&requests).zip(matching) {
            if !addresses.is_empty() {
                engine.hits_at(request, &addresses, &mut |address, hit| sink(search, self.key(address)?, hit))?;
            }
        }
        Ok(())
    }

    /// What each request matches. The requests are shared out among threads.
    fn matching(&self, requests: &[Request], lexicon: &Lexicon) -> Result<Vec<Vec<DocAddress>>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = requests.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let work = |requests: &[Request]| {
                let engine = SearchEngine::new(&self.index, lexicon);
                requests.iter().map(|request| engine.matching(request, &self.chosen)).collect::<Result<Vec<_>>>()
            };
            let shares: Vec<_> = requests.chunks(share).map(|requests| scope.spawn(move || work(requests))).collect();
            let mut matching = Vec::with_capacity(requests.len());
            for done in shares {
                let done = done.join().map_err(|_| Error::Bug("matching a saved search panicked".into()))?;
                matching.extend(done?);
            }
            Ok(matching)
        })
    }

    fn key(&self, address: DocAddress) -> Result<u64> {
        let of_segment = self.chosen.iter().zip(&self.keys).find(|(chosen, _)| chosen.segment == address.segment_ord);
        let key = of_segment
            .and_then(|(chosen, keys)| keys.get(chosen.documents.binary_search(&address.doc_id).ok()?).copied());
        key.ok_or_else(|| Error::Bug("a match that was not asked about".into()))
    }
}

fn to_match(search: &SavedSearch, number: u64, key: u64, hit: Hit, found: &str) -> Match {
    let cited = hit.cited().map(|citation| citation.name.clone()).collect();
    let Hit { article, snippet, .. } = hit;
    Match {
        search: search.name.clone(),
        number,
        key: format!("{key:016x}"),
        id: article.id,
        title: article.title,
        outlet: article.outlet.map(|outlet| outlet.name),
        date: article.date.map(|date| date.value),
        url: article.url,
        path: article.path,
        cited,
        snippet: snippet.text,
        found: found.to_owned(),
    }
}
