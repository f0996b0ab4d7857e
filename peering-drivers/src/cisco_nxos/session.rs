//! One router: how it is reached, and the reads.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target};
use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, Route, RouteQuery, Snmp, Traceroute, User, Vlan,
};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::link::Link;
use super::nxapi::Form;
use super::parse::json;
use super::transaction::Change;
use super::{CiscoNxos, READS};
use crate::step::Budget;

#[derive(Debug)]
pub(super) struct NxosSession {
    pub(super) link: Link,
    pub(super) driver: CiscoNxos,
    pub(super) target: Target,
    pub(super) user: String,
    /// Where our files are put, such as `bootflash:`.
    pub(super) file_system: String,
    /// How long a step of a change may take.
    pub(super) patience: Duration,
    /// The open candidate.
    pub(super) change: Option<Change>,
    pub(super) capabilities: Capabilities,
    pub(super) leftovers: Vec<Leftover>,
    is_closed: bool,
}

impl NxosSession {
    pub(super) async fn connect(driver: &CiscoNxos, target: &Target) -> Result<NxosSession> {
        let mut link = Link::connect(driver, target).await?;
        if link.form() == Form::Json {
            // HTTP has not connected before it asks
            link.json("show hostname", json::hostname).await?;
        }
        let mut session = NxosSession {
            link,
            driver: driver.clone(),
            target: target.clone(),
            user: target.credentials.username.clone(),
            file_system: driver.file_system.clone(),
            patience: target.timeouts.change,
            change: None,
            capabilities: READS,
            leftovers: Vec::new(),
            is_closed: false,
        };
        session.settle().await?;
        Ok(session)
    }

    /// The candidate as it would be read.
    pub(super) fn candidate_config(&self) -> Result<String> {
        self.candidate_text().map(str::to_owned)
    }

    fn open(&mut self) -> Result<&mut NxosSession> {
        // HTTP has no session that could be over
        match self.is_closed {
            true => Err(Error::new(ErrorKind::Closed, "the session has ended; connect again")),
            false => Ok(self),
        }
    }
}

#[async_trait]
impl Session for NxosSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn facts(&mut self) -> Result<Facts> {
        self.open()?.read_facts().await
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        self.open()?.read_interfaces().await
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        self.open()?.read_addresses().await
    }

    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        self.open()?.read_counters().await
    }

    async fn bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        self.open()?.read_bgp_instances().await
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        self.open()?.read_bgp_neighbors().await
    }

    async fn bgp_neighbors_detail(&mut self, address: Option<IpAddr>) -> Result<Vec<BgpNeighborDetail>> {
        self.open()?.read_bgp_neighbors_detail(address).await
    }

    async fn bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        self.open()?.read_bgp_config().await
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        self.open()?.read_routes(query).await
    }

    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.open()?.read_arp_table().await
    }

    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        self.open()?.read_ipv6_neighbors().await
    }

    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        self.open()?.read_network_instances().await
    }

    async fn environment(&mut self) -> Result<Environment> {
        self.open()?.read_environment().await
    }

    async fn optics(&mut self) -> Result<Vec<Optic>> {
        self.open()?.read_optics().await
    }

    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        self.open()?.read_lldp(None).await
    }

    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        self.open()?.read_lldp(interface.as_deref()).await
    }

    async fn users(&mut self) -> Result<Vec<User>> {
        self.open()?.read_users().await
    }

    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        self.open()?.read_ntp("SERVER").await
    }

    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        self.open()?.read_ntp("PEER").await
    }

    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        self.open()?.read_ntp_associations().await
    }

    async fn snmp(&mut self) -> Result<Snmp> {
        self.open()?.read_snmp().await
    }

    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        self.open()?.link.json("show vlan brief", json::vlans).await
    }

    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        self.open()?.read_mac_table().await
    }

    async fn running_config(&mut self) -> Result<String> {
        self.open()?.read_running_config().await
    }

    async fn config(&mut self, query: ConfigQuery) -> Result<String> {
        self.open()?.read_config(query).await
    }

    async fn ping(&mut self, query: Ping) -> Result<PingReport> {
        self.open()?.send_ping(&query).await
    }

    async fn traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        self.open()?.send_traceroute(&query).await
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        match &mut self.open()?.link {
            Link::Api(api) => match api.run(&[command], Form::Text).await?.pop() {
                Some(answer) => answer,
                None => Err(Error::new(ErrorKind::Parse, "there is no answer")),
            },
            // it may change something: nothing is typed ahead
            Link::Shell(shell) => shell.run(command).await,
        }
    }

    async fn open_candidate(&mut self) -> Result<()> {
        self.open()?.open_change().await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.open()?.load(mode, text)
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.open()?.change_diff().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        if options.window.is_some() {
            return Err(Error::unsupported("commit_confirmed"));
        }
        self.open()?.apply().await.map(|()| None)
    }

    async fn discard(&mut self) -> Result<()> {
        let budget = Budget::of(self.patience);
        self.open()?.release(budget).await
    }

    async fn check(&mut self) -> Result<()> {
        match self.open()?.link.text("show hostname").await {
            // who refuses is there
            Err(error) if error.kind() == ErrorKind::Rejected => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn close(&mut self) -> Result<()> {
        self.is_closed = true;
        if let Link::Shell(shell) = &mut self.link {
            shell.close().await;
        }
        Ok(())
    }
}
