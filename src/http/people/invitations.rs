//! What becomes of an invitation: mailed where the service sends mail, shown otherwise.

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
    /// Sets the password of the account at `PUT /v1/passwords`, once; `null` when it was mailed.
    #[schema(required = true, example = "AZjzwnwefSqPAAJCrBIAAgGY88J8Hn0qjwACQqwSAAI")]
    token: Option<String>,
    /// The address that it is mailed to; `null` when it is shown instead, for lack of a mail server or of an address that
    /// mail can be sent to.
    #[schema(required = true, format = Email, example = "camille.martin@demo.example")]
    sent_to: Option<String>,
    /// Until when it is good.
    expires_at: wire::Instant,
}

/// A person and the invitation that they are to get.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitedAccount)]
pub struct InvitedAccountView {
    /// The person.
    account: AccountView,
    /// What they get, or are to be passed.
    invitation: InvitationView,
}

/// The answer to an invitation, which is mailed if it can be.
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

/// Mails an invitation if it can be, beside the answer: what the mail server says comes too late to refuse what is
/// stored. The address that it goes to.
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
