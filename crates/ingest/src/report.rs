//! The account of an index: what was read and how, and what was refused.

use crate::{catalogue::Catalogue, on_newest_state};
use serde::Serialize;
use std::{collections::BTreeMap, io::Write, path::Path};
use svodka_model::{
    article::{DateOrigin, OutletOrigin},
    record::Refusal,
};
use svodka_store::error::{Error, Result};
use svodka_store::{Index, files::temporary_in};

/// Name of the file in the index folder that lists the refused inputs.
pub const FAILURES: &str = "failures.jsonl";

/// Refusals kept to be shown; the rest is only counted, so that a million of them take no memory.
const LISTED: usize = 20;

const DATES: [DateOrigin; 6] =
    [DateOrigin::Field, DateOrigin::Page, DateOrigin::Url, DateOrigin::Dateline, DateOrigin::Opening, DateOrigin::Path];

const OUTLETS: [OutletOrigin; 5] =
    [OutletOrigin::Metadata, OutletOrigin::Domain, OutletOrigin::Page, OutletOrigin::Folder, OutletOrigin::Text];

/// The number of a date's origin, from 1; 0 for no date.
pub(super) fn date_number(origin: Option<DateOrigin>) -> u8 {
    number(&DATES, origin)
}

/// The number of an outlet's origin, from 1; 0 for no outlet.
pub(super) fn outlet_number(origin: Option<OutletOrigin>) -> u8 {
    number(&OUTLETS, origin)
}

fn number<T: PartialEq>(all: &[T], one: Option<T>) -> u8 {
    let at = one.and_then(|one| all.iter().position(|known| *known == one));
    at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

/// Refused inputs: how many, of which kinds, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Refusals {
    /// How many.
    pub total: u64,
    /// How many of each kind.
    pub reasons: BTreeMap<String, u64>,
    /// The first of them.
    pub listed: Vec<Refusal>,
}

impl Refusals {
    /// Counts one more.
    pub fn add(&mut self, refusal: &Refusal) {
        self.total += 1;
        *self.reasons.entry(refusal.kind.name().to_owned()).or_default() += 1;
        if self.listed.len() < LISTED {
            self.listed.push(refusal.clone());
        }
    }
}

/// How the articles of an index were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ingest {
    /// Files.
    pub files: u64,
    /// Articles.
    pub articles: u64,
    /// Further places of indexed articles.
    pub duplicates: u64,
    /// Articles by the format they were read from.
    pub formats: BTreeMap<String, u64>,
    /// Articles by the encoding they were in.
    pub encodings: BTreeMap<String, u64>,
    /// Articles by where their date comes from; `none` for those without one.
    pub dates: BTreeMap<String, u64>,
    /// Articles by where their outlet is known from; `none` for those without one.
    pub outlets: BTreeMap<String, u64>,
    /// Inputs that could not be read.
    pub refused: Refusals,
}

impl Ingest {
    /// The account of a catalogue, without the refusals.
    ///
    /// # Errors
    /// Storage failures.
    pub(super) fn of(catalogue: &Catalogue) -> Result<Self> {
        let mut ingest =
            Self { files: catalogue.ids().count() as u64, duplicates: catalogue.duplicates(), ..Self::default() };
        let mut count: BTreeMap<[u8; 4], u64> = BTreeMap::new();
        catalogue.each_indexed(&mut |article| {
            let traits = article.traits;
            *count.entry([traits.format, traits.encoding, traits.date, traits.outlet]).or_default() += 1;
        })?;
        let origin = |name: Option<&'static str>| name.unwrap_or("none").to_owned();
        let at = |number: u8| usize::from(number).checked_sub(1);
        for ([format, encoding, date, outlet], articles) in count {
            ingest.articles += articles;
            *ingest.formats.entry(catalogue.name(format).to_owned()).or_default() += articles;
            *ingest.encodings.entry(catalogue.name(encoding).to_owned()).or_default() += articles;
            let date = at(date).and_then(|n| DATES.get(n)).map(|d| d.name());
            *ingest.dates.entry(origin(date)).or_default() += articles;
            let outlet = at(outlet).and_then(|n| OUTLETS.get(n)).map(|o| o.name());
            *ingest.outlets.entry(origin(outlet)).or_default() += articles;
        }
        Ok(ingest)
    }
}

/// How the articles of an index were read.
///
/// # Errors
/// Storage failures, or a damaged catalogue.
pub fn ingest(index: &Index) -> Result<Ingest> {
    let of_catalogue =
        |index: &Index| Catalogue::of_index(index)?.map_or_else(|| Ok(Ingest::default()), |c| Ingest::of(&c));
    let mut ingest = on_newest_state(index, of_catalogue, |_| true)?;
    ingest.refused = read_failures(index.folder())?;
    Ok(ingest)
}

fn read_failures(folder: &Path) -> Result<Refusals> {
    let path = folder.join(FAILURES);
    let mut refused = Refusals::default();
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(refused),
        Err(e) => return Err(Error::io(path, e)),
    };
    for line in std::io::BufRead::lines(std::io::BufReader::new(file)) {
        let line = line.map_err(|e| Error::io(&path, e))?;
        if let Ok(refusal) = serde_json::from_str(&line) {
            refused.add(&refusal);
        }
    }
    Ok(refused)
}

/// Writes the list of refused inputs in one step, and counts them.
pub(super) fn write_failures(
    folder: &Path,
    each: impl FnOnce(&mut dyn FnMut(Refusal) -> Result<()>) -> Result<()>,
) -> Result<Refusals> {
    let at = |e| Error::io(folder.join(FAILURES), e);
    let mut refused = Refusals::default();
    let file = temporary_in(folder).map_err(at)?;
    let mut out = std::io::BufWriter::new(file);
    each(&mut |refusal| {
        refused.add(&refusal);
        let line = serde_json::to_string(&refusal).map_err(|e| Error::Bug(e.to_string()))?;
        writeln!(out, "{line}").map_err(at)
    })?;
    let file = out.into_inner().map_err(|e| at(e.into_error()))?;
    file.persist(folder.join(FAILURES)).map_err(|e| at(e.error))?;
    Ok(refused)
}
