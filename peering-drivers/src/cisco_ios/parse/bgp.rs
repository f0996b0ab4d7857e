//! The BGP neighbours: the rows of the summaries and the blocks of each, put together.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{BgpNeighbor, BgpNeighborDetail, BgpState, DownReason, NeighborFamily};

use super::bgp_block::{Block, Family, blocks};
use super::bgp_summary::{Head, Row, Summary, summary};
use super::field::is_refusal;

/// What the main table is called.
const MAIN: &str = "default";

/// What the details list among the options when IOS says it.
const SAME_LINK: &str = "peering address in same link";

/// Reads `show bgp all summary`, and `show bgp FAMILY neighbors` of each family; a family that the router does not have may be
/// empty, or say so. Neighbours stand in the order in which they first appear.
///
/// The summaries tell no VRFs, and in all of them the router's own identifier: that of a VRF is in the answer for the VRF alone,
/// so a neighbour in one has no `local_router_id`.
///
/// # Errors
/// When a row has other columns, or a block lacks the address, the AS or the state.
pub fn bgp_neighbors(overview: &str, families: &[&str]) -> Result<Vec<BgpNeighbor>, ParseError> {
    let details = join(overview, families)?;
    Ok(details.into_iter().map(|detail| detail.neighbor).collect())
}

/// Reads `show ip bgp all sum`, and `show ip bgp FAMILY neigh ADDRESS` of each of its rows. As [`bgp_neighbors`].
///
/// # Errors
/// As [`bgp_neighbors`].
pub fn bgp_neighbors_detail(
    overview: &str,
    neighbors: &[&str],
) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    join(overview, neighbors)
}

fn join(overview: &str, texts: &[&str]) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    let summary = summary(overview)?;
    let mut all: Vec<Block> = Vec::new();
    for text in texts {
        let found = blocks(text)?;
        if found.is_empty() && !text.trim().is_empty() && !is_refusal(text) {
            return Err(ParseError::new("BGP neighbor is …", text.trim()));
        }
        for block in found {
            let is_same = |other: &&mut Block| key(other) == key(&block);
            match all.iter_mut().find(is_same) {
                // a session is told once for each of its families, with all of them
                Some(known) => add_families(known, block.families),
                None => all.push(block),
            }
        }
    }
    let mut rows = Rows::new(&summary);
    all.into_iter().map(|block| detail(block, &mut rows)).collect()
}

/// What tells sessions apart.
fn key(block: &Block) -> (Option<&str>, IpAddr, Option<&str>) {
    (block.instance.as_deref(), block.address, block.interface.as_deref())
}

fn add_families(known: &mut Block, families: Vec<Family>) {
    for family in families {
        if !known.families.iter().any(|other| other.family == family.family) {
            known.families.push(family);
        }
    }
}

/// The rows of the summary; each belongs to one session.
struct Rows<'a> {
    summary: &'a Summary,
    taken: Vec<bool>,
}

impl<'a> Rows<'a> {
    fn new(summary: &'a Summary) -> Rows<'a> {
        Rows { summary, taken: vec![false; summary.rows.len()] }
    }

    /// The rows of a session. The same address may be in several VRFs: their rows stand in the order of their blocks, one a
    /// family.
    fn take(&mut self, block: &Block) -> Vec<&'a Row> {
        let mut found: Vec<&Row> = Vec::new();
        for (row, taken) in self.summary.rows.iter().zip(&mut self.taken) {
            let is_ours = row.address == block.address
                && (row.interface.is_none() || row.interface == block.interface)
                && block.instance.is_some() == is_vpn_only(row, block)
                && !found.iter().any(|other| other.family == row.family);
            if is_ours && !*taken {
                *taken = true;
                found.push(row);
            }
        }
        found
    }
}

/// Whether a row can only be that of a session in a VRF: its family is one of VPNs, which the block does not have itself.
fn is_vpn_only(row: &Row, block: &Block) -> bool {
    let has_family = block.families.iter().any(|family| family.family.as_ref() == Some(&row.family));
    row.family.to_string().starts_with("vpn") && !has_family
}

fn detail(block: Block, rows: &mut Rows<'_>) -> Result<BgpNeighborDetail, ParseError> {
    let of_session = rows.take(&block);
    let head: Option<&Head> =
        of_session.first().and_then(|row| rows.summary.heads.get(row.head)).or(rows.summary.heads.first());
    let local_as = block.local_as.or(head.map(|head| head.local_as));
    let local_as = local_as
        .ok_or_else(|| ParseError::new("local AS number N", &format!("neighbor {}", block.address)))?;
    let is_up = block.state == BgpState::Established;
    // the longest of its families, as they may come later than the session
    let in_summary = of_session.iter().filter_map(|row| row.since).max();
    let since = in_summary.or(block.since);
    let words = of_session.iter().find_map(|row| row.state.as_deref());
    let mut options = block.capabilities.clone();
    options.extend(block.is_in_same_link.then(|| SAME_LINK.to_owned()));
    let first = block.families.first();
    if let Some((outbound, inbound)) = first.and_then(|family| family.denied) {
        options.push(format!("Local Policy Denied Prefixes: {outbound} outbound, {inbound} inbound"));
    }
    let sum = |count: fn(&Family) -> Option<u64>| {
        block
            .families
            .iter()
            .filter_map(count)
            .fold(None, |sum: Option<u64>, count| Some(sum.unwrap_or(0).saturating_add(count)))
    };
    Ok(BgpNeighborDetail {
        routing_table: None,
        is_local_address_configured: None,
        local_port: block.local.map(|(_, port)| port),
        remote_port: block.remote_port,
        is_multihop: multihop(&block),
        is_multipath: first.and_then(|family| family.multipath).map(|paths| paths > 0),
        removes_private_as: first.map(|family| family.removes_private_as),
        import_policy: first.and_then(|family| family.import_policy.clone()),
        export_policy: first.and_then(|family| family.export_policy.clone()),
        updates_received: block.updates.map(|(_, received)| received),
        updates_sent: block.updates.map(|(sent, _)| sent),
        messages_queued: of_session.first().map(|row| row.queued).or(block.queued),
        previous_state: None,
        last_event: block.last_reset.clone(),
        suppresses_4byte_as: four_octets(&block),
        prepends_local_as: None,
        supports_add_path: first.and_then(|family| family.has_add_path),
        options,
        configured_hold_time: block.configured_hold_time.map(|(hold, _)| hold),
        configured_keepalive: block.configured_hold_time.map(|(_, keepalive)| keepalive),
        active_prefixes: sum(|family| family.best),
        received_prefixes: sum(received),
        accepted_prefixes: sum(|family| family.accepted),
        suppressed_prefixes: None,
        advertised_prefixes: sum(|family| family.sent),
        neighbor: BgpNeighbor {
            network_instance: block.instance.clone().unwrap_or_else(|| MAIN.to_owned()),
            address: block.address,
            remote_as: block.remote_as,
            local_as,
            local_address: block.local.map(|(address, _)| address),
            local_router_id: head.filter(|_| block.instance.is_none()).and_then(|head| head.router_id),
            interface: block.interface.clone(),
            remote_router_id: block.remote_router_id,
            description: block.description.clone(),
            peer_group: block
                .peer_group
                .clone()
                .or_else(|| first.and_then(|family| family.peer_group.clone())),
            is_enabled: !block.is_shut_down && !words.is_some_and(|words| words.contains("(Admin)")),
            state: block.state,
            down_reason: if is_up { None } else { down_reason(&block, words) },
            uptime: since.filter(|_| is_up),
            established_since: None,
            state_age: since.filter(|_| !is_up),
            flaps: block.drops,
            hold_time: block.hold_time.map(|(hold, _)| hold),
            keepalive: block.hold_time.map(|(_, keepalive)| keepalive),
            messages_received: block.messages.map(|(_, received)| received),
            messages_sent: block.messages.map(|(sent, _)| sent),
            is_authenticated: block.is_authenticated,
            families: block.families.iter().filter_map(family).collect(),
        },
    })
}

fn family(found: &Family) -> Option<NeighborFamily> {
    Some(NeighborFamily {
        family: found.family.clone()?,
        received: received(found),
        accepted: found.accepted,
        sent: found.sent,
        prefix_limit: found.limit,
    })
}

/// What came before the policy. IOS keeps it only for a soft reconfiguration, and then only what the policy changed or denied:
/// where that is less than what was accepted, nobody can tell.
fn received(family: &Family) -> Option<u64> {
    family.saved.filter(|saved| family.accepted.is_some_and(|accepted| *saved >= accepted))
}

fn multihop(block: &Block) -> Option<bool> {
    match block.hops {
        Some(hops) => Some(hops > 1),
        None => (block.has_connected_check && block.is_external).then_some(false),
    }
}

fn four_octets(block: &Block) -> Option<bool> {
    let line = block.capabilities.iter().find_map(|line| line.strip_prefix("Four-octets ASN Capability:"))?;
    Some(!line.contains("advertised"))
}

fn down_reason(block: &Block, words: Option<&str>) -> Option<DownReason> {
    if block.is_shut_down || words.is_some_and(|words| words.contains("(Admin)")) {
        return Some(DownReason::AdminDown);
    }
    if words.is_some_and(|words| words.contains("(PfxCt)")) {
        return Some(DownReason::MaximumPrefixes);
    }
    let (_, reason) = block.last_reset.as_deref()?.split_once("due to ")?;
    Some(DownReason::Other(reason.to_owned()))
}
