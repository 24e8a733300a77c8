//! Posts the demonstration as clients do: signs in as the coordinator and as each advisor, puts what stands around the reports, then
//! each report.

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use ureq::Agent;

use super::folder::{DemoAccount, DemoState};
use super::{field, seed};

/// Posts everything of the demonstration to the server at `base`; what is planned is planned by `today`.
pub(super) fn post_all(base: &str, state: &DemoState, today: NaiveDate) -> anyhow::Result<()> {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let people = state.coordinator().into_iter().chain(state.advisors());
    let tokens: Vec<String> = people
        .map(|person| sign_in(&agent, base, person))
        .collect::<anyhow::Result<_>>()?;
    let things = field::things(state, today);
    let reports = seed::reports();
    let bar = progress_bar(things.len() + reports.len());
    for thing in &things {
        put(
            &agent,
            token(&tokens, thing.by)?,
            &format!("{base}{}", thing.path),
            &thing.body,
        )?;
        bar.inc(1);
    }
    let advisors: Vec<&DemoAccount> = state.advisors().collect();
    for report in &reports {
        let advisor = advisors.get(report.advisor).context(NOBODY)?;
        let url = format!("{base}/v1/advisors/{}/reports/{}", advisor.account_id, report.date);
        put(&agent, token(&tokens, report.advisor + 1)?, &url, &report.body)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// What is said when the tables of the demonstration do not go together.
const NOBODY: &str = "the demonstration names somebody whom there is not";

/// The token of a person: 0 is the coordinator, the advisors follow from 1.
fn token(tokens: &[String], person: usize) -> anyhow::Result<&str> {
    tokens.get(person).map(String::as_str).context(NOBODY)
}

fn put(agent: &Agent, token: &str, url: &str, body: &Value) -> anyhow::Result<()> {
    let mut answer = agent
        .put(url)
        .header("Authorization", &format!("Bearer {token}"))
        .send_json(body)
        .with_context(|| format!("putting {url}"))?;
    if !answer.status().is_success() {
        let problem = answer.body_mut().read_to_string().unwrap_or_default();
        bail!("{url} was refused: {problem}");
    }
    Ok(())
}

fn sign_in(agent: &Agent, base: &str, advisor: &DemoAccount) -> anyhow::Result<String> {
    let mut answer = agent
        .post(format!("{base}/v1/sessions"))
        .send_json(json!({"email": advisor.email, "password": advisor.password}))
        .context("signing in")?;
    let tokens: Value = answer.body_mut().read_json().context("signing in")?;
    let token = tokens.get("access_token").and_then(Value::as_str);
    token.map(str::to_owned).context("signing in gave no token")
}

/// A bar on standard error; it shows only on a terminal.
fn progress_bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("posting {bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}
