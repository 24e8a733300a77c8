//! Invitations on the wire: mailed where the service sends mail, shown in the answer otherwise.

use serde::Serialize;
use utoipa::ToSchema;

use super::accounts::AccountView;
use crate::actions::accounts::Invited;
use crate::http::application::Application;
use crate::http::wire;
use crate::mail::{self, Letter, Message};

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

/// Mails an invitation if that can be done, and makes the answer, which otherwise shows the token.
pub(in crate::http) fn invited(application: &Application, made: &Invited) -> InvitedAccountView {
    let sent_to = mailed(application, made, mail::invitation);
    let shown = sent_to.is_none().then(|| made.invitation.token.reveal());
    InvitedAccountView {
        account: (&made.managed).into(),
        invitation: InvitationView {
            token: shown,
            sent_to,
            expires_at: made.invitation.expires_at.into(),
        },
    }
}

/// Mails an invitation if that can be done, and returns the address to which it goes. The message is sent beside the
/// answer: when the mail server refuses it, the invitation is stored already.
pub(in crate::http) fn mailed(
    application: &Application,
    made: &Invited,
    write: impl Fn(Letter<'_>) -> Message,
) -> Option<String> {
    let to = &made.managed.account.email;
    let mailer = application.mailer.as_ref().filter(|_| mail::is_mailable(to))?;
    mailer.post(write(Letter {
        to,
        organisation: &made.organisation.name,
        link: &mailer.password_link(&made.invitation.token.reveal()),
        expires_at: made.invitation.expires_at,
        time_zone: made.organisation.time_zone,
    }));
    Some(to.as_str().to_owned())
}
