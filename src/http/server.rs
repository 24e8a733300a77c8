//! The actix application and the server around it.

use std::net::TcpListener;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpServer};
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
    let table = RouteTable::new(&application.document);
    App::new()
        .wrap(from_fn(admit))
        .wrap(cross_origin(&application.browsers))
        .wrap(Envelope::new(&application))
        .app_data(Data::new(application))
        .app_data(Data::new(table))
        .into_utoipa_app()
        .configure(routes)
        .into_app()
        .service(documentation())
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(no_route))
}

/// Swagger UI, which shows the OpenAPI document. This program serves all of its files: browsers ask no other site.
fn documentation() -> SwaggerUi {
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .display_operation_id(true)
        .persist_authorization(true)
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

/// A server on a listener; it runs when awaited, and stops on SIGTERM and SIGINT once the requests under way are
/// answered.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(application: Application, listener: TcpListener) -> std::io::Result<Server> {
    let server = HttpServer::new(move || app(application.clone()))
        .shutdown_timeout(10)
        .listen(listener)?
        .run();
    Ok(server)
}
