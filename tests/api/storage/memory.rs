//! What the writer remembers of an organisation is true, whoever changed what in between.

use chrono::NaiveDate;
use quotidien::domain::account::{ActivityPeriod, Email, PersonName, Role};
use quotidien::domain::account_draft::AccountSettings;
use quotidien::domain::closing::MonthRecord;
use quotidien::domain::decision::Refusal;
use quotidien::domain::intervention::{CommuneCode, InterventionDraft};
use quotidien::domain::organisation::MonthStatus;
use quotidien::storage::accounts::managed;
use quotidien::storage::{Locked, StorageError, Store, check, months, organisations};
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, at, month, workshop};
use crate::support::queue::write_report;
use crate::support::random;
use crate::support::things::Things;

on_both_databases!(
    two_instances_write_as_if_each_read_all_anew_whatever_changed_between,
    many_reports_that_name_a_place_have_its_commune_of_the_moment_whoever_moved_it,
);

const STEPS: i64 = 400;
const ADVISORS: usize = 3;
const MONTHS: [&str; 2] = ["2022-05", "2022-06"];

/// What the test knows of the organisation.
#[derive(Clone, Copy)]
struct Expected {
    /// Whether the months are closed.
    closed: [bool; MONTHS.len()],
    /// Of each advisor, whether they are one, and whether they are active from June on alone.
    advisors: [(bool, bool); ADVISORS],
}

impl Expected {
    /// What a write of a day that changes something is told.
    const fn told(self, advisor: usize, of_month: usize) -> &'static str {
        match (self.advisors[advisor], self.closed[of_month]) {
            ((false, _), _) => "no advisor",
            (_, true) => "closed",
            ((_, true), _) if of_month == 0 => "not active",
            _ => "written",
        }
    }
}

async fn two_instances_write_as_if_each_read_all_anew_whatever_changed_between(database: TestDatabase) {
    let mut rng = random::draws(random::seed());
    let stores: [Store; 2] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], ADVISORS).await;
    let mut expected = Expected {
        closed: [false; MONTHS.len()],
        advisors: [(true, false); ADVISORS],
    };
    for step in 1..=STEPS {
        let store = &stores[rng.random_range(0..stores.len())];
        if rng.random_bool(0.25) {
            change(store, &ours, &mut expected, &mut rng).await;
            continue;
        }
        let (advisor, of_month) = (rng.random_range(0..ADVISORS), rng.random_range(0..MONTHS.len()));
        let day = format!("{}-{:02}", MONTHS[of_month], rng.random_range(1..=3));
        // No two writes say the same, so that each changes something.
        let write = ours.put(advisor, &day, vec![workshop(step)]);
        let told = match write_report(store, write).await {
            Ok(_) => "written",
            Err(Refusal::UnknownAdvisor) => "no advisor",
            Err(Refusal::MonthClosed(_)) => "closed",
            Err(Refusal::OutsideActivityPeriod) => "not active",
            Err(refusal) => panic!("{refusal:?}"),
        };
        assert_eq!(told, expected.told(advisor, of_month), "step {step}");
    }
    for of_month in MONTHS {
        let id = ours.id;
        let difference = stores[0].read(move |connection| check::difference(connection, id, month(of_month)));
        assert_eq!(difference.await.unwrap(), None, "{of_month}");
    }
}

/// Changes something by chance of what the writer of a report has to know.
async fn change(store: &Store, ours: &TestOrganisation, expected: &mut Expected, rng: &mut StdRng) {
    let of_month = rng.random_range(0..MONTHS.len());
    let advisor = rng.random_range(0..ADVISORS);
    match rng.random_range(0..5) {
        0 => {
            let closed = &mut expected.closed[of_month];
            *closed = !*closed;
            let record = MonthRecord {
                status: if *closed {
                    MonthStatus::Closed
                } else {
                    MonthStatus::Reopened
                },
                changed: Some((at(2), ours.coordinator)),
                ..MonthRecord::open(month(MONTHS[of_month]))
            };
            locked(store, ours, move |locked| months::put(locked, &record)).await;
        }
        number @ (1 | 2) => {
            let (is_advisor, from_june) = &mut expected.advisors[advisor];
            if number == 1 {
                *is_advisor = !*is_advisor;
            } else {
                *from_june = !*from_june;
            }
            let settings = settings(ours, advisor, expected.advisors[advisor]);
            let account = ours.advisors[advisor].into();
            locked(store, ours, move |locked| managed::change(locked, account, &settings)).await;
        }
        3 => {
            let of_month = month(MONTHS[of_month]);
            locked(store, ours, move |locked| check::repair(locked, of_month).map(drop)).await;
        }
        _ => {
            let epoch = format!("{:032x}", rng.random::<u128>());
            locked(store, ours, move |locked| organisations::begin_history(locked, &epoch)).await;
        }
    }
}

/// The settings of an account that is an advisor's or a coordinator's, with a period that begins before May or in June.
fn settings(ours: &TestOrganisation, advisor: usize, (is_advisor, from_june): (bool, bool)) -> AccountSettings {
    let id = ours.advisors[advisor];
    let starts_on = NaiveDate::from_ymd_opt(if from_june { 2022 } else { 2020 }, 6, 1).unwrap();
    AccountSettings {
        role: if is_advisor { Role::Advisor } else { Role::Coordinator },
        name: PersonName::parse("Camille Exemple").unwrap(),
        email: Email::parse(&format!("{id}@{}", ours.id)).unwrap(),
        working_days: None,
        activity_periods: vec![ActivityPeriod {
            starts_on,
            ends_on: None,
        }],
    }
}

/// Has a store change something under the lock of the organisation.
async fn locked(
    store: &Store,
    ours: &TestOrganisation,
    work: impl FnMut(&mut Locked<'_>) -> Result<(), StorageError> + Send + 'static,
) {
    store.locking(ours.id).change(work).await.unwrap();
}

async fn many_reports_that_name_a_place_have_its_commune_of_the_moment_whoever_moved_it(database: TestDatabase) {
    let mut rng = random::draws(random::seed());
    let stores: [Store; 2] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], ADVISORS).await;
    let things = Things::of(&stores[0], &ours).await;
    let (mut version, mut commune) = (1, "72181");
    for month in 1..=12 {
        for batch in 0..5 {
            if rng.random_bool(0.3) {
                (version, commune) = (version + 1, if commune == "72181" { "72003" } else { "72181" });
                let store = &stores[rng.random_range(0..stores.len())];
                things.move_place(store, &ours, version, commune).await;
            }
            let days = (1..=5).map(|day| format!("2022-{month:02}-{:02}", 5 * batch + day));
            let writes = days.map(|day| {
                let place_id = Some(things.places[0].to_string());
                ours.put(
                    0,
                    &day,
                    vec![InterventionDraft {
                        place_id,
                        ..workshop(1)
                    }],
                )
            });
            // All are in the queue before the first is awaited.
            let waiting: Vec<_> = writes.map(|write| stores[0].write_report(write)).collect();
            for answer in waiting {
                let report = answer.await.unwrap().unwrap().report.unwrap();
                let of_place = report.content.entries()[0].intervention.commune().cloned();
                assert_eq!(of_place, CommuneCode::parse(commune), "month {month}, batch {batch}");
            }
        }
    }
}
