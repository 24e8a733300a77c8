//! `quotidien annex`: the annex of a period, without a server.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use chrono::Utc;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::config::DatabaseArguments;
use crate::documents::builders::{self, Style};
use crate::documents::form::Form;
use crate::documents::text;
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::OrganisationId;
use crate::domain::language::Language;
use crate::statistics::filter::Filters;
use crate::statistics::monthly::MonthlyStatistics;
use crate::storage::{Store, monthly, organisations};

/// What a terminal shows, which is no form of a file.
const TEXT: &str = "text";

#[derive(Debug, Args)]
#[command(
    after_help = "Example: quotidien annex --organisation 0198f3c2-7c1e-7d2a-8f00-0242ac120001 \
    --from 2022-05 --to 2022-07 --format pdf -o annexe.pdf"
)]
pub(super) struct AnnexArguments {
    /// The organisation's identifier
    #[arg(long)]
    organisation: String,
    /// The first month
    #[arg(long)]
    from: String,
    /// The last month
    #[arg(long)]
    to: String,
    /// The form of the document
    #[arg(long, value_parser = forms(), default_value = TEXT)]
    format: String,
    /// The language of the document: fr or en
    #[arg(long, default_value = "fr")]
    lang: String,
    /// Write to this file instead of standard output
    #[arg(short, long)]
    output: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArguments,
}

fn forms() -> PossibleValuesParser {
    let codes = Form::ALL.iter().map(|form| form.code);
    std::iter::once(TEXT).chain(codes).collect::<Vec<&str>>().into()
}

pub(super) fn run(arguments: &AnnexArguments) -> anyhow::Result<()> {
    let organisation = arguments
        .organisation
        .parse()
        .map_err(|_| anyhow!("--organisation takes a UUID"))?;
    let period = period(&arguments.from, &arguments.to)?;
    let language = Language::from_code(&arguments.lang).ok_or_else(|| anyhow!("--lang takes fr or en"))?;
    let store = super::open(&arguments.database.url()?)?;
    let statistics = super::block_on(statistics(&store, organisation, period))?;
    let zone = super::block_on(store.read(move |connection| organisations::find(connection, organisation)))?
        .map_or(chrono_tz::UTC, |organisation| organisation.time_zone);
    let names = &BTreeMap::new();
    let annex = builders::annex(&statistics, Style { language, zone, names });
    let bytes = match Form::from_code(&arguments.format) {
        Some(form) => form.render(&annex)?,
        None => text::document(&annex).into_bytes(),
    };
    if let Some(path) = &arguments.output {
        return std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()));
    }
    std::io::stdout()
        .write_all(&bytes)
        .context("writing to standard output")
}

fn period(from: &str, to: &str) -> anyhow::Result<Months> {
    let month = |text: &str| -> anyhow::Result<Month> {
        text.parse().map_err(|_| anyhow!("{text} is no month; 2022-05 is one"))
    };
    let period = Months::new(month(from)?, month(to)?).ok_or_else(|| anyhow!("--from comes after --to"))?;
    if period.from() < Month::FIRST || period.count() > Months::MOST {
        bail!(
            "a period begins in 2020-01 at the earliest and spans {} months at most",
            Months::MOST
        );
    }
    Ok(period)
}

/// The monthly table of an organisation.
pub(super) async fn statistics(
    store: &Store,
    organisation: OrganisationId,
    period: Months,
) -> anyhow::Result<MonthlyStatistics> {
    let now = Utc::now();
    store
        .read_figures(move |snapshot| monthly::statistics(snapshot, organisation, Filters::default(), period, now))
        .await?
        .ok_or_else(|| anyhow!("there is no such organisation"))
}
