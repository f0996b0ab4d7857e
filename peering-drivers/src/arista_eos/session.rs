//! One router: how it is asked, and the reads.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{
    Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target, Token,
};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, Route, RouteQuery, Snmp, Traceroute, User, Vlan,
};
use peering_core::{Diff, Error, ErrorKind, ParseError, Result};

use super::batch::{Command, Format, Replies};
use super::link::Link;
use super::reads::word;
use super::transaction::{Change, Timed};
use super::{AristaEos, READS, parse};
use crate::step::Budget;

/// The oldest version that has JSON for all that is asked, and the new words of `router bgp`.
const OLDEST: (u32, u32) = (4, 23);

#[derive(Debug)]
pub(super) struct EosSession {
    pub(super) link: Link,
    pub(super) host: String,
    pub(super) user: String,
    /// How long a step of a change may take.
    pub(super) patience: Duration,
    /// The open candidate.
    pub(super) change: Option<Change>,
    /// The commit that waits for its confirmation, when this session made it.
    pub(super) timed: Option<Timed>,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
    is_closed: bool,
}

impl EosSession {
    pub(super) async fn connect(driver: &AristaEos, target: &Target) -> Result<EosSession> {
        let mut session = EosSession {
            link: Link::connect(driver, target).await?,
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
            change: None,
            timed: None,
            capabilities: READS,
            leftovers: Vec::new(),
            is_closed: false,
        };
        let version = session.version().await?;
        if version.release().is_some_and(|release| release < OLDEST) {
            let (major, minor) = OLDEST;
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "{} runs EOS {}; this driver knows {major}.{minor} and later",
                    session.host, version.version
                ),
            ));
        }
        session.settle().await?;
        Ok(session)
    }

    /// Runs a batch of reads; all their answers, or the error of the first that failed.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Auth` when the account may not do it, `Parse`, or the path's.
    pub(super) async fn run(&mut self, commands: &[Command], format: Format) -> Result<Replies> {
        self.send(commands, format, None).await
    }

    /// Runs a batch within a limit. As [`EosSession::run`].
    pub(super) async fn send(
        &mut self,
        commands: &[Command],
        format: Format,
        limit: Option<Duration>,
    ) -> Result<Replies> {
        if self.is_closed {
            // HTTP has no session that could be over
            return Err(Error::new(ErrorKind::Closed, "the session has ended; connect again"));
        }
        self.link.run(commands, format, limit).await
    }

    /// One command in JSON, read by a parser.
    pub(super) async fn json<T>(
        &mut self,
        command: &str,
        parse: fn(&str) -> Result<T, ParseError>,
    ) -> Result<T> {
        let replies = self.run(&[command.into()], Format::Json).await?;
        let [answer] = replies.each()?;
        Ok(parse(answer)?)
    }

    /// One command in text.
    pub(super) async fn text(&mut self, command: &str) -> Result<String> {
        self.run(&[command.into()], Format::Text).await?.text()
    }

    pub(super) async fn version(&mut self) -> Result<parse::Version> {
        self.json("show version", parse::version).await
    }
}

#[async_trait]
impl Session for EosSession {
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
        self.json("show interfaces", parse::interfaces).await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        self.read_addresses().await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        self.json("show interfaces", parse::interface_counters).await
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
        Ok(parse::bgp_config(&self.text("show running-config | section router bgp").await?)?)
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        self.read_routes(query).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.json("show arp vrf all", parse::arp_table).await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.json("show ipv6 neighbors", parse::ipv6_neighbors).await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        self.read_network_instances().await
    }

    async fn environment(&mut self) -> Result<Environment> {
        self.read_environment().await
    }

    async fn optics(&mut self) -> Result<Vec<Optic>> {
        self.json("show interfaces transceiver", parse::optics).await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        self.json("show lldp neighbors", parse::lldp_neighbors).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        let command = match &interface {
            Some(interface) => format!("show lldp neighbors {} detail", word("an interface", interface)?),
            None => "show lldp neighbors detail".to_owned(),
        };
        self.json(&command, parse::lldp_neighbors_detail).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        self.json("show users accounts", parse::users).await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        self.read_ntp_servers().await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        Ok(parse::ntp_associations(&self.text("show ntp associations").await?)?)
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        self.read_snmp().await
    }

    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        self.json("show vlan", parse::vlans).await
    }

    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        self.json("show mac address-table", parse::mac_table).await
    }

    async fn running_config(&mut self) -> Result<String> {
        self.text("show running-config").await
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
        self.release(Budget::of(self.patience)).await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        self.pending_commit().await
    }

    async fn check(&mut self) -> Result<()> {
        self.version().await.map(drop)
    }

    async fn close(&mut self) -> Result<()> {
        let released = self.release(Budget::of(self.patience)).await;
        self.is_closed = true;
        self.link.close().await;
        released
    }
}
