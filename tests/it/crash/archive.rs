//! Archives of made-up articles, the programs run on them, and what an index holds.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use svodka_model::Article;
use svodka_store::{Facet, FacetValue, Index};
use tempfile::TempDir;

/// Whether the long versions of tests are wanted.
pub(crate) fn is_heavy() -> bool {
    std::env::var_os("SVODKA_HEAVY").is_some_and(|value| value != "0")
}

/// Random numbers that are the same every time (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end.max(1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// The text of an article: the same number gives the same words.
pub(crate) fn article(number: u64) -> String {
    let mut random = Random::new(number + 1);
    let country = random.pick(&["Китае", "России", "Индии", "Турции", "Бразилии"]);
    let who = random.pick(&["президент Си Цзиньпин", "министр Сергей Лавров", "глава МИД Турции Хакан Фидан"]);
    let source =
        random.pick(&["РИА Новости", "Reuters", "Институт изучения войны", "газета «Вестник»", "The Economist"]);
    let day = 1 + random.below(28);
    let what = random.pick(&["завод", "порт", "мост", "вокзал", "музей"]);
    format!(
        "{day} марта 2025 года. В {country} открыли {what} № {number}\nВ {country} открыли {what}, сообщает {source}. \
         На открытии выступил {who}. Строительство под номером {number} заняло три года.\n"
    )
}

/// A folder with articles and an index, removed in the end.
pub(crate) struct Archive {
    folder: TempDir,
}

impl Archive {
    pub(crate) fn new() -> Self {
        let archive = Self { folder: TempDir::new().unwrap() };
        fs::create_dir(archive.path("in")).unwrap();
        archive
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the archive.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path("in").join(name)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.path("in").join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path("in").join(from), to).unwrap();
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(match program {
            "svodka-index" => env!("CARGO_BIN_EXE_svodka-index"),
            _ => env!("CARGO_BIN_EXE_svodka-query"),
        });
        command.args(arguments).current_dir(self.folder.path()).env_remove("SVODKA_INDEX");
        command
    }

    /// Indexes the folder `in`; the report.
    pub(crate) fn index(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["in", "--json"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command("svodka-index", arguments).output().unwrap()
    }

    pub(crate) fn query(&self, arguments: &[&str]) -> Output {
        self.command("svodka-query", arguments).output().unwrap()
    }

    /// Starts the indexer and lets it run.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command("svodka-index", arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// What the index holds.
    pub(crate) fn contents(&self) -> Contents {
        Contents::of(&self.path("index"))
    }

    /// What an index of the folder as it is now holds when it is built in one go.
    pub(crate) fn built_in_one_go(&self) -> Contents {
        let place = self.path("fresh");
        let _ = fs::remove_dir_all(&place);
        self.index(&["--index", "fresh"]);
        Contents::of(&place)
    }

    /// Files that a run should not have left in the index.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let mut left = Vec::new();
        for entry in walkdir::WalkDir::new(self.path("index")).into_iter().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(".tmp") || (entry.depth() == 1 && name.starts_with("segments-") && !self.is_used(&name))
            {
                left.push(name);
            }
        }
        let segments = self.path("index").join(self.manifest()["segments"].as_str().unwrap());
        let index = tantivy::Index::open_in_dir(&segments).unwrap();
        let metas = index.load_metas().unwrap();
        let known: Vec<String> = metas.segments.iter().map(|segment| segment.id().uuid_string()).collect();
        for entry in fs::read_dir(segments).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let stem = name.split('.').next().unwrap_or("");
            if stem.len() == 32 && !known.iter().any(|id| id == stem) {
                left.push(name);
            }
        }
        left
    }

    /// Makes the index look as if an earlier version had made it.
    pub(crate) fn age(&self) {
        let mut manifest = self.manifest();
        manifest["data"] = "of an earlier version".into();
        fs::write(self.path("index/manifest.json"), manifest.to_string()).unwrap();
    }

    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("index/manifest.json")).unwrap()).unwrap()
    }

    fn is_used(&self, name: &str) -> bool {
        self.manifest()["segments"] == name
    }
}

/// Everything an index holds, comparable.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Contents {
    /// Articles by their id.
    pub(crate) articles: BTreeMap<String, Article>,
    /// How often each id stands in the index.
    pub(crate) times: BTreeMap<String, u32>,
    /// Counts of facet values.
    pub(crate) facets: BTreeMap<(String, String), u64>,
}

impl Contents {
    pub(crate) fn of(place: &Path) -> Self {
        let index = Index::open(place).unwrap();
        let searcher = index.searcher();
        let mut contents = Self::default();
        for (ordinal, segment) in (0u32..).zip(searcher.segment_readers()) {
            for doc in segment.doc_ids_alive() {
                let article = index.article(&searcher, tantivy::DocAddress::new(ordinal, doc)).unwrap();
                *contents.times.entry(article.id.clone()).or_default() += 1;
                contents.articles.insert(article.id.clone(), article);
            }
            for facet in Facet::ALL {
                let Some(column) = segment.fast_fields().str(facet.name()).unwrap() else { continue };
                for doc in segment.doc_ids_alive() {
                    for value in column.term_ords(doc) {
                        let mut term = String::new();
                        column.ord_to_str(value, &mut term).unwrap();
                        let value = FacetValue::from_term(&term);
                        *contents.facets.entry((facet.name().to_owned(), value.term())).or_default() += 1;
                    }
                }
            }
        }
        contents
    }

    /// All places at which articles stand, with the texts there.
    pub(crate) fn by_place(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for article in self.articles.values() {
            for place in std::iter::once(&article.path).chain(&article.also) {
                assert!(out.insert(place.clone(), article.text.clone()).is_none(), "{place} stands twice");
            }
        }
        out
    }

    /// The same without what history may decide: which of several equal articles gave the document its id and path.
    pub(crate) fn classes(&self) -> Vec<(Vec<String>, String)> {
        let articles = self.articles.values().map(|article| {
            let mut places: Vec<String> = std::iter::once(&article.path).chain(&article.also).cloned().collect();
            places.sort();
            (places, article.text.clone())
        });
        let mut classes: Vec<_> = articles.collect();
        classes.sort();
        classes
    }

    /// Articles that are there more than once.
    pub(crate) fn twice(&self) -> Vec<&str> {
        self.times.iter().filter(|(_, times)| **times > 1).map(|(id, _)| &**id).collect()
    }

    /// Every article is there once.
    pub(crate) fn assert_once(&self) {
        assert_eq!(self.twice(), [""; 0]);
    }
}
