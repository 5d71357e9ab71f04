//! The three convolutions over a piece of a text, row by row as they are asked for: no row is
//! computed twice and none that no score depends on.

use std::ops::Range;

use super::{
    Word, Work,
    active::Active,
    conv::{self, Aligned},
    embed::Products,
    format::{HIDDEN1, HIDDEN2, HIDDEN3, TAGS},
    model::Model,
};

/// Tokens that the scores of one token depend on, to each side.
const REACH: usize = 3;

/// Rows of a piece: one for each of its tokens and [`REACH`] more to each side as far as the text
/// goes, between two rows of zeros. Where the text goes on behind those, nothing asked for depends
/// on the zeros.
pub struct Network {
    products: Products,
    words: Vec<Option<Word>>,
    /// Token that row 1 is of.
    base: usize,
    first: Layer<Active<{ HIDDEN1 / 2 }>>,
    second: Layer<Active<{ HIDDEN2 / 2 }>>,
    centres: Vec<usize>,
    second_sums: Vec<[i32; HIDDEN2]>,
    third_sums: Vec<[i32; HIDDEN3]>,
    work: Work,
}

/// Output of a convolution.
struct Layer<Row> {
    rows: Vec<Row>,
    known: Vec<bool>,
    /// Rows to compute now.
    wanted: Vec<usize>,
}

impl<Row: Clone> Layer<Row> {
    fn new() -> Self {
        Self { rows: Vec::new(), known: Vec::new(), wanted: Vec::new() }
    }

    /// Forgets all rows but those at both ends, which are `nothing`.
    fn reset(&mut self, rows: usize, nothing: &Row) {
        self.known.clear();
        self.known.resize(rows, false);
        if self.rows.len() < rows {
            self.rows.resize(rows, nothing.clone());
        }
        for end in [0, rows - 1] {
            if let (Some(known), Some(row)) = (self.known.get_mut(end), self.rows.get_mut(end)) {
                *known = true;
                row.clone_from(nothing);
            }
        }
    }

    /// Sets `wanted` to the rows around each of `centres` that are not known yet.
    fn want_around(&mut self, centres: impl Iterator<Item = usize>) {
        self.wanted.clear();
        for row in centres.flat_map(|centre| centre - 1..=centre + 1) {
            if let Some(known) = self.known.get_mut(row)
                && !*known
            {
                *known = true;
                self.wanted.push(row);
            }
        }
    }
}

impl Network {
    /// Memory for texts of any length.
    pub fn new(model: &Model) -> Self {
        Self {
            products: Products::new(model),
            words: Vec::new(),
            base: 0,
            first: Layer::new(),
            second: Layer::new(),
            centres: Vec::new(),
            second_sums: Vec::new(),
            third_sums: Vec::new(),
            work: Work::default(),
        }
    }

    /// What has been computed so far.
    pub fn work(&self) -> Work {
        Work { words: self.products.misses, ..self.work }
    }

    /// Makes ready to score tokens of `piece`.
    pub fn enter(&mut self, words: &[Word], piece: Range<usize>) {
        self.base = piece.start.saturating_sub(REACH);
        let end = (piece.end + REACH).min(words.len());
        self.words.clear();
        self.words.push(None);
        self.words.extend(words.get(self.base..end).unwrap_or_default().iter().copied().map(Some));
        self.words.push(None);
        self.first.reset(self.words.len(), &Active::default());
        self.second.reset(self.words.len(), &Active::default());
    }

    /// Writes the scores of `targets`, which are ascending tokens of the piece.
    pub fn score(&mut self, model: &Model, targets: &[usize], scores: &mut [[f32; TAGS]]) {
        self.second.want_around(targets.iter().map(|target| target - self.base + 1));
        self.first.want_around(self.second.wanted.iter().copied());
        self.convolve_first(model);
        self.convolve_second(model);
        self.convolve_third(model, targets);
        for (target, sums) in targets.iter().zip(&self.third_sums) {
            let Model { third, third_bias, head, head_bias, .. } = model;
            let lanes = conv::score_tags(sums, &third.units, third_bias, head, head_bias);
            if let (Some(place), Some(row)) = (scores.get_mut(*target), lanes.first_chunk()) {
                *place = *row;
            }
        }
        self.work.second += self.second.wanted.len() as u64;
        self.work.third += targets.len() as u64;
    }

    fn convolve_first(&mut self, model: &Model) {
        let Layer { rows, wanted, .. } = &mut self.first;
        let word = |row: usize| self.words.get(row).copied().flatten();
        let mut done = 0;
        let around = wanted.iter().flat_map(|row| {
            let fresh = (row - 1).max(done)..row + 2;
            done = row + 2;
            fresh
        });
        self.products.prepare(model, around.filter_map(word).map(|word| word.id));
        let product = |row: usize| {
            let Word { id, looks } = word(row)?;
            Some((self.products.get(id)?, &model.shapes.get(usize::from(looks.shape))?.0))
        };
        let mut outputs = Aligned([0; HIDDEN1]);
        for row in wanted {
            let trio = [product(*row - 1), product(*row), product(*row + 1)];
            if let Some(out) = rows.get_mut(*row) {
                conv::combine_first(trio, &model.first_norm, &mut outputs.0);
                out.note(&outputs.0, &model.first_rest);
            }
        }
    }

    fn convolve_second(&mut self, model: &Model) {
        let Layer { rows, wanted, .. } = &mut self.second;
        model.second.multiply(&self.first.rows, wanted, &mut self.second_sums);
        let mut outputs = [0; HIDDEN2];
        for (row, sums) in wanted.iter().zip(&self.second_sums) {
            if let Some(out) = rows.get_mut(*row) {
                conv::finish_second(sums, &model.second.units, &model.second_bias, &model.second_norm, &mut outputs);
                out.note(&outputs, &model.second_rest);
            }
        }
    }

    fn convolve_third(&mut self, model: &Model, targets: &[usize]) {
        self.centres.clear();
        self.centres.extend(targets.iter().map(|target| target - self.base + 1));
        model.third.multiply(&self.second.rows, &self.centres, &mut self.third_sums);
    }
}
