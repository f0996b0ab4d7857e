//! The session over the command line: how the router is asked, and the reads.

use std::net::IpAddr;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, CommitOptions, LoadMode, Pending, Session, Target};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, NetworkInstance, NtpAssociation,
    NtpServer, Ping, PingReport, Route, RouteQuery, Snmp, Traceroute, User,
};
use peering_core::{Diff, Result};

use super::dialect::DIALECT;
use super::parse;
use super::transaction::Base;
use crate::candidate_session::Change;
use crate::cisco::CommandLine;
use crate::cisco_iosxr::transaction::redact;
use crate::cisco_iosxr::{CiscoIosxr, NAME};
use crate::transport::Redactor;
use crate::transport::shell::{Mode, Shell};

/// A session on one router.
#[derive(Debug)]
pub(in crate::cisco_iosxr) struct CliSession {
    pub(super) shell: Shell,
    pub(super) driver: CiscoIosxr,
    /// To look again from a new connection, where a change was cut off.
    pub(super) target: Target,
    capabilities: Capabilities,
    /// What has to be given up on the router, if anything.
    pub(super) change: Option<Change<Base>>,
    /// The router's name for our session while it has the lock, where it tells.
    pub(super) lock: Option<String>,
}

impl CliSession {
    pub(in crate::cisco_iosxr) async fn connect(driver: &CiscoIosxr, target: &Target) -> Result<CliSession> {
        Ok(CliSession {
            shell: CliSession::log_in(target).await?,
            driver: driver.clone(),
            target: target.clone(),
            capabilities: driver.offers(),
            change: None,
            lock: None,
        })
    }

    async fn log_in(target: &Target) -> Result<Shell> {
        Shell::connect(target, &DIALECT, None, Redactor { platform: NAME, redact }).await
    }

    /// Takes a new connection in the place of one that has ended.
    pub(super) async fn reconnect(&mut self) -> Result<()> {
        self.shell = CliSession::log_in(&self.target).await?;
        Ok(())
    }
}

impl CommandLine for CliSession {
    fn shell(&mut self) -> &mut Shell {
        &mut self.shell
    }

    /// `do` before it in the configuration mode.
    fn typed(&self, command: &str) -> String {
        match self.shell.mode() {
            Mode::Configuration(_) => format!("do {command}"),
            _ => command.to_owned(),
        }
    }
}

#[async_trait]
impl Session for CliSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn facts(&mut self) -> Result<Facts> {
        self.read_facts().await
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        self.read_interfaces().await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        self.read_addresses().await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        self.read_counters().await
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
        self.configured("router bgp", parse::bgp_config).await
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        self.read_routes(query).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.read_arp_table().await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.parsed("show ipv6 neighbors", parse::ipv6_neighbors).await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        self.read_network_instances().await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        self.read_lldp_neighbors(None).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        self.read_lldp_neighbors(interface.as_deref()).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        self.configured("username", parse::users).await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        self.configured("ntp", parse::ntp_servers).await
    }

    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        self.configured("ntp", parse::ntp_peers).await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        self.list("show ntp associations", parse::ntp_associations).await
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        self.configured("snmp-server", parse::snmp).await
    }

    async fn running_config(&mut self) -> Result<String> {
        self.read_running_config().await
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
        self.open().await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.load(mode, text).await
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.compare_candidate().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        self.commit_candidate(options).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.release().await
    }

    async fn check(&mut self) -> Result<()> {
        // a comment does nothing; whoever refuses even that is there
        self.perhaps("!").await.map(drop)
    }

    async fn close(&mut self) -> Result<()> {
        let released = self.release().await;
        self.change = None;
        self.shell.close().await;
        released
    }
}
