//! Days and instants as texts, as chrono shows them. They are in every row and every answer, several times; chrono writes them character
//! by character, by a format, which takes several times as long.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};

/// Adds a day to a text: `2022-05-03`.
pub fn push_day(text: &mut String, day: NaiveDate) {
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => {
            let ([y1, y2], [y3, y4]) = (pair(year / 100), pair(year));
            let ([m1, m2], [d1, d2]) = (pair(day.month()), pair(day.day()));
            push_ascii(text, [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]);
        }
        _ => push_shown(text, day),
    }
}

/// Adds a day and a time to a text, with what stands between them: `2022-05-03 15:12:04.120500`. A second that has no fraction has none in
/// the text, and one of whole milliseconds three digits.
pub fn push_instant(text: &mut String, at: NaiveDateTime, between: char) {
    push_day(text, at.date());
    text.push(between);
    push_time(text, at.time());
}

fn push_time(text: &mut String, time: NaiveTime) {
    let (micros, finer) = (time.nanosecond() / 1000, time.nanosecond() % 1000);
    // What has six digits, and is no leap second.
    if finer != 0 || micros % 1000 == 0 || micros >= 1_000_000 {
        return push_shown(text, time);
    }
    let ([h1, h2], [m1, m2], [s1, s2]) = (pair(time.hour()), pair(time.minute()), pair(time.second()));
    let ([f1, f2], [f3, f4], [f5, f6]) = (pair(micros / 10_000), pair(micros / 100), pair(micros));
    push_ascii(text, [h1, h2, b':', m1, m2, b':', s1, s2, b'.', f1, f2, f3, f4, f5, f6]);
}

/// An instant by RFC 3339: `2022-05-03T15:12:04.120500Z`.
pub fn rfc_3339(at: DateTime<Utc>) -> String {
    let mut text = String::with_capacity(27);
    push_instant(&mut text, at.naive_utc(), 'T');
    text.push('Z');
    text
}

/// The last two digits of a number.
fn pair(number: u32) -> [u8; 2] {
    [number / 10 % 10, number % 10].map(|digit| u8::try_from(digit).map_or(b'?', |digit| b'0' + digit))
}

fn push_ascii<const N: usize>(text: &mut String, bytes: [u8; N]) {
    text.push_str(str::from_utf8(&bytes).unwrap_or_default());
}

fn push_shown(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a text does not fail.
    let _ = write!(text, "{value}");
}
