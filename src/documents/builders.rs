//! Documents from figures: the annex, the full statistics, a publication, and a publication as it is shared.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::definitions::dimension_label;
use super::document::{Cell, Chart, Column, Document, Line, Role, Section, Standing, Table};
use super::labels::{annex_title, breakdown_label, figure_label, month_heading, month_name};
use super::scope::scope;
use super::words;
use crate::domain::calendar::{Month, Months};
use crate::domain::language::Language;
use crate::statistics::breakdown::{Breakdown, BreakdownLine};
use crate::statistics::dimension::{Dimension, ShareOf};
use crate::statistics::figure::{Figure, Unit};
use crate::statistics::masking::{SharedCell, shared_cells};
use crate::statistics::monthly::{MonthlyStatistics, RowFigures};
use crate::statistics::publication::{DEFINITIONS_VERSION, Publication, PublishedBreakdown, PublishedRow};

/// How documents are written, and what names stand for identifiers.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// The language.
    pub language: Language,
    /// The zone of the organisation.
    pub zone: Tz,
    /// The names of advisors, places and partners by their identifiers.
    pub names: &'a BTreeMap<String, String>,
}

/// The annex's six rows, with their picture.
pub fn annex(statistics: &MonthlyStatistics, style: Style<'_>) -> Document {
    let rows: Vec<RowFigures> = statistics.annex().cloned().collect();
    Document {
        bare: true,
        ..provisional(statistics, &rows, &[], style)
    }
}

/// Every row, and breakdowns over the whole period.
pub fn full(statistics: &MonthlyStatistics, breakdowns: &[Breakdown], style: Style<'_>) -> Document {
    provisional(statistics, &statistics.rows, breakdowns, style)
}

fn provisional(
    statistics: &MonthlyStatistics,
    rows: &[RowFigures],
    breakdowns: &[Breakdown],
    style: Style<'_>,
) -> Document {
    let rows: Vec<PublishedRow> = rows.iter().map(Into::into).collect();
    let breakdowns: Vec<Section> = breakdowns.iter().map(|of| breakdown(of, style)).collect();
    Document {
        language: style.language,
        title: annex_title(&statistics.organisation, style.language),
        scope: scope(&statistics.filters, style),
        period: words::period(statistics.period, style.language),
        standing: Standing::Provisional {
            as_of: words::moment(statistics.as_of, style.zone, style.language),
        },
        at: statistics.as_of,
        definitions_version: DEFINITIONS_VERSION.to_owned(),
        bare: false,
        chart: Some(chart(statistics.period, &rows, style.language)),
        sections: std::iter::once(monthly(statistics.period, &rows, style.language))
            .chain(breakdowns)
            .collect(),
    }
}

/// A publication, with its digest. When it is `shared` outside the organisation, small cells are masked.
pub fn publication(
    published: &Publication,
    (period, digest, published_at): (Months, &str, DateTime<Utc>),
    shared: bool,
    style: Style<'_>,
) -> Document {
    let breakdowns = published.breakdowns.iter().filter_map(|of| {
        let whole = breakdown_of(of);
        match (shared, whole) {
            (false, Some(whole)) => Some(breakdown(&whole, style)),
            (false, None) => Some(unknown_breakdown(of, style.language)),
            // Not shared: supports by kind, which are rows of the annex already, and a dimension that this program does
            // not know, since it cannot tell how to mask it.
            (
                true,
                None
                | Some(Breakdown {
                    dimension: Dimension::Kind,
                    ..
                }),
            ) => None,
            (true, Some(whole)) => Some(shared_breakdown(&whole, style)),
        }
    });
    Document {
        title: annex_title(&published.organisation, style.language),
        chart: Some(chart(period, &published.rows, style.language)),
        sections: std::iter::once(monthly(period, &published.rows, style.language))
            .chain(breakdowns)
            .collect(),
        ..frame(published, (period, digest, published_at), style)
    }
}

/// What every document of a publication says, without its title and its contents.
pub(super) fn frame(
    published: &Publication,
    (period, digest, published_at): (Months, &str, DateTime<Utc>),
    style: Style<'_>,
) -> Document {
    Document {
        language: style.language,
        title: String::new(),
        scope: Vec::new(),
        period: words::period(period, style.language),
        standing: Standing::Published {
            digest: digest.to_owned(),
            on: words::day(published_at, style.zone, style.language),
            deliberation_number: published.deliberation_number.clone(),
        },
        at: published_at,
        definitions_version: published.definitions_version.clone(),
        bare: false,
        chart: None,
        sections: Vec::new(),
    }
}

/// The document of a publication, cut down to the annex: its six rows and their picture.
pub fn annex_of(mut document: Document) -> Document {
    let annex = Figure::ANNEX.map(Figure::id);
    document.sections.truncate(1);
    for table in document
        .sections
        .iter_mut()
        .filter_map(|section| section.table.as_mut())
    {
        table.lines.retain(|line| annex.contains(&line.id.as_str()));
    }
    document
}

/// The breakdown of a publication; `None` when this program knows no such dimension.
fn breakdown_of(published: &PublishedBreakdown) -> Option<Breakdown> {
    let line = |line: &crate::statistics::publication::PublishedLine| BreakdownLine {
        code: line.code.clone(),
        interventions: line.interventions,
        supports: line.supports,
        days: None,
        share: line.share,
    };
    Some(Breakdown {
        dimension: Dimension::from_code(&published.by)?,
        total: published.total,
        lines: published.lines.iter().map(line).collect(),
    })
}

/// A breakdown by a dimension that only a later version of this program knows: shown as it stands, with codes as
/// labels.
fn unknown_breakdown(of: &PublishedBreakdown, language: Language) -> Section {
    let interventions = of.lines.iter().any(|line| line.interventions.is_some());
    let supports = of.lines.iter().any(|line| line.supports.is_some());
    let share = (language.choose("Part", "Share").to_owned(), Role::Share);
    let columns = [
        interventions.then(|| (count_heading(false, language), Role::Count)),
        supports.then(|| (people_heading(ShareOf::Supports, language), Role::Count)),
        Some(share),
    ];
    let count = |value: Option<i64>| value.map_or(Cell::Empty, Cell::Count);
    let lines = of.lines.iter().map(|line| Line {
        id: String::new(),
        label: line.code.clone(),
        cells: [
            interventions.then(|| count(line.interventions)),
            supports.then(|| count(line.supports)),
            Some(line.share.map_or(Cell::Empty, Cell::Percent)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    });
    Section {
        id: of.by.replace('_', "-"),
        heading: of.by.clone(),
        note: None,
        table: Some(Table {
            label: of.by.clone(),
            columns: columns
                .into_iter()
                .flatten()
                .map(|(heading, role)| Column { heading, role })
                .collect(),
            lines: lines.collect(),
            totals: None,
        }),
    }
}

fn monthly(period: Months, rows: &[PublishedRow], language: Language) -> Section {
    let column = |heading, role| Column { heading, role };
    let since = month_name(period.from(), language);
    let total = match language {
        Language::French => format!("Total depuis {since}"),
        Language::English => format!("Total since {since}"),
    };
    let average = language.choose("Moyenne par mois", "Monthly average").to_owned();
    let months = period
        .iter()
        .map(|month: Month| column(month_heading(month, language), Role::Month));
    Section {
        id: "monthly".to_owned(),
        heading: language.choose("Chiffres par mois", "Figures by month").to_owned(),
        note: None,
        table: Some(Table {
            label: language.choose("Indicateur", "Figure").to_owned(),
            columns: [column(total, Role::Total), column(average, Role::Average)]
                .into_iter()
                .chain(months)
                .collect(),
            lines: rows.iter().map(|row| line_of_row(row, language)).collect(),
            totals: None,
        }),
    }
}

/// The figure of an identifier; `None` when this program does not know it: then the identifier serves as the label.
fn figure(id: &str) -> Option<Figure> {
    Figure::ALL.iter().copied().find(|figure| figure.id() == id)
}

fn label_of(id: &str, language: Language) -> String {
    figure(id).map_or_else(|| id.to_owned(), |figure| figure_label(figure, language).to_owned())
}

fn line_of_row(row: &PublishedRow, language: Language) -> Line {
    let cell = match figure(&row.id).map(Figure::unit) {
        Some(Unit::Minutes) => Cell::Minutes,
        _ => Cell::Count,
    };
    let values = [row.total, row.monthly_average]
        .into_iter()
        .chain(row.by_month.iter().copied());
    Line {
        id: row.id.clone(),
        label: label_of(&row.id, language),
        cells: values.map(cell).collect(),
    }
}

fn chart(period: Months, rows: &[PublishedRow], language: Language) -> Chart {
    let annex = Figure::ANNEX.map(Figure::id);
    let shown: Vec<&PublishedRow> = rows.iter().filter(|row| annex.contains(&row.id.as_str())).collect();
    let sentence =
        |row: &&PublishedRow| format!("{} {}", label_of(&row.id, language), words::number(row.total, language));
    let totals: Vec<String> = shown.iter().map(sentence).collect();
    Chart {
        title: language
            .choose(
                "Les six indicateurs de l'annexe par mois",
                "The annex's six figures by month",
            )
            .to_owned(),
        description: match language {
            Language::French => format!(
                "Un graphique en barres par indicateur, chacun à son échelle. Totaux de la période{}: {}. Les valeurs sont \
                 dans le tableau.",
                words::NARROW_SPACE,
                totals.join(", ")
            ),
            Language::English => format!(
                "A chart of bars for each figure, each to its own scale. Totals of the period: {}. The values are in the \
                 table.",
                totals.join(", ")
            ),
        },
        months: period.iter().map(|month| month_heading(month, language)).collect(),
        series: shown
            .iter()
            .map(|row| (label_of(&row.id, language), row.by_month.clone()))
            .collect(),
    }
}

fn breakdown(of: &Breakdown, style: Style<'_>) -> Section {
    let language = style.language;
    let share_of = of.dimension.share_of();
    let interventions = !matches!(share_of, ShareOf::Participants | ShareOf::Days);
    let supports = matches!(share_of, ShareOf::Participants | ShareOf::Supports);
    let days = share_of == ShareOf::Days;
    let cells = |line: &BreakdownLine| {
        let mut cells = Vec::new();
        if interventions {
            cells.push(Cell::Count(line.interventions.unwrap_or_default()));
        }
        if supports {
            cells.push(Cell::Count(line.supports.unwrap_or_default()));
        }
        if days {
            cells.push(Cell::Count(line.days.unwrap_or_default()));
        }
        cells.push(line.share.map_or(Cell::Empty, Cell::Percent));
        cells
    };
    let sums = BreakdownLine {
        code: String::new(),
        interventions: Some(of.lines.iter().filter_map(|line| line.interventions).sum()),
        supports: Some(of.lines.iter().filter_map(|line| line.supports).sum()),
        days: Some(of.lines.iter().filter_map(|line| line.days).sum()),
        share: (of.total > 0).then_some(100),
    };
    let headings = [
        interventions.then(|| count_heading(share_of == ShareOf::Mentions, language)),
        supports.then(|| people_heading(share_of, language)),
        days.then(|| language.choose("Jours", "Days").to_owned()),
    ];
    section_of(
        of.dimension,
        headings.into_iter().flatten().collect(),
        language,
        |label| {
            let lines = of.lines.iter().map(|line| (line.code.as_str(), cells(line)));
            (
                lines.map(|(code, cells)| label(code, cells, style)).collect(),
                cells(&sums),
            )
        },
    )
}

fn count_heading(mentions: bool, language: Language) -> String {
    if mentions {
        language.choose("Mentions", "Mentions").to_owned()
    } else {
        language.choose("Interventions", "Interventions").to_owned()
    }
}

fn people_heading(share_of: ShareOf, language: Language) -> String {
    match share_of {
        ShareOf::Participants => language.choose("Personnes", "People").to_owned(),
        _ => language.choose("Accompagnements", "Supports").to_owned(),
    }
}

type Labelled<'a> = &'a dyn Fn(&str, Vec<Cell>, Style<'_>) -> Line;

/// The section of a dimension with these headings of counts; `lines` gives the lines and the cells of the sums.
fn section_of(
    dimension: Dimension,
    headings: Vec<String>,
    language: Language,
    lines: impl FnOnce(Labelled<'_>) -> (Vec<Line>, Vec<Cell>),
) -> Section {
    let (french, english) = dimension_label(dimension);
    let label = |code: &str, cells: Vec<Cell>, style: Style<'_>| Line {
        id: String::new(),
        label: style
            .names
            .get(code)
            .cloned()
            .unwrap_or_else(|| breakdown_label(dimension, code, style.language)),
        cells,
    };
    let (lines, sums) = lines(&label);
    let counts = headings.into_iter().map(|heading| Column {
        heading,
        role: Role::Count,
    });
    let share = Column {
        heading: language.choose("Part", "Share").to_owned(),
        role: Role::Share,
    };
    Section {
        id: dimension.code().replace('_', "-"),
        heading: language.choose(french, english).to_owned(),
        note: Some(note(dimension, language)),
        table: Some(Table {
            label: language.choose(french, english).to_owned(),
            columns: counts.chain([share]).collect(),
            lines,
            totals: Some(Line {
                id: String::new(),
                label: "Total".to_owned(),
                cells: sums,
            }),
        }),
    }
}

/// The note of a breakdown: what its shares are percentages of, and the id by which the definitions and the API name
/// the breakdown.
fn note(dimension: Dimension, language: Language) -> String {
    let shares = match dimension.share_of() {
        ShareOf::Mentions => language.choose(
            "Plusieurs réponses possibles par intervention\u{a0}: parts des mentions.",
            "Several answers an intervention: shares of mentions.",
        ),
        ShareOf::Interventions => language.choose("Parts des interventions.", "Shares of interventions."),
        ShareOf::Participants => language.choose("Parts des participants.", "Shares of participants."),
        ShareOf::Supports => language.choose("Parts des accompagnements.", "Shares of supports."),
        ShareOf::Days => language.choose("Parts des jours.", "Shares of days."),
    };
    let identifier = language.choose("Identifiant\u{a0}:", "Identifier:");
    format!("{shares} {identifier} {}.", dimension.code())
}

/// A breakdown as it is shared outside the organisation: one count a line, small counts masked, and shares only when no
/// count is masked.
fn shared_breakdown(of: &Breakdown, style: Style<'_>) -> Section {
    let language = style.language;
    let share_of = of.dimension.share_of();
    let count = |line: &BreakdownLine| match share_of {
        ShareOf::Participants | ShareOf::Supports => line.supports.unwrap_or_default(),
        ShareOf::Mentions | ShareOf::Interventions => line.interventions.unwrap_or_default(),
        ShareOf::Days => line.days.unwrap_or_default(),
    };
    let counts: Vec<i64> = of.lines.iter().map(count).collect();
    let heading = match share_of {
        ShareOf::Participants | ShareOf::Supports => people_heading(share_of, language),
        ShareOf::Mentions | ShareOf::Interventions => count_heading(share_of == ShareOf::Mentions, language),
        ShareOf::Days => language.choose("Jours", "Days").to_owned(),
    };
    let Some(shared) = shared_cells(&counts) else {
        let (french, english) = dimension_label(of.dimension);
        return Section {
            id: of.dimension.code().replace('_', "-"),
            heading: language.choose(french, english).to_owned(),
            note: Some(
                language
                    .choose(
                        "Effectifs trop faibles pour être montrés sans désigner quelqu'un.",
                        "Too few to be shown without telling somebody apart.",
                    )
                    .to_owned(),
            ),
            table: None,
        };
    };
    let masked = shared.iter().any(|cell| !matches!(cell, SharedCell::Shown(_)));
    section_of(of.dimension, vec![heading], language, |label| {
        let cells = |(line, cell): (&BreakdownLine, &SharedCell)| {
            let count = match cell {
                SharedCell::Shown(count) => Cell::Count(*count),
                SharedCell::BelowFive => Cell::BelowFive,
                SharedCell::Withheld => Cell::Withheld,
            };
            let share = line.share.filter(|_| !masked).map_or(Cell::Empty, Cell::Percent);
            label(&line.code, vec![count, share], style)
        };
        let total = if masked || of.total == 0 {
            Cell::Empty
        } else {
            Cell::Percent(100)
        };
        (
            of.lines.iter().zip(&shared).map(cells).collect(),
            vec![Cell::Count(of.total), total],
        )
    })
}
