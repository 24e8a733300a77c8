//! What somebody at a partner reads and asks for by a link, without an account. Reading writes nothing but a count, so
//! that somebody who has no link causes no write.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::requests::refusal;
use crate::actions::{ActionError, By};
use crate::auth::opaque_token::LinkToken;
use crate::domain::account::{Email, Role};
use crate::domain::calendar::today_in;
use crate::domain::field::agreement::Agreement;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::planned_session::PlannedSession;
use crate::domain::field::request::{Request, RequestId, RequestStatus};
use crate::domain::field::schedule::Schedule;
use crate::domain::field::thing::{Kept, PutRefusal, Thing as _};
use crate::domain::field::workshop::Workshop;
use crate::domain::identifiers::{AccountId, MessageId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::domain::retention::MAIL_HOURS;
use crate::mail::{Mailer, Matter, is_mailable};
use crate::storage::accounts::managed::{self, AccountStatus};
use crate::storage::field::partner_links::{self, PartnerLink};
use crate::storage::field::requests::{self, RequestQuery};
use crate::storage::field::thing::{Named as _, Stored as _};
use crate::storage::field::{agreements, planned_sessions, schedules};
use crate::storage::outbox::{self, NewMail};
use crate::storage::{AnyConnection, StorageError, Store, audit, organisations};

/// How many days ahead a partner sees what is planned, and how many sessions of an agreement at most.
const NEXT_DAYS: u64 = 60;
const NEXT_SHOWN: usize = 5;
/// How many of its requests a partner sees, the latest first.
const REQUESTS_SHOWN: u32 = 50;
/// How many requests of a partner may wait at once by its page: whoever has the link does not fill the organisation.
const WAITING_MAX: usize = 20;

/// An agreement as a partner reads it.
#[derive(Debug)]
pub struct Agreed {
    /// The agreement.
    pub agreement: Agreement,
    /// The name of its place.
    pub place: Option<String>,
    /// The schedules of the presences, those that are over left out.
    pub schedules: Vec<Schedule>,
    /// The next sessions that are planned under it.
    pub next: Vec<PlannedSession>,
}

/// What a partner reads.
#[derive(Debug)]
pub struct PartnerPage {
    /// The link by which it reads.
    pub link: PartnerLink,
    /// The organisation.
    pub organisation: Organisation,
    /// The day, where the organisation is.
    pub today: NaiveDate,
    /// The partner.
    pub partner: Partner,
    /// Its agreements that are not over.
    pub agreements: Vec<Agreed>,
    /// The sheets that it may ask for.
    pub catalogue: Vec<Kept<Workshop>>,
    /// Its latest requests.
    pub requests: Vec<Kept<Request>>,
}

/// What a link shows, if it is good at `now`: one that is revoked or has expired is not, nor is one of a partner whose last
/// agreement is over.
pub async fn shown(store: &Store, token: &LinkToken, now: DateTime<Utc>) -> Result<Option<PartnerPage>, ActionError> {
    let (organisation, link, hash) = (token.organisation, token.id, token.hash());
    let page = store
        .read(move |connection| {
            let Some(link) = partner_links::good(connection, organisation, link, &hash, now)? else {
                return Ok(None);
            };
            page_of(connection, organisation, link, now)
        })
        .await?;
    Ok(page)
}

fn page_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: PartnerLink,
    now: DateTime<Utc>,
) -> Result<Option<PartnerPage>, StorageError> {
    let found = organisations::find(connection, organisation)?;
    let partner = Partner::find(connection, organisation, link.partner)?;
    let Some((found, partner)) = found.zip(partner) else {
        return Ok(None);
    };
    let today = today_in(found.time_zone, now);
    let mut lasting = Vec::new();
    let soon = today.checked_add_days(Days::new(NEXT_DAYS)).unwrap_or(today);
    let planned = planned_sessions::agenda(connection, organisation, today, soon)?;
    for kept in agreements::of_partner(connection, organisation, link.partner)? {
        if kept.content.ends_on < today {
            continue;
        }
        let place = match kept.content.place_id {
            Some(place) => Place::find(connection, organisation, place)?.map(|place| place.content.name),
            None => None,
        };
        let mut schedules = schedules::of_agreement(connection, organisation, kept.id)?;
        schedules.retain(|schedule| schedule.ends_on >= today);
        let under_it = planned.iter().map(|planned| &planned.session);
        let under_it = under_it.filter(|session| session.plan.agreement_id == Some(kept.id));
        let next = under_it.filter(|session| session.cancelled.is_none() && !session.is_confidential());
        lasting.push(Agreed {
            agreement: kept.content,
            place,
            schedules,
            next: next.take(NEXT_SHOWN).cloned().collect(),
        });
    }
    if lasting.is_empty() {
        return Ok(None);
    }
    let most = u32::try_from(Workshop::MOST).unwrap_or(u32::MAX);
    let mut catalogue = Workshop::page_by_name(connection, organisation, None, most)?;
    catalogue.retain(|sheet| !sheet.content.retired);
    let query = RequestQuery {
        organisation,
        partner: Some(link.partner),
        kind: None,
        status: None,
        after: None,
        limit: REQUESTS_SHOWN,
    };
    Ok(Some(PartnerPage {
        link,
        organisation: found,
        today,
        partner: partner.content,
        agreements: lasting,
        catalogue,
        requests: requests::list(connection, &query)?,
    }))
}

/// Counts that the page was read by a link.
pub async fn count_view(store: &Store, token: &LinkToken, now: DateTime<Utc>) -> Result<(), ActionError> {
    let (organisation, link) = (token.organisation, token.id);
    store
        .change(move |connection| partner_links::count_view(connection, organisation, link, now))
        .await?;
    Ok(())
}

/// Keeps what a partner asks for on its page, in the name of whoever made the link, and tells the coordinators and whom the
/// partner names. An identifier that is taken was sent before: nothing changes.
pub async fn ask(
    store: &Store,
    mailer: Option<&Mailer>,
    page: &PartnerPage,
    (id, asked): (RequestId, Request),
    now: DateTime<Utc>,
) -> Result<Result<(), PutRefusal>, ActionError> {
    let by = By {
        organisation: page.organisation.id,
        account: page.link.created_by,
    };
    let mails = match mailer {
        Some(mailer) => mails(store, mailer, page, &asked, now).await?,
        None => Vec::new(),
    };
    let kept = store
        .locking(by.organisation)
        .write(move |locked| {
            if Request::find(locked, by.organisation, id)?.is_some() {
                return Ok(Ok(()));
            }
            if waiting(locked, by.organisation, &asked)? >= WAITING_MAX
                || Request::count(locked, by.organisation)? >= Request::MOST
            {
                return Ok(Err(PutRefusal::TooMany));
            }
            if let Some(refusal) = refusal(locked, (by.organisation, id), &asked, None)? {
                return Ok(Err(refusal));
            }
            let kept = Kept {
                id,
                version: 1,
                updated_at: now,
                updated_by: by.account,
                content: asked.clone(),
            };
            Request::keep(locked, &kept)?;
            audit::record(locked, by.did(Request::WRITTEN, id.uuid()), now)?;
            for mail in &mails {
                outbox::insert(locked, mail)?;
            }
            Ok(Ok(()))
        })
        .await?;
    if let Some(mailer) = mailer {
        mailer.wake();
    }
    Ok(kept)
}

/// How many requests of the partner wait for an answer.
fn waiting(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    asked: &Request,
) -> Result<usize, StorageError> {
    let query = RequestQuery {
        organisation,
        partner: Some(asked.partner_id),
        kind: None,
        status: Some(RequestStatus::Received),
        after: None,
        limit: u32::try_from(WAITING_MAX).unwrap_or(u32::MAX),
    };
    Ok(requests::list(connection, &query)?.len())
}

/// The messages about a request: to each coordinator, and to whom the partner names.
async fn mails(
    store: &Store,
    mailer: &Mailer,
    page: &PartnerPage,
    asked: &Request,
    now: DateTime<Utc>,
) -> Result<Vec<NewMail>, ActionError> {
    let organisation = page.organisation.id;
    let accounts = store
        .read(move |connection| managed::all(connection, organisation))
        .await?;
    let sheet = page.catalogue.iter().find(|sheet| Some(sheet.id) == asked.workshop_id);
    let workshop = sheet.map(|sheet| sheet.content.title.clone());
    let partner = page.partner.name.clone();
    let mut mails = Vec::new();
    let mut post = |account: AccountId, matter: &Matter| {
        let id = MessageId::new();
        mails.push(NewMail {
            organisation,
            account,
            id,
            invitation: None,
            content: mailer.sealed(id, matter)?,
            now,
            expires_at: now + Duration::hours(MAIL_HOURS),
        });
        Ok::<_, ActionError>(())
    };
    for managed in accounts {
        let account = managed.account;
        if account.role == Role::Coordinator
            && managed.status != AccountStatus::Deactivated
            && is_mailable(&account.email)
        {
            let (partner, workshop) = (partner.clone(), workshop.clone());
            post(account.id, &Matter::Asked { partner, workshop })?;
        }
    }
    let contact = asked.contact.as_ref().and_then(|contact| contact.email.as_deref());
    if let Some(to) = contact.and_then(|email| Email::parse(email).ok()).filter(is_mailable) {
        let to = to.as_str().to_owned();
        post(page.link.created_by, &Matter::AskedForYou { to, partner, workshop })?;
    }
    Ok(mails)
}
