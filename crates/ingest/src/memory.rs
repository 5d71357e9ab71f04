//! How the memory of a run is divided.

/// What a run takes besides the index buffers: dictionaries and models, texts in flight, the catalogue, merging of
/// segments. With this a run over a million articles in one file took 584 MB in all, in a million files 614 MB, with a
/// total of 700 MB.
const BESIDES_BUFFERS: usize = 560 << 20;

/// Memory for a file in the catalogue and in the lists of what to read: with this a million files stay below 700 MB, see
/// the benchmarks.
const PER_FILE: usize = 100;

/// The least memory that one of tantivy's writing threads works with.
const LEAST_PER_THREAD: usize = 15_000_000;

/// Buffers of the index writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WriterBuffers {
    /// Threads that write segments.
    pub(super) threads: usize,
    /// Bytes for each.
    pub(super) per_thread: usize,
}

impl WriterBuffers {
    /// What is left of `total` bytes for a run over `files` files; at least a third of the buffers of a run without files,
    /// and never less than tantivy needs.
    pub(super) fn of(total: usize, files: usize) -> Self {
        // One thread takes in what four extract; and the fewer threads, the fewer and larger the segments.
        let threads = std::thread::available_parallelism().map_or(1, usize::from).div_ceil(4).min(4);
        let buffers = total.saturating_sub(BESIDES_BUFFERS);
        let left = buffers.saturating_sub(files.saturating_mul(PER_FILE));
        Self { threads, per_thread: (left.max(buffers / 3) / threads).max(LEAST_PER_THREAD) }
    }
}

#[cfg(test)]
mod tests {
    use super::{BESIDES_BUFFERS, LEAST_PER_THREAD, WriterBuffers};

    fn sum(total: usize, files: usize) -> usize {
        let WriterBuffers { threads, per_thread } = WriterBuffers::of(total, files);
        threads * per_thread
    }

    #[test]
    fn buffers_get_what_is_left() {
        let buffers = 300 << 20;
        let total = BESIDES_BUFFERS + buffers;
        assert!(sum(total, 0) <= buffers && sum(total, 0) > buffers - 4);
        assert!(sum(total, 1_000_000) < sum(total, 0));
        assert!(sum(total, 1 << 40) >= buffers / 3 - 4, "many files leave a third");
        assert_eq!(WriterBuffers::of(0, 7).per_thread, LEAST_PER_THREAD);
    }
}
