//! `svodka-index --watch`: waits until something changes in the folders, then runs another update.

use notify::{Event, EventKind, RecursiveMode, Watcher};
use std::{
    path::PathBuf,
    sync::{
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};
use svodka_ingest::BuildOptions;
use svodka_store::error::{Error, Result};

/// Time without changes after which an update runs.
const QUIET: Duration = Duration::from_millis(500);

/// Longest wait for such a time, in folders that change all the time.
const LONGEST: Duration = Duration::from_secs(10);

/// How often to check for a stop signal.
const TICK: Duration = Duration::from_millis(200);

/// Calls `update` after every change under the paths, until it returns `false` or a stop signal arrives.
///
/// # Errors
/// The system cannot watch the folders, or an update fails.
pub(super) fn follow(options: &BuildOptions, update: &mut dyn FnMut() -> Result<bool>) -> Result<()> {
    let (sender, events) = channel();
    let index = options.index.canonicalize().unwrap_or_else(|_| options.index.clone());
    let is_own = move |path: &PathBuf| path.starts_with(&index);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let matters = match &event {
            Ok(event) => !matches!(event.kind, EventKind::Access(_)) && !event.paths.iter().all(&is_own),
            // Events were lost: there may have been changes.
            Err(_) => true,
        };
        if matters {
            // When the program ends, nobody receives any more.
            let _ = sender.send(());
        }
    })
    .map_err(|e| cannot(options, e))?;
    for path in &options.paths {
        let path = path.canonicalize().map_err(|e| Error::io(path, e))?;
        watcher.watch(&path, RecursiveMode::Recursive).map_err(|e| cannot(options, e))?;
    }
    // Changes from before the folders were watched.
    let mut continues = update()?;
    while continues && wait(options, &events) {
        continues = update()?;
    }
    Ok(())
}

/// Waits for a change and a quiet moment after it; `false` on a stop signal.
fn wait(options: &BuildOptions, events: &Receiver<()>) -> bool {
    let mut since: Option<Instant> = None;
    let mut last = Instant::now();
    loop {
        match events.recv_timeout(TICK) {
            Ok(()) => {
                since.get_or_insert_with(Instant::now);
                last = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        if options.stop.load(Ordering::Relaxed) {
            return false;
        }
        if since.is_some_and(|since| last.elapsed() >= QUIET || since.elapsed() >= LONGEST) {
            return true;
        }
    }
}

fn cannot(options: &BuildOptions, e: notify::Error) -> Error {
    let path = options.paths.first().cloned().unwrap_or_default();
    let help = "cannot be watched; run svodka-index regularly instead";
    Error::io(path, std::io::Error::other(format!("{help}: {e}")))
}
