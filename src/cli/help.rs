//! The help of both programs beyond their options: examples, topics, exit status. `--help` and the manual pages are made
//! from the same tables.

use super::{index::IndexArgs, query::QueryArgs};
use clap::{Arg, Command, CommandFactory, builder::Styles};

/// What is told about a command besides its options.
pub(super) struct Topic {
    /// The command; empty for the program itself.
    pub(super) command: &'static str,
    /// What somebody wants, and the command line that does it.
    pub(super) examples: &'static [(&'static str, &'static str)],
}

/// The topics of `svodka-index`.
pub(super) const INDEX: Topic = Topic {
    command: "",
    examples: &[
        ("Build ./index from a folder; later, bring it up to date", "svodka-index articles"),
        ("See what extraction finds in an article; nothing is written", "svodka-index --dry-run articles/one.txt"),
        ("The same for programs, with the rule behind each result", "svodka-index --dry-run --json --explain articles"),
        ("Records whose fields have names of their own", "svodka-index --map title=headline,text=body news.csv"),
        ("Index every change as it happens", "svodka-index --watch articles"),
        ("Hand new articles that match saved searches to a program", "svodka-index --on-match ./tell-me articles"),
    ],
};

/// The topics of `svodka-query` and its commands.
pub(super) const QUERY: &[Topic] = &[
    Topic {
        command: "",
        examples: &[
            ("Search; words match in any form", "svodka-query search порт"),
            ("Articles that cite a think tank, by any of its names", "svodka-query search --think-tank ISW"),
            ("Who is cited, and how often", "svodka-query facets cited --limit 30"),
            ("One article with its actors and evidence", "svodka-query show 01-politexpert-isw.txt"),
            ("The search page in a browser", "svodka-query serve"),
        ],
    },
    Topic {
        command: "search",
        examples: &[
            ("All words, in any form; without those marked -", "svodka-query search 'завод -Одесса'"),
            ("A phrase, or another word", "svodka-query search '\"ночной поезд\" OR ячмень'"),
            (
                "Articles of one outlet that cite a source, newest first",
                "svodka-query search --cited ISW --outlet РБК --sort newest",
            ),
            ("A period, without an actor", "svodka-query search порт --from 2025-03 --to 2025-04 --no-actor США"),
            (
                "All hits as a table with chosen columns",
                "svodka-query search порт --all --csv --fields date,outlet,title",
            ),
            (
                "The ids of all hits, to be read one by one",
                "svodka-query search порт --all --ids | xargs -n1 svodka-query show",
            ),
        ],
    },
    Topic {
        command: "explain",
        examples: &[(
            "Why an article has its place among the hits",
            "svodka-query explain 01-politexpert-isw.txt порт",
        )],
    },
    Topic {
        command: "facets",
        examples: &[
            ("The think tanks cited in articles about a subject", "svodka-query facets think_tank порт"),
            ("People only", "svodka-query facets actor --kind person"),
            ("Every value, for a spreadsheet", "svodka-query facets outlet --limit all --csv"),
        ],
    },
    Topic {
        command: "citations",
        examples: &[
            ("Who cites a think tank, and in what words", "svodka-query citations --think-tank ISW --evidence"),
            ("Who was cited by how many outlets, and by whom first", "svodka-query citations порт --by source"),
            ("Think tanks by month and outlet", "svodka-query citations --kind think_tank --by month,outlet --csv"),
            ("The whole graph, for Gephi or networkx", "svodka-query citations --graphml > citations.graphml"),
        ],
    },
    Topic {
        command: "origins",
        examples: &[
            ("Who had it first, and who only repeated it", "svodka-query origins порт"),
            ("The whole graph, for Graphviz", "svodka-query origins порт --dot | dot -Tsvg > origins.svg"),
        ],
    },
    Topic {
        command: "cooccur",
        examples: &[
            ("With whom Китай is named", "svodka-query cooccur Китай"),
            (
                "Which sources are cited where an actor takes part",
                "svodka-query cooccur Китай --facet cited --sort score",
            ),
        ],
    },
    Topic {
        command: "significant",
        examples: &[
            ("What sets an outlet apart from the rest of the archive", "svodka-query significant --outlet РБК"),
            ("Sources typical of a subject", "svodka-query significant порт --facet cited"),
        ],
    },
    Topic {
        command: "show",
        examples: &[
            ("An article by its id, its path or the end of its path", "svodka-query show 01-politexpert-isw.txt"),
            ("The article object, with character offsets", "svodka-query show 01-politexpert-isw.txt --json"),
        ],
    },
    Topic {
        command: "similar",
        examples: &[("Articles on the same subject", "svodka-query similar 01-politexpert-isw.txt --limit 10")],
    },
    Topic {
        command: "analyze",
        examples: &[
            ("The stems of words", "svodka-query analyze Китая людьми"),
            ("Of every word of a file", "svodka-query analyze < article.txt"),
        ],
    },
    Topic {
        command: "batch",
        examples: &[
            ("A query per line, the ids of the best 20 hits", "svodka-query batch queries.txt --limit 20"),
            ("Whole hits, for queries from another program", "make-queries | svodka-query batch - --full"),
        ],
    },
    Topic {
        command: "timeline",
        examples: &[
            ("Articles per month", "svodka-query timeline порт"),
            (
                "Per day, within a month, for a spreadsheet",
                "svodka-query timeline --by day --from 2025-03 --to 2025-03 --csv",
            ),
        ],
    },
    Topic {
        command: "watch",
        examples: &[
            ("Save a search under a name", "svodka-query watch add Порты порт --outlet РБК"),
            ("What was found since this was last asked", "svodka-query watch new"),
            ("The saved searches", "svodka-query watch list"),
        ],
    },
    Topic {
        command: "stats",
        examples: &[
            ("Size, dates and number of facet values", "svodka-query stats"),
            ("Formats, encodings, and what could not be read", "svodka-query stats --ingest"),
        ],
    },
    Topic {
        command: "check",
        examples: &[("Verify an index after a crash or a copy", "svodka-query check --index archive")],
    },
    Topic {
        command: "serve",
        examples: &[
            ("For this machine only", "svodka-query serve"),
            (
                "For a network, behind a secret",
                "svodka-query serve --addr 0.0.0.0:7878 --auth-token SECRET --allow-host news.example",
            ),
            (
                "Two archives under a path of a proxy",
                "svodka-query serve --base-path /svodka north=/srv/north/index south=/srv/south/index",
            ),
        ],
    },
    Topic {
        command: "mcp",
        examples: &[("As a client of language models starts it", "svodka-query mcp --index archive")],
    },
    Topic {
        command: "completions",
        examples: &[
            ("bash", "svodka-query completions bash > ~/.local/share/bash-completion/completions/svodka-query"),
            ("zsh, in a folder of fpath", "svodka-query completions zsh > ~/.zfunc/_svodka-query"),
            ("fish", "svodka-query completions fish > ~/.config/fish/completions/svodka-query.fish"),
        ],
    },
    Topic {
        command: "man",
        examples: &[
            ("Read a page", "svodka-query man search | man -l -"),
            ("Install it", "svodka-query man search > ~/.local/share/man/man1/svodka-query-search.1"),
        ],
    },
];

/// The commands of `svodka-query`, by what they are for.
const GROUPS: &[(&str, &[&str])] = &[
    ("Articles", &["search", "show", "similar", "explain", "batch"]),
    ("Counts", &["facets", "timeline"]),
    ("Relations", &["citations", "origins", "cooccur", "significant"]),
    ("Archive", &["watch", "serve", "mcp", "stats", "check"]),
    ("Other", &["analyze", "completions", "man"]),
];

/// What the exit status of `svodka-index` means.
pub(super) const INDEX_STATUS: &[(&str, &str)] = &[
    ("0", "everything was read"),
    ("1", "finished, but some inputs were refused; they are listed with their reasons"),
    ("2", "the job could not be done"),
    ("130", "stopped by a signal; everything read so far is in the index"),
];

/// What the exit status of `svodka-query` means.
pub(super) const QUERY_STATUS: &[(&str, &str)] = &[
    ("0", "something was found, or the command succeeded"),
    ("1", "nothing was found"),
    ("2", "an error; in a batch, at least one query was wrong"),
];

/// The command line of `svodka-index`, with its help.
#[must_use]
pub fn index_command() -> Command {
    let command = IndexArgs::command();
    let name = "svodka-index";
    with_help(command, name, INDEX.examples, INDEX_STATUS).mut_args(under_heading)
}

/// The command line of `svodka-query`, with its help.
#[must_use]
pub fn query_command() -> Command {
    let command = QueryArgs::command().mut_args(under_heading).mut_subcommands(|command| {
        let examples = QUERY.iter().find(|topic| topic.command == command.get_name()).map_or(&[][..], |t| t.examples);
        let path = format!("svodka-query {}", command.get_name());
        with_help(command, &path, examples, QUERY_STATUS).mut_args(under_heading)
    });
    let groups = groups(&command);
    let examples = QUERY.iter().find(|topic| topic.command.is_empty()).map_or(&[][..], |topic| topic.examples);
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}\n{groups}\n{}\n{{options}}{{after-help}}",
        examples_text(examples),
        heading("Options:"),
    );
    command.help_template(template).after_help(status_text("svodka-query", QUERY_STATUS))
}

/// Puts an option under the heading of its topic.
fn under_heading(argument: Arg) -> Arg {
    if argument.is_positional() || argument.get_help_heading().is_some() {
        return argument;
    }
    let topic = match argument.get_id().as_str() {
        "query_file" | "any" | "actor" | "outlet" | "cited" | "think_tank" | "via" | "cited_kind" | "no_actor"
        | "no_outlet" | "no_cited" | "no_think_tank" | "no_via" | "no_cited_kind" | "from" | "to" | "month"
        | "main_actors" | "min_confidence" => "Filters",
        "sort" | "boost_recent" | "limit" | "offset" | "group" => "Order and number",
        "facets" | "facet_size" | "facet_prefix" | "facet_kind" => "Facets",
        "json" | "jsonl" | "csv" | "csv_excel" | "xlsx" | "references" | "paths" | "ids" | "fields" | "all"
        | "graphml" | "evidence" | "full" => "Output",
        "index" | "color" => "General",
        _ => return argument,
    };
    argument.help_heading(topic)
}

fn with_help(command: Command, path: &str, examples: &[(&str, &str)], status: &[(&str, &str)]) -> Command {
    let text = examples_text(examples);
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}\n{{all-args}}{{after-help}}");
    command.help_template(template).after_help(status_text(path, status))
}

fn heading(text: &str) -> String {
    let style = Styles::styled();
    let style = style.get_header();
    format!("{style}{text}{style:#}")
}

/// Each example with what it does below it.
fn examples_text(examples: &[(&str, &str)]) -> String {
    let style = Styles::styled();
    let style = style.get_literal();
    let mut text = heading("Examples:") + "\n";
    for (what, line) in examples {
        // A template is text between braces.
        debug_assert!(!line.contains(['{', '}']), "{line}");
        text.push_str(&format!("  {style}{line}{style:#}\n        {what}\n"));
    }
    text
}

fn groups(command: &Command) -> String {
    let style = Styles::styled();
    let style = style.get_literal();
    let mut text = heading("Commands:") + "\n";
    for (group, names) in GROUPS {
        text.push_str(&format!("  {group}:\n"));
        for name in *names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!("    {style}{name:<12}{style:#} {about}\n"));
        }
    }
    text
}

fn status_text(path: &str, status: &[(&str, &str)]) -> String {
    let mut text = heading("Exit status:") + "\n";
    for (code, meaning) in status {
        text.push_str(&format!("  {code:<4}{meaning}\n"));
    }
    let page = path.strip_prefix("svodka-query ").map_or_else(String::new, |command| format!(" {command}"));
    let page = if path == "svodka-index" { " svodka-index" } else { &page };
    text + &format!("\nManual page: svodka-query man{page}")
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, INDEX, QUERY, index_command, query_command};
    use clap::Command;

    /// The words of a command line in shell quotes, up to a pipe or redirection.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        let end = words.iter().position(|word| ["|", ">", "<"].contains(&word.as_str())).unwrap_or(words.len());
        words.truncate(end);
        words
    }

    #[test]
    fn every_command_is_in_one_group_and_has_examples() {
        let command = query_command();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let mut names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(grouped, names);
        for name in names {
            let topic = QUERY.iter().find(|topic| topic.command == name);
            assert!(topic.is_some_and(|topic| !topic.examples.is_empty()), "{name} has no example");
        }
    }

    #[test]
    fn every_example_is_a_command_line_that_is_understood() {
        for (_, line) in QUERY.iter().chain([&INDEX]).flat_map(|topic| topic.examples) {
            let line = line.strip_prefix("make-queries | ").unwrap_or(line);
            let words = words(line);
            let command = if words[0] == "svodka-index" { index_command() } else { query_command() };
            let outcome = command.try_get_matches_from(&words);
            assert!(outcome.is_ok(), "{line}: {}", outcome.unwrap_err());
        }
    }

    #[test]
    fn every_help_begins_with_examples() {
        for mut command in [index_command(), query_command()] {
            command.build();
            let pages = std::iter::once(command.clone()).chain(command.get_subcommands().cloned());
            for mut page in pages.filter(|page| page.get_name() != "help") {
                let help = page.render_long_help().to_string();
                let (examples, options) = (help.find("Examples:"), help.find("Options:"));
                assert!(examples.is_some() && examples < options, "{help}");
                assert!(help.contains("Exit status:"), "{help}");
            }
        }
    }
}
