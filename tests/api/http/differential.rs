//! The same history on SQLite and on PostgreSQL gives the same answers, refusals included.

use std::collections::HashMap;

use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase};
use crate::support::{random, traffic};

/// How many histories are tried, and how many requests each has.
const HISTORIES: usize = 3;
const LENGTH: usize = 150;

#[test]
fn the_same_history_gives_the_same_answers_on_both_databases() {
    actix_web::rt::System::new().block_on(async {
        for _ in 0..HISTORIES {
            let seed = random::seed();
            let (Some(sqlite), Some(postgres)) = (
                TestDatabase::migrated(Engine::Sqlite),
                TestDatabase::migrated(Engine::Postgres),
            ) else {
                return;
            };
            let sqlite = history(&sqlite, seed).await;
            let postgres = history(&postgres, seed).await;
            for (step, (a, b)) in sqlite.iter().zip(&postgres).enumerate() {
                assert_eq!(a, b, "step {step} of seed {seed}");
            }
            let refusals = sqlite.iter().filter(|line| line.contains("\"code\"")).count();
            assert!(
                refusals > 10 && refusals < LENGTH - 10,
                "{refusals} refusals of {LENGTH}"
            );
        }
    });
}

/// A line for each request with its answer; a number stands for each identifier, in the order of first appearance.
async fn history(database: &TestDatabase, seed: u64) -> Vec<String> {
    let api = Api::on(database).await;
    let cast = api.cast().await;
    let mut rng = random::draws(seed);
    let mut names = Names::default();
    let mut lines = Vec::new();
    for step in 0..LENGTH {
        api.set_clock(&format!("2022-09-29T10:{:02}:{:02}Z", step / 60, step % 60));
        let (asked, answer) = traffic::send_one(&mut rng, &api, &cast).await;
        let mut body = answer.json();
        if let Some(problem) = body.as_object_mut() {
            problem.remove("instance");
            problem.remove("next_cursor");
        }
        // The tag of figures is that of a database's copy; that of anything else is of what is answered.
        let tag = answer.header("etag").filter(|_| !asked.contains("/v1/statistics/"));
        let line = format!("{asked} → {} {tag:?} {body}", answer.status);
        lines.push(names.replace(&line));
    }
    lines
}

/// The numbers that stand for identifiers, since identifiers differ from run to run.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// The text with each UUID replaced by the number of its first appearance.
    fn replace(&mut self, text: &str) -> String {
        let mut replaced = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let candidate = rest.get(..36).filter(|text| uuid::Uuid::try_parse(text).is_ok());
            if let Some(uuid) = candidate {
                let next = self.0.len();
                let number = *self.0.entry(uuid.to_owned()).or_insert(next);
                replaced.extend(["#", &number.to_string()]);
                rest = &rest[36..];
            } else {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                replaced.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
        replaced
    }
}
