//! What both programs share: colour, exit codes and how errors end a program.

use crate::show::{escape::terminal, terminal::Marking};
use anstream::AutoStream;
use clap::ValueEnum;
use std::{
    io::{self, BufWriter, IsTerminal, Stdout, Write},
    process::ExitCode,
};
use svodka_model::error::{EnvironmentError, InputError};
use svodka_store::error::Error;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Buffered standard output that strips styles when colour is off.
    #[must_use]
    pub fn stdout(self) -> BufWriter<AutoStream<Stdout>> {
        let choice = match self {
            Self::Auto => AutoStream::choice(&io::stdout()),
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        BufWriter::new(AutoStream::new(io::stdout(), choice))
    }

    /// How to mark the findings in an article, with or without colour.
    #[must_use]
    pub fn marking(self) -> Marking {
        let styles = match self {
            Self::Auto => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
            Self::Always => true,
            Self::Never => false,
        };
        if styles { Marking::Styles } else { Marking::Signs }
    }
}

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something was found, or everything was read.
    Success,
    /// `svodka-query` found nothing, or `svodka-index` refused some inputs.
    Partly,
    /// The job could not be done.
    Failure,
    /// Stopped by a signal; everything done so far is kept.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Partly => Self::from(1),
            Exit::Failure => Self::from(2),
            // 128 + SIGINT, as shells report it.
            Exit::Interrupted => Self::from(130),
        }
    }
}

/// Prints the error, if any, and gives the exit code. A reader that closed the pipe early is not an error.
#[must_use]
pub fn finish(program: &str, outcome: Result<Exit, Error>) -> ExitCode {
    match outcome {
        Ok(exit) => exit.into(),
        Err(e) if is_broken_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            // Standard error may be closed too; then nothing can be reported.
            let _ = writeln!(io::stderr(), "{program}: {}", terminal(&e.to_string()));
            if let Error::Input(InputError::Query(fault)) = &e {
                let (line, carets) = fault.pointed();
                let _ = writeln!(io::stderr(), "  {}\n  {carets}", terminal(&line));
            }
            Exit::Failure.into()
        }
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Environment(EnvironmentError::Output(e)) if e.kind() == io::ErrorKind::BrokenPipe)
}

/// Whether progress may be drawn.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}
