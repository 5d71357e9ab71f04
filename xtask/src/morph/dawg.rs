//! Reads the `.dawg` files of the Python package `dawg`: dawgdic's double-array automaton with its guide.
//!
//! A file is a dictionary (u32 count, that many u32 units) and a guide (u32 count, that many pairs of bytes: the first
//! child's label and the next sibling's). A unit packs its label in the low byte, whether a value hangs on it in bit 8,
//! and the offset of its children above; the unit of a value has bit 31 set and holds the value. Numbers are
//! little-endian. Only a walk over all keys is needed here.

use anyhow::{Context, Result, ensure};
use std::path::Path;

/// An automaton in memory.
pub(super) struct Dawg {
    units: Vec<u32>,
    guide: Vec<u8>,
}

impl Dawg {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let (units, rest) = counted(&bytes, 4).context("no dictionary in the file")?;
        let (guide, rest) = counted(rest, 2).context("no guide in the file")?;
        ensure!(rest.is_empty(), "{}: {} bytes too many", path.display(), rest.len());
        Ok(Self { units: numbers(units), guide: guide.to_vec() })
    }

    /// Calls `sink` with every key and its value, in the order of the keys.
    pub(super) fn for_each(&self, sink: &mut dyn FnMut(&[u8], u32)) {
        self.walk(0, &mut Vec::new(), sink);
    }

    fn walk(&self, index: usize, key: &mut Vec<u8>, sink: &mut dyn FnMut(&[u8], u32)) {
        let unit = self.unit(index);
        if unit >> 8 & 1 == 1 {
            sink(key, self.unit(index ^ offset(unit)) & !(1 << 31));
        }
        let mut label = self.guide.get(index * 2).copied().unwrap_or(0);
        while label != 0 {
            let child = index ^ offset(unit) ^ usize::from(label);
            if self.unit(child) & (1 << 31 | 0xff) != u32::from(label) {
                break;
            }
            key.push(label);
            self.walk(child, key, sink);
            key.pop();
            label = self.guide.get(child * 2 + 1).copied().unwrap_or(0);
        }
    }

    fn unit(&self, index: usize) -> u32 {
        self.units.get(index).copied().unwrap_or(0)
    }
}

/// Where the children of a unit are, relative to it.
fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit >> 6) & 8)) as usize
}

/// A count and so many items of `size` bytes; and what follows.
fn counted(bytes: &[u8], size: usize) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*count) as usize * size)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|b| b.try_into().ok()).map(u32::from_le_bytes).collect()
}

/// The bytes of a base64 text, which the packages use for records inside keys.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Dawg, base64};

    #[test]
    fn a_walk_finds_keys_and_values() {
        // Root at 0, its child «a» at 1 ^ b'a' with offset 1, whose value 7 hangs at the child's own offset.
        let (child, value) = (usize::from(1 ^ b'a'), usize::from(1 ^ b'a') ^ 2);
        let mut units = vec![0; 256];
        units[0] = 1 << 10;
        units[child] = 2 << 10 | 1 << 8 | u32::from(b'a');
        units[value] = 1 << 31 | 7;
        let mut guide = vec![0; 512];
        guide[0] = b'a';
        let mut found = Vec::new();
        Dawg { units, guide }.for_each(&mut |key, value| found.push((key.to_vec(), value)));
        assert_eq!(found, [(b"a".to_vec(), 7)]);
    }

    #[test]
    fn base64_of_a_record() {
        assert_eq!(base64(b"AQIDBA==\n"), [1, 2, 3, 4]);
    }
}
