//! What has been looked at and what was found, as one small file that is replaced in one step: the commit of this crate.

use super::{
    Alerts,
    seen::{PREFIX, Run},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fs, io::ErrorKind, path::Path};
use svodka_store::{
    error::{Error, Result},
    files::write_atomically,
};

/// Version of the folder's layout.
const FORMAT: u32 = 1;

/// Name of the file.
const FILE: &str = "state.json";

/// What has been looked at and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) format: u32,
    /// Ids of the segments of which every article has been looked at.
    pub(super) segments: Vec<String>,
    /// The keys of all articles that have been looked at.
    pub(super) seen: Vec<Run>,
    /// Valid length of the journal, in bytes.
    pub(super) journal: u64,
    /// Matches in it.
    pub(super) matches: u64,
}

impl Alerts {
    /// The state; `None` when nothing has been looked at yet.
    pub(super) fn state(&self) -> Result<Option<State>> {
        let path = self.folder.join(FILE);
        let state: Option<State> = read(&path)?;
        match state {
            Some(state) if state.format != FORMAT => {
                Err(Error::damaged_alerts(path, format!("format {}, not {FORMAT}", state.format)))
            }
            state => Ok(state),
        }
    }

    /// Replaces the state, then removes the runs that it no longer names.
    pub(super) fn commit(&self, state: &State) -> Result<()> {
        write(&self.folder.join(FILE), &State { format: FORMAT, ..state.clone() })?;
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_old_run = name.starts_with(PREFIX) && state.seen.iter().all(|run| run.file != name);
            if is_old_run {
                // What cannot be removed does no harm: the next commit tries again.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Removes files that killed processes have not finished.
    pub(super) fn sweep(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Reads a file of JSON that is written in one step.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => {
            let read = serde_json::from_slice(&bytes);
            read.map(Some).map_err(|e| Error::damaged_alerts(path, e.to_string()))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io(path, e)),
    }
}

/// Writes a file of JSON in one step.
pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(|e| Error::Bug(e.to_string()))?;
    write_atomically(path, &bytes).map_err(|e| Error::io(path, e))
}
