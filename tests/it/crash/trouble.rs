//! Trouble with the machine: signals, full disks, indexes that cannot be written, are gone or damaged. Every error is
//! clear, and whatever was committed before still answers.

use super::archive::{Archive, Random, article};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
    thread::sleep,
    time::{Duration, Instant},
};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn many(files: std::ops::Range<u64>) -> Archive {
    let archive = Archive::new();
    files.for_each(|n| archive.write(&format!("{n:04}.txt"), article(n)));
    archive
}

/// Waits until the first commit of an indexer.
fn wait_for_index(archive: &Archive) {
    let start = Instant::now();
    while !archive.path("index/manifest.json").is_file() {
        assert!(start.elapsed() < Duration::from_secs(120), "no commit in a minute");
        sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(unix)]
fn a_signal_keeps_what_is_done_and_says_how_to_go_on() {
    let archive = many(0..400);
    for signal in ["-INT", "-TERM"] {
        let _ = fs::remove_dir_all(archive.path("index"));
        let child = archive.start(&["in", "--commit-every", "20"]);
        wait_for_index(&archive);
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{}", said(&output));
        assert!(said(&output).contains("run the same command again to continue"), "{}", said(&output));
        let some = archive.contents().articles.len();
        assert!((20..400).contains(&some), "{some} articles");
        archive.index(&[]);
        assert_eq!(archive.contents(), archive.built_in_one_go());
    }
}

#[test]
#[cfg(unix)]
fn an_index_that_vanishes_under_the_indexer() {
    let archive = many(0..300);
    let child = archive.start(&["in", "--commit-every", "5", "--quiet"]);
    wait_for_index(&archive);
    fs::rename(archive.path("index"), archive.path("elsewhere")).unwrap();
    fs::remove_dir_all(archive.path("elsewhere")).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("removed or renamed"), "{}", said(&output));
    archive.index(&[]);
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

/// A small file system of its own at the place of the index, until dropped.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    /// `None`, and a line that says so, where this test may not mount anything.
    fn mount(place: &'a Path, size: &str) -> Option<Self> {
        fs::create_dir_all(place).unwrap();
        let size = format!("size={size}");
        let mut mount = Command::new("mount");
        match mounted_ok(mount.args(["-t", "tmpfs", "-o", &size, "svodka-test"]).arg(place)) {
            true => Some(Self(place)),
            false => {
                println!("skipped: a file system of {size} can be mounted by root only");
                None
            }
        }
    }

    fn remount(&self, how: &str) {
        assert!(mounted_ok(Command::new("mount").args(["-o", how]).arg(self.0)));
    }
}

fn mounted_ok(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_ends_the_run_and_the_index_still_answers() {
    let archive = many(0..20);
    let place = archive.path("index");
    let Some(_disk) = Disk::mount(&place, "3m") else { return };
    archive.index(&[]);
    let before = archive.contents();
    let mut random = Random::new(7);
    let mut noise = || (0..2000).map(|_| format!("{:x} ", random.below(1 << 31))).collect::<String>();
    (1000..1120).for_each(|n| archive.write(&format!("{n}.txt"), format!("{}\n{}", article(n), noise())));
    let output = archive.run(&["in", "--commit-every", "50"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("No space left"), "{}", said(&output));
    let left = archive.contents();
    left.assert_once();
    assert!(before.articles.keys().all(|id| left.articles.contains_key(id)));
    assert!(archive.query(&["search", "порт"]).status.success());
}

/// A limit on the size of files ends a program by a signal unless it is caught.
#[test]
#[cfg(unix)]
fn a_limit_on_the_size_of_files_is_an_error_with_words() {
    let archive = many(0..20);
    archive.index(&[]);
    let before = archive.contents();
    (1000..1100).for_each(|n| archive.write(&format!("{n}.txt"), article(n)));
    let program = env!("CARGO_BIN_EXE_svodka-index");
    // Blocks of 512 bytes or of 1 KiB, by shell.
    let command = format!("ulimit -f 8; exec '{program}' in --quiet");
    let output = Command::new("sh").args(["-c", &command]).current_dir(archive.path("")).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{:?} {}", output.status, said(&output));
    assert!(said(&output).contains("File too large"), "{}", said(&output));
    assert_eq!(archive.contents(), before);
    archive.index(&[]);
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

#[test]
fn a_read_only_index_is_left_alone_and_answers() {
    let archive = many(0..5);
    let place = archive.path("index");
    let Some(disk) = Disk::mount(&place, "8m") else { return };
    archive.index(&[]);
    disk.remount("remount,ro");
    archive.write("new.txt", article(100));
    let output = archive.run(&["in"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("Read-only file system"), "{}", said(&output));
    assert_eq!(archive.contents().articles.len(), 5);
    assert!(archive.query(&["check"]).status.success());
}

fn segment_file(archive: &Archive, ending: &str) -> std::path::PathBuf {
    let files = walkdir::WalkDir::new(archive.path("index")).into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.to_string_lossy().contains(ending)).min().unwrap()
}

#[test]
fn check_finds_every_damage_and_tells_what_to_do() {
    let archive = many(0..10);
    archive.index(&[]);
    let output = archive.query(&["check"]);
    assert!(output.status.success() && said(&output).contains("10 articles"), "{}", said(&output));
    for ending in [".store", ".fast", ".term", ".pos", ".stems", "catalogue-"] {
        let file = segment_file(&archive, ending);
        let whole = fs::read(&file).unwrap();
        let mut damaged = whole.clone();
        let middle = damaged.len() / 3;
        damaged[middle] ^= 0x55;
        fs::write(&file, damaged).unwrap();
        let output = archive.query(&["check"]);
        assert_eq!(output.status.code(), Some(2), "{ending}: {}", said(&output));
        assert!(said(&output).contains("svodka-index --rebuild"), "{ending}: {}", said(&output));
        fs::write(&file, whole).unwrap();
    }
    assert!(archive.query(&["check"]).status.success());
}

#[test]
fn check_compares_facets_with_the_articles() {
    let archive = many(0..10);
    archive.index(&[]);
    let segments = segment_file(&archive, "meta.json").parent().unwrap().to_path_buf();
    // A document whose facets say something else than its article, in the middle of an otherwise sound index.
    let index = svodka_store::Index::open(&archive.path("index")).unwrap();
    let searcher = index.searcher();
    let address = tantivy::DocAddress::new(0, 0);
    let mut document: tantivy::TantivyDocument = searcher.doc(address).unwrap();
    let fields = index.fields();
    document.add_text(fields.id, index.article(&searcher, address).unwrap().id);
    document.add_text(fields.facet(svodka_store::Facet::Outlet), "Никто");
    let payload = tantivy::Index::open_in_dir(&segments).unwrap().load_metas().unwrap().payload.unwrap();
    let raw = tantivy::Index::open_in_dir(&segments).unwrap();
    let manager = tantivy::tokenizer::TokenizerManager::default();
    manager.register("svodka_packed", tantivy::tokenizer::SimpleTokenizer::default());
    let mut raw = raw;
    raw.set_tokenizers(manager);
    raw.register_plugin(std::sync::Arc::new(svodka_store::StemsPlugin));
    let mut writer = raw.writer_with_num_threads::<tantivy::TantivyDocument>(1, 20_000_000).unwrap();
    writer.add_document(document).unwrap();
    let mut commit = writer.prepare_commit().unwrap();
    commit.set_payload(&payload);
    commit.commit().unwrap();
    let output = archive.query(&["check"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("outlet is not as its text says"), "{}", said(&output));
    assert!(said(&output).contains("stands twice"), "{}", said(&output));
}

#[test]
fn what_a_killed_run_wrote_of_deletions_is_not_in_the_way() {
    let archive = many(0..10);
    archive.index(&[]);
    let segment = segment_file(&archive, ".idx");
    // The list of deleted documents is written before the commit that names it; its name counts the operations.
    for operation in 1..200 {
        fs::write(segment.with_extension(format!("{operation}.del")), "").unwrap();
    }
    archive.write("0003.txt", article(300));
    archive.index(&[]);
    archive.contents().assert_once();
    assert_eq!(archive.contents(), archive.built_in_one_go());
    let lists = fs::read_dir(segment.parent().unwrap()).unwrap().flatten();
    assert!(lists.filter(|file| file.path().extension().is_some_and(|e| e == "del")).count() <= 1);
}

#[test]
fn segments_that_were_merged_away_are_gone_with_the_end_of_the_run() {
    let archive = many(0..40);
    for round in 0..6 {
        for number in 0..12 {
            archive.write(&format!("{number:04}.txt"), article(1000 + round * 100 + number));
        }
        archive.index(&["--commit-every", "1"]);
        assert_eq!(archive.left_over(), [""; 0], "round {round}");
    }
}
