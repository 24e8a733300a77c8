//! What a device keeps: days as the service last told them, and what the advisor wrote since.
#![expect(clippy::indexing_slicing, reason = "a JSON value is null where it lacks a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::disk::{self, DiskError};
use super::errands::FieldNotebook;
use super::link::{Answer, Condition, Link, Lost};
use super::merge::{Content, merge, normal};

/// The most items of a batch.
const ITEMS_MAX: usize = 200;
/// A batch with so many bytes of items takes no more: the service accepts at most 8 MiB.
const BATCH_FULL: usize = 4 << 20;
/// How often at most a synchronisation sends and reads; it sends again where reading has merged drafts.
const ROUNDS: usize = 3;

/// What stands in the way of a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing: the draft goes with the next batch.
    #[default]
    Waiting,
    /// Another device wrote the same part of the day: the advisor has to choose.
    Clash,
    /// The service refused the draft, with this problem.
    Refused(Value),
}

/// What the advisor wrote and the service has not confirmed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The report as the advisor wants it.
    pub report: Content,
    /// The report from which the advisor started.
    base: Content,
    /// The day's version from which the advisor started.
    pub base_version: i64,
    /// The reports that were sent since without an answer: each may have arrived.
    sent: Vec<Content>,
    /// When the advisor wrote the draft, by the device's clock.
    recorded_at: String,
    /// What stands in the way of the draft.
    pub standing: Standing,
}

/// A day, as the service last told it and as the advisor changed it since.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// The version that the service last told.
    pub version: i64,
    /// The report that the service last told.
    pub report: Content,
    /// What the advisor wrote since.
    pub draft: Option<Draft>,
}

impl Day {
    /// Takes what the advisor writes.
    fn write(&mut self, report: Content) {
        let mut draft = self.draft.take().unwrap_or_else(|| Draft {
            base: self.report.clone(),
            base_version: self.version,
            ..Draft::default()
        });
        draft.report = report;
        draft.recorded_at = chrono::Utc::now().to_rfc3339();
        if matches!(draft.standing, Standing::Refused(_)) {
            draft.standing = Standing::Waiting;
        }
        // The draft asks for no change, and no earlier draft is on its way that it would have to take back.
        let idle = draft.report == draft.base && draft.sent.is_empty();
        self.draft = Some(draft).filter(|_| !idle);
    }

    /// Takes the day as the service tells it: the draft follows it, is merged with it, or clashes.
    fn learn(&mut self, version: i64, report: Content) {
        (self.version, self.report) = (version, report);
        let Some(draft) = &mut self.draft else {
            return;
        };
        if draft.report == self.report {
            self.draft = None;
        } else if draft.sent.contains(&self.report) || draft.base == self.report {
            // The service has an earlier draft of this device, whose answer was lost, or still the report before the
            // draft.
            draft.follow(version, &self.report);
        } else if let Some(merged) = merge(&draft.base, &draft.report, &self.report) {
            draft.report = merged;
            draft.follow(version, &self.report);
            if draft.report == self.report {
                self.draft = None;
            }
        } else {
            draft.standing = Standing::Clash;
        }
    }

    /// Takes the service's word that it has stored what was sent.
    fn confirm(&mut self, sent: &Content, version: i64, report: Content) {
        (self.version, self.report) = (version, report);
        match &mut self.draft {
            Some(draft) if draft.report != *sent => draft.follow(version, &self.report),
            _ => self.draft = None,
        }
    }

    /// After a backup was restored the service has lost the version that the device knows: a draft brings its report
    /// back.
    fn bring_back(&mut self, version: i64, report: Content) {
        let known = std::mem::replace(&mut self.report, report);
        self.version = version;
        let draft = self.draft.get_or_insert_with(|| Draft {
            report: known,
            ..Draft::default()
        });
        draft.follow(version, &self.report);
    }
}

impl Draft {
    fn follow(&mut self, version: i64, report: &Content) {
        self.base.clone_from(report);
        self.base_version = version;
        self.sent.clear();
        self.standing = Standing::Waiting;
    }

    fn item(&self, date: &str) -> Value {
        let Some(report) = &self.report else {
            return json!({"op": "delete", "date": date, "base_version": self.base_version});
        };
        let mut report = report.clone();
        if let (Some(fields), false) = (report.as_object_mut(), self.recorded_at.is_empty()) {
            fields.insert("recorded_at".to_owned(), self.recorded_at.clone().into());
        }
        json!({"op": "put", "date": date, "base_version": self.base_version, "report": report})
    }
}

/// What a device keeps on its disk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Notebook {
    /// How far the device has read the service's changes.
    cursor: Option<String>,
    /// While the device reads all changes afresh: the days that it knew and that the service has not told again.
    unseen: Option<BTreeSet<String>>,
    /// The days.
    pub days: BTreeMap<String, Day>,
    /// What is kept of the field.
    #[serde(default)]
    pub field: FieldNotebook,
}

/// Why a synchronisation did not end.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No answer came: try again, after a while.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The service asks to wait for so many seconds.
    #[error("the service asks to wait")]
    Wait(Option<u64>),
    /// The service refuses the whole request: sign in, or mend the program.
    #[error("refused: {0}")]
    Refused(Value),
    /// The device's disk failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// A device of one advisor. A draft is on the disk before it is sent, and what the service told is on the disk before
/// the next request.
pub struct Device<L> {
    file: PathBuf,
    notebook: Notebook,
    /// The way to the service.
    pub link: L,
}

impl<L: Link> Device<L> {
    /// Opens the device whose notebook is in a folder.
    ///
    /// # Errors
    /// When the notebook cannot be read.
    pub fn open(folder: &Path, link: L) -> Result<Self, DiskError> {
        let file = folder.join("notebook.json");
        Ok(Self {
            notebook: disk::load(&file)?,
            file,
            link,
        })
    }

    /// What the device keeps.
    pub fn notebook(&self) -> &Notebook {
        &self.notebook
    }

    /// Writes the report of a day; `None` deletes it. Interventions get identifiers here, so that a report that is sent
    /// twice is the same.
    ///
    /// # Errors
    /// When the disk does not take it: then nothing was written.
    pub fn write(&mut self, date: &str, report: Option<&Value>) -> Result<(), DiskError> {
        let mut report = report.map(normal);
        let interventions = report
            .as_mut()
            .and_then(|report| report.get_mut("interventions")?.as_array_mut());
        for intervention in interventions.into_iter().flatten() {
            if intervention["id"].is_null() {
                intervention["id"] = Uuid::now_v7().to_string().into();
            }
        }
        self.change(|notebook| notebook.days.entry(date.to_owned()).or_default().write(report))
    }

    /// Proposes a place, under an identifier that is made here; tells which.
    ///
    /// # Errors
    /// When the disk does not take it: then nothing was proposed.
    pub fn propose(&mut self, place: &Value) -> Result<String, DiskError> {
        let id = Uuid::now_v7().to_string();
        let path = format!("/v1/places/{id}");
        self.change(|notebook| notebook.field.write(&path, place.clone(), 0))?;
        Ok(id)
    }

    /// Says what became of one of the advisor's sessions, whether it has been written before or follows from a schedule. Tells
    /// whether the device knows such a session.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn fulfil(&mut self, session: &str, outcome: &str) -> Result<bool, DiskError> {
        let Some((mut body, version)) = self.notebook.field.session(session) else {
            return Ok(false);
        };
        body["outcome"] = outcome.into();
        let path = format!("/v1/planned-sessions/{session}");
        self.change(|notebook| notebook.field.write(&path, body, version))?;
        Ok(true)
    }

    /// Drops what was refused or clashes of the field: the service's stands.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn give_way(&mut self) -> Result<(), DiskError> {
        self.change(|notebook| {
            let errands = &mut notebook.field.errands;
            errands.retain(|_, errand| errand.standing == Standing::Waiting);
        })
    }

    /// Settles a clash: keeps this device's report (`mine`) or the service's.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn choose(&mut self, date: &str, mine: bool) -> Result<(), DiskError> {
        self.change(|notebook| {
            let Some(day) = notebook.days.get_mut(date) else {
                return;
            };
            match &mut day.draft {
                Some(draft) if mine => draft.follow(day.version, &day.report),
                draft => *draft = None,
            }
        })
    }

    /// Has drafts that the service refused sent again with the next batch.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn retry(&mut self) -> Result<(), DiskError> {
        self.change(|notebook| {
            for draft in notebook.days.values_mut().filter_map(|day| day.draft.as_mut()) {
                if matches!(draft.standing, Standing::Refused(_)) {
                    draft.standing = Standing::Waiting;
                }
            }
        })
    }

    /// Sends the drafts that wait and reads what changed. A synchronisation can be broken off anywhere and begun again,
    /// also by another process.
    ///
    /// # Errors
    /// When the synchronisation did not end; what was done so far stays done.
    pub fn synchronise(&mut self) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            self.run_errands()?;
            self.send()?;
            self.read()?;
            if self.waiting().is_empty() && self.notebook.field.waiting().is_empty() {
                break;
            }
        }
        self.read_field()
    }

    /// The days whose drafts go with the next batch.
    fn waiting(&self) -> Vec<String> {
        let waits = |day: &&Day| {
            day.draft
                .as_ref()
                .is_some_and(|draft| draft.standing == Standing::Waiting)
        };
        let days = self.notebook.days.iter().filter(|(_, day)| waits(day));
        days.map(|(date, _)| date.clone()).collect()
    }

    /// Puts what waits of the field, before the days that may name it.
    fn run_errands(&mut self) -> Result<(), Trouble> {
        for path in self.notebook.field.waiting() {
            let mut noted = None;
            self.change(|notebook| noted = notebook.field.send(&path))?;
            let Some((body, base_version)) = noted else { continue };
            let version = format!("\"{base_version}\"");
            let over = path.contains("sessions").then_some(("if-match", version.as_str()));
            let answer = self.link.ask("PUT", &path, over, Some(&body))?;
            match answer.status {
                429 | 500..=599 => return Err(Trouble::Wait(answer.retry_after)),
                401 => return Err(Trouble::Refused(answer.body)),
                412 => {
                    let stored = self.ask("GET", &path, None)?;
                    self.change(|notebook| notebook.field.learn(&path, &stored.body))?;
                }
                _ => self.change(|notebook| notebook.field.settle(&path, &body, &answer))?,
            }
        }
        Ok(())
    }

    /// Reads what the device keeps of the field, unless it has it.
    fn read_field(&mut self) -> Result<(), Trouble> {
        let tag = self.notebook.field.tag.clone();
        let known: Condition<'_> = tag.as_deref().map(|tag| ("if-none-match", tag));
        let answer = self.link.ask("GET", "/v1/me/field", known, None)?;
        match answer.status {
            304 => Ok(()),
            200 => Ok(self.change(|notebook| {
                notebook.field.known = answer.body;
                notebook.field.tag = answer.tag;
            })?),
            429 | 500..=599 => Err(Trouble::Wait(answer.retry_after)),
            _ => Err(Trouble::Refused(answer.body)),
        }
    }

    fn send(&mut self) -> Result<(), Trouble> {
        let mut dates = self.waiting().into_iter().peekable();
        while dates.peek().is_some() {
            let (mut items, mut bytes) = (BTreeMap::new(), 0);
            while items.len() < ITEMS_MAX
                && bytes < BATCH_FULL
                && let Some(date) = dates.next()
            {
                let draft = self.notebook.days.get(&date).and_then(|day| day.draft.as_ref());
                let Some(draft) = draft else { continue };
                let item = draft.item(&date);
                bytes += item.to_string().len();
                items.insert(date, (draft.report.clone(), item));
            }
            self.send_batch(&items)?;
        }
        Ok(())
    }

    fn send_batch(&mut self, items: &BTreeMap<String, (Content, Value)>) -> Result<(), Trouble> {
        self.change(|notebook| {
            for (date, (report, _)) in items {
                let draft = notebook.days.get_mut(date).and_then(|day| day.draft.as_mut());
                if let Some(draft) = draft.filter(|draft| !draft.sent.contains(report)) {
                    draft.sent.push(report.clone());
                }
            }
        })?;
        let body = json!({"items": items.values().map(|(_, item)| item).collect::<Vec<_>>()});
        let answer = self.ask("POST", "/v1/reports/batch", Some(&body))?;
        let results = answer.body["results"].as_array().cloned().unwrap_or_default();
        self.change(|notebook| {
            for ((date, (sent, _)), result) in items.iter().zip(&results) {
                let day = notebook.days.entry(date.clone()).or_default();
                settle(day, sent, result);
            }
        })?;
        Ok(())
    }

    fn read(&mut self) -> Result<(), Trouble> {
        loop {
            let from = self.notebook.cursor.as_ref().map(|cursor| format!("&cursor={cursor}"));
            let path = format!("/v1/changes?limit={ITEMS_MAX}{}", from.unwrap_or_default());
            let answer = match self.ask("GET", &path, None) {
                // The cursor has expired, or this service did not give it.
                Err(Trouble::Refused(problem))
                    if self.notebook.cursor.is_some()
                        && (problem["status"] == 410 || problem["code"] == "invalid_parameter") =>
                {
                    self.change(Notebook::start_afresh)?;
                    continue;
                }
                answer => answer?,
            };
            let has_more = answer.body["has_more"] == true;
            self.change(|notebook| notebook.take(&answer.body))?;
            if !has_more {
                return Ok(());
            }
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Trouble> {
        let answer = self.link.ask(method, path, None, body)?;
        match answer.status {
            200..=299 => Ok(answer),
            429 | 500..=599 => Err(Trouble::Wait(answer.retry_after)),
            _ => Err(Trouble::Refused(answer.body)),
        }
    }

    /// Changes the notebook: first on the disk, then in memory.
    fn change(&mut self, work: impl FnOnce(&mut Notebook)) -> Result<(), DiskError> {
        let mut notebook = self.notebook.clone();
        work(&mut notebook);
        if notebook != self.notebook {
            disk::save(&self.file, &notebook)?;
            self.notebook = notebook;
        }
        Ok(())
    }
}

/// Takes the result of an item into the item's day.
fn settle(day: &mut Day, sent: &Content, result: &Value) {
    let version = result["version"].as_i64().unwrap_or_default();
    let report = Some(&result["report"]).filter(|report| !report.is_null()).map(normal);
    match result["status"].as_str() {
        Some("created" | "replaced" | "unchanged" | "deleted") => day.confirm(sent, version, report),
        Some("conflict") => day.learn(version, report),
        _ => {
            let problem = &result["problem"];
            let later = matches!(problem["status"].as_u64(), Some(429 | 500..=599));
            if let Some(draft) = day.draft.as_mut().filter(|_| !later) {
                draft.standing = Standing::Refused(problem.clone());
            }
        }
    }
}

impl Notebook {
    /// Forgets the cursor, which the service no longer accepts, so that all changes are read again.
    fn start_afresh(&mut self) {
        self.cursor = None;
        let known = self.days.iter().filter(|(_, day)| day.version > 0);
        self.unseen = Some(known.map(|(date, _)| date.clone()).collect());
    }

    /// Takes a page of changes into the notebook.
    fn take(&mut self, page: &Value) {
        for change in page["items"].as_array().into_iter().flatten() {
            let (Some(date), Some(version)) = (change["date"].as_str(), change["version"].as_i64()) else {
                continue;
            };
            let report = Some(&change["report"]).filter(|report| !report.is_null()).map(normal);
            let day = self.days.entry(date.to_owned()).or_default();
            let afresh = self.unseen.as_mut().is_some_and(|unseen| unseen.remove(date));
            if afresh && version < day.version {
                day.bring_back(version, report);
            } else if version >= day.version {
                day.learn(version, report);
            }
        }
        self.cursor = page["cursor"].as_str().map(str::to_owned);
        if page["has_more"] == false {
            for date in self.unseen.take().into_iter().flatten() {
                self.days.entry(date).or_default().bring_back(0, None);
            }
        }
    }
}
