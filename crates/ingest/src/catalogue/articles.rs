//! The articles of the catalogue, found by id, text and address.

use super::{
    FileId,
    identity::{self, Identity},
    journal::{ArticleChange, IdentifiedChange},
    keys::{aliases, shares_its_id},
    lookup::Lookup,
    records::Records,
};
use rustc_hash::FxHashMap;
use std::path::Path;
use svodka_store::error::Result;

/// How an article was read, in a few bits: numbers of format and encoding, origins of date and outlet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) format: u8,
    pub(crate) encoding: u8,
    /// Place in the list of origins, from 1; 0 for none.
    pub(crate) date: u8,
    pub(crate) outlet: u8,
    /// Whether its id is the input's own.
    pub(crate) has_own_id: bool,
}

impl Traits {
    pub(super) fn pack(self) -> [u8; 4] {
        [self.format, self.encoding, self.date | self.outlet << 4, u8::from(self.has_own_id)]
    }

    pub(super) fn unpack([format, encoding, origins, own]: [u8; 4]) -> Self {
        Self { format, encoding, date: origins & 15, outlet: origins >> 4, has_own_id: own > 0 }
    }
}

/// What the catalogue knows of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Article {
    /// Hash of its id, and of more where others have the same id (see [`keys`](super::keys)).
    pub(crate) key: u64,
    /// What equal texts have in common.
    pub(crate) text: u64,
    /// What equal addresses have in common; 0 without one.
    pub(crate) url: u64,
    pub(super) file: FileId,
    pub(crate) traits: Traits,
    /// Empty for an article whose input states no id.
    pub(crate) identity: Identity,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Out of the catalogue.
    #[default]
    Gone,
    /// Of an earlier reading of a file that is being read again.
    Unconfirmed,
    Standing,
    Waiting,
}

/// An article for which another one stands.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    number: u32,
    pub(super) file: FileId,
    text: u64,
    url: u64,
    pub(super) place: Box<str>,
}

impl Waiting {
    pub(super) fn is_same(&self, text: u64, url: u64) -> bool {
        self.text == text || (url != 0 && self.url == url)
    }
}

#[derive(Debug)]
pub(super) struct Articles {
    all: Records,
    /// How many stand.
    standing: u64,
    /// Those that stand; of equal ones the first.
    by_key: Lookup,
    by_text: Lookup,
    by_url: Lookup,
    /// Those that share their id with others, by their [aliases].
    by_alias: Lookup,
    has_aliases: bool,
    /// By the key of the article that stands for them.
    pub(super) waiting: FxHashMap<u64, Vec<Waiting>>,
    links: FxHashMap<u32, u64>,
    /// Files whose article of this key is replaced by another file's.
    pub(super) shadowed: FxHashMap<u64, Vec<FileId>>,
}

impl Articles {
    /// None yet; what takes too much memory is kept in files without names in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            all: Records::new(folder),
            standing: 0,
            by_key: Lookup::new(folder),
            by_text: Lookup::new(folder),
            by_url: Lookup::new(folder),
            by_alias: Lookup::new(folder),
            has_aliases: false,
            waiting: FxHashMap::default(),
            links: FxHashMap::default(),
            shadowed: FxHashMap::default(),
        }
    }

    pub(super) fn get(&self, number: u32) -> Result<Article> {
        self.all.get(number)
    }

    /// Changes what is known of an article, but not its key, its file or its state.
    pub(super) fn overwrite(&mut self, number: u32, article: &Article) -> Result<()> {
        self.all.overwrite(number, article)
    }

    /// The folder that scratch files lie in.
    pub(super) fn folder(&self) -> &Path {
        self.all.folder()
    }

    /// The number that the next article gets.
    pub(super) fn next(&self) -> u32 {
        self.all.next()
    }

    pub(super) fn len(&self) -> u64 {
        self.standing
    }

    /// Shows every article that stands.
    pub(super) fn each_standing(&self, show: &mut dyn FnMut(Article)) -> Result<()> {
        self.all.each(&mut |article| {
            if article.state == State::Standing {
                show(article);
            }
        })
    }

    fn find(&self, lookup: &Lookup, hash: u64) -> Result<Option<u32>> {
        lookup.find(hash, &|number| self.all.state(number) == State::Standing)
    }

    pub(super) fn with_key(&self, key: u64) -> Result<Option<u32>> {
        self.find(&self.by_key, key)
    }

    pub(super) fn with_text(&self, text: u64) -> Result<Option<u32>> {
        self.find(&self.by_text, text)
    }

    pub(super) fn with_url(&self, url: u64) -> Result<Option<u32>> {
        if url == 0 { Ok(None) } else { self.find(&self.by_url, url) }
    }

    /// An article with this alias: one that stands, or one of an earlier reading of the file that is being read.
    pub(super) fn with_alias(&self, alias: u64) -> Result<Option<u32>> {
        if alias == 0 || !self.has_aliases {
            return Ok(None);
        }
        let counts = |number| matches!(self.all.state(number), State::Standing | State::Unconfirmed);
        self.by_alias.find(alias, &counts)
    }

    /// The article with this key of an earlier reading of the file that is being read.
    pub(super) fn unconfirmed_with_key(&self, key: u64) -> Result<Option<u32>> {
        self.by_key.find(key, &|number| self.all.state(number) == State::Unconfirmed)
    }

    /// Adds an article with a document of its own.
    pub(super) fn stand(&mut self, article: Article) -> Result<()> {
        let Article { key, text, url, .. } = article;
        let (is_first_text, is_first_url) = (self.with_text(text)?.is_none(), self.with_url(url)?.is_none());
        let number = self.all.push(Article { state: State::Standing, ..article })?;
        self.standing += 1;
        let all = &self.all;
        let stands = |number| all.state(number) == State::Standing;
        self.by_key.insert(key, number, &|number| matches!(all.state(number), State::Standing | State::Unconfirmed))?;
        if is_first_text {
            self.by_text.insert(text, number, &stands)?;
        }
        if url != 0 && is_first_url {
            self.by_url.insert(url, number, &stands)?;
        }
        if shares_its_id(&article) {
            self.add_aliases(&article, number)?;
        }
        Ok(())
    }

    fn add_aliases(&mut self, article: &Article, number: u32) -> Result<()> {
        self.has_aliases = true;
        let stands = |number| self.all.state(number) == State::Standing;
        let counts = |number| matches!(self.all.state(number), State::Standing | State::Unconfirmed);
        for alias in aliases(article).into_iter().filter(|alias| *alias != 0) {
            if self.by_alias.find(alias, &stands)?.is_none() {
                self.by_alias.insert(alias, number, &counts)?;
            }
        }
        Ok(())
    }

    /// Adds an article for which the one with the key `on` stands.
    pub(super) fn wait(&mut self, article: Article, on: u64, place: &str) -> Result<()> {
        let number = self.all.push(Article { state: State::Waiting, ..article })?;
        self.links.insert(number, on);
        let Article { file, text, url, .. } = article;
        self.waiting.entry(on).or_default().push(Waiting { number, file, text, url, place: place.into() });
        Ok(())
    }

    /// Takes an article out of every list until it is met again in a new reading of its file: the key of the article
    /// that stood for it, if it had no document.
    pub(super) fn suspend(&mut self, number: u32) -> Option<u64> {
        match self.all.state(number) {
            State::Standing => {
                self.set(number, State::Unconfirmed);
                None
            }
            State::Waiting => {
                let on = self.links.remove(&number);
                if let Some(waiting) = on.and_then(|on| self.waiting.get_mut(&on)) {
                    waiting.retain(|w| w.number != number);
                }
                self.set(number, State::Gone);
                on
            }
            State::Gone | State::Unconfirmed => None,
        }
    }

    pub(super) fn is_unconfirmed(&self, number: u32) -> bool {
        self.all.state(number) == State::Unconfirmed
    }

    /// Takes an article out for good.
    pub(super) fn remove(&mut self, number: u32) {
        self.suspend(number);
        self.set(number, State::Gone);
    }

    /// Takes the standing article with this key out for good.
    pub(super) fn lose(&mut self, key: u64) -> Result<()> {
        if let Some(number) = self.with_key(key)? {
            self.remove(number);
        }
        Ok(())
    }

    /// The article as the journal notes it; nothing when it is gone.
    pub(super) fn change(&self, number: u32) -> Result<Option<IdentifiedChange>> {
        let Article { key, text, url, traits, identity, state, .. } = self.get(number)?;
        let on = self.links.get(&number).and_then(|on| {
            let waiting = self.waiting.get(on)?.iter().find(|w| w.number == number)?;
            Some((*on, waiting.place.clone().into_string()))
        });
        let identity = traits.has_own_id.then(|| identity.pack());
        let article = || ArticleChange { key, text, url, traits: traits.pack(), on };
        Ok((state != State::Gone).then(|| IdentifiedChange { article: article(), identity }))
    }

    /// Adds an article as the journal notes it.
    pub(super) fn restore(
        &mut self,
        file: FileId,
        change: &ArticleChange,
        identity: Option<&[u8; identity::WIDTH]>,
    ) -> Result<()> {
        let ArticleChange { key, text, url, traits, .. } = *change;
        let identity = identity.map(Identity::unpack).unwrap_or_default();
        let article = Article { key, text, url, file, traits: Traits::unpack(traits), identity, ..Article::default() };
        let Some((on, place)) = &change.on else {
            // One document has one owner. A half-finished reading lists an article twice that has one of before.
            match self.with_key(key)? {
                Some(before) if self.get(before)?.file == file => self.remove(before),
                Some(_) => return self.all.push(Article { state: State::Gone, ..article }).map(drop),
                None => {}
            }
            return self.stand(article);
        };
        self.wait(article, *on, place)
    }

    /// Drops what waits for an article that is not there: the files that must be read again for it.
    pub(super) fn drop_orphans(&mut self) -> Result<Vec<FileId>> {
        let mut orphans = Vec::new();
        for (on, waiting) in &self.waiting {
            if !waiting.is_empty() && self.with_key(*on)?.is_none() {
                orphans.push(*on);
            }
        }
        let waiting: Vec<Waiting> = orphans.iter().filter_map(|on| self.waiting.remove(on)).flatten().collect();
        for article in &waiting {
            self.links.remove(&article.number);
            self.set(article.number, State::Gone);
        }
        Ok(waiting.into_iter().map(|article| article.file).collect())
    }

    /// Everything that waits for the article with this key no longer does.
    pub(super) fn release(&mut self, key: u64, keep: impl Fn(&Waiting) -> bool) -> Vec<FileId> {
        let Some(waiting) = self.waiting.remove(&key) else { return Vec::new() };
        let (kept, released): (Vec<_>, Vec<_>) = waiting.into_iter().partition(keep);
        for article in &released {
            self.links.remove(&article.number);
            self.set(article.number, State::Gone);
        }
        if !kept.is_empty() {
            self.waiting.insert(key, kept);
        }
        released.into_iter().map(|article| article.file).collect()
    }

    /// The other places where the article with this key stands, sorted.
    pub(super) fn places(&self, key: u64) -> Vec<String> {
        let waiting = self.waiting.get(&key).into_iter().flatten();
        let mut places: Vec<String> = waiting.map(|w| w.place.clone().into_string()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    fn set(&mut self, number: u32, state: State) {
        self.standing -= u64::from(self.all.state(number) == State::Standing);
        self.all.set_state(number, state);
    }
}
