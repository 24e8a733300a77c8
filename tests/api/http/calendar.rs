//! Days and months begin and end in the organisation's time zone: evenings overseas, leap days, nights of clock change.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_evening_of_31_january_in_guadeloupe_counts_in_january,
    a_leap_day_is_a_day_of_leap_years_alone,
    nights_of_clock_change_belong_to_their_civil_day,
);

async fn in_zone(api: &Api, zone: &str) -> Cast {
    let cast = api.cast().await;
    let settings = json!({"name": "Métropole", "time_zone": zone, "working_days": ["monday"]});
    let put = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    put.send().await.expect(200);
    api.poll().await;
    cast
}

/// Puts the advisor's report of `date` when the service's clock shows `clock`; returns the status of the answer.
async fn put(api: &Api, cast: &Cast, clock: &str, date: &str) -> u16 {
    api.set_clock(clock);
    let put = api.put(&cast.advisor.report(date)).by(&cast.advisor);
    put.json(&report(&[workshop()])).send().await.status
}

/// The workshops and the late reports of each month of a period.
async fn months(api: &Api, cast: &Cast, from: &str, to: &str) -> Vec<(i64, i64)> {
    let path = format!("/v1/statistics/monthly?from={from}&to={to}");
    let table: Value = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    let workshops = table["rows"][2]["by_month"].as_array().unwrap().iter();
    let late = table["months"].as_array().unwrap().iter();
    workshops
        .zip(late)
        .map(|(workshops, month)| (workshops.as_i64().unwrap(), month["late_reports"].as_i64().unwrap()))
        .collect()
}

async fn the_evening_of_31_january_in_guadeloupe_counts_in_january(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = in_zone(&api, "America/Guadeloupe").await;
    // 19:30 in Guadeloupe is 23:30 in UTC and past midnight in Paris.
    assert_eq!(put(&api, &cast, "2023-01-31T23:30:00Z", "2023-01-31").await, 201);
    assert_eq!(put(&api, &cast, "2023-01-31T23:30:00Z", "2023-02-01").await, 422);
    assert_eq!(months(&api, &cast, "2023-01", "2023-01").await, [(1, 0)]);
    // January is over at midnight in Guadeloupe, at 4:00 UTC: a report for January that comes then is late.
    assert_eq!(put(&api, &cast, "2023-02-01T03:59:59Z", "2023-01-30").await, 201);
    assert_eq!(put(&api, &cast, "2023-02-01T04:00:00Z", "2023-01-29").await, 201);
    assert_eq!(months(&api, &cast, "2023-01", "2023-02").await, [(3, 1), (0, 0)]);
}

async fn a_leap_day_is_a_day_of_leap_years_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = in_zone(&api, "Europe/Paris").await;
    assert_eq!(put(&api, &cast, "2024-02-29T12:00:00Z", "2024-02-29").await, 201);
    assert_eq!(put(&api, &cast, "2024-02-29T12:00:00Z", "2023-02-29").await, 400);
    assert_eq!(put(&api, &cast, "2024-02-29T12:00:00Z", "2023-02-28").await, 201);
    let leap = months(&api, &cast, "2023-02", "2024-02").await;
    assert_eq!((leap[0], leap[12]), ((1, 1), (1, 0)));
    // February 2024 can be closed once its 29th day is over in Paris.
    let close = async |clock: &str| {
        api.set_clock(clock);
        let close = api.put("/v1/months/2024-02/closing").by(&cast.coordinator);
        close.json(&json!({})).send().await.status
    };
    assert_eq!(close("2024-02-29T22:59:59Z").await, 409);
    assert_eq!(close("2024-02-29T23:00:00Z").await, 200);
}

async fn nights_of_clock_change_belong_to_their_civil_day(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = in_zone(&api, "Europe/Paris").await;
    // 26 March 2023 has 23 hours, and 29 October 2023 has 25.
    for (clock, date, status) in [
        ("2023-03-25T22:59:59Z", "2023-03-26", 422),
        ("2023-03-25T23:00:00Z", "2023-03-26", 201),
        ("2023-03-26T21:59:59Z", "2023-03-27", 422),
        ("2023-03-26T22:00:00Z", "2023-03-27", 201),
        ("2023-10-28T21:59:59Z", "2023-10-29", 422),
        ("2023-10-28T22:00:00Z", "2023-10-29", 201),
        ("2023-10-29T22:59:59Z", "2023-10-30", 422),
        ("2023-10-29T23:00:00Z", "2023-10-30", 201),
        // At the end of October Paris is in winter time: October is over at 23:00 UTC, and a report that comes then is
        // late.
        ("2023-10-31T22:59:59Z", "2023-10-31", 201),
        ("2023-10-31T23:00:00Z", "2023-10-28", 201),
    ] {
        assert_eq!(put(&api, &cast, clock, date).await, status, "{date} at {clock}");
    }
    assert_eq!(months(&api, &cast, "2023-03", "2023-03").await, [(2, 0)]);
    assert_eq!(months(&api, &cast, "2023-10", "2023-10").await, [(4, 1)]);
}
