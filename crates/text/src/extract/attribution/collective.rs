//! The second stage of the decision: a source is surer where its article cites others too.
//!
//! The first stage judges each source by its own context. Articles differ in how much they relay: in a review of the
//! press nearly every name is a source, in a piece about a firm hardly one. So the log odds of a source are corrected by
//! how sure the surest other source of the article is, by how many others are sure, and by how many there are.

/// Buckets of the surest other source, of the number of sure others, and of the number of others.
const BUCKETS: [usize; 3] = [9, 4, 6];

/// Log odds from which another source is sure.
const SURE: f32 = 1.0;

/// The weights of the second stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collective {
    slope: f32,
    weights: [f32; Self::SIZE],
}

impl Default for Collective {
    fn default() -> Self {
        Self { slope: 1.0, weights: [0.0; Self::SIZE] }
    }
}

/// The first log odds of all sources of an article, as far as the second stage asks for them.
#[derive(Clone, Copy, Debug)]
pub struct Others {
    first: f32,
    second: f32,
    sure: usize,
    all: usize,
}

/// What stands beside one source.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    surest: f32,
    sure: usize,
    all: usize,
}

impl Others {
    /// From the log odds of all sources.
    #[must_use]
    pub fn of(log_odds: &[f32]) -> Self {
        let mut others = Self { first: f32::MIN, second: f32::MIN, sure: 0, all: log_odds.len() };
        for odds in log_odds.iter().copied() {
            if odds > others.first {
                (others.first, others.second) = (odds, others.first);
            } else {
                others.second = others.second.max(odds);
            }
            others.sure += usize::from(odds > SURE);
        }
        others
    }

    /// What stands beside a source with these log odds.
    #[must_use]
    pub fn without(self, own: f32) -> Beside {
        Beside {
            surest: if own >= self.first { self.second } else { self.first },
            sure: self.sure.saturating_sub(usize::from(own > SURE)),
            all: self.all.saturating_sub(1),
        }
    }
}

impl Collective {
    /// Number of weights beside the slope.
    pub const SIZE: usize = BUCKETS[0] + BUCKETS[1] + BUCKETS[2];

    /// A second stage of these weights.
    #[must_use]
    pub fn new(slope: f32, weights: [f32; Self::SIZE]) -> Self {
        Self { slope, weights }
    }

    /// What the first log odds are multiplied by.
    #[must_use]
    pub fn slope(&self) -> f32 {
        self.slope
    }

    /// The weight at a place.
    #[must_use]
    pub fn weight(&self, place: usize) -> f32 {
        self.weights.get(place).copied().unwrap_or(0.0)
    }

    /// The places of the weights that count for a source.
    #[must_use]
    pub fn places(beside: Beside) -> [usize; 3] {
        let surest = (beside.surest.max(-9.0) + 3.0).floor().clamp(0.0, (BUCKETS[0] - 1) as f32) as usize;
        let sure = beside.sure.min(BUCKETS[1] - 1);
        let all = beside.all.min(BUCKETS[2] - 1);
        [surest, BUCKETS[0] + sure, BUCKETS[0] + BUCKETS[1] + all]
    }

    /// What is added to the log odds of a source.
    pub(super) fn shift(&self, beside: Beside) -> f32 {
        Self::places(beside).into_iter().map(|place| self.weight(place)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Collective, Others};

    #[test]
    fn a_source_is_judged_by_the_others_and_not_by_itself() {
        let others = Others::of(&[4.2, -1.5, 1.3]);
        assert_eq!(Collective::places(others.without(4.2)), [4, 9 + 1, 13 + 2]);
        assert_eq!(Collective::places(others.without(-1.5)), [7, 9 + 2, 13 + 2]);
        assert_eq!(Collective::places(Others::of(&[0.5]).without(0.5)), [0, 9, 13]);
    }
}
