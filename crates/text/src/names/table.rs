//! A table of folded names: each stands in memory once, and is found by itself or by its place.

use hashbrown::{HashTable, hash_table::Entry};
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// All folded names and aliases, each with the number of the first entry that bears it.
pub(super) struct Names {
    all: Vec<(Box<str>, u32)>,
    /// Places in `all`.
    table: HashTable<u32>,
}

impl Names {
    /// Nothing, with room for so many names.
    pub(super) fn with_capacity(names: usize) -> Self {
        Self { all: Vec::with_capacity(names), table: HashTable::with_capacity(names) }
    }

    fn hash(name: &str) -> u64 {
        FxBuildHasher.hash_one(name)
    }

    fn at(all: &[(Box<str>, u32)], place: u32) -> &str {
        all.get(place as usize).map_or("", |(name, _)| name)
    }

    /// Adds a name, unless an earlier entry bears it.
    pub(super) fn add(&mut self, name: Box<str>, entry: u32) {
        let Self { all, table } = self;
        let is = |place: &u32| Self::at(all, *place) == &*name;
        if let Entry::Vacant(free) = table.entry(Self::hash(&name), is, |place| Self::hash(Self::at(all, *place))) {
            free.insert(u32::try_from(all.len()).unwrap_or(u32::MAX));
            all.push((name, entry));
        }
    }

    /// The number of the entry that bears a name.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        let place = self.table.find(Self::hash(name), |place| Self::at(&self.all, *place) == name)?;
        self.all.get(*place as usize).map(|(_, entry)| *entry as usize)
    }

    /// The name added after `place` others, with the number of its entry.
    pub(super) fn nth(&self, place: u32) -> Option<(&str, usize)> {
        self.all.get(place as usize).map(|(name, entry)| (&**name, *entry as usize))
    }

    /// The names in the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(name, _)| &**name)
    }
}
