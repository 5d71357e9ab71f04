//! The projection of word vectors: principal directions of the means of articles, the first left out.

use super::tables::Vocabulary;
use svodka_text::{forward::vector::{DIM, of_word}, ner::WORD_DIM};

/// Every so many articles are looked at.
const STEP: usize = 3;

/// Rounds of orthogonal iteration.
const ROUNDS: usize = 30;

/// Rows of `i8`, one for each dimension of a word vector.
pub fn of<'t>(vocabulary: &Vocabulary, rarities: &[f32], articles: impl Iterator<Item = &'t [u32]>) -> Vec<u8> {
    let vectors: Vec<Option<Vec<f32>>> = vocabulary.folded.iter().map(|(stem, word)| {
        let rarity = rarities.get(*stem as usize).copied().unwrap_or(0.0);
        let vector = of_word(word).filter(|_| rarity >= 2.3)?;
        let length = vector.iter().map(|x| f32::from(*x).powi(2)).sum::<f32>().sqrt().max(1.0);
        Some(vector.iter().map(|x| f32::from(*x) / length * rarity).collect())
    }).collect();
    let mut moments = vec![0.0_f32; WORD_DIM * WORD_DIM];
    let mut batch: Vec<Vec<f32>> = Vec::new();
    for terms in articles.step_by(STEP) {
        let mut mean = vec![0.0_f32; WORD_DIM];
        for vector in terms.iter().filter_map(|term| vectors[*term as usize].as_ref()) {
            mean.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
        }
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            mean.iter_mut().for_each(|x| *x /= length);
            batch.push(mean);
        }
    }
    println!("{} means", batch.len());
    for mean in &batch {
        for (x, row) in mean.iter().zip(moments.chunks_exact_mut(WORD_DIM)) {
            row.iter_mut().zip(mean).for_each(|(sum, y)| *sum += x * y);
        }
    }
    let directions = principal(&moments, DIM + 1);
    let largest = directions[1..].iter().flatten().fold(0.0_f32, |largest, x| largest.max(x.abs()));
    let mut bytes = Vec::with_capacity(WORD_DIM * DIM);
    for row in 0..WORD_DIM {
        for direction in &directions[1..] {
            bytes.push(((direction[row] / largest * 127.0).round() as i8).cast_unsigned());
        }
    }
    bytes
}

/// The principal directions of a symmetric matrix, by orthogonal iteration.
fn principal(matrix: &[f32], count: usize) -> Vec<Vec<f32>> {
    let mut directions: Vec<Vec<f32>> = (0..count)
        .map(|k| (0..WORD_DIM).map(|i| (((i * 7919 + k * 104_729) % 1009) as f32 / 1009.0) - 0.5).collect())
        .collect();
    for _ in 0..ROUNDS {
        let mut next: Vec<Vec<f32>> = Vec::with_capacity(count);
        for direction in &directions {
            let mut product: Vec<f32> = matrix.chunks_exact(WORD_DIM)
                .map(|row| row.iter().zip(direction).map(|(a, b)| a * b).sum()).collect();
            for _ in 0..2 {
                for other in &next {
                    let along: f32 = product.iter().zip(other).map(|(a, b)| a * b).sum();
                    product.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
                }
            }
            let length = product.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            product.iter_mut().for_each(|x| *x /= length);
            next.push(product);
        }
        directions = next;
    }
    directions
}
