//! The people of the demonstration: all invented, at addresses that lead nowhere (RFC 2606).

/// A person of the demonstration.
pub(super) struct DemoPerson {
    /// First name and name.
    pub(super) name: &'static str,
    /// The address with which this person signs in.
    pub(super) email: &'static str,
}

/// The coordinator.
pub(super) const COORDINATOR: DemoPerson = person("Nadège Lambert", "nadege.lambert@demo.example");

/// The seven advisors; the seed names them by their position here.
pub(super) const ADVISORS: [DemoPerson; 7] = [
    person("Amélie Rousseau", "amelie.rousseau@demo.example"),
    person("Bastien Leroy", "bastien.leroy@demo.example"),
    person("Chloé Fournier", "chloe.fournier@demo.example"),
    person("Driss Benali", "driss.benali@demo.example"),
    person("Élodie Chevallier", "elodie.chevallier@demo.example"),
    person("Fabien Moreau", "fabien.moreau@demo.example"),
    person("Gaëlle Tessier", "gaelle.tessier@demo.example"),
];

const fn person(name: &'static str, email: &'static str) -> DemoPerson {
    DemoPerson { name, email }
}
