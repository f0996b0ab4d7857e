//! The lists that the API offers, and where.

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    AutonomousSystem,
    BgpGroup,
    InternetExchange,
    Connection,
    ExchangeSession,
    DirectSession,
    RoutingPolicy,
    Community,
    Relationship,
    Bfd,
    Router,
    Platform,
    Configuration,
    Email,
    ExportTemplate,
    ConfigContext,
    ContextAssignment,
    Contact,
    ContactRole,
    ContactAssignment,
    Tag,
    HiddenPeer,
    /// Networks in its mirror of PeeringDB: only for the AS numbers of hidden peers.
    PeeringDbNetwork,
}

impl Kind {
    pub(super) const ALL: [Kind; 23] = [
        Kind::AutonomousSystem,
        Kind::BgpGroup,
        Kind::InternetExchange,
        Kind::Connection,
        Kind::ExchangeSession,
        Kind::DirectSession,
        Kind::RoutingPolicy,
        Kind::Community,
        Kind::Relationship,
        Kind::Bfd,
        Kind::Router,
        Kind::Platform,
        Kind::Configuration,
        Kind::Email,
        Kind::ExportTemplate,
        Kind::ConfigContext,
        Kind::ContextAssignment,
        Kind::Contact,
        Kind::ContactRole,
        Kind::ContactAssignment,
        Kind::Tag,
        Kind::HiddenPeer,
        Kind::PeeringDbNetwork,
    ];

    /// Where the list is: in version 1.10, then in others.
    pub(super) const fn endpoints(self) -> &'static [&'static str] {
        match self {
            Kind::AutonomousSystem => &["peering/autonomous-systems"],
            Kind::BgpGroup => &["peering/bgp-groups"],
            Kind::InternetExchange => &["peering/internet-exchanges"],
            Kind::Connection => &["net/connections"],
            Kind::ExchangeSession => &["peering/internet-exchange-peering-sessions"],
            Kind::DirectSession => &["peering/direct-peering-sessions"],
            Kind::RoutingPolicy => &["peering/routing-policies", "bgp/routing-policies"],
            Kind::Community => &["bgp/communities", "peering/communities"],
            Kind::Relationship => &["bgp/relationships"],
            Kind::Bfd => &["net/bfd"],
            Kind::Router => &["devices/routers", "peering/routers"],
            Kind::Platform => &["devices/platforms"],
            Kind::Configuration => {
                &["devices/configurations", "peering/configurations", "peering/configuration-templates"]
            }
            Kind::Email => &["messaging/emails", "peering/emails"],
            Kind::ExportTemplate => &["extras/export-templates"],
            Kind::ConfigContext => &["extras/config-contexts"],
            Kind::ContextAssignment => &["extras/config-context-assignments"],
            Kind::Contact => &["messaging/contacts"],
            Kind::ContactRole => &["messaging/contact-roles"],
            Kind::ContactAssignment => &["messaging/contact-assignments"],
            Kind::Tag => &["extras/tags", "utils/tags"],
            Kind::HiddenPeer => &["peeringdb/hidden-peers"],
            Kind::PeeringDbNetwork => &["peeringdb/networks"],
        }
    }

    /// Where the list is in version 1.10.
    pub(super) const fn endpoint(self) -> &'static str {
        match self.endpoints() {
            [first, ..] => first,
            [] => "",
        }
    }

    /// What one of them is called in a sentence.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Kind::AutonomousSystem => "autonomous system",
            Kind::BgpGroup => "BGP group",
            Kind::InternetExchange => "exchange",
            Kind::Connection => "connection",
            Kind::ExchangeSession | Kind::DirectSession => "session",
            Kind::RoutingPolicy => "routing policy",
            Kind::Community => "community",
            Kind::Relationship => "relationship",
            Kind::Bfd => "BFD",
            Kind::Router => "router",
            Kind::Platform => "platform",
            Kind::Configuration => "configuration",
            Kind::Email => "e-mail",
            Kind::ExportTemplate => "export template",
            Kind::ConfigContext => "config context",
            Kind::ContextAssignment | Kind::ContactAssignment => "assignment",
            Kind::Contact => "contact",
            Kind::ContactRole => "contact role",
            Kind::Tag => "tag",
            Kind::HiddenPeer => "hidden peer",
            Kind::PeeringDbNetwork => "network of PeeringDB",
        }
    }

    /// The kind of a content type such as `peering.autonomoussystem`. The part before the dot has changed with time.
    pub(super) fn of_content_type(text: &str) -> Option<Kind> {
        let model = text.rsplit('.').next()?;
        Some(match model {
            "autonomoussystem" => Kind::AutonomousSystem,
            "bgpgroup" => Kind::BgpGroup,
            "internetexchange" => Kind::InternetExchange,
            "connection" => Kind::Connection,
            "internetexchangepeeringsession" => Kind::ExchangeSession,
            "directpeeringsession" => Kind::DirectSession,
            "routingpolicy" => Kind::RoutingPolicy,
            "community" => Kind::Community,
            "relationship" => Kind::Relationship,
            "bfd" => Kind::Bfd,
            "router" => Kind::Router,
            "platform" => Kind::Platform,
            "configuration" => Kind::Configuration,
            "email" => Kind::Email,
            _ => return None,
        })
    }
}

/// Lists of which nothing is taken over, and why.
pub(super) const WITHOUT_COUNTERPART: [(&str, &str); 8] = [
    ("extras/webhooks", "nothing here calls out"),
    ("extras/ix-api", "IX-API is not spoken here"),
    ("extras/journal-entries", "a network document keeps no journal"),
    ("extras/table-configs", "there are no web pages here"),
    ("core/data-sources", "files are read and written by the caller"),
    ("core/data-files", "files are read and written by the caller"),
    ("core/scheduled-tasks", "nothing here runs by itself"),
    ("peering/peering-requests", "requests are not handled here"),
];

/// Why a list that is none of the above is not taken over.
pub(super) fn reason(endpoint: &str) -> &'static str {
    let listed = WITHOUT_COUNTERPART.iter().find(|(other, _)| *other == endpoint);
    match listed {
        Some((_, reason)) => reason,
        None if endpoint.starts_with("peeringdb/") => "PeeringDB's own data come from PeeringDB",
        None if endpoint.starts_with("core/") || endpoint.starts_with("users/") => {
            "it is about that system itself"
        }
        None => "it is not known here",
    }
}
