//! A zone as a calendar describes it: each change of its clocks over a time, by itself, so that a zone may change its rules.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{OffsetComponents as _, OffsetName as _, Tz};

use super::instant;
use super::lines::Lines;

/// The clocks of a zone from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clocks {
    /// By how much they are ahead of UTC.
    ahead: TimeDelta,
    /// Whether that is the time of summer.
    is_summer: bool,
    /// What that time is called.
    name: String,
}

fn clocks(zone: Tz, at: DateTime<Utc>) -> Clocks {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    Clocks {
        ahead: TimeDelta::seconds(offset.fix().local_minus_utc().into()),
        is_summer: !offset.dst_offset().is_zero(),
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

/// Writes a zone as it is from the year before one day to the year after another.
pub(super) fn write(lines: &mut Lines, zone: Tz, first: NaiveDate, last: NaiveDate) {
    let year = Days::new(366);
    let begin = first.checked_sub_days(year).unwrap_or(first);
    let end = last.checked_add_days(year).unwrap_or(last);
    let mut at = instant(zone, begin.and_time(NaiveTime::MIN));
    let end = instant(zone, end.and_time(NaiveTime::MIN));
    lines.plain("BEGIN", "VTIMEZONE");
    lines.plain("TZID", zone.name());
    let mut before = clocks(zone, at);
    observance(lines, at, &before, &before);
    while at < end {
        let next = at + TimeDelta::days(1);
        let after = clocks(zone, next);
        if after != before {
            let change = change_between(zone, at, next);
            observance(lines, change, &before, &after);
            before = after;
        }
        at = next;
    }
    lines.plain("END", "VTIMEZONE");
}

/// The first minute with the clocks of `later`, between an instant and one with other clocks.
fn change_between(zone: Tz, earlier: DateTime<Utc>, later: DateTime<Utc>) -> DateTime<Utc> {
    let before = clocks(zone, earlier);
    let (mut low, mut high) = (0, (later - earlier).num_minutes());
    while low + 1 < high {
        let middle = low.midpoint(high);
        if clocks(zone, earlier + TimeDelta::minutes(middle)) == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    earlier + TimeDelta::minutes(high)
}

fn observance(lines: &mut Lines, at: DateTime<Utc>, before: &Clocks, after: &Clocks) {
    let kind = if after.is_summer { "DAYLIGHT" } else { "STANDARD" };
    // The beginning is told by the clocks as they were.
    let local = at.naive_utc() + before.ahead;
    lines.plain("BEGIN", kind);
    lines.plain("DTSTART", &local.format("%Y%m%dT%H%M%S").to_string());
    lines.plain("TZOFFSETFROM", &ahead(before));
    lines.plain("TZOFFSETTO", &ahead(after));
    lines.text("TZNAME", &after.name);
    lines.plain("END", kind);
}

fn ahead(clocks: &Clocks) -> String {
    let minutes = clocks.ahead.num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
