//! What figures are restricted to, in words.

use super::builders::Style;
use super::definitions::dimension_label;
use super::labels::breakdown_label;
use super::words;
use crate::domain::language::Language;
use crate::domain::nomenclature::{ClosedList, CodeSet, Masked};
use crate::statistics::dimension::Dimension;
use crate::statistics::filter::Filters;

/// A line for each list of the filters that restricts something.
pub(super) fn scope(filters: &Filters, style: Style<'_>) -> Vec<String> {
    let language = style.language;
    let colon = match language {
        Language::French => format!("{}: ", words::NARROW_SPACE),
        Language::English => ": ".to_owned(),
    };
    let labels = |dimension, codes: Vec<String>| -> Vec<String> {
        let label = |code: String| breakdown_label(dimension, &code, language);
        codes.into_iter().map(label).collect()
    };
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
    let name = |id: String| style.names.get(&id).cloned().unwrap_or(id);
    let lists: [(Dimension, Vec<String>); 13] = [
        (
            Dimension::Advisor,
            advisors.iter().map(|id| name(id.to_string())).collect(),
        ),
        (
            Dimension::Commune,
            communes.iter().map(|code| code.as_str().to_owned()).collect(),
        ),
        (Dimension::Kind, labels(Dimension::Kind, codes(kinds))),
        (Dimension::Setting, labels(Dimension::Setting, codes(settings))),
        (Dimension::Principle, labels(Dimension::Principle, codes(principles))),
        (Dimension::Theme, labels(Dimension::Theme, set_codes(*themes))),
        (
            Dimension::Equipment,
            labels(Dimension::Equipment, set_codes(*equipment)),
        ),
        (Dimension::Autonomy, labels(Dimension::Autonomy, set_codes(*autonomies))),
        (Dimension::Level, labels(Dimension::Level, set_codes(*levels))),
        (Dimension::Place, places.iter().map(|id| name(id.to_string())).collect()),
        (
            Dimension::Partner,
            partners.iter().map(|id| name(id.to_string())).collect(),
        ),
        (
            Dimension::Workshop,
            workshops.iter().map(|id| name(id.to_string())).collect(),
        ),
        (Dimension::Tag, tags.iter().map(|id| name(id.to_string())).collect()),
    ];
    let line = |(dimension, values): (Dimension, Vec<String>)| {
        let (french, english) = dimension_label(dimension);
        (!values.is_empty()).then(|| format!("{}{colon}{}", language.choose(french, english), values.join(", ")))
    };
    lists.into_iter().filter_map(line).collect()
}

fn set_codes<T: Masked>(set: CodeSet<T>) -> Vec<String> {
    set.iter().map(|value| value.code().to_owned()).collect()
}

fn codes<T: ClosedList>(values: &[T]) -> Vec<String> {
    values.iter().map(|value| value.code().to_owned()).collect()
}
