//! Routes as JSON: tables of a neighbour, paths to a prefix, the kernel's view.

use std::net::IpAddr;

use ipnet::IpNet;

use super::attribute::Key;
use super::config::Family;
use super::json::{Node, Object};
use super::show::{Peer, View, age, family_key};

/// Which table of a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Received,
    Accepted,
    Filtered,
    Advertised,
}

/// How a route of the kernel's table came, and where it leads.
#[derive(Debug)]
struct Way {
    protocol: &'static str,
    distance: u32,
    from: Option<IpAddr>,
    /// Name and number of the interface.
    port: Option<(String, usize)>,
}

impl View<'_> {
    /// What a peer announces while its session carries the family.
    fn received(&self, peer: &Peer<'_>, family: Family) -> Vec<IpNet> {
        let is_up = peer.session.established.is_some() && peer.session.agreement.carries(family);
        if is_up { self.world.announced(self.router, peer.address, family) } else { Vec::new() }
    }

    /// `prefix-counts json`.
    pub(crate) fn prefix_counts(&self, peer: &Peer<'_>, family: Family) -> Object {
        let accepted = self.world.accepted(self.router, peer.address, family).len();
        // Without soft reconfiguration the daemon forgets what it refused.
        let keeps =
            peer.bgp.family_setting(peer.config, family, Key::of("soft-reconfiguration inbound")).is_some();
        let adj_in = if keeps { self.received(peer, family).len() } else { 0 };
        let walk = Object::new()
            .with("Adj-in", adj_in)
            .with("Damped", 0)
            .with("Removed", 0)
            .with("History", 0)
            .with("Stale", 0)
            .with("Valid", accepted)
            .with("All RIB", accepted)
            .with("PfxCt counted", accepted)
            .with("PfxCt Best Selected", accepted)
            .with("Useable", accepted);
        Object::new()
            .with("prefixCountsFor", peer.address.to_string())
            .with("multiProtocol", family_key(family))
            .with("pfxCounter", accepted)
            .with("ribTableWalkCounters", walk)
    }

    /// `received-routes`, `routes`, `filtered-routes`, `advertised-routes`.
    pub(crate) fn neighbor_routes(&self, peer: &Peer<'_>, family: Family, table: Table) -> Object {
        let accepted = self.world.accepted(self.router, peer.address, family);
        let received = self.received(peer, family);
        let own = self.device.config.exported(peer.bgp, peer.config, family);
        let filtered: Vec<IpNet> =
            received.iter().copied().filter(|prefix| !accepted.contains(prefix)).collect();
        let total = match table {
            Table::Received => received.len(),
            Table::Filtered => filtered.len(),
            Table::Accepted => return self.accepted_routes(peer, &accepted),
            Table::Advertised => own.len(),
        };
        let (prefixes, key) = match table {
            Table::Advertised => (own, "advertisedRoutes"),
            Table::Filtered => (filtered.clone(), "receivedRoutes"),
            _ => (received, "receivedRoutes"),
        };
        let mut routes = Object::new();
        for prefix in prefixes {
            let is_own = table == Table::Advertised;
            let hop = if is_own { "0.0.0.0".to_owned() } else { peer.address.to_string() };
            let mut route = Object::new()
                .with("addrPrefix", prefix.addr().to_string())
                .with("prefixLen", prefix.prefix_len())
                .with("network", prefix.to_string())
                .with("nextHop", hop);
            if is_own {
                route.set("metric", 0);
            }
            let path = if is_own { String::new() } else { peer.remote_as(*self).to_string() };
            let route = route
                .with("weight", if is_own { 32_768 } else { 0 })
                .with("path", path)
                .with("bgpOriginCode", "i")
                .with("appliedStatusSymbols", Object::new().with("*", true).with(">", true));
            routes.set(prefix.to_string(), route);
        }
        let refused = if table == Table::Received { filtered.len() } else { 0 };
        self.table_header()
            .with(key, routes)
            .with("totalPrefixCounter", total)
            .with("filteredPrefixCounter", refused)
    }

    fn table_header(&self) -> Object {
        let mut status = Object::new();
        for (name, sign) in [
            ("suppressed", "s"),
            ("damped", "d"),
            ("history", "h"),
            ("valid", "*"),
            ("best", ">"),
            ("multipath", "="),
            ("internal", "i"),
            ("ribFailure", "r"),
            ("stale", "S"),
            ("removed", "R"),
        ] {
            status.set(name, sign);
        }
        let origin = Object::new().with("igp", "i").with("egp", "e").with("incomplete", "?");
        Object::new()
            .with("bgpTableVersion", self.table(Family::V4).len())
            .with("bgpLocalRouterId", self.device.router_id())
            .with("defaultLocPrf", 100)
            .with("localAS", self.device.config.bgp.as_ref().map_or(0, |bgp| bgp.asn))
            .with("bgpStatusCodes", status)
            .with("bgpOriginCodes", origin)
    }

    fn accepted_routes(&self, peer: &Peer<'_>, accepted: &[IpNet]) -> Object {
        let mut routes = Object::new();
        for (version, prefix) in (2_u32..).zip(accepted) {
            let hop = Object::new()
                .with("ip", peer.address.to_string())
                .with("afi", Family::of(peer.address).name())
                .with("used", true);
            let route = Object::new()
                .with("valid", true)
                .with("bestpath", true)
                .with("selectionReason", "First path received")
                .with("pathFrom", "external")
                .with("prefix", prefix.addr().to_string())
                .with("prefixLen", prefix.prefix_len())
                .with("network", prefix.to_string())
                .with("version", version)
                .with("weight", 0)
                .with("peerId", peer.address.to_string())
                .with("path", peer.remote_as(*self).to_string())
                .with("origin", "IGP")
                .with("nexthops", vec![Node::Object(hop)]);
            routes.set(prefix.to_string(), vec![Node::Object(route)]);
        }
        Object::new()
            .with("vrfId", 0)
            .with("vrfName", "default")
            .with("tableVersion", accepted.len())
            .with("routerId", self.device.router_id())
            .with("defaultLocPrf", 100)
            .with("localAS", peer.bgp.asn)
            .with("routes", routes)
    }

    /// The prefix that a question means: itself, or for an address the longest that covers it.
    fn find<'p>(what: IpNet, is_address: bool, prefixes: impl Iterator<Item = &'p IpNet>) -> Option<IpNet> {
        let fitting =
            prefixes.filter(|own| if is_address { own.contains(&what.addr()) } else { **own == what });
        fitting.max_by_key(|own| own.prefix_len()).copied()
    }

    /// `show bgp FAMILY unicast PREFIX json`.
    pub(crate) fn bgp_route(&self, what: IpNet, is_address: bool) -> Object {
        let family = Family::of(what.addr());
        let table = self.table(family);
        let bgp = self.device.config.bgp.as_ref();
        let own = bgp.and_then(|bgp| bgp.networks.get(&family)).map(|networks| networks.keys());
        let own: Vec<IpNet> = own.into_iter().flatten().copied().collect();
        let Some(prefix) = Self::find(what, is_address, table.keys().chain(&own)) else {
            return Object::new();
        };
        let mut paths = Vec::new();
        let zero = IpAddr::from(std::net::Ipv4Addr::UNSPECIFIED);
        let local = own.contains(&prefix).then_some(zero);
        let from = local.into_iter().chain(table.get(&prefix).into_iter().flatten().copied());
        for (index, address) in from.enumerate() {
            paths.push(Node::Object(self.bgp_path(address, family, index == 0)));
        }
        Object::new().with("prefix", prefix.to_string()).with("version", 2).with("paths", paths)
    }

    fn bgp_path(&self, address: IpAddr, family: Family, is_best: bool) -> Object {
        let peers = self.peers();
        let peer = peers.iter().find(|peer| peer.address == address);
        let list: Vec<Node> = peer.map(|peer| peer.remote_as(*self).into()).into_iter().collect();
        let length = list.len();
        let segment = Object::new().with("type", "as-sequence").with("list", list);
        let path = peer.map_or_else(|| "Local".to_owned(), |peer| peer.remote_as(*self).to_string());
        let segments = if peer.is_some() { vec![Node::Object(segment)] } else { Vec::new() };
        let mut entry = Object::new()
            .with(
                "aspath",
                Object::new().with("string", path).with("segments", segments).with("length", length),
            )
            .with("origin", "IGP")
            .with("valid", true)
            .with("version", 2);
        if is_best {
            let best = Object::new().with("overall", true).with("selectionReason", "First path received");
            entry.set("bestpath", best);
        }
        let epoch = peer.and_then(|peer| peer.session.established).map_or(0, |(_, epoch)| epoch);
        let when = jiff::Timestamp::from_second(epoch).unwrap_or_default();
        let when = when.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a %b %e %H:%M:%S %Y\n").to_string();
        entry.set("lastUpdate", Object::new().with("epoch", epoch).with("string", when));
        let mut hop = Object::new().with("ip", address.to_string()).with("afi", family.name());
        if family == Family::V6 {
            hop.set("scope", "global");
        }
        let hop = hop.with("metric", 0).with("accessible", true).with("used", true);
        entry.set("nexthops", vec![Node::Object(hop)]);
        let id = if peer.is_some() { address.to_string() } else { self.device.router_id() };
        let from = Object::new()
            .with("peerId", address.to_string())
            .with("routerId", id)
            .with("type", if peer.is_some() { "external" } else { "local" });
        entry.with("peer", from)
    }

    /// `show ip route [PREFIX] json`.
    pub(crate) fn rib(&self, family: Family, what: Option<(IpNet, bool)>) -> Object {
        let table = self.table(family);
        let connected: Vec<(IpNet, String, usize)> = self
            .interfaces()
            .into_iter()
            .flat_map(|port| {
                let (name, index) = (port.name, port.index);
                port.addresses.into_iter().map(move |net| (net.trunc(), name.clone(), index))
            })
            .filter(|(net, ..)| Family::of(net.addr()) == family)
            .collect();
        let fixed = self.device.config.routes.get(&family);
        let fixed: Vec<IpNet> = fixed.map(|routes| routes.keys().copied().collect()).unwrap_or_default();
        let mut all: Vec<IpNet> = table.keys().copied().chain(fixed.iter().copied()).collect();
        all.extend(connected.iter().map(|(net, ..)| *net));
        all.sort();
        all.dedup();
        if let Some((what, is_address)) = what {
            let found = Self::find(what, is_address, all.iter());
            all.retain(|prefix| Some(*prefix) == found);
        }
        let mut out = Object::new();
        for prefix in all {
            let direct = connected.iter().find(|(net, ..)| *net == prefix);
            let from = table.get(&prefix).and_then(|from| from.first());
            let way = match (direct, fixed.contains(&prefix), from) {
                (Some((_, name, index)), ..) => {
                    Way { protocol: "connected", distance: 0, from: None, port: Some((name.clone(), *index)) }
                }
                (None, true, _) => Way { protocol: "static", distance: 1, from: None, port: None },
                (None, false, Some(from)) => {
                    let port = self.device.port_towards(*from);
                    let port = port.map(|(index, port)| (port.name.clone(), index));
                    Way { protocol: "bgp", distance: 20, from: Some(*from), port }
                }
                (None, false, None) => continue,
            };
            out.set(prefix.to_string(), vec![Node::Object(self.rib_route(prefix, family, way))]);
        }
        out
    }

    fn rib_route(&self, prefix: IpNet, family: Family, way: Way) -> Object {
        let Way { protocol, distance, from, port } = way;
        let since = from
            .and_then(|from| self.device.chassis.sessions.get(&from)?.established)
            .map(|(since, _)| since);
        let seconds =
            self.now.saturating_duration_since(since.unwrap_or(self.device.chassis.booted)).as_secs();
        let mut hop = Object::new().with("flags", 3).with("fib", true);
        match (&from, &port) {
            (Some(from), _) => hop = hop.with("ip", from.to_string()).with("afi", family.name()),
            (None, Some(_)) => hop.set("directlyConnected", true),
            (None, None) => hop = hop.with("unreachable", true).with("blackhole", true),
        }
        if let Some((name, index)) = port {
            hop = hop.with("interfaceIndex", index).with("interfaceName", name);
        }
        let hop = hop.with("active", true).with("weight", 1);
        Object::new()
            .with("prefix", prefix.to_string())
            .with("prefixLen", prefix.prefix_len())
            .with("protocol", protocol)
            .with("vrfId", 0)
            .with("vrfName", "default")
            .with("selected", true)
            .with("destSelected", true)
            .with("distance", distance)
            .with("metric", 0)
            .with("installed", true)
            .with("table", 254)
            .with("internalStatus", 16)
            .with("internalFlags", 8)
            .with("internalNextHopNum", 1)
            .with("internalNextHopActiveNum", 1)
            .with("nexthopGroupId", 17)
            .with("installedNexthopGroupId", 17)
            .with("uptime", age(seconds))
            .with("nexthops", vec![Node::Object(hop)])
    }
}
