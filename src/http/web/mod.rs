//! The application for people at `/app/`: the files of `web/`, and what leads a browser to them. It is a client of the API
//! like any other, and stands outside its document.

mod assets;
mod shell;
mod worker;

use actix_web::web::ServiceConfig;

/// Registers the paths of the application for people.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(worker::get_worker)
        .service(worker::get_manifest)
        .service(shell::get_file)
        .service(shell::get_shell);
}
