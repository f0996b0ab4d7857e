//! A network that no longer changes, with an index for every key.

use std::ops::Deref;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::context::merged;
use super::{
    AutonomousSystem, Bfd, BgpGroup, Community, ConfigContext, Connection, Context, ContextAssignment,
    InternetExchange, Network, Platform, Relationship, Router, RoutingPolicy,
};
use crate::{Asn, Compat};

/// The keys are the operator's own, and looked up for every attribute of every session: the standard hasher would take
/// a good part of a rendering.
type Map<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A [`Network`] that no longer changes, with an index for every key by which its parts refer to each other.
///
/// The rules that look at several parts are methods of it; templates are rendered from it. Where a key occurs
/// twice, which [`Network::validate`] reports, the first counts.
#[derive(Clone, Debug)]
pub struct Indexed {
    network: Network,
    autonomous_systems: Map<Asn, usize>,
    groups: Map<String, usize>,
    exchanges: Map<String, usize>,
    connections: Map<String, usize>,
    policies: Map<String, usize>,
    communities: Map<String, usize>,
    relationships: Map<String, usize>,
    bfds: Map<String, usize>,
    routers: Map<String, usize>,
    platforms: Map<String, usize>,
    contexts: Map<String, usize>,
    tags: Map<String, usize>,
    /// Per connection, its sessions in document order.
    connection_sessions: Vec<Vec<usize>>,
    /// Per exchange, its connections in document order.
    exchange_connections: Vec<Vec<usize>>,
    /// Per router, its connections and its direct sessions in document order.
    router_connections: Vec<Vec<usize>>,
    router_sessions: Vec<Vec<usize>>,
}

fn index<T, K: Eq + std::hash::Hash>(rows: &[T], key: impl Fn(&T) -> K) -> Map<K, usize> {
    let mut index = Map::with_capacity_and_hasher(rows.len(), RandomState::default());
    for (position, row) in rows.iter().enumerate() {
        index.entry(key(row)).or_insert(position);
    }
    index
}

/// Per owner, the positions of what belongs to it.
fn owned<T>(rows: &[T], owners: usize, owner: impl Fn(&T) -> Option<usize>) -> Vec<Vec<usize>> {
    let mut owned = vec![Vec::new(); owners];
    for (position, row) in rows.iter().enumerate() {
        if let Some(list) = owner(row).and_then(|owner| owned.get_mut(owner)) {
            list.push(position);
        }
    }
    owned
}

impl From<Network> for Indexed {
    fn from(network: Network) -> Self {
        let exchanges = index(&network.internet_exchanges, |row| row.slug.clone());
        let connections = index(&network.connections, |row| row.name.clone());
        let routers = index(&network.routers, |row| row.name.clone());
        Indexed {
            autonomous_systems: index(&network.autonomous_systems, |row| row.asn),
            groups: index(&network.bgp_groups, |row| row.slug.clone()),
            policies: index(&network.routing_policies, |row| row.slug.clone()),
            communities: index(&network.communities, |row| row.slug.clone()),
            relationships: index(&network.relationships, |row| row.slug.clone()),
            bfds: index(&network.bfds, |row| row.slug.clone()),
            platforms: index(&network.platforms, |row| row.name.clone()),
            contexts: index(&network.config_contexts, |row| row.name.clone()),
            tags: index(&network.tags, |row| row.slug.clone()),
            connection_sessions: owned(
                &network.internet_exchange_sessions,
                network.connections.len(),
                |row| connections.get(&row.connection).copied(),
            ),
            exchange_connections: owned(&network.connections, network.internet_exchanges.len(), |row| {
                exchanges.get(row.internet_exchange.as_ref()?).copied()
            }),
            router_connections: owned(&network.connections, network.routers.len(), |row| {
                routers.get(row.router.as_ref()?).copied()
            }),
            router_sessions: owned(&network.direct_sessions, network.routers.len(), |row| {
                routers.get(row.router.as_ref()?).copied()
            }),
            exchanges,
            connections,
            routers,
            network,
        }
    }
}

/// A copy with its indexes, for one use. Who has several uses makes one `Arc<Indexed>` for all of them.
impl From<&Network> for Arc<Indexed> {
    fn from(network: &Network) -> Self {
        Arc::new(Indexed::from(network.clone()))
    }
}

impl Deref for Indexed {
    type Target = Network;

    fn deref(&self) -> &Network {
        &self.network
    }
}

/// Declares look-ups: the position for this crate, the row for everybody.
macro_rules! look_ups {
    ($($(#[$doc:meta])* $name:ident, $position:ident: $key:ty, $index:ident, $rows:ident -> $row:ty;)*) => {
        impl Indexed {
            $(
                pub(crate) fn $position(&self, key: $key) -> Option<usize> {
                    self.$index.get(key).copied()
                }

                $(#[$doc])*
                pub fn $name(&self, key: $key) -> Option<&$row> {
                    self.network.$rows.get(self.$position(key)?)
                }
            )*
        }
    };
}

look_ups! {
    /// The group with this slug.
    bgp_group, bgp_group_position: &str, groups, bgp_groups -> BgpGroup;
    /// The exchange with this slug.
    internet_exchange, internet_exchange_position: &str, exchanges, internet_exchanges -> InternetExchange;
    /// The connection with this name.
    connection, connection_position: &str, connections, connections -> Connection;
    /// The policy with this slug.
    routing_policy, routing_policy_position: &str, policies, routing_policies -> RoutingPolicy;
    /// The community with this slug.
    community, community_position: &str, communities, communities -> Community;
    /// The relationship with this slug.
    relationship, relationship_position: &str, relationships, relationships -> Relationship;
    /// The BFD timers with this slug.
    bfd, bfd_position: &str, bfds, bfds -> Bfd;
    /// The router with this name.
    router, router_position: &str, routers, routers -> Router;
    /// The platform with this name.
    platform, platform_position: &str, platforms, platforms -> Platform;
    /// The context with this name.
    config_context, config_context_position: &str, contexts, config_contexts -> ConfigContext;
    /// The autonomous system with this number.
    autonomous_system, autonomous_system_position: &Asn, autonomous_systems, autonomous_systems -> AutonomousSystem;
}

impl Indexed {
    /// The network alone.
    pub fn into_inner(self) -> Network {
        self.network
    }

    /// Our connections to one exchange, in document order.
    pub fn connections_of(&self, slug: &str) -> impl Iterator<Item = &Connection> {
        let positions = self.internet_exchange_position(slug).map_or(&[][..], |at| self.connections_to(at));
        positions.iter().filter_map(|at| self.network.connections.get(*at))
    }

    /// The name of a tag: that of its entry, else its slug.
    pub fn tag_name<'a>(&'a self, slug: &'a str) -> &'a str {
        let entry = self.tags.get(slug).and_then(|position| self.network.tags.get(*position));
        entry.map_or(slug, |tag| &tag.name)
    }

    /// What templates see as an object's context: those assigned by weight, then its own values over them.
    ///
    /// Peering Manager merges contexts that are not active, too; [`Compat::Strict`] leaves them out.
    pub fn merged_context(&self, assigned: &[ContextAssignment], own: &Context, compat: Compat) -> Context {
        merged(assigned, own, |name| self.config_context(name), compat)
    }

    pub(crate) fn sessions_over(&self, connection: usize) -> &[usize] {
        self.connection_sessions.get(connection).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn connections_to(&self, exchange: usize) -> &[usize] {
        self.exchange_connections.get(exchange).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn connections_on(&self, router: usize) -> &[usize] {
        self.router_connections.get(router).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn direct_sessions_on(&self, router: usize) -> &[usize] {
        self.router_sessions.get(router).map_or(&[], Vec::as_slice)
    }
}
