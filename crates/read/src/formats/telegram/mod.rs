//! Exports of Telegram Desktop: `result.json` and `messages.html`. One article a post that has words.
//!
//! The chat is the outlet, its posts keep their numbers as ids; for a post that was forwarded, whoever wrote it first is
//! noted. Service messages («created the channel») and pictures without words are no articles.

#[cfg(feature = "web-formats")]
mod html;
mod json;
mod lists;

#[cfg(feature = "web-formats")]
pub(super) use html::MessagesHtml;
pub(super) use json::ResultJson;

/// A local time with its distance from UTC, which is found by comparing it to the same time there.
pub(super) fn with_offset(local: &str, utc: jiff::Timestamp) -> Option<String> {
    let local: jiff::civil::DateTime = local.parse().ok()?;
    let at_utc = jiff::tz::TimeZone::UTC.to_datetime(utc);
    let minutes = local.since(at_utc).ok()?.total(jiff::Unit::Minute).ok()?.round();
    if minutes.abs() > 15.0 * 60.0 {
        return None;
    }
    let sign = if minutes < 0.0 { '-' } else { '+' };
    let (hours, minutes) = ((minutes.abs() / 60.0).floor(), minutes.abs() % 60.0);
    Some(format!("{}{sign}{hours:02}:{minutes:02}", local.strftime("%Y-%m-%dT%H:%M:%S")))
}

#[cfg(test)]
mod tests {
    use super::with_offset;

    #[test]
    fn the_offset_is_the_difference() {
        let utc = "2025-03-02T07:15:00Z".parse().unwrap();
        assert_eq!(with_offset("2025-03-02T10:15:00", utc).as_deref(), Some("2025-03-02T10:15:00+03:00"));
        assert_eq!(with_offset("2025-03-02 03:45:00", utc).as_deref(), Some("2025-03-02T03:45:00-03:30"));
        assert_eq!(with_offset("2025-03-09T10:15:00", utc), None);
    }
}
