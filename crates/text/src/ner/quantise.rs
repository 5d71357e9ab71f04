//! Weights and activations as 16-bit integers.
//!
//! Activations keep fixed scales, chosen by what was seen on 3 MB of news (largest value of a word vector 1.5, of a
//! product 29, of a row 69, root mean square 2.8 and 1.3): what lies beyond the limit is cut to it. Weights get for each
//! output the largest scale at which no sum can leave 32 bits, whatever the activations are.

use super::{
    conv::{Aligned, Panel},
    format::{CODE_DIM, PANEL, WORD_DIM},
};

/// The largest magnitude of an activation.
pub const LIMIT: i16 = 8191;

/// Steps in a unit of a row between the layers.
pub const ROW: f32 = 128.0;

/// Steps in a unit of a product of the first convolution.
pub const PRODUCT: f32 = 128.0;

/// Steps in a unit of a word vector.
pub const VECTOR: f32 = 4096.0;

/// The weights of a layer with `PAIRS` pairs of inputs.
pub struct Weights<const PAIRS: usize> {
    /// The weights, [`PANEL`] outputs at a time.
    pub panels: Vec<Panel<PAIRS>>,
    /// What a step in the sum of each output is worth.
    pub units: Vec<f32>,
}

impl<const PAIRS: usize> Weights<PAIRS> {
    /// Weights for `outputs` outputs, a multiple of [`PANEL`], of inputs with so many steps in a unit; `weight` tells
    /// that of an output and an input.
    pub fn new(outputs: usize, input: f32, weight: impl Fn(usize, usize) -> f32) -> Self {
        let scales: Vec<f32> = (0..outputs).map(|output| scale((0..2 * PAIRS).map(|i| weight(output, i)))).collect();
        let quantised = |output: usize, i: usize| {
            let scale = scales.get(output).copied().unwrap_or(0.0);
            (weight(output, i) * scale).round() as i16
        };
        let panel = |panel: usize| {
            let mut out: Panel<PAIRS> = Aligned([[[0; PANEL]; 2]; PAIRS]);
            for (pair, halves) in out.0.iter_mut().enumerate() {
                for (at, place) in halves.as_flattened_mut().iter_mut().enumerate() {
                    *place = quantised(panel * PANEL + at / 2, 2 * pair + at % 2);
                }
            }
            out
        };
        let panels = (0..outputs / PANEL).map(panel).collect();
        Self { panels, units: scales.iter().map(|scale| 1.0 / (scale * input)).collect() }
    }
}

/// The largest scale of an output's weights at which each fits 16 bits and their sum, all inputs being at the limit,
/// 32 bits; less a little for what rounding adds.
fn scale(weights: impl Iterator<Item = f32>) -> f32 {
    let (mut largest, mut sum, mut count) = (f32::MIN_POSITIVE, f32::MIN_POSITIVE, 0.0);
    for weight in weights.map(f32::abs) {
        largest = largest.max(weight);
        sum += weight;
        count += 1.0;
    }
    let room = i32::MAX as f32 / f32::from(LIMIT) - count;
    (room * 0.999 / sum).min(f32::from(i16::MAX) / largest)
}

/// The numbers that the codes of word vectors stand for.
pub fn codes(codes: &[[f32; CODE_DIM]]) -> Vec<[i16; CODE_DIM]> {
    codes.iter().map(|triple| triple.map(|x| steps(x, VECTOR))).collect()
}

/// A number in steps, cut to the limit.
pub fn steps(x: f32, scale: f32) -> i16 {
    (x * scale).round().clamp(-f32::from(LIMIT), f32::from(LIMIT)) as i16
}

/// Numbers of a word vector, in pairs.
pub const WORD_PAIRS: usize = WORD_DIM / 2;
