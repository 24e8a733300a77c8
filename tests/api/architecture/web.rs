//! The rules of `web/`, the application for people: which folder uses which, what only one file may do, how long files and
//! functions may be, and that nothing stands there but what was written here.

use std::path::Path;

use super::{Source, source};

/// The folders of `web/` and the files that stand in none, each with those that it may use beside itself. What is not named
/// here, such as `main.js`, puts everything together.
const ROOMS_OF_WEB: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("words", &["domain"]),
    ("device", &["domain"]),
    ("worker.js", &["device", "domain"]),
    ("parts", &["domain", "words"]),
    ("views", SCREENS),
    ("board", SCREENS),
];
const SCREENS: &[&str] = &["domain", "words", "device", "parts", "acts.js", "store.js", "router.js"];

/// Names that only these files may use.
const ONLY_IN: [(&str, &[&str]); 2] = [
    ("fetch(", &["device/link.js", "worker.js"]),
    ("indexedDB", &["device/disk.js"]),
];

/// Names that no file may use: with them a text could become HTML or a script, or what a person enters would be known to
/// whoever reads the browser's storage.
const NOWHERE: [&str; 7] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "localStorage",
    "sessionStorage",
];

const LINES_OF_A_FILE_MAX: usize = 300;
const LINES_OF_A_FUNCTION_MAX: usize = 60;
const LINES_OF_STYLE_MAX: usize = 500;
/// Of all modules but the words, which are as long as there is to say.
const LINES_MAX: usize = 7_500;

/// The files of `web/`, their paths from there.
fn files() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let mut waiting = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        } else {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            files.push(source(name, &text));
        }
    }
    assert!(!files.is_empty(), "web has files");
    files
}

fn room(path: &str) -> &str {
    path.split('/').next().unwrap()
}

/// A module without what its comments say, each line where it is.
fn code_of(file: &Source) -> String {
    let mut code = String::new();
    let mut rest = file.text.as_str();
    while let Some((before, comment)) = rest.split_once("/*") {
        let (said, after) = comment.split_once("*/").unwrap_or((comment, ""));
        code.push_str(before);
        code.extend(said.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    code.push_str(rest);
    let lines = code.lines().map(|line| line.split(" // ").next().unwrap_or_default());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The paths that a module imports, from `web/`, with their lines: at once, or when they are needed.
fn imports(file: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (place, line) in code_of(file).lines().enumerate() {
        let at_once = line.strip_suffix("';").and_then(|line| line.rsplit_once('\''));
        let at_once = at_once.filter(|(before, _)| before.ends_with("from ") || *before == "import ");
        let later = line
            .split("import('")
            .skip(1)
            .filter_map(|rest| rest.split('\'').next());
        let paths = at_once.map(|(_, path)| path).into_iter().chain(later);
        found.extend(paths.map(|path| (place + 1, resolved(&file.path, path))));
    }
    found
}

/// A path from `web/`; one that leads out of it, or that names no file, stays as it is.
fn resolved(from: &str, path: &str) -> String {
    if !path.starts_with('.') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.pop().is_some() => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Whether a file is of this kind, by the end of its name.
fn is_a(path: &str, kind: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == kind)
}

fn imports_against_the_flow(file: &Source) -> Vec<String> {
    let own = room(&file.path);
    let allowed = ROOMS_OF_WEB.iter().find(|(name, _)| *name == own);
    let mut faults = Vec::new();
    for (line, path) in imports(file) {
        if !is_a(&path, "js") || path.starts_with("..") {
            faults.push(file.fault(line, &format!("imports {path}, which is no module of ours")));
        }
        let used = room(&path);
        if allowed.is_some_and(|(_, allowed)| used != own && !allowed.contains(&used)) {
            faults.push(file.fault(line, &format!("{own} uses {used}")));
        }
    }
    faults
}

fn names_out_of_their_place(file: &Source) -> Vec<String> {
    let elsewhere = ONLY_IN.iter().filter(|(_, files)| !files.contains(&file.path.as_str()));
    let names = elsewhere.map(|(name, _)| *name).chain(NOWHERE);
    let names: Vec<&str> = names.collect();
    let mut faults = Vec::new();
    for (place, line) in code_of(file).lines().enumerate() {
        let found = names.iter().filter(|name| begins(line, name));
        faults.extend(found.map(|name| file.fault(place + 1, &format!("knows {name}"))));
    }
    faults
}

/// Whether this name begins somewhere in the line.
fn begins(line: &str, name: &str) -> bool {
    let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name)
        .any(|(place, _)| !line[..place].ends_with(part_of_a_name))
}

/// Whether a line begins a function that has a name, or a method.
fn has_a_name(line: &str) -> bool {
    let method = line
        .trim_start_matches("async ")
        .split_once('(')
        .is_some_and(|(name, _)| {
            let is_name = !name.is_empty() && name.chars().all(char::is_alphanumeric);
            is_name && !["if", "for", "while", "switch"].contains(&name)
        });
    line.ends_with('{') && (line.contains("function ") || (method && line.ends_with(") {")))
}

/// The files that are too long, and the functions: what has a name or ends with `=> {`, up to the brace that is indented like
/// its beginning. One that does nothing but hold others by name is counted by these.
fn faults_of_length(file: &Source) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let most = if is_a(&file.path, "css") {
        LINES_OF_STYLE_MAX
    } else {
        LINES_OF_A_FILE_MAX
    };
    let mut faults = Vec::new();
    if lines.len() > most {
        faults.push(file.fault(lines.len(), &format!("is longer than {most} lines")));
    }
    for (place, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        if !(has_a_name(text) || text.ends_with("=> {")) {
            continue;
        }
        let indentation = &line[..line.len() - text.len()];
        let ends = |line: &&str| line.starts_with(&format!("{indentation}}}"));
        let length = lines[place + 1..].iter().position(ends).map_or(1, |last| last + 2);
        let inside = lines.iter().skip(place + 1).take(length);
        let holds_others = inside.filter(|line| has_a_name(line.trim_start())).count() > 1;
        if length > LINES_OF_A_FUNCTION_MAX && !holds_others {
            faults.push(file.fault(place + 1, &format!("begins a function of {length} lines")));
        }
    }
    faults
}

fn assert_none(find: impl Fn(&Source) -> Vec<String>) {
    let modules = files().into_iter().filter(|file| !is_a(&file.path, "png"));
    let faults: Vec<String> = modules.flat_map(|file| find(&file)).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn folders_of_the_application_use_only_those_below_them() {
    assert_none(imports_against_the_flow);
}

#[test]
fn one_file_asks_the_network_one_the_disk_and_none_makes_html_of_a_text() {
    assert_none(names_out_of_their_place);
}

#[test]
fn files_and_functions_of_the_application_are_short() {
    assert_none(|file| {
        if file.path.starts_with("words/") {
            return Vec::new();
        }
        faults_of_length(file)
    });
    let modules = files();
    let counted = modules
        .iter()
        .filter(|file| is_a(&file.path, "js") && !file.path.starts_with("words/"));
    let lines: usize = counted.map(|file| file.text.lines().count()).sum();
    assert!(lines <= LINES_MAX, "{lines} lines");
}

#[test]
fn nothing_stands_in_the_application_but_modules_a_style_and_icons() {
    for file in files() {
        let ending = file.path.rsplit_once('.').unwrap().1;
        let fits = match ending {
            // The name of SVG is no address.
            "js" => !file.text.replace("http://www.w3.org/2000/svg", "").contains("://"),
            "css" => file.path == "app.css",
            "svg" | "png" => file.path.starts_with("icons/"),
            _ => false,
        };
        assert!(fits, "{}", file.path);
    }
}

#[test]
fn a_fault_of_the_application_is_named_with_its_line() {
    let against = |path, text| imports_against_the_flow(&source(path, text));
    let import = "// A file.\nimport { ask } from '../device/link.js';\n";
    assert_eq!(
        against("domain/days.js", import),
        ["domain/days.js:2: domain uses device"]
    );
    assert!(against("views/day.js", import).is_empty());
    assert!(against("domain/days.js", "/** @import {Report} from '../store.js' */\n").is_empty());
    assert_eq!(
        against("parts/tree.js", "  await import('../views/day.js');\n").len(),
        1
    );
    assert_eq!(against("main.js", "import { x } from 'preact';\n").len(), 1);
    assert_eq!(against("main.js", "import { x } from '../tests/x.js';\n").len(), 1);
    let names = |path, text| names_out_of_their_place(&source(path, text));
    assert_eq!(
        names("views/day.js", "\nawait fetch('/v1/me');"),
        ["views/day.js:2: knows fetch("]
    );
    assert!(names("device/link.js", "await fetch('/v1/me'); refetch(1);").is_empty());
    assert!(names("views/day.js", "prefetch(1); // fetch(\n/**\n * fetch(x) */ f();").is_empty());
    assert_eq!(names("parts/tree.js", "node.innerHTML = text;").len(), 1);
    let long = |lines: usize| format!("export function f() {{\n{}}}\n", "  g();\n".repeat(lines - 2));
    assert!(faults_of_length(&source("main.js", &long(60))).is_empty());
    assert_eq!(
        faults_of_length(&source("main.js", &long(61))),
        ["main.js:1: begins a function of 61 lines"]
    );
    assert_eq!(faults_of_length(&source("main.js", &"\n".repeat(301))).len(), 1);
}
