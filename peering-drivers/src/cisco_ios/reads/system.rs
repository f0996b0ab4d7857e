//! Who the router is, its hardware, its configuration.

use peering_core::state::{
    ConfigFormat, ConfigQuery, ConfigSource, Environment, Facts, InterfaceAddresses, Optic, Snmp, User,
};
use peering_core::{Error, ErrorKind, Result};

use super::super::session::IosSession;
use super::super::{NAME, parse};
use crate::cisco::{CommandLine, unless_refused};
use crate::indented::redact;

impl IosSession {
    pub(in super::super) async fn read_facts(&mut self) -> Result<Facts> {
        let [version, hosts, interfaces] =
            self.all(["show version", "show hosts", "show ip interface brief"]).await?;
        let version = parse::version(&version?)?;
        let domain = match unless_refused(hosts)? {
            Some(text) => parse::default_domain(&text)?,
            None => None,
        };
        Ok(Facts {
            vendor: "Cisco".to_owned(),
            model: version.model,
            os_version: version.software,
            serial_number: version.serial_number,
            fqdn: domain.map(|domain| format!("{}.{domain}", version.hostname)),
            hostname: version.hostname,
            uptime: Some(version.uptime),
            interfaces: parse::interface_names(&interfaces?)?,
        })
    }

    pub(in super::super) async fn read_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        let [ipv4, ipv6] = self.all(["show ip interface", "show ipv6 interface"]).await?;
        let mut found = parse::ipv4_addresses(&ipv4?)?;
        // a router without IPv6 does not know the command
        let ipv6 = match unless_refused(ipv6)? {
            Some(text) => parse::ipv6_addresses(&text)?,
            None => Vec::new(),
        };
        for more in ipv6 {
            match found.iter_mut().find(|entry| entry.interface == more.interface) {
                Some(entry) => entry.addresses.extend(more.addresses),
                None => found.push(more),
            }
        }
        Ok(found)
    }

    pub(in super::super) async fn read_environment(&mut self) -> Result<Environment> {
        let [cpu, memory, temperatures] =
            self.all(["show proc cpu", "show memory statistics", "show env temperature status"]).await?;
        let memory = match unless_refused(memory)? {
            Some(text) => parse::memory_pools(&text)?,
            // some of IOS-XE know the memory of the whole system only
            None => parse::system_memory(&self.text("show memory").await?)?,
        };
        let temperatures = match unless_refused(temperatures)? {
            Some(text) => parse::temperatures(&text)?,
            None => Vec::new(),
        };
        Ok(Environment {
            fans: Vec::new(),
            temperatures,
            power_supplies: Vec::new(),
            processors: parse::processors(&cpu?)?,
            memory: Some(memory),
        })
    }

    pub(in super::super) async fn read_optics(&mut self) -> Result<Vec<Optic>> {
        match self.text("show interfaces transceiver").await {
            Ok(text) => Ok(parse::optics(&text)?),
            // two chassis that are one want to hear which
            Err(error)
                if error.kind() == ErrorKind::Rejected && error.message().contains("Incomplete command") =>
            {
                let commands =
                    ["show interfaces transceiver switch 1", "show interfaces transceiver switch 2"];
                let mut found = Vec::new();
                for answer in self.all(commands).await? {
                    if let Some(text) = unless_refused(answer)? {
                        found.extend(parse::optics(&text)?);
                    }
                }
                Ok(found)
            }
            Err(error) => Ok(unless_refused(Err(error))?.unwrap_or_default()),
        }
    }

    pub(in super::super) async fn read_users(&mut self) -> Result<Vec<User>> {
        let text = match self.perhaps("show run | section username").await? {
            Some(text) => text,
            // before 12.3 there are no sections
            None => self.text("show run | include username").await?,
        };
        Ok(parse::users(&text)?)
    }

    pub(in super::super) async fn read_snmp(&mut self) -> Result<Snmp> {
        let mut found = parse::snmp(&self.text("show run | include snmp-server").await?)?;
        if found.chassis_id.is_none() {
            let answer = self.perhaps("show snmp chassis").await?;
            found.chassis_id = answer.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        }
        Ok(found)
    }

    pub(in super::super) async fn read_config(&mut self, query: ConfigQuery) -> Result<String> {
        if query.format != ConfigFormat::Text {
            let message = format!("{NAME} has its configuration as text only");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let command = match query.source {
            ConfigSource::Running if query.full => "show running-config all",
            ConfigSource::Running => "show running-config",
            ConfigSource::Startup => "show startup-config",
            ConfigSource::Candidate => {
                return Err(Error::new(ErrorKind::NotFound, "this session has no candidate open"));
            }
        };
        let text = self.text(command).await?;
        let text = parse::config(&text);
        if query.source == ConfigSource::Startup
            && text.lines().take(2).any(|line| line.contains("not present"))
        {
            return Err(Error::new(ErrorKind::NotFound, text.trim()));
        }
        Ok(if query.sanitized { redact(text) } else { text.to_owned() })
    }
}
