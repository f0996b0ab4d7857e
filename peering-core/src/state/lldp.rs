//! Who is at the other end of a cable (IEEE 802.1AB).

use serde::{Deserialize, Serialize};

/// A neighbour that LLDP has heard of. `None` is not told, or not told by this read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LldpNeighbor {
    /// Our interface.
    pub interface: String,
    /// The interface that ours belongs to, such as a bundle.
    pub parent_interface: Option<String>,
    /// The neighbour's chassis.
    pub chassis_id: Option<String>,
    /// The neighbour's port.
    pub port: Option<String>,
    /// The description of its port.
    pub port_description: Option<String>,
    /// The neighbour's name.
    pub system_name: Option<String>,
    /// Its description.
    pub system_description: Option<String>,
    /// What it can be: `bridge`, `router`, `station`, `telephone`, `repeater`, `wlan-access-point`, `docsis-cable-device`,
    /// `other`.
    pub capabilities: Vec<String>,
    /// What of that it is.
    pub enabled_capabilities: Vec<String>,
}
