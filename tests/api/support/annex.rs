//! The annex of summer 2022 that the council was shown.

use chrono::DateTime;
use quotidien::domain::calendar::{Month, Months};
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::filter::Filters;
use quotidien::statistics::monthly::{MonthOfTable, MonthlyStatistics, rows};
use quotidien::statistics::tally::Counters;

/// The figures of the annex: the label, the total, the average, then May, June and July 2022.
pub(crate) const SUMMER_2022: [(&str, [i64; 5]); 6] = [
    ("Personnes totales accompagnées", [650, 217, 57, 205, 388]),
    (
        "Accompagnements total enregistrés (dont récurrent)",
        [859, 286, 68, 313, 478],
    ),
    ("Ateliers réalisés", [62, 21, 6, 22, 34]),
    ("Total des participants aux ateliers", [628, 209, 52, 197, 379]),
    ("Accompagnements individuels", [195, 65, 8, 104, 83]),
    ("Demandes ponctuelles", [36, 12, 8, 12, 16]),
];

/// The month of a text such as `2022-05`.
pub(crate) fn month(text: &str) -> Month {
    text.parse().expect("a month")
}

/// The months from one to another.
pub(crate) fn months(from: &str, to: &str) -> Months {
    Months::new(month(from), month(to)).expect("a period")
}

/// The counters of May, June and July 2022 that the annex's figures come from.
pub(crate) fn counters() -> [Counters; 3] {
    [[6, 52, 8, 8, 11], [22, 197, 104, 12, 108], [34, 379, 83, 16, 90]].map(
        |[
            workshops_held,
            workshop_participants,
            individual_supports,
            one_off_requests,
            recurring,
        ]| Counters {
            workshops_held,
            workshop_participants,
            individual_supports,
            one_off_requests,
            recurring_participants: recurring,
            ..Counters::default()
        },
    )
}

/// The table of a period, with the counters of its months.
pub(crate) fn table(period: Months, status: MonthStatus, counters: &[Counters]) -> MonthlyStatistics {
    let state = |month| MonthOfTable {
        month,
        status,
        late_reports: 0,
    };
    MonthlyStatistics {
        organisation: "Le Mans Métropole".to_owned(),
        filters: Filters::default(),
        period,
        as_of: DateTime::UNIX_EPOCH,
        months: period.iter().map(state).collect(),
        rows: rows(&Filters::default(), counters),
    }
}
