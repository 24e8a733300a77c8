//! The definitions of the figures: every figure and every breakdown that is printed has one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(every_figure_has_one_label_and_a_definition);

async fn every_figure_has_one_label_and_a_definition(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let definitions = api.get("/v1/statistics/definitions").send().await.expect(200).json();
    let ids = |list: &Value, name: &str| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items.map(|item| item[name].as_str().unwrap().to_owned()).collect()
    };
    let path = "/v1/statistics/monthly?from=2022-05&to=2022-07";
    let table = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(ids(&definitions["figures"], "id"), ids(&table["rows"], "id"));
    assert_eq!(ids(&definitions["figures"], "label_fr"), ids(&table["rows"], "label"));
    assert_eq!(ids(&definitions["figures"], "unit"), ids(&table["rows"], "unit"));
    let breakdowns = ids(&definitions["breakdowns"], "id");
    assert_eq!(breakdowns.len(), 20);
    for by in &breakdowns {
        let path = format!("/v1/statistics/breakdown?by={by}&from=2022-05&to=2022-07");
        let breakdown = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
        let defined = definitions["breakdowns"].as_array().unwrap().iter();
        let defined = defined.filter(|defined| defined["id"] == *by).collect::<Vec<_>>();
        assert_eq!(defined[0]["unit"], breakdown["share_of"]);
    }
    // If two figures had the same label, the label would have two meanings.
    for label in ["label_fr", "label_en"] {
        let labels = [
            ids(&definitions["figures"], label),
            ids(&definitions["breakdowns"], label),
            ids(&definitions["coverage"], label),
            ids(&definitions["action_plan"], label),
        ]
        .concat();
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len());
    }
    for text in ["formula_fr", "formula_en", "limits_fr", "limits_en"] {
        let texts = [
            ids(&definitions["figures"], text),
            ids(&definitions["coverage"], text),
            ids(&definitions["action_plan"], text),
        ]
        .concat();
        assert!(texts.iter().all(|text| text.ends_with('.') && text.len() > 15));
    }
}
