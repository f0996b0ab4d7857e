//! BGP in the configuration: groups, their neighbours, and the policies that set the next hop to ourselves.

use std::collections::BTreeSet;
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::reply::{all, configured, joined, text};
use crate::transport::netconf::xml::Element;

/// The hops of a `multihop` without a number.
const DEFAULT_TTL: u8 = 64;

/// Names of policies.
pub type BgpPolicies = BTreeSet<String>;

/// Reads the router's own AS, in `routing-options autonomous-system`.
///
/// # Errors
/// When the reply is another, or its text no AS number.
pub fn router_as(reply: Element<'_>) -> Result<Option<Asn>, ParseError> {
    let found = configured(reply, "routing-options/autonomous-system/as-number")?;
    found.first().map(|number| number.value()).transpose()
}

/// Reads which policies say `next-hop self`, in a term or without one.
///
/// # Errors
/// When the reply is another, or a policy lacks its name.
pub fn next_hop_self_policies(reply: Element<'_>) -> Result<BgpPolicies, ParseError> {
    let mut found = BTreeSet::new();
    for policy in configured(reply, "policy-options/policy-statement")? {
        let in_terms = all(policy, "term/then/next-hop/self");
        if !in_terms.is_empty() || policy.find("then/next-hop/self").is_some() {
            found.insert(policy.required_text("name")?.to_owned());
        }
    }
    Ok(found)
}

/// Reads `protocols bgp group`. What a neighbour inherits from its group is in the group, but for its AS and for whether it
/// is a client of this route reflector.
///
/// # Errors
/// When the reply is another, a group or neighbour lacks its name, or a number is none.
pub fn bgp_groups(reply: Element<'_>, next_hop_self: &BgpPolicies) -> Result<Vec<BgpGroup>, ParseError> {
    configured(reply, "protocols/bgp/group")?.iter().map(|found| group(*found, next_hop_self)).collect()
}

fn group(found: Element<'_>, next_hop_self: &BgpPolicies) -> Result<BgpGroup, ParseError> {
    let multihop = match found.child("multihop") {
        Some(multihop) => Some(multihop.value_at("ttl")?.unwrap_or(DEFAULT_TTL)),
        None => None,
    };
    let mut group = BgpGroup {
        name: Some(found.required_text("name")?.to_owned()),
        kind: text(found, "type"),
        description: text(found, "description"),
        apply_groups: all(found, "apply-groups").iter().map(|name| name.text().to_owned()).collect(),
        multihop_ttl: multihop,
        multipath: found.child("multipath").is_some(),
        local_address: text(found, "local-address"),
        local_as: found.value_at("local-as/as-number")?,
        remote_as: found.value_at("peer-as")?,
        import_policy: joined(found, "import"),
        export_policy: joined(found, "export"),
        remove_private_as: found.child("remove-private").is_some(),
        prefix_limits: prefix_limits(found)?,
        neighbors: Vec::new(),
    };
    let is_reflector = found.child("cluster").is_some();
    for entry in found.children_named("neighbor") {
        let mut neighbor = neighbor(entry, next_hop_self)?;
        neighbor.route_reflector_client |= is_reflector;
        neighbor.remote_as = neighbor.remote_as.or(group.remote_as);
        group.neighbors.push(neighbor);
    }
    Ok(group)
}

fn neighbor(found: Element<'_>, next_hop_self: &BgpPolicies) -> Result<BgpConfigNeighbor, ParseError> {
    Ok(BgpConfigNeighbor {
        address: found.required_text("name")?.to_owned(),
        network_instance: None,
        description: text(found, "description"),
        import_policy: joined(found, "import"),
        export_policy: joined(found, "export"),
        local_address: text(found, "local-address"),
        authentication_key: text(found, "authentication-key").map(Secret::new),
        next_hop_self: all(found, "export").iter().any(|policy| next_hop_self.contains(policy.text())),
        route_reflector_client: found.child("cluster").is_some(),
        local_as: found.value_at("local-as/as-number")?,
        remote_as: found.value_at("peer-as")?,
        prefix_limits: prefix_limits(found)?,
    })
}

fn prefix_limits(found: Element<'_>) -> Result<Vec<PrefixLimit>, ParseError> {
    let mut limits = Vec::new();
    for protocol in all(found, "family").into_iter().flat_map(Element::children) {
        for kind in protocol.children() {
            let Some(limit) = kind.child("prefix-limit") else { continue };
            let Some(maximum) = limit.value_at("maximum")? else { continue };
            let minutes: Option<u64> = match limit.find("teardown/idle-timeout/timeout") {
                Some(timeout) => timeout.value().map(Some)?,
                None => None,
            };
            limits.push(PrefixLimit {
                family: family(protocol.name(), kind.name()),
                limit: maximum,
                threshold: limit.value_at("teardown/limit-threshold")?,
                idle_timeout: minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
                no_validate: text(limit, "no-validate"),
            });
        }
    }
    Ok(limits)
}

/// The family of `family PROTOCOL KIND`.
fn family(protocol: &str, kind: &str) -> AddressFamily {
    let name = match (protocol, kind) {
        ("inet-vpn", "unicast") => "ipv4-vpn".to_owned(),
        ("inet6-vpn", "unicast") => "ipv6-vpn".to_owned(),
        ("evpn", _) => "l2vpn-evpn".to_owned(),
        ("l2vpn", _) => "l2vpn-vpls".to_owned(),
        _ => {
            let protocol = protocol.replacen("inet6", "ipv6", 1).replacen("inet", "ipv4", 1);
            format!("{protocol}-{}", if kind == "flow" { "flowspec" } else { kind })
        }
    };
    name.into()
}
