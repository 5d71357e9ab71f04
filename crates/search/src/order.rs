//! One order of a facet's values over all segments, so that counts are added by number instead of by name.
//!
//! Every segment numbers its values by itself. Made once for a state of the index, an order knows what each of these
//! numbers is in the whole, where values stand in the order of their names.

use svodka_store::{Facet, error::Result};
use tantivy::{Searcher, SegmentOrdinal, columnar::StrColumn};

/// The values of a facet over all segments of one state of the index.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// By segment and the value's number in it, its number in the whole.
    whole: Vec<Vec<u32>>,
    /// By its number in the whole, a segment that has the value and its number there.
    home: Vec<(SegmentOrdinal, u32)>,
}

impl Order {
    /// The order of a facet's values; nothing when there are more of them than can be numbered.
    pub(super) fn new(searcher: &Searcher, facet: Facet) -> Result<Option<Self>> {
        let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().str(facet.name()));
        let columns: Vec<Option<StrColumn>> = columns.collect::<tantivy::Result<_>>()?;
        let mut order = Self { whole: vec![Vec::new(); columns.len()], home: Vec::new() };
        let mut streams = Vec::new();
        for (segment, column) in (0..).zip(&columns) {
            let Some(column) = column else { continue };
            let mut stream = column.dictionary().stream()?;
            if stream.advance() {
                streams.push((segment, stream));
            }
        }
        let mut least: Vec<u8> = Vec::new();
        while let Some(next) = streams.iter().map(|(_, stream)| stream.key()).min() {
            least.clear();
            least.extend_from_slice(next);
            let Ok(number) = u32::try_from(order.home.len()) else { return Ok(None) };
            let mut home = None;
            streams.retain_mut(|(segment, stream)| {
                if stream.key() != least {
                    return true;
                }
                if let Some(whole) = order.whole.get_mut(*segment as usize) {
                    home.get_or_insert((*segment, u32::try_from(whole.len()).unwrap_or(u32::MAX)));
                    whole.push(number);
                }
                stream.advance()
            });
            order.home.extend(home);
        }
        Ok(Some(order))
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.home.len()
    }

    /// The number in the whole of a segment's value.
    pub(super) fn whole(&self, segment: SegmentOrdinal, ordinal: u64) -> Option<usize> {
        let numbers = self.whole.get(segment as usize)?;
        numbers.get(usize::try_from(ordinal).ok()?).map(|number| *number as usize)
    }

    /// A segment that has a value, and the value's number there.
    pub(super) fn home(&self, number: usize) -> Option<(SegmentOrdinal, u64)> {
        self.home.get(number).map(|(segment, ordinal)| (*segment, u64::from(*ordinal)))
    }
}
