//! The first minute: indexes the sample archive in `corpus/` into `index/` and searches it, by way of the library.
//!
//! Run it with `cargo quickstart`.

use std::{error::Error, io::Write, path::PathBuf};
use svodka::show::terminal;
use svodka_ingest::{BuildOptions, build};
use svodka_search::{Filters, Request, SearchEngine};
use svodka_store::{Facet, Index};
use svodka_text::names::Lexicon;

fn main() -> Result<(), Box<dyn Error>> {
    let lexicon = Lexicon::bundled();
    let index = PathBuf::from("index");
    let options = BuildOptions { rebuild: true, ..BuildOptions::new(vec!["corpus".into()], index.clone()) };
    let report = build(&options, lexicon, &mut |_| {})?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "Indexed {} sample articles from corpus/ into index/.\n", report.progress.articles)?;

    let opened = Index::open(&index)?;
    let engine = SearchEngine::new(&opened, lexicon);
    let facets = vec![Facet::Actor, Facet::Outlet, Facet::ThinkTank];
    let request =
        Request {
            query: "санкции".into(), limit: 2, facets: facets.clone(), facet_size: 5, ..Request::default()
        };
    writeln!(out, "$ svodka-query search санкции\n")?;
    terminal::response(&mut out, &engine.search(&request)?, 0, terminal::width())?;

    let filters = Filters { with: vec![(Facet::Cited, "ISW".into())], without: Vec::new() };
    let request = Request { filters, limit: 2, facets: vec![Facet::Outlet], ..Request::default() };
    writeln!(out, "\n$ svodka-query search --cited ISW\n")?;
    terminal::response(&mut out, &engine.search(&request)?, 0, terminal::width())?;

    writeln!(
        out,
        "\nNext:
  cargo install --path .                                   # svodka-index and svodka-query
  svodka-query search санкции --think-tank \"Института изучения войны\"
  svodka-query show 01-politexpert-isw.txt                 # an article with its evidence
  svodka-query facets think_tank                           # who is cited, and how often
  svodka-index ПАПКА --index моя && svodka-query search --index моя слово"
    )?;
    Ok(())
}
