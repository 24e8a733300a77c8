//! The monthly statistics: the contract's JSON and CSV, whose figures a caller sees, periods, languages.

use serde_json::{Value, json};

use super::report;
use crate::support::annex::SUMMER_2022;
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_annex_comes_out_of_the_reports_of_three_months,
    the_annex_as_csv_has_the_contracts_header_and_rows,
    accept_chooses_the_form_and_the_parameter_beats_it,
    the_chart_is_had_by_itself,
    an_advisor_sees_their_own_figures_alone,
    faulty_periods_are_refused,
    labels_are_in_the_language_asked_for,
    months_without_reports_count_in_the_average,
    two_advisors_at_one_workshop_do_not_double_the_annex,
);

/// One report a month, whose sums are the annex of summer 2022.
const ANNEX: [(&str, [i64; 5]); 3] = [
    // workshops, their participants, individual supports, one-off requests, recurring participants
    ("2022-05-03", [6, 52, 8, 8, 11]),
    ("2022-06-03", [22, 197, 104, 12, 108]),
    ("2022-07-05", [34, 379, 83, 16, 90]),
];

fn intervention(kind: &str, participants: i64, recurring: i64) -> Value {
    json!({
        "kind": kind, "participants": participants, "recurring_participants": recurring, "duration_minutes": 60,
        "setting": "partner_site", "themes": ["internet"]
    })
}

fn month_report([workshops, participants, individual, one_off, recurring]: [i64; 5]) -> Value {
    let mut interventions = vec![intervention("workshop", participants - workshops + 1, 0)];
    interventions.extend((1..workshops).map(|_| intervention("workshop", 1, 0)));
    interventions.push(intervention("individual", individual, 0));
    interventions.push(intervention("one_off", one_off, 0));
    let mut left = recurring;
    for intervention in &mut interventions {
        let taken = left.min(intervention["participants"].as_i64().unwrap());
        intervention["recurring_participants"] = taken.into();
        left -= taken;
    }
    report(&interventions)
}

async fn summer_of_2022(api: &Api) -> Cast {
    let cast = api.cast().await;
    for (date, figures) in ANNEX {
        let path = cast.advisor.report(date);
        let put = api
            .put(&path)
            .by(&cast.advisor)
            .json(&month_report(figures))
            .send()
            .await;
        put.expect(201);
    }
    cast
}

const PATH: &str = "/v1/statistics/monthly?from=2022-05&to=2022-07";

async fn the_annex_comes_out_of_the_reports_of_three_months(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = summer_of_2022(&api).await;
    let mut table = api.get(PATH).by(&cast.coordinator).send().await.expect(200).json();
    let ids = [
        "people_supported",
        "supports_recorded",
        "workshops_held",
        "workshop_participants",
        "individual_supports",
        "one_off_requests",
    ];
    let row = |id: &str, (label, [total, average, by_month @ ..]): (&str, [i64; 5])| json!({"id": id, "label": label, "by_month": by_month, "total": total, "monthly_average": average});
    let rows: Vec<Value> = ids
        .into_iter()
        .zip(SUMMER_2022)
        .map(|(id, figures)| row(id, figures))
        .collect();
    let mut first = table["rows"].as_array_mut().unwrap().drain(..6).collect::<Vec<_>>();
    for row in &mut first {
        row.as_object_mut().unwrap().remove("unit").unwrap();
    }
    assert_eq!(first, rows);
    let rest: Vec<(&str, &str, i64)> = table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap(),
                row["unit"].as_str().unwrap(),
                row["total"].as_i64().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("recurring_participants", "supports", 209),
        ("workshop_minutes", "minutes", 3720),
        ("individual_minutes", "minutes", 180),
        ("one_off_minutes", "minutes", 180),
        ("referrals", "interventions", 0),
        ("first_visits_accompanied", "interventions", 0),
        ("reports", "reports", 3),
        ("absences", "reports", 0),
    ];
    assert_eq!(rest, expected);
    table["rows"] = Value::Null;
    let expected = json!({
        "organisation": "Le Mans Métropole", "advisor_id": null, "from": "2022-05", "to": "2022-07",
        "as_of": "2022-09-29T10:00:00Z", "provisional": true,
        "filters": {
            "advisor_ids": [], "communes": [], "kinds": [], "settings": [], "principles": [], "themes": [],
            "equipment": [], "autonomies": [], "levels": [], "place_ids": [], "partner_ids": [],
            "workshop_ids": [], "tag_ids": []
        },
        "months": [
            {"month": "2022-05", "status": "open", "late_reports": 1},
            {"month": "2022-06", "status": "open", "late_reports": 1},
            {"month": "2022-07", "status": "open", "late_reports": 1}
        ],
        "rows": null
    });
    assert_eq!(table, expected);
}

async fn the_annex_as_csv_has_the_contracts_header_and_rows(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = summer_of_2022(&api).await;
    let path = format!("{PATH}&format=csv");
    let answer = api.get(&path).by(&cast.coordinator).send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let rows = SUMMER_2022.map(|(label, figures)| format!("{label};{}\r\n", figures.map(|n| n.to_string()).join(";")));
    let header = "\u{feff};Total depuis mai 2022;Moyenne par mois;mai-22;juin-22;juil-22\r\n";
    let expected = format!("{header}{}", rows.concat());
    assert_eq!(std::str::from_utf8(&answer.body).unwrap(), expected);
}

async fn accept_chooses_the_form_and_the_parameter_beats_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let json = "application/json";
    let csv = "text/csv; charset=utf-8";
    for (accept, parameter, expected) in [
        ("*/*", "", json),
        ("text/csv", "", csv),
        ("application/json;q=0.5, text/csv", "", csv),
        ("text/csv;q=0.5, application/json", "", json),
        ("image/png", "", json),
        ("text/csv", "&format=json", json),
        ("application/json", "&format=csv", csv),
    ] {
        let path = format!("{PATH}{parameter}");
        let answer = api
            .get(&path)
            .by(&cast.coordinator)
            .accept(accept)
            .send()
            .await
            .expect(200);
        assert_eq!(answer.header("content-type"), Some(expected), "{accept} {parameter}");
    }
    let unknown = api
        .get(&format!("{PATH}&format=docx"))
        .by(&cast.coordinator)
        .send()
        .await;
    assert_eq!(unknown.faults(), [("format".to_owned(), "invalid_value".to_owned())]);
}

/// The picture of the page, for pages of others that have the figures beside it.
async fn the_chart_is_had_by_itself(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = summer_of_2022(&api).await;
    for (language, title) in [("fr", "Ateliers réalisés"), ("en", "Workshops held")] {
        let read = |form: &str| {
            api.get(&format!("{PATH}&format={form}&lang={language}"))
                .by(&cast.coordinator)
        };
        let answer = read("svg").send().await.expect(200);
        assert_eq!(answer.header("content-type"), Some("image/svg+xml"));
        let disposition = answer.header("content-disposition").unwrap();
        assert!(disposition.starts_with("inline; filename="), "{disposition}");
        let picture = std::str::from_utf8(&answer.body).unwrap();
        assert!(
            picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""),
            "{picture}"
        );
        assert!(picture.contains(title), "{picture}");
        let page = read("html").send().await.expect(200);
        assert!(std::str::from_utf8(&page.body).unwrap().contains(picture));
    }
    let breakdown = "/v1/statistics/breakdown?by=theme&from=2022-05&to=2022-07&format=svg";
    let none = api.get(breakdown).by(&cast.coordinator).send().await.expect(400);
    assert_eq!(none.faults(), [("format".to_owned(), "unknown_parameter".to_owned())]);
}

async fn an_advisor_sees_their_own_figures_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = summer_of_2022(&api).await;
    let path = cast.colleague.report("2022-06-01");
    let body = report(&[intervention("workshop", 5, 2)]);
    api.put(&path).by(&cast.colleague).json(&body).send().await.expect(201);
    let supports = |table: &Value| table["rows"][1]["by_month"].clone();
    let own = api.get(PATH).by(&cast.colleague).send().await.expect(200).json();
    assert_eq!(own["advisor_id"], cast.colleague.id.to_string());
    assert_eq!(supports(&own), json!([0, 5, 0]));
    let named = format!("{PATH}&advisor_id={}", cast.colleague.id);
    assert_eq!(api.get(&named).by(&cast.colleague).send().await.json(), own);
    assert_eq!(api.get(&named).by(&cast.coordinator).send().await.json(), own);
    let all = api.get(PATH).by(&cast.coordinator).send().await.json();
    assert_eq!(supports(&all), json!([68, 318, 478]));
    let other = format!("{PATH}&advisor_id={}", cast.advisor.id);
    assert_eq!(
        api.get(&other).by(&cast.colleague).send().await.failure(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(api.get(&other).by(&cast.foreign_coordinator).send().await.status, 404);
    let abroad = api.get(PATH).by(&cast.foreign_coordinator).send().await.json();
    assert_eq!(supports(&abroad), json!([0, 0, 0]));
}

async fn faulty_periods_are_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (query, name, code) in [
        ("from=2022-13&to=2022-07", "from", "invalid_month"),
        ("from=2022-5&to=2022-07", "from", "invalid_month"),
        ("from=2022-05", "to", "missing_parameter"),
        ("from=2022-08&to=2022-07", "from", "from_after_to"),
        ("from=2019-12&to=2022-07", "from", "too_early"),
        ("from=2022-05&to=2022-10", "to", "in_the_future"),
        ("from=2022-05&to=2022-07&lang=de", "lang", "invalid_value"),
        ("from=2022-05&to=2022-07&advisor_id=x", "advisor_id", "invalid_uuid"),
        ("from=2022-05&to=2022-07&by=theme", "by", "unknown_parameter"),
    ] {
        let path = format!("/v1/statistics/monthly?{query}");
        let answer = api.get(&path).by(&cast.coordinator).send().await;
        assert_eq!(answer.failure(), (400, "invalid_parameter".to_owned()), "{query}");
        assert_eq!(answer.faults(), [(name.to_owned(), code.to_owned())], "{query}");
    }
    let longest = "/v1/statistics/monthly?from=2020-01&to=2029-12";
    let longer = "/v1/statistics/monthly?from=2020-01&to=2030-01";
    api.set_clock("2031-01-01T00:00:00Z");
    let table = api.get(longest).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(table["months"].as_array().unwrap().len(), 120);
    let answer = api.get(longer).by(&cast.coordinator).send().await;
    assert_eq!(answer.faults(), [("to".to_owned(), "period_too_long".to_owned())]);
}

async fn labels_are_in_the_language_asked_for(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let french = "Ateliers réalisés";
    let english = "Workshops held";
    for (accept, parameter, label, language) in [
        ("", "", french, "fr"),
        ("en-GB,en;q=0.9", "", english, "en"),
        ("de, fr;q=0.4, en;q=0.2", "", french, "fr"),
        ("en", "&lang=fr", french, "fr"),
        ("fr", "&lang=en", english, "en"),
    ] {
        let path = format!("{PATH}{parameter}");
        let call = api.get(&path).by(&cast.coordinator).header("Accept-Language", accept);
        let answer = call.send().await.expect(200);
        assert_eq!(answer.json()["rows"][2]["label"], label, "{accept} {parameter}");
        assert_eq!(answer.header("content-language"), Some(language));
    }
}

async fn months_without_reports_count_in_the_average(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = summer_of_2022(&api).await;
    let path = "/v1/statistics/monthly?from=2022-04&to=2022-08";
    let table = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(table["rows"][2]["by_month"], json!([0, 6, 22, 34, 0]));
    // 62 workshops in 5 months are 12.4 a month, rounded to 12.
    assert_eq!(table["rows"][2]["monthly_average"], 12);
}

async fn two_advisors_at_one_workshop_do_not_double_the_annex(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let ask = async |filter: &str| {
        let table = api.get(&format!("/v1/statistics/monthly?from=2022-05&to=2022-05{filter}"));
        table.by(&cast.coordinator).send().await.expect(200).json()["rows"].take()
    };
    let total = |rows: &Value, id: &str| {
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == id);
        row.map(|row| row["total"].as_i64().unwrap())
    };
    let put = async |by: &Person, intervention: Value| {
        let put = api.put(&by.report("2022-05-03")).by(by).json(&report(&[intervention]));
        put.send().await.expect(201).json()["interventions"][0].take()
    };
    let alone = put(&cast.advisor, intervention("workshop", 9, 4)).await;
    assert_eq!(
        (&alone["assisting"], &alone["participants"]),
        (&json!(false), &json!(9))
    );
    // One filter keeps both interventions, and has the figures read from them instead of the tallies.
    let before = [ask("").await, ask("&setting=partner_site").await];
    let mut beside = intervention("workshop", 0, 0);
    beside["assisting"] = true.into();
    let beside = put(&cast.colleague, beside).await;
    assert_eq!(
        (&beside["assisting"], &beside["participants"]),
        (&json!(true), &json!(0))
    );
    let after = [ask("").await, ask("&setting=partner_site").await];
    for (before, after) in before.iter().zip(&after) {
        for id in [
            "people_supported",
            "supports_recorded",
            "workshops_held",
            "workshop_participants",
        ] {
            assert_eq!(total(before, id), total(after, id), "{id}");
        }
        let minutes = [before, after].map(|rows| total(rows, "workshop_minutes"));
        assert_eq!(minutes, [Some(60), Some(120)]);
    }
    assert_eq!(total(&after[0], "reports"), Some(2));
    for by in ["kind", "setting", "theme", "advisor", "gender", "principle", "referral"] {
        for filter in ["", "&kind=workshop"] {
            let path = format!("/v1/statistics/breakdown?by={by}&from=2022-05&to=2022-05{filter}");
            let lines = api.get(&path).by(&cast.coordinator).send().await.expect(200).json()["lines"].take();
            let sum = |count: &str| {
                lines
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|line| line[count].as_i64())
                    .sum::<i64>()
            };
            assert!(matches!(sum("interventions"), 0 | 1), "{path}: {lines}");
            assert!(matches!(sum("supports"), 0 | 9), "{path}: {lines}");
        }
    }
}
