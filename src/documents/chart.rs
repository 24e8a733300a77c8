//! Figures by month as SVG: one small panel of bars for each, legible in black and white. Its data is the table beside it.

use maud::{Markup, html};

use super::document::Chart;
use super::words;
use crate::domain::language::Language;

/// Panels side by side.
const ACROSS: usize = 3;
/// The width of a panel.
const WIDTH: i64 = 300;
/// The height of a panel.
const HEIGHT: i64 = 170;
/// The height of the longest bar.
const BAR: i64 = 100;
/// The room beside the bars of a panel.
const MARGIN: i64 = 12;
/// Where the bars stand.
const GROUND: i64 = 140;
/// So many months have their value over each bar; of more, the ends and the highest alone.
const VALUES_UP_TO: usize = 12;

/// The picture of a chart. Its fonts are those of documents, or any other.
#[must_use]
pub fn svg(chart: &Chart, language: Language) -> String {
    let rows = chart.series.len().div_ceil(ACROSS);
    let columns = chart.series.len().min(ACROSS);
    let (width, height) = (WIDTH * whole(columns), HEIGHT * whole(rows));
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height)
            role="img" aria-labelledby="chart-title chart-description"
            font-family="Libertinus Serif, Georgia, serif" fill="#1b1b1b" {
            title id="chart-title" { (chart.title) }
            desc id="chart-description" { (chart.description) }
            @for (index, (label, values)) in chart.series.iter().enumerate() {
                g transform={ "translate(" (WIDTH * whole(index % ACROSS)) " " (HEIGHT * whole(index / ACROSS)) ")" } {
                    (panel(label, values, &chart.months, language))
                }
            }
        }
    };
    picture.into_string()
}

fn panel(label: &str, values: &[i64], months: &[String], language: Language) -> Markup {
    let highest = values.iter().copied().max().unwrap_or_default().max(1);
    let step = (WIDTH - 2 * MARGIN) * 100 / whole(values.len()).max(1);
    let bar_width = (step * 7 / 10).min(5_000);
    let most = values.iter().position(|value| *value == highest);
    let shown =
        |index: usize| values.len() <= VALUES_UP_TO || index == 0 || index + 1 == values.len() || Some(index) == most;
    let middle = |index: usize| MARGIN * 100 + step * whole(index) + step / 2;
    html! {
        text x=(MARGIN) y="16" font-size="12" font-weight="bold" { (label) }
        line x1=(MARGIN) y1=(GROUND) x2=(WIDTH - MARGIN) y2=(GROUND) stroke="#1b1b1b" {}
        @for (index, value) in values.iter().enumerate() {
            @let height = BAR * value / highest;
            @if height > 0 {
                rect x=(hundredths(middle(index) - bar_width / 2)) y=(GROUND - height) width=(hundredths(bar_width))
                    height=(height) fill="#4a4a4a" {}
            }
            @if shown(index) {
                text x=(hundredths(middle(index))) y=(GROUND - height - 4) font-size="10" text-anchor="middle" {
                    (words::number(*value, language))
                }
            }
        }
        @for (index, month) in months.iter().enumerate() {
            @if months.len() <= 6 || index == 0 || index + 1 == months.len() {
                text x=(hundredths(middle(index))) y=(GROUND + 14) font-size="10" text-anchor=(anchor(index, months.len())) {
                    (month)
                }
            }
        }
    }
}

/// The first and the last of many months stay within the panel.
const fn anchor(index: usize, months: usize) -> &'static str {
    if months <= 6 {
        "middle"
    } else if index == 0 {
        "start"
    } else {
        "end"
    }
}

/// Hundredths of a unit as a decimal number.
fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
