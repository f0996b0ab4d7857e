//! The document that holds everything.

use serde::{Deserialize, Serialize};

use super::serial::is_default;
use super::{
    AutonomousSystem, Bfd, BgpGroup, Community, ConfigContext, Connection, DirectSession, HiddenPeer,
    InternetExchange, InternetExchangeSession, Platform, Relationship, Router, RoutingPolicy, Tag, Template,
};
use crate::Asn;

/// Everything an operator wants, as one document.
///
/// Its lists are plain: change them as you like, then [`validate`](Network::validate). The look-ups here walk
/// over a list; whoever has many of them makes an [`Indexed`](super::Indexed).
///
/// Its JSON Schema, for editors and for programs that write documents, lies beside this source as
/// `network.schema.json`; the feature `schema` gives it as `Network::json_schema`. An editor that knows YAML takes it
/// from a comment in the first line: `# yaml-language-server: $schema=network.schema.json`.
///
/// ```
/// use peering_core::model::Network;
/// let network = Network::from_json(r#"{"autonomous_systems": [{"asn": 64500, "name": "Ours"}]}"#)?;
/// assert_eq!(network.autonomous_systems[0].name, "Ours");
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(description = "Everything that an operator of peering wants, as one document.")
)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Ours and our peers', each number once.
    #[serde(skip_serializing_if = "is_default")]
    pub autonomous_systems: Vec<AutonomousSystem>,
    /// Groups of direct sessions, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub bgp_groups: Vec<BgpGroup>,
    /// The exchanges we are at, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub internet_exchanges: Vec<InternetExchange>,
    /// Our ports there, each name once.
    #[serde(skip_serializing_if = "is_default")]
    pub connections: Vec<Connection>,
    /// The sessions over them; one per connection and peer address.
    #[serde(skip_serializing_if = "is_default")]
    pub internet_exchange_sessions: Vec<InternetExchangeSession>,
    /// The other sessions; on one router, one per network instance and peer address.
    #[serde(skip_serializing_if = "is_default")]
    pub direct_sessions: Vec<DirectSession>,
    /// Policies, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub routing_policies: Vec<RoutingPolicy>,
    /// Communities, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub communities: Vec<Community>,
    /// What direct sessions are for, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub relationships: Vec<Relationship>,
    /// BFD timers, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub bfds: Vec<Bfd>,
    /// Our routers, each name once.
    #[serde(skip_serializing_if = "is_default")]
    pub routers: Vec<Router>,
    /// What they run, each name once.
    #[serde(skip_serializing_if = "is_default")]
    pub platforms: Vec<Platform>,
    /// Templates, each name once among those of its kind.
    #[serde(skip_serializing_if = "is_default")]
    pub templates: Vec<Template>,
    /// Shared values for templates, each name once.
    #[serde(skip_serializing_if = "is_default")]
    pub config_contexts: Vec<ConfigContext>,
    /// Names of tags, each slug once.
    #[serde(skip_serializing_if = "is_default")]
    pub tags: Vec<Tag>,
    /// Whom not to propose, once per network and peering LAN.
    #[serde(skip_serializing_if = "is_default")]
    pub hidden_peers: Vec<HiddenPeer>,
}

impl Network {
    /// The autonomous system with this number.
    pub fn autonomous_system(&self, asn: Asn) -> Option<&AutonomousSystem> {
        self.autonomous_systems.iter().find(|row| row.asn == asn)
    }

    /// The exchange with this slug.
    pub fn internet_exchange(&self, slug: &str) -> Option<&InternetExchange> {
        self.internet_exchanges.iter().find(|row| row.slug == slug)
    }

    /// The connection with this name.
    pub fn connection(&self, name: &str) -> Option<&Connection> {
        self.connections.iter().find(|row| row.name == name)
    }

    /// The router with this name.
    pub fn router(&self, name: &str) -> Option<&Router> {
        self.routers.iter().find(|row| row.name == name)
    }

    /// The platform with this name.
    pub fn platform(&self, name: &str) -> Option<&Platform> {
        self.platforms.iter().find(|row| row.name == name)
    }

    /// Our connections to one exchange, in document order.
    pub fn connections_of<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = &'a Connection> {
        self.connections.iter().filter(move |row| row.internet_exchange.as_deref() == Some(slug))
    }

    /// Adds everything of another document, as when one document is kept in several files.
    pub fn append(&mut self, mut other: Network) {
        self.autonomous_systems.append(&mut other.autonomous_systems);
        self.bgp_groups.append(&mut other.bgp_groups);
        self.internet_exchanges.append(&mut other.internet_exchanges);
        self.connections.append(&mut other.connections);
        self.internet_exchange_sessions.append(&mut other.internet_exchange_sessions);
        self.direct_sessions.append(&mut other.direct_sessions);
        self.routing_policies.append(&mut other.routing_policies);
        self.communities.append(&mut other.communities);
        self.relationships.append(&mut other.relationships);
        self.bfds.append(&mut other.bfds);
        self.routers.append(&mut other.routers);
        self.platforms.append(&mut other.platforms);
        self.templates.append(&mut other.templates);
        self.config_contexts.append(&mut other.config_contexts);
        self.tags.append(&mut other.tags);
        self.hidden_peers.append(&mut other.hidden_peers);
    }
}
