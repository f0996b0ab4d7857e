//! Routes to a prefix, with their BGP attributes.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Asn;

/// Which routes to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RouteQuery {
    /// The routes to exactly this prefix.
    Exact(IpNet),
    /// The routes to the longest prefix that covers this address.
    Longest(IpAddr),
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpAttributes {
    /// AS_PATH, flattened, nearest first; the members of an AS_SET stand in the order given.
    pub as_path: Vec<Asn>,
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
}

/// One path to a prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The prefix.
    pub prefix: IpNet,
    /// The protocol that brought it, in lower case: `bgp`, `static`, `connected`, …
    pub protocol: String,
    /// The VRF or network instance; `default` for the main table.
    pub network_instance: String,
    /// Whether it is the one in use.
    pub is_best: bool,
    /// Administrative distance or preference.
    pub preference: Option<u32>,
    /// The metric.
    pub metric: Option<u32>,
    /// Next hops, global address first.
    pub next_hops: Vec<IpAddr>,
    /// The interfaces towards the next hops, where known.
    pub interfaces: Vec<String>,
    /// Its age.
    pub age: Option<Duration>,
    /// The BGP attributes of a BGP path.
    pub bgp: Option<BgpAttributes>,
}
