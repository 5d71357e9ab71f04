//! Logistic regression with an L2 penalty, fitted by L-BFGS. Deterministic.

/// An example: the numbers of its features, whether it is one, and its weight.
pub struct Example<'a> {
    pub features: &'a [u32],
    pub positive: bool,
    pub weight: f64,
    /// What the score begins with.
    pub base: f64,
}

/// How many steps back the curvature is remembered.
const MEMORY: usize = 12;
/// Iterations at most.
const MOST: usize = 80;

/// The weights that fit `examples` best under a penalty of `l2` times half their squares.
pub fn fit(examples: &[Example<'_>], size: usize, l2: f64) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    let (mut loss, mut gradient) = evaluate(examples, &weights, l2);
    let mut history: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..MOST {
        let direction = direction(&gradient, &history);
        let slope = dot(&direction, &gradient);
        if slope.abs() < 1e-6 {
            break;
        }
        let mut step = if history.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let mut moved = None;
        for _ in 0..20 {
            let tried: Vec<f64> = weights.iter().zip(&direction).map(|(w, d)| w + step * d).collect();
            let (new_loss, new_gradient) = evaluate(examples, &tried, l2);
            if new_loss <= loss + 1e-4 * step * slope {
                moved = Some((tried, new_loss, new_gradient));
                break;
            }
            step /= 2.0;
        }
        let Some((tried, new_loss, new_gradient)) = moved else { break };
        let s: Vec<f64> = tried.iter().zip(&weights).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = new_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let sy = dot(&s, &y);
        if sy > 1e-12 {
            history.push((s, y, sy));
            if history.len() > MEMORY {
                history.remove(0);
            }
        }
        let gain = (loss - new_loss) / loss.max(1.0);
        (weights, loss, gradient) = (tried, new_loss, new_gradient);
        if gain < 1e-6 {
            break;
        }
    }
    weights
}

/// The score of an example: log odds.
pub fn score(features: &[u32], weights: &[f64]) -> f64 {
    features.iter().filter_map(|f| weights.get(*f as usize)).sum()
}

/// The loss of `weights` without penalty.
pub fn loss(examples: &[Example<'_>], weights: &[f64]) -> f64 {
    evaluate(examples, weights, 0.0).0
}

fn evaluate(examples: &[Example<'_>], weights: &[f64], l2: f64) -> (f64, Vec<f64>) {
    let mut gradient: Vec<f64> = weights.iter().map(|w| l2 * w).collect();
    let mut loss = l2 / 2.0 * dot(weights, weights);
    for example in examples {
        let score = example.base + score(example.features, weights);
        let margin = if example.positive { score } else { -score };
        loss += example.weight * (if margin > 0.0 { (-margin).exp().ln_1p() } else { margin.exp().ln_1p() - margin });
        let off = example.weight / (1.0 + margin.exp());
        let change = if example.positive { -off } else { off };
        for feature in example.features {
            if let Some(g) = gradient.get_mut(*feature as usize) {
                *g += change;
            }
        }
    }
    (loss, gradient)
}

fn direction(gradient: &[f64], history: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut q = gradient.to_vec();
    let mut factors = Vec::with_capacity(history.len());
    for (s, y, sy) in history.iter().rev() {
        let factor = dot(s, &q) / sy;
        q.iter_mut().zip(y).for_each(|(q, y)| *q -= factor * y);
        factors.push(factor);
    }
    if let Some((_, y, sy)) = history.last() {
        let scale = sy / dot(y, y);
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((s, y, sy), factor) in history.iter().zip(factors.iter().rev()) {
        let back = factor - dot(y, &q) / sy;
        q.iter_mut().zip(s).for_each(|(q, s)| *q += back * s);
    }
    q.iter_mut().for_each(|q| *q = -*q);
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
