//! `routing-instances` in the configuration.

use peering_core::ParseError;
use peering_core::state::NetworkInstance;

use super::reply::{configured, text};
use crate::transport::netconf::xml::Element;

/// Reads the routing instances; the main one is not among them.
///
/// # Errors
/// When the reply is another, or an instance lacks its name.
pub fn network_instances(reply: Element<'_>) -> Result<Vec<NetworkInstance>, ParseError> {
    configured(reply, "routing-instances/instance")?
        .into_iter()
        .map(|instance| {
            Ok(NetworkInstance {
                name: instance.required_text("name")?.to_owned(),
                kind: kind(instance.text_at("instance-type").unwrap_or("default")).to_owned(),
                route_distinguisher: text(instance, "route-distinguisher/rd-type"),
                interfaces: interfaces(instance),
            })
        })
        .collect()
}

/// Its interfaces and those of its bridge domains, in the configuration's order.
fn interfaces(instance: Element<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for child in instance.children() {
        match child.name() {
            "interface" => found.extend(text(child, "name")),
            "bridge-domains" => {
                let domains =
                    child.children_named("domain").flat_map(|domain| domain.children_named("interface"));
                found.extend(domains.filter_map(|interface| text(interface, "name")));
            }
            _ => {}
        }
    }
    found
}

/// OpenConfig's name; Junos's own where that has none.
fn kind(own: &str) -> &str {
    match own {
        "default" => "DEFAULT_INSTANCE",
        "l2vpn" => "L2VPN",
        "vrf" => "L3VRF",
        "evpn" => "BGP_EVPN",
        "vpls" => "BGP_VPLS",
        "forwarding" => "L2P2P",
        other => other,
    }
}
