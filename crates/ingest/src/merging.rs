//! Which segments a run merges.
//!
//! Merging takes memory by the size of what is merged: the stored articles of a segment are read at one go, and the
//! dictionaries and columns of all lie in memory together. So segments grow to a bound and no further; a large archive
//! has more of them instead. This module must never leave a segment that is mostly deleted articles.

use tantivy::{
    index::SegmentMeta,
    merge_policy::{LogMergePolicy, MergeCandidate, MergePolicy},
};

/// Articles above which a segment is merged with no other: a merge reads no more than 60 MB of stored articles at once.
const FULL: u32 = 100_000;

/// Segments of about one size that are merged. With tantivy's eight a million articles would lie in twenty segments,
/// and a search with all facets would take nearly twice as long as in six.
const ALIKE: usize = 4;

/// Share of deleted articles above which a segment is rewritten.
const DELETED: f32 = 0.3;

/// Merges small segments by their size, as tantivy does, and rewrites full ones of which much is deleted.
#[derive(Debug)]
pub(super) struct Bounded {
    full: u32,
    small: LogMergePolicy,
}

impl Default for Bounded {
    fn default() -> Self {
        Self::new(FULL)
    }
}

impl Bounded {
    fn new(full: u32) -> Self {
        let mut small = LogMergePolicy::default();
        small.set_max_docs_before_merge(full as usize);
        small.set_min_num_segments(ALIKE);
        small.set_del_docs_ratio_before_merge(DELETED);
        Self { full, small }
    }
}

impl MergePolicy for Bounded {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let deleted = segments.iter().filter(|segment| segment.num_docs() > self.full && needs_rewrite(segment));
        let deleted = deleted.map(|segment| MergeCandidate(vec![segment.id()]));
        self.small.compute_merge_candidates(segments).into_iter().chain(deleted).collect()
    }
}

/// Whether much of the segment is deleted.
fn needs_rewrite(segment: &SegmentMeta) -> bool {
    f64::from(segment.num_deleted_docs()) > f64::from(segment.max_doc()) * f64::from(DELETED)
}

#[cfg(test)]
mod tests {
    use super::{Bounded, DELETED};
    use tantivy::{
        Index, IndexWriter, TantivyDocument, Term,
        index::SegmentId,
        merge_policy::{MergePolicy, NoMergePolicy},
        schema::{INDEXED, Schema},
    };

    /// How many segments are in each merge of segments of these sizes.
    fn merges(full: u32, sizes: &[u32]) -> Vec<usize> {
        let index = Index::create_in_ram(Schema::builder().build());
        let metas = sizes.iter().map(|size| index.new_segment_meta(SegmentId::generate_random(), *size));
        let candidates = Bounded::new(full).compute_merge_candidates(&metas.collect::<Vec<_>>());
        candidates.into_iter().map(|candidate| candidate.0.len()).collect()
    }

    #[test]
    fn segments_grow_to_a_bound() {
        assert_eq!(merges(100_000, &[64_000; 3]), [0; 0]);
        assert_eq!(merges(100_000, &[64_000; 4]), [4]);
        assert_eq!(merges(100_000, &[256_000; 40]), [0; 0]);
        assert_eq!(merges(100_000, &[256_000, 64_000, 64_000, 10, 1, 64_000, 64_000, 300]), [4]);
        assert_eq!(merges(100_000, &[1, 20, 300, 4_000]), [4]);
    }

    /// A full segment is rewritten once more than the share is deleted, and not before.
    #[test]
    fn deleted_articles_go() {
        let mut schema = Schema::builder();
        let number = schema.add_u64_field("number", INDEXED);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter<TantivyDocument> = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let articles = 100;
        for n in 0..articles {
            let mut document = TantivyDocument::default();
            document.add_u64(number, n);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        for n in 0..articles / 2 {
            writer.delete_term(Term::from_field_u64(number, n));
            writer.commit().unwrap();
            let metas = index.searchable_segment_metas().unwrap();
            let rewritten = Bounded::new(10).compute_merge_candidates(&metas).len();
            assert_eq!(rewritten == 1, (n + 1) as f32 > articles as f32 * DELETED, "{} deleted", n + 1);
        }
    }
}
