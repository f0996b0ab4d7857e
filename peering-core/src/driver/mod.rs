//! The contract for platform authors: a [`Driver`] is a value, a [`Session`] is a small trait.
//!
//! Users hold a [`crate::Router`]. In between, written once: the capability check, the timeout, the context of
//! errors, the tracing span and the safety of configuration changes. A driver does none of that; it sends what
//! it is told, and reports what it is told back.
//!
//! An optional operation has one default body, [`crate::ErrorKind::Unsupported`]; nothing is defaulted in terms of
//! something else. What a session claims in [`Session::capabilities`] must work: `crate::conformance` (feature
//! `conformance`) checks every sentence of this page.

mod capability;
mod reads;
mod registry;
mod target;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use capability::Capabilities;
pub use reads::{Read, Reads};
pub use registry::Registry;
pub use target::{Credentials, HostKeyPolicy, SshAlgorithms, SshConfig, Target, Timeouts, TlsPolicy, Wire};

use crate::diff::Diff;
use crate::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User, Vlan,
};
use crate::{Error, Result};

/// A platform: knows how to reach a router of its kind.
///
/// An implementation is a plain value with typed public options and a `Default`.
#[async_trait]
pub trait Driver: fmt::Debug + Send + Sync + 'static {
    /// The platform's name, `vendor_os` or the project's name, in lower case: the key in the [`Registry`].
    fn name(&self) -> &'static str;

    /// The most that a session of this driver can claim.
    fn capabilities(&self) -> Capabilities;

    /// Connects, authenticates, and finds out what this device offers.
    ///
    /// # Errors
    /// `Connect`, `Timeout`, `Auth`, `HostKey`, `Tls`, `Options`.
    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>>;
}

/// How a text is laid over the running configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadMode {
    /// The text is added to the running configuration; what it negates is removed.
    Merge,
    /// The text is the whole new configuration.
    Replace,
}

/// How to commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitOptions {
    /// With a window the change comes back by itself unless it is confirmed within it. Already rounded to the
    /// device's step by the caller.
    pub window: Option<Duration>,
    /// A message for the device's commit log, where it keeps one.
    pub message: Option<String>,
}

/// What a new process needs in order to confirm or revert a pending commit. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Token {
    /// The driver's name.
    pub platform: String,
    /// The host that the commit is pending on.
    pub host: String,
    /// The device's own name for the pending commit.
    pub id: String,
}

/// A commit that waits for its confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Names it.
    pub token: Token,
    /// When the device takes it back, by this machine's clock: never later than the device's own deadline.
    pub deadline: Timestamp,
    /// Who made it, in the device's or the driver's words.
    pub holder: String,
}

/// What an earlier session of ours left behind on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Leftover {
    /// A commit still waits for its confirmation.
    Pending(Pending),
    /// A candidate or a lock without a pending commit.
    Candidate {
        /// Who holds it.
        holder: String,
        /// Whether there is proof that it is ours and dead, so that it will be discarded at the next candidate.
        is_ours: bool,
    },
    /// An earlier commit ended without us: what became of it, in the driver's words.
    Ended {
        /// Names it.
        token: Token,
        /// What became of it.
        outcome: String,
    },
}

/// A connection to one device. Reads, and the flat verbs of a configuration change.
///
/// Every method is one complete exchange with the device. A future that is dropped half-way leaves the session in
/// step or closed, never out of step. The caller ([`crate::Router`]) brings the timeouts and the order of the verbs:
/// `open_candidate` → `stage` (once or more) → `validate`, `diff` (any number) → `commit` or `discard`; after a
/// `commit` with a window `confirm` or `revert`.
#[async_trait]
pub trait Session: fmt::Debug + Send + 'static {
    /// What this device offers: at most what the driver claims.
    fn capabilities(&self) -> Capabilities;

    /// What was found on the device at connect time that an earlier session of ours left behind.
    fn leftovers(&self) -> &[Leftover] {
        &[]
    }

    /// Who the router is.
    async fn facts(&mut self) -> Result<Facts> {
        Err(Error::unsupported("facts"))
    }

    /// Its interfaces, physical and logical.
    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        Err(Error::unsupported("interfaces"))
    }

    /// The addresses of its interfaces; interfaces without one may be left out.
    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        Err(Error::unsupported("interface_addresses"))
    }

    /// The counters of its interfaces.
    async fn interface_counters(&mut self) -> Result<Vec<InterfaceCounters>> {
        Err(Error::unsupported("interface_counters"))
    }

    /// The network instances that run BGP, those without a neighbour too.
    async fn bgp_instances(&mut self) -> Result<Vec<BgpInstance>> {
        Err(Error::unsupported("bgp_instances"))
    }

    /// Its BGP neighbours, of every network instance and address family.
    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        Err(Error::unsupported("bgp_neighbors"))
    }

    /// All that is told of its BGP neighbours, or of one of them.
    async fn bgp_neighbors_detail(&mut self, address: Option<IpAddr>) -> Result<Vec<BgpNeighborDetail>> {
        let _ = address;
        Err(Error::unsupported("bgp_neighbors_detail"))
    }

    /// BGP as it is configured: peer groups, and at the end the neighbours without one.
    async fn bgp_config(&mut self) -> Result<Vec<BgpGroup>> {
        Err(Error::unsupported("bgp_config"))
    }

    /// The routes to a prefix or address; empty when there are none.
    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let _ = query;
        Err(Error::unsupported("routes"))
    }

    /// The ARP table of every network instance.
    async fn arp_table(&mut self) -> Result<Vec<LinkNeighbor>> {
        Err(Error::unsupported("arp_table"))
    }

    /// The IPv6 neighbours.
    async fn ipv6_neighbors(&mut self) -> Result<Vec<LinkNeighbor>> {
        Err(Error::unsupported("ipv6_neighbors"))
    }

    /// The VRFs and other network instances, the main table among them.
    async fn network_instances(&mut self) -> Result<Vec<NetworkInstance>> {
        Err(Error::unsupported("network_instances"))
    }

    /// Fans, temperatures, power supplies, processors, memory.
    async fn environment(&mut self) -> Result<Environment> {
        Err(Error::unsupported("environment"))
    }

    /// What the light in its transceivers is, lane by lane.
    async fn optics(&mut self) -> Result<Vec<Optic>> {
        Err(Error::unsupported("optics"))
    }

    /// Who LLDP has heard of: interface, system name and port at least.
    async fn lldp_neighbors(&mut self) -> Result<Vec<LldpNeighbor>> {
        Err(Error::unsupported("lldp_neighbors"))
    }

    /// All that LLDP knows, of all interfaces or of one.
    async fn lldp_neighbors_detail(&mut self, interface: Option<String>) -> Result<Vec<LldpNeighbor>> {
        let _ = interface;
        Err(Error::unsupported("lldp_neighbors_detail"))
    }

    /// Its local users.
    async fn users(&mut self) -> Result<Vec<User>> {
        Err(Error::unsupported("users"))
    }

    /// The configured time servers.
    async fn ntp_servers(&mut self) -> Result<Vec<NtpServer>> {
        Err(Error::unsupported("ntp_servers"))
    }

    /// The configured time peers.
    async fn ntp_peers(&mut self) -> Result<Vec<NtpServer>> {
        Err(Error::unsupported("ntp_peers"))
    }

    /// What NTP thinks of its servers and peers.
    async fn ntp_associations(&mut self) -> Result<Vec<NtpAssociation>> {
        Err(Error::unsupported("ntp_associations"))
    }

    /// SNMP as it is configured.
    async fn snmp(&mut self) -> Result<Snmp> {
        Err(Error::unsupported("snmp"))
    }

    /// Its VLANs.
    async fn vlans(&mut self) -> Result<Vec<Vlan>> {
        Err(Error::unsupported("vlans"))
    }

    /// Where link-layer addresses were seen.
    async fn mac_table(&mut self) -> Result<Vec<MacEntry>> {
        Err(Error::unsupported("mac_table"))
    }

    /// The probes that it runs by itself, as configured.
    async fn probe_configs(&mut self) -> Result<Vec<ProbeConfig>> {
        Err(Error::unsupported("probe_configs"))
    }

    /// What those probes measured.
    async fn probe_results(&mut self) -> Result<Vec<ProbeResult>> {
        Err(Error::unsupported("probe_results"))
    }

    /// The running configuration, whole, in the platform's own text and with its secrets.
    async fn running_config(&mut self) -> Result<String> {
        Err(Error::unsupported("running_config"))
    }

    /// A configuration as asked for. `Unsupported` for what the platform does not have.
    async fn config(&mut self, query: ConfigQuery) -> Result<String> {
        let _ = query;
        Err(Error::unsupported("config"))
    }

    /// Pings somebody. `Rejected` with the device's words when it cannot.
    async fn ping(&mut self, query: Ping) -> Result<PingReport> {
        let _ = query;
        Err(Error::unsupported("ping"))
    }

    /// Traces a way. `Rejected` with the device's words when it cannot.
    async fn traceroute(&mut self, query: Traceroute) -> Result<Vec<Hop>> {
        let _ = query;
        Err(Error::unsupported("traceroute"))
    }

    /// One operational command, raw.
    ///
    /// # Errors
    /// `Rejected` with the device's words when it refuses the command.
    async fn command(&mut self, command: &str) -> Result<String> {
        let _ = command;
        Err(Error::unsupported("command"))
    }

    /// Takes the device's configuration lock and begins with a candidate equal to the running configuration.
    ///
    /// # Errors
    /// `Locked` with the holder's name when somebody else holds the lock or has a commit pending.
    async fn open_candidate(&mut self) -> Result<()> {
        Err(Error::unsupported("open_candidate"))
    }

    /// Lays a text over the candidate. `Rejected` leaves the candidate as it was.
    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let _ = (mode, text);
        Err(Error::unsupported("stage"))
    }

    /// Lets the device check the candidate without applying it.
    async fn validate(&mut self) -> Result<()> {
        Err(Error::unsupported("validate"))
    }

    /// What the commit would change, as the device sees it; empty when nothing. Of a text that only the device can tell the outcome
    /// of, what will be applied of it: where that can be is in the platform's `README.md`.
    async fn diff(&mut self) -> Result<Diff> {
        Err(Error::unsupported("diff"))
    }

    /// Applies the candidate, reads back, and releases the lock unless a window was asked for.
    ///
    /// Refuses with `Rejected` when the running configuration moved since the candidate was opened. On `Rejected` the
    /// old configuration is in force again. With a window, returns what is pending.
    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let _ = options;
        Err(Error::unsupported("commit"))
    }

    /// Makes a pending commit permanent, saves it, and releases the lock.
    ///
    /// # Errors
    /// `NotFound` when it is not pending any more: too late, the device took it back or somebody confirmed it.
    async fn confirm(&mut self, token: &Token) -> Result<()> {
        let _ = token;
        Err(Error::unsupported("confirm"))
    }

    /// Takes a pending commit back now, and releases the lock. `NotFound` as for [`Session::confirm`].
    async fn revert(&mut self, token: &Token) -> Result<()> {
        let _ = token;
        Err(Error::unsupported("revert"))
    }

    /// Throws the candidate away and releases the lock; succeeds when there is none.
    async fn discard(&mut self) -> Result<()> {
        Err(Error::unsupported("discard"))
    }

    /// The pending commit on the device, whoever made it.
    async fn pending(&mut self) -> Result<Option<Pending>> {
        Err(Error::unsupported("pending"))
    }

    /// Whether the device still answers.
    ///
    /// # Errors
    /// Why it does not.
    async fn check(&mut self) -> Result<()>;

    /// Ends the session. A pending commit stays pending.
    async fn close(&mut self) -> Result<()>;
}
