//! "Annexe 2 · Plan d'action": the figures of the plan of action as a document, and what they mean.

use super::action_words::{symbols, texts};
use super::builders::Style;
use super::definitions::Definition;
use super::document::{Cell, Column, Document, Line, Role, Section, Standing, Table};
use super::words;
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;
use crate::statistics::action_plan::{ActionFigure, ActionPart, ActionPlan, ActionUnit, FigureValue};
use crate::statistics::publication::DEFINITIONS_VERSION;

/// The plan of action as a document.
pub fn document(plan: &ActionPlan, style: Style<'_>) -> Document {
    let language = style.language;
    let as_of = words::moment(plan.as_of, style.zone, language);
    Document {
        language,
        title: match language {
            Language::French => format!("Annexe 2 · Plan d'action · {}", plan.organisation),
            Language::English => format!("Annex 2 · Plan of action · {}", plan.organisation),
        },
        scope: Vec::new(),
        period: words::period(plan.period, language),
        standing: Standing::Provisional { as_of: as_of.clone() },
        at: plan.as_of,
        definitions_version: DEFINITIONS_VERSION.to_owned(),
        bare: false,
        chart: None,
        sections: plan
            .parts
            .iter()
            .map(|(part, figures)| section(*part, figures, &as_of, language))
            .collect(),
    }
}

/// The name of a part.
pub fn part_label(part: ActionPart, language: Language) -> &'static str {
    match part {
        ActionPart::Principle(principle) => principle.label(language),
        ActionPart::Undisclosed => language.choose("Principe non renseigné", "Principle not said"),
        ActionPart::Field => language.choose("Autour des rapports", "Around the reports"),
    }
}

fn section(part: ActionPart, figures: &[FigureValue], as_of: &str, language: Language) -> Section {
    let note = (part == ActionPart::Field).then(|| match language {
        Language::French => format!("État au {as_of} : clore un mois ne fige pas ces chiffres."),
        Language::English => format!("As of {as_of}: closing a month does not freeze these figures."),
    });
    let lines = figures.iter().map(|(figure, value)| Line {
        id: figure.id().to_owned(),
        label: label(*figure, language).to_owned(),
        cells: vec![value.map_or(Cell::Empty, |value| match figure.unit() {
            ActionUnit::Count => Cell::Count(value),
            ActionUnit::Minutes => Cell::Minutes(value),
            ActionUnit::Percent => Cell::Percent(value),
            ActionUnit::Tenths => Cell::Tenths(value),
        })],
    });
    Section {
        id: part.code().replace('_', "-"),
        heading: part_label(part, language).to_owned(),
        note,
        table: Some(Table {
            label: language.choose("Indicateur", "Figure").to_owned(),
            columns: vec![Column {
                heading: language.choose("Valeur", "Value").to_owned(),
                role: Role::Count,
            }],
            lines: lines.collect(),
            totals: None,
        }),
    }
}

/// The label of a figure.
pub const fn label(figure: ActionFigure, language: Language) -> &'static str {
    let (french, english) = texts(figure).0;
    match language {
        Language::French => french,
        Language::English => english,
    }
}

/// What the figures of the plan of action mean.
pub fn definitions() -> Vec<Definition> {
    use strum::VariantArray as _;
    let of = |figure: &ActionFigure| {
        let (label, words, limits) = texts(*figure);
        Definition {
            id: figure.id(),
            label,
            words,
            symbols: symbols(*figure),
            unit: figure.unit().code(),
            limits,
        }
    };
    ActionFigure::VARIANTS.iter().map(of).collect()
}
