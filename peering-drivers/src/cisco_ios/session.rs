//! One router: how it is asked, and the reads.

use std::net::IpAddr;

use async_trait::async_trait;
use peering_core::driver::{
    Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target, Token,
};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User, Vlan,
};
use peering_core::{Diff, Error, Result};

use super::dialect::DIALECT;
use super::transaction::{Change, Timed};
use super::{CiscoIos, NAME, READS, UNPRIVILEGED, parse};
use crate::cisco::CommandLine;
use crate::indented::redact;
use crate::transport::Redactor;
use crate::transport::shell::{Mode, Shell};

/// The comments of a configuration that tell a moment.
const DATED: [&str; 2] = ["! Last configuration change at ", "! NVRAM config last updated at "];

#[derive(Debug)]
pub(super) struct IosSession {
    pub(super) shell: Shell,
    pub(super) driver: CiscoIos,
    /// To look again from a new connection, where a change was cut off.
    pub(super) target: Target,
    pub(super) host: String,
    pub(super) user: String,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
    /// Where files are put.
    pub(super) file_system: String,
    /// Whether a commit can run under a rollback timer.
    pub(super) is_timed: bool,
    /// The open candidate.
    pub(super) change: Option<Change>,
    /// The commit that waits for its confirmation, when this session made it.
    pub(super) timed: Option<Timed>,
    is_closed: bool,
}

impl IosSession {
    pub(super) async fn connect(driver: &CiscoIos, target: &Target) -> Result<IosSession> {
        let shell = IosSession::log_in(driver, target).await?;
        // without privileges there is no configuration to be seen
        let capabilities = if *shell.mode() == Mode::User { UNPRIVILEGED } else { READS };
        let mut session = IosSession {
            shell,
            driver: driver.clone(),
            target: target.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            capabilities,
            leftovers: Vec::new(),
            file_system: String::new(),
            is_timed: false,
            change: None,
            timed: None,
            is_closed: false,
        };
        if capabilities == READS {
            session.settle().await?;
        }
        Ok(session)
    }

    async fn log_in(driver: &CiscoIos, target: &Target) -> Result<Shell> {
        let redactor = Redactor { platform: NAME, redact };
        Shell::connect(target, &DIALECT, driver.enable_password.as_ref(), redactor).await
    }

    /// Takes a new connection in the place of one that was cut.
    pub(super) async fn reconnect(&mut self) -> Result<()> {
        self.shell = IosSession::log_in(&self.driver, &self.target).await?;
        Ok(())
    }
}

impl CommandLine for IosSession {
    fn shell(&mut self) -> &mut Shell {
        &mut self.shell
    }
}

#[async_trait]
impl Session for IosSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn facts(&mut self) -> Result<Facts> {
        self.read_facts().await
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        self.parsed("show interfaces", parse::interfaces).await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        self.read_addresses().await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        self.parsed("show interfaces", parse::interface_counters).await
    }

    async fn bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        self.read_bgp_instances().await
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        self.read_bgp_neighbors().await
    }

    async fn bgp_neighbors_detail(&mut self, address: Option<IpAddr>) -> Result<Vec<BgpNeighborDetail>> {
        self.read_bgp_neighbors_detail(address).await
    }

    async fn bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        self.parsed("show running-config", parse::bgp_config).await
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        self.read_routes(query).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.read_arp_table().await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.read_ipv6_neighbors().await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        self.read_network_instances().await
    }

    async fn environment(&mut self) -> Result<Environment> {
        self.read_environment().await
    }

    async fn optics(&mut self) -> Result<Vec<Optic>> {
        self.read_optics().await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        self.read_lldp_neighbors(None).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        self.read_lldp_neighbors(interface.as_deref()).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        self.read_users().await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        self.parsed("show run | include ntp server", parse::ntp_servers).await
    }

    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        self.parsed("show run | include ntp peer", parse::ntp_peers).await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        self.list("show ntp associations", parse::ntp_associations).await
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        self.read_snmp().await
    }

    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        self.read_vlans().await
    }

    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        self.read_mac_table().await
    }

    async fn probe_configs(&mut self) -> Result<Vec<ProbeConfig>> {
        self.parsed("show run | section ip sla [0-9]", parse::probe_configs).await
    }

    async fn probe_results(&mut self) -> Result<Vec<ProbeResult>> {
        self.read_probe_results().await
    }

    async fn running_config(&mut self) -> Result<String> {
        let text = self.text("show running-config").await?;
        // when it was changed or saved last is no part of it, and differs when it is the same
        let is_dated = |line: &&str| DATED.iter().any(|words| line.starts_with(words));
        let lines = parse::config(&text).lines().filter(|line| !is_dated(line));
        Ok(lines.map(|line| format!("{line}\n")).collect())
    }

    async fn config(&mut self, query: ConfigQuery) -> Result<String> {
        self.read_config(query).await
    }

    async fn ping(&mut self, query: Ping) -> Result<PingReport> {
        self.send_ping(query).await
    }

    async fn traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        self.send_traceroute(query).await
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        self.text(command).await
    }

    async fn open_candidate(&mut self) -> Result<()> {
        match self.capabilities.candidate() {
            true => self.open().await,
            false => Err(Error::unsupported("open_candidate")),
        }
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.load(mode, text)
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.difference().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        self.apply(options).await
    }

    async fn confirm(&mut self, token: &Token) -> Result<()> {
        self.confirm_pending(token).await
    }

    async fn revert(&mut self, token: &Token) -> Result<()> {
        self.revert_pending(token).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.release().await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        match self.capabilities.commit_confirmed {
            true => self.pending_commit().await,
            false => Err(Error::unsupported("pending")),
        }
    }

    async fn check(&mut self) -> Result<()> {
        // a comment does nothing; whoever refuses even that is there
        self.perhaps("!").await.map(drop)
    }

    async fn close(&mut self) -> Result<()> {
        let released = if self.is_closed { Ok(()) } else { self.release().await };
        self.is_closed = true;
        self.shell.close().await;
        released
    }
}
