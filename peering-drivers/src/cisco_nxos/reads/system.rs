//! The router itself.

use peering_core::state::{
    ConfigFormat, ConfigQuery, ConfigSource, Environment, Facts, NtpAssociation, NtpServer, Snmp, User,
};
use peering_core::{Error, ErrorKind, Result};

use super::super::link::{all, where_it_has};
use super::super::nxapi::Form;
use super::super::parse::{json, text};
use super::super::redact::redact;
use super::super::session::NxosSession;
use super::super::{NAME, VENDOR};
use super::commands;

/// The configuration in force; parts of it are asked for in whole, as its sections differ from train to train.
const RUNNING: &str = "show running-config";

impl NxosSession {
    pub(in super::super) async fn read_facts(&mut self) -> Result<Facts> {
        match self.link.form() {
            Form::Json => self.facts_in_json().await,
            Form::Text => self.facts_in_text().await,
        }
    }

    async fn facts_in_json(&mut self) -> Result<Facts> {
        let asked = commands(["show inventory", "show version", "show interface", "show hostname"]);
        let [inventory, version, interfaces, hostname] = all(self.link.jsons(&asked).await?)?;
        let version = json::version(&version)?;
        let fqdn = json::hostname(&hostname)?;
        let short = fqdn.split('.').next().unwrap_or(&fqdn);
        Ok(Facts {
            vendor: VENDOR.to_owned(),
            model: version.model,
            os_version: version.os_version,
            serial_number: json::serial_number(&inventory)?,
            hostname: version.hostname.unwrap_or_else(|| short.to_owned()),
            fqdn: Some(fqdn),
            uptime: version.uptime,
            interfaces: json::interfaces(&interfaces)?.into_iter().map(|interface| interface.name).collect(),
        })
    }

    async fn facts_in_text(&mut self) -> Result<Facts> {
        let asked = commands(["show version", "show hosts", "show interface status", "show hostname"]);
        let [version, hosts, status, hostname] = all(self.link.texts(&asked).await?)?;
        let inventory = self.link.jsons(&commands(["show inventory"])).await?.pop();
        let serial_number = match inventory.map(where_it_has).transpose()?.flatten() {
            Some(inventory) => json::serial_number(&inventory)?,
            // older trains have no JSON on the command line
            None => text::serial_number(&self.link.text("show inventory").await?)?,
        };
        let version = text::version(&version)?;
        let whole = text::hostname(&hostname)?;
        let domain = text::default_domain(&hosts)?;
        let ending = domain.as_ref().map(|domain| format!(".{domain}")).unwrap_or_default();
        let (hostname, fqdn) = match (whole.strip_suffix(&ending).filter(|_| !ending.is_empty()), domain) {
            (Some(short), Some(_)) => (short.to_owned(), Some(whole.clone())),
            (None, _) if whole.matches('.').count() >= 2 => (whole.clone(), Some(whole)),
            (None, Some(domain)) => (whole.clone(), Some(format!("{whole}.{domain}"))),
            (_, None) => (whole, None),
        };
        Ok(Facts {
            vendor: VENDOR.to_owned(),
            model: version.model,
            os_version: version.os_version,
            serial_number,
            hostname,
            fqdn,
            uptime: version.uptime,
            interfaces: text::interface_names(&status)?,
        })
    }

    pub(in super::super) async fn read_environment(&mut self) -> Result<Environment> {
        match self.link.form() {
            Form::Json => self.environment_in_json().await,
            Form::Text => self.environment_in_text().await,
        }
    }

    async fn environment_in_json(&mut self) -> Result<Environment> {
        let asked = commands([
            "show environment",
            "show processes cpu",
            "show processes memory shared",
            // not in all trains
            "show system resources",
        ]);
        let mut answers = self.link.jsons(&asked).await?;
        let resources = answers.pop().map(where_it_has).transpose()?.flatten();
        let [hardware, processes, shared] = all(answers)?;
        let memory = match resources {
            Some(resources) => json::system_memory(&resources)?,
            None => json::shared_memory(&shared)?,
        };
        let hardware = json::environment(&hardware)?;
        Ok(Environment { processors: vec![json::processor(&processes)?], memory: Some(memory), ..hardware })
    }

    async fn environment_in_text(&mut self) -> Result<Environment> {
        let asked = commands(["show system resources", "show environment temperature"]);
        let [resources, temperatures] = all(self.link.texts(&asked).await?)?;
        let hardware = self.link.jsons(&commands(["show environment"])).await?.pop();
        let hardware = match hardware.map(where_it_has).transpose()?.flatten() {
            Some(hardware) => json::environment(&hardware)?,
            // older trains have no JSON on the command line
            None => Environment::default(),
        };
        let resources = text::system_resources(&resources)?;
        Ok(Environment {
            temperatures: text::temperatures(&temperatures)?,
            processors: resources.processors,
            memory: Some(resources.memory),
            ..hardware
        })
    }

    /// Servers or peers, as the association is called.
    pub(in super::super) async fn read_ntp(&mut self, association: &str) -> Result<Vec<NtpServer>> {
        let mut found = match self.link.form() {
            Form::Json => self.link.json("show ntp peers", json::ntp_servers).await?,
            Form::Text => text::ntp_servers(&self.link.text("show ntp peers").await?)?,
        };
        found.retain(|server| server.association.as_deref() == Some(association));
        Ok(found)
    }

    pub(in super::super) async fn read_ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        match self.link.form() {
            Form::Json => self.link.json("show ntp peer-status", json::ntp_associations).await,
            Form::Text => Ok(text::ntp_associations(&self.link.text("show ntp peer-status").await?)?),
        }
    }

    pub(in super::super) async fn read_users(&mut self) -> Result<Vec<User>> {
        Ok(text::users(&self.link.text(RUNNING).await?)?)
    }

    pub(in super::super) async fn read_snmp(&mut self) -> Result<Snmp> {
        Ok(text::snmp(&self.link.text(RUNNING).await?)?)
    }

    pub(in super::super) async fn read_running_config(&mut self) -> Result<String> {
        let text = self.link.text(RUNNING).await?;
        // the moment that it was printed at is no part of it
        let is_moment = |line: &&str| line.starts_with("!Time:");
        Ok(text.lines().filter(|line| !is_moment(line)).map(|line| format!("{line}\n")).collect())
    }

    pub(in super::super) async fn read_config(&mut self, query: ConfigQuery) -> Result<String> {
        if query.format != ConfigFormat::Text {
            let message = format!("{NAME} has its configuration as text only");
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let text = match query.source {
            ConfigSource::Running if query.full => self.link.text("show running-config all").await?,
            ConfigSource::Running => self.read_running_config().await?,
            ConfigSource::Startup => self.link.text("show startup-config").await?,
            ConfigSource::Candidate => self.candidate_config()?,
        };
        Ok(if query.sanitized { redact(&text) } else { text })
    }
}
