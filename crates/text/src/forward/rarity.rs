//! How rare a stem is in Russian news: a table by hash, counted by `cargo xtask rank-tables`.

use xxhash_rust::xxh3::xxh3_64;

/// Buckets that stems are counted in; those of one bucket are counted together.
pub const BUCKETS: usize = 1 << 16;

/// Steps of the table in a unit of inverse document frequency.
pub const STEPS: f32 = 16.0;

/// For each bucket the inverse document frequency of its stems, in steps.
static TABLE: &[u8] = include_bytes!("../../../../data/ranking/rarity.bin");

/// Stems below this inverse document frequency are frequent: they are in more than every tenth article.
const FREQUENT: f32 = 2.3;

/// The bucket of a stem.
#[must_use]
pub fn bucket(stem: &str) -> usize {
    (xxh3_64(stem.as_bytes()) & (BUCKETS as u64 - 1)) as usize
}

/// About the inverse document frequency of a stem in Russian news.
#[must_use]
pub fn of(stem: &str) -> f32 {
    f32::from(TABLE.get(bucket(stem)).copied().unwrap_or(u8::MAX)) / STEPS
}

/// Whether a stem is so frequent that it is left out of forward records.
#[must_use]
pub fn is_frequent(stem: &str) -> bool {
    of(stem) < FREQUENT
}
