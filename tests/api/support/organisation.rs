//! An organisation with its people, and the writes that they ask for.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use quotidien::domain::account::{Account, ActivityPeriod, Email, PersonName, Role};
use quotidien::domain::calendar::{Month, ReportDate};
use quotidien::domain::decision::{Asked, Preconditions, ReportWrite, Versions};
use quotidien::domain::field::publicity::Publicity;
use quotidien::domain::field::territory::Territory;
use quotidien::domain::holidays::HolidayCalendar;
use quotidien::domain::identifiers::{AccountId, AdvisorId, InterventionId, OrganisationId};
use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::organisation::{Organisation, weekdays};
use quotidien::domain::report::{AskedReport, ReportDraft};
use quotidien::storage::{Locked, StorageError, Store, accounts, organisations};

use super::things::Things;

/// An organisation with a coordinator and advisors who are active from 2020 on.
#[derive(Debug, Clone)]
pub(crate) struct TestOrganisation {
    pub(crate) id: OrganisationId,
    pub(crate) coordinator: AccountId,
    pub(crate) advisors: Vec<AdvisorId>,
    /// What its interventions may name; nothing, unless a test asks for it.
    pub(crate) things: Things,
}

impl TestOrganisation {
    /// Makes an organisation with so many advisors.
    pub(crate) async fn new(store: &Store, advisors: usize) -> Self {
        let advisors = std::iter::repeat_with(AdvisorId::new).take(advisors).collect();
        Self::with_advisors(store, advisors).await
    }

    /// Makes an organisation with advisors of these identifiers, which advisors of another organisation may have too.
    pub(crate) async fn with_advisors(store: &Store, advisors: Vec<AdvisorId>) -> Self {
        let made = Self {
            id: OrganisationId::new(),
            coordinator: AccountId::new(),
            advisors,
            things: Things::default(),
        };
        let organisation = made.clone();
        let work = move |locked: &mut Locked<'_>| organisation.insert(locked);
        store.locking(made.id).change(work).await.unwrap();
        made
    }

    /// The organisation with things of the field, which the interventions of histories name.
    pub(crate) async fn with_things(self, store: &Store) -> Self {
        let things = Things::of(store, &self).await;
        Self { things, ..self }
    }

    fn insert(&self, locked: &mut Locked<'_>) -> Result<(), StorageError> {
        organisations::insert(locked, &organisation(self.id), at(0))?;
        self.insert_account(locked, self.coordinator, Role::Coordinator)?;
        for advisor in &self.advisors {
            self.insert_account(locked, (*advisor).into(), Role::Advisor)?;
        }
        Ok(())
    }

    fn insert_account(&self, locked: &mut Locked<'_>, id: AccountId, role: Role) -> Result<(), StorageError> {
        let account = Account {
            organisation: self.id,
            id,
            role,
            name: PersonName::parse("Camille Exemple").unwrap(),
            email: Email::parse(&format!("{id}@{}", self.id)).unwrap(),
        };
        let active = (role == Role::Advisor).then(|| ActivityPeriod {
            starts_on: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            ends_on: None,
        });
        accounts::insert(locked, &account, None, active.as_slice(), at(0))
    }

    /// A write by the advisor themselves, of one of their days.
    pub(crate) fn write(&self, advisor: usize, date: &str, asked: Asked) -> ReportWrite {
        let advisor = self.advisors[advisor];
        ReportWrite {
            organisation: self.id,
            advisor,
            date: day(date),
            by: advisor.into(),
            through: None,
            at: at(1),
            today: at(1).date_naive(),
            asked,
            preconditions: Preconditions::default(),
        }
    }

    /// Asks that the day hold these interventions.
    pub(crate) fn put(&self, advisor: usize, date: &str, interventions: Vec<InterventionDraft>) -> ReportWrite {
        let draft = ReportDraft {
            interventions,
            ..ReportDraft::default()
        };
        self.put_draft(advisor, date, draft)
    }

    /// Asks that the day hold this report.
    pub(crate) fn put_draft(&self, advisor: usize, date: &str, draft: ReportDraft) -> ReportWrite {
        let submission = draft.validate(InterventionId::new).unwrap();
        let (report, recorded_at): (AskedReport, _) = (submission.report, submission.recorded_at);
        self.write(advisor, date, Asked::Put { report, recorded_at })
    }

    /// Asks that the day have no report.
    pub(crate) fn delete(&self, advisor: usize, date: &str) -> ReportWrite {
        self.write(advisor, date, Asked::Delete)
    }
}

/// The write, on the condition that the day is at this version.
pub(crate) fn if_match(version: i64, mut write: ReportWrite) -> ReportWrite {
    write.preconditions.if_match = Some(Versions::OneOf(vec![version]));
    write
}

/// An organisation without people.
pub(crate) fn organisation(id: OrganisationId) -> Organisation {
    Organisation {
        id,
        name: "Le Mans Métropole".to_owned(),
        time_zone: chrono_tz::Europe::Paris,
        working_days: weekdays(),
        holidays: HolidayCalendar::default(),
        reminder_after_days: None,
        territory: Territory::default(),
        publicity: Publicity::default(),
    }
}

/// A workshop of so many people, of whom none had come before.
pub(crate) fn workshop(participants: i64) -> InterventionDraft {
    InterventionDraft {
        kind: "workshop".to_owned(),
        participants,
        duration_minutes: 90,
        setting: "partner_site".to_owned(),
        themes: vec!["email".to_owned()],
        ..InterventionDraft::default()
    }
}

/// The intervention with this identifier, as if the client had chosen it.
pub(crate) fn named(id: InterventionId, draft: InterventionDraft) -> InterventionDraft {
    InterventionDraft {
        id: Some(id.to_string()),
        ..draft
    }
}

/// A day, as `2022-05-03`.
pub(crate) fn day(text: &str) -> ReportDate {
    text.parse().unwrap()
}

/// A month, as `2022-05`.
pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// So many seconds after the morning of 29 September 2022, the day of the deliberation.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_664_434_800, 0).unwrap() + TimeDelta::seconds(seconds)
}
