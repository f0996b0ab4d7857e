//! The session over NETCONF: how the router is asked.

use std::net::IpAddr;

use async_trait::async_trait;
use peering_core::driver::{
    Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target, Token,
};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User,
};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::transaction::{Base, redact};
use super::{CiscoIosxr, NAME, parse, reads};
use crate::candidate_session::{CandidateSession, Change, End};
use crate::transport::Redactor;
use crate::transport::netconf::{Netconf, Operation, Options, Reply, within};

/// NETCONF's own port.
const PORT: u16 = 830;

/// A session on one router.
#[derive(Debug)]
pub(super) struct NetconfSession {
    /// `None` once it is closed.
    netconf: Option<Netconf>,
    pub(super) driver: CiscoIosxr,
    /// Kept for a second session that looks what became of a commit: see `transaction/look.rs`.
    target: Target,
    pub(super) host: String,
    pub(super) user: String,
    /// How long one step of a change may take.
    pub(super) patience: std::time::Duration,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
    /// What has to be given up on the router, if anything.
    pub(super) change: Option<Change<Base>>,
    /// Whether the running configuration may be locked by us: for a moment, to see whether a commit waits.
    pub(super) holds_running: bool,
}

impl NetconfSession {
    pub(super) async fn connect(driver: &CiscoIosxr, target: &Target) -> Result<NetconfSession> {
        let mut session = NetconfSession::new(driver, target);
        session.dial().await?;
        session.leftovers = session.find_leftovers().await?;
        Ok(session)
    }

    fn new(driver: &CiscoIosxr, target: &Target) -> NetconfSession {
        NetconfSession {
            netconf: None,
            driver: driver.clone(),
            target: target.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
            capabilities: driver.offers(),
            leftovers: Vec::new(),
            change: None,
            holds_running: false,
        }
    }

    /// A session over a connection that is there already.
    #[cfg(test)]
    pub(super) fn with(driver: &CiscoIosxr, target: &Target, netconf: Netconf) -> NetconfSession {
        NetconfSession { netconf: Some(netconf), ..NetconfSession::new(driver, target) }
    }

    /// Connects, in place of a session that has ended.
    pub(super) async fn dial(&mut self) -> Result<()> {
        let redactor = Redactor { platform: NAME, ..Redactor::default() };
        let options = Options { limit: self.driver.reply_limit, redact, redactor, ..Options::default() };
        self.netconf = Some(Netconf::connect(&self.target, PORT, options).await?);
        self.holds_running = false;
        Ok(())
    }

    /// Ends the connection without a word.
    pub(super) fn hang_up(&mut self) {
        self.netconf = None;
        self.holds_running = false;
    }

    /// The NETCONF session.
    ///
    /// # Errors
    /// `Closed` after [`Session::close`].
    pub(super) fn netconf(&self) -> Result<&Netconf> {
        self.netconf
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Closed, format!("the session with {} is closed", self.host)))
    }

    /// Asks. Several questions may be in flight.
    ///
    /// # Errors
    /// `Rejected`, `Locked` or `Auth` with the router's words; `Parse`; `Closed`.
    pub(super) async fn ask(&self, operation: Operation) -> Result<Reply> {
        self.netconf()?.call(&operation).await
    }
}

#[async_trait]
impl Session for NetconfSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn facts(&mut self) -> Result<Facts> {
        reads::facts(self).await
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        reads::interfaces(self).await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        reads::interface_addresses(self).await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        reads::interface_counters(self).await
    }

    async fn bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        reads::bgp_instances(self).await
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        reads::bgp_neighbors(self).await
    }

    async fn bgp_neighbors_detail(&mut self, address: Option<IpAddr>) -> Result<Vec<BgpNeighborDetail>> {
        reads::bgp_neighbors_detail(self, address).await
    }

    async fn bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        reads::bgp_config(self).await
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        reads::routes(self, &query).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        reads::arp_table(self).await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        reads::ipv6_neighbors(self).await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        reads::network_instances(self).await
    }

    async fn environment(&mut self) -> Result<Environment> {
        reads::environment(self).await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        reads::lldp_neighbors(self).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        reads::lldp_neighbors_detail(self, interface).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        reads::users(self).await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        reads::ntp_servers(self).await
    }

    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        reads::ntp_peers(self).await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        reads::ntp_associations(self).await
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        reads::snmp(self).await
    }

    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        reads::mac_table(self).await
    }

    async fn probe_configs(&mut self) -> Result<Vec<ProbeConfig>> {
        reads::probe_configs(self).await
    }

    async fn probe_results(&mut self) -> Result<Vec<ProbeResult>> {
        reads::probe_results(self).await
    }

    async fn running_config(&mut self) -> Result<String> {
        Ok(parse::undated(&reads::config(self, ConfigQuery::default()).await?))
    }

    async fn config(&mut self, query: ConfigQuery) -> Result<String> {
        reads::config(self, query).await
    }

    async fn ping(&mut self, query: Ping) -> Result<PingReport> {
        reads::ping(self, &query).await
    }

    async fn traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        reads::traceroute(self, &query).await
    }

    async fn open_candidate(&mut self) -> Result<()> {
        self.open().await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.load(mode, text).await
    }

    async fn validate(&mut self) -> Result<()> {
        self.validate_candidate().await
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.compare_candidate().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        within(self.patience, self.commit_candidate(options)).await
    }

    async fn confirm(&mut self, token: &Token) -> Result<()> {
        within(self.patience, self.end(End::Confirm, token)).await
    }

    async fn revert(&mut self, token: &Token) -> Result<()> {
        within(self.patience, self.end(End::Revert, token)).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.release().await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        if !self.capabilities.commit_confirmed {
            return Err(Error::unsupported("pending"));
        }
        self.find_pending().await
    }

    async fn check(&mut self) -> Result<()> {
        reads::check(self).await
    }

    async fn close(&mut self) -> Result<()> {
        self.release().await.ok();
        self.change = None;
        match self.netconf.take() {
            Some(netconf) => netconf.close().await,
            None => Ok(()),
        }
    }
}
