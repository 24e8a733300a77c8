//! A phone with the reference client, whose way to the service may be cut: what it asks, the service in the tests' process
//! answers.

use std::path::Path;
use std::sync::mpsc;

use actix_web::http::Method;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::offline::device::Device;
use crate::offline::link::{Answer, Condition, Link, Lost};
use crate::support::api::{Api, Person};

/// A request of a phone, and where its answer goes.
struct Asked {
    method: String,
    path: String,
    condition: Option<(&'static str, String)>,
    body: Option<Value>,
    answer: mpsc::Sender<Answer>,
}

/// The way of a phone to the service.
pub(super) struct Way {
    asked: UnboundedSender<Asked>,
    /// Whether there is no network.
    pub(super) is_cut: bool,
}

impl Link for Way {
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        condition: Condition<'_>,
        body: Option<&Value>,
    ) -> Result<Answer, Lost> {
        if self.is_cut {
            return Err(Lost("no network".to_owned()));
        }
        let (answer, answered) = mpsc::channel();
        let asked = Asked {
            method: method.to_owned(),
            path: path.to_owned(),
            condition: condition.map(|(name, value)| (name, value.to_owned())),
            body: body.cloned(),
            answer,
        };
        self.asked.send(asked).map_err(|error| Lost(error.to_string()))?;
        answered.recv().map_err(|error| Lost(error.to_string()))
    }
}

/// Has the phone of an advisor, whose notebook is in a folder, do something on a thread of its own; the service answers what it
/// asks.
pub(super) async fn on_phone<R: Send + 'static>(
    api: &Api,
    by: &Person,
    folder: &Path,
    work: impl FnOnce(&mut Device<Way>) -> R + Send + 'static,
) -> R {
    let (asked, mut asks) = unbounded_channel();
    let folder = folder.to_owned();
    let phone = std::thread::spawn(move || {
        let way = Way { asked, is_cut: false };
        work(&mut Device::open(&folder, way).unwrap())
    });
    while let Some(asked) = asks.recv().await {
        let method = Method::from_bytes(asked.method.as_bytes()).unwrap();
        let mut call = api.call(method, &asked.path).by(by);
        if let Some((name, value)) = &asked.condition {
            call = call.header(name, value);
        }
        if let Some(body) = &asked.body {
            call = call.json(body);
        }
        let answer = call.send().await;
        let answer = Answer {
            status: answer.status,
            body: answer.json(),
            retry_after: None,
            tag: answer.header("etag").map(str::to_owned),
        };
        asked.answer.send(answer).unwrap();
    }
    phone.join().unwrap()
}
