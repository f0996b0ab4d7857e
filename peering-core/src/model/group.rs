//! Groups of direct sessions, and what they are for.

use serde::{Deserialize, Serialize};

use super::serial::{default, is_default};
use super::{Context, ContextAssignment, Status};

/// Direct sessions that have policies, communities and a status in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BgpGroup {
    /// Its name.
    pub name: String,
    /// The key by which sessions refer to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// Whether it is in use.
    #[serde(default)]
    pub status: Status,
    /// Slugs of the policies for what its sessions receive.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import_routing_policies: Vec<String>,
    /// Slugs of the policies for what its sessions send.
    #[serde(default, skip_serializing_if = "is_default")]
    pub export_routing_policies: Vec<String>,
    /// Slugs of the communities of its sessions.
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
    /// Longer notes of the operator's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub comments: String,
}

impl BgpGroup {
    /// An enabled group with this key and name.
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        BgpGroup {
            name: name.into(),
            slug: slug.into(),
            status: Status::Enabled,
            import_routing_policies: Vec::new(),
            export_routing_policies: Vec::new(),
            communities: Vec::new(),
            tags: Vec::new(),
            config_contexts: Vec::new(),
            local_context_data: default(),
            id: None,
            description: String::new(),
            comments: String::new(),
        }
    }
}

/// What a direct session is for, e.g. transit or private peering.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Relationship {
    /// Its name, e.g. `Transit Provider`.
    pub name: String,
    /// The key by which sessions refer to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}

/// A label. A tag may be used without an entry; then its name is its slug.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// The key by which everything refers to it; unique in a [`Network`](super::Network).
    pub slug: String,
    /// Its number in the system that it was imported from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: Option<u64>,
    /// What the operator has to say about it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
}
