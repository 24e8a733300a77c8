//! What `compose.yaml` and `deploy/` promise whoever runs them: that what must be given is asked for, that nobody reaches the
//! database from outside, and that every setting is one that the program knows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use quotidien::commands::CommandLine;

/// The root of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the project, without its comments.
fn read(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let is_said = |line: &&str| !line.trim_start().starts_with('#');
    text.lines().filter(is_said).collect::<Vec<_>>().join("\n")
}

/// How far a line is indented.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// What stands under a key of YAML: the rest of its line, and the lines below it that are indented further. Nothing where there is
/// no such key.
fn under(yaml: &str, path: &[&str]) -> String {
    let Some((key, rest)) = path.split_first() else {
        return yaml.to_owned();
    };
    let mut lines = yaml.lines().filter(|line| !line.trim().is_empty()).peekable();
    let least = lines.peek().map_or(0, |line| depth(line));
    let key = format!("{key}:");
    let Some(found) = lines.find(|line| depth(line) == least && line.trim_start().starts_with(&key)) else {
        return String::new();
    };
    let own = found.trim_start()[key.len()..].trim();
    let below: Vec<&str> = lines.take_while(|line| depth(line) > least).collect();
    let all = if own.is_empty() {
        below.join("\n")
    } else {
        own.to_owned()
    };
    under(&all, rest)
}

/// The keys of a map of YAML.
fn keys(yaml: &str) -> Vec<&str> {
    let least = yaml.lines().map(depth).min().unwrap_or_default();
    let keys = yaml.lines().filter(|line| depth(line) == least);
    keys.filter_map(|line| line.trim().split_once(':').map(|(key, _)| key))
        .collect()
}

/// The items of a list of YAML, on one line or on several.
fn items(yaml: &str) -> Vec<String> {
    let text = yaml.trim();
    let items: Vec<&str> = match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(text) => text.split(',').collect(),
        None => text.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect(),
    };
    items
        .into_iter()
        .map(|item| item.trim().trim_matches('"').to_owned())
        .collect()
}

/// What a file takes from the environment of Compose: the name, and what comes behind it, such as `:?` and a reason.
fn taken(compose: &str) -> Vec<(&str, &str)> {
    let pieces = compose
        .split("${")
        .skip(1)
        .map(|piece| piece.split('}').next().unwrap());
    let name = |piece: &str| {
        piece
            .find(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .unwrap_or(piece.len())
    };
    pieces.map(|piece| piece.split_at(name(piece))).collect()
}

/// The names of settings that a text has anywhere.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let settings = words.filter(|word| word.starts_with("QUOTIDIEN_") || *word == "DATABASE_URL");
    settings.map(str::to_owned).collect()
}

/// The variables that the program reads.
fn known() -> BTreeSet<String> {
    fn add(command: &clap::Command, known: &mut BTreeSet<String>) {
        let variables = command.get_arguments().filter_map(clap::Arg::get_env);
        known.extend(variables.map(|name| name.to_str().unwrap().to_owned()));
        for command in command.get_subcommands() {
            add(command, known);
        }
    }
    let mut known = BTreeSet::new();
    add(&CommandLine::command(), &mut known);
    assert!(known.contains("QUOTIDIEN_SECRET") && known.len() > 12, "{known:?}");
    known
}

/// The files of `deploy/`.
fn deployed() -> Vec<PathBuf> {
    let mut waiting = vec![root().join("deploy")];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(path);
        }
    }
    assert!(files.len() > 8, "{files:?}");
    files
}

#[test]
fn compose_asks_for_every_secret_and_address_that_must_be_given() {
    let compose = read("compose.yaml");
    let taken = taken(&compose);
    let must: BTreeSet<&str> = taken
        .iter()
        .filter(|(_, how)| how.starts_with(":?"))
        .map(|(name, _)| *name)
        .collect();
    let expected = [
        "QUOTIDIEN_DATABASE_PASSWORD",
        "QUOTIDIEN_PUBLIC_URL",
        "QUOTIDIEN_SECRET",
        "QUOTIDIEN_TLS_FOLDER",
    ];
    assert_eq!(must, BTreeSet::from(expected));
    for (name, how) in taken {
        // Said once to be demanded, it is demanded wherever it stands; what may be left out is said to be empty then.
        let says_why = how.strip_prefix(":?").is_some_and(|reason| reason.len() > 10);
        let may_stand = if must.contains(name) {
            how.is_empty() || says_why
        } else {
            how == ":-"
        };
        assert!(may_stand, "${{{name}{how}}}");
    }
    // A secret stands nowhere but in the environment, where lists of processes do not show it.
    let environment = under(&compose, &["services", "quotidien", "environment"]);
    assert!(under(&environment, &["QUOTIDIEN_SECRET"]).starts_with("${QUOTIDIEN_SECRET:?"));
    assert_eq!(under(&compose, &["services", "quotidien", "command"]), "");
}

#[test]
fn compose_lets_nobody_but_the_proxy_reach_the_service_and_nobody_from_outside_the_database() {
    let compose = read("compose.yaml");
    let services = under(&compose, &["services"]);
    assert_eq!(keys(&services), ["database", "quotidien", "proxy"]);
    let of = |service: &str, key: &str| items(&under(&services, &[service, key]));
    assert!(of("database", "ports").is_empty());
    assert!(!compose.contains("5432"));
    assert_eq!(
        of("quotidien", "ports"),
        ["127.0.0.1:9090:9090"],
        "metrics, for this machine"
    );
    assert_eq!(of("proxy", "ports"), ["80:80", "443:443"]);
    assert_eq!(of("database", "networks"), ["back"]);
    assert_eq!(of("quotidien", "networks"), ["front", "back", "out"]);
    assert_eq!(of("proxy", "networks"), ["front", "public"]);
    let networks = under(&compose, &["networks"]);
    for inside in ["front", "back"] {
        assert_eq!(under(&networks, &[inside, "internal"]), "true", "{inside}");
    }
    // Whom the service believes about callers: the network on which the proxy is alone with it.
    let subnets = items(&under(&networks, &["front", "ipam", "config"]));
    let trusted = under(&services, &["quotidien", "environment", "QUOTIDIEN_TRUSTED_PROXIES"]);
    assert_eq!(subnets, [format!("subnet: {trusted}")]);
}

#[test]
fn images_are_of_a_version_that_somebody_chose() {
    let compose = read("compose.yaml");
    let dockerfile = read("Dockerfile");
    let images = compose.lines().filter_map(|line| line.trim().strip_prefix("image: "));
    let bases = dockerfile
        .lines()
        .filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    let (images, bases): (Vec<&str>, Vec<&str>) = (images.collect(), bases.collect());
    assert_eq!((images.len(), bases.len()), (2, 2));
    for image in [images, bases].concat() {
        let (_, version) = image
            .split_once(':')
            .unwrap_or_else(|| panic!("{image} has no version"));
        assert!(version.contains("bookworm"), "{image} is of the Debian that is tested");
        let numbered = version.starts_with(|first: char| first.is_ascii_digit());
        assert!(
            numbered || image.starts_with("debian:"),
            "{image} has no version of its own"
        );
    }
}

#[test]
fn every_setting_of_compose_and_of_the_package_is_one_that_the_program_knows() {
    let known = known();
    let compose = read("compose.yaml");
    let given = under(&compose, &["services", "quotidien", "environment"]);
    let given: BTreeSet<String> = keys(&given).into_iter().map(str::to_owned).collect();
    assert!(given.len() > 5, "{given:?}");
    assert!(given.is_subset(&known), "{:?}", given.difference(&known));
    let mut unknown = Vec::new();
    let mut settings = 0;
    for path in deployed() {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        let named = named(&text);
        settings += named.len();
        unknown.extend(named.difference(&known).map(|name| (path.clone(), name.clone())));
    }
    // The script of the package reads this one itself.
    let of_the_package = ("deploy/debian/preinst".to_owned(), "QUOTIDIEN_UPGRADE".to_owned());
    assert_eq!(unknown, [of_the_package]);
    assert!(settings > 8, "{settings}");
}

#[test]
fn a_block_of_yaml_is_found_by_its_path() {
    let yaml = "a:\n  b: 1\n  c:\n    - x\n    - \"y\"\nd:\n  b: [2, 3]\n";
    assert_eq!(under(yaml, &["a", "b"]), "1");
    assert_eq!(items(&under(yaml, &["a", "c"])), ["x", "y"]);
    assert_eq!(items(&under(yaml, &["d", "b"])), ["2", "3"]);
    assert_eq!(under(yaml, &["d", "c"]), "");
    assert_eq!(keys(&under(yaml, &["a"])), ["b", "c"]);
    assert_eq!(
        taken("x ${A:?say it} ${B_C} ${D:-}"),
        [("A", ":?say it"), ("B_C", ""), ("D", ":-")]
    );
}
