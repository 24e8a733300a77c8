//! The table of the deliberation's sentences, and the tests that it names.

/// The rows of the table of `docs/field.md` that shows what answers each sentence, as cells.
fn rows() -> Vec<Vec<String>> {
    let page = include_str!("../../../docs/field.md");
    let (_, section) = page.split_once("\n## Sentence by sentence\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    lines.map(cells).collect()
}

#[test]
fn each_sentence_of_the_table_has_its_test_and_each_test_its_sentence() {
    let source = include_str!("../http/field/sentences.rs");
    let mut tests: Vec<&str> = source
        .lines()
        .filter_map(|line| {
            line.strip_prefix("async fn ")?
                .strip_suffix("(database: TestDatabase) {")
        })
        .collect();
    let rows = rows();
    let mut named: Vec<&str> = rows.iter().map(|row| row[3].trim_matches('`')).collect();
    tests.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, tests);
    assert!(
        rows.iter()
            .all(|row| row.len() == 4 && row.iter().all(|cell| !cell.is_empty()))
    );
}
