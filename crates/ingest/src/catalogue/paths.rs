//! Paths of a million files in little memory: folders once, names end to end.

use rustc_hash::FxHashMap;

/// A path in [`Paths`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PathRef {
    folder: u32,
    start: u32,
    length: u16,
}

/// Paths, each added once and never taken away.
#[derive(Debug, Default)]
pub(super) struct Paths {
    folders: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    names: String,
}

impl Paths {
    pub(super) fn add(&mut self, path: &str) -> PathRef {
        let (folder, name) = split(path);
        let folder = match self.numbers.get(folder) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.folders.len()).unwrap_or(u32::MAX);
                self.folders.push(folder.into());
                self.numbers.insert(folder.into(), number);
                number
            }
        };
        let start = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push_str(name);
        PathRef { folder, start, length: u16::try_from(name.len()).unwrap_or(u16::MAX) }
    }

    fn parts(&self, path: PathRef) -> (&str, &str) {
        let start = path.start as usize;
        let name = self.names.get(start..start + usize::from(path.length)).unwrap_or("");
        (self.folders.get(path.folder as usize).map_or("", |folder| folder), name)
    }

    pub(super) fn get(&self, path: PathRef) -> String {
        let (folder, name) = self.parts(path);
        format!("{folder}{name}")
    }

    pub(super) fn is(&self, path: PathRef, wanted: &str) -> bool {
        self.parts(path) == split(wanted)
    }

    /// What a path is found by.
    pub(super) fn hash(&self, path: PathRef) -> u64 {
        let (folder, name) = self.parts(path);
        hash_parts(folder, name)
    }
}

pub(super) fn hash(path: &str) -> u64 {
    let (folder, name) = split(path);
    hash_parts(folder, name)
}

fn hash_parts(folder: &str, name: &str) -> u64 {
    use xxhash_rust::xxh3::xxh3_64_with_seed;
    xxh3_64_with_seed(name.as_bytes(), xxh3_64_with_seed(folder.as_bytes(), 0))
}

/// The folder of a path, with its separator.
pub(super) fn folder_of(path: &str) -> &str {
    split(path).0
}

/// The folder with its separator, and the name. No system has longer names than fit.
fn split(path: &str) -> (&str, &str) {
    let end = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    path.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::{Paths, hash};

    #[test]
    fn paths_come_back() {
        let mut paths = Paths::default();
        for path in ["/а/б.txt", "/а/в.txt", "-", "/", "/а/б/г"] {
            let kept = paths.add(path);
            assert_eq!(paths.get(kept), path);
            assert!(paths.is(kept, path) && !paths.is(kept, "/а/б"));
            assert_eq!(paths.hash(kept), hash(path));
        }
    }
}
