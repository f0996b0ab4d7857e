//! Our routers and what they run.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::Asn;

/// One of our routers, as the plan knows it. Its credentials are not here but in a
/// [`Target`](crate::driver::Target).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Router {
    /// The key by which connections refer to it; unique in a [`Network`](super::Network).
    pub name: String,
    /// Where it is reached: a host name or an address.
    pub hostname: String,
    /// The platform's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// The autonomous system of ours that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_autonomous_system: Option<Asn>,
    /// Whether the state of its sessions is polled.
    #[serde(default)]
    pub poll_bgp_sessions_state: bool,
}

impl Router {
    /// An enabled router.
    pub fn new(name: impl Into<String>, hostname: impl Into<String>) -> Self {
        Router {
            name: name.into(),
            hostname: hostname.into(),
            platform: None,
            status: Status::Enabled,
            local_autonomous_system: None,
            poll_bgp_sessions_state: false,
        }
    }
}

/// A kind of router: which driver talks to it, and so which language its configuration is written in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// The key by which routers refer to it, e.g. `FRRouting`; unique in a [`Network`](super::Network).
    pub name: String,
    /// The driver's name, e.g. `frr`.
    pub driver: String,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}
