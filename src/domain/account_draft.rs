//! What a coordinator enters about a person or about the organisation, and the rules that it must obey: every fault is
//! found at once.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::account::{ActivityPeriod, Email, PersonName, Role};
use super::field::publicity::Publicity;
use super::field::territory::{Territory, TerritoryDraft};
use super::field_error::{FieldCode, FieldErrors};
use super::holidays::HolidayCalendar;
use super::nomenclature::ClosedList as _;
use super::organisation::{OrganisationName, REMINDER_DAYS, WorkingDays};

/// The most activity periods of an advisor.
pub const PERIODS_MAX: usize = 50;

/// A person, as a coordinator describes them.
#[derive(Debug, Clone, Default)]
pub struct AccountDraft {
    /// The code of the role.
    pub role: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The codes of the working days; `None`: the organisation's.
    pub working_days: Option<Vec<String>>,
    /// The first and the last day of each activity period.
    pub activity_periods: Vec<(String, Option<String>)>,
}

/// What is known of a person: values that obey every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSettings {
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// The address with which they sign in.
    pub email: Email,
    /// The days on which they work; `None`: the organisation's.
    pub working_days: Option<WorkingDays>,
    /// When they are active, in order, apart from one another; an advisor has one at least, a coordinator none.
    pub activity_periods: Vec<ActivityPeriod>,
}

impl AccountDraft {
    /// The settings, when they keep every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(&self) -> Result<AccountSettings, FieldErrors> {
        let mut errors = FieldErrors::new();
        // Administrators belong to no organisation, so no coordinator makes one.
        let role = Role::from_code(&self.role).filter(|role| role.is_of_an_organisation());
        if role.is_none() {
            errors.push("/role", FieldCode::UnknownCode);
        }
        let name = PersonName::parse(&self.name)
            .map_err(|faults| errors.append(faults))
            .ok();
        let email = Email::parse(&self.email)
            .map_err(|code| errors.push("/email", code))
            .ok();
        let days = self.working_days.as_deref();
        let working_days = days.map(|days| WorkingDays::of_codes(days, "/working_days", &mut errors));
        let activity_periods = self.periods(role, &mut errors);
        match (role, name, email) {
            (Some(role), Some(name), Some(email)) => errors.into_result(AccountSettings {
                role,
                name,
                email,
                working_days,
                activity_periods,
            }),
            _ => Err(errors),
        }
    }

    fn periods(&self, role: Option<Role>, errors: &mut FieldErrors) -> Vec<ActivityPeriod> {
        let given = self.activity_periods.len();
        match role {
            Some(Role::Advisor) if given == 0 => errors.push("/activity_periods", FieldCode::TooFew { min: 1 }),
            Some(Role::Coordinator) if given > 0 => errors.push("/activity_periods", FieldCode::NotAllowedHere),
            _ if given > PERIODS_MAX => errors.push("/activity_periods", FieldCode::TooMany { max: PERIODS_MAX }),
            _ => {}
        }
        let mut periods: Vec<ActivityPeriod> = Vec::new();
        for (index, (starts_on, ends_on)) in self.activity_periods.iter().take(PERIODS_MAX).enumerate() {
            let at = format!("/activity_periods/{index}");
            let mut day = |field: &str, text: &str| {
                let day = text.parse::<NaiveDate>().ok().filter(|day| day.to_string() == text);
                if day.is_none() {
                    errors.push_field(&at, field, FieldCode::InvalidDate);
                }
                day
            };
            let starts_on = day("starts_on", starts_on);
            let ends_on = ends_on.as_deref().map(|text| day("ends_on", text));
            let (Some(starts_on), None | Some(Some(_))) = (starts_on, ends_on) else {
                continue;
            };
            let period = ActivityPeriod {
                starts_on,
                ends_on: ends_on.flatten(),
            };
            if period.ends_on.is_some_and(|end| end < starts_on) {
                errors.push_field(&at, "ends_on", FieldCode::FromAfterTo);
            } else if periods.iter().any(|other| other.overlaps(&period)) {
                errors.push(&at, FieldCode::Overlaps);
            }
            periods.push(period);
        }
        periods.sort_by_key(|period| period.starts_on);
        periods
    }
}

/// An organisation, as its coordinator describes it.
#[derive(Debug, Clone, Default)]
pub struct OrganisationDraft {
    /// The name.
    pub name: String,
    /// The name of the time zone.
    pub time_zone: String,
    /// The codes of the working days.
    pub working_days: Vec<String>,
    /// The code of the calendar of public holidays; `None`: France's.
    pub holidays: Option<String>,
    /// After how many working days without a report an advisor is reminded; `None`: never.
    pub reminder_after_days: Option<i64>,
    /// Where it works.
    pub territory: TerritoryDraft,
    /// Its name in addresses; `None`: it has none.
    pub slug: Option<String>,
    /// Whether it publishes.
    pub publishes: bool,
}

/// What is known of an organisation: values that obey every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationSettings {
    /// Its name.
    pub name: OrganisationName,
    /// The zone in which its days begin and end.
    pub time_zone: Tz,
    /// The days on which its advisors work.
    pub working_days: WorkingDays,
    /// The public holidays that they keep.
    pub holidays: HolidayCalendar,
    /// After how many working days without a report an advisor is reminded, 1 to 30; `None`: never.
    pub reminder_after_days: Option<i64>,
    /// Where it works.
    pub territory: Territory,
    /// What it shows to everybody.
    pub publicity: Publicity,
}

impl OrganisationDraft {
    /// The settings, when they keep every rule.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(&self) -> Result<OrganisationSettings, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = OrganisationName::parse(&self.name)
            .map_err(|faults| errors.append(faults))
            .ok();
        let time_zone = self.time_zone.parse::<Tz>().ok();
        if time_zone.is_none() {
            errors.push("/time_zone", FieldCode::InvalidTimeZone);
        }
        let working_days = WorkingDays::of_codes(&self.working_days, "/working_days", &mut errors);
        let holidays = self
            .holidays
            .as_deref()
            .map_or(Some(HolidayCalendar::default()), HolidayCalendar::from_code);
        if holidays.is_none() {
            errors.push("/holidays", FieldCode::UnknownCode);
        }
        let (min, max) = REMINDER_DAYS;
        if self
            .reminder_after_days
            .is_some_and(|days| !(min..=max).contains(&days))
        {
            errors.push("/reminder_after_days", FieldCode::OutOfRange { min, max });
        }
        let territory = self.territory.validate(&mut errors);
        let publicity = Publicity::validate(self.slug.as_deref(), self.publishes, &mut errors);
        match (name, time_zone) {
            (Some(name), Some(time_zone)) => errors.into_result(OrganisationSettings {
                name,
                time_zone,
                working_days,
                holidays: holidays.unwrap_or_default(),
                reminder_after_days: self.reminder_after_days,
                territory,
                publicity,
            }),
            _ => Err(errors),
        }
    }
}
