//! Accounts, their invitations and passwords, who is signed in.

pub mod accounts;
pub mod browser_sessions;
pub mod invitations;
pub mod passwords;
pub mod profile;
pub mod sessions;
