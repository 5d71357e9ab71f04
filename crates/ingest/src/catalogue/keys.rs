//! Under which key the document of an article is kept.
//!
//! The first article with an id has the hash of the id as its key. Another one with the same id has the hash of id and
//! source (the file, or the entry of an archive), and where a source uses an id many times, of the text too. Such
//! articles are also found by id and address, id and text, id and title, and id and file, so that a newer export replaces
//! each of them, and another reading of their file finds the keys that they have.

use super::{Article, Catalogue, FileId, articles::ArticleState, identity::is_same, paths};
use svodka_store::error::Result;
use xxhash_rust::xxh3::xxh3_64;

/// Why an article may be found by a hash that is not its key.
#[derive(Clone, Copy)]
enum Alias {
    Address,
    Text,
    Title,
    File,
}

/// The hashes by which an article is found besides its key; 0 for those that it has not.
pub(super) fn aliases(article: &Article) -> [u64; 4] {
    let Article { text, url, file, identity, .. } = *article;
    let alias = |kind: Alias, value: u64| mixed(&[identity.id, kind as u64, value]);
    let title = u64::from(identity.title) << 32 | u64::from(identity.outlet);
    [
        if url == 0 { 0 } else { alias(Alias::Address, url) },
        alias(Alias::Text, text),
        if identity.title == 0 { 0 } else { alias(Alias::Title, title) },
        alias(Alias::File, u64::from(file.0)),
    ]
}

/// Whether the key of an article is another than the hash of its id, because other articles have the same id.
pub(super) fn shares_its_id(article: &Article) -> bool {
    article.traits.has_own_id && article.identity.id != 0 && article.key != article.identity.id
}

fn mixed(values: &[u64]) -> u64 {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    xxh3_64(&bytes).max(1)
}

impl Catalogue {
    /// The key for an article whose input states an id, read in `source`: that of the article which it replaces, the one
    /// it got when its file was read before, or a free one.
    pub(super) fn key_for(&self, new: &Article, source: u64) -> Result<u64> {
        let id = new.identity.id;
        let first = self.holder(id, new.file)?;
        if let Some(first) = &first
            && self.are_same(new, first)
        {
            return Ok(id);
        }
        let [by_address, by_text, by_title, by_file] = aliases(new);
        for alias in [by_address, by_text, by_title] {
            if let Some(key) = self.key_by_alias(new, alias)? {
                return Ok(key);
            }
        }
        if first.is_none() {
            return Ok(id);
        }
        if let Some(key) = self.key_by_alias(new, by_file)? {
            return Ok(key);
        }
        for parts in [&[id, source][..], &[id, source, new.text]] {
            let key = mixed(parts);
            if self.holder(key, new.file)?.is_none() {
                return Ok(key);
            }
        }
        Ok(mixed(&[id, source, new.text, new.url]))
    }

    /// The key of the article with this alias, if `new` is the same one, or is met again in its file.
    fn key_by_alias(&self, new: &Article, alias: u64) -> Result<Option<u64>> {
        let Some(number) = self.articles.with_alias(alias)? else { return Ok(None) };
        let known = self.articles.get(number)?;
        let is_met_again = known.state == ArticleState::Unconfirmed && !self.keeps_what_it_had(new.file);
        let is_it = if is_met_again { self.holder(known.key, new.file)?.is_none() } else { self.are_same(new, &known) };
        Ok(is_it.then_some(known.key))
    }

    /// The article that holds a key while `file` is being read.
    fn holder(&self, key: u64, file: FileId) -> Result<Option<Article>> {
        let number = match self.articles.with_key(key)? {
            None if self.keeps_what_it_had(file) => self.articles.unconfirmed_with_key(key)?,
            standing => standing,
        };
        number.map(|number| self.articles.get(number)).transpose()
    }

    /// Whether another reading of a file takes nothing away: standard input is another file each time.
    fn keeps_what_it_had(&self, file: FileId) -> bool {
        self.paths.is(self.file(file).path, "-")
    }

    fn are_same(&self, a: &Article, b: &Article) -> bool {
        let folder = |article: &Article| paths::folder_of(&self.path(article.file)).to_owned();
        is_same(a, b, a.file == b.file || folder(a) == folder(b))
    }
}
