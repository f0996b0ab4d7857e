//! The router itself.

use ipnet::IpNet;
use peering_core::state::{
    ConfigFormat, ConfigQuery, ConfigSource, Facts, Interface, InterfaceAddresses, InterfaceCounters,
};
use peering_core::{Error, ErrorKind, ParseError, Result};

use crate::cisco::{CommandLine, unless_refused};
use crate::cisco_iosxr::cli::parse::{self, Chassis};
use crate::cisco_iosxr::cli::session::CliSession;
use crate::cisco_iosxr::parse::undated;
use crate::cisco_iosxr::transaction::redact;

/// The name of a router that was given none.
const NAMELESS: &str = "ios";

/// What the router says where nothing of that kind is configured.
const MISSING: &str = "No such configuration item";

/// A part of the configuration; empty where there is none of it.
///
/// # Errors
/// Whatever the answer was refused for else.
fn unless_missing(answer: Result<String>) -> Result<String> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Rejected && error.message().contains(MISSING) => {
            Ok(String::new())
        }
        other => other,
    }
}

impl CliSession {
    /// A part of the running configuration, read by a parser.
    pub(in crate::cisco_iosxr::cli) async fn configured<T>(
        &mut self,
        part: &str,
        parse: fn(&str) -> Result<T, ParseError>,
    ) -> Result<T> {
        let answer = self.text(&format!("show running-config {part}")).await;
        Ok(parse(&unless_missing(answer)?)?)
    }

    pub(in crate::cisco_iosxr::cli) async fn read_facts(&mut self) -> Result<Facts> {
        let commands =
            ["show version", "show running-config hostname", "show interfaces brief", "show inventory"];
        let [version, hostname, interfaces, inventory] = self.all(commands).await?;
        let version = parse::version(&version?)?;
        let configured = parse::hostname(&unless_missing(hostname)?)?;
        let Chassis { model, serial_number } = self.chassis(inventory).await?.unwrap_or_default();
        Ok(Facts {
            vendor: "Cisco".to_owned(),
            model: model.or(version.model),
            os_version: version.release,
            serial_number,
            hostname: configured.or(version.hostname).unwrap_or_else(|| NAMELESS.to_owned()),
            fqdn: None,
            uptime: Some(version.uptime),
            interfaces: parse::interface_names(&interfaces?)?,
        })
    }

    /// The chassis, which older versions show to administrators only.
    async fn chassis(&mut self, inventory: Result<String>) -> Result<Option<Chassis>> {
        let found = match unless_refused(inventory)? {
            Some(text) => parse::chassis(&text)?,
            None => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        match self.perhaps("admin show inventory chassis").await? {
            Some(text) => Ok(parse::chassis(&text)?),
            None => Ok(None),
        }
    }

    pub(in crate::cisco_iosxr::cli) async fn read_interfaces(&mut self) -> Result<Vec<Interface>> {
        self.parsed("show interfaces", parse::interfaces).await
    }

    /// Of the interfaces that have counters.
    pub(in crate::cisco_iosxr::cli) async fn read_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        let mut found = self.parsed("show interfaces", parse::interface_counters).await?;
        found.retain(|interface| interface.received.octets.is_some());
        Ok(found)
    }

    /// Of every VRF, without link-local addresses.
    pub(in crate::cisco_iosxr::cli) async fn read_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        let [ipv4, ipv6] = self.all(["show ipv4 vrf all interface", "show ipv6 vrf all interface"]).await?;
        let mut found = parse::ipv4_addresses(&ipv4?)?;
        for mut more in parse::ipv6_addresses(&ipv6?)? {
            more.addresses.retain(|net| !matches!(net, IpNet::V6(net) if net.addr().is_unicast_link_local()));
            match found.iter_mut().find(|entry| entry.interface == more.interface) {
                Some(entry) => entry.addresses.extend(more.addresses),
                None if more.addresses.is_empty() => {}
                None => found.push(more),
            }
        }
        Ok(found)
    }

    /// The running configuration, without the comments that tell a moment: the same configuration is the same text.
    pub(in crate::cisco_iosxr::cli) async fn read_running_config(&mut self) -> Result<String> {
        Ok(undated(&self.text("show running-config").await?))
    }

    /// The running configuration as it is printed, or the target of the open candidate. There is no startup configuration
    /// beside what was committed, and none with defaults.
    pub(in crate::cisco_iosxr::cli) async fn read_config(&mut self, query: ConfigQuery) -> Result<String> {
        if query.format != ConfigFormat::Text || query.full {
            return Err(Error::unsupported("a configuration in this form"));
        }
        let text = match query.source {
            ConfigSource::Running => self.text("show running-config").await?,
            ConfigSource::Candidate | ConfigSource::Startup => {
                return Err(Error::unsupported("this configuration"));
            }
        };
        let text = text.trim_matches(['\n', '\r', ' ']).to_owned();
        Ok(if query.sanitized { redact(&text) } else { text })
    }
}
