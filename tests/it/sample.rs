//! The sample archive end to end: what the product promises on an article of the typical form.

use super::harness::{Archive, root, stderr, stdout, strings};

#[test]
fn the_typical_article() {
    let archive = Archive::new();
    let path = root().join("corpus/01-politexpert-isw.txt");
    let articles = archive.dry_run(&[path.to_str().unwrap()]);
    check_typical(&articles[0]);
}

/// What must be found in an article of the typical form.
fn check_typical(article: &serde_json::Value) {
    assert_eq!(article["outlet"]["name"], "Politexpert");
    assert_eq!(article["outlet"]["from"], "text");
    assert_eq!(strings(&article["cited"], "name"), ["Институт изучения войны"]);
    let isw = &article["cited"][0];
    assert_eq!(isw["kind"], "think_tank");
    let mentions = strings(&isw["mentions"], "text");
    assert!(
        mentions.iter().any(|m| m == "ISW") && mentions.iter().any(|m| m == "Институте изучения войны"),
        "{mentions:?}"
    );
    assert!(isw["evidence"]["text"].as_str().unwrap().contains("ISW"));
    let entities = article["entities"].as_array().unwrap();
    let actors: Vec<&str> = entities
        .iter()
        .filter(|e| e["roles"].as_array().unwrap().contains(&"actor".into()))
        .map(|e| e["name"].as_str().unwrap())
        .collect();
    for actor in [
        "Россия",
        "Китай",
        "Северная Корея",
        "США",
        "Украина",
        "Сергей Шойгу",
        "Си Цзиньпин",
        "Ван И",
        "БРИКС",
        "Шанхайская организация сотрудничества",
    ] {
        assert_eq!(actors.iter().filter(|a| **a == actor).count(), 1, "{actor} in {actors:?}");
    }
    assert!(!actors.contains(&"Politexpert") && !actors.contains(&"Институт изучения войны"), "{actors:?}");
    let boilerplate = strings(&article["boilerplate"], "text").concat();
    assert!(boilerplate.contains("Комментировать") && boilerplate.contains("Напомним"), "{boilerplate}");
    let text: Vec<char> = article["text"].as_str().unwrap().chars().collect();
    for span in entities.iter().flat_map(|e| e["mentions"].as_array().unwrap()) {
        let (start, end) = (span["start"].as_u64().unwrap() as usize, span["end"].as_u64().unwrap() as usize);
        assert_eq!(text[start..end].iter().collect::<String>(), span["text"].as_str().unwrap());
    }
    assert!(article["title"].as_str().unwrap() != "Об этом сообщает «Politexpert» со ссылкой на ISW");
}

#[test]
fn any_name_of_a_source_finds_the_same_articles() {
    let archive = Archive::sample();
    let ids = |arguments: &[&str]| strings(&archive.search(arguments)["hits"], "id");
    let isw = ids(&["--think-tank", "ISW"]);
    assert!(isw.len() >= 2, "{isw:?}");
    for arguments in
        [["--think-tank", "институт изучения войны"], ["--cited", "Института изучения войны"], ["--cited", "isw"]]
    {
        assert_eq!(ids(&arguments), isw, "{arguments:?}");
    }
    assert!(!ids(&["--outlet", "politexpert"]).is_empty());
    let output = archive.query(&["search", "--outlet", "Politexprt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("«Politexpert»"), "{}", stderr(&output));
}

#[test]
fn running_twice_changes_nothing() {
    let archive = Archive::sample();
    let before = stdout(&archive.query(&["stats"]));
    let output = archive.index(&[root().join("corpus").to_str().unwrap()]);
    assert!(stderr(&output).contains("0 added, 0 changed, 30 unchanged"), "{}", stderr(&output));
    assert_eq!(stdout(&archive.query(&["stats"])), before);
}

#[test]
fn exit_status_and_pipes() {
    let archive = Archive::sample();
    assert_eq!(archive.query(&["search", "порт"]).status.code(), Some(0));
    let none = archive.query(&["search", "несуществующееслово"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(stdout(&none).is_empty() && stderr(&none).contains("no articles"), "{none:?}");
    let plain = stdout(&archive.query(&["search", "порт"]));
    assert!(!plain.contains('\u{1b}'), "no colour in a pipe");
    let mut child = std::process::Command::new(super::harness::binary("svodka-query"))
        .args(["search", "--json", "--limit", "1000"])
        .current_dir(archive.path(""))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0), "a closed pipe is no error");
}

#[test]
fn show_timeline_completions_and_manual() {
    let archive = Archive::sample();
    let shown = stdout(&archive.query(&["show", "01-politexpert-isw.txt"]));
    for part in [
        "⟪Об этом сообщает «Politexpert» со ссылкой на ISW⟫",
        "[Ван И]",
        "~ Комментировать",
        "marks: [actor]",
        "Cited sources",
        "Институт изучения войны",
    ] {
        assert!(shown.contains(part), "«{part}» is not in:\n{shown}");
    }
    let coloured = stdout(&archive.query(&["show", "01-politexpert-isw.txt", "--color", "always"]));
    assert!(coloured.contains("\u{1b}[4m") && !coloured.contains('⟪'), "{coloured}");
    let months = stdout(&archive.query(&["timeline"]));
    assert!(months.contains("2025-03"), "{months}");
    assert!(stdout(&archive.query(&["completions", "bash"])).contains("svodka-query"));
    assert!(stdout(&archive.query(&["man"])).contains(".TH svodka-query"));
    let page = stdout(&archive.query(&["man", "search"]));
    assert!(page.contains(".TH svodka-query-search") && page.contains("think\\-tank"), "{page}");
    assert!(stdout(&archive.query(&["man", "svodka-index"])).contains(".TH svodka-index"));
    assert_eq!(archive.query(&["man", "ищи"]).status.code(), Some(2));
    let check = stdout(&archive.query(&["check"]));
    assert_eq!(check, "30 articles: manifest, checksums, list of files and facets are correct\n");
}

#[test]
fn a_field_that_is_none_is_told() {
    let archive = Archive::sample();
    let output = archive.query(&["search", "--", "outlt:РБК"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("no field outlt:") && said.contains("did you mean outlet:?"), "{said}");
}

/// Needs the given article below the folder named by `SVODKA_SHARED`.
#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn the_given_article() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED") else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let path = std::path::PathBuf::from(shared).join("corpus/seed/politexpert-isw.txt");
    let archive = Archive::new();
    check_typical(&archive.dry_run(&[path.to_str().unwrap()])[0]);
    // One file alone is a whole archive too.
    assert!(archive.index(&[path.to_str().unwrap()]).status.success());
    for filter in [["--think-tank", "ISW"], ["--cited", "Института изучения войны"], ["--outlet", "politexpert"]]
    {
        assert_eq!(archive.search(&filter)["total"], 1, "{filter:?}");
    }
    let said = archive.search(&["--", "said_by:ISW \"Северная Корея\""]);
    assert_eq!(said["total"], 1);
}
