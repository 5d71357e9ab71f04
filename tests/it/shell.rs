//! The command line: completion, manual pages, options that are refused, hints, colour, and what a shell sees.

use super::harness::{Archive, binary, stderr, stdout};
use serde_json::Value;
use std::process::Command;

/// Two articles, one of them older and more about its subject.
const DATED: &str = r#"{"id": "old", "title": "Порт и порт", "text": "О порте. Порт большой, порт новый.", "date": "2025-01-01"}
{"id": "new", "title": "Город у моря", "text": "В городе есть рынок, вокзал, театр и порт.", "date": "2025-01-31"}
{"id": "none", "title": "Погода", "text": "Завтра обещают дождь."}
"#;

fn dated() -> Archive {
    let archive = Archive::new();
    assert!(archive.write("in.jsonl", DATED).index(&["in.jsonl"]).status.success());
    archive
}

/// What a command line writes to standard error while it fails with status 2.
fn refused(archive: &Archive, program: &str, arguments: &[&str]) -> String {
    let output = archive.run(program, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stdout(&output));
    assert!(stdout(&output).is_empty(), "{arguments:?}");
    stderr(&output)
}

/// What bash offers for the last of these words.
fn completed(words: &[&str]) -> Option<Vec<String>> {
    let script = r#"
source <("$1" completions bash); shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
"_${1/-/__}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2> /dev/null
printf '%s\n' "${COMPREPLY[@]}"
"#;
    let program = binary("svodka-query").to_str().unwrap();
    let output = Command::new("bash").args(["-c", script, "bash", program]).args(words).output().ok()?;
    Some(stdout(&output).lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_commands_options_and_values() {
    for (words, offered, not_offered) in [
        (&["svodka-query", "s"][..], &["search", "show", "significant", "stats", "serve"][..], "facets"),
        (&["svodka-query", "search", "--no-"], &["--no-actor", "--no-think-tank"], "--actor"),
        (&["svodka-query", "search", "порт", "--sort", "ne"], &["newest"], "oldest"),
        (&["svodka-query", "--index", "a", "timeline", "--by", ""], &["day", "week", "month", "year"], "hour"),
        (&["svodka-query", "completions", "z"], &["zsh"], "bash"),
        (&["svodka-index", "--re"], &["--rebuild", "--retry-failed"], "--quiet"),
        (&["svodka-index", "--color", "n"], &["never"], "always"),
    ] {
        let Some(found) = completed(words) else {
            println!("skipped: there is no bash");
            return;
        };
        for word in offered {
            assert!(found.iter().any(|f| f == word), "{words:?}: {word} is not in {found:?}");
        }
        assert!(!found.iter().any(|f| f == not_offered), "{words:?}: {not_offered} is in {found:?}");
    }
    // A name is no file.
    let found = completed(&["svodka-query", "search", "--actor", "Ки"]).unwrap();
    assert_eq!(found, ["Ки"]);
}

#[test]
fn options_that_would_do_nothing_or_harm_are_refused() {
    let archive = Archive::new();
    archive.write("in/a.txt", "В Туле открыли завод по сборке насосов.\n");
    for (arguments, message) in [
        (&["in", "--explain"][..], "--dry-run"),
        (&["in", "--jobs", "0"], "--jobs 0: use a number from 1"),
        (&["in", "--memory", "5"], "--memory 5: too little"),
        (&["in", "--memory", "10M"], "at least 256M"),
        (&["in", "--commit-every", "0"], "--commit-every"),
        (&["-", "--watch"], "standard input cannot be watched"),
    ] {
        let said = refused(&archive, "svodka-index", arguments);
        assert!(said.contains(message), "{arguments:?}: {said}");
        assert!(!archive.path("index").is_dir(), "{arguments:?} has written an index");
    }
}

#[test]
fn hints_lead_to_what_was_meant() {
    let archive = dated();
    for (arguments, message) in [
        (&["порт"][..], "svodka-query search 'порт'"),
        (&["serch", "порт"], "search"),
        (&["search", "-порт"], "search -- -порт"),
        (&["search", "город", "-порт"], "'завод -порт'"),
        (&["search", "-outlet:РБК"], "search -- -outlet:РБК"),
        (&["explain", "old"], "explain old WORDS"),
        (&["search", "--fields", "id"], "--csv or --jsonl"),
        (&["search", "--csv", "--fields", "id,colour"], "think_tanks"),
        (&["man", "ищи"], "svodka-index"),
    ] {
        let said = refused(&archive, "svodka-query", arguments);
        assert!(said.contains(message), "{arguments:?}: {said}");
    }
    let numbers = (0..12).map(|n| format!("{{\"text\": \"Новость о погоде {n}.\"}}\n")).collect::<String>();
    assert!(archive.write("many.jsonl", numbers).index(&["many.jsonl"]).status.success());
    let said = refused(&archive, "svodka-query", &["show", "1"]);
    assert!(!said.contains("did you mean"), "{said}");
}

#[test]
fn few_articles_are_not_said_to_be_many() {
    let archive = Archive::sample();
    let output = archive.query(&["significant", "Дунай"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "the search finds 1 article, fewer than --min-count 2; lower it\n");
}

#[test]
fn help_and_manual_have_examples_and_exit_status() {
    let archive = Archive::new();
    for (program, arguments) in
        [("svodka-query", &["--help"][..]), ("svodka-query", &["search", "-h"]), ("svodka-index", &["--help"])]
    {
        let help = stdout(&archive.run(program, arguments));
        let (examples, options) = (help.find("Examples:"), help.find("Options:"));
        assert!(examples.is_some() && examples < options && help.contains("Exit status:"), "{help}");
        assert!(!help.contains('\u{1b}'), "{help}");
    }
    let search = stdout(&archive.query(&["search", "--help"]));
    for heading in ["Filters:", "Output:"] {
        assert!(search.contains(&format!("\n{heading}\n")), "{search}");
    }
    let (actor, outlet) = (search.find("--actor").unwrap(), search.find("--outlet").unwrap());
    let color = search.find("--color").unwrap();
    assert!(!(actor.min(outlet)..actor.max(outlet)).contains(&color), "--color is no filter: {search}");
    let page = stdout(&archive.query(&["man", "search"]));
    for section in ["EXAMPLES", "ENVIRONMENT", "FILES", "\"EXIT STATUS\"", "\"SEE ALSO\""] {
        assert!(page.contains(&format!(".SH {section}\n")), "{section} is not in:\n{page}");
    }
}

#[test]
fn hits_can_be_printed_as_ids_or_chosen_fields() {
    let archive = dated();
    assert_eq!(stdout(&archive.query(&["search", "порт", "--ids"])), "old\nnew\n");
    let csv = stdout(&archive.query(&["search", "порт", "--csv", "--fields", "day,title,id"]));
    assert_eq!(csv, "day,title,id\n2025-01-01,Порт и порт,old\n2025-01-31,Город у моря,new\n");
    let lines = stdout(&archive.query(&["search", "рынок", "--jsonl", "--fields", "title,day"]));
    assert_eq!(lines, "{\"title\":\"Город у моря\",\"day\":\"2025-01-31\"}\n");
}

#[test]
fn newer_articles_can_weigh_more() {
    let archive = dated();
    let ids = |arguments: &[&str]| stdout(&archive.query(&[&["search", "порт", "--ids"], arguments].concat()));
    assert_eq!(ids(&[]), "old\nnew\n");
    let recency = |id: &str| {
        let output = archive.query(&["explain", id, "порт", "--boost-recent", "30", "--json"]);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["recency"].as_f64().unwrap()
    };
    // The newest weighs twice, one of DAYS before it half of that more; without a date nothing is added.
    assert!((recency("new") - 2.0).abs() < 1e-3 && (recency("old") - 1.5).abs() < 1e-3);
    let scores = |arguments: &[&str]| {
        let found = archive.search(&[&["порт"], arguments].concat());
        let hits = found["hits"].as_array().unwrap().clone();
        let score = |id: &str| hits.iter().find(|hit| hit["id"] == id).unwrap()["score"].as_f64().unwrap();
        (score("old"), score("new"))
    };
    let ((old, new), (old_boosted, new_boosted)) = (scores(&[]), scores(&["--boost-recent", "30"]));
    assert!((old_boosted / old - 1.5).abs() < 1e-3 && (new_boosted / new - 2.0).abs() < 1e-3);
    // With a short half-life, the newest overtakes what is more about the subject, if it was close enough.
    let (old, new) = scores(&["--boost-recent", "1"]);
    assert_eq!(ids(&["--boost-recent", "1"]) == "new\nold\n", new > old);
}

#[test]
fn offset_any_and_batches_of_whole_hits() {
    let archive = dated();
    assert_eq!(stdout(&archive.query(&["search", "порт", "--ids", "--offset", "1"])), "new\n");
    assert_eq!(archive.search(&["порт", "дождь"])["total"], 0);
    assert_eq!(archive.search(&["порт", "дождь", "--any"])["total"], 3);
    archive.write("queries", "порт\n{\"id\": 7, \"q\": \"порт дождь\", \"any\": true, \"offset\": 2}\n");
    let output = archive.query(&["batch", "queries", "--full", "--limit", "1"]);
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["total"], &lines[0]["hits"][0]["title"]), (&2.into(), &"Порт и порт".into()));
    assert!(lines[0]["hits"][0]["snippet"]["text"].as_str().unwrap().contains("порт"));
    assert_eq!((&lines[1]["id"], &lines[1]["total"]), (&7.into(), &3.into()));
    assert_eq!(lines[1]["hits"].as_array().unwrap().len(), 1);
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let archive = dated();
    let has_colour = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::new(binary("svodka-query"));
        command.args(["search", "порт"]).args(arguments).current_dir(archive.path(""));
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
            command.env_remove(name);
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).contains('\u{1b}')
    };
    assert!(!has_colour(&[], &[]), "a pipe gets no colour");
    assert!(has_colour(&[], &["--color", "always"]));
    assert!(!has_colour(&[], &["--color", "never"]));
    assert!(has_colour(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]), "NO_COLOR comes first");
    assert!(has_colour(&[("NO_COLOR", "1")], &["--color", "always"]), "what is typed comes before the environment");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let archive = Archive::sample();
    for arguments in [
        &["search", "--json", "--limit", "1000"][..],
        &["search", "--all", "--jsonl"],
        &["search", "--all", "--csv"],
        &["facets", "actor", "--limit", "all"],
        &["show", "01-politexpert-isw.txt"],
        &["man"],
        &["completions", "bash"],
    ] {
        let mut command = Command::new(binary("svodka-query"));
        command.args(arguments).current_dir(archive.path("")).stdout(std::process::Stdio::piped());
        let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).is_empty(), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
#[cfg(unix)]
fn files_of_an_index_have_the_mode_that_the_umask_leaves() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new();
    archive.write("in/a.txt", "В Туле открыли завод по сборке насосов.\n").write("in/b.txt", "");
    let command = format!("umask 022; '{}' in; exit 0", binary("svodka-index").display());
    assert!(Command::new("sh").args(["-c", &command]).current_dir(archive.path("")).status().unwrap().success());
    let mut folders = vec![archive.path("index")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o644, "{}", entry.path().display());
            files += 1;
        }
    }
    assert!(files > 5, "{files}");
}

#[test]
fn a_graph_has_names_as_nodes_and_no_edge_twice() {
    let archive = Archive::sample();
    let graph = stdout(&archive.query(&["citations", "--graphml"]));
    let tags = |start: &str| graph.lines().map(str::trim).filter(|line| line.starts_with(start)).collect::<Vec<_>>();
    let (nodes, edges) = (tags("<node id="), tags("<edge source="));
    assert!(nodes.contains(&"<node id=\"Politexpert\">") && edges.len() > 20, "{graph}");
    for tags in [nodes, edges] {
        let mut distinct = tags.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), tags.len());
    }
    assert!(graph.contains("<data key=\"first\">20"), "{graph}");
}

#[test]
fn titles_break_between_words() {
    let archive = Archive::sample();
    let shown = stdout(&archive.query(&["search", "--facets", "none", "--limit", "30"]));
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.lines().any(|line| line.starts_with("    ") && !line.contains(" · ")), "{shown}");
}

#[test]
fn a_correction_that_matches_nothing_gets_a_warning() {
    let archive = Archive::new();
    archive.write("in/a.txt", "Президент Аргентины Хавьер Милей приехал в Тулу. Его встретила Анна Астрова.\n");
    assert!(archive.index(&["in"]).status.success());
    archive.write("index/gazetteer.toml", "[[block]]\nname = \"Анна Острова\"\n[[block]]\nname = \"Тула\"\n");
    let output = archive.index(&["in"]);
    assert_eq!(output.status.code(), Some(0));
    let said = stderr(&output);
    assert!(said.contains("[[block]] «Анна Острова»: nothing in this index has this name"), "{said}");
    assert!(said.contains("did you mean «Анна Астрова»") && !said.contains("«Тула»"), "{said}");
    let again = stderr(&archive.index(&["in"]));
    assert!(!again.contains("nothing in this index"), "{again}");
}
