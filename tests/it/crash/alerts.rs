//! Saved searches beside an indexer that is killed with SIGKILL at random moments: the journal has each new article
//! exactly once, and what is printed or handed to a command has each at least once.

use super::archive::{Archive, Random, article, is_heavy};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    thread::sleep,
    time::Duration,
};

/// The same every time, so that a failure can be run again.
const SEED: u64 = 20_261_130;

const SEARCHES: &str =
    "[[search]]\nname = \"всё\"\nq = \"строительство\"\n[[search]]\nname = \"порты\"\nq = \"порт\"\n";

fn record(number: u64) -> String {
    serde_json::json!({"id": format!("r{number}"), "text": article(number)}).to_string()
}

/// How often each article is told of to each search.
fn counts(lines: &str) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    // The last line of a killed process may be cut.
    for found in lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let of = |key: &str| found[key].as_str().unwrap().to_owned();
        *counts.entry((of("search"), of("id"))).or_default() += 1;
    }
    counts
}

#[test]
fn nothing_is_lost_or_told_twice_by_a_killed_indexer() {
    let rounds = if is_heavy() { 100 } else { 12 };
    let mut random = Random::new(SEED);
    let archive = Archive::new();
    archive.write("0.jsonl", record(0));
    archive.index(&[]);
    fs::write(archive.path("index/searches.toml"), SEARCHES).unwrap();
    archive.index(&[]);
    let command = format!("sh -c 'cat >> {}'", archive.path("handed.jsonl").display());
    let (mut printed, mut killed, mut next) = (String::new(), 0, 1);
    for round in 0..rounds {
        for file in 0..3 {
            let lines: Vec<String> = (0..5).map(|n| record(next + n)).collect();
            archive.write(&format!("{round}-{file}.jsonl"), lines.join("\n"));
            next += 5;
        }
        let every = random.pick(&["1", "2", "6", "1000"]);
        let arguments = ["in", "--quiet", "--alerts", "jsonl", "--commit-every", every, "--on-match", &command];
        let arguments: Vec<&str> =
            if round % 5 == 4 { [&arguments[..], &["--rebuild"]].concat() } else { arguments.to_vec() };
        let mut child = archive.start(&arguments);
        sleep(Duration::from_millis(random.below(if round % 5 == 4 { 2_000 } else { 900 })));
        killed += u64::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        printed.push('\n');
    }
    let last = archive.run(&["in", "--quiet", "--alerts", "jsonl", "--on-match", &command]);
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    printed.push_str(std::str::from_utf8(&last.stdout).unwrap());

    let expected: BTreeSet<(String, String)> = (1..next)
        .flat_map(|number| {
            let is_port = article(number).contains("порт");
            let names = ["всё", "порты"].into_iter().filter(move |name| *name == "всё" || is_port);
            names.map(move |name| (name.to_owned(), format!("r{number}")))
        })
        .collect();
    let journal = counts(&fs::read_to_string(archive.path("index/alerts/matches.jsonl")).unwrap());
    assert_eq!(journal.keys().cloned().collect::<BTreeSet<_>>(), expected);
    assert!(journal.values().all(|times| *times == 1), "told twice: {journal:?}");
    let handed = fs::read_to_string(archive.path("handed.jsonl")).unwrap();
    for (channel, lines) in [("printed", &printed), ("handed to a command", &handed)] {
        let told = counts(lines);
        let lost: Vec<_> = expected.iter().filter(|pair| !told.contains_key(*pair)).collect();
        assert!(lost.is_empty(), "{channel}: lost {lost:?}");
        let repeated = told.values().filter(|times| **times > 1).count();
        println!("{channel}: {} of {} repeated, {killed} indexers killed at work", repeated, expected.len());
    }
    // A command is told again of no more than the one article it had when its indexer was killed.
    let repeats: u64 = counts(&handed).values().map(|times| times - 1).sum();
    assert!(repeats <= killed, "{repeats} repeats");
    assert!(killed * 3 >= rounds, "only {killed} of {rounds} were killed at work: the moments are badly chosen");
}
