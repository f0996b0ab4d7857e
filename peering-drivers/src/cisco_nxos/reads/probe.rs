//! Ping and traceroute.

use std::net::IpAddr;
use std::time::Duration;

use peering_core::state::{Hop, Ping, PingReport, Traceroute};
use peering_core::{Error, ErrorKind, Result};

use super::super::parse::text;
use super::super::session::NxosSession;
use super::word;

impl NxosSession {
    /// NX-OS has no word for the most hops of a ping.
    pub(in super::super) async fn send_ping(&mut self, query: &Ping) -> Result<PingReport> {
        let mut command = format!(
            "ping{} {} timeout {} packet-size {} count {}",
            version(&query.destination),
            word("a host", &query.destination)?,
            whole_seconds(query.timeout),
            query.size,
            query.count
        );
        match (query.source, &query.source_interface) {
            (Some(source), _) => command.push_str(&format!(" source {source}")),
            (None, Some(interface)) => {
                command.push_str(&format!(" source {}", word("an interface", interface)?));
            }
            (None, None) => {}
        }
        self.add_instance(&mut command, query.network_instance.as_deref())?;
        let answer = self.link.text(&command).await?;
        // who cannot be asked at all is told in a sentence
        if answer.contains("connect:") || !answer.contains("packets transmitted") {
            return Err(Error::new(ErrorKind::Rejected, answer));
        }
        Ok(text::ping(&answer)?)
    }

    /// NX-OS has no words for the most hops, and for how long to wait (5 s).
    pub(in super::super) async fn send_traceroute(&mut self, query: &Traceroute) -> Result<Vec<Hop>> {
        let destination = word("a host", &query.destination)?;
        let mut command = format!("traceroute{} {destination}", version(destination));
        if let Some(source) = query.source {
            command.push_str(&format!(" source {source}"));
        }
        self.add_instance(&mut command, query.network_instance.as_deref())?;
        let answer = self.link.text(&command).await?;
        let is_hop =
            |line: &str| line.split_whitespace().next().is_some_and(|word| word.parse::<u32>().is_ok());
        if !answer.lines().any(is_hop) {
            return Err(Error::new(ErrorKind::Rejected, answer));
        }
        Ok(text::traceroute(&answer)?)
    }

    fn add_instance(&self, command: &mut String, instance: Option<&str>) -> Result<()> {
        if let Some(instance) = instance {
            command.push_str(&format!(" vrf {}", word("a VRF", instance)?));
        }
        Ok(())
    }
}

/// IPv6 has commands of its own.
fn version(destination: &str) -> &'static str {
    let is_ipv6 = destination.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6());
    if is_ipv6 { "6" } else { "" }
}

/// NX-OS counts in whole seconds, at least one.
fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}
