//! The application for people at `/app/`, as browsers get it.

use std::collections::BTreeSet;
use std::path::Path;

use actix_web::http::Method;
use flate2::read::GzDecoder;
use quotidien::http::Browsers;

use crate::support::api::{Answer, Api};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    every_address_of_the_application_gets_the_same_page,
    the_page_loads_files_of_this_service_alone,
    files_never_change_under_their_address,
    modules_are_sent_without_their_comments,
    a_browser_loads_little_before_somebody_can_type,
    the_worker_names_the_build_and_every_file_that_works_without_a_network,
    the_manifest_leads_to_the_application_and_its_icons,
    an_application_that_is_switched_off_goes_from_devices_too,
);

/// How many modules and bytes a browser loads before somebody can type: the page, its style and the modules that it asks
/// for at once.
const MODULES_MAX: usize = 20;
const BYTES_MAX: usize = 35_000;
/// How many bytes a device keeps of the application, without the coordinator's pages, which need the network.
const KEPT_MAX: usize = 120_000;

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = page.split(attribute).skip(1);
    parts.map(|rest| rest.trim_start_matches("=\"").split('"').next().unwrap())
}

async fn page(api: &Api) -> String {
    text(&api.get("/app/").send().await.expect(200))
}

/// The build that a page names.
fn build(page: &str) -> &str {
    let (_, rest) = page.split_once("name=\"quotidien-build\" content=\"").unwrap();
    let build = rest.split('"').next().unwrap();
    assert_eq!(build.len(), 12);
    build
}

async fn every_address_of_the_application_gets_the_same_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let page = page(&api).await;
    for path in [
        "/app/",
        "/app/connexion",
        "/app/jour/2022-05-03/nouvelle?type=atelier",
        "/app/publications/0198f3c2-7c1e-7d2a-8f00-0242ac120009",
    ] {
        let answer = api.get(path).send().await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(text(&answer) == page, "{path}");
    }
    let bare = api.get("/app").send().await;
    assert_eq!((bare.status, bare.header("location")), (307, Some("/app/")));
    assert!(page.contains("name=\"quotidien-secure\" content=\"false\""));
    let secure = Browsers {
        https: true,
        ..Browsers::default()
    };
    let api = Api::reached_by(&database, secure).await;
    let secure = text(&api.get("/app/").send().await.expect(200));
    assert!(secure.contains("name=\"quotidien-secure\" content=\"true\""));
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(api.call(method, "/app/jour").send().await.status, 404);
    }
}

async fn the_page_loads_files_of_this_service_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let answer = api.get("/app/").send().await.expect(200);
    let page = text(&answer);
    let expected = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
        manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types quotidien";
    assert_eq!(answer.header("content-security-policy"), Some(expected));
    for inline in ["<style", " style=", " on", "javascript:", "http:", "https:"] {
        assert!(!page.contains(inline), "{inline}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("<noscript>"));
    let loaded: Vec<&str> = values(&page, "href").chain(values(&page, " src")).collect();
    assert!(loaded.len() > 5, "{loaded:?}");
    for path in loaded {
        assert!(path.starts_with("/app/"), "{path}");
        api.get(path).send().await.expect(200);
    }
}

async fn files_never_change_under_their_address(database: TestDatabase) {
    let api = Api::on(&database).await;
    let page = page(&api).await;
    let build = build(&page);
    for (name, media_type, zipped) in [
        ("main.js", "text/javascript; charset=utf-8", true),
        ("app.css", "text/css; charset=utf-8", true),
        ("icons/icon.svg", "image/svg+xml", true),
        ("icons/icon-192.png", "image/png", false),
    ] {
        let path = format!("/app/{build}/{name}");
        let plain = api.get(&path).send().await.expect(200);
        assert_eq!(plain.header("content-type"), Some(media_type));
        assert_eq!(
            plain.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(plain.header("content-encoding"), None);
        assert!(plain.headers("vary").any(|names| names == "accept-encoding"));
        let call = api.get(&path).header("Accept-Encoding", "br, gzip;q=0.8");
        let packed = call.send().await.expect(200);
        assert_eq!(packed.header("content-encoding"), zipped.then_some("gzip"));
        if zipped {
            let mut unpacked = Vec::new();
            std::io::Read::read_to_end(&mut GzDecoder::new(packed.body.as_ref()), &mut unpacked).unwrap();
            assert!(unpacked == plain.body, "{name}");
        }
        let refused = api.get(&path).header("Accept-Encoding", "gzip;q=0, br").send().await;
        assert_eq!(refused.expect(200).header("content-encoding"), None);
    }
    for unknown in [
        format!("/app/{build}/none.js"),
        format!("/app/{build}/"),
        format!("/app/{build}/../main.js"),
        format!("/app/{build}/%2e%2e/Cargo.toml"),
        "/app/000000000000/main.js".to_owned(),
    ] {
        let answer = api.get(&unknown).send().await;
        assert_eq!(answer.failure(), (404, "not_found".to_owned()), "{unknown}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

/// Comments are a quarter of the modules. They stay behind; each line stays where it is, so that a fault is found.
async fn modules_are_sent_without_their_comments(database: TestDatabase) {
    let api = Api::on(&database).await;
    let page = page(&api).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/web");
    let files = kept(&text(&api.get("/app/sw.js").send().await));
    for file in files
        .iter()
        .filter(|file| Path::new(file).extension().is_some_and(|kind| kind == "js"))
    {
        let written = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        let sent = text(
            &api.get(&format!("/app/{}/{file}", build(&page)))
                .send()
                .await
                .expect(200),
        );
        assert_eq!(sent.lines().count(), written.lines().count(), "{file}");
        for (sent, written) in sent.lines().zip(written.lines()) {
            let begins_comment = ["//", "/*", "* "]
                .iter()
                .any(|mark| sent.trim_start().starts_with(mark));
            assert!(!begins_comment && !sent.contains("/** @"), "{file}: {sent}");
            // What is left of a line stood there.
            let code = |line: &str| line.split_whitespace().collect::<String>();
            let (sent, written) = (code(sent), code(written));
            assert!(
                written == sent || written.contains("/*") || written.starts_with(['*', '/']) || sent.is_empty(),
                "{file}: {written}"
            );
            assert!(
                !sent.is_empty() || written.is_empty() || written.contains("*/") || written.starts_with(['*', '/']),
                "{file}: {written}"
            );
        }
    }
}

async fn a_browser_loads_little_before_somebody_can_type(database: TestDatabase) {
    let api = Api::on(&database).await;
    let page = page(&api).await;
    let modules: BTreeSet<&str> = page
        .split("<link rel=\"modulepreload\" href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let style = format!("/app/{}/app.css", build(&page));
    let mut bytes = 0;
    for path in modules.iter().copied().chain([style.as_str(), "/app/"]) {
        let call = api.get(path).header("Accept-Encoding", "gzip");
        bytes += call.send().await.expect(200).body.len();
    }
    assert!(modules.iter().any(|path| path.ends_with("/main.js")), "{modules:?}");
    assert!(
        modules.len() > 3 && modules.len() <= MODULES_MAX,
        "{} modules: {modules:?}",
        modules.len()
    );
    assert!(bytes <= BYTES_MAX, "{bytes} bytes");
}

/// The paths that the worker keeps.
fn kept(worker: &str) -> Vec<String> {
    let (_, list) = worker.split_once(", ").unwrap();
    let (list, rest) = list.rsplit_once(')').unwrap();
    assert_eq!(rest, ";\n");
    serde_json::from_str(list).unwrap()
}

async fn the_worker_names_the_build_and_every_file_that_works_without_a_network(database: TestDatabase) {
    let api = Api::on(&database).await;
    let page = page(&api).await;
    let build = build(&page);
    let answer = api.get("/app/sw.js").send().await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    // A worker obeys the policy of its own answer.
    assert_eq!(
        answer.header("content-security-policy"),
        Some("default-src 'none'; script-src 'self'; connect-src 'self'")
    );
    let script = text(&answer);
    let begins = format!("import {{ start }} from './{build}/worker.js';\nstart('{build}', [");
    assert!(script.starts_with(&begins), "{script}");
    let files = kept(&script);
    assert!(files.is_sorted());
    let mut bytes = 0;
    for file in &files {
        let call = api
            .get(&format!("/app/{build}/{file}"))
            .header("Accept-Encoding", "gzip");
        bytes += call.send().await.expect(200).body.len();
    }
    for needed in ["app.css", "main.js", "worker.js", "icons/icon.svg"] {
        assert!(files.iter().any(|file| file == needed), "{needed}");
    }
    for begin in ["board/", "words/board_", "words/field_"] {
        assert!(files.iter().all(|file| !file.starts_with(begin)), "{begin}");
    }
    assert!(bytes <= KEPT_MAX, "{bytes} bytes");
}

async fn the_manifest_leads_to_the_application_and_its_icons(database: TestDatabase) {
    let api = Api::on(&database).await;
    let answer = api.get("/app/manifest.webmanifest").send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/manifest+json"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    let manifest = answer.json();
    for name in ["id", "scope", "start_url"] {
        assert_eq!(manifest[name], "/app/");
    }
    assert_eq!(manifest["display"], "standalone");
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
    for icon in icons {
        let image = api.get(icon["src"].as_str().unwrap()).send().await.expect(200);
        assert_eq!(image.header("content-type"), icon["type"].as_str());
    }
    for shortcut in manifest["shortcuts"].as_array().unwrap() {
        api.get(shortcut["url"].as_str().unwrap()).send().await.expect(200);
    }
}

async fn an_application_that_is_switched_off_goes_from_devices_too(database: TestDatabase) {
    let on = Api::on(&database).await;
    let page = page(&on).await;
    let file = format!("/app/{}/main.js", build(&page));
    let off = Api::set_up(&database, Browsers::default(), |application| {
        application.serving_web(false)
    })
    .await;
    for path in ["/app/", "/app/jour", "/app/manifest.webmanifest", &file] {
        on.get(path).send().await.expect(200);
        assert_eq!(off.get(path).send().await.failure(), (404, "not_found".to_owned()));
    }
    let worker = text(&off.get("/app/sw.js").send().await.expect(200));
    for part in ["registration.unregister()", "caches.delete", "skipWaiting()"] {
        assert!(worker.contains(part), "{part}");
    }
    assert!(!worker.contains("indexedDB"), "what was entered stays");
    for (path, language) in [("/", "fr"), ("/", "en"), ("/password", "fr"), ("/password", "en")] {
        let path = format!("{path}?lang={language}");
        let leads = async |api: &Api| text(&api.get(&path).send().await.expect(200)).contains("href=\"/app/\"");
        assert!(leads(&on).await && !leads(&off).await, "{path}");
    }
}
