//! A table of folded names, each in memory once: from a name to its entry, and from a place to a name.

use super::entry::EntryId;
use hashbrown::{HashTable, hash_table::Entry};
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// All folded names and aliases, each with the id of the first entry that has it.
pub(super) struct Names {
    all: Vec<(Box<str>, EntryId)>,
    /// Places in `all`.
    table: HashTable<u32>,
}

impl Names {
    /// An empty table with room for `names` names.
    pub(super) fn with_capacity(names: usize) -> Self {
        Self { all: Vec::with_capacity(names), table: HashTable::with_capacity(names) }
    }

    fn hash(name: &str) -> u64 {
        FxBuildHasher.hash_one(name)
    }

    fn at(all: &[(Box<str>, EntryId)], place: u32) -> &str {
        all.get(place as usize).map_or("", |(name, _)| name)
    }

    /// Adds a name, unless an earlier entry has it.
    pub(super) fn add(&mut self, name: Box<str>, entry: EntryId) {
        let Self { all, table } = self;
        let is = |place: &u32| Self::at(all, *place) == &*name;
        if let Entry::Vacant(free) = table.entry(Self::hash(&name), is, |place| Self::hash(Self::at(all, *place))) {
            free.insert(u32::try_from(all.len()).unwrap_or(u32::MAX));
            all.push((name, entry));
        }
    }

    /// The entry that has a name.
    pub(super) fn get(&self, name: &str) -> Option<EntryId> {
        let place = self.table.find(Self::hash(name), |place| Self::at(&self.all, *place) == name)?;
        self.all.get(*place as usize).map(|(_, entry)| *entry)
    }

    /// The name added after `place` others, with its entry.
    pub(super) fn nth(&self, place: u32) -> Option<(&str, EntryId)> {
        self.all.get(place as usize).map(|(name, entry)| (&**name, *entry))
    }

    /// The names in the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(name, _)| &**name)
    }
}
