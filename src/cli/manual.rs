//! Manual pages, in roff: what clap knows of a command, then examples, environment, files, exit status and related pages.

use super::help::{self, Topic};
use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};
use std::io::Result;

/// Variables that both programs read.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("SVODKA_INDEX", "The index folder, where --index is not given."),
    ("NO_COLOR", "If set, no colour is used unless --color always asks for it."),
];

/// The variable that only `serve` reads.
const TOKEN: (&str, &str) = ("SVODKA_AUTH_TOKEN", "The secret of serve, where --auth-token is not given.");

/// What lies in an index folder.
const FILES: &[(&str, &str)] = &[
    ("index/manifest.json", "What made the index: format, analyzer, dictionaries, and the folder of its segments."),
    ("index/segments-N/", "The inverted index, the stored articles and the list of files."),
    ("index/failures.jsonl", "Inputs that could not be read: an object with path and reason per line."),
    ("index/gazetteer.toml", "Your own names and corrections, if you have any."),
];

/// The names of all pages.
pub(super) fn names() -> Vec<String> {
    let command = help::query_command();
    let commands = command.get_subcommands().map(|command| command.get_name().to_owned());
    commands.chain(["svodka-index".to_owned()]).collect()
}

/// The page of a program or of a command of `svodka-query`; `None` when there is no such page.
///
/// # Errors
/// None that can happen: it is written to memory.
pub(super) fn page(name: Option<&str>) -> Result<Option<Vec<u8>>> {
    let query = || help::QUERY.iter();
    let (command, topic, status) = match name {
        None | Some("svodka-query") => {
            (help::query_command(), query().find(|topic| topic.command.is_empty()), help::QUERY_STATUS)
        }
        Some("index" | "svodka-index") => (help::index_command(), Some(&help::INDEX), help::INDEX_STATUS),
        Some(name) => {
            let mut program = help::query_command().disable_help_subcommand(true);
            program.build();
            let Some(command) = program.find_subcommand(name).cloned() else { return Ok(None) };
            (command, query().find(|topic| topic.command == name), help::QUERY_STATUS)
        }
    };
    let serves = matches!(name, None | Some("svodka-query" | "serve"));
    render(command, topic, status, serves).map(Some)
}

fn render(command: Command, topic: Option<&Topic>, status: &[(&str, &str)], serves: bool) -> Result<Vec<u8>> {
    let has_commands = command.has_subcommands();
    let related = related(&command);
    let page = Man::new(command.disable_help_subcommand(true)).manual("Svodka");
    let mut out = Vec::new();
    page.render_title(&mut out)?;
    page.render_name_section(&mut out)?;
    page.render_synopsis_section(&mut out)?;
    page.render_description_section(&mut out)?;
    page.render_options_section(&mut out)?;
    if has_commands {
        page.render_subcommands_section(&mut out)?;
    }
    let mut roff = Roff::default();
    roff.control("SH", ["EXAMPLES"]);
    for (what, line) in topic.map_or(&[][..], |topic| topic.examples) {
        roff.control("TP", []).text([roman(format!("{what}:"))]);
        roff.text([bold(*line)]);
    }
    let environment = ENVIRONMENT.iter().chain(serves.then_some(&TOKEN));
    list(&mut roff, "ENVIRONMENT", environment);
    list(&mut roff, "FILES", FILES.iter());
    list(&mut roff, "EXIT STATUS", status.iter());
    roff.control("SH", ["SEE ALSO"]);
    roff.text([roman(related.join(", "))]);
    roff.to_writer(&mut out)?;
    Ok(out)
}

fn list<'a>(roff: &mut Roff, heading: &str, entries: impl Iterator<Item = &'a (&'a str, &'a str)>) {
    roff.control("SH", [heading]);
    for (name, meaning) in entries {
        roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
    }
}

/// Pages that belong to a command's: its program, the other program, its own commands.
fn related(command: &Command) -> Vec<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut pages = vec!["svodka-index(1)".to_owned(), "svodka-query(1)".to_owned()];
    if name == "svodka-query" {
        let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
        pages.extend(commands.map(|command| format!("svodka-query-{}(1)", command.get_name())));
    }
    pages.retain(|page| *page != format!("{name}(1)"));
    pages
}

#[cfg(test)]
mod tests {
    use super::{names, page};

    #[test]
    fn every_page_has_all_sections() {
        for name in names() {
            let page = String::from_utf8(page(Some(&name)).unwrap().unwrap()).unwrap();
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "ENVIRONMENT", "FILES"] {
                assert!(page.contains(&format!(".SH {section}\n")), "{name} has no {section}:\n{page}");
            }
            assert!(page.contains(".SH \"EXIT STATUS\"\n") && page.contains(".SH \"SEE ALSO\"\n"), "{name}:\n{page}");
        }
        assert!(page(Some("ищи")).unwrap().is_none());
    }
}
