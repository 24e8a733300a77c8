//! Posts the demonstration as clients do: signs in as the coordinator and puts what stands around the reports, then as each
//! advisor, and puts each report.

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use ureq::Agent;

use super::folder::{DemoAccount, DemoState, ORGANISATION};
use super::{field, seed};

/// Posts everything of the demonstration to the server at `base`.
pub(super) fn post_all(base: &str, state: &DemoState) -> anyhow::Result<()> {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    post_field(&agent, base, state)?;
    post_reports(&agent, base, state)
}

/// Puts what stands around the reports, as the coordinator.
fn post_field(agent: &Agent, base: &str, state: &DemoState) -> anyhow::Result<()> {
    let coordinator = state.coordinator().context("the demonstration has no coordinator")?;
    let token = sign_in(agent, base, coordinator)?;
    for (path, body) in field::things(ORGANISATION) {
        put(agent, &token, &format!("{base}{path}"), &body)?;
    }
    Ok(())
}

/// Puts every report of the seed, each as its advisor.
fn post_reports(agent: &Agent, base: &str, state: &DemoState) -> anyhow::Result<()> {
    let advisors: Vec<&DemoAccount> = state.advisors().collect();
    let tokens: Vec<String> = advisors
        .iter()
        .map(|advisor| sign_in(agent, base, advisor))
        .collect::<anyhow::Result<_>>()?;
    let reports = seed::reports();
    let bar = progress_bar(reports.len());
    for report in &reports {
        let advisor = advisors.get(report.advisor).zip(tokens.get(report.advisor));
        let (advisor, token) = advisor.context("the seed names an advisor that there is not")?;
        let url = format!("{base}/v1/advisors/{}/reports/{}", advisor.account_id, report.date);
        put(agent, token, &url, &report.body)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
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
    if let Ok(style) = ProgressStyle::with_template("posting reports {bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}
