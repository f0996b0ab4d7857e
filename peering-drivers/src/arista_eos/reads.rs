//! The reads that take more than one request, and those that build their command.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use peering_core::state::{
    BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigFormat, ConfigQuery, ConfigSource, Environment, Facts,
    Hop, InterfaceAddresses, NetworkInstance, NtpServer, Ping, PingReport, Route, RouteMatch, RouteQuery,
    Snmp, Traceroute,
};
use peering_core::{Error, ErrorKind, Result};

use super::batch::{Command, Format};
use super::redact::sanitize;
use super::session::EosSession;
use super::{NAME, parse};

/// EOS's words for a router without IPv6, as an error of `show ipv6 interface`.
const NO_IPV6: &str = "No IPv6 configured interfaces";

/// A word of a command: nothing that ends it or pipes it on, and no option.
///
/// # Errors
/// `Options` when it is something else.
pub(super) fn word<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".:-_/%".contains(sign);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(is_plain) {
        return Err(Error::new(ErrorKind::Options, format!("{text:?} is not {what}")));
    }
    Ok(text)
}

impl EosSession {
    pub(super) async fn read_facts(&mut self) -> Result<Facts> {
        let commands = ["show version".into(), "show hostname".into(), "show interfaces".into()];
        let replies = self.run(&commands, Format::Json).await?;
        let [version, hostname, interfaces] = replies.each()?;
        let (version, names) = (parse::version(version)?, parse::hostname(hostname)?);
        let now = Timestamp::now().as_duration().as_secs_f64();
        let uptime = version.uptime.unwrap_or(now - version.booted);
        Ok(Facts {
            vendor: "Arista".to_owned(),
            model: Some(version.model),
            os_version: version.internal_version.unwrap_or(version.version),
            serial_number: version.serial_number,
            hostname: names.hostname,
            fqdn: Some(names.fqdn),
            // a router whose clock is ahead of ours has just started, as far as we know
            uptime: Some(Duration::try_from_secs_f64(uptime).unwrap_or_default()),
            interfaces: parse::interfaces(interfaces)?.into_iter().map(|interface| interface.name).collect(),
        })
    }

    pub(super) async fn read_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        let ipv4 = self.json("show ip interface", parse::interface_addresses).await?;
        match self.run(&["show ipv6 interface".into()], Format::Json).await {
            Ok(replies) => {
                let [ipv6] = replies.each()?;
                Ok(parse::ipv6_addresses(ipv4, ipv6)?)
            }
            Err(error) if error.kind() == ErrorKind::Rejected && error.message().contains(NO_IPV6) => {
                Ok(ipv4)
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn read_bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        let commands = ["show ip bgp summary vrf all".into(), "show ipv6 bgp summary vrf all".into()];
        let replies = self.run(&commands, Format::Json).await?;
        Ok(parse::bgp_instances(replies.each()?)?)
    }

    pub(super) async fn read_bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let commands = [
            "show ip bgp summary vrf all".into(),
            "show ipv6 bgp summary vrf all".into(),
            "show ip bgp neighbors vrf all".into(),
            "show ipv6 bgp peers vrf all".into(),
        ];
        let replies = self.run(&commands, Format::Json).await?;
        let [ipv4_summary, ipv6_summary, ipv4, ipv6] = replies.each()?;
        Ok(parse::bgp_neighbors([ipv4_summary, ipv6_summary], [ipv4, ipv6])?)
    }

    pub(super) async fn read_bgp_neighbors_detail(
        &mut self,
        address: Option<IpAddr>,
    ) -> Result<Vec<BgpNeighborDetail>> {
        let one = address.map(|address| format!("{address} ")).unwrap_or_default();
        let (mut commands, mut summaries) = (Vec::<Command>::new(), Vec::<Command>::new());
        if address.is_none_or(|address| address.is_ipv4()) {
            commands.push(format!("show ip bgp neighbors {one}vrf all").into());
            summaries.push("show ip bgp summary vrf all".into());
        }
        if address.is_none_or(|address| address.is_ipv6()) {
            commands.push(format!("show ipv6 bgp peers {one}vrf all").into());
            summaries.push("show ipv6 bgp summary vrf all".into());
        }
        let texts = self.run(&commands, Format::Text).await?.texts()?;
        let summaries = self.run(&summaries, Format::Json).await?;
        let mut found = Vec::new();
        for (text, summary) in texts.iter().zip(summaries.all()) {
            found.extend(parse::bgp_neighbors_detail(text, summary)?);
        }
        Ok(found)
    }

    pub(super) async fn read_routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let (what, is_ipv4, longer) = match query.matching {
            RouteMatch::Exact(prefix) => (prefix.trunc().to_string(), prefix.addr().is_ipv4(), ""),
            RouteMatch::Longer(prefix) => {
                (prefix.trunc().to_string(), prefix.addr().is_ipv4(), " longer-prefixes")
            }
            RouteMatch::Longest(address) => (address.to_string(), address.is_ipv4(), ""),
        };
        let ip = if is_ipv4 { "ip" } else { "ipv6" };
        let protocol = match &query.protocol {
            Some(protocol) => format!(" {}", word("a protocol", protocol)?),
            None => String::new(),
        };
        let instances = self.json("show vrf", parse::network_instances).await?;
        // IPv6 has no answer for all VRFs in one
        let commands: Vec<Command> = instances
            .iter()
            .map(|vrf| format!("show {ip} route vrf {} {what}{longer}{protocol} detail", vrf.name).into())
            .collect();
        let replies = self.run(&commands, Format::Json).await?;
        let mut found = Vec::new();
        for (vrf, reply) in instances.iter().zip(replies.all()) {
            found.push((&vrf.name, parse::rib_routes(reply, &vrf.name)?));
        }
        let with_bgp: Vec<_> =
            found.iter_mut().filter(|(_, routes)| routes.iter().any(parse::has_bgp)).collect();
        if !with_bgp.is_empty() {
            let commands: Vec<Command> = with_bgp
                .iter()
                .map(|(name, _)| format!("show {ip} bgp {what}{longer} vrf {name}").into())
                .collect();
            let replies = self.run(&commands, Format::Json).await?;
            for ((name, routes), reply) in with_bgp.into_iter().zip(replies.all()) {
                *routes = parse::bgp_paths(std::mem::take(routes), reply, name)?;
            }
        }
        Ok(found.into_iter().flat_map(|(_, routes)| routes).collect())
    }

    pub(super) async fn read_network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        let mut instances = self.json("show vrf", parse::network_instances).await?;
        if !instances.iter().any(|instance| instance.name == "default") {
            // some versions leave the main table out: what is in no VRF is in it
            let named: Vec<_> = instances.iter().flat_map(|vrf| vrf.interfaces.clone()).collect();
            let all = self.read_addresses().await?.into_iter().map(|entry| entry.interface);
            instances.push(NetworkInstance {
                name: "default".to_owned(),
                kind: "DEFAULT_INSTANCE".to_owned(),
                route_distinguisher: None,
                interfaces: all.filter(|name| !named.contains(name)).collect(),
            });
        }
        Ok(instances)
    }

    pub(super) async fn read_environment(&mut self) -> Result<Environment> {
        let version = self.version().await?;
        let mut commands: Vec<Command> =
            vec!["show system environment cooling".into(), "show system environment temperature".into()];
        if !version.is_virtual() {
            commands.push("show system environment power".into());
        }
        let replies = self.run(&commands, Format::Json).await?;
        let mut replies = replies.all().into_iter();
        let fans = replies.next().map(parse::fans).transpose()?.unwrap_or_default();
        let temperatures = replies.next().map(parse::temperatures).transpose()?.unwrap_or_default();
        let power_supplies = replies.next().map(parse::power_supplies).transpose()?.unwrap_or_default();
        let top = parse::top(&self.text("show processes top once").await?)?;
        Ok(Environment {
            fans,
            temperatures,
            power_supplies,
            processors: vec![top.processor],
            memory: Some(top.memory),
        })
    }

    pub(super) async fn read_ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        let servers = parse::ntp_servers(&self.text("show running-config | section ntp").await?)?;
        if servers.iter().all(|server| server.interface.is_none()) {
            return Ok(servers.into_iter().map(|entry| entry.server).collect());
        }
        let addresses = self.read_addresses().await?;
        Ok(servers.into_iter().map(|entry| entry.with_source(&addresses)).collect())
    }

    pub(super) async fn read_snmp(&mut self) -> Result<Snmp> {
        let commands = [
            "show snmp v2-mib chassis".into(),
            "show snmp v2-mib location".into(),
            "show snmp v2-mib contact".into(),
        ];
        let replies = self.run(&commands, Format::Json).await?;
        let [chassis, location, contact] = replies.each()?;
        let communities = self.text("show running-config | section snmp-server community").await?;
        Ok(Snmp {
            chassis_id: parse::snmp_field(chassis, parse::Snmp::Chassis)?,
            location: parse::snmp_field(location, parse::Snmp::Location)?,
            contact: parse::snmp_field(contact, parse::Snmp::Contact)?,
            communities: parse::snmp_communities(&communities)?,
        })
    }

    pub(super) async fn read_config(&mut self, query: ConfigQuery) -> Result<String> {
        if query.format != ConfigFormat::Text {
            let message = format!("{NAME} has its configuration as text only");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let (full, sanitized) =
            (if query.full { " all" } else { "" }, if query.sanitized { " sanitized" } else { "" });
        match query.source {
            ConfigSource::Running => self.text(&format!("show running-config{full}{sanitized}")).await,
            ConfigSource::Startup => {
                let text = self.text("show startup-config").await?;
                Ok(if query.sanitized { sanitize(&text) } else { text })
            }
            ConfigSource::Candidate => {
                let name = self
                    .candidate()
                    .ok_or_else(|| Error::new(ErrorKind::NotFound, "this session has no candidate open"))?;
                self.text(&format!("show session-config named {name}{sanitized}")).await
            }
        }
    }

    pub(super) async fn send_ping(&mut self, query: Ping) -> Result<PingReport> {
        let mut command = format!(
            "ping {} timeout {} size {} repeat {}",
            word("a host", &query.destination)?,
            whole_seconds(query.timeout),
            query.size,
            query.count
        );
        if let Some(source) = query.source {
            command.push_str(&format!(" source {source}"));
        }
        if let Some(interface) = &query.source_interface {
            command.push_str(&format!(" interface {}", word("an interface", interface)?));
        }
        let text = self.in_instance(query.network_instance.as_deref(), command).await?;
        // who cannot be asked at all is told in a sentence: `connect: Network is unreachable`
        if text.contains("connect:") || !text.contains("PING") {
            return Err(Error::new(ErrorKind::Rejected, text));
        }
        Ok(parse::ping(&text)?)
    }

    pub(super) async fn send_traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        let timeout = whole_seconds(query.timeout);
        // EOS's own command has none of these options; the shell's needs an end of its own
        let total = timeout.saturating_mul(u64::from(query.ttl));
        let source = query.source.map(|source| format!(" -s {source}")).unwrap_or_default();
        let command = format!(
            "bash timeout {total} traceroute {}{source} -m {} -w {timeout}",
            word("a host", &query.destination)?,
            query.ttl
        );
        let text = self.in_instance(query.network_instance.as_deref(), command).await?;
        let is_hop =
            |line: &str| line.split_whitespace().next().is_some_and(|word| word.parse::<u32>().is_ok());
        if !text.lines().any(is_hop) {
            return Err(Error::new(ErrorKind::Rejected, text));
        }
        Ok(parse::traceroute(&text)?)
    }

    /// Runs a command in a VRF, and gives its text.
    async fn in_instance(&mut self, instance: Option<&str>, command: String) -> Result<String> {
        let mut commands: Vec<Command> = Vec::new();
        if let Some(instance) = instance {
            commands.push(format!("cli vrf {}", word("a VRF", instance)?).into());
        }
        commands.push(command.into());
        self.run(&commands, Format::Text).await?.text()
    }
}

/// EOS counts in whole seconds, at least one.
fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_a_shell() {
        for text in ["192.0.2.1; reload", "$(reboot)", "a|b", "-f", "", "a b", "a\nb", "`x`"] {
            assert_eq!(word("a host", text).unwrap_err().kind(), ErrorKind::Options, "{text}");
        }
        for text in ["192.0.2.1", "2001:db8::1", "fe80::1%Et1", "r1.example.net", "Ethernet3/1/1"] {
            assert_eq!(word("a host", text).unwrap(), text);
        }
    }
}
