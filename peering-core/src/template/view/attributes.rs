//! The attributes of the models, by Peering Manager's names. `attribute_types` lists them.

use std::sync::Arc;

use minijinja::Value;

use super::{Address, Item, Kind, Owned, Password, Scope, View, json_value};
use crate::model::{
    AutonomousSystem, Community, Connection, Contact, Context, ContextAssignment, DirectSession,
    InternetExchange, InternetExchangeSession, Platform, Router, RoutingPolicy, SessionRef, SessionStatus,
};
use crate::{Asn, Secret};

/// What everything has that has tags, contexts and a description.
struct Common<'a> {
    id: Option<u64>,
    description: &'a str,
    comments: &'a str,
    tags: &'a [String],
    assigned: &'a [ContextAssignment],
    own: &'a Context,
}

macro_rules! common {
    ($row:expr) => {
        common!($row, |row| row.comments.as_str())
    };
    ($row:expr, |$r:ident| $comments:expr) => {{
        let $r = $row?;
        let row = $r;
        Some(Common {
            id: row.id,
            description: &row.description,
            comments: $comments,
            tags: &row.tags,
            assigned: &row.config_contexts,
            own: &row.local_context_data,
        })
    }};
}

impl Scope {
    fn common(&self, kind: Kind, index: usize) -> Option<Common<'_>> {
        let network = &self.network;
        match kind {
            Kind::AutonomousSystem => common!(network.autonomous_systems.get(index)),
            Kind::Group => common!(network.bgp_groups.get(index)),
            Kind::Exchange => common!(network.internet_exchanges.get(index)),
            Kind::Connection => common!(network.connections.get(index)),
            Kind::ExchangeSession => common!(network.internet_exchange_sessions.get(index)),
            Kind::DirectSession => common!(network.direct_sessions.get(index)),
            Kind::Router => common!(network.routers.get(index)),
            Kind::Policy => common!(network.routing_policies.get(index), |_row| ""),
            Kind::Community => common!(network.communities.get(index), |_row| ""),
            Kind::Platform | Kind::Relationship | Kind::Bfd | Kind::Tag | Kind::Contact => None,
        }
    }

    /// The slug of a tag.
    pub(super) fn tag(&self, owned: Owned) -> Option<&str> {
        self.common(owned.kind, owned.owner)?.tags.get(owned.index).map(String::as_str)
    }

    fn contacts(&self, kind: Kind, index: usize) -> &[Contact] {
        let contacts = match kind {
            Kind::AutonomousSystem => self.network.autonomous_systems.get(index).map(|row| &row.contacts),
            Kind::Exchange => self.network.internet_exchanges.get(index).map(|row| &row.contacts),
            _ => None,
        };
        contacts.map_or(&[], Vec::as_slice)
    }

    pub(in super::super) fn contact(&self, owned: Owned) -> Option<&Contact> {
        self.contacts(owned.kind, owned.owner).get(owned.index)
    }
}

impl View {
    fn index(&self) -> usize {
        match self.item {
            Item::AutonomousSystem(index)
            | Item::Group(index)
            | Item::Exchange(index)
            | Item::Connection(index)
            | Item::ExchangeSession(index)
            | Item::DirectSession(index)
            | Item::Router(index)
            | Item::Platform(index)
            | Item::Policy(index)
            | Item::Community(index)
            | Item::Relationship(index)
            | Item::Bfd(index) => index,
            Item::Tag(owned) | Item::Contact(owned) => owned.index,
        }
    }

    /// The value of an attribute; `None` if the model has none of that name.
    pub(in super::super) fn attribute(&self, key: &str) -> Option<Value> {
        let network = &self.scope.network;
        let own = match self.item {
            Item::AutonomousSystem(index) => {
                self.autonomous_system(network.autonomous_systems.get(index)?, key)
            }
            Item::Group(index) => {
                let row = network.bgp_groups.get(index)?;
                match key {
                    "status" => Some(Value::from(row.status.as_str())),
                    _ => named(key, &row.name, &row.slug).or_else(|| {
                        self.policies(
                            key,
                            &row.import_routing_policies,
                            &row.export_routing_policies,
                            &row.communities,
                        )
                    }),
                }
            }
            Item::Exchange(index) => self.exchange(network.internet_exchanges.get(index)?, key),
            Item::Connection(index) => self.connection(index, network.connections.get(index)?, key),
            Item::ExchangeSession(index) => {
                self.exchange_session(network.internet_exchange_sessions.get(index)?, key)
            }
            Item::DirectSession(index) => self.direct_session(network.direct_sessions.get(index)?, key),
            Item::Router(index) => self.router(network.routers.get(index)?, key),
            Item::Platform(index) => platform(network.platforms.get(index)?, key),
            Item::Policy(index) => self.policy(network.routing_policies.get(index)?, key),
            Item::Community(index) => community(network.communities.get(index)?, key),
            Item::Relationship(index) => {
                let row = network.relationships.get(index)?;
                named(key, &row.name, &row.slug).or_else(|| described(key, row.id, &row.description))
            }
            Item::Bfd(index) => {
                let row = network.bfds.get(index)?;
                Some(match key {
                    "minimum_transmit_interval" => Value::from(row.minimum_transmit_interval),
                    "minimum_receive_interval" => Value::from(row.minimum_receive_interval),
                    "detection_multiplier" => Value::from(row.detection_multiplier),
                    "hold_time" => Value::from(row.hold_time),
                    _ => {
                        return named(key, &row.name, &row.slug)
                            .or_else(|| described(key, row.id, &row.description));
                    }
                })
            }
            Item::Tag(owned) => {
                let slug = self.scope.tag(owned)?;
                named(key, network.tag_name(slug), slug)
            }
            Item::Contact(owned) => contact(self.scope.contact(owned)?, key),
        };
        own.or_else(|| self.common_attribute(key))
    }

    fn common_attribute(&self, key: &str) -> Option<Value> {
        let common = self.scope.common(self.item.kind(), self.index())?;
        Some(match key {
            "tags" => self.tags(),
            "comments" => Value::from(common.comments),
            "config_context" => json_value(&self.context()?.into(), self.scope.compat),
            "local_context_data" if common.own.is_empty() => Value::from(()),
            "local_context_data" => json_value(&common.own.clone().into(), self.scope.compat),
            _ => return described(key, common.id, common.description),
        })
    }

    /// The contexts that apply, merged; `None` for a model that has none.
    pub(in super::super) fn context(&self) -> Option<Context> {
        let common = self.scope.common(self.item.kind(), self.index())?;
        Some(self.scope.network.merged_context(common.assigned, common.own, self.scope.compat))
    }

    /// The slugs of the model's tags; `None` for one that has none.
    pub(in super::super) fn tag_slugs(&self) -> Option<&[String]> {
        Some(self.scope.common(self.item.kind(), self.index())?.tags)
    }

    /// Its tags, by name.
    pub(in super::super) fn tags(&self) -> Value {
        let (kind, owner) = (self.item.kind(), self.index());
        let slugs = self.tag_slugs().unwrap_or_default();
        let mut order: Vec<usize> = (0..slugs.len()).collect();
        order.sort_by_key(|index| slugs.get(*index).map(|slug| self.scope.network.tag_name(slug)));
        self.scope.rows(order.into_iter().map(|index| Item::Tag(Owned { kind, owner, index })))
    }

    /// Whom to write to, in order.
    pub(in super::super) fn contact_items(&self) -> Vec<Item> {
        let (kind, owner) = (self.item.kind(), self.index());
        let contacts = self.scope.contacts(kind, owner);
        (0..contacts.len()).map(|index| Item::Contact(Owned { kind, owner, index })).collect()
    }

    fn related(&self, item: Option<Item>) -> Value {
        self.scope.view(item)
    }

    fn peer(&self, asn: Option<Asn>) -> Value {
        let position = asn.and_then(|asn| self.scope.network.autonomous_system_position(&asn));
        self.related(position.map(Item::AutonomousSystem))
    }

    fn policies(
        &self,
        key: &str,
        import: &[String],
        export: &[String],
        communities: &[String],
    ) -> Option<Value> {
        Some(match key {
            "import_routing_policies" => policy_rows(&self.scope, import),
            "export_routing_policies" => policy_rows(&self.scope, export),
            "communities" => community_rows(&self.scope, communities),
            _ => return None,
        })
    }

    fn autonomous_system(&self, row: &AutonomousSystem, key: &str) -> Option<Value> {
        Some(match key {
            "asn" => Value::from(row.asn.get()),
            "name" => Value::from(&*row.name),
            "affiliated" => Value::from(row.affiliated),
            "is_private" => Value::from(row.asn.is_private()),
            "irr_as_set" => Value::from(row.irr_as_set.clone()),
            "ipv4_max_prefixes" => Value::from(row.ipv4_max_prefixes),
            "ipv6_max_prefixes" => Value::from(row.ipv6_max_prefixes),
            "prefixes" => match &row.prefixes {
                Some(prefixes) => Value::from(minijinja::value::Serde(prefixes)),
                None => Value::from(()),
            },
            "as_list" => row.as_list.iter().map(|asn| Value::from(asn.get())).collect(),
            "contacts" => self.scope.rows(self.contact_items().into_iter()),
            _ => {
                return self.policies(
                    key,
                    &row.import_routing_policies,
                    &row.export_routing_policies,
                    &row.communities,
                );
            }
        })
    }

    fn exchange(&self, row: &InternetExchange, key: &str) -> Option<Value> {
        Some(match key {
            "status" => Value::from(row.status.as_str()),
            "local_autonomous_system" => self.peer(row.local_autonomous_system),
            "peeringdb_ixlan" => Value::from(row.peeringdb_ixlan),
            "peeringdb_prefixes" => exchange_prefixes(row),
            "contacts" => self.scope.rows(self.contact_items().into_iter()),
            _ => {
                return named(key, &row.name, &row.slug).or_else(|| {
                    self.policies(
                        key,
                        &row.import_routing_policies,
                        &row.export_routing_policies,
                        &row.communities,
                    )
                });
            }
        })
    }

    fn connection(&self, index: usize, row: &Connection, key: &str) -> Option<Value> {
        Some(match key {
            "name" if self.scope.is_compat() => Value::from(self.scope.connection_title(index)),
            "name" => Value::from(&*row.name),
            "internet_exchange_point" => self.related(self.scope.exchange_of(index).map(Item::Exchange)),
            "status" => Value::from(row.status.as_str()),
            "router" => self.router_named(row.router.as_deref()),
            "interface" => Value::from(row.interface.clone().unwrap_or_default()),
            "network_instance" => Value::from(row.network_instance.clone()),
            "vlan" => Value::from(row.vlan),
            "mac_address" => Value::from(row.mac_address.map(|address| address.to_string())),
            "ipv4_address" => address(row.ipv4_address.map(|net| Address::Interface(net.into()))),
            "ipv6_address" => address(row.ipv6_address.map(|net| Address::Interface(net.into()))),
            "peeringdb_netixlan" => Value::from(row.peeringdb_netixlan),
            _ => return None,
        })
    }

    fn exchange_session(&self, row: &InternetExchangeSession, key: &str) -> Option<Value> {
        Some(match key {
            "ip_address" => Address::Host(row.ip_address).value(),
            "ixp_connection" => {
                self.related(self.scope.network.connection_position(&row.connection).map(Item::Connection))
            }
            "is_route_server" => Value::from(row.is_route_server),
            "local_autonomous_system" => {
                let exchange = self.scope.network.exchange_of(row);
                let router = self.scope.network.router_of(SessionRef::InternetExchange(row));
                self.peer(
                    exchange
                        .and_then(|row| row.local_autonomous_system)
                        .or_else(|| router.and_then(|row| row.local_autonomous_system)),
                )
            }
            _ => return self.session_attribute(SessionRef::InternetExchange(row), key),
        })
    }

    fn direct_session(&self, row: &DirectSession, key: &str) -> Option<Value> {
        let network = &self.scope.network;
        Some(match key {
            "ip_address" => Address::Interface(row.ip_address).value(),
            "local_ip_address" => address(row.local_ip_address.map(Address::Interface)),
            "local_autonomous_system" => self.peer(self.scope.local_as_of(row)),
            "relationship" => {
                let slug = row.relationship.as_deref();
                self.related(
                    slug.and_then(|slug| network.relationship_position(slug)).map(Item::Relationship),
                )
            }
            "bgp_group" => {
                let slug = row.bgp_group.as_deref();
                self.related(slug.and_then(|slug| network.bgp_group_position(slug)).map(Item::Group))
            }
            "router" => self.router_named(row.router.as_deref()),
            "connection" => {
                let name = row.connection.as_deref();
                self.related(name.and_then(|name| network.connection_position(name)).map(Item::Connection))
            }
            "network_instance" => Value::from(row.network_instance.clone()),
            _ => return self.session_attribute(SessionRef::Direct(row), key),
        })
    }

    fn session_attribute(&self, session: SessionRef<'_>, key: &str) -> Option<Value> {
        let (counts, established, reference, ttl, passive) = match session {
            SessionRef::InternetExchange(row) => (
                row.prefix_counts,
                row.last_established_state,
                &row.service_reference,
                row.multihop_ttl,
                row.passive,
            ),
            SessionRef::Direct(row) => (
                row.prefix_counts,
                row.last_established_state,
                &row.service_reference,
                row.multihop_ttl,
                row.passive,
            ),
        };
        let secret = |secret: Option<Secret>| secret.map_or(Value::from(()), Password::value);
        Some(match key {
            "autonomous_system" => self.peer(Some(session.autonomous_system())),
            "status" => Value::from(session.status().as_str()),
            "enabled" => Value::from(session.status() == SessionStatus::Enabled),
            "password" => secret(session.password().cloned()),
            "encrypted_password" => match self.scope.network.encrypted_password(session, self.scope.compat) {
                Ok(password) => secret(password),
                Err(error) => Value::from(minijinja::Error::new(
                    minijinja::ErrorKind::InvalidOperation,
                    error.to_string(),
                )),
            },
            "multihop_ttl" => Value::from(ttl),
            "passive" => Value::from(passive),
            "bfd" => {
                let position = session.bfd().and_then(|slug| self.scope.network.bfd_position(slug));
                self.related(position.map(Item::Bfd))
            }
            "bgp_state" => Value::from(session.bgp_state().map(|state| state.to_string().to_lowercase())),
            "received_prefix_count" => Value::from(counts.received.unwrap_or_default()),
            "accepted_prefix_count" => Value::from(counts.accepted.unwrap_or_default()),
            "advertised_prefix_count" => Value::from(counts.advertised.unwrap_or_default()),
            "last_established_state" => Value::from(established.map(|instant| instant.to_string())),
            "service_reference" => Value::from(reference.clone()),
            _ => {
                return self.policies(
                    key,
                    session.import_routing_policies(),
                    session.export_routing_policies(),
                    session.communities(),
                );
            }
        })
    }

    fn router_named(&self, name: Option<&str>) -> Value {
        self.related(name.and_then(|name| self.scope.network.router_position(name)).map(Item::Router))
    }

    fn router(&self, row: &Router, key: &str) -> Option<Value> {
        Some(match key {
            "name" => Value::from(&*row.name),
            "hostname" => Value::from(&*row.hostname),
            "platform" => {
                let name = row.platform.as_deref();
                self.related(
                    name.and_then(|name| self.scope.network.platform_position(name)).map(Item::Platform),
                )
            }
            "status" => Value::from(row.status.as_str()),
            "encrypt_passwords" => Value::from(row.encrypt_passwords),
            "local_autonomous_system" => self.peer(row.local_autonomous_system),
            "poll_bgp_sessions_state" => Value::from(row.poll_bgp_sessions_state),
            "configuration_template" => Value::from(row.configuration_template.clone()),
            "communities" => community_rows(&self.scope, &row.communities),
            _ => return None,
        })
    }

    fn policy(&self, row: &RoutingPolicy, key: &str) -> Option<Value> {
        Some(match key {
            "type" => Value::from(row.kind.as_str()),
            "weight" => Value::from(row.weight),
            "address_family" => Value::from(row.address_family.map_or(0, |family| family.version())),
            "communities" => community_rows(&self.scope, &row.communities),
            _ => return named(key, &row.name, &row.slug),
        })
    }
}

/// Policies by slug, in the order of one level.
fn policy_rows(scope: &Arc<Scope>, slugs: &[String]) -> Value {
    scope.rows(scope.network.policy_positions(slugs).into_iter().map(Item::Policy))
}

/// Communities by slug, in the order of one level.
fn community_rows(scope: &Arc<Scope>, slugs: &[String]) -> Value {
    scope.rows(scope.network.community_positions(slugs).into_iter().map(Item::Community))
}

/// The prefixes of a peering LAN by family; only families that have some.
pub(in super::super) fn exchange_prefixes(row: &InternetExchange) -> Value {
    let mut families: Vec<(&str, Vec<String>)> = Vec::new();
    for prefix in &row.prefixes {
        let family = if prefix.addr().is_ipv4() { "ipv4" } else { "ipv6" };
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, listed)) => listed.push(prefix.to_string()),
            None => families.push((family, vec![prefix.to_string()])),
        }
    }
    Value::from_pairs(families.into_iter().map(|(family, listed)| (family, Value::from(listed))))
}

fn address(address: Option<Address>) -> Value {
    address.map_or(Value::from(()), Address::value)
}

fn named(key: &str, name: &str, slug: &str) -> Option<Value> {
    match key {
        "name" => Some(Value::from(name)),
        "slug" => Some(Value::from(slug)),
        _ => None,
    }
}

fn described(key: &str, id: Option<u64>, description: &str) -> Option<Value> {
    match key {
        "id" | "pk" => Some(Value::from(id)),
        "description" => Some(Value::from(description)),
        _ => None,
    }
}

fn platform(row: &Platform, key: &str) -> Option<Value> {
    Some(match key {
        "name" => Value::from(&*row.name),
        "slug" => Value::from(row.slug()),
        "driver" | "napalm_driver" => Value::from(&*row.driver),
        "password_algorithm" => Value::from(row.password_algorithm.map(|algorithm| algorithm.as_str())),
        _ => return described(key, row.id, &row.description),
    })
}

fn community(row: &Community, key: &str) -> Option<Value> {
    Some(match key {
        "value" => Value::from(&*row.value),
        "type" => Value::from(row.direction.map(|direction| direction.as_str())),
        "kind" => Value::from(row.kind().map(|kind| kind.as_str())),
        _ => return named(key, &row.name, &row.slug),
    })
}

fn contact(row: &Contact, key: &str) -> Option<Value> {
    Some(match key {
        "name" => Value::from(&*row.name),
        "role" => Value::from(&*row.role),
        "email" => Value::from(row.email.clone()),
        "phone" => Value::from(row.phone.clone()),
        "comments" => Value::from(&*row.comments),
        "address" => Value::from(row.address.clone()),
        "description" => Value::from(&*row.description),
        _ => return None,
    })
}
