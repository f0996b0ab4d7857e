//! `get-route-information`, extensive.

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};

use super::reply::{address, all, items, seconds, text};
use crate::transport::netconf::xml::Element;

/// Reads the paths of every IPv4 and IPv6 table, the main one first as Junos has them. Tables of other families (VPN, flow)
/// are left out.
///
/// # Errors
/// When the reply is another, or a path lacks its prefix or protocol.
pub fn routes(reply: Element<'_>) -> Result<Vec<Route>, ParseError> {
    let mut found = Vec::new();
    for table in items(reply, &["route-information"], "route-table")? {
        let name = table.required_text("table-name")?;
        let Some(instance) = instance(name) else { continue };
        for destination in table.children_named("rt") {
            let prefix = prefix(destination)?;
            for entry in destination.children_named("rt-entry") {
                found.push(route(entry, prefix, name, instance)?);
            }
        }
    }
    Ok(found)
}

/// Whose table of IP routes it is: `inet.0` is the main one's, `NAME.inet.0` that of a routing instance.
fn instance(table: &str) -> Option<&str> {
    let (base, _) = table.rsplit_once('.')?;
    match base.rsplit_once('.') {
        None if matches!(base, "inet" | "inet6") => Some("default"),
        Some((instance, "inet" | "inet6")) => Some(instance),
        _ => None,
    }
}

fn prefix(destination: Element<'_>) -> Result<IpNet, ParseError> {
    let own = destination.required("rt-destination")?;
    if own.text().contains('/') {
        return own.value();
    }
    let address = address(own)?;
    match destination.value_at("rt-prefix-length")? {
        Some(length) => IpNet::new(address, length)
            .map_err(|_| own.unexpected("a prefix length that fits the address", &format!("{length}"))),
        None => Ok(IpNet::from(address)),
    }
}

fn route(entry: Element<'_>, prefix: IpNet, table: &str, instance: &str) -> Result<Route, ParseError> {
    let protocol = match entry.required_text("protocol-name")?.to_lowercase().as_str() {
        "direct" => "connected".to_owned(),
        name => name.to_owned(),
    };
    let hops: Vec<Element<'_>> = entry.children_named("nh").collect();
    let mut next_hops = Vec::new();
    // A link-layer address begins with `#`.
    let gateways = hops.iter().filter_map(|hop| hop.child("to"));
    for gateway in gateways.filter(|to| !to.text().is_empty() && !to.text().starts_with('#')) {
        next_hops.push(address(gateway)?);
    }
    let bgp = if protocol == "bgp" { Some(attributes(entry)?) } else { None };
    Ok(Route {
        prefix,
        protocol,
        table: Some(table.to_owned()),
        network_instance: instance.to_owned(),
        is_best: entry.child("current-active").is_some(),
        inactive_reason: text(entry, "inactive-reason"),
        preference: entry.value_at("preference")?,
        preference2: entry.value_at("preference2")?,
        metric: entry.value_at("metric")?,
        metric2: entry.value_at("metric2")?,
        next_hops,
        selected_next_hop: hops.iter().position(|hop| hop.child("selected-next-hop").is_some()),
        interfaces: hops.iter().filter_map(|hop| text(*hop, "via")).collect(),
        age: seconds(entry, "age")?,
        bgp,
    })
}

fn attributes(entry: Element<'_>) -> Result<BgpAttributes, ParseError> {
    let (as_path, origin, text) = entry.child("as-path").map_or(Ok(Default::default()), path)?;
    let mut attributes = BgpAttributes {
        as_path,
        as_path_text: text,
        origin,
        local_preference: entry.value_at("local-preference")?,
        med: entry.value_at("metric")?,
        communities: Vec::new(),
        extended_communities: Vec::new(),
        large_communities: Vec::new(),
        peer: match entry.child("gateway") {
            Some(gateway) => Some(address(gateway)?),
            None => None,
        },
        peer_router_id: entry.value_at("peer-id")?,
        remote_as: entry.value_at("peer-as")?,
        local_as: entry.value_at("local-as")?,
    };
    for community in all(entry, "communities/community") {
        let word = community.text();
        if let Some(large) = word.strip_prefix("large:") {
            attributes.large_communities.push(large.to_owned());
        } else if is_standard(word) {
            attributes.communities.push(word.to_owned());
        } else {
            attributes.extended_communities.push(word.to_owned());
        }
    }
    Ok(attributes)
}

/// `A:B` or the name of a well-known one; extended ones have their kind in front, or are a number.
fn is_standard(word: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match word.split_once(':') {
        Some((high, low)) => is_number(high) && is_number(low),
        None => word.starts_with(|char: char| char.is_ascii_alphabetic()),
    }
}

/// An AS path: flat, its origin, and as it is printed.
type Path = (Vec<Asn>, Option<Origin>, Option<String>);

/// Reads `AS path: 64500 {64501 64502} I`. What stands behind the origin (aggregator, originator) is not part of the path;
/// what Junos puts in brackets, our own AS, is in its text only.
fn path(element: Element<'_>) -> Result<Path, ParseError> {
    let said = element.text();
    let said = said.strip_prefix("AS path:").unwrap_or(said);
    let (mut path, mut words, mut origin) = (Vec::new(), Vec::new(), None);
    let mut is_own = false;
    for word in said.split_whitespace() {
        origin = match word {
            "I" => Some(Origin::Igp),
            "E" => Some(Origin::Egp),
            "?" => Some(Origin::Incomplete),
            _ => None,
        };
        if origin.is_some() {
            break;
        }
        words.push(word);
        let was_own = is_own || word.starts_with('[');
        is_own = was_own && !word.ends_with(']');
        let bare = word.trim_matches(['(', ')', '{', '}', '[', ']', ',']);
        if !was_own && bare.starts_with(|char: char| char.is_ascii_digit()) {
            path.push(bare.parse().map_err(|_| element.unexpected("an AS path", element.text()))?);
        }
    }
    Ok((path, origin, Some(words.join(" "))))
}
