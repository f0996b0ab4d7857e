//! The BGP neighbours, from the summaries and the neighbours' own answers.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use peering_core::ParseError;
use peering_core::state::{AddressFamily, BgpInstance, BgpNeighbor, BgpState, DownReason, NeighborFamily};
use serde::Deserialize;

use super::field::{AsNumber, Pairs, Text, address, duration, router_id, scoped, told};
use super::json;

#[derive(Deserialize)]
struct Vrfs<'a, T> {
    #[serde(borrow, bound(deserialize = "T: Deserialize<'de>"))]
    vrfs: Pairs<'a, T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    #[serde(borrow)]
    router_id: Text<'a>,
    asn: Option<AsNumber>,
    #[serde(borrow)]
    peers: HashMap<Text<'a>, SummaryPeer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SummaryPeer {
    prefix_accepted: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PeerList<'a> {
    #[serde(borrow)]
    peer_list: Vec<Peer<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Peer<'a> {
    #[serde(borrow)]
    peer_address: Text<'a>,
    asn: AsNumber,
    local_asn: AsNumber,
    router_id: Option<Text<'a>>,
    local_router_id: Option<Text<'a>>,
    description: Option<Text<'a>>,
    peer_group_name: Option<Text<'a>>,
    #[serde(borrow)]
    state: Text<'a>,
    idle_reason: Option<Text<'a>>,
    establish_fail_hint: Option<Text<'a>>,
    established_time: Option<f64>,
    established_transitions: Option<u64>,
    hold_time: Option<f64>,
    keepalive_time: Option<f64>,
    received_messages: Option<u64>,
    sent_messages: Option<u64>,
    prefixes_received: Option<u64>,
    prefixes_sent: Option<u64>,
    v6_prefixes_received: Option<u64>,
    v6_prefixes_sent: Option<u64>,
    update_source: Option<Text<'a>>,
    if_name: Option<Text<'a>>,
}

/// The words of EOS for a session that its operator switched off.
const SHUT_DOWN: &str = "Administratively shut down";

/// Reads, of IPv4 and IPv6 each, `show ip bgp summary vrf all` (and `show ipv6 …`), and `show ip bgp neighbors vrf all`
/// (`show ipv6 bgp peers vrf all`). Only the summaries tell how many prefixes were accepted.
///
/// # Errors
/// When one is no JSON of its shape, an address is none, or a state is none of BGP's.
pub fn bgp_neighbors(summaries: [&str; 2], neighbors: [&str; 2]) -> Result<Vec<BgpNeighbor>, ParseError> {
    let [ipv4, ipv6] = summaries;
    let ipv4: Vrfs<'_, Summary<'_>> = json(ipv4)?;
    let ipv6: Vrfs<'_, Summary<'_>> = json(ipv6)?;
    let mut found = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    for text in neighbors {
        let all: Vrfs<'_, PeerList<'_>> = json(text)?;
        for (instance, list) in all.vrfs.0 {
            let ipv4 = summary(&ipv4, &instance);
            let ipv6 = summary(&ipv6, &instance);
            let own = ipv4.or(ipv6).and_then(|summary| router_id(&summary.router_id));
            for peer in list.peer_list {
                let accepted = [ipv4, ipv6].map(|summary| summary?.peers.get(&*peer.peer_address));
                let key = (instance.clone().into_owned(), peer.peer_address.clone().into_owned());
                let model = model(peer, &instance, own, accepted)?;
                // a neighbour with both families may stand in both answers: the second is the later
                match places.get(&key).and_then(|place| found.get_mut(*place)) {
                    Some(earlier) => *earlier = model,
                    None => {
                        places.insert(key, found.len());
                        found.push(model);
                    }
                }
            }
        }
    }
    Ok(found)
}

/// The summary of one VRF.
fn summary<'a, 'b>(all: &'b Vrfs<'a, Summary<'a>>, instance: &str) -> Option<&'b Summary<'a>> {
    all.vrfs.0.iter().find(|(name, _)| &**name == instance).map(|(_, summary)| summary)
}

/// Reads `show ip bgp summary vrf all` and `show ipv6 bgp summary vrf all`: where BGP runs.
///
/// # Errors
/// When one is no JSON of its shape.
pub fn bgp_instances(summaries: [&str; 2]) -> Result<Vec<BgpInstance>, ParseError> {
    let mut found: Vec<BgpInstance> = Vec::new();
    for text in summaries {
        let all: Vrfs<'_, Summary<'_>> = json(text)?;
        for (name, summary) in all.vrfs.0 {
            if !found.iter().any(|earlier| earlier.network_instance == *name) {
                found.push(BgpInstance {
                    network_instance: name.into_owned(),
                    router_id: router_id(&summary.router_id),
                    local_as: summary.asn.map(|asn| asn.0),
                });
            }
        }
    }
    Ok(found)
}

fn model(
    peer: Peer<'_>,
    instance: &str,
    own: Option<Ipv4Addr>,
    accepted: [Option<&SummaryPeer>; 2],
) -> Result<BgpNeighbor, ParseError> {
    let (peer_address, scope) = scoped(&peer.peer_address)?;
    let state = state(&peer.state)?;
    let is_established = state == BgpState::Established;
    let since = peer.established_time.map(duration).transpose()?;
    let seconds = |time: Option<f64>| time.filter(|time| *time > 0.0).map(duration).transpose();
    let interface = scope.map(str::to_owned).or_else(|| {
        // only a link-local peer is known by its interface
        let is_link_local = matches!(peer_address, std::net::IpAddr::V6(v6) if v6.is_unicast_link_local());
        peer.if_name.as_deref().filter(|_| is_link_local).map(str::to_owned)
    });
    let idle_reason = peer.idle_reason.filter(|_| state == BgpState::Idle);
    let is_enabled = idle_reason.as_deref() != Some(SHUT_DOWN);
    let down_reason = told(idle_reason)
        .map(down_reason)
        .or_else(|| told(peer.establish_fail_hint).filter(|_| !is_established).map(DownReason::Other));
    let [ipv4, ipv6] = accepted;
    let mut families = Vec::new();
    for (family, accepted, received, sent) in [
        (AddressFamily::Ipv4Unicast, ipv4, peer.prefixes_received, peer.prefixes_sent),
        (AddressFamily::Ipv6Unicast, ipv6, peer.v6_prefixes_received, peer.v6_prefixes_sent),
    ] {
        // the summary of a family has those who speak it; counts are there of both
        if accepted.is_some() || received > Some(0) || sent > Some(0) {
            let accepted = accepted.and_then(|peer| peer.prefix_accepted);
            families.push(NeighborFamily { family, received, accepted, sent, prefix_limit: None });
        }
    }
    Ok(BgpNeighbor {
        network_instance: instance.to_owned(),
        address: peer_address,
        remote_as: peer.asn.0,
        local_as: peer.local_asn.0,
        // before there is a connection it is what the router would take
        local_address: peer.update_source.filter(|_| is_established).and_then(|source| address(&source).ok()),
        local_router_id: own.or_else(|| peer.local_router_id.and_then(|id| router_id(&id))),
        interface,
        remote_router_id: peer.router_id.and_then(|id| router_id(&id)),
        description: told(peer.description),
        peer_group: told(peer.peer_group_name),
        is_enabled,
        state,
        down_reason,
        uptime: since.filter(|_| is_established),
        established_since: None,
        state_age: since.filter(|_| !is_established),
        flaps: peer.established_transitions.map(|times| times.saturating_sub(u64::from(is_established))),
        hold_time: seconds(peer.hold_time)?,
        keepalive: seconds(peer.keepalive_time)?,
        messages_received: peer.received_messages,
        messages_sent: peer.sent_messages,
        is_authenticated: None,
        families,
    })
}

/// A state of BGP, as EOS spells it.
pub(super) fn state(text: &str) -> Result<BgpState, ParseError> {
    Ok(match text {
        "Idle" => BgpState::Idle,
        "Connect" => BgpState::Connect,
        "Active" => BgpState::Active,
        "OpenSent" => BgpState::OpenSent,
        "OpenConfirm" => BgpState::OpenConfirm,
        "Established" => BgpState::Established,
        other => return Err(ParseError::new("a state of BGP", other)),
    })
}

/// Why a session is idle, in EOS's words.
pub(super) fn down_reason(words: String) -> DownReason {
    if words == SHUT_DOWN {
        DownReason::AdminDown
    } else if words.to_lowercase().contains("maximum") {
        DownReason::MaximumPrefixes
    } else {
        DownReason::Other(words)
    }
}

/// Reads `show ip bgp summary vrf all` or `show ipv6 bgp summary vrf all`: the prefixes accepted, by VRF and peer.
///
/// # Errors
/// When it is no JSON of that shape.
pub(super) fn accepted(summary: &str) -> Result<HashMap<(String, String), u64>, ParseError> {
    let all: Vrfs<'_, Summary<'_>> = json(summary)?;
    let mut found = HashMap::new();
    for (instance, summary) in all.vrfs.0 {
        for (peer, counts) in summary.peers {
            if let Some(accepted) = counts.prefix_accepted {
                found.insert((instance.clone().into_owned(), peer.into_owned()), accepted);
            }
        }
    }
    Ok(found)
}
