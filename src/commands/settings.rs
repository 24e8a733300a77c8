//! Settings: each from a flag, else from the environment, else from a file, else its default.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

/// The setting that names the file of the others.
pub(super) const FILE: &str = "config";

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The file of settings.
    File,
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// A setting that is in force, with what may be shown of its value.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// Its name in a file of settings.
    pub(super) name: String,
    /// Its value, without secrets; `None` when it is not set.
    pub(super) value: Option<String>,
    /// Where its value comes from.
    pub(super) source: Source,
}

/// A file of settings.
struct SettingsFile {
    path: PathBuf,
    values: BTreeMap<String, String>,
}

impl SettingsFile {
    /// Reads the settings of a TOML file; `known` are the names that a setting may have.
    fn read(path: &Path, known: &[String]) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading the settings in {}", path.display()))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // The error itself would quote the line, which may hold a secret.
            let line = error.span().map_or(0, |span| {
                text.as_bytes()
                    .iter()
                    .take(span.start)
                    .filter(|byte| **byte == b'\n')
                    .count()
            }) + 1;
            anyhow::anyhow!("{}, line {line}: {}", path.display(), error.message())
        })?;
        let mut values = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, value) in table {
            match value_text(&value) {
                _ if !known.contains(&name) => faults.push(format!("{name}: there is no such setting")),
                None => faults.push(format!("{name}: a setting is a text, a number or a list of texts")),
                Some(value) => {
                    values.insert(name, value);
                }
            }
        }
        anyhow::ensure!(faults.is_empty(), "{}:\n{}", path.display(), faults.join("\n"));
        Ok(Self {
            path: path.to_owned(),
            values,
        })
    }

    /// The command, whose arguments have the settings of the file as their defaults.
    fn apply(&self, command: Command) -> Command {
        each_argument(
            command,
            &|argument| match name_of(&argument).and_then(|name| self.values.get(&name)) {
                Some(value) => argument.default_value(value.clone()),
                None => argument,
            },
        )
    }
}

/// A value of a file as it would stand in the environment.
fn value_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// The name of an argument in a file of settings, if it is a setting: what the environment may say.
fn name_of(argument: &Arg) -> Option<String> {
    argument.get_env()?;
    let name = argument.get_long()?.replace('-', "_");
    (name != FILE).then_some(name)
}

/// The command after `change` was made to its arguments, and to those of its commands.
fn each_argument(command: Command, change: &dyn Fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|command| each_argument(command, change))
}

/// The names of all settings.
fn names(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(name_of);
    own.chain(command.get_subcommands().flat_map(names)).collect()
}

/// Reads a command line, and the environment and the file of settings for what it does not say. Gives the settings of the
/// command that is called too.
///
/// # Errors
/// Clap's own, when help or a version is asked for or an argument is unknown; else every value that cannot be used, and
/// where it stands, in words that show no secret.
pub(super) fn read(command: &Command, arguments: &[OsString]) -> anyhow::Result<(ArgMatches, Vec<Setting>)> {
    let file = match file_path(command, arguments) {
        Some(path) => Some(SettingsFile::read(&path, &names(command))?),
        None => None,
    };
    let mut command = file
        .as_ref()
        .map_or_else(|| command.clone(), |file| file.apply(command.clone()));
    let asked = command.clone();
    let mut faults = Vec::new();
    loop {
        match command.clone().try_get_matches_from(arguments) {
            Ok(matches) if faults.is_empty() => {
                let settings = in_force(&asked, &matches, file.as_ref());
                return Ok((matches, settings));
            }
            Ok(_) => anyhow::bail!(
                "{} of the settings cannot be used:\n{}",
                faults.len(),
                faults.join("\n")
            ),
            Err(error) => {
                let Some(flag) = unusable(&error) else {
                    return Err(error.into());
                };
                faults.push(fault(&asked, &flag, &error, file.as_ref()));
                // Takes any text for this argument, so that the next round finds the next fault.
                command = each_argument(command, &|argument| {
                    if argument.get_long() == Some(&flag) {
                        argument.value_parser(clap::builder::ValueParser::os_string())
                    } else {
                        argument
                    }
                });
            }
        }
    }
}

/// The path of the file of settings, if one is named.
fn file_path(command: &Command, arguments: &[OsString]) -> Option<PathBuf> {
    let matches = command
        .clone()
        .ignore_errors(true)
        .try_get_matches_from(arguments)
        .ok()?;
    let path = matches.get_raw(FILE)?.next()?;
    (!path.is_empty()).then(|| path.into())
}

/// The flag whose value cannot be used, when that is the error.
fn unusable(error: &clap::Error) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let ContextValue::String(argument) = error.get(ContextKind::InvalidArg)? else {
        return None;
    };
    let flag = argument.strip_prefix("--")?.split([' ', '=']).next()?;
    Some(flag.to_owned())
}

/// What is wrong with the value of a flag, and where it stands.
fn fault(command: &Command, flag: &str, error: &clap::Error, file: Option<&SettingsFile>) -> String {
    let argument = argument(command, flag);
    let hidden = argument.is_some_and(Arg::is_hide_env_values_set);
    let value = match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) if !hidden => format!(" {value:?}"),
        _ => String::new(),
    };
    let reason = error
        .source()
        .map_or_else(|| error.kind().to_string(), ToString::to_string);
    let variable = argument
        .and_then(Arg::get_env)
        .map(|name| name.to_string_lossy().into_owned());
    let set = variable.as_ref().is_some_and(|name| std::env::var_os(name).is_some());
    let name = argument.and_then(name_of);
    let place = match (variable, name, file) {
        (Some(variable), ..) if set => variable,
        (_, Some(name), Some(file)) if file.values.contains_key(&name) => format!("{name} in {}", file.path.display()),
        _ => format!("--{flag}"),
    };
    format!("{place}{value}: {reason}")
}

/// The setting with this flag, of a command or of one of its commands.
fn argument<'a>(command: &'a Command, flag: &str) -> Option<&'a Arg> {
    let own = command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(flag) && name_of(argument).is_some());
    own.or_else(|| {
        command
            .get_subcommands()
            .find_map(|command| self::argument(command, flag))
    })
}

/// The settings of the command that is called.
fn in_force(command: &Command, matches: &ArgMatches, file: Option<&SettingsFile>) -> Vec<Setting> {
    if let Some((name, matches)) = matches.subcommand()
        && let Some(command) = command.find_subcommand(name)
    {
        return in_force(command, matches, file);
    }
    let of_argument = |argument: &Arg| {
        let name = name_of(argument)?;
        let id = argument.get_id().as_str();
        let values: Option<Vec<String>> = matches
            .get_raw(id)
            .map(|values| values.map(|value| value.to_string_lossy().into_owned()).collect());
        let value = values.map(|values| values.join(",")).filter(|value| !value.is_empty());
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => Source::Flag,
            Some(ValueSource::EnvVariable) => Source::Environment,
            _ if file.is_some_and(|file| file.values.contains_key(&name)) => Source::File,
            _ => Source::Default,
        };
        let value = if argument.is_hide_env_values_set() {
            value.as_deref().map(masked)
        } else {
            value
        };
        Some(Setting { name, value, source })
    };
    command.get_arguments().filter_map(of_argument).collect()
}

/// What may be shown of a value that holds a secret: of a URL, where it leads.
fn masked(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return "…".to_owned();
    };
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    match place.rsplit_once('@') {
        Some((_, place)) => format!("{scheme}://…@{place}"),
        None if rest.len() > place.len() => format!("{scheme}://{place}?…"),
        None => format!("{scheme}://{place}"),
    }
}
