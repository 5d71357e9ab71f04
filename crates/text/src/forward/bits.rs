//! Bits in bytes, and Rice codes: the differences of sorted hashes in about as few bits as a set can have.

/// Longest unary part; a longer one is damage.
const MOST_UNARY: u32 = 1 << 16;

/// Appends bits, the lowest first.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Writer {
    /// Whole bytes; only before any bits.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.count, 0, "bytes behind bits");
        self.bytes.extend(bytes);
    }

    /// The lowest `count` bits of a number, at most 32.
    pub(super) fn bits(&mut self, number: u32, count: u32) {
        debug_assert!(count == 32 || number >> count == 0, "{number} has more than {count} bits");
        self.pending |= u64::from(number) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// A number in Rice's code: what is above the lowest `parameter` bits in unary, then those bits.
    pub(super) fn rice(&mut self, number: u32, parameter: u32) {
        for _ in 0..number >> parameter {
            self.bits(1, 1);
        }
        self.bits(0, 1);
        self.bits(number & ((1 << parameter) - 1), parameter);
    }

    /// All of it, the last byte filled up.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

/// Reads bits in the order in which they were written.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next up to 64 bits, zeros behind the end.
    fn window(&self) -> u64 {
        let start = self.at / 8;
        let window = match self.bytes.get(start..).and_then(<[u8]>::first_chunk) {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => {
                let rest = self.bytes.get(start..).unwrap_or_default();
                rest.iter().rev().fold(0, |window, byte| window << 8 | u64::from(*byte))
            }
        };
        window >> (self.at % 8)
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.at += count as usize;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// So many bits, at most 32.
    pub(super) fn bits(&mut self, count: u32) -> Option<u32> {
        let number = self.window() & ((1 << count) - 1);
        self.skip(count)?;
        u32::try_from(number).ok()
    }

    /// A number in Rice's code.
    pub(super) fn rice(&mut self, parameter: u32) -> Option<u32> {
        let mut high = 0;
        loop {
            // At least 57 bits of the window are those of the bytes.
            let ones = self.window().trailing_ones().min(56);
            self.skip(ones)?;
            high += ones;
            if ones < 56 {
                break;
            }
            if high > MOST_UNARY {
                return None;
            }
        }
        self.skip(1)?;
        let low = self.bits(parameter)?;
        high.checked_shl(parameter).filter(|shifted| shifted >> parameter == high).map(|high| high | low)
    }
}
