//! Days and moments, all in UTC: the archive's dates are compared as seconds since 1970.

use jiff::civil;

/// Midnight at the start of a day, in seconds since 1970.
#[must_use]
pub fn midnight(day: civil::Date) -> Option<i64> {
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// The civil day, UTC, of a moment.
#[must_use]
pub fn day_of(epoch: i64) -> Option<civil::Date> {
    let stamp = jiff::Timestamp::from_second(epoch).ok()?;
    Some(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Today, UTC.
#[must_use]
pub fn today() -> civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
