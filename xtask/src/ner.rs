//! Converts the news entity model of the natasha project (slovnet network, navec word vectors)
//! into `data/ner/model.bin`. The layout of the result is described in `crates/text/src/ner/format.rs`.
//!
//! The conversion is deterministic: the same wheel gives the same bytes.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Read,
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

#[path = "../../crates/text/src/ner/format.rs"]
mod format;

use format::{
    BUCKETS, CODE_DIM, FIRST, HEADER, HIDDEN1, HIDDEN2, HIDDEN3, MAGIC, PANEL, QUANTISERS, SHAPES, TAGS, VERSION,
    WORD_DIM,
};

/// Words kept by default. Beyond 200,000 nothing is gained: on FactRuEval's development set the
/// model finds names with F1 .860 with 50,000 words, .863 with 100,000, .868 with 150,000 and more;
/// on NEREL's .774 with 100,000, .775 with 150,000, .777 with 200,000, .778 with all 250,000.
pub const WORDS: usize = 200_000;

const VECTORS: &str = "natasha/data/emb/navec_news_v1_1B_250K_300d_100q.tar";
const NETWORK: &str = "natasha/data/model/slovnet_ner_news_v1.tar";
const SHAPE_DIM: usize = 30;
const TAG_NAMES: [&str; TAGS + 1] = ["<pad>", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"];

/// Reads both archives below `natasha` and writes the model with the `words` most frequent words.
pub fn convert(natasha: &Path, output: &Path, words: usize) -> Result<()> {
    let vectors = Vectors::read(&natasha.join(VECTORS))?;
    let network = Network::read(&natasha.join(NETWORK))?;
    ensure!(network.words == vectors.words, "the two vocabularies differ");

    let kept = vectors.most_frequent(words);
    let mut body = Vec::new();
    write_vocabulary(&mut body, &vectors, &kept)?;
    write_floats(&mut body, &vectors.codes);
    network.write(&mut body)?;

    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend(u32::try_from(kept.len())?.to_le_bytes());
    file.extend(xxh3_64(&body).to_le_bytes());
    debug_assert_eq!(file.len(), HEADER);
    file.extend(body);
    fs::write(output, &file).with_context(|| format!("cannot write {}", output.display()))?;
    println!("{}: {} words, {} bytes", output.display(), kept.len(), file.len());
    Ok(())
}

/// Buckets, keys and rows; words of a bucket are ordered by key.
fn write_vocabulary(body: &mut Vec<u8>, vectors: &Vectors, kept: &[usize]) -> Result<()> {
    let mut located = Vec::with_capacity(kept.len());
    for &id in kept {
        let word = vectors.words.get(id).context("no such word")?;
        located.push((format::locate(word.as_bytes()), id));
    }
    located.sort_unstable();
    for pair in located.windows(2) {
        if let [(a, first), (b, second)] = pair {
            ensure!(a != b, "words {first} and {second} have the same hash");
        }
    }
    for bucket in 0..=BUCKETS {
        let start = located.partition_point(|((b, _), _)| *b < bucket);
        body.extend(u32::try_from(start)?.to_le_bytes());
    }
    for ((_, key), _) in &located {
        body.extend(key.to_le_bytes());
    }
    for (_, id) in &located {
        body.extend(vectors.row(*id)?);
    }
    body.extend(vectors.row(vectors.unknown()?)?);
    Ok(())
}

/// The navec archive: words with their counts and product-quantised vectors.
struct Vectors {
    words: Vec<String>,
    counts: Vec<u32>,
    rows: Vec<u8>,
    codes: Vec<f32>,
}

impl Vectors {
    fn read(path: &Path) -> Result<Self> {
        let files = untar(path)?;
        let vocabulary = gunzip(entry(&files, "vocab.bin")?)?;
        let (size, rest) = vocabulary.split_first_chunk().context("vocab.bin is cut short")?;
        let size = u32::from_le_bytes(*size) as usize;
        let (counts, words) = rest.split_at_checked(4 * size).context("vocab.bin is cut short")?;
        let counts = counts.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let words: Vec<String> = std::str::from_utf8(words)?.lines().map(str::to_owned).collect();
        ensure!(words.len() == size, "{} words, {size} expected", words.len());

        let quantised = entry(&files, "pq.bin")?;
        let (header, rest) = quantised.split_at_checked(16).context("pq.bin is cut short")?;
        let header: Vec<usize> = header.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b) as usize).collect();
        ensure!(header == [size, WORD_DIM, QUANTISERS, 256], "unknown shape {header:?} of pq.bin");
        let (rows, codes) = rest.split_at_checked(size * QUANTISERS).context("pq.bin is cut short")?;
        let codes = floats(codes);
        ensure!(codes.len() == WORD_DIM * 256, "pq.bin has {} codes", codes.len());
        debug_assert_eq!(WORD_DIM, QUANTISERS * CODE_DIM);
        Ok(Self { words, counts, rows: rows.to_vec(), codes })
    }

    fn unknown(&self) -> Result<usize> {
        self.words.iter().position(|w| w == "<unk>").context("no <unk> in the vocabulary")
    }

    fn row(&self, id: usize) -> Result<&[u8]> {
        self.rows.get(id * QUANTISERS..(id + 1) * QUANTISERS).context("no such row")
    }

    /// Ids of the `n` most frequent words, without the two special ones.
    fn most_frequent(&self, n: usize) -> Vec<usize> {
        let mut ids: Vec<(u32, usize)> = (self.counts.iter().zip(&self.words).enumerate())
            .filter(|(_, (_, word))| *word != "<unk>" && *word != "<pad>")
            .map(|(id, (count, _))| (u32::MAX - count, id))
            .collect();
        ids.sort_unstable();
        ids.into_iter().take(n).map(|(_, id)| id).collect()
    }
}

/// The slovnet archive: weights by their number, and the vocabularies they were trained with.
struct Network {
    words: Vec<String>,
    arrays: Vec<Vec<f32>>,
}

impl Network {
    fn read(path: &Path) -> Result<Self> {
        let files = untar(path)?;
        let model: Value = serde_json::from_slice(entry(&files, "model.json")?)?;
        let layer = |n: usize, part: &str| format!("/encoder/layers/{n}/{part}");
        let mut places = vec![("/emb/shape/weight".to_owned(), vec![SHAPES, SHAPE_DIM])];
        let channels = [WORD_DIM + SHAPE_DIM, HIDDEN1, HIDDEN2, HIDDEN3];
        for (n, pair) in channels.windows(2).enumerate() {
            let &[inputs, outputs] = pair else { continue };
            places.push((layer(n, "conv/weight"), vec![outputs, inputs, 3]));
            places.push((layer(n, "conv/bias"), vec![outputs]));
            for part in ["weight", "bias", "mean", "std"] {
                places.push((layer(n, &format!("norm/{part}")), vec![outputs]));
            }
        }
        places.push(("/head/proj/weight".to_owned(), vec![HIDDEN3, TAGS + 1]));
        places.push(("/head/proj/bias".to_owned(), vec![TAGS + 1]));
        places.push(("/head/crf/transitions".to_owned(), vec![TAGS + 1, TAGS + 1]));
        let arrays = places.iter().map(|(place, shape)| weight(&files, &model, place, shape)).collect::<Result<_>>()?;
        ensure!(lines(&files, "vocabs/tag.gz")? == TAG_NAMES, "unknown set of tags");
        ensure!(lines(&files, "vocabs/shape.gz")? == shape_names(), "unknown set of shapes");
        Ok(Self { words: lines(&files, "vocabs/word.gz")?, arrays })
    }

    /// Every section after the codes.
    fn write(&self, body: &mut Vec<u8>) -> Result<()> {
        let [shape, w1, b1, g1, s1, m1, d1, w2, b2, g2, s2, m2, d2, w3, b3, g3, s3, m3, d3, head, bias, crf] =
            self.arrays.as_slice()
        else {
            bail!("{} arrays in the network", self.arrays.len());
        };
        let first = Convolution { weights: w1, inputs: WORD_DIM + SHAPE_DIM };
        write_floats(body, &first.shape_products(shape, b1));
        write_floats(body, &first.word_panels());
        let (scale, shift) = affine(g1, s1, m1, d1);
        write_floats(body, &[scale, shift].concat());

        let second = Convolution { weights: w2, inputs: HIDDEN1 };
        write_floats(body, &second.panels());
        let (scale, shift) = affine(g2, s2, m2, d2);
        write_floats(body, &[b2.clone(), scale, shift].concat());

        let third = Convolution { weights: w3, inputs: HIDDEN2 };
        write_floats(body, &third.panels());
        write_floats(body, b3);
        let (scale, shift) = affine(g3, s3, m3, d3);
        write_floats(body, &folded_head(head, bias, &scale, &shift));

        let transitions: Vec<f32> = crf.chunks(TAGS + 1).skip(1).flat_map(|row| row.iter().skip(1)).copied().collect();
        write_floats(body, &transitions);
        Ok(())
    }
}

/// Weights as published: `[output][input][tap]`.
struct Convolution<'a> {
    weights: &'a [f32],
    inputs: usize,
}

impl Convolution<'_> {
    fn at(&self, output: usize, input: usize, tap: usize) -> f32 {
        self.weights.get((output * self.inputs + input) * 3 + tap).copied().unwrap_or(f32::NAN)
    }

    fn outputs(&self) -> usize {
        self.weights.len() / (3 * self.inputs)
    }

    /// All weights in panels, inputs ordered by tap, then channel.
    fn panels(&self) -> Vec<f32> {
        let mut panels = Vec::with_capacity(self.weights.len());
        for panel in 0..self.outputs() / PANEL {
            for tap in 0..3 {
                for input in 0..self.inputs {
                    panels.extend((0..PANEL).map(|o| self.at(panel * PANEL + o, input, tap)));
                }
            }
        }
        panels
    }

    /// The part that meets the word vector, as one layer with [`FIRST`] outputs, ordered by tap.
    fn word_panels(&self) -> Vec<f32> {
        let mut panels = Vec::with_capacity(FIRST * WORD_DIM);
        for panel in 0..FIRST / PANEL {
            for input in 0..WORD_DIM {
                panels.extend((0..PANEL).map(|o| {
                    let output = panel * PANEL + o;
                    self.at(output % HIDDEN1, input, output / HIDDEN1)
                }));
            }
        }
        panels
    }

    /// The part that meets the shape embedding, multiplied out for each shape.
    fn shape_products(&self, embedding: &[f32], bias: &[f32]) -> Vec<f32> {
        let mut products = Vec::with_capacity(SHAPES * FIRST);
        for shape in embedding.chunks(SHAPE_DIM) {
            for output in 0..FIRST {
                let (tap, channel) = (output / HIDDEN1, output % HIDDEN1);
                let dot: f64 = (shape.iter().enumerate())
                    .map(|(i, x)| f64::from(*x) * f64::from(self.at(channel, WORD_DIM + i, tap)))
                    .sum();
                let bias = bias.get(channel).filter(|_| tap == 1).copied().unwrap_or(0.0);
                products.push((dot + f64::from(bias)) as f32);
            }
        }
        products
    }
}

/// A batch norm `(x - mean) / std * weight + bias` as scale and shift.
fn affine(weight: &[f32], bias: &[f32], mean: &[f32], std: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let scale = |(w, d): (&f32, &f32)| f64::from(*w) / f64::from(*d);
    let scales: Vec<f64> = weight.iter().zip(std).map(scale).collect();
    let shifts =
        (scales.iter().zip(mean).zip(bias)).map(|((s, m), b)| (f64::from(*b) - f64::from(*m) * s) as f32).collect();
    (scales.into_iter().map(|s| s as f32).collect(), shifts)
}

/// Rows of [`HIDDEN3`] weights and a bias for each tag, with the norm before the projection in it.
fn folded_head(head: &[f32], bias: &[f32], scale: &[f32], shift: &[f32]) -> Vec<f32> {
    let mut rows = Vec::with_capacity(TAGS * (HIDDEN3 + 1));
    for tag in 1..=TAGS {
        let column = || head.iter().skip(tag).step_by(TAGS + 1);
        rows.extend(column().zip(scale).map(|(w, s)| w * s));
        let shifted: f64 = column().zip(shift).map(|(w, s)| f64::from(*w) * f64::from(*s)).sum();
        rows.push((f64::from(bias.get(tag).copied().unwrap_or(f32::NAN)) + shifted) as f32);
    }
    rows
}

/// The shape vocabulary that `crates/text/src/ner/shape.rs` implements, in its order.
fn shape_names() -> Vec<String> {
    let outlines = ["X", "x", "XX", "xx", "Xx", "Xx-Xx", "OTHER"];
    let mut names = vec!["<pad>".to_owned()];
    for script in ["RU", "EN"] {
        names.extend(outlines.iter().map(|outline| format!("{script}_{outline}")));
    }
    names.extend(format::PUNCTUATION.chars().map(|c| format!("PUNCT_{c}")));
    names.extend(["PUNCT_OTHER", "NUM", "OTHER"].map(str::to_owned));
    names
}

/// Array at `place` of the model's tree, with the shape it must have.
fn weight(files: &HashMap<String, Vec<u8>>, model: &Value, place: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let node = model.pointer(place).with_context(|| format!("no {place} in model.json"))?;
    let id = node.get("array").and_then(Value::as_u64).with_context(|| format!("no array in {place}"))?;
    let found: Vec<usize> = serde_json::from_value(node.get("shape").cloned().unwrap_or_default())?;
    ensure!(found == shape, "{place} has shape {found:?}, not {shape:?}");
    let array = floats(entry(files, &format!("arrays/{id}.bin"))?);
    ensure!(array.len() == shape.iter().product::<usize>(), "array {id} has {} numbers", array.len());
    Ok(array)
}

fn untar(path: &Path) -> Result<HashMap<String, Vec<u8>>> {
    let open = || format!("cannot read {}", path.display());
    let mut archive = tar::Archive::new(File::open(path).with_context(open)?);
    let mut files = HashMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

fn entry<'a>(files: &'a HashMap<String, Vec<u8>>, name: &str) -> Result<&'a [u8]> {
    files.get(name).map(Vec::as_slice).with_context(|| format!("no {name} in the archive"))
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain)?;
    Ok(plain)
}

fn lines(files: &HashMap<String, Vec<u8>>, name: &str) -> Result<Vec<String>> {
    let text = String::from_utf8(gunzip(entry(files, name)?)?)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

fn write_floats(body: &mut Vec<u8>, numbers: &[f32]) {
    body.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
}
