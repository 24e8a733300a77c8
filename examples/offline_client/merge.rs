//! Reports as values: their normal form, and how two changes of one report are merged.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A day's report in its normal form; `None` where the day has no report.
pub type Content = Option<Value>;

/// What the service adds to a report.
const ADDED: [&str; 7] = [
    "advisor_id",
    "date",
    "version",
    "received_at",
    "updated_at",
    "recorded_at",
    "recorded_by",
];
/// The most interventions of a report.
const INTERVENTIONS_MAX: usize = 100;

/// A report without the fields that the service adds and without empty fields, so that reports that say the same are
/// equal.
#[must_use]
pub fn normal(report: &Value) -> Value {
    let mut report = without_nothings(report);
    if let Some(fields) = report.as_object_mut() {
        fields.retain(|name, _| !ADDED.contains(&name.as_str()));
    }
    report
}

fn without_nothings(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields
                .iter()
                .map(|(name, value)| (name.clone(), without_nothings(value)));
            Value::Object(said.filter(|(_, value)| !is_nothing(value)).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(without_nothings).collect();
            if items.iter().all(Value::is_string) {
                // A list of codes, whose order says nothing.
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            Value::Array(items)
        }
        Value::String(text) => Value::String(text.trim().to_owned()),
        value => value.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

/// Merges two changes of one base. A part of the report that only one of them changed is as that one has it. `None`
/// where both changed the same part: then somebody has to choose.
#[must_use]
pub fn merge(base: &Content, mine: &Content, theirs: &Content) -> Option<Content> {
    if let Some(whole) = one_of(base, mine, theirs) {
        return Some(whole.clone());
    }
    // A deletion has no parts to merge.
    let (mine, theirs) = (mine.as_ref()?.as_object()?, theirs.as_ref()?.as_object()?);
    let nothing = Map::new();
    let base = base.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
    let mut merged = Map::new();
    let names: BTreeSet<&String> = base.keys().chain(mine.keys()).chain(theirs.keys()).collect();
    for name in names.into_iter().filter(|name| *name != "interventions") {
        if let Some(value) = one_of(&base.get(name), &mine.get(name), &theirs.get(name))? {
            merged.insert(name.clone(), (*value).clone());
        }
    }
    let interventions = interventions(base, mine, theirs)?;
    if !interventions.is_empty() {
        merged.insert("interventions".to_owned(), Value::Array(interventions));
    }
    let absent = merged.contains_key("absence") && merged.contains_key("interventions");
    (!absent).then_some(Some(Value::Object(merged)))
}

/// Of two values the one that changed the base, or either where they agree; `None` where both changed it, differently.
fn one_of<'a, T: PartialEq>(base: &T, mine: &'a T, theirs: &'a T) -> Option<&'a T> {
    if mine == theirs || theirs == base {
        Some(mine)
    } else {
        (mine == base).then_some(theirs)
    }
}

/// The interventions of both sides, merged by identifier: first those of `theirs` in their order, then those that only
/// `mine` has. `None` where both changed the same one, or there are too many.
fn interventions(
    base: &Map<String, Value>,
    mine: &Map<String, Value>,
    theirs: &Map<String, Value>,
) -> Option<Vec<Value>> {
    let of = |report: &Map<String, Value>| report.get("interventions").and_then(Value::as_array).cloned();
    let (base, mine) = (of(base).unwrap_or_default(), of(mine).unwrap_or_default());
    let theirs = of(theirs).unwrap_or_default();
    let find = |of: &[Value], id: &Value| of.iter().find(|intervention| intervention["id"] == *id).cloned();
    let added = mine.iter().filter(|mine| find(&theirs, &mine["id"]).is_none());
    let mut merged = Vec::new();
    for intervention in theirs.iter().chain(added) {
        let id = &intervention["id"];
        merged.extend(one_of(&find(&base, id), &find(&mine, id), &find(&theirs, id))?.clone());
    }
    (merged.len() <= INTERVENTIONS_MAX).then_some(merged)
}
