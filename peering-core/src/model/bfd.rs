//! Bidirectional Forwarding Detection.

use serde::{Deserialize, Serialize};

use super::serial::is_default;

/// Timers of Bidirectional Forwarding Detection (RFC 5880) that sessions refer to. Intervals are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bfd {
    /// Its name.
    pub name: String,
    /// The key by which sessions refer to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// How often packets are sent at most, 1 to 255000 ms.
    #[serde(default = "interval")]
    pub minimum_transmit_interval: u32,
    /// How often packets can be received at most, 1 to 255000 ms.
    #[serde(default = "interval")]
    pub minimum_receive_interval: u32,
    /// How many packets may be missing in a row, 1 to 255.
    #[serde(default = "multiplier")]
    pub detection_multiplier: u8,
    /// How long the session must be up before its state counts, 0 to 255000 ms.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hold_time: u32,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

fn interval() -> u32 {
    300
}

fn multiplier() -> u8 {
    3
}

impl Bfd {
    /// Three packets at 300 ms.
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        Bfd {
            name: name.into(),
            slug: slug.into(),
            minimum_transmit_interval: interval(),
            minimum_receive_interval: interval(),
            detection_multiplier: multiplier(),
            hold_time: 0,
            id: None,
            description: String::new(),
        }
    }
}
