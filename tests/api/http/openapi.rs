//! The committed document is the one that the service serves.

use quotidien::http::ProblemCode;
use serde_json::Value;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(the_committed_document_is_what_the_service_serves);

async fn the_committed_document_is_what_the_service_serves(database: TestDatabase) {
    let api = Api::on(&database).await;
    let served = api.get("/openapi.json").send().await.expect(200).json();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    let committed: serde_json::Value = serde_json::from_str(&committed).unwrap();
    assert!(
        served == committed,
        "openapi/openapi.json is not what the service serves; `just openapi` writes it anew: \
         read the difference, it is what clients will see"
    );
}

/// A document of 118 operations repeats itself soon: a parameter in full took ten lines in each of them.
#[test]
fn no_parameter_and_no_header_of_an_answer_is_written_out_twice() {
    let document = serde_json::to_value(quotidien::http::document()).unwrap();
    let components = &document["components"];
    let operations: Vec<&Value> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .collect();
    let parameters = operations
        .iter()
        .flat_map(|operation| operation["parameters"].as_array().unwrap())
        .map(|parameter| ("", parameter));
    let headers = operations
        .iter()
        .flat_map(|operation| operation["responses"].as_object().unwrap().values())
        .chain(components["responses"].as_object().unwrap().values())
        .filter_map(|answer| answer["headers"].as_object())
        .flatten()
        .map(|(name, header)| (name.as_str(), header));
    let (references, in_full): (Vec<_>, Vec<_>) = parameters
        .chain(headers)
        .partition(|(_, said)| said["$ref"].is_string());
    assert!(references.len() > 300, "{} references", references.len());
    assert!(in_full.len() > 10, "{} are said in one place alone", in_full.len());
    for (index, part) in in_full.iter().enumerate() {
        assert!(!in_full[..index].contains(part), "{part:?} is written out twice");
    }
    for (_, reference) in references {
        let path = reference["$ref"].as_str().unwrap().trim_start_matches('#');
        assert!(document.pointer(path).is_some(), "{path} leads nowhere");
    }
    for name in components["parameters"].as_object().unwrap().keys() {
        assert!(!name.ends_with(char::is_numeric), "{name} says what the parameter is");
    }
}

/// The problem of status 405 answers methods for which the document has no operation: no operation can name this
/// problem.
#[test]
fn the_document_names_every_problem_but_the_one_of_methods_that_are_none() {
    let document = serde_json::to_value(quotidien::http::document()).unwrap();
    let responses = document["components"]["responses"].as_object().unwrap();
    let named = |code: &str| {
        responses.values().any(|response| {
            let description = response["description"].as_str().unwrap();
            description.contains(&format!("`{code}`"))
        })
    };
    for problem in ProblemCode::ALL {
        assert_eq!(
            named(problem.code()),
            *problem != ProblemCode::MethodNotAllowed,
            "{problem:?}"
        );
    }
}
