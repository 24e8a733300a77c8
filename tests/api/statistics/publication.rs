//! What changed since a publication, and what is published at all.

use quotidien::documents::definitions;
use quotidien::statistics::dimension::Dimension;
use quotidien::statistics::publication::{DEFINITIONS_VERSION, Publication, changes, digest, published_dimensions};
use serde_json::{Value, json};

/// A publication of one breakdown with these lines.
fn publication(lines: &Value) -> Publication {
    let text = json!({
        "definitions_version": "1",
        "organisation": "Le Mans Métropole",
        "from": "2022-05",
        "to": "2022-05",
        "published_at": "2022-06-10T08:00:00Z",
        "deliberation_number": null,
        "months": [],
        "rows": [],
        "breakdowns": [{"by": "theme", "share_of": "mentions", "total": 3, "lines": lines}],
    });
    serde_json::from_value(text).unwrap()
}

fn line(code: &str, interventions: i64) -> Value {
    json!({"code": code, "interventions": interventions, "supports": null, "share": null})
}

#[test]
fn a_code_that_is_younger_than_a_publication_and_counts_nothing_is_no_change() {
    let published = publication(&json!([line("email", 3)]));
    let now = publication(&json!([line("email", 3), line("newer", 0)]));
    assert_eq!(changes(&published, &now).len(), 0);
    let counted = publication(&json!([line("email", 3), line("newer", 2)]));
    let [change] = &changes(&published, &counted)[..] else {
        panic!("one line differs")
    };
    assert_eq!(
        (change.of.as_deref(), change.published, change.now),
        (Some("newer"), None, Some(2))
    );
}

#[test]
fn a_dimension_that_is_younger_than_a_publication_is_no_change() {
    let published = publication(&json!([line("email", 3)]));
    let mut now = published.clone();
    let mut younger = now.breakdowns[0].clone();
    "equipment".clone_into(&mut younger.by);
    now.breakdowns.push(younger);
    assert_eq!(changes(&published, &now).len(), 0);
    assert!(!changes(&now, &published).is_empty(), "one that is gone is a change");
}

#[test]
fn no_publication_tells_one_advisor_apart() {
    let published = published_dimensions();
    assert!(!published.contains(&Dimension::Advisor));
    assert!(!published.contains(&Dimension::Place) && !published.contains(&Dimension::Partner));
    assert!(!published.contains(&Dimension::Workshop) && !published.contains(&Dimension::Tag));
    assert!(!published.contains(&Dimension::Absence));
    assert_eq!(published.len(), Dimension::ALL.len() - 6);
}

#[test]
fn whoever_changes_a_definition_gives_the_definitions_a_new_version() {
    let texts = format!("{:?} {:?}", definitions::figures(), definitions::breakdowns());
    let digest = digest(&texts);
    assert_eq!(
        (DEFINITIONS_VERSION, digest.as_str()),
        ("2", "fcb5c2c62dc1f8f1eeb1b2c38a43d54ac8959ab708dc7e7b4b3f2e3121b88b8f"),
        "a new version, and its digest here"
    );
}
