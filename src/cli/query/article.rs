//! `show` and `analyze`: one article, one text.

use super::QueryArgs;
use crate::{
    cli::common::Exit,
    show::{json, terminal},
};
use std::io::{self, BufRead, Write};
use svodka_search::SearchEngine;
use svodka_store::{Index, error::Result};
use svodka_text::analyse::{Analysis, stem::Stemmer, terms::stems_by_position};

pub(super) fn show(args: &QueryArgs, id: &str, as_json: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let lexicon = index.manifest().lexicon()?;
    let article = SearchEngine::new(&index, lexicon).article(id)?;
    let mut out = args.color.stdout();
    if as_json {
        let articles = json::Articles::new(lexicon, true);
        serde_json::to_writer(&mut out, &articles.object(&article)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::article(&mut out, &article, terminal::width(), args.color.marking())?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

pub(super) fn analyze(text: &[String]) -> Result<Exit> {
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
    let line = svodka_text::clean::normalise(line);
    for word in line.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())) {
        let mut terms: Vec<String> = Vec::new();
        stems_by_position(&Analysis::new(word), stemmer, &mut |t| {
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
