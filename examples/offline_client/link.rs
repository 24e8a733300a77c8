//! The way to the service, on which any request and any answer may be lost.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::disk;

/// How long the device waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The answer's status.
    pub status: u16,
    /// The answer's body; null where it is no JSON.
    pub body: Value,
    /// After how many seconds to ask again, where the answer says so.
    pub retry_after: Option<u64>,
    /// The answer's entity tag, where it has one.
    pub tag: Option<String>,
}

/// A header that makes a request conditional: its name and its value.
pub type Condition<'a> = Option<(&'static str, &'a str)>;

/// No answer came, or only a part of one: the device does not know whether the service did what was asked.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Lost(pub String);

/// Asks the service.
pub trait Link {
    /// Sends one request; the answer.
    ///
    /// # Errors
    /// When no whole answer came.
    fn ask(&mut self, method: &str, path: &str, condition: Condition<'_>, body: Option<&Value>)
    -> Result<Answer, Lost>;
}

/// The tokens of a session.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Session {
    access_token: String,
    refresh_token: String,
}

/// The service over HTTP, signed in as an advisor. The session is kept on the disk, readable to its owner alone.
pub struct HttpLink {
    agent: ureq::Agent,
    url: String,
    credentials: Value,
    file: PathBuf,
    session: Session,
}

impl HttpLink {
    /// The service at `url`, with the session in the file, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(url: &str, email: &str, password: &str, file: PathBuf) -> Result<Self, disk::DiskError> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .max_idle_connections(0);
        Ok(Self {
            agent: config.build().into(),
            url: url.to_owned(),
            credentials: json!({"email": email, "password": password}),
            session: disk::load(&file)?,
            file,
        })
    }

    fn once(
        &self,
        method: &str,
        path: &str,
        (condition, token): (Condition<'_>, bool),
        body: Option<&Value>,
    ) -> Result<Answer, Lost> {
        let lost = |error: ureq::Error| Lost(error.to_string());
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("content-type", "application/json");
        if token {
            request = request.header("authorization", format!("Bearer {}", self.session.access_token));
        }
        if let Some((name, value)) = condition {
            request = request.header(name, value);
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(text).map_err(|error| Lost(error.to_string()))?;
        let mut answer = self.agent.run(request).map_err(lost)?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
            tag: header("etag").map(str::to_owned),
            body: serde_json::from_str(
                &answer
                    .body_mut()
                    .with_config()
                    .limit(64 << 20)
                    .read_to_string()
                    .map_err(lost)?,
            )
            .unwrap_or_default(),
        })
    }

    /// Gets a new access token: by the refresh token, or by the password where that is refused.
    fn sign_in(&mut self) -> Result<Answer, Lost> {
        let refresh = json!({"refresh_token": self.session.refresh_token});
        let mut answer = self.once("POST", "/v1/sessions/refresh", (None, false), Some(&refresh))?;
        if answer.status != 201 {
            answer = self.once("POST", "/v1/sessions", (None, false), Some(&self.credentials))?;
        }
        if let Ok(session) = serde_json::from_value(answer.body.clone()) {
            self.session = session;
            disk::save(&self.file, &self.session).map_err(|error| Lost(error.to_string()))?;
        }
        Ok(answer)
    }
}

impl Link for HttpLink {
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        condition: Condition<'_>,
        body: Option<&Value>,
    ) -> Result<Answer, Lost> {
        let answer = self.once(method, path, (condition, true), body)?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let signed_in = self.sign_in()?;
        if signed_in.status == 201 {
            self.once(method, path, (condition, true), body)
        } else {
            Ok(signed_in)
        }
    }
}
