//! The names in a folder, in order.
//!
//! A folder may hold a million files, and its names must be sorted before the first of them is read: so they lie end
//! to end in one string. Looks at nothing but names; what they lead to is for the walk to find out.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};
use walkdir::WalkDir;

/// Names in a folder, and whether each is a symbolic link.
#[derive(Debug, Default)]
pub(super) struct Listing {
    text: String,
    /// Where each name that is text begins in `text`, its length, and whether it is a link.
    plain: Vec<(u32, u16, bool)>,
    /// Names that are no UTF-8.
    odd: Vec<(OsString, bool)>,
}

impl Listing {
    /// Lists a folder. Calls `failed` for what cannot be listed.
    pub(super) fn of(folder: &Path, failed: &mut dyn FnMut(&walkdir::Error)) -> Self {
        let mut listing = Self::default();
        for entry in WalkDir::new(folder).min_depth(1).max_depth(1) {
            match entry {
                Ok(entry) => listing.add(entry.file_name(), entry.path_is_symlink()),
                Err(e) => failed(&e),
            }
        }
        let text = &listing.text;
        listing.plain.sort_unstable_by_key(|(start, length, _)| name(text, *start, *length));
        listing.odd.sort_unstable();
        listing
    }

    fn add(&mut self, name: &OsStr, is_link: bool) {
        let place = (u32::try_from(self.text.len()), u16::try_from(name.len()), name.to_str());
        if let (Ok(start), Ok(length), Some(name)) = place {
            self.text.push_str(name);
            self.plain.push((start, length, is_link));
        } else {
            self.odd.push((name.to_owned(), is_link));
        }
    }

    /// The names in the order of their bytes.
    pub(super) fn names(&self) -> impl Iterator<Item = (&OsStr, bool)> {
        let mut plain = self.plain.iter().map(|(start, length, link)| (name(&self.text, *start, *length), *link));
        let mut odd = self.odd.iter().map(|(name, link)| (name.as_os_str(), *link));
        let (mut next_plain, mut next_odd) = (plain.next(), odd.next());
        std::iter::from_fn(move || match (next_plain, next_odd) {
            (Some((left, _)), Some((right, _))) if left > right => std::mem::replace(&mut next_odd, odd.next()),
            (None, _) => std::mem::replace(&mut next_odd, odd.next()),
            _ => std::mem::replace(&mut next_plain, plain.next()),
        })
    }
}

fn name(text: &str, start: u32, length: u16) -> &OsStr {
    let start = start as usize;
    OsStr::new(text.get(start..start + usize::from(length)).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::Listing;
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use std::ffi::{OsStr, OsString};

    proptest! {
        /// In the order of `OsStr`, whatever the names are, with what was said of each.
        #[test]
        fn names_come_in_order(names in proptest::collection::hash_map("[а-яa-z.]{0,9}", any::<bool>(), 0..30)) {
            let mut listing = Listing::default();
            let mut expected: Vec<(OsString, bool)> = Vec::new();
            for (name, link) in names {
                let name = if cfg!(unix) && name.starts_with('x') { not_text(&name) } else { name.into() };
                listing.add(&name, link);
                expected.push((name, link));
            }
            let text = &listing.text;
            listing.plain.sort_by_key(|(start, length, _)| super::name(text, *start, *length));
            listing.odd.sort();
            expected.sort();
            let found: Vec<(OsString, bool)> = listing.names().map(|(name, link)| (name.to_owned(), link)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[cfg(unix)]
    fn not_text(name: &str) -> OsString {
        use std::os::unix::ffi::OsStrExt;
        OsStr::from_bytes(&[name.as_bytes(), &[0xff]].concat()).to_owned()
    }

    #[cfg(not(unix))]
    fn not_text(name: &str) -> OsString {
        OsStr::new(name).to_owned()
    }
}
