//! The report of a day: put, get, delete; retries and conditions.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_report_is_created_and_read_back_with_every_field,
    people_stand_in_the_order_of_their_lists,
    a_retry_changes_nothing,
    a_retry_with_another_clock_of_the_device_changes_nothing,
    a_condition_that_does_not_hold_is_refused_with_the_current_version,
    a_condition_that_names_no_version_is_a_mistake,
    if_none_match_creates_once,
    a_deleted_report_leaves_its_version,
    deleting_what_is_not_there_answers_204,
    a_report_for_somebody_else_is_refused_without_a_look_up,
    a_coordinator_writes_for_an_advisor,
    a_coordinator_does_not_know_advisors_of_other_organisations,
    a_day_outside_the_activity_period_is_refused,
    days_before_2020_and_after_today_are_refused,
    an_intervention_of_another_day_is_refused_with_that_day,
    an_entity_tag_that_is_known_gives_304,
    concurrent_puts_of_one_day_leave_one_of_them_whole,
);

async fn a_report_is_created_and_read_back_with_every_field(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let body = json!({
        "interventions": [{
            "id": "0198F3C2-7c1e-7d2a-8f00-0242ac120002", "kind": "individual", "participants": 2,
            "duration_minutes": 45, "setting": "home", "themes": ["security", "banking_and_shopping"],
            "genders": {"female": 1, "male": 0}, "note": "  cafe\u{301}\n "
        }],
        "note": "   ", "recorded_at": "2022-05-03T17:12:00+02:00"
    });
    let created = api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    assert_eq!(created.header("location"), Some(path.as_str()));
    assert_eq!(created.header("etag"), None, "the server fills fields");
    let mut expected = json!({
        "advisor_id": cast.advisor.id.to_string(), "date": "2022-05-03", "version": 1,
        "received_at": "2022-09-29T10:00:00Z", "updated_at": "2022-09-29T10:00:00Z",
        "recorded_at": "2022-05-03T15:12:00Z", "recorded_by": cast.advisor.id.to_string(),
        "absence": null, "note": null,
        "interventions": [{
            "id": "0198f3c2-7c1e-7d2a-8f00-0242ac120002", "kind": "individual", "participants": 2,
            "recurring_participants": 0, "duration_minutes": 45, "setting": "home", "principle": null,
            "commune_code": null, "place_name": null, "themes": ["banking_and_shopping", "security"],
            "age_groups": {}, "genders": {"female": 1}, "situations": {}, "follow_ups": {}, "redirected_to": [],
            "referred_by_social_worker": false, "first_visit_accompanied": false, "note": "caf\u{e9}",
            "assisting": false, "equipment": [], "autonomy": null, "level": null, "title": null, "procedure": null,
            "residences": {}, "place_id": null, "partner_id": null
        }]
    });
    for field in ["planned_session_id", "workshop_id", "referral_id"] {
        expected["interventions"][0][field] = Value::Null;
    }
    expected["interventions"][0]["tags"] = json!([]);
    assert_eq!(created.json(), expected);
    let read = api.get(&path).by(&cast.advisor).send().await.expect(200);
    assert_eq!(read.json(), expected);
    assert_eq!(read.header("etag"), Some("\"1\""));
    assert_eq!(read.header("cache-control"), Some("no-store"));
}

async fn people_stand_in_the_order_of_their_lists(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let mut told = workshop();
    told["age_groups"] = json!({"12_17": 1, "70_plus": 6, "under_12": 2});
    let put = api.put(&path).by(&cast.advisor).json(&report(&[told]));
    let read = [
        put.send().await.expect(201),
        api.get(&path).by(&cast.advisor).send().await,
    ];
    for answer in read {
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(
            text.contains(r#""age_groups":{"under_12":2,"12_17":1,"70_plus":6}"#),
            "{text}"
        );
    }
}

async fn a_retry_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let body = report(&[workshop(), workshop()]);
    let first = api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    api.set_clock("2022-09-29T10:00:05Z");
    for condition in [None, Some("\"1\""), Some("\"77\""), Some("*")] {
        let retry = api.put(&path).by(&cast.advisor).json(&body);
        let retry = match condition {
            Some(tags) => retry.header("If-Match", tags),
            None => retry,
        };
        let retried = retry.send().await.expect(200);
        assert_eq!(retried.json(), first.json(), "If-Match: {condition:?}");
    }
    let refused = api
        .put(&path)
        .by(&cast.advisor)
        .header("If-None-Match", "*")
        .json(&body);
    assert_eq!(refused.send().await.failure(), (412, "report_exists".to_owned()));
    let read = api.get(&path).by(&cast.advisor).send().await;
    assert_eq!(read.json(), first.json());
}

async fn a_retry_with_another_clock_of_the_device_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let put = |recorded_at: &str| {
        let mut body = report(&[workshop()]);
        body["recorded_at"] = recorded_at.into();
        api.put(&path).by(&cast.advisor).json(&body).send()
    };
    let first = put("2022-05-03T17:00:00+02:00").await.expect(201);
    let retried = put("2022-05-03T18:00:00+02:00").await.expect(200);
    assert_eq!(retried.json(), first.json());
}

async fn a_condition_that_does_not_hold_is_refused_with_the_current_version(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let never = api
        .put(&path)
        .by(&cast.advisor)
        .header("If-Match", "\"1\"")
        .json(&json!({}));
    let never = never.send().await;
    assert_eq!(never.failure(), (412, "version_mismatch".to_owned()));
    assert_eq!(never.json()["current_version"], 0);
    api.put(&path)
        .by(&cast.advisor)
        .json(&json!({}))
        .send()
        .await
        .expect(201);
    let stale = api
        .put(&path)
        .by(&cast.advisor)
        .header("If-Match", "\"4\", \"5\", \"01\", W/\"1\"")
        .json(&report(&[workshop()]));
    let stale = stale.send().await;
    assert_eq!(stale.failure(), (412, "version_mismatch".to_owned()));
    assert_eq!(stale.json()["current_version"], 1);
    let fresh = api
        .put(&path)
        .by(&cast.advisor)
        .header("If-Match", "\"1\"")
        .json(&report(&[workshop()]));
    assert_eq!(fresh.send().await.expect(200).json()["version"], 2);
    let deleted = api
        .delete(&path)
        .by(&cast.advisor)
        .header("If-Match", "\"1\"")
        .send()
        .await;
    assert_eq!(deleted.failure(), (412, "version_mismatch".to_owned()));
    let nonsense = api.delete(&path).by(&cast.advisor).header("If-Match", "2").send().await;
    assert_eq!(nonsense.failure(), (400, "invalid_parameter".to_owned()));
}

async fn a_condition_that_names_no_version_is_a_mistake(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let put = |header: &'static str, value: &'static str| {
        let call = api.put(&path).by(&cast.advisor).header(header, value).json(&json!({}));
        call.send()
    };
    for header in ["If-Match", "If-None-Match"] {
        for mistake in ["", " ,, ", "3", "\"3", "\"3\", *", "W/3"] {
            let answer = put(header, mistake).await;
            assert_eq!(
                answer.failure(),
                (400, "invalid_parameter".to_owned()),
                "{header}: {mistake}"
            );
            assert_eq!(answer.faults(), [(header.to_lowercase(), "invalid_value".to_owned())]);
        }
    }
    for foreign in ["\"a,b\"", "\"\"", "\"1\" , W/\"0\""] {
        let answer = put("If-Match", foreign).await;
        assert_eq!(answer.failure(), (412, "version_mismatch".to_owned()), "{foreign}");
        assert_eq!(answer.json()["current_version"], 0);
    }
    put("If-None-Match", "\"a,b\"").await.expect(201);
}

async fn if_none_match_creates_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let create = |body: Value| {
        let call = api
            .put(&path)
            .by(&cast.advisor)
            .header("If-None-Match", "*")
            .json(&body);
        call.send()
    };
    create(json!({})).await.expect(201);
    let again = create(report(&[workshop()])).await;
    assert_eq!(again.failure(), (412, "report_exists".to_owned()));
    api.delete(&path).by(&cast.advisor).send().await.expect(204);
    assert_eq!(create(report(&[workshop()])).await.expect(201).json()["version"], 3);
}

async fn a_deleted_report_leaves_its_version(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    api.put(&path)
        .by(&cast.advisor)
        .json(&report(&[workshop()]))
        .send()
        .await
        .expect(201);
    api.delete(&path).by(&cast.advisor).send().await.expect(204);
    assert_eq!(
        api.get(&path).by(&cast.advisor).send().await.failure(),
        (404, "not_found".to_owned())
    );
    let against_tombstone = api
        .put(&path)
        .by(&cast.advisor)
        .header("If-Match", "\"2\"")
        .json(&json!({}));
    assert_eq!(against_tombstone.send().await.expect(201).json()["version"], 3);
}

async fn deleting_what_is_not_there_answers_204(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for date in ["2022-05-03", "1999-01-01", "2099-01-01"] {
        let path = cast.advisor.report(date);
        let delete = api.delete(&path).by(&cast.advisor).header("If-Match", "\"9\"");
        delete.send().await.expect(204);
        assert_eq!(api.get(&path).by(&cast.advisor).send().await.status, 404);
    }
}

async fn a_report_for_somebody_else_is_refused_without_a_look_up(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let nobody = "0198f3c2-7c1e-7d2a-8f00-0242ac120002";
    for path in [
        cast.colleague.report("2022-05-03"),
        cast.foreign_advisor.report("2022-05-03"),
        format!("/v1/advisors/{nobody}/reports/2022-05-03"),
    ] {
        let put = api
            .put(&path)
            .by(&cast.advisor)
            .json(&report(&[workshop()]))
            .send()
            .await;
        assert_eq!(put.failure(), (403, "forbidden".to_owned()));
        assert_eq!(
            api.get(&path).by(&cast.advisor).send().await.failure(),
            (403, "forbidden".to_owned())
        );
        assert_eq!(
            api.delete(&path).by(&cast.advisor).send().await.failure(),
            (403, "forbidden".to_owned())
        );
    }
    let listed = api.get("/v1/reports").by(&cast.coordinator).send().await;
    assert_eq!(listed.json()["items"], json!([]));
}

async fn a_coordinator_writes_for_an_advisor(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let put = api
        .put(&path)
        .by(&cast.coordinator)
        .json(&report(&[workshop()]))
        .send()
        .await
        .expect(201);
    assert_eq!(put.json()["recorded_by"], cast.coordinator.id.to_string());
    let read = api.get(&path).by(&cast.advisor).send().await.expect(200);
    assert_eq!(read.json(), put.json());
}

async fn a_coordinator_does_not_know_advisors_of_other_organisations(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.foreign_advisor.report("2022-05-03");
    api.put(&path)
        .by(&cast.foreign_advisor)
        .json(&report(&[workshop()]))
        .send()
        .await
        .expect(201);
    let unknown = "/v1/advisors/0198f3c2-7c1e-7d2a-8f00-0242ac120002/reports/2022-05-03";
    let own_account = cast.coordinator.report("2022-05-03");
    for path in [path.as_str(), unknown, &own_account] {
        let put = api.put(path).by(&cast.coordinator).json(&json!({})).send().await;
        assert_eq!(put.failure(), (404, "not_found".to_owned()));
        let delete = api.delete(path).by(&cast.coordinator).send().await;
        assert_eq!(delete.failure(), (404, "not_found".to_owned()));
        let get = api.get(path).by(&cast.coordinator).send().await;
        assert_eq!(get.failure(), (404, "not_found".to_owned()));
    }
}

async fn a_day_outside_the_activity_period_is_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let active = ("2022-05-02", Some("2022-06-30"));
    let role = cast.advisor.role;
    let advisor = api
        .person_active(cast.advisor.organisation, role, "Fabien Moreau", active)
        .await;
    for (date, status) in [
        ("2022-05-01", 422),
        ("2022-05-02", 201),
        ("2022-06-30", 201),
        ("2022-07-01", 422),
    ] {
        let put = api
            .put(&advisor.report(date))
            .by(&advisor)
            .json(&report(&[workshop()]))
            .send()
            .await;
        let put = put.expect(status);
        if status == 422 {
            assert_eq!(
                put.faults(),
                [("date".to_owned(), "outside_activity_period".to_owned())]
            );
        }
    }
    let delete = api.delete(&advisor.report("2022-07-01")).by(&advisor).send().await;
    delete.expect(204);
}

async fn days_before_2020_and_after_today_are_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let put = |date: &str, body: Value| {
        let call = api.put(&cast.advisor.report(date)).by(&cast.advisor).json(&body);
        call.send()
    };
    put("2020-01-01", json!({})).await.expect(201);
    let early = put("2019-12-31", json!({})).await;
    assert_eq!(early.failure(), (422, "validation_failed".to_owned()));
    assert_eq!(early.faults(), [("date".to_owned(), "too_early".to_owned())]);
    put("2022-09-29", json!({})).await.expect(201);
    let late = put(
        "2022-09-30",
        json!({"interventions": [{
            "kind": "workshop", "participants": 0, "duration_minutes": 90, "setting": "home", "themes": ["email"]
        }]}),
    )
    .await;
    let both = [
        ("/interventions/0/participants".to_owned(), "out_of_range".to_owned()),
        ("date".to_owned(), "in_the_future".to_owned()),
    ];
    assert_eq!(late.faults(), both, "every fault at once");
    put("2023-09-30", json!({"absence": "leave"})).await.expect(201);
    assert_eq!(put("2023-10-01", json!({"absence": "leave"})).await.status, 422);
    // At 22:30 UTC on 29 September it is already 30 September in Paris.
    api.set_clock("2022-09-29T22:30:00Z");
    put("2022-09-30", json!({})).await.expect(201);
}

async fn an_intervention_of_another_day_is_refused_with_that_day(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut intervention = workshop();
    intervention["id"] = "0198f3c2-7c1e-7d2a-8f00-0242ac120002".into();
    let body = report(&[intervention]);
    let put = |path: String, person| {
        let call = api.put(&path).by(person).json(&body);
        call.send()
    };
    put(cast.advisor.report("2022-05-03"), &cast.advisor).await.expect(201);
    let moved = put(cast.advisor.report("2022-05-04"), &cast.advisor).await;
    assert_eq!(moved.failure(), (409, "intervention_elsewhere".to_owned()));
    assert_eq!(moved.json()["date"], "2022-05-03");
    // A colleague's intervention may have the same identifier: identifiers are unique for one advisor only.
    put(cast.colleague.report("2022-05-04"), &cast.colleague)
        .await
        .expect(201);
    api.delete(&cast.advisor.report("2022-05-03"))
        .by(&cast.advisor)
        .send()
        .await
        .expect(204);
    put(cast.advisor.report("2022-05-04"), &cast.advisor).await.expect(201);
}

async fn an_entity_tag_that_is_known_gives_304(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    api.put(&path)
        .by(&cast.advisor)
        .json(&json!({}))
        .send()
        .await
        .expect(201);
    let known = api
        .get(&path)
        .by(&cast.advisor)
        .header("If-None-Match", "\"1\"")
        .send()
        .await;
    assert_eq!((known.expect(304).body.len()), 0);
    let stale = api
        .get(&path)
        .by(&cast.advisor)
        .header("If-None-Match", "\"0\"")
        .send()
        .await;
    stale.expect(200);
}

async fn concurrent_puts_of_one_day_leave_one_of_them_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let puts = (1..=20).map(|participants| {
        let mut intervention = workshop();
        intervention["participants"] = (participants + 10).into();
        api.put(&path).by(&cast.advisor).json(&report(&[intervention])).send()
    });
    let answers = futures_util::future::join_all(puts).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let replaced = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((created, replaced), (1, 19));
    let read = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(read["version"], 20);
    let last = answers.iter().find(|answer| answer.json()["version"] == 20).unwrap();
    assert_eq!(read, last.json());
}
