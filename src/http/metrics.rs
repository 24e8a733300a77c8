//! What the service counts about its own work, in the format of Prometheus, on a listener of its own.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::Method;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The upper ends of the buckets of durations, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The labels by which answered requests are counted. `route` is the pattern of the path, never the path itself, which
/// names people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    route: String,
}

/// The counters of an instance.
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    registry: Mutex<Registry>,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations: Family<RouteLabels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let mut registry = Registry::with_prefix("quotidien");
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from a request to its answer",
            Unit::Seconds,
            durations.clone(),
        );
        Self {
            requests,
            durations,
            registry: Mutex::new(registry),
        }
    }
}

impl Metrics {
    /// Counts an answer.
    pub(super) fn count(&self, method: &Method, route: Option<String>, status: u16, duration: Duration) {
        let labels = RouteLabels {
            method: label(method).to_owned(),
            route: route.unwrap_or_else(|| "none".to_owned()),
        };
        self.durations.get_or_create(&labels).observe(duration.as_secs_f64());
        let RouteLabels { method, route } = labels;
        let labels = RequestLabels { method, route, status };
        self.requests.get_or_create(&labels).inc();
    }

    /// All counters, as Prometheus reads them.
    pub fn text(&self) -> String {
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        match encode(&mut text, &registry) {
            Ok(()) => text,
            Err(error) => {
                tracing::error!(%error, "writing the metrics failed");
                "# EOF\n".to_owned()
            }
        }
    }
}

/// A method as a label. Callers can invent methods: these all count as `other`, so that nobody makes labels without
/// end.
fn label(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::PUT | Method::POST | Method::DELETE | Method::OPTIONS => method.as_str(),
        _ => "other",
    }
}

/// A server that answers `/metrics` and nothing else.
///
/// # Errors
/// When the listener cannot be used.
pub fn metrics_server(metrics: Arc<Metrics>, listener: TcpListener) -> std::io::Result<Server> {
    let metrics = Data::from(metrics);
    let server = HttpServer::new(move || {
        App::new().app_data(metrics.clone()).route(
            "/metrics",
            web::get().to(|metrics: Data<Metrics>| async move {
                HttpResponse::Ok()
                    .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
                    .body(metrics.text())
            }),
        )
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
