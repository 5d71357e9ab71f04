//! Reads `tables.bin` in place; its layout is documented in [`super::format`].
//!
//! A damaged file gives no answers, never a wrong offset.

use super::{
    format::{HEADER_BYTES, MAGIC, SECTIONS, SLOT_BYTES, Section},
    tag::Tag,
};
use std::ops::Range;

/// The sections of the file; all empty if the file is damaged.
pub(super) struct Tables {
    sections: [&'static [u8]; SECTIONS],
}

/// One way to make a form.
pub(super) struct Slot {
    prefix: &'static str,
    suffix: &'static str,
    /// What a form made this way can be.
    pub(super) tags: Tags,
}

/// The tags of a slot.
#[derive(Clone, Copy)]
pub(super) struct Tags(&'static [u8]);

impl IntoIterator for Tags {
    type Item = Tag;
    type IntoIter = std::iter::FilterMap<std::slice::ChunksExact<'static, u8>, fn(&[u8]) -> Option<Tag>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.chunks_exact(4).filter_map(|bytes| u32_at(bytes, 0).map(Tag))
    }
}

impl Slot {
    /// The stem of a form made by this slot; none if it cannot be.
    pub(super) fn stem<'w>(&self, form: &'w str) -> Option<&'w str> {
        form.strip_prefix(self.prefix)?.strip_suffix(self.suffix)
    }

    /// The form this slot makes of a stem.
    pub(super) fn make(&self, stem: &str) -> String {
        let mut form = String::with_capacity(self.prefix.len() + stem.len() + self.suffix.len());
        self.push(stem, &mut form);
        form
    }

    /// Appends the form this slot makes of a stem.
    pub(super) fn push(&self, stem: &str, out: &mut String) {
        out.push_str(self.prefix);
        out.push_str(stem);
        out.push_str(self.suffix);
    }
}

impl Tables {
    /// Splits the file into its sections.
    pub(super) fn new(file: &'static [u8]) -> Self {
        let mut sections = [[].as_slice(); SECTIONS];
        if file.len() >= HEADER_BYTES && file.starts_with(&MAGIC) {
            for (number, section) in sections.iter_mut().enumerate() {
                let offset = |n: usize| u32_at(file, MAGIC.len() + 4 * n).unwrap_or_default() as usize;
                *section = file.get(offset(number)..offset(number + 1)).unwrap_or_default();
            }
        }
        Self { sections }
    }

    /// A slot.
    pub(super) fn slot(&self, slot: u32) -> Option<Slot> {
        let at = slot as usize * SLOT_BYTES;
        let Some([s0, s1, t0, t1, prefix]) = self.section(Section::Slots).get(at..at + SLOT_BYTES) else { return None };
        let tags = self.range(Section::TagSets, u32::from(u16::from_le_bytes([*t0, *t1])))?;
        Some(Slot {
            prefix: self.affix(u32::from(*prefix))?,
            suffix: self.affix(u32::from(u16::from_le_bytes([*s0, *s1])))?,
            tags: Tags(self.section(Section::Tags).get(4 * tags.start..4 * tags.end)?),
        })
    }

    /// The slots of the paradigm that a slot belongs to.
    pub(super) fn paradigm(&self, slot: u32) -> Option<Range<u32>> {
        let starts = self.section(Section::Paradigms);
        let (mut low, mut high) = (0, starts.len() / 4);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if u32_at(starts, 4 * middle)? <= slot { low = middle } else { high = middle }
        }
        Some(u32_at(starts, 4 * low)?..u32_at(starts, 4 * high)?)
    }

    /// A reading set.
    pub(super) fn reading_set(&self, set: u32) -> impl Iterator<Item = u32> + use<> {
        let range = self.range(Section::ReadingSets, set).unwrap_or_default();
        let bytes = self.section(Section::Readings).get(4 * range.start..4 * range.end).unwrap_or_default();
        bytes.chunks_exact(4).filter_map(|bytes| u32_at(bytes, 0))
    }

    fn affix(&self, affix: u32) -> Option<&'static str> {
        std::str::from_utf8(self.section(Section::AffixText).get(self.range(Section::Affixes, affix)?)?).ok()
    }

    /// Where an item starts and ends, by a section of starts.
    fn range(&self, starts: Section, item: u32) -> Option<Range<usize>> {
        let (starts, at) = (self.section(starts), 4 * item as usize);
        Some(u32_at(starts, at)? as usize..u32_at(starts, at + 4)? as usize)
    }

    fn section(&self, section: Section) -> &'static [u8] {
        self.sections.get(section as usize).copied().unwrap_or_default()
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))
}
