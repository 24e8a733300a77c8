//! A backup while reports are written: it ends, nobody waits for it, and what it holds is whole.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use futures_util::future::{join, join_all};
use quotidien::domain::identifiers::AdvisorId;

use super::backup::text;
use crate::command_line::quotidien;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::write_report;
use crate::support::sql;

on_both_databases!(a_backup_that_is_made_while_reports_are_written_is_whole_and_nobody_waits_for_it);

const WRITERS: usize = 4;
/// How many reports are acknowledged before the backup begins.
const BEFORE: usize = 100;
/// On so many days advisors report, and then anew.
const DAYS: u64 = 200;
/// What a backup may take, of a database as small as this: it would never end if each write had it begin anew.
const LONG_ENOUGH: Duration = Duration::from_secs(20);

/// The days that were acknowledged, each at its last version.
type Acknowledged = BTreeMap<(AdvisorId, String), i64>;

async fn a_backup_that_is_made_while_reports_are_written_is_whole_and_nobody_waits_for_it(database: TestDatabase) {
    let store = database.store();
    let organisation = &TestOrganisation::new(&store, WRITERS).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made.backup").to_str().unwrap().to_owned();
    let (acknowledged, writes, is_done) = (RefCell::new(Acknowledged::new()), Cell::new(0_usize), Cell::new(false));
    let reporting = async |advisor: usize| {
        let first = NaiveDate::from_ymd_opt(2022, 1, 3).unwrap();
        for number in 0.. {
            if is_done.get() {
                break;
            }
            let day = (first + Days::new(number % DAYS)).to_string();
            let participants = i64::try_from(1 + number / DAYS).unwrap();
            let write = organisation.put(advisor, &day, vec![workshop(participants)]);
            let answer = write_report(&store, write).await.unwrap();
            let whose = (organisation.advisors[advisor], day);
            acknowledged.borrow_mut().insert(whose, answer.version);
            writes.set(writes.get() + 1);
        }
    };
    let backing_up = async {
        while writes.get() < BEFORE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let before = acknowledged.borrow().clone();
        let written_before = writes.get();
        let (url, file) = (database.address(), file.clone());
        let command = tokio::task::spawn_blocking(move || quotidien(&["backup", &file], Some(&url), ""));
        let made = tokio::time::timeout(LONG_ENOUGH, command).await;
        let meanwhile = writes.get() - written_before;
        is_done.set(true);
        (before, made, meanwhile)
    };
    let (_, (before, made, meanwhile)) = join(join_all((0..WRITERS).map(reporting)), backing_up).await;
    let made = made.expect("the backup ends though writes go on").unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(meanwhile > 0, "no report was acknowledged while the backup was made");
    assert_whole(&database, &file, &before, &acknowledged.into_inner());
}

/// Restores a copy elsewhere: every report that was acknowledged before is there, none that nobody asked for, and the figures
/// are those of the reports.
fn assert_whole(database: &TestDatabase, file: &str, before: &Acknowledged, after: &Acknowledged) {
    let elsewhere = TestDatabase::empty(database.engine()).unwrap();
    for command in [&["restore", file][..], &["check"]] {
        let output = quotidien(command, Some(&elsewhere.address()), "");
        let said = [text(&output.stdout), text(&output.stderr)].concat();
        assert!(output.status.success(), "{command:?}: {said}");
    }
    let rows =
        "SELECT advisor_id || ' ' || CAST(report_date AS TEXT) || ' ' || CAST(version AS TEXT) AS text FROM reports";
    let restored: Acknowledged = sql::texts(&mut elsewhere.connect(), rows)
        .iter()
        .map(|row| {
            let [advisor, day, version] = row.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let whose = (advisor.parse().unwrap(), day.to_owned());
            (whose, version.parse().unwrap())
        })
        .collect();
    for (whose, version) in before {
        let found = restored.get(whose).copied().unwrap_or_default();
        assert!(
            found >= *version,
            "{whose:?} was acknowledged at version {version}, restored at {found}"
        );
    }
    for (whose, version) in &restored {
        let last = after.get(whose).copied().unwrap_or_default();
        assert!(
            *version <= last,
            "{whose:?} is restored at version {version}, and was acknowledged at {last}"
        );
    }
}
