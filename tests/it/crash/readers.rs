//! Readers beside an indexer that commits, merges, rebuilds and upgrades: none fails, and none sees less than was there
//! all the time.

use super::archive::{Archive, Random, article, is_heavy};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};
use svodka_search::{Request, SearchEngine};
use svodka_store::Index;
use svodka_text::names::Lexicon;

/// Files that never change: every reader must find their articles.
const STEADY: u64 = 40;

/// The word that only they have.
const WORD: &str = "водолазный";

fn steady(number: u64) -> String {
    format!("{}\nВодолазные работы номер {number} закончены.\n", article(number))
}

/// Opens the index and looks at everything that a reader can look at; the number of steady articles seen each way.
fn read_once(place: &std::path::Path) -> Result<Vec<u64>, svodka_store::Error> {
    let index = Index::open(place)?;
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let request = Request { query: WORD.to_owned(), ..Request::default() };
    let mut seen = vec![engine.search(&request)?.total];
    index.reload()?;
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    seen.push(engine.search(&request)?.total);
    seen.push(index.stats()?.articles.min(STEADY));
    seen.push(svodka_ingest::ingest(&index)?.articles.min(STEADY));
    Ok(seen)
}

#[test]
fn readers_beside_an_indexer_never_fail_nor_see_less() {
    let runs = if is_heavy() { 500 } else { 12 };
    let archive = Archive::new();
    (0..STEADY).for_each(|n| archive.write(&format!("steady/{n}.txt"), steady(n)));
    archive.index(&[]);
    let place = archive.path("index");
    let (ended, readings, checks) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let seen = read_once(&place);
                    assert_eq!(seen.map_err(|e| e.to_string()), Ok(vec![STEADY; 4]));
                    readings.fetch_add(4, Ordering::Relaxed);
                }
            });
        }
        scope.spawn(|| {
            let commands: [&[&str]; 5] =
                [&["check"], &["search", WORD, "--json"], &["facets", "actor"], &["stats"], &["stats", "--ingest"]];
            for command in commands.into_iter().cycle() {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let output = archive.query(command);
                let said =
                    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
                assert!(output.status.success(), "{command:?}: {said}");
                assert!(command[0] != "search" || said.contains(&format!("\"total\":{STEADY}")), "{said}");
                checks.fetch_add(1, Ordering::Relaxed);
            }
        });
        let _ended = SetAtEnd(&ended);
        let mut random = Random::new(7);
        for run in 0..runs {
            for _ in 0..8 {
                let number = random.below(30);
                archive.write(&format!("other/{number}.txt"), article(1000 + run * 100 + number));
            }
            let every = random.pick(&["1", "3", "100000"]);
            let arguments = ["in", "--quiet", "--commit-every", every, "--rebuild"];
            let output = archive.run(if random.below(3) == 0 { &arguments } else { &arguments[..4] });
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    });
    let (readings, checks) = (readings.into_inner(), checks.into_inner());
    println!("{readings} readings and {checks} commands beside {runs} runs, none failed or short");
    assert!(readings >= runs && checks > 0, "{readings} readings and {checks} commands are too few to prove anything");
}

/// Sets a flag when dropped, so that the readers also end when the indexer fails.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
