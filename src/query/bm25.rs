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
pub const B: Score = 0.4;

/// Inverse document frequency of what `holding` of `articles` hold.
pub(super) fn idf(holding: u64, articles: u64) -> Score {
    let (articles, holding) = (articles as f64, holding as f64);
    (1.0 + (articles - holding + 0.5) / (holding + 0.5)).ln().powf(f64::from(knob("IDFP", 1.0))) as Score
        + knob("IDFC", 0.0)
}

/// Everything of a score that is the same for all articles.
pub(super) struct Scale {
    idf: Score,
    weight: Score,
    /// Words of an average article, in all fields that articles have.
    average_length: Score,
    k1: Score,
    b: Score,
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
        Ok(Arc::new(Self { idf, weight, average_length, k1: knob("K1", K1), b: knob("B", B) }))
    }

    /// The score of an article of this length that has it this often, as weighted.
    pub(super) fn score(&self, frequency: Score, length: Score) -> Score {
        let norm = self.k1 * (1.0 - self.b + self.b * length / self.average_length);
        self.weight * self.idf * (1.0 + self.k1) * frequency / (frequency + norm)
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

pub(super) fn knob(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
