//! What is in an index, and whether its files are whole.

use crate::error::Result;
use crate::{Facet, Index, open::open_segments};
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::path::PathBuf;
use svodka_model::dates::day_of;

/// Figures about an index.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Articles.
    pub articles: u64,
    /// Segments they lie in.
    pub segments: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// Earliest date.
    pub first_date: Option<String>,
    /// Latest date.
    pub last_date: Option<String>,
    /// Articles without a date.
    pub undated: u64,
    /// Distinct values of each facet.
    pub values: Vec<(&'static str, usize)>,
    /// The program that made it.
    pub made_by: String,
    /// Version of its format.
    pub format: u32,
    /// Fingerprint of its analyzer.
    pub analyzer: String,
}

impl Index {
    /// Figures about the index.
    ///
    /// # Errors
    /// Storage failures.
    pub fn stats(&self) -> Result<Stats> {
        let searcher = self.searcher();
        let mut dates: Option<(i64, i64)> = None;
        let mut dated = 0;
        for segment in searcher.segment_readers() {
            let column = segment.fast_fields().i64("date")?;
            for date in segment.doc_ids_alive().filter_map(|doc| column.first(doc)) {
                dated += 1;
                dates = Some(dates.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
            }
        }
        let mut values = Vec::new();
        for facet in Facet::ALL {
            let mut names: FxHashSet<Vec<u8>> = FxHashSet::default();
            for segment in searcher.segment_readers() {
                let Some(column) = segment.fast_fields().str(facet.name())? else { continue };
                let mut terms = column.dictionary().stream()?;
                while terms.advance() {
                    names.insert(terms.key().to_vec());
                }
            }
            values.push((facet.name(), names.len()));
        }
        let day = |epoch: i64| day_of(epoch).map(|d| d.to_string());
        let articles = searcher.num_docs();
        Ok(Stats {
            articles,
            segments: searcher.segment_readers().len(),
            bytes: searcher.space_usage()?.total().get_bytes(),
            first_date: dates.and_then(|(first, _)| day(first)),
            last_date: dates.and_then(|(_, last)| day(last)),
            undated: articles - dated,
            values,
            made_by: self.manifest().made_by.clone(),
            format: self.manifest().format,
            analyzer: self.manifest().analyzer.clone(),
        })
    }

    /// The files whose checksum is wrong.
    ///
    /// # Errors
    /// Storage failures.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>> {
        let index = open_segments(&self.manifest().segments_in(self.folder()))?;
        let mut damaged: Vec<PathBuf> = index.validate_checksum()?.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }
}
