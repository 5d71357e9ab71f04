//! Reads `data/ner/model.bin` (layout: `format.rs`): weights into memory, the vocabulary left where
//! it lies. Holds no arithmetic.

use thiserror::Error;

use super::{
    active::Convolution,
    conv::{self, Aligned, TagLanes},
    format::{
        BUCKETS, CODE_DIM, FIRST, HEADER, HIDDEN1, HIDDEN2, HIDDEN3, MAGIC, PANEL, QUANTISERS, SHAPES, TAGS, VERSION,
        WORD_DIM, locate,
    },
    quantise::{self, PRODUCT, ROW, VECTOR, WORD_PAIRS, Weights},
};

/// Why a model file cannot be used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// It does not begin as a model file does.
    #[error("not a model of the entity tagger")]
    Magic,
    /// It was written for another release.
    #[error("version {0} of the model is not supported, only {VERSION}")]
    Version(u32),
    /// It ends early, or something follows its end.
    #[error("the model file has the wrong length")]
    Length,
    /// Its content does not match its checksum.
    #[error("the model file is damaged")]
    Digest,
}

/// Number of a word in the vocabulary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(pub u32);

/// Everything the network knows.
pub struct Model {
    buckets: &'static [[u8; 4]],
    keys: &'static [[u8; 4]],
    rows: &'static [[u8; QUANTISERS]],
    codes: Vec<[i16; CODE_DIM]>,
    /// First convolution, the part of the word's shape.
    pub shapes: Vec<Aligned<[i16; FIRST]>>,
    /// First convolution, the part of the word vector.
    pub first: Weights<WORD_PAIRS>,
    /// Norm behind the first convolution.
    pub first_norm: Norm<HIDDEN1>,
    /// The zero point of its outputs.
    pub first_rest: [i16; HIDDEN1],
    /// Second convolution.
    pub second: Convolution<{ HIDDEN1 / 2 }, PAIRS2, HIDDEN2>,
    /// Its bias.
    pub second_bias: [f32; HIDDEN2],
    /// Norm behind the second convolution.
    pub second_norm: Norm<HIDDEN2>,
    /// The zero point of its outputs.
    pub second_rest: [i16; HIDDEN2],
    /// Third convolution.
    pub third: Convolution<{ HIDDEN2 / 2 }, PAIRS3, HIDDEN3>,
    /// Its bias.
    pub third_bias: [f32; HIDDEN3],
    /// Projection to tags.
    pub head: [TagLanes; HIDDEN3],
    /// Its bias.
    pub head_bias: TagLanes,
    /// `transitions[from][to]`.
    pub transitions: [[f32; TAGS]; TAGS],
}

/// Pairs of inputs of the second convolution.
pub const PAIRS2: usize = 3 * HIDDEN1 / 2;
/// Pairs of inputs of the third convolution.
pub const PAIRS3: usize = 3 * HIDDEN2 / 2;

/// A batch norm: one scale and one shift a channel.
#[repr(align(64))]
pub struct Norm<const N: usize> {
    /// Factor of each channel.
    pub scale: [f32; N],
    /// What is added to each channel.
    pub shift: [f32; N],
}

impl Model {
    /// Reads the weights; takes a few milliseconds. The checksum is not looked at: see [`verify`].
    pub fn read(file: &'static [u8]) -> Result<Self, ModelError> {
        let mut input = Input(file);
        if input.array::<8>()? != &MAGIC {
            return Err(ModelError::Magic);
        }
        let version = u32::from_le_bytes(*input.array()?);
        if version != VERSION {
            return Err(ModelError::Version(version));
        }
        let words = u32::from_le_bytes(*input.array()?) as usize;
        input.array::<8>()?; // the checksum
        let buckets = input.arrays(BUCKETS + 1)?;
        let keys = input.arrays(words)?;
        let rows = input.arrays(words + 1)?;
        let codes = quantise::codes(&input.blocks(QUANTISERS * 256)?);
        let shapes = input.blocks(SHAPES)?.into_iter();
        let shapes = shapes.map(|shape| Aligned(shape.map(|x| quantise::steps(x, PRODUCT)))).collect();
        let first = input.weights::<WORD_DIM, WORD_PAIRS>(FIRST, VECTOR)?;
        let first_norm = input.norm()?;
        let first_rest = conv::zero_point(&first_norm);
        let second = Convolution::new(&input.weights::<{ 3 * HIDDEN1 }, PAIRS2>(HIDDEN2, ROW)?, &first_rest);
        let (second_bias, second_norm) = (input.floats()?, input.norm()?);
        let second_rest = conv::zero_point(&second_norm);
        let third = Convolution::new(&input.weights::<{ 3 * HIDDEN2 }, PAIRS3>(HIDDEN3, ROW)?, &second_rest);
        let third_bias = input.floats()?;
        let (head, head_bias) = input.head()?;
        let transitions = input.transitions()?;
        let model = Self {
            buckets,
            keys,
            rows,
            codes,
            shapes,
            first,
            first_norm,
            first_rest,
            second,
            second_bias,
            second_norm,
            second_rest,
            third,
            third_bias,
            head,
            head_bias,
            transitions,
        };
        if input.0.is_empty() { Ok(model) } else { Err(ModelError::Length) }
    }

    /// Number of known words.
    #[must_use]
    pub fn words(&self) -> usize {
        self.keys.len()
    }

    /// The word that stands for all unknown ones.
    #[must_use]
    pub fn unknown(&self) -> WordId {
        WordId(u32::try_from(self.keys.len()).unwrap_or(0))
    }

    /// Finds a lower-cased word.
    #[must_use]
    pub fn find(&self, word: &str) -> WordId {
        let (bucket, key) = locate(word.as_bytes());
        let bound = |i: usize| self.buckets.get(i).map(|b| u32::from_le_bytes(*b));
        let (Some(start), Some(end)) = (bound(bucket), bound(bucket + 1)) else {
            return self.unknown();
        };
        let key = key.to_le_bytes();
        let keys = self.keys.get(start as usize..end as usize).unwrap_or_default();
        match (start..).zip(keys).find(|(_, k)| **k == key) {
            Some((id, _)) => WordId(id),
            None => self.unknown(),
        }
    }

    /// Quantised vector of a word.
    pub(super) fn row(&self, word: WordId) -> Option<&[u8; QUANTISERS]> {
        self.rows.get(word.0 as usize)
    }

    /// What the bytes of each quantiser stand for.
    pub(super) fn codes(&self) -> &[[[i16; CODE_DIM]; 256]] {
        self.codes.as_chunks().0
    }
}

/// Compares the file with its checksum.
pub fn verify(file: &[u8]) -> Result<(), ModelError> {
    let (header, body) = file.split_first_chunk::<HEADER>().ok_or(ModelError::Length)?;
    let digest = header.last_chunk().ok_or(ModelError::Length)?;
    if xxhash_rust::xxh3::xxh3_64(body) == u64::from_le_bytes(*digest) { Ok(()) } else { Err(ModelError::Digest) }
}

/// What is still to be read.
struct Input(&'static [u8]);

impl Input {
    fn array<const N: usize>(&mut self) -> Result<&'static [u8; N], ModelError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(ModelError::Length)?;
        self.0 = rest;
        Ok(head)
    }

    fn arrays<const N: usize>(&mut self, count: usize) -> Result<&'static [[u8; N]], ModelError> {
        let length = count.checked_mul(N).ok_or(ModelError::Length)?;
        let (head, rest) = self.0.split_at_checked(length).ok_or(ModelError::Length)?;
        self.0 = rest;
        Ok(head.as_chunks().0)
    }

    fn floats<const N: usize>(&mut self) -> Result<[f32; N], ModelError> {
        let mut floats = [0.0; N];
        for (float, bytes) in floats.iter_mut().zip(self.arrays::<4>(N)?) {
            *float = f32::from_le_bytes(*bytes);
        }
        Ok(floats)
    }

    fn blocks<const N: usize>(&mut self, count: usize) -> Result<Vec<[f32; N]>, ModelError> {
        (0..count).map(|_| self.floats()).collect()
    }

    /// Weights of a layer with `N` inputs, twice `PAIRS`, that have so many steps in a unit.
    fn weights<const N: usize, const PAIRS: usize>(
        &mut self,
        outputs: usize,
        steps: f32,
    ) -> Result<Weights<PAIRS>, ModelError> {
        let rows: Vec<[f32; PANEL]> = self.blocks(outputs / PANEL * N)?;
        let weight = |output: usize, input: usize| {
            let row = rows.get(output / PANEL * N + input);
            row.and_then(|row| row.get(output % PANEL)).copied().unwrap_or(0.0)
        };
        Ok(Weights::new(outputs, steps, weight))
    }

    fn norm<const N: usize>(&mut self) -> Result<Norm<N>, ModelError> {
        Ok(Norm { scale: self.floats()?, shift: self.floats()? })
    }

    /// The projection, turned: for each input its weight for every tag.
    fn head(&mut self) -> Result<([TagLanes; HIDDEN3], TagLanes), ModelError> {
        let (mut head, mut head_bias) = ([[0.0; TAGS + 1]; HIDDEN3], [0.0; TAGS + 1]);
        for (tag, bias) in head_bias.iter_mut().enumerate().take(TAGS) {
            let weights: [f32; HIDDEN3] = self.floats()?;
            for (lanes, weight) in head.iter_mut().zip(weights) {
                if let Some(lane) = lanes.get_mut(tag) {
                    *lane = weight;
                }
            }
            [*bias] = self.floats()?;
        }
        Ok((head, head_bias))
    }

    fn transitions(&mut self) -> Result<[[f32; TAGS]; TAGS], ModelError> {
        let mut rows = [[0.0; TAGS]; TAGS];
        for row in &mut rows {
            *row = self.floats()?;
        }
        Ok(rows)
    }
}
