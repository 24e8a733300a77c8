//! What the content of a publication looks like, for the document of the API: the content itself is kept and sent as
//! bytes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire;
use crate::http::wire::codes::{DimensionCode, ShareOfCode};

/// Published figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationContent)]
pub struct PublicationContentView {
    /// The version of the definitions of its figures.
    #[schema(example = "1")]
    definitions_version: String,
    /// The organisation's name.
    #[schema(example = "Le Mans Métropole")]
    organisation: String,
    /// The first month.
    from: wire::Month,
    /// The last month.
    to: wire::Month,
    /// When it was published.
    published_at: wire::Instant,
    /// The number of the deliberation to which the figures are annexed.
    #[schema(required = true, example = "19")]
    deliberation_number: Option<String>,
    /// Its months, the earliest first.
    #[schema(min_items = 1, max_items = 120)]
    months: Vec<PublishedMonthView>,
    /// The figures by month.
    rows: Vec<PublishedRowView>,
    /// The breakdowns over the whole period; none is by advisor.
    breakdowns: Vec<PublishedBreakdownView>,
    /// "Annexe 2" as it was when it was published; publications of before there was one have none.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    action_plan: Option<Vec<PublishedPartView>>,
}

/// A month of a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedMonth)]
pub struct PublishedMonthView {
    /// Which month.
    month: wire::Month,
    /// When it was closed.
    #[schema(required = true)]
    closed_at: Option<wire::Instant>,
    /// The SHA-256 of the month's figures when it was closed.
    #[schema(required = true, value_type = Option<wire::Digest>)]
    digest: Option<String>,
}

/// A figure of a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedRow)]
pub struct PublishedRowView {
    /// The stable name of the figure.
    #[schema(example = "people_supported")]
    id: String,
    /// The figure of each month, the earliest first.
    #[schema(min_items = 1, max_items = 120, example = json!([57, 205, 388]))]
    by_month: Vec<i64>,
    /// The sum of all months.
    #[schema(example = 650)]
    total: i64,
    /// The total divided by the number of months, rounded to the nearest whole number, halves up.
    #[schema(example = 217)]
    monthly_average: i64,
}

/// A breakdown of a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedBreakdown)]
pub struct PublishedBreakdownView {
    /// The dimension of the breakdown.
    by: DimensionCode,
    /// What the shares are of.
    share_of: ShareOfCode,
    /// The number of which the shares are parts.
    #[schema(example = 512)]
    total: i64,
    /// A line for each value.
    lines: Vec<PublishedLineView>,
}

/// A value of a breakdown of a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedLine)]
pub struct PublishedLineView {
    /// The code of the value.
    #[schema(example = "email")]
    code: String,
    /// The number of interventions; `null` where people are told apart.
    #[schema(required = true, example = 57)]
    interventions: Option<i64>,
    /// The number of participants; `null` where interventions are counted by their answers.
    #[schema(required = true)]
    supports: Option<i64>,
    /// The share in percent; `null` when there is nothing to share.
    #[schema(required = true, minimum = 0, maximum = 100, example = 11)]
    share: Option<i64>,
}

/// A part of the plan of action, in a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedPart)]
pub struct PublishedPartView {
    /// A code of `principle`, `undisclosed` or `field`.
    #[schema(example = "reach_out")]
    code: String,
    /// Its figures.
    figures: Vec<PublishedFigureView>,
    /// What it tells apart.
    breakdowns: Vec<PublishedPlanBreakdownView>,
}

/// A figure of the plan of action, in a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedFigure)]
pub struct PublishedFigureView {
    /// Its stable name.
    #[schema(example = "action_people")]
    id: String,
    /// `count`, `minutes`, `percent` or `tenths`, of which ten are one.
    #[schema(example = "count")]
    unit: String,
    /// Its value; `null` where there was nothing of which to tell.
    #[schema(required = true, example = 205)]
    value: Option<i64>,
}

/// A breakdown of the plan of action, in a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedPlanBreakdown)]
pub struct PublishedPlanBreakdownView {
    /// Its stable name.
    #[schema(example = "action_meetings_by_partner_kind")]
    id: String,
    /// Its values.
    lines: Vec<PublishedPlanLineView>,
}

/// A value of a breakdown of the plan of action, in a publication.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedPlanLine)]
pub struct PublishedPlanLineView {
    /// A code of the list, or the identifier of a sheet.
    #[schema(example = "commune")]
    code: String,
    /// The title of the sheet, as it was.
    #[schema(nullable = false, example = "Premiers clics")]
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// How many.
    #[schema(example = 38)]
    value: i64,
}
