//! The reads of whoever holds a session: [`Router`], [`Candidate`], [`Confirming`]. One list for the three.
//!
//! A read that this device does not claim fails with [`crate::ErrorKind::Unsupported`] before anything is sent.

use std::net::IpAddr;

use crate::Result;
use crate::candidate::{Candidate, Confirming};
use crate::driver::Read;
use crate::router::{Lease, Router};
use crate::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User, Vlan,
};

/// Writes one read for every holder.
macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident = $read:ident ($($argument:ident: $kind:ty)?) -> $answer:ty;)*) => {
        impl Lease {
            $(pub(crate) async fn $name(&mut self $(, $argument: $kind)?) -> Result<$answer> {
                self.require(self.capabilities().reads.has(Read::$read), Read::$read.name())?;
                let limit = self.timeouts().read;
                self.call(Read::$read.name(), limit, move |session| session.$name($($argument)?)).await
            })*
        }

        impl Router {
            $($(#[$doc])*
            ///
            /// # Errors
            /// `Unsupported`, `Rejected`, `Parse`, `Locked`, or the path's.
            pub async fn $name(&self $(, $argument: impl Into<$kind>)?) -> Result<$answer> {
                self.lease().await?.$name($($argument.into())?).await
            })*
        }

        reads!(held Candidate: $($name($($argument: $kind)?) -> $answer;)*);
        reads!(held Confirming: $($name($($argument: $kind)?) -> $answer;)*);
    };
    (held $holder:ident: $($name:ident($($argument:ident: $kind:ty)?) -> $answer:ty;)*) => {
        impl $holder {
            $(#[doc = concat!("As [`Router::", stringify!($name), "`].")]
            pub async fn $name(&mut self $(, $argument: impl Into<$kind>)?) -> Result<$answer> {
                self.lease.$name($($argument.into())?).await
            })*
        }
    };
}

reads! {
    /// Who the router is.
    facts = Facts() -> Facts;
    /// Its interfaces, physical and logical.
    interfaces = Interfaces() -> Vec<Interface>;
    /// The addresses of its interfaces; interfaces without one may be left out.
    interface_addresses = InterfaceAddresses() -> Vec<InterfaceAddresses>;
    /// The counters of its interfaces.
    interface_counters = InterfaceCounters() -> Vec<InterfaceCounters>;
    /// The network instances that run BGP, those without a neighbour too.
    bgp_instances = BgpInstances() -> Vec<BgpInstance>;
    /// Its BGP neighbours, of every network instance and address family.
    bgp_neighbors = BgpNeighbors() -> Vec<BgpNeighbor>;
    /// All that is told of its BGP neighbours, or of one of them.
    bgp_neighbors_detail = BgpNeighborsDetail(address: Option<IpAddr>) -> Vec<BgpNeighborDetail>;
    /// BGP as it is configured: peer groups, and at the end the neighbours without one.
    bgp_config = BgpConfig() -> Vec<BgpGroup>;
    /// The routes to a prefix or address; empty when there are none.
    routes = Routes(query: RouteQuery) -> Vec<Route>;
    /// The ARP table of every network instance.
    arp_table = ArpTable() -> Vec<LinkNeighbor>;
    /// The IPv6 neighbours.
    ipv6_neighbors = Ipv6Neighbors() -> Vec<LinkNeighbor>;
    /// The VRFs and other network instances, the main table among them.
    network_instances = NetworkInstances() -> Vec<NetworkInstance>;
    /// Fans, temperatures, power supplies, processors, memory.
    environment = Environment() -> Environment;
    /// What the light in its transceivers is, lane by lane.
    optics = Optics() -> Vec<Optic>;
    /// Who LLDP has heard of: interface, system name and port at least.
    lldp_neighbors = LldpNeighbors() -> Vec<LldpNeighbor>;
    /// All that LLDP knows, of all interfaces or of one.
    lldp_neighbors_detail = LldpNeighborsDetail(interface: Option<String>) -> Vec<LldpNeighbor>;
    /// Its local users.
    users = Users() -> Vec<User>;
    /// The configured time servers.
    ntp_servers = NtpServers() -> Vec<NtpServer>;
    /// The configured time peers.
    ntp_peers = NtpPeers() -> Vec<NtpServer>;
    /// What NTP thinks of its servers and peers.
    ntp_associations = NtpAssociations() -> Vec<NtpAssociation>;
    /// SNMP as it is configured.
    snmp = Snmp() -> Snmp;
    /// Its VLANs.
    vlans = Vlans() -> Vec<Vlan>;
    /// Where link-layer addresses were seen.
    mac_table = MacTable() -> Vec<MacEntry>;
    /// The probes that it runs by itself, as configured.
    probe_configs = ProbeConfigs() -> Vec<ProbeConfig>;
    /// What those probes measured.
    probe_results = ProbeResults() -> Vec<ProbeResult>;
    /// The running configuration, whole, in the platform's own text and **with its secrets**.
    running_config = RunningConfig() -> String;
    /// A configuration as asked for; **with its secrets** unless sanitised. `Unsupported` for what the platform does not have.
    config = Config(query: ConfigQuery) -> String;
    /// Pings somebody. `Rejected` with the device's words when it cannot.
    ping = Ping(query: Ping) -> PingReport;
    /// Traces a way. `Rejected` with the device's words when it cannot.
    traceroute = Traceroute(query: Traceroute) -> Vec<Hop>;
}

/// A raw command has a text by reference, and so a shape of its own.
impl Lease {
    pub(crate) async fn command(&mut self, command: &str) -> Result<String> {
        self.require(self.capabilities().reads.has(Read::Command), "command")?;
        let (command, limit) = (command.to_owned(), self.timeouts().read);
        self.call("command", limit, |session| Box::pin(async move { session.command(&command).await })).await
    }
}

impl Router {
    /// One operational command, raw.
    ///
    /// # Errors
    /// `Rejected` with the device's words when it refuses the command; else as for [`Router::facts`].
    pub async fn command(&self, command: &str) -> Result<String> {
        self.lease().await?.command(command).await
    }
}

/// What both holders of a lease have besides the reads.
macro_rules! held {
    ($($holder:ty),*) => {$(
        impl $holder {
            /// As [`Router::platform`].
            pub fn platform(&self) -> &'static str {
                self.lease.platform()
            }

            /// As [`Router::check`].
            pub async fn check(&mut self) -> Result<()> {
                self.lease.check().await
            }

            /// As [`Router::command`].
            pub async fn command(&mut self, command: &str) -> Result<String> {
                self.lease.command(command).await
            }
        }
    )*};
}

held!(Candidate, Confirming);
