//! Referrals: a social or outreach worker asks for help for somebody, whom we do not name. Worker, commune and day together may
//! tell who it is, so what is personal in one is forgotten in time, and only the advisor and the coordinators read it.

use chrono::NaiveDate;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::partner::{Contact, ContactDraft, PartnerId};
use super::planned_session::Planned;
use super::reading::{reference, set};
use super::thing::Thing;
use crate::domain::calendar::{FIRST_YEAR, ReportDate};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};
use crate::domain::intervention::{CommuneCode, code_of, commune_of, given};
use crate::domain::nomenclature::{ClosedList, CodeSet, Entry, coded, coded_option, coded_set};
use crate::domain::nomenclature::{Redirection, Theme};
use crate::domain::text::{NOTE_MAX, normal_text};

/// Marks identifiers of referrals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferralIdKind {}
/// A referral.
pub type ReferralId = Id<ReferralIdKind>;

/// Who asks for help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ReferringService {
    /// A social worker.
    SocialWorker,
    /// An outreach worker.
    OutreachWorker,
    /// Somebody else.
    Other,
}

impl ClosedList for ReferringService {
    const NAME: &'static str = "service";
    const TYPE: &'static str = "ReferringService";
    const DESCRIPTION: &'static str = "Who asks for help for somebody";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::SocialWorker => ("social_worker", "Travailleur social", "Social worker"),
            Self::OutreachWorker => ("outreach_worker", "Travailleur de proximité", "Outreach worker"),
            Self::Other => ("other", "Autre", "Other"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// How soon help is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Urgency {
    /// The same day.
    Today,
    /// Within the week.
    Week,
    /// When it can be done.
    Normal,
}

impl ClosedList for Urgency {
    const NAME: &'static str = "urgency";
    const TYPE: &'static str = "Urgency";
    const DESCRIPTION: &'static str = "How soon help is needed";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Today => ("today", "Le jour même", "The same day"),
            Self::Week => ("week", "Dans la semaine", "Within the week"),
            Self::Normal => ("normal", "Sans urgence", "Not urgent"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// Why a referral is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ClosedBecause {
    /// The person was helped.
    Answered,
    /// The person was led to somebody else.
    Directed,
    /// The person did not want help.
    Declined,
    /// The person could not be reached.
    Unreachable,
}

impl ClosedList for ClosedBecause {
    const NAME: &'static str = "reason";
    const TYPE: &'static str = "ReferralClosing";
    const DESCRIPTION: &'static str = "Why a referral is closed";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Answered => ("answered", "Besoin traité", "Helped"),
            Self::Directed => ("directed", "Personne dirigée", "Led to somebody else"),
            Self::Declined => ("declined", "Refus de la personne", "Declined"),
            Self::Unreachable => ("unreachable", "Personne injoignable", "Could not be reached"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// How far a referral has come: this follows from what is planned and told, and is stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ReferralState {
    /// It was taken down.
    Received,
    /// The first visit is planned.
    Planned,
    /// The first visit was held.
    Held,
    /// It is closed.
    Closed,
}

impl ClosedList for ReferralState {
    const NAME: &'static str = "state";
    const TYPE: &'static str = "ReferralState";
    const DESCRIPTION: &'static str = "How far a referral has come";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Received => ("received", "Reçue", "Received"),
            Self::Planned => ("planned", "Rendez-vous prévu", "First visit planned"),
            Self::Held => ("held", "Rendez-vous tenu", "First visit held"),
            Self::Closed => ("closed", "Close", "Closed"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// The first intervention that names a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstVisit {
    /// On which day.
    pub on: NaiveDate,
    /// Whether whoever asked came along.
    pub is_accompanied: bool,
}

/// When and why a referral was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralClosing {
    /// On which day.
    pub on: NaiveDate,
    /// Why.
    #[serde(with = "coded")]
    pub reason: ClosedBecause,
}

/// Somebody for whom help is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Who helps.
    pub advisor_id: AdvisorId,
    /// When help was asked for.
    pub received_on: NaiveDate,
    /// Who asked.
    #[serde(with = "coded")]
    pub service: ReferringService,
    /// The structure of whoever asked.
    #[serde(default)]
    pub partner_id: Option<PartnerId>,
    /// How to reach whoever asked, by their office; forgotten in time.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// What the person is called here; forgotten in time, which tells that the rest is too.
    #[serde(default)]
    pub code: Option<String>,
    /// How soon help is needed; forgotten in time.
    #[serde(default, with = "coded_option")]
    pub urgency: Option<Urgency>,
    /// Where the person lives; forgotten in time.
    #[serde(default)]
    pub commune_code: Option<CommuneCode>,
    /// What it is about.
    #[serde(with = "coded_set")]
    pub themes: CodeSet<Theme>,
    /// What else is to be known; forgotten in time.
    #[serde(default)]
    pub note: Option<String>,
    /// To whom the person was led.
    #[serde(with = "coded_set")]
    pub directed_to: CodeSet<Redirection>,
    /// When and why it was closed.
    #[serde(default)]
    pub closed: Option<ReferralClosing>,
}

impl Thing for Referral {
    type Kind = ReferralIdKind;
    const MOST: i64 = 20_000;
}

/// The letters and digits of codes: none that is taken for another.
const ALPHABET: &[u8] = b"ACDEFGHJKMNPQRTUVWXY34679";
/// How many of them a code has: enough that nobody guesses one, few enough for the telephone.
const CODE_LENGTH: usize = 6;

impl Referral {
    /// A code for somebody, which says nothing of them.
    pub fn new_code() -> String {
        let mut rng = rand::rng();
        let letter = |_| {
            ALPHABET
                .get(rng.random_range(0..ALPHABET.len()))
                .copied()
                .map_or('A', char::from)
        };
        (0..CODE_LENGTH).map(letter).collect()
    }

    /// Whether what is personal in it is forgotten.
    pub const fn is_forgotten(&self) -> bool {
        self.code.is_none()
    }

    /// What is left of it in time: what counts.
    #[must_use]
    pub fn forgotten(mut self) -> Self {
        self.contact = None;
        self.code = None;
        self.urgency = None;
        self.commune_code = None;
        self.note = None;
        self
    }

    /// How far it has come, by the sessions that are planned for it and the first intervention that names it.
    pub fn state(&self, visits: &[Planned], first: Option<FirstVisit>) -> ReferralState {
        if self.closed.is_some() {
            ReferralState::Closed
        } else if first.is_some() || visits.iter().any(Planned::is_held) {
            ReferralState::Held
        } else if visits.iter().any(|visit| visit.session.cancelled.is_none()) {
            ReferralState::Planned
        } else {
            ReferralState::Received
        }
    }
}

/// A referral as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct ReferralDraft {
    /// See [`Referral::advisor_id`].
    pub advisor_id: String,
    /// A day.
    pub received_on: String,
    /// A code of [`ReferringService`].
    pub service: String,
    /// See [`Referral::partner_id`].
    pub partner_id: Option<String>,
    /// See [`Referral::contact`].
    pub contact: Option<ContactDraft>,
    /// A code of [`Urgency`].
    pub urgency: String,
    /// An INSEE code.
    pub commune_code: Option<String>,
    /// Codes of [`Theme`].
    pub themes: Vec<String>,
    /// See [`Referral::note`].
    pub note: Option<String>,
    /// Codes of [`Redirection`].
    pub directed_to: Vec<String>,
    /// A day, and a code of [`ClosedBecause`].
    pub closed: Option<(String, String)>,
}

impl ReferralDraft {
    /// The referral, without its code, when it keeps every rule; `today` is the day that it is for the organisation.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, today: NaiveDate) -> Result<Referral, FieldErrors> {
        let mut faults = FieldErrors::new();
        let errors = &mut faults;
        let received_on = past(&self.received_on, "/received_on", today, errors);
        let closed = self.closed.map(|(on, reason)| ReferralClosing {
            on: past(&on, "/closed/on", today, errors),
            reason: code_of(&reason, "/closed", "reason", errors).unwrap_or(ClosedBecause::Answered),
        });
        if closed.is_some_and(|closed| closed.on < received_on) {
            errors.push("/closed/on", FieldCode::FromAfterTo);
        }
        let note = self.note.as_deref();
        let note = note.and_then(|text| normal_text(text, NOTE_MAX, "", "note", errors));
        if note.as_deref().is_some_and(names_somebody) {
            errors.push("/note", FieldCode::NamesSomebody);
        }
        let advisor = self.advisor_id.parse().map_err(|_| FieldCode::InvalidUuid);
        let referral = Referral {
            advisor_id: errors.read("/advisor_id", advisor).unwrap_or_default(),
            received_on,
            service: code_of(&self.service, "", "service", errors).unwrap_or(ReferringService::Other),
            partner_id: reference(self.partner_id.as_deref(), "partner_id", errors),
            contact: self.contact.map(|contact| contact.read("/contact", errors)),
            code: None,
            urgency: code_of(&self.urgency, "", "urgency", errors),
            commune_code: given(self.commune_code.as_deref()).and_then(|code| commune_of(code, "", errors)),
            themes: set(&self.themes, errors),
            note,
            directed_to: match self.directed_to.as_slice() {
                [] => CodeSet::EMPTY,
                codes => CodeSet::of_codes(codes, "/directed_to", errors),
            },
            closed,
        };
        faults.into_result(referral)
    }
}

/// A day from 2020 to today. Notes its fault.
fn past(text: &str, pointer: &str, today: NaiveDate, errors: &mut FieldErrors) -> NaiveDate {
    use chrono::Datelike as _;
    let day = errors
        .read(pointer, text.parse().map(ReportDate::date))
        .unwrap_or(today);
    if day.year() < FIRST_YEAR {
        errors.push(pointer, FieldCode::TooEarly);
    } else if day > today {
        errors.push(pointer, FieldCode::InTheFuture);
    }
    day
}

/// The words with which streets begin.
const STREETS: [&str; 24] = [
    "rue",
    "r.",
    "avenue",
    "av",
    "av.",
    "boulevard",
    "bd",
    "bd.",
    "bld",
    "chemin",
    "allée",
    "allee",
    "impasse",
    "place",
    "route",
    "quai",
    "cours",
    "square",
    "résidence",
    "residence",
    "lotissement",
    "passage",
    "ruelle",
    "venelle",
];
/// The fewest digits of a telephone number.
const PHONE_DIGITS: usize = 9;

/// Whether a text tells where somebody lives or how to reach them: a number before a street, so many digits that they are a
/// telephone number, or an e-mail address.
pub fn names_somebody(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches([',', ';', ':', '(', ')']).to_lowercase())
        .collect();
    let is_number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let is_suffix = |word: &str| matches!(word, "bis" | "ter" | "quater");
    let after = |index: usize| words.iter().skip(index + 1).find(|word| !is_suffix(word));
    let is_street = |word: &String| STREETS.contains(&word.as_str());
    let has_address = words
        .iter()
        .enumerate()
        .any(|(index, word)| is_number(word) && after(index).is_some_and(is_street));
    let is_mail = |word: &String| {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    has_address || words.iter().any(is_mail) || has_phone(text)
}

/// Whether a text has a stretch of digits, with what stands between those of telephone numbers, as long as one.
fn has_phone(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        match c {
            _ if c.is_ascii_digit() => digits += 1,
            ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '+' | '(' | ')' => {}
            _ => digits = 0,
        }
        if digits >= PHONE_DIGITS {
            return true;
        }
    }
    false
}
