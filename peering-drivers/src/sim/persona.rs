//! What every router on the LAN has, and what the LAN asks of a persona.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::family::Family;
use super::fault::Faults;
use super::router::Port;
use super::session::{Session, Side};

/// What every router has, whatever software it seems to run.
#[derive(Debug)]
pub(crate) struct Chassis {
    pub(crate) name: String,
    pub(crate) ports: Vec<Port>,
    /// Changes with every start of the machine.
    pub(crate) boot: u64,
    pub(crate) booted: Instant,
    /// Whether the router is up at all.
    pub(crate) is_on: bool,
    /// By the neighbour's address, which is one neighbour's in all network instances together.
    pub(crate) sessions: BTreeMap<IpAddr, Session>,
    pub(crate) faults: Faults,
}

impl Chassis {
    /// A machine that has just been switched on.
    pub(crate) fn new(name: impl Into<String>, ports: Vec<Port>) -> Chassis {
        Chassis {
            name: name.into(),
            ports,
            boot: 1,
            booted: Instant::now(),
            is_on: true,
            sessions: BTreeMap::new(),
            faults: Faults::default(),
        }
    }

    /// The machine starts again.
    pub(crate) fn restart(&mut self) {
        self.boot += 1;
        self.booted = Instant::now();
        self.sessions.clear();
    }
}

/// A configured neighbour, as far as the LAN needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Neighbor {
    /// Our address on the network that it is on, in the network instance that it is configured in.
    pub(crate) local: Option<IpAddr>,
    /// What we bring into the session.
    pub(crate) side: Side,
    /// How many prefixes take the session down, for IPv4 and IPv6.
    pub(crate) limits: [Option<usize>; 2],
}

/// What a router is to the LAN.
pub(crate) trait Persona: Any + fmt::Debug + Send {
    fn chassis(&self) -> &Chassis;

    fn chassis_mut(&mut self) -> &mut Chassis;

    /// Every address that it answers at.
    fn addresses(&self) -> Vec<IpNet>;

    /// Its AS, when BGP is configured.
    fn local_as(&self) -> Option<u32>;

    /// Its BGP identifier.
    fn router_id(&self) -> String;

    /// The configured neighbours by address, of all network instances.
    fn neighbors(&self) -> BTreeMap<IpAddr, Neighbor>;

    /// Its own prefixes that a neighbour is told.
    fn exported(&self, to: IpAddr, family: Family) -> Vec<IpNet>;

    /// Leaves only what the import policy of a neighbour lets pass.
    fn filter(&self, from: IpAddr, family: Family, prefixes: &mut Vec<IpNet>);

    /// The running configuration as the router prints it, with its secrets.
    fn running_config(&self) -> String;

    /// The saved configuration, which a restart brings back.
    fn startup_config(&self) -> String;

    /// Another operator types configuration; fails with the number of the first line that is refused, and the
    /// router's words. Lines before it stay.
    fn configure(&mut self, text: &str) -> Result<(), (usize, String)>;

    /// The machine starts again with its saved configuration; timers and sessions are gone.
    fn restart(&mut self);
}
