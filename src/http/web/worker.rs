//! What a browser installs of the application: its worker, which lets it open without a network, and its manifest.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde_json::{Value, json};

use super::assets::{Assets, JAVASCRIPT, media_type};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;

/// What the worker may do: a worker obeys the policy of its own answer, not that of a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'";

/// The worker of devices that had the application when it was switched off: it goes, and leaves what was entered there.
const FAREWELL: &str = include_str!("farewell.js");

/// What no device keeps: the coordinator's pages and their words, which show nothing without a network.
const NETWORK_ONLY: [&str; 3] = ["board/", "words/board_", "words/field_"];

/// The worker. Its text names the build and every file that it keeps, so that browsers see when there is another.
#[get("/app/sw.js")]
pub(super) async fn get_worker(application: Data<Application>) -> HttpResponse {
    let script = if application.serves_web {
        let assets = Assets::current();
        let kept = |path: &&String| !NETWORK_ONLY.iter().any(|begin| path.starts_with(begin));
        let files: Vec<&String> = assets.files.keys().filter(kept).collect();
        let build = &assets.build;
        format!(
            "import {{ start }} from './{build}/worker.js';\nstart('{build}', {});\n",
            json!(files)
        )
    } else {
        FAREWELL.to_owned()
    };
    HttpResponse::Ok()
        .content_type(JAVASCRIPT)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(script)
}

/// The manifest.
#[get("/app/manifest.webmanifest")]
pub(super) async fn get_manifest(application: Data<Application>) -> Result<HttpResponse, Problem> {
    if !application.serves_web {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_TYPE, "application/manifest+json"))
        .body(manifest(&Assets::current().build).to_string()))
}

fn manifest(build: &str) -> Value {
    let icon = |name: &str, sizes: &str, purpose: &str| json!({"src": format!("/app/{build}/icons/{name}"), "sizes": sizes, "type": media_type(name), "purpose": purpose});
    let shortcut = |name: &str, url: &str| json!({"name": name, "url": url});
    json!({
        "id": "/app/", "scope": "/app/", "start_url": "/app/", "display": "standalone", "lang": "fr", "dir": "ltr",
        "name": "Quotidien", "short_name": "Quotidien",
        "description": "La journée du conseiller numérique, même sans réseau",
        "icons": [
            icon("icon.svg", "any", "any"),
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [shortcut("Saisir aujourd’hui", "/app/jour"), shortcut("Répéter", "/app/jour#repeter")],
    })
}
