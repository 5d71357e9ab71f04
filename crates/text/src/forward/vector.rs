//! What words mean together: the mean of their vectors, those of the tagger, projected to a few dimensions.
//!
//! The projection keeps the directions in which the means of news articles differ most, but for the first, which is what
//! all of them share (Mu and Viswanath, «All-but-the-top», 2018). `cargo xtask rank-tables` makes it.

use crate::ner::{Tagger, WORD_DIM};

/// Dimensions of a projected vector.
pub const DIM: usize = 64;

/// Bytes of a stored vector: half a byte for each dimension.
pub const VECTOR_BYTES: usize = DIM / 2;

/// Largest stored number: 15 values around zero; the sixteenth, 0, tells that there is no vector.
const LARGEST: f32 = 7.0;

/// Stands for zero.
const ZERO: u8 = 8;

/// Numbers of `i8`, a row for each dimension of a word vector.
static PROJECTION: &[u8] = include_bytes!("../../../../data/ranking/projection.bin");

/// The vector of a word, as the tagger knows it; nothing for an unknown word. `word` is in small letters.
#[must_use]
pub fn of_word(word: &str) -> Option<[i16; WORD_DIM]> {
    Tagger::embedded().ok()?.vector(word)
}

/// A sum of projected word vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected([f32; DIM]);

impl Projected {
    /// Nothing added yet.
    pub const ZERO: Self = Self([0.0; DIM]);

    /// The vector of a word, scaled to length one before it is projected.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let vector = of_word(word)?;
        let length = vector.iter().map(|number| f32::from(*number).powi(2)).sum::<f32>().sqrt();
        let mut projected = [0.0; DIM];
        for (number, row) in vector.iter().zip(PROJECTION.as_chunks::<DIM>().0) {
            let number = f32::from(*number) / length.max(1.0);
            for (sum, weight) in projected.iter_mut().zip(row) {
                *sum += number * f32::from(weight.cast_signed());
            }
        }
        Some(Self(projected))
    }

    /// A vector of these numbers; `None` unless there are [`DIM`] of them, not all zero.
    #[must_use]
    pub fn from_slice(numbers: &[f32]) -> Option<Self> {
        let numbers: [f32; DIM] = numbers.try_into().ok()?;
        numbers.iter().any(|number| *number != 0.0).then_some(Self(numbers))
    }

    /// Adds another so many times.
    pub fn add(&mut self, other: &Self, times: f32) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own += other * times;
        }
    }

    /// Cosine of the angle between two; 0 if one is zero.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        let product = |a: &Self, b: &Self| a.0.iter().zip(&b.0).map(|(a, b)| a * b).sum::<f32>();
        let lengths = (product(self, self) * product(other, other)).sqrt();
        if lengths > 0.0 { product(self, other) / lengths } else { 0.0 }
    }

    /// The same direction.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; VECTOR_BYTES] {
        let largest = self.0.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let half = |number: f32| {
            let steps = if largest > 0.0 { (number / largest * LARGEST).round() } else { 0.0 };
            (steps as i8).saturating_add(ZERO.cast_signed()).cast_unsigned() & 0xf
        };
        let mut bytes = [0; VECTOR_BYTES];
        for (byte, [low, high]) in bytes.iter_mut().zip(self.0.as_chunks::<2>().0) {
            *byte = half(*low) | half(*high) << 4;
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) gave; `None` for zeros, which say that there is no vector.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; VECTOR_BYTES]) -> Option<Self> {
        let mut numbers = [0.0; DIM];
        for (pair, byte) in numbers.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
            *pair = [byte & 0xf, byte >> 4].map(|half| f32::from(half) - f32::from(ZERO));
        }
        bytes.iter().any(|byte| *byte != 0).then_some(Self(numbers))
    }
}
