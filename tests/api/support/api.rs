//! The service in the tests' process, with a clock that tests set, and short ways to call it.

use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::to_bytes;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use quotidien::actions::By;
use quotidien::actions::access::Gate;
use quotidien::actions::api_keys;
use quotidien::auth::password::PasswordChecker;
use quotidien::auth::seal::Seal;
use quotidien::auth::token::Claimed;
use quotidien::domain::account::{Account, ActivityPeriod, Email, PersonName, Role};
use quotidien::domain::api_key::{ApiKeySettings, Scope, Scopes};
use quotidien::domain::field::publicity::Publicity;
use quotidien::domain::field::territory::Territory;
use quotidien::domain::holidays::HolidayCalendar;
use quotidien::domain::identifiers::{AccountId, ApiKeyId, OrganisationId, SessionId};
use quotidien::domain::organisation::{Organisation, weekdays};
use quotidien::http::{Application, Browsers, Metrics, app};
use quotidien::jobs::Worker;
use quotidien::mail::Mailer;
use quotidien::storage::sessions::NewSession;
use quotidien::storage::{Store, accounts, organisations, sessions};
use serde_json::Value;

use super::database::TestDatabase;
use super::documented::assert_documented;

type Answering = Pin<Box<dyn Future<Output = Answer>>>;

/// The service, and the parts of it that tests use without a request.
pub(crate) struct Api {
    call: Rc<dyn Fn(TestRequest) -> Answering>,
    clock: Arc<Mutex<DateTime<Utc>>>,
    uptime: Arc<Mutex<Duration>>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) store: Store,
}

/// Somebody who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) organisation: OrganisationId,
    pub(crate) id: AccountId,
    pub(crate) role: Role,
    /// The session of the person's first device.
    pub(crate) session: SessionId,
}

impl Person {
    /// The path of this advisor's report of a day.
    pub(crate) fn report(&self, date: &str) -> String {
        format!("/v1/advisors/{}/reports/{date}", self.id)
    }
}

/// Two advisors and the coordinator of one organisation, an advisor and the coordinator of another, and an
/// administrator.
pub(crate) struct Cast {
    pub(crate) advisor: Person,
    pub(crate) colleague: Person,
    pub(crate) coordinator: Person,
    pub(crate) foreign_advisor: Person,
    pub(crate) foreign_coordinator: Person,
    pub(crate) administrator: Person,
}

impl Api {
    /// The service on a database, at noon of 29 September 2022 in Paris.
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        Self::reached_by(database, Browsers::default()).await
    }

    /// The service on a database, which sends its mail by this mailer as soon as it is written.
    pub(crate) async fn mailing_by(database: &TestDatabase, mailer: Mailer) -> Self {
        Self::writing_for(database, mailer.clone()).await.sending_by(mailer)
    }

    /// The service, whose mail this mailer sends as soon as it is written.
    pub(crate) fn sending_by(self, mailer: Mailer) -> Self {
        let clock = Arc::clone(&self.clock);
        let worker = Worker {
            store: self.store.clone(),
            instance: "the service".to_owned(),
            notes_months: 24,
            mailer: Some(mailer),
        };
        tokio::spawn(async move {
            loop {
                worker.mail_was_written().await;
                worker.send_mail(&|| *clock.lock().unwrap()).await.unwrap();
            }
        });
        self
    }

    /// The service on a database, whose mail for this mailer waits until a test has it sent.
    pub(crate) async fn writing_for(database: &TestDatabase, mailer: Mailer) -> Self {
        let mailer = Some(mailer);
        Self::set_up(database, Browsers::default(), |application| {
            application.mailing_by(mailer)
        })
        .await
    }

    /// The service on a database, with these settings for browsers.
    pub(crate) async fn reached_by(database: &TestDatabase, browsers: Browsers) -> Self {
        Self::set_up(database, browsers, |application| application).await
    }

    /// The service on a database; `otherwise` changes how the application is set up.
    pub(crate) async fn set_up(
        database: &TestDatabase,
        browsers: Browsers,
        otherwise: impl FnOnce(Application) -> Application,
    ) -> Self {
        let store = database.store();
        let clock = Arc::new(Mutex::new("2022-09-29T10:00:00Z".parse().unwrap()));
        let now = *clock.lock().unwrap();
        let gate = Gate::open(&store, "quotidien-test".to_owned(), Seal::default(), now)
            .await
            .unwrap();
        let shown = Arc::clone(&clock);
        let shown = Arc::new(move || *shown.lock().unwrap());
        let uptime = Arc::new(Mutex::new(Duration::ZERO));
        let told = Arc::clone(&uptime);
        let passwords = PasswordChecker::new().unwrap();
        let application = Application::new(
            store.clone(),
            gate,
            passwords,
            shown,
            browsers,
            quotidien::http::document(),
        );
        let application = otherwise(application.timed_by(Arc::new(move || *told.lock().unwrap())));
        let metrics = Arc::clone(&application.metrics);
        let gate = Arc::clone(&application.gate);
        let service = Rc::new(init_service(app(application)).await);
        let call = move |request: TestRequest| -> Answering {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let request = request.to_request();
                let (method, path) = (request.method().to_string(), request.path().to_owned());
                let response = service.call(request).await.unwrap();
                assert_documented(&method, &path, response.status().as_u16());
                Answer::read(response.map_into_boxed_body()).await
            })
        };
        Self {
            call: Rc::new(call),
            clock,
            uptime,
            gate,
            metrics,
            store,
        }
    }

    /// Makes two organisations and the people of the tests.
    pub(crate) async fn cast(&self) -> Cast {
        let home = self.organisation("Le Mans Métropole").await;
        let abroad = self.organisation("Angers Loire Métropole").await;
        Cast {
            advisor: self.person(home, Role::Advisor, "Amélie Rousseau").await,
            colleague: self.person(home, Role::Advisor, "Bastien Leroy").await,
            coordinator: self.person(home, Role::Coordinator, "Nadège Lambert").await,
            foreign_advisor: self.person(abroad, Role::Advisor, "Chloé Fournier").await,
            foreign_coordinator: self.person(abroad, Role::Coordinator, "Driss Benali").await,
            administrator: self
                .person(OrganisationId::INSTANCE, Role::Administrator, "Inès Garnier")
                .await,
        }
    }

    /// A new organisation in Paris's time zone.
    pub(crate) async fn organisation(&self, name: &str) -> OrganisationId {
        let organisation = Organisation {
            id: OrganisationId::new(),
            name: name.to_owned(),
            time_zone: chrono_tz::Europe::Paris,
            working_days: weekdays(),
            holidays: HolidayCalendar::default(),
            reminder_after_days: None,
            territory: Territory::default(),
            publicity: Publicity::default(),
        };
        let (id, now) = (organisation.id, self.now());
        self.store
            .change(move |connection| organisations::insert(connection, &organisation, now))
            .await
            .unwrap();
        id
    }

    /// A new person without a usable password; an advisor is active from 2020 on.
    pub(crate) async fn person(&self, organisation: OrganisationId, role: Role, name: &str) -> Person {
        self.person_active(organisation, role, name, ("2020-01-01", None)).await
    }

    /// A new person without a usable password; an advisor is active in this period.
    pub(crate) async fn person_active(
        &self,
        organisation: OrganisationId,
        role: Role,
        name: &str,
        (starts_on, ends_on): (&str, Option<&str>),
    ) -> Person {
        let id = AccountId::new();
        let account = Account {
            organisation,
            id,
            role,
            name: PersonName::parse(name).unwrap(),
            email: Email::parse(&format!("{id}@test.example")).unwrap(),
        };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let period = (role == Role::Advisor).then(|| ActivityPeriod {
            starts_on: day(starts_on),
            ends_on: ends_on.map(day),
        });
        let now = self.now();
        self.store
            .locking(organisation)
            .change(move |locked| accounts::insert(locked, &account, None, period.as_slice(), now))
            .await
            .unwrap();
        Person {
            organisation,
            id,
            role,
            session: self.session(organisation, id).await,
        }
    }

    /// A new session of an account.
    pub(crate) async fn session(&self, organisation: OrganisationId, account: AccountId) -> SessionId {
        let id = SessionId::new();
        let now = self.now();
        let session = NewSession {
            organisation,
            id,
            account,
            device: None,
            now,
            expires_at: now + TimeDelta::days(10_000),
        };
        self.store
            .change(move |connection| sessions::insert(connection, &session))
            .await
            .unwrap();
        id
    }

    /// An access token of a new session of a person.
    pub(crate) async fn new_token(&self, person: &Person) -> String {
        let session = self.session(person.organisation, person.id).await;
        self.token(&Person { session, ..*person })
    }

    /// A new API key, made by a person for their organisation, and the key's token.
    pub(crate) async fn key(&self, by: &Person, scopes: &[Scope]) -> (ApiKeyId, String) {
        let mut set = Scopes::EMPTY;
        for scope in scopes {
            set.insert(*scope);
        }
        let settings = ApiKeySettings {
            name: "Tableau de bord".to_owned(),
            scopes: set,
            valid_days: 90,
        };
        let made = api_keys::create(
            &self.store,
            By {
                organisation: by.organisation,
                account: by.id,
            },
            settings,
            self.now(),
        )
        .await;
        let (key, token) = made.unwrap();
        (key.id, token.reveal_key())
    }

    /// Looks for changes of access and of keys in the database, as every instance does at short intervals.
    pub(crate) async fn poll(&self) {
        self.gate.poll(&self.store, self.now()).await.unwrap();
    }

    /// The instant that the service's clock shows.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    /// Sets the service's clock.
    pub(crate) fn set_clock(&self, instant: &str) {
        *self.clock.lock().unwrap() = instant.parse().unwrap();
    }

    /// Lets the service have run for so many seconds more, by which it counts its limits.
    pub(crate) fn pass(&self, seconds: u64) {
        *self.uptime.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// A valid access token of a person.
    pub(crate) fn token(&self, person: &Person) -> String {
        let claimed = Claimed {
            organisation: person.organisation,
            account: person.id,
            session: person.session,
            role: person.role,
        };
        self.gate.tokens.issue(&claimed, self.now()).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call {
            api: self,
            request: TestRequest::with_uri(path).method(method),
        }
    }
}

/// A request that is being made.
pub(crate) struct Call<'a> {
    api: &'a Api,
    request: TestRequest,
}

impl Call<'_> {
    /// The request, with an access token of a person.
    pub(crate) fn by(self, person: &Person) -> Self {
        let token = self.api.token(person);
        self.bearer(&token)
    }

    /// The request, with this token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// The request, with this header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.insert_header((name, value));
        self
    }

    /// The request, as if sent from this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.request = self
            .request
            .peer_addr((address.parse::<IpAddr>().unwrap(), 40_000).into());
        self
    }

    /// The request, with this media type in `Accept`.
    pub(crate) fn accept(self, media_type: &str) -> Self {
        self.header(ACCEPT.as_str(), media_type)
    }

    /// The request, with a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// The request, with this text as body, whatever it is; `Content-Type` says JSON.
    pub(crate) fn text(self, body: &str) -> Self {
        self.bytes(body.as_bytes())
    }

    /// The request, with these bytes as body, whatever they are; `Content-Type` says JSON.
    pub(crate) fn bytes(mut self, body: &[u8]) -> Self {
        self.request = self
            .request
            .insert_header((CONTENT_TYPE, "application/json"))
            .set_payload(Bytes::copy_from_slice(body));
        self
    }

    /// Sends the request; the answer.
    pub(crate) async fn send(self) -> Answer {
        (self.api.call)(self.request).await
    }
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    async fn read(response: ServiceResponse) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = to_bytes(response.into_body()).await.unwrap();
        Self { status, headers, body }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The values of a header that may stand several times.
    pub(crate) fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).map(|value| value.to_str().unwrap())
    }

    /// The status and the code of a failure.
    pub(crate) fn failure(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The pointer or parameter of each fault, and the fault's code.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let fault = |error: &Value| {
            let place = error["pointer"].as_str().or(error["parameter"].as_str());
            (place.unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        errors.iter().map(fault).collect()
    }

    /// Asserts that the answer has this status; a failure shows the body.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}
