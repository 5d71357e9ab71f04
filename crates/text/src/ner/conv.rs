//! The network's arithmetic: matrix products and what stands between them, compiled for several
//! generations of processors and chosen at run time. Knows nothing of words or tags.
//!
//! Products are sums of 16-bit integers: twice as fast as floats, and the same on every machine. No sum can overflow,
//! see `quantise.rs`, which also has the scales.

use multiversion::{multiversion, target::match_target};

use super::{
    format::{FIRST, HIDDEN1, HIDDEN2, HIDDEN3, PANEL, TAGS},
    model::Norm,
    quantise::{LIMIT, PRODUCT, ROW, Weights},
};

/// Two neighbouring numbers of a row: products are taken pair by pair.
pub type Pair = [i16; 2];

/// What begins where a line of memory does: a register that is loaded across two lines takes twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Aligned<T>(pub T);

/// Weights of a layer with `PAIRS` pairs of inputs for [`PANEL`] of its outputs: for each pair, two halves of eight
/// outputs with their two weights each.
pub type Panel<const PAIRS: usize> = Aligned<[[[i16; PANEL]; 2]; PAIRS]>;

/// Scores of the tags, and a zero more: as many as fit a register.
pub type TagLanes = [f32; TAGS + 1];

/// Rows multiplied at once, at most: as many as there are registers for their sums.
const ROWS: usize = 6;

/// Multiplies the layer with a row of the input for each of `starts`, the pairs where the rows begin; they may overlap.
/// The first of `sums` are theirs.
pub fn multiply<const PAIRS: usize, const OUT: usize>(
    weights: &Weights<PAIRS>,
    input: &[Pair],
    starts: &[usize],
    sums: &mut Vec<[i32; OUT]>,
) {
    // What is there is written over: to clear some kilobytes for each call takes time.
    if sums.len() < starts.len() {
        sums.resize(starts.len(), [0; OUT]);
    }
    for (starts, sums) in starts.chunks(ROWS).zip(sums.chunks_mut(ROWS)) {
        // Often a text has but one or two new words.
        match starts.len() {
            1 => multiply_rows::<PAIRS, OUT, 1>(weights, input, starts, sums),
            2 => multiply_rows::<PAIRS, OUT, 2>(weights, input, starts, sums),
            3 | 4 => multiply_rows::<PAIRS, OUT, 4>(weights, input, starts, sums),
            _ => multiply_rows::<PAIRS, OUT, ROWS>(weights, input, starts, sums),
        }
    }
}

/// Multiplies at most `N` rows.
#[multiversion(targets("x86_64+avx2"))]
fn multiply_rows<const PAIRS: usize, const OUT: usize, const N: usize>(
    weights: &Weights<PAIRS>,
    input: &[Pair],
    starts: &[usize],
    sums: &mut [[i32; OUT]],
) {
    let mut rows: [&[Pair; PAIRS]; N] = [const { &[[0; 2]; PAIRS] }; N];
    for (row, start) in rows.iter_mut().zip(starts) {
        if let Some(numbers) = input.get(*start..).and_then(<[Pair]>::first_chunk) {
            *row = numbers;
        }
    }
    for (i, panel) in weights.panels.iter().enumerate() {
        let products = match_target! {
            "x86_64+avx2" => avx2::dot(panel, rows),
            _ => dot(panel, rows),
        };
        for (out, product) in sums.iter_mut().zip(products) {
            if let Some(place) = out.as_chunks_mut::<PANEL>().0.get_mut(i) {
                *place = product;
            }
        }
    }
}

/// The kernel: a panel times `N` rows.
///
/// Plain counters and no iterators: a build that inlines little, such as an incremental one, would otherwise call a
/// function for every weight and be a hundred times slower.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "every index is below the length that stands in the array's type")]
fn dot<const PAIRS: usize, const N: usize>(panel: &Panel<PAIRS>, rows: [&[Pair; PAIRS]; N]) -> [[i32; PANEL]; N] {
    let mut sums = [[0_i32; PANEL]; N];
    let mut i = 0;
    while i < PAIRS {
        let mut row = 0;
        while row < N {
            let [x, y] = rows[row][i];
            let mut lane = 0;
            while lane < PANEL {
                let weights = &panel.0[i][lane / 8];
                let (v, w) = (weights[lane % 8 * 2], weights[lane % 8 * 2 + 1]);
                sums[row][lane] += x as i32 * v as i32 + y as i32 * w as i32;
                lane += 1;
            }
            row += 1;
        }
        i += 1;
    }
    sums
}

/// The kernel by the instruction made for it, which compilers do not find by themselves.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::{PANEL, Pair, Panel};
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_extract_epi32, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setr_epi16,
        _mm256_setr_epi32, _mm256_setzero_si256,
    };

    /// See [`super::dot`].
    #[inline]
    #[target_feature(enable = "avx2")]
    #[allow(clippy::indexing_slicing, reason = "every index is below the length that stands in the array's type")]
    pub(super) fn dot<const PAIRS: usize, const N: usize>(
        panel: &Panel<PAIRS>,
        rows: [&[Pair; PAIRS]; N],
    ) -> [[i32; PANEL]; N] {
        let mut sums = [[_mm256_setzero_si256(); 2]; N];
        let mut i = 0;
        while i < PAIRS {
            let (left, right) = (load(&panel.0[i][0]), load(&panel.0[i][1]));
            let mut row = 0;
            while row < N {
                let [x, y] = rows[row][i];
                let pair = _mm256_set1_epi32((i32::from(y) << 16) | i32::from(x.cast_unsigned()));
                sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(left, pair));
                sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(right, pair));
                row += 1;
            }
            i += 1;
        }
        let mut out = [[0; PANEL]; N];
        let mut row = 0;
        while row < N {
            let [left, right] = sums[row];
            out[row].as_chunks_mut().0[0] = store(left);
            out[row].as_chunks_mut().0[1] = store(right);
            row += 1;
        }
        out
    }

    /// Compiles to one load.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn load(x: &[i16; PANEL]) -> __m256i {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *x;
        _mm256_setr_epi16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
    }

    /// Compiles to one load.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn load_sums(x: &[i32; 8]) -> __m256i {
        let [a, b, c, d, e, f, g, h] = *x;
        _mm256_setr_epi32(a, b, c, d, e, f, g, h)
    }

    /// Compiles to one store.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub fn store(x: __m256i) -> [i32; 8] {
        [
            _mm256_extract_epi32::<0>(x),
            _mm256_extract_epi32::<1>(x),
            _mm256_extract_epi32::<2>(x),
            _mm256_extract_epi32::<3>(x),
            _mm256_extract_epi32::<4>(x),
            _mm256_extract_epi32::<5>(x),
            _mm256_extract_epi32::<6>(x),
            _mm256_extract_epi32::<7>(x),
        ]
    }
}

/// The nearest integer of a number between ±[`LIMIT`], and the limit beyond: adding 1.5 · 2²³ leaves it in the low bits.
#[inline(always)]
fn round(x: f32) -> i16 {
    const MAGIC: f32 = 12_582_912.0;
    let limited = x.clamp(-f32::from(LIMIT), f32::from(LIMIT));
    ((limited + MAGIC).to_bits().cast_signed() - MAGIC.to_bits().cast_signed()) as i16
}

/// A row of numbers in a layer's output or a word's products, from sums of weights and pairs.
#[multiversion(targets("x86_64+avx2"))]
pub fn to_products(sums: &[i32; FIRST], units: &[f32], out: &mut [i16; FIRST]) {
    for ((out, sum), unit) in out.iter_mut().zip(sums).zip(units) {
        *out = round(*sum as f32 * unit * PRODUCT);
    }
}

/// First convolution at one place, from the products of the left, middle and right word: each is
/// the part of the word and the part of its shape, or nothing beyond the ends of the text.
#[multiversion(targets("x86_64+avx2"))]
pub fn combine_first(
    products: [Option<(&[i16; FIRST], &[i16; FIRST])>; 3],
    norm: &Norm<HIDDEN1>,
    out: &mut [i16; HIDDEN1],
) {
    let [left, middle, right] = products.map(|parts| parts.unwrap_or((&NOTHING, &NOTHING)));
    // Both parts are within the limit, so that their sum fits 16 bits.
    let sum = |(word, shape): (&i16, &i16)| i32::from(word.wrapping_add(*shape));
    let left = part(left.0, 0).iter().zip(part(left.1, 0)).map(sum);
    let middle = part(middle.0, 1).iter().zip(part(middle.1, 1)).map(sum);
    let right = part(right.0, 2).iter().zip(part(right.1, 2)).map(sum);
    let norms = norm.scale.iter().zip(&norm.shift);
    for ((out, sums), (scale, shift)) in out.iter_mut().zip(left.zip(middle).zip(right)).zip(norms) {
        let ((left, middle), right) = sums;
        let x = ((left + middle + right) as f32 * (1.0 / PRODUCT)).max(0.0);
        *out = round((x * scale + shift) * ROW);
    }
}

/// What stands beyond the ends of a text.
static NOTHING: [i16; FIRST] = [0; FIRST];

/// The products of a word as the left, middle or right of three.
#[inline(always)]
fn part(products: &[i16; FIRST], tap: usize) -> &[i16; HIDDEN1] {
    products.as_chunks().0.get(tap).unwrap_or(&[0; HIDDEN1])
}

/// The zero point of a convolution's outputs: where those are that the ReLU sets to zero.
pub fn zero_point<const N: usize>(norm: &Norm<N>) -> [i16; N] {
    norm.shift.map(|shift| round(shift * ROW))
}

/// Adds the bias of the second convolution to a row of sums, cuts negative values off, applies the batch norm.
#[multiversion(targets("x86_64+avx2"))]
pub fn finish_second(
    sums: &[i32; HIDDEN2],
    units: &[f32],
    bias: &[f32; HIDDEN2],
    norm: &Norm<HIDDEN2>,
    out: &mut [i16; HIDDEN2],
) {
    let norms = norm.scale.iter().zip(&norm.shift);
    let parts = sums.iter().zip(units).zip(bias).zip(norms);
    for (out, (((sum, unit), bias), (scale, shift))) in out.iter_mut().zip(parts) {
        let x = (*sum as f32 * unit + bias).max(0.0);
        *out = round((x * scale + shift) * ROW);
    }
}

/// Bias and ReLU of the third convolution, then the score of each tag.
#[multiversion(targets("x86_64+avx2"))]
pub fn score_tags(
    sums: &[i32; HIDDEN3],
    units: &[f32],
    bias: &[f32; HIDDEN3],
    head: &[TagLanes; HIDDEN3],
    head_bias: &TagLanes,
) -> TagLanes {
    let mut row = [0.0_f32; HIDDEN3];
    for (((x, sum), unit), bias) in row.iter_mut().zip(sums).zip(units).zip(bias) {
        *x = (*sum as f32 * unit + bias).max(0.0);
    }
    // Four sums by turns: one alone would wait for itself.
    let mut turns = [[0.0; TAGS + 1]; 4];
    for (xs, weights) in row.as_chunks::<4>().0.iter().zip(head.as_chunks::<4>().0) {
        for ((turn, x), weights) in turns.iter_mut().zip(xs).zip(weights) {
            for (sum, weight) in turn.iter_mut().zip(weights) {
                *sum += x * weight;
            }
        }
    }
    let [a, b, c, d] = turns;
    let mut scores = *head_bias;
    for (score, (((a, b), c), d)) in scores.iter_mut().zip(a.iter().zip(b).zip(c).zip(d)) {
        *score += (a + b) + (c + d);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::{Pair, dot, multiply};
    use crate::ner::quantise::Weights;

    /// The kernel chosen for this processor gives what the portable one gives, bit for bit.
    #[test]
    fn the_portable_kernel_agrees_with_the_chosen_one() {
        const PAIRS: usize = 12;
        let weight = |output: usize, input: usize| ((output * 131 + input * 37) % 257) as f32 - 128.0;
        let weights = Weights::<PAIRS>::new(32, 1.0, weight);
        let input: Vec<Pair> = (0..60).map(|i| [i * 511 - 16_000, 15_000 - i * 509]).collect();
        let starts: Vec<usize> = (0..=48).collect();
        let mut sums: Vec<[i32; 32]> = Vec::new();
        multiply(&weights, &input, &starts, &mut sums);
        for (start, sums) in starts.iter().zip(&sums) {
            let row: &[Pair; PAIRS] = input[*start..].first_chunk().unwrap();
            let portable: Vec<i32> = weights.panels.iter().flat_map(|panel| dot(panel, [row])[0]).collect();
            assert_eq!(sums.as_slice(), portable, "row {start}");
        }
    }

    /// Whatever the processor, the sums are exactly those of the definition, and near those of the weights as they were.
    #[test]
    fn products_are_exact() {
        const PAIRS: usize = 10;
        let weight = |output: usize, input: usize| ((output * 31 + input * 17) % 201) as f32 - 100.0;
        let weights = Weights::<PAIRS>::new(32, 1.0, weight);
        let input: Vec<Pair> = (0..40).map(|i| [i * 3 - 50, 70 - i * 5]).collect();
        let mut sums: Vec<[i32; 32]> = Vec::new();
        let starts = [0, 3, 30, 1, 1, 2, 29, 4];
        multiply(&weights, &input, &starts, &mut sums);
        for (start, sums) in starts.iter().zip(&sums) {
            for (output, sum) in sums.iter().enumerate() {
                let row = input[*start..*start + PAIRS].as_flattened();
                let quantised =
                    |i: usize| weights.panels[output / 16].0[i / 2][output % 16 / 8][output % 8 * 2 + i % 2];
                let by_hand: i32 = row.iter().enumerate().map(|(i, x)| i32::from(quantised(i)) * i32::from(*x)).sum();
                assert_eq!(*sum, by_hand, "output {output}");
                let exact: f32 = row.iter().enumerate().map(|(i, x)| weight(output, i) * f32::from(*x)).sum();
                let found = *sum as f32 * weights.units[output];
                assert!((found - exact).abs() <= 1e-3 * 20.0 * 100.0 * 130.0, "{output}: {found} {exact}");
            }
        }
    }
}
