//! Counters of the interventions that filters keep, which SQL groups and sums.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::{count_star, sql, sum};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
use foldhash::fast::RandomState;

use super::connection::AnyConnection;
use super::field::places;
use super::reports::{People, tag_ids};
use super::schema::interventions;
use super::storage_error::StorageError;
use crate::domain::calendar::{Month, Months};
use crate::domain::field::place::PlaceId;
use crate::domain::field::tag::TagId;
use crate::domain::identifiers::OrganisationId;
use crate::domain::nomenclature::{
    AgeGroup, Autonomy, ClosedList, CodeSet, Equipment, FIRST_VISIT_ACCOMPANIED, FollowUp, Gender, Kind, Level, Masked,
    REFERRED_BY_SOCIAL_WORKER, Redirection, Situation, Theme,
};
use crate::statistics::dimension::Dimension;
use crate::statistics::filter::Filters;
use crate::statistics::tally::{Counters, Detail, Details};

type Condition =
    Box<dyn BoxableExpression<interventions::table, <AnyConnection as Connection>::Backend, SqlType = Nullable<Bool>>>;

/// The condition for the interventions of an organisation's period that the filters keep.
///
/// The index by kind, setting and day finds a period only when the condition names kinds and settings. So when the
/// filters name a kind, a setting or a principle, the condition names both: every code of the list that the filters
/// leave open.
fn condition(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<Condition, StorageError> {
    let Filters {
        advisors,
        communes,
        kinds,
        settings,
        principles,
        themes,
        equipment,
        autonomies,
        levels,
        places,
        partners,
        workshops,
        tags,
    } = filters;
    let of_organisation = interventions::organisation_id.eq(organisation.to_string());
    let (from, to) = (period.from().first_day(), period.to().last_day());
    let mut condition: Condition = Box::new(
        of_organisation
            .and(interventions::report_date.between(from, to))
            .nullable(),
    );
    if !advisors.is_empty() {
        let advisors: Vec<String> = advisors.iter().map(ToString::to_string).collect();
        condition = Box::new(condition.and(interventions::advisor_id.eq_any(advisors).nullable()));
    }
    if !communes.is_empty() {
        let communes: Vec<String> = communes.iter().map(|code| code.as_str().to_owned()).collect();
        condition = Box::new(condition.and(interventions::commune_code.eq_any(communes)));
    }
    if !(kinds.is_empty() && settings.is_empty() && principles.is_empty()) {
        let (kinds, settings) = (codes_or_all(kinds), codes_or_all(settings));
        condition = Box::new(condition.and(interventions::kind.eq_any(kinds).nullable()));
        condition = Box::new(condition.and(interventions::setting.eq_any(settings).nullable()));
    }
    if !principles.is_empty() {
        condition = Box::new(condition.and(interventions::principle.eq_any(codes(principles))));
    }
    if !themes.is_empty() {
        condition = Box::new(condition.and(of_themes(organisation, themes.mask())));
    }
    for mask in [equipment.mask(), autonomies.mask(), levels.mask()] {
        if mask != 0 {
            condition = Box::new(condition.and(has_any_of(mask)));
        }
    }
    if !places.is_empty() {
        let places = with_merged(connection, organisation, places)?;
        condition = Box::new(condition.and(interventions::place_id.eq_any(places)));
    }
    if !partners.is_empty() {
        let partners: Vec<String> = partners.iter().map(ToString::to_string).collect();
        condition = Box::new(condition.and(interventions::partner_id.eq_any(partners)));
    }
    if !workshops.is_empty() {
        let workshops: Vec<String> = workshops.iter().map(ToString::to_string).collect();
        condition = Box::new(condition.and(interventions::workshop_id.eq_any(workshops)));
    }
    if let Some(tagged) = has_any_tag(tags) {
        condition = Box::new(condition.and(tagged));
    }
    Ok(condition)
}

/// Whether an intervention has any of the bits of a mask of equipment, autonomy and level.
fn has_any_of(mask: i64) -> Condition {
    Box::new(sql::<Nullable<Bool>>("(means & ").bind::<BigInt, _>(mask).sql(") <> 0"))
}

/// Whether an intervention has any of some tags; `None` where none is asked for. An identifier holds no wildcard.
fn has_any_tag(tags: &[TagId]) -> Option<Condition> {
    let mut tags = tags.iter().map(|tag| format!("%{tag}%"));
    let mut any: Condition = Box::new(interventions::tags.like(tags.next()?));
    for tag in tags {
        any = Box::new(any.or(interventions::tags.like(tag)));
    }
    Some(any)
}

/// These places, and all that were merged into the places that took theirs.
fn with_merged(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    places: &[PlaceId],
) -> Result<Vec<String>, StorageError> {
    let heirs = places::heirs(connection, organisation)?;
    let heir = |place: &PlaceId| heirs.get(place).copied().unwrap_or(*place);
    let last: BTreeSet<PlaceId> = places.iter().map(heir).collect();
    let merged = heirs
        .iter()
        .filter(|(_, heir)| last.contains(heir))
        .map(|(place, _)| place);
    Ok(last.iter().chain(merged).map(ToString::to_string).collect())
}

/// Whether an intervention is of any of the themes of a mask.
///
/// No index finds a bit of a mask. But the index by theme steps quickly through the few different sets of themes that
/// an organisation has ever reported, and those that hold one of the themes are then looked up. PostgreSQL guesses that
/// `> 0` holds for a third of the sets; it would guess that `<> 0` holds for all, and read the whole table. Both say the
/// same here, since bit 63, the sign, is no theme's.
fn of_themes(organisation: OrganisationId, mask: i64) -> Condition {
    let organisation = organisation.to_string();
    Box::new(
        sql::<Nullable<Bool>>(
            "themes IN (WITH RECURSIVE reported (mask) AS (\
             SELECT min(themes) FROM interventions WHERE organisation_id = ",
        )
        .bind::<Text, _>(organisation.clone())
        .sql(" UNION ALL SELECT (SELECT min(themes) FROM interventions WHERE organisation_id = ")
        .bind::<Text, _>(organisation)
        .sql(" AND themes > mask) FROM reported WHERE mask IS NOT NULL) SELECT mask FROM reported WHERE (mask & ")
        .bind::<BigInt, _>(mask)
        .sql(") > 0)"),
    )
}

fn codes<T: ClosedList>(values: &[T]) -> Vec<&'static str> {
    values.iter().map(|value| value.code()).collect()
}

/// The codes of some values, or of all of the list where none is named.
fn codes_or_all<T: ClosedList>(values: &[T]) -> Vec<&'static str> {
    if values.is_empty() {
        codes(T::ALL)
    } else {
        codes(values)
    }
}

type Sum = Option<i64>;

/// The interventions of one kind on a day: how many, with how many participants, over how many minutes.
type KindRow = (Sum, Sum, Sum);

/// A day of interventions: by kind, recurring participants, who was sent by a social worker and whose first visit was
/// accompanied.
type DayRow = (NaiveDate, KindRow, KindRow, KindRow, Sum, Sum, Sum);

/// The counters of each month that has interventions that the filters keep; the counters of reports are 0.
pub(super) fn counters_by_month(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<BTreeMap<Month, Counters>, StorageError> {
    // An expression, not the column itself: to group by the column, SQLite would read every row in the order of days
    // instead of finding the few rows by an index.
    let kept = condition(connection, organisation, filters, period)?;
    let day = sql::<Date>("coalesce(report_date, report_date)");
    let total = |of: &str| sql::<Nullable<BigInt>>(&format!("sum({of})"));
    let of_kind = |kind: Kind| {
        let each = |what: &str| total(&format!("CASE WHEN kind = '{}' THEN {what} ELSE 0 END", kind.code()));
        // Whoever assisted a colleague has no participants, and counts minutes alone.
        let interventions = each("(CASE WHEN participants > 0 THEN 1 ELSE 0 END)");
        (interventions, each("participants"), each("duration_minutes"))
    };
    let saying = |bit: i64| total(&format!("CASE WHEN (referrals & {bit}) <> 0 THEN 1 ELSE 0 END"));
    let days: Vec<DayRow> = interventions::table
        .filter(kept)
        .group_by(day.clone())
        .select((
            day,
            of_kind(Kind::Workshop),
            of_kind(Kind::Individual),
            of_kind(Kind::OneOff),
            total("recurring_participants"),
            saying(REFERRED_BY_SOCIAL_WORKER),
            saying(FIRST_VISIT_ACCOMPANIED),
        ))
        .load(connection)?;
    let mut months: BTreeMap<Month, Counters> = BTreeMap::new();
    for day in days {
        let counters = months.entry(Month::of(day.0)).or_default();
        *counters = *counters + counters_of(day);
    }
    Ok(months)
}

fn counters_of((_, workshops, individual, one_off, recurring, referrals, first_visits): DayRow) -> Counters {
    Counters {
        workshops_held: workshops.0.unwrap_or_default(),
        workshop_participants: workshops.1.unwrap_or_default(),
        workshop_minutes: workshops.2.unwrap_or_default(),
        individual_interventions: individual.0.unwrap_or_default(),
        individual_supports: individual.1.unwrap_or_default(),
        individual_minutes: individual.2.unwrap_or_default(),
        one_off_interventions: one_off.0.unwrap_or_default(),
        one_off_requests: one_off.1.unwrap_or_default(),
        one_off_minutes: one_off.2.unwrap_or_default(),
        recurring_participants: recurring.unwrap_or_default(),
        referrals: referrals.unwrap_or_default(),
        first_visits_accompanied: first_visits.unwrap_or_default(),
        // These count whole reports, of which the filters may keep a part.
        reports: 0,
        absences: 0,
        late_reports: 0,
    }
}

type ValueRow = (Option<String>, i64, Sum);

/// The details of one dimension over the interventions that the filters keep, and the sums over all of them; these are
/// left at 0 where answers are counted, since nothing needs them there. Reads the interventions once, but for those that
/// assisted a colleague, which have no participants.
pub(super) fn details(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
    dimension: Dimension,
) -> Result<(Details, Detail), StorageError> {
    let counted = interventions::participants.gt(0).nullable();
    let kept: Condition = Box::new(condition(connection, organisation, filters, period)?.and(counted));
    let kept = interventions::table.filter(kept);
    /// The interventions and the participants of each value of a column.
    macro_rules! by_value {
        ($column:expr) => {{
            let values =
                kept.group_by($column)
                    .select(($column.nullable(), count_star(), sum(interventions::participants)));
            of_values(dimension, values.load::<ValueRow>(connection)?)
        }};
    }
    /// How many interventions have each mask.
    macro_rules! by_mask {
        ($column:expr, $list:ty) => {{
            let masks = kept.group_by($column).select(($column, count_star()));
            of_masks::<$list>(dimension, &masks.load::<(i64, i64)>(connection)?)
        }};
    }
    /// The interventions and the participants of each code of a list of which an intervention names one at most.
    macro_rules! by_choice {
        ($list:ty) => {{
            let masks = kept.group_by(interventions::means).select((
                interventions::means,
                count_star(),
                sum(interventions::participants),
            ));
            of_choices::<$list>(dimension, &masks.load::<(i64, i64, Sum)>(connection)?)
        }};
    }
    Ok(match dimension {
        Dimension::Kind | Dimension::Referral | Dimension::Absence => (Details::default(), Detail::default()),
        Dimension::Setting => by_value!(interventions::setting),
        Dimension::Principle => by_value!(interventions::principle),
        Dimension::Commune => by_value!(interventions::commune_code),
        Dimension::Advisor => by_value!(interventions::advisor_id),
        Dimension::Theme => by_mask!(interventions::themes, Theme),
        Dimension::Redirection => by_mask!(interventions::referrals, Redirection),
        Dimension::Equipment => by_mask!(interventions::means, Equipment),
        Dimension::Autonomy => by_choice!(Autonomy),
        Dimension::Level => by_choice!(Level),
        Dimension::Place => {
            let by_place = by_value!(interventions::place_id);
            of_places(connection, organisation, by_place)?
        }
        Dimension::Partner => by_value!(interventions::partner_id),
        Dimension::Workshop => by_value!(interventions::workshop_id),
        Dimension::Tag => {
            let lists = kept
                .group_by(interventions::tags)
                .select((interventions::tags, count_star()));
            of_tags(&lists.load::<(Option<String>, i64)>(connection)?)
        }
        Dimension::AgeGroup => of_groups::<AgeGroup>(dimension, &told_apart(connection, kept)?)?,
        Dimension::Gender => of_groups::<Gender>(dimension, &told_apart(connection, kept)?)?,
        Dimension::Situation => of_groups::<Situation>(dimension, &told_apart(connection, kept)?)?,
        Dimension::FollowUp => of_groups::<FollowUp>(dimension, &told_apart(connection, kept)?)?,
    })
}

fn whole(interventions: i64, participants: Sum) -> Detail {
    Detail {
        interventions,
        supports: participants.unwrap_or_default(),
    }
}

/// Interventions without a value are left out of the details: what was not said is derived from the sums.
fn of_values(dimension: Dimension, rows: Vec<ValueRow>) -> (Details, Detail) {
    let (mut details, mut all) = (Details::default(), Detail::default());
    for (code, interventions, participants) in rows {
        let value = whole(interventions, participants);
        all.interventions += value.interventions;
        all.supports += value.supports;
        if let Some(code) = code {
            details.add(dimension.key(&code), value.interventions, value.supports);
        }
    }
    (details, all)
}

fn of_masks<T: Masked>(dimension: Dimension, rows: &[(i64, i64)]) -> (Details, Detail) {
    let mut details = Details::default();
    for value in T::ALL {
        let naming = rows.iter().filter(|(mask, _)| mask & 1 << value.bit() != 0);
        let interventions = naming.map(|(_, interventions)| interventions).sum();
        details.add(dimension.key(value.code()), interventions, 0);
    }
    (details, Detail::default())
}

/// How many interventions have each tag, of how many have each list of tags.
fn of_tags(rows: &[(Option<String>, i64)]) -> (Details, Detail) {
    let mut details = Details::default();
    for (tags, interventions) in rows {
        for tag in tag_ids(tags.as_deref()) {
            details.add(Dimension::Tag.key(&tag), *interventions, 0);
        }
    }
    (details, Detail::default())
}

fn of_choices<T: Masked>(dimension: Dimension, rows: &[(i64, i64, Sum)]) -> (Details, Detail) {
    let (mut details, mut all) = (Details::default(), Detail::default());
    for (mask, interventions, participants) in rows {
        let value = whole(*interventions, *participants);
        all.interventions += value.interventions;
        all.supports += value.supports;
        if let Some(code) = CodeSet::<T>::stored(*mask).first() {
            details.add(dimension.key(code.code()), value.interventions, value.supports);
        }
    }
    (details, all)
}

/// The same details by the places that took the places of those that were merged.
fn of_places(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (details, all): (Details, Detail),
) -> Result<(Details, Detail), StorageError> {
    let heirs = places::heirs(connection, organisation)?;
    let heirs: BTreeMap<String, String> = heirs
        .into_iter()
        .map(|(place, heir)| {
            (
                Dimension::Place.key(&place.to_string()),
                Dimension::Place.key(&heir.to_string()),
            )
        })
        .collect();
    let mut resolved = Details::default();
    for (key, detail) in details.iter() {
        let key = heirs.get(key).map_or(key, String::as_str);
        resolved.add(key.to_owned(), detail.interventions, detail.supports);
    }
    Ok((resolved, all))
}

type Kept = diesel::dsl::Filter<interventions::table, Condition>;

/// How many interventions, with how many participants, have each text of people by group. On SQLite the map looks up a
/// text for each row, so its hasher is a fast one.
type ToldApart = HashMap<String, Detail, RandomState>;

/// Tells the interventions apart by their texts of people.
///
/// PostgreSQL groups the texts by a hash. SQLite would sort them all, which takes longer than reading the rows one by one.
fn told_apart(connection: &mut AnyConnection, kept: Kept) -> QueryResult<ToldApart> {
    let people = interventions::people;
    let mut told = ToldApart::default();
    if matches!(connection, AnyConnection::Postgres(_)) {
        let alike = kept
            .group_by(people)
            .select((people, count_star(), sum(interventions::participants)));
        for (people, interventions, participants) in alike.load::<(String, i64, Sum)>(connection)? {
            told.insert(people, whole(interventions, participants));
        }
    } else {
        let each = kept.select((people, interventions::participants));
        for row in each.load_iter::<(String, i32), DefaultLoadingMode>(connection)? {
            let (people, participants) = row?;
            let detail = told.entry(people).or_default();
            detail.interventions += 1;
            detail.supports += i64::from(participants);
        }
    }
    Ok(told)
}

/// The people of each group of a list.
fn of_groups<T: ClosedList>(dimension: Dimension, told: &ToldApart) -> Result<(Details, Detail), StorageError> {
    let (mut details, mut all) = (Details::default(), Detail::default());
    for (people, alike) in told {
        for (group, people) in People::parse(people)?.counts::<T>().iter() {
            details.add(dimension.key(group.code()), 0, alike.interventions * people);
        }
        all.interventions += alike.interventions;
        all.supports += alike.supports;
    }
    Ok((details, all))
}
