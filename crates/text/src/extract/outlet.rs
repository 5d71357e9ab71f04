//! The outlet as the record states it: by its field, its address, or the folder it lies in.

use crate::names::{Entry, Lexicon};
use svodka_model::{
    article::{Outlet, OutletOrigin},
    record::Record,
};

/// The outlet that the record itself states, with one canonical name whatever the wording (t.me/rbc_news, rbc.ru,
/// «РБК» → РБК). A folder counts only when its name is that of a known outlet; a known domain says more than what a
/// page calls its site.
#[must_use]
pub fn stated(record: &Record, lexicon: &Lexicon) -> Option<Outlet> {
    let named = record.outlet.as_deref().map(|field| {
        let name = known(field, lexicon).map_or_else(|| field.trim().to_owned(), |e| e.name.clone());
        (name, if record.from_page { OutletOrigin::Page } else { OutletOrigin::Metadata })
    });
    let (field, page) = if record.from_page { (None, named) } else { (named, None) };
    let by_domain = || {
        let entry = record.url.as_deref().and_then(|url| lexicon.by_url(url))?;
        Some((entry.name.clone(), OutletOrigin::Domain))
    };
    let by_folder = || {
        let entry = record.origin.folder().and_then(|folder| known(folder, lexicon))?;
        Some((entry.name.clone(), OutletOrigin::Folder))
    };
    let (name, from) = field.or_else(by_domain).or(page).or_else(by_folder)?;
    Some(Outlet { name, from, evidence: None, rule: None })
}

/// Whose lines an article's lines are counted with: those of its outlet, else of the folder it lies in.
#[must_use]
pub fn publisher(record: &Record, stated: Option<&Outlet>) -> String {
    stated.map_or_else(|| format!("/{}", record.origin.folder().unwrap_or_default()), |outlet| outlet.name.clone())
}

/// The press entry that a field or folder name means.
fn known<'l>(field: &str, lexicon: &'l Lexicon) -> Option<&'l Entry> {
    let field = field.trim();
    lexicon
        .by_url(field)
        .or_else(|| lexicon.by_handle(&field.to_lowercase()))
        .or_else(|| lexicon.look_up(field))
        .or_else(|| lexicon.look_up(&without_bars(field)))
        .filter(|entry| entry.kind.source().is_some_and(svodka_model::article::SourceKind::is_press))
}

/// A field without the bars and dashes that sites put between the parts of their name: «BBC News | Русская служба».
fn without_bars(field: &str) -> String {
    let parts = field.split(['|', '—', '–', '·', '/']).map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
