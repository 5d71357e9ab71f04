//! `svodka-index` tells which new articles match saved searches.

use super::common::Color;
use crate::show::matches;
use clap::{Args, ValueEnum};
use std::{
    collections::VecDeque,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use svodka_alerts::{Alerts, Channel, Match, SavedSearch};
use svodka_model::error::InputError;
use svodka_store::{
    error::{Error, Result},
    files::write_atomically,
};

/// Matches in a feed.
const FEED: usize = 100;

/// How to tell which new articles match saved searches.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Saved searches")]
pub struct AlertArgs {
    /// How to print new articles that match saved searches [default: text; none with --json or --quiet].
    #[arg(long, value_enum, value_name = "FORM")]
    alerts: Option<Form>,
    /// For each of them run a command, without a shell: {search}, {title}, {outlet}, {date}, {url}, {path}, {id} and {key}
    /// stand for what it has; its JSON is the standard input.
    #[arg(long, value_name = "CMD")]
    on_match: Option<String>,
    /// Write the latest 100 of them to an Atom feed.
    #[arg(long, value_name = "FILE")]
    feed: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people.
    Text,
    /// JSON Lines.
    Jsonl,
    /// Nothing.
    None,
}

/// Tells which new articles match saved searches.
pub(super) struct Teller {
    alerts: Alerts,
    form: Form,
    color: Color,
    command: Option<Vec<String>>,
    feed: Option<PathBuf>,
}

impl Teller {
    /// Checks the options and what was told before; `is_quiet`: print nothing unless `--alerts` asks for it.
    pub(super) fn new(args: &AlertArgs, index: &Path, is_quiet: bool, color: Color) -> Result<Self> {
        let command = args.on_match.as_deref().map(split).transpose()?;
        let form = args.alerts.unwrap_or(if is_quiet { Form::None } else { Form::Text });
        let teller = Self { alerts: Alerts::of(index), form, color, command, feed: args.feed.clone() };
        teller.prepare()?;
        Ok(teller)
    }

    fn prepare(&self) -> Result<()> {
        if self.alerts.prepare()? {
            self.alerts.open_channel(Channel::Printed)?;
            if self.command.is_some() {
                self.alerts.open_channel(Channel::Command)?;
            }
        }
        Ok(())
    }

    /// Finds what is new and delivers it, with what was found before and not delivered.
    pub(super) fn tell(&self) -> Result<()> {
        self.alerts.examine()?;
        self.print()?;
        if let Some(path) = &self.feed {
            let mut feed = Vec::new();
            matches::atom(&mut feed, None, &latest(&self.alerts, None, FEED)?)?;
            write_atomically(path, &feed).map_err(|e| Error::io(path, e))?;
        }
        if let Some(command) = &self.command {
            self.alerts.deliver_each(Channel::Command, &mut |found| run(command, &found))?;
        }
        Ok(())
    }

    fn print(&self) -> Result<()> {
        let write = match self.form {
            Form::None => return self.alerts.skip(Channel::Printed),
            Form::Text => matches::lines,
            Form::Jsonl => matches::json_line,
        };
        let out = std::cell::RefCell::new(self.color.stdout());
        self.alerts.deliver_all(
            Channel::Printed,
            &mut |found| Ok(write(&mut *out.borrow_mut(), &found)?),
            &mut || Ok(out.borrow_mut().flush()?),
        )?;
        Ok(())
    }
}

/// The latest matches of a search, or of all, the newest first.
pub(crate) fn latest(alerts: &Alerts, of: Option<&SavedSearch>, limit: usize) -> Result<Vec<Match>> {
    let mut latest = VecDeque::new();
    alerts.each_match(of, &mut |found| {
        if latest.len() == limit {
            latest.pop_front();
        }
        if limit > 0 {
            latest.push_back(found);
        }
        Ok(())
    })?;
    Ok(latest.into_iter().rev().collect())
}

fn bad(reason: String) -> Error {
    InputError::BadOption { option: "--on-match".into(), reason }.into()
}

/// The words of a command line, as a shell quotes them.
fn split(line: &str) -> Result<Vec<String>> {
    let words = shlex::split(line).filter(|words| !words.is_empty());
    words.ok_or_else(|| bad("needs a command; a quotation mark must be closed".into()))
}

/// Runs the command for a match.
fn run(command: &[String], found: &Match) -> Result<()> {
    let mut words = command.iter().map(|word| filled(word, found));
    let program = words.next().unwrap_or_default();
    let failed = |what: String| bad(format!("`{program}` {what}; what it was not told of it is told at the next run"));
    let child = Command::new(&program).args(words).stdin(Stdio::piped()).stdout(Stdio::inherit()).spawn();
    let mut child = child.map_err(|e| failed(format!("cannot be run: {e}")))?;
    if let Some(mut input) = child.stdin.take() {
        // A command need not read it.
        let _ = matches::json_line(&mut input, found);
    }
    let status = child.wait().map_err(|e| failed(e.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(format!("ended with {status}"))) }
}

/// A word of the command with what its marks stand for. What an article says is filled in once and never looked at again.
fn filled(word: &str, found: &Match) -> String {
    let mut filled = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let value = behind.split_once('}').and_then(|(name, behind)| Some((value(name, found)?, behind)));
        match value {
            Some((value, behind)) => {
                filled.push_str(&value.replace('\0', ""));
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = behind;
            }
        }
    }
    filled + rest
}

fn value<'m>(name: &str, found: &'m Match) -> Option<&'m str> {
    Some(match name {
        "search" => &found.search,
        "title" => &found.title,
        "outlet" => found.outlet.as_deref().unwrap_or(""),
        "date" => found.date.as_deref().unwrap_or(""),
        "url" => found.url.as_deref().unwrap_or(""),
        "path" => &found.path,
        "id" => &found.id,
        "key" => &found.key,
        _ => return None,
    })
}
