//! Every parameter of a request means the same on the command line, in a line of `batch` and over HTTP, and is
//! described in the help and in the description of the API.

use super::{
    harness::{Archive, stdout},
    serve::{Server, encoded, timeless},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use svodka_search::parameters::{
    BATCH, CITATION_TABLE, CITATIONS, CITATIONS_PAGE, EXPORT, FACETS, FEED, MATCHES, Operation, Parameter, SEARCH,
    SIMILAR, SUGGEST, TIMELINE, Values,
};

/// Articles that every parameter tells apart.
const ARTICLES: &str = concat!(
    r#"{"id":"a","title":"Порт в Калининграде","text":"Порт в Калининграде закрыт, сообщает Reuters со ссылкой на Институт изучения войны. Об этом говорил Владимир Путин. Порт, порт и порт.","date":"2025-03-04","outlet":"РБК"}"#,
    "\n",
    r#"{"id":"b","title":"Порт и суда","text":"Порт открыт. Владимир Путин и Си Цзиньпин обсудили суда. По данным ВЦИОМ, довольны многие.","date":"2025-01-10","outlet":"Интерфакс"}"#,
    "\n",
    r#"{"id":"c","title":"Суда в море","text":"Суда вышли из порта. Си Цзиньпин промолчал, сообщило агентство Bloomberg. О порте написали все.","date":"2024-11-30","outlet":"РБК"}"#,
    "\n",
    r#"{"id":"d","title":"Путин в Москве","text":"В Москве снег. Владимир Путин уехал. Путин вернётся. Порт ни при чём.","date":"2021-02-03","outlet":"ТАСС"}"#,
    "\n",
);

/// What is asked with a parameter: its values, and what else.
struct Example {
    parameter: &'static str,
    values: &'static [&'static str],
    beside: &'static [(&'static str, &'static str)],
}

const fn example(parameter: &'static str, values: &'static [&'static str]) -> Example {
    Example { parameter, values, beside: &[] }
}

const fn beside(
    parameter: &'static str,
    values: &'static [&'static str],
    beside: &'static [(&'static str, &'static str)],
) -> Example {
    Example { parameter, values, beside }
}

const EXAMPLES: &[Example] = &[
    example("q", &["суда"]),
    beside("any", &["true"], &[("q", "снег суда")]),
    example("actor", &["Путина", "Си Цзиньпин"]),
    example("main_actor", &["Путин"]),
    example("outlet", &["РБК"]),
    example("cited", &["ISW"]),
    example("think_tank", &["ISW", "ВЦИОМ"]),
    example("cited_kind", &["pollster"]),
    example("via", &["Рейтер"]),
    example("month", &["2025-03", "2021-02"]),
    example("no_actor", &["Путина"]),
    example("no_main_actor", &["Путин"]),
    example("no_outlet", &["РБК", "ТАСС"]),
    example("no_cited", &["ISW"]),
    example("no_think_tank", &["ВЦИОМ"]),
    example("no_cited_kind", &["think_tank"]),
    example("no_via", &["Reuters"]),
    example("no_month", &["2024-11"]),
    beside("all_of", &["actor"], &[("actor", "Путин"), ("actor", "Си Цзиньпин")]),
    example("main_actors", &["true"]),
    example("min_confidence", &["0.99"]),
    example("from", &["2025"]),
    example("to", &["2024"]),
    beside("sort", &["oldest"], &[("q", "порт")]),
    beside("boost_recent", &["7"], &[("q", "порт")]),
    beside("strict", &["true"], &[("q", "порт")]),
    example("limit", &["2"]),
    example("offset", &["1"]),
    example("facets", &["outlet,month"]),
    example("facet_size", &["1"]),
];

/// The pairs of an example.
fn pairs(example: &Example) -> Vec<(&'static str, &'static str)> {
    let own = example.values.iter().map(|value| (example.parameter, *value));
    example.beside.iter().copied().chain(own).collect()
}

fn parameter(operation: &Operation, name: &str) -> &'static Parameter {
    operation.parameter(name).unwrap_or_else(|| panic!("{} has no {name}", operation.name))
}

/// Pairs as options of the command line.
fn options(operation: &Operation, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut options = Vec::new();
    for (name, value) in pairs {
        match parameter(operation, name).values {
            _ if *name == "q" => options.push((*value).to_owned()),
            Values::Flag => options.push(format!("--{}", parameter(operation, name).option)),
            _ => options.push(format!("--{}={value}", parameter(operation, name).option)),
        }
    }
    options
}

/// Pairs as a line of a batch: numbers and flags in JSON's own kinds, repeated values as an array.
fn line(pairs: &[(&str, &str)]) -> String {
    let mut object = Map::new();
    for (name, value) in pairs {
        let value = match parameter(&BATCH, name).values {
            Values::Flag => json!(*value == "true"),
            Values::Number { .. } | Values::Days { .. } => json!(value.parse::<u64>().unwrap()),
            Values::Probability => json!(value.parse::<f64>().unwrap()),
            _ => json!(value),
        };
        match object.get_mut(*name) {
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = json!([one.clone(), value]),
            None => drop(object.insert((*name).to_owned(), value)),
        }
    }
    Value::from(object).to_string()
}

/// Pairs as a query string.
fn query_string(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn archive() -> Archive {
    let archive = Archive::new();
    archive.write("a.jsonl", ARTICLES);
    assert!(archive.index(&["a.jsonl"]).status.success());
    archive
}

fn run(archive: &Archive, command: &[&str], options: &[String]) -> Value {
    let arguments: Vec<&str> = command.iter().copied().chain(options.iter().map(String::as_str)).collect();
    let output = archive.query(&arguments);
    assert_ne!(output.status.code(), Some(2), "{arguments:?}: {}", super::harness::stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e}"))
}

/// A search object whose scores have as many digits as every output gives.
fn with_short_scores(mut object: Value) -> Value {
    for hit in object["hits"].as_array_mut().unwrap() {
        hit["score"] = json!((hit["score"].as_f64().unwrap() * 1e5).round());
    }
    object
}

#[test]
fn each_parameter_means_the_same_everywhere() {
    let archive = archive();
    let server = Server::start(&archive, &[]);
    let exampled: BTreeSet<&str> = EXAMPLES.iter().map(|example| example.parameter).collect();
    let rows: BTreeSet<&str> = SEARCH.parameters().map(|row| row.name).collect();
    assert_eq!(exampled, rows, "every row of the table has an example");
    assert_eq!(rows, BATCH.parameters().map(|row| row.name).collect(), "a batch takes what a search takes");
    // A batch counts no facets unless told.
    let counted = "actor,outlet,think_tank,cited,month";
    let with_facets = |mut pairs: Vec<(&'static str, &'static str)>| {
        if pairs.iter().all(|(name, _)| *name != "facets") {
            pairs.push(("facets", counted));
        }
        pairs
    };
    let lines: Vec<String> = EXAMPLES.iter().map(|example| line(&with_facets(pairs(example)))).collect();
    archive.write("queries.jsonl", lines.join("\n"));
    let batch = stdout(&archive.query(&["batch", "queries.jsonl", "--full"]));
    let answers: Vec<Value> = batch.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), EXAMPLES.len());
    for (example, in_batch) in EXAMPLES.iter().zip(answers) {
        let (pairs, name) = (pairs(example), example.parameter);
        let on_command_line = timeless(run(&archive, &["search", "--json"], &options(&SEARCH, &pairs)));
        let over_http = timeless(server.json(&format!("/api/v1/search?{}", query_string(&pairs))));
        assert_eq!(on_command_line, over_http, "{name}");
        let in_batch = with_short_scores(in_batch);
        for part in ["total", "hits", "facets"] {
            assert_eq!(with_short_scores(on_command_line.clone())[part], in_batch[part], "{name}: {part}");
        }
        let without = timeless(run(&archive, &["search", "--json"], &options(&SEARCH, example.beside)));
        assert_ne!(on_command_line, without, "{name} changes the answer");
    }
}

#[test]
fn the_other_operations_agree_too() {
    let archive = archive();
    let server = Server::start(&archive, &[]);
    let same = |command: &[&str], address: &str, operation: &Operation, pairs: &[(&str, &str)]| {
        let on_command_line = run(&archive, command, &options(operation, pairs));
        let over_http = server.json(&format!("{address}?{}", query_string(pairs)));
        assert_eq!(on_command_line, over_http, "{pairs:?}");
        on_command_line
    };
    let of_actor = ["facets", "actor", "--json"];
    let all = same(&of_actor, "/api/v1/facets/actor", &FACETS, &[]);
    for pair in [("prefix", "цзинь"), ("prefix", "рф"), ("kind", "person"), ("facet_size", "1"), ("outlet", "РБК")]
    {
        assert_ne!(same(&of_actor, "/api/v1/facets/actor", &FACETS, &[pair]), all, "{pair:?}");
    }
    let isw = same(&["facets", "cited", "--json"], "/api/v1/facets/cited", &FACETS, &[("prefix", "isw")]);
    assert_eq!(isw["cited"][0]["value"], "Институт изучения войны", "found by another name");
    let kinds = [("kind", "agency"), ("kind", "pollster")];
    let found = same(&["facets", "cited", "--json"], "/api/v1/facets/cited", &FACETS, &kinds);
    let found: BTreeSet<&str> =
        found["cited"].as_array().unwrap().iter().map(|v| v["kind"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from(["agency", "pollster"]));
    for by in ["day", "week", "month", "year"] {
        same(&["timeline", "--json"], "/api/v1/timeline", &TIMELINE, &[("by", by), ("q", "порт")]);
    }
    same(&["similar", "a", "--json"], "/api/v1/articles/a/similar", &SIMILAR, &[("limit", "2")]);
    let edges = run(&archive, &["citations", "--json"], &options(&CITATIONS, &[("kind", "pollster")]));
    let graph = server.json("/api/v1/citations?kind=pollster");
    let names = |edges: &Value| -> Vec<String> {
        edges["edges"].as_array().unwrap().iter().map(|e| format!("{} {}", e["outlet"], e["count"])).collect()
    };
    for by in ["source", "outlet", "month", "month,outlet"] {
        let pairs = [("by", by), ("versus", "2024"), ("kind", "agency"), ("kind", "think_tank")];
        let table = same(&["citations", "--json"], "/api/v1/citations/table", &CITATION_TABLE, &pairs);
        assert!(!table["rows"].as_array().unwrap().is_empty(), "{table}");
    }
    assert_eq!(names(&edges), names(&graph));
    assert_eq!(names(&edges).len(), 1, "{edges}");
}

#[test]
fn unknown_names_are_refused_everywhere() {
    let archive = archive();
    let server = Server::start(&archive, &[]);
    archive
        .write("queries.jsonl", "{\"q\":\"порт\",\"thinktank\":\"ISW\"}\n{\"q\":\"порт\",\"limit\":1,\"limit\":2}\n");
    let output = archive.query(&["batch", "queries.jsonl"]);
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["error"], "thinktank: there is no such parameter here; did you mean think_tank?");
    assert_eq!(lines[1]["error"], "limit: given more than once");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(archive.query(&["search", "--thinktank", "ISW"]).status.code(), Some(2));
    let problem = server.get("/api/v1/search?thinktank=ISW");
    assert_eq!(problem.status, 400);
    assert!(problem.json()["detail"].as_str().unwrap().contains("did you mean think_tank?"), "{}", problem.body);
}

#[test]
fn every_parameter_is_described() {
    let archive = Archive::new();
    let unwrapped = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (operation, command) in [
        (&SEARCH, "search"),
        (&FACETS, "facets"),
        (&TIMELINE, "timeline"),
        (&CITATIONS, "citations"),
        (&BATCH, "batch"),
        (&SIMILAR, "similar"),
    ] {
        let help = unwrapped(stdout(&archive.query(&[command, "--help"])));
        for row in operation.parameters().filter(|row| row.name != "q") {
            assert!(help.contains(&format!("--{} ", row.option)), "{command} --help has no --{}", row.option);
            assert!(help.contains(row.meaning), "{command} --help: {}", row.meaning);
            if let Some(default) = row.default_in_words() {
                assert!(help.contains(&format!("{} [default: {default}]", row.meaning)), "{command}: {}", row.name);
            }
        }
    }
    let help = unwrapped(stdout(&archive.query(&["search", "--help"])));
    for name in svodka_search::QUERY_FIELDS.iter().flat_map(|field| field.names) {
        assert!(help.contains(&format!("{name}:")), "search --help has no field {name}");
    }
    let api: Value = serde_json::from_str(&svodka::serve::document().to_json().unwrap()).unwrap();
    for (operation, address) in [
        (&SEARCH, "/api/v1/search"),
        (&FACETS, "/api/v1/facets/{field}"),
        (&TIMELINE, "/api/v1/timeline"),
        (&CITATIONS_PAGE, "/api/v1/citations"),
        (&CITATION_TABLE, "/api/v1/citations/table"),
        (&MATCHES, "/api/v1/matches"),
        (&FEED, "/feed.atom"),
        (&SIMILAR, "/api/v1/articles/{id}/similar"),
        (&SUGGEST, "/api/v1/suggest"),
        (&EXPORT, "/api/v1/export"),
    ] {
        let described = &api["paths"][address]["get"]["parameters"];
        let described: Vec<&Value> = described.as_array().unwrap().iter().filter(|p| p["in"] == "query").collect();
        assert_eq!(described.len(), operation.parameters().count(), "{address}");
        for row in operation.parameters() {
            let found = described.iter().find(|p| p["name"] == row.name).unwrap_or_else(|| panic!("{}", row.name));
            assert_eq!(found["description"], format!("{}.", row.meaning));
            if let Values::Number { least, most, .. } = row.values {
                assert_eq!((&found["schema"]["minimum"], &found["schema"]["maximum"]), (&json!(least), &json!(most)));
            }
        }
    }
}

#[test]
fn months_stand_in_the_order_of_time_and_none_is_left_out_silently() {
    let archive = Archive::new();
    let dated = |n: u32| {
        format!("{{\"id\":\"{n}\",\"text\":\"Новость {n}\",\"date\":\"{}-{:02}-01\"}}\n", 2000 + n / 12, n % 12 + 1)
    };
    archive.write("a.jsonl", (0..40).chain([1_203]).map(dated).collect::<String>());
    archive.index(&["a.jsonl"]);
    let table = stdout(&archive.query(&["facets", "month", "--csv"]));
    let months: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert_eq!(months.len(), 41, "{table}");
    assert!(months.is_sorted());
    let output = archive.query(&["facets", "month", "--csv", "--limit", "2"]);
    assert!(stdout(&output).ends_with("month,2003-04,,1\nmonth,2100-04,,1\n"), "{}", stdout(&output));
    assert!(super::harness::stderr(&output).contains("only 2 values; --limit all lists all"));
}
