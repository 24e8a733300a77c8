//! The rows of the annex, to the figure.

use proptest::prelude::*;
use quotidien::domain::organisation::MonthStatus;
use quotidien::statistics::figure::Figure;
use quotidien::statistics::filter::Filters;
use quotidien::statistics::monthly::{MonthOfTable, RowFigures, rows};
use quotidien::statistics::tally::{Counters, Tally};

use crate::support::annex::{SUMMER_2022, counters, month, months, table};
use crate::support::arbitrary::report;

/// The annex's rows of whole months.
fn annex_rows(months: &[Counters]) -> Vec<RowFigures> {
    let mut rows = rows(&Filters::default(), months);
    rows.retain(|row| Figure::ANNEX.contains(&row.figure));
    rows
}

fn row(rows: &[RowFigures], figure: Figure) -> &RowFigures {
    rows.iter().find(|row| row.figure == figure).expect("the row")
}

/// The counters of months that have so many one-off requests and nothing else.
fn requests(by_month: &[i64]) -> Vec<Counters> {
    by_month
        .iter()
        .map(|requests| Counters {
            one_off_requests: *requests,
            ..Counters::default()
        })
        .collect()
}

#[test]
fn the_rows_stand_in_the_annexs_order_with_their_names() {
    let ids: Vec<&str> = annex_rows(&[]).iter().map(|figures| figures.figure.id()).collect();
    let expected = [
        "people_supported",
        "supports_recorded",
        "workshops_held",
        "workshop_participants",
        "individual_supports",
        "one_off_requests",
    ];
    assert_eq!(ids, expected);
}

#[test]
fn the_annex_of_summer_2022_comes_out_to_the_figure() {
    let rows = annex_rows(&counters());
    let figures: Vec<Vec<i64>> = rows
        .iter()
        .map(|row| {
            [row.total, row.monthly_average]
                .into_iter()
                .chain(row.by_month.clone())
                .collect()
        })
        .collect();
    assert_eq!(figures, SUMMER_2022.map(|(_, figures)| figures.to_vec()));
}

#[test]
fn an_average_is_rounded_to_the_nearest_whole_and_halves_go_up() {
    for (by_month, average) in [
        (vec![0], 0),
        (vec![7], 7),
        (vec![0, 1], 1),
        (vec![1, 2], 2),
        (vec![2, 3], 3),
        (vec![0, 0, 1], 0),
        (vec![0, 1, 1], 1),
        (vec![0, 0, 0, 1], 0),
        (vec![0, 0, 1, 1], 1),
        (vec![0, 0, 0, 0, 2], 0),
        (vec![0, 0, 0, 0, 3], 1),
        (vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 1),
        (vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 0),
    ] {
        let rows = annex_rows(&requests(&by_month));
        assert_eq!(
            row(&rows, Figure::OneOffRequests).monthly_average,
            average,
            "{by_month:?}"
        );
    }
}

#[test]
fn months_without_reports_count_in_the_average() {
    let rows = annex_rows(&requests(&[12, 0, 0, 0]));
    let requests = row(&rows, Figure::OneOffRequests);
    assert_eq!((requests.total, requests.monthly_average), (12, 3));
    assert_eq!(requests.by_month, [12, 0, 0, 0]);
}

#[test]
fn figures_are_provisional_until_every_month_is_closed() {
    let period = months("2022-05", "2022-07");
    let mut statistics = table(period, MonthStatus::Closed, &counters());
    assert!(!statistics.provisional());
    for status in [MonthStatus::Open, MonthStatus::Reopened] {
        statistics.months[1] = MonthOfTable {
            month: month("2022-06"),
            status,
            late_reports: 0,
        };
        assert!(statistics.provisional(), "{status:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_every_column_the_rows_agree(days in prop::collection::vec((0..3_usize, report()), 0..8)) {
        let mut by_month = [Counters::default(); 3];
        for (month, report) in &days {
            by_month[*month] = by_month[*month] + Tally::of(report).counters;
        }
        let rows = annex_rows(&by_month);
        let columns = |which: Figure| {
            let figures = row(&rows, which);
            let mut columns = figures.by_month.clone();
            columns.push(figures.total);
            columns
        };
        let kinds = [Figure::WorkshopParticipants, Figure::IndividualSupports, Figure::OneOffRequests].map(columns);
        let mut recurring: Vec<i64> = by_month.iter().map(|counters| counters.recurring_participants).collect();
        recurring.push(recurring.iter().sum());
        for column in 0..4 {
            let supports = columns(Figure::SupportsRecorded)[column];
            prop_assert_eq!(supports, kinds.iter().map(|kind| kind[column]).sum::<i64>());
            prop_assert_eq!(columns(Figure::PeopleSupported)[column], supports - recurring[column]);
        }
    }

    #[test]
    fn an_average_is_less_than_a_half_away_or_a_half_above(by_month in prop::collection::vec(0..1000_i64, 1..120)) {
        let rows = annex_rows(&requests(&by_month));
        let figures = row(&rows, Figure::OneOffRequests);
        let count = i64::try_from(by_month.len()).unwrap();
        prop_assert_eq!(figures.total, by_month.iter().sum::<i64>());
        let twice_above = 2 * (figures.monthly_average * count - figures.total);
        prop_assert!(-count < twice_above && twice_above <= count, "{} of {}", figures.monthly_average, figures.total);
    }
}
