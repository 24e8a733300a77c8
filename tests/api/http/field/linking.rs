//! Reports that name what was planned, sheets of the catalogue, referrals and tags.

use serde_json::{Value, json};
use uuid::Uuid;

use super::naming::{furnished, lines, put_day};
use crate::http::{report, workshop};
use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    what_an_intervention_says_of_the_plan_is_answered_kept_and_told_by_the_history,
    what_an_intervention_names_of_the_plan_must_be_the_organisations_own,
    a_session_of_a_schedule_is_named_without_a_row_on_its_day_and_on_another,
    an_old_reports_identical_retry_writes_nothing_after_its_session_was_cancelled_and_its_tags_retired,
    the_principle_that_was_not_sent_is_that_of_the_session,
    a_report_with_three_tags_counts_under_each,
    figures_are_broken_down_and_filtered_by_sheet_of_the_catalogue,
    figures_by_tag_and_sheet_are_what_a_recount_of_any_reports_gives,
);

pub(super) fn numbered(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f30-{number:012}")
}

/// Stores something of the field, and tells its identifier.
pub(super) async fn store(api: &Api, by: &Person, path: &str, number: u32, body: &Value) -> String {
    let id = numbered(number);
    let put = api.put(&format!("/v1/{path}/{id}")).by(by).json(body);
    let status = put.send().await.status;
    assert!(matches!(status, 200 | 201), "{path}: {status}");
    id
}

pub(super) async fn tag(api: &Api, cast: &Cast, number: u32, name: &str) -> String {
    store(api, &cast.coordinator, "tags", number, &json!({"name": name})).await
}

pub(super) async fn sheet(api: &Api, cast: &Cast, number: u32, title: &str) -> String {
    store(api, &cast.coordinator, "workshops", number, &json!({"title": title})).await
}

/// A presence of the advisor on a day in the morning.
pub(super) fn presence(cast: &Cast, day: &str) -> Value {
    json!({"kind": "presence", "day": day, "from": "09:00", "to": "12:00", "advisors": [cast.advisor.id.to_string()]})
}

pub(super) async fn session(api: &Api, cast: &Cast, number: u32, body: &Value) -> String {
    store(api, &cast.coordinator, "planned-sessions", number, body).await
}

pub(super) async fn referral(api: &Api, cast: &Cast, number: u32) -> String {
    let body = json!({"advisor_id": cast.advisor.id.to_string(), "received_on": "2022-05-02", "service": "social_worker",
        "urgency": "normal"});
    store(api, &cast.coordinator, "referrals", number, &body).await
}

/// A workshop with fields of its own.
pub(super) fn saying(fields: &Value) -> Value {
    let mut workshop = workshop();
    for (name, value) in fields.as_object().unwrap() {
        workshop[name] = value.clone();
    }
    workshop
}

async fn what_an_intervention_says_of_the_plan_is_answered_kept_and_told_by_the_history(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let tags = [tag(&api, &cast, 2, "Jeunes").await, tag(&api, &cast, 1, "Été").await];
    let said = saying(&json!({
        "planned_session_id": session(&api, &cast, 3, &presence(&cast, "2022-05-03")).await,
        "workshop_id": sheet(&api, &cast, 4, "Premiers pas").await,
        "referral_id": referral(&api, &cast, 5).await,
        "tags": tags,
    }));
    let by = &cast.advisor;
    let answer = put_day(&api, by, "2022-05-03", std::slice::from_ref(&said), 201).await;
    let first = &answer["interventions"][0];
    for field in ["planned_session_id", "workshop_id", "referral_id"] {
        assert_eq!(first[field], said[field], "{field}");
    }
    assert_eq!(first["tags"], json!([numbered(1), numbered(2)]), "sorted");
    let path = by.report("2022-05-03");
    assert_eq!(api.get(&path).by(by).send().await.expect(200).json(), answer);
    // Sent in another order it is the same.
    let again = saying(&json!({
        "planned_session_id": said["planned_session_id"], "workshop_id": said["workshop_id"],
        "referral_id": said["referral_id"], "tags": [numbered(1), numbered(2)],
    }));
    assert_eq!(put_day(&api, by, "2022-05-03", &[again], 200).await, answer);
    put_day(&api, by, "2022-05-03", &[], 200).await;
    let history = api.get(&format!("{path}/history")).by(&cast.coordinator);
    let history = history.send().await.expect(200).json();
    assert_eq!(history["items"][1]["report"]["interventions"], answer["interventions"]);
}

async fn what_an_intervention_names_of_the_plan_must_be_the_organisations_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.foreign_coordinator;
    store(&api, by, "tags", 1, &json!({"name": "Ailleurs"})).await;
    store(&api, by, "workshops", 1, &json!({"title": "Ailleurs"})).await;
    let own = tag(&api, &cast, 2, "Ici").await;
    // No schedule plans this one: it is of the version of those that schedules plan.
    let unplanned = Uuid::new_v5(&Uuid::nil(), b"2022-05-03T09:00").to_string();
    let said = saying(&json!({
        "planned_session_id": unplanned, "workshop_id": numbered(1), "referral_id": numbered(1),
        "tags": [own, numbered(1), numbered(9)],
    }));
    let put = api.put(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    let refused = put.json(&report(&[said])).send().await.expect(422).json();
    let faults = refused["errors"].as_array().unwrap().iter();
    let faults: Vec<String> = faults
        .map(|fault| {
            format!(
                "{} {}",
                fault["pointer"].as_str().unwrap(),
                fault["code"].as_str().unwrap()
            )
        })
        .collect();
    let unknown = |field: &str| format!("/interventions/0/{field} unknown_reference");
    let expected = ["planned_session_id", "workshop_id", "referral_id", "tags"].map(unknown);
    assert_eq!(faults, expected);
}

async fn a_session_of_a_schedule_is_named_without_a_row_on_its_day_and_on_another(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let rule = json!({"name": "Tournée", "kind": "stop", "from": "09:00", "to": "12:00", "starts_on": "2022-05-03",
        "ends_on": "2022-06-28", "frequency": "weekly", "advisors": [cast.advisor.id.to_string()]});
    let schedule = store(&api, &cast.coordinator, "schedules", 1, &rule).await;
    let of = |day: &str| Uuid::new_v5(&schedule.parse().unwrap(), format!("{day}T09:00").as_bytes()).to_string();
    let stop = |day: &str| saying(&json!({"planned_session_id": of(day)}));
    put_day(&api, &cast.advisor, "2022-05-03", &[stop("2022-05-03")], 201).await;
    put_day(&api, &cast.advisor, "2022-05-11", &[stop("2022-05-10")], 201).await;
    let refused = api.put(&cast.advisor.report("2022-05-12")).by(&cast.advisor);
    let never = saying(&json!({"planned_session_id": of("2022-04-26")}));
    refused.json(&report(&[never])).send().await.expect(422);
    // Nothing was planned for it by hand, and it reaches out all the same.
    let counted = lines(&api, &cast.coordinator, "by=principle").await;
    let (code, _, count) = &counted[0];
    assert_eq!((code.as_str(), *count), ("reach_out", 2), "{counted:?}");
    assert_eq!(sql::count(&mut database.connect(), "planned_sessions", "true"), 0);
}

async fn an_old_reports_identical_retry_writes_nothing_after_its_session_was_cancelled_and_its_tags_retired(
    database: TestDatabase,
) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (by, day) = (&cast.coordinator, "2022-05-03");
    let said = saying(&json!({
        "planned_session_id": session(&api, &cast, 3, &presence(&cast, day)).await,
        "workshop_id": sheet(&api, &cast, 4, "Premiers pas").await,
        "tags": [tag(&api, &cast, 1, "Été").await],
    }));
    let first = put_day(&api, &cast.advisor, day, std::slice::from_ref(&said), 201).await;
    api.put("/v1/months/2022-05/closing")
        .by(by)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let mut cancelled = presence(&cast, day);
    cancelled["cancelled"] = "Salle fermée".into();
    session(&api, &cast, 3, &cancelled).await;
    store(&api, by, "tags", 1, &json!({"name": "Été", "retired": true})).await;
    store(
        &api,
        by,
        "workshops",
        4,
        &json!({"title": "Premiers pas", "retired": true}),
    )
    .await;
    assert_eq!(
        put_day(&api, &cast.advisor, day, std::slice::from_ref(&said), 200).await,
        first
    );
    assert_eq!(sql::count(&mut database.connect(), "report_versions", "true"), 0);
    // Open again, what is cancelled and retired is good for a new report too.
    let open = api.delete("/v1/months/2022-05/closing?reason=oubli").by(by);
    open.send().await.expect(204);
    put_day(&api, &cast.advisor, "2022-05-04", &[said], 201).await;
}

async fn the_principle_that_was_not_sent_is_that_of_the_session(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let day = "2022-05-03";
    let agreement = json!({"partner_id": "0198f3c2-7c1e-7d2a-8f06-000000000001", "starts_on": "2022-01-01",
        "ends_on": "2022-12-31", "kinds": ["workshop"]});
    let agreement = store(&api, &cast.coordinator, "agreements", 1, &agreement).await;
    let mut agreed = presence(&cast, day);
    agreed["agreement_id"] = agreement.into();
    let agreed = session(&api, &cast, 1, &agreed).await;
    let mut offered = presence(&cast, day);
    offered["kind"] = "workshop".into();
    offered["workshop_id"] = sheet(&api, &cast, 2, "Premiers pas").await.into();
    (offered["from"], offered["to"]) = ("13:00".into(), "14:00".into());
    let offered = session(&api, &cast, 2, &offered).await;
    let mut stop = presence(&cast, day);
    stop["kind"] = "stop".into();
    (stop["from"], stop["to"]) = ("15:00".into(), "16:00".into());
    let stop = session(&api, &cast, 3, &stop).await;
    let mut plain = presence(&cast, day);
    (plain["from"], plain["to"]) = ("17:00".into(), "18:00".into());
    let plain = session(&api, &cast, 4, &plain).await;
    let unsaid = |id: &String| {
        let mut said = saying(&json!({"planned_session_id": id}));
        said.as_object_mut().unwrap().remove("principle");
        said
    };
    let mut said = unsaid(&agreed);
    said["principle"] = "reach_out".into();
    let interventions = [unsaid(&agreed), unsaid(&offered), unsaid(&stop), unsaid(&plain), said];
    let answer = put_day(&api, &cast.advisor, day, &interventions, 201).await;
    assert_eq!(
        answer["interventions"][0]["principle"],
        Value::Null,
        "it keeps what was sent"
    );
    let by = &cast.coordinator;
    let expected = [
        ("support_existing", 1),
        ("complement_offer", 1),
        ("reach_out", 2),
        ("undisclosed", 1),
    ];
    // From the tallies, and from the interventions that a filter keeps.
    for query in ["by=principle", "by=principle&kind=workshop"] {
        let counted = lines(&api, by, query).await;
        let mut counted: Vec<_> = counted.iter().map(|(code, _, count)| (code.as_str(), *count)).collect();
        let mut expected = expected.to_vec();
        counted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(counted, expected, "{query}");
    }
    assert_eq!(lines(&api, by, "by=kind&principle=support_existing").await[0].2, 1);
    // What the session becomes later changes nothing of what was reported, and a retry is the same.
    session(&api, &cast, 1, &presence(&cast, day)).await;
    assert_eq!(put_day(&api, &cast.advisor, day, &interventions, 200).await, answer);
    assert_eq!(lines(&api, by, "by=kind&principle=support_existing").await[0].2, 1);
    let history = api.get(&format!("{}/history", cast.advisor.report(day))).by(by);
    let history = history.send().await.expect(200).json();
    assert_eq!(history["items"].as_array().unwrap().len(), 1, "{history}");
}

async fn a_report_with_three_tags_counts_under_each(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let tags = [
        tag(&api, &cast, 1, "Été").await,
        tag(&api, &cast, 2, "Jeunes").await,
        tag(&api, &cast, 3, "Quartier").await,
    ];
    let three = saying(&json!({"tags": tags}));
    let one = saying(&json!({"tags": [tags[1]]}));
    put_day(&api, &cast.advisor, "2022-05-03", &[three, one, workshop()], 201).await;
    let by = &cast.coordinator;
    let line = |number: usize, name: &str, count| (tags[number].clone(), name.to_owned(), count);
    let all = [line(1, "Jeunes", 2), line(2, "Quartier", 1), line(0, "Été", 1)];
    assert_eq!(lines(&api, by, "by=tag").await, all, "by name");
    assert_eq!(
        lines(&api, by, &format!("by=tag&tag_id={}", tags[0])).await,
        all.map(|(id, name, _)| (id, name, 1))
    );
    for (filter, count) in [(tags[0].clone(), 1), (tags[1].clone(), 2), (tags.join(","), 2)] {
        let kept = lines(&api, by, &format!("by=kind&tag_id={filter}")).await;
        assert_eq!(kept[0].2, count, "{filter}");
    }
    let path = "/v1/statistics/breakdown?by=tag&from=2022-05&to=2022-05";
    let answer = api.get(path).by(by).send().await.expect(200).json();
    assert_eq!((&answer["share_of"], &answer["total"]), (&json!("mentions"), &json!(4)));
    let unknown = format!("{path}&tag_id={}", numbered(9));
    api.get(&unknown).by(by).send().await.expect(404);
    let full = api.get("/v1/statistics/full?from=2022-05&to=2022-05&format=csv").by(by);
    let full = full.send().await.expect(200);
    assert!(String::from_utf8_lossy(&full.body).contains("Quartier"));
}

async fn figures_are_broken_down_and_filtered_by_sheet_of_the_catalogue(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let sheets = [
        sheet(&api, &cast, 1, "Courriel").await,
        sheet(&api, &cast, 2, "Tablette").await,
    ];
    let by_sheet = |number: usize| saying(&json!({"workshop_id": sheets[number]}));
    put_day(
        &api,
        &cast.advisor,
        "2022-05-03",
        &[by_sheet(0), by_sheet(1), by_sheet(1), workshop()],
        201,
    )
    .await;
    let by = &cast.coordinator;
    let line = |code: &str, name: &str, count| (code.to_owned(), name.to_owned(), count);
    let expected = [
        line(&sheets[0], "Courriel", 1),
        line(&sheets[1], "Tablette", 2),
        line("undisclosed", "Non renseigné", 1),
    ];
    assert_eq!(lines(&api, by, "by=workshop").await, expected);
    let filtered = format!("by=workshop&workshop_id={}", sheets[1]);
    assert_eq!(lines(&api, by, &filtered).await, [line(&sheets[1], "Tablette", 2)]);
    let path = format!(
        "/v1/statistics/monthly?from=2022-05&to=2022-05&workshop_id={}",
        sheets[1]
    );
    let table = api.get(&path).by(by).send().await.expect(200).json();
    assert_eq!(table["filters"]["workshop_ids"], json!([sheets[1]]));
    let page = api.get(&format!("{path}&format=html")).by(by).send().await.expect(200);
    assert!(
        String::from_utf8_lossy(&page.body).contains("Tablette"),
        "the scope is said in words"
    );
}

async fn figures_by_tag_and_sheet_are_what_a_recount_of_any_reports_gives(database: TestDatabase) {
    use rand::RngExt as _;
    use rand::seq::{IndexedRandom as _, IteratorRandom as _};
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut rng = crate::support::random::draws(crate::support::random::seed());
    let (mut tags, mut sheets) = (Vec::new(), Vec::new());
    for number in 1..=4 {
        tags.push(tag(&api, &cast, number, &format!("Mot {number}")).await);
        sheets.push(sheet(&api, &cast, number, &format!("Fiche {number}")).await);
    }
    let mut reported: Vec<Value> = Vec::new();
    for day in 3..=14 {
        let mut interventions = Vec::new();
        for _ in 0..rng.random_range(0..4) {
            let count = rng.random_range(0..=4);
            let own: Vec<&String> = tags.iter().sample(&mut rng, count);
            let mut said = saying(&json!({"tags": own}));
            if rng.random_bool(0.5) {
                said["workshop_id"] = sheets.choose(&mut rng).unwrap().as_str().into();
            }
            if rng.random_bool(0.2) {
                said = json!({"kind": "workshop", "assisting": true, "participants": 0, "duration_minutes": 30,
                    "setting": "partner_site", "themes": ["email"], "tags": said["tags"]});
            }
            interventions.push(said);
        }
        let put = api
            .put(&cast.advisor.report(&format!("2022-05-{day:02}")))
            .by(&cast.advisor);
        put.json(&report(&interventions)).send().await.expect(201);
        reported.extend(interventions.into_iter().filter(|one| one["assisting"] != true));
    }
    let names = |one: &Value, tag: &String| one["tags"].as_array().unwrap().iter().any(|own| own == tag.as_str());
    let counted =
        |keep: &dyn Fn(&Value) -> bool| i64::try_from(reported.iter().filter(|one| keep(one)).count()).unwrap();
    let by = &cast.coordinator;
    let value = |lines: &[(String, String, i64)], code: &str| {
        let line = lines.iter().find(|(of, ..)| of == code);
        line.map_or(0, |(.., count)| *count)
    };
    let (by_tag, by_sheet) = (lines(&api, by, "by=tag").await, lines(&api, by, "by=workshop").await);
    for (tag, sheet) in tags.iter().zip(&sheets) {
        assert_eq!(value(&by_tag, tag), counted(&|one| names(one, tag)));
        assert_eq!(
            value(&by_sheet, sheet),
            counted(&|one| one["workshop_id"] == sheet.as_str())
        );
        let of_tag = lines(&api, by, &format!("by=workshop&tag_id={tag}")).await;
        assert_eq!(
            value(&of_tag, sheet),
            counted(&|one| names(one, tag) && one["workshop_id"] == sheet.as_str())
        );
        let kept = lines(&api, by, &format!("by=kind&tag_id={tag},{}", tags[0])).await;
        assert_eq!(
            value(&kept, "workshop"),
            counted(&|one| names(one, tag) || names(one, &tags[0]))
        );
    }
    assert_eq!(
        value(&by_sheet, "undisclosed"),
        counted(&|one| one.get("workshop_id").is_none())
    );
}
