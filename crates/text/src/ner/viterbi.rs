//! Finds the best sequence of tags. Knows the scores only, not the words.

use super::format::TAGS;

/// Memory of a search, kept between texts.
#[derive(Default)]
pub struct Viterbi {
    /// For each token but the first: the best tag before each of its tags.
    back: Vec<[u8; TAGS]>,
}

impl Viterbi {
    /// Writes the numbers of the best tags for `scores`, one row a token. Of equal paths the one
    /// with the lower tag numbers wins, as in the original.
    pub fn decode(&mut self, scores: &[[f32; TAGS]], transitions: &[[f32; TAGS]; TAGS], tags: &mut Vec<u8>) {
        tags.clear();
        self.back.clear();
        let Some((first, rest)) = scores.split_first() else { return };
        let [[stay, ..], ..] = transitions;
        let mut best = *first;
        let mut outside = is_outside(first);
        for row in rest {
            let was_outside = std::mem::replace(&mut outside, is_outside(row));
            if outside && was_outside {
                // Only one way leads on.
                let ([score, ..], [own, ..]) = (&mut best, row);
                *score = *score + stay + own;
                self.back.push([0; TAGS]);
                continue;
            }
            let (next, back) =
                if outside { step_outside(&best, row, transitions) } else { step(&best, row, transitions) };
            self.back.push(back);
            best = next;
        }
        let mut tag = argmax(&best);
        tags.push(tag);
        for back in self.back.iter().rev() {
            tag = back.get(usize::from(tag)).copied().unwrap_or(0);
            tags.push(tag);
        }
        tags.reverse();
    }
}

/// Whether a token can only be outside of names.
fn is_outside([_, names @ ..]: &[f32; TAGS]) -> bool {
    names.iter().all(|score| *score == f32::NEG_INFINITY)
}

/// Like [`step`] for a token outside of names: most are.
fn step_outside(
    best: &[f32; TAGS],
    [outside, ..]: &[f32; TAGS],
    transitions: &[[f32; TAGS]; TAGS],
) -> ([f32; TAGS], [u8; TAGS]) {
    let (mut next, mut back) = ([f32::NEG_INFINITY; TAGS], [0; TAGS]);
    let ([next_outside, ..], [back_outside, ..]) = (&mut next, &mut back);
    for ((from, score), [transition, ..]) in (0..).zip(best).zip(transitions) {
        let path = score + transition + outside;
        if path > *next_outside {
            *next_outside = path;
            *back_outside = from;
        }
    }
    (next, back)
}

/// Best scores of paths that end in each tag of the next token, and the tag they come from.
fn step(best: &[f32; TAGS], row: &[f32; TAGS], transitions: &[[f32; TAGS]; TAGS]) -> ([f32; TAGS], [u8; TAGS]) {
    let mut next = [f32::NEG_INFINITY; TAGS];
    let mut back = [0; TAGS];
    for ((from, score), transitions) in (0..).zip(best).zip(transitions) {
        for (((next, back), transition), emission) in next.iter_mut().zip(&mut back).zip(transitions).zip(row) {
            let path = score + transition + emission;
            if path > *next {
                *next = path;
                *back = from;
            }
        }
    }
    (next, back)
}

fn argmax(scores: &[f32; TAGS]) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (tag, score) in (0..).zip(scores) {
        if *score > best.1 {
            best = (tag, *score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strong_transition_overrules_a_weak_score() {
        let mut transitions = [[0.0; TAGS]; TAGS];
        transitions[0][2] = -10.0;
        transitions[1][2] = 1.0;
        let mut scores = [[0.0; TAGS]; 2];
        scores[0][0] = 0.5;
        scores[1][2] = 3.0;
        let mut tags = Vec::new();
        Viterbi::default().decode(&scores, &transitions, &mut tags);
        assert_eq!(tags, [1, 2]);
    }

    #[test]
    fn an_empty_text_has_no_tags() {
        let mut tags = vec![1];
        Viterbi::default().decode(&[], &[[0.0; TAGS]; TAGS], &mut tags);
        assert!(tags.is_empty());
    }
}
