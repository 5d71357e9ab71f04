//! `svodka-query`: reads an index; never writes to it.

use super::{
    account, batch,
    common::{Color, Exit},
    search::{Format, SearchArgs},
};
use crate::{
    analyse::{Analysis, stem::Stemmer, terms::index_terms},
    error::Result,
    index::{Facet, Index},
    query::{Hit, Interval, Request, Response, SearchEngine, Sort},
    show::{csv::HitsWriter, escape, json, terminal},
};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::{
    io::{self, BufRead, Write},
    ops::ControlFlow,
    path::PathBuf,
};

/// Searches an index of Russian-language news articles.
///
/// Exit status: 0 with hits, 1 without, 2 on an error.
#[derive(Debug, Parser)]
#[command(name = "svodka-query", version, max_term_width = 100)]
pub struct QueryArgs {
    /// The index folder.
    #[arg(long, value_name = "DIR", default_value = "index", env = "SVODKA_INDEX", global = true)]
    index: PathBuf,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t, global = true)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds articles and counts facets.
    Search {
        #[command(flatten)]
        search: SearchArgs,
        #[command(flatten)]
        format: Format,
    },
    /// Explains an article's score for a query: its parts, and which words of the article matched.
    Explain {
        /// Its id or its path.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        search: SearchArgs,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the values of one facet, most frequent first.
    Facets {
        /// actor, outlet, think_tank, cited, cited_kind, via or month.
        #[arg(value_name = "FACET")]
        facet: String,
        #[command(flatten)]
        search: SearchArgs,
        /// Only values with a word that begins so.
        #[arg(long, value_name = "TEXT")]
        prefix: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints one article with its evidence, actors and boilerplate marked.
    Show {
        /// Its id, its path, or the end of its path.
        #[arg(value_name = "ID")]
        id: String,
        /// Print the article object as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows what the analyzer makes of words: WORD, tab, its index terms.
    Analyze {
        /// Words or text; without any, lines are read from standard input.
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
    },
    /// Runs many queries from a file, one a line: query text, or a JSON object with id, q and search options.
    Batch {
        /// The file; `-` for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        search: SearchArgs,
        /// Print whole hits instead of ids.
        #[arg(long)]
        full: bool,
        /// Print JSON Lines (the only format; accepted for symmetry).
        #[arg(long)]
        json: bool,
    },
    /// Counts matching articles by day, week, month or year.
    Timeline {
        #[command(flatten)]
        search: SearchArgs,
        /// Width of a bar.
        #[arg(long, value_enum, default_value = "month")]
        by: By,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Print CSV.
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Says what is in the index.
    Stats {
        /// Say how everything was read instead: formats, encodings, origins of dates and outlets, what was refused.
        #[arg(long)]
        ingest: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Verifies the index: manifest, checksums, and that facets agree with the stored articles.
    Check,
    /// Opens the archive in a browser: the search page and its HTTP API.
    Serve {
        #[command(flatten)]
        serve: super::serve::ServeArgs,
    },
    /// Prints a completion script for a shell.
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, in roff.
    Man,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Day,
    Week,
    Month,
    Year,
}

/// Runs `svodka-query`.
///
/// # Errors
/// Whatever keeps the question from being answered.
pub fn run(args: &QueryArgs) -> Result<Exit> {
    match &args.command {
        Command::Search { search, format } => run_search(args, search, format),
        Command::Explain { id, search, json } => explain(args, id, search, *json),
        Command::Facets { facet, search, prefix, json } => run_facets(args, facet, search, prefix.as_deref(), *json),
        Command::Show { id, json } => show(args, id, *json),
        Command::Analyze { text } => analyze(text),
        Command::Batch { file, search, full, json: _ } => {
            let index = Index::open(&args.index)?;
            batch::run(&SearchEngine::new(&index, index.manifest().lexicon()?), file, &search.request()?, *full)
        }
        Command::Timeline { search, by, json, csv } => timeline(args, search, *by, *json, *csv),
        Command::Stats { ingest: true, json } => account::of_index(&args.index, *json),
        Command::Stats { ingest: false, json } => stats(args, *json),
        Command::Check => check(args),
        Command::Serve { serve } => super::serve::run(&args.index, serve),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut QueryArgs::command(), "svodka-query", &mut script);
            clap_complete::generate(*shell, &mut super::index::IndexArgs::command(), "svodka-index", &mut script);
            io::stdout().write_all(&script)?;
            Ok(Exit::Success)
        }
        Command::Man => {
            clap_mangen::Man::new(QueryArgs::command()).render(&mut io::stdout())?;
            Ok(Exit::Success)
        }
    }
}

fn some_if(found: bool) -> Exit {
    if found { Exit::Success } else { Exit::Partly }
}

fn run_search(args: &QueryArgs, search: &SearchArgs, format: &Format) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let request = format.adjust(search.request()?)?;
    let mut out = args.color.stdout();
    if format.is_stream() {
        let total = stream(&engine, &request, format, &mut out)?;
        return Ok(some_if(total > 0));
    }
    let response = engine.search(&request)?;
    if format.json {
        serde_json::to_writer(&mut out, &json::search(&request.query, &response)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if response.total > 0 {
        terminal::response(&mut out, &response, request.offset, terminal::width())?;
    }
    out.flush()?;
    if !format.json {
        advise(&request, &response)?;
    }
    Ok(some_if(response.total > 0))
}

/// Prints hits one by one, as they are found.
fn stream(engine: &SearchEngine<'_>, request: &Request, format: &Format, out: &mut dyn Write) -> Result<u64> {
    let unsorted = format.all && request.sort == Sort::Relevance && request.boost_recent.is_none();
    let total = if format.csv {
        let mut csv = HitsWriter::new(&mut *out)?;
        let total = each_hit(engine, request, unsorted, &mut |hit| csv.write(hit))?;
        csv.finish()?;
        total
    } else if format.jsonl {
        each_hit(engine, request, unsorted, &mut |hit| {
            serde_json::to_writer(&mut *out, &json::hit(hit)).map_err(io::Error::from)?;
            Ok(writeln!(out)?)
        })?
    } else {
        each_hit(engine, request, unsorted, &mut |hit| Ok(writeln!(out, "{}", hit.article.path)?))?
    };
    out.flush()?;
    Ok(total)
}

fn each_hit(
    engine: &SearchEngine<'_>,
    request: &Request,
    unsorted: bool,
    print: &mut dyn FnMut(&Hit) -> Result<()>,
) -> Result<u64> {
    if unsorted {
        return engine.each_hit_unsorted(request, print);
    }
    engine.each_hit(request, &mut |hit| {
        print(&hit)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Says what to try when nothing or little was found.
fn advise(request: &Request, response: &Response) -> Result<()> {
    let mut err = io::stderr().lock();
    if response.total == 0 {
        writeln!(err, "no articles found")?;
    }
    if !response.suggestions.is_empty() {
        let list: Vec<String> = response.suggestions.iter().map(|w| format!("«{w}»")).collect();
        writeln!(err, "{}", escape::terminal_line(&format!("did you mean {}?", list.join(", "))))?;
    } else if response.total == 0 && !request.any && request.query.trim().contains(' ') {
        writeln!(err, "no article has all the words; --any finds those with some of them")?;
    }
    Ok(())
}

fn explain(args: &QueryArgs, id: &str, search: &SearchArgs, as_json: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let explained = SearchEngine::new(&index, index.manifest().lexicon()?).explain(id, &search.request()?)?;
    let mut out = args.color.stdout();
    if as_json {
        serde_json::to_writer(&mut out, &explained).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::explained(&mut out, &explained)?;
    }
    out.flush()?;
    Ok(some_if(explained.found))
}

fn run_facets(args: &QueryArgs, facet: &str, search: &SearchArgs, prefix: Option<&str>, as_json: bool) -> Result<Exit> {
    let facet = super::search::facet(facet)?;
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let facet_prefix = prefix.map(str::to_owned);
    let request = Request { facets: vec![facet], limit: 0, offset: 0, facet_prefix, ..search.request()? };
    let response = engine.search(&request)?;
    let mut out = args.color.stdout();
    if as_json {
        serde_json::to_writer(&mut out, &json::facets(&response.facets)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::facets(&mut out, &response.facets)?;
    }
    out.flush()?;
    Ok(some_if(response.facets.iter().any(|f| !f.values.is_empty())))
}

fn show(args: &QueryArgs, id: &str, as_json: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let lexicon = index.manifest().lexicon()?;
    let article = SearchEngine::new(&index, lexicon).article(id)?;
    let mut out = args.color.stdout();
    if as_json {
        let articles = json::Articles::new(lexicon, true);
        serde_json::to_writer(&mut out, &articles.object(&article)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::article(&mut out, &article, terminal::width())?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn analyze(text: &[String]) -> Result<Exit> {
    let stemmer = Stemmer::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if text.is_empty() {
        for line in io::stdin().lock().lines() {
            analyze_line(&line?, &stemmer, &mut out)?;
        }
    }
    for line in text {
        analyze_line(line, &stemmer, &mut out)?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

/// One line a word: what stands between white space, without the marks around it, then the terms of all its parts.
fn analyze_line(line: &str, stemmer: &Stemmer, out: &mut dyn Write) -> Result<()> {
    let line = crate::clean::normalise(line);
    for word in line.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())) {
        let mut terms: Vec<String> = Vec::new();
        index_terms(&Analysis::new(word), stemmer, &mut |t| {
            if t.start < t.end {
                terms.push(t.term.to_owned());
            }
        });
        if !terms.is_empty() {
            writeln!(out, "{word}\t{}", terms.join(" "))?;
        }
    }
    Ok(())
}

fn timeline(args: &QueryArgs, search: &SearchArgs, by: By, as_json: bool, as_csv: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let interval = match by {
        By::Day => Interval::Day,
        By::Week => Interval::Week,
        By::Month => Interval::Month,
        By::Year => Interval::Year,
    };
    let (bars, undated) = engine.timeline(&search.request()?, interval)?;
    let mut out = args.color.stdout();
    if as_json {
        let values: Vec<_> = bars.iter().map(|(v, c)| serde_json::json!({"value": v, "count": c})).collect();
        writeln!(out, "{}", serde_json::json!({"timeline": values, "undated": undated}))?;
    } else if as_csv {
        writeln!(out, "value,count")?;
        bars.iter().try_for_each(|(value, count)| writeln!(out, "{value},{count}"))?;
    } else {
        terminal::bars(&mut out, &bars)?;
        if undated > 0 {
            writeln!(out, "  {undated} undated")?;
        }
    }
    out.flush()?;
    Ok(some_if(!bars.is_empty() || undated > 0))
}

fn stats(args: &QueryArgs, as_json: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let stats = index.stats()?;
    let mut out = args.color.stdout();
    if as_json {
        serde_json::to_writer(&mut out, &stats).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        writeln!(
            out,
            "{} articles in {} segments, {:.1} MB on disk",
            stats.articles,
            stats.segments,
            stats.bytes as f64 / 1e6
        )?;
        if let (Some(first), Some(last)) = (&stats.first_date, &stats.last_date) {
            writeln!(out, "dated {first} to {last}, {} undated", stats.undated)?;
        }
        for facet in &stats.values {
            writeln!(out, "{} values of {}", facet.1, facet.0)?;
        }
        writeln!(out, "made by {}, format {}, analyzer {}", stats.made_by, stats.format, stats.analyzer)?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn check(args: &QueryArgs) -> Result<Exit> {
    let checked = Index::open(&args.index)?.check()?;
    let mut out = args.color.stdout();
    if checked.problems.is_empty() {
        writeln!(out, "{} articles: manifest, checksums, catalogue of files and facets are right", checked.articles)?;
        out.flush()?;
        return Ok(Exit::Success);
    }
    for problem in &checked.problems {
        writeln!(out, "{}", escape::terminal_line(problem))?;
    }
    if checked.more > 0 {
        writeln!(out, "… and {} more problems", checked.more)?;
    }
    let index = args.index.display();
    writeln!(out, "rebuild the index with: svodka-index --rebuild --index {index} FOLDER")?;
    out.flush()?;
    Ok(Exit::Failure)
}

/// The facets of a comma-separated list.
pub(super) fn facet_list(list: &str) -> Result<Vec<Facet>> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != "none")
        .map(super::search::facet)
        .collect()
}
