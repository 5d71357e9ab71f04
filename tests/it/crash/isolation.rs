//! Inputs that end the process that parses them, by memory, time or stack: each costs itself, in the same run, and is listed with its reason. No
//! input is known that does so within the limits of a worker, so these have lower limits.

use super::archive::{Archive, article};
use std::{fs, sync::Arc};
use svodka_ingest::{BuildOptions, build};
use svodka_read::{
    ReadOptions,
    isolation::{Limits, Workers},
};
use svodka_text::names::Lexicon;

const PROGRAM: &str = env!("CARGO_BIN_EXE_svodka-index");

fn page(text: &str) -> String {
    format!("<html><head><title>Страница</title></head><body><article>{text}</article></body></html>")
}

/// Pages among other files, one of them costly; what is refused of them by workers with these limits.
fn refused(costly: &str, limits: Limits) -> Vec<String> {
    let archive = Archive::new();
    archive.write("1.txt", article(1));
    archive.write("2.html", page(&format!("<p>{}</p>", article(2))));
    archive.write("3.html", costly);
    archive.write("4.html", page(&format!("<p>{}</p>", article(4))));
    archive.write("5.jsonl", serde_json::json!({"text": format!("<p>{}</p>", article(5))}).to_string());
    let reading = ReadOptions { workers: Some(Arc::new(Workers::of(PROGRAM, limits))), ..ReadOptions::default() };
    let options = BuildOptions { reading, ..BuildOptions::new(vec![archive.path("in")], archive.path("index")) };
    let report = build(&options, Lexicon::bundled(), &mut |_| {}).unwrap();
    let failures = fs::read_to_string(archive.path("index/failures.jsonl")).unwrap();
    assert_eq!(report.ingest.articles + report.ingest.refused.total, 5, "{failures}");
    failures.lines().map(str::to_owned).collect()
}

/// The least memory with which a worker starts and reads a page.
fn least_memory() -> u64 {
    let enough = |memory: &u64| {
        refused(&page("<p>Мост открыли.</p>"), Limits { memory: *memory, ..Limits::default() }).is_empty()
    };
    // With less, no worker starts, and the page is read without one.
    let starts = |memory: &u64| {
        let worker = std::process::Command::new(PROGRAM)
            .args([svodka_read::isolation::ARGUMENT, &memory.to_string(), "30", "4194304"])
            .stdin(std::process::Stdio::null())
            .output();
        worker.unwrap().status.success()
    };
    (4..64).map(|n| n * (16 << 20)).filter(starts).find(enough).unwrap()
}

#[test]
fn what_ends_a_worker_costs_itself() {
    let good = refused(&page("<p>Мост открыли.</p>"), Limits::default());
    assert_eq!(good, [""; 0]);

    let long = page(&format!("<p>{}</p>", article(3)).repeat(20_000));
    let memory = least_memory() + (8 << 20);
    let found = refused(&long, Limits { memory, stack: 4 << 20, ..Limits::default() });
    assert!(found.len() == 1 && found[0].contains("3.html"), "{found:?}");
    assert!(found[0].contains("MiB of memory to read") && found[0].contains("\"reader-failed\""), "{found:?}");

    // With so small a stack that nesting within the limits overflows it.
    let deep = page(&format!("{}{}{}", "<div>".repeat(380), article(3), "</div>".repeat(380)));
    let overflows = |stack: &usize| {
        let found = refused(&deep, Limits { stack: *stack, ..Limits::default() });
        found.len() == 1 && found[0].contains("3.html") && found[0].contains("of stack")
    };
    assert!([1 << 20, 512 << 10, 256 << 10, 128 << 10, 64 << 10, 48 << 10].iter().any(overflows));

    let costly = page(&"<p>слово <i>да</i> нет".repeat(60_000));
    let found = refused(&costly, Limits { seconds: 0, ..Limits::default() });
    assert!(
        found.len() == 1 && found[0].contains("3.html") && found[0].contains("seconds of processor time"),
        "{found:?}"
    );
}

/// What a worker gives is what parsing in the program gives.
#[test]
fn workers_change_nothing() {
    let archive = Archive::new();
    let samples = crate::harness::root().join("crates/read/tests/cases");
    let options = |workers: Option<Workers>, name: &str| {
        let reading = ReadOptions { workers: workers.map(Arc::new), ..ReadOptions::default() };
        BuildOptions { reading, jobs: 2, ..BuildOptions::new(vec![samples.clone()], archive.path(name)) }
    };
    let inside = build(&options(None, "index"), Lexicon::bundled(), &mut |_| {}).unwrap();
    let apart = Some(Workers::of(PROGRAM, Limits::default()));
    let outside = build(&options(apart, "apart"), Lexicon::bundled(), &mut |_| {}).unwrap();
    assert!(inside.ingest.articles > 100, "{inside:?}");
    assert_eq!(inside.ingest, outside.ingest);
    assert_eq!(archive.contents(), super::archive::Contents::of(&archive.path("apart")));
}
