//! All that `get-bgp-neighbor-information` tells of a neighbour.

use std::time::Duration;

use peering_core::state::BgpNeighborDetail;
use peering_core::{Asn, ParseError};

use super::bgp::{Peer, Table, content, endpoint, peers, value};
use crate::transport::netconf::xml::Element;

/// Reads the neighbours of one routing instance, by Junos's name of it, with everything; their ages are in
/// [`super::bgp_state_ages`].
///
/// # Errors
/// When the reply is another, or a neighbour lacks address, AS numbers or state.
pub fn bgp_neighbors_detail(
    reply: Element<'_>,
    instance: &str,
) -> Result<Vec<BgpNeighborDetail>, ParseError> {
    peers(reply)?.iter().map(|peer| detail(peer, instance)).collect()
}

fn detail(peer: &Peer<'_>, instance: &str) -> Result<BgpNeighborDetail, ParseError> {
    let neighbor = peer.neighbor(instance)?;
    let Peer { entry, options, tables, .. } = peer;
    let words: Vec<String> = peer.option_words().map(str::to_owned).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let told = |name: &str| options.basic.map(|_| has(name));
    let advertised_as: Option<Asn> = value(entry.four_byte_as)?;
    let keepalive = value(entry.keepalive)?.map(Duration::from_secs);
    Ok(BgpNeighborDetail {
        routing_table: tables.first().and_then(|table| content(table.name)).map(str::to_owned),
        is_local_address_configured: told("LocalAddress"),
        local_port: content(entry.local_address).and_then(|text| endpoint(text).1),
        remote_port: content(entry.address).and_then(|text| endpoint(text).1),
        is_multihop: told("Multihop"),
        is_multipath: told("Multipath"),
        removes_private_as: told("RemovePrivateAS"),
        import_policy: policies(&options.import),
        export_policy: policies(&options.export),
        updates_received: value(entry.updates_received)?,
        updates_sent: value(entry.updates_sent)?,
        messages_queued: queued(&entry.queues)?,
        previous_state: content(entry.previous_state).map(str::to_owned),
        last_event: content(entry.last_event).map(str::to_owned),
        suppresses_4byte_as: advertised_as.map(|advertised| advertised != neighbor.remote_as),
        // Junos does not say.
        prepends_local_as: None,
        supports_add_path: entry.no_add_path.map(|_| false),
        configured_hold_time: value(options.hold_time)?.map(Duration::from_secs),
        configured_keepalive: keepalive,
        active_prefixes: sum(tables, |table| table.active)?,
        received_prefixes: sum(tables, |table| table.received)?,
        accepted_prefixes: sum(tables, |table| table.accepted)?,
        suppressed_prefixes: sum(tables, |table| table.suppressed)?,
        advertised_prefixes: sum(tables, |table| table.sent)?,
        options: words,
        neighbor,
    })
}

fn policies(elements: &[Element<'_>]) -> Option<String> {
    let texts: Vec<&str> =
        elements.iter().map(|policy| policy.text()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() { None } else { Some(texts.join(" ")) }
}

/// What waits in all queues; `None` without one.
fn queued(queues: &[Element<'_>]) -> Result<Option<u64>, ParseError> {
    total(queues.iter().map(|queue| queue.value_at("count")))
}

/// A count over all tables, those without it aside; `None` without a table.
fn sum<'d>(
    tables: &[Table<'d>],
    count: impl Fn(&Table<'d>) -> Option<Element<'d>>,
) -> Result<Option<u64>, ParseError> {
    total(tables.iter().map(|table| value(count(table))))
}

fn total(counts: impl Iterator<Item = Result<Option<u64>, ParseError>>) -> Result<Option<u64>, ParseError> {
    let mut total = None;
    for count in counts {
        let count = count?.unwrap_or(0);
        total = Some(total.map_or(count, |total: u64| total.saturating_add(count)));
    }
    Ok(total)
}
