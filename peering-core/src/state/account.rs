//! Who may use the router: users, and SNMP communities. Both are secrets in parts.

use serde::{Deserialize, Serialize};

use crate::Secret;

/// A local user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name.
    pub name: String,
    /// The privilege level, 0 to 15 (Cisco's scale); 20 is Junos's root.
    pub level: u8,
    /// The password, as the router stores it: hashed, mostly.
    pub password: Option<Secret>,
    /// The SSH keys, in OpenSSH's format.
    pub ssh_keys: Vec<String>,
}

/// Simple network management (RFC 3411).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snmp {
    /// The name or serial number of the chassis.
    pub chassis_id: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Where it stands.
    pub location: Option<String>,
    /// The communities, in the router's order.
    pub communities: Vec<SnmpCommunity>,
}

/// A community: its name is the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnmpCommunity {
    /// The name.
    pub name: Secret,
    /// Whether it may write.
    pub may_write: bool,
    /// The access list that says from where.
    pub access_list: Option<String>,
}
