//! The communes that are compiled in.

use quotidien::domain::field::communes::{Commune, Epci, years};

const LE_MANS_METROPOLE: &str = "247200132";

fn names(communes: &[Commune]) -> Vec<&str> {
    communes.iter().map(|commune| commune.name).collect()
}

#[test]
fn the_table_of_communes_holds_every_year_from_2021_to_2026() {
    assert_eq!(years(), (2021, 2026));
    let in_year = |year| {
        let departments = (1..=95).map(|number| format!("{number:02}"));
        let all = departments.chain(["2A", "2B", "971", "972", "973", "974", "976"].map(str::to_owned));
        all.map(|department| Commune::of_department(&department, year).len())
            .sum::<usize>()
    };
    // The communes of France by the official geographic code of each year, with the 45 municipal arrondissements.
    let of_years: Vec<usize> = (2021..=2026).map(in_year).collect();
    assert_eq!(
        of_years,
        [34_965, 34_955, 34_945, 34_935, 34_875, 34_875].map(|communes| communes + 45)
    );
}

#[test]
fn le_mans_metropole_has_19_members_in_2022_and_20_since_2023() {
    let members = |year| Commune::of_epci(LE_MANS_METROPOLE, year);
    assert_eq!(members(2022).len(), 19);
    assert_eq!(members(2023).len(), 20);
    let joined: Vec<Commune> = members(2026)
        .into_iter()
        .filter(|commune| !members(2022).contains(commune))
        .collect();
    assert_eq!(names(&joined), ["Fatines"]);
    assert_eq!(Epci::find(LE_MANS_METROPOLE).unwrap().name, "CU Le Mans Métropole");
    assert!(members(2020).is_empty());
}

#[test]
fn a_commune_is_known_by_its_code_with_what_the_newest_year_says_of_it() {
    let le_mans = Commune::find("72181").unwrap();
    assert_eq!((le_mans.name, le_mans.department()), ("Le Mans", "72"));
    assert!(le_mans.population > 140_000);
    assert_eq!(le_mans.postal_codes().collect::<Vec<_>>(), ["72000", "72100"]);
    assert_eq!(Commune::find("2A004").unwrap().department(), "2A");
    assert_eq!(Commune::find("97411").unwrap().department(), "974");
    // Saint-Barthélemy belongs to no EPCI.
    assert_eq!(Commune::find("97701").unwrap().epci(2026), None);
    for nowhere in ["72999", "", "Le Mans", "72181 "] {
        assert_eq!(Commune::find(nowhere), None, "{nowhere}");
    }
}

#[test]
fn an_arrondissement_belongs_where_its_town_does_but_is_no_member_of_its_own() {
    let first = Commune::find("75101").unwrap();
    assert_eq!(first.epci(2026), Commune::find("75056").unwrap().epci(2026));
    let members = Commune::of_epci(first.epci(2026).unwrap().code, 2026);
    assert!(members.iter().any(|member| member.code == "75056"));
    assert!(members.iter().all(|member| member.code != "75101"));
}

#[test]
fn a_search_finds_names_without_their_accents_and_the_largest_first() {
    let found = |words| Commune::search(words, None, 2026);
    assert_eq!(found("le mans")[0].code, "72181");
    assert_eq!(found("LE MANS")[0].code, "72181");
    assert_eq!(found("saint pavace")[0].name, "Saint-Pavace");
    assert_eq!(found("l abergement clem")[0].code, "01001");
    assert_eq!(found("72181")[0].name, "Le Mans");
    assert!(names(&found("72190")).contains(&"Coulaines"));
    assert_eq!(found("paris")[0].code, "75056");
    assert_eq!(found("saint").len(), 50);
    assert!(found("zzz").is_empty());
    let here = Commune::search("saint", Some("72"), 2026);
    assert!(!here.is_empty() && here.iter().all(|commune| commune.department() == "72"));
}

#[test]
fn a_commune_that_was_merged_is_known_by_its_code_and_not_listed_any_more() {
    let last = |commune: &Commune| !commune.exists_in(2026);
    let merged: Vec<Commune> = Commune::of_department("85", 2021).into_iter().filter(last).collect();
    let merged = merged.first().unwrap();
    assert!(Commune::find(merged.code).is_some());
    assert!(!Commune::of_department("85", 2026).contains(merged));
}
