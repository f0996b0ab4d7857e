//! What the attributes of the models are, for those who check templates.

/// A kind of model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Kind {
    AutonomousSystem,
    Group,
    Exchange,
    Connection,
    ExchangeSession,
    DirectSession,
    Router,
    Platform,
    Policy,
    Community,
    Relationship,
    Bfd,
    Tag,
    Contact,
}

impl Kind {
    /// What people call it.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Kind::AutonomousSystem => "an autonomous system",
            Kind::Group => "a BGP group",
            Kind::Exchange => "an internet exchange",
            Kind::Connection => "a connection",
            Kind::ExchangeSession => "a session over an exchange",
            Kind::DirectSession => "a direct session",
            Kind::Router => "a router",
            Kind::Platform => "a platform",
            Kind::Policy => "a routing policy",
            Kind::Community => "a community",
            Kind::Relationship => "a relationship",
            Kind::Bfd => "BFD timers",
            Kind::Tag => "a tag",
            Kind::Contact => "a contact",
        }
    }
}

/// What a value is, as far as it can be known before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Type {
    /// Nothing is known.
    Any,
    Text,
    Number,
    Flag,
    Address,
    /// A dictionary of the operator's own.
    Data,
    /// A list of anything.
    List,
    /// One model; `none` is possible.
    Model(Kind),
    /// Several models.
    Rows(Kind),
}

use Kind::*;
use Type::*;

/// Attributes of everything that has tags, contexts and a description.
const COMMON: [(&str, Type); 7] = [
    ("id", Number),
    ("pk", Number),
    ("description", Text),
    ("comments", Text),
    ("tags", Rows(Tag)),
    ("config_context", Data),
    ("local_context_data", Data),
];

/// Attributes of everything that policies apply to.
const POLICIES: [(&str, Type); 3] = [
    ("import_routing_policies", Rows(Policy)),
    ("export_routing_policies", Rows(Policy)),
    ("communities", Rows(Community)),
];

/// Attributes of both sorts of session.
const SESSION: [(&str, Type); 16] = [
    ("autonomous_system", Model(AutonomousSystem)),
    ("local_autonomous_system", Model(AutonomousSystem)),
    ("ip_address", Address),
    ("status", Text),
    ("enabled", Flag),
    ("password", Text),
    ("encrypted_password", Text),
    ("multihop_ttl", Number),
    ("passive", Flag),
    ("bfd", Model(Bfd)),
    ("bgp_state", Text),
    ("received_prefix_count", Number),
    ("accepted_prefix_count", Number),
    ("advertised_prefix_count", Number),
    ("last_established_state", Text),
    ("service_reference", Text),
];

/// The attributes of one kind, besides the shared ones.
const fn own(kind: Kind) -> &'static [(&'static str, Type)] {
    match kind {
        AutonomousSystem => &[
            ("asn", Number),
            ("name", Text),
            ("affiliated", Flag),
            ("is_private", Flag),
            ("irr_as_set", Text),
            ("ipv4_max_prefixes", Number),
            ("ipv6_max_prefixes", Number),
            ("prefixes", Data),
            ("as_list", List),
            ("contacts", Rows(Contact)),
        ],
        Group => &[("name", Text), ("slug", Text), ("status", Text)],
        Exchange => &[
            ("name", Text),
            ("slug", Text),
            ("status", Text),
            ("local_autonomous_system", Model(AutonomousSystem)),
            ("peeringdb_ixlan", Number),
            ("peeringdb_prefixes", Data),
            ("contacts", Rows(Contact)),
        ],
        Connection => &[
            ("name", Text),
            ("internet_exchange_point", Model(Exchange)),
            ("status", Text),
            ("router", Model(Router)),
            ("interface", Text),
            ("network_instance", Text),
            ("vlan", Number),
            ("mac_address", Text),
            ("ipv4_address", Address),
            ("ipv6_address", Address),
            ("peeringdb_netixlan", Number),
        ],
        ExchangeSession => &[("ixp_connection", Model(Connection)), ("is_route_server", Flag)],
        DirectSession => &[
            ("local_ip_address", Address),
            ("relationship", Model(Relationship)),
            ("bgp_group", Model(Group)),
            ("router", Model(Router)),
            ("connection", Model(Connection)),
            ("network_instance", Text),
        ],
        Router => &[
            ("name", Text),
            ("hostname", Text),
            ("platform", Model(Platform)),
            ("status", Text),
            ("encrypt_passwords", Flag),
            ("local_autonomous_system", Model(AutonomousSystem)),
            ("poll_bgp_sessions_state", Flag),
            ("configuration_template", Text),
            ("communities", Rows(Community)),
        ],
        Platform => &[
            ("name", Text),
            ("slug", Text),
            ("driver", Text),
            ("napalm_driver", Text),
            ("password_algorithm", Text),
            ("description", Text),
            ("id", Number),
            ("pk", Number),
        ],
        Policy => &[
            ("name", Text),
            ("slug", Text),
            ("type", Text),
            ("weight", Number),
            ("address_family", Number),
            ("communities", Rows(Community)),
        ],
        Community => &[("name", Text), ("slug", Text), ("value", Text), ("type", Text), ("kind", Text)],
        Relationship => {
            &[("name", Text), ("slug", Text), ("description", Text), ("id", Number), ("pk", Number)]
        }
        Bfd => &[
            ("name", Text),
            ("slug", Text),
            ("minimum_transmit_interval", Number),
            ("minimum_receive_interval", Number),
            ("detection_multiplier", Number),
            ("hold_time", Number),
            ("description", Text),
            ("id", Number),
            ("pk", Number),
        ],
        Tag => &[("name", Text), ("slug", Text)],
        Contact => &[
            ("name", Text),
            ("role", Text),
            ("email", Text),
            ("phone", Text),
            ("address", Text),
            ("description", Text),
            ("comments", Text),
        ],
    }
}

/// Every attribute of a kind.
pub(in super::super) fn attributes(kind: Kind) -> impl Iterator<Item = (&'static str, Type)> {
    let has_common = !matches!(kind, Platform | Relationship | Bfd | Tag | Contact);
    let has_policies = matches!(kind, AutonomousSystem | Group | Exchange | ExchangeSession | DirectSession);
    let is_session = matches!(kind, ExchangeSession | DirectSession);
    let common = if has_common { &COMMON[..] } else { &[] };
    let policies = if has_policies { &POLICIES[..] } else { &[] };
    let session = if is_session { &SESSION[..] } else { &[] };
    own(kind).iter().chain(common).chain(policies).chain(session).copied()
}

/// What an attribute of a kind is; `None` if there is none of that name.
pub(in super::super) fn attribute_type(kind: Kind, name: &str) -> Option<Type> {
    attributes(kind).find(|(own, _)| *own == name).map(|(_, found)| found)
}
