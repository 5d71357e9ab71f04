//! Layout of `data/ner/model.bin`: one description, shared by the reader (`model.rs`) and by the
//! writer (`cargo xtask ner`, which includes this very file).
//!
//! Everything is little-endian and follows in this order without gaps:
//!
//! | section | type | what |
//! |---|---|---|
//! | header | [`HEADER`] bytes | [`MAGIC`], `u32` [`VERSION`], `u32` number of words W, `u64` xxh3 of all that follows |
//! | buckets | `u32` × ([`BUCKETS`] + 1) | where the words of each bucket start; the last is W |
//! | keys | `u32` × W | low halves of the words' hashes, by bucket, ascending |
//! | rows | `u8` × (W + 1) × [`QUANTISERS`] | quantised vector of each word; the last row is the unknown word's |
//! | codes | `f32` × [`QUANTISERS`] × 256 × [`CODE_DIM`] | what each byte of a row stands for |
//! | shapes | `f32` × [`SHAPES`] × [`FIRST`] | contribution of a word's shape to the first convolution |
//! | words 1 | `f32` × [`FIRST`] × [`WORD_DIM`] | first convolution, word part, in panels |
//! | norm 1 | `f32` × 2 × [`HIDDEN1`] | scale and shift of the first batch norm |
//! | conv 2 | `f32` × [`HIDDEN2`] × 3 [`HIDDEN1`] | second convolution, in panels |
//! | norm 2 | `f32` × 3 × [`HIDDEN2`] | bias of the convolution, scale and shift of the norm |
//! | conv 3 | `f32` × [`HIDDEN3`] × 3 [`HIDDEN2`] | third convolution, in panels |
//! | bias 3 | `f32` × [`HIDDEN3`] | its bias |
//! | head | `f32` × [`TAGS`] × ([`HIDDEN3`] + 1) | projection of each tag, then its bias; the third norm is folded in |
//! | transitions | `f32` × [`TAGS`] × [`TAGS`] | score of going from one tag (row) to another |
//!
//! *In panels*: outputs are taken [`PANEL`] at a time; a panel holds, for each input in turn, the
//! weights of its outputs. The inputs of a convolution are the left, middle and right neighbour.
//!
//! Folding keeps the arithmetic of the original up to rounding: the shape's part of the first
//! convolution is tabulated (its bias sits in the middle third), a batch norm is one scale and one
//! shift, the third one is merged into the linear projection after it. The first two norms are not
//! merged into the convolutions after them, because the zero padding at both ends of a text stands
//! *behind* the norm and would no longer be zero.

/// First bytes of the file.
pub const MAGIC: [u8; 8] = *b"SVODKANE";
/// Grows whenever the layout changes.
pub const VERSION: u32 = 1;
/// Bytes before the first section.
pub const HEADER: usize = 24;

/// Words are spread over this many buckets by the top bits of their hash.
pub const BUCKETS: usize = 1 << BUCKET_BITS;
/// Binary logarithm of [`BUCKETS`].
pub const BUCKET_BITS: u32 = 16;

/// Bytes of a quantised word vector.
pub const QUANTISERS: usize = 100;
/// Numbers that one such byte stands for.
pub const CODE_DIM: usize = 3;
/// Dimension of a word vector.
pub const WORD_DIM: usize = QUANTISERS * CODE_DIM;
/// Word shapes, see `shape.rs`.
pub const SHAPES: usize = 66;
/// Punctuation marks with a shape of their own, in the model's order.
pub const PUNCTUATION: &str = "!#$%&()[]\\/*+,.:;<=>?@^_{|}~-‐−‒⁃–—―`\"'«»„“ʼʻ”№…";
/// Channels after the first convolution.
pub const HIDDEN1: usize = 256;
/// Channels after the second convolution.
pub const HIDDEN2: usize = 128;
/// Channels after the third convolution.
pub const HIDDEN3: usize = 64;
/// Products of one word with the three taps of the first convolution: for its right neighbour
/// (where it stands left), for itself, for its left neighbour.
pub const FIRST: usize = 3 * HIDDEN1;
/// Tags: O, then B and I of person, place, organisation.
pub const TAGS: usize = 7;
/// Outputs computed together.
pub const PANEL: usize = 16;

/// Splits the hash of a lower-cased word into its bucket and its key inside the bucket. Words
/// themselves are not stored: 48 bits tell them apart, and one in a billion unknown words is
/// taken for a known one.
#[must_use]
pub fn locate(word: &[u8]) -> (usize, u32) {
    let hash = xxhash_rust::xxh3::xxh3_64(word);
    let bucket = usize::try_from(hash >> (64 - BUCKET_BITS)).unwrap_or(0);
    (bucket, (hash & u64::from(u32::MAX)) as u32)
}
