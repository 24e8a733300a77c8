//! Pages for people, and what the service says of itself.

pub mod landing;
pub mod password_page;
pub mod service_info;
