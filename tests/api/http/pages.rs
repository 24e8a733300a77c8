//! What anyone may read: the nomenclature, the pages for people, the documentation.

use actix_web::http::Method;
use flate2::read::GzDecoder;
use quotidien::http::{Browsers, ProblemCode};

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_nomenclature_is_kept_by_its_entity_tag,
    the_document_is_kept_by_its_entity_tag,
    every_code_of_a_failure_has_a_page_in_both_languages,
    the_landing_page_leads_to_everything_it_names,
    the_documentation_loads_nothing_from_elsewhere,
    browsers_are_told_what_pages_may_do,
    only_the_configured_origins_may_call,
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
        [7, 2, 4, 3, 25]
    );
    let email = lists["themes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| theme["code"] == "email")
        .unwrap();
    assert_eq!(email["espace_coop"], "courriel");
    is_kept_by_its_entity_tag(&api, "/v1/nomenclature", tag).await;
}

async fn the_document_is_kept_by_its_entity_tag(database: TestDatabase) {
    let api = Api::on(&database).await;
    let answer = api.get("/openapi.json").send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    is_kept_by_its_entity_tag(&api, "/openapi.json", answer.header("etag").unwrap()).await;
}

async fn is_kept_by_its_entity_tag(api: &Api, path: &str, tag: &str) {
    let weak = format!("\"x, y\", W/{tag}");
    for tags in [tag, "*", weak.as_str()] {
        let known = api.get(path).header("If-None-Match", tags).send().await.expect(304);
        assert_eq!((known.body.len(), known.header("etag")), (0, Some(tag)));
    }
    for tags in ["\"x\"", tag.trim_matches('"'), ""] {
        api.get(path).header("If-None-Match", tags).send().await.expect(200);
    }
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
        let text = if answer.header("content-encoding") == Some("gzip") {
            std::io::read_to_string(GzDecoder::new(&answer.body[..])).unwrap()
        } else {
            String::from_utf8(answer.body.to_vec()).unwrap()
        };
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
    // A token that somebody tries it with is not kept for whoever uses the browser next.
    assert!(!start.contains("\"persistAuthorization\": true"), "{start}");
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

async fn only_the_configured_origins_may_call(database: TestDatabase) {
    let browsers = Browsers {
        allowed_origins: vec!["https://app.example.org".to_owned()],
        https: true,
        ..Browsers::default()
    };
    let api = Api::reached_by(&database, browsers).await;
    let advisor = api.cast().await.advisor;
    let preflight = |origin: &'static str| {
        api.call(Method::OPTIONS, &advisor.report("2022-05-03"))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "PUT")
            .header(
                "Access-Control-Request-Headers",
                "authorization, content-type, if-match",
            )
            .send()
    };
    let allowed = preflight("https://app.example.org").await.expect(200);
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("https://app.example.org")
    );
    let refused = preflight("https://elsewhere.example").await;
    assert_eq!(refused.header("access-control-allow-origin"), None);
    let call = api
        .get("/v1/me")
        .by(&advisor)
        .header("Origin", "https://app.example.org")
        .send()
        .await;
    let call = call.expect(200);
    assert_eq!(
        call.header("access-control-allow-origin"),
        Some("https://app.example.org")
    );
    assert_eq!(call.header("strict-transport-security"), Some("max-age=31536000"));
}
