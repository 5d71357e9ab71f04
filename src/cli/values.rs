//! Parsers for the values of options, each with the message that a wrong value gets. Those of the search options are in the
//! table of parameters (`svodka_search`).

use svodka_model::error::InputError;
use svodka_store::error::Result;

/// The least memory that `svodka-index` can work with: its dictionaries and models alone take about half of it.
pub(super) const LEAST_MEMORY: usize = 256 << 20;

fn wrong(option: impl Into<String>, reason: impl Into<String>) -> InputError {
    InputError::BadOption { option: option.into(), reason: reason.into() }
}

/// A number of threads; without one, that of the processor's cores.
///
/// # Errors
/// None at all, or far more than any machine has.
pub(super) fn threads(number: Option<usize>) -> Result<usize> {
    match number {
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        Some(number @ 1..=1024) => Ok(number),
        Some(number) => Err(wrong(format!("--jobs {number}"), "use a number from 1 to 1024").into()),
    }
}

/// An amount of memory: bytes, or a number with K, M or G.
///
/// # Errors
/// Not a size, or too little to work with.
pub(super) fn memory(text: &str) -> Result<usize> {
    let wrong = |reason: String| wrong(format!("--memory {text}"), reason);
    let not_a_size = || wrong("use a size such as 700M or 2G".to_owned());
    let upper = text.trim().to_uppercase();
    let number = upper.trim_end_matches('B');
    let (digits, unit) = match number.char_indices().next_back() {
        Some((at, 'K')) => (number.get(..at), 1 << 10),
        Some((at, 'M')) => (number.get(..at), 1 << 20),
        Some((at, 'G')) => (number.get(..at), 1 << 30),
        _ => (Some(number), 1),
    };
    let digits: usize = digits.and_then(|digits| digits.trim().parse().ok()).ok_or_else(not_a_size)?;
    let bytes = digits.checked_mul(unit).ok_or_else(not_a_size)?;
    if bytes < LEAST_MEMORY {
        let least = LEAST_MEMORY >> 20;
        return Err(wrong(format!("too little; the dictionaries and models need at least {least}M")).into());
    }
    Ok(bytes)
}

/// A point in time, in nanoseconds since 1970: a day (its beginning in UTC), a time, or a while ago.
///
/// # Errors
/// None of these.
pub(super) fn since(text: &str) -> Result<u64> {
    let text = text.trim();
    let ago = |unit: char, seconds: i64| {
        let number = text.strip_suffix(unit)?.parse::<i64>().ok()?;
        jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_secs(number.checked_mul(seconds)?)).ok()
    };
    let day = || {
        let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    let time = || text.parse::<jiff::Timestamp>().ok();
    let while_ago = || [('d', 86_400), ('h', 3600), ('m', 60)].into_iter().find_map(|(unit, s)| ago(unit, s));
    let at = day().or_else(time).or_else(while_ago).ok_or_else(|| {
        let reason = "use a day (2026-11-22), a time (2026-11-22T10:00:00Z) or an age (7d, 12h, 30m)";
        wrong(format!("--since {text}"), reason)
    })?;
    Ok(u64::try_from(at.as_nanosecond()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{memory, since, threads};

    #[test]
    fn sizes_of_memory() {
        assert_eq!(memory("300M").unwrap(), 300 << 20);
        assert_eq!(memory("1GB").unwrap(), 1 << 30);
        assert_eq!(memory("2 g").unwrap(), 2 << 30);
        assert_eq!(memory("536870912").unwrap(), 512 << 20);
        for wrong in ["much", "", "M", "-1G", "1.5G", "99999999999G"] {
            assert!(memory(wrong).unwrap_err().to_string().contains("use a size"), "{wrong}");
        }
        for little in ["0", "5", "10M", "255M"] {
            assert!(memory(little).unwrap_err().to_string().contains("at least 256M"), "{little}");
        }
    }

    #[test]
    fn numbers_of_threads() {
        assert!(threads(None).unwrap() >= 1);
        assert_eq!(threads(Some(3)).unwrap(), 3);
        assert!(threads(Some(0)).is_err() && threads(Some(1_000_000)).is_err());
    }

    #[test]
    fn points_in_time() {
        assert_eq!(since("1970-01-02").unwrap(), 86_400_000_000_000);
        assert_eq!(since("1970-01-01T03:00:01+03:00").unwrap(), 1_000_000_000);
        let (day, hours) = (since("1d").unwrap(), since("24h").unwrap());
        assert!(hours.abs_diff(day) < 1_000_000_000 && day > since("2d").unwrap());
        assert!(since("вчера").is_err() && since("7").is_err());
    }
}
