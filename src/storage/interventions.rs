//! The interventions of a month, or of some advisors in it, as columns of all that filters and breakdowns ask for.

use std::collections::BTreeSet;
use std::convert::Infallible;

use chrono::NaiveDate;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::field::places;
use super::reports::{People, tag_ids};
use super::schema::interventions;
use super::storage_error::StorageError;
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::intervention::Counts;
use crate::domain::nomenclature::ClosedList;
use crate::statistics::columns::{Column, ColumnBuilder};
use crate::statistics::filter::Filters;
use crate::statistics::group::{Group, MonthColumns};

/// What of an intervention filters and breakdowns ask for.
#[derive(Queryable, Selectable)]
#[diesel(table_name = interventions)]
struct Row {
    advisor_id: String,
    kind: String,
    setting: String,
    principle: Option<String>,
    commune_code: Option<String>,
    place_id: Option<String>,
    partner_id: Option<String>,
    workshop_id: Option<String>,
    tags: Option<String>,
    themes: i64,
    referrals: i64,
    means: i64,
    people: String,
    participants: i32,
    recurring_participants: i32,
    duration_minutes: i32,
}

/// The columns of a month, row by row.
#[derive(Default)]
struct Rows {
    number: usize,
    advisors: ColumnBuilder<String>,
    kinds: ColumnBuilder<String>,
    settings: ColumnBuilder<String>,
    principles: ColumnBuilder<Option<String>>,
    communes: ColumnBuilder<Option<String>>,
    places: ColumnBuilder<Option<String>>,
    partners: ColumnBuilder<Option<String>>,
    workshops: ColumnBuilder<Option<String>>,
    tags: ColumnBuilder<Option<String>>,
    themes: ColumnBuilder<i64>,
    referrals: ColumnBuilder<i64>,
    means: ColumnBuilder<i64>,
    people: ColumnBuilder<String>,
    participants: ColumnBuilder<i32>,
    recurring: ColumnBuilder<i32>,
    minutes: ColumnBuilder<i32>,
}

impl Rows {
    fn push(&mut self, row: Row) {
        self.number += 1;
        self.advisors.push(row.advisor_id);
        self.kinds.push(row.kind);
        self.settings.push(row.setting);
        self.principles.push(row.principle);
        self.communes.push(row.commune_code);
        self.places.push(row.place_id);
        self.partners.push(row.partner_id);
        self.workshops.push(row.workshop_id);
        self.tags.push(row.tags);
        self.themes.push(row.themes);
        self.referrals.push(row.referrals);
        self.means.push(row.means);
        self.people.push(row.people);
        self.participants.push(row.participants);
        self.recurring.push(row.recurring_participants);
        self.minutes.push(row.duration_minutes);
    }

    fn finish(self) -> Result<MonthColumns, StorageError> {
        let Ok(tags) = self
            .tags
            .finish()
            .try_map(|text| Ok::<_, Infallible>(tag_ids(text.as_deref())));
        let people: Column<String> = self.people.finish();
        Ok(MonthColumns {
            rows: self.number,
            advisors: self.advisors.finish(),
            kinds: self.kinds.finish(),
            settings: self.settings.finish(),
            principles: self.principles.finish(),
            communes: self.communes.finish(),
            places: self.places.finish(),
            partners: self.partners.finish(),
            workshops: self.workshops.finish(),
            tags,
            themes: self.themes.finish(),
            referrals: self.referrals.finish(),
            means: self.means.finish(),
            people: people.try_map(|text| groups(&text))?,
            participants: self.participants.finish(),
            recurring: self.recurring.finish(),
            minutes: self.minutes.finish(),
        })
    }
}

/// The interventions of a month, read in the order of their key.
pub(super) fn columns_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    month: Month,
) -> Result<MonthColumns, StorageError> {
    let of_month = interventions::table
        .filter(interventions::organisation_id.eq(organisation))
        .filter(interventions::report_date.between(month.first_day(), month.last_day()))
        .select(Row::as_select());
    columns(of_month.load_iter::<Row, DefaultLoadingMode>(connection)?)
}

/// The interventions of some advisors on some days.
pub(super) fn columns_of_days(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisors: &[AdvisorId],
    days: Vec<NaiveDate>,
) -> Result<MonthColumns, StorageError> {
    let of_days = interventions::table
        .filter(interventions::organisation_id.eq(organisation))
        .filter(interventions::report_date.eq_any(days))
        .filter(interventions::advisor_id.eq_any(advisors.iter().map(ToString::to_string)))
        .select(Row::as_select());
    columns(of_days.load_iter::<Row, DefaultLoadingMode>(connection)?)
}

fn columns(found: impl Iterator<Item = QueryResult<Row>>) -> Result<MonthColumns, StorageError> {
    let mut rows = Rows::default();
    for row in found {
        rows.push(row?);
    }
    rows.finish()
}

/// The people that a text tells apart.
fn groups(text: &str) -> Result<Vec<(Group, i32)>, StorageError> {
    let people = People::parse(text)?;
    let mut groups = Vec::new();
    add(&people.age_groups, Group::Age, &mut groups);
    add(&people.genders, Group::Gender, &mut groups);
    add(&people.situations, Group::Situation, &mut groups);
    add(&people.follow_ups, Group::FollowUp, &mut groups);
    groups.shrink_to_fit();
    Ok(groups)
}

fn add<T: ClosedList>(counts: &Counts<T>, of: fn(T) -> Group, groups: &mut Vec<(Group, i32)>) {
    // The domain bounds the people of an intervention far below 2³¹.
    groups.extend(
        counts
            .iter()
            .map(|(group, people)| (of(group), i32::try_from(people).unwrap_or(i32::MAX))),
    );
}

/// Filters whose places stand for themselves alone: these places, and all that were merged into the places that took theirs.
pub(super) fn with_merged(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
) -> Result<Filters, StorageError> {
    let mut filters = filters.clone();
    if filters.places.is_empty() {
        return Ok(filters);
    }
    let heirs = places::heirs(connection, organisation)?;
    let last: BTreeSet<_> = filters
        .places
        .iter()
        .map(|place| heirs.get(place).copied().unwrap_or(*place))
        .collect();
    let merged = heirs.iter().filter(|(_, heir)| last.contains(heir));
    filters.places = last.iter().copied().chain(merged.map(|(place, _)| *place)).collect();
    Ok(filters)
}
