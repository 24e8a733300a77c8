//! Invitations on the wire: mailed where the service sends mail, shown in the answer otherwise.

use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::AccountView;
use crate::actions::accounts::Invited;
use crate::http::wire;

/// An invitation: mailed, or shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    /// The token that sets the password of the account at `PUT /v1/passwords`, once; `null` when the invitation was
    /// mailed.
    #[schema(required = true, example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    token: Option<String>,
    /// The address to which the invitation is mailed; `null` when the token is shown instead, since the service has no
    /// mail server or the address is none that mail can be sent to.
    #[schema(required = true, format = Email, example = "camille.martin@demo.example")]
    sent_to: Option<String>,
    /// Until when the invitation is valid.
    expires_at: wire::Instant,
}

/// A person and the invitation that they are to get.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitedAccount)]
pub struct InvitedAccountView {
    /// The person.
    account: AccountView,
    /// Their invitation, which they get by mail or from you.
    invitation: InvitationView,
}

/// The answer: the invitation is mailed, or its token is shown.
pub(in crate::http) fn invited(made: &Invited) -> InvitedAccountView {
    InvitedAccountView {
        account: (&made.managed).into(),
        invitation: InvitationView {
            token: made.sent_to.is_none().then(|| made.token.reveal()),
            sent_to: made.sent_to.as_ref().map(|to| to.as_str().to_owned()),
            expires_at: made.expires_at.into(),
        },
    }
}
