//! How the territory of an organisation stands in its column: JSON in a shape of its own.

use serde::{Deserialize, Serialize};

use crate::domain::field::territory::{Area, Perimeter, Territory};
use crate::domain::intervention::CommuneCode;

#[derive(Serialize, Deserialize)]
struct StoredTerritory {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    communes: Option<Vec<String>>,
    /// The SIREN of a body, and the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epci: Option<(String, i32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    areas: Vec<StoredArea>,
}

#[derive(Serialize, Deserialize)]
struct StoredArea {
    code: String,
    name: String,
    communes: Vec<String>,
}

/// The text of the column.
pub(in crate::storage) fn to_column(territory: &Territory) -> String {
    let texts = |codes: &[CommuneCode]| codes.iter().map(|code| code.as_str().to_owned()).collect();
    let (communes, epci) = match &territory.perimeter {
        None => (None, None),
        Some(Perimeter::Communes(codes)) => (Some(texts(codes)), None),
        Some(Perimeter::Epci { code, year }) => (None, Some((code.clone(), *year))),
    };
    let area = |area: &Area| StoredArea {
        code: area.code.clone(),
        name: area.name.clone(),
        communes: texts(&area.communes),
    };
    let areas = territory.areas.iter().map(area).collect();
    // These types have nothing that JSON cannot say.
    serde_json::to_string(&StoredTerritory { communes, epci, areas }).unwrap_or_default()
}

/// The territory of a column; `None` when the text is none.
pub(in crate::storage) fn of_column(text: &str) -> Option<Territory> {
    let stored: StoredTerritory = serde_json::from_str(text).ok()?;
    let codes = |texts: Vec<String>| {
        texts
            .iter()
            .map(|text| CommuneCode::parse(text))
            .collect::<Option<Vec<_>>>()
    };
    let perimeter = match (stored.communes, stored.epci) {
        (Some(communes), _) => Some(Perimeter::Communes(codes(communes)?)),
        (None, Some((code, year))) => Some(Perimeter::Epci { code, year }),
        (None, None) => None,
    };
    let area = |area: StoredArea| {
        let (code, name) = (area.code, area.name);
        codes(area.communes).map(|communes| Area { code, name, communes })
    };
    let areas = stored.areas.into_iter().map(area).collect::<Option<Vec<_>>>()?;
    Some(Territory { perimeter, areas })
}
