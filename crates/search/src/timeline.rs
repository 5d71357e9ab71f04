//! The timeline: how many matching articles each day, week, month or year has.

use jiff::{ToSpan, civil};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use svodka_model::dates::day_of;
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
};

/// The width of a timeline's bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interval {
    /// Calendar days.
    Day,
    /// Weeks, Monday first, named by their Monday.
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar years.
    Year,
}

/// A bar of a timeline: its name and its number of articles.
pub type Bar = (String, u64);

const SECONDS_A_DAY: i64 = 86_400;

/// Counts matching articles by day since 1970; `None` are undated.
pub(super) struct ByDay;

pub(super) struct SegmentDays {
    dates: Option<Column<i64>>,
    days: FxHashMap<Option<i64>, u64>,
}

impl Collector for ByDay {
    type Fruit = BTreeMap<Option<i64>, u64>;
    type Child = SegmentDays;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentDays> {
        Ok(SegmentDays { dates: reader.fast_fields().column_opt("date")?, days: FxHashMap::default() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, parts: Vec<FxHashMap<Option<i64>, u64>>) -> tantivy::Result<Self::Fruit> {
        let mut sums = BTreeMap::new();
        for (day, count) in parts.into_iter().flatten() {
            *sums.entry(day).or_default() += count;
        }
        Ok(sums)
    }
}

impl SegmentCollector for SegmentDays {
    type Fruit = FxHashMap<Option<i64>, u64>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let date = self.dates.as_ref().and_then(|dates| dates.first(doc));
        *self.days.entry(date.map(|d| d.div_euclid(SECONDS_A_DAY))).or_default() += 1;
    }

    fn harvest(self) -> Self::Fruit {
        self.days
    }
}

/// The bars of `days`, in order, empty ones between the first and the last included, and the undated articles.
pub(super) fn bars(days: &BTreeMap<Option<i64>, u64>, interval: Interval) -> (Vec<Bar>, u64) {
    let mut sums: BTreeMap<civil::Date, u64> = BTreeMap::new();
    for (day, count) in days {
        if let Some(start) = day.and_then(|d| day_of(d * SECONDS_A_DAY)).and_then(|d| start_of(d, interval)) {
            *sums.entry(start).or_default() += count;
        }
    }
    let undated = days.get(&None).copied().unwrap_or_default();
    let mut bars = Vec::new();
    let last = sums.keys().next_back().copied();
    let mut next = sums.keys().next().copied();
    while let Some(start) = next.filter(|start| last.is_some_and(|last| *start <= last)) {
        bars.push((name(start, interval), sums.get(&start).copied().unwrap_or_default()));
        next = following(start, interval);
    }
    (bars, undated)
}

fn start_of(day: civil::Date, interval: Interval) -> Option<civil::Date> {
    match interval {
        Interval::Day => Some(day),
        Interval::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok(),
        Interval::Month => Some(day.first_of_month()),
        Interval::Year => Some(day.first_of_year()),
    }
}

fn following(start: civil::Date, interval: Interval) -> Option<civil::Date> {
    let step = match interval {
        Interval::Day => 1.day(),
        Interval::Week => 1.week(),
        Interval::Month => 1.month(),
        Interval::Year => 1.year(),
    };
    start.checked_add(step).ok()
}

fn name(start: civil::Date, interval: Interval) -> String {
    let whole = start.to_string();
    let length = match interval {
        Interval::Day | Interval::Week => 10,
        Interval::Month => 7,
        Interval::Year => 4,
    };
    whole.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::{Interval, bars};
    use std::collections::BTreeMap;

    #[test]
    fn gaps_are_shown_and_undated_counted() {
        let days = BTreeMap::from([(None, 3), (Some(20_151), 2), (Some(20_152), 1), (Some(20_215), 4)]);
        let (months, undated) = bars(&days, Interval::Month);
        assert_eq!(undated, 3);
        assert_eq!(months, [("2025-03".into(), 3), ("2025-04".into(), 0), ("2025-05".into(), 4)]);
        let (weeks, _) = bars(&days, Interval::Week);
        assert_eq!(weeks[0], ("2025-03-03".to_owned(), 3));
    }
}
