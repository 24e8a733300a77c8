//! What a device keeps of the field, and what the advisor changed there since: places that they propose, and sessions of theirs.
//! These are put before the days that name them, each under an identifier of the device's making or of its schedule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::device::Standing;
use super::link::Answer;

/// The fields of a session that a device sends; the others follow from where it is written.
const SESSION_FIELDS: [&str; 19] = [
    "kind",
    "day",
    "from",
    "to",
    "place_id",
    "place_name",
    "advisors",
    "workshop_id",
    "agreement_id",
    "request_id",
    "referral_id",
    "vehicle_id",
    "capacity",
    "registered",
    "public",
    "note",
    "cancelled",
    "outcome",
    "commitments_met",
];

/// Something that is to be put.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Errand {
    /// What the advisor wants it to say.
    pub body: Value,
    /// The version from which they started; 0: there was none.
    base_version: i64,
    /// What was sent since without an answer: each may have arrived.
    sent: Vec<Value>,
    /// What stands in its way.
    pub standing: Standing,
}

/// What a device keeps of the field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldNotebook {
    /// What `GET /v1/me/field` last told.
    pub known: Value,
    /// Its entity tag.
    pub tag: Option<String>,
    /// What is to be put, by its path: places come before sessions that are at them.
    pub errands: BTreeMap<String, Errand>,
}

impl FieldNotebook {
    /// Takes what the advisor wants something to say, over the version that the device knows.
    pub fn write(&mut self, path: &str, body: Value, base_version: i64) {
        let errand = self.errands.entry(path.to_owned()).or_insert_with(|| Errand {
            base_version,
            ..Errand::default()
        });
        errand.body = body;
        if matches!(errand.standing, Standing::Refused(_)) {
            errand.standing = Standing::Waiting;
        }
    }

    /// A session as the device shows it, with what the advisor changed since; with the version that it has at the service.
    pub fn session(&self, id: &str) -> Option<(Value, i64)> {
        let known = self.known.get("sessions")?.as_array()?;
        let session = known
            .iter()
            .find(|session| session.get("planned_session_id") == Some(&json!(id)))?;
        let version = session.get("version")?.as_i64()?;
        let path = format!("/v1/planned-sessions/{id}");
        let body = self.errands.get(&path).map(|errand| errand.body.clone());
        Some((body.unwrap_or_else(|| writable(session)), version))
    }

    /// The paths of what goes next.
    pub fn waiting(&self) -> Vec<String> {
        let waits = |errand: &&Errand| errand.standing == Standing::Waiting;
        let waiting = self.errands.iter().filter(|(_, errand)| waits(errand));
        waiting.map(|(path, _)| path.clone()).collect()
    }

    /// The body to put at a path, and the version over which it goes; it is noted as sent.
    pub fn send(&mut self, path: &str) -> Option<(Value, i64)> {
        let errand = self.errands.get_mut(path)?;
        if !errand.sent.contains(&errand.body) {
            errand.sent.push(errand.body.clone());
        }
        Some((errand.body.clone(), errand.base_version))
    }

    /// Takes the answer to what was sent: stored, or refused. What was written meanwhile goes over the new version.
    pub fn settle(&mut self, path: &str, sent: &Value, answer: &Answer) {
        let Some(errand) = self.errands.get_mut(path) else {
            return;
        };
        if !matches!(answer.status, 200 | 201) {
            errand.standing = Standing::Refused(answer.body.clone());
        } else if errand.body == *sent {
            self.errands.remove(path);
        } else {
            errand.base_version = answer.body.get("version").and_then(Value::as_i64).unwrap_or_default();
            errand.sent.clear();
        }
    }

    /// Takes what the service has in the place of the version from which the advisor started: one that this device sent
    /// without an answer, or somebody else's, which clashes.
    pub fn learn(&mut self, path: &str, stored: &Value) {
        let Some(errand) = self.errands.get_mut(path) else {
            return;
        };
        let stored_body = writable(stored);
        if stored_body == errand.body {
            self.errands.remove(path);
        } else if errand.sent.contains(&stored_body) {
            errand.base_version = stored.get("version").and_then(Value::as_i64).unwrap_or_default();
            errand.sent.clear();
        } else {
            errand.standing = Standing::Clash;
        }
    }
}

/// What a client sends to have a session say what this one says.
pub fn writable(session: &Value) -> Value {
    let said = SESSION_FIELDS.iter().filter_map(|field| {
        let value = session.get(*field).filter(|value| !value.is_null())?;
        Some(((*field).to_owned(), value.clone()))
    });
    Value::Object(said.collect())
}
