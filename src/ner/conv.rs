//! The network's arithmetic: matrix products and what stands between them, compiled for several
//! generations of processors and chosen at run time. Knows nothing of words or tags.
//!
//! With fused multiply-add the last bits of a sum differ from those without it; tests compare
//! tags, which do not.

use multiversion::{multiversion, target::target_cfg_f};

use super::{
    format::{FIRST, HIDDEN1, HIDDEN2, HIDDEN3, PANEL, TAGS},
    model::Norm,
};

/// Weights of a layer with `N` inputs for [`PANEL`] of its outputs.
pub type Panel<const N: usize> = [[f32; PANEL]; N];

/// Where a row of `N` numbers starts in the input, and which row of the output its product is.
#[derive(Clone, Copy)]
pub struct Job {
    /// First number, so that the rows of a convolution may overlap.
    pub start: usize,
    /// Row of the output.
    pub row: usize,
}

/// Multiplies the layer with a row of the input for each job.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma", "aarch64+neon"))]
pub fn multiply<const N: usize, const OUT: usize>(
    panels: &[Panel<N>],
    input: &[f32],
    jobs: &[Job],
    out: &mut [[f32; OUT]],
) {
    let wide = target_cfg_f!(target_feature = "avx512f");
    let fused = target_cfg_f!(any(target_feature = "fma", target_arch = "aarch64"));
    // As many rows and panels at once as there are registers for their sums.
    if wide {
        by_blocks::<12, 2, true, N, OUT>(panels, input, jobs, out);
    } else if fused {
        by_blocks::<6, 1, true, N, OUT>(panels, input, jobs, out);
    } else {
        by_blocks::<3, 1, false, N, OUT>(panels, input, jobs, out);
    }
}

#[inline(always)]
fn by_blocks<const ROWS: usize, const GROUP: usize, const FMA: bool, const N: usize, const OUT: usize>(
    panels: &[Panel<N>],
    input: &[f32],
    jobs: &[Job],
    out: &mut [[f32; OUT]],
) {
    for jobs in jobs.chunks(ROWS) {
        let mut rows: [&[f32; N]; ROWS] = [const { &[0.0; N] }; ROWS];
        for (row, job) in rows.iter_mut().zip(jobs) {
            if let Some(numbers) = input.get(job.start..).and_then(<[f32]>::first_chunk) {
                *row = numbers;
            }
        }
        for (i, group) in panels.as_chunks::<GROUP>().0.iter().enumerate() {
            let sums = dot::<ROWS, GROUP, FMA, N>(group, rows);
            for (job, sums) in jobs.iter().zip(&sums) {
                let Some(row) = out.get_mut(job.row) else { continue };
                let places = row.as_chunks_mut::<PANEL>().0;
                if let Some(place) = places.as_chunks_mut::<GROUP>().0.get_mut(i) {
                    *place = *sums;
                }
            }
        }
    }
}

/// The kernel: a group of panels times `ROWS` rows, every sum in a register.
///
/// Plain counters and no iterators: a build that inlines little, such as an incremental one, would otherwise call a
/// function for every weight and be a hundred times slower.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "every index is below the length that stands in the array's type")]
fn dot<const ROWS: usize, const GROUP: usize, const FMA: bool, const N: usize>(
    panels: &[Panel<N>; GROUP],
    rows: [&[f32; N]; ROWS],
) -> [[[f32; PANEL]; GROUP]; ROWS] {
    let mut sums = [[[0.0_f32; PANEL]; GROUP]; ROWS];
    let mut i = 0;
    while i < N {
        let mut row = 0;
        while row < ROWS {
            let x = rows[row][i];
            let mut group = 0;
            while group < GROUP {
                let weights = &panels[group][i];
                let mut lane = 0;
                while lane < PANEL {
                    let sum = sums[row][group][lane];
                    sums[row][group][lane] = if FMA { x.mul_add(weights[lane], sum) } else { sum + x * weights[lane] };
                    lane += 1;
                }
                group += 1;
            }
            row += 1;
        }
        i += 1;
    }
    sums
}

/// First convolution at one place, from the products of the left, middle and right word: each is
/// the part of the word and the part of its shape, or nothing beyond the ends of the text.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
pub fn combine_first(
    products: [Option<(&[f32; FIRST], &[f32; FIRST])>; 3],
    norm: &Norm<HIDDEN1>,
    out: &mut [f32; HIDDEN1],
) {
    let mut sums = [0.0; HIDDEN1];
    for (tap, pair) in products.into_iter().enumerate() {
        let Some((word, shape)) = pair else { continue };
        let parts = (word.as_chunks::<HIDDEN1>().0.get(tap), shape.as_chunks::<HIDDEN1>().0.get(tap));
        if let (Some(word), Some(shape)) = parts {
            for ((sum, x), y) in sums.iter_mut().zip(word).zip(shape) {
                *sum += x + y;
            }
        }
    }
    *out = sums;
    rectify_and_norm(&[0.0; HIDDEN1], norm, out);
}

#[inline(always)]
fn rectify_and_norm<const N: usize>(bias: &[f32; N], norm: &Norm<N>, row: &mut [f32; N]) {
    let norms = norm.scale.iter().zip(&norm.shift);
    for ((x, bias), (scale, shift)) in row.iter_mut().zip(bias).zip(norms) {
        *x = (*x + bias).max(0.0) * scale + shift;
    }
}

/// Adds the bias of the second convolution, cuts negative values off, applies the batch norm, in
/// the rows that `jobs` have written.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
pub fn finish_second(bias: &[f32; HIDDEN2], norm: &Norm<HIDDEN2>, jobs: &[Job], rows: &mut [[f32; HIDDEN2]]) {
    for job in jobs {
        if let Some(row) = rows.get_mut(job.row) {
            rectify_and_norm(bias, norm, row);
        }
    }
}

/// Bias and rectifier of the third convolution, then the score of each tag, for each row.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512bw+avx512dq+avx2+fma", "x86_64+avx2+fma"))]
pub fn score_tags(
    bias: &[f32; HIDDEN3],
    head: &[([f32; HIDDEN3], f32); TAGS],
    rows: &[[f32; HIDDEN3]],
    scores: &mut Vec<[f32; TAGS]>,
) {
    scores.clear();
    scores.extend(rows.iter().map(|row| {
        let mut row = *row;
        for (x, bias) in row.iter_mut().zip(bias) {
            *x = (*x + bias).max(0.0);
        }
        let mut scores = [0.0; TAGS];
        for (score, (weights, bias)) in scores.iter_mut().zip(head) {
            let mut lanes = [0.0; PANEL];
            for (xs, ws) in row.as_chunks::<PANEL>().0.iter().zip(weights.as_chunks::<PANEL>().0) {
                for ((lane, x), w) in lanes.iter_mut().zip(xs).zip(ws) {
                    *lane += x * w;
                }
            }
            *score = bias + lanes.iter().sum::<f32>();
        }
        scores
    }));
}
