//! The real indexer, killed with SIGKILL at random moments while the archive changes: after the next run the index
//! equals one built in one go.

use super::archive::{Archive, Contents, Random, article, is_heavy};
use std::{fs, thread::sleep, time::Duration};

/// The same every time, so that a failure can be run again.
const SEED: u64 = 20_261_122;

/// Names and corrections that a user may have, each other than the one before.
const GAZETTEERS: [&str; 4] = [
    "[[add]]\nname = \"Газета «Вестник»\"\nkind = \"media\"\naliases = [\"Вестник\"]\n",
    "[[rename]]\nname = \"Хакан Фидан\"\nto = \"Фидан\"\n",
    "[[block]]\nname = \"Турция\"\n",
    "",
];

/// Fills a folder with files of several kinds.
fn fill(archive: &Archive, files: u64) {
    for number in 0..files {
        if number % 10 == 9 {
            let lines: Vec<String> = (0..8).map(|n| record(number * 100 + n)).collect();
            archive.write(&format!("{:02}/{number}.jsonl", number % 7), lines.join("\n"));
        } else {
            archive.write(&format!("{:02}/{number}.txt", number % 7), article(number));
        }
    }
}

fn record(number: u64) -> String {
    serde_json::json!({"id": format!("r{number}"), "text": article(number)}).to_string()
}

/// Changes a few files at random.
fn change(archive: &Archive, random: &mut Random, round: u64) {
    for step in 0..6 {
        let number = random.below(60);
        let name = format!("{:02}/{number}.txt", number % 7);
        match random.below(4) {
            0 => archive.write(&name, article(1_000_000 + round * 100 + step)),
            1 => drop(fs::remove_file(archive.path("in").join(&name))),
            2 => archive.write(&format!("новое/{round}-{step}.txt"), article(2_000_000 + round * 100 + step)),
            _ => archive
                .write("09/9.jsonl", (0..8).map(|n| record(3_000_000 + round * 10 + n)).collect::<Vec<_>>().join("\n")),
        }
    }
}

/// Kills an indexer after a while; whether it was still at work.
fn kill_after(archive: &Archive, arguments: &[&str], while_: Duration) -> bool {
    let mut child = archive.start(arguments);
    sleep(while_);
    let was_at_work = child.try_wait().unwrap().is_none();
    // It may have ended by itself meanwhile.
    let _ = child.kill();
    child.wait().unwrap();
    was_at_work
}

#[test]
fn a_killed_indexer_leaves_an_index_that_the_next_run_makes_whole() {
    let rounds = if is_heavy() { 60 } else { 5 };
    println!("seed {SEED}, {rounds} rounds");
    let mut random = Random::new(SEED);
    let archive = Archive::new();
    fill(&archive, 60);
    let (mut killed, mut aged, mut renamed, mut watched) = (0, 0, 0, 0);
    for round in 0..rounds {
        if round % 20 == 0 {
            let _ = fs::remove_dir_all(archive.path("index"));
        }
        change(&archive, &mut random, round);
        let rebuild = random.below(10) == 0;
        let has_index = archive.path("index/manifest.json").is_file();
        let is_old = has_index && random.below(5) == 0;
        if is_old {
            archive.age();
            aged += 1;
        }
        if has_index && random.below(4) == 0 {
            fs::write(archive.path("index/gazetteer.toml"), random.pick(&GAZETTEERS)).unwrap();
            renamed += 1;
        }
        for _ in 0..=random.below(2) {
            let every = random.pick(&["1", "3", "7", "40", "100000"]);
            let arguments = ["in", "--quiet", "--commit-every", every, "--rebuild"];
            let is_watching = !rebuild && random.below(4) == 0;
            let watching = ["in", "--quiet", "--commit-every", every, "--watch"];
            let arguments = match (rebuild, is_watching) {
                (true, _) => &arguments[..],
                (_, true) => &watching[..],
                _ => &arguments[..4],
            };
            watched += u64::from(is_watching);
            let longest = if rebuild || round % 20 == 0 { 1500 } else { 700 };
            killed += u64::from(kill_after(&archive, arguments, Duration::from_millis(random.below(longest))));
            // Whatever stands there answers, unless there never was a commit or the articles are of an earlier version.
            if !is_old && archive.path("index/manifest.json").is_file() {
                Contents::of(&archive.path("index")).assert_once();
            }
        }
        archive.index(&[]);
        let contents = archive.contents();
        contents.assert_once();
        let _ = fs::remove_dir_all(archive.path("fresh"));
        let named = ["--index", "fresh", "--gazetteer", "index/gazetteer.toml"];
        let has_names = archive.path("index/gazetteer.toml").is_file();
        archive.index(if has_names { &named } else { &named[..2] });
        let fresh = Contents::of(&archive.path("fresh"));
        assert_eq!(
            contents.articles.keys().collect::<Vec<_>>(),
            fresh.articles.keys().collect::<Vec<_>>(),
            "round {round}"
        );
        assert_eq!(contents, fresh, "round {round}");
        assert_eq!(archive.left_over(), [""; 0], "round {round}");
        if round % 20 == 19 {
            println!("{} rounds, {killed} indexers killed at work", round + 1);
        }
    }
    println!(
        "{killed} indexers were killed at work, {watched} of them watching; {aged} upgrades, {renamed} other gazetteers"
    );
    assert!(killed * 3 >= rounds, "only {killed} of {rounds} were killed at work: the moments are badly chosen");
}
