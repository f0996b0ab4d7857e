//! One connection to a router: how it is asked.

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
use peering_core::{Diff, Error, ErrorKind, Result};
use tokio::sync::OnceCell;

use super::reads::{self, Style};
use super::transaction::{Tip, redact};
use super::{CandidateMode, JuniperJunos, NAME, parse};
use crate::candidate_session::{CandidateSession, Change, End};
use crate::transport::Redactor;
use crate::transport::netconf::{Netconf, Operation, Options, Reply, within};

/// A session on one router.
#[derive(Debug)]
pub(super) struct JunosSession {
    /// `None` once it is closed.
    netconf: Option<Netconf>,
    pub(super) driver: JuniperJunos,
    /// Kept for a second session that looks what became of a commit: see `transaction/look.rs`.
    target: Target,
    pub(super) host: String,
    pub(super) user: String,
    /// How long one step of a change may take.
    pub(super) patience: std::time::Duration,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
    /// What has to be given up on the router, if anything.
    pub(super) change: Option<Change<Tip>>,
    /// What that holds: the lock on the shared candidate, or a private one.
    pub(super) hold: CandidateMode,
    /// How it switches Ethernet frames, once somebody wanted to know.
    pub(super) style: OnceCell<Style>,
    /// Whether it is a cluster of two SRX, once somebody wanted to know.
    pub(super) is_cluster: OnceCell<bool>,
}

impl JunosSession {
    pub(super) async fn connect(driver: &JuniperJunos, target: &Target) -> Result<JunosSession> {
        let mut session = JunosSession::new(driver, target);
        session.dial().await?;
        session.leftovers = session.find_leftovers().await?;
        Ok(session)
    }

    fn new(driver: &JuniperJunos, target: &Target) -> JunosSession {
        JunosSession {
            netconf: None,
            driver: driver.clone(),
            target: target.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
            capabilities: driver.offers(),
            leftovers: Vec::new(),
            change: None,
            hold: driver.candidate,
            style: OnceCell::new(),
            is_cluster: OnceCell::new(),
        }
    }

    /// A session over a connection that is there already.
    #[cfg(test)]
    pub(super) fn with(driver: &JuniperJunos, target: &Target, netconf: Netconf) -> JunosSession {
        JunosSession { netconf: Some(netconf), ..JunosSession::new(driver, target) }
    }

    /// Connects, in place of a session that has ended.
    pub(super) async fn dial(&mut self) -> Result<()> {
        let redactor = Redactor { platform: NAME, ..Redactor::default() };
        let options = Options { limit: self.driver.reply_limit, redact, redactor, ..Options::default() };
        self.netconf = Some(Netconf::connect(&self.target, self.driver.port, options).await?);
        Ok(())
    }

    /// Ends the connection without a word.
    pub(super) fn hang_up(&mut self) {
        self.netconf = None;
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

    /// Asks one RPC: the element that stands in `<rpc>`. Several may be in flight.
    ///
    /// # Errors
    /// `Rejected`, `Locked` or `Auth` with the router's words, in whichever of its forms; `Parse`; `Closed`.
    pub(super) async fn rpc(&self, xml: impl Into<String>) -> Result<Reply> {
        let reply = self.netconf()?.call(&Operation::Raw(xml.into())).await?;
        match parse::refusal(reply.root()) {
            None => Ok(reply),
            Some(words) => Err(Error::new(ErrorKind::Rejected, redact(words))),
        }
    }

    /// Asks one RPC that not every router knows: `None` where it is refused.
    ///
    /// # Errors
    /// As for [`JunosSession::rpc`], but for `Rejected`.
    pub(super) async fn rpc_if_known(&self, xml: impl Into<String>) -> Result<Option<Reply>> {
        match self.rpc(xml).await {
            Ok(reply) => Ok(Some(reply)),
            Err(error) if error.kind() == ErrorKind::Rejected => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks one RPC whose answer is of use but not needed: `None` where it is refused, for whatever reason.
    ///
    /// # Errors
    /// As for [`JunosSession::rpc`], but for `Rejected` and `Auth`.
    pub(super) async fn rpc_if_allowed(&self, xml: impl Into<String>) -> Result<Option<Reply>> {
        match self.rpc_if_known(xml).await {
            Err(error) if error.kind() == ErrorKind::Auth => Ok(None),
            answer => answer,
        }
    }

    /// Asks one RPC, and gives the reply with whatever complaints are in it.
    ///
    /// # Errors
    /// `Parse`, `Closed`.
    pub(super) async fn exchange(&self, xml: impl Into<String>) -> Result<Reply> {
        self.netconf()?.exchange(&Operation::Raw(xml.into())).await
    }

    /// What a reply without an answer complains of, or else these words. The message alone: whoever asked knows what.
    pub(super) fn refused(&self, reply: &Reply, otherwise: &str) -> Error {
        let complaint = reply.errors().first().and_then(|error| error.message.as_deref());
        let words = complaint.or_else(|| parse::refusal(reply.root())).unwrap_or(otherwise);
        Error::new(ErrorKind::Rejected, redact(words.trim()))
    }
}

#[async_trait]
impl Session for JunosSession {
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

    async fn optics(&mut self) -> Result<Vec<Optic>> {
        reads::optics(self).await
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

    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        reads::vlans(self).await
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
        let text = reads::config(self, ConfigQuery::default()).await?;
        Ok(parse::undated(&text).to_owned())
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

    async fn command(&mut self, command: &str) -> Result<String> {
        reads::command(self, command).await
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
