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
fn no_publication_tells_one_advisor_apart() {
    let published = published_dimensions();
    assert!(!published.contains(&Dimension::Advisor));
    assert_eq!(published.len(), Dimension::ALL.len() - 1);
}

#[test]
fn whoever_changes_a_definition_gives_the_definitions_a_new_version() {
    let texts = format!("{:?} {:?}", definitions::figures(), definitions::breakdowns());
    let digest = digest(&texts);
    assert_eq!(
        (DEFINITIONS_VERSION, digest.as_str()),
        ("1", "8599872c19eb31249f198a85651f5fe837a118a90baa0678794e2b94bdd7b301"),
        "a new version, and its digest here"
    );
}
