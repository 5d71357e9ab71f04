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
    pub(super) state: ArticleState,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ArticleState {
    /// Out of the catalogue.
    #[default]
    Gone,
    /// Of an earlier reading of a file that is being read again.
    Unconfirmed,
    /// It has a document.
    Indexed,
    /// An indexed article has the same text or address.
    Duplicate,
}

/// A duplicate of an indexed article.
#[derive(Clone, Debug)]
pub(super) struct Duplicate {
    number: u32,
    pub(super) file: FileId,
    text: u64,
    url: u64,
    pub(super) place: Box<str>,
}

impl Duplicate {
    pub(super) fn is_same(&self, text: u64, url: u64) -> bool {
        self.text == text || (url != 0 && self.url == url)
    }
}

#[derive(Debug)]
pub(super) struct Articles {
    all: Records,
    /// Number of indexed articles.
    indexed: u64,
    /// Indexed articles; of equal ones the first.
    by_key: Lookup,
    by_text: Lookup,
    by_url: Lookup,
    /// Those that share their id with others, by their [aliases].
    by_alias: Lookup,
    has_aliases: bool,
    /// By the key of the indexed article.
    pub(super) duplicates: FxHashMap<u64, Vec<Duplicate>>,
    duplicate_of: FxHashMap<u32, u64>,
    /// Files whose article of this key is replaced by another file's.
    pub(super) shadowed: FxHashMap<u64, Vec<FileId>>,
}

impl Articles {
    /// None yet; what takes too much memory is kept in files without names in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            all: Records::new(folder),
            indexed: 0,
            by_key: Lookup::new(folder),
            by_text: Lookup::new(folder),
            by_url: Lookup::new(folder),
            by_alias: Lookup::new(folder),
            has_aliases: false,
            duplicates: FxHashMap::default(),
            duplicate_of: FxHashMap::default(),
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
        self.indexed
    }

    /// Calls `show` with every indexed article.
    pub(super) fn each_indexed(&self, show: &mut dyn FnMut(Article)) -> Result<()> {
        self.all.each(&mut |article| {
            if article.state == ArticleState::Indexed {
                show(article);
            }
        })
    }

    fn find(&self, lookup: &Lookup, hash: u64) -> Result<Option<u32>> {
        lookup.find(hash, &|number| self.all.state(number) == ArticleState::Indexed)
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

    /// An article with this alias: an indexed one, or one of an earlier reading of the file that is being read.
    pub(super) fn with_alias(&self, alias: u64) -> Result<Option<u32>> {
        if alias == 0 || !self.has_aliases {
            return Ok(None);
        }
        let counts = |number| matches!(self.all.state(number), ArticleState::Indexed | ArticleState::Unconfirmed);
        self.by_alias.find(alias, &counts)
    }

    /// The article with this key of an earlier reading of the file that is being read.
    pub(super) fn unconfirmed_with_key(&self, key: u64) -> Result<Option<u32>> {
        self.by_key.find(key, &|number| self.all.state(number) == ArticleState::Unconfirmed)
    }

    /// Adds an article with a document of its own.
    pub(super) fn add_indexed(&mut self, article: Article) -> Result<()> {
        let Article { key, text, url, .. } = article;
        let (is_first_text, is_first_url) = (self.with_text(text)?.is_none(), self.with_url(url)?.is_none());
        let number = self.all.push(Article { state: ArticleState::Indexed, ..article })?;
        self.indexed += 1;
        let all = &self.all;
        let is_indexed = |number| all.state(number) == ArticleState::Indexed;
        self.by_key.insert(key, number, &|number| {
            matches!(all.state(number), ArticleState::Indexed | ArticleState::Unconfirmed)
        })?;
        if is_first_text {
            self.by_text.insert(text, number, &is_indexed)?;
        }
        if url != 0 && is_first_url {
            self.by_url.insert(url, number, &is_indexed)?;
        }
        if shares_its_id(&article) {
            self.add_aliases(&article, number)?;
        }
        Ok(())
    }

    fn add_aliases(&mut self, article: &Article, number: u32) -> Result<()> {
        self.has_aliases = true;
        let is_indexed = |number| self.all.state(number) == ArticleState::Indexed;
        let counts = |number| matches!(self.all.state(number), ArticleState::Indexed | ArticleState::Unconfirmed);
        for alias in aliases(article).into_iter().filter(|alias| *alias != 0) {
            if self.by_alias.find(alias, &is_indexed)?.is_none() {
                self.by_alias.insert(alias, number, &counts)?;
            }
        }
        Ok(())
    }

    /// Adds a duplicate of the indexed article with the key `on`.
    pub(super) fn add_duplicate(&mut self, article: Article, on: u64, place: &str) -> Result<()> {
        let number = self.all.push(Article { state: ArticleState::Duplicate, ..article })?;
        self.duplicate_of.insert(number, on);
        let Article { file, text, url, .. } = article;
        self.duplicates.entry(on).or_default().push(Duplicate { number, file, text, url, place: place.into() });
        Ok(())
    }

    /// Takes an article out of every list until it is met again in a new reading of its file: the key of the article
    /// that stood for it, if it had no document.
    pub(super) fn suspend(&mut self, number: u32) -> Option<u64> {
        match self.all.state(number) {
            ArticleState::Indexed => {
                self.set(number, ArticleState::Unconfirmed);
                None
            }
            ArticleState::Duplicate => {
                let on = self.duplicate_of.remove(&number);
                if let Some(duplicates) = on.and_then(|on| self.duplicates.get_mut(&on)) {
                    duplicates.retain(|w| w.number != number);
                }
                self.set(number, ArticleState::Gone);
                on
            }
            ArticleState::Gone | ArticleState::Unconfirmed => None,
        }
    }

    pub(super) fn is_unconfirmed(&self, number: u32) -> bool {
        self.all.state(number) == ArticleState::Unconfirmed
    }

    /// Takes an article out for good.
    pub(super) fn remove(&mut self, number: u32) {
        self.suspend(number);
        self.set(number, ArticleState::Gone);
    }

    /// Takes the standing article with this key out for good.
    pub(super) fn remove_indexed(&mut self, key: u64) -> Result<()> {
        if let Some(number) = self.with_key(key)? {
            self.remove(number);
        }
        Ok(())
    }

    /// The article as the journal notes it; nothing when it is gone.
    pub(super) fn change(&self, number: u32) -> Result<Option<IdentifiedChange>> {
        let Article { key, text, url, traits, identity, state, .. } = self.get(number)?;
        let on = self.duplicate_of.get(&number).and_then(|on| {
            let duplicates = self.duplicates.get(on)?.iter().find(|w| w.number == number)?;
            Some((*on, duplicates.place.clone().into_string()))
        });
        let identity = traits.has_own_id.then(|| identity.pack());
        let article = || ArticleChange { key, text, url, traits: traits.pack(), on };
        Ok((state != ArticleState::Gone).then(|| IdentifiedChange { article: article(), identity }))
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
                Some(_) => return self.all.push(Article { state: ArticleState::Gone, ..article }).map(drop),
                None => {}
            }
            return self.add_indexed(article);
        };
        self.add_duplicate(article, *on, place)
    }

    /// Drops duplicates of articles that are not indexed. Returns the files that must be read again.
    pub(super) fn drop_orphaned_duplicates(&mut self) -> Result<Vec<FileId>> {
        let mut orphans = Vec::new();
        for (on, duplicates) in &self.duplicates {
            if !duplicates.is_empty() && self.with_key(*on)?.is_none() {
                orphans.push(*on);
            }
        }
        let duplicates: Vec<Duplicate> = orphans.iter().filter_map(|on| self.duplicates.remove(on)).flatten().collect();
        for article in &duplicates {
            self.duplicate_of.remove(&article.number);
            self.set(article.number, ArticleState::Gone);
        }
        Ok(duplicates.into_iter().map(|article| article.file).collect())
    }

    /// Drops the duplicates of the article with this key, except those to `keep`. Returns their files, to be read again.
    pub(super) fn release(&mut self, key: u64, keep: impl Fn(&Duplicate) -> bool) -> Vec<FileId> {
        let Some(duplicates) = self.duplicates.remove(&key) else { return Vec::new() };
        let (kept, released): (Vec<_>, Vec<_>) = duplicates.into_iter().partition(keep);
        for article in &released {
            self.duplicate_of.remove(&article.number);
            self.set(article.number, ArticleState::Gone);
        }
        if !kept.is_empty() {
            self.duplicates.insert(key, kept);
        }
        released.into_iter().map(|article| article.file).collect()
    }

    /// The other places of the article with this key, sorted.
    pub(super) fn places(&self, key: u64) -> Vec<String> {
        let duplicates = self.duplicates.get(&key).into_iter().flatten();
        let mut places: Vec<String> = duplicates.map(|w| w.place.clone().into_string()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    fn set(&mut self, number: u32, state: ArticleState) {
        self.indexed -= u64::from(self.all.state(number) == ArticleState::Indexed);
        self.all.set_state(number, state);
    }
}
