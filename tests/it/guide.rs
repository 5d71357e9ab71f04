//! The guide: every command in it is run on a copy of the sample archive, and its output compared.
//!
//! `UPDATE_EXPECT=1 cargo test guide` writes the present output into the guide.

use super::harness::{copy, root, shell};
use std::{fs, sync::LazyLock};
use tempfile::TempDir;

/// A command of the guide with the output that stands below it.
struct Step<'g> {
    command: &'g str,
    output: String,
}

const PATH: &str = "docs/guide.md";

/// Splits the guide into text and steps: a step begins with `$ ` in a `console` block.
enum Piece<'g> {
    Text(&'g str),
    Step(Step<'g>),
}

fn pieces(guide: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut inside = false;
    for line in guide.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
            pieces.push(Piece::Text(line));
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            pieces.push(Piece::Step(Step { command, output: String::new() }));
        } else if let (true, Some(Piece::Step(step))) = (inside, pieces.last_mut()) {
            step.output.push_str(line);
            step.output.push('\n');
        } else {
            pieces.push(Piece::Text(line));
        }
    }
    pieces
}

/// What differs from run to run: times, moments, speeds, ids made from paths.
fn steady(output: &str) -> String {
    static VARYING: LazyLock<[(regex::Regex, &str); 5]> = LazyLock::new(|| {
        let pattern = |text| regex::Regex::new(text).unwrap();
        [
            (pattern(r"\b[0-9a-f]{16}\b"), "ID"),
            (pattern(r"\d+(\.\d+)? (ms|s|MB/s|MB on disk)\b"), "N $2"),
            (pattern(r#""took_ms":[0-9.]+"#), r#""took_ms":N"#),
            (pattern(r"in \d+ segments?"), "in N segments"),
            (pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
        ]
    });
    let steady = VARYING.iter().fold(output.to_owned(), |text, (pattern, by)| pattern.replace_all(&text, *by).into());
    steady.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn every_command_prints_what_the_guide_says() {
    let guide = fs::read_to_string(root().join(PATH)).unwrap();
    let folder = TempDir::new().unwrap();
    copy(&root().join("corpus"), &folder.path().join("corpus"));
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut written = String::new();
    let mut wrong = Vec::new();
    let mut ran = 0;
    for piece in pieces(&guide) {
        match piece {
            Piece::Text(line) => written.push_str(&format!("{line}\n")),
            Piece::Step(step) => {
                ran += 1;
                let run = shell(folder.path(), step.command);
                let output = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
                if steady(&output) != steady(&step.output) {
                    wrong.push(format!("$ {}\n--- now\n{output}--- in the guide\n{}", step.command, step.output));
                }
                let keep = steady(&output) == steady(&step.output);
                let lines = if keep { &step.output } else { &output };
                written.push_str(&format!("$ {}\n{}\n", step.command, lines.trim_end()));
            }
        }
    }
    if update {
        fs::write(root().join(PATH), &written).unwrap();
        return;
    }
    assert!(wrong.is_empty(), "UPDATE_EXPECT=1 writes the new output into {PATH}\n{}", wrong.join("\n"));
    assert!(ran >= 25, "only {ran} commands found in {PATH}");
}

#[test]
fn every_command_of_the_program_is_in_the_guide() {
    let guide = fs::read_to_string(root().join(PATH)).unwrap();
    let help = String::from_utf8(shell(&root(), "svodka-query help").stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // The lines between are the headings of groups.
    let commands = commands.filter_map(|line| line.strip_prefix("    "));
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 10, "{help}");
    for name in names.into_iter().filter(|name| *name != "help") {
        assert!(guide.contains(&format!("svodka-query {name}")), "the guide says nothing of {name}");
    }
}
