//! The BGP summary.

use std::net::Ipv4Addr;

use peering_core::state::{BgpInstance, BgpNeighbor};
use peering_core::{Asn, ParseError};

use super::field::router_id;
use super::row::{Neighbors, Row, asn, scoped};
use super::wrong;

/// How the head of a section begins.
const SECTION: &str = "BGP summary information for VRF ";

/// What the head of a section says.
#[derive(Default)]
struct Section<'a> {
    instance: &'a str,
    family: &'a str,
    /// Router and AS, which are not told where BGP has nothing to do.
    own: Option<(Option<Ipv4Addr>, Asn)>,
    has_table: bool,
}

/// Reads `show bgp all summary vrf all`: every VRF and address family.
///
/// # Errors
/// When a line of a table has not the form of one, an address or AS number is none, or a state is none of BGP's.
pub fn bgp_neighbors(text: &str) -> Result<Vec<BgpNeighbor>, ParseError> {
    let mut neighbors = Neighbors::default();
    let mut section = Section::default();
    // a long address or AS number has a line for itself: the others follow, indented
    let mut open: Option<(usize, Vec<&str>)> = None;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with(' ') && section.has_table {
            let Some((_, words)) = &mut open else {
                return Err(wrong("a neighbour before the rest of its line", line, number));
            };
            words.extend(line.split_whitespace());
            continue;
        }
        if let Some((number, words)) = open.take() {
            neighbors.add(&row(&section, &words, number)?)?;
        }
        if head(&mut section, line, number)? || !section.has_table || line.trim().is_empty() {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.first().map(|address| scoped(address)) {
            Some(Ok(_)) => open = Some((number, words)),
            // what follows a table is no part of it
            _ => section.has_table = false,
        }
    }
    if let Some((number, words)) = open {
        neighbors.add(&row(&section, &words, number)?)?;
    }
    Ok(neighbors.finish())
}

/// Reads `show bgp all summary vrf all`: where BGP runs.
///
/// # Errors
/// When a head has another form, or an AS number is none.
pub fn bgp_instances(text: &str) -> Result<Vec<BgpInstance>, ParseError> {
    let mut found: Vec<BgpInstance> = Vec::new();
    let mut section = Section::default();
    for (number, line) in text.lines().enumerate() {
        if !head(&mut section, line, number)? {
            continue;
        }
        let place = found.iter().position(|known| known.network_instance == section.instance);
        let model = BgpInstance {
            network_instance: section.instance.to_owned(),
            router_id: section.own.and_then(|(id, _)| id),
            local_as: section.own.map(|(_, asn)| asn),
        };
        match place.and_then(|place| found.get_mut(place)) {
            Some(known) if section.own.is_some() => *known = model,
            Some(_) => {}
            None => found.push(model),
        }
    }
    Ok(found)
}

/// Whether a line belongs to a head, which it changes then.
fn head<'a>(section: &mut Section<'a>, line: &'a str, number: usize) -> Result<bool, ParseError> {
    if let Some(rest) = line.strip_prefix(SECTION) {
        let (instance, family) = rest
            .split_once(", address family ")
            .ok_or_else(|| wrong("a VRF and an address family", line, number))?;
        *section = Section { instance: instance.trim(), family: family.trim(), ..Section::default() };
        return Ok(true);
    }
    if let Some(rest) = line.strip_prefix("BGP router identifier ") {
        let (id, local_as) = rest
            .split_once(", local AS number ")
            .ok_or_else(|| wrong("a router identifier and an AS number", line, number))?;
        let local_as = local_as.split_whitespace().next().unwrap_or_default();
        section.own = Some((router_id(id), asn(local_as)?));
        return Ok(true);
    }
    if line.starts_with("Neighbor ") && line.contains("State/") {
        section.has_table = true;
        return Ok(true);
    }
    Ok(false)
}

/// `192.0.2.1  4  65001  10  12  361  0  0  3w1d  9`, or with one or two words for the state.
fn row<'a>(section: &Section<'a>, words: &[&'a str], number: usize) -> Result<Row<'a>, ParseError> {
    let line = words.join(" ");
    let [address, _, remote_as, received, sent, _, _, _, time, state, more @ ..] = words else {
        return Err(wrong("the ten fields of a neighbour", &line, number));
    };
    let (own_id, local_as) =
        section.own.ok_or_else(|| wrong("the local AS before its neighbours", &line, number))?;
    let count = |text: &str| text.parse::<u64>().map_err(|_| wrong("a number of messages", &line, number));
    let prefixes = state.parse::<u64>().ok();
    let state = match (prefixes, more) {
        (Some(_), []) => "Established",
        (None, []) => state,
        (None, ["(Admin)"]) => "Shut (Admin)",
        (None, ["(PfxCt)"]) => "Idle (PfxCt)",
        _ => return Err(wrong("a state or a number of prefixes", &line, number)),
    };
    Ok(Row {
        instance: section.instance,
        own_id,
        local_as,
        family: section.family,
        address,
        remote_as: asn(remote_as)?,
        state,
        time,
        messages_received: Some(count(received)?),
        messages_sent: Some(count(sent)?),
        prefixes,
    })
}
