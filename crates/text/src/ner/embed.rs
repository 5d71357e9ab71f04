//! Products of word vectors with the first convolution. Two thirds of the network's work is there
//! and depends on the word alone, so the products of recent words are kept.

use super::{
    conv::{self, Aligned},
    format::{CODE_DIM, FIRST, QUANTISERS, WORD_DIM},
    model::{Model, WordId},
    quantise::WORD_PAIRS,
};

/// Words whose products are kept, 1.5 KB each.
pub const CAPACITY: usize = 16384;
/// As far as the clock's counters go.
const OFTEN: u8 = 31;
/// Words multiplied at once.
const BATCH: usize = 48;
const NOWHERE: u32 = u32::MAX;

/// Products of recently met words.
pub struct Products {
    /// Slot of each word of the vocabulary.
    slots: Vec<u32>,
    entries: Vec<CachedWord>,
    products: Vec<Aligned<[i16; FIRST]>>,
    /// Where the next search for a free slot begins.
    hand: usize,
    /// Grows with every call of [`Products::prepare`].
    round: u32,
    vectors: Vec<[i16; WORD_DIM]>,
    missing: Vec<WordId>,
    sums: Vec<[i32; FIRST]>,
    /// Words multiplied so far.
    pub misses: u64,
}

#[derive(Clone, Copy)]
struct CachedWord {
    word: WordId,
    /// Round in which the word was last asked for.
    used: u32,
    /// How often asked for since the hand last passed, at most [`OFTEN`].
    often: u8,
}

impl Products {
    /// An empty store for words of `model`.
    pub fn new(model: &Model) -> Self {
        Self {
            slots: vec![NOWHERE; model.words() + 1],
            entries: Vec::new(),
            products: Vec::new(),
            hand: 0,
            round: 0,
            vectors: vec![[0; WORD_DIM]; BATCH],
            missing: Vec::new(),
            sums: Vec::new(),
            misses: 0,
        }
    }

    /// Makes the products of all `words` available until the next call. There must be fewer of
    /// them than [`CAPACITY`].
    pub fn prepare(&mut self, model: &Model, words: impl Iterator<Item = WordId>) {
        self.round = self.round.wrapping_add(1);
        self.missing.clear();
        for word in words {
            let Some(slot) = self.slots.get_mut(word.0 as usize) else { continue };
            if let Some(entry) = self.entries.get_mut(*slot as usize) {
                entry.used = self.round;
                entry.often = (entry.often + 1).min(OFTEN);
            } else {
                let round = self.round;
                let place = self.free_slot();
                self.place(place, CachedWord { word, used: round, often: 0 });
                self.missing.push(word);
            }
        }
        self.misses += self.missing.len() as u64;
        self.multiply_missing(model);
    }

    /// Products of a word given to the last [`Products::prepare`].
    pub fn get(&self, word: WordId) -> Option<&[i16; FIRST]> {
        self.products.get(*self.slots.get(word.0 as usize)? as usize).map(|products| &products.0)
    }

    /// A new slot while there is room, else one whose word was not asked for lately, by the clock rule with counters: a
    /// word that comes but once soon gives way, a frequent one stays several rounds of the clock.
    fn free_slot(&mut self) -> usize {
        if self.entries.len() < CAPACITY {
            return self.entries.len();
        }
        // So many rounds of the clock take every counter to zero and pass the entry once more.
        for _ in 0..(usize::from(OFTEN) + 1) * CAPACITY {
            let slot = self.hand;
            self.hand = (self.hand + 1) % CAPACITY;
            if let Some(entry) = self.entries.get_mut(slot)
                && entry.used != self.round
            {
                if entry.often == 0 {
                    return slot;
                }
                entry.often -= 1;
            }
        }
        self.hand
    }

    fn place(&mut self, slot: usize, entry: CachedWord) {
        if let Some(old) = self.entries.get_mut(slot) {
            if let Some(forgotten) = self.slots.get_mut(old.word.0 as usize) {
                *forgotten = NOWHERE;
            }
            *old = entry;
        } else {
            self.entries.push(entry);
            self.products.push(Aligned([0; FIRST]));
        }
        if let (Some(place), Ok(slot)) = (self.slots.get_mut(entry.word.0 as usize), u32::try_from(slot)) {
            *place = slot;
        }
    }

    fn multiply_missing(&mut self, model: &Model) {
        for batch in self.missing.chunks(BATCH) {
            for (vector, word) in self.vectors.iter_mut().zip(batch) {
                decode(model, *word, vector);
            }
            let starts: [usize; BATCH] = std::array::from_fn(|i| i * WORD_PAIRS);
            let starts = starts.get(..batch.len()).unwrap_or_default();
            let pairs = self.vectors.as_flattened().as_chunks().0;
            conv::multiply(&model.first, pairs, starts, &mut self.sums);
            for (word, sums) in batch.iter().zip(&self.sums) {
                let slot = self.slots.get(word.0 as usize).copied().unwrap_or(NOWHERE);
                if let Some(Aligned(products)) = self.products.get_mut(slot as usize) {
                    conv::to_products(sums, &model.first.units, products);
                }
            }
        }
    }
}

/// Writes the vector of a word: each byte of its row names one of 256 triples.
pub(super) fn decode(model: &Model, word: WordId, vector: &mut [i16; WORD_DIM]) {
    let Some(row) = model.row(word) else { return };
    debug_assert_eq!(row.len(), QUANTISERS);
    let triples = vector.as_chunks_mut::<CODE_DIM>().0;
    for ((triple, code), codes) in triples.iter_mut().zip(row).zip(model.codes()) {
        if let Some(numbers) = codes.get(usize::from(*code)) {
            *triple = *numbers;
        }
    }
}
