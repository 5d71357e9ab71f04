//! Progress of a run on the terminal: a bar with share and time left once the work takes longer than a moment.

use super::common::stderr_is_terminal;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};
use svodka_ingest::{Phase, Progress};

/// Work shorter than this shows no progress.
const QUICK: Duration = Duration::from_secs(1);

/// No time left is given before this much is done: it would be a guess.
const ENOUGH: f64 = 0.02;

/// The bar and its message; without a known total, a spinner.
const BAR: &str = "{spinner} [{bar:24}] {percent:>3}% {msg}";
const SPINNER: &str = "{spinner} {msg}";

/// Draws progress on standard error, if that is a terminal.
pub(super) struct Meter {
    bar: Option<ProgressBar>,
    is_wanted: bool,
    start: Instant,
}

impl Meter {
    /// A meter that draws only when `is_wanted`.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self { bar: None, is_wanted: is_wanted && stderr_is_terminal(), start: Instant::now() }
    }

    /// Shows how far the run is.
    pub(super) fn show(&mut self, progress: Progress) {
        let elapsed = self.start.elapsed();
        if !self.is_wanted || elapsed < QUICK {
            return;
        }
        let (done, total) = match progress.phase {
            Phase::Upgrading { done, total } => (done, total),
            Phase::Reading | Phase::Committed => (progress.read_bytes, progress.total_bytes),
        };
        let bar = self.bar.get_or_insert_with(|| new_bar(total));
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(match progress.phase {
            Phase::Upgrading { .. } => format!("bringing the index up to date: {done} of {total} articles"),
            Phase::Reading | Phase::Committed => message(progress, elapsed),
        });
    }

    /// Does something while the bar is hidden.
    pub(super) fn hidden<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn new_bar(total: u64) -> ProgressBar {
    let bar = if total > 0 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
    match ProgressStyle::with_template(if total > 0 { BAR } else { SPINNER }) {
        Ok(style) => bar.with_style(style.progress_chars("█▌░")),
        Err(_) => bar,
    }
}

/// What is done, how fast, and how long the rest will take.
fn message(progress: Progress, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(1e-3);
    let (done, total) = (progress.read_bytes as f64, progress.total_bytes as f64);
    let size = if progress.total_bytes > 0 {
        format!("{:.0} of {:.0} MB", done / 1e6, total / 1e6)
    } else {
        format!("{:.0} MB", progress.bytes as f64 / 1e6)
    };
    let refused = if progress.refused > 0 { format!(", {} refused", progress.refused) } else { String::new() };
    let rate = progress.articles as f64 / seconds;
    let left = if total > 0.0 && done / total >= ENOUGH {
        format!(", {} left", duration(seconds * (total - done) / done))
    } else {
        String::new()
    };
    format!("{size}, {} articles, {rate:.0}/s{refused}{left}", progress.articles)
}

/// A time in the two units that matter: `1 h 05 min`, `3 min 20 s`, `12 s`.
fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, message};
    use std::time::Duration;
    use svodka_ingest::{Phase, Progress};

    #[test]
    fn progress_says_share_and_time_left() {
        let progress = Progress {
            phase: Phase::Reading,
            articles: 500,
            bytes: 9_000_000,
            refused: 2,
            read_bytes: 10_000_000,
            total_bytes: 40_000_000,
        };
        let shown = message(progress, Duration::from_secs(10));
        assert_eq!(shown, "10 of 40 MB, 500 articles, 50/s, 2 refused, 30 s left");
        let begun = Progress { read_bytes: 1, refused: 0, ..progress };
        assert_eq!(message(begun, Duration::from_secs(10)), "0 of 40 MB, 500 articles, 50/s");
        let unknown = Progress { total_bytes: 0, read_bytes: 0, refused: 0, ..progress };
        assert_eq!(message(unknown, Duration::from_secs(10)), "9 MB, 500 articles, 50/s");
    }

    #[test]
    fn times_have_two_units() {
        assert_eq!([12.2, 200.0, 3900.0].map(duration), ["12 s", "3 min 20 s", "1 h 05 min"]);
    }
}
