//! `quotidien openapi`: the document that describes the API.

use anyhow::Context as _;

pub(super) fn run() -> anyhow::Result<()> {
    let document = crate::http::document()
        .to_pretty_json()
        .context("writing the document as JSON")?;
    super::print(&document)
}
