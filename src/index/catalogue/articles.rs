//! The articles of the catalogue, found by id, text and address.

use super::{ArticleChange, FileId};
use hashbrown::HashTable;
use rustc_hash::FxHashMap;

/// How an article was read, in a few bits: numbers of format and encoding, origins of date and outlet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct Traits {
    pub(in crate::index) format: u8,
    pub(in crate::index) encoding: u8,
    /// Place in the list of origins, from 1; 0 for none.
    pub(in crate::index) date: u8,
    pub(in crate::index) outlet: u8,
    /// Whether its id is the input's own.
    pub(in crate::index) has_own_id: bool,
}

impl Traits {
    fn pack(self) -> [u8; 4] {
        [self.format, self.encoding, self.date | self.outlet << 4, u8::from(self.has_own_id)]
    }

    fn unpack([format, encoding, origins, own]: [u8; 4]) -> Self {
        Self { format, encoding, date: origins & 15, outlet: origins >> 4, has_own_id: own > 0 }
    }
}

/// What the catalogue knows of an article.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::index) struct Article {
    /// Hash of its id.
    pub(in crate::index) key: u64,
    /// What equal texts have in common.
    pub(in crate::index) text: u64,
    /// What equal addresses have in common; 0 without one.
    pub(in crate::index) url: u64,
    pub(super) file: FileId,
    pub(in crate::index) traits: Traits,
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

#[derive(Debug, Default)]
pub(super) struct Articles {
    all: Vec<Article>,
    by_key: HashTable<u32>,
    by_text: HashTable<u32>,
    by_url: HashTable<u32>,
    /// By the key of the article that stands for them.
    pub(super) waiting: FxHashMap<u64, Vec<Waiting>>,
    links: FxHashMap<u32, u64>,
    /// Files whose article of this key is replaced by another file's.
    pub(super) shadowed: FxHashMap<u64, Vec<FileId>>,
}

impl Articles {
    pub(super) fn get(&self, number: u32) -> Article {
        self.all.get(number as usize).copied().unwrap_or_default()
    }

    /// The number that the next article gets.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.all.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn len(&self) -> u64 {
        self.by_key.len() as u64
    }

    pub(super) fn standing(&self) -> impl Iterator<Item = Article> {
        self.all.iter().filter(|article| article.state == State::Standing).copied()
    }

    pub(super) fn with_key(&self, key: u64) -> Option<u32> {
        self.by_key.find(key, |n| self.get(*n).key == key).copied()
    }

    pub(super) fn with_text(&self, text: u64) -> Option<u32> {
        self.by_text.find(text, |n| self.get(*n).text == text).copied()
    }

    pub(super) fn with_url(&self, url: u64) -> Option<u32> {
        self.by_url.find(url, |n| self.get(*n).url == url).copied().filter(|_| url != 0)
    }

    /// Adds an article with a document of its own.
    pub(super) fn stand(&mut self, article: Article) -> u32 {
        let number = self.next();
        self.all.push(Article { state: State::Standing, ..article });
        self.list(number);
        number
    }

    /// Adds an article for which the one with the key `on` stands.
    pub(super) fn wait(&mut self, article: Article, on: u64, place: &str) -> u32 {
        let number = self.next();
        self.all.push(Article { state: State::Waiting, ..article });
        self.links.insert(number, on);
        let Article { file, text, url, .. } = article;
        self.waiting.entry(on).or_default().push(Waiting { number, file, text, url, place: place.into() });
        number
    }

    /// Takes an article out of every list until it is met again in a new reading of its file: the key of the article
    /// that stood for it, if it had no document.
    pub(super) fn suspend(&mut self, number: u32) -> Option<u64> {
        match self.get(number).state {
            State::Standing => {
                self.unlist(number);
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
        self.get(number).state == State::Unconfirmed
    }

    /// Takes an article out for good.
    pub(super) fn remove(&mut self, number: u32) {
        self.suspend(number);
        self.set(number, State::Gone);
    }

    /// Takes the standing article with this key out for good.
    pub(super) fn lose(&mut self, key: u64) {
        if let Some(number) = self.with_key(key) {
            self.remove(number);
        }
    }

    /// The article as the journal notes it; nothing when it is gone.
    pub(super) fn change(&self, number: u32) -> Option<ArticleChange> {
        let Article { key, text, url, traits, state, .. } = self.get(number);
        let on = self.links.get(&number).and_then(|on| {
            let waiting = self.waiting.get(on)?.iter().find(|w| w.number == number)?;
            Some((*on, waiting.place.clone().into_string()))
        });
        (state != State::Gone).then(|| ArticleChange { key, text, url, traits: traits.pack(), on })
    }

    /// Adds an article as the journal notes it.
    pub(super) fn restore(&mut self, file: FileId, change: &ArticleChange) {
        let ArticleChange { key, text, url, traits, .. } = *change;
        let article = Article { key, text, url, file, traits: Traits::unpack(traits), ..Article::default() };
        let Some((on, place)) = &change.on else {
            // One document has one owner. A half-finished reading lists an article twice that has one of before.
            match self.with_key(key) {
                Some(before) if self.get(before).file == file => self.remove(before),
                Some(_) => return self.all.push(Article { state: State::Gone, ..article }),
                None => {}
            }
            self.stand(article);
            return;
        };
        self.wait(article, *on, place);
    }

    /// Drops what waits for an article that is not there: the files that must be read again for it.
    pub(super) fn drop_orphans(&mut self) -> Vec<FileId> {
        let orphaned = self.waiting.iter().filter(|(on, waiting)| !waiting.is_empty() && self.with_key(**on).is_none());
        let orphans: Vec<u64> = orphaned.map(|(on, _)| *on).collect();
        let waiting: Vec<Waiting> = orphans.iter().filter_map(|on| self.waiting.remove(on)).flatten().collect();
        for article in &waiting {
            self.links.remove(&article.number);
            self.set(article.number, State::Gone);
        }
        waiting.into_iter().map(|article| article.file).collect()
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
        if let Some(article) = self.all.get_mut(number as usize) {
            article.state = state;
        }
    }

    /// The first of equal articles is the one that is found.
    fn list(&mut self, number: u32) {
        let Article { key, text, url, .. } = self.get(number);
        let of = |n: &u32| self.all.get(*n as usize).copied().unwrap_or_default();
        self.by_key.insert_unique(key, number, |n| of(n).key);
        if self.by_text.find(text, |n| of(n).text == text).is_none() {
            self.by_text.insert_unique(text, number, |n| of(n).text);
        }
        if url != 0 && self.by_url.find(url, |n| of(n).url == url).is_none() {
            self.by_url.insert_unique(url, number, |n| of(n).url);
        }
    }

    fn unlist(&mut self, number: u32) {
        let Article { key, text, url, .. } = self.get(number);
        for (table, hash) in [(&mut self.by_key, key), (&mut self.by_text, text), (&mut self.by_url, url)] {
            if let Ok(entry) = table.find_entry(hash, |n| *n == number) {
                entry.remove();
            }
        }
    }
}
