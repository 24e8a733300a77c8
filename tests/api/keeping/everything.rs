//! All that anybody reads of an organisation: every operation of the document that only reads, asked for what there is. An
//! operation that is added is asked too.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Utc};
use quotidien::storage::AnyConnection;
use serde_json::{Value, json};

use super::backup::Town;
use crate::http::{report, workshop};
use crate::isolation::furnish;
use crate::serving::{Serving, ask, text_at};
use crate::support::api::{Api, Cast, Person};
use crate::support::database::TestDatabase;
use crate::support::field::{self, AGREEMENT, AT_HOME, KINDS, PARTNER, WORKSHOP};
use crate::support::sql;

/// What was read: by operation and path the status and the answer.
pub(super) type Everything = BTreeMap<(String, String), (u16, Value)>;

/// What is not read, with the reason.
const NOT_READ: [(&str, &str); 2] = [
    ("list_communes", "the table is compiled in, and long to unpack"),
    ("get_document", "it is compiled in, and says what is read here"),
];

/// What is told otherwise after a restoration, by operation (or in any) and field of JSON or of a form, each with the reason.
const OTHERWISE: [(&str, &str, &str); 10] = [
    ("get_partner_page", "request_id", "each form names another request"),
    ("", "as_of", "when it was read"),
    ("", "instance", "each refusal has a number"),
    ("", "last_seen_at", "who signs in anew is seen"),
    ("", "views", "each reading by a link is counted, these too"),
    ("", "last_viewed_at", "and noted"),
    ("list_changes", "cursor", "it is of a history that a restoration ends"),
    ("list_sessions", "items", "everybody signs in anew"),
    ("get_personal_data", "sessions", "everybody signs in anew"),
    ("list_organisations", "items", "one was erased since"),
];

/// The lists that only get longer: what was told before is told still.
const LONGER: [(&str, &str, &str); 2] = [
    ("list_audit_log", "items", "who takes a copy of their data stands in it"),
    (
        "get_personal_data",
        "audit_log",
        "who takes a copy of their data stands in it",
    ),
];

/// What operations are asked beside what the document calls required.
const QUERIES: [(&str, &str); 1] = [("get_completeness", "days=true")];

/// Asserts that everything is as before, but for what cannot be.
pub(super) fn assert_same(before: &Everything, after: &Everything) {
    let asked = |all: &Everything| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(asked(before), asked(after));
    for (asked, (status, told)) in before {
        let (operation, path) = asked;
        let (status_after, mut told_after) = after[asked].clone();
        let mut told = told.clone();
        for (_, field, why) in LONGER.iter().filter(|(of, ..)| of == operation) {
            let [shorter, longer] = [&mut told, &mut told_after].map(|told| told[*field].take());
            let longer = longer.as_array().unwrap();
            for item in shorter.as_array().unwrap() {
                assert!(longer.contains(item), "{path} ({why}): {item}");
            }
        }
        let others = OTHERWISE.iter().filter(|(of, ..)| of.is_empty() || of == operation);
        let fields: Vec<&str> = others.map(|(_, field, _)| *field).collect();
        let [told, told_after] = [told, told_after].map(|told| without(&fields, told));
        assert_eq!((*status, told), (status_after, told_after), "{operation}: {path}");
    }
}

fn without(fields: &[&str], value: Value) -> Value {
    match value {
        Value::Object(told) => {
            let others = told.into_iter().filter(|(name, _)| !fields.contains(&name.as_str()));
            others.map(|(name, value)| (name, without(fields, value))).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| without(fields, item)).collect(),
        Value::String(page) => {
            let valueless = |page: String, field: &&str| {
                let value = format!("name=\"{field}\" value=\"");
                let Some((begins, rest)) = page.split_once(&value) else {
                    return page;
                };
                format!("{begins}{}", rest.split_once('"').unwrap().1)
            };
            Value::String(fields.iter().fold(page, valueless))
        }
        other => other,
    }
}

/// What fills the placeholders of paths: by the placeholder, or by the beginning of a path whose link it is.
type Names = BTreeMap<String, Vec<String>>;

/// Somebody who reads everything that a service tells.
pub(super) struct Reading<'a> {
    pub(super) serving: &'a Serving,
    /// The first whom the service lets do it reads something.
    pub(super) tokens: &'a [String; 3],
    pub(super) names: &'a Names,
}

impl Reading<'_> {
    pub(super) fn everything(&self) -> Everything {
        let document = ask(self.serving, "GET", "/openapi.json", None, &Value::Null).1;
        let mut everything = Everything::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let Some(operation) = item.get("get") else {
                continue;
            };
            let name = operation["operationId"].as_str().unwrap();
            if NOT_READ.iter().any(|(not, _)| *not == name) {
                continue;
            }
            let mut told = 0;
            for path in filled(path, self.names) {
                for query in queries(&document, name, operation) {
                    let path = format!("{path}{query}");
                    let (status, answer) = self.read(&path);
                    told += usize::from(status == 200);
                    everything.insert((name.to_owned(), path), (status, answer));
                }
            }
            assert!(told > 0, "{name} tells nobody anything");
        }
        everything
    }

    fn read(&self, path: &str) -> (u16, Value) {
        let read = |token: &String| text_at(self.serving, "GET", path, Some(token), None, &Value::Null);
        let mut answers = self.tokens.iter().map(read);
        let (status, text) = answers.find(|(status, _)| *status != 403).unwrap_or_default();
        let told = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, told)
    }
}

/// The paths that come of one when its placeholders are filled in every way.
fn filled(path: &str, names: &Names) -> Vec<String> {
    let Some((begins, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let (name, ends) = rest.split_once('}').unwrap();
    let fillings = names.get(begins).or_else(|| names.get(name));
    let fillings = fillings.unwrap_or_else(|| panic!("name what fills {path}"));
    let fill = |filling: &String| filled(&format!("{begins}{filling}{ends}"), names);
    fillings.iter().flat_map(fill).collect()
}

/// The queries with which an operation is asked: with what it requires, once for each value of a closed list, and for as much as one
/// page holds.
fn queries(document: &Value, name: &str, operation: &Value) -> Vec<String> {
    let mut queries = vec![String::new()];
    let mut ask_for = |parts: &[String]| {
        let with = |query: &String| {
            let sign = if query.is_empty() { '?' } else { '&' };
            parts
                .iter()
                .map(move |part| format!("{query}{sign}{part}"))
                .collect::<Vec<_>>()
        };
        queries = queries.iter().flat_map(with).collect();
    };
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        let (asked, required) = (parameter["name"].as_str().unwrap(), parameter["required"] == true);
        let schema = resolved(document, &parameter["schema"]);
        let values = schema["enum"].as_array();
        let of_days = schema["format"] == "date";
        match asked {
            _ if parameter["in"] != "query" => {}
            "limit" => ask_for(&["limit=200".to_owned()]),
            "from" if required && of_days => ask_for(&["from=2022-09-01".to_owned()]),
            "to" if required && of_days => ask_for(&["to=2022-12-31".to_owned()]),
            "from" if required => ask_for(&["from=2022-05".to_owned()]),
            "to" if required => ask_for(&["to=2022-09".to_owned()]),
            _ if !required => {}
            _ => {
                let values = values.unwrap_or_else(|| panic!("say what {name} is asked: {asked}"));
                let each = values
                    .iter()
                    .map(|value| format!("{asked}={}", value.as_str().unwrap()));
                ask_for(&each.collect::<Vec<_>>());
            }
        }
    }
    for (_, query) in QUERIES.iter().filter(|(of, _)| *of == name) {
        ask_for(&[(*query).to_owned()]);
    }
    queries
}

/// A part of the document, which may stand elsewhere in it.
fn resolved<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
    match part["$ref"].as_str() {
        Some(elsewhere) => resolved(document, document.pointer(&elsewhere[1..]).unwrap()),
        None => part,
    }
}

/// Who reads, and what their organisation is called.
pub(super) struct People {
    pub(super) organisation: String,
    pub(super) advisor: String,
    /// The addresses of a coordinator, an advisor and an administrator.
    pub(super) emails: [String; 3],
    colleague: String,
}

const LASTING_AGREEMENT: &str = "0198f3c2-7c1e-7d2a-8f06-000000000009";
const SLUG: &str = "le-mans";

/// Stores rows of every kind for an organisation, so that every figure tells something.
pub(super) async fn furnished(database: &TestDatabase) -> People {
    let api = Api::on(database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    report_days(&api, &cast).await;
    let settings = json!({
        "name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday", "tuesday"], "slug": SLUG,
        "publishes": true
    });
    put(&api, &cast.coordinator, "/v1/organisation", &settings).await;
    // What is looked at from today on: the clock of a service in another process is that of the machine.
    let soon = (Utc::now() + TimeDelta::days(3)).date_naive().to_string();
    let mut agreement = field::agreement();
    agreement["ends_on"] = json!(soon);
    put(
        &api,
        &cast.coordinator,
        &format!("/v1/agreements/{LASTING_AGREEMENT}"),
        &agreement,
    )
    .await;
    let mut session = field::planned_session();
    session["day"] = json!(soon);
    session["advisors"] = json!([cast.advisor.id.to_string()]);
    let path = "/v1/planned-sessions/0198f3c2-7c1e-7d2a-8f06-000000000008";
    put(&api, &cast.coordinator, path, &session).await;
    let email = |person: &Person| format!("{}@test.example", person.id);
    People {
        organisation: cast.advisor.organisation.to_string(),
        advisor: cast.advisor.id.to_string(),
        emails: [&cast.coordinator, &cast.advisor, &cast.administrator].map(email),
        colleague: cast.colleague.id.to_string(),
    }
}

async fn put(api: &Api, by: &Person, path: &str, body: &Value) {
    let answer = api.put(path).by(by).json(body).send().await;
    assert!(answer.status < 300, "{path}: {answer:?}");
}

/// Days of several kinds: one that names things of the field, one that changed, one without a report any more, one of leave, and one that
/// changed after its month was published.
async fn report_days(api: &Api, cast: &Cast) {
    let by = &cast.advisor;
    let mut named = workshop();
    for (field, value) in [
        ("place_id", json!(AT_HOME)),
        ("partner_id", json!(PARTNER)),
        ("workshop_id", json!(WORKSHOP)),
        ("tags", json!([AT_HOME])),
        ("genders", json!({"female": 4})),
        ("note", json!("Salle comble")),
    ] {
        named[field] = value;
    }
    let of = |participants: i64| {
        let mut intervention = workshop();
        intervention["participants"] = json!(participants);
        report(&[intervention])
    };
    put(api, by, &by.report("2022-05-10"), &report(&[named, workshop()])).await;
    for participants in [9, 12] {
        put(api, by, &by.report("2022-05-11"), &of(participants)).await;
    }
    put(api, by, &by.report("2022-05-12"), &of(9)).await;
    api.delete(&by.report("2022-05-12")).by(by).send().await.expect(204);
    put(api, by, &by.report("2022-05-13"), &json!({"absence": "leave"})).await;
    put(api, by, &by.report("2022-06-01"), &of(10)).await;
    put(
        api,
        &cast.coordinator,
        "/v1/months/2022-05/closing",
        &json!({"comment": "Vu"}),
    )
    .await;
    let period = json!({"from": "2022-05", "to": "2022-05", "deliberation_number": "19"});
    let publish = api.post("/v1/publications").by(&cast.coordinator).json(&period);
    publish.send().await.expect(201);
    let late = api.put(&by.report("2022-05-14")).by(by).json(&of(9));
    late.send().await.expect(409);
    let reopen = api
        .delete("/v1/months/2022-05/closing?reason=oubli")
        .by(&cast.coordinator);
    reopen.send().await.expect(204);
    put(api, by, &by.report("2022-05-16"), &of(11)).await;
}

impl People {
    /// Gives everybody the password of an account, since it is dear to make.
    pub(super) fn take_the_password_of(&self, connection: &mut AnyConnection, email: &str) {
        let everybody = format!(
            "UPDATE accounts SET password_hash = (SELECT password_hash FROM accounts WHERE email = '{email}') \
            WHERE email IN ('{}')",
            self.emails.join("', '")
        );
        sql::execute(connection, &everybody);
    }

    /// What fills the placeholders of paths in a town that serves, once there are links to what is shown without an account.
    pub(super) fn names(&self, town: &Town, coordinator: &str) -> Names {
        let ask = |method: &str, path: &str, body: &Value| {
            let (status, answer) = town.ask(method, path, Some(coordinator), body);
            assert!(status < 300, "{path}: {answer}");
            answer
        };
        let listed = ask("GET", "/v1/publications", &Value::Null);
        let publications = listed["items"].as_array().unwrap().iter();
        let publications: Vec<String> = publications
            .map(|publication| publication["publication_id"].as_str().unwrap().to_owned())
            .collect();
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let mut names = Names::from([
            ("advisor_id".to_owned(), list(&[&self.advisor])),
            ("account_id".to_owned(), list(&[&self.advisor, &self.colleague])),
            ("publication_id".to_owned(), publications.clone()),
            ("slug".to_owned(), list(&[SLUG])),
            ("code".to_owned(), list(&["not_found"])),
            (
                "date".to_owned(),
                list(&["2022-05-03", "2022-05-10", "2022-05-11", "2022-05-12", "2022-05-13"]),
            ),
        ]);
        for (name, ..) in KINDS {
            let others: &[&str] = match name {
                "partner_id" => &[PARTNER],
                "workshop_id" => &[WORKSHOP],
                "agreement_id" => &[AGREEMENT, LASTING_AGREEMENT],
                _ => &[],
            };
            names.insert(name.to_owned(), list(&[&[AT_HOME], others].concat()));
        }
        let link = json!({"name": "Conseil"});
        for (begins, list) in [
            ("/shared/", format!("/v1/publications/{}/links", publications[0])),
            ("/partner/", format!("/v1/agreements/{LASTING_AGREEMENT}/links")),
            ("/calendar/", "/v1/me/calendar-links".to_owned()),
        ] {
            let made = ask("POST", &list, &link);
            let path = made["path"].as_str().unwrap().strip_prefix(begins).unwrap();
            let token = path.trim_end_matches(".ics").to_owned();
            names.insert(begins.to_owned(), vec![token]);
        }
        names
    }
}
