//! What of the plan of summer 2022 was held, as the reports name it.

use chrono::{Datelike as _, NaiveDate};

use super::{OWN, REFERRED, ROUNDS, SCHEDULES, SESSIONS, Session, When, days_told, session_of, summer};
use crate::commands::demo::field::{id, places};
use crate::commands::demo::places::Place;

/// A session of summer 2022 that was held.
pub(in crate::commands::demo) struct Held {
    /// Who held it: a position among the advisors.
    pub(in crate::commands::demo) advisor: usize,
    /// On which day.
    pub(in crate::commands::demo) date: NaiveDate,
    /// Where.
    pub(in crate::commands::demo) place: Place,
    /// Its identifier.
    pub(in crate::commands::demo) session: String,
    /// What it was.
    pub(in crate::commands::demo) what: What,
}

/// What a session was.
pub(in crate::commands::demo) enum What {
    /// A presence, a stop or a stand: for whoever came.
    Open,
    /// A workshop by a sheet of the catalogue, perhaps with a colleague who assisted.
    Workshop { sheet: usize, assisting: Option<usize> },
    /// The first visit of this referral.
    Visit(String),
}

/// The sessions of summer 2022 that were held: those of rounds, then those of their own.
pub(in crate::commands::demo) fn held() -> Vec<Held> {
    let season = summer();
    let of_rounds = (1..).zip(&ROUNDS).flat_map(|(number, round)| {
        let schedule = id(SCHEDULES, 10 + number);
        let days = days_told(round, &season);
        let held = days.filter(|(_, otherwise)| otherwise.is_none_or(|(field, _)| field == "commitments_met"));
        held.filter_map(move |(date, _)| {
            Some(Held {
                advisor: round.advisor,
                date,
                place: place_of(round.place)?,
                session: session_of(&schedule, round, date),
                what: What::Open,
            })
        })
        .collect::<Vec<_>>()
    });
    let of_their_own = (1..)
        .zip(&SESSIONS)
        .filter_map(|(number, session)| own(number, session));
    of_rounds.chain(of_their_own).collect()
}

/// A session of its own, if it was held in summer 2022.
fn own(number: usize, session: &Session) -> Option<Held> {
    let When::On(..) = session.on else { return None };
    session.says.iter().find(|(field, _)| *field == "outcome")?;
    Some(Held {
        advisor: *session.advisors.first()?,
        date: session.on.day(NaiveDate::default()),
        place: place_of(session.place?)?,
        session: id(OWN, number),
        what: match (session.workshop, session.referral) {
            (Some(sheet), _) => What::Workshop {
                sheet,
                assisting: session.advisors.get(1).copied(),
            },
            (None, Some(referral)) => What::Visit(id(REFERRED, referral)),
            (None, None) => What::Open,
        },
    })
}

fn place_of((commune, name): (&str, &str)) -> Option<Place> {
    let mut places = places().into_iter();
    places.find(|place| (place.commune_code, place.name) == (commune, name))
}

impl Held {
    /// Whether it was in a month.
    pub(in crate::commands::demo) fn is_of(&self, month: u32) -> bool {
        self.date.month() == month
    }
}
