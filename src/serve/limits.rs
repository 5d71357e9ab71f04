//! The limits of a request besides those of its parameters, and the gate that keeps the machine's processors from being asked too much at once.

use super::problem::{Problem, tell};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use svodka_search::Deadline;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

/// Longest query string, in bytes.
pub const QUERY_STRING: usize = 16_384;
/// Most parameters in it.
pub const PARAMETERS: usize = 256;
/// Longest article id with the path of its source, in bytes.
pub const ID: usize = 4_096;
/// Longest time for an answer.
pub const TIME: Duration = Duration::from_secs(10);
/// Most requests that wait for a processor; the next ones are turned away.
pub const WAITING: usize = 256;
/// Most exports at once.
pub const EXPORTS: usize = 2;

/// Lets as many requests work at once as there are processors, and some more wait.
#[derive(Clone)]
pub struct Gate {
    waiting: Arc<Semaphore>,
    working: Arc<Semaphore>,
    exporting: Arc<Semaphore>,
    time: Duration,
}

impl Default for Gate {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self {
            waiting: Arc::new(Semaphore::new(WAITING + processors)),
            working: Arc::new(Semaphore::new(processors)),
            exporting: Arc::new(Semaphore::new(EXPORTS)),
            time: TIME,
        }
    }
}

impl Gate {
    /// Does `work` on a thread where it may take long, if its turn comes in time. The work is given the deadline by
    /// which it must be done, and stops there if it asks.
    ///
    /// # Errors
    /// What `work` gives; or it was not its turn in time, or it took too long. Work that does not ask goes on to its end,
    /// holding its place, so that it still counts.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(Deadline) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let deadline = time::Instant::from_std(Instant::now() + self.time);
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return Err(Problem::busy("too many requests are waiting"));
        };
        let turn = Arc::clone(&self.working).acquire_owned();
        let Ok(Ok(turn)) = time::timeout_at(deadline, turn).await else {
            return Err(Problem::busy("other requests took all the time there was"));
        };
        let task = task::spawn_blocking(move || {
            let result = work(Deadline::at(deadline.into_std()));
            drop((turn, place));
            result
        });
        match time::timeout_at(deadline, task).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => {
                tell(&format!("a request failed: {panic}"));
                Err(Problem::internal())
            }
            Err(_) => Err(Problem::busy(format!("no answer within {} seconds", self.time.as_secs()))),
        }
    }

    /// A place for an export, held while it runs.
    ///
    /// # Errors
    /// All places are taken.
    pub fn export(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.exporting).try_acquire_owned();
        place.map_err(|_| Problem::busy(format!("{EXPORTS} exports are running already")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Problem, WAITING};
    use std::{sync::mpsc, time::Duration};
    use tokio::task::JoinSet;

    #[tokio::test]
    async fn a_panic_is_a_problem_and_frees_its_place() {
        let gate = Gate::default();
        for _ in 0..64 {
            let result: Result<(), Problem> = gate.run(|_| panic!("as if a bug")).await;
            assert_eq!(result.unwrap_err().status().as_u16(), 500);
        }
        assert_eq!(gate.run(|_| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up_but_keeps_its_place() {
        let gate = Gate { time: Duration::from_millis(50), ..Gate::default() };
        let processors = gate.working.available_permits();
        let (release, held) = mpsc::channel::<()>();
        let problem = gate.run(move |_| Ok(held.recv().is_ok())).await.unwrap_err();
        assert_eq!(problem.status().as_u16(), 503);
        assert_eq!(gate.working.available_permits(), processors - 1, "it still works");
        release.send(()).unwrap();
        while gate.working.available_permits() < processors {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn more_than_can_wait_are_turned_away_at_once() {
        let gate = Gate::default();
        let places = gate.waiting.available_permits();
        assert!(places > WAITING);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = std::sync::Arc::new(std::sync::Mutex::new(held));
        let mut running = JoinSet::new();
        for _ in 0..places {
            let (gate, held) = (gate.clone(), std::sync::Arc::clone(&held));
            running.spawn(async move { gate.run(move |_| Ok(held.lock().unwrap().recv().is_ok())).await });
        }
        while gate.waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = tokio::time::timeout(Duration::from_secs(5), gate.run(|_| Ok(()))).await;
        assert_eq!(refused.expect("an answer at once").unwrap_err().status().as_u16(), 503);
        drop(release);
        while running.join_next().await.is_some() {}
        assert!(gate.run(|_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn exports_are_few() {
        let gate = Gate::default();
        let places: Vec<_> = (0..super::EXPORTS).map(|_| gate.export().unwrap()).collect();
        assert!(gate.export().is_err());
        drop(places);
        assert!(gate.export().is_ok());
    }
}
