//! What happens of the field in the proof: an advisor's round, of which their devices say what became of each stop, and places
//! that they propose.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, Utc};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::errands::writable;
use super::town::{Handheld, Town};

/// A stop a day, from ten days ago to ten days ahead.
const DAYS: u64 = 10;

/// The round of an advisor.
pub(super) struct Round {
    seed: u64,
    advisor: String,
    today: NaiveDate,
    schedule: Uuid,
    proposed: u64,
}

impl Round {
    /// Has the coordinator plan the round of an advisor.
    pub(super) fn of(town: &Town, advisor: &str, seed: u64) -> Self {
        let today = Utc::now().date_naive();
        let schedule = Uuid::now_v7();
        let body = json!({
            "name": format!("Tournée {seed}"), "kind": "stop", "starts_on": (today - Days::new(DAYS)).to_string(),
            "ends_on": (today + Days::new(DAYS)).to_string(), "from": "09:00", "to": "12:00", "frequency": "daily",
            "on_holidays": true, "advisors": [advisor], "place_name": "Place du marché"
        });
        let (status, answer) = town.ask("PUT", &format!("/v1/schedules/{schedule}"), None, &body);
        assert_eq!(status, 201, "{answer}");
        Self {
            seed,
            advisor: advisor.to_owned(),
            today,
            schedule,
            proposed: 0,
        }
    }

    /// The advisor proposes a place.
    pub(super) fn propose(&mut self, device: &mut Handheld) {
        // The long proof would propose more places than an organisation has.
        if self.proposed == 60 {
            return;
        }
        self.proposed += 1;
        let name = format!("Lieu {}-{}", self.seed, self.proposed);
        let place = json!({"name": name, "commune_code": "72181"});
        device.device.propose(&place).unwrap();
    }

    /// The advisor says what became of a stop that their device knows.
    pub(super) fn fulfil(&self, device: &mut Handheld, rng: &mut StdRng) {
        let day = self.today - Days::new(rng.random_range(1..=DAYS));
        let session = self.session(day);
        let outcome = ["held", "not_held"].choose(rng).unwrap();
        let is_known = device.device.fulfil(&session, outcome).unwrap();
        let known = device.device.notebook().field.known["sessions"].as_array();
        assert_eq!(
            is_known,
            known.is_some(),
            "a device that has read the field knows each of its stops"
        );
    }

    /// The coordinator changes a stop, as the service has it.
    pub(super) fn coordinator_changes(&self, town: &Town, rng: &mut StdRng) {
        let day = self.today - Days::new(rng.random_range(1..=DAYS));
        let path = format!("/v1/planned-sessions/{}", self.session(day));
        let (_, shown) = town.ask("GET", &path, None, &Value::Null);
        let mut body = writable(&shown);
        body["registered"] = rng.random_range(0..10).into();
        let (status, answer) = town.ask("PUT", &path, shown["version"].as_i64(), &body);
        assert!(matches!(status, 200 | 201), "{answer}");
    }

    /// The identifier that anybody makes for the stop of a day.
    fn session(&self, day: NaiveDate) -> String {
        Uuid::new_v5(&self.schedule, format!("{day}T09:00").as_bytes()).to_string()
    }

    /// Asserts that both devices have what the service has, that each place which was proposed is there once, and that no
    /// version that a device was told of was written over by a version that it had not seen.
    pub(super) fn converged(&self, town: &Town, devices: &[Handheld]) {
        let (from, to) = (self.today - Days::new(DAYS), self.today + Days::new(DAYS));
        let path = format!(
            "/v1/planned-sessions?from={from}&to={to}&limit=200&advisor_id={}",
            self.advisor
        );
        let (_, sessions) = town.ask("GET", &path, None, &Value::Null);
        assert_eq!(sessions["items"].as_array().unwrap().len(), 21);
        let (_, places) = town.ask(
            "GET",
            &format!("/v1/places?limit=200&q=Lieu {}-", self.seed).replace(' ', "%20"),
            None,
            &Value::Null,
        );
        let names: Vec<&Value> = places["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| &place["name"])
            .collect();
        let once: BTreeSet<&str> = names.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(
            (names.len(), once.len() as u64),
            (once.len(), self.proposed),
            "seed {}",
            self.seed
        );
        for device in devices {
            let known = &device.device.notebook().field.known;
            assert_eq!(known["sessions"], sessions["items"], "seed {}", self.seed);
            let theirs = known["places"].as_array().unwrap().iter();
            let theirs: BTreeSet<&str> = theirs.map(|place| place["name"].as_str().unwrap()).collect();
            assert!(once.is_subset(&theirs), "seed {}", self.seed);
        }
        let mut written = BTreeSet::new();
        for (path, version, body) in devices.iter().flat_map(|device| device.log.borrow().stored.clone()) {
            let same = (path.clone(), version, body.to_string());
            let others = written
                .iter()
                .any(|(other, at, said): &(String, i64, String)| (other, at) == (&path, &version) && *said != same.2);
            assert!(
                !others,
                "two devices were told that they wrote version {version} of {path}"
            );
            written.insert(same);
        }
    }
}
