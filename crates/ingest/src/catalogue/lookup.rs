//! A small LSM tree from 64-bit hash to article number, for tens of millions of entries in little memory: recent entries
//! in a hash table, older ones in sorted runs on disk, each with a Bloom filter in memory (12 bits per hash).
//!
//! Runs of similar size are merged, so there are only a few. Entries are never deleted: the caller says which numbers
//! still count, and a merge drops the others.

use super::records::scratch_file;
use hashbrown::HashTable;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use svodka_store::error::{Error, Result};

/// A hash with a number.
type Entry = (u64, u32);

/// Bytes of an entry in a run.
const WIDTH: usize = 12;

/// Entries in memory before they become a run.
const RECENT: usize = 1 << 16;

/// Entries read at once by a search; the first hash of every page is kept in memory.
const PAGE: usize = 256;

/// Numbers by their hashes.
#[derive(Debug)]
pub(super) struct Lookup {
    folder: PathBuf,
    recent: HashTable<Entry>,
    most_recent: usize,
    /// The oldest first.
    runs: Vec<SortedRun>,
}

impl Lookup {
    /// Empty; files for it may be made in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self::with_room(folder, RECENT)
    }

    fn with_room(folder: &Path, most_recent: usize) -> Self {
        Self { folder: folder.to_owned(), recent: HashTable::new(), most_recent, runs: Vec::new() }
    }

    /// The lowest number with this hash that counts.
    pub(super) fn find(&self, hash: u64, counts: &dyn Fn(u32) -> bool) -> Result<Option<u32>> {
        for run in &self.runs {
            if run.filter.may_hold(hash)
                && let Some(number) = run.find(hash, counts).map_err(|e| Error::io(&self.folder, e))?
            {
                return Ok(Some(number));
            }
        }
        let recent = self.recent.iter_hash(hash).filter(|(own, number)| *own == hash && counts(*number));
        Ok(recent.map(|(_, number)| *number).min())
    }

    /// Adds a number, which must be greater than all before. Of those with the same hash only few may still count.
    pub(super) fn insert(&mut self, hash: u64, number: u32, counts: &dyn Fn(u32) -> bool) -> Result<()> {
        // A table is slow with many entries of one hash, and one id may be repeated many times.
        match self.recent.find_mut(hash, |(own, before)| *own == hash && !counts(*before)) {
            Some((_, before)) => *before = number,
            None => drop(self.recent.insert_unique(hash, (hash, number), |(hash, _)| *hash)),
        }
        if self.recent.len() < self.most_recent {
            return Ok(());
        }
        let mut entries: Vec<Entry> = self.recent.drain().filter(|(_, number)| counts(*number)).collect();
        entries.sort_unstable();
        self.add_run(entries, counts).map_err(|e| Error::io(&self.folder, e))
    }

    fn add_run(&mut self, entries: Vec<Entry>, counts: &dyn Fn(u32) -> bool) -> std::io::Result<()> {
        let mut last = SortedRun::write(&self.folder, entries.len(), entries.into_iter().map(Ok))?;
        while let Some(before) = self.runs.pop_if(|before| before.count < 2 * last.count) {
            last = SortedRun::merge(&self.folder, &before, &last, counts)?;
        }
        self.runs.push(last);
        Ok(())
    }
}

/// Sorted entries in a file of their own.
#[derive(Debug)]
struct SortedRun {
    file: File,
    count: usize,
    filter: Filter,
    /// The first hash of every page.
    pages: Vec<u64>,
}

impl SortedRun {
    /// Writes sorted entries, at most `most`.
    fn write(
        folder: &Path,
        most: usize,
        entries: impl Iterator<Item = std::io::Result<Entry>>,
    ) -> std::io::Result<Self> {
        let mut out = BufWriter::new(scratch_file(folder)?);
        let (mut count, mut filter, mut pages) = (0, Filter::new(most), Vec::new());
        for entry in entries {
            let (hash, number) = entry?;
            if count % PAGE == 0 {
                pages.push(hash);
            }
            filter.add(hash);
            out.write_all(&hash.to_le_bytes())?;
            out.write_all(&number.to_le_bytes())?;
            count += 1;
        }
        Ok(Self { file: out.into_inner()?, count, filter, pages })
    }

    /// One run of what counts in two.
    fn merge(folder: &Path, a: &Self, b: &Self, counts: &dyn Fn(u32) -> bool) -> std::io::Result<Self> {
        let (mut left, mut right) = (a.entries()?.peekable(), b.entries()?.peekable());
        let merged = std::iter::from_fn(|| match (left.peek(), right.peek()) {
            (Some(Ok(x)), Some(Ok(y))) if x > y => right.next(),
            (None, _) => right.next(),
            _ => left.next(),
        });
        let kept = merged.filter(|entry| entry.as_ref().map_or(true, |(_, number)| counts(*number)));
        Self::write(folder, a.count + b.count, kept)
    }

    fn entries(&self) -> std::io::Result<impl Iterator<Item = std::io::Result<Entry>>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        let mut file = BufReader::new(file);
        Ok((0..self.count).map(move |_| {
            let mut bytes = [0; WIDTH];
            file.read_exact(&mut bytes).map(|()| entry(bytes))
        }))
    }

    /// The lowest number with this hash that counts.
    fn find(&self, hash: u64, counts: &dyn Fn(u32) -> bool) -> std::io::Result<Option<u32>> {
        // Equal hashes may begin on the page before one that opens with them.
        let first = self.pages.partition_point(|opens| *opens < hash).saturating_sub(1);
        let mut page = [0; PAGE * WIDTH];
        for place in first.. {
            let size = self.count.saturating_sub(place * PAGE).min(PAGE) * WIDTH;
            let Some(bytes) = page.get_mut(..size).filter(|bytes| !bytes.is_empty()) else { break };
            let mut file = &self.file;
            file.seek(SeekFrom::Start((place * PAGE * WIDTH) as u64))?;
            file.read_exact(bytes)?;
            let entries = bytes.as_chunks().0;
            let from = entries.partition_point(|bytes| entry(*bytes).0 < hash);
            for (own, number) in entries.iter().skip(from).map(|bytes| entry(*bytes)) {
                if own != hash {
                    return Ok(None);
                }
                if counts(number) {
                    return Ok(Some(number));
                }
            }
        }
        Ok(None)
    }
}

fn entry(bytes: [u8; WIDTH]) -> Entry {
    let [a, b, c, d, e, f, g, h, number @ ..] = bytes;
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u32::from_le_bytes(number))
}

/// A blocked Bloom filter: the bits of one hash lie in one word, after Putze, Sanders and Singler, «Cache-, Hash- and
/// Space-Efficient Bloom Filters» (2007). The false positive rate is one in a hundred.
#[derive(Debug)]
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// An empty filter sized for `hashes` hashes.
    fn new(hashes: usize) -> Self {
        Self { words: vec![0; (hashes * 12).div_ceil(64).max(1)] }
    }

    fn add(&mut self, hash: u64) {
        let place = self.place(hash);
        if let Some(word) = self.words.get_mut(place) {
            *word |= bits(hash);
        }
    }

    fn may_hold(&self, hash: u64) -> bool {
        let bits = bits(hash);
        self.words.get(self.place(hash)).is_some_and(|word| word & bits == bits)
    }

    /// The word of a hash, by its upper bits; the lower ones select bits in the word.
    fn place(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.words.len() as u128) >> 64) as usize
    }
}

/// A mask of five bits, or fewer when some coincide.
fn bits(hash: u64) -> u64 {
    (0..5).fold(0, |bits, n| bits | 1 << (hash >> (6 * n) & 63))
}

#[cfg(test)]
mod tests {
    use super::{Filter, Lookup};
    use proptest::prelude::*;
    use xxhash_rust::xxh3::xxh3_64;

    proptest! {
        /// What is found is what a plain list would say, however much lies in runs, with equal hashes and with numbers
        /// that count no more.
        #[test]
        fn numbers_are_found(hashes in prop::collection::vec(0u64..60, 1..300), room in 1usize..40, step in 2u32..9) {
            let folder = tempfile::tempdir().unwrap();
            let mut lookup = Lookup::with_room(folder.path(), room);
            let counts = |number: u32| !number.is_multiple_of(step);
            for (number, hash) in (0..).zip(&hashes) {
                lookup.insert(xxh3_64(&[*hash as u8]), number, &counts).unwrap();
            }
            for hash in 0..62 {
                let expected = (0u32..).zip(&hashes).find(|(number, own)| **own == hash && counts(*number));
                let found = lookup.find(xxh3_64(&[hash as u8]), &counts).unwrap();
                prop_assert_eq!(found, expected.map(|(number, _)| number));
            }
            for (number, run) in lookup.runs.iter().enumerate() {
                prop_assert!(lookup.runs.get(number + 1).is_none_or(|next| run.count >= 2 * next.count));
            }
        }
    }

    /// Equal hashes that fill more than a page are all searched.
    #[test]
    fn equal_hashes_may_fill_pages() {
        let folder = tempfile::tempdir().unwrap();
        let mut lookup = Lookup::with_room(folder.path(), 2000);
        for number in 0..2000 {
            lookup.insert(if number < 100 { 6 } else { 7 }, number, &|_| true).unwrap();
        }
        assert_eq!(lookup.find(7, &|number| number > 1800).unwrap(), Some(1801));
        assert_eq!(lookup.find(7, &|_| true).unwrap(), Some(100));
        assert_eq!(lookup.find(8, &|_| true).unwrap(), None);
    }

    /// A filter holds all that was added, and lets little else pass.
    #[test]
    fn filters_let_one_in_a_hundred_pass() {
        let hash = |number: u32| xxh3_64(&number.to_le_bytes());
        let mut filter = Filter::new(100_000);
        (0..100_000).for_each(|number| filter.add(hash(number)));
        assert!((0..100_000).all(|number| filter.may_hold(hash(number))));
        let passed = (100_000..200_000).filter(|number| filter.may_hold(hash(*number))).count();
        assert!(passed < 1200, "{passed} of 100000 passed");
    }
}
