//! Figures of agreements, meetings and requests.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use quotidien::domain::field::agreement::{Agreement, AgreementDraft};
use quotidien::domain::field::partner::PartnerKind;
use quotidien::domain::field::request::{Decision, Request, RequestDraft};
use quotidien::statistics::partners::{AgreementFigures, agreements, meetings, requests};
use strum::VariantArray as _;

const ID: &str = "0198f3c2-7c1e-7d2a-8f00-000000000001";

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 1, 1).unwrap() + Days::new(number)
}

fn agreement(starts: u64, ends: u64, signed: Option<u64>) -> Agreement {
    let draft = AgreementDraft {
        partner_id: ID.to_owned(),
        starts_on: day(starts).to_string(),
        ends_on: day(ends).to_string(),
        signed_on: signed.map(|signed| day(signed).to_string()),
        ..AgreementDraft::default()
    };
    draft.validate().unwrap()
}

fn equipment(received: u64) -> Request {
    let draft = RequestDraft {
        partner_id: ID.to_owned(),
        kind: "equipment".to_owned(),
        words: Some("Un écran".to_owned()),
        received_on: Some(day(received).to_string()),
        ..RequestDraft::default()
    };
    draft.validate(day(received)).unwrap().0
}

fn workshop(received: u64, status: &str) -> Request {
    let draft = RequestDraft {
        partner_id: ID.to_owned(),
        kind: "workshop".to_owned(),
        workshop_id: Some(ID.to_owned()),
        wished: vec![quotidien::domain::field::request::WishDraft {
            from: day(received).to_string(),
            to: None,
        }],
        received_on: Some(day(received).to_string()),
        ..RequestDraft::default()
    };
    let request = draft.validate(day(received)).unwrap().0;
    let decision = Decision::new(status, Some("Motif")).unwrap();
    decision.of(&request, day(received)).unwrap()
}

#[test]
fn agreements_that_end_on_the_sixtieth_day_end_soon_and_unsigned_ones_are_not_in_force() {
    let all = [
        agreement(0, 160, Some(0)),
        agreement(0, 161, Some(0)),
        agreement(0, 160, None),
        agreement(0, 160, Some(101)),
        agreement(0, 99, Some(0)),
    ];
    let expected = AgreementFigures { in_force: 2, ending: 1 };
    assert_eq!(agreements(&all, day(100)), expected);
}

#[test]
fn meetings_are_counted_by_the_kind_of_partner_within_the_period() {
    let held = [
        (day(9), PartnerKind::Commune),
        (day(10), PartnerKind::Commune),
        (day(20), PartnerKind::State),
        (day(21), PartnerKind::State),
    ];
    let counted = meetings(held, (day(10), day(20)));
    assert_eq!(counted.len(), PartnerKind::VARIANTS.len());
    let some: Vec<_> = counted.into_iter().filter(|(_, held)| *held > 0).collect();
    assert_eq!(some, [(PartnerKind::Commune, 1), (PartnerKind::State, 1)]);
}

#[test]
fn the_median_of_days_to_the_session_is_the_lower_of_two_and_of_planned_requests_alone() {
    let all = [
        (workshop(10, "planned"), Some(day(14))),
        (workshop(11, "planned"), Some(day(20))),
        (workshop(12, "planned"), None),
        (workshop(13, "declined"), Some(day(14))),
        (workshop(14, "received"), None),
        (equipment(15), None),
        (workshop(9, "planned"), Some(day(10))),
    ];
    let counted = requests(
        all.iter().map(|(request, session)| (request, *session)),
        (day(10), day(15)),
    );
    assert_eq!(
        (counted.received, counted.waiting, counted.planned, counted.declined),
        (6, 2, 3, 1)
    );
    assert_eq!(counted.median_days, Some(4));
    let none: [(&Request, Option<NaiveDate>); 0] = [];
    assert_eq!(requests(none, (day(0), day(1))).median_days, None);
}

proptest! {
    #[test]
    fn every_request_of_the_period_is_counted_once(
        asked in prop::collection::vec((0_u64..30, 0_usize..4), 0..40),
        from in 0_u64..30,
        length in 0_u64..30,
    ) {
        let status = ["received", "planned", "declined", "withdrawn"];
        let all: Vec<Request> = asked.iter().map(|(received, at)| workshop(*received, status[*at])).collect();
        let counted = requests(all.iter().map(|request| (request, None)), (day(from), day(from + length)));
        let within = asked.iter().filter(|(received, _)| (from..=from + length).contains(received)).count();
        prop_assert_eq!(counted.received, i64::try_from(within).unwrap());
        let parts = counted.waiting + counted.planned + counted.granted + counted.declined + counted.withdrawn;
        prop_assert_eq!(parts, counted.received);
    }

    #[test]
    fn an_agreement_is_in_force_within_days_exactly_when_it_is_on_one_of_them(
        starts in 0_u64..20, length in 0_u64..20, signed in prop::option::of(0_u64..40), from in 0_u64..40, days in 0_u64..20,
    ) {
        let agreement = agreement(starts, starts + length, signed);
        let on_one = (from..=from + days).any(|number| agreement.is_in_force(day(number)));
        prop_assert_eq!(agreement.is_in_force_within(day(from), day(from + days)), on_one);
    }

    #[test]
    fn those_that_end_soon_are_among_those_in_force(
        all in prop::collection::vec((0_u64..100, 0_u64..200, prop::option::of(0_u64..100)), 0..20), on in 0_u64..200,
    ) {
        let all: Vec<Agreement> = all.iter().map(|(starts, length, signed)| agreement(*starts, starts + length, *signed)).collect();
        let counted = agreements(&all, day(on));
        prop_assert!(counted.ending <= counted.in_force);
        prop_assert!(counted.in_force <= i64::try_from(all.len()).unwrap());
    }
}
