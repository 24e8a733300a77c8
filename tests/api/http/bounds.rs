//! The service enforces the bounds that the document states: for every bound of every value that a client sends, a
//! value at the bound is accepted and a value beyond the bound is refused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Cast};
use crate::support::arbitrary::numbered;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field;

on_both_databases!(the_bounds_of_the_document_are_those_of_the_service);

/// A value, and whether the schema allows it.
type Case = (Value, bool);

async fn the_bounds_of_the_document_are_those_of_the_service(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let names = |schema: &str| -> BTreeSet<String> {
        let properties = document["components"]["schemas"][schema]["properties"].as_object();
        properties.unwrap().keys().cloned().collect()
    };
    assert_eq!(
        names("Intervention"),
        names("InterventionRequest"),
        "what is sent is answered"
    );
    let mut tried = 0;
    for (schema, wrap) in [
        ("InterventionRequest", in_intervention as fn(&str, Value) -> Value),
        ("ReportRequest", in_report),
    ] {
        let schema = &document["components"]["schemas"][schema];
        assert_eq!(schema["additionalProperties"], false);
        for (name, property) in schema["properties"].as_object().unwrap() {
            for (value, allowed) in cases(&document, property) {
                tried += 1;
                if allowed {
                    store_named(&api, &cast, name, &value).await;
                }
                let body = wrap(name, value.clone());
                assert_eq!(
                    accepted(&api, &cast, &body).await,
                    allowed,
                    "{name} = {}",
                    shown(&value)
                );
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let mut body = workshop();
            body.as_object_mut().unwrap().remove(name.as_str().unwrap());
            assert!(!accepted(&api, &cast, &report(&[body])).await, "{name} is required");
        }
    }
    for (name, property) in document["components"]["schemas"]["SignInRequest"]["properties"]
        .as_object()
        .unwrap()
    {
        for (value, allowed) in cases(&document, property) {
            tried += 1;
            let mut body = json!({"email": "nobody@example.org", "password": "une phrase de passe"});
            body[name] = if name == "email" {
                format!("a@{}", &value.as_str().unwrap()[2..]).into()
            } else {
                value
            };
            let status = api.post("/v1/sessions").json(&body).send().await.status;
            assert_eq!(status, if allowed { 401 } else { 422 }, "{name}");
        }
    }
    for parameter in document["paths"]["/v1/reports"]["get"]["parameters"]
        .as_array()
        .unwrap()
    {
        let parameter = resolved(&document, parameter);
        let numbers = cases(&document, &parameter["schema"])
            .into_iter()
            .filter(|(value, _)| value.is_number());
        for (value, allowed) in numbers {
            tried += 1;
            let path = format!("/v1/reports?{}={value}", parameter["name"].as_str().unwrap());
            let status = api.get(&path).by(&cast.coordinator).send().await.status;
            assert_eq!(status, if allowed { 200 } else { 400 }, "{path}");
        }
    }
    assert!(tried > 180, "{tried} cases");
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

/// Stores the things of the field that a value of an intervention names.
async fn store_named(api: &Api, cast: &Cast, name: &str, value: &Value) {
    let name = if name == "tags" { "tag_id" } else { name };
    let Some((_, list, put)) = field::KINDS.iter().find(|(kind, ..)| *kind == name) else {
        return;
    };
    let body = field::of(field::body(put).unwrap(), &cast.advisor.id.to_string());
    let several = value
        .as_array()
        .map_or_else(|| vec![value.clone()], |tags| ids(tags.len()));
    for id in several.iter().filter_map(Value::as_str) {
        let stored = api
            .put(&format!("{list}/{id}"))
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await;
        assert!(stored.status < 300, "{stored:?}");
    }
}

/// So many identifiers.
fn ids(count: usize) -> Vec<Value> {
    (1..=count)
        .map(|number| json!(numbered(u128::try_from(number).unwrap()).to_string()))
        .collect()
}

/// A report of one sound intervention of 1,000 people, in which the field `name` has this value.
fn in_intervention(name: &str, mut value: Value) -> Value {
    let mut intervention = json!({
        "kind": "workshop", "participants": 1000, "duration_minutes": 90, "setting": "home", "themes": ["email"],
        "follow_ups": {"redirected": 1}
    });
    if name == "follow_ups" {
        intervention["follow_ups"] = json!({});
    }
    if name == "tags" {
        value = ids(value.as_array().map_or(0, Vec::len)).into();
    }
    if name == "procedure" {
        intervention["themes"] = json!(["administrative_procedures"]);
    }
    // Nobody is helped by whoever is beside a colleague.
    if name == "participants" && value == json!(0) {
        intervention["assisting"] = json!(true);
        intervention["follow_ups"] = json!({});
    }
    intervention[name] = value;
    report(&[intervention])
}

fn in_report(name: &str, mut value: Value) -> Value {
    if name == "interventions" {
        for item in value.as_array_mut().unwrap() {
            *item = workshop();
        }
    }
    json!({ name: value })
}

async fn accepted(api: &Api, cast: &Cast, body: &Value) -> bool {
    let path = cast.advisor.report("2022-05-03");
    let answer = api.put(&path).by(&cast.advisor).json(body).send().await;
    match answer.status {
        200 | 201 => true,
        400 | 422 => false,
        status => panic!("{status}: {}", answer.json()),
    }
}

/// The schema itself, or the one to which its `$ref` leads.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// For each bound of a schema a value at the bound, which is allowed, and a value beyond it, which is not.
fn cases(document: &Value, schema: &Value) -> Vec<Case> {
    let schema = resolved(document, schema);
    let mut cases = Vec::new();
    for (bound, beyond) in [("minimum", -1), ("maximum", 1)] {
        if let Some(bound) = schema[bound].as_i64() {
            cases.push((bound.into(), true));
            cases.push(((bound + beyond).into(), false));
        }
    }
    for (bound, beyond) in [("minLength", -1), ("maxLength", 1)] {
        if let Some(bound) = schema[bound].as_i64() {
            let text = |length: i64| Value::from("é".repeat(usize::try_from(length).unwrap()));
            let ascii = |length: i64| Value::from("a".repeat(usize::try_from(length).unwrap()));
            // `é` has two bytes: bounds count characters. The length of an e-mail address alone is counted in bytes.
            let text: &dyn Fn(i64) -> Value = if schema["format"] == "email" { &ascii } else { &text };
            cases.push((text(bound), true));
            cases.push((text(bound + beyond), false));
        }
    }
    if let Some(codes) = schema["enum"].as_array() {
        cases.extend(codes.iter().map(|code| (code.clone(), true)));
        cases.push(("not a code".into(), false));
    }
    if schema["pattern"]
        .as_str()
        .is_some_and(|pattern| pattern.contains("2A|2B"))
    {
        cases.extend(["72181", "2A004", "01001"].map(|code| (code.into(), true)));
        cases.extend(["7218", "721811", "2C004", "A2004", "7218a"].map(|code| (code.into(), false)));
    }
    if schema["format"] == "uuid" {
        cases.push(("0198f3c2-7c1e-7d2a-8f00-0242ac120002".into(), true));
        cases.push(("0198f3c2-7c1e-7d2a-8f00-0242ac12000".into(), false));
    }
    if schema["format"] == "date-time" {
        cases.push(("2022-05-03T17:12:00+02:00".into(), true));
        cases.push(("2022-05-03 17:12".into(), false));
    }
    if let Some(properties) = schema["properties"].as_object() {
        cases.extend(object_cases(document, properties));
        cases.push((json!({"not a code": 1}), false));
    }
    cases.extend(array_cases(document, schema));
    cases
}

fn object_cases(document: &Value, properties: &Map<String, Value>) -> Vec<Case> {
    let one = |(name, property): (&String, &Value)| {
        let name = name.clone();
        let cases = cases(document, property).into_iter();
        cases
            .map(move |(value, allowed)| (json!({ &name: value }), allowed))
            .collect::<Vec<_>>()
    };
    properties.iter().flat_map(one).collect()
}

/// Lists as short and as long as the schema allows, lists that are one item shorter or longer, and lists of one code.
fn array_cases(document: &Value, schema: &Value) -> Vec<Case> {
    let Some(items) = schema.get("items") else {
        return Vec::new();
    };
    let codes = resolved(document, items)["enum"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let list = |length: u64| -> Value { (0..length).map(|index| code_at(&codes, index)).collect() };
    let least = schema["minItems"].as_u64().unwrap_or(0);
    let most = schema["maxItems"].as_u64().expect("every list has an end");
    let mut cases = vec![(list(least), true), (list(most), true), (list(most + 1), false)];
    cases.extend(codes.iter().map(|code| (json!([code]), true)));
    if !codes.is_empty() {
        cases.push((json!(["not a code"]), false));
    }
    if least > 0 {
        cases.push((list(least - 1), false));
    }
    cases
}

fn code_at(codes: &[Value], index: u64) -> Value {
    let index = usize::try_from(index).unwrap();
    codes.get(index).or(codes.first()).cloned().unwrap_or(Value::Null)
}
