//! The options of requests, made from the table of parameters that batch lines and the HTTP API are made from too.

use clap::{ArgAction, ArgMatches, Args, FromArgMatches, builder::PossibleValuesParser};
use std::{marker::PhantomData, path::PathBuf};
use svodka_model::error::InputError;
use svodka_search::{
    Arguments, Bounds, QUERY_FIELDS, QueryField,
    parameters::{self, Operation, Parameter, Values},
};
use svodka_store::error::{Error, Result};

/// An operation of the table, as a type.
pub trait Requested {
    /// Its row in the table.
    fn operation() -> &'static Operation;

    /// Whether the words to find are arguments of the command.
    const HAS_QUERY: bool;
}

macro_rules! requested {
    ($($name:ident = $operation:ident, query: $has_query:literal;)*) => {$(
        #[doc = concat!("The options of [`parameters::", stringify!($operation), "`].")]
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}
        impl Requested for $name {
            const HAS_QUERY: bool = $has_query;

            fn operation() -> &'static Operation {
                &parameters::$operation
            }
        }
    )*};
}

requested! {
    Search = SEARCH, query: true;
    Explain = EXPLAIN, query: true;
    Selection = SELECTION, query: true;
    ValuesOfFacet = FACETS, query: true;
    Timeline = TIMELINE, query: true;
    Citations = CITATIONS, query: true;
    Origins = ORIGINS, query: true;
    Similar = SIMILAR, query: false;
    // Each line of a batch has a query of its own.
    Batch = BATCH, query: false;
}

/// The options of an operation.
#[derive(Clone, Debug)]
pub struct RequestArgs<O> {
    query: Vec<String>,
    query_file: Option<PathBuf>,
    given: Vec<(&'static Parameter, String)>,
    operation: PhantomData<O>,
}

impl<O: Requested> RequestArgs<O> {
    /// The checked values.
    ///
    /// # Errors
    /// A value that cannot be used, or a saved query that cannot be read.
    pub fn arguments(&self) -> Result<Arguments> {
        let mut arguments = Arguments::new(O::operation());
        for (parameter, value) in &self.given {
            arguments.add(parameter.name, value, Bounds::Local).map_err(|e| as_option(e, parameter))?;
        }
        let query = self.query_text()?;
        if !query.is_empty() {
            arguments.add("q", &query, Bounds::Local)?;
        }
        Ok(arguments)
    }

    /// The query typed, or the saved one, or both.
    fn query_text(&self) -> Result<String> {
        let typed = self.query.join(" ");
        let Some(file) = &self.query_file else { return Ok(typed) };
        let saved = std::fs::read_to_string(file).map_err(|e| Error::io(file, e))?;
        let saved: Vec<&str> = saved.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
        let saved = saved.join(" ").trim().to_owned();
        Ok(match (saved.is_empty(), typed.trim().is_empty()) {
            (true, _) => typed,
            (false, true) => saved,
            (false, false) => format!("({saved}) AND ({typed})"),
        })
    }
}

/// The error with the parameter's name as it was typed here.
fn as_option(error: InputError, parameter: &Parameter) -> InputError {
    match error {
        InputError::BadOption { reason, .. } => {
            InputError::BadOption { option: format!("--{}", parameter.option), reason }
        }
        other => other,
    }
}

impl<O: Requested> Args for RequestArgs<O> {
    fn augment_args(command: clap::Command) -> clap::Command {
        let command = if O::HAS_QUERY { command.args(query_args()) } else { command };
        O::operation().groups.iter().fold(command, |command, group| {
            let parameters = group.parameters.iter().filter(|parameter| parameter.name != "q");
            command.args(parameters.map(|parameter| arg(parameter).help_heading(group.heading)))
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl<O: Requested> FromArgMatches for RequestArgs<O> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        for parameter in O::operation().parameters().filter(|parameter| parameter.name != "q") {
            match parameter.values {
                Values::Flag if matches.get_flag(parameter.name) => given.push((parameter, "true".to_owned())),
                Values::Flag => {}
                _ => {
                    let values = matches.get_many::<String>(parameter.name).unwrap_or_default();
                    given.extend(values.map(|value| (parameter, value.clone())));
                }
            }
        }
        let (mut query, mut query_file) = (Vec::new(), None);
        if O::HAS_QUERY {
            query = matches.get_many::<String>("query").unwrap_or_default().cloned().collect();
            query_file = matches.get_one::<PathBuf>("query_file").cloned();
        }
        Ok(Self { query, query_file, given, operation: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The query, and the file of a saved one.
fn query_args() -> [clap::Arg; 2] {
    let meaning = parameters::SEARCH.parameter("q").map_or("", |parameter| parameter.meaning);
    [
        clap::Arg::new("query").value_name("QUERY").action(ArgAction::Append).num_args(0..).help(meaning).long_help(
            format!(
                "{meaning}.\n\nFields are written before a value, in quotes if it has several words:\n{}",
                fields()
            ),
        ),
        clap::Arg::new("query_file")
            .long("query-file")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A saved query: a text file, `#` begins a comment line. QUERY, if given too, narrows it"),
    ]
}

/// The fields of the query language, a line each.
fn fields() -> String {
    let line = |field: &QueryField| {
        let names: Vec<String> = field.names.iter().map(|name| format!("{name}:")).collect();
        format!("  {} – {}\n", names.join(" "), field.finds)
    };
    QUERY_FIELDS.iter().map(line).collect()
}

/// The option of a parameter. Defaults are left to the table, so that what was given can be told from them.
fn arg(parameter: &'static Parameter) -> clap::Arg {
    let default = parameter.default_in_words().map_or_else(String::new, |default| format!(" [default: {default}]"));
    let arg = clap::Arg::new(parameter.name).long(parameter.option).help(format!("{}{default}", parameter.meaning));
    let action = if parameter.is_repeatable { ArgAction::Append } else { ArgAction::Set };
    match parameter.values {
        Values::Flag => arg.action(ArgAction::SetTrue),
        Values::Days { .. } => {
            arg.value_name("DAYS").action(action).num_args(0..=1).default_missing_value(DAYS_WHEN_BARE)
        }
        Values::Choice(words) | Values::Required(words) => {
            arg.value_name("WORD").action(action).value_parser(PossibleValuesParser::new(words))
        }
        values => arg.value_name(placeholder(values)).action(action),
    }
}

/// What `--boost-recent` alone means; a test holds it to the table.
const DAYS_WHEN_BARE: &str = "30";

/// What help texts write for a value.
fn placeholder(values: Values) -> &'static str {
    match values {
        Values::Number { .. } => "N",
        Values::Probability => "X",
        Values::ValueKind | Values::SourceKind => "KIND",
        Values::Date => "DATE",
        Values::Facets(_) => "LIST",
        _ => "NAME",
    }
}

#[cfg(test)]
mod tests {
    use super::{DAYS_WHEN_BARE, Values, parameters};

    #[test]
    fn the_boost_alone_is_that_of_the_table() {
        let boost = parameters::SEARCH.parameter("boost_recent").unwrap();
        assert_eq!(boost.values, Values::Days { bare: DAYS_WHEN_BARE.parse().unwrap() });
    }
}
