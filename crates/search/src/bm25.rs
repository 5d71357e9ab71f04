//! BM25 with our own k1 and b (tantivy's are constants), over title and text together.
//!
//! A word has one score, not one for each field: its frequencies are added, those in the title with their weight, and
//! saturate together; the length is that of the whole article. So a headline that was found on the first line of the
//! text and one from the metadata weigh the same. Statistics are those of the whole index, so scores do not depend on
//! how it is cut into segments.

use std::sync::Arc;
use tantivy::{
    DocId, Score, SegmentReader,
    fieldnorm::FieldNormReader,
    query::{Bm25StatisticsProvider, Explanation},
    schema::Field,
};

/// Term-frequency saturation; .9 beats 1.2 by .02 nDCG@10 on real headlines.
pub const K1: Score = 0.9;

/// Length normalisation; see [`K1`].
pub const B: Score = 0.3;

/// Inverse document frequency of what `doc_freq` of `articles` hold.
pub(super) fn idf(doc_freq: u64, articles: u64) -> Score {
    let (articles, doc_freq) = (articles as f64, doc_freq as f64);
    (1.0 + (articles - doc_freq + 0.5) / (doc_freq + 0.5)).ln() as Score
}

/// Everything of a score that is the same for all articles.
pub(super) struct Scale {
    idf: Score,
    weight: Score,
    /// Words of an average article, in all fields that articles have.
    average_length: Score,
}

impl Scale {
    /// The scale of something with this idf, whose score counts `weight` times, in articles as long as those of
    /// `fields` together.
    pub(super) fn new(
        idf: Score,
        weight: Score,
        fields: &[Field],
        provider: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<Arc<Self>> {
        let words = fields.iter().map(|field| provider.total_num_tokens(*field));
        let words = words.sum::<tantivy::Result<u64>>()? as f64;
        let average_length = (words / provider.total_num_docs()?.max(1) as f64).max(1.0) as Score;
        Ok(Arc::new(Self { idf, weight, average_length }))
    }

    /// The score of an article of this length that has it this often, as weighted.
    pub(super) fn score(&self, frequency: Score, length: Score) -> Score {
        let norm = K1 * (1.0 - B + B * length / self.average_length);
        self.weight * self.idf * (1.0 + K1) * frequency / (frequency + norm)
    }

    /// The score with all its parts.
    pub(super) fn explain(&self, frequency: Score, length: Score, label: String) -> Explanation {
        let mut explanation = Explanation::new_with_string(label, self.score(frequency, length));
        explanation.add_const("frequency, weighted", frequency);
        explanation.add_const("rarity (idf)", self.idf);
        explanation.add_const("words in the article", length);
        explanation.add_const("words in an average article", self.average_length);
        explanation.add_const("weight", self.weight);
        explanation
    }
}

/// The lengths of a segment's articles.
pub(super) struct Lengths(Vec<FieldNormReader>);

impl Lengths {
    /// Reads the lengths of `fields`.
    pub(super) fn read(fields: &[Field], reader: &SegmentReader) -> tantivy::Result<Self> {
        let readers = fields.iter().map(|field| reader.get_fieldnorms_reader(*field));
        Ok(Self(readers.collect::<tantivy::Result<_>>()?))
    }

    /// The words of an article.
    pub(super) fn of(&self, doc: DocId) -> Score {
        self.0.iter().map(|reader| reader.fieldnorm(doc)).sum::<u32>() as Score
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, idf};
    use tantivy::{Term, query::Bm25StatisticsProvider, schema::Field};

    /// Ten articles of a hundred words each.
    struct Ten;

    impl Bm25StatisticsProvider for Ten {
        fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
            Ok(1000)
        }

        fn total_num_docs(&self) -> tantivy::Result<u64> {
            Ok(10)
        }

        fn doc_freq(&self, _: &Term) -> tantivy::Result<u64> {
            Ok(2)
        }
    }

    fn close(left: f32, right: f64) -> bool {
        (f64::from(left) - right).abs() < 1e-4
    }

    #[test]
    fn scores_are_those_computed_by_hand() {
        // ln(1 + (10 - 2 + .5) / (2 + .5)) = ln 4.4
        assert!(close(idf(2, 10), 1.481_605));
        let field = Field::from_field_id(0);
        let scale = Scale::new(idf(2, 10), 1.0, &[field], &Ten).unwrap();
        // An average article that has it three times: ln 4.4 · 1.9 · 3 / (3 + .9)
        assert!(close(scale.score(3.0, 100.0), 2.165_422), "{}", scale.score(3.0, 100.0));
        // Twice as long: the norm is .9 · (1 - .3 + .3 · 2) = 1.17
        assert!(close(scale.score(3.0, 200.0), 2.025_215), "{}", scale.score(3.0, 200.0));
        let double = Scale::new(idf(2, 10), 2.0, &[field], &Ten).unwrap();
        assert!(close(double.score(1.0, 100.0), 2.963_210), "{}", double.score(1.0, 100.0));
    }

    #[test]
    fn the_average_length_is_that_of_all_fields() {
        let fields = [Field::from_field_id(0), Field::from_field_id(1)];
        let scale = Scale::new(1.0, 1.0, &fields, &Ten).unwrap();
        assert!(close(scale.score(1.0, 200.0), 1.9 / 1.9));
    }
}
