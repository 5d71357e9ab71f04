//! How to print hits: the options that commands with hits share.

use crate::show::csv::FIELDS;
use clap::{Args, builder::PossibleValuesParser};
use svodka_model::error::InputError;
use svodka_search::Request;
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
    /// Print only the paths of the hits.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv"])]
    pub paths: bool,
    /// Print only the ids of the hits.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv", "paths"])]
    pub ids: bool,
    /// With --csv or --jsonl: print only these fields, e.g. date,outlet,title.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',', value_parser = PossibleValuesParser::new(FIELDS))]
    pub fields: Vec<String>,
    /// Print every hit with --csv, --jsonl, --paths or --ids; in index order unless --sort newest or oldest is given.
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
            let reason = "add --csv, --jsonl, --paths or --ids".into();
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
        self.jsonl || self.csv || self.paths || self.ids
    }

    /// The fields to print, if some were chosen.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<&'static str>> {
        let chosen = || self.fields.iter().filter_map(|name| FIELDS.into_iter().find(|field| field == name));
        (!self.fields.is_empty()).then(|| chosen().collect())
    }
}
