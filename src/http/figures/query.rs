//! What every request for figures names: the period, and what the figures are restricted to.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::domain::calendar::{Month, Months};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::tag::{Tag, TagId};
use crate::domain::field::workshop::{Workshop, WorkshopId};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id, OrganisationId};
use crate::domain::intervention::CommuneCode;
use crate::domain::nomenclature::{
    Autonomy, ClosedList, CodeSet, Equipment, Kind, Level, Masked, Principle, Setting, Theme,
};
use crate::http::answer::problem::Problem;
use crate::http::answer::problem_code::ProblemCode;
use crate::http::application::Application;
use crate::http::reports::nomenclature::{
    AutonomyCode, EquipmentCode, KindCode, LevelCode, PrincipleCode, SettingCode, ThemeCode,
};
use crate::http::request::query::{QueryParameters, QueryReader};
use crate::http::request::rights::Member;
use crate::http::wire;
use crate::http::wire::code_schema::Code;
use crate::http::wire::{VALUES_MAX, several};
use crate::statistics::filter::Filters;
use crate::storage::accounts::advisors;
use crate::storage::field::thing::all_exist;
use crate::storage::{Snapshot, StorageError};

/// The period of the figures.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeriodParameters {
    /// The first month, from 2020-01 on.
    #[param(value_type = wire::Month)]
    from: Month,
    /// The last month, included: the current month at the latest; 120 months in all at most.
    #[param(value_type = wire::Month)]
    to: Month,
}

impl QueryParameters for PeriodParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let from: Option<Month> = reader.required("from", str::parse);
        let to: Option<Month> = reader.required("to", str::parse);
        Some(Self { from: from?, to: to? })
    }
}

impl PeriodParameters {
    /// The period, when it lies between January 2020 and the current month and is not too long.
    ///
    /// # Errors
    /// 400 with the fault of the period.
    pub fn period(self, today: NaiveDate) -> Result<Months, Problem> {
        let current = Month::of(today);
        let checked = period_of(self.from, self.to, current);
        checked.map_err(|(name, code)| Problem::invalid_parameters(FieldErrors::of_parameter(name, code)))
    }
}

/// The period from one month to another.
///
/// # Errors
/// The name of the month at fault, and the fault: `from` is after `to` or before 2020, `to` is after the current month,
/// or the period is longer than allowed.
pub fn period_of(from: Month, to: Month, current: Month) -> Result<Months, (&'static str, FieldCode)> {
    let Some(period) = Months::new(from, to) else {
        return Err(("from", FieldCode::FromAfterTo));
    };
    if from < Month::FIRST {
        Err(("from", FieldCode::TooEarly))
    } else if to > current {
        Err(("to", FieldCode::InTheFuture))
    } else if period.count() > Months::MOST {
        Err(("to", FieldCode::PeriodTooLong { max: Months::MOST }))
    } else {
        Ok(period)
    }
}

/// What figures are restricted to.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FilterParameters {
    /// Figures of these advisors alone, separated by commas; advisors always read their own.
    #[param(value_type = Option<wire::Identifiers>, nullable = false)]
    advisor_id: Vec<AdvisorId>,
    /// Interventions in these communes alone: INSEE codes, separated by commas.
    #[param(value_type = Option<Communes>, inline, nullable = false, example = "72181,72003")]
    commune: Vec<CommuneCode>,
    /// Interventions of these kinds alone, separated by commas.
    #[param(value_type = Option<KindCodes>, inline, nullable = false, example = "workshop")]
    kind: Vec<Kind>,
    /// Interventions in these settings alone, separated by commas.
    #[param(value_type = Option<SettingCodes>, inline, nullable = false, example = "mobile_office,public_space")]
    setting: Vec<Setting>,
    /// Interventions that serve these principles alone, separated by commas.
    #[param(value_type = Option<PrincipleCodes>, inline, nullable = false, example = "reach_out")]
    principle: Vec<Principle>,
    /// Interventions about any of these themes, separated by commas: codes of the nomenclature.
    #[param(value_type = Option<ThemeCodes>, inline, nullable = false, example = "email,internet")]
    theme: CodeSet<Theme>,
    /// Interventions with any of this equipment, separated by commas.
    #[param(value_type = Option<EquipmentCodes>, inline, nullable = false, example = "phone,tablet")]
    equipment: CodeSet<Equipment>,
    /// Interventions whose people were that autonomous, separated by commas.
    #[param(value_type = Option<AutonomyCodes>, inline, nullable = false, example = "autonomous")]
    autonomy: CodeSet<Autonomy>,
    /// Interventions on these levels, separated by commas.
    #[param(value_type = Option<LevelCodes>, inline, nullable = false, example = "beginner")]
    level: CodeSet<Level>,
    /// Interventions in these places alone, separated by commas, or in places that were merged into them.
    #[param(value_type = Option<wire::Identifiers>, nullable = false)]
    place_id: Vec<PlaceId>,
    /// Interventions with these partners alone, separated by commas; the partner of the place counts where none was named.
    #[param(value_type = Option<wire::Identifiers>, nullable = false)]
    partner_id: Vec<PartnerId>,
    /// Interventions by these sheets of the catalogue alone, separated by commas.
    #[param(value_type = Option<wire::Identifiers>, nullable = false)]
    workshop_id: Vec<WorkshopId>,
    /// Interventions with any of these tags, separated by commas.
    #[param(value_type = Option<wire::Identifiers>, nullable = false)]
    tag_id: Vec<TagId>,
}

impl QueryParameters for FilterParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let advisor_id = ids(reader, "advisor_id");
        let commune = list(reader, "commune", |text| {
            CommuneCode::parse(text).ok_or(FieldCode::InvalidCommune)
        });
        let kind = list(reader, "kind", code);
        let setting = list(reader, "setting", code);
        let principle = list(reader, "principle", code);
        Some(Self {
            advisor_id,
            commune,
            kind,
            setting,
            principle,
            theme: set(reader, "theme"),
            equipment: set(reader, "equipment"),
            autonomy: set(reader, "autonomy"),
            level: set(reader, "level"),
            place_id: ids(reader, "place_id"),
            partner_id: ids(reader, "partner_id"),
            workshop_id: ids(reader, "workshop_id"),
            tag_id: ids(reader, "tag_id"),
        })
    }
}

/// INSEE codes of communes, separated by commas, for the document of the API.
enum Communes {}

impl PartialSchema for Communes {
    fn schema() -> RefOr<Schema> {
        let (one, length) = wire::CommuneCode::SPELLING;
        several(one, length).into()
    }
}

impl ToSchema for Communes {}

/// Codes of a closed list, separated by commas, for the document of the API.
struct Codes<T>(PhantomData<T>);

impl<T: ClosedList> PartialSchema for Codes<T> {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<&str> = T::ALL.iter().map(|value| value.code()).collect();
        let longest = codes.iter().map(|code| code.len()).max().unwrap_or_default();
        several(&format!("({})", codes.join("|")), longest).into()
    }
}

impl<T: ClosedList> ToSchema for Codes<T> {}

// utoipa asks for the schemas of the arguments of a generic type; behind an alias it does not see them.
type KindCodes = Codes<Kind>;
type SettingCodes = Codes<Setting>;
type PrincipleCodes = Codes<Principle>;
type ThemeCodes = Codes<Theme>;
type EquipmentCodes = Codes<Equipment>;
type AutonomyCodes = Codes<Autonomy>;
type LevelCodes = Codes<Level>;

fn code<T: ClosedList>(text: &str) -> Result<T, FieldCode> {
    T::from_code(text).ok_or(FieldCode::UnknownCode)
}

/// Reads the identifiers of a parameter, as [`list`] does.
fn ids<K: Ord>(reader: &mut QueryReader, name: &str) -> Vec<Id<K>> {
    list(reader, name, |text| text.parse().map_err(|_| FieldCode::InvalidUuid))
}

/// Reads the codes of a parameter, separated by commas.
fn set<T: Masked>(reader: &mut QueryReader, name: &str) -> CodeSet<T> {
    let mut set = CodeSet::EMPTY;
    for value in list(reader, name, code) {
        set.insert(value);
    }
    set
}

/// Reads the values of a parameter, separated by commas: sorted, each once; none when the parameter is left out.
fn list<T: Ord>(reader: &mut QueryReader, name: &str, read: impl Fn(&str) -> Result<T, FieldCode>) -> Vec<T> {
    let values = reader.optional(name, |text| {
        let values: Vec<&str> = text.split(',').collect();
        if values.len() > VALUES_MAX {
            return Err(FieldCode::TooMany { max: VALUES_MAX });
        }
        let mut values: Vec<T> = values.into_iter().map(read).collect::<Result<_, _>>()?;
        values.sort();
        values.dedup();
        Ok(values)
    });
    values.unwrap_or_default()
}

/// Which figures to read.
#[derive(Debug, Clone)]
pub struct FigureParameters {
    period: PeriodParameters,
    filters: FilterParameters,
}

/// Which figures to read, after every check of the parameters.
#[derive(Debug, Clone)]
pub struct FiguresQuery {
    /// The organisation whose figures are read.
    pub organisation: OrganisationId,
    /// The period.
    pub period: Months,
    /// What the figures are restricted to.
    pub filters: Filters,
    /// When the figures are read.
    pub now: DateTime<Utc>,
}

impl FiguresQuery {
    /// Lets `look_up` read the figures in one snapshot of the database.
    ///
    /// # Errors
    /// 404 when the filters name something that the organisation does not have, or `look_up` finds nothing.
    pub async fn find<T: Send + 'static>(
        self,
        application: &Application,
        look_up: impl FnOnce(&mut Snapshot<'_>, Self) -> Result<Option<T>, StorageError> + Send + 'static,
    ) -> Result<T, Problem> {
        let found = application.store.read_figures(move |snapshot| {
            if self.names_what_exists(snapshot)? {
                look_up(snapshot, self)
            } else {
                Ok(None)
            }
        });
        Ok(found.await?.ok_or(ProblemCode::NotFound)?)
    }

    /// Whether the organisation has all that the filters name.
    fn names_what_exists(&self, snapshot: &mut Snapshot<'_>) -> Result<bool, StorageError> {
        let organisation = self.organisation;
        let Filters {
            advisors,
            places,
            partners,
            workshops,
            tags,
            // Codes, which every organisation has.
            communes: _,
            kinds: _,
            settings: _,
            principles: _,
            themes: _,
            equipment: _,
            autonomies: _,
            levels: _,
        } = &self.filters;
        Ok(advisors::all_exist(snapshot, organisation, advisors)?
            && all_exist::<Place>(snapshot, organisation, places)?
            && all_exist::<Partner>(snapshot, organisation, partners)?
            && all_exist::<Workshop>(snapshot, organisation, workshops)?
            && all_exist::<Tag>(snapshot, organisation, tags)?)
    }
}

impl FigureParameters {
    /// The query for figures that this member may read.
    ///
    /// # Errors
    /// 400 with the fault of the period, 403 when an advisor names somebody else.
    pub fn query(self, member: &Member, application: &Application) -> Result<FiguresQuery, Problem> {
        Ok(FiguresQuery {
            organisation: member.organisation,
            period: self.period.period(application.today(member.time_zone))?,
            filters: self.filters.for_member(member)?,
            now: application.now(),
        })
    }
}

impl QueryParameters for FigureParameters {
    fn read(reader: &mut QueryReader) -> Option<Self> {
        let period = PeriodParameters::read(reader);
        let filters = FilterParameters::read(reader);
        Some(Self {
            period: period?,
            filters: filters?,
        })
    }
}

impl FilterParameters {
    /// What the figures are restricted to when this member asks.
    ///
    /// # Errors
    /// 403 when an advisor names somebody else.
    fn for_member(self, member: &Member) -> Result<Filters, Problem> {
        Ok(Filters {
            advisors: member.scope_all(self.advisor_id)?,
            communes: self.commune,
            kinds: self.kind,
            settings: self.setting,
            principles: self.principle,
            themes: self.theme,
            equipment: self.equipment,
            autonomies: self.autonomy,
            levels: self.level,
            places: self.place_id,
            partners: self.partner_id,
            workshops: self.workshop_id,
            tags: self.tag_id,
        })
    }
}

/// What figures are restricted to: they count what has one of the values of each list. An empty list restricts nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Filters)]
pub struct FiltersView {
    /// Advisors.
    #[schema(max_items = 100)]
    advisor_ids: Vec<wire::Identifier>,
    /// INSEE codes of communes.
    #[schema(max_items = 100, example = json!(["72181"]))]
    communes: Vec<String>,
    /// Kinds of intervention.
    #[schema(max_items = 100)]
    kinds: Vec<KindCode>,
    /// Settings.
    #[schema(max_items = 100)]
    settings: Vec<SettingCode>,
    /// Principles.
    #[schema(max_items = 100)]
    principles: Vec<PrincipleCode>,
    /// Themes.
    #[schema(max_items = 100)]
    themes: Vec<ThemeCode>,
    /// Equipment.
    #[schema(max_items = 100)]
    equipment: Vec<EquipmentCode>,
    /// Autonomy.
    #[schema(max_items = 100)]
    autonomies: Vec<AutonomyCode>,
    /// Levels.
    #[schema(max_items = 100)]
    levels: Vec<LevelCode>,
    /// Places.
    #[schema(max_items = 100)]
    place_ids: Vec<wire::Identifier>,
    /// Partners.
    #[schema(max_items = 100)]
    partner_ids: Vec<wire::Identifier>,
    /// Sheets of the catalogue.
    #[schema(max_items = 100)]
    workshop_ids: Vec<wire::Identifier>,
    /// Tags.
    #[schema(max_items = 100)]
    tag_ids: Vec<wire::Identifier>,
}

impl From<&Filters> for FiltersView {
    fn from(filters: &Filters) -> Self {
        fn codes<T: ClosedList>(values: &[T]) -> Vec<Code<T>> {
            values.iter().map(|value| Code::from(*value)).collect()
        }
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
        Self {
            advisor_ids: advisors.iter().map(|advisor| (*advisor).into()).collect(),
            communes: communes.iter().map(|code| code.as_str().to_owned()).collect(),
            kinds: codes(kinds),
            settings: codes(settings),
            principles: codes(principles),
            themes: codes(&themes.sorted()),
            equipment: codes(&equipment.sorted()),
            autonomies: codes(&autonomies.sorted()),
            levels: codes(&levels.sorted()),
            place_ids: places.iter().map(|place| (*place).into()).collect(),
            partner_ids: partners.iter().map(|partner| (*partner).into()).collect(),
            workshop_ids: workshops.iter().map(|workshop| (*workshop).into()).collect(),
            tag_ids: tags.iter().map(|tag| (*tag).into()).collect(),
        }
    }
}
