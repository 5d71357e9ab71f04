//! Sparse convolution: the second and third convolution skip inputs that are at their zero point.
//!
//! After the ReLU five of six outputs of the first convolution and three of four of the second are zero, so after the batch
//! norm they are at a constant, their zero point. What inputs at the zero point add to a sum is precomputed; the others are
//! multiplied by their distance from it: the same integers, from a third or a half of the pairs. (Counted over 3.5 M rows
//! of news: 44 of 256 inputs, 40 of 128 pairs; 32 of 128 and 28 of 64.) Knows nothing of words or tags.

use multiversion::{multiversion, target::match_target};

use super::{
    conv::{Aligned, Pair, Panel},
    format::PANEL,
    quantise::Weights,
};

/// Outputs computed at once: as many as there are registers for their sums.
const BLOCK: usize = 64;

/// Pairs of a row multiplied with all rows before the next ones come: their weights for a block, 16 KB, stay in a
/// processor's nearest memory, and those of all 384 pairs would come from the next one for each row anew.
const SLICE: usize = 64;

/// Registers that a block fills.
const LANES: usize = BLOCK / 8;

/// Weights of a pair for the outputs of a block, eight outputs with their two weights each.
type PairWeights = [[i16; PANEL]; LANES];

/// A row of `PAIRS` pairs of inputs, by those that are not at their zero point.
#[derive(Clone)]
pub struct Active<const PAIRS: usize> {
    /// False for a row beyond the ends of the text, which has no inputs.
    present: bool,
    /// How many pairs are not at the zero point among the first [`SLICE`], and in all.
    ends: [usize; 2],
    /// Which pairs are not at the zero point …
    places: [u8; PAIRS],
    /// … and how far from it.
    distances: [Pair; PAIRS],
}

impl<const PAIRS: usize> Default for Active<PAIRS> {
    fn default() -> Self {
        Self { present: false, ends: [0; 2], places: [0; PAIRS], distances: [[0; 2]; PAIRS] }
    }
}

impl<const PAIRS: usize> Active<PAIRS> {
    /// Notes what of `row` is not at `rest`; both are of `PAIRS` pairs.
    #[allow(clippy::indexing_slicing, reason = "no more than PAIRS pairs are noted, in arrays of that length")]
    pub fn note(&mut self, row: &[i16], rest: &[i16]) {
        (self.present, self.ends) = (false, [0; 2]);
        let (Some(row), Some(rest)) = (row.as_chunks().0.first_chunk(), rest.as_chunks().0.first_chunk()) else {
            return;
        };
        let mut distances = [[0; 2]; PAIRS];
        let apart = apart(row, rest, &mut distances);
        let (mut half, mut count) = (0, 0);
        while half < apart.len() {
            let mut left = apart[half];
            while left != 0 {
                let pair = (half * SLICE + left.trailing_zeros() as usize) % PAIRS;
                self.places[count % PAIRS] = pair as u8;
                self.distances[count % PAIRS] = distances[pair];
                count += 1;
                left &= left - 1;
            }
            self.ends[half] = count;
            half += 1;
        }
        self.present = true;
    }

    /// What is not at the zero point of a slice of the pairs: places and distances.
    #[inline(always)]
    fn slice(&self, slice: usize) -> (&[u8], &[Pair]) {
        let [first, all] = self.ends;
        let range = if slice == 0 { 0..first } else { first..all };
        (self.places.get(range.clone()).unwrap_or_default(), self.distances.get(range).unwrap_or_default())
    }
}

/// Writes how far each pair of `row` is from `rest`, and tells by a bit each which are not there at all.
#[multiversion(targets("x86_64+avx2"))]
fn apart<const PAIRS: usize>(row: &[Pair; PAIRS], rest: &[Pair; PAIRS], distances: &mut [Pair; PAIRS]) -> [u64; 2] {
    const { assert!(PAIRS <= 2 * SLICE && PAIRS.is_multiple_of(8) && SLICE == 64) };
    let numbers = distances.as_flattened_mut().iter_mut();
    for (distance, (x, rest)) in numbers.zip(row.as_flattened().iter().zip(rest.as_flattened())) {
        *distance = x.wrapping_sub(*rest);
    }
    let mut halves = [0; 2];
    for (i, eight) in distances.as_chunks().0.iter().enumerate() {
        let bits = match_target! {
            "x86_64+avx2" => avx2::not_zero(eight),
            _ => not_zero(eight),
        };
        if let Some(half) = halves.get_mut(i / 8) {
            *half |= u64::from(bits) << (i % 8 * 8);
        }
    }
    halves
}

/// Which of eight pairs are not zero, a bit each.
#[inline(always)]
fn not_zero(pairs: &[Pair; 8]) -> u8 {
    pairs.iter().rev().fold(0, |bits, pair| bits << 1 | u8::from(*pair != [0; 2]))
}

/// The weights of a convolution over three rows of `PAIRS` pairs, together `ALL`, with `OUT` outputs.
pub struct Convolution<const PAIRS: usize, const ALL: usize, const OUT: usize> {
    /// For each block of outputs, those of each pair.
    blocks: Vec<Box<Aligned<[PairWeights; ALL]>>>,
    /// What the inputs of the left, middle and right row add at their zero point.
    at_zero_point: [[i32; OUT]; 3],
    /// What a step in the sum of each output is worth.
    pub units: Vec<f32>,
}

impl<const PAIRS: usize, const ALL: usize, const OUT: usize> Convolution<PAIRS, ALL, OUT> {
    /// Rearranges `weights`, whose inputs have their zero point at `rest`.
    pub fn new(weights: &Weights<ALL>, rest: &[i16]) -> Self {
        const { assert!(ALL == 3 * PAIRS && OUT.is_multiple_of(BLOCK) && PAIRS.is_multiple_of(SLICE)) };
        let mut at_zero_point = [[0; OUT]; 3];
        let rests = rest.as_chunks::<2>().0.iter().cycle();
        for (i, panel) in weights.panels.iter().enumerate() {
            for ((pair, weights), rest) in panel.0.iter().enumerate().zip(rests.clone()) {
                let own = at_zero_point.get_mut(pair / PAIRS).and_then(|sums| sums.get_mut(i * PANEL..));
                for (sum, [v, w]) in own.into_iter().flatten().zip(weights.as_flattened().as_chunks::<2>().0) {
                    *sum += i32::from(rest[0]) * i32::from(*v) + i32::from(rest[1]) * i32::from(*w);
                }
            }
        }
        let block = |panels: &[Panel<ALL>]| {
            let mut block = Box::new(Aligned([[[0; PANEL]; LANES]; ALL]));
            for (i, panel) in panels.iter().enumerate() {
                for (lanes, halves) in block.0.iter_mut().zip(&panel.0) {
                    for (lane, half) in lanes.iter_mut().skip(2 * i).zip(halves) {
                        *lane = *half;
                    }
                }
            }
            block
        };
        let blocks = weights.panels.chunks(BLOCK / PANEL).map(block).collect();
        Self { blocks, at_zero_point, units: weights.units.clone() }
    }

    /// The sums around each of `centres`, which are rows.
    pub fn multiply(&self, rows: &[Active<PAIRS>], centres: &[usize], sums: &mut Vec<[i32; OUT]>) {
        sums.clear();
        sums.extend(centres.iter().map(|centre| self.rest_around(rows, *centre)));
        for (i, block) in self.blocks.iter().enumerate() {
            for (at, weights) in block.0.as_chunks().0.iter().enumerate() {
                let (tap, slice) = (at / (PAIRS / SLICE), at % (PAIRS / SLICE));
                add_slice(weights, rows, centres, (tap, slice), (sums, i));
            }
        }
    }

    /// What the row around which the sums are taken and its neighbours add at their zero point.
    fn rest_around(&self, rows: &[Active<PAIRS>], centre: usize) -> [i32; OUT] {
        let mut sums = [0_i32; OUT];
        for (row, at_zero_point) in rows.get(centre - 1..).into_iter().flatten().zip(&self.at_zero_point) {
            if row.present {
                sums.iter_mut().zip(at_zero_point).for_each(|(sum, rest)| *sum = sum.wrapping_add(*rest));
            }
        }
        sums
    }
}

/// Adds what a slice of the rows before (`tap` 0), at or after `centres` contributes to a block of their sums.
#[multiversion(targets("x86_64+avx2"))]
fn add_slice<const PAIRS: usize, const OUT: usize>(
    weights: &[PairWeights; SLICE],
    rows: &[Active<PAIRS>],
    centres: &[usize],
    (tap, slice): (usize, usize),
    (sums, block): (&mut [[i32; OUT]], usize),
) {
    for (centre, sums) in centres.iter().zip(sums) {
        let Some(row) = rows.get(centre + tap - 1) else { continue };
        let Some(out) = sums.as_chunks_mut::<BLOCK>().0.get_mut(block) else { continue };
        let (places, distances) = row.slice(slice);
        match_target! {
            "x86_64+avx2" => avx2::add(weights, places, distances, out),
            _ => add(weights, places, distances, out),
        }
    }
}

/// The kernel; see [`conv`](super::conv) on its plain counters.
#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "places and distances are of one length, every other index is below its array's"
)]
fn add(weights: &[PairWeights; SLICE], places: &[u8], distances: &[Pair], out: &mut [i32; BLOCK]) {
    let mut i = 0;
    while i < places.len().min(distances.len()) {
        let [x, y] = distances[i];
        let weights = &weights[places[i] as usize % SLICE];
        let mut lane = 0;
        while lane < BLOCK {
            let (v, w) = (weights[lane / 8][lane % 8 * 2], weights[lane / 8][lane % 8 * 2 + 1]);
            out[lane] = out[lane].wrapping_add(x as i32 * v as i32 + y as i32 * w as i32);
            lane += 1;
        }
        i += 1;
    }
}

/// The kernel by the instruction made for it.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{BLOCK, LANES, Pair, PairWeights, SLICE};
    use crate::ner::conv::avx2::{load, load_sums, store};
    use std::arch::x86_64::{
        _mm256_add_epi32, _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_madd_epi16, _mm256_movemask_ps,
        _mm256_set1_epi32, _mm256_setzero_si256,
    };

    /// See [`super::not_zero`].
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn not_zero(pairs: &[Pair; 8]) -> u8 {
        let [[a, b], [c, d], [e, f], [g, h], [i, j], [k, l], [m, n], [o, p]] = *pairs;
        let pairs = load(&[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]);
        let zeros = _mm256_cmpeq_epi32(pairs, _mm256_setzero_si256());
        !(_mm256_movemask_ps(_mm256_castsi256_ps(zeros)) as u8)
    }

    /// See [`super::add`].
    #[inline]
    #[target_feature(enable = "avx2")]
    #[allow(
        clippy::indexing_slicing,
        reason = "places and distances are of one length, every other index is below its array's"
    )]
    pub(super) fn add(weights: &[PairWeights; SLICE], places: &[u8], distances: &[Pair], out: &mut [i32; BLOCK]) {
        let mut sums = [_mm256_setzero_si256(); LANES];
        let mut lane = 0;
        while lane < LANES {
            sums[lane] = load_sums(&out.as_chunks().0[lane]);
            lane += 1;
        }
        let count = places.len().min(distances.len());
        let mut i = 0;
        while i < count {
            let [x, y] = distances[i];
            let pair = _mm256_set1_epi32((i32::from(y) << 16) | i32::from(x.cast_unsigned()));
            let weights = &weights[places[i] as usize % SLICE];
            let mut lane = 0;
            while lane < LANES {
                sums[lane] = _mm256_add_epi32(sums[lane], _mm256_madd_epi16(load(&weights[lane]), pair));
                lane += 1;
            }
            i += 1;
        }
        let mut lane = 0;
        while lane < LANES {
            out.as_chunks_mut().0[lane] = store(sums[lane]);
            lane += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Active, Convolution, SLICE, apart, not_zero};
    use crate::ner::{
        conv::{Pair, multiply},
        format::{HIDDEN1, HIDDEN2},
        model::PAIRS2,
        quantise::Weights,
    };

    /// The portable search for pairs that are not zero finds those that the one for this processor finds.
    #[test]
    fn the_portable_search_agrees_with_the_chosen_one() {
        let row: [Pair; SLICE] = std::array::from_fn(|i| [(i as i16 * 7) % 3, (i as i16 * 5) % 4]);
        let mut distances = [[0; 2]; SLICE];
        let chosen = apart(&row, &[[0; 2]; SLICE], &mut distances)[0];
        let portable =
            distances.as_chunks().0.iter().rev().fold(0, |bits, eight| bits << 8 | u64::from(not_zero(eight)));
        assert_eq!(chosen, portable);
        assert!(chosen != 0 && chosen != u64::MAX);
    }

    /// The sums are those of the whole rows, whatever is at the zero point and wherever the text ends.
    #[test]
    fn sums_are_those_of_the_dense_product() {
        let weight = |output: usize, input: usize| ((output * 31 + input * 17) % 201) as f32 - 100.0;
        let weights = Weights::<PAIRS2>::new(HIDDEN2, 1.0, weight);
        let rest: [i16; HIDDEN1] = std::array::from_fn(|i| i as i16 * 61 % 4001 - 2000);
        let second = Convolution::<{ HIDDEN1 / 2 }, PAIRS2, HIDDEN2>::new(&weights, &rest);
        let rows: [[i16; HIDDEN1]; 5] = std::array::from_fn(|row| {
            let value = |i: usize| match (row, (i * 7 + row) % 5) {
                (0 | 4, _) => 0,
                (3, _) | (_, 0) => (i as i16 * 97 + row as i16 * 31) % 8191 - 300,
                _ => rest[i],
            };
            std::array::from_fn(value)
        });
        let active: Vec<Active<{ HIDDEN1 / 2 }>> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let mut active = Active::default();
                if !matches!(i, 0 | 4) {
                    active.note(row, &rest);
                }
                active
            })
            .collect();
        let pairs: Vec<Pair> = rows.iter().flat_map(|row| row.as_chunks::<2>().0.to_vec()).collect();
        let (mut found, mut expected): (Vec<[i32; HIDDEN2]>, Vec<[i32; HIDDEN2]>) = (Vec::new(), Vec::new());
        second.multiply(&active, &[1, 2, 3], &mut found);
        multiply(&weights, &pairs, &[0, HIDDEN1 / 2, HIDDEN1], &mut expected);
        assert_eq!(found, expected);
    }
}
