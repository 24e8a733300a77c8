//! Pages of reports, which end after so many or so much, whichever comes first: a report may be of half a mebibyte.

use crate::domain::decision::Asked;
use crate::domain::intervention::Intervention;
use crate::domain::report::Report;
use crate::storage::storage_error::StorageError;

/// How much the reports of a page weigh at most, in bytes, unless a single one weighs more.
const PAGE_BYTES: usize = 2 << 20;
/// How many are read at first; each time twice as many, so that little is read in vain when they are large.
const FIRST_SLICE: usize = 10;
/// What an intervention weighs without its texts.
const INTERVENTION_BYTES: usize = 900;
/// What a report weighs without its interventions and its note.
const REPORT_BYTES: usize = 500;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What stands on it.
    pub items: Vec<T>,
    /// Whether the list goes on.
    pub has_more: bool,
}

/// Reads a page of `limit` items at most: `read` reads so many that come after the one given, and `weigh` weighs one.
pub(super) fn read_page<T>(
    limit: u32,
    weigh: impl Fn(&T) -> usize,
    mut read: impl FnMut(Option<&T>, i64) -> Result<Vec<T>, StorageError>,
) -> Result<Page<T>, StorageError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut items, mut weight, mut slice) = (Vec::new(), 0, FIRST_SLICE);
    loop {
        let wanted = slice.min(limit.saturating_sub(items.len()));
        // One more than is wanted tells whether the list goes on.
        let found = read(
            items.last(),
            i64::try_from(wanted).unwrap_or(i64::MAX).saturating_add(1),
        )?;
        let has_more = found.len() > wanted;
        for item in found.into_iter().take(wanted) {
            weight += weigh(&item);
            if weight > PAGE_BYTES && !items.is_empty() {
                return Ok(Page { items, has_more: true });
            }
            items.push(item);
        }
        if !has_more || items.len() == limit {
            return Ok(Page { items, has_more });
        }
        slice *= 2;
    }
}

/// What a report weighs as JSON, somewhat more than less.
pub(super) fn weight(report: &Report) -> usize {
    let interventions = report.entries().iter().map(|entry| weight_of(&entry.intervention));
    REPORT_BYTES + text_weight(report.note()) + interventions.sum::<usize>()
}

/// What a write asks for weighs while it waits.
pub(in crate::storage) fn weight_asked(asked: &Asked) -> usize {
    let note = match asked {
        Asked::Put { report, .. } => report.note(),
        _ => None,
    };
    let interventions = asked.said().map(|(_, said)| weight_of(said));
    REPORT_BYTES + text_weight(note) + interventions.sum::<usize>()
}

fn weight_of(said: &Intervention) -> usize {
    INTERVENTION_BYTES + text_weight(said.place_name.as_deref()) + text_weight(said.note.as_deref())
}

/// What a text weighs as JSON, where a quote, a backslash and the end of a line take two bytes.
fn text_weight(text: Option<&str>) -> usize {
    let escaped = |text: &str| text.bytes().filter(|byte| matches!(byte, b'"' | b'\\' | b'\n')).count();
    text.map_or(0, |text| text.len() + escaped(text))
}
