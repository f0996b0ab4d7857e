//! What a router says of itself: operational state (RFC 8342), typed and normalised.
//!
//! Drivers produce these, everybody else reads them. What an operator *wants* lives in the models; nothing here
//! is ever pushed. A value that a platform does not tell is `None`, never a made-up number.

mod account;
mod bgp;
mod bgp_config;
mod config;
mod environment;
mod facts;
mod interface;
mod lldp;
mod network_instance;
mod ntp;
mod optics;
mod probe;
mod route;
mod table;

pub use account::{Snmp, SnmpCommunity, User};
pub use bgp::{
    AddressFamily, BgpInstance, BgpNeighbor, BgpNeighborDetail, BgpState, DownReason, NeighborFamily,
};
pub use bgp_config::{BgpConfigNeighbor, BgpGroup, PrefixLimit};
pub use config::{ConfigFormat, ConfigQuery, ConfigSource};
pub use environment::{Environment, Fan, Memory, PowerSupply, Processor, Temperature};
pub use facts::Facts;
pub use interface::{Counters, Interface, InterfaceAddresses, InterfaceCounters};
pub use lldp::LldpNeighbor;
pub use network_instance::NetworkInstance;
pub use ntp::{NtpAssociation, NtpServer};
pub use optics::{Optic, Reading};
pub use probe::{
    Hop, HopProbe, Ping, PingAnswer, PingReport, ProbeConfig, ProbeResult, ProbeTimes, Traceroute,
};
pub use route::{BgpAttributes, Origin, Route, RouteMatch, RouteQuery};
pub use table::{LinkNeighbor, MacEntry, Vlan};
