//! Dates: from whatever a record, an address or a dateline says to one value, with its origin.
//!
//! Never from a file's modification time: that is when the file was copied, not when the news happened.

mod field;
mod months;

pub use field::parse_field;
pub use months::month_number;

use crate::word_classes::word_class;
use field::{civil_of, date_of, day_at_start};
use jiff::civil;
use std::sync::LazyLock;
use svodka_model::{
    article::{Date, DateOrigin},
    record::Record,
};

/// Years that an article can be from; anything else is a misread number.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// The date of an article: its field, else its address, else its dateline or opening words, else its file's name.
#[must_use]
pub fn pick(record: &Record, text: &str) -> Option<Date> {
    let stated = if record.from_page { DateOrigin::Page } else { DateOrigin::Field };
    let year = || record.url.as_deref().and_then(year_in).or_else(|| year_in(&record.origin.path));
    record
        .date
        .as_deref()
        .and_then(|value| parse_field(value, stated))
        .or_else(|| record.url.as_deref().and_then(from_url))
        .or_else(|| from_opening(text, year))
        .or_else(|| from_file_name(record.origin.file_name()))
}

/// `…/2025/03/04/…`, `…/2025-03-04…` or `…/20250304/…` in an address.
#[must_use]
pub fn from_url(url: &str) -> Option<Date> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let runs: Vec<&str> = path.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let triple = runs.windows(3).find_map(|w| match w {
        [y, m, d] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => date_of(y, m, d),
        _ => None,
    });
    let packed = || {
        runs.iter().filter(|run| run.len() == 8).find_map(|run| date_of(run.get(..4)?, run.get(4..6)?, run.get(6..)?))
    };
    civil_date(triple.or_else(packed)?, DateOrigin::Url)
}

/// The date of a file called `2025-03-04-zerno.md` or `20250304.txt`.
#[must_use]
pub fn from_file_name(name: &str) -> Option<Date> {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let start: String = stem.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '_')).collect();
    from_url(&start).map(|date| Date { from: DateOrigin::Path, ..date })
}

/// A date among the first words: «22 ноября 2026 года. …», «МОСКВА, 3 дек – РИА Новости. …».
///
/// A dateline without a year takes the one that the address or the path names; without any there is no date, for
/// guessing a year would be a false statement.
#[must_use]
pub fn from_opening(text: &str, year: impl Fn() -> Option<i16>) -> Option<Date> {
    let line = text.trim_start().lines().next()?;
    let head: String = line.chars().take(80).collect();
    let at = head.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = (head.get(..at)?, head.get(at..)?);
    let dateline = is_dateline_city(before);
    if !before.trim().is_empty() && !dateline {
        return None;
    }
    let from = if dateline { DateOrigin::Dateline } else { DateOrigin::Opening };
    let without_year = || {
        let mut words = rest.split(|c: char| c.is_whitespace() || matches!(c, '.' | ',')).filter(|w| !w.is_empty());
        let (day, month) = (words.next()?, month_number(words.next()?)?);
        civil_of(&year()?.to_string(), &month.to_string(), day)
    };
    let day = day_at_start(rest).or_else(|| dateline.then(without_year).flatten())?;
    (dateline || can_be_published(day, line)).then_some(())?;
    civil_date(day, from)
}

/// Words of an opening that tells of the past («15 октября 1929 года родился…», «… исполняется 90 лет»), by their
/// beginnings.
static OF_THE_PAST: LazyLock<&[&str]> = LazyLock::new(|| word_class("past_word"));

/// Years before this are not those of articles that begin with a bare date.
const FIRST_YEAR: i16 = 1990;

/// Whether a date that opens a text can be the day on which it was published.
fn can_be_published(day: civil::Date, line: &str) -> bool {
    let sentence: String = line.chars().take(200).collect::<String>().to_lowercase();
    let words = sentence.split(|c: char| !c.is_alphabetic());
    let tells_of_the_past = words.into_iter().any(|word| OF_THE_PAST.iter().any(|past| word.starts_with(past)));
    day.year() >= FIRST_YEAR && !tells_of_the_past
}

/// «МОСКВА, », «Москва. », «САНКТ-ПЕТЕРБУРГ/МОСКВА, »: capitalised words and a full stop or comma.
fn is_dateline_city(before: &str) -> bool {
    let Some(city) = before.strip_suffix(' ').and_then(|b| b.strip_suffix([',', '.'])) else { return false };
    let mut words = city.split([' ', '-', '/', '–']).filter(|w| !w.is_empty()).peekable();
    let small = |word: &str| matches!(word, "на" | "де" | "над");
    words.peek().is_some()
        && city.chars().count() <= 40
        && words
            .all(|w| small(w) || w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || c == '.'))
}

/// The one year that an address or a path names.
fn year_in(path: &str) -> Option<i16> {
    let runs = path.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4);
    let mut years = runs.filter_map(|run| run.parse::<i16>().ok()).filter(|year| (1990..=2100).contains(year));
    let year = years.next()?;
    years.all(|other| other == year).then_some(year)
}

fn civil_date(day: civil::Date, from: DateOrigin) -> Option<Date> {
    YEARS.contains(&day.year()).then_some(())?;
    let at = day.to_datetime(civil::Time::midnight()).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Date { value: day.to_string(), epoch: at.timestamp().as_second(), from })
}

#[cfg(test)]
mod tests {
    use super::{from_opening, from_url, pick};
    use svodka_model::{
        article::DateOrigin,
        record::{Origin, Record},
    };

    #[test]
    fn addresses() {
        let day = |url| from_url(url).map(|d| d.value);
        assert_eq!(day("https://example.org/news/2025/03/04/zerno").as_deref(), Some("2025-03-04"));
        assert_eq!(day("https://example.org/20250304/1234567890.html").as_deref(), Some("2025-03-04"));
        assert_eq!(day("https://example.org/news/123456"), None);
    }

    #[test]
    fn openings_need_a_year() {
        let day = |text| from_opening(text, || None).map(|d| (d.value, d.from));
        assert_eq!(day("22 ноября 2026 года. Завод…"), Some(("2026-11-22".into(), DateOrigin::Opening)));
        assert_eq!(day("МОСКВА, 3 дек 2024 – Завод"), Some(("2024-12-03".into(), DateOrigin::Dateline)));
        assert_eq!(day("Москва. 3 декабря 2024 года. Агентство"), Some(("2024-12-03".into(), DateOrigin::Dateline)));
        assert_eq!(day("МОСКВА, 3 дек – Агентство."), None);
        assert_eq!(day("В городе 22 ноября 2026 года открыли"), None);
        assert_eq!(day("Завод, 3 дек 2024 года"), Some(("2024-12-03".into(), DateOrigin::Dateline)));
        assert_eq!(day("Его отец, 3 дек 2024 года"), None);
        for history in [
            "15 октября 1929 года родился Валентин Павлов",
            "7 июня 1938 года в Австрии прошёл матч",
            "1 сентября 2004 года погибли 333 человека",
            "12 марта 1999 года. 25 лет назад Чехия вступила в НАТО",
        ] {
            assert_eq!(day(history), None, "{history}");
        }
    }

    #[test]
    fn the_year_of_a_dateline_may_stand_in_the_address_or_path() {
        let record = |url: Option<&str>, path: &str| Record {
            url: url.map(str::to_owned),
            origin: Origin { path: path.into(), ..Origin::default() },
            ..Record::default()
        };
        let day = |record| pick(&record, "МОСКВА, 3 дек – Агентство. Завод…").map(|d| (d.value, d.from));
        let meant = Some(("2024-12-03".into(), DateOrigin::Dateline));
        assert_eq!(day(record(Some("https://example.org/2024/zavod"), "a.txt")), meant);
        assert_eq!(day(record(None, "архив/2024/a.txt")), meant);
        assert_eq!(day(record(None, "2023/2024/a.txt")), None);
        assert_eq!(day(record(None, "архив/a.txt")), None);
    }

    #[test]
    fn origins_come_in_order() {
        let mut record = Record { date: Some("2025-03-04".into()), from_page: true, ..Record::default() };
        record.url = Some("https://example.org/2025/03/05/a".into());
        record.origin.path = "архив/2025-03-06-a.md".into();
        let mut seen = Vec::new();
        seen.push(pick(&record, "7 марта 2025 года. Завод").map(|d| (d.value, d.from)));
        record.date = Some("вчера".into());
        seen.push(pick(&record, "7 марта 2025 года. Завод").map(|d| (d.value, d.from)));
        record.url = None;
        seen.push(pick(&record, "7 марта 2025 года. Завод").map(|d| (d.value, d.from)));
        seen.push(pick(&record, "Завод").map(|d| (d.value, d.from)));
        let origins = [DateOrigin::Page, DateOrigin::Url, DateOrigin::Opening, DateOrigin::Path];
        let days = ["2025-03-04", "2025-03-05", "2025-03-07", "2025-03-06"];
        assert_eq!(seen.len(), days.len());
        for ((found, day), origin) in seen.into_iter().zip(days).zip(origins) {
            assert_eq!(found, Some((day.into(), origin)));
        }
    }
}
