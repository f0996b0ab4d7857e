//! Autonomous systems: ours and those we peer with.

use serde::{Deserialize, Serialize};

use super::Family;
use crate::Asn;

/// An autonomous system: one of ours, or a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutonomousSystem {
    /// Its number; unique in a [`Network`](super::Network).
    pub asn: Asn,
    /// Its name. From PeeringDB this is text that a stranger wrote.
    pub name: String,
    /// Whether it is ours.
    #[serde(default)]
    pub affiliated: bool,
    /// Its AS-SET or route-set as its operator wrote it (PeeringDB `irr_as_set`), if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irr_as_set: Option<String>,
    /// The number of IPv4 prefixes it advises to accept (PeeringDB `info_prefixes4`). `None` and 0 are no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv4_max_prefixes: Option<u32>,
    /// The number of IPv6 prefixes it advises to accept (PeeringDB `info_prefixes6`). `None` and 0 are no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_max_prefixes: Option<u32>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl AutonomousSystem {
    /// An autonomous system that is not ours, of which only this is known.
    pub fn new(asn: Asn, name: impl Into<String>) -> Self {
        AutonomousSystem {
            asn,
            name: name.into(),
            affiliated: false,
            irr_as_set: None,
            ipv4_max_prefixes: None,
            ipv6_max_prefixes: None,
            description: String::new(),
        }
    }

    /// The limit of one family as stored; see the fields for what `None` and 0 mean.
    pub fn max_prefixes(&self, family: Family) -> Option<u32> {
        match family {
            Family::Ipv4 => self.ipv4_max_prefixes,
            Family::Ipv6 => self.ipv6_max_prefixes,
        }
    }
}
