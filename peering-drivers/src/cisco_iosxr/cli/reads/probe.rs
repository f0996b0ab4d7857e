//! Pings and traceroutes.

use std::time::Duration;

use peering_core::state::{Hop, Ping, PingReport, Traceroute};
use peering_core::{Error, ErrorKind, Result};

use crate::cisco::{CommandLine, word};
use crate::cisco_iosxr::cli::parse;
use crate::cisco_iosxr::cli::session::CliSession;

/// IOS-XR counts in whole seconds, up to 36.
fn whole_seconds(time: Duration) -> u128 {
    time.as_millis().div_ceil(1000).clamp(1, 36)
}

/// `vrf NAME `, where one is asked for.
fn in_instance(instance: Option<&str>) -> Result<String> {
    match instance {
        Some(name) => Ok(format!("vrf {} ", word("a VRF", name)?)),
        None => Ok(String::new()),
    }
}

impl CliSession {
    pub(in crate::cisco_iosxr::cli) async fn send_ping(&mut self, query: Ping) -> Result<PingReport> {
        let mut command = format!(
            "ping {}{} count {} size {} timeout {}",
            in_instance(query.network_instance.as_deref())?,
            word("a host", &query.destination)?,
            query.count,
            query.size,
            whole_seconds(query.timeout)
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

    pub(in crate::cisco_iosxr::cli) async fn send_traceroute(
        &mut self,
        query: Traceroute,
    ) -> Result<Vec<Hop>> {
        let source = query.source.map(|source| format!(" source {source}")).unwrap_or_default();
        let command = format!(
            "traceroute {}{}{source} maxttl {} timeout {}",
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
}
