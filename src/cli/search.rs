//! How to print hits: the options that commands with hits share.

use crate::show::csv::FIELDS;
use clap::{Args, builder::PossibleValuesParser};
use svodka_model::error::InputError;
use svodka_search::{Request, Sort};
use svodka_store::error::Result;

/// How to print hits.
#[derive(Clone, Debug, Default, Args)]
pub struct Format {
    /// Print the search object as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print hits as JSON Lines, one hit per line.
    #[arg(long, conflicts_with = "json")]
    pub jsonl: bool,
    /// Print hits as CSV.
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    pub csv: bool,
    /// Print hits as CSV that a Russian Excel opens: semicolons, its dates, with the clauses that cite.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv"])]
    pub csv_excel: bool,
    /// Print hits as an Excel workbook, to be redirected into a file: articles, and citations with their clauses.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv", "csv_excel"])]
    pub xlsx: bool,
    /// Print hits as references to paste: outlet, date, title, address, and the clauses that cite.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv", "csv_excel", "xlsx"])]
    pub references: bool,
    /// Print only the paths of the hits.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv", "csv_excel", "xlsx", "references"])]
    pub paths: bool,
    /// Print only the ids of the hits, as SOURCE#ID where several articles have the same one.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv", "csv_excel", "xlsx", "references", "paths"])]
    pub ids: bool,
    /// With --csv or --jsonl: print only these fields, e.g. date,outlet,title.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', value_parser = PossibleValuesParser::new(FIELDS))]
    pub fields: Vec<String>,
    /// Print every hit with --csv, --jsonl, --xlsx and the like; in index order unless --sort newest or oldest is given.
    #[arg(long)]
    pub all: bool,
}

impl Format {
    /// The request without what this format does not print.
    ///
    /// # Errors
    /// `--all` or `--fields` with a format that does not know it.
    pub fn adjust(&self, mut request: Request) -> Result<Request> {
        if self.is_stream() {
            request.facets.clear();
        } else if self.all {
            let reason = "add --csv, --csv-excel, --jsonl, --xlsx, --references, --paths or --ids".into();
            return Err(InputError::BadOption { option: "--all".into(), reason }.into());
        }
        if !self.fields.is_empty() && !self.csv && !self.jsonl {
            let reason = "add --csv or --jsonl".into();
            return Err(InputError::BadOption { option: "--fields".into(), reason }.into());
        }
        if self.all {
            request.offset = 0;
            request.limit = usize::MAX;
        }
        Ok(request)
    }

    /// Whether hits are printed one after the other and nothing else.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.jsonl || self.csv || self.csv_excel || self.xlsx || self.references || self.paths || self.ids
    }

    /// Whether hits are printed in the order of the index, which needs no memory: all of them, and no order was chosen.
    #[must_use]
    pub fn is_unsorted(&self, request: &Request) -> bool {
        self.all && !request.group && request.sort == Sort::Relevance && request.boost_recent.is_none()
    }

    /// The fields to print, if some were chosen.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<&'static str>> {
        let chosen = || self.fields.iter().filter_map(|name| FIELDS.into_iter().find(|field| field == name));
        (!self.fields.is_empty()).then(|| chosen().collect())
    }
}
