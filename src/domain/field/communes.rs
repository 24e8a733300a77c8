//! The communes of France with the intercommunal body (EPCI) of each year, from the official geographic code: the file of
//! `data/`, whose README says what is taken from where. It is unpacked when the first commune is looked up.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

use crate::domain::text::sort_key;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut text = String::new();
    // The file is part of the program; a test reads every line of it.
    let packed = include_bytes!("../../../data/communes.deflate").as_slice();
    let _ = DeflateDecoder::new(packed).read_to_string(&mut text);
    Table::read(String::leak(text)).unwrap_or_default()
});

/// The most communes that [`Commune::search`] finds.
pub const FOUND_MAX: usize = 50;

/// A commune, or a municipal arrondissement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commune {
    /// Its INSEE code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How many people live there, by the newest census.
    pub population: u32,
    /// Its postal codes, between spaces.
    postal_codes: &'static str,
    /// From which year on it belongs to which EPCI.
    memberships: &'static str,
    /// The last year in which it exists.
    last_year: i32,
}

/// An intercommunal body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epci {
    /// Its SIREN.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// The file, line by line.
#[derive(Default)]
struct Table {
    years: Vec<i32>,
    epci: Vec<Epci>,
    /// Sorted by code.
    communes: Vec<Commune>,
    /// The name of each as it is searched for.
    folded: Vec<String>,
}

impl Table {
    fn read(text: &'static str) -> Option<Self> {
        let mut lines = text.lines();
        let years: Option<Vec<i32>> = lines.next()?.split(' ').map(|year| year.parse().ok()).collect();
        let bodies: usize = lines.next()?.parse().ok()?;
        let epci = lines.by_ref().take(bodies).map(|line| {
            let (code, name) = line.split_once('\t')?;
            Some(Epci { code, name })
        });
        let epci: Option<Vec<Epci>> = epci.collect();
        let communes: Option<Vec<Commune>> = lines.map(Commune::read).collect();
        let communes = communes?;
        Some(Self {
            years: years?,
            epci: epci?,
            folded: communes.iter().map(|commune| folded(commune.name)).collect(),
            communes,
        })
    }
}

/// A name as it is searched for: without accents, hyphens and apostrophes.
fn folded(name: &str) -> String {
    let key = sort_key(name).replace('œ', "oe");
    let words = key
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The first and the last year of which the communes are known.
pub fn years() -> (i32, i32) {
    let years = &TABLE.years;
    (
        years.first().copied().unwrap_or_default(),
        years.last().copied().unwrap_or_default(),
    )
}

impl Commune {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        Some(Self {
            code: fields.next()?,
            name: fields.next()?,
            population: fields.next()?.parse().ok()?,
            postal_codes: fields.next()?,
            memberships: fields.next()?,
            last_year: fields.next()?.parse().ok()?,
        })
    }

    /// The commune with this code, of whichever year: a commune that was merged is still where something happened.
    pub fn find(code: &str) -> Option<Self> {
        let communes = &TABLE.communes;
        let place = communes.binary_search_by(|commune| commune.code.cmp(code)).ok()?;
        communes.get(place).copied()
    }

    /// The communes of a department as of a year, by code.
    pub fn of_department(department: &str, year: i32) -> Vec<Self> {
        let here = |commune: &&Self| commune.department() == department && commune.exists_in(year);
        TABLE.communes.iter().filter(here).copied().collect()
    }

    /// Whether this is the code of a department, or of a territory overseas.
    pub fn is_department(code: &str) -> bool {
        TABLE.communes.iter().any(|commune| commune.department() == code)
    }

    /// The members of an EPCI as of a year, by code; without municipal arrondissements, which are parts of a member.
    pub fn of_epci(epci: &str, year: i32) -> Vec<Self> {
        let here =
            |commune: &&Self| !commune.is_arrondissement() && commune.epci(year).is_some_and(|body| body.code == epci);
        TABLE.communes.iter().filter(here).copied().collect()
    }

    /// The communes of a year whose name holds words that begin like those of `words`, or whose code or postal code is
    /// this: those whose name begins so first, and of these the largest. [`FOUND_MAX`] at most.
    pub fn search(words: &str, department: Option<&str>, year: i32) -> Vec<Self> {
        let asked = folded(words);
        let mut found: Vec<(usize, Self)> = TABLE
            .communes
            .iter()
            .zip(&TABLE.folded)
            .filter(|(commune, _)| commune.exists_in(year))
            .filter(|(commune, _)| department.is_none_or(|department| commune.department() == department))
            .filter_map(|(commune, name)| {
                let rank = if *name == asked || commune.code.eq_ignore_ascii_case(words) {
                    0
                } else if name.starts_with(&asked) || commune.postal_codes().any(|code| code == words) {
                    1
                } else if name.contains(&format!(" {asked}")) {
                    2
                } else {
                    return None;
                };
                Some((rank, *commune))
            })
            .collect();
        found.sort_by_key(|(rank, commune)| (*rank, std::cmp::Reverse(commune.population), commune.code));
        found.truncate(FOUND_MAX);
        found.into_iter().map(|(_, commune)| commune).collect()
    }

    /// The code of its department, or of the territory overseas.
    pub fn department(&self) -> &'static str {
        let overseas = self.code.starts_with("97") || self.code.starts_with("98");
        self.code.get(..if overseas { 3 } else { 2 }).unwrap_or_default()
    }

    /// Its postal codes.
    pub fn postal_codes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.postal_codes.split(' ').filter(|code| !code.is_empty())
    }

    /// The EPCI to which it belongs in a year.
    pub fn epci(&self, year: i32) -> Option<Epci> {
        let (_, number) = self.since().take_while(|(since, _)| *since <= year).last()?;
        number
            .parse::<usize>()
            .ok()
            .and_then(|number| TABLE.epci.get(number))
            .copied()
    }

    /// Whether it exists in a year.
    pub fn exists_in(&self, year: i32) -> bool {
        self.since().next().is_some_and(|(first, _)| first <= year) && year <= self.last_year
    }

    fn since(&self) -> impl Iterator<Item = (i32, &'static str)> + use<> {
        let runs = self.memberships.split(',').filter_map(|run| run.split_once(':'));
        runs.filter_map(|(year, number)| Some((year.parse().ok()?, number)))
    }

    fn is_arrondissement(&self) -> bool {
        self.name.ends_with(" Arrondissement")
    }
}

impl Epci {
    /// The EPCI with this SIREN, of whichever year.
    pub fn find(code: &str) -> Option<Self> {
        TABLE.epci.iter().find(|epci| epci.code == code).copied()
    }
}
