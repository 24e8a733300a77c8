//! The rules of the rooms of `src/http`, and how long functions may be.

use super::{Source, assert_none, first_names, source, sources};

/// The rooms of `src/http`, its folders and files, from the bottom up. Each uses only rooms that stand before it in
/// this list, so that no two use each other, not even by way of a third.
const ROOMS_OF_HTTP: [&str; 18] = [
    "runtime",
    "metrics",
    "heavy_reads",
    "kept_documents",
    "application",
    "wire",
    "answer",
    "request",
    "field",
    "reports",
    "figures",
    "publications",
    "people",
    "organisations",
    "pages",
    "web",
    "routes",
    "server",
];

const LINES_OF_A_FUNCTION_MAX: usize = 80;
const LINES_OF_A_HANDLER_MAX: usize = 25;

/// The attributes by which a function of `src/http` is a handler.
const HANDLER_ATTRIBUTES: [&str; 5] = ["#[get(", "#[put(", "#[post(", "#[delete(", "#[patch("];

/// The faults of a file of `src/http`: each use of a room that stands after the file's own room in the list.
fn circles_of_http(source: &Source) -> Vec<String> {
    let Some(inside) = source.path.strip_prefix("src/http/") else {
        return Vec::new();
    };
    let room = inside.split(['/', '.']).next().unwrap_or_default();
    if room == "mod" {
        return Vec::new();
    }
    let place_of = |name: &str| ROOMS_OF_HTTP.iter().position(|room| *room == name);
    let Some(own) = place_of(room) else {
        return vec![source.fault(1, "stands in a room of http that the list of this test does not know")];
    };
    let code = source.code();
    let mut faults = Vec::new();
    let direct = if inside.contains('/') {
        &[][..]
    } else {
        &["super::"][..]
    };
    for root in ["crate::http::"].iter().chain(direct) {
        for (line, rest) in Source::places(&code, root) {
            let used = first_names(&rest[root.len()..]);
            let above = used
                .iter()
                .filter(|name| place_of(name).is_some_and(|place| place > own));
            faults.extend(above.map(|name| source.fault(line, &format!("{room} uses {name}"))));
        }
    }
    faults
}

/// The functions that are longer than allowed; for handlers fewer lines are allowed than for other functions.
fn faults_of_length(source: &Source) -> Vec<String> {
    let code = source.code();
    let lines: Vec<&str> = code.lines().collect();
    let mut faults = Vec::new();
    let mut is_handler = false;
    for (place, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        is_handler |= HANDLER_ATTRIBUTES.iter().any(|attribute| text.starts_with(attribute));
        let words: Vec<&str> = text.split_whitespace().take_while(|word| *word != "fn").collect();
        let begins = text.split_whitespace().any(|word| word == "fn")
            && words
                .iter()
                .all(|word| word.starts_with("pub") || word.ends_with(')') || ["async", "const", "in"].contains(word));
        if !begins {
            continue;
        }
        // rustfmt indents the brace that closes a function as it indents the line that begins the function.
        let indentation = &line[..line.len() - text.len()];
        let ends = |line: &&str| **line == format!("{indentation}}}");
        let length = lines[place..].iter().position(ends).map_or(1, |last| last + 1);
        let most = if is_handler {
            LINES_OF_A_HANDLER_MAX
        } else {
            LINES_OF_A_FUNCTION_MAX
        };
        if length > most && !line.trim_end().ends_with('}') && !line.trim_end().ends_with(';') {
            let what = if is_handler { "handler" } else { "function" };
            faults.push(source.fault(
                place + 1,
                &format!("begins a {what} of {length} lines; {most} are allowed"),
            ));
        }
        is_handler = false;
    }
    faults
}

/// The patterns that list words: the schema of a list of codes is made from the list, which may grow.
fn lists_typed_by_hand(source: &Source) -> Vec<String> {
    let is_of_codes = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_of_codes);
    let mut faults = Vec::new();
    for (place, line) in source.text.lines().enumerate() {
        let patterns = line.split("pattern = \"").skip(1);
        let alternatives = patterns.flat_map(|pattern| pattern.split('"').next().unwrap_or_default().split(['(', ')']));
        if alternatives
            .filter(|words| words.contains('|'))
            .any(|words| words.split('|').all(is_word))
        {
            faults.push(source.fault(place + 1, "lists codes in a pattern"));
        }
    }
    faults
}

#[test]
fn no_list_of_codes_is_typed_into_a_pattern() {
    assert_none(&sources("src/http"), lists_typed_by_hand);
}

#[test]
fn a_list_of_codes_in_a_pattern_is_named_with_its_line() {
    let found = |text: &str| lists_typed_by_hand(&source("src/http/x.rs", text));
    assert_eq!(
        found("#[schema(\n    pattern = \"^(open|closed)$\")]"),
        ["src/http/x.rs:2: lists codes in a pattern"]
    );
    assert_eq!(
        found("#[param(pattern = \"^(as-one|as-many)$\")]"),
        ["src/http/x.rs:1: lists codes in a pattern"]
    );
    assert!(found("#[param(pattern = \"^(0[1-9]|2[AB])[0-9]{3}$\")]").is_empty());
}

#[test]
fn no_two_rooms_of_http_use_each_other() {
    assert_none(&sources("src/http"), circles_of_http);
}

#[test]
fn functions_are_short_and_handlers_shorter() {
    assert_none(&sources("src"), faults_of_length);
}

#[test]
fn a_use_that_closes_a_circle_of_http_is_named_with_its_line() {
    let found = |path, text| circles_of_http(&source(path, text));
    let import = "//! A file.\n\nuse crate::http::people::accounts::AccountView;\n";
    assert_eq!(
        found("src/http/figures/monthly.rs", import),
        ["src/http/figures/monthly.rs:3: figures uses people"]
    );
    assert!(found("src/http/organisations/export.rs", import).is_empty());
    assert_eq!(
        found("src/http/application.rs", "use super::routes::document;"),
        ["src/http/application.rs:1: application uses routes"]
    );
    // In a file within a room `super` is the room, not `src/http`.
    assert!(found("src/http/figures/full.rs", "use super::routes::x;").is_empty());
    assert_eq!(found("src/http/attic/x.rs", "").len(), 1);
}

#[test]
fn a_function_that_is_too_long_is_named_with_its_line() {
    let found = |text: &str| faults_of_length(&source("src/http/x.rs", text));
    let function = |head: &str, lines: usize| format!("{head} {{\n{}}}\n", "    f();\n".repeat(lines - 2));
    assert!(found(&function("pub(super) fn f()", 80)).is_empty());
    assert_eq!(
        found(&function("pub(in crate::http) async fn f()", 81)),
        ["src/http/x.rs:1: begins a function of 81 lines; 80 are allowed"]
    );
    assert!(
        found(&format!(
            "#[get(\"/v1\")]\n{}",
            function("pub async fn f()", LINES_OF_A_HANDLER_MAX)
        ))
        .is_empty()
    );
    assert_eq!(
        found(&format!(
            "#[get(\"/v1\")]\n{}",
            function("pub async fn f()", LINES_OF_A_HANDLER_MAX + 1)
        )),
        [format!(
            "src/http/x.rs:2: begins a handler of {} lines; {LINES_OF_A_HANDLER_MAX} are allowed",
            LINES_OF_A_HANDLER_MAX + 1
        )]
    );
}
