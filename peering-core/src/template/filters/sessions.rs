//! Sessions, connections and peers: who is where.

use std::sync::Arc;

use minijinja::{Error, Value};

use super::super::view::{Address, Item, Scope, View};
use super::{Environs, add, model, refuse, text_argument};
use crate::Compat;
use crate::model::{Family, SessionRef};

pub(super) fn install(environs: &mut Environs<'_>) {
    // Peering Manager looks at all routers; here that needs asking for.
    let everywhere = environs.compat == Compat::PeeringManager;
    let all = move |value: Option<Value>| value.map_or(everywhere, |value| value.is_true());

    add(environs, "sessions", ["family", "all_routers"], move |_, value, [family, routers]| {
        sessions("sessions", &value, family_of(family)?, all(routers), false)
    });
    add(environs, "route_server", ["family", "all_routers"], move |_, value, [family, routers]| {
        sessions("route_server", &value, family_of(family)?, all(routers), true)
    });
    add(
        environs,
        "ixp_sessions",
        ["family", "ixp", "all_routers"],
        move |_, value, [family, ixp, routers]| ixp_sessions(&value, family_of(family)?, ixp, all(routers)),
    );
    add(
        environs,
        "direct_sessions",
        ["family", "group", "all_routers"],
        move |_, value, [family, group, routers]| {
            direct_sessions(&value, family_of(family)?, group, all(routers))
        },
    );
    add(environs, "connections", ["all_routers"], move |_, value, [routers]| {
        connections(&value, all(routers))
    });
    add(environs, "local_ips", ["family", "all_routers"], move |_, value, [family, routers]| {
        local_ips(&value, family_of(family)?, all(routers))
    });
    add(environs, "direct_peers", ["group"], |_, value, [group]| {
        let group = text_argument(group, "direct_peers", "group")?;
        direct_peers(&value, &group)
    });
    add(environs, "ixp_peers", ["ixp"], |_, value, [ixp]| {
        let ixp = text_argument(ixp, "ixp_peers", "ixp")?;
        ixp_peers(&value, &ixp)
    });
    add(environs, "bfds", [], |_, value, []| bfds(&value));
    add(environs, "max_prefix", [], |_, value, []| {
        let (view, session) = session(&value, "max_prefix")?;
        Ok(Value::from(view.scope.network.max_prefixes(session)))
    });
    add(environs, "inherited_status", [], |_, value, []| inherited_status(&value));
    add(environs, "ip_version", [], move |_, value, []| {
        let address = match View::of(&value).and_then(View::session) {
            Some(session) => Some(session.family()),
            // Peering Manager knows it of sessions only.
            None => Address::of(&value).map(Address::family).filter(|_| !everywhere),
        };
        let family = address.ok_or_else(|| refuse("`ip_version` needs a session or an address"))?;
        Ok(Value::from(family.version()))
    });
}

/// By its number; nothing and 0 are both families.
fn family_of(number: Option<Value>) -> Result<Option<Family>, Error> {
    match number.filter(|number| !number.is_none()).map(i64::try_from).transpose()? {
        None | Some(0) => Ok(None),
        Some(4) => Ok(Some(Family::Ipv4)),
        Some(6) => Ok(Some(Family::Ipv6)),
        Some(_) => Err(refuse("a family is 4, 6, or 0 for both")),
    }
}

fn session<'a>(value: &'a Value, filter: &str) -> Result<(&'a View, SessionRef<'a>), Error> {
    let view = View::of(value);
    view.and_then(|view| Some((view, view.session()?)))
        .ok_or_else(|| refuse(format!("`{filter}` needs a session")))
}

fn of_family(scope: &Scope, item: Item, family: Option<Family>) -> bool {
    family.is_none_or(|family| scope.session(item).is_some_and(|session| session.family() == family))
}

fn exchange_rows(scope: &Arc<Scope>, sessions: Vec<usize>, fits: impl Fn(Item) -> bool) -> Value {
    scope.rows(sessions.into_iter().map(Item::ExchangeSession).filter(|item| fits(*item)))
}

fn direct_rows(scope: &Arc<Scope>, sessions: Vec<usize>, family: Option<Family>) -> Value {
    scope.rows(sessions.into_iter().map(Item::DirectSession).filter(|item| of_family(scope, *item, family)))
}

fn sessions(
    filter: &str,
    value: &Value,
    family: Option<Family>,
    everywhere: bool,
    route_servers: bool,
) -> Result<Value, Error> {
    let needs = if route_servers { "an exchange" } else { "an exchange or a group" };
    let view = model(value, filter, needs)?;
    let scope = &view.scope;
    match view.item {
        Item::Exchange(exchange) => {
            Ok(exchange_rows(scope, scope.sessions_at(exchange, everywhere), |item| {
                let is_server = matches!(scope.session(item), Some(SessionRef::InternetExchange(row)) if row.is_route_server);
                of_family(scope, item, family) && (is_server || !route_servers)
            }))
        }
        Item::Group(group) if !route_servers => {
            let slug = scope.network.bgp_groups.get(group).map(|row| row.slug.as_str());
            let listed = scope.direct_sessions_where(everywhere, |row| row.bgp_group.as_deref() == slug);
            Ok(direct_rows(scope, listed, family))
        }
        _ => Err(refuse(format!(
            "`{filter}` needs {needs}; of routers and autonomous systems there are `ixp_sessions` and `direct_sessions`"
        ))),
    }
}

fn ixp_sessions(
    value: &Value,
    family: Option<Family>,
    ixp: Option<Value>,
    everywhere: bool,
) -> Result<Value, Error> {
    let view = model(value, "ixp_sessions", "a router or an autonomous system")?;
    let scope = &view.scope;
    let listed = match view.item {
        Item::Router(router) => scope.exchange_sessions_on(router),
        Item::AutonomousSystem(index) => match scope.network.autonomous_systems.get(index) {
            Some(row) => scope.sessions_with(row.asn, everywhere),
            None => Vec::new(),
        },
        _ => {
            return Err(refuse(
                "`ixp_sessions` needs a router or an autonomous system; of exchanges there is `sessions`",
            ));
        }
    };
    let exchange = match ixp.filter(|ixp| !ixp.is_none()) {
        None => None,
        Some(ixp) => match model(&ixp, "ixp_sessions", "an exchange as `ixp`")?.item {
            Item::Exchange(index) => scope.network.internet_exchanges.get(index).map(|row| row.slug.clone()),
            _ => return Err(refuse("`ixp` of `ixp_sessions` is an exchange")),
        },
    };
    Ok(exchange_rows(scope, listed, |item| {
        of_family(scope, item, family)
            && exchange.as_ref().is_none_or(|slug| match scope.session(item) {
                Some(SessionRef::InternetExchange(row)) => {
                    let connection = scope.network.connection(&row.connection);
                    connection.and_then(|row| row.internet_exchange.as_ref()) == Some(slug)
                }
                _ => false,
            })
    }))
}

fn direct_sessions(
    value: &Value,
    family: Option<Family>,
    group: Option<Value>,
    everywhere: bool,
) -> Result<Value, Error> {
    let view = model(value, "direct_sessions", "a router or an autonomous system")?;
    let scope = &view.scope;
    let mut listed = match view.item {
        Item::Router(router) if scope.router == Some(router) => scope.direct_sessions_here().to_vec(),
        Item::Router(router) => scope.direct_sessions_on(router),
        Item::AutonomousSystem(index) => {
            let asn = scope.network.autonomous_systems.get(index).map(|row| row.asn);
            scope.direct_sessions_where(everywhere, |row| Some(row.autonomous_system) == asn)
        }
        _ => {
            return Err(refuse(
                "`direct_sessions` needs a router or an autonomous system; of groups there is `sessions`",
            ));
        }
    };
    if let Some(group) = group.filter(|group| !group.is_none()) {
        let Item::Group(index) = model(&group, "direct_sessions", "a group as `group`")?.item else {
            return Err(refuse("`group` of `direct_sessions` is a group"));
        };
        let slug = scope.network.bgp_groups.get(index).map(|row| row.slug.as_str());
        let rows = &scope.network.direct_sessions;
        listed.retain(|index| rows.get(*index).is_some_and(|row| row.bgp_group.as_deref() == slug));
    }
    Ok(direct_rows(scope, listed, family))
}

fn connections(value: &Value, everywhere: bool) -> Result<Value, Error> {
    let view = model(value, "connections", "an exchange or a router")?;
    let scope = &view.scope;
    let listed = match view.item {
        Item::Exchange(exchange) => scope.connections_to(exchange, everywhere),
        Item::Router(router) => scope.connections_on(router),
        _ => return Err(refuse("`connections` needs an exchange or a router")),
    };
    Ok(scope.rows(listed.into_iter().map(Item::Connection)))
}

fn local_ips(value: &Value, family: Option<Family>, everywhere: bool) -> Result<Value, Error> {
    let view = model(value, "local_ips", "a session or an exchange")?;
    let scope = &view.scope;
    let address =
        |net: Option<ipnet::IpNet>| net.map_or(Value::from(()), |net| Address::Interface(net).value());
    if let Some(session) = view.session() {
        return Ok(address(scope.network.local_address(session)));
    }
    let Item::Exchange(exchange) = view.item else {
        return if everywhere {
            Ok(Value::from(()))
        } else {
            Err(refuse("`local_ips` needs a session or an exchange"))
        };
    };
    let mut listed = Vec::new();
    for index in scope.connections_to(exchange, everywhere) {
        let Some(row) = scope.network.connections.get(index) else { continue };
        for own in Family::ALL {
            if family.is_none_or(|family| family == own) {
                listed.extend(row.interface_address(own).map(|net| address(Some(net))));
            }
        }
    }
    Ok(Value::from(listed))
}

fn router_of<'a>(value: &'a Value, filter: &str) -> Result<(&'a View, usize), Error> {
    let view = model(value, filter, "a router")?;
    match view.item {
        Item::Router(router) => Ok((view, router)),
        _ => Err(refuse(format!("`{filter}` needs a router"))),
    }
}

/// An unknown slug is as good as none: Peering Manager's templates rely on it.
fn direct_peers(value: &Value, group: &str) -> Result<Value, Error> {
    let (view, router) = router_of(value, "direct_peers")?;
    let scope = &view.scope;
    let group = Some(group).filter(|slug| scope.network.bgp_group(slug).is_some());
    let rows = &scope.network.direct_sessions;
    let sessions = scope.direct_sessions_on(router);
    let sessions = sessions.iter().filter_map(|index| rows.get(*index));
    let sessions = sessions.filter(|row| group.is_none() || row.bgp_group.as_deref() == group);
    Ok(scope.rows(scope.peers_of(sessions.map(SessionRef::Direct)).into_iter().map(Item::AutonomousSystem)))
}

fn ixp_peers(value: &Value, ixp: &str) -> Result<Value, Error> {
    let (view, router) = router_of(value, "ixp_peers")?;
    let scope = &view.scope;
    let ixp = Some(ixp).filter(|slug| scope.network.internet_exchange(slug).is_some());
    let rows = &scope.network.internet_exchange_sessions;
    let sessions = scope.exchange_sessions_on(router);
    let sessions = sessions.iter().filter_map(|index| rows.get(*index)).filter(|row| {
        ixp.is_none() || scope.network.exchange_of(row).map(|exchange| exchange.slug.as_str()) == ixp
    });
    Ok(scope.rows(
        scope.peers_of(sessions.map(SessionRef::InternetExchange)).into_iter().map(Item::AutonomousSystem),
    ))
}

/// The BFD timers of a router's sessions, each once, by name.
fn bfds(value: &Value) -> Result<Value, Error> {
    let (view, router) = router_of(value, "bfds")?;
    let scope = &view.scope;
    let exchange = scope.exchange_sessions_on(router).into_iter().map(Item::ExchangeSession);
    let direct = scope.direct_sessions_on(router).into_iter().map(Item::DirectSession);
    let slugs = exchange.chain(direct).filter_map(|item| scope.session(item)?.bfd());
    let mut found: Vec<usize> = slugs.filter_map(|slug| scope.network.bfd_position(slug)).collect();
    found.sort_by_key(|index| scope.network.bfds.get(*index).map(|row| (&row.name, *index)));
    found.dedup();
    Ok(scope.rows(found.into_iter().map(Item::Bfd)))
}

fn inherited_status(value: &Value) -> Result<Value, Error> {
    let view = model(value, "inherited_status", "something that has a status")?;
    if let Some(session) = view.session() {
        return Ok(Value::from(view.scope.network.session_status(session).as_str()));
    }
    match view.item {
        Item::Connection(index) => {
            let row = view.scope.network.connections.get(index);
            Ok(Value::from(row.map(|row| view.scope.network.connection_status(row).as_str())))
        }
        _ => view
            .attribute("status")
            .ok_or_else(|| refuse("`inherited_status` needs something that has a status")),
    }
}
