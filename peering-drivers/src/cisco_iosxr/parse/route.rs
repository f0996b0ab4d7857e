//! Routes: `ip-rib-ipv4-oper`, `ip-rib-ipv6-oper`.

use std::time::Duration;

use ipnet::IpNet;
use peering_core::ParseError;
use peering_core::state::Route;

use super::bgp::source;
use super::reply::{address, all, data, flag, text};
use crate::transport::netconf::xml::Element;

const MODELS: [&str; 2] = ["rib", "ipv6-rib"];

/// Reads the routes of every VRF in the reply. These models have no BGP attributes but the neighbour that a path came from,
/// so [`Route::bgp`] is `None`.
///
/// # Errors
/// When the reply is another, or a route lacks prefix or protocol.
pub fn routes(reply: Element<'_>) -> Result<Vec<Route>, ParseError> {
    let data = data(reply, &MODELS)?;
    let mut found = Vec::new();
    for model in MODELS {
        for vrf in all(data, &format!("{model}/vrfs/vrf")) {
            let instance = vrf.required_text("vrf-name")?;
            for table in all(vrf, "afs/af/safs/saf/ip-rib-route-table-names/ip-rib-route-table-name") {
                let one = all(table, "destination-kw/dest-best-routes/dest-best-route");
                for entry in all(table, "routes/route").into_iter().chain(one) {
                    found.push(route(entry, instance)?);
                }
            }
        }
    }
    Ok(found)
}

fn route(entry: Element<'_>, instance: &str) -> Result<Route, ParseError> {
    // The key of the route that an address takes is that address.
    let (address, length) = match entry.child("prefix-length") {
        Some(length) => ("address", length),
        None => ("prefix", entry.required("prefix-length-xr")?),
    };
    let wrong = |_| length.unexpected("the length of a prefix", length.text());
    let prefix = IpNet::new(entry.required_value(address)?, length.value()?).map_err(wrong)?;
    let mut next_hops = Vec::new();
    let mut interfaces = Vec::new();
    for path in entry.children_named("route-path").flat_map(Element::children) {
        next_hops.extend(hop(path)?);
        interfaces.extend(text(path, "interface-name"));
    }
    Ok(Route {
        prefix,
        protocol: entry.required_text("protocol-name")?.to_lowercase(),
        table: None,
        network_instance: instance.to_owned(),
        is_best: flag(entry, "active")? == Some(true),
        inactive_reason: None,
        preference: entry.value_at("distance")?,
        preference2: entry.value_at("priority")?,
        metric: entry.value_at("metric")?,
        metric2: None,
        next_hops,
        selected_next_hop: None,
        interfaces,
        age: entry.value_at("route-age")?.map(Duration::from_secs),
        bgp: None,
    })
}

/// A next hop; an IPv4 route may have an IPv6 one.
fn hop(path: Element<'_>) -> Result<Option<std::net::IpAddr>, ParseError> {
    match address(path, "address")? {
        None => source(path, &["v6-nexthop"]),
        found => Ok(found),
    }
}
