//! Figures by month as SVG: one small panel of bars for each, legible in black and white. Its data is the table beside it.

use maud::{Markup, html};

use super::document::{Chart, Document};
use super::words;
use crate::domain::language::Language;

/// Panels side by side.
const ACROSS: usize = 3;
/// The width of a panel.
const WIDTH: i64 = 300;
/// The height of a panel.
const HEIGHT: i64 = 128;
/// The height of the longest bar.
const BAR: i64 = 62;
/// The room beside the bars of a panel.
const MARGIN: i64 = 12;
/// Where the bars stand.
const GROUND: i64 = 106;
/// The width of a digit, at most, from which the width of a text is estimated.
const DIGIT: i64 = 6;
/// The longest line of a title, in characters.
const TITLE_LINE: usize = 36;
/// The bars of up to so many months stand apart; those of more months are drawn as one shape.
const BARS_APART: usize = 36;
/// By how many months the names under the bars may be apart.
const STRIDES: [usize; 6] = [1, 2, 3, 6, 12, 24];

/// The picture of a document's chart by itself, or an empty picture.
pub fn picture(document: &Document) -> String {
    let chart = document.chart.as_ref();
    chart.map_or_else(
        || "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned(),
        |chart| svg(chart, document.language),
    )
}

/// The picture of a chart. It names the font of documents first, then others that a reader may have.
pub fn svg(chart: &Chart, language: Language) -> String {
    let rows = chart.series.len().div_ceil(ACROSS);
    let columns = chart.series.len().min(ACROSS);
    let (width, height) = (WIDTH * whole(columns), HEIGHT * whole(rows));
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height)
            role="img" aria-labelledby="chart-title chart-description"
            font-family="Libertinus Serif, Georgia, serif" font-size="10" fill="#1b1b1b" {
            title id="chart-title" { (chart.title) }
            desc id="chart-description" { (chart.description) }
            @for (index, (label, values)) in chart.series.iter().enumerate() {
                g transform={ "translate(" (WIDTH * whole(index % ACROSS)) " " (HEIGHT * whole(index / ACROSS)) ")" } {
                    (Panel::new(values, language).drawn(label, &chart.months))
                }
            }
        }
    };
    picture.into_string()
}

/// A panel; lengths in hundredths of a unit.
struct Panel<'a> {
    values: &'a [i64],
    texts: Vec<String>,
    highest: i64,
    /// Whether the value of each bar stands over it; otherwise only the highest value is shown, beside a line across
    /// the panel.
    labelled: bool,
    left: i64,
    step: i64,
}

impl<'a> Panel<'a> {
    fn new(values: &'a [i64], language: Language) -> Self {
        let texts: Vec<String> = values.iter().map(|value| words::number(*value, language)).collect();
        let longest = DIGIT * whole(texts.iter().map(|text| text.chars().count()).max().unwrap_or_default());
        let step = |left: i64| (WIDTH - left - MARGIN) * 100 / whole(values.len()).max(1);
        let labelled = step(MARGIN) >= longest * 100;
        let left = if labelled { MARGIN } else { MARGIN + longest };
        Self {
            values,
            texts,
            highest: values.iter().copied().max().unwrap_or_default().max(1),
            labelled,
            left: left * 100,
            step: step(left),
        }
    }

    fn drawn(&self, label: &str, months: &[String]) -> Markup {
        let (first, second) = lines(label);
        let (left, right) = (hundredths(self.left), WIDTH - MARGIN);
        html! {
            text x=(MARGIN) y="12" font-size="11" font-weight="bold" { (first) }
            @if !second.is_empty() { text x=(MARGIN) y="24" font-size="11" font-weight="bold" { (second) } }
            @if !self.labelled { (self.scale()) }
            @if self.values.len() > BARS_APART { path d=(self.outline()) fill="#4a4a4a" {} } @else { (self.bars()) }
            line x1=(left) y1=(GROUND) x2=(right) y2=(GROUND) stroke="#1b1b1b" {}
            (self.named(months))
        }
    }

    /// The height of a bar; one of a value above 0 is high enough to be seen.
    fn height(&self, value: i64) -> i64 {
        let least = if value > 0 { 50 } else { 0 };
        ((BAR * 100).saturating_mul(value.max(0)) / self.highest).max(least)
    }

    /// The left edge of the space that a bar has.
    fn place(&self, index: usize) -> i64 {
        self.left + self.step * whole(index)
    }

    fn middle(&self, index: usize) -> String {
        hundredths(self.place(index) + self.step / 2)
    }

    /// The scale of a panel: a line across it at the highest value, and on the left that value and 0.
    fn scale(&self) -> Markup {
        let top = GROUND - BAR;
        let highest = self.values.iter().zip(&self.texts).max_by_key(|(value, _)| **value);
        let beside = hundredths(self.left - 400);
        html! {
            line x1=(hundredths(self.left)) y1=(top) x2=(WIDTH - MARGIN) y2=(top) stroke="#767676" stroke-width="0.5" {}
            @if let Some((_, text)) = highest { text x=(beside) y=(top + 4) text-anchor="end" { (text) } }
            text x=(beside) y=(GROUND) text-anchor="end" { "0" }
        }
    }

    fn bars(&self) -> Markup {
        let width = (self.step * 7 / 10).min(5_000);
        html! {
            @for (index, (value, text)) in self.values.iter().zip(&self.texts).enumerate() {
                @let height = self.height(*value);
                @if height > 0 {
                    rect x=(hundredths(self.place(index) + (self.step - width) / 2))
                        y=(hundredths(GROUND * 100 - height)) width=(hundredths(width)) height=(hundredths(height))
                        fill="#4a4a4a" {}
                }
                @if self.labelled {
                    text x=(self.middle(index)) y=(hundredths(GROUND * 100 - height - 300)) text-anchor="middle" { (text) }
                }
            }
        }
    }

    /// The bars of many months as one shape, whose edges are sharp.
    fn outline(&self) -> String {
        let bars = self.values.iter().enumerate().map(|(index, value)| {
            let top = hundredths(GROUND * 100 - self.height(*value));
            format!("V{top}H{}", hundredths(self.place(index + 1)))
        });
        format!(
            "M{} {GROUND}{}V{GROUND}Z",
            hundredths(self.left),
            bars.collect::<String>()
        )
    }

    /// The names of as many months as there is room for, evenly spaced.
    fn named(&self, months: &[String]) -> Markup {
        let longest = months
            .iter()
            .map(|month| month.chars().count())
            .max()
            .unwrap_or_default();
        let room = DIGIT * 100 * whole(longest);
        let fits = STRIDES.into_iter().find(|stride| self.step * whole(*stride) >= room);
        let stride = fits.unwrap_or(months.len().max(1));
        html! {
            @for (index, month) in months.iter().enumerate().step_by(stride) {
                text x=(self.middle(index)) y=(GROUND + 14) text-anchor="middle" { (month) }
            }
        }
    }
}

/// A title in two lines at most.
fn lines(title: &str) -> (&str, &str) {
    if title.chars().count() <= TITLE_LINE {
        return (title, "");
    }
    let spaces = title.char_indices().take(TITLE_LINE).filter(|(_, c)| *c == ' ');
    let last = spaces.last().and_then(|(place, _)| title.split_at_checked(place));
    last.map_or((title, ""), |(first, second)| (first, second.trim_start()))
}

/// Hundredths of a unit as a decimal number.
fn hundredths(value: i64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
