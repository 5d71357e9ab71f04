//! Which citations of an article an export or a reference shows.

use svodka_model::article::{Article, Citation};

/// The sources that a request asks for, by name; without any, all that an article cites.
#[derive(Clone, Debug, Default)]
pub struct AskedSources(Vec<String>);

impl AskedSources {
    /// These sources, by the names that facets have for them.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        Self(names.iter().map(|name| name.to_lowercase()).collect())
    }

    /// The citations of an article to show: of the sources asked for, or of all but the outlet itself when the article
    /// cites none of those.
    #[must_use]
    pub fn citations<'a>(&self, article: &'a Article) -> Vec<&'a Citation> {
        let asked: Vec<&Citation> = article.cited.iter().filter(|c| self.0.contains(&c.name.to_lowercase())).collect();
        if asked.is_empty() { article.cited.iter().filter(|c| !c.is_self).collect() } else { asked }
    }
}
