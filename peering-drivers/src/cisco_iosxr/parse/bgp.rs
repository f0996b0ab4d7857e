//! BGP neighbours: `ipv4-bgp-oper`, the main table and every VRF in one reply.

use std::net::Ipv4Addr;
use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{AddressFamily, BgpInstance, BgpNeighbor, BgpState, DownReason, NeighborFamily};

use super::reply::{address, all, data, flag, tagged_address, text};
use crate::transport::netconf::xml::Element;

/// The main table's name.
const MAIN: &str = "default";

/// BGP in one table: Cisco's name of it, and what is told of it.
pub(super) struct Table<'d> {
    pub(super) name: &'d str,
    process: Option<Element<'d>>,
    pub(super) neighbors: Vec<Element<'d>>,
}

impl Table<'_> {
    fn router_id(&self) -> Result<Option<Ipv4Addr>, ParseError> {
        let Some(process) = self.process else { return Ok(None) };
        Ok(process.value_at("vrf/router-id")?.filter(|id: &Ipv4Addr| !id.is_unspecified()))
    }
}

/// The tables that run BGP: the main one, then the VRFs.
pub(super) fn tables<'d>(reply: Element<'d>) -> Result<Vec<Table<'d>>, ParseError> {
    let active = all(data(reply, &["bgp"])?, "bgp/instances/instance/instance-active");
    let mut found = Vec::new();
    let own = |element: Element<'d>, name: &'d str| Table {
        name,
        process: element.child("global-process-info"),
        neighbors: all(element, "neighbors/neighbor"),
    };
    for instance in active {
        found.extend(instance.children_named("default-vrf").map(|table| own(table, MAIN)));
        for vrf in all(instance, "vrfs/vrf") {
            found.push(own(vrf, vrf.required_text("vrf-name")?));
        }
    }
    Ok(found)
}

/// Reads the network instances that run BGP.
///
/// # Errors
/// When the reply is another, or a VRF lacks its name.
pub fn bgp_instances(reply: Element<'_>) -> Result<Vec<BgpInstance>, ParseError> {
    let mut found = Vec::new();
    for table in tables(reply)? {
        let local_as = table.process.map(|process| process.value_at("global/local-as")).transpose()?;
        found.push(BgpInstance {
            network_instance: table.name.to_owned(),
            router_id: table.router_id()?,
            local_as: local_as.flatten(),
        });
    }
    Ok(found)
}

/// Reads the neighbours of every table.
///
/// # Errors
/// When the reply is another, or a neighbour lacks address, AS numbers or state.
pub fn bgp_neighbors(reply: Element<'_>) -> Result<Vec<BgpNeighbor>, ParseError> {
    let mut found = Vec::new();
    for table in tables(reply)? {
        for element in &table.neighbors {
            found.push(neighbor(*element, &table)?);
        }
    }
    Ok(found)
}

pub(super) fn neighbor(found: Element<'_>, table: &Table<'_>) -> Result<BgpNeighbor, ParseError> {
    let state = state(found.required("connection-state")?)?;
    let is_established = state == BgpState::Established;
    let is_enabled = flag(found, "is-administratively-shut-down")? != Some(true);
    // Both count from the last change, and are zero before the first.
    let age = |path: &str| -> Result<Option<Duration>, ParseError> {
        Ok(found.value_at(path)?.map(Duration::from_secs))
    };
    let uptime = age("connection-established-time")?.filter(|_| is_established);
    let down = age("time-since-connection-last-dropped")?.filter(|time| !is_established && !time.is_zero());
    let times = |path: &str| -> Result<Option<Duration>, ParseError> {
        Ok(found.value_at(path)?.map(Duration::from_secs))
    };
    Ok(BgpNeighbor {
        network_instance: table.name.to_owned(),
        address: found.required_value("neighbor-address")?,
        remote_as: found.required_value("remote-as")?,
        local_as: found.required_value("local-as")?,
        local_address: tagged_address(found, "connection-local-address")?,
        local_router_id: table.router_id()?,
        interface: None,
        remote_router_id: found.value_at("router-id")?.filter(|id: &Ipv4Addr| !id.is_unspecified()),
        description: text(found, "description"),
        peer_group: None,
        is_enabled,
        state,
        down_reason: down_reason(found, is_established, is_enabled)?,
        uptime,
        established_since: None,
        state_age: uptime.or(down),
        flaps: found.value_at("connection-down-count")?,
        hold_time: times("hold-time")?,
        keepalive: times("keep-alive-time")?,
        messages_received: found.value_at("messages-received")?,
        messages_sent: found.value_at("messages-sent")?,
        is_authenticated: None,
        families: families(found)?,
    })
}

fn down_reason(
    found: Element<'_>,
    is_established: bool,
    is_enabled: bool,
) -> Result<Option<DownReason>, ParseError> {
    if is_established {
        return Ok(None);
    }
    if !is_enabled {
        return Ok(Some(DownReason::AdminDown));
    }
    if flag(found, "is-neighbor-max-prefix-shutdown")? == Some(true) {
        return Ok(Some(DownReason::MaximumPrefixes));
    }
    let reason = found.text_at("reset-reason").unwrap_or_default();
    let words = reason.trim_start_matches("bgp-");
    Ok(match words {
        "" | "none" => None,
        words => Some(DownReason::Other(words.replace('-', " "))),
    })
}

/// What the session carries, of every family that is configured on it.
fn families(found: Element<'_>) -> Result<Vec<NeighborFamily>, ParseError> {
    let mut families = Vec::new();
    for own in found.children_named("af-data") {
        let accepted: Option<u64> = own.value_at("prefixes-accepted")?;
        let denied: Option<u64> = own.value_at("prefixes-denied")?;
        families.push(NeighborFamily {
            family: super::reply::family(own.required_text("af-name")?),
            received: accepted.map(|accepted| accepted.saturating_add(denied.unwrap_or(0))),
            accepted,
            sent: own.value_at("prefixes-advertised")?,
            prefix_limit: own.value_at("max-prefix-limit")?,
        });
    }
    Ok(families)
}

/// By Cisco's word, `bgp-st-estab`.
fn state(element: Element<'_>) -> Result<BgpState, ParseError> {
    Ok(match element.text() {
        "bgp-st-idle" => BgpState::Idle,
        "bgp-st-connect" => BgpState::Connect,
        "bgp-st-active" => BgpState::Active,
        "bgp-st-opensent" | "bgp-st-open-sent" => BgpState::OpenSent,
        "bgp-st-openconfirm" | "bgp-st-open-confirm" => BgpState::OpenConfirm,
        // Closing is what follows a session, in some releases.
        "bgp-st-closing" | "bgp-st-closingsync" => BgpState::Idle,
        "bgp-st-estab" => BgpState::Established,
        other => return Err(element.unexpected("the state of a BGP session", other)),
    })
}

/// The unicast family of the address that the session runs over.
pub(super) fn own_family(neighbor: &BgpNeighbor) -> Option<&NeighborFamily> {
    let family =
        if neighbor.address.is_ipv4() { AddressFamily::Ipv4Unicast } else { AddressFamily::Ipv6Unicast };
    neighbor.family(&family).or_else(|| neighbor.families.first())
}

/// The source of a path, where the table tells one.
pub(super) fn source(found: Element<'_>, leaves: &[&str]) -> Result<Option<std::net::IpAddr>, ParseError> {
    for leaf in leaves {
        if let Some(found) = address(found, leaf)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
