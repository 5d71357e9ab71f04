//! Date fields: what records, pages and databases write.

use super::{YEARS, civil_date, months::month_number};
use jiff::{Timestamp, civil, tz};
use svodka_model::article::{Date, DateOrigin};

/// Longest line of a page in which a date is looked for, in characters.
const LONGEST_LINE: usize = 80;

/// Two-digit years from here on are of the last century.
const PIVOT: i16 = 70;

/// Zones by name, with their hours east of Greenwich; Moscow's is what it is since 2014.
const ZONES: [(&str, i8); 12] = [
    ("GMT", 0),
    ("UTC", 0),
    ("UT", 0),
    ("Z", 0),
    ("MSK", 3),
    ("МСК", 3),
    ("EET", 2),
    ("EEST", 3),
    ("CET", 1),
    ("CEST", 2),
    ("MSD", 4),
    ("SAMT", 4),
];

/// Names of zones that the standard of mail knows.
const OF_MAIL: [&str; 12] = ["GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];

/// How a field may be written, tried in this order.
const FORMS: [fn(&str, DateOrigin) -> Option<Date>; 11] = [
    offset_without_colon,
    iso,
    mail,
    without_zone,
    stamp,
    epoch,
    script_date,
    year_last,
    words_with_time,
    serial_day,
    day,
];

/// Understands a date field: ISO 8601 and RFC 3339, RFC 2822 with zones by name, SQL, `31.12.2024`, `2024/12/31`,
/// «31 декабря 2024 года», `/Date(…)/`, seconds or milliseconds since 1970.
#[must_use]
pub fn parse_field(value: &str, from: DateOrigin) -> Option<Date> {
    let value = value.trim();
    FORMS.iter().find_map(|form| form(value, from))
}

/// `2025-03-04T10:11:12+03:00`, kept as it is written.
fn iso(value: &str, from: DateOrigin) -> Option<Date> {
    let at: Timestamp = value.parse().ok()?;
    plausible(at)?;
    Some(Date { value: value.to_owned(), epoch: at.as_second(), from })
}

/// `Tue, 04 Mar 2025 10:11:12 +0300`: the day is that of the writer's zone.
fn mail(value: &str, from: DateOrigin) -> Option<Date> {
    // The standard takes a zone whose name it does not know for that of Greenwich.
    let zone = value.split_whitespace().next_back()?;
    let is_unknown = !OF_MAIL.contains(&zone) && zone.chars().all(char::is_alphabetic);
    (!is_unknown).then_some(())?;
    zoned(&jiff::fmt::rfc2822::parse(value).ok()?, from)
}

/// `2025-03-04 10:11:12`.
fn without_zone(value: &str, from: DateOrigin) -> Option<Date> {
    let at: civil::DateTime = value.parse().ok().filter(|_| value.len() > 10)?;
    moment(at.to_zoned(tz::TimeZone::UTC).ok()?.timestamp(), from)
}

/// `20250304101112`, as in web archives.
fn stamp(value: &str, from: DateOrigin) -> Option<Date> {
    let is_stamp = value.len() == 14 && value.bytes().all(|b| b.is_ascii_digit());
    is_stamp.then_some(())?;
    let number = |range: std::ops::Range<usize>| value.get(range)?.parse::<i8>().ok();
    let day = civil::Date::new(value.get(..4)?.parse().ok()?, number(4..6)?, number(6..8)?).ok()?;
    let time = civil::Time::new(number(8..10)?, number(10..12)?, number(12..14)?, 0).ok()?;
    moment(day.to_datetime(time).to_zoned(tz::TimeZone::UTC).ok()?.timestamp(), from)
}

/// Seconds, milliseconds or microseconds since 1970.
fn epoch(value: &str, from: DateOrigin) -> Option<Date> {
    let whole = value.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit()));
    let number = whole.map_or(value, |(whole, _)| whole);
    let ticks: i64 = number.parse().ok().filter(|ticks| number.len() >= 9 && *ticks > 0)?;
    let units = [Timestamp::from_second, Timestamp::from_millisecond, Timestamp::from_microsecond];
    units.into_iter().filter_map(|unit| unit(ticks).ok()).find_map(|at| moment(at, from))
}

/// `/Date(1525651200000+0300)/`.
fn script_date(value: &str, from: DateOrigin) -> Option<Date> {
    let (_, inside) = value.split_once("Date(")?;
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    epoch(inside.get(..digits)?, from)
}

/// `2025-03-04T10:11:12.000+0300`, `2025-03-04 10:11:12 +03`.
fn offset_without_colon(value: &str, from: DateOrigin) -> Option<Date> {
    let at = value.rfind(['+', '-']).filter(|at| *at > 10)?;
    let (moment, offset) = value.split_at_checked(at).filter(|(_, offset)| !offset.contains(':'))?;
    let at: civil::DateTime = moment.trim_end().parse().ok()?;
    zoned(&at.to_zoned(tz::TimeZone::fixed(offset_of(offset)?)).ok()?, from)
}

/// `Вт, 04 мар 2025 10:11:12 MSK`: a day by words with a time and a zone, as feeds write them.
fn words_with_time(value: &str, from: DateOrigin) -> Option<Date> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let clock = words.iter().position(|word| word.contains(':'))?;
    let zone = words.get(clock + 1)?;
    let offset = offset_of(zone)?;
    let number = |part: Option<&str>| part?.parse::<i8>().ok();
    let mut parts = words.get(clock)?.split(':');
    let (hour, minute) = (number(parts.next())?, number(parts.next())?);
    let time = civil::Time::new(hour, minute, number(parts.next()).unwrap_or(0), 0).ok()?;
    let day = somewhere_in(&with_whole_year(words.get(..clock)?))?;
    zoned(&day.to_datetime(time).to_zoned(tz::TimeZone::fixed(offset)).ok()?, from)
}

/// The words of a day, with the century before a last word of two digits (`6 May 20`).
fn with_whole_year(words: &[&str]) -> String {
    let short = words.split_last().filter(|(year, _)| year.len() == 2 && words.len() > 2);
    let year = short.and_then(|(year, before)| Some((year.parse::<i16>().ok()?, before)));
    match year {
        Some((year, before)) => format!("{} {}", before.join(" "), if year >= PIVOT { 1900 + year } else { 2000 + year }),
        None => words.join(" "),
    }
}

/// `Wed May 06 10:15:00 MSK 2020`, as `date` and Java print: the year after time and zone.
fn year_last(value: &str, from: DateOrigin) -> Option<Date> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let (year, before) = words.split_last()?;
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let clock = before.iter().position(|word| word.contains(':')).filter(|_| is_year)?;
    let (date, time) = before.split_at_checked(clock)?;
    let rest = if time.len() > 1 { time.join(" ") } else { format!("{} UTC", time.first()?) };
    words_with_time(&format!("{} {year} {rest}", date.join(" ")), from)
}

/// `43957` or `43957.43`: days since 1899-12-30, as spreadsheets count them; only of this century up to 2064.
fn serial_day(value: &str, from: DateOrigin) -> Option<Date> {
    let (days, part) = value.split_once('.').unwrap_or((value, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_field = from == DateOrigin::Field && value.len() < 24 && is_number(part);
    let days: i64 = days.parse().ok().filter(|days| is_field && (36_526..60_000).contains(days))?;
    let start = civil::Date::new(1899, 12, 30).ok()?;
    civil_date(start.checked_add(jiff::Span::new().days(days)).ok()?, from)
}

/// A day without a time of its own.
fn day(value: &str, from: DateOrigin) -> Option<Date> {
    civil_date(value.parse::<civil::Date>().ok().or_else(|| day_at_start(value)).or_else(|| somewhere_in(value))?, from)
}

/// The offset that `+0300`, `+03:00`, `+03` or the name of a zone means.
fn offset_of(zone: &str) -> Option<tz::Offset> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone)) {
        return tz::Offset::from_hours(*hours).ok();
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.strip_prefix(['+', '-'])?.chars().filter(|c| *c != ':').collect();
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i32>().ok();
    let minutes = if digits.len() > 2 { number(2..4)? } else { 0 };
    tz::Offset::from_seconds(sign * (number(0..2)? * 3600 + minutes * 60)).ok()
}

fn plausible(at: Timestamp) -> Option<()> {
    YEARS.contains(&at.to_zoned(tz::TimeZone::UTC).year()).then_some(())
}

fn moment(at: Timestamp, from: DateOrigin) -> Option<Date> {
    plausible(at)?;
    Some(Date { value: at.to_string(), epoch: at.as_second(), from })
}

fn zoned(at: &jiff::Zoned, from: DateOrigin) -> Option<Date> {
    plausible(at.timestamp())?;
    let value = if at.offset() == tz::Offset::UTC {
        at.timestamp().to_string()
    } else {
        at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    Some(Date { value, epoch: at.timestamp().as_second(), from })
}

/// A full date inside a short line of a page: «10:11, 4 марта 2025», «Опубликовано 04.03.2025 в 10:11».
fn somewhere_in(line: &str) -> Option<civil::Date> {
    if line.chars().count() > LONGEST_LINE {
        return None;
    }
    let begins_word = |(at, c): &(usize, char)| {
        let before = line.get(..*at).unwrap_or("");
        let inside = before.ends_with(|b: char| b.is_alphanumeric() || matches!(b, '.' | ':' | '/' | '-'));
        (c.is_ascii_digit() || c.is_ascii_alphabetic()) && !inside
    };
    line.char_indices().filter(begins_word).filter_map(|(at, _)| line.get(at..)).find_map(|rest| {
        let iso = rest.get(..10).and_then(|day| day.parse::<civil::Date>().ok());
        iso.or_else(|| day_at_start(rest)).or_else(|| month_first(rest))
    })
}

/// The day at the start of `text`: `31.12.2024`, `31/12/24`, `2024/12/31`, «31 декабря 2024», «31-го декабря 2024».
pub(super) fn day_at_start(text: &str) -> Option<civil::Date> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '.' | '/' | ',');
    let mut words = text.split(is_separator).filter(|word| !word.is_empty());
    let (first, second, third) = (words.next()?, words.next()?, words.next()?);
    if let Some(month) = month_number(second) {
        return civil_of(third, &month.to_string(), first.trim_end_matches("-го").trim_end_matches("-е"));
    }
    if first.len() == 4 {
        return date_of(first, second, third);
    }
    let day = date_of(third, second, first).or_else(|| date_of(third, first, second));
    day.or_else(|| two_digit_year(text, [first, second, third]))
}

/// `07.05.18`, `7/5/18`: only with the same separator twice, for «7.05 18 человек» is no date.
fn two_digit_year(text: &str, [day, month, year]: [&str; 3]) -> Option<civil::Date> {
    let joined = [".", "/"].into_iter().any(|s| text.starts_with(&[day, month, year].join(s)));
    let short: i16 = year.parse().ok().filter(|_| joined && year.len() == 2)?;
    let century = if short >= PIVOT { 1900 } else { 2000 };
    civil_of(&(century + short).to_string(), month, day)
}

/// `May 7, 2018` at the start of `text`.
fn month_first(text: &str) -> Option<civil::Date> {
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.')).filter(|word| !word.is_empty());
    let month = month_number(words.next()?)?;
    let (day, year) = (words.next()?, words.next()?);
    date_of(year, &month.to_string(), day.trim_end_matches(|c: char| c.is_ascii_alphabetic()))
}

pub(super) fn date_of(year: &str, month: &str, day: &str) -> Option<civil::Date> {
    (year.len() == 4).then(|| civil_of(year, month, day)).flatten()
}

pub(super) fn civil_of(year: &str, month: &str, day: &str) -> Option<civil::Date> {
    let date = civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::parse_field;
    use svodka_model::article::DateOrigin;

    fn field(value: &str) -> Option<String> {
        parse_field(value, DateOrigin::Field).map(|d| d.value)
    }

    #[test]
    fn fields_in_many_forms() {
        for (typed, meant) in [
            ("2025-03-04", "2025-03-04"),
            ("2025-03-04T10:11:12+03:00", "2025-03-04T10:11:12+03:00"),
            ("2025-03-04T10:11:12", "2025-03-04T10:11:12Z"),
            ("2025-03-04 10:11:12", "2025-03-04T10:11:12Z"),
            ("2025-03-04 10:11:12.123", "2025-03-04T10:11:12.123Z"),
            ("2025-03-04T10:11:12.000+0300", "2025-03-04T10:11:12+03:00"),
            ("2025-03-04 10:11:12 +03", "2025-03-04T10:11:12+03:00"),
            ("Tue, 04 Mar 2025 10:11:12 +0300", "2025-03-04T10:11:12+03:00"),
            ("Tue, 04 Mar 2025 01:11:12 +0300", "2025-03-04T01:11:12+03:00"),
            ("Tue, 04 Mar 2025 10:11:12 MSK", "2025-03-04T10:11:12+03:00"),
            ("Вт, 04 мар 2025 10:11:12 +0300", "2025-03-04T10:11:12+03:00"),
            ("04.03.2025", "2025-03-04"),
            ("04.03.25 10:11", "2025-03-04"),
            ("2025/03/04", "2025-03-04"),
            ("2025.03.04 10:11", "2025-03-04"),
            ("3/25/2025", "2025-03-25"),
            ("4 марта 2025 года", "2025-03-04"),
            ("4-го марта 2025", "2025-03-04"),
            ("4 мая 2025", "2025-05-04"),
            ("7 травня 2018", "2018-05-07"),
            ("7 лістапада 2018", "2018-11-07"),
            ("May 7, 2018", "2018-05-07"),
            ("Published on May 7th, 2018", "2018-05-07"),
            ("7 May 2018", "2018-05-07"),
            ("/Date(1741072272000)/", "2025-03-04T07:11:12Z"),
            ("1741072272", "2025-03-04T07:11:12Z"),
            ("1741072272000", "2025-03-04T07:11:12Z"),
            ("1741072272.0", "2025-03-04T07:11:12Z"),
            ("20250304071112", "2025-03-04T07:11:12Z"),
            ("Tue Mar 04 10:11:12 MSK 2025", "2025-03-04T10:11:12+03:00"),
            ("Tue Mar  4 10:11:12 2025", "2025-03-04T10:11:12Z"),
            ("Tue, 4 Mar 25 10:11:12 EEST", "2025-03-04T10:11:12+03:00"),
            ("45720", "2025-03-04"),
            ("45720.4251", "2025-03-04"),
        ] {
            assert_eq!(field(typed).as_deref(), Some(meant), "{typed}");
        }
        for wrong in
            ["вчера", "", "13", "99.99.2025", "0001-01-01", "0000-00-00 00:00:00", "7.05 18 человек", "0000000000", "12345"]
        {
            assert_eq!(field(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lines_of_pages() {
        for line in
            ["10:11, 4 марта 2025", "Опубликовано 04.03.2025 в 10:11", "Вторник, 4 Марта 2025 г.", "2025-03-04 г."]
        {
            assert_eq!(field(line).as_deref(), Some("2025-03-04"), "{line}");
        }
    }
}
