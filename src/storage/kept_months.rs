//! Months of interventions as columns, kept between questions. A month is made of the rows at the first question that asks for
//! it, with the number of the organisation's last change then. Each report keeps the number of its own last change: so what
//! was kept is good for a snapshot in which no report of the month has a later one, whoever wrote it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::OrganisationId;
use crate::statistics::group::MonthColumns;

/// How many bytes of columns are kept: some two million interventions. Those that were asked for longest ago go first.
const CAPACITY: usize = 48 << 20;

/// A month that is kept.
#[derive(Debug)]
struct Kept {
    /// The history to which the number belongs, which a restored backup begins anew.
    history: String,
    month: MonthAsOf,
    bytes: usize,
    /// When it was last asked for, in questions.
    asked: u64,
}

/// The interventions of a month as they were at a change of their organisation.
#[derive(Debug, Clone)]
pub(super) struct MonthAsOf {
    /// The number of the change.
    pub(super) number: i64,
    /// The interventions.
    pub(super) columns: Arc<MonthColumns>,
}

/// The months that an instance keeps.
#[derive(Debug, Default)]
pub(super) struct KeptMonths(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    months: BTreeMap<(OrganisationId, Month), Kept>,
    bytes: usize,
    questions: u64,
}

impl KeptMonths {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The months of a period that are kept as of the last change of a snapshot, or of an earlier one of its history.
    pub(super) fn find(
        &self,
        organisation: OrganisationId,
        (history, number): &(String, i64),
        period: Months,
    ) -> BTreeMap<Month, MonthAsOf> {
        let mut inner = self.inner();
        inner.questions += 1;
        let question = inner.questions;
        let keys = (organisation, period.from())..=(organisation, period.to());
        let of_period = inner.months.range_mut(keys);
        let found = of_period.filter(|(_, kept)| kept.history == *history && kept.month.number <= *number);
        found
            .map(|((_, month), kept)| {
                kept.asked = question;
                (*month, kept.month.clone())
            })
            .collect()
    }

    /// Keeps a month as of a change, unless it is kept as of a later one.
    pub(super) fn keep(&self, organisation: OrganisationId, month: Month, history: &str, as_of: MonthAsOf) {
        let mut inner = self.inner();
        let key = (organisation, month);
        let is_later = |kept: &Kept| kept.history == history && kept.month.number > as_of.number;
        if inner.months.get(&key).is_some_and(is_later) {
            return;
        }
        let kept = Kept {
            history: history.to_owned(),
            bytes: as_of.columns.bytes(),
            month: as_of,
            asked: inner.questions,
        };
        inner.bytes += kept.bytes;
        if let Some(replaced) = inner.months.insert(key, kept) {
            inner.bytes -= replaced.bytes;
        }
        while inner.bytes > CAPACITY {
            let oldest = inner
                .months
                .iter()
                .min_by_key(|(_, kept)| kept.asked)
                .map(|(key, _)| *key);
            let Some(removed) = oldest.and_then(|key| inner.months.remove(&key)) else {
                break;
            };
            inner.bytes -= removed.bytes;
        }
    }
}
