//! Reprints: which articles print the same text, who was first, and that nothing but the articles decides it.

use super::harness::{Archive, stderr, stdout};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

const SUBJECTS: [&str; 12] =
    ["мэр", "завод", "порт", "банк", "музей", "губернатор", "театр", "рынок", "институт", "совет", "пароход", "лесхоз"];
const VERBS: [&str; 12] = [
    "открыл",
    "закрыл",
    "починил",
    "купил",
    "осмотрел",
    "продал",
    "построил",
    "показал",
    "обсудил",
    "отложил",
    "начал",
    "проверил",
];
const OBJECTS: [&str; 14] = [
    "новый мост",
    "старую дорогу",
    "вторую линию",
    "городской парк",
    "зимний сад",
    "речной причал",
    "школьный автобус",
    "склад зерна",
    "ледовую арену",
    "северный вокзал",
    "водную станцию",
    "учебный корпус",
    "летний лагерь",
    "цех",
];
const PLACES: [&str; 14] = [
    "в Заречном",
    "у реки Луч",
    "на окраине",
    "в центре города",
    "за вокзалом",
    "возле рынка",
    "на площади",
    "в порту",
    "у старой мельницы",
    "на улице Мира",
    "в промзоне",
    "под горой",
    "за лесом",
    "в пригороде",
];
const TIMES: [&str; 10] = [
    "утром",
    "в субботу",
    "после ремонта",
    "к празднику",
    "на этой неделе",
    "ночью",
    "осенью",
    "до конца года",
    "впервые",
    "вчера",
];

/// A sentence of invented news.
fn sentence(numbers: &mut Numbers) -> String {
    let mut of = |words: &[&'static str]| words[numbers.next(words.len())];
    let (subject, verb, object, place, time) = (of(&SUBJECTS), of(&VERBS), of(&OBJECTS), of(&PLACES), of(&TIMES));
    let figure = numbers.next(900) + 100;
    format!(
        "{time} {subject} {verb} {object} {place}, это стоило {figure} тысяч рублей и заняло {} дней",
        figure % 37 + 2
    )
}

/// News of so many sentences.
fn news(seed: u64, sentences: usize) -> Vec<String> {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..sentences).map(|_| sentence(&mut numbers)).collect()
}

fn joined(sentences: &[String]) -> String {
    sentences.iter().fold(String::new(), |mut text, sentence| {
        let _ = write!(text, "{sentence}. ");
        text
    })
}

fn record(id: &str, outlet: &str, date: &str, text: &str) -> Value {
    json!({"id": id, "outlet": outlet, "date": date, "title": format!("Заголовок {id}"), "text": text})
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn index(archive: &Archive, arguments: &[&str]) {
    let output = archive.index(arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let check = archive.query(&["check"]);
    assert!(check.status.success(), "{}{}", stdout(&check), stderr(&check));
}

/// Each story of an archive: the id of its hit with the number of articles.
fn stories(archive: &Archive) -> Vec<(String, u64)> {
    let found = archive.search(&["--group", "--sort", "oldest", "--limit", "all", "--facets", "none"]);
    let of_hit = |hit: &Value| (hit["id"].as_str().unwrap().to_owned(), hit["group"]["size"].as_u64().unwrap_or(1));
    let mut stories: Vec<_> = found["hits"].as_array().unwrap().iter().map(of_hit).collect();
    stories.sort_unstable();
    stories
}

/// The same text in other hands.
fn reprints() -> Vec<Value> {
    let original = news(1, 12);
    let text = joined(&original);
    let edited = text.replacen("рублей", "рублей (по словам мэра)", 1);
    let with_frame = format!("{text}\n\nПодпишитесь на наш канал в Telegram, чтобы не пропустить важное.");
    let truncated = joined(&original[..6]);
    let quoting =
        format!("{} Как писали раньше: {} {}", joined(&news(2, 8)), joined(&original[3..6]), joined(&news(3, 8)));
    vec![
        record("first", "Вестник Степи", "2025-03-01T09:00:00+03:00", &text),
        record("exact", "Заречный листок", "2025-03-01T10:00:00+03:00", &text),
        record("edited", "Голос Луча", "2025-03-02", &edited),
        // The day alone proves no earlier hour.
        record("framed", "Речной вестник", "2025-03-01", &with_frame),
        record("truncated", "Заречный листок", "2025-03-03", &truncated),
        record("quoting", "Вестник Степи", "2025-03-04", &quoting),
        record("other", "Голос Луча", "2025-03-05", &joined(&news(4, 12))),
    ]
}

#[test]
fn hits_are_folded_under_the_first_publisher() {
    let archive = Archive::new();
    archive.write("in/a.jsonl", lines(&reprints()));
    index(&archive, &["in"]);
    let found = archive.search(&["--group", "--sort", "oldest", "--count", "stories"]);
    assert_eq!((&found["total"], &found["stories"]), (&json!(7), &json!(4)), "{found}");
    let first = &found["hits"][0];
    assert_eq!(first["id"], "first");
    let outlets = ["Вестник Степи", "Заречный листок", "Речной вестник", "Голос Луча"];
    assert_eq!(first["group"], json!({"size": 4, "outlets": outlets}));
    assert!(found["hits"][1].get("group").is_none(), "{found}");

    // Facets count articles, or stories: what folding the hits of a value leaves.
    let count = |found: &Value, outlet: &str| {
        let values = found["facets"]["outlet"].as_array().unwrap().iter();
        values.filter(|value| value["value"] == outlet).map(|value| value["count"].as_u64().unwrap()).sum::<u64>()
    };
    let articles = archive.search(&["--group"]);
    for (outlet, of_articles) in
        [("Вестник Степи", 2), ("Заречный листок", 2), ("Голос Луча", 2), ("Речной вестник", 1)]
    {
        assert_eq!(count(&articles, outlet), of_articles, "{outlet}");
        let of_outlet = archive.search(&["--group", "--outlet", outlet]);
        assert_eq!(of_outlet["stories"].as_u64().unwrap(), count(&found, outlet), "{outlet}");
    }
    let month = |found: &Value| found["facets"]["month"][0]["count"].as_u64().unwrap();
    assert_eq!((month(&articles), month(&found)), (7, 4));

    // The first of those that match stands for them.
    let without = archive.search(&["--group", "--no-outlet", "Вестник Степи", "--sort", "oldest"]);
    assert!(without["hits"].as_array().unwrap().iter().any(|hit| hit["id"] == "exact" && hit["group"]["size"] == 3));
    let page = archive.query(&["search", "--group", "--sort", "oldest"]);
    assert!(stdout(&page).contains("and 3 reprints: Заречный листок, Речной вестник, Голос Луча"), "{}", stdout(&page));
    assert!(stdout(&page).contains("7 articles in 4 stories"), "{}", stdout(&page));
}

/// Whatever the order, the runs and the number of segments: the stories are those of a rebuild, after every change.
#[test]
fn only_the_articles_decide() {
    let mut records = reprints();
    for seed in 10..40 {
        let mut text = news(seed, 12);
        // Versions of a text that grows: each is the same as the one before, but not as the first.
        for (version, outlet) in ["Вестник Степи", "Голос Луча", "Заречный листок", "Речной вестник"].iter().enumerate()
        {
            let day = format!("2025-04-{:02}", (seed * 7 + version as u64 * 3) % 28 + 1);
            records.push(record(&format!("{seed}-{version}"), outlet, &day, &joined(&text)));
            text.extend(news(seed * 100 + version as u64, 2));
        }
    }
    let whole = Archive::new();
    whole.write("in/a.jsonl", lines(&records));
    index(&whole, &["in"]);
    let expected = stories(&whole);
    assert!(expected.iter().filter(|(_, size)| *size > 1).count() > 30, "{expected:?}");

    let parts = Archive::new();
    let mut shuffled = records.clone();
    shuffled.reverse();
    for (number, part) in shuffled.chunks(29).enumerate() {
        parts.write(&format!("in/{number}.jsonl"), lines(part));
        index(&parts, &["in"]);
    }
    assert_eq!(stories(&parts), expected);

    // The first articles are taken away, others change, and come back.
    let (gone, kept): (Vec<Value>, Vec<Value>) = records
        .iter()
        .cloned()
        .partition(|record| expected.iter().any(|(id, size)| *size > 1 && record["id"] == id.as_str()));
    let without = Archive::new();
    without.write("in/a.jsonl", lines(&kept));
    index(&without, &["in"]);
    for number in 0..shuffled.chunks(29).count() {
        std::fs::remove_file(parts.path(&format!("in/{number}.jsonl"))).unwrap();
    }
    parts.write("in/kept.jsonl", lines(&kept));
    index(&parts, &["in"]);
    assert_eq!(stories(&parts), stories(&without));
    parts.write("in/back.jsonl", lines(&gone));
    index(&parts, &["in"]);
    assert_eq!(stories(&parts), expected);
    index(&parts, &["in", "--rebuild"]);
    assert_eq!(stories(&parts), expected);
}

/// An edit of a text, and whether it leaves the same text.
type Edit = (&'static str, bool, fn(&[String], u64) -> String);

/// What editors do to a text. The words of news count, so an edit is judged by how many of them it leaves.
const EDITS: [Edit; 20] = [
    ("exact", true, |s, _| joined(s)),
    ("letter case and punctuation", true, |s, _| joined(s).replace(',', " –").to_uppercase()),
    ("dateline", true, |s, _| format!("ЗАРЕЧНОЕ, 3 марта – Вестник Степи. {}", joined(s))),
    ("signature", true, |s, _| format!("{}\nИсточник: Вестник Степи", joined(s))),
    ("footer", true, |s, _| {
        format!("{}\nПодпишитесь на наш канал в Telegram.\nЧитайте также: в Заречном открыли мост", joined(s))
    }),
    ("one word in a sentence of three", true, |s, _| {
        let swap = |(at, text): (usize, &String)| {
            if at % 3 == 0 { text.replacen("стоило", "обошлось в", 1) } else { text.clone() }
        };
        joined(&s.iter().enumerate().map(swap).collect::<Vec<_>>())
    }),
    ("last sentence cut", true, |s, _| joined(&s[..s.len() - 1])),
    ("a sentence added", true, |s, seed| format!("{}{}", joined(s), joined(&news(seed + 7_000, 1)))),
    ("a sentence moved", true, |s, _| joined(&[&s[1..], &s[..1]].concat())),
    ("paragraphs", true, |s, _| s.join(".\n\n")),
    ("recap added", true, |s, seed| {
        format!("{}\n\nНапомним, {}.", joined(s), joined(&news(seed + 8_000, 1)).trim_end_matches(". "))
    }),
    ("ё for е", true, |s, _| joined(s).replace("все", "всё").replace("ее", "её")),
    ("half cut", false, |s, _| joined(&s[..s.len() / 2])),
    ("a passage quoted", false, |s, seed| format!("{}{}", joined(&s[2..5]), joined(&news(seed + 9_000, 12)))),
    ("every sentence rewritten", false, |s, _| {
        joined(&s.iter().map(|text| text.split(' ').rev().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>())
    }),
    ("every other sentence new", false, |s, seed| {
        let other = news(seed + 11_000, s.len());
        joined(
            &s.iter()
                .zip(&other)
                .enumerate()
                .map(|(at, (a, b))| if at % 2 == 0 { a.clone() } else { b.clone() })
                .collect::<Vec<_>>(),
        )
    }),
    ("other news", false, |s, seed| joined(&news(seed + 12_000, s.len()))),
    ("a form with other figures", false, |s, _| {
        joined(
            &s.iter()
                .map(|text| {
                    text.chars()
                        .map(|c| if c.is_ascii_digit() { '7' } else { c })
                        .collect::<String>()
                        .replace("тысяч рублей", "миллионов тенге")
                })
                .collect::<Vec<_>>(),
        )
    }),
    ("twice as long", false, |s, seed| format!("{}{}", joined(s), joined(&news(seed + 13_000, s.len())))),
    ("the footer alone in common", false, |s, seed| {
        format!("{}\nПодпишитесь на наш канал в Telegram.", joined(&news(seed + 14_000, s.len() / 2)))
    }),
];

/// 200 pairs, ten of each edit. Each pair is found by the number in its titles, which do not count.
#[test]
fn edits_of_every_kind_are_judged_right() {
    let mut records = Vec::new();
    let mut expected = Vec::new();
    for (kind, (_, _, edit)) in EDITS.iter().enumerate() {
        for number in 0..10u64 {
            let seed = 50_000 + kind as u64 * 10 + number;
            let base = news(seed, 8 + number as usize);
            let pair = expected.len();
            for (role, text, day) in [("a", joined(&base), "01"), ("b", edit(&base, seed), "02")] {
                let mut one =
                    record(&format!("{pair}{role}"), &format!("Газета {role}"), &format!("2025-05-{day}"), &text);
                one["title"] = json!(format!("пара{pair}"));
                records.push(one);
            }
            expected.push(kind);
        }
    }
    let archive = Archive::new();
    archive.write("in/a.jsonl", lines(&records));
    index(&archive, &["in"]);
    let queries: String = (0..expected.len()).map(|pair| format!("title:пара{pair}\n")).collect();
    archive.write("queries.txt", queries);
    let output = archive.query(&["batch", "queries.txt", "--json", "--group"]);
    let (mut right, mut found, mut meant) = (0.0, 0.0, 0.0);
    let mut wrong: Vec<&str> = Vec::new();
    for (line, kind) in stdout(&output).lines().zip(&expected) {
        let answer: Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["total"], 2, "{answer}");
        let (name, is_same, _) = EDITS[*kind];
        let is_found = answer["hits"].as_array().unwrap().len() == 1;
        found += f64::from(u8::from(is_found));
        meant += f64::from(u8::from(is_same));
        right += f64::from(u8::from(is_found && is_same));
        if is_found != is_same {
            wrong.push(name);
        }
    }
    let (precision, recall) = (right / found, right / meant);
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!("{} pairs: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}; wrong: {wrong:?}", expected.len());
    assert!(f1 >= 0.95, "F1 {f1:.3}: {wrong:?}");
}

/// Planted copies in a larger archive, one word in thirty changed. `SVODKA_ARTICLES` sets the number of articles.
#[test]
fn planted_copies_are_found() {
    let articles: usize = std::env::var("SVODKA_ARTICLES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let archive = Archive::new();
    let mut content = String::new();
    let mut planted = 0;
    for number in 0..articles {
        let text = joined(&news(number as u64 + 100_000, 10));
        let day = format!("2025-{:02}-{:02}", number % 12 + 1, number % 28 + 1);
        let _ =
            writeln!(content, "{}", record(&format!("{number}"), "Вестник Степи", &format!("{day}T08:00:00Z"), &text));
        if number % 10 == 0 {
            let mut words: Vec<&str> = text.split(' ').collect();
            (number % 30..words.len()).step_by(30).for_each(|at| words[at] = "иначе");
            let _ = writeln!(
                content,
                "{}",
                record(&format!("{number}c"), "Голос Луча", &format!("{day}T09:00:00Z"), &words.join(" "))
            );
            planted += 1;
        }
    }
    archive.write("in/a.jsonl", content);
    let output = archive.index(&["in"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let found = archive.search(&["--group", "--limit", "0", "--facets", "none"]);
    let folded = found["total"].as_u64().unwrap() - found["stories"].as_u64().unwrap();
    let recall = folded as f64 / f64::from(planted);
    println!("{articles} articles, {planted} planted copies: recall {recall:.4}");
    assert!((0.98..=1.0).contains(&recall), "{recall}");
}

/// Each origin by name, whether the archive has an article of it, and how many articles rest on it.
fn origins(found: &Value) -> Vec<(String, bool, u64)> {
    let of_origin = |origin: &Value| {
        let source = &found["sources"][origin["source"].as_u64().unwrap() as usize];
        let name = source["name"].as_str().unwrap_or_default().to_owned();
        (name, origin["is_in_archive"].as_bool().unwrap(), origin["articles"].as_u64().unwrap())
    };
    let mut origins: Vec<_> = found["origins"].as_array().unwrap().iter().map(of_origin).collect();
    origins.sort();
    origins
}

#[test]
fn articles_are_traced_to_their_origins() {
    let body = |seed| joined(&news(seed, 8));
    let citing = |seed, source: &str| format!("Мост в Заречном открыт, сообщает {source}. {}", body(seed));
    let by_rbc = citing(2, "ТАСС");
    let records = [
        record("wire", "ТАСС", "2025-03-01T09:00:00Z", &format!("Мост в Заречном открыт. {}", body(1))),
        record("citing", "РБК", "2025-03-01T10:00:00Z", &by_rbc),
        record("reprint", "Лента.ру", "2025-03-01T11:00:00Z", &by_rbc),
        record("elsewhere", "Коммерсантъ", "2025-03-01T12:00:00Z", &citing(3, "Reuters")),
        record("unrelated", "Вестник Степи", "2025-03-02T12:00:00Z", &body(9)),
    ];
    let archive = Archive::new();
    archive.write("in/a.jsonl", lines(&records));
    index(&archive, &["in"]);
    let output = archive.query(&["origins", "мост в заречном открыт", "--no-outlet", "Вестник Степи", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e} {}", stderr(&output)));
    assert_eq!((&found["total"], &found["traced"]), (&json!(4), &json!(4)), "{found}");
    assert_eq!(origins(&found), [("Reuters".to_owned(), false, 1), ("ТАСС".to_owned(), true, 3)], "{found}");
    let step = |from: &str| {
        let is_from = |step: &&Value| found["sources"][step["from"].as_u64().unwrap() as usize]["id"] == from;
        let step = found["steps"].as_array().unwrap().iter().find(is_from).unwrap();
        let to = &found["sources"][step["to"].as_u64().unwrap() as usize];
        (step["kind"].as_str().unwrap().to_owned(), to["id"].clone(), step["clause"].as_str().unwrap().to_owned())
    };
    let (kind, to, clause) = step("citing");
    assert!(kind == "citation" && to == "wire" && clause.contains("сообщает ТАСС"), "{clause}");
    let (kind, to, _) = step("reprint");
    assert_eq!((kind.as_str(), &to), ("reprint", &json!("citing")));
    assert_eq!(found["circles"], json!([]));

    let table = stdout(&archive.query(&["origins", "мост в заречном открыт"]));
    assert!(table.contains("not in the archive") && table.contains("«"), "{table}");
    let graph = stdout(&archive.query(&["origins", "мост", "--graphml"]));
    assert!(graph.contains(r#"<data key="kind">reprint</data>"#), "{graph}");
    assert!(stdout(&archive.query(&["origins", "мост", "--dot"])).contains("-> n0"));
}

#[test]
fn outlets_that_cite_one_another_are_a_circle() {
    let text = |seed, source: &str| format!("Мост открыт, сообщает {source}. {}", joined(&news(seed, 8)));
    let records = [
        record("a", "ТАСС", "2025-03-01", &text(1, "РБК")),
        record("b", "РБК", "2025-03-01", &text(2, "ТАСС")),
        record("c", "Лента.ру", "2025-03-02", &text(3, "РБК")),
    ];
    let archive = Archive::new();
    archive.write("in/a.jsonl", lines(&records));
    index(&archive, &["in"]);
    let output = archive.query(&["origins", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["circles"], json!([["РБК", "ТАСС"]]), "{found}");
    assert_eq!(origins(&found).len(), 1, "a circle counts once: {found}");
}
