//! The actix application and the server around it.

use std::net::TcpListener;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpServer};
use utoipa_actix_web::AppExt as _;

use super::application::Application;
use super::envelope::Envelope;
use super::routes::{RouteTable, no_route, routes};

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
        .wrap(Envelope)
        .app_data(Data::new(application))
        .app_data(Data::new(table))
        .into_utoipa_app()
        .configure(routes)
        .into_app()
        .default_service(web::to(no_route))
}

/// A server on a listener; it runs when awaited, and stops on SIGTERM and SIGINT after the requests under way.
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
