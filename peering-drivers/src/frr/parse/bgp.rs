//! `show bgp … neighbors json` and `… prefix-counts json`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use jiff::Timestamp;
use peering_core::state::{AddressFamily, BgpNeighbor, BgpState, DownReason, NeighborFamily};
use peering_core::{Asn, ParseError};
use serde::Deserialize;
use serde_json::Value;

use super::{merged, wrong};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    remote_as: u32,
    local_as: u32,
    nbr_desc: Option<String>,
    peer_group: Option<String>,
    #[serde(default)]
    admin_shut_down: bool,
    remote_router_id: Option<Ipv4Addr>,
    bgp_state: String,
    bgp_timer_up_msec: Option<u64>,
    bgp_timer_up_established_epoch: Option<i64>,
    bgp_timer_hold_time_msecs: Option<u64>,
    bgp_timer_keep_alive_interval_msecs: Option<u64>,
    message_stats: MessageStats,
    address_family_info: BTreeMap<String, RawFamily>,
    connections_dropped: Option<u64>,
    last_error_code_subcode: Option<String>,
    last_notification_reason: Option<String>,
    last_reset_due_to: Option<String>,
    #[serde(default)]
    prefixes_config_exceed_max: bool,
    local_router_id: Option<std::net::Ipv4Addr>,
    host_local: Option<String>,
    host_foreign: Option<String>,
    authentication_enabled: Option<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageStats {
    total_sent: u64,
    total_recv: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawFamily {
    accepted_prefix_counter: Option<u64>,
    sent_prefix_counter: Option<u64>,
    prefix_allowed_max: Option<u64>,
    #[serde(default)]
    inbound_soft_config_permit: bool,
}

/// A neighbour with the families whose received prefixes FRR keeps before the import policy.
pub(in crate::frr) struct Neighbor {
    pub(in crate::frr) neighbor: BgpNeighbor,
    pub(in crate::frr) kept: Vec<AddressFamily>,
}

/// Reads `show bgp vrf all neighbors json`, or the same of one instance only, which is then called `default`.
///
/// A neighbour that is configured by interface and has not come up has no address yet and is left out. The prefixes
/// received before policy are not part of this answer; see [`received`].
///
/// # Errors
/// When it is no JSON of that shape.
pub fn bgp_neighbors(text: &str) -> Result<Vec<BgpNeighbor>, ParseError> {
    Ok(neighbors(text)?.into_iter().map(|neighbor| neighbor.neighbor).collect())
}

pub(in crate::frr) fn neighbors(text: &str) -> Result<Vec<Neighbor>, ParseError> {
    let mut all = Vec::new();
    let mut flat = BTreeMap::new();
    for (key, value) in merged::<Value>(text)? {
        match value {
            Value::Object(instance) if instance.contains_key("vrfName") => {
                let entries = instance.into_iter().filter(|(_, value)| value.is_object());
                all.extend(instance_neighbors(&key, entries, text)?);
            }
            Value::Object(_) => {
                flat.insert(key, value);
            }
            _ => {}
        }
    }
    all.extend(instance_neighbors("default", flat, text)?);
    Ok(all)
}

fn instance_neighbors(
    instance: &str,
    entries: impl IntoIterator<Item = (String, Value)>,
    text: &str,
) -> Result<Vec<Neighbor>, ParseError> {
    let mut all = Vec::new();
    for (key, value) in entries {
        let raw: Raw = serde_json::from_value(value).map_err(|error| {
            ParseError::new(format!("neighbour {key} ({error})"), wrong(&error, text).expected())
        })?;
        let foreign = raw.host_foreign.as_ref().and_then(|host| host.parse().ok());
        if let Some(address) = key.parse().ok().or(foreign) {
            all.push(neighbor(instance, address, raw)?);
        }
    }
    all.sort_by_key(|entry| entry.neighbor.address);
    Ok(all)
}

fn neighbor(instance: &str, address: IpAddr, raw: Raw) -> Result<Neighbor, ParseError> {
    let state = state(&raw.bgp_state)?;
    let is_established = state == BgpState::Established;
    let is_connected = matches!(state, BgpState::OpenSent | BgpState::OpenConfirm | BgpState::Established);
    let down_reason = if is_established { None } else { down_reason(&raw) };
    let milliseconds = |value: Option<u64>| value.filter(|_| is_established).map(Duration::from_millis);
    let kept = raw
        .address_family_info
        .iter()
        .filter(|(_, family)| is_established && family.inbound_soft_config_permit)
        .map(|(name, _)| family_name(name))
        .collect();
    let families = raw
        .address_family_info
        .iter()
        .map(|(name, family)| NeighborFamily {
            family: family_name(name),
            received: None,
            accepted: family.accepted_prefix_counter,
            sent: family.sent_prefix_counter,
            prefix_limit: family.prefix_allowed_max,
        })
        .collect();
    let neighbor = BgpNeighbor {
        network_instance: instance.to_owned(),
        address,
        remote_as: Asn::new(raw.remote_as),
        local_as: Asn::new(raw.local_as),
        local_address: raw.host_local.filter(|_| is_connected).and_then(|host| host.parse().ok()),
        local_router_id: raw.local_router_id.filter(|id| !id.is_unspecified()),
        interface: None,
        remote_router_id: raw.remote_router_id.filter(|id| !id.is_unspecified()),
        description: raw.nbr_desc,
        peer_group: raw.peer_group,
        is_enabled: !raw.admin_shut_down,
        state,
        down_reason,
        uptime: milliseconds(raw.bgp_timer_up_msec),
        established_since: raw
            .bgp_timer_up_established_epoch
            .filter(|_| is_established)
            .and_then(|epoch| Timestamp::from_second(epoch).ok()),
        state_age: milliseconds(raw.bgp_timer_up_msec),
        flaps: raw.connections_dropped,
        hold_time: milliseconds(raw.bgp_timer_hold_time_msecs),
        keepalive: milliseconds(raw.bgp_timer_keep_alive_interval_msecs),
        messages_received: Some(raw.message_stats.total_recv),
        messages_sent: Some(raw.message_stats.total_sent),
        is_authenticated: Some(raw.authentication_enabled.is_some_and(|flag| flag != 0)),
        families,
    };
    Ok(Neighbor { neighbor, kept })
}

fn state(name: &str) -> Result<BgpState, ParseError> {
    Ok(match name {
        // FRR has two states of its own for a session that is being taken down
        "Idle" | "Clearing" | "Deleted" => BgpState::Idle,
        "Connect" => BgpState::Connect,
        "Active" => BgpState::Active,
        "OpenSent" => BgpState::OpenSent,
        "OpenConfirm" => BgpState::OpenConfirm,
        "Established" => BgpState::Established,
        other => return Err(ParseError::new("the state of a BGP session", other)),
    })
}

fn down_reason(raw: &Raw) -> Option<DownReason> {
    if raw.admin_shut_down {
        return Some(DownReason::AdminDown);
    }
    if raw.prefixes_config_exceed_max {
        return Some(DownReason::MaximumPrefixes);
    }
    let reset = raw.last_reset_due_to.as_deref().filter(|text| !text.is_empty());
    let is_ours = reset != Some("BGP Notification received");
    // two hexadecimal digits each for code and subcode
    let codes = raw.last_error_code_subcode.as_deref().and_then(|text| u16::from_str_radix(text, 16).ok());
    match codes.map(u16::to_be_bytes) {
        Some([6, 1]) if is_ours => Some(DownReason::MaximumPrefixes),
        Some([code, subcode]) if code != 0 => Some(DownReason::Notification {
            code,
            subcode,
            text: raw.last_notification_reason.as_deref().or(reset).unwrap_or("notification").to_owned(),
        }),
        _ => reset.map(|text| DownReason::Other(text.to_owned())),
    }
}

/// FRR's JSON name, the name of the model, and the words of the command line.
const FAMILIES: [(&str, &str, &str); 8] = [
    ("ipv4Unicast", "ipv4-unicast", "ipv4 unicast"),
    ("ipv6Unicast", "ipv6-unicast", "ipv6 unicast"),
    ("ipv4Multicast", "ipv4-multicast", "ipv4 multicast"),
    ("ipv6Multicast", "ipv6-multicast", "ipv6 multicast"),
    ("ipv4LabeledUnicast", "ipv4-labeled-unicast", "ipv4 labeled-unicast"),
    ("ipv6LabeledUnicast", "ipv6-labeled-unicast", "ipv6 labeled-unicast"),
    ("ipv4Vpn", "ipv4-vpn", "ipv4 vpn"),
    ("l2VpnEvpn", "l2vpn-evpn", "l2vpn evpn"),
];

fn family_name(json: &str) -> AddressFamily {
    FAMILIES
        .iter()
        .find(|(name, _, _)| *name == json)
        .map_or_else(|| AddressFamily::Other(json.to_lowercase()), |(_, name, _)| (*name).to_owned().into())
}

/// The words for a family on FRR's command line, where it has some that we know.
pub(in crate::frr) fn vty_family(family: &AddressFamily) -> Option<&'static str> {
    let name = family.to_string();
    FAMILIES.iter().find(|(_, model, _)| *model == name).map(|(_, _, words)| *words)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCounts {
    rib_table_walk_counters: WalkCounters,
}

#[derive(Deserialize)]
struct WalkCounters {
    #[serde(rename = "Adj-in")]
    adj_in: u64,
}

/// Reads `show bgp … neighbors X prefix-counts json`: the prefixes received before the import policy.
///
/// # Errors
/// When it is no JSON of that shape; so for a neighbour that does not exist.
pub fn received(text: &str) -> Result<u64, ParseError> {
    let raw: RawCounts = serde_json::from_str(text).map_err(|error| wrong(&error, text))?;
    Ok(raw.rib_table_walk_counters.adj_in)
}
