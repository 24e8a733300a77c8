//! The committed document is the one that the service serves.

use quotidien::http::ProblemCode;

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
