//! The process ends, with a word, when a part of it has without which nothing can be served.

use std::future::{pending, ready};
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::rt::System;
use quotidien::commands::supervision::Parts;
use quotidien::http::metrics_server;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_service_whose_writer_has_ended_ends_with_a_word,
    a_service_whose_metrics_nobody_answers_any_more_ends_with_a_word,
);

/// What the process ends with, while its server goes on for ever.
async fn ends_with(parts: Parts) -> String {
    let server = Box::pin(pending::<()>());
    parts.while_serving(server).await.unwrap_err().to_string()
}

/// The parts of a service of which one goes on for ever.
fn lasting() -> Parts {
    Parts::beginning_with("the first part", pending())
}

async fn a_service_whose_writer_has_ended_ends_with_a_word(database: TestDatabase) {
    let store = database.store();
    let mut parts = Parts::beginning_with("the writer", store.writer_ended());
    parts.spawn("another part", pending::<()>());
    // The writer ends with its queue.
    drop(store);
    let said = ends_with(parts).await;
    assert!(said.contains("the writer has ended"), "{said}");
}

async fn a_service_whose_metrics_nobody_answers_any_more_ends_with_a_word(database: TestDatabase) {
    let api = Api::on(&database).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = metrics_server(Arc::clone(&api.metrics), listener).unwrap();
    let handle = server.handle();
    let mut parts = lasting();
    parts.spawn("the listener", server);
    handle.stop(false).await;
    let said = ends_with(parts).await;
    assert!(said.contains("the listener has ended"), "{said}");
}

#[test]
fn a_part_ends_by_returning_and_by_a_panic() {
    System::new().block_on(async {
        let mut parts = lasting();
        parts.spawn("what returns", ready(()));
        assert!(ends_with(parts).await.contains("what returns has ended"));
        let mut parts = lasting();
        parts.spawn("what panics", async { panic!("as a test asks") });
        assert!(ends_with(parts).await.contains("what panics has ended"));
    });
}

#[test]
fn a_server_that_stops_ends_as_it_did_while_its_parts_live() {
    System::new().block_on(async {
        let stopped = lasting().while_serving(Box::pin(ready("as told"))).await;
        assert_eq!(stopped.unwrap(), "as told");
    });
}

/// Whatever runs beside the server is one of its parts.
#[test]
fn nothing_runs_beside_the_server_unwatched() {
    let source = include_str!("../../src/commands/serve.rs");
    assert_eq!(source.matches("http::spawn").count(), 0);
    let parts = ["writer_ended()", "metrics", "watch(", "measure(", "send_mail(", "work("];
    let (_, run) = source.split_once("Parts::beginning_with").unwrap();
    let (run, _) = run.split_once("parts.while_serving(server)").unwrap();
    for part in parts {
        assert!(run.contains(part), "{part}");
    }
    assert_eq!(run.matches("parts.spawn(").count(), parts.len() - 1);
}
