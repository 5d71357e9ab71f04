//! Dates as people type them in filters: a year, a month, a day, or so many days back.

use jiff::{ToSpan, civil};
use std::ops::Bound;
use svodka_model::dates::midnight;
use tantivy::{
    Term,
    query::{ConstScoreQuery, Query, RangeQuery},
    schema::Field,
};

/// Seconds since 1970: start inclusive, end exclusive.
pub type Period = (i64, i64);

/// The period that `text` names: `2025`, `2025-03`, `март 2025`, `2025-03-04`, `04.03.2025`, or `7d` (the last seven
/// days before `today`, with today).
#[must_use]
pub fn period(text: &str, today: civil::Date) -> Option<Period> {
    let text = text.trim();
    if let Some(days) = text.strip_suffix(['d', 'д']) {
        let back = days.parse::<i64>().ok().filter(|n| (1..=100_000).contains(n))?;
        return between(today.checked_sub((back - 1).days()).ok()?, today.tomorrow().ok()?);
    }
    if let Some((month, year)) = text.split_once(' ')
        && let Some(month) = svodka_text::clean::date::month_number(month)
    {
        return of_month(year.trim().parse().ok()?, month);
    }
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year] if year.len() == 4 => {
            let first = civil::Date::new(year.parse().ok()?, 1, 1).ok()?;
            between(first, first.checked_add(1.year()).ok()?)
        }
        [year, month] if year.len() == 4 => of_month(year.parse().ok()?, month.parse().ok()?),
        [_, _, _] => of_day(text.parse().ok()?),
        _ => {
            let parts: Vec<&str> = text.split('.').collect();
            match parts.as_slice() {
                [d, m, y] => of_day(civil::Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()?),
                _ => None,
            }
        }
    }
}

/// The period that `text` names, which may be a range, open on one side or none: `2025-03-01..2025-03-31`, `2024..`.
#[must_use]
pub fn range(text: &str, today: civil::Date) -> Option<(Option<i64>, Option<i64>)> {
    let Some((from, to)) = text.split_once("..") else {
        return period(text, today).map(|(start, end)| (Some(start), Some(end)));
    };
    let side = |text: &str| {
        let text = text.trim().trim_matches('.');
        if text.is_empty() { Some(None) } else { period(text, today).map(Some) }
    };
    let (from, to) = (side(from)?, side(to)?);
    let (from, to) = (from.map(|(start, _)| start), to.map(|(_, end)| end));
    let runs_forward = from.zip(to).is_none_or(|(from, to)| from < to);
    (runs_forward && (from.is_some() || to.is_some())).then_some((from, to))
}

/// Articles dated from the one moment on and before the other.
pub(super) fn query(field: Field, from: Option<i64>, to: Option<i64>) -> Box<dyn Query> {
    let term = |at| Term::from_field_i64(field, at);
    let from = from.map_or(Bound::Unbounded, |at| Bound::Included(term(at)));
    let to = to.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at)));
    Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(from, to)), 0.0))
}

fn of_month(year: i16, month: i8) -> Option<Period> {
    let first = civil::Date::new(year, month, 1).ok()?;
    between(first, first.checked_add(1.month()).ok()?)
}

fn of_day(day: civil::Date) -> Option<Period> {
    between(day, day.tomorrow().ok()?)
}

fn between(start: civil::Date, end: civil::Date) -> Option<Period> {
    Some((midnight(start)?, midnight(end)?))
}

#[cfg(test)]
mod tests {
    use super::{period, range};
    use jiff::civil::date;
    use svodka_model::dates::day_of;

    #[test]
    fn periods() {
        let days = |text| {
            let (start, end) = period(text, date(2025, 3, 10))?;
            Some(format!("{} {}", day_of(start)?, day_of(end)?))
        };
        for (typed, meant) in [
            ("2025", "2025-01-01 2026-01-01"),
            ("2025-12", "2025-12-01 2026-01-01"),
            ("март 2025", "2025-03-01 2025-04-01"),
            ("2025-03-04", "2025-03-04 2025-03-05"),
            ("04.03.2025", "2025-03-04 2025-03-05"),
            ("7d", "2025-03-04 2025-03-11"),
        ] {
            assert_eq!(days(typed).as_deref(), Some(meant), "{typed}");
        }
        for wrong in ["", "вчера", "2025-13", "25-03", "0d"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ranges() {
        let days = |text| {
            let (from, to) = range(text, date(2025, 3, 10))?;
            let day = |at: Option<i64>| at.and_then(day_of).map_or("…".into(), |d| d.to_string());
            Some(format!("{} {}", day(from), day(to)))
        };
        for (typed, meant) in [
            ("2025-03-01..2025-03-31", "2025-03-01 2025-04-01"),
            ("2024..март 2025", "2024-01-01 2025-04-01"),
            ("2024..", "2024-01-01 …"),
            ("..2024", "… 2025-01-01"),
            ("2025-03", "2025-03-01 2025-04-01"),
        ] {
            assert_eq!(days(typed).as_deref(), Some(meant), "{typed}");
        }
        for wrong in ["..", "2025..2024", "2025..завтра"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
