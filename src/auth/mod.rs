//! Proofs of who is calling: passwords and tokens. Knows no database and no HTTP.

pub mod password;
pub mod refresh_token;
pub mod token;
