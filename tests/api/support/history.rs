//! Histories drawn by chance: writes of a few days of a few advisors, and a book of the reports that the writes should
//! leave.

use std::collections::BTreeMap;
use std::sync::Arc;

use quotidien::domain::calendar::{Month, ReportDate};
use quotidien::domain::decision::{Asked, Refusal, ReportWrite};
use quotidien::domain::identifiers::{AdvisorId, InterventionId};
use quotidien::domain::nomenclature::Kind;
use quotidien::domain::report::RecordedReport;
use quotidien::storage::reports::{Outcome, WriteAnswer};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::organisation::{TestOrganisation, at, if_match};
use super::random;

/// A write by one of the organisation's advisors, of one of nine days in three months. Most put a report, some delete
/// one, some put or delete one intervention, some are conditional.
pub(crate) fn write(rng: &mut StdRng, organisation: &TestOrganisation, known: &[InterventionId]) -> ReportWrite {
    let advisor = rng.random_range(0..organisation.advisors.len());
    let date = format!(
        "2022-{:02}-{:02}",
        rng.random_range(5..=7),
        [1, 15, 30][rng.random_range(0..3)]
    );
    let some_id = |rng: &mut StdRng| {
        known
            .get(rng.random_range(0..known.len().max(1)))
            .copied()
            .unwrap_or_default()
    };
    let mut write = match rng.random_range(0..10) {
        0 => organisation.delete(advisor, &date),
        1 => organisation.write(advisor, &date, Asked::DeleteIntervention(some_id(rng))),
        2 => {
            let mut intervention = random::intervention(rng);
            organisation.things.name(rng, &mut intervention);
            let mut alone = organisation.put(advisor, &date, vec![intervention]);
            if let Asked::Put { report, .. } = &alone.asked {
                let intervention = Arc::clone(&report.entries()[0].intervention);
                alone.asked = Asked::PutIntervention {
                    id: some_id(rng),
                    intervention,
                };
            }
            alone
        }
        _ => {
            let mut draft = random::report(rng, 4);
            for intervention in &mut draft.interventions {
                organisation.things.name(rng, intervention);
            }
            if let Some(first) = draft.interventions.first_mut().filter(|_| rng.random_bool(0.3)) {
                first.id = Some(some_id(rng).to_string());
            }
            organisation.put_draft(advisor, &date, draft)
        }
    };
    write.at = at(rng.random_range(0..1_000_000));
    if rng.random_bool(0.1) {
        if_match(rng.random_range(0..4), write)
    } else {
        write
    }
}

/// The reports that there should be, as the answers to writes gave them; no sum of the program enters into the book.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// For each day the number of writes that changed it, and its report.
    pub(crate) days: BTreeMap<(AdvisorId, ReportDate), (i64, Option<RecordedReport>)>,
    /// How many writes were refused.
    pub(crate) refused: usize,
}

impl Book {
    /// Notes the answer to a write; its version must follow the day's version before.
    pub(crate) fn note(&mut self, write: &ReportWrite, outcome: Result<WriteAnswer, Refusal>) {
        let Ok(answer) = outcome else {
            self.refused += 1;
            return;
        };
        let day = self.days.entry((write.advisor, write.date)).or_default();
        let existed = day.1.is_some();
        match answer.outcome {
            Outcome::Unchanged => assert_eq!(answer.report, day.1),
            Outcome::Created => assert!(!existed && answer.report.is_some()),
            Outcome::Replaced => assert!(existed && answer.report.is_some()),
            Outcome::Deleted => assert!(existed && answer.report.is_none()),
        }
        day.0 += i64::from(answer.outcome != Outcome::Unchanged);
        if let Some(report) = &answer.report {
            assert_eq!(report.version, day.0);
        }
        day.1 = answer.report;
    }

    /// The identifiers of all interventions that stand in a report of the book.
    pub(crate) fn interventions(&self) -> Vec<InterventionId> {
        let live = self.days.values().filter_map(|(_, report)| report.as_ref());
        live.flat_map(|report| report.content.entries())
            .map(|entry| entry.id)
            .collect()
    }

    /// The annex's column of a month, counted from the book's reports one by one.
    pub(crate) fn annex(&self, month: Month) -> [i64; 6] {
        let [
            mut supports,
            mut recurring,
            mut held,
            mut in_workshops,
            mut individual,
            mut one_off,
        ] = [0; 6];
        for ((_, date), (_, report)) in &self.days {
            let entries = report.iter().flat_map(|report| report.content.entries());
            for entry in entries.filter(|_| date.month() == month) {
                supports += entry.intervention.participants;
                recurring += entry.intervention.recurring_participants;
                match entry.intervention.kind {
                    Kind::Workshop => {
                        held += i64::from(entry.intervention.participants > 0);
                        in_workshops += entry.intervention.participants;
                    }
                    Kind::Individual => individual += entry.intervention.participants,
                    Kind::OneOff => one_off += entry.intervention.participants,
                }
            }
        }
        [supports - recurring, supports, held, in_workshops, individual, one_off]
    }
}
