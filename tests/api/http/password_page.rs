//! The page on which a password is chosen.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_page_runs_its_own_script_and_no_other,
    the_page_speaks_both_languages_and_works_with_screen_readers,
);

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(begin).unwrap();
    rest.split_once(end).unwrap().0
}

async fn the_page_runs_its_own_script_and_no_other(database: TestDatabase) {
    let api = Api::on(&database).await;
    for language in ["fr", "en"] {
        let page = api.get(&format!("/password?lang={language}")).send().await.expect(200);
        let text = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(text.matches("<script").count(), 1);
        let hash = BASE64_STANDARD.encode(Sha256::digest(between(&text, "<script>", "</script>")));
        let expected = format!(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             script-src 'sha256-{hash}'; connect-src 'self'"
        );
        assert_eq!(page.header("content-security-policy"), Some(expected.as_str()));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        for elsewhere in ["http:", "https:", "src=", "onclick", "innerHTML"] {
            assert!(!text.contains(elsewhere), "{elsewhere}");
        }
    }
    let landing = api.get("/").send().await.expect(200);
    let policy = landing.header("content-security-policy").unwrap();
    assert!(
        !policy.contains("script-src") && !policy.contains("connect-src"),
        "{policy}"
    );
}

async fn the_page_speaks_both_languages_and_works_with_screen_readers(database: TestDatabase) {
    let api = Api::on(&database).await;
    for (language, title, rules) in [
        ("fr", "Choisissez votre mot de passe", "De 14 à 128 caractères"),
        ("en", "Choose your password", "14 to 128 characters"),
    ] {
        let page = api.get("/password").header("Accept-Language", language).send().await;
        let page = page.expect(200);
        assert_eq!(page.header("content-language"), Some(language));
        let text = String::from_utf8(page.body.to_vec()).unwrap();
        for part in [
            title,
            rules,
            "<noscript>",
            "role=\"alert\"",
            "aria-describedby=\"rules\"",
        ] {
            assert!(text.contains(part), "{part}");
        }
        for input in text
            .split("<input id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
        {
            let labelled = text.contains(&format!("<label for=\"{input}\">")) || input == "show";
            assert!(labelled, "{input} has a label");
        }
    }
}
