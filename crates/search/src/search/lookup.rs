//! Finding one article by its id or its path.
//!
//! An id counts within its source, so several articles may have the same one. Then it must be named with its source:
//! `SOURCE#ID`, where SOURCE is the path of the file, with or without the line, or its end.

use super::SearchEngine;
use svodka_model::{article::Article, error::InputError};
use svodka_store::error::Result;
use tantivy::{
    DocAddress, Term,
    collector::TopDocs,
    query::{BooleanQuery, Query, TermSetQuery},
    schema::Field,
};

/// Articles of one id that are looked through for the source that was named.
const LOOKED_THROUGH: usize = 10_000;

/// Ways to name an article that an error lists.
const CHOICES: usize = 10;

impl SearchEngine<'_> {
    /// The article with this id or `SOURCE#ID`, or read at this path (its end is enough when only one article's path ends
    /// so).
    ///
    /// # Errors
    /// [`InputError::NoSuchArticle`], [`InputError::AmbiguousId`], or storage failures.
    pub fn article(&self, id: &str) -> Result<Article> {
        match self.address(id)? {
            Some(address) => self.index.article(&self.searcher, address),
            None => self.article_by_path_end(id),
        }
    }

    /// The article with exactly this id, or `SOURCE#ID`.
    ///
    /// # Errors
    /// As [`article`](Self::article).
    pub fn article_with_id(&self, id: &str) -> Result<Article> {
        match self.address_of_id(id)? {
            Some(address) => self.index.article(&self.searcher, address),
            None => Err(InputError::NoSuchArticle { id: id.to_owned(), suggestions: Vec::new() }.into()),
        }
    }

    /// `SOURCE#ID` for an article whose id others have too; that names it where the id alone is ambiguous.
    ///
    /// # Errors
    /// Storage failures.
    pub fn qualified_id(&self, article: &Article) -> Result<Option<String>> {
        // Replaced articles count until their segments are merged. A name that is longer than needed works as well.
        let sharing = self.searcher.doc_freq(&Term::from_field_text(self.index.fields().id, &article.id))?;
        Ok((sharing > 1).then(|| format!("{}#{}", article.path, article.id)))
    }

    /// Where the article with this id or path lies.
    pub(super) fn address(&self, id: &str) -> Result<Option<DocAddress>> {
        if let Some(address) = self.address_of_id(id)? {
            return Ok(Some(address));
        }
        Ok(self.all_with(&[(self.index.fields().path, id)], 1)?.first().copied())
    }

    fn address_of_id(&self, id: &str) -> Result<Option<DocAddress>> {
        match self.all_with(&[(self.index.fields().id, id)], CHOICES)?.as_slice() {
            [] => self.address_in_source(id),
            [only] => Ok(Some(*only)),
            several => Err(self.ambiguous(id, id, several)),
        }
    }

    /// Where the article lies that `SOURCE#ID` names. Ids and paths may hold the sign themselves.
    fn address_in_source(&self, name: &str) -> Result<Option<DocAddress>> {
        for (at, _) in name.match_indices('#') {
            let Some((source, id)) = name.get(..at).zip(name.get(at + 1..)) else { continue };
            let found = self.all_in_source(source, id)?;
            match found.as_slice() {
                [] => {}
                [only] => return Ok(Some(*only)),
                several => return Err(self.ambiguous(name, id, several)),
            }
        }
        Ok(None)
    }

    fn all_in_source(&self, source: &str, id: &str) -> Result<Vec<DocAddress>> {
        let fields = self.index.fields();
        let exactly = self.all_with(&[(fields.id, id), (fields.path, source)], CHOICES)?;
        if !exactly.is_empty() {
            return Ok(exactly);
        }
        let mut found = Vec::new();
        for address in self.all_with(&[(fields.id, id)], LOOKED_THROUGH)? {
            let article = self.index.article(&self.searcher, address)?;
            if std::iter::once(&article.path).chain(&article.also).any(|place| is_in(place, source)) {
                found.push(address);
            }
        }
        Ok(found)
    }

    fn all_with(&self, terms: &[(Field, &str)], most: usize) -> Result<Vec<DocAddress>> {
        let parts = terms.iter().map(|(field, term)| -> Box<dyn Query> {
            Box::new(TermSetQuery::new([Term::from_field_text(*field, term)]))
        });
        let all = BooleanQuery::intersection(parts.collect());
        let found = self.searcher.search(&all, &TopDocs::with_limit(most).order_by_score())?;
        Ok(found.into_iter().map(|(_, address)| address).collect())
    }

    fn ambiguous(&self, asked: &str, id: &str, several: &[DocAddress]) -> svodka_store::Error {
        let paths = several.iter().flat_map(|address| self.index.article(&self.searcher, *address));
        let mut choices: Vec<String> = paths.map(|article| format!("{}#{id}", article.path)).take(CHOICES).collect();
        choices.sort_unstable();
        InputError::AmbiguousId { id: asked.to_owned(), choices }.into()
    }

    fn article_by_path_end(&self, end: &str) -> Result<Article> {
        let mut found: Vec<String> = Vec::new();
        let mut all: Vec<String> = Vec::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.index.fields().path)?;
            let mut paths = index.terms().stream()?;
            while paths.advance() {
                let Ok(path) = std::str::from_utf8(paths.key()) else { continue };
                let whole_name = path.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'));
                if whole_name {
                    found.push(path.to_owned());
                }
                all.push(path.to_owned());
            }
        }
        found.sort_unstable();
        found.dedup();
        if let [only] = found.as_slice() {
            return self.article(&only.clone());
        }
        let is_number = end.bytes().all(|byte| byte.is_ascii_digit());
        let suggestions = if found.is_empty() && is_number {
            // Some path or other holds any number; none of them is what was meant.
            Vec::new()
        } else if found.is_empty() {
            crate::nearest(end, all.iter().map(String::as_str), 3)
        } else {
            found.into_iter().take(5).collect()
        };
        Err(InputError::NoSuchArticle { id: end.to_owned(), suggestions }.into())
    }
}

/// Whether `place`, a path with or without a line, is in `source` or is what `source` names the end of.
fn is_in(place: &str, source: &str) -> bool {
    let file =
        place.rsplit_once(':').filter(|(_, line)| line.bytes().all(|b| b.is_ascii_digit())).map(|(file, _)| file);
    let ends_so = |path: &str| path.strip_suffix(source).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    !source.is_empty() && std::iter::once(place).chain(file).any(ends_so)
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn sources_are_files_lines_and_their_ends() {
        for source in ["in/a.jsonl:7", "in/a.jsonl", "a.jsonl", "a.jsonl:7"] {
            assert!(is_in("in/a.jsonl:7", source), "{source}");
        }
        for source in ["", "l", "in", "a.jsonl:1", "b.jsonl"] {
            assert!(!is_in("in/a.jsonl:7", source), "{source}");
        }
        assert!(is_in("in/a.txt", "a.txt") && is_in("in/а:б.txt", "а:б.txt"));
    }
}
