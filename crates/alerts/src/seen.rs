//! The articles that have been looked at: their keys, on disk, in sorted runs.
//!
//! The keys outlive segments, so an article is known again after a merge, an upgrade or a rebuild. A run is a file:
//! a mark, the number of keys, the keys in ascending order, and a checksum. New keys make a run of their own, which
//! takes in the runs before it that are not four times as long: there are few runs, and a key is written few times.

use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};
use svodka_store::error::{Error, Result};
use xxhash_rust::xxh3::Xxh3;

/// What a run begins with.
const MARK: &[u8; 8] = b"svodkeys";

/// What the files of runs are called.
pub(super) const PREFIX: &str = "seen-";

/// A run takes in the one before it unless that is so many times as long.
const LONGER: u64 = 4;

/// A sorted run of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    /// Its file.
    pub(super) file: String,
    /// Its keys.
    pub(super) keys: u64,
}

/// All runs, the longest first.
#[derive(Clone, Debug)]
pub(super) struct Seen<'a> {
    pub(super) folder: &'a Path,
    pub(super) runs: Vec<Run>,
}

impl Seen<'_> {
    /// Leaves in `candidates`, which are sorted by their key, those whose key is in no run.
    pub(super) fn drop_seen<T>(&self, candidates: &mut Vec<(u64, T)>) -> Result<()> {
        for run in &self.runs {
            if candidates.is_empty() {
                break;
            }
            let mut keys = Keys::open(self.folder, run)?;
            let mut key = keys.next()?;
            let mut failure = None;
            candidates.retain(|(candidate, _)| {
                while key.is_some_and(|key| key < *candidate) {
                    key = keys.next().unwrap_or_else(|e| {
                        failure = Some(e);
                        None
                    });
                }
                key != Some(*candidate)
            });
            failure.map_or(Ok(()), Err)?;
            // To the end, where the checksum is.
            while keys.next()?.is_some() {}
        }
        Ok(())
    }

    /// Adds keys, which are sorted and in no run.
    pub(super) fn add(&mut self, keys: &[u64]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let mut merged = Vec::new();
        let mut total = keys.len() as u64;
        while let Some(last) = self.runs.pop_if(|last| last.keys < LONGER * total) {
            total += last.keys;
            merged.push(Keys::open(self.folder, &last)?);
        }
        let path = self.free_file();
        let mut out = Writer::create(&path, total)?;
        let mut new = keys.iter().copied().peekable();
        let mut heads = merged.iter_mut().map(Keys::next).collect::<Result<Vec<_>>>()?;
        loop {
            let least = heads.iter().flatten().min().copied();
            match (new.peek().copied(), least) {
                (None, None) => break,
                (Some(key), least) if least.is_none_or(|least| key <= least) => {
                    out.write(key)?;
                    new.next();
                }
                (_, Some(least)) => {
                    out.write(least)?;
                    for (head, keys) in heads.iter_mut().zip(&mut merged).filter(|(head, _)| **head == Some(least)) {
                        *head = keys.next()?;
                    }
                }
                (Some(_), None) => break,
            }
        }
        out.finish()?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.runs.push(Run { file, keys: total });
        Ok(())
    }

    fn free_file(&self) -> PathBuf {
        let number = |run: &Run| run.file.strip_prefix(PREFIX).and_then(|number| number.parse::<u64>().ok());
        let last = self.runs.iter().filter_map(number).max().unwrap_or(0);
        let names = (last + 1..).map(|number| self.folder.join(format!("{PREFIX}{number}")));
        names.into_iter().find(|path| !path.try_exists().unwrap_or(true)).unwrap_or_default()
    }
}

/// The keys of a run, one by one.
struct Keys {
    path: PathBuf,
    input: BufReader<File>,
    left: u64,
    last: Option<u64>,
    checksum: Xxh3,
    is_over: bool,
}

impl Keys {
    fn open(folder: &Path, run: &Run) -> Result<Self> {
        let path = folder.join(&run.file);
        let file = File::open(&path).map_err(|e| Error::damaged_alerts(&path, e.to_string()))?;
        let mut keys = Self {
            path,
            input: BufReader::with_capacity(1 << 16, file),
            left: run.keys,
            last: None,
            checksum: Xxh3::new(),
            is_over: false,
        };
        let is_right = keys.read()? == u64::from_le_bytes(*MARK) && keys.read()? == run.keys;
        if is_right { Ok(keys) } else { Err(keys.damaged("it does not begin as it should")) }
    }

    fn damaged(&self, what: &str) -> Error {
        Error::damaged_alerts(&self.path, what)
    }

    fn read(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.input.read_exact(&mut bytes).map_err(|e| self.damaged(&e.to_string()))?;
        self.checksum.update(&bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn next(&mut self) -> Result<Option<u64>> {
        if self.left == 0 {
            let expected = self.checksum.digest();
            if !self.is_over && self.read()? != expected {
                return Err(self.damaged("the checksum is wrong"));
            }
            self.is_over = true;
            return Ok(None);
        }
        self.left -= 1;
        let key = self.read()?;
        if self.last.replace(key).is_some_and(|last| last >= key) {
            return Err(self.damaged("keys are out of order"));
        }
        Ok(Some(key))
    }
}

/// Writes a run.
struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    checksum: Xxh3,
}

impl Writer {
    fn create(path: &Path, keys: u64) -> Result<Self> {
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        let mut writer = Self { path: path.to_path_buf(), out: BufWriter::new(file), checksum: Xxh3::new() };
        writer.write(u64::from_le_bytes(*MARK))?;
        writer.write(keys)?;
        Ok(writer)
    }

    fn write(&mut self, number: u64) -> Result<()> {
        let bytes = number.to_le_bytes();
        self.checksum.update(&bytes);
        self.out.write_all(&bytes).map_err(|e| Error::io(&self.path, e))
    }

    fn finish(mut self) -> Result<()> {
        let checksum = self.checksum.digest();
        self.write(checksum)?;
        let finished = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        finished.map_err(|e| Error::io(&self.path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    proptest! {
        /// Whatever is added in whatever portions, exactly that is seen, and the runs stay few.
        #[test]
        fn what_was_added_is_seen(portions in proptest::collection::vec(proptest::collection::vec(0u64..5_000, 0..200), 1..20)) {
            let folder = tempfile::tempdir().unwrap();
            let mut seen = Seen { folder: folder.path(), runs: Vec::new() };
            let mut known = BTreeSet::new();
            for portion in portions {
                let portion: BTreeSet<u64> = portion.into_iter().collect();
                let mut candidates: Vec<(u64, ())> = portion.iter().map(|key| (*key, ())).collect();
                seen.drop_seen(&mut candidates).unwrap();
                let expected: Vec<u64> = portion.difference(&known).copied().collect();
                let new: Vec<u64> = candidates.iter().map(|(key, ())| *key).collect();
                prop_assert_eq!(&new, &expected);
                seen.add(&new).unwrap();
                known.extend(new);
                prop_assert_eq!(seen.runs.iter().map(|run| run.keys).sum::<u64>(), known.len() as u64);
                prop_assert!(seen.runs.len() <= 8);
            }
        }
    }

    #[test]
    fn damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen { folder: folder.path(), runs: Vec::new() };
        seen.add(&(0..1000).map(|n| n * 7).collect::<Vec<_>>()).unwrap();
        let path = folder.path().join(&seen.runs[0].file);
        let whole = std::fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(61) {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            std::fs::write(&path, &bytes).unwrap();
            let error = seen.drop_seen(&mut vec![(7, ())]).unwrap_err().to_string();
            assert!(error.contains("damaged") && error.contains("watch reset"), "{error}");
        }
        for length in [0, 5, 16, 800, whole.len() - 1] {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(seen.drop_seen(&mut vec![(7, ())]).is_err());
        }
    }
}
