//! What the catalogue knows of each article, by its number: recent records in memory, the others in an anonymous scratch
//! file that vanishes with the run. Only one byte per article, its state, stays in memory.
//!
//! Knows no lists and no rules: see [`articles`](super::articles).

use super::{
    FileId,
    articles::{Article, ArticleState, Traits},
    identity::{self, Identity},
};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use svodka_store::error::{Error, Result};

/// Bytes of an article in the file: three hashes, file and traits, and its identity.
const WIDTH: usize = 32 + identity::WIDTH;

/// Articles written at once; so many or up to twice as many are in memory.
const AT_ONCE: usize = 1 << 16;

/// Articles by their numbers, which are given out in order.
#[derive(Debug)]
pub(super) struct Records {
    folder: PathBuf,
    states: Vec<ArticleState>,
    /// Made when it is needed: most archives are small, and a catalogue that is only looked into may lie where nothing
    /// can be written.
    file: Option<File>,
    /// Articles in the file.
    written: usize,
    /// Those after them.
    recent: Vec<[u8; WIDTH]>,
}

impl Records {
    /// None yet; a file for them may be made in `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), states: Vec::new(), file: None, written: 0, recent: Vec::new() }
    }

    /// The number that the next article gets.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.states.len()).unwrap_or(u32::MAX)
    }

    /// Adds an article.
    pub(super) fn push(&mut self, article: Article) -> Result<u32> {
        let number = self.next();
        self.states.push(article.state);
        self.recent.push(pack(&article));
        if self.recent.len() == 2 * AT_ONCE {
            self.write().map_err(|e| Error::io(&self.folder, e))?;
        }
        Ok(number)
    }

    fn write(&mut self) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(scratch_file(&self.folder)?),
        };
        file.seek(SeekFrom::Start((self.written * WIDTH) as u64))?;
        file.write_all(self.recent.get(..AT_ONCE).unwrap_or_default().as_flattened())?;
        self.written += AT_ONCE;
        self.recent.drain(..AT_ONCE);
        Ok(())
    }

    /// The state of an article; one that was never added is gone.
    pub(super) fn state(&self, number: u32) -> ArticleState {
        self.states.get(number as usize).copied().unwrap_or_default()
    }

    pub(super) fn set_state(&mut self, number: u32, state: ArticleState) {
        if let Some(own) = self.states.get_mut(number as usize) {
            *own = state;
        }
    }

    /// What is known of an article.
    pub(super) fn get(&self, number: u32) -> Result<Article> {
        let mut bytes = [0; WIDTH];
        let place = number as usize;
        match place.checked_sub(self.written).map(|place| self.recent.get(place)) {
            Some(recent) => bytes = recent.copied().unwrap_or(bytes),
            None => self.read(place, &mut bytes)?,
        }
        Ok(unpack(&bytes, self.state(number)))
    }

    /// Writes a record in place of the one of that number; its state stays.
    pub(super) fn overwrite(&mut self, number: u32, article: &Article) -> Result<()> {
        let place = number as usize;
        if let Some(recent) = place.checked_sub(self.written).and_then(|place| self.recent.get_mut(place)) {
            *recent = pack(article);
            return Ok(());
        }
        let Some(mut file) = self.file.as_ref().filter(|_| place < self.written) else {
            return Err(Error::Bug(format!("there is no record {number} to change")));
        };
        let mut write = || {
            file.seek(SeekFrom::Start((place * WIDTH) as u64))?;
            file.write_all(&pack(article))
        };
        write().map_err(|e| Error::io(&self.folder, e))
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads the records in the file from `place` on.
    fn read(&self, place: usize, bytes: &mut [u8]) -> Result<()> {
        let Some(mut file) = self.file.as_ref() else { return Ok(()) };
        let mut read = || {
            file.seek(SeekFrom::Start((place * WIDTH) as u64))?;
            file.read_exact(bytes)
        };
        read().map_err(|e| Error::io(&self.folder, e))
    }

    /// Shows every article, in order.
    pub(super) fn each(&self, show: &mut dyn FnMut(Article)) -> Result<()> {
        let mut states = self.states.iter();
        let mut show_all = |records: &[[u8; WIDTH]]| {
            for (bytes, state) in records.iter().zip(states.by_ref()) {
                show(unpack(bytes, *state));
            }
        };
        let mut bytes = vec![[0; WIDTH]; AT_ONCE.min(self.written)];
        for place in (0..self.written).step_by(AT_ONCE) {
            self.read(place, bytes.as_flattened_mut())?;
            show_all(&bytes);
        }
        show_all(&self.recent);
        Ok(())
    }
}

/// A file without a name: in the folder, or where the system keeps such files if nothing can be written there.
pub(super) fn scratch_file(folder: &Path) -> std::io::Result<File> {
    tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())
}

fn pack(article: &Article) -> [u8; WIDTH] {
    let Article { key, text, url, file, traits, identity, .. } = *article;
    let hashes = [key, text, url].map(u64::to_le_bytes);
    let mut bytes = [0; WIDTH];
    let fields = hashes.into_iter().flatten().chain(file.0.to_le_bytes()).chain(traits.pack()).chain(identity.pack());
    bytes.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
    bytes
}

fn unpack(bytes: &[u8; WIDTH], state: ArticleState) -> Article {
    let mut bytes = bytes.iter().copied();
    let mut next = || bytes.next().unwrap_or(0);
    let [key, text, url] = std::array::from_fn(|_| u64::from_le_bytes(std::array::from_fn(|_| next())));
    let file = FileId(u32::from_le_bytes(std::array::from_fn(|_| next())));
    let traits = Traits::unpack(std::array::from_fn(|_| next()));
    let identity = Identity::unpack(&std::array::from_fn(|_| next()));
    Article { key, text, url, file, traits, identity, state }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Records};
    use crate::catalogue::{
        FileId,
        articles::{Article, ArticleState, Traits},
        identity::Identity,
    };

    fn article(number: u64) -> Article {
        let traits =
            Traits { format: number as u8, date: 3, outlet: 5, has_own_id: number % 2 == 1, ..Traits::default() };
        let key = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let identity = Identity { id: !key, ..Identity::default() };
        Article {
            key,
            text: !number,
            url: number,
            file: FileId(number as u32 / 7),
            traits,
            identity,
            state: ArticleState::Indexed,
        }
    }

    /// Articles come back from memory and from the file alike, one by one and all in order.
    #[test]
    fn articles_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut records = Records::new(folder.path());
        let count = 4 * AT_ONCE as u64 + 100;
        for number in 0..count {
            assert_eq!(u64::from(records.push(article(number)).unwrap()), number);
        }
        assert_eq!(records.written, 3 * AT_ONCE);
        records.set_state(5, ArticleState::Gone);
        let changed = Article { text: 77, url: 78, ..article(6) };
        for number in [6, u64::from(records.next()) - 2] {
            let before = records.get(number as u32).unwrap();
            records.overwrite(number as u32, &changed).unwrap();
            assert_eq!(records.get(number as u32).unwrap(), changed);
            records.overwrite(number as u32, &before).unwrap();
        }
        assert!(records.overwrite(count as u32, &changed).is_err(), "never added");
        for number in [0, 5, 6, AT_ONCE as u64 * 3 - 1, AT_ONCE as u64 * 3, count - 1] {
            let state = if number == 5 { ArticleState::Gone } else { ArticleState::Indexed };
            assert_eq!(records.get(number as u32).unwrap(), Article { state, ..article(number) });
        }
        assert_eq!(records.get(count as u32).unwrap(), Article::default(), "never added");
        let mut keys = Vec::new();
        records.each(&mut |article| keys.push(article.key)).unwrap();
        assert_eq!(keys, (0..count).map(|number| article(number).key).collect::<Vec<_>>());
    }
}
