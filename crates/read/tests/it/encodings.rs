//! The same feeds in several encodings, some of which they declare wrongly, must be read as the same articles.
//!
//! The feeds are no part of the project: `SVODKA_SHARED` names the folder that holds them; without it nothing is
//! checked here, and the tests of `read::encoding` have to do.

use std::{collections::BTreeMap, path::PathBuf};
use svodka_model::record::RefusalKind;
use svodka_read::{encoding, parse_bytes};

/// The letters and digits of a feed without its references (`&#171;`, `&quot;`): some were converted with references
/// for the letters that an encoding lacks.
fn comparable(text: &str) -> String {
    let reference = regex::Regex::new(r"&(amp;)?(#\d+|[a-z]+);|[«»“”„—–…№\u{a0}]").unwrap();
    reference.replace_all(text, " ").chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn the_same_feed_in_any_encoding_is_the_same_text() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED") else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let folder = PathBuf::from(shared).join("corpus/encodings");
    let mut feeds: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let (stated, feed) = name.split_once("__").unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        files += 1;
        let found = encoding::decode(&bytes, None).unwrap();
        let meant = match stated {
            "windows-1251-russian" => "windows-1251",
            "KOI8-R" => "koi8-r",
            "MacCyrillic" => "x-mac-cyrillic",
            other => other,
        };
        let text = match meant {
            "IBM855" => encoding::Charset::Ibm855.decode(&bytes),
            label => encoding::Charset::named(label).unwrap().decode(&bytes),
        };
        if found.text != text {
            wrong.push(format!("{name}: read as {}", found.encoding));
        }
        // What stands before the comment names the encoding, which is not the same in all of them.
        let body = found.text.split_once("-->").map_or(found.text.as_str(), |(_, body)| body);
        feeds.entry(feed.to_owned()).or_default().push((name.clone(), comparable(body)));
        for refusal in parse_bytes(&name, &bytes).into_iter().filter_map(Result::err) {
            // Some of the feeds are cut off before their first entry ends, in whatever encoding.
            if !matches!(refusal.kind, RefusalKind::CutOff | RefusalKind::NoRecords) {
                wrong.push(format!("{name}: {}", refusal.reason));
            }
        }
    }
    for versions in feeds.values_mut() {
        versions.sort_by_key(|(_, words)| std::cmp::Reverse(words.len()));
        let (first, words) = &versions[0];
        for (other, cut) in &versions[1..] {
            // The snapshots were cut at a number of bytes: the last letter may be half a letter elsewhere.
            let whole = cut.chars().count().saturating_sub(4);
            if !words.starts_with(&cut.chars().take(whole).collect::<String>()) {
                let at = words.chars().zip(cut.chars()).position(|(a, b)| a != b);
                wrong.push(format!("{first} and {other} differ at {at:?} of {whole}"));
            }
        }
    }
    println!("{files} files, {} feeds", feeds.len());
    assert_eq!(files, 57, "not all of the feeds are there");
    assert!(wrong.is_empty(), "{} of {files}:\n{}", wrong.len(), wrong.join("\n"));
}
