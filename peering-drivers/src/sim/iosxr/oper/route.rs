//! The routing tables.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Look;
use crate::sim::family::Family;
use crate::sim::iosxr::view::DEFAULT;
use crate::sim::netconf::element::Element;

/// A route that packets follow.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) protocol: &'static str,
    pub(crate) distance: u8,
    /// The addresses that packets go to next, the best first.
    pub(crate) next: Vec<IpAddr>,
    /// The interface, where it is one of ours.
    pub(crate) interface: Option<String>,
}

/// The routes of a network instance and a family. BGP's are in that of the router itself.
pub(crate) fn routes(look: Look<'_>, vrf: &str, family: Family) -> BTreeMap<IpNet, Route> {
    let mut all = BTreeMap::new();
    let view = &look.xr.view;
    let up = view.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
    for (port, net) in up.flat_map(|port| port.addresses.iter().map(move |net| (port, net))) {
        if Family::of(net.addr()) != family {
            continue;
        }
        let route =
            |protocol| Route { protocol, distance: 0, next: Vec::new(), interface: Some(port.name.clone()) };
        all.insert(net.trunc(), route("connected"));
        all.entry(IpNet::from(net.addr())).or_insert_with(|| route("local"));
    }
    for (_, prefix, to) in
        view.routes.iter().filter(|(own, prefix, _)| own == vrf && Family::of(prefix.addr()) == family)
    {
        let next = to.split(' ').find_map(|word| word.parse().ok());
        let interface = next.is_none().then(|| to.split(' ').next().unwrap_or_default().to_owned());
        let route = Route { protocol: "static", distance: 1, next: next.into_iter().collect(), interface };
        all.entry(*prefix).or_insert(route);
    }
    if vrf == DEFAULT {
        let own_as = view.bgp.as_ref().map(|bgp| bgp.asn);
        for (prefix, from) in look.world.table(look.router, family) {
            let best = from.first().and_then(|best| view.bgp.as_ref()?.peer(*best));
            let is_internal = best.is_some_and(|(_, settings)| settings.remote_as == own_as);
            let distance = if is_internal { 200 } else { 20 };
            let route = Route { protocol: "bgp", distance, next: from, interface: None };
            all.entry(prefix).or_insert(route);
        }
    }
    all
}

pub(super) fn rib(look: Look<'_>, family: Family) -> Vec<Element> {
    let name = if family == Family::V4 { "IPv4" } else { "IPv6" };
    let vrfs = look.xr.view.instances().into_iter().map(|vrf| {
        let routes = routes(look, vrf, family);
        let routes = routes.iter().map(|(prefix, found)| route(look, prefix, found, family)).collect();
        let table = vec![Element::leaf("route-table-name", "default"), Element::with("routes", routes)];
        let tables = vec![Element::with("ip-rib-route-table-name", table)];
        let saf =
            vec![Element::leaf("saf-name", "Unicast"), Element::with("ip-rib-route-table-names", tables)];
        let af = vec![Element::leaf("af-name", name), Element::with("safs", vec![Element::with("saf", saf)])];
        let afs = Element::with("afs", vec![Element::with("af", af)]);
        Element::with("vrf", vec![Element::leaf("vrf-name", vrf), afs])
    });
    vec![Element::with("vrfs", vrfs.collect())]
}

/// For how many seconds a route has been there.
pub(crate) fn age_of(look: Look<'_>, route: &Route) -> u64 {
    match route.next.first().and_then(|best| look.xr.chassis.sessions.get(best)) {
        Some(session) if route.protocol == "bgp" => session.established.map_or(0, |(at, _)| look.since(at)),
        _ => look.since(look.xr.chassis.booted),
    }
}

fn route(look: Look<'_>, prefix: &IpNet, route: &Route, family: Family) -> Element {
    let own_as = look.xr.view.bgp.as_ref().map(|bgp| bgp.asn.to_string());
    let age = age_of(look, route);
    let leaf = |name: &str, value: &dyn ToString| Element::leaf(name, value.to_string());
    let mut all = vec![
        leaf("address", &prefix.network()),
        leaf("prefix-length", &prefix.prefix_len()),
        leaf("prefix", &prefix.network()),
        leaf("prefix-length-xr", &prefix.prefix_len()),
        leaf("protocol-name", &route.protocol),
    ];
    all.extend(own_as.filter(|_| route.protocol == "bgp").map(|asn| leaf("instance", &asn)));
    all.extend([
        leaf("priority", &if route.protocol == "bgp" { 12 } else { 6 }),
        leaf("distance", &route.distance),
        leaf("metric", &0),
        leaf("paths-count", &route.next.len().max(1)),
        leaf("active", &true),
        leaf("route-age", &age),
    ]);
    let entry = format!("{}-rib-edm-path", family.name());
    let unspecified = if family == Family::V4 { "0.0.0.0" } else { "::" };
    let path = |next: Option<&IpAddr>| {
        let next = next.map_or_else(|| unspecified.to_owned(), IpAddr::to_string);
        let mut path = vec![leaf("address", &next), leaf("information-source", &next)];
        path.extend(route.interface.as_ref().map(|name| leaf("interface-name", name)));
        path.push(leaf("metric", &0));
        Element::with(&entry, path)
    };
    // A route goes where its best path goes.
    all.push(Element::with("route-path", vec![path(route.next.first())]));
    Element::with("route", all)
}
