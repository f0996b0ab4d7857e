//! Routes to a prefix, with their BGP attributes.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Asn;

/// Which routes to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RouteQuery {
    /// Which prefixes.
    pub matching: RouteMatch,
    /// Only routes of this protocol (`bgp`, `static`, …), as the router names it.
    pub protocol: Option<String>,
}

/// Which prefixes a [`RouteQuery`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteMatch {
    /// Exactly this one.
    Exact(IpNet),
    /// The longest that covers this address.
    Longest(IpAddr),
    /// This one, and all that lie in it.
    Longer(IpNet),
}

impl From<RouteMatch> for RouteQuery {
    fn from(matching: RouteMatch) -> Self {
        RouteQuery { matching, protocol: None }
    }
}

impl From<IpNet> for RouteQuery {
    fn from(prefix: IpNet) -> Self {
        RouteMatch::Exact(prefix).into()
    }
}

impl From<IpAddr> for RouteQuery {
    fn from(address: IpAddr) -> Self {
        RouteMatch::Longest(address).into()
    }
}

/// The ORIGIN attribute (RFC 4271, section 5.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Interior to the originating AS.
    Igp,
    /// Learned by EGP.
    Egp,
    /// By some other means.
    Incomplete,
}

/// The BGP attributes of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpAttributes {
    /// AS_PATH, flattened, nearest first; the members of an AS_SET stand in the order given.
    pub as_path: Vec<Asn>,
    /// AS_PATH as the router prints it, with sets and confederations marked its way; `None` where it gives a list only.
    pub as_path_text: Option<String>,
    /// ORIGIN.
    pub origin: Option<Origin>,
    /// LOCAL_PREF.
    pub local_preference: Option<u32>,
    /// MULTI_EXIT_DISC.
    pub med: Option<u32>,
    /// Standard communities (RFC 1997) as `A:B`, and well-known ones by name.
    pub communities: Vec<String>,
    /// Extended communities (RFC 4360), as the router prints them.
    pub extended_communities: Vec<String>,
    /// Large communities (RFC 8092) as `A:B:C`.
    pub large_communities: Vec<String>,
    /// The neighbour that the path came from; `None` for a local one.
    pub peer: Option<IpAddr>,
    /// The neighbour's BGP identifier, where it is told.
    pub peer_router_id: Option<std::net::Ipv4Addr>,
    /// The neighbour's AS, where it is told.
    pub remote_as: Option<Asn>,
    /// Our AS on that session, where it is told.
    pub local_as: Option<Asn>,
}

/// One path to a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The prefix.
    pub prefix: IpNet,
    /// The protocol that brought it: `bgp`, `static`, `connected`, …; in lower case unless the platform's table says more
    /// (`eBGP`).
    pub protocol: String,
    /// The table that holds it, by the router's name (`inet.0`); `None` where tables have no names.
    pub table: Option<String>,
    /// The VRF or network instance; `default` for the main table.
    pub network_instance: String,
    /// Whether it is the one in use.
    pub is_best: bool,
    /// Why it is not, in the router's words.
    pub inactive_reason: Option<String>,
    /// Administrative distance or preference.
    pub preference: Option<u32>,
    /// A second preference, where the platform has one (Junos, signed).
    pub preference2: Option<i64>,
    /// The metric.
    pub metric: Option<u32>,
    /// A second metric, where the platform has one (Junos).
    pub metric2: Option<u32>,
    /// Next hops, global address first.
    pub next_hops: Vec<IpAddr>,
    /// Which of the next hops, by its index, packets take, where the router tells.
    pub selected_next_hop: Option<usize>,
    /// The interfaces towards the next hops, where known.
    pub interfaces: Vec<String>,
    /// Its age.
    pub age: Option<Duration>,
    /// The BGP attributes of a BGP path.
    pub bgp: Option<BgpAttributes>,
}
