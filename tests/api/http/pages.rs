//! What anyone may read: the nomenclature, the pages for people, the documentation.

use quotidien::http::ProblemCode;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_nomenclature_is_kept_by_its_entity_tag,
    every_code_of_a_failure_has_a_page_in_both_languages,
    the_landing_page_leads_to_everything_it_names,
    the_documentation_loads_nothing_from_elsewhere,
    browsers_are_told_what_pages_may_do,
);

async fn the_nomenclature_is_kept_by_its_entity_tag(database: TestDatabase) {
    let api = Api::on(&database).await;
    let answer = api.get("/v1/nomenclature").send().await.expect(200);
    let tag = answer.header("etag").unwrap();
    let lists = answer.json();
    let count = |list: &str| lists[list].as_array().unwrap().len();
    assert_eq!(
        ["kinds", "settings", "principles", "absences", "themes"].map(count),
        [3, 6, 3, 3, 35]
    );
    assert_eq!(
        ["age_groups", "genders", "situations", "follow_ups", "redirected_to"].map(count),
        [7, 2, 4, 3, 20]
    );
    let email = lists["themes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| theme["code"] == "email")
        .unwrap();
    assert_eq!(email["espace_coop"], "courriel");
    let weak = format!("\"x\", W/{tag}");
    for tags in [tag, "*", weak.as_str()] {
        let known = api
            .get("/v1/nomenclature")
            .header("If-None-Match", tags)
            .send()
            .await
            .expect(304);
        assert_eq!((known.body.len(), known.header("etag")), (0, Some(tag)));
    }
    api.get("/v1/nomenclature")
        .header("If-None-Match", "\"x\"")
        .send()
        .await
        .expect(200);
}

async fn every_code_of_a_failure_has_a_page_in_both_languages(database: TestDatabase) {
    let api = Api::on(&database).await;
    for problem in ProblemCode::ALL {
        for (language, why, what) in [("fr", "Pourquoi", "Que faire"), ("en", "Why", "What to do")] {
            let path = format!("/problems/{}?lang={language}", problem.code());
            let page = api.get(&path).send().await.expect(200);
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(page.header("content-language"), Some(language));
            let text = String::from_utf8(page.body.to_vec()).unwrap();
            for part in [why, what, problem.code(), &format!("<html lang=\"{language}\">")] {
                assert!(text.contains(part), "{path} has {part}");
            }
        }
    }
    assert_eq!(
        api.get("/problems/none").send().await.failure(),
        (404, "not_found".to_owned())
    );
}

async fn the_landing_page_leads_to_everything_it_names(database: TestDatabase) {
    let api = Api::on(&database).await;
    for language in ["fr", "en"] {
        let page = api.get(&format!("/?lang={language}")).send().await.expect(200);
        let text = String::from_utf8(page.body.to_vec()).unwrap();
        let links: Vec<&str> = text
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(links.len() > 20);
        for link in links {
            let answer = api.get(&link.replace("&amp;", "&")).send().await;
            assert_eq!(answer.status, 200, "{link}");
        }
    }
}

async fn the_documentation_loads_nothing_from_elsewhere(database: TestDatabase) {
    let api = Api::on(&database).await;
    let redirect = api.get("/docs").send().await;
    assert_eq!((redirect.status, redirect.header("location")), (307, Some("/docs/")));
    for file in [
        "",
        "index.html",
        "swagger-initializer.js",
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "index.css",
    ] {
        let answer = api.get(&format!("/docs/{file}")).send().await.expect(200);
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'self'")
        );
        let text = String::from_utf8_lossy(&answer.body);
        if file != "swagger-ui-bundle.js" && file != "swagger-ui.css" {
            assert!(!text.contains("http://") && !text.contains("https://"), "{file}");
        }
    }
    let start = api.get("/docs/swagger-initializer.js").send().await;
    let start = String::from_utf8(start.body.to_vec()).unwrap();
    assert!(
        start.contains("/openapi.json") && start.contains("\"validatorUrl\": \"none\""),
        "{start}"
    );
    assert_eq!(
        api.get("/docs/nothing").send().await.failure(),
        (404, "not_found".to_owned())
    );
}

async fn browsers_are_told_what_pages_may_do(database: TestDatabase) {
    let api = Api::on(&database).await;
    for (path, policy) in [
        ("/", "default-src 'none'; style-src 'unsafe-inline'"),
        ("/v1/nomenclature", "default-src 'none'; frame-ancestors 'none'"),
        ("/nothing", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        let answer = api.get(path).send().await;
        assert!(answer.header("content-security-policy").unwrap().starts_with(policy));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("strict-transport-security"), None, "only behind HTTPS");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "no other site by default"
        );
    }
}
