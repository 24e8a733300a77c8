//! Python scripts that share no code with the service check its answers: they recount every figure from the listed
//! reports, and compute the digest of a publication. `just recount` runs these tests, since they need Python.

use std::io::Write as _;
use std::process::{Command, Stdio};

use quotidien::domain::account::Role;
use quotidien::domain::nomenclature::{Autonomy, ClosedList, Equipment, Kind, Level, Principle, Setting, Theme};
use quotidien::statistics::dimension::Dimension;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};
use serde_json::{Value, json};

use crate::support::api::{Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::{random, traffic};

on_both_databases!(
    #[ignore = "runs Python: just recount"]
    every_figure_of_any_history_is_what_a_recount_of_the_listed_reports_gives,
    #[ignore = "runs Python: just recount"]
    the_digest_of_a_publication_is_what_the_script_of_the_documents_recounts,
);

/// The months for which reports are drawn by chance and questions are asked.
const MONTHS: [&str; 3] = ["2022-07", "2022-08", "2022-09"];
/// How many histories are tried when the environment does not have [`HISTORIES_VARIABLE`], which `just long` sets.
const HISTORIES: usize = 12;
const HISTORIES_VARIABLE: &str = "QUOTIDIEN_TEST_HISTORIES";
/// How many steps a history has.
const STEPS: usize = 60;
/// How many questions each person asks.
const QUESTIONS: usize = 10;

/// What a person asked, what the service answered, and every report that this person may list.
struct Sheet {
    person: Person,
    reports: Vec<Value>,
    questions: Vec<Value>,
    answers: Vec<Value>,
}

async fn every_figure_of_any_history_is_what_a_recount_of_the_listed_reports_gives(database: TestDatabase) {
    let histories = std::env::var(HISTORIES_VARIABLE).map_or(HISTORIES, |number| number.parse().unwrap());
    let api = Api::on(&database).await;
    let mut rng = random::draws(random::seed());
    let mut total = 0;
    for _ in 0..histories {
        let sheets = history(&api, &mut rng).await;
        for (sheet, recounted) in sheets.iter().zip(recount(&sheets).as_array().unwrap()) {
            let recounted = recounted.as_array().unwrap().iter();
            for ((question, answer), recounted) in sheet.questions.iter().zip(&sheet.answers).zip(recounted) {
                let asked = format!("{question} by {:?}", sheet.person);
                total += compare(&asked, answer, recounted);
            }
        }
    }
    assert!(total > 0, "there are figures to compare");
}

/// A history drawn by chance: reports are made, changed, deleted and late, months are closed and reopened, people come
/// and go. Afterwards each person asks their questions.
async fn history(api: &Api, rng: &mut StdRng) -> Vec<Sheet> {
    api.set_clock("2022-09-29T10:00:00Z");
    let cast = api.cast().await;
    let mut advisors = vec![cast.advisor, cast.colleague];
    for number in 1..=FIELD_THINGS {
        for (_, path, name) in FIELD {
            let mut body = json!({});
            body[name] = format!("{path} {number}").into();
            match path {
                "places" => body["commune_code"] = "72181".into(),
                "partners" => body["kind"] = "association".into(),
                _ => {}
            }
            let put = api
                .put(&format!("/v1/{path}/{}", field_id(number)))
                .by(&cast.coordinator);
            put.json(&body).send().await.expect(201);
        }
    }
    // One report is certain, so that there is something to count whatever is drawn.
    let path = cast.advisor.report("2022-07-02");
    let body = super::report(&[super::workshop()]);
    api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    for _ in 0..STEPS {
        let by = &cast.coordinator;
        let month = MONTHS.choose(rng).unwrap();
        match rng.random_range(0..20) {
            0 => {
                let close = api.put(&format!("/v1/months/{month}/closing")).by(by);
                close.json(&json!({})).send().await;
            }
            1 => {
                let path = format!("/v1/months/{month}/closing?reason=oubli");
                api.delete(&path).by(by).send().await.expect(204);
            }
            2 => api.set_clock(&format!(
                "2022-{:02}-{:02}T10:00:00Z",
                rng.random_range(9..=11),
                rng.random_range(1..=30)
            )),
            3 if advisors.len() < 4 => {
                let organisation = cast.advisor.organisation;
                advisors.push(api.person(organisation, Role::Advisor, "Nouvel Arrivant").await);
            }
            4 => {
                let leaving = advisors.choose(rng).unwrap();
                let path = format!("/v1/accounts/{}", leaving.id);
                api.delete(&path).by(by).send().await;
                api.poll().await;
            }
            5..=7 => {
                let advisor = advisors.choose(rng).unwrap();
                let day = format!("{month}-{:02}", rng.random_range(1..=28));
                let mut body = traffic::report_json(&random::report(rng, 3));
                name_the_field(rng, &mut body);
                api.put(&advisor.report(&day)).by(by).json(&body).send().await;
            }
            _ => {
                traffic::send_one(rng, api, &cast).await;
            }
        }
    }
    api.set_clock("2022-11-30T10:00:00Z");
    let mut sheets = Vec::new();
    for person in advisors.iter().chain([&cast.coordinator, &cast.foreign_coordinator]) {
        if api.get("/v1/me").by(person).send().await.status == 200 {
            sheets.push(sheet(api, rng, *person, &cast, &advisors).await);
        }
    }
    sheets
}

/// What reports name of the field: the field that names it, the path of the thing, and its field for its name.
const FIELD: [(&str, &str, &str); 4] = [
    ("place_id", "places", "name"),
    ("partner_id", "partners", "name"),
    ("workshop_id", "workshops", "title"),
    ("tags", "tags", "name"),
];
/// How many things of each kind there are.
const FIELD_THINGS: u32 = 3;

fn field_id(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f40-{number:012}")
}

/// Has the interventions of a report name things of the field. A place is named where the commune is said, since the script
/// reads what was sent, and the commune that is not sent follows from the place.
fn name_the_field(rng: &mut StdRng, report: &mut Value) {
    for intervention in report["interventions"].as_array_mut().unwrap() {
        for (field, _, _) in FIELD {
            let has_commune = intervention.get("commune_code").is_some();
            if rng.random_bool(0.5) || (field == "place_id" && !has_commune) {
                continue;
            }
            intervention[field] = if field == "tags" {
                let count = rng.random_range(1..=3);
                json!((1..=FIELD_THINGS).map(field_id).sample(rng, count))
            } else {
                field_id(rng.random_range(1..=FIELD_THINGS)).into()
            };
        }
    }
}

async fn sheet(api: &Api, rng: &mut StdRng, person: Person, cast: &Cast, advisors: &[Person]) -> Sheet {
    let mut questions = vec![json!({"from": MONTHS[0], "to": MONTHS[2], "filters": {}})];
    questions.extend((1..QUESTIONS).map(|_| question(rng, &person, cast, advisors)));
    let mut answers = Vec::new();
    for question in &questions {
        answers.push(ask(api, &person, question).await);
    }
    Sheet {
        person,
        reports: every_report(api, &person).await,
        questions,
        answers,
    }
}

/// A question that a person may ask: of any months, with any filters, by a dimension or not.
fn question(rng: &mut StdRng, person: &Person, cast: &Cast, advisors: &[Person]) -> Value {
    fn some<T: ClosedList>(rng: &mut StdRng) -> Vec<&'static str> {
        let most = if rng.random_bool(0.3) { 3 } else { 0 };
        let count = rng.random_range(0..=most);
        T::ALL.iter().map(|value| value.code()).sample(rng, count)
    }
    let (from, to) = (rng.random_range(0..3), rng.random_range(0..3_usize));
    let mut filters = json!({
        "kinds": some::<Kind>(rng), "settings": some::<Setting>(rng),
        "principles": some::<Principle>(rng), "themes": some::<Theme>(rng),
    });
    if rng.random_bool(0.2) {
        filters["equipment"] = json!(some::<Equipment>(rng));
        filters["autonomies"] = json!(some::<Autonomy>(rng));
        filters["levels"] = json!(some::<Level>(rng));
    }
    if rng.random_bool(0.2) && person.organisation == cast.advisor.organisation {
        let (list, _, _) = *FIELD.choose(rng).unwrap();
        let list = if list == "tags" {
            "tag_ids".to_owned()
        } else {
            format!("{list}s")
        };
        filters[list] = json!((1..=FIELD_THINGS).map(field_id).sample(rng, 2));
    }
    if rng.random_bool(0.3) {
        filters["communes"] = json!(["72181", "2A004", "01001"].iter().sample(rng, 2));
    }
    if rng.random_bool(0.3) && person.organisation == cast.advisor.organisation {
        filters["advisor_ids"] = match person {
            person if *person == cast.coordinator => {
                let ids = advisors.iter().map(|advisor| advisor.id.to_string());
                let count = rng.random_range(1..=2);
                json!(ids.sample(rng, count))
            }
            person => json!([person.id.to_string()]),
        };
    }
    let mut question = json!({"from": MONTHS[from.min(to)], "to": MONTHS[from.max(to)], "filters": filters});
    if rng.random_bool(0.7) {
        question["by"] = json!(Dimension::ALL.choose(rng).unwrap().code());
    }
    question
}

/// Asks the service a question as this person; returns the answer.
async fn ask(api: &Api, person: &Person, question: &Value) -> Value {
    let mut parameters = vec![
        ("from", question["from"].as_str().unwrap().to_owned()),
        ("to", question["to"].as_str().unwrap().to_owned()),
    ];
    for (list, parameter) in [
        ("advisor_ids", "advisor_id"),
        ("communes", "commune"),
        ("kinds", "kind"),
        ("settings", "setting"),
        ("principles", "principle"),
        ("themes", "theme"),
        ("equipment", "equipment"),
        ("autonomies", "autonomy"),
        ("levels", "level"),
        ("place_ids", "place_id"),
        ("partner_ids", "partner_id"),
        ("workshop_ids", "workshop_id"),
        ("tag_ids", "tag_id"),
    ] {
        let values = question["filters"][list].as_array().into_iter().flatten();
        let values: Vec<&str> = values.map(|value| value.as_str().unwrap()).collect();
        if !values.is_empty() {
            parameters.push((parameter, values.join(",")));
        }
    }
    let table = match question["by"].as_str() {
        Some(by) => {
            parameters.push(("by", by.to_owned()));
            "breakdown"
        }
        None => "monthly",
    };
    let query = serde_urlencoded::to_string(parameters).unwrap();
    let path = format!("/v1/statistics/{table}?{query}");
    api.get(&path).by(person).send().await.expect(200).json()
}

/// Asserts that an answer is what the script recounted; returns the sum of its figures.
fn compare(asked: &str, answer: &Value, recounted: &Value) -> i64 {
    if answer["rows"].is_null() {
        compare_lines(asked, answer, recounted)
    } else {
        compare_rows(asked, answer, recounted)
    }
}

pub(super) fn compare_rows(path: &str, table: &Value, recounted: &Value) -> i64 {
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), recounted["rows"].as_object().unwrap().len(), "{path}");
    let late: Vec<Value> = table["months"]
        .as_array()
        .unwrap()
        .iter()
        .map(|month| month["late_reports"].clone())
        .collect();
    assert_eq!(Value::Array(late), recounted["late_reports"], "{path}");
    let mut total = 0;
    for row in rows {
        let id = row["id"].as_str().unwrap();
        let counted = &recounted["rows"][id];
        for part in ["by_month", "total", "monthly_average"] {
            assert_eq!(row[part], counted[part], "{id} of {path}");
        }
        total += row["total"].as_i64().unwrap();
    }
    total
}

pub(super) fn compare_lines(path: &str, breakdown: &Value, recounted: &Value) -> i64 {
    let lines = breakdown["lines"].as_array().unwrap();
    let recounted = recounted.as_object().unwrap();
    let mut found = 0;
    for line in lines {
        let code = line["code"].as_str().unwrap();
        let counts = json!([line["interventions"], line["supports"], line["days"]]);
        match recounted.get(code) {
            Some(counted) => {
                assert_eq!(&counts, counted, "{code} of {path}");
                found += 1;
            }
            None => assert!(
                !counts.to_string().contains(|c: char| ('1'..='9').contains(&c)),
                "{code} of {path}"
            ),
        }
    }
    assert_eq!(found, recounted.len(), "{path}");
    let total = breakdown["total"].as_i64().unwrap();
    let shares: i64 = lines.iter().filter_map(|line| line["share"].as_i64()).sum();
    assert_eq!(shares, if total > 0 { 100 } else { 0 }, "{path}");
    total
}

/// Every report that a person may list, page by page.
async fn every_report(api: &Api, person: &Person) -> Vec<Value> {
    let mut reports = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/reports?limit=7{cursor}");
        let page = api.get(&path).by(person).send().await.expect(200).json();
        reports.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return reports,
        }
    }
}

fn recount(sheets: &[Sheet]) -> Value {
    let sheets = sheets
        .iter()
        .map(|sheet| json!({"reports": sheet.reports, "questions": sheet.questions}));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recount.py");
    serde_json::from_str(&python(&[script], &Value::Array(sheets.collect()).to_string())).unwrap()
}

/// Runs a Python script with this input; returns what the script prints.
pub(super) fn python(arguments: &[&str], input: &str) -> String {
    let mut python = Command::new("python3")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python is installed");
    python.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

async fn the_digest_of_a_publication_is_what_the_script_of_the_documents_recounts(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let report = super::report(&[super::workshop()]);
    let path = cast.advisor.report("2022-05-03");
    api.put(&path).by(&cast.advisor).json(&report).send().await.expect(201);
    let close = api.put("/v1/months/2022-05/closing").by(by);
    close.json(&json!({})).send().await.expect(200);
    let months = json!({"from": "2022-05", "to": "2022-05"});
    let made = api
        .post("/v1/publications")
        .by(by)
        .json(&months)
        .send()
        .await
        .expect(201);
    let content = api
        .get(made.header("location").unwrap())
        .by(by)
        .send()
        .await
        .expect(200)
        .json();
    // The script gets the content with blanks and line ends added, on which the digest must not depend.
    let mut file = tempfile::NamedTempFile::new().unwrap();
    serde_json::to_writer_pretty(&mut file, &content).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/digest.py");
    let printed = python(&[script, file.path().to_str().unwrap()], "");
    assert_eq!(made.json()["digest"], printed.trim());
}
