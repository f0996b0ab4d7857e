//! BGP as it is configured on a router, read back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::AddressFamily;
use crate::{Asn, Secret};

/// A limit on the prefixes that a neighbour may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrefixLimit {
    /// The family that it counts.
    pub family: AddressFamily,
    /// The most prefixes.
    pub limit: u64,
    /// From which share of the limit on the router warns, in per cent.
    pub threshold: Option<u32>,
    /// How long a session stays down that went over it.
    pub idle_timeout: Option<Duration>,
    /// Whether the router does not validate the prefixes (Junos flow routes), where that exists.
    pub no_validate: Option<String>,
}

/// A peer group, or the neighbours that belong to none. What a text says is as the configuration spells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpGroup {
    /// Its name; `None` for the neighbours without a group.
    pub name: Option<String>,
    /// `internal` or `external`, where that is said.
    pub kind: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Configuration groups that it inherits from (Junos `apply-groups`).
    pub apply_groups: Vec<String>,
    /// The hops that an external session may take.
    pub multihop_ttl: Option<u8>,
    /// Whether several paths are used at once.
    pub multipath: bool,
    /// Our address.
    pub local_address: Option<String>,
    /// Our AS: its `local-as`, else the router's own where this answer tells it.
    pub local_as: Option<Asn>,
    /// The peers' AS.
    pub remote_as: Option<Asn>,
    /// The import policies, as one text.
    pub import_policy: Option<String>,
    /// The export policies, as one text.
    pub export_policy: Option<String>,
    /// Whether private AS numbers are taken out of what is sent.
    pub remove_private_as: bool,
    /// Limits on what a member sends.
    pub prefix_limits: Vec<PrefixLimit>,
    /// Its neighbours, in the configuration's order.
    pub neighbors: Vec<BgpConfigNeighbor>,
}

/// A neighbour in the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BgpConfigNeighbor {
    /// The peer's address, as the configuration spells it.
    pub address: String,
    /// The VRF or network instance that it is configured in; `None` for the main table.
    pub network_instance: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The import policies, as one text.
    pub import_policy: Option<String>,
    /// The export policies, as one text.
    pub export_policy: Option<String>,
    /// Our address.
    pub local_address: Option<String>,
    /// The password, as the router stores it.
    pub authentication_key: Option<Secret>,
    /// Whether the next hop of what is sent is ourselves.
    pub next_hop_self: bool,
    /// Whether the neighbour is a client of this route reflector (RFC 4456).
    pub route_reflector_client: bool,
    /// Our AS on this session.
    pub local_as: Option<Asn>,
    /// The peer's AS.
    pub remote_as: Option<Asn>,
    /// Limits on what it sends.
    pub prefix_limits: Vec<PrefixLimit>,
}
