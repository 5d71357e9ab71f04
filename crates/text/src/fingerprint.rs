//! Fingerprints: short names for contents that must not differ between an index and the program that reads it.
//!
//! FNV-1a in 128 bits (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>). It tells changes apart, not
//! attackers. For inputs of one length each step is a bijection of the state, so that a change of a single byte always
//! changes the result. `build.rs` shares this file, hence no dependency and no I/O here.

/// A fingerprint that grows with what is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u128);

/// The offset basis and the prime of FNV-1a in 128 bits.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

impl Default for Fingerprint {
    fn default() -> Self {
        Self(BASIS)
    }
}

impl Fingerprint {
    /// Adds bytes.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "adds bytes to a hash, not numbers")]
    pub fn add(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME)))
    }

    /// Adds a file by its path, relative and with `/`, and the fingerprint of its content.
    #[must_use]
    pub fn add_file(self, path: &str, content: Self) -> Self {
        self.add(path.as_bytes()).add(&[0]).add(&content.0.to_le_bytes())
    }

    /// The fingerprint in 32 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("{:032x}", self.0)
    }
}
