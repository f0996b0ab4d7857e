//! Routes as the router shows them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::bgp::unit_addresses;
use super::device::Junos;
use super::reply::unknown;
use crate::sim::clock::elapsed;
use crate::sim::fabric::World;
use crate::sim::family::Family;
use crate::sim::netconf::element::Element;
use crate::sim::netconf::reply::Reply;

/// One way to a destination.
struct Entry {
    protocol: &'static str,
    preference: u32,
    /// The next hop and where it is; a discarding route has none.
    via: Option<(Option<IpAddr>, String)>,
    /// The neighbour of a BGP route: its AS, its address, ours.
    bgp: Option<(u32, IpAddr, u32)>,
    seconds: u64,
}

/// What was asked for.
struct Wanted {
    net: Option<IpNet>,
    is_address: bool,
    is_exact: bool,
    protocol: Option<String>,
    table: Option<String>,
}

/// `get-route-information`
pub(crate) fn routes(world: &World, router: usize, junos: &Junos, rpc: &Element, now: Instant) -> Reply {
    let destination = rpc.value("destination");
    let net = destination
        .and_then(|text| text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?))));
    if destination.is_some() && net.is_none() {
        return unknown("destination");
    }
    let wanted = Wanted {
        net,
        is_address: destination.is_some_and(|text| !text.contains('/')),
        is_exact: rpc.has("exact"),
        protocol: rpc.value("protocol").map(str::to_ascii_lowercase),
        table: rpc.value("table").map(str::to_owned),
    };
    let is_detailed = rpc.has("extensive") || rpc.has("detail");
    let mut body = format!(
        "<route-information xmlns=\"http://xml.juniper.net/junos/{}/junos-routing\">\n",
        junos.release()
    );
    for instance in &junos.instances {
        for family in Family::BOTH {
            let name = instance.table(family);
            if wanted.table.as_ref().is_some_and(|table| *table != name && *table != format!("{name}.0")) {
                continue;
            }
            let all = table(world, router, junos, &instance.name, family, now);
            let total: usize = all.values().map(Vec::len).sum();
            let shown: Vec<(&IpNet, &Vec<Entry>)> = chosen(&all, &wanted);
            if shown.is_empty() {
                continue;
            }
            body.push_str(&format!(
                "<route-table>\n<table-name>{name}</table-name>\n<destination-count>{0}</destination-count>\n\
                 <total-route-count>{total}</total-route-count>\n<active-route-count>{0}</active-route-count>\n\
                 <holddown-route-count>0</holddown-route-count>\n<hidden-route-count>0</hidden-route-count>\n",
                all.len()
            ));
            for (prefix, entries) in shown {
                route(prefix, entries, is_detailed, &wanted, &mut body);
            }
            body.push_str("</route-table>\n");
        }
    }
    Reply::new(body + "</route-information>\n")
}

/// All routes of an instance's table, the best way first.
fn table(
    world: &World,
    router: usize,
    junos: &Junos,
    instance: &str,
    family: Family,
    now: Instant,
) -> BTreeMap<IpNet, Vec<Entry>> {
    let mut all: BTreeMap<IpNet, Vec<Entry>> = BTreeMap::new();
    let Some(instance) = junos.instances.iter().find(|one| one.name == instance) else { return all };
    let seconds = |at: Instant| junos.database.clock.scaled(now.saturating_duration_since(at));
    let up = seconds(junos.chassis.booted);
    for (name, unit) in junos.units() {
        let is_elsewhere = junos.instances.iter().any(|other| other.interfaces.contains(&name));
        let is_ours = instance.interfaces.contains(&name) || (instance.is_master() && !is_elsewhere);
        for net in unit_addresses(unit).into_iter().filter(|net| is_ours && Family::of(net.addr()) == family)
        {
            let entry = |protocol| Entry {
                protocol,
                preference: 0,
                via: Some((None, name.clone())),
                bgp: None,
                seconds: up,
            };
            all.entry(net.trunc()).or_default().push(entry("Direct"));
            let host = IpNet::from(net.addr());
            if host != net.trunc() {
                all.entry(host).or_default().push(entry("Local"));
            }
        }
    }
    for (prefix, protocol) in instance.routes.iter().filter(|(prefix, _)| Family::of(prefix.addr()) == family)
    {
        let preference = if *protocol == "Static" { 5 } else { 130 };
        all.entry(*prefix).or_default().push(Entry {
            protocol,
            preference,
            via: None,
            bgp: None,
            seconds: up,
        });
    }
    for (prefix, peers) in world.table(router, family) {
        for address in peers {
            let Some(peer) = instance.peers.iter().find(|peer| peer.address == address) else { continue };
            let session = junos.chassis.sessions.get(&address).and_then(|session| session.established);
            let via = junos.towards(address).map(|(interface, _)| interface).unwrap_or_default();
            all.entry(prefix).or_default().push(Entry {
                protocol: "BGP",
                preference: 170,
                via: Some((Some(address), via)),
                bgp: Some((peer.peer_as, address, peer.local_as)),
                seconds: session.map_or(0, |(at, _)| seconds(at)),
            });
        }
    }
    all.values_mut().for_each(|entries| entries.sort_by_key(|entry| entry.preference));
    all
}

fn chosen<'a>(all: &'a BTreeMap<IpNet, Vec<Entry>>, wanted: &Wanted) -> Vec<(&'a IpNet, &'a Vec<Entry>)> {
    let speaks = |entries: &[Entry]| {
        let is_it = |entry: &Entry| {
            wanted.protocol.as_ref().is_none_or(|name| entry.protocol.eq_ignore_ascii_case(name))
        };
        entries.iter().any(is_it)
    };
    let candidates = all.iter().filter(|(_, entries)| speaks(entries));
    let Some(net) = wanted.net else { return candidates.collect() };
    if wanted.is_address {
        let best = candidates
            .filter(|(prefix, _)| prefix.contains(&net))
            .max_by_key(|(prefix, _)| prefix.prefix_len());
        return best.into_iter().collect();
    }
    candidates.filter(|(prefix, _)| **prefix == net || (!wanted.is_exact && net.contains(*prefix))).collect()
}

fn route(prefix: &IpNet, entries: &[Entry], is_detailed: bool, wanted: &Wanted, out: &mut String) {
    let destination = match is_detailed {
        true => format!(
            "<rt-destination>{}</rt-destination>\n<rt-prefix-length>{}</rt-prefix-length>\n\
             <rt-entry-count junos:format=\"{1} entries\">{2}</rt-entry-count>\n<rt-announced-count>1</rt-announced-count>\n",
            prefix.addr(),
            prefix.prefix_len(),
            entries.len()
        ),
        false => format!("<rt-destination>{prefix}</rt-destination>\n"),
    };
    let style = if is_detailed { "detail" } else { "brief" };
    out.push_str(&format!("<rt junos:style=\"{style}\">\n{destination}"));
    for (place, entry) in entries.iter().enumerate() {
        if wanted.protocol.as_ref().is_some_and(|name| !entry.protocol.eq_ignore_ascii_case(name)) {
            continue;
        }
        let is_best = place == 0;
        let mark = if is_best { "*" } else { " " };
        let current = if is_best { "<current-active/>\n<last-active/>\n" } else { "" };
        out.push_str(&format!(
            "<rt-entry>\n<active-tag>{mark}</active-tag>\n{current}<protocol-name>{}</protocol-name>\n<preference>{}</preference>\n",
            entry.protocol, entry.preference
        ));
        if entry.bgp.is_some() {
            out.push_str("<preference2>-101</preference2>\n");
        }
        if is_detailed {
            let state = match (is_best, &entry.bgp) {
                (true, Some(_)) => "Active Ext",
                (false, Some(_)) => "NotBest Ext",
                (true, None) => "Active Int",
                (false, None) => "Int",
            };
            out.push_str(&format!("<rt-entry-state>{state}</rt-entry-state>\n"));
            if !is_best {
                out.push_str("<inactive-reason>Not Best in its group - Router ID</inactive-reason>\n");
            }
        }
        if let Some((peer, _, own)) = entry.bgp.filter(|_| is_detailed) {
            out.push_str(&format!("<local-as>{own}</local-as>\n<peer-as>{peer}</peer-as>\n"));
        }
        out.push_str(&format!("<age junos:seconds=\"{}\">{}</age>\n", entry.seconds, elapsed(entry.seconds)));
        if let Some((peer, address, _)) = entry.bgp {
            out.push_str(&format!(
                "<validation-state>unverified</validation-state>\n<as-path>AS path: {peer} I\n</as-path>\n\
                 <local-preference>100</local-preference>\n"
            ));
            let name = if is_detailed { "peer-id" } else { "learned-from" };
            out.push_str(&format!("<{name}>{address}</{name}>\n"));
        }
        match &entry.via {
            None => out.push_str("<nh-type>Discard</nh-type>\n"),
            Some((to, interface)) => {
                let to = to.map(|to| format!("<to>{to}</to>\n")).unwrap_or_default();
                let selected = if is_best { "<selected-next-hop/>\n" } else { "" };
                out.push_str(&format!(
                    "<nh>\n<nh-string>Next hop</nh-string>\n{to}<via>{interface}</via>\n{selected}</nh>\n"
                ));
            }
        }
        out.push_str("</rt-entry>\n");
    }
    out.push_str("</rt>\n");
}
