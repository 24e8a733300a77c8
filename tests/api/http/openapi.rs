//! The committed document is the one that the service serves.

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
