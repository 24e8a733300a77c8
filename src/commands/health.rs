//! `quotidien health`: asks a running server whether it can answer, for the health check of a container.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use ureq::Agent;

/// Asks the server of this machine whether it can answer; exits with 1 when it cannot.
#[derive(Debug, Args)]
#[command(after_help = "Example: QUOTIDIEN_LISTEN=0.0.0.0:8080 quotidien health")]
pub(super) struct HealthArguments {
    /// The address on which the server listens
    #[arg(long, env = "QUOTIDIEN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

pub(super) fn run(arguments: &HealthArguments) -> anyhow::Result<()> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(2)))
        .build()
        .into();
    let url = format!("http://{}/readyz", reachable(arguments.listen));
    agent.get(&url).call().context("the server cannot answer")?;
    super::print("ready")
}

/// Where a server that listens on every address of the machine is reached from it.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
