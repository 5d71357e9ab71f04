//! Cooperative cancellation: whatever loops over articles or words asks now and then whether its time is up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use svodka_store::error::{Error, Result};

/// The moment by which a request must be answered; by default there is none. Clones are one deadline: what stopped one
/// of them has stopped all.
#[derive(Clone, Debug, Default)]
pub struct Deadline(Option<Arc<Limit>>);

#[derive(Debug)]
struct Limit {
    at: Instant,
    is_over: AtomicBool,
}

impl Deadline {
    /// A deadline at this moment.
    #[must_use]
    pub fn at(at: Instant) -> Self {
        Self(Some(Arc::new(Limit { at, is_over: AtomicBool::new(false) })))
    }

    /// Whether the time is up. Costs a look at the clock, some 30 ns: loops ask every so many rounds.
    pub(super) fn is_over(&self) -> bool {
        let Some(limit) = &self.0 else { return false };
        let is_over = limit.is_over.load(Ordering::Relaxed) || Instant::now() >= limit.at;
        if is_over {
            limit.is_over.store(true, Ordering::Relaxed);
        }
        is_over
    }

    /// Fails when something was stopped by this deadline, or when the time is up.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_over() { Err(Error::TimeUp) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Deadline;
    use std::time::{Duration, Instant};
    use svodka_store::error::Error;

    #[test]
    fn a_deadline_that_has_passed_stops_and_none_never_does() {
        assert!(Deadline::default().check().is_ok());
        assert!(Deadline::at(Instant::now() + Duration::from_secs(3600)).check().is_ok());
        let passed = Deadline::at(Instant::now());
        assert!(matches!(passed.clone().check(), Err(Error::TimeUp)) && passed.is_over());
    }
}
