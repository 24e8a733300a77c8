//! For how long is kept what is not kept for ever.

/// For how many months an entry of the audit log is kept (the CNIL's recommendation on logging: 6 to 12).
pub const AUDIT_MONTHS: u32 = 12;
/// For how many months the notes of reports are kept, unless the instance is told otherwise.
pub const NOTES_MONTHS: u32 = 24;
/// After how many months without contact an account loses its name and address.
pub const CONTACT_MONTHS: u32 = 12;
/// For how many days sessions are kept that have ended, and keys, links and invitations that are good no more.
pub const ENDED_DAYS: i64 = 30;
/// For how many days a refresh token is good, counted anew at each use.
pub const REFRESH_DAYS: i64 = 90;
/// For how many days an invitation is good.
pub const INVITATION_DAYS: i64 = 7;
/// For how many days the invitation is good that whoever forgot their password gets: they wait for it.
pub const RESET_DAYS: i64 = 1;
/// For how many days a cursor of changes is good.
pub const CURSOR_DAYS: i64 = 400;
