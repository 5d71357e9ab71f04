//! Who cites whom, who is named with whom, what sets a result apart, and what a source says: against a brute force
//! over the article objects.

use super::{
    harness::{Archive, root, stderr, stdout, strings},
    objects::{Counts, Facts, count},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn sample() -> (Archive, Vec<Value>) {
    let archive = Archive::sample();
    let corpus = root().join("corpus");
    let objects = archive.dry_run(&[corpus.to_str().unwrap()]);
    (archive, objects)
}

fn json(archive: &Archive, arguments: &[&str]) -> Value {
    let output = archive.query(&[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e} {}", stderr(&output)))
}

/// Articles by outlet, source and the source's kind, an outlet's own name left out.
fn edges(objects: &[&Value]) -> BTreeMap<(String, String, String), u64> {
    let mut edges = BTreeMap::new();
    for object in objects {
        let Some(outlet) = object["outlet"]["name"].as_str() else { continue };
        let cited = object["cited"].as_array().unwrap().iter();
        let sources = cited.map(|c| (c["name"].as_str().unwrap(), c["kind"].as_str().unwrap()));
        for (name, kind) in sources.filter(|(name, _)| *name != outlet).collect::<BTreeSet<_>>() {
            *edges.entry((outlet.to_owned(), name.to_owned(), kind.to_owned())).or_default() += 1;
        }
    }
    edges
}

fn printed(response: &Value) -> BTreeMap<(String, String, String), u64> {
    let text = |edge: &Value, key: &str| edge[key].as_str().unwrap().to_owned();
    let edges = response["edges"].as_array().unwrap().iter();
    edges.map(|e| ((text(e, "outlet"), text(e, "source"), text(e, "kind")), e["count"].as_u64().unwrap())).collect()
}

#[test]
fn edges_are_counted_exactly() {
    let (archive, objects) = sample();
    let all: Vec<&Value> = objects.iter().collect();
    let response = json(&archive, &["citations"]);
    assert_eq!(printed(&response), edges(&all));
    let counts: Vec<u64> = response["edges"].as_array().unwrap().iter().map(|e| e["count"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts.len() > 20, "{counts:?}");
    let has = |object: &&Value, facet: &str, name: &str| Facts::new(object).has(facet, name);
    let some: Vec<&Value> = objects.iter().filter(|o| has(o, "actor", "Россия")).collect();
    assert_eq!(printed(&json(&archive, &["citations", "--actor", "России"])), edges(&some));
    assert_eq!(json(&archive, &["citations", "--limit", "2"])["edges"].as_array().unwrap().len(), 2);
    let none = archive.query(&["citations", "несуществующееслово"]);
    assert_eq!((none.status.code(), stdout(&none).as_str()), (Some(1), ""));
    assert!(stderr(&none).contains("0 articles"), "{}", stderr(&none));
}

/// Rows of a table of citations: by source, outlet and month, with the number of articles and the date of the first.
type Rows = BTreeMap<(String, Option<String>, Option<String>), (u64, Option<String>)>;

/// The rows as the articles have them; outlets and dates that are not known included.
fn rows(objects: &[&Value], by_outlet: bool, by_month: bool) -> Rows {
    let mut rows = Rows::new();
    for object in objects {
        let outlet = object["outlet"]["name"].as_str();
        let date = object["date"].as_str();
        let cited = object["cited"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap());
        for name in cited.filter(|name| Some(*name) != outlet).collect::<BTreeSet<_>>() {
            let text = |value: &str| value.to_owned();
            let key =
                (text(name), outlet.filter(|_| by_outlet).map(text), date.filter(|_| by_month).map(|d| text(&d[..7])));
            let (articles, first) = rows.entry(key).or_default();
            *articles += 1;
            *first = first.take().into_iter().chain(date.map(text)).min();
        }
    }
    rows
}

#[test]
fn tables_of_citations_are_counted_exactly() {
    let (archive, objects) = sample();
    let all: Vec<&Value> = objects.iter().collect();
    for (by, by_outlet, by_month) in
        [("source", false, false), ("outlet", true, false), ("month", false, true), ("month,outlet", true, true)]
    {
        let table = json(&archive, &["citations", "--by", by]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let found: Rows = table["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let key = (text(&row["source"]).unwrap(), text(&row["outlet"]), text(&row["month"]));
                (key, (row["articles"].as_u64().unwrap(), text(&row["first"]["date"])))
            })
            .collect();
        let expected = rows(&all, by_outlet, by_month);
        assert_eq!(found, expected, "{by}");
        assert_eq!(table["row_count"], expected.len(), "{by}");
        if by_outlet {
            assert!(found.keys().any(|(_, outlet, _)| outlet.is_none()), "articles without an outlet are a row");
        }
    }
    // Who is cited by most outlets comes first, and was cited by the outlet of the first article.
    let table = json(&archive, &["citations", "--by", "source"]);
    let outlets: Vec<u64> =
        table["rows"].as_array().unwrap().iter().map(|row| row["outlets"].as_u64().unwrap()).collect();
    assert!(outlets.is_sorted_by(|a, b| a >= b) && outlets[0] > 1, "{outlets:?}");
    for row in table["rows"].as_array().unwrap() {
        let (source, first) = (&row["source"], &row["first"]);
        let Some(id) = first["id"].as_str() else { continue };
        let article = objects.iter().find(|object| object["id"] == *id).unwrap();
        assert_eq!((&first["outlet"], &first["title"]), (&article["outlet"]["name"], &article["title"]));
        assert!(article["cited"].as_array().unwrap().iter().any(|cited| cited["name"] == *source));
    }
    let sum: f64 = table["rows"].as_array().unwrap().iter().map(|row| row["rank"].as_f64().unwrap()).sum();
    assert!(sum > 0.3 && sum <= 1.0, "{sum}");
}

#[test]
fn periods_of_citations_are_compared() {
    let (archive, objects) = sample();
    let of = |month: &str| {
        let some: Vec<&Value> =
            objects.iter().filter(|o| o["date"].as_str().is_some_and(|d| d.starts_with(month))).collect();
        rows(&some, false, false)
    };
    let (now, then) = (of("2025-04"), of("2025-03"));
    let table =
        json(&archive, &["citations", "--by", "source", "--from", "2025-04", "--to", "2025-04", "--versus", "2025-03"]);
    let found = table["rows"].as_array().unwrap();
    let names: BTreeSet<&str> = now.keys().chain(then.keys()).map(|(source, ..)| source.as_str()).collect();
    assert_eq!(found.iter().map(|row| row["source"].as_str().unwrap()).collect::<BTreeSet<_>>(), names);
    for row in found {
        let count =
            |rows: &Rows| rows.get(&(row["source"].as_str().unwrap().to_owned(), None, None)).map_or(0, |row| row.0);
        assert_eq!((&row["articles"], &row["before"]), (&count(&now).into(), &count(&then).into()), "{row}");
    }
    let csv = stdout(&archive.query(&["citations", "--by", "month,outlet", "--csv", "--kind", "think-tank"]));
    assert!(csv.starts_with("month,outlet,source,kind,articles,") && csv.lines().count() > 10, "{csv}");
    assert!(csv.lines().skip(1).all(|line| line.contains(",think_tank,")), "{csv}");
    for wrong in [&["--versus", "2025"][..], &["--by", "month", "--graphml"], &["--by", "planet"]] {
        assert_eq!(archive.query(&[&["citations"], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn evidence_is_that_of_the_articles() {
    let (archive, objects) = sample();
    let by_id: BTreeMap<&str, &Value> = objects.iter().map(|o| (o["id"].as_str().unwrap(), o)).collect();
    let response = json(&archive, &["citations", "--evidence=50"]);
    let mut via = 0;
    for edge in response["edges"].as_array().unwrap() {
        let evidence = edge["evidence"].as_array().unwrap();
        assert_eq!(evidence.len() as u64, edge["count"].as_u64().unwrap(), "{edge}");
        for found in evidence {
            let object = by_id[found["id"].as_str().unwrap()];
            let cited = object["cited"].as_array().unwrap().iter().find(|c| c["name"] == edge["source"]).unwrap();
            assert_eq!(found["clause"], cited["evidence"]["text"]);
            assert_eq!(found["via"], cited["via"]);
            via += u64::from(!cited["via"].is_null());
        }
        let dates: Vec<&str> = evidence.iter().map(|e| e["date"].as_str().unwrap_or_default()).collect();
        assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    }
    assert!(via >= 5, "{via}");
    let lines = stdout(&archive.query(&["citations", "--csv", "--evidence=50"]));
    let rows = csv_rows(&lines);
    let edges = response["edges"].as_array().unwrap();
    assert_eq!(rows.len() as u64, 1 + edges.iter().map(|e| e["count"].as_u64().unwrap()).sum::<u64>());
    assert!(rows.iter().all(|row| row.len() == 8));
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_graph_is_well_formed_and_whole() {
    let (archive, objects) = sample();
    let all: Vec<&Value> = objects.iter().collect();
    let graph = stdout(&archive.query(&["citations", "--graphml"]));
    let mut reader = quick_xml::Reader::from_str(&graph);
    let (mut nodes, mut links, mut depth) = (0, 0, 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) => {
                depth += 1;
                nodes += usize::from(tag.name().as_ref() == "node");
                links += usize::from(tag.name().as_ref() == "edge");
            }
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    let edges = edges(&all);
    let names: BTreeSet<&String> = edges.keys().flat_map(|(outlet, source, _)| [outlet, source]).collect();
    assert_eq!((nodes, links, depth), (names.len(), edges.len(), 0));
}

/// Count, background, expected count, lift and score.
type Figures = (u64, u64, f64, f64, f64);

/// Figures by name and kind.
fn values(response: &Value) -> BTreeMap<(String, String), Figures> {
    let rows = response["values"].as_array().unwrap().iter();
    let figure = |row: &Value, key: &str| row[key].as_f64().unwrap();
    rows.map(|row| {
        let key = (row["value"].as_str().unwrap().to_owned(), row["kind"].as_str().unwrap_or_default().to_owned());
        let counts = (row["count"].as_u64().unwrap(), row["background"].as_u64().unwrap());
        (key, (counts.0, counts.1, figure(row, "expected"), figure(row, "lift"), figure(row, "score")))
    })
    .collect()
}

/// Whether counts are those of the articles in question and of the background, and the figures follow from them.
fn compare(response: &Value, inside: &[&Facts], all: &[&Facts], least: u64, facet: &str, without: &[&str], more: bool) {
    let (inner, outer): (Counts, Counts) = (count(inside.iter().copied(), facet), count(all.iter().copied(), facet));
    assert_eq!(response["articles"].as_u64().unwrap() as usize, inside.len());
    assert_eq!(response["background"].as_u64().unwrap() as usize, all.len());
    let found = values(response);
    for (value, n) in &inner {
        let expected = inside.len() as f64 * outer[value] as f64 / all.len() as f64;
        let wanted = *n >= least && !without.contains(&value.0.as_str()) && (!more || *n as f64 > expected);
        assert_eq!(found.contains_key(value), wanted, "{value:?}");
        if let Some((count, background, share, lift, score)) = found.get(value) {
            assert_eq!((count, background), (n, &outer[value]), "{value:?}");
            assert!((share - expected).abs() < 1e-5 && (lift - *n as f64 / expected).abs() < 1e-5, "{value:?}");
            assert_eq!(*score > 0.0, *n as f64 > expected, "{value:?}");
        }
    }
    assert!(found.keys().all(|value| inner.contains_key(value)));
}

#[test]
fn company_is_counted_exactly() {
    let (archive, objects) = sample();
    let facts: Vec<Facts> = objects.iter().map(Facts::new).collect();
    let all: Vec<&Facts> = facts.iter().collect();
    let with = |facet: &str, name: &str| -> Vec<&Facts> { facts.iter().filter(|a| a.has(facet, name)).collect() };
    let common = ["--min-count", "1", "--limit", "1000"];
    let response = json(&archive, &[&["cooccur", "Китаем"][..], &common].concat());
    compare(&response, &with("actor", "Китай"), &all, 1, "actor", &["Китай"], false);
    let response = json(&archive, &[&["cooccur", "КНР", "--facet", "cited"][..], &common].concat());
    compare(&response, &with("actor", "Китай"), &all, 1, "cited", &[], false);
    let response = json(&archive, &[&["cooccur", "ISW", "--facet", "think_tank"][..], &common].concat());
    compare(
        &response,
        &with("cited", "Институт изучения войны"),
        &all,
        1,
        "think_tank",
        &["Институт изучения войны"],
        false,
    );
    let response = json(&archive, &["cooccur", "Россия", "--kind", "person", "--min-count", "2"]);
    assert!(values(&response).iter().all(|((_, kind), (n, ..))| kind == "person" && *n >= 2), "{response}");
    let wrong = archive.query(&["cooccur", "Киттай"]);
    assert!(wrong.status.code() == Some(2) && stderr(&wrong).contains("«Китай»"), "{}", stderr(&wrong));
}

#[test]
fn what_sets_a_result_apart_is_counted_exactly() {
    let (archive, objects) = sample();
    let facts: Vec<Facts> = objects.iter().map(Facts::new).collect();
    let all: Vec<&Facts> = facts.iter().collect();
    let inside: Vec<&Facts> = facts.iter().filter(|a| a.has("cited_kind", "think_tank")).collect();
    let response = json(&archive, &["significant", "kind:think_tank", "--min-count", "2", "--limit", "1000"]);
    compare(&response, &inside, &all, 2, "actor", &[], true);
    let scores: Vec<f64> =
        response["values"].as_array().unwrap().iter().map(|v| v["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && !scores.is_empty(), "{scores:?}");
    let whole = archive.query(&["significant"]);
    assert!(whole.status.code() == Some(1) && stderr(&whole).contains("give a query"), "{}", stderr(&whole));
    let csv = stdout(&archive.query(&["significant", "kind:think_tank", "--min-count", "2", "--csv", "--limit", "5"]));
    assert!(csv.starts_with("value,kind,articles,share,background,"), "{csv}");
}

/// The words of a text as they stand, without those of other sentences.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() >= 6);
    words.filter(|w| w.chars().all(char::is_lowercase)).map(str::to_owned).collect()
}

#[test]
fn said_by_finds_what_a_source_says_and_nothing_else() {
    let (archive, objects) = sample();
    let (mut hits, mut misses) = (0, 0);
    for object in &objects {
        let id = object["id"].as_str().unwrap();
        for cited in object["cited"].as_array().unwrap() {
            let name = cited["name"].as_str().unwrap();
            let said: Vec<&Value> = cited["said"].as_array().unwrap().iter().filter(|s| s["in"].is_null()).collect();
            let said: BTreeSet<String> = said.iter().flat_map(|s| words(s["text"].as_str().unwrap())).collect();
            let finds = |word: &str| {
                let query = format!("said_by:«{name}» ={word}");
                strings(&archive.search(&["--facets", "none", "--limit", "100", "--", &query])["hits"], "id")
                    .contains(&id.to_owned())
            };
            if let Some(word) = said.iter().next() {
                assert!(finds(word), "{id}: {name} says {word}");
                hits += 1;
            }
            let rest = words(object["text"].as_str().unwrap());
            if let Some(word) = rest.difference(&said).find(|w| !object["title"].as_str().unwrap().contains(*w)) {
                assert!(!finds(word), "{id}: {name} does not say {word}");
                misses += 1;
            }
        }
    }
    println!("{hits} words found, {misses} not");
    assert!(hits >= 40 && misses >= 30, "{hits} {misses}");
}

#[test]
fn said_by_takes_any_name_of_a_source() {
    let (archive, _) = sample();
    let ids = |query: &str| strings(&archive.search(&["--facets", "none", "--", query])["hits"], "id");
    let found = ids("said_by:ISW");
    assert!(!found.is_empty());
    assert_eq!(ids("said_by:«Института изучения войны»"), found);
    let wrong = archive.query(&["search", "--", "said_by:ISWW порт"]);
    assert!(wrong.status.code() == Some(2) && stderr(&wrong).contains("did you mean"), "{}", stderr(&wrong));
}

/// What articles attribute to a source, by their sentences.
#[test]
fn sentences_are_attributed_as_far_as_the_source_speaks() {
    let archive = Archive::new();
    let cases: [(&str, &str, &[&str]); 9] = [
        (
            "Порт закрыт. Весной суда пойдут снова, отмечают в ISW. Склад сгорел.",
            "Институт изучения войны",
            &["Весной суда пойдут снова, отмечают в ISW."],
        ),
        (
            "Урожай вырос, считают аналитики RAND. По их оценке, цены упадут. Дождь кончился.",
            "RAND",
            &["Урожай вырос, считают аналитики RAND.", "По их оценке, цены упадут."],
        ),
        (
            "Урожай вырос, считает эксперт RAND Джон Смит. Он добавил, что цены упадут. Министр уехал.",
            "RAND",
            &["Урожай вырос, считает эксперт RAND Джон Смит.", "Он добавил, что цены упадут."],
        ),
        (
            "Порт закрыт. Об этом сообщает Reuters. Дождь кончился.",
            "Reuters",
            &["Порт закрыт.", "Об этом сообщает Reuters."],
        ),
        (
            "Об этом сообщает «Вестник» со ссылкой на Reuters\nПорт закрыт. Суда ждут.\nДождь кончился.",
            "Reuters",
            &["Об этом сообщает «Вестник» со ссылкой на Reuters", "Порт закрыт.", "Суда ждут."],
        ),
        (
            "«Порт закрыт. Суда ждут весны», — говорится в докладе RAND. Дождь кончился.",
            "RAND",
            &["«Порт закрыт. Суда ждут весны», — говорится в докладе RAND."],
        ),
        (
            "Порт закрыт, говорится в докладе RAND. В документе отмечается, что суда ждут. Министр уехал.",
            "RAND",
            &["Порт закрыт, говорится в докладе RAND.", "В документе отмечается, что суда ждут."],
        ),
        (
            "Порт закрыт, пишет Reuters. Он открыт в мае, считает Пётр Иванов. Дождь кончился.",
            "Reuters",
            &["Порт закрыт, пишет Reuters."],
        ),
        (
            "Порт закрыт, отмечают в RAND. Он откроется в мае, считает министр Пётр Иванов. Дождь кончился.",
            "RAND",
            &["Порт закрыт, отмечают в RAND."],
        ),
    ];
    let mut wrong = Vec::new();
    for (text, source, expected) in cases {
        archive.write("one.txt", text);
        let object = &archive.dry_run(&["one.txt"])[0];
        let cited = object["cited"].as_array().unwrap().iter().find(|c| c["name"] == source);
        let said = cited.map_or(Vec::new(), |c| strings(&c["said"], "text"));
        let said = said.join(" ");
        if said != expected.join(" ") {
            wrong.push(format!("{text}\n  {source}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
