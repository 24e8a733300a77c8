//! The coverage of a territory as a document, and what its figures mean.

use super::builders::Style;
use super::definitions::Definition;
use super::document::{Cell, Column, Document, Line, Role, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;
use crate::statistics::coverage::{Coverage, CoverageLine, OUTSIDE, UNDISCLOSED};
use crate::statistics::publication::DEFINITIONS_VERSION;

/// The coverage of a territory.
pub fn document(coverage: &Coverage, style: Style<'_>) -> Document {
    let language = style.language;
    let communes = section(
        ("communes", "Communes du territoire", "Communes of the territory"),
        ("Commune", true),
        coverage.communes.iter().chain([&coverage.total]),
        language,
    );
    let areas = (!coverage.areas.is_empty()).then(|| {
        section(
            ("areas", "Quartiers et secteurs", "Areas"),
            (language.choose("Secteur", "Area"), false),
            coverage.areas.iter(),
            language,
        )
    });
    Document {
        language,
        title: match language {
            Language::French => format!(
                "{}{}: couverture du territoire",
                coverage.organisation,
                words::NARROW_SPACE
            ),
            Language::English => format!("{}: coverage of the territory", coverage.organisation),
        },
        scope: Vec::new(),
        period: words::period(coverage.period, language),
        standing: Standing::Provisional {
            as_of: words::moment(coverage.as_of, style.zone, language),
        },
        at: coverage.as_of,
        definitions_version: DEFINITIONS_VERSION.to_owned(),
        bare: false,
        chart: None,
        sections: std::iter::once(communes).chain(areas).collect(),
    }
}

/// The name of a line.
pub fn label(line: &CoverageLine, language: Language) -> String {
    let (french, english) = match line.code.as_str() {
        OUTSIDE => ("Hors périmètre", "Outside the perimeter"),
        UNDISCLOSED => ("Commune non renseignée", "Commune not said"),
        _ if line.name.is_empty() => ("Total", "Total"),
        _ => return line.name.clone(),
    };
    language.choose(french, english).to_owned()
}

fn section<'a>(
    (id, french, english): (&str, &str, &str),
    (heading, has_inhabitants): (&str, bool),
    lines: impl Iterator<Item = &'a CoverageLine>,
    language: Language,
) -> Section {
    let columns = DEFINITIONS
        .iter()
        .filter(|definition| has_inhabitants || !is_of_inhabitants(definition.id))
        .map(|definition| Column {
            heading: language.choose(definition.label.0, definition.label.1).to_owned(),
            role: Role::Count,
        });
    let cells = |line: &CoverageLine| {
        let number = |value: Option<i64>, cell: fn(i64) -> Cell| value.map_or(Cell::Empty, cell);
        let inhabitants = has_inhabitants.then(|| number(line.population, Cell::Count));
        let share = has_inhabitants.then(|| number(line.people_per_thousand, Cell::Tenths));
        let counted = [Cell::Count(line.interventions), Cell::Count(line.people)];
        let months = Cell::Count(line.months_without);
        inhabitants
            .into_iter()
            .chain(counted)
            .chain(share)
            .chain([months])
            .collect()
    };
    Section {
        id: id.to_owned(),
        heading: language.choose(french, english).to_owned(),
        note: None,
        table: Some(Table {
            label: heading.to_owned(),
            columns: columns.collect(),
            lines: lines
                .map(|line| Line {
                    id: line.code.clone(),
                    label: label(line, language),
                    cells: cells(line),
                })
                .collect(),
            totals: None,
        }),
    }
}

fn is_of_inhabitants(id: &str) -> bool {
    matches!(id, "coverage_population" | "coverage_people_per_thousand")
}

/// What the figures of coverage mean, in the order of the columns.
pub const DEFINITIONS: [Definition; 5] = [
    Definition {
        id: "coverage_population",
        label: ("Habitants", "Inhabitants"),
        words: (
            "La population municipale du dernier recensement publié.",
            "The municipal population of the newest census.",
        ),
        symbols: "population",
        unit: "people",
        limits: (
            "Ce n'est pas la population de l'année de la période ; celle des secteurs n'est pas publiée.",
            "It is not the population in the year of the period; that of areas is not published.",
        ),
    },
    Definition {
        id: "coverage_interventions",
        label: ("Interventions", "Interventions"),
        words: (
            "Les interventions de la commune ou du secteur, sans celles qui appuient un collègue.",
            "The interventions in the commune or the area, without those that assist a colleague.",
        ),
        symbols: "coverage_interventions = Σ 1 [commune]",
        unit: "interventions",
        limits: (
            "La commune est celle de l'intervention, non celle où habitent les personnes.",
            "The commune is that of the intervention, not where people live.",
        ),
    },
    Definition {
        id: "coverage_people",
        label: ("Personnes accompagnées", "People supported"),
        words: (
            "Les participants de ces interventions, moins les participants récurrents.",
            "The participants of these interventions, less recurring participants.",
        ),
        symbols: "coverage_people = Σ participants − Σ recurring_participants [commune]",
        unit: "people",
        limits: (
            "Ce n'est pas un nombre de personnes distinctes.",
            "It is no count of distinct people.",
        ),
    },
    Definition {
        id: "coverage_people_per_thousand",
        label: ("Personnes pour 1 000 habitants", "People per 1,000 inhabitants"),
        words: (
            "Les personnes accompagnées, divisées par les habitants, fois mille, arrondies au dixième.",
            "People supported, by inhabitants, times a thousand, rounded to the tenth.",
        ),
        symbols: "coverage_people_per_thousand = 1000 × coverage_people ÷ population",
        unit: "people",
        limits: (
            "Les habitants d'une commune peuvent être accompagnés dans une autre.",
            "Who lives in one commune may be supported in another.",
        ),
    },
    Definition {
        id: "coverage_months_without",
        label: ("Mois sans intervention", "Months without any"),
        words: (
            "Les mois de la période sans aucune intervention.",
            "The months of the period without any intervention.",
        ),
        symbols: "coverage_months_without = Σ 1 (months) [coverage_interventions = 0]",
        unit: "months",
        limits: (
            "Une seule intervention suffit pour qu'un mois compte comme visité.",
            "A single intervention is enough for a month to count as visited.",
        ),
    },
];
