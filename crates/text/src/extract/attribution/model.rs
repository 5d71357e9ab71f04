//! The learned model: how much each feature speaks for citing, and for each kind of source.
//!
//! Two linear models in one table of small whole numbers, `data/attribution/weights.txt`, made by `cargo xtask
//! train-attribution`. Sums of whole numbers are the same on every machine.

use super::{
    collective::Collective,
    features::{Feature, JOINT, Sink, hash},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use svodka_model::article::SourceKind;

/// Number of kinds of source.
const KINDS: usize = SourceKind::ALL.len();

/// Most groups of weights, the one for all among them.
const GROUPS: usize = 8;

/// The weights of one feature in one group.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    cites: i16,
    kinds: [i8; KINDS],
}

/// The weights, and what their sums mean.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// The groups by their numbers; the one for all, without a name, is number 0.
    groups: Vec<Box<str>>,
    /// Which hashes have a row.
    filter: Filter,
    /// For the hash of a feature the number of its cell in each group, plus one; 0 for none.
    rows: FxHashMap<u64, [u16; GROUPS]>,
    cells: Vec<Cell>,
    /// What a sum is divided by to give log odds.
    scale: f32,
    /// Log odds from which a source counts as cited.
    threshold: f32,
    /// Log odds from which a pair is a source and its channel.
    relays: f32,
    /// The second stage.
    pub(super) collective: Collective,
    /// Slope and offset from log odds of the best mention to those that the source is cited.
    calibration: (f32, f32),
}

static BUNDLED: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("../../../../../data/attribution/weights.txt")).unwrap_or_default());

/// A Bloom filter with one bit a hash. Most features of a text have no weight, and its 8 KiB stay in the first cache.
#[derive(Debug)]
struct Filter(Box<[u64; Filter::WORDS]>);

impl Default for Filter {
    fn default() -> Self {
        Self(Box::new([0; Self::WORDS]))
    }
}

impl Filter {
    const WORDS: usize = 1 << 10;

    /// The word and the bit of a hash.
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are meant")]
    fn place(hash: u64) -> (usize, u32) {
        ((hash >> 6) as usize % Self::WORDS, hash as u32 % u64::BITS)
    }

    fn insert(&mut self, hash: u64) {
        let (word, bit) = Self::place(hash);
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = Self::place(hash);
        self.0.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }
}

/// What the model says of a mention.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    cites: i32,
    kinds: [i32; KINDS],
}

/// Sums the weights of features as they come.
struct Adder<'m> {
    model: &'m Model,
    group: usize,
    scores: Scores,
}

impl Sink for Adder<'_> {
    fn add(&mut self, feature: Feature, parts: &[&str]) {
        for cell in self.model.cells(self.group, feature, parts) {
            self.scores.cites += i32::from(cell.cites);
            for (sum, weight) in self.scores.kinds.iter_mut().zip(cell.kinds) {
                *sum += i32::from(weight);
            }
        }
    }
}

/// Keeps the features of a mention's context that speak for citing: names and log odds.
struct Reasons<'m> {
    model: &'m Model,
    group: usize,
    found: Vec<(String, f32)>,
}

impl Sink for Reasons<'_> {
    fn add(&mut self, feature: Feature, parts: &[&str]) {
        let weights = self.model.cells(self.group, feature, parts).map(|cell| i32::from(cell.cites));
        let sum: i32 = weights.sum();
        if sum > 0 && feature.is_context() {
            let reason = format!("{}={}", feature.name(), parts.join(JOINT));
            self.found.push((reason, sum as f32 / self.model.scale));
        }
    }
}

impl Model {
    /// The embedded model.
    pub(super) fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Reads the table; nothing if a line is malformed.
    fn parse(table: &str) -> Option<Self> {
        let mut model = Self::default();
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            if let Some(constants) = line.strip_prefix("= ") {
                let mut constants = constants.split_whitespace().map(str::parse);
                let mut next = || constants.next()?.ok();
                (model.scale, model.threshold, model.calibration) = (next()?, next()?, (next()?, next()?));
                model.relays = next()?;
                continue;
            }
            if let Some(numbers) = line.strip_prefix("+ ") {
                let mut numbers = numbers.split_whitespace().map(str::parse);
                let slope = numbers.next()?.ok()?;
                let mut weights = [0.0; Collective::SIZE];
                for weight in &mut weights {
                    *weight = numbers.next()?.ok()?;
                }
                model.collective = Collective::new(slope, weights);
                continue;
            }
            let (feature, weights) = line.rsplit_once(" | ")?;
            let (cites, kinds) = weights.split_once(' ').unwrap_or((weights, ""));
            let mut cell = Cell { cites: cites.parse().ok()?, ..Cell::default() };
            for kind in kinds.split_whitespace() {
                let (kind, weight) = kind.split_once(':')?;
                let place = SourceKind::ALL.iter().position(|k| k.name() == kind)?;
                *cell.kinds.get_mut(place)? = weight.parse().ok()?;
            }
            let (group, hash) = key(feature)?;
            model.cells.push(cell);
            let group = model.number_or_new(group);
            model.filter.insert(hash);
            *model.rows.entry(hash).or_default().get_mut(group)? = model.cells.len().try_into().ok()?;
        }
        Some(model)
    }

    /// The number of a group, a new one for a name not seen before.
    fn number_or_new(&mut self, group: &str) -> usize {
        if self.groups.is_empty() {
            self.groups.push(Box::default());
        }
        self.groups.iter().position(|known| **known == *group).unwrap_or_else(|| {
            self.groups.push(group.into());
            self.groups.len() - 1
        })
    }

    /// The number of a group; that of the group for all if no weight is of this one.
    fn number(&self, group: &str) -> usize {
        self.groups.iter().position(|known| **known == *group).unwrap_or(0)
    }

    /// The cells of a feature: of all groups together, and of this one.
    #[inline]
    fn cells(&self, group: usize, feature: Feature, parts: &[&str]) -> impl Iterator<Item = &Cell> {
        let hash = hash(feature, parts);
        let row = if self.filter.may_have(hash) { self.rows.get(&hash) } else { None };
        let own = row.and_then(|row| row.get(group)).copied().filter(|_| group > 0);
        let all = row.and_then(|row| row.first()).copied();
        all.into_iter().chain(own).filter_map(|number| self.cells.get(usize::from(number).checked_sub(1)?))
    }

    /// The scores of a mention of `group`, whose features `describe` emits.
    pub(super) fn score(&self, group: &'static str, describe: impl FnOnce(&mut dyn Sink)) -> Scores {
        let mut adder = Adder { model: self, group: self.number(group), scores: Scores::default() };
        describe(&mut adder);
        adder.scores
    }

    /// Log odds that a mention cites.
    pub(super) fn log_odds(&self, scores: Scores) -> f32 {
        scores.cites as f32 / self.scale
    }

    /// Whether a source whose best mention has these log odds is cited.
    pub(super) fn cites(&self, log_odds: f32) -> bool {
        log_odds >= self.threshold
    }

    /// Whether a pair with these log odds is a source and its channel.
    pub(super) fn relays(&self, log_odds: f32) -> bool {
        log_odds >= self.relays
    }

    /// The probability that a source whose best mention has these log odds is cited.
    pub(super) fn confidence(&self, log_odds: f32) -> f32 {
        let (slope, offset) = self.calibration;
        1.0 / (1.0 + (-(slope * log_odds + offset)).exp())
    }

    /// The kind that the model takes a source for; `known` stands where the model agrees with its group.
    pub(super) fn kind(&self, scores: Scores, known: Option<SourceKind>) -> SourceKind {
        let best = SourceKind::ALL.into_iter().zip(scores.kinds).max_by_key(|(_, score)| *score);
        let learned = best.map_or(SourceKind::Analytics, |(kind, _)| kind);
        known.filter(|kind| group(*kind) == group(learned)).unwrap_or(learned)
    }

    /// The weightiest features of the context of a mention of `group`, whose features `describe` emits: names and log
    /// odds.
    pub(super) fn reasons(&self, group: &str, most: usize, describe: impl FnOnce(&mut dyn Sink)) -> Vec<(String, f32)> {
        let mut sink = Reasons { model: self, group: self.number(group), found: Vec::new() };
        describe(&mut sink);
        let mut reasons = sink.found;
        reasons.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        reasons.dedup();
        reasons.truncate(most);
        reasons
    }
}

/// The group of kinds that are told apart by what they are called, not by how they are cited.
fn group(kind: SourceKind) -> u8 {
    match kind {
        SourceKind::ThinkTank | SourceKind::Pollster => 0,
        SourceKind::Media | SourceKind::Agency | SourceKind::Telegram => 1,
        SourceKind::Research | SourceKind::Analytics | SourceKind::Ngo => 2,
    }
}

/// The group and the hash of a feature written as `group:name=value` or `name=value`.
fn key(text: &str) -> Option<(&str, u64)> {
    let (name, value) = text.split_once('=')?;
    let (group, name) = name.split_once(':').unwrap_or(("", name));
    let feature = Feature::TABLE.iter().find(|row| row.1 == name)?.0;
    let parts: Vec<&str> = if value.is_empty() { Vec::new() } else { value.split(JOINT).collect() };
    Some((group, hash(feature, &parts)))
}

#[cfg(test)]
mod tests {
    use super::Model;

    #[test]
    fn the_table_is_whole_sorted_and_small() {
        let table = include_str!("../../../../../data/attribution/weights.txt");
        let model = Model::parse(table).unwrap();
        let body: Vec<&str> = table.lines().filter(|line| !line.starts_with(['#', '=', '+'])).collect();
        assert!(body.is_sorted());
        let known: usize = model.rows.values().flatten().filter(|number| **number > 0).count();
        assert_eq!(known, body.len(), "a feature stands twice");
        assert!((1_000..=8_000).contains(&body.len()), "{} weights", body.len());
        assert!(model.scale > 0.0 && model.calibration.0 > 0.0);
    }
}
