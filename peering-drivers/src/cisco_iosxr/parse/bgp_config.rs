//! BGP in the configuration: `ipv4-bgp-cfg`.

use std::collections::BTreeMap;
use std::time::Duration;

use peering_core::state::{BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::reply::{all, items, text};
use crate::transport::netconf::xml::Element;

/// Reads the neighbour groups of the main table with their members, those of VRFs among them, and at the end the neighbours
/// without a group. What a neighbour inherits is in its group.
///
/// # Errors
/// When the reply is another, a group or neighbour lacks its name, or a number is none.
pub fn bgp_groups(reply: Element<'_>) -> Result<Vec<BgpGroup>, ParseError> {
    let mut found: Vec<BgpGroup> = Vec::new();
    let mut alone: Vec<BgpConfigNeighbor> = Vec::new();
    let mut main = None;
    for process in processes(reply)? {
        let own: Option<Asn> = Some(process.number);
        main = main.or(own);
        for group in all(process.element, "default-vrf/bgp-entity/neighbor-groups/neighbor-group") {
            found.push(BgpGroup { local_as: local_as(group)?.or(own), ..neighbor_group(group)? });
        }
        let mut members = Vec::new();
        for entry in all(process.element, "default-vrf/bgp-entity/neighbors/neighbor") {
            members.push((entry, None));
        }
        for vrf in all(process.element, "vrfs/vrf") {
            let name = vrf.required_text("vrf-name")?;
            members
                .extend(all(vrf, "vrf-neighbors/vrf-neighbor").into_iter().map(|entry| (entry, Some(name))));
        }
        for (entry, vrf) in members {
            let mut neighbor = neighbor(entry, vrf)?;
            neighbor.local_as = neighbor.local_as.or(own);
            let name = entry.text_at("neighbor-group-add-member").filter(|name| !name.is_empty());
            match found.iter_mut().find(|group| name.is_some() && group.name.as_deref() == name) {
                Some(group) => group.neighbors.push(neighbor),
                None => alone.push(neighbor),
            }
        }
    }
    if main.is_some() {
        found.push(BgpGroup { local_as: main, neighbors: alone, ..BgpGroup::default() });
    }
    Ok(found)
}

/// Reads the route distinguishers of the VRFs, by name.
///
/// # Errors
/// When the reply is another, or a VRF lacks its name.
pub fn route_distinguishers(reply: Element<'_>) -> Result<BTreeMap<String, String>, ParseError> {
    let mut found = BTreeMap::new();
    for process in processes(reply)? {
        for vrf in all(process.element, "vrfs/vrf") {
            let Some(own) = vrf.find("vrf-global/route-distinguisher") else { continue };
            let number = |path: &str| own.value_at::<u32>(path);
            let index = number("as-index")?.or(number("address-index")?).unwrap_or(0);
            let head = match (text(own, "address"), number("as-xx")?, number("as")?) {
                (Some(address), ..) => address,
                (None, Some(high), Some(low)) => as_number(own, high, low)?.get().to_string(),
                (None, None, Some(low)) => low.to_string(),
                // Made by the router itself (`rd auto`).
                _ => continue,
            };
            found.insert(vrf.required_text("vrf-name")?.to_owned(), format!("{head}:{index}"));
        }
    }
    Ok(found)
}

/// A BGP process and its AS.
struct Process<'d> {
    element: Element<'d>,
    number: Asn,
}

fn processes<'d>(reply: Element<'d>) -> Result<Vec<Process<'d>>, ParseError> {
    let mut found = Vec::new();
    for high in items(reply, "bgp/instance/instance-as")? {
        for element in high.children_named("four-byte-as") {
            let low: u32 = element.required_value("as")?;
            let number = as_number(element, high.required_value("as")?, low)?;
            found.push(Process { element, number });
        }
    }
    Ok(found)
}

/// An AS number in the two halves that Cisco writes it in, or as one number with a zero before it.
fn as_number(element: Element<'_>, high: u32, low: u32) -> Result<Asn, ParseError> {
    let wrong = || element.unexpected("an AS number", &format!("{high}.{low}"));
    let number = match high {
        0 => low,
        1..=0xffff if low <= 0xffff => (high << 16) | low,
        _ => return Err(wrong()),
    };
    number.to_string().parse().map_err(|_| wrong())
}

fn remote_as(found: Element<'_>) -> Result<Option<Asn>, ParseError> {
    let Some(own) = found.child("remote-as") else { return Ok(None) };
    let low = own.required_value("as-yy")?;
    as_number(own, own.value_at("as-xx")?.unwrap_or(0), low).map(Some)
}

fn local_as(found: Element<'_>) -> Result<Option<Asn>, ParseError> {
    let Some(own) = found.child("local-as") else { return Ok(None) };
    // With `disable` there are no numbers.
    let Some(low) = own.value_at("as-yy")? else { return Ok(None) };
    as_number(own, own.value_at("as-xx")?.unwrap_or(0), low).map(Some)
}

/// Cisco's policies are by family: one name where all have the same, else all of them.
fn policies(families: &[Element<'_>], leaf: &str) -> Option<String> {
    let mut names: Vec<&str> = families.iter().filter_map(|family| family.text_at(leaf)).collect();
    names.retain(|name| !name.is_empty());
    names.dedup();
    if names.is_empty() { None } else { Some(names.join(" ")) }
}

fn prefix_limits(families: &[Element<'_>]) -> Result<Vec<PrefixLimit>, ParseError> {
    let mut limits = Vec::new();
    for family in families {
        let Some(own) = family.child("maximum-prefixes") else { continue };
        let minutes: Option<u64> = own.value_at("restart-time")?;
        limits.push(PrefixLimit {
            family: super::reply::family(family.required_text("af-name")?),
            limit: own.required_value("prefix-limit")?,
            threshold: own.value_at("warning-percentage")?,
            idle_timeout: minutes
                .filter(|minutes| *minutes > 0)
                .map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
            no_validate: None,
        });
    }
    Ok(limits)
}

fn neighbor_group(found: Element<'_>) -> Result<BgpGroup, ParseError> {
    let families = all(found, "neighbor-group-afs/neighbor-group-af");
    Ok(BgpGroup {
        name: Some(found.required_text("neighbor-group-name")?.to_owned()),
        kind: None,
        description: text(found, "description"),
        apply_groups: Vec::new(),
        multihop_ttl: found.value_at("ebgp-multihop/max-hop-count")?,
        multipath: families.iter().any(|family| family.child("multipath").is_some()),
        local_address: local_address(found),
        local_as: None,
        remote_as: remote_as(found)?,
        import_policy: policies(&families, "route-policy-in"),
        export_policy: policies(&families, "route-policy-out"),
        remove_private_as: families.iter().any(removes_private_as),
        prefix_limits: prefix_limits(&families)?,
        neighbors: Vec::new(),
    })
}

fn removes_private_as(family: &Element<'_>) -> bool {
    let names = ["remove-private-as", "remove-private-as-entire-as-path"];
    names.iter().filter_map(|name| family.child(name)).any(|own| own.text_at("enable") != Some("false"))
}

fn local_address(found: Element<'_>) -> Option<String> {
    text(found, "local-address/local-ip-address").or_else(|| text(found, "local-ip-address/local-ip-address"))
}

fn neighbor(found: Element<'_>, vrf: Option<&str>) -> Result<BgpConfigNeighbor, ParseError> {
    let families = if vrf.is_some() {
        all(found, "vrf-neighbor-afs/vrf-neighbor-af")
    } else {
        all(found, "neighbor-afs/neighbor-af")
    };
    let says = |leaf: &str| {
        let told = families.iter().filter_map(|family| family.text_at(leaf));
        told.into_iter().any(|value| value != "false")
    };
    Ok(BgpConfigNeighbor {
        address: found.required_text("neighbor-address")?.to_owned(),
        network_instance: vrf.map(str::to_owned),
        description: text(found, "description"),
        import_policy: policies(&families, "route-policy-in"),
        export_policy: policies(&families, "route-policy-out"),
        local_address: local_address(found),
        authentication_key: text(found, "password/password").map(Secret::new),
        next_hop_self: says("next-hop-self"),
        route_reflector_client: says("route-reflector-client"),
        local_as: local_as(found)?,
        remote_as: remote_as(found)?,
        prefix_limits: prefix_limits(&families)?,
    })
}
