//! Which values the names in a request's filters mean, so that whoever asked by another name can show them.

use super::{Request, SearchEngine};
use crate::resolve::Resolver;
use svodka_store::{Facet, FacetValue, error::Result};

/// A name in a filter that is not that of the value it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The facet that is filtered.
    pub facet: Facet,
    /// Whether its values are shut out.
    pub without: bool,
    /// The name as it was asked for.
    pub name: String,
    /// The values it means, by their own names.
    pub values: Vec<String>,
}

impl SearchEngine<'_> {
    /// The names in a request's filters that mean values of another name, in order.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn resolved(&self, request: &Request) -> Result<Vec<Resolved>> {
        self.resolved_by(&Resolver::new(&self.searcher, self.lexicon), request)
    }

    /// The sources that a request's filters ask for, by the names of their values.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn asked_sources(&self, request: &Request) -> Result<Vec<String>> {
        let resolver = Resolver::new(&self.searcher, self.lexicon);
        let mut names = Vec::new();
        for (facet, name) in &request.filters.with {
            if matches!(facet, Facet::ThinkTank | Facet::Cited) {
                names.extend(resolver.resolve(*facet, name)?.iter().map(|term| FacetValue::from_term(term).name));
            }
        }
        Ok(names)
    }

    pub(super) fn resolved_by(&self, resolver: &Resolver<'_>, request: &Request) -> Result<Vec<Resolved>> {
        let with = request.filters.with.iter().map(|(facet, name)| (*facet, false, name));
        let without = request.filters.without.iter().map(|(facet, name)| (*facet, true, name));
        let mut resolved = Vec::new();
        for (facet, without, name) in with.chain(without) {
            let terms = resolver.resolve(request.counted(facet), name)?;
            let mut values: Vec<String> = terms.iter().map(|term| FacetValue::from_term(term).name).collect();
            values.dedup();
            if values.as_slice() != std::slice::from_ref(name) {
                resolved.push(Resolved { facet, without, name: name.clone(), values });
            }
        }
        Ok(resolved)
    }
}
