use super::{Article, Catalogue, Claim, ClaimOutcome, Identity, Traits, Watermark};
use std::path::Path;
use svodka_model::record::{Refusal, RefusalKind};
use svodka_read::{Source, Stamp};

fn stamp(size: u64) -> Option<Stamp> {
    Some(Stamp { size, modified: 1, changed: 1 })
}

/// A claim of an article with this id, text and address, read at `place`.
fn claim(id: u64, text: u64, url: u64, has_own_id: bool, place: &str) -> Claim<'_> {
    let traits = Traits { has_own_id, ..Traits::default() };
    let identity = has_own_id.then(|| Identity { id, ..Identity::default() });
    let source = xxhash_rust::xxh3::xxh3_64(place.as_bytes());
    Claim { id, identity, source, text, url, traits, place }
}

/// Reads a file with articles given as key, text, address and whether the id is its own; whether each is indexed.
fn read(catalogue: &mut Catalogue, path: &str, articles: &[(u64, u64, u64, bool)]) -> (Vec<bool>, Vec<u64>) {
    catalogue.begin(path, "").unwrap();
    let mut indexed = Vec::new();
    for (key, text, url, has_own_id) in articles.iter().copied() {
        let verdict = catalogue.claim(&claim(key, text, url, has_own_id, path)).unwrap();
        indexed.push(matches!(verdict, ClaimOutcome::Indexed { .. }));
    }
    let source = Source { absolute: path.to_owned(), stamp: stamp(7), content: [1; 16], ..Source::default() };
    (indexed, catalogue.done(&source).unwrap())
}

fn sync(catalogue: &mut Catalogue) -> Watermark {
    catalogue.sync().unwrap().unwrap()
}

/// What a catalogue knows, in order.
fn facts(catalogue: &Catalogue) -> Vec<String> {
    let files = catalogue.ids().map(|id| {
        let file = catalogue.file(id);
        format!("{} {:?} {} refused", catalogue.path(id), file.stamp.map(|s| s.size), file.refused)
    });
    let mut facts: Vec<String> = files.collect();
    let places = |key| catalogue.articles.places(key);
    let mut add = |a: Article| facts.push(format!("{} {} {} {:?}", a.key, a.text, a.url, places(a.key)));
    catalogue.each_indexed(&mut add).unwrap();
    facts.sort();
    facts
}

#[test]
fn equal_articles_wait_and_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    assert_eq!(read(&mut catalogue, "/а", &[(1, 10, 0, false)]), (vec![true], vec![]));
    assert_eq!(read(&mut catalogue, "/б", &[(2, 10, 0, false), (3, 11, 5, false)]), (vec![false, true], vec![]));
    assert_eq!(read(&mut catalogue, "/в", &[(4, 12, 5, false)]), (vec![false], vec![]));
    assert_eq!(catalogue.articles.places(1), ["/б"]);
    // The text changes: what waited for it must be read again.
    assert_eq!(read(&mut catalogue, "/а", &[(1, 13, 0, false)]), (vec![true], vec![]));
    assert_eq!(catalogue.take_again(), ["/б"]);
    let id = catalogue.find("/б").unwrap();
    assert_eq!(catalogue.file(id).stamp, None);
    // A file goes: its document does, and what waited for it is read again.
    assert_eq!(catalogue.remove(id).unwrap(), [3]);
    assert_eq!(catalogue.take_again(), ["/в"]);
    assert_eq!(catalogue.ids().count(), 2);
}

#[test]
fn own_ids_stand_and_take_the_place_of_equal_articles() {
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    read(&mut catalogue, "/а", &[(1, 10, 0, false)]);
    read(&mut catalogue, "/б", &[(2, 10, 0, true), (3, 10, 0, true)]);
    assert_eq!(catalogue.take_again(), ["/а"]);
    assert_eq!(read(&mut catalogue, "/а", &[(1, 10, 0, false)]).0, [false]);
    assert_eq!(catalogue.len(), 2);
    // The later one of an id and a text is indexed; when it goes the earlier one's file is read again.
    read(&mut catalogue, "/в", &[(2, 10, 0, true)]);
    assert_eq!(catalogue.len(), 2);
    let id = catalogue.find("/в").unwrap();
    catalogue.remove(id).unwrap();
    assert!(catalogue.take_again().contains(&"/б".to_owned()));
}

#[test]
fn a_catalogue_comes_back_from_its_journal_and_from_a_compacted_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    read(&mut catalogue, "/а/1", &[(1, 10, 0, false), (2, 11, 0, true)]);
    read(&mut catalogue, "/а/2", &[(3, 10, 0, false)]);
    read(&mut catalogue, "/а/3", &[(2, 11, 0, true)]);
    catalogue.begin("/а/4", "/корень").unwrap();
    catalogue.refuse(&Refusal::at("4", RefusalKind::Damaged.because("плохо"))).unwrap();
    catalogue.done(&Source { stamp: stamp(4), content: [4; 16], ..Source::default() }).unwrap();
    let moved = catalogue.find("/а/2").unwrap();
    catalogue.move_file(moved, "/б/2").unwrap();
    let known = facts(&catalogue);
    let mark = sync(&mut catalogue);
    // What was written after the last commit does not count.
    read(&mut catalogue, "/а/5", &[(9, 90, 0, false)]);
    sync(&mut catalogue);

    let mut again = Catalogue::open(folder.path(), &mark).unwrap();
    assert_eq!(facts(&again), known);
    assert_eq!(again.homes, [(moved, "/а/2".to_owned())].into_iter().collect());
    again.compact_into(folder.path(), folder.path(), &mark).unwrap();
    let anew = sync(&mut again);
    assert_ne!(anew.catalogue, mark.catalogue);
    let again = Catalogue::read(folder.path(), &anew).unwrap();
    assert_eq!(facts(&again), known);
    let mut refused = Vec::new();
    again
        .each_refusal(folder.path(), &anew, &mut |refusal| {
            refused.push(refusal.reason);
            Ok(())
        })
        .unwrap();
    assert_eq!(refused, ["плохо"]);
    assert_eq!(again.root(again.find("/а/4").unwrap()), "/корень");
}

/// A file of many articles that commits cut many times: each time what came is noted, not all of it again; and what a
/// run that stops there leaves is the same as what it knew.
#[test]
fn a_file_cut_by_commits_is_noted_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    let articles = 3000;
    let claim = |catalogue: &mut Catalogue, n: u64| drop(catalogue.claim(&claim(n, n << 32, 0, true, "/а")).unwrap());
    let source = Source { absolute: "/а".into(), stamp: stamp(7), content: [1; 16], ..Source::default() };
    let mut lengths = Vec::new();
    // The second reading meets again what is known, in another order, and one article twice.
    for (reading, turned) in [0, 1500].into_iter().enumerate() {
        catalogue.begin("/а", "").unwrap();
        for n in 0..articles {
            claim(&mut catalogue, (n + turned) % articles + 1);
            if n % 100 == 0 {
                claim(&mut catalogue, (n + turned) % articles + 1);
                let mark = sync(&mut catalogue);
                let left = Catalogue::read(folder.path(), &mark).unwrap();
                let keys = |catalogue: &Catalogue| {
                    let mut keys = Vec::new();
                    catalogue.each_indexed(&mut |article| keys.push(article.key)).unwrap();
                    keys.sort_unstable();
                    keys
                };
                let known = if reading == 0 { keys(&catalogue) } else { (1..=articles).collect() };
                assert_eq!(keys(&left), known, "after {n} of reading {reading}");
                assert_eq!(left.file(left.find("/а").unwrap()).stamp, None);
            }
        }
        assert!(catalogue.done(&source).unwrap().is_empty());
        let mark = sync(&mut catalogue);
        assert_eq!(facts(&Catalogue::read(folder.path(), &mark).unwrap()), facts(&catalogue));
        lengths.push(mark.length);
    }
    // Once while it is read, once when it is done: with all noted each time it would be sixteen times as much.
    assert!(lengths[0] < 2 * articles * 60, "{} bytes for {articles} articles", lengths[0]);
}

#[test]
fn a_damaged_journal_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    read(&mut catalogue, "/а", &[(1, 10, 0, false)]);
    let mark = sync(&mut catalogue);
    let path: &Path = &folder.path().join(&mark.catalogue);
    let whole = std::fs::read(path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(path, &damaged).unwrap();
        let error = Catalogue::read(folder.path(), &mark).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("--rebuild"), "byte {at}: {error}");
    }
    std::fs::write(path, &whole[..whole.len() - 1]).unwrap();
    assert!(Catalogue::read(folder.path(), &mark).is_err());
    std::fs::remove_file(path).unwrap();
    assert!(Catalogue::read(folder.path(), &mark).is_err());
}

/// What a million files take in memory and on disk; in an optimised build, with `SVODKA_HEAVY` set.
#[test]
fn a_million_files_take_little_memory() {
    let files: u64 = if std::env::var_os("SVODKA_HEAVY").is_some() { 1_000_000 } else { 20_000 };
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    let before = resident();
    for n in 0..files {
        let path = format!("/архив/новости/{:04}/{:02}/статья-{n:07}.txt", n / 1000, n % 28);
        read(&mut catalogue, &path, &[(n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n * 3 + 1, 0, false)]);
    }
    let mark = sync(&mut catalogue);
    let took = resident().saturating_sub(before);
    println!("{files} files: {took} MB in memory, {} MB on disk", mark.length >> 20);
    assert_eq!((catalogue.ids().count() as u64, catalogue.len()), (files, files));
    assert!(took <= 20 + files * 250 / 1_000_000, "{took} MB for {files} files");
}

/// The same of one file with millions of articles; five with `SVODKA_HEAVY`.
#[test]
fn millions_of_articles_take_little_memory() {
    let articles: u64 = if std::env::var_os("SVODKA_HEAVY").is_some() { 5_000_000 } else { 300_000 };
    let folder = tempfile::tempdir().unwrap();
    let mut catalogue = Catalogue::create(folder.path()).unwrap();
    let before = resident();
    catalogue.begin("/архив.jsonl", "").unwrap();
    let mut take = |n: u64| {
        let hash = |of: u64| xxhash_rust::xxh3::xxh3_64(&(3 * n + of).to_le_bytes());
        let claim = claim(hash(0), hash(1), hash(2), false, "/архив.jsonl");
        if n % 100_000 == 99_999 {
            sync(&mut catalogue);
        }
        matches!(catalogue.claim(&claim).unwrap(), ClaimOutcome::Indexed { .. })
    };
    assert!((0..articles).all(&mut take));
    // Every article is found again, wherever it lies by now: the later one of an id is indexed.
    assert!((0..articles).step_by(1000).all(take));
    let took = resident().saturating_sub(before);
    println!("{articles} articles of one file: {took} MB in memory");
    assert_eq!(catalogue.len(), articles);
    assert!(took <= 30 + articles * 8 / 1_000_000, "{took} MB for {articles} articles");
}

/// Megabytes that this process has in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:").map(str::to_owned));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
