//! Reading folders, archives and broken files: what is read, what is refused, and in which order.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::{
    fs,
    io::{Cursor, Write},
    ops::ControlFlow,
    path::Path,
};
use svodka::read::{Every, Item, ReadOptions, parse_bytes, read_paths};

/// `path: text` of every record and `path! reason` of every refusal, in order.
fn read(folder: &Path) -> Vec<String> {
    let options = ReadOptions::default();
    let mut out = Vec::new();
    read_paths(&[folder.to_path_buf()], &options, &Every, &mut |item| {
        match item {
            Item::Piece(piece) => out.extend(piece.parse(&options).into_iter().map(|r| match r {
                Ok(record) => format!("{}: {}", record.origin.display(), record.text),
                Err(refusal) => format!("{}! {}", refusal.path, refusal.reason),
            })),
            Item::Refused(refusal) => out.push(format!("{}! {}", refusal.path, refusal.reason)),
            Item::Begin(_) | Item::Done(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    let root = format!("{}/", folder.display());
    out.into_iter().map(|line| line.replace(&root, "")).collect()
}

fn records(name: &str, bytes: &[u8]) -> Vec<String> {
    let lines = parse_bytes(name, bytes).into_iter().map(|r| match r {
        Ok(record) => format!("{}: {}", record.origin.display(), record.text),
        Err(refusal) => format!("{}! {}", refusal.path, refusal.reason),
    });
    lines.collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const ONE: &[u8] = "Первая новость.".as_bytes();
const TWO: &[u8] = "Вторая новость.".as_bytes();

#[test]
fn archives_in_archives() {
    let inner = zip(&[("раз.txt", ONE), ("папка/два.txt", TWO), (".скрытый", TWO), ("style.css", b"p {}")]);
    let lines = zip(&[("три.jsonl", "{\"text\": \"Третья.\"}\n{\"text\": \"Четвёртая.\"}\n".as_bytes())]);
    let outer = gzip(&tar(&[("a/inner.zip", &inner), ("b.txt.gz", &gzip(ONE)), ("c.zip", &lines)]));
    assert_eq!(
        records("x.tar.gz", &outer),
        [
            "x.tar.gz/a/inner.zip/раз.txt: Первая новость.",
            "x.tar.gz/a/inner.zip/папка/два.txt: Вторая новость.",
            "x.tar.gz/b.txt.gz: Первая новость.",
            "x.tar.gz/c.zip/три.jsonl:1: Третья.",
            "x.tar.gz/c.zip/три.jsonl:2: Четвёртая.",
        ]
    );
}

#[test]
fn every_packing() {
    let zst = zstd::encode_all(ONE, 3).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(ONE).unwrap();
    let bz2 = bz2.finish().unwrap();
    for (name, bytes) in [("a.zst", zst), ("a.bz2", bz2), ("a.gz", gzip(ONE)), ("без имени", gzip(ONE))] {
        assert_eq!(records(name, &bytes), [format!("{name}: Первая новость.")]);
    }
    let members = [gzip("Первая ".as_bytes()), gzip("новость.".as_bytes())].concat();
    assert_eq!(records("a.txt.gz", &members), ["a.txt.gz: Первая новость."]);
}

#[test]
fn names_in_the_code_page_of_dos() {
    let name = "статья.txt";
    let ibm866 = svodka::read::encoding::Charset::Ibm866.encode(name).0;
    let mut archive = zip(&[("??????.txt", ONE)]);
    // The name stands twice: before the entry and in the directory.
    for at in 0..archive.len() - ibm866.len() {
        if archive[at..].starts_with(b"??????.txt") {
            archive[at..at + ibm866.len()].copy_from_slice(&ibm866);
        }
    }
    assert_eq!(records("a.zip", &archive), ["a.zip/статья.txt: Первая новость."]);
}

#[test]
fn folders_are_read_in_order_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("б")).unwrap();
    fs::write(at("б/новость.txt"), ONE).unwrap();
    fs::write(at("а.txt"), TWO).unwrap();
    fs::write(at("README.md"), b"no article").unwrap();
    fs::write(at(".hidden"), b"no article").unwrap();
    fs::write(at("style.css"), b"p {}").unwrap();
    fs::write(at("в.bin"), b"a\0b").unwrap();
    fs::write(at("г.txt"), b"").unwrap();
    fs::write(at("д.pdf"), b"%PDF-1.4").unwrap();
    assert_eq!(
        read(folder.path()),
        [
            "а.txt: Вторая новость.",
            "б/новость.txt: Первая новость.",
            "в.bin! binary file, not text",
            "г.txt! empty file",
            "д.pdf! PDF file: not read",
        ]
    );
}
