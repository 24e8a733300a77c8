//! The house rules that no compiler checks: which folder may use which, which libraries a folder may use, how long
//! files and functions may be, how modules may be named. The tests read the sources and name each fault with its file
//! and line.

mod http;
mod sentences;
mod web;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folders of `src` from the bottom up, each with the other folders of `src` that it may use. All of these stand
/// before the folder in this table, so that the flow is one way.
const ROOMS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("statistics", &["domain"]),
    ("documents", &["domain", "statistics"]),
    ("storage", &["domain", "statistics"]),
    ("auth", &["domain"]),
    ("mail", &["domain", "auth"]),
    ("actions", BELOW_ACTIONS),
    ("jobs", BELOW_ACTIONS),
    ("http", BELOW_HTTP),
    ("config", &["domain", "storage", "auth", "mail", "jobs", "http"]),
    ("commands", EVERYTHING),
    ("main", EVERYTHING),
];
const BELOW_ACTIONS: &[&str] = &["domain", "statistics", "documents", "storage", "auth", "mail"];
const BELOW_HTTP: &[&str] = &[
    "domain",
    "statistics",
    "documents",
    "storage",
    "auth",
    "mail",
    "actions",
    "jobs",
];
const EVERYTHING: &[&str] = &[
    "domain",
    "statistics",
    "documents",
    "storage",
    "auth",
    "mail",
    "actions",
    "jobs",
    "http",
    "config",
    "commands",
];

/// The beginnings of names, each with the only folders whose code may use names that begin so.
const ONLY_IN: [(&str, &[&str]); 7] = [
    ("actix", &["http"]),
    ("utoipa", &["http"]),
    ("diesel", &["storage"]),
    ("anyhow", &["commands", "main"]),
    // Every other folder gets the time as a parameter.
    ("Utc::now", &["http", "commands"]),
    ("Local::now", &["http", "commands"]),
    ("SystemTime", &["http", "commands"]),
];

/// Names that no file or module may have: like a drawer, they say nothing of what is inside.
const DRAWERS: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

const LINES_MAX: usize = 500;
/// A file of the project: its path from the root, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The folder of `src` in which the file stands, or the file's name when it stands in `src` itself.
    fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap();
        inside
            .split_once('/')
            .map_or_else(|| inside.trim_end_matches(".rs"), |(room, _)| room)
    }

    /// The text without what its strings and comments say: what is left is code, on the line on which it stands in the
    /// file.
    fn code(&self) -> String {
        let mut code = String::with_capacity(self.text.len());
        let mut in_string = false;
        for line in self.text.replace("'\"'", "' '").replace("'\\\"'", "'  '").lines() {
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '\\' if in_string => {
                        chars.next();
                    }
                    '"' => in_string = !in_string,
                    '/' if !in_string && chars.peek() == Some(&'/') => break,
                    _ if in_string => {}
                    _ => code.push(c),
                }
            }
            code.push('\n');
        }
        code
    }

    fn fault(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    /// Every place in `code` where this name begins: the number of its line, and the code from there on.
    fn places<'a>(code: &'a str, name: &str) -> Vec<(usize, &'a str)> {
        let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
        code.match_indices(name)
            .filter(|(place, _)| !code[..*place].ends_with(part_of_a_name))
            .map(|(place, _)| (code[..place].lines().count().max(1), &code[place..]))
            .collect()
    }

    /// The folders of `src` that the file uses, with the line of each use.
    fn uses(&self) -> Vec<(usize, String)> {
        let code = self.code();
        let mut uses = Vec::new();
        for root in ["crate::", "quotidien::"] {
            for (line, rest) in Self::places(&code, root) {
                uses.extend(first_names(&rest[root.len()..]).into_iter().map(|name| (line, name)));
            }
        }
        // `super::super::` leads out of a folder too.
        let depth = self.path.matches('/').count() - usize::from(self.path.ends_with("/mod.rs"));
        for (line, rest) in Self::places(&code, "super::") {
            let inside = rest.trim_start_matches("super::");
            if (rest.len() - inside.len()) / "super::".len() == depth {
                uses.extend(first_names(inside).into_iter().map(|name| (line, name)));
            }
        }
        uses
    }
}

/// The first names of a path or of each path of a group: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |path: &str| {
        path.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut names = Vec::new();
    let mut depth = 1;
    let mut begins = 0;
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            names.push(name(&group[begins..place]));
            begins = place + 1;
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name: &String| !name.is_empty());
    names
}

fn imports_against_the_flow(source: &Source) -> Vec<String> {
    let room = source.room();
    if room == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![source.fault(1, "stands in a folder that the table of this test does not know")];
    };
    let is_a_room = |name: &str| ROOMS.iter().any(|(room, _)| *room == name);
    let against = |(line, used): (usize, String)| {
        let fault = is_a_room(&used) && used != room && !allowed.contains(&used.as_str());
        fault.then(|| source.fault(line, &format!("{room} uses {used}")))
    };
    source.uses().into_iter().filter_map(against).collect()
}

fn names_out_of_their_place(source: &Source) -> Vec<String> {
    let code = source.code();
    let room = source.room();
    let mut faults = Vec::new();
    for (name, _) in ONLY_IN.iter().filter(|(_, rooms)| !rooms.contains(&room)) {
        let places = Source::places(&code, name).into_iter();
        faults.extend(places.map(|(line, _)| source.fault(line, &format!("{room} knows {name}"))));
    }
    faults
}

fn faults_of_form(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = source.text.lines().count();
    if lines > LINES_MAX {
        faults.push(source.fault(lines, &format!("is longer than {LINES_MAX} lines")));
    }
    if source.path.split(['/', '.']).any(|name| DRAWERS.contains(&name)) {
        faults.push(source.fault(1, "has the name of a drawer"));
    }
    let code = source.code();
    for (line, rest) in Source::places(&code, "mod ") {
        if first_names(&rest["mod ".len()..])
            .iter()
            .any(|name| DRAWERS.contains(&name.as_str()))
        {
            faults.push(source.fault(line, "has a module with the name of a drawer"));
        }
    }
    for attribute in ["#[allow", "#![allow"] {
        for (line, _) in Source::places(&code, attribute) {
            faults.push(source.fault(line, "allows a lint; expect it, with the reason"));
        }
    }
    faults
}

/// The Rust files below a folder of the project.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![root.join(folder)];
    let mut sources = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path: PathBuf = path.strip_prefix(root).unwrap().into();
            sources.push(Source {
                path: path.to_str().unwrap().to_owned(),
                text,
            });
        }
    }
    assert!(!sources.is_empty(), "{folder} has sources");
    sources
}

fn assert_none(sources: &[Source], find: impl Fn(&Source) -> Vec<String>) {
    let faults: Vec<String> = sources.iter().flat_map(find).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn folders_use_only_those_below_them() {
    assert_none(&sources("src"), imports_against_the_flow);
}

#[test]
fn only_http_knows_actix_only_storage_knows_diesel_and_only_what_stands_above_knows_the_time() {
    assert_none(&sources("src"), names_out_of_their_place);
}

#[test]
fn files_are_short_and_no_drawers_and_allow_nothing() {
    assert_none(&sources("src"), faults_of_form);
    assert_none(&sources("tests"), faults_of_form);
}

/// The names of the schemas that a file derives, with the line of each: the name given by `as`, or the name of the type.
fn schema_names(source: &Source) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let mut lines = source.text.lines().zip(1..);
    while let Some((line, _)) = lines.next() {
        if !(line.starts_with("#[derive(") && line.contains("ToSchema")) {
            continue;
        }
        let mut given = None;
        for (line, number) in lines.by_ref() {
            if let Some((_, name)) = line.split_once("schema(as = ") {
                given = first_names(name).pop();
            }
            let declared = line.split_once("struct ").or_else(|| line.split_once("enum "));
            if let Some((_, name)) = declared.filter(|_| !line.trim_start().starts_with("//")) {
                names.extend(given.or_else(|| first_names(name).pop()).map(|name| (name, number)));
                break;
            }
        }
    }
    names
}

#[test]
fn no_two_schemas_of_the_document_share_a_name() {
    // utoipa writes one of two schemas with one name and says nothing: clients would be told the wrong fields.
    let mut first = BTreeMap::new();
    let mut faults = Vec::new();
    for source in sources("src/http") {
        for (name, line) in schema_names(&source) {
            if let Some(other) = first.insert(name.clone(), source.fault(line, "")) {
                faults.push(source.fault(line, &format!("{name} is the name of a schema at {other} too")));
            }
        }
    }
    assert!(first.len() > 100, "only {} schemas were found", first.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn the_flow_has_no_circle() {
    for (place, (room, allowed)) in ROOMS.iter().enumerate() {
        let is_above = |name: &&str| ROOMS[..place].iter().any(|(above, _)| above == name) || name == room;
        assert!(allowed.iter().all(is_above), "{room}");
    }
}

#[test]
fn an_import_against_the_flow_is_named_with_its_line() {
    let found = |path, text| imports_against_the_flow(&source(path, text));
    let import = "//! A file.\n\nuse crate::storage::Store;\n";
    assert_eq!(
        found("src/domain/report.rs", import),
        ["src/domain/report.rs:3: domain uses storage"]
    );
    assert!(found("src/http/report.rs", import).is_empty());
    let group = "use crate::{\n    domain::report::{Report, Entry},\n    http,\n};\n";
    assert_eq!(
        found("src/actions/close.rs", group),
        ["src/actions/close.rs:1: actions uses http"]
    );
    let inline = "fn f() -> crate::http::Page { super::super::commands::f() }\nfn g() { super::f() }\n";
    assert_eq!(
        found("src/storage/reports/rows.rs", inline),
        ["src/storage/reports/rows.rs:1: storage uses http"]
    );
    assert_eq!(
        found("src/storage/rows.rs", inline),
        [
            "src/storage/rows.rs:1: storage uses http",
            "src/storage/rows.rs:1: storage uses commands"
        ]
    );
    assert_eq!(
        found("src/storage/mod.rs", "use super::http;"),
        ["src/storage/mod.rs:1: storage uses http"]
    );
    assert_eq!(found("src/attic/x.rs", "").len(), 1);
}

#[test]
fn a_name_out_of_its_place_is_named_with_its_line() {
    let found = |path, text| names_out_of_their_place(&source(path, text));
    let text =
        "// diesel is here in a comment only\nlet x = \"http://diesel\"; let y = '\"'; diesel::insert_into(z);\n";
    assert_eq!(found("src/http/x.rs", text), ["src/http/x.rs:2: http knows diesel"]);
    assert!(found("src/storage/x.rs", text).is_empty());
    assert_eq!(
        found("src/actions/x.rs", "\nlet now = chrono::Utc::now();"),
        ["src/actions/x.rs:2: actions knows Utc::now"]
    );
    assert!(
        found(
            "src/actions/x.rs",
            "my_diesel::x(); let s = \"a \\\" diesel\n  actix\";"
        )
        .is_empty()
    );
    assert_eq!(found("src/auth/x.rs", "#[actix_web::get]").len(), 1);
}

#[test]
fn a_fault_of_form_is_named_with_its_line() {
    let found = |path, text: &str| faults_of_form(&source(path, text));
    assert_eq!(found("src/a.rs", "\n#[allow(dead_code)]").len(), 1);
    assert_eq!(found("src/a.rs", "#![allow(dead_code)]").len(), 1);
    assert!(found("src/a.rs", "diesel::allow_tables_to_appear_in_same_query!(a);").is_empty());
    assert_eq!(found("src/utils.rs", "").len(), 1);
    assert_eq!(found("tests/api/common/mod.rs", "").len(), 1);
    assert_eq!(
        found("src/a.rs", "\npub mod helpers;"),
        ["src/a.rs:2: has a module with the name of a drawer"]
    );
    assert_eq!(
        found("src/a.rs", &"\n".repeat(501)),
        ["src/a.rs:501: is longer than 500 lines"]
    );
    assert!(found("src/a.rs", &"\n".repeat(500)).is_empty());
}
