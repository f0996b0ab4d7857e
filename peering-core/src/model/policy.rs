//! Routing policies and BGP communities.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::serial::{default, is_default};
use super::{Context, ContextAssignment, Family};
use crate::Compat;

/// A routing policy, known by name: what it does is written in the router's language, by a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RoutingPolicy {
    /// Its name.
    pub name: String,
    /// The key by which everything refers to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// Which direction it is for.
    #[serde(rename = "type", default)]
    pub kind: RoutingPolicyType,
    /// The order within one level: higher first, then by name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weight: u16,
    /// The family it is for; both, if there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub address_family: Option<Family>,
    /// Slugs of the communities that it sets or matches.
    #[serde(default, skip_serializing_if = "is_default")]
    pub communities: Vec<String>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

impl RoutingPolicy {
    /// A policy for both directions and families, of weight 0.
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        RoutingPolicy {
            name: name.into(),
            slug: slug.into(),
            kind: RoutingPolicyType::default(),
            weight: 0,
            address_family: None,
            communities: Vec::new(),
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
        }
    }

    /// Whether it is for sessions of this family.
    pub fn applies_to(&self, family: Family) -> bool {
        self.address_family.is_none_or(|own| own == family)
    }
}

/// Which direction a [`RoutingPolicy`] is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RoutingPolicyType {
    /// What we receive: `import-policy`.
    ImportPolicy,
    /// What we send: `export-policy`.
    ExportPolicy,
    /// Either: `import-export-policy`.
    #[default]
    ImportExportPolicy,
}

impl RoutingPolicyType {
    /// The value string, e.g. `import-policy`.
    pub const fn as_str(self) -> &'static str {
        match self {
            RoutingPolicyType::ImportPolicy => "import-policy",
            RoutingPolicyType::ExportPolicy => "export-policy",
            RoutingPolicyType::ImportExportPolicy => "import-export-policy",
        }
    }
}

/// A BGP community: standard (RFC 1997), extended (RFC 4360) or large (RFC 8092).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Community {
    /// Its name.
    pub name: String,
    /// The key by which everything refers to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// The value: `64500:1`, `target:64500:7` or `64500:0:99`; see [`Community::kind_of`].
    pub value: String,
    /// Where it is set, if that matters.
    #[serde(rename = "type", default, skip_serializing_if = "is_default")]
    pub direction: Option<CommunityType>,
    /// Slugs of its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The contexts that apply to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ContextAssignment>,
    /// Values of its own for templates, over those of its contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub local_context_data: Context,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

/// Where a [`Community`] is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CommunityType {
    /// On what we receive: `ingress`.
    Ingress,
    /// On what we send: `egress`.
    Egress,
}

impl CommunityType {
    /// The value string, e.g. `ingress`.
    pub const fn as_str(self) -> &'static str {
        match self {
            CommunityType::Ingress => "ingress",
            CommunityType::Egress => "egress",
        }
    }
}

/// What kind of community a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommunityKind {
    /// RFC 1997: `A:B`, 16 bits each.
    Standard,
    /// RFC 4360: `origin:A:N` or `target:A:N`, A a number or an IPv4 address.
    Extended,
    /// RFC 8092: `A:B:C`, 32 bits each.
    Large,
}

impl CommunityKind {
    /// The value string, e.g. `large`.
    pub const fn as_str(self) -> &'static str {
        match self {
            CommunityKind::Standard => "standard",
            CommunityKind::Extended => "extended",
            CommunityKind::Large => "large",
        }
    }
}

impl Community {
    /// A community.
    pub fn new(slug: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        Community {
            name: name.into(),
            slug: slug.into(),
            value: value.into(),
            direction: None,
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
        }
    }

    /// What kind of community it is; `None` if the value is none.
    pub fn kind(&self) -> Option<CommunityKind> {
        Community::kind_of(&self.value, Compat::Strict)
    }

    /// What kind of community a value is; `None` if it is none.
    ///
    /// Peering Manager refuses a first number of 0, and 0 as an extended community's last number. Both are in
    /// use: route servers take `0:64500` as "not to AS64500". [`Compat::Strict`] accepts them.
    pub fn kind_of(value: &str, compat: Compat) -> Option<CommunityKind> {
        let least = if compat == Compat::PeeringManager { 1 } else { 0 };
        let parts: Vec<&str> = value.split(':').collect();
        let within = |text: &str, least: u32, most: u32| {
            number(text).is_some_and(|number| (least..=most).contains(&number))
        };
        let short = u32::from(u16::MAX);
        match parts.as_slice() {
            [a, b] => (within(a, least, short) && within(b, 0, short)).then_some(CommunityKind::Standard),
            ["origin" | "target", administrator, local] => {
                // A number of 32 bits or an address leaves 16 bits for the last part (RFC 5668, RFC 4360).
                let most = match number(administrator) {
                    Some(asn) if asn <= short => u32::MAX,
                    Some(_) => short,
                    None => administrator.parse::<Ipv4Addr>().map(|_| short).ok()?,
                };
                within(local, least, most).then_some(CommunityKind::Extended)
            }
            [a, b, c] => (within(a, least, u32::MAX) && within(b, 0, u32::MAX) && within(c, 0, u32::MAX))
                .then_some(CommunityKind::Large),
            _ => None,
        }
    }
}

/// A number of digits only: `u32::from_str` would take a sign.
fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_follows_from_the_value() {
        for (value, kind) in [
            ("64500:1", Some("standard")),
            ("65536:1", None),
            ("origin:64500:4294967295", Some("extended")),
            ("target:65536:65535", Some("extended")),
            ("target:65536:65536", None),
            ("target:192.0.2.1:65536", None),
            ("4294967295:0:0", Some("large")),
            ("1:2:3:4", None),
            ("+1:2", None),
            (" 1:2", None),
            ("soo:1:1", None),
        ] {
            for compat in [Compat::Strict, Compat::PeeringManager] {
                let found = Community::kind_of(value, compat).map(CommunityKind::as_str);
                assert_eq!(found, kind, "{value}");
            }
        }
    }

    #[test]
    fn zero_is_refused_by_peering_manager_only() {
        for value in ["0:64500", "0:1:1", "target:64500:0"] {
            assert!(Community::kind_of(value, Compat::Strict).is_some(), "{value}");
            assert!(Community::kind_of(value, Compat::PeeringManager).is_none(), "{value}");
        }
    }
}
