//! Proofs of who is calling: passwords and tokens. Knows no database and no HTTP.

pub mod opaque_token;
pub mod password;
pub mod seal;
pub mod throttle;
pub mod token;
