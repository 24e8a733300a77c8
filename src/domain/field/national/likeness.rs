//! How alike two places are, in points of a hundred. It is said to a coordinator, who decides: several libraries share the
//! telephone and the SIRET of their commune, and two places may stand at one address.

use crate::domain::field::place::Place;
use crate::domain::text::sort_key;

/// Words of names that tell no place from another.
const FILLING: [&str; 14] = [
    "a", "au", "aux", "commune", "d", "de", "des", "du", "et", "l", "la", "le", "les", "ville",
];
/// Words that say of what kind a place is: a place of one kind is not one of another, however alike they are.
const KINDS: [&[&str]; 8] = [
    &["mediatheque", "bibliotheque"],
    &["epn"],
    &["ccas", "cias"],
    &["msap", "services"],
    &["mission"],
    &["fablab"],
    &["tiers"],
    &["ecole", "college", "lycee"],
];
/// How much each part weighs.
const NAME: f64 = 35.0;
const ADDRESS: f64 = 25.0;
const DISTANCE: f64 = 20.0;
const PIVOT: f64 = 15.0;
const PHONE: f64 = 5.0;
/// From which likeness on names are alike, and addresses.
const ALIKE: f64 = 0.75;
const SAME_ADDRESS: f64 = 0.9;
/// How alike names are at least where the address is the same.
const NOT_STRANGE: f64 = 0.3;
/// From how many metres on places are far from each other.
const FAR: f64 = 500.0;

/// What is compared of a place, made once.
#[derive(Debug, Clone)]
pub struct Face {
    name: Pairs,
    kinds: u8,
    address: Option<Pairs>,
    coordinates: Option<(f64, f64)>,
    pivot: Option<String>,
    phone: Option<String>,
}

impl Face {
    /// What is compared of a place.
    pub fn of(place: &Place) -> Self {
        let name = words(&place.name);
        let kinds = KINDS
            .iter()
            .enumerate()
            .filter(|(_, kind)| name.iter().any(|word| kind.contains(&word.as_str())));
        Self {
            kinds: kinds.fold(0, |mask, (index, _)| mask | 1 << index),
            name: Pairs::of(&name),
            address: place.texts.address.as_deref().map(|address| Pairs::of(&words(address))),
            coordinates: place.coordinates,
            pivot: place.pivot.as_ref().map(|pivot| pivot.as_str().to_owned()),
            phone: place.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        }
    }

    /// How alike two places of one commune are; `None` when their names and addresses are not: a number that they share never
    /// makes them alike.
    pub fn likeness(&self, other: &Self) -> Option<u8> {
        let name = self.name.likeness(&other.name);
        let address = self
            .address
            .as_ref()
            .zip(other.address.as_ref())
            .map(|(a, b)| a.likeness(b));
        let same_name = name > 0.999;
        let alike = (name >= ALIKE && (self.kinds == other.kinds || same_name))
            || (address.is_some_and(|address| address >= SAME_ADDRESS)
                && name >= NOT_STRANGE
                && self.kinds == other.kinds);
        if !alike {
            return None;
        }
        let same = |pair: Option<(&String, &String)>| pair.map(|(a, b)| f64::from(u8::from(a == b)));
        let near = self
            .coordinates
            .as_ref()
            .zip(other.coordinates.as_ref())
            .map(|(a, b)| 1.0 - (metres(*a, *b) / FAR).min(1.0));
        let parts = [
            (NAME, Some(name)),
            (ADDRESS, address),
            (DISTANCE, near),
            (PIVOT, same(self.pivot.as_ref().zip(other.pivot.as_ref()))),
            (PHONE, same(self.phone.as_ref().zip(other.phone.as_ref()))),
        ];
        let known = parts
            .iter()
            .filter_map(|(weight, part)| part.map(|part| (weight, part)));
        let (sum, most) = known.fold((0.0, 0.0), |(sum, most), (weight, part)| {
            (sum + weight * part, most + weight)
        });
        Some(points(sum / most))
    }
}

/// A share as points of a hundred.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is from 0 to 1"
)]
fn points(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

/// The words of a text that tell something; all of them when none does.
fn words(text: &str) -> Vec<String> {
    let key = sort_key(text).replace('œ', "oe");
    let all: Vec<String> = key
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let telling: Vec<String> = all
        .iter()
        .filter(|word| !FILLING.contains(&word.as_str()))
        .cloned()
        .collect();
    if telling.is_empty() { all } else { telling }
}

/// How far two points are from each other, in metres, near enough for neighbours.
fn metres((latitude, longitude): (f64, f64), (other_latitude, other_longitude): (f64, f64)) -> f64 {
    /// Metres of a degree of latitude.
    const DEGREE: f64 = 111_195.0;
    let north = (latitude - other_latitude) * DEGREE;
    let east = (longitude - other_longitude) * DEGREE * latitude.to_radians().cos();
    north.hypot(east)
}

/// The pairs of neighbouring letters of some words, sorted: texts that share most of them are alike, whatever the order of
/// their words.
#[derive(Debug, Clone)]
struct Pairs(Vec<(char, char)>);

impl Pairs {
    fn of(words: &[String]) -> Self {
        let mut pairs: Vec<(char, char)> = words
            .iter()
            .flat_map(|word| {
                let before = std::iter::once(' ').chain(word.chars());
                before.zip(word.chars().chain(std::iter::once(' '))).collect::<Vec<_>>()
            })
            .collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Twice the pairs that both have, by all (Dice).
    fn likeness(&self, other: &Self) -> f64 {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut shared: u32 = 0;
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(mine.next()),
                std::cmp::Ordering::Greater => drop(theirs.next()),
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    mine.next();
                    theirs.next();
                }
            }
        }
        let all = u32::try_from(self.0.len() + other.0.len()).unwrap_or(u32::MAX);
        if all == 0 {
            0.0
        } else {
            f64::from(2 * shared) / f64::from(all)
        }
    }
}
