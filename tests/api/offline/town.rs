//! An organisation behind real servers: its coordinator, its advisors, and their devices.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::rc::Rc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::device::Device;
use super::link::{Answer, Condition, HttpLink, Link, Lost};
use super::merge::{Content, normal};
use crate::command_line::quotidien;
use crate::serving::{Serving, ask_at};
use crate::support::database::{Engine, TestDatabase};

const PASSWORD: &str = "première phrase de passe";

/// An organisation, on one server, or on two where the database is PostgreSQL.
pub(super) struct Town {
    url: String,
    organisation: String,
    servers: Vec<Serving>,
    coordinator: RefCell<String>,
    folder: TempDir,
}

impl Town {
    pub(super) fn on(database: &TestDatabase, engine: Engine) -> Self {
        let url = database.address();
        let made = quotidien(&["organisation", "create", "Le Mans Métropole"], Some(&url), "");
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let instances = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        };
        let town = Self {
            organisation: made["organisation_id"].as_str().unwrap().to_owned(),
            servers: (0..instances).map(|_| Serving::on(database, Stdio::null())).collect(),
            url,
            coordinator: RefCell::default(),
            folder: folder(),
        };
        town.account("coordinator", "coordinator@test.example");
        town
    }

    /// The servers' addresses.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(|server| server.address).collect()
    }

    /// A new account; its identifier.
    fn account(&self, role: &str, email: &str) -> String {
        let arguments = [
            "account",
            "create",
            "--role",
            role,
            "--name",
            "Camille Martin",
            "--email",
            email,
        ];
        let arguments = [
            &arguments[..],
            &["--organisation", &self.organisation, "--password-stdin"],
        ]
        .concat();
        let made = quotidien(&arguments, Some(&self.url), PASSWORD);
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        made["account_id"].as_str().unwrap().to_owned()
    }

    /// A new advisor, active from 2020 on; their identifier.
    pub(super) fn advisor(&self, email: &str) -> String {
        self.account("advisor", email)
    }

    /// A device of an advisor, which reaches the servers at `url`.
    pub(super) fn device(&self, email: &str, number: usize, url: &str) -> Handheld {
        let folder = self.folder.path().join(format!("{email}-{number}"));
        std::fs::create_dir(&folder).unwrap();
        let log = Rc::new(RefCell::new(Log::default()));
        let device = open(&folder, email, url, &log);
        Handheld {
            folder,
            email: email.to_owned(),
            url: url.to_owned(),
            log,
            device,
        }
    }

    /// Sends a request of the coordinator to the first server; the status and the body of the answer.
    pub(super) fn ask(&self, method: &str, path: &str, if_match: Option<i64>, body: &Value) -> (u16, Value) {
        let answer = self.ask_once(method, path, if_match, body);
        if answer.0 != 401 {
            return answer;
        }
        let credentials = json!({"email": "coordinator@test.example", "password": PASSWORD});
        let (status, session) = self.ask_once("POST", "/v1/sessions", None, &credentials);
        assert_eq!(status, 201, "{session}");
        session["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.coordinator.borrow_mut());
        self.ask_once(method, path, if_match, body)
    }

    fn ask_once(&self, method: &str, path: &str, version: Option<i64>, body: &Value) -> (u16, Value) {
        let token = self.coordinator.borrow();
        ask_at(&self.servers[0], method, path, Some(token.as_str()), version, body)
    }
}

/// The folder for the notebooks of devices. It is in memory where the machine has such a folder, since a device brings
/// its notebook to the disk at every change.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        TempDir::new_in(memory).unwrap()
    } else {
        TempDir::new().unwrap()
    }
}

/// What a device sent to the service, and what the service told it.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Every item that the device sent: the day, the version from which the device started, the report that it wanted.
    pub(super) sent: Vec<(String, i64, Content)>,
    /// Every write that the service confirmed: the day, its version since, the report that the device wanted.
    pub(super) acknowledged: Vec<(String, i64, Content)>,
    /// Every version of a day that the service showed to the device.
    pub(super) seen: BTreeSet<(String, i64)>,
    /// How many items the service answered with a conflict.
    pub(super) conflicts: u64,
    /// How many batches the device sent.
    pub(super) batches: u64,
    /// What the service stored of places and sessions: the path, its version since, and what the device wanted.
    pub(super) stored: Vec<(String, i64, Value)>,
}

/// The way to the service, which keeps a log of what goes through it.
pub(super) struct Watched {
    link: HttpLink,
    log: Rc<RefCell<Log>>,
}

impl Link for Watched {
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        condition: Condition<'_>,
        body: Option<&Value>,
    ) -> Result<Answer, Lost> {
        let items = body
            .and_then(|body| body["items"].as_array().cloned())
            .unwrap_or_default();
        let of_item = |item: &Value, version: &Value| {
            let content = item.get("report").map(normal);
            (
                item["date"].as_str().unwrap().to_owned(),
                version.as_i64().unwrap(),
                content,
            )
        };
        let sent = items.iter().map(|item| of_item(item, &item["base_version"]));
        self.log.borrow_mut().sent.extend(sent);
        self.log.borrow_mut().batches += u64::from(method == "POST");
        let answer = self.link.ask(method, path, condition, body)?;
        let mut log = self.log.borrow_mut();
        if let (Some(body), "PUT", 200 | 201) = (body, method, answer.status) {
            let version = answer.body["version"].as_i64().unwrap();
            log.stored.push((path.to_owned(), version, body.clone()));
        }
        let told = answer.body["results"].as_array().or(answer.body["items"].as_array());
        for day in told.into_iter().flatten() {
            if let Some(version) = day["version"].as_i64() {
                log.seen.insert((day["date"].as_str().unwrap().to_owned(), version));
            }
        }
        let results = answer.body["results"].as_array().into_iter().flatten();
        for (item, result) in items.iter().zip(results) {
            match result["status"].as_str().unwrap() {
                "conflict" => log.conflicts += 1,
                "refused" => {}
                _ => log.acknowledged.push(of_item(item, &result["version"])),
            }
        }
        Ok(answer)
    }
}

/// A device that can be switched off at any moment.
pub(super) struct Handheld {
    folder: PathBuf,
    email: String,
    url: String,
    pub(super) log: Rc<RefCell<Log>>,
    pub(super) device: Device<Watched>,
}

impl Handheld {
    /// Switches the device off and on: it forgets all that is not on its disk.
    pub(super) fn restart(&mut self) {
        self.device = open(&self.folder, &self.email, &self.url, &self.log);
    }
}

fn open(folder: &Path, email: &str, url: &str, log: &Rc<RefCell<Log>>) -> Device<Watched> {
    let link = HttpLink::open(url, email, PASSWORD, folder.join("session.json")).unwrap();
    let log = Rc::clone(log);
    Device::open(folder, Watched { link, log }).unwrap()
}
