//! BGP: the processes, and the neighbours.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{
    AddressFamily, BgpInstance, BgpNeighbor, BgpNeighborDetail, BgpState, DownReason, NeighborFamily,
};

use super::bgp_block::{Block, Family, blocks};
use super::field::{is_refusal, router_id, told};

/// What the main table is called.
const MAIN: &str = "default";

/// The first words of each process.
const PROCESS: &str = "BGP Process Information:";

/// Reads `show bgp process`, and `show bgp vrf all process` behind it: the network instances that run BGP. Empty where none does.
///
/// # Errors
/// When a process has no AS or identifier, or these are none.
pub fn bgp_instances(text: &str) -> Result<Vec<BgpInstance>, ParseError> {
    let mut found: Vec<BgpInstance> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.trim();
        if let Some(rest) = words.strip_prefix(PROCESS) {
            let name = rest.trim().strip_prefix("VRF ").and_then(told);
            let network_instance = name.unwrap_or_else(|| MAIN.to_owned());
            found.push(BgpInstance { network_instance, router_id: None, local_as: None });
            continue;
        }
        let Some(instance) = found.last_mut() else { continue };
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(number);
        if let Some(asn) = words.strip_prefix("Autonomous System: ") {
            instance.local_as = Some(asn.trim().parse().map_err(|_| wrong("Autonomous System: N"))?);
        } else if let Some(id) = words.strip_prefix("Router ID: ") {
            let id = id.split_whitespace().next().unwrap_or_default();
            let _: std::net::Ipv4Addr = id.parse().map_err(|_| wrong("Router ID: ID"))?;
            instance.router_id = router_id(id);
        }
    }
    match found.iter().find(|instance| instance.local_as.is_none()) {
        Some(without) => Err(ParseError::new("Autonomous System: N", &without.network_instance)),
        None if found.is_empty() && !text.trim().is_empty() && !is_refusal(text) => {
            Err(ParseError::new(PROCESS, text.trim()))
        }
        None => Ok(found),
    }
}

/// Reads the answers of `show bgp … neighbors` of every family and VRF; `instances` have our identifiers. The same session may be
/// told several times, once for each of its families.
///
/// # Errors
/// When a block lacks the address, an AS or the state, or a line of one has not its form.
pub fn bgp_neighbors(instances: &[BgpInstance], texts: &[&str]) -> Result<Vec<BgpNeighbor>, ParseError> {
    let details = bgp_neighbors_detail(instances, texts)?;
    Ok(details.into_iter().map(|detail| detail.neighbor).collect())
}

/// The same with all that is told. Policies and counts are those of the family that the session runs over.
///
/// # Errors
/// As [`bgp_neighbors`].
pub fn bgp_neighbors_detail(
    instances: &[BgpInstance],
    texts: &[&str],
) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    let mut all: Vec<Block> = Vec::new();
    for block in texts.iter().map(|text| blocks(text)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        match all.iter_mut().find(|known| key(known) == key(&block)) {
            Some(known) => add_families(known, block.families),
            None => all.push(block),
        }
    }
    Ok(all.into_iter().map(|block| detail(block, instances)).collect())
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

/// What came before the policy: what was accepted, and what the policy denies.
fn received(family: &Family) -> Option<u64> {
    family.accepted?.checked_add(family.denied?)
}

/// The unicast family of the address that the session runs over, else its first.
fn own_family(block: &Block) -> Option<&Family> {
    let own = if block.address.is_ipv4() { AddressFamily::Ipv4Unicast } else { AddressFamily::Ipv6Unicast };
    block.families.iter().find(|family| family.family == own).or_else(|| block.families.first())
}

fn detail(block: Block, instances: &[BgpInstance]) -> BgpNeighborDetail {
    let name = block.instance.clone().unwrap_or_else(|| MAIN.to_owned());
    let own = own_family(&block);
    let told = &block.told;
    BgpNeighborDetail {
        routing_table: Some(name.clone()),
        is_local_address_configured: None,
        local_port: told.local.map(|(_, port)| port).filter(|port| *port > 0),
        remote_port: told.remote_port.filter(|port| *port > 0),
        is_multihop: Some(told.is_multihop),
        is_multipath: None,
        removes_private_as: own.map(|family| family.removes_private_as),
        import_policy: own.and_then(|family| family.import_policy.clone()),
        export_policy: own.and_then(|family| family.export_policy.clone()),
        updates_received: told.updates.map(|(_, received)| received),
        updates_sent: told.updates.map(|(sent, _)| sent),
        messages_queued: told.queued,
        previous_state: None,
        last_event: told.reset_reason.clone(),
        // while a session is down, the table of what is offered is not filled
        suppresses_4byte_as: told
            .offers_4byte_as
            .filter(|_| block.state == BgpState::Established)
            .map(|is_offered| !is_offered),
        prepends_local_as: None,
        supports_add_path: own.and_then(|family| family.has_add_path),
        options: Vec::new(),
        configured_hold_time: told.configured_hold_time.map(|(hold, _)| hold),
        configured_keepalive: told.configured_hold_time.map(|(_, keepalive)| keepalive),
        active_prefixes: own.and_then(|family| family.best),
        received_prefixes: own.and_then(received),
        accepted_prefixes: own.and_then(|family| family.accepted),
        suppressed_prefixes: own.and_then(|family| family.suppressed),
        advertised_prefixes: own.and_then(|family| family.sent),
        neighbor: neighbor(&block, name, instances),
    }
}

fn neighbor(block: &Block, name: String, instances: &[BgpInstance]) -> BgpNeighbor {
    let told = &block.told;
    let is_up = block.state == BgpState::Established;
    let uptime = told.uptime.filter(|_| is_up);
    // zero before the first session
    let down = told.since_reset.filter(|time| !is_up && !time.is_zero());
    let id = instances.iter().find(|instance| instance.network_instance == name);
    BgpNeighbor {
        address: block.address,
        remote_as: block.remote_as,
        local_as: block.local_as,
        local_address: told.local.map(|(address, _)| address).filter(|address| !address.is_unspecified()),
        local_router_id: id.and_then(|instance| instance.router_id),
        interface: block.interface.clone(),
        remote_router_id: told.remote_router_id,
        description: told.description.clone(),
        // neither is told
        peer_group: None,
        is_authenticated: None,
        is_enabled: !told.is_shut_down,
        state: block.state,
        down_reason: if is_up { None } else { down_reason(block) },
        uptime,
        established_since: None,
        state_age: uptime.or(down),
        flaps: told.drops,
        hold_time: told.hold_time.map(|(hold, _)| hold),
        keepalive: told.hold_time.map(|(_, keepalive)| keepalive),
        messages_received: told.messages.map(|(_, received)| received),
        messages_sent: told.messages.map(|(sent, _)| sent),
        families: block.families.iter().map(family).collect(),
        network_instance: name,
    }
}

fn family(found: &Family) -> NeighborFamily {
    NeighborFamily {
        family: found.family.clone(),
        received: received(found),
        accepted: found.accepted,
        sent: found.sent,
        prefix_limit: found.limit,
    }
}

/// Why a session is down that is not shut down: what ended it.
fn down_reason(block: &Block) -> Option<DownReason> {
    if block.told.is_shut_down {
        return Some(DownReason::AdminDown);
    }
    let reason = block.told.reset_reason.as_deref()?;
    let words = reason.to_ascii_lowercase();
    let is_over = ["maximum prefix", "maximum number of prefixes", "max prefix"].iter();
    Some(match is_over.into_iter().any(|over| words.contains(over)) {
        true => DownReason::MaximumPrefixes,
        false => DownReason::Other(reason.to_owned()),
    })
}
