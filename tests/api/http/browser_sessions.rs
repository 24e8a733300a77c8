//! Sessions of browsers: the token is in a cookie, which only the service's own pages can use.

use actix_web::http::Method;
use quotidien::actions::accounts::create_account;
use quotidien::auth::password::Password;
use quotidien::auth::throttle::Limits;
use quotidien::domain::account::{Account, Email, PersonName, Role};
use quotidien::domain::identifiers::AccountId;
use quotidien::http::Browsers;
use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Call};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_browser_gets_its_token_in_a_cookie_that_no_script_reads,
    over_https_the_cookie_has_the_name_that_only_its_host_can_set,
    a_shared_device_forgets_the_session_when_the_browser_ends,
    a_cookie_works_until_its_successor_was_used,
    a_cookie_ends_its_session_whatever_became_of_the_access_token,
    forged_requests_are_refused_before_anything_is_read,
    old_browsers_are_known_by_their_origin,
    the_cookie_opens_nothing_else,
    the_three_paths_take_json_alone,
    browsers_and_programs_share_the_limits_of_signing_in,
    pages_of_configured_origins_get_no_cookie,
);

const EMAIL: &str = "camille.martin@example.org";
const PASSWORD: &str = "une phrase de passe";
const SESSIONS: &str = "/v1/browser-sessions";
const REFRESH: &str = "/v1/browser-sessions/refresh";
const CURRENT: &str = "/v1/browser-sessions/current";

/// The service with one advisor who can sign in.
async fn with_account(database: &TestDatabase, browsers: Browsers) -> Api {
    add_account(Api::reached_by(database, browsers).await).await
}

async fn add_account(api: Api) -> Api {
    let account = Account {
        organisation: api.organisation("Le Mans Métropole").await,
        id: AccountId::new(),
        role: Role::Advisor,
        name: PersonName::parse("Camille Martin").unwrap(),
        email: Email::parse(EMAIL).unwrap(),
    };
    let password = Password::parse(PASSWORD).unwrap();
    create_account(&api.store, account, password, api.now())
        .await
        .unwrap()
        .unwrap();
    api
}

/// A browser that has opened a page of the service, and the cookie that it holds.
struct Browser<'a> {
    api: &'a Api,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            cookie: String::new(),
        }
    }

    fn call(&self, method: Method, path: &str, body: &Value) -> Call<'a> {
        let call = self.api.call(method, path).header("Sec-Fetch-Site", "same-origin");
        let call = if self.cookie.is_empty() {
            call
        } else {
            call.header("Cookie", &format!("theme=dark; {}", self.cookie))
        };
        call.json(body)
    }

    /// Sends a request and keeps the cookie of its answer.
    async fn send(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let answer = self.call(method, path, body).send().await;
        if let Some(set) = answer.header("set-cookie") {
            set.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        answer
    }

    async fn sign_in(&mut self, keep: bool) -> Answer {
        let body = json!({"email": EMAIL, "password": PASSWORD, "keep": keep});
        self.send(Method::POST, SESSIONS, &body).await.expect(201)
    }

    async fn refresh(&mut self) -> Answer {
        self.send(Method::POST, REFRESH, &json!({})).await
    }

    async fn sign_out(&mut self) -> Answer {
        self.send(Method::DELETE, CURRENT, &json!({})).await
    }
}

async fn me(api: &Api, tokens: &Value) -> u16 {
    let token = tokens["access_token"].as_str().unwrap();
    api.get("/v1/me").bearer(token).send().await.status
}

/// The attributes of the cookie that an answer sets, without its name and its value.
fn attributes(answer: &Answer) -> &str {
    answer.header("set-cookie").unwrap().split_once("; ").unwrap().1
}

async fn a_browser_gets_its_token_in_a_cookie_that_no_script_reads(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    let answer = browser.sign_in(true).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = answer.json();
    let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    assert_eq!(me(&api, &tokens).await, 200);
    let kept = "Path=/; HttpOnly; SameSite=Strict; Max-Age=7776000";
    assert_eq!(attributes(&answer), kept);
    assert!(browser.cookie.starts_with("quotidien="), "{}", browser.cookie);
    let before = browser.cookie.clone();
    let fresh = browser.refresh().await.expect(201);
    assert_eq!(attributes(&fresh), kept, "it is kept as its predecessor was");
    assert_ne!(browser.cookie, before);
    assert_eq!(me(&api, &fresh.json()).await, 200);
}

async fn over_https_the_cookie_has_the_name_that_only_its_host_can_set(database: TestDatabase) {
    let browsers = Browsers {
        https: true,
        ..Browsers::default()
    };
    let api = with_account(&database, browsers).await;
    let mut browser = Browser::new(&api);
    let answer = browser.sign_in(true).await;
    assert!(
        browser.cookie.starts_with("__Host-Http-quotidien="),
        "{}",
        browser.cookie
    );
    assert_eq!(
        attributes(&answer),
        "Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=7776000"
    );
    browser.refresh().await.expect(201);
    let plain = browser.cookie.replace("__Host-Http-", "");
    let refused = Browser {
        api: &api,
        cookie: plain,
    }
    .refresh()
    .await;
    assert_eq!(refused.failure(), (401, "unauthenticated".to_owned()));
}

async fn a_shared_device_forgets_the_session_when_the_browser_ends(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    for answer in [browser.sign_in(false).await, browser.refresh().await.expect(201)] {
        assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Strict");
    }
}

/// A lost answer and a second tab are harmless; a stolen cookie ends the session.
async fn a_cookie_works_until_its_successor_was_used(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    browser.sign_in(true).await;
    let stolen = browser.cookie.clone();
    browser.call(Method::POST, REFRESH, &json!({})).send().await.expect(201);
    browser.refresh().await.expect(201);
    browser.refresh().await.expect(201);
    let mut thief = Browser {
        api: &api,
        cookie: stolen,
    };
    assert_eq!(thief.refresh().await.status, 401);
    assert_eq!(browser.refresh().await.status, 401);
}

async fn a_cookie_ends_its_session_whatever_became_of_the_access_token(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let (mut here, mut there) = (Browser::new(&api), Browser::new(&api));
    here.sign_in(true).await;
    there.sign_in(true).await;
    api.set_clock("2022-10-15T10:00:00Z");
    let ended = here.cookie.clone();
    let answer = here.sign_out().await.expect(204);
    assert_eq!(here.cookie, "quotidien=");
    assert_eq!(attributes(&answer), "Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    let mut again = Browser {
        api: &api,
        cookie: ended,
    };
    assert_eq!(again.refresh().await.status, 401);
    // Whoever sends it again, since the answer was lost, is answered as before.
    again.sign_out().await.expect(204);
    there.refresh().await.expect(201);
    let mut connection = database.connect();
    assert!(sql::count(&mut connection, "audit_entries", "action = 'session_ended'") > 0);
    for nothing in ["", "quotidien=nonsense", "quotidien=kept."] {
        let mut browser = Browser {
            api: &api,
            cookie: nothing.to_owned(),
        };
        assert_eq!(browser.refresh().await.failure(), (401, "unauthenticated".to_owned()));
        browser.sign_out().await.expect(204);
    }
}

async fn forged_requests_are_refused_before_anything_is_read(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    browser.sign_in(true).await;
    let forged = |method: &Method, path: &str, headers: &[(&str, &str)]| {
        let mut call = api.call(method.clone(), path).header("Cookie", &browser.cookie);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        // The body is none that these paths take: 403 shows that it was not looked at.
        call.text("[")
    };
    for (method, path) in [
        (Method::POST, SESSIONS),
        (Method::POST, REFRESH),
        (Method::DELETE, CURRENT),
    ] {
        let (site, origin, host) = ("Sec-Fetch-Site", "Origin", ("Host", "quotidien.example"));
        for headers in [
            &[][..],
            &[(site, "cross-site")],
            &[(site, "same-site")],
            &[(site, "none")],
            &[(site, "")],
            // What the browser says of the page counts, whatever else is said.
            &[(site, "cross-site"), (origin, "http://quotidien.example"), host],
            &[(origin, "http://elsewhere.example"), host],
            &[(origin, "http://quotidien.example.elsewhere.example"), host],
            &[(origin, "http://quotidien.example:8081"), host],
            &[(origin, "null"), host],
            &[(origin, ""), host],
            &[(origin, "http://"), ("Host", "")],
            &[("Referer", "http://quotidien.example/app/"), host],
        ] {
            let answer = forged(&method, path, headers).send().await;
            assert_eq!(
                answer.failure(),
                (403, "foreign_page".to_owned()),
                "{method} {path} {headers:?}"
            );
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    browser.refresh().await.expect(201);
}

async fn old_browsers_are_known_by_their_origin(database: TestDatabase) {
    for (https, own, host, origin, known) in [
        (false, None, "127.0.0.1:8080", "http://127.0.0.1:8080", true),
        (false, None, "Quotidien.example", "https://quotidien.example", true),
        (
            true,
            Some("https://quotidien.example"),
            "quotidien.example",
            "http://quotidien.example",
            false,
        ),
        (
            true,
            Some("https://quotidien.example"),
            "10.0.0.1:8080",
            "https://quotidien.example",
            true,
        ),
        (
            true,
            Some("https://quotidien.example"),
            "10.0.0.1:8080",
            "https://elsewhere.example",
            false,
        ),
    ] {
        let browsers = Browsers {
            https,
            own_origin: own.map(str::to_owned),
            ..Browsers::default()
        };
        let api = Api::reached_by(&database, browsers).await;
        let call = api.post(REFRESH).header("Origin", origin).header("Host", host);
        let status = call.json(&json!({})).send().await.status;
        assert_eq!(status, if known { 401 } else { 403 }, "{origin} to {host}");
    }
}

async fn the_cookie_opens_nothing_else(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    browser.sign_in(true).await;
    for (method, path) in [
        (Method::GET, "/v1/me"),
        (Method::GET, "/v1/sessions"),
        (Method::DELETE, "/v1/sessions/current"),
        (Method::PUT, "/v1/me/password"),
    ] {
        let answer = browser.call(method.clone(), path, &json!({})).send().await;
        assert_eq!(answer.failure(), (401, "unauthenticated".to_owned()), "{method} {path}");
    }
    let traded = browser
        .call(Method::POST, "/v1/sessions/refresh", &json!({}))
        .send()
        .await;
    assert_eq!(traded.status, 400, "programs give their token in the body");
    let value = browser.cookie.split_once('=').unwrap().1.to_owned();
    let bearer = api.get("/v1/me").bearer(&value).send().await;
    assert_eq!(bearer.status, 401);
}

async fn the_three_paths_take_json_alone(database: TestDatabase) {
    let api = with_account(&database, Browsers::default()).await;
    let mut browser = Browser::new(&api);
    browser.sign_in(true).await;
    for (method, path) in [
        (Method::POST, SESSIONS),
        (Method::POST, REFRESH),
        (Method::DELETE, CURRENT),
    ] {
        let own = api
            .call(method.clone(), path)
            .header("Sec-Fetch-Site", "same-origin")
            .header("Cookie", &browser.cookie);
        let form = own.text("a=b").header("Content-Type", "text/plain").send().await;
        assert_eq!(form.failure(), (415, "unsupported_media_type".to_owned()), "{path}");
        let unknown = browser.call(method, path, &json!({"a": 1})).send().await;
        assert_eq!(unknown.failure(), (400, "malformed_body".to_owned()), "{path}");
    }
    browser.refresh().await.expect(201);
}

async fn browsers_and_programs_share_the_limits_of_signing_in(database: TestDatabase) {
    let limits = Limits {
        sign_ins_per_minute: 2,
        requests_per_minute: 2,
    };
    let api = Api::set_up(&database, Browsers::default(), |application| {
        application.limited(limits, Vec::new())
    })
    .await;
    let password = "une phrase quelconque";
    let browser = |email: &str| {
        let call = api.post(SESSIONS).header("Sec-Fetch-Site", "same-origin");
        let body = json!({"email": email, "password": password, "keep": true});
        call.from("192.0.2.1").json(&body).send()
    };
    let program = |email: &str| {
        let body = json!({"email": email, "password": password});
        api.post("/v1/sessions").from("192.0.2.1").json(&body).send()
    };
    assert_eq!(browser("a@example.org").await.status, 401);
    assert_eq!(program("b@example.org").await.status, 401);
    for refused in [browser("c@example.org").await, program("d@example.org").await] {
        assert_eq!(refused.failure(), (429, "too_many_requests".to_owned()));
    }
    let refresh = || {
        let call = api.post(REFRESH).header("Sec-Fetch-Site", "same-origin");
        call.from("192.0.2.1").json(&json!({})).send()
    };
    assert_eq!((refresh().await.status, refresh().await.status), (401, 401));
    assert_eq!(refresh().await.failure(), (429, "too_many_requests".to_owned()));
}

/// A page of another site that may call the API signs in as programs do.
async fn pages_of_configured_origins_get_no_cookie(database: TestDatabase) {
    let browsers = Browsers {
        allowed_origins: vec!["https://app.example.org".to_owned()],
        ..Browsers::default()
    };
    let api = with_account(&database, browsers).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "keep": true});
    for site in [None, Some("cross-site")] {
        let call = api.post(SESSIONS).header("Origin", "https://app.example.org");
        let call = match site {
            Some(site) => call.header("Sec-Fetch-Site", site),
            None => call,
        };
        let answer = call.json(&body).send().await;
        assert_eq!(answer.failure(), (403, "foreign_page".to_owned()));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}
