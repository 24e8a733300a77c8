//! Figures are made of tallies, of months that instances keep, and of the rows of some advisors: they are what a recount of the reports
//! gives, whoever wrote what between.

use std::collections::BTreeMap;

use quotidien::domain::calendar::{Month, Months};
use quotidien::domain::identifiers::AdvisorId;
use quotidien::domain::intervention::{CommuneCode, Counts, Intervention};
use quotidien::domain::nomenclature::{
    Absence, Autonomy, ClosedList, CodeSet, Equipment, Kind, Level, Masked, Principle, Setting, Theme,
};
use quotidien::domain::report::RecordedReport;
use quotidien::statistics::breakdown::UNDISCLOSED;
use quotidien::statistics::dimension::Dimension;
use quotidien::statistics::figure::Figure;
use quotidien::statistics::filter::Filters;
use quotidien::storage::{Store, breakdowns, monthly};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, IteratorRandom as _};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::history::{self, Book};
use crate::support::organisation::{TestOrganisation, at, month};
use crate::support::queue::write_report;
use crate::support::random;

on_both_databases!(figures_are_what_a_recount_of_the_reports_gives_whoever_wrote_between);

const STEPS: usize = 250;

async fn figures_are_what_a_recount_of_the_reports_gives_whoever_wrote_between(database: TestDatabase) {
    let rng = &mut random::draws(random::seed());
    let stores: [Store; 2] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], 3).await.with_things(&stores[0]).await;
    let mut book = Book::default();
    let mut counted = 0;
    for _ in 0..STEPS {
        let store = stores.choose(rng).unwrap();
        if rng.random_bool(0.5) {
            let write = history::write(rng, &ours, &book.interventions());
            let outcome = write_report(store, write.clone()).await;
            book.note(&write, outcome);
        } else {
            counted += ask(rng, store, &ours, &book).await;
        }
    }
    assert!(counted > 0, "the filters kept something");
}

/// Asks for the monthly table and a breakdown under filters drawn by chance, and compares; how many interventions there were.
async fn ask(rng: &mut StdRng, store: &Store, ours: &TestOrganisation, book: &Book) -> usize {
    let (from, to) = *[("2022-05", "2022-07"), ("2022-06", "2022-06"), ("2022-04", "2022-05")]
        .choose(rng)
        .unwrap();
    let period = Months::new(month(from), month(to)).unwrap();
    let filters = filters(rng, ours);
    let by = *Dimension::ALL.choose(rng).unwrap();
    let (id, asked) = (ours.id, filters.clone());
    let reading = store.read_figures(move |snapshot| {
        let table = monthly::statistics(snapshot, id, asked.clone(), period, at(0))?;
        let spread = breakdowns::statistics(snapshot, id, asked, period, &[by], at(0))?;
        Ok((table.unwrap(), spread.unwrap()))
    });
    let (table, spread) = reading.await.unwrap();
    let kept = kept(book, &filters, period);
    for row in table.rows {
        let recounted = period.iter().map(|month| match row.figure {
            Figure::Reports => reports(book, &filters, month).count().try_into().unwrap(),
            Figure::Absences => absences(book, &filters, month).count().try_into().unwrap(),
            figure => recount(figure, &kept, month),
        });
        assert_eq!(
            row.by_month,
            recounted.collect::<Vec<_>>(),
            "{:?} {filters:?}",
            row.figure
        );
    }
    let mut lines = BTreeMap::new();
    for (_, advisor, intervention) in kept.iter().filter(|(_, _, intervention)| !intervention.assists()) {
        for (code, people) in named(by, *advisor, intervention) {
            let sums: &mut (i64, i64) = lines.entry(code).or_default();
            sums.0 += 1;
            sums.1 += people;
        }
    }
    if by == Dimension::Absence && !filters.are_of_interventions() {
        for absence in period.iter().flat_map(|month| absences(book, &filters, month)) {
            lines.entry(absence.code().to_owned()).or_default().0 += 1;
        }
    }
    for line in &spread.breakdowns[0].lines {
        let (interventions, supports) = lines.remove(&line.code).unwrap_or_default();
        let about = format!("{by:?} {} {filters:?}", line.code);
        assert_eq!(line.supports.unwrap_or(supports), supports, "{about}");
        let counted = line.interventions.or(line.days).unwrap_or(interventions);
        assert_eq!(counted, interventions, "{about}");
    }
    assert_eq!(lines, BTreeMap::new(), "each value has its line");
    kept.len()
}

fn filters(rng: &mut StdRng, ours: &TestOrganisation) -> Filters {
    let mut filters = Filters::default();
    // Names each filter, so that a new one does not compile until it is drawn here.
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
    } = &mut filters;
    for _ in 0..rng.random_range(0..=2) {
        match rng.random_range(0..12) {
            0 => *kinds = some::<Kind>(rng),
            1 => *settings = some::<Setting>(rng),
            2 => *principles = some::<Principle>(rng),
            3 => *themes = set::<Theme>(rng),
            4 => *equipment = set::<Equipment>(rng),
            5 => *autonomies = set::<Autonomy>(rng),
            6 => *levels = set::<Level>(rng),
            7 => *places = ours.things.places.iter().copied().sample(rng, 2),
            8 => *partners = ours.things.partners.iter().copied().sample(rng, 2),
            9 => *workshops = ours.things.workshops.iter().copied().sample(rng, 2),
            10 => *tags = ours.things.tags.iter().copied().sample(rng, 2),
            _ => *communes = vec![CommuneCode::parse("72181").unwrap()],
        }
    }
    *advisors = match rng.random_range(0..6) {
        0 | 1 => vec![*ours.advisors.choose(rng).unwrap()],
        // Of that many, others than those of a few are looked for in another way.
        2 => {
            let strangers = std::iter::repeat_with(AdvisorId::default).take(8);
            ours.advisors.iter().skip(1).copied().chain(strangers).collect()
        }
        _ => Vec::new(),
    };
    filters
}

fn some<T: ClosedList>(rng: &mut StdRng) -> Vec<T> {
    T::ALL.iter().copied().sample(rng, 2)
}

fn set<T: Masked>(rng: &mut StdRng) -> CodeSet<T> {
    let mut set = CodeSet::EMPTY;
    for value in T::ALL.iter().copied().sample(rng, 3) {
        set.insert(value);
    }
    set
}

/// The interventions of the book that filters keep, with their months and advisors.
fn kept<'b>(book: &'b Book, filters: &Filters, period: Months) -> Vec<(Month, AdvisorId, &'b Intervention)> {
    let mut kept = Vec::new();
    for ((advisor, date), (_, report)) in &book.days {
        let month = date.month();
        if !(period.from()..=period.to()).contains(&month) || !any(&filters.advisors, Some(advisor)) {
            continue;
        }
        for entry in report.iter().flat_map(|report| report.content.entries()) {
            let of = &entry.intervention;
            let by_lists = any(&filters.kinds, Some(&of.kind))
                && any(&filters.settings, Some(&of.setting))
                && any(&filters.principles, of.principle_served().as_ref())
                && any(&filters.communes, of.commune());
            let by_sets = any_of(filters.themes, of.themes.iter())
                && any_of(filters.equipment, of.equipment.iter())
                && any_of(filters.autonomies, of.autonomy)
                && any_of(filters.levels, of.level);
            let of_field = any(&filters.places, of.place_id.as_ref())
                && any(&filters.partners, of.partner().as_ref())
                && any(&filters.workshops, of.workshop_id.as_ref())
                && (filters.tags.is_empty() || of.tags.iter().any(|tag| filters.tags.contains(tag)));
            if by_lists && by_sets && of_field {
                kept.push((month, *advisor, &**of));
            }
        }
    }
    kept
}

/// The reports in a month of the advisors that filters name.
fn reports<'b>(book: &'b Book, filters: &'b Filters, month: Month) -> impl Iterator<Item = &'b RecordedReport> {
    let of_month = book
        .days
        .iter()
        .filter(move |((advisor, date), _)| date.month() == month && any(&filters.advisors, Some(advisor)));
    of_month.filter_map(|(_, (_, report))| report.as_ref())
}

/// Their absences.
fn absences<'b>(book: &'b Book, filters: &'b Filters, month: Month) -> impl Iterator<Item = Absence> {
    reports(book, filters, month).filter_map(|report| report.content.absence())
}

fn any<T: PartialEq>(asked: &[T], said: Option<&T>) -> bool {
    asked.is_empty() || said.is_some_and(|said| asked.contains(said))
}

fn any_of<T: Masked>(asked: CodeSet<T>, said: impl IntoIterator<Item = T>) -> bool {
    asked.is_empty() || said.into_iter().any(|said| asked.iter().any(|asked| asked == said))
}

fn recount(figure: Figure, kept: &[(Month, AdvisorId, &Intervention)], month: Month) -> i64 {
    let of = |intervention: &Intervention| {
        let is = |kind: Kind| i64::from(intervention.kind == kind);
        let held = i64::from(!intervention.assists());
        let (participants, minutes) = (intervention.participants, intervention.duration_minutes);
        match figure {
            Figure::PeopleSupported => participants - intervention.recurring_participants,
            Figure::SupportsRecorded => participants,
            Figure::WorkshopsHeld => held * is(Kind::Workshop),
            Figure::WorkshopParticipants => participants * is(Kind::Workshop),
            Figure::IndividualSupports => participants * is(Kind::Individual),
            Figure::OneOffRequests => participants * is(Kind::OneOff),
            Figure::RecurringParticipants => intervention.recurring_participants,
            Figure::WorkshopMinutes => minutes * is(Kind::Workshop),
            Figure::IndividualMinutes => minutes * is(Kind::Individual),
            Figure::OneOffMinutes => minutes * is(Kind::OneOff),
            Figure::Referrals => i64::from(intervention.referred_by_social_worker),
            Figure::FirstVisitsAccompanied => i64::from(intervention.first_visit_accompanied),
            Figure::Reports | Figure::Absences => panic!("no part of a report is a report"),
        }
    };
    let of_month = kept.iter().filter(|(named, _, _)| *named == month);
    of_month.map(|(_, _, intervention)| of(intervention)).sum()
}

/// What an intervention says of a dimension, as codes with numbers of people, what was not said among them.
fn named(by: Dimension, advisor: AdvisorId, of: &Intervention) -> Vec<(String, i64)> {
    let people = of.participants;
    let one = |code: Option<&str>| vec![(code.unwrap_or(UNDISCLOSED).to_owned(), people)];
    match by {
        Dimension::Kind => one(Some(of.kind.code())),
        Dimension::Setting => one(Some(of.setting.code())),
        Dimension::Principle => one(of.principle_served().map(Principle::code)),
        Dimension::Commune => one(of.commune().map(CommuneCode::as_str)),
        Dimension::Autonomy => one(of.autonomy.map(Autonomy::code)),
        Dimension::Level => one(of.level.map(Level::code)),
        Dimension::Place => one(of.place_id.map(|id| id.to_string()).as_deref()),
        Dimension::Partner => one(of.partner().map(|id| id.to_string()).as_deref()),
        Dimension::Workshop => one(of.workshop_id.map(|id| id.to_string()).as_deref()),
        Dimension::Advisor => one(Some(&advisor.to_string())),
        Dimension::Tag => of.tags.iter().map(|tag| (tag.to_string(), people)).collect(),
        Dimension::Absence => Vec::new(),
        Dimension::Theme => codes(of.themes.iter(), people),
        Dimension::Redirection => codes(of.redirected_to.iter(), people),
        Dimension::Equipment => codes(of.equipment.iter(), people),
        Dimension::AgeGroup => groups(&of.age_groups, people),
        Dimension::Gender => groups(&of.genders, people),
        Dimension::Situation => groups(&of.situations, people),
        Dimension::FollowUp => groups(&of.follow_ups, people),
        Dimension::Referral => {
            let code = match (of.first_visit_accompanied, of.referred_by_social_worker) {
                (true, _) => "first_visit_accompanied",
                (false, true) => "social_worker",
                (false, false) => "none",
            };
            vec![(code.to_owned(), 0)]
        }
    }
}

fn codes<T: ClosedList>(values: impl Iterator<Item = T>, people: i64) -> Vec<(String, i64)> {
    values.map(|value| (value.code().to_owned(), people)).collect()
}

fn groups<T: ClosedList>(counts: &Counts<T>, people: i64) -> Vec<(String, i64)> {
    let told = counts.iter().map(|(group, people)| (group.code().to_owned(), people));
    told.chain([(UNDISCLOSED.to_owned(), people - counts.sum())]).collect()
}
