//! Completion scripts of both programs for a shell.

use super::help;
use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};

/// The script that completes both programs in `shell`.
pub(super) fn script(shell: Shell) -> String {
    let query = part(shell, help::query_command(), "svodka-query");
    let index = part(shell, help::index_command(), "svodka-index");
    match shell {
        Shell::Zsh => zsh(&query, &index),
        // The generator names the states of a program with a hyphen in two ways, so that none is ever reached.
        Shell::Bash => (query + &index).replace("svodka__subcmd__query", "svodka__query"),
        _ => query + &index,
    }
}

fn part(shell: Shell, command: Command, name: &str) -> String {
    let mut command = command.mut_args(with_hint).mut_subcommands(|command| command.mut_args(with_hint));
    let mut script = Vec::new();
    generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// What a shell is to offer for the value of an option: files where one is meant, nothing for a name or a number.
fn with_hint(argument: Arg) -> Arg {
    let has_values = argument.get_action().takes_values() && argument.get_possible_values().is_empty();
    if !has_values {
        return argument;
    }
    let name = argument.get_value_names().and_then(<[_]>::first).map_or("", |name| name.as_str());
    let hint = match name {
        "DIR" => ValueHint::DirPath,
        "FILE" => ValueHint::FilePath,
        "PATH" => ValueHint::AnyPath,
        _ => ValueHint::Other,
    };
    argument.value_hint(hint)
}

/// One script for both programs: zsh reads only the first line of a file to see what it completes, so that one names
/// both, and a function of its own calls the right half.
fn zsh(query: &str, index: &str) -> String {
    let body = |script: &str, name: &str| {
        let end = script.find("if [ \"$funcstack[1]\"").unwrap_or(script.len());
        let body = script.get(..end).unwrap_or(script);
        let body = body.trim_start_matches(&format!("#compdef {name}\n")).trim_end();
        body.replacen(&format!("\n_{name}() {{"), &format!("\n_{name}_arguments() {{"), 1)
    };
    format!(
        "#compdef svodka-query svodka-index\n{}\n\n{}\n\n{ZSH_END}",
        body(query, "svodka-query"),
        body(index, "svodka-index")
    )
}

const ZSH_END: &str = r#"_svodka-query() {
    case "$service" in
        svodka-index) _svodka-index_arguments "$@" ;;
        *) _svodka-query_arguments "$@" ;;
    esac
}

if [ "$funcstack[1]" = "_svodka-query" ]; then
    _svodka-query "$@"
else
    compdef _svodka-query svodka-query svodka-index
fi
"#;

#[cfg(test)]
mod tests {
    use super::{Shell, script};

    #[test]
    fn one_zsh_script_completes_both_programs() {
        let script = script(Shell::Zsh);
        assert!(script.starts_with("#compdef svodka-query svodka-index\n"));
        for name in ["svodka-query", "svodka-index"] {
            assert_eq!(script.matches(&format!("\n_{name}_arguments() {{")).count(), 1, "{name}");
        }
        assert_eq!(script.matches("#compdef").count(), 1);
    }

    #[test]
    fn bash_states_have_one_name_each() {
        let script = script(Shell::Bash);
        assert!(script.contains("cmd=\"svodka__query__subcmd__search\""));
        assert!(script.contains("\n        svodka__query__subcmd__search)"));
    }
}
