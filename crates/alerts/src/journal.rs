//! The journal of matches: JSON Lines, appended to and never changed. Only what the state says of it is valid.

use super::{Alerts, SavedSearch, state::State};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, ErrorKind, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::PathBuf,
};
use svodka_store::error::{Error, Result};

/// Name of the journal.
const FILE: &str = "matches.jsonl";

/// Longest line that is read, in bytes: no match is so long.
const LONGEST: u64 = 16 << 20;

/// A new article that a saved search matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Name of the search, as it was then.
    pub search: String,
    /// Number in the journal, from 1: readers that see a number again have had it.
    pub number: u64,
    /// Key of the article in hexadecimal: the same whenever the same article is told of.
    pub key: String,
    /// Id of the article.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its outlet.
    pub outlet: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Where it was read.
    pub path: String,
    /// The sources that it cites.
    pub cited: Vec<String>,
    /// The sentences that show why it matches.
    pub snippet: String,
    /// When it was found, UTC.
    pub found: String,
}

impl Alerts {
    pub(super) fn journal_file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The matches found so far: how many.
    ///
    /// # Errors
    /// A damaged state.
    pub fn matches_found(&self) -> Result<u64> {
        Ok(self.state()?.map_or(0, |state| state.matches))
    }

    /// Calls `sink` with every match of a search, or of all, in the order in which they were found.
    ///
    /// # Errors
    /// A damaged journal, or the sink's.
    pub fn each_match(&self, of: Option<&SavedSearch>, sink: &mut dyn FnMut(Match) -> Result<()>) -> Result<()> {
        self.each_match_from(0, &mut |found, _| {
            if of.is_none_or(|search| search.is_called(&found.search)) {
                sink(found)?;
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Calls `sink` with every match behind byte `from` and where the next one begins, until it breaks off.
    pub(super) fn each_match_from(
        &self,
        from: u64,
        sink: &mut dyn FnMut(Match, u64) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let Some(State { journal: end, .. }) = self.state()? else { return Ok(()) };
        if from >= end {
            return Ok(());
        }
        let path = self.journal_file();
        let damaged = |what: String| Error::damaged_alerts(&path, what);
        let mut file = File::open(&path).map_err(|e| damaged(e.to_string()))?;
        file.seek(SeekFrom::Start(from)).map_err(|e| Error::io(&path, e))?;
        let (mut input, mut at, mut line) = (BufReader::new(file), from, Vec::new());
        while at < end {
            line.clear();
            let mut limited = std::io::Read::take(&mut input, LONGEST.min(end - at));
            let read = limited.read_until(b'\n', &mut line).map_err(|e| Error::io(&path, e))?;
            let found = serde_json::from_slice(&line).ok().filter(|_| line.ends_with(b"\n"));
            let found = found.ok_or_else(|| damaged(format!("no match at byte {at}")))?;
            at += read as u64;
            if sink(found, at)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The journal, to be appended to: what is not valid is cut off.
    pub(super) fn open_journal(&self, state: &State) -> Result<Appender> {
        let path = self.journal_file();
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let mut file = file.map_err(|e| Error::io(&path, e))?;
        let length = file.metadata().map_err(|e| Error::io(&path, e))?.len();
        if length < state.journal {
            return Err(Error::damaged_alerts(path, format!("{length} bytes, where {} were written", state.journal)));
        }
        let cut = file.set_len(state.journal).and_then(|()| file.seek(SeekFrom::End(0)));
        cut.map_err(|e| Error::io(&path, e))?;
        Ok(Appender { path, out: BufWriter::new(file), length: state.journal })
    }

    /// Checks that the journal is as long as the state says.
    pub(super) fn check_journal(&self, state: &State) -> Result<()> {
        let path = self.journal_file();
        let length = match std::fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(e) if e.kind() == ErrorKind::NotFound => 0,
            Err(e) => return Err(Error::io(path, e)),
        };
        if length < state.journal {
            return Err(Error::damaged_alerts(path, format!("{length} bytes, where {} were written", state.journal)));
        }
        Ok(())
    }
}

/// Appends matches to the journal.
pub(super) struct Appender {
    path: PathBuf,
    out: BufWriter<File>,
    pub(super) length: u64,
}

impl Appender {
    pub(super) fn append(&mut self, found: &Match) -> Result<()> {
        let mut line = serde_json::to_vec(found).map_err(|e| Error::Bug(e.to_string()))?;
        line.push(b'\n');
        self.length += line.len() as u64;
        self.out.write_all(&line).map_err(|e| Error::io(&self.path, e))
    }

    /// Has everything on disk.
    pub(super) fn finish(mut self) -> Result<u64> {
        let finished = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        finished.map_err(|e| Error::io(&self.path, e))?;
        Ok(self.length)
    }
}
