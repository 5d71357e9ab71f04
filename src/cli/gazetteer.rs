//! Warnings about corrections in the user's gazetteer that match nothing: most of them are misspelt.

use std::path::Path;
use svodka_model::error::InputError;
use svodka_search::{Filters, Request, SearchEngine};
use svodka_store::{
    Facet, Index,
    error::{Error, Result},
};
use svodka_text::names::{Gazetteer, Lexicon, gazetteer::Corrections};

/// The facets of which a corrected name may be a value.
const FACETS: [Facet; 3] = [Facet::Actor, Facet::Outlet, Facet::Cited];

/// A warning for each name that `text` corrects but neither a dictionary nor the index in `folder` has. Names that the
/// index was made with are not checked: they are corrected already. Without an index there is nothing to compare with.
///
/// # Errors
/// Storage failures.
pub(super) fn warnings(folder: &Path, text: &str) -> Result<Vec<String>> {
    let Ok(index) = Index::open(folder) else { return Ok(Vec::new()) };
    if index.manifest().gazetteer == text {
        return Ok(Vec::new());
    }
    let parse = |text: &str| Gazetteer::parse("gazetteer", text, Lexicon::bundled());
    let (applied, wanted) = (parse(&index.manifest().gazetteer)?, parse(text)?);
    let applied = corrected(&applied.corrections);
    let is_added = |name: &str| wanted.additions.iter().any(|entry| entry.name == name);
    let lexicon = index.manifest().lexicon()?;
    let engine = SearchEngine::new(&index, lexicon);
    let mut warnings = Vec::new();
    for (table, name) in corrected(&wanted.corrections) {
        let is_known = applied.contains(&(table, name)) || is_added(name) || lexicon.named(name).is_some();
        if is_known {
            continue;
        }
        if let Some(suggestions) = unknown(&engine, name)? {
            let near: Vec<String> = suggestions.iter().map(|name| format!("«{name}»")).collect();
            let near = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
            warnings.push(format!("gazetteer: [[{table}]] «{name}»: nothing in this index has this name{near}"));
        }
    }
    Ok(warnings)
}

/// Every name that is corrected, with the table that does it.
fn corrected(corrections: &Corrections) -> Vec<(&'static str, &str)> {
    let mut names: Vec<(&'static str, &str)> = Vec::new();
    names.extend(corrections.splits.iter().map(|split| ("split", split.name.as_str())));
    names.extend(corrections.merges.iter().flat_map(|(names, _)| names).map(|name| ("merge", name.as_str())));
    names.extend(corrections.renames.iter().map(|(name, _)| ("rename", name.as_str())));
    names.extend(corrections.retypes.iter().map(|(name, _)| ("retype", name.as_str())));
    names.extend(corrections.blocks.iter().map(|(name, _)| ("block", name.as_str())));
    names
}

/// The values nearest to a name that is a value of no facet; `None` if it is one.
fn unknown(engine: &SearchEngine<'_>, name: &str) -> Result<Option<Vec<String>>> {
    let mut nearest = Vec::new();
    for facet in FACETS {
        let filters = Filters { with: vec![(facet, name.to_owned())], ..Filters::default() };
        let request = Request { filters, limit: 0, facets: Vec::new(), ..Request::default() };
        match engine.search(&request) {
            Err(Error::Input(InputError::UnknownValue { suggestions, .. })) => nearest.extend(suggestions),
            Err(e) => return Err(e),
            Ok(_) => return Ok(None),
        }
    }
    nearest.dedup();
    nearest.truncate(3);
    Ok(Some(nearest))
}
