//! Which names are skipped: hidden files, descriptions of folders, and what saved pages bring along.

use std::ffi::OsStr;

/// Endings of what saved pages bring along.
const PAGE_ASSETS: [&str; 26] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "woff", "woff2",
    "ttf", "otf", "eot", "mp3", "mp4", "m4a", "webm", "ogg", "avi", "mov", "swf",
];

/// Whether a file or folder of this name is hidden.
pub(super) fn hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a file found in a folder is skipped. Files named on the command line never are.
pub(super) fn file(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    matches!(&*name, "README" | "README.md" | "README.txt") || is_page_asset(&name)
}

/// Whether an entry of an archive is skipped, by its path in there.
pub(super) fn archive_entry(path: &str) -> bool {
    let hidden = |part: &str| (part.starts_with('.') && part.len() > 2) || part == "__MACOSX";
    path.split(['/', '\\']).any(hidden) || is_page_asset(path)
}

fn is_page_asset(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| PAGE_ASSETS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{archive_entry, file, hidden};
    use std::ffi::OsStr;

    #[test]
    fn what_is_skipped() {
        assert!(hidden(OsStr::new(".git")) && !hidden(OsStr::new("a.git")));
        assert!(file(OsStr::new("README.md")) && file(OsStr::new("a.PNG")) && !file(OsStr::new("a.html")));
        assert!(archive_entry("a/.cache/b.txt") && archive_entry("__MACOSX/a.txt") && archive_entry("a/b.css"));
        assert!(!archive_entry("../a.txt") && !archive_entry("./a.txt"));
    }
}
