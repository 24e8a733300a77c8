//! New reports at once: they are decided by what the writer remembers, as long as nobody else writes for their organisations. What is
//! stored and answered is the same as step by step.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use futures_util::future::join_all;
use quotidien::domain::closing::MonthRecord;
use quotidien::domain::decision::Refusal;
use quotidien::domain::identifiers::InterventionId;
use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::organisation::MonthStatus;
use quotidien::storage::reports::{Outcome, WriteAnswer};
use quotidien::storage::{StorageError, Store, check, months};
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::support::database::{Engine, TestDatabase, on_both_databases, run};
use crate::support::organisation::{TestOrganisation, at, month, named, workshop};
use crate::support::queue::Waiting;
use crate::support::{random, sql};

on_both_databases!(
    batches_of_two_instances_are_stored_and_answered_as_if_each_write_came_by_itself,
    what_follows_from_a_place_is_stored_of_reports_that_are_stored_at_once,
);

const BATCHES: i64 = 250;
const ADVISORS: usize = 24;
const DAYS_OF_MONTH: usize = 28;
const MONTHS: [&str; 2] = ["2022-05", "2022-06"];

/// What is stored, as the test knows it.
struct Expected {
    /// The months that are closed.
    closed: [bool; MONTHS.len()],
    /// The days that have a report: how many people took part, and the intervention.
    days: BTreeMap<(usize, String), (i64, InterventionId)>,
}

impl Expected {
    /// What is told to a write that gives a day one workshop, which is stored then.
    fn write(&mut self, (advisor, day): (usize, String), people: i64, id: InterventionId) -> &'static str {
        let of_month = MONTHS.iter().position(|of_month| day.starts_with(of_month)).unwrap();
        let mut others = self.days.iter().filter(|((by, of), _)| *by == advisor && *of != day);
        let stands_elsewhere = others.any(|(_, (_, other))| *other == id);
        let key = (advisor, day);
        if self.days.get(&key) == Some(&(people, id)) {
            return "unchanged";
        }
        if self.closed[of_month] {
            return "closed";
        }
        if stands_elsewhere {
            return "elsewhere";
        }
        match self.days.insert(key, (people, id)) {
            None => "created",
            Some(_) => "replaced",
        }
    }
}

async fn batches_of_two_instances_are_stored_and_answered_as_if_each_write_came_by_itself(database: TestDatabase) {
    let mut rng = random::draws(random::seed());
    let stores: [Store; 2] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], ADVISORS).await;
    let mut expected = Expected {
        closed: [false; MONTHS.len()],
        days: BTreeMap::new(),
    };
    let mut unwritten = days().into_iter();
    let (mut sent, mut of_new_days): (Vec<Sent>, bool) = (Vec::new(), true);
    for batch in 0..BATCHES {
        // The other instance writes seldom, so that the first mostly finds things as it left them.
        let by_other = rng.random_bool(0.03);
        let store = &stores[usize::from(by_other)];
        let of_month = rng.random_range(0..MONTHS.len());
        let closes = rng.random_bool(if expected.closed[of_month] { 0.5 } else { 0.02 });
        // What comes while a batch is stored is decided on top of it; but what two instances do at once comes in any order.
        if closes || by_other || rng.random_bool(0.4) {
            be_answered(&mut sent).await;
        }
        if closes {
            expected.closed[of_month] = !expected.closed[of_month];
            close_or_reopen(store, &ours, of_month, expected.closed[of_month]).await;
        }
        // Most batches are of days to which nobody has given a report, unless another batch came across one by chance.
        if sent.is_empty() {
            of_new_days = rng.random_bool(0.8);
        }
        for _ in 0..rng.random_range(4..=8) {
            let (key, people, id) = match unwritten.next() {
                Some(day) if of_new_days => (day, 1 + batch, InterventionId::new()),
                _ => choice(&mut rng, &expected, batch),
            };
            let write = ours.put(key.0, &key.1, vec![named(id, workshop(people))]);
            let told = expected.write(key.clone(), people, id);
            sent.push((
                Box::pin(store.write_report(write)),
                told,
                format!("batch {batch}: {key:?}"),
            ));
        }
        if by_other {
            be_answered(&mut sent).await;
        }
    }
    be_answered(&mut sent).await;
    for of_month in MONTHS {
        let id = ours.id;
        let difference = stores[1].read(move |connection| check::difference(connection, id, month(of_month)));
        assert_eq!(difference.await.unwrap(), None, "{of_month}");
    }
    let at_once = stores[0].writer_measures().at_once.get();
    assert!(at_once > 0, "{at_once} batches were stored at once");
}

async fn what_follows_from_a_place_is_stored_of_reports_that_are_stored_at_once(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, ADVISORS).await.with_things(&store).await;
    let at_place = InterventionDraft {
        place_id: Some(ours.things.places[0].to_string()),
        ..workshop(9)
    };
    // What the first reports find is remembered for those after them; some name the place, the others nothing.
    for day in ["2022-05-03", "2022-05-04", "2022-05-05"] {
        let draft = |advisor: usize| match advisor % 2 {
            0 => at_place.clone(),
            _ => workshop(9),
        };
        let writes = (0..ADVISORS).map(|advisor| store.write_report(ours.put(advisor, day, vec![draft(advisor)])));
        assert!(
            join_all(writes)
                .await
                .iter()
                .all(|written| matches!(written, Ok(Ok(_))))
        );
    }
    assert!(store.writer_measures().at_once.get() > 0);
    let followed = sql::count(
        &mut database.connect(),
        "interventions",
        "commune_code = '72181' AND partner_id IS NOT NULL",
    );
    assert_eq!(followed, 3 * i64::try_from(ADVISORS / 2).unwrap());
    let id = ours.id;
    let difference = store.read(move |connection| check::difference(connection, id, month("2022-05")));
    assert_eq!(difference.await.unwrap(), None);
}

/// A write that was sent, what is to be told to it, and which one it is.
type Sent<'a> = (
    Waiting<'a, Result<Result<WriteAnswer, Refusal>, StorageError>>,
    &'static str,
    String,
);

/// Waits for the answers to what was sent.
async fn be_answered(sent: &mut Vec<Sent<'_>>) {
    for (answer, expected, which) in sent.drain(..) {
        let told = match answer.await.unwrap() {
            Ok(answer) if answer.outcome == Outcome::Created => "created",
            Ok(answer) if answer.outcome == Outcome::Replaced => "replaced",
            Ok(answer) if answer.outcome == Outcome::Unchanged => "unchanged",
            Err(Refusal::MonthClosed(_)) => "closed",
            Err(Refusal::InterventionElsewhere { .. }) => "elsewhere",
            other => panic!("{other:?}"),
        };
        assert_eq!(told, expected, "{which}");
    }
}

/// The days of all advisors, day by day.
fn days() -> Vec<(usize, String)> {
    let days = MONTHS
        .iter()
        .flat_map(|of_month| (1..=DAYS_OF_MONTH).map(move |day| format!("{of_month}-{day:02}")));
    days.flat_map(|day| (0..ADVISORS).map(move |advisor| (advisor, day.clone())))
        .collect()
}

/// Any day, people, and an intervention: mostly a new one, sometimes one that the advisor has on some day.
fn choice(rng: &mut StdRng, expected: &Expected, batch: i64) -> ((usize, String), i64, InterventionId) {
    let day = days().swap_remove(rng.random_range(0..days().len()));
    let stored = rng.random_range(0..expected.days.len().max(1));
    match expected.days.iter().nth(stored) {
        Some(((advisor, _), (people, id))) if rng.random_bool(0.1) => ((*advisor, day.1), *people, *id),
        _ => (day, 1 + batch, InterventionId::new()),
    }
}

async fn close_or_reopen(store: &Store, ours: &TestOrganisation, of_month: usize, closed: bool) {
    let record = MonthRecord {
        status: if closed {
            MonthStatus::Closed
        } else {
            MonthStatus::Reopened
        },
        changed: Some((at(2), ours.coordinator)),
        ..MonthRecord::open(month(MONTHS[of_month]))
    };
    let put = store
        .locking(ours.id)
        .change(move |locked| months::put(locked, &record));
    put.await.unwrap();
}

/// How often a batch is held up at most until the next one was decided meanwhile: a busy machine may have its writes come one by one,
/// and now and then the writer goes step by step.
const TRIES: usize = 8;

#[test]
fn what_comes_while_a_batch_is_stored_is_stored_after_it_whatever_becomes_of_that_one() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let ours = TestOrganisation::new(&store, 1).await;
        let mut days = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap().iter_days();
        let mut put_days = |count| {
            let writes = days
                .by_ref()
                .take(count)
                .map(|day| store.write_report(ours.put(0, &day.to_string(), vec![workshop(1)])));
            writes.collect::<Vec<_>>()
        };
        for _ in 0..3 {
            for answer in put_days(4) {
                answer.await.unwrap().unwrap();
            }
        }
        let mut somebody = database.connect();
        let mut hold_up_a_batch = async |ending: &str| {
            let at_once = store.writer_measures().at_once.get();
            sql::execute(&mut somebody, "BEGIN");
            sql::execute(&mut somebody, "SELECT FROM organisations FOR UPDATE");
            let stored = put_days(4);
            // The batch is on its way to the database.
            tokio::time::sleep(Duration::from_millis(100)).await;
            let meanwhile = put_days(5);
            tokio::time::sleep(Duration::from_millis(100)).await;
            for statement in ending.split("; ") {
                sql::execute(&mut somebody, statement);
            }
            for answer in stored.into_iter().chain(meanwhile) {
                assert_eq!(answer.await.unwrap().unwrap().version, 1, "{ending}");
            }
            store.writer_measures().at_once.get() - at_once
        };
        let mut tries = 0;
        while hold_up_a_batch("ROLLBACK").await < 2 {
            tries += 1;
            assert!(tries < TRIES, "no batch was decided while one was stored");
        }
        hold_up_a_batch("UPDATE organisations SET change_seq = change_seq + 1; COMMIT").await;
        let id = ours.id;
        let differences = store.read(move |connection| {
            let months = check::months(connection, id)?.into_iter();
            let differences = months.map(|month| check::difference(connection, id, month));
            differences.collect::<Result<Vec<_>, _>>()
        });
        assert!(differences.await.unwrap().iter().all(Option::is_none));
        let numbers = sql::texts(
            &mut database.connect(),
            "SELECT change_seq::text AS text FROM reports ORDER BY change_seq",
        );
        let numbers: Vec<i64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        let gaps = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
        assert_eq!(gaps, 1, "somebody took a number: {numbers:?}");
    });
}
