//! The features of the second stage of ranking and their weights.
//!
//! A feature is never negative and no weight is: a match never lowers a score. What a weight is multiplied by is added to
//! the BM25 score of the first stage, so an article that the second stage looks at never falls behind one that it does
//! not. Learnt by `cargo xtask rank-train` from headlines of articles that do not contain them, with these signs and with
//! `soft` at most `coverage`, so that a word that is there counts at least as much as one like it.

/// Number of features.
pub const FEATURES: usize = 8;

/// What is known of an article for a query; each is 0 or more.
pub type Features = [f32; FEATURES];

/// Where each feature stands, with its name in explanations and its weight.
pub(super) const TABLE: [(Feature, &str, f32); FEATURES] = [
    // Share of the words' rarity that is in the article.
    (Feature::Coverage, "words that are there", 83.1),
    // The same of words that are not there but others like them: by derivation or translation, times the likeness.
    (Feature::Soft, "words like them", 83.1),
    // Share of the words' rarity among the candidates that is in the first 30 words.
    (Feature::Beginning, "words in the beginning", 47.0),
    // Share of the rarity of words typed with a capital that stand with one.
    (Feature::Capitals, "capitals as typed", 5.4),
    // Cosine of the vectors of query and article.
    (Feature::Meaning, "meaning", 91.1),
    // Logarithm of the probability that the lead is told by these words.
    (Feature::Translation, "the lead told in these words", 3.43),
    // Cosine of the words of the lead and those of the best hits.
    (Feature::Centroid, "words of the best hits", 9.0),
    // Cosine of the vectors of the article and the best hits.
    (Feature::MeaningCentroid, "meaning of the best hits", 21.7),
];

/// The features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    Coverage,
    Soft,
    Beginning,
    Capitals,
    Meaning,
    Translation,
    Centroid,
    MeaningCentroid,
}

/// Names of the features, in order.
pub fn names() -> impl Iterator<Item = String> {
    TABLE.iter().map(|(feature, ..)| format!("{feature:?}"))
}

/// What the features add to a score.
pub(super) fn addition(features: &Features) -> f32 {
    TABLE.iter().zip(features).map(|((.., weight), feature)| weight * feature).sum()
}

#[cfg(test)]
mod tests {
    use super::{Feature, TABLE};

    #[test]
    fn weights_keep_their_constraints() {
        let weight = |feature| TABLE.iter().find(|row| row.0 == feature).unwrap().2;
        assert!(TABLE.iter().all(|row| row.2 >= 0.0));
        assert!(TABLE.iter().enumerate().all(|(at, row)| row.0 as usize == at));
        assert!(weight(Feature::Soft) <= weight(Feature::Coverage));
    }
}
