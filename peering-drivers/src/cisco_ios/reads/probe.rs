//! Pings, traceroutes, and what the router's own probes measured.

use std::time::Duration;

use peering_core::state::{Hop, Ping, PingReport, ProbeResult, Traceroute};
use peering_core::{Error, ErrorKind, Result};

use super::super::parse;
use super::super::session::IosSession;
use crate::cisco::word;
use crate::cisco::{CommandLine, unless_refused};

/// IOS counts in whole seconds, from one to an hour.
fn whole_seconds(time: Duration) -> u128 {
    time.as_millis().div_ceil(1000).clamp(1, 3600)
}

/// `vrf NAME `, where one is asked for.
fn in_instance(instance: Option<&str>) -> Result<String> {
    match instance {
        Some(name) => Ok(format!("vrf {} ", word("a VRF", name)?)),
        None => Ok(String::new()),
    }
}

impl IosSession {
    pub(in super::super) async fn send_ping(&mut self, query: Ping) -> Result<PingReport> {
        let mut command = format!(
            "ping {}{} timeout {} size {} repeat {}",
            in_instance(query.network_instance.as_deref())?,
            word("a host", &query.destination)?,
            whole_seconds(query.timeout),
            query.size,
            query.count
        );
        if let Some(source) = query.source {
            command.push_str(&format!(" source {source}"));
        } else if let Some(interface) = &query.source_interface {
            command.push_str(&format!(" source {}", word("an interface", interface)?));
        }
        let text = self.text(&command).await?;
        if !text.contains("Sending ") {
            return Err(Error::new(ErrorKind::Rejected, text));
        }
        Ok(parse::ping(&text)?)
    }

    pub(in super::super) async fn send_traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        let source = query.source.map(|source| format!(" source {source}")).unwrap_or_default();
        let command = format!(
            "traceroute {}{}{source} ttl 0 {} timeout {}",
            in_instance(query.network_instance.as_deref())?,
            word("a host", &query.destination)?,
            query.ttl,
            whole_seconds(query.timeout)
        );
        let text = self.text(&command).await?;
        if !text.contains("Tracing the route") {
            return Err(Error::new(ErrorKind::Rejected, text));
        }
        Ok(parse::traceroute(&text)?)
    }

    pub(in super::super) async fn read_probe_results(&mut self) -> Result<Vec<ProbeResult>> {
        let [results, configs] =
            self.all(["show ip sla statistics", "show run | section ip sla [0-9]"]).await?;
        let Some(results) = unless_refused(results)? else { return Ok(Vec::new()) };
        let configs = match unless_refused(configs)? {
            Some(text) => parse::probe_configs(&text)?,
            None => Vec::new(),
        };
        let named = |mut result: ProbeResult| {
            if let Some(config) = configs.iter().find(|config| config.owner == result.owner) {
                result.name.clone_from(&config.name);
                result.target.clone_from(&config.target);
                result.source.clone_from(&config.source);
                result.count = config.count;
            }
            result
        };
        Ok(parse::probe_results(&results)?.into_iter().map(named).collect())
    }
}
