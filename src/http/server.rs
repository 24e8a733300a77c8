//! The actix application and the server around it.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpServer};
use socket2::SockRef;
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::application::{Application, Browsers};
use super::routes::{RouteTable, no_route, routes};
use crate::http::answer::envelope::Envelope;
use crate::http::request::admission::admit;

/// The actix application, as the server and the tests run it.
pub fn app(
    application: Application,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let table = RouteTable::new(Arc::clone(&application.document));
    App::new()
        .wrap(from_fn(admit))
        .wrap(cross_origin(&application.browsers))
        .wrap(Envelope::new(&application))
        .app_data(Data::new(application))
        .app_data(Data::new(table))
        .into_utoipa_app()
        .configure(routes)
        .into_app()
        .configure(super::web::routes)
        .service(web::redirect("/app", "/app/"))
        .service(documentation())
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(no_route))
}

/// Swagger UI, which shows the OpenAPI document. This program serves all of its files: browsers ask no other site.
fn documentation() -> SwaggerUi {
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .display_operation_id(true)
        // A token that a browser keeps is there for whoever uses it next.
        .persist_authorization(false)
        .try_it_out_enabled(true);
    SwaggerUi::new("/docs/{_:.*}").config(config)
}

/// What pages of other sites may do: nothing, unless their origin is configured.
fn cross_origin(browsers: &Browsers) -> Condition<Cors> {
    let cors = browsers
        .allowed_origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    let cors = cors
        .allowed_methods(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            "accept",
            "accept-language",
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
        ])
        .expose_headers([
            "allow",
            "content-disposition",
            "etag",
            "location",
            "retry-after",
            "x-request-id",
        ])
        .max_age(600);
    Condition::new(!browsers.allowed_origins.is_empty(), cors)
}

/// How many connections the server has at most, when the system lets the process open that many files.
const CONNECTIONS_MAX: u64 = 16_384;
/// How many files stay for the database, the log and whatever else opens some.
const FILES_SET_APART: u64 = 128;
/// How long the requests under way may take once the server is told to stop: container runtimes kill after ten seconds.
const STOP_SECONDS: u64 = 8;

/// On which terms a server serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How many connections it has at most; who comes then waits for one of them to be closed.
    pub connections: usize,
    /// How long a client may leave what it was sent unread: a connection whose client has gone holds its answer no longer.
    pub unread: Duration,
    /// How long a connection may be idle between two requests. Proxies keep connections to send the next request on, and must
    /// give them up first: a request that meets a connection being closed looks as if it had failed.
    pub idle: Duration,
    /// Whether it stops on SIGTERM and SIGINT. A server in a program that does something else leaves these to that program.
    pub heeds_signals: bool,
}

impl Terms {
    /// The terms of a process that may open so many files: each connection is one of them. Of few files half are set apart.
    #[must_use]
    pub fn with_files(files: u64) -> Self {
        let connections = files
            .saturating_sub(FILES_SET_APART)
            .max(files / 2)
            .clamp(1, CONNECTIONS_MAX);
        Self {
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            unread: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            heeds_signals: true,
        }
    }

    /// The terms of this process. Raises how many files it may open as far as the system lets it: many systems let it have a
    /// thousand unless it asks.
    pub fn of_this_process() -> Self {
        let files = rlimit::increase_nofile_limit(CONNECTIONS_MAX + FILES_SET_APART).unwrap_or_else(|error| {
            tracing::warn!(%error, "how many files may be open is not known");
            1024
        });
        let terms = Self::with_files(files);
        tracing::info!(
            files,
            connections = terms.connections,
            "so many connections are taken at once"
        );
        terms
    }
}

/// A server on a listener; it runs when awaited, and stops on SIGTERM and SIGINT, if it heeds them, once the requests under way
/// are answered, or after eight seconds.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(application: Application, listener: TcpListener, terms: Terms) -> std::io::Result<Server> {
    // The connections of a listener have its options.
    SockRef::from(&listener).set_tcp_user_timeout(Some(terms.unread))?;
    let workers = available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = workers.min(terms.connections).max(1);
    let server = HttpServer::new(move || app(application.clone()))
        .workers(workers)
        .keep_alive(terms.idle)
        .max_connections(terms.connections / workers)
        .shutdown_timeout(STOP_SECONDS)
        .listen(listener)?;
    let server = if terms.heeds_signals {
        server
    } else {
        server.disable_signals()
    };
    Ok(server.run())
}
