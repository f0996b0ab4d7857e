//! States and families, with the value strings that documents and templates use.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether an exchange, a connection or a router is in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In use: `enabled`.
    #[default]
    Enabled,
    /// Traffic is about to be moved away: `pre-maintenance`.
    PreMaintenance,
    /// Work is going on: `maintenance`.
    Maintenance,
    /// Traffic is about to come back: `post-maintenance`.
    PostMaintenance,
    /// Not in use: `disabled`.
    Disabled,
}

impl Status {
    /// The value string, e.g. `pre-maintenance`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Enabled => "enabled",
            Status::PreMaintenance => "pre-maintenance",
            Status::Maintenance => "maintenance",
            Status::PostMaintenance => "post-maintenance",
            Status::Disabled => "disabled",
        }
    }
}

impl Status {
    /// Whether traffic is kept away for work: before, during and after it.
    pub const fn is_maintenance(self) -> bool {
        matches!(self, Status::PreMaintenance | Status::Maintenance | Status::PostMaintenance)
    }
}

impl From<Status> for SessionStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Enabled => SessionStatus::Enabled,
            Status::PreMaintenance => SessionStatus::PreMaintenance,
            Status::Maintenance => SessionStatus::Maintenance,
            Status::PostMaintenance => SessionStatus::PostMaintenance,
            Status::Disabled => SessionStatus::Disabled,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a BGP session stands in its life, as planned; what it does on the router is a
/// [`BgpState`](crate::state::BgpState).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SessionStatus {
    /// Asked for, not agreed: `requested`.
    Requested,
    /// Agreed, being set up: `provisioning`.
    Provisioning,
    /// In use: `enabled`.
    #[default]
    Enabled,
    /// Traffic is about to be moved away: `pre-maintenance`.
    PreMaintenance,
    /// Work is going on: `maintenance`.
    Maintenance,
    /// Traffic is about to come back: `post-maintenance`.
    PostMaintenance,
    /// Not in use: `disabled`.
    Disabled,
    /// Being taken down: `decommissioning`.
    Decommissioning,
    /// Taken down: `decommissioned`.
    Decommissioned,
}

impl SessionStatus {
    /// The value string, e.g. `decommissioned`.
    pub const fn as_str(self) -> &'static str {
        match self {
            SessionStatus::Requested => "requested",
            SessionStatus::Provisioning => "provisioning",
            SessionStatus::Enabled => "enabled",
            SessionStatus::PreMaintenance => "pre-maintenance",
            SessionStatus::Maintenance => "maintenance",
            SessionStatus::PostMaintenance => "post-maintenance",
            SessionStatus::Disabled => "disabled",
            SessionStatus::Decommissioning => "decommissioning",
            SessionStatus::Decommissioned => "decommissioned",
        }
    }
}

impl SessionStatus {
    /// Whether the session is meant to exchange routes: in use, also in maintenance, when it is drained and not shut.
    pub const fn is_in_use(self) -> bool {
        matches!(
            self,
            SessionStatus::Enabled
                | SessionStatus::PreMaintenance
                | SessionStatus::Maintenance
                | SessionStatus::PostMaintenance
        )
    }
}

impl fmt::Display for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A version of the Internet Protocol, serialised as the number 4 or 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "u8", extend("enum" = [4, 6])))]
pub enum Family {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

impl Family {
    /// Both, the older first.
    pub const ALL: [Family; 2] = [Family::Ipv4, Family::Ipv6];

    /// The version's number, 4 or 6.
    pub const fn version(self) -> u8 {
        match self {
            Family::Ipv4 => 4,
            Family::Ipv6 => 6,
        }
    }
}

impl From<IpAddr> for Family {
    fn from(address: IpAddr) -> Self {
        if address.is_ipv4() { Family::Ipv4 } else { Family::Ipv6 }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IPv{}", self.version())
    }
}

impl Serialize for Family {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.version())
    }
}

impl<'de> Deserialize<'de> for Family {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            4 => Ok(Family::Ipv4),
            6 => Ok(Family::Ipv6),
            other => Err(serde::de::Error::custom(format!("an address family is 4 or 6, not {other}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_strings_are_the_same_everywhere() {
        for status in [SessionStatus::Requested, SessionStatus::PreMaintenance, SessionStatus::Decommissioned]
        {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for status in [Status::Enabled, Status::PostMaintenance, Status::Disabled] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.to_string());
        }
    }

    #[test]
    fn a_family_is_a_number() {
        assert_eq!(serde_json::to_string(&Family::ALL).unwrap(), "[4,6]");
        assert!(serde_json::from_str::<Family>("5").is_err());
    }
}
