//! "Annexe 2 · Plan d'action": the figures of the plan of action as a document, and what they mean.

use chrono::{DateTime, Utc};

use super::action_breakdowns::{breakdown_symbols, breakdown_texts};
use super::action_words::{symbols, texts};
use super::builders::{Style, frame};
use super::definitions::Definition;
use super::document::{Cell, Column, Document, Line, Role, Section, Standing, Table};
use super::words;
use crate::domain::calendar::Months;
use crate::domain::field::partner::PartnerKind;
use crate::domain::language::Language;
use crate::domain::nomenclature::{Absence, ClosedList, Redirection};
use crate::statistics::action_plan::{
    ActionBreakdown, ActionFigure, ActionLine, ActionPart, ActionPlan, ActionUnit, PublishedFigure, PublishedLines,
    PublishedPart,
};
use crate::statistics::publication::{DEFINITIONS_VERSION, Publication};

/// The plan of action as a document.
pub fn document(plan: &ActionPlan, style: Style<'_>) -> Document {
    let as_of = words::moment(plan.as_of, style.zone, style.language);
    let parts: Vec<PublishedPart> = plan.parts.iter().map(Into::into).collect();
    Document {
        language: style.language,
        title: title(&plan.organisation, style.language),
        scope: Vec::new(),
        period: words::period(plan.period, style.language),
        standing: Standing::Provisional { as_of: as_of.clone() },
        at: plan.as_of,
        definitions_version: DEFINITIONS_VERSION.to_owned(),
        bare: false,
        chart: None,
        sections: sections(&parts, &as_of, style.language),
    }
}

/// The plan of action as a publication keeps it, with the publication's digest; `None` of a publication of before there was one.
pub fn publication(published: &Publication, of: (Months, &str, DateTime<Utc>), style: Style<'_>) -> Option<Document> {
    let parts = published.action_plan.as_ref()?;
    let (_, _, published_at) = of;
    let as_of = words::moment(published_at, style.zone, style.language);
    Some(Document {
        title: title(&published.organisation, style.language),
        sections: sections(parts, &as_of, style.language),
        ..frame(published, of, style)
    })
}

fn title(organisation: &str, language: Language) -> String {
    match language {
        Language::French => format!("Annexe 2 · Plan d'action · {organisation}"),
        Language::English => format!("Annex 2 · Plan of action · {organisation}"),
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

/// The name of a breakdown.
pub fn breakdown_label(breakdown: ActionBreakdown, language: Language) -> &'static str {
    let (french, english) = breakdown_texts(breakdown).0;
    language.choose(french, english)
}

/// The label of a value of a breakdown.
pub fn line_label(breakdown: ActionBreakdown, line: &ActionLine, language: Language) -> String {
    fn of_list<T: ClosedList>(code: &str, language: Language) -> Option<&'static str> {
        T::from_code(code).map(|value| value.label(language))
    }
    let label = match breakdown {
        ActionBreakdown::RequestsByWorkshop => line.name.as_deref(),
        ActionBreakdown::ReferralsDirectedTo => of_list::<Redirection>(&line.code, language),
        ActionBreakdown::MeetingsByPartnerKind => of_list::<PartnerKind>(&line.code, language),
        ActionBreakdown::Absences => of_list::<Absence>(&line.code, language),
    };
    label.unwrap_or(&line.code).to_owned()
}

/// Each part, followed by its breakdowns. What only a later program knows stands under its identifier.
fn sections(parts: &[PublishedPart], as_of: &str, language: Language) -> Vec<Section> {
    let of_part = |part: &PublishedPart| {
        let breakdowns = part.breakdowns.iter().map(|of| lines_section(of, language));
        std::iter::once(part_section(part, as_of, language))
            .chain(breakdowns)
            .collect::<Vec<_>>()
    };
    parts.iter().flat_map(of_part).collect()
}

fn part_section(part: &PublishedPart, as_of: &str, language: Language) -> Section {
    let known = ActionPart::from_code(&part.code);
    let note = (known == Some(ActionPart::Field)).then(|| match language {
        Language::French => format!("État au {as_of} : clore un mois ne fige pas ces chiffres."),
        Language::English => format!("As of {as_of}: closing a month does not freeze these figures."),
    });
    let line = |figure: &PublishedFigure| Line {
        id: figure.id.clone(),
        label: ActionFigure::from_id(&figure.id)
            .map_or(figure.id.as_str(), |of| label(of, language))
            .to_owned(),
        cells: vec![figure.value.map_or(Cell::Empty, |value| cell(&figure.unit, value))],
    };
    Section {
        id: part.code.replace('_', "-"),
        heading: known
            .map_or(part.code.as_str(), |of| part_label(of, language))
            .to_owned(),
        note,
        table: Some(table(
            language.choose("Indicateur", "Figure"),
            part.figures.iter().map(line).collect(),
            language,
        )),
    }
}

fn lines_section(of: &PublishedLines, language: Language) -> Section {
    let known = ActionBreakdown::from_id(&of.id);
    let heading = known.map_or(of.id.as_str(), |known| breakdown_label(known, language));
    let line = |line: &ActionLine| Line {
        id: line.code.clone(),
        label: known.map_or_else(|| line.code.clone(), |known| line_label(known, line, language)),
        cells: vec![Cell::Count(line.value)],
    };
    let is_empty = of.lines.is_empty();
    let nothing = || {
        language
            .choose("Rien dans la période.", "Nothing in the period.")
            .to_owned()
    };
    Section {
        id: of.id.replace('_', "-"),
        heading: heading.to_owned(),
        note: is_empty.then(nothing),
        table: (!is_empty).then(|| table(heading, of.lines.iter().map(line).collect(), language)),
    }
}

fn table(label: &str, lines: Vec<Line>, language: Language) -> Table {
    Table {
        label: label.to_owned(),
        columns: vec![Column {
            heading: language.choose("Valeur", "Value").to_owned(),
            role: Role::Count,
        }],
        lines,
        totals: None,
    }
}

fn cell(unit: &str, value: i64) -> Cell {
    match ActionUnit::from_code(unit) {
        Some(ActionUnit::Minutes) => Cell::Minutes(value),
        Some(ActionUnit::Percent) => Cell::Percent(value),
        Some(ActionUnit::Tenths) => Cell::Tenths(value),
        Some(ActionUnit::Count) | None => Cell::Count(value),
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

/// What the figures and the breakdowns of the plan of action mean.
pub fn definitions() -> Vec<Definition> {
    use strum::VariantArray as _;
    let of_figure = |figure: &ActionFigure| {
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
    let of_breakdown = |breakdown: &ActionBreakdown| {
        let (label, words, limits) = breakdown_texts(*breakdown);
        Definition {
            id: breakdown.id(),
            label,
            words,
            symbols: breakdown_symbols(*breakdown),
            unit: ActionUnit::Count.code(),
            limits,
        }
    };
    let figures = ActionFigure::VARIANTS.iter().map(of_figure);
    figures
        .chain(ActionBreakdown::VARIANTS.iter().map(of_breakdown))
        .collect()
}
