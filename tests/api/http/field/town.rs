//! The town in which the sentences of the deliberation are played.

use serde_json::{Value, json};

use crate::http::report;
use crate::support::api::{Answer, Api, Cast};
use crate::support::database::TestDatabase;
use crate::support::field;

/// Where the stories play: an organisation with a partner, a sheet and an agreement, on 29 September 2022.
pub(super) struct Town {
    pub(super) api: Api,
    pub(super) cast: Cast,
}

impl Town {
    pub(super) async fn on(database: &TestDatabase) -> Self {
        let api = Api::on(database).await;
        let cast = api.cast().await;
        field::found(&api, &cast.coordinator).await;
        Self { api, cast }
    }

    pub(super) async fn try_put(&self, path: &str, body: &Value) -> Answer {
        self.api.put(path).by(&self.cast.coordinator).json(body).send().await
    }

    /// Has a thing with this number say something; its path.
    pub(super) async fn put(&self, list: &str, number: usize, body: &Value) -> String {
        let path = path(list, number);
        let answer = self.try_put(&path, body).await;
        assert!(answer.status < 300, "{path}: {answer:?}");
        path
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.api.get(path).by(&self.cast.coordinator).send().await;
        answer.expect(200).json()
    }

    pub(super) async fn page(&self, path: &str) -> String {
        let answer = self.api.get(path).by(&self.cast.coordinator).send().await;
        String::from_utf8_lossy(&answer.expect(200).body).into_owned()
    }

    /// A figure of the plan of action of September 2022.
    pub(super) async fn figure(&self, name: &str) -> Value {
        let plan = self.get("/v1/statistics/field?from=2022-09&to=2022-09").await;
        let mut figures = plan["parts"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|part| part["figures"].as_array().unwrap());
        let found = figures.find(|figure| figure["id"] == format!("action_{name}"));
        found.unwrap_or_else(|| panic!("no figure {name}"))["value"].clone()
    }

    /// How many a breakdown of the plan of action of September 2022 tells of a value.
    pub(super) async fn told(&self, breakdown: &str, code: &str) -> i64 {
        let plan = self.get("/v1/statistics/field?from=2022-09&to=2022-09").await;
        let parts = plan["parts"].as_array().unwrap().iter();
        let mut breakdowns = parts.flat_map(|part| part["breakdowns"].as_array().unwrap());
        let found = breakdowns.find(|of| of["id"] == format!("action_{breakdown}")).unwrap();
        let mut lines = found["lines"].as_array().unwrap().iter();
        lines.find(|line| line["code"] == code).unwrap()["value"]
            .as_i64()
            .unwrap()
    }

    /// Plans a session of the advisor on the sixth of September.
    pub(super) async fn session(&self, number: usize, more: &Value) -> String {
        let base = json!({
            "kind": "presence", "day": "2022-09-06", "from": "09:00", "to": "12:00",
            "advisors": [self.advisor()]
        });
        self.put("planned-sessions", number, &with(base, more)).await
    }

    pub(super) async fn report(&self, day: &str, intervention: &Value) {
        let path = self.cast.advisor.report(day);
        let body = report(std::slice::from_ref(intervention));
        let call = self.api.put(&path).by(&self.cast.advisor).json(&body);
        call.send().await.expect(201);
    }

    pub(super) async fn settle(&self, more: &Value) {
        let settings = json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["tuesday"]});
        self.try_put("/v1/organisation", &with(settings, more))
            .await
            .expect(200);
    }

    pub(super) fn advisor(&self) -> String {
        self.cast.advisor.id.to_string()
    }

    pub(super) fn colleague(&self) -> String {
        self.cast.colleague.id.to_string()
    }
}

pub(super) fn path(list: &str, number: usize) -> String {
    format!("/v1/{list}/{}", id(number))
}

pub(super) fn id(number: usize) -> String {
    format!("0198f3c2-7c1e-7d2a-8f20-{number:012}")
}

/// A body that says more.
pub(super) fn with(mut body: Value, more: &Value) -> Value {
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}
