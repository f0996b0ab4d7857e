//! BGP and routes as the router shows them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::bgp::{Instance, Peer};
use super::device::Junos;
use super::reply::unknown;
use crate::sim::clock::elapsed;
use crate::sim::fabric::World;
use crate::sim::family::Family;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;
use crate::sim::session::Session;

/// The routes of each family with the peers that they came from, the best first.
type Tables = [BTreeMap<IpNet, Vec<IpAddr>>; 2];

/// What is known of a neighbour at a moment.
pub(crate) struct View<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) peer: &'a Peer,
    pub(crate) state: &'static str,
    session: Option<&'a Session>,
    pub(crate) seconds: u64,
    /// The peer's AS, when it has said it.
    told: Option<(u32, String)>,
    local: Option<IpAddr>,
    pub(crate) ribs: Vec<Rib>,
    messages: u64,
}

pub(crate) struct Rib {
    pub(crate) name: String,
    pub(crate) active: usize,
    pub(crate) received: usize,
    pub(crate) accepted: usize,
    advertised: usize,
}

/// The neighbours of an instance, or of all.
pub(crate) fn views<'a>(
    world: &'a World,
    router: usize,
    junos: &'a Junos,
    name: Option<&str>,
    now: Instant,
) -> Vec<View<'a>> {
    let tables = Family::BOTH.map(|family| world.table(router, family));
    let instances = junos.instances.iter().filter(|instance| name.is_none_or(|name| instance.name == name));
    let peers = instances.flat_map(|instance| instance.peers.iter().map(move |peer| (instance, peer)));
    peers.map(|(instance, peer)| view(world, router, junos, (instance, peer), &tables, now)).collect()
}

fn view<'a>(
    world: &World,
    router: usize,
    junos: &'a Junos,
    (instance, peer): (&'a Instance, &'a Peer),
    tables: &Tables,
    now: Instant,
) -> View<'a> {
    let session = junos.chassis.sessions.get(&peer.address);
    let since = session
        .map_or(junos.chassis.booted, |session| session.established.map_or(session.since, |(at, _)| at));
    let seconds = junos.database.clock.scaled(now.saturating_duration_since(since));
    let is_up = session.is_some_and(|session| session.established.is_some());
    let ribs = Family::BOTH.into_iter().zip(tables).filter_map(|(family, table)| {
        session.filter(|session| session.is_up_for(family))?;
        let accepted = world.accepted(router, peer.address, family);
        let is_best =
            |prefix: &&IpNet| table.get(prefix).and_then(|peers| peers.first()) == Some(&peer.address);
        Some(Rib {
            name: instance.table(family),
            active: accepted.iter().filter(is_best).count(),
            received: world.announced(router, peer.address, family).len(),
            accepted: accepted.len(),
            advertised: crate::sim::persona::Persona::exported(junos, peer.address, family).len(),
        })
    });
    let hold = u64::from(peer.hold_time.max(3));
    View {
        instance,
        peer,
        state: session.map_or("Idle", |session| session.state(now, world.delay)),
        session,
        seconds,
        told: if is_up { world.told(router, peer.address) } else { None },
        local: peer.local_address.or_else(|| junos.towards(peer.address).map(|(_, own)| own)),
        ribs: ribs.collect(),
        messages: if is_up { 2 + seconds * 3 / hold } else { 0 },
    }
}

fn namespace(junos: &Junos) -> String {
    format!("xmlns=\"http://xml.juniper.net/junos/{}/junos-routing\"", junos.release())
}

/// `get-bgp-neighbor-information`
pub(crate) fn neighbors(world: &World, router: usize, junos: &Junos, rpc: &Element, now: Instant) -> Reply {
    let views = views(world, router, junos, rpc.value("instance"), now);
    let wanted = rpc.value("neighbor-address").map(|text| text.split('+').next().unwrap_or(text));
    let address: Option<IpAddr> = match wanted.map(str::parse) {
        Some(Err(_)) => return unknown("neighbor-address"),
        wanted => wanted.and_then(Result::ok),
    };
    let mut body = format!("<bgp-information {}>\n", namespace(junos));
    for view in views.iter().filter(|view| address.is_none_or(|address| view.peer.address == address)) {
        neighbor(junos, view, &mut body);
    }
    Reply::new(body + "</bgp-information>\n")
}

fn neighbor(junos: &Junos, view: &View<'_>, out: &mut String) {
    let View { peer, instance, state, .. } = view;
    let is_up = *state == "Established";
    let ports =
        if is_up { ("+179", format!("+{}", 50_000 + peer.local_as % 10_000)) } else { ("", String::new()) };
    let leaf = |out: &mut String, name: &str, text: &str| {
        out.push_str(&format!("<{name}>{}</{name}>\n", escaped(text)));
    };
    out.push_str("<bgp-peer junos:style=\"detail\">\n");
    leaf(out, "peer-address", &format!("{}{}", peer.address, ports.0));
    leaf(out, "peer-as", &peer.peer_as.to_string());
    let local = view.local.map_or_else(|| "unspecified".to_owned(), |own| own.to_string());
    leaf(out, "local-address", &format!("{local}{}", ports.1));
    leaf(out, "local-as", &peer.local_as.to_string());
    if let Some(description) = &peer.description {
        leaf(out, "description", description);
    }
    leaf(out, "peer-group", &peer.group);
    leaf(out, "peer-cfg-rti", &instance.name);
    leaf(out, "peer-fwd-rti", &instance.name);
    leaf(out, "peer-type", if peer.is_internal { "Internal" } else { "External" });
    leaf(out, "peer-state", state);
    leaf(out, "peer-flags", if is_up { "Sync" } else { "" });
    let (last, event) = match *state {
        "Established" => ("OpenConfirm", "RecvKeepAlive"),
        "OpenSent" | "OpenConfirm" => ("Connect", "RecvOpen"),
        "Active" => ("Idle", "ConnectRetry"),
        _ => ("Idle", "Start"),
    };
    leaf(out, "last-state", last);
    leaf(out, "last-event", event);
    let error = view.session.and_then(|session| session.notification);
    let name = error.map_or("None", |error| match error.code.get(..2) {
        Some("02") => "Open Message Error",
        Some("04") => "Hold Timer Expired Error",
        _ => "Cease",
    });
    leaf(out, "last-error", name);
    out.push_str(&format!("<bgp-option-information {}>\n", namespace(junos)));
    for (name, chain) in [("export-policy", &peer.export), ("import-policy", &peer.import)] {
        if !chain.is_empty() {
            leaf(out, name, &format!("\n{}\n", chain.join(" ")));
        }
    }
    leaf(out, "bgp-options", &peer.options.join(" "));
    leaf(out, "bgp-options2", "");
    leaf(out, "bgp-options-extended", if peer.is_shut { "Shutdown" } else { "" });
    let families: Vec<&str> = ["inet-unicast", "inet6-unicast"]
        .into_iter()
        .zip(peer.families)
        .filter_map(|(name, is_on)| is_on.then_some(name))
        .collect();
    leaf(out, "address-families", &families.join(" "));
    leaf(out, "holdtime", &peer.hold_time.to_string());
    leaf(out, "preference", "170");
    let limits = ["inet-unicast", "inet6-unicast"].into_iter().zip(peer.limits);
    for (name, limit) in limits.filter_map(|(name, limit)| Some((name, limit?))) {
        out.push_str(&format!(
            "<prefix-limit>\n<nlri-type>{name}</nlri-type>\n<prefix-count>{limit}</prefix-count>\n</prefix-limit>\n"
        ));
    }
    leaf(out, "local-as", &peer.local_as.to_string());
    leaf(out, "local-system-as", &instance.asn.unwrap_or(0).to_string());
    out.push_str("</bgp-option-information>\n");
    let flaps = view.session.map_or(0, |session| session.downs);
    leaf(out, "flap-count", &flaps.to_string());
    if let Some(error) = error {
        let (sent, received) = if error.is_sent { (1, 0) } else { (0, 1) };
        out.push_str(&format!(
            "<bgp-error>\n<name>{name}</name>\n<send-count>{sent}</send-count>\n<receive-count>{received}</receive-count>\n</bgp-error>\n"
        ));
    }
    if let Some((asn, id)) = &view.told {
        leaf(out, "peer-id", id);
        leaf(out, "local-id", &instance.router_id);
        leaf(out, "active-holdtime", &peer.hold_time.to_string());
        leaf(out, "keepalive-interval", &(peer.hold_time / 3).to_string());
        leaf(out, "group-index", "0");
        leaf(out, "peer-index", "0");
        if let Some((interface, _)) = junos.towards(peer.address) {
            leaf(out, "local-interface-name", &interface);
        }
        leaf(out, "nlri-type-session", &families.join(" "));
        leaf(out, "peer-refresh-capability", "2");
        leaf(out, "peer-4byte-as-capability-advertised", &asn.to_string());
        out.push_str("<peer-addpath-not-supported/>\n");
    } else {
        leaf(out, "local-id", &instance.router_id);
    }
    for rib in &view.ribs {
        out.push_str("<bgp-rib junos:style=\"detail\">\n");
        leaf(out, "name", &rib.name);
        leaf(out, "bgp-rib-state", "BGP restart is complete");
        leaf(out, "send-state", "in sync");
        counts(rib, out);
        leaf(out, "advertised-prefix-count", &rib.advertised.to_string());
        out.push_str("</bgp-rib>\n");
    }
    if is_up {
        let updates = |of: fn(&Rib) -> usize| view.ribs.iter().filter(|rib| of(rib) > 0).count();
        let (received, sent) = (updates(|rib| rib.received), updates(|rib| rib.advertised));
        for (side, updates) in [("input", received), ("output", sent)] {
            let messages = view.messages + updates as u64;
            leaf(out, &format!("{side}-messages"), &messages.to_string());
            leaf(out, &format!("{side}-updates"), &updates.to_string());
            leaf(out, &format!("{side}-refreshes"), "0");
            leaf(out, &format!("{side}-octets"), &(messages * 19 + 64).to_string());
        }
        out.push_str("<bgp-output-queue>\n<number>0</number>\n<count>0</count>\n</bgp-output-queue>\n");
    }
    out.push_str("</bgp-peer>\n");
}

fn counts(rib: &Rib, out: &mut String) {
    out.push_str(&format!(
        "<active-prefix-count>{}</active-prefix-count>\n<received-prefix-count>{}</received-prefix-count>\n\
         <accepted-prefix-count>{}</accepted-prefix-count>\n<suppressed-prefix-count>0</suppressed-prefix-count>\n",
        rib.active, rib.received, rib.accepted
    ));
}

/// `get-bgp-summary-information`
pub(crate) fn summary(world: &World, router: usize, junos: &Junos, rpc: &Element, now: Instant) -> Reply {
    let all = views(world, router, junos, rpc.value("instance"), now);
    let views: Vec<&View<'_>> =
        all.iter().filter(|view| rpc.value("group").is_none_or(|group| view.peer.group == group)).collect();
    let mut groups: Vec<&str> = views.iter().map(|view| view.peer.group.as_str()).collect();
    groups.dedup();
    let down = views.iter().filter(|view| view.state != "Established").count();
    let mut body = format!(
        "<bgp-information {}>\n<bgp-thread-mode>BGP I/O</bgp-thread-mode>\n<group-count>{}</group-count>\n\
         <peer-count>{}</peer-count>\n<down-peer-count>{down}</down-peer-count>\n",
        namespace(junos),
        groups.len(),
        views.len()
    );
    let mut tables: Vec<&str> =
        views.iter().flat_map(|view| &view.ribs).map(|rib| rib.name.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        let sum = |of: fn(&Rib) -> usize| -> usize {
            views.iter().flat_map(|view| &view.ribs).filter(|rib| rib.name == table).map(of).sum()
        };
        body.push_str(&format!(
            "<bgp-rib junos:style=\"brief\">\n<name>{table}</name>\n<total-prefix-count>{0}</total-prefix-count>\n\
             <received-prefix-count>{1}</received-prefix-count>\n<accepted-prefix-count>{0}</accepted-prefix-count>\n\
             <active-prefix-count>{2}</active-prefix-count>\n<suppressed-prefix-count>0</suppressed-prefix-count>\n\
             <history-prefix-count>0</history-prefix-count>\n<damped-prefix-count>0</damped-prefix-count>\n\
             <pending-prefix-count>0</pending-prefix-count>\n<bgp-rib-state>BGP restart is complete</bgp-rib-state>\n</bgp-rib>\n",
            sum(|rib| rib.accepted),
            sum(|rib| rib.received),
            sum(|rib| rib.active)
        ));
    }
    for view in views {
        let format = if view.state == "Established" { " junos:format=\"Establ\"" } else { "" };
        let messages = view.messages + view.ribs.len() as u64;
        body.push_str(&format!(
            "<bgp-peer junos:style=\"terse\">\n<peer-address>{}</peer-address>\n<peer-as>{}</peer-as>\n\
             <input-messages>{messages}</input-messages>\n<output-messages>{messages}</output-messages>\n\
             <route-queue-count>0</route-queue-count>\n<flap-count>{}</flap-count>\n\
             <elapsed-time junos:seconds=\"{}\">{}</elapsed-time>\n",
            view.peer.address,
            view.peer.peer_as,
            view.session.map_or(0, |session| session.downs),
            view.seconds,
            elapsed(view.seconds)
        ));
        if let Some(description) = &view.peer.description {
            body.push_str(&format!("<description>{}</description>\n", escaped(description)));
        }
        body.push_str(&format!("<peer-state{format}>{}</peer-state>\n", view.state));
        for rib in &view.ribs {
            body.push_str(&format!("<bgp-rib junos:style=\"terse\">\n<name>{}</name>\n", rib.name));
            counts(rib, &mut body);
            body.push_str("</bgp-rib>\n");
        }
        body.push_str("</bgp-peer>\n");
    }
    Reply::new(body + "</bgp-information>\n")
}

/// `show bgp summary` as text.
pub(crate) fn summary_text(world: &World, router: usize, junos: &Junos, now: Instant) -> String {
    let views = views(world, router, junos, None, now);
    let down = views.iter().filter(|view| view.state != "Established").count();
    let mut text = format!(
        "Threading mode: BGP I/O\nGroups: {} Peers: {} Down peers: {down}\n\
         Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn State|#Active/Received/Accepted/Damped...\n",
        views.iter().map(|view| &view.peer.group).collect::<std::collections::BTreeSet<_>>().len(),
        views.len()
    );
    for view in &views {
        let state = if view.state == "Established" { "Establ" } else { view.state };
        let messages = view.messages + view.ribs.len() as u64;
        let flaps = view.session.map_or(0, |session| session.downs);
        text.push_str(&format!(
            "{:<21} {:>5} {messages:>10} {messages:>10} {:>7} {flaps:>7} {:>11} {state}\n",
            view.peer.address.to_string(),
            view.peer.peer_as,
            0,
            elapsed(view.seconds)
        ));
        for rib in &view.ribs {
            text.push_str(&format!("  {}: {}/{}/{}/0\n", rib.name, rib.active, rib.received, rib.accepted));
        }
    }
    text
}

/// `get-instance-information`
pub(crate) fn instances(world: &World, router: usize, junos: &Junos, rpc: &Element) -> Reply {
    let is_detailed = rpc.has("detail") || rpc.has("extensive");
    let style = if is_detailed { "detail" } else { "terse" };
    let mut body = format!("<instance-information {} junos:style=\"{style}\">\n", namespace(junos));
    let counts = Family::BOTH.map(|family| world.table(router, family));
    for instance in &junos.instances {
        body.push_str(&format!(
            "<instance-core>\n<instance-name>{}</instance-name>\n<instance-type>{}</instance-type>\n",
            escaped(&instance.name),
            instance.kind
        ));
        if is_detailed {
            body.push_str(&format!(
                "<router-id>{}</router-id>\n<instance-state>Active</instance-state>\n",
                instance.router_id
            ));
            for interface in &instance.interfaces {
                body.push_str(&format!(
                    "<instance-interface>\n<interface-name>{}</interface-name>\n</instance-interface>\n",
                    escaped(interface)
                ));
            }
        }
        for (family, table) in Family::BOTH.into_iter().zip(&counts) {
            let is_own = |peers: &&Vec<IpAddr>| {
                peers.iter().any(|address| instance.peers.iter().any(|peer| peer.address == *address))
            };
            body.push_str(&format!(
                "<instance-rib>\n<irib-name>{}</irib-name>\n<irib-active-count>{}</irib-active-count>\n\
                 <irib-holddown-count>0</irib-holddown-count>\n<irib-hidden-count>0</irib-hidden-count>\n</instance-rib>\n",
                instance.table(family),
                table.values().filter(is_own).count()
                    + instance.routes.iter().filter(|(prefix, _)| Family::of(prefix.addr()) == family).count()
            ));
        }
        body.push_str("</instance-core>\n");
    }
    body.push_str(
        "<instance-core>\n<instance-name>__juniper_private1__</instance-name>\n<instance-type>forwarding</instance-type>\n</instance-core>\n",
    );
    Reply::new(body + "</instance-information>\n")
}
