//! The page of the application, the same for every address below `/app/`, and the files that it loads.

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, VARY};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use maud::{DOCTYPE, Markup, html};

use super::assets::{Assets, MAIN, zipped};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;

/// What the page may load: files of this service, and nothing that stands in the page itself. No text becomes HTML, and
/// scripts are loaded by the one policy of the application.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types quotidien";

/// The page, for every address of the application: the script reads which.
#[get("/app/{path:.*}")]
pub(super) async fn get_shell(request: HttpRequest, application: Data<Application>) -> Result<HttpResponse, Problem> {
    if !application.serves_web {
        return Err(ProblemCode::NotFound.into());
    }
    let page = shell_page(&Assets::current(), application.browsers.https).into_string();
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()));
    Ok(packed(answer, &request, page.into(), zipped))
}

/// A file of the build that is served: it never changes, since another build has another address.
#[get("/app/{build:[0-9a-f]{12}}/{path:.*}")]
pub(super) async fn get_file(
    path: Path<(String, String)>,
    request: HttpRequest,
    application: Data<Application>,
) -> Result<HttpResponse, Problem> {
    let (build, path) = path.into_inner();
    let assets = Assets::current();
    let served = application.serves_web && assets.build == build;
    let asset = served.then(|| assets.files.get(&path)).flatten();
    let asset = asset.ok_or(ProblemCode::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(asset.media_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if asset.media_type == "image/png" {
        return Ok(answer.body(asset.bytes.clone()));
    }
    Ok(packed(answer, &request, asset.bytes.clone(), |_| asset.zipped()))
}

/// The answer with this body, which `zip` compresses for callers who read that.
fn packed(
    mut answer: HttpResponseBuilder,
    request: &HttpRequest,
    body: Bytes,
    zip: impl Fn(&[u8]) -> Bytes,
) -> HttpResponse {
    if !takes_gzip(request) {
        return answer.body(body);
    }
    answer.insert_header((CONTENT_ENCODING, "gzip")).body(zip(&body))
}

/// Whether the caller reads what is compressed.
fn takes_gzip(request: &HttpRequest) -> bool {
    let lines = request.headers().get_all(ACCEPT_ENCODING);
    let mut named = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    named.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The page before the script runs: what is to come, as grey shapes.
fn shell_page(assets: &Assets, secure: bool) -> Markup {
    let file = |path: &str| format!("/app/{}/{path}", assets.build);
    html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                title { "Quotidien" }
                meta name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
                meta name="color-scheme" content="light dark";
                meta name="quotidien-build" content=(assets.build);
                meta name="quotidien-secure" content=(secure);
                link rel="manifest" href="/app/manifest.webmanifest";
                link rel="icon" href=(file("icons/icon.svg")) type="image/svg+xml";
                link rel="apple-touch-icon" href=(file("icons/icon-180.png"));
                link rel="stylesheet" href=(file("app.css"));
                @for path in &assets.first {
                    link rel="modulepreload" href=(file(path));
                }
                script type="module" src=(file(MAIN)) {}
            }
            body {
                div id="app" aria-busy="true" {
                    header class="top" { p class="brand" { "Quotidien" } }
                    main class="skeleton" { div {} div {} div {} }
                }
                div id="live" role="status" class="unseen" {}
                noscript {
                    p { "Cette application a besoin de JavaScript." }
                    p lang="en" { "This application needs JavaScript." }
                }
            }
        }
    }
}
