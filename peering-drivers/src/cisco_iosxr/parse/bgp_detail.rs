//! All that `ipv4-bgp-oper` tells of a neighbour.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::BgpNeighborDetail;

use super::bgp::{neighbor, own_family, tables};
use super::reply::{flag, text};
use crate::transport::netconf::xml::Element;

/// The states by the numbers that `previous-connection-state` has: Cisco's order, which is not that of RFC 4273.
const STATES: [&str; 7] = ["", "Idle", "Connect", "OpenSent", "OpenConfirm", "Active", "Established"];

/// Reads the neighbours of every table, with everything.
///
/// # Errors
/// When the reply is another, or a neighbour lacks address, AS numbers or state.
pub fn bgp_neighbors_detail(reply: Element<'_>) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    let mut found = Vec::new();
    for table in tables(reply)? {
        for element in &table.neighbors {
            found.push(detail(*element, neighbor(*element, &table)?)?);
        }
    }
    Ok(found)
}

/// Policies and counts are those of the family that the session runs over.
fn detail(
    found: Element<'_>,
    neighbor: peering_core::state::BgpNeighbor,
) -> Result<BgpNeighborDetail, ParseError> {
    let family = own_family(&neighbor).cloned();
    let is_own = |own: &Element<'_>| {
        let name = own.text_at("af-name").map(super::reply::family);
        family.as_ref().is_some_and(|family| name.as_ref() == Some(&family.family))
    };
    let own = found.children_named("af-data").find(is_own);
    let count = |path: &str| own.map_or(Ok(None), |own| own.value_at::<u64>(path));
    let policy = |path: &str| own.and_then(|own| text(own, path));
    let told = |path: &str| own.map_or(Ok(None), |own| flag(own, path));
    let time = |path: &str| -> Result<Option<Duration>, ParseError> {
        Ok(found.value_at(path)?.map(Duration::from_secs))
    };
    let previous: Option<usize> = found.value_at("previous-connection-state")?;
    let adds_paths = [told("is-addpath-send-operational")?, told("is-addpath-receive-operational")?];
    Ok(BgpNeighborDetail {
        routing_table: Some(neighbor.network_instance.clone()),
        is_local_address_configured: flag(found, "is-local-address-configured")?,
        local_port: found.value_at("connection-local-port")?,
        remote_port: found.value_at("connection-remote-port")?,
        is_multihop: flag(found, "is-external-neighbor-not-directly-connected")?,
        // Of a table, and not told here.
        is_multipath: None,
        removes_private_as: told("remove-private-as-from-updates")?,
        import_policy: policy("route-policy-in"),
        export_policy: policy("route-policy-out"),
        updates_received: found.value_at("update-messages-in")?,
        updates_sent: found.value_at("update-messages-out")?,
        messages_queued: found.value_at("messages-queued-out")?,
        previous_state: previous
            .and_then(|number| STATES.get(number))
            .filter(|name| !name.is_empty())
            .map(|name| (*name).to_owned()),
        last_event: None,
        suppresses_4byte_as: flag(found, "suppress4-byte-as")?,
        prepends_local_as: flag(found, "local-as-no-prepend")?.map(|without| !without),
        supports_add_path: adds_paths.into_iter().flatten().reduce(|one, other| one || other),
        options: Vec::new(),
        configured_hold_time: time("configured-hold-time")?,
        configured_keepalive: time("configured-keepalive")?,
        active_prefixes: count("number-of-bestpaths")?,
        received_prefixes: family.as_ref().and_then(|family| family.received),
        accepted_prefixes: family.as_ref().and_then(|family| family.accepted),
        suppressed_prefixes: count("prefixes-suppressed")?,
        advertised_prefixes: family.as_ref().and_then(|family| family.sent),
        neighbor,
    })
}
