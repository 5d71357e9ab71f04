//! How to print hits: the options that commands with hits share.

use clap::Args;
use svodka_model::error::InputError;
use svodka_search::Request;
use svodka_store::error::Result;

/// How to print hits.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Format {
    /// Print the search object as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print hits as JSON Lines, one hit a line.
    #[arg(long, conflicts_with = "json")]
    pub jsonl: bool,
    /// Print hits as CSV.
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    pub csv: bool,
    /// Print only the hits' paths.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv"])]
    pub paths: bool,
    /// Print every hit, however many, with --csv, --jsonl or --paths; in the order of the index unless --sort newest
    /// or oldest is given.
    #[arg(long)]
    pub all: bool,
}

impl Format {
    /// The request without what this format does not print.
    ///
    /// # Errors
    /// `--all` with a format that needs all hits at once.
    pub fn adjust(&self, mut request: Request) -> Result<Request> {
        if self.is_stream() {
            request.facets.clear();
        } else if self.all {
            let reason = "add --csv, --jsonl or --paths".into();
            return Err(InputError::BadOption { option: "--all".into(), reason }.into());
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
        self.jsonl || self.csv || self.paths
    }
}
