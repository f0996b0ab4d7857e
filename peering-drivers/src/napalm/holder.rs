//! Whoever holds a session: its reads by the same names, so that one list of getters serves all.

use std::future::Future;
use std::net::IpAddr;

use peering_core::state::{
    BgpGroup, BgpInstance, BgpNeighbor, BgpNeighborDetail, ConfigQuery, Environment, Facts, Hop, Interface,
    InterfaceAddresses, InterfaceCounters, LinkNeighbor, LldpNeighbor, MacEntry, NetworkInstance,
    NtpAssociation, NtpServer, Optic, Ping, PingReport, ProbeConfig, ProbeResult, Route, RouteQuery, Snmp,
    Traceroute, User, Vlan,
};
use peering_core::{Candidate, Confirming, Result, Router};

/// Writes the trait and its implementations.
macro_rules! holder {
    ($($name:ident($($argument:ident: $kind:ty)?) -> $answer:ty;)*) => {
        /// A router, an open candidate or a pending commit, for [`super::call`].
        pub trait Holder: Send {
            /// The driver's name.
            fn platform(&self) -> &'static str;

            $(
                #[doc = concat!("As [`Router::", stringify!($name), "`].")]
                fn $name(&mut self $(, $argument: $kind)?) -> impl Future<Output = Result<$answer>> + Send;
            )*
        }

        holder!(for &Router: $($name($($argument: $kind)?) -> $answer;)*);
        holder!(for &mut Router: $($name($($argument: $kind)?) -> $answer;)*);
        holder!(for &mut Candidate: $($name($($argument: $kind)?) -> $answer;)*);
        holder!(for &mut Confirming: $($name($($argument: $kind)?) -> $answer;)*);
    };
    (for $holder:ty: $($name:ident($($argument:ident: $kind:ty)?) -> $answer:ty;)*) => {
        impl Holder for $holder {
            fn platform(&self) -> &'static str {
                (**self).platform()
            }

            $(async fn $name(&mut self $(, $argument: $kind)?) -> Result<$answer> {
                (**self).$name($($argument)?).await
            })*
        }
    };
}

holder! {
    check() -> ();
    command(command: &str) -> String;
    facts() -> Facts;
    interfaces() -> Vec<Interface>;
    interface_addresses() -> Vec<InterfaceAddresses>;
    interface_counters() -> Vec<InterfaceCounters>;
    bgp_instances() -> Vec<BgpInstance>;
    bgp_neighbors() -> Vec<BgpNeighbor>;
    bgp_neighbors_detail(address: Option<IpAddr>) -> Vec<BgpNeighborDetail>;
    bgp_config() -> Vec<BgpGroup>;
    routes(query: RouteQuery) -> Vec<Route>;
    arp_table() -> Vec<LinkNeighbor>;
    ipv6_neighbors() -> Vec<LinkNeighbor>;
    network_instances() -> Vec<NetworkInstance>;
    environment() -> Environment;
    optics() -> Vec<Optic>;
    lldp_neighbors() -> Vec<LldpNeighbor>;
    lldp_neighbors_detail(interface: Option<String>) -> Vec<LldpNeighbor>;
    users() -> Vec<User>;
    ntp_servers() -> Vec<NtpServer>;
    ntp_peers() -> Vec<NtpServer>;
    ntp_associations() -> Vec<NtpAssociation>;
    snmp() -> Snmp;
    vlans() -> Vec<Vlan>;
    mac_table() -> Vec<MacEntry>;
    probe_configs() -> Vec<ProbeConfig>;
    probe_results() -> Vec<ProbeResult>;
    running_config() -> String;
    config(query: ConfigQuery) -> String;
    ping(query: Ping) -> PingReport;
    traceroute(query: Traceroute) -> Vec<Hop>;
}
