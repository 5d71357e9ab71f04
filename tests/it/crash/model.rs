//! Random operations on a folder against the simplest model: which text stands at which path.

use super::archive::{Archive, Random, article, is_heavy};
use std::{collections::BTreeMap, thread::sleep, time::Duration};

/// Few names and few texts, so that they meet often: equal texts, files in the place of others.
const NAMES: [&str; 6] = ["а.txt", "б.txt", "в.txt", "г/а.txt", "г/б.txt", "д/е.txt"];
const TEXTS: u64 = 5;

#[derive(Default)]
struct Model {
    files: BTreeMap<&'static str, u64>,
}

impl Model {
    fn step(&mut self, archive: &Archive, random: &mut Random) -> String {
        let name = random.pick(&NAMES);
        match random.below(8) {
            0..=2 => {
                let text = random.below(TEXTS);
                archive.write(name, article(text));
                self.files.insert(name, text);
                format!("write {name} {text}")
            }
            3 => {
                if self.files.remove(name).is_some() {
                    archive.remove(name);
                }
                format!("remove {name}")
            }
            4 => {
                let to = random.pick(&NAMES);
                if name != to
                    && let Some(text) = self.files.remove(name)
                {
                    archive.rename(name, to);
                    self.files.insert(to, text);
                }
                format!("rename {name} {to}")
            }
            5 => {
                let mut child = archive.start(&["in", "--quiet", "--commit-every", "1"]);
                sleep(Duration::from_millis(random.below(600)));
                let _ = child.kill();
                child.wait().unwrap();
                "kill".to_owned()
            }
            _ => {
                archive.index(&[]);
                "index".to_owned()
            }
        }
    }

    /// What should be in the index: each text once, at all the paths that have it.
    fn classes(&self) -> Vec<(Vec<String>, String)> {
        let mut by_text: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (name, text) in &self.files {
            by_text.entry(*text).or_default().push(format!("in/{name}"));
        }
        let mut classes: Vec<_> = by_text
            .into_iter()
            .map(|(text, mut places)| {
                places.sort();
                (places, article(text))
            })
            .collect();
        classes.sort();
        classes
    }
}

#[test]
fn whatever_is_done_to_the_folder_the_index_follows() {
    let (runs, steps) = if is_heavy() { (40, 60) } else { (2, 25) };
    for seed in 1..=runs {
        let mut random = Random::new(seed);
        let archive = Archive::new();
        let mut model = Model::default();
        let mut done = Vec::new();
        for step in 0..steps {
            done.push(model.step(&archive, &mut random));
            if step % 5 == 4 {
                archive.index(&[]);
                done.push("index".to_owned());
                let history = format!("seed {seed}: {}", done.join(", "));
                let contents = archive.contents();
                assert_eq!(contents.twice(), [""; 0], "{history}");
                assert_eq!(contents.classes(), model.classes(), "{history}");
                let fresh = archive.built_in_one_go();
                assert_eq!(contents.classes(), fresh.classes(), "{history}");
                assert_eq!(contents.facets, fresh.facets, "{history}");
            }
        }
        println!("seed {seed}: {steps} steps");
    }
}
