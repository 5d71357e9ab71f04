//! Answers already given on one state of the index: the front page and the steps back and forth cost nothing twice.

use axum::body::Bytes;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Most bytes of answers and their addresses that are kept.
const CAPACITY: usize = 16 << 20;

/// Answers by address. When full, the longer unused half is dropped.
#[derive(Default)]
pub(super) struct Cache {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    answers: HashMap<String, Answer>,
    bytes: usize,
    clock: u64,
}

struct Answer {
    body: Bytes,
    used: u64,
}

impl Cache {
    /// The answer given at this address.
    pub(super) fn get(&self, address: &str) -> Option<Bytes> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let clock = entries.clock;
        let answer = entries.answers.get_mut(address)?;
        answer.used = clock;
        Some(answer.body.clone())
    }

    /// Keeps an answer.
    pub(super) fn put(&self, address: String, body: Bytes) {
        let size = address.len() + body.len();
        if size > CAPACITY / 8 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.bytes + size > CAPACITY {
            entries.drop_older_half();
        }
        entries.clock += 1;
        let used = entries.clock;
        if let Some(old) = entries.answers.insert(address, Answer { body, used }) {
            entries.bytes = entries.bytes.saturating_sub(old.body.len());
        } else {
            entries.bytes += size;
        }
    }
}

impl Entries {
    fn drop_older_half(&mut self) {
        let mut uses: Vec<u64> = self.answers.values().map(|a| a.used).collect();
        let middle = uses.len() / 2;
        let median = if uses.is_empty() { 0 } else { *uses.select_nth_unstable(middle).1 };
        self.answers.retain(|_, answer| answer.used > median);
        self.bytes = self.answers.iter().map(|(address, answer)| address.len() + answer.body.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Cache};

    #[test]
    fn what_is_used_stays_and_memory_is_bounded() {
        let cache = Cache::default();
        let body = axum::body::Bytes::from(vec![b'x'; 100_000]);
        for n in 0..1_000 {
            cache.put(format!("/{n}"), body.clone());
            assert_eq!(cache.get("/0").map(|b| b.len()), Some(100_000), "after {n}");
            assert!(cache.entries.lock().unwrap().bytes <= CAPACITY);
        }
        assert!(cache.get("/1").is_none());
    }
}
