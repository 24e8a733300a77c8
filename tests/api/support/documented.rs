//! Compares each answer of the service with the OpenAPI document: an operation gives only statuses that it names there.

use std::sync::OnceLock;

use serde_json::Value;

/// The document, read once.
fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(quotidien::http::document()).unwrap())
}

/// The operation of the document that takes a request, if there is one. Where two paths of the document match, it is
/// the one with fewer parameters.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let method = if method == "HEAD" {
        "get".to_owned()
    } else {
        method.to_lowercase()
    };
    let is_open = |word: &str| word.starts_with('{');
    let matches = |pattern: &str| {
        pattern.split('/').count() == path.split('/').count()
            && pattern
                .split('/')
                .zip(path.split('/'))
                .all(|(word, said)| is_open(word) || word == said)
    };
    let paths = document()["paths"].as_object().unwrap();
    let (_, item) = paths
        .iter()
        .filter(|(pattern, _)| matches(pattern))
        .min_by_key(|(pattern, _)| pattern.split('/').filter(|word| is_open(word)).count())?;
    item.get(method)
}

/// Asserts that the document names the status of an answer, where the request is an operation of the document.
pub(crate) fn assert_documented(method: &str, path: &str, status: u16) {
    let Some(operation) = operation(method, path) else {
        return;
    };
    let statuses = operation["responses"].as_object().unwrap();
    assert!(
        statuses.contains_key(&status.to_string()),
        "{method} {path} answered {status}, which {} does not name",
        operation["operationId"]
    );
}
