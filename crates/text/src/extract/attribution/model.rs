//! The learned model: how much each feature speaks for citing, and for each kind of source.
//!
//! Two linear models in one table of small whole numbers, `data/attribution/weights.txt`, made by `cargo xtask
//! train-attribution`. Sums of whole numbers are the same on every machine.

use super::features::{Feature, Named, Sink, hash};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use svodka_model::article::SourceKind;

/// Number of kinds of source.
const KINDS: usize = SourceKind::ALL.len();

/// The weights of one feature.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    cites: i16,
    kinds: [i8; KINDS],
}

/// The weights, and what their sums mean.
#[derive(Debug, Default)]
pub(super) struct Model {
    cells: FxHashMap<u64, Cell>,
    /// What a sum is divided by to give log odds.
    scale: f32,
    /// Log odds from which a source counts as cited.
    threshold: f32,
    /// Log odds from which a pair is a source and its channel.
    relays: f32,
    /// Slope and offset from log odds of the best mention to those that the source is cited.
    calibration: (f32, f32),
}

static BUNDLED: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("../../../../../data/attribution/weights.txt")).unwrap_or_default());

/// What the model says of a mention.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    cites: i32,
    kinds: [i32; KINDS],
}

/// Sums the weights of features as they come.
struct Adder<'m> {
    model: &'m Model,
    group: &'static str,
    scores: Scores,
}

impl Sink for Adder<'_> {
    fn add(&mut self, feature: Feature, parts: &[&str]) {
        for group in ["", self.group] {
            let Some(cell) = self.model.cells.get(&hash(group, feature, parts)) else { continue };
            self.scores.cites += i32::from(cell.cites);
            for (sum, weight) in self.scores.kinds.iter_mut().zip(cell.kinds) {
                *sum += i32::from(weight);
            }
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
            let (feature, weights) = line.rsplit_once(" | ")?;
            let (cites, kinds) = weights.split_once(' ').unwrap_or((weights, ""));
            let cell = model.cells.entry(key(feature)?).or_default();
            cell.cites = cites.parse().ok()?;
            for kind in kinds.split_whitespace() {
                let (kind, weight) = kind.split_once(':')?;
                let place = SourceKind::ALL.iter().position(|k| k.name() == kind)?;
                *cell.kinds.get_mut(place)? = weight.parse().ok()?;
            }
        }
        Some(model)
    }

    /// The scores of a mention of `group`, whose features `describe` emits.
    pub(super) fn score(&self, group: &'static str, describe: impl FnOnce(&mut dyn Sink)) -> Scores {
        let mut adder = Adder { model: self, group, scores: Scores::default() };
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

    /// The weightiest features of a mention's context: names and log odds.
    pub(super) fn reasons(&self, group: &str, features: &Named, most: usize) -> Vec<(String, f32)> {
        let mut reasons: Vec<(String, f32)> = Vec::new();
        for (feature, value) in &features.0 {
            let parts: Vec<&str> = if value.is_empty() { Vec::new() } else { value.split('+').collect() };
            let weights =
                ["", group].map(|group| self.cells.get(&hash(group, *feature, &parts)).map_or(0, |c| c.cites));
            let sum: i32 = weights.into_iter().map(i32::from).sum();
            if sum > 0 && feature.is_context() {
                reasons.push((format!("{}={value}", feature.name()), sum as f32 / self.scale));
            }
        }
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

/// The hash of a feature written as `group:name=value` or `name=value`.
fn key(text: &str) -> Option<u64> {
    let (name, value) = text.split_once('=')?;
    let (group, name) = name.split_once(':').unwrap_or(("", name));
    let feature = Feature::TABLE.iter().find(|row| row.1 == name)?.0;
    let parts: Vec<&str> = if value.is_empty() { Vec::new() } else { value.split('+').collect() };
    Some(hash(group, feature, &parts))
}

#[cfg(test)]
mod tests {
    use super::Model;

    #[test]
    fn the_table_is_whole_sorted_and_small() {
        let table = include_str!("../../../../../data/attribution/weights.txt");
        let model = Model::parse(table).unwrap();
        let body: Vec<&str> = table.lines().filter(|line| !line.starts_with(['#', '='])).collect();
        assert!(body.is_sorted());
        assert_eq!(model.cells.len(), body.len(), "a feature stands twice");
        assert!((1_000..=8_000).contains(&body.len()), "{} weights", body.len());
        assert!(model.scale > 0.0 && model.calibration.0 > 0.0);
    }
}
