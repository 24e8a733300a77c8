//! Who has reported each day, as the coordinator and as the advisor see it.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_coordinator_sees_who_has_reported_and_an_advisor_their_own,
    what_came_of_each_day_is_told_when_it_is_asked_for,
    days_missing_of_late_are_told_to_their_advisor,
    the_days_are_those_of_the_organisation_overseas,
    a_report_of_a_night_when_the_clocks_change_is_late_from_midnight_on,
    an_advisor_with_days_and_periods_of_their_own_is_expected_on_these,
    who_left_before_the_period_is_left_out_unless_they_reported_in_it,
);

async fn put(api: &Api, by: &Person, date: &str, body: &Value) {
    api.put(&by.report(date)).by(by).json(body).send().await.expect(201);
}

async fn of(api: &Api, by: &Person, months: &str) -> Value {
    let path = format!("/v1/statistics/completeness?{months}");
    api.get(&path).by(by).send().await.expect(200).json()
}

async fn the_coordinator_sees_who_has_reported_and_an_advisor_their_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    api.set_clock("2022-09-27T15:00:00Z");
    put(&api, &cast.advisor, "2022-09-27", &report(&[workshop()])).await;
    api.set_clock("2022-09-28T15:00:00Z");
    put(&api, &cast.advisor, "2022-09-26", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-23", &json!({"absence": "leave"})).await;
    put(&api, &cast.advisor, "2022-09-25", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-22", &report(&[workshop()])).await;
    let gone = api.delete(&cast.advisor.report("2022-09-22")).by(&cast.advisor);
    gone.send().await.expect(204);
    api.set_clock("2022-09-29T10:00:00Z");
    let september = of(&api, &cast.coordinator, "from=2022-09&to=2022-09").await;
    // Today, 29 September, is not over: the list ends with the day before.
    assert_eq!(september["to"], "2022-09-28");
    let items = september["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let own = of(&api, &cast.advisor, "from=2022-09&to=2022-09").await["items"].clone();
    assert_eq!(own.as_array().unwrap().len(), 1);
    let mut first = own[0].clone();
    assert!(items.contains(&first));
    let missing = first["missing"].take();
    let name = api.get("/v1/me").by(&cast.advisor).send().await.json()["name"].clone();
    assert_eq!(
        first,
        json!({
            "advisor_id": cast.advisor.id.to_string(), "name": name, "expected": 19, "reported": 2, "extra": 1,
            "late": 1, "median_delay_days": 2, "worst_delay_days": 2, "missing": null
        })
    );
    let missing: Vec<&str> = missing
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day.as_str().unwrap())
        .collect();
    assert_eq!(missing.len(), 17);
    assert!(missing.contains(&"2022-09-22") && missing.contains(&"2022-09-28"));
    for day in ["2022-09-23", "2022-09-24", "2022-09-26", "2022-09-27", "2022-09-29"] {
        assert!(!missing.contains(&day), "{day}");
    }
    // A month that has not begun is refused.
    let future = api
        .get("/v1/statistics/completeness?from=2022-10&to=2022-10")
        .by(&cast.coordinator);
    assert_eq!(
        future.send().await.faults(),
        [("to".to_owned(), "in_the_future".to_owned())]
    );
}

/// What the coordinator's board shows: each day of each advisor, with what came of it.
async fn what_came_of_each_day_is_told_when_it_is_asked_for(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    api.set_clock("2022-09-08T15:00:00Z");
    put(&api, &cast.advisor, "2022-09-08", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-07", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-05", &json!({"absence": "leave"})).await;
    put(&api, &cast.advisor, "2022-09-04", &report(&[workshop()])).await;
    api.set_clock("2022-09-09T10:00:00Z");
    let asked = "from=2022-09&to=2022-09&days=true";
    for by in [&cast.advisor, &cast.coordinator] {
        let list = of(&api, by, asked).await;
        let items = list["items"].as_array().unwrap();
        let own = items
            .iter()
            .find(|item| item["advisor_id"] == cast.advisor.id.to_string())
            .unwrap();
        let days: Vec<(&str, &str)> = own["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| (day["date"].as_str().unwrap(), day["state"].as_str().unwrap()))
            .collect();
        assert_eq!(
            days,
            [
                ("2022-09-01", "missing"),
                ("2022-09-02", "missing"),
                ("2022-09-03", "not_due"),
                ("2022-09-04", "extra"),
                ("2022-09-05", "absent"),
                ("2022-09-06", "missing"),
                ("2022-09-07", "late"),
                ("2022-09-08", "reported"),
            ]
        );
        for plain in ["from=2022-09&to=2022-09", "from=2022-09&to=2022-09&days=false"] {
            let list = of(&api, by, plain).await;
            assert!(
                list["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|item| item.get("days").is_none())
            );
        }
    }
    for (query, fault) in [
        ("from=2021-09&to=2022-09&days=true", ("to", "period_too_long")),
        ("from=2022-09&to=2022-09&days=yes", ("days", "invalid_value")),
    ] {
        let path = format!("/v1/statistics/completeness?{query}");
        let refused = api.get(&path).by(&cast.coordinator).send().await.expect(400);
        assert_eq!(refused.faults(), [(fault.0.to_owned(), fault.1.to_owned())]);
    }
    of(&api, &cast.coordinator, "from=2021-10&to=2022-09&days=true").await;
}

async fn days_missing_of_late_are_told_to_their_advisor(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let settings = json!({"name": "Saint-Denis", "time_zone": "Indian/Reunion", "working_days": ["tuesday"],
        "holidays": "reunion"});
    let put_settings = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    put_settings.send().await.expect(200);
    // Réunion is four hours ahead of UTC. On Tuesday 20 December 2022, a holiday there, no report is expected.
    api.set_clock("2022-12-27T19:59:59Z");
    put(&api, &cast.advisor, "2022-12-13", &report(&[workshop()])).await;
    let missing = async || {
        let answer = api
            .get("/v1/me/missing-days")
            .by(&cast.advisor)
            .send()
            .await
            .expect(200)
            .json();
        let days = answer["items"].as_array().unwrap().iter();
        days.map(|day| day.as_str().unwrap().to_owned())
            .collect::<Vec<String>>()
    };
    let before = missing().await;
    assert_eq!(before.last().map(String::as_str), Some("2022-12-06"));
    assert_eq!(before.first().map(String::as_str), Some("2022-09-27"));
    api.set_clock("2022-12-27T20:00:00Z");
    assert_eq!(missing().await.last().map(String::as_str), Some("2022-12-27"));
}

/// What the list says of an advisor: how many days were expected, reported and late, and which are missing.
fn counts(list: &Value, of: &Person) -> (i64, i64, i64, Vec<String>) {
    let items = list["items"].as_array().unwrap();
    let item = items
        .iter()
        .find(|item| item["advisor_id"] == of.id.to_string())
        .unwrap();
    let number = |name: &str| item[name].as_i64().unwrap();
    let missing = item["missing"].as_array().unwrap().iter();
    let missing = missing.map(|day| day.as_str().unwrap().to_owned()).collect();
    (number("expected"), number("reported"), number("late"), missing)
}

async fn the_days_are_those_of_the_organisation_overseas(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let weekdays = json!(["monday", "tuesday", "wednesday", "thursday", "friday"]);
    let settings = json!({"name": "Cap Excellence", "time_zone": "America/Guadeloupe", "working_days": weekdays,
        "holidays": "guadeloupe"});
    let put_settings = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    put_settings.send().await.expect(200);
    api.poll().await;
    // It is 19:30 on 31 January in Guadeloupe, and past midnight in Paris.
    api.set_clock("2022-01-31T23:30:00Z");
    put(&api, &cast.advisor, "2022-01-31", &report(&[workshop()])).await;
    // The last second of January in Guadeloupe.
    api.set_clock("2022-02-01T03:59:59Z");
    let january = of(&api, &cast.coordinator, "from=2022-01&to=2022-01").await;
    assert_eq!(january["to"], "2022-01-30");
    let february = api.get("/v1/statistics/completeness?from=2022-02&to=2022-02");
    let february = february.by(&cast.coordinator).send().await;
    assert_eq!(february.faults(), [("to".to_owned(), "in_the_future".to_owned())]);
    api.set_clock("2022-02-01T04:00:00Z");
    let january = of(&api, &cast.coordinator, "from=2022-01&to=2022-01").await;
    assert_eq!(january["to"], "2022-01-31");
    let (expected, reported, late, missing) = counts(&january, &cast.advisor);
    assert_eq!((expected, reported, late, missing.len()), (21, 1, 0, 20));
    let (.., missing) = counts(&january, &cast.colleague);
    assert_eq!(missing.last().map(String::as_str), Some("2022-01-31"));
    // February has just begun: none of its days is over, and none is expected.
    let february = of(&api, &cast.coordinator, "from=2022-02&to=2022-02").await;
    assert_eq!(
        (&february["from"], &february["to"]),
        (&json!("2022-02-01"), &json!("2022-01-31"))
    );
    assert_eq!(counts(&february, &cast.colleague), (0, 0, 0, Vec::new()));
    // Two holidays are not expected: Ascension on 26 May, and on Friday 27 May the abolition of slavery in Guadeloupe.
    api.set_clock("2022-06-15T12:00:00Z");
    let (expected, .., missing) = counts(&of(&api, &cast.advisor, "from=2022-05&to=2022-05").await, &cast.advisor);
    assert_eq!(expected, 20);
    assert!(!missing.contains(&"2022-05-27".to_owned()) && !missing.contains(&"2022-05-26".to_owned()));
}

async fn a_report_of_a_night_when_the_clocks_change_is_late_from_midnight_on(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let every_day = json!([
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday"
    ]);
    let settings = json!({"name": "Le Mans", "time_zone": "Europe/Paris", "working_days": every_day});
    let put_settings = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    put_settings.send().await.expect(200);
    // Clocks go forward on 27 March 2022, a day of 23 hours, and back on 30 October, a day of 25 hours.
    for (clock, date, late) in [
        ("2022-03-26T22:59:59Z", "2022-03-26", 0),
        ("2022-03-26T23:00:00Z", "2022-03-25", 2),
        ("2022-03-27T21:59:59Z", "2022-03-27", 0),
        ("2022-03-27T22:00:00Z", "2022-03-24", 4),
        ("2022-10-29T22:00:00Z", "2022-10-29", 1),
        ("2022-10-30T22:59:59Z", "2022-10-30", 0),
        ("2022-10-30T23:00:00Z", "2022-10-28", 3),
    ] {
        api.set_clock(clock);
        put(&api, &cast.advisor, date, &report(&[workshop()])).await;
        let months = format!("from={month}&to={month}", month = &date[..7]);
        let list = of(&api, &cast.advisor, &months).await;
        let delay = list["items"][0]["worst_delay_days"].as_i64().unwrap_or_default();
        assert_eq!(delay, late, "{date} at {clock}");
        let path = cast.advisor.report(date);
        api.delete(&path).by(&cast.advisor).send().await.expect(204);
        // The tombstone that the deletion leaves does not count as a report.
        let (_, reported, ..) = counts(&of(&api, &cast.advisor, &months).await, &cast.advisor);
        assert_eq!(reported, 0);
    }
}

async fn an_advisor_with_days_and_periods_of_their_own_is_expected_on_these(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let account = json!({
        "role": "advisor", "name": "Amélie Rousseau", "email": "amelie@example.org", "working_days": ["monday", "saturday"],
        "activity_periods": [{"starts_on": "2022-02-14", "ends_on": "2022-05-07"}, {"starts_on": "2022-05-30"}]
    });
    let change = api
        .put(&format!("/v1/accounts/{}", cast.advisor.id))
        .by(&cast.coordinator)
        .json(&account);
    change.send().await.expect(200);
    let (expected, reported, _, missing) = counts(
        &of(&api, &cast.coordinator, "from=2022-05&to=2022-06").await,
        &cast.advisor,
    );
    // Monday 6 June is not among the missing days: it is Whit Monday, a holiday.
    let days = [
        "2022-05-02",
        "2022-05-07",
        "2022-05-30",
        "2022-06-04",
        "2022-06-11",
        "2022-06-13",
        "2022-06-18",
        "2022-06-20",
        "2022-06-25",
        "2022-06-27",
    ];
    assert_eq!((expected, reported), (10, 0));
    assert_eq!(missing, days);
    // The months asked for begin long before the advisor's periods: only days within the periods are expected.
    let (expected, ..) = counts(
        &of(&api, &cast.coordinator, "from=2020-01&to=2022-02").await,
        &cast.advisor,
    );
    assert_eq!(expected, 5);
}

async fn who_left_before_the_period_is_left_out_unless_they_reported_in_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    api.set_clock("2022-05-31T10:00:00Z");
    put(&api, &cast.advisor, "2022-05-30", &report(&[workshop()])).await;
    let leave = api
        .delete(&format!("/v1/accounts/{}", cast.advisor.id))
        .by(&cast.coordinator);
    leave.send().await.expect(204);
    api.set_clock("2022-07-29T10:00:00Z");
    let may = of(&api, &cast.coordinator, "from=2022-05&to=2022-07").await;
    let (expected, reported, late, _) = counts(&may, &cast.advisor);
    // Days are expected up to 31 May, the day on which the advisor left, that day included.
    assert_eq!((expected, reported, late), (21, 1, 1));
    let after = of(&api, &cast.coordinator, "from=2022-06&to=2022-07").await;
    let names: Vec<&Value> = after["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["name"])
        .collect();
    assert_eq!(names, ["Bastien Leroy"]);
}
