//! BGP: processes, summaries, neighbours, paths.

use std::net::IpAddr;

use super::Look;
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::iosxr::device::{Xr, calendar};
use crate::sim::iosxr::oper::{Counts, Peer, Prefixes, TIMERS, peers};
use crate::sim::iosxr::view::{Bgp, DEFAULT, Instance, MAXIMUM_PREFIXES};
use crate::sim::session::Agreement;

const INACTIVE: &str = "% BGP instance 'default' not active\n";

/// The network instances, the address family, and what of them.
pub(super) fn answer(look: Look<'_>, words: &[&str]) -> String {
    let Some(bgp) = &look.xr.view.bgp else { return INACTIVE.to_owned() };
    let (vrf, words) = match words {
        ["vrf", vrf, rest @ ..] => (*vrf, rest),
        rest => (DEFAULT, rest),
    };
    let (families, words): (&[Family], &[&str]) = match words {
        ["all", "all", rest @ ..] => (&Family::BOTH, rest),
        ["ipv6", _, rest @ ..] => (&[Family::V6], rest),
        ["ipv4", _, rest @ ..] | rest => (&[Family::V4], rest),
    };
    let chosen: Vec<&Instance> = bgp
        .instances
        .iter()
        .filter(|instance| if vrf == "all" { instance.name != DEFAULT } else { instance.name == vrf })
        .collect();
    if chosen.is_empty() {
        return if vrf == "all" { String::new() } else { format!("% No such VRF: {vrf}\n") };
    }
    let counts = Counts::new(look);
    let mut out = String::new();
    for instance in chosen {
        if vrf == "all" {
            out.push_str(&format!("\nVRF: {}\n{}\n", instance.name, "-".repeat(5 + instance.name.len())));
        }
        match words {
            ["process"] => out.push_str(&process(look, bgp, instance)),
            ["summary"] => {
                families.iter().for_each(|family| out.push_str(&summary(&counts, bgp, instance, *family)))
            }
            ["neighbors", rest @ ..] => {
                let wanted = rest.first().and_then(|word| word.parse().ok());
                for family in families {
                    if families.len() > 1 {
                        let name = format!("Address Family: {}", name(*family));
                        out.push_str(&format!("\n{name}\n{}\n\n", "-".repeat(name.len())));
                    }
                    out.push_str(&neighbors(&counts, bgp, instance, *family, wanted));
                }
            }
            [prefix] => out.push_str(&super::route::paths(look, bgp, instance, prefix)),
            _ => {}
        }
    }
    out
}

/// A family as it is printed.
fn name(family: Family) -> &'static str {
    if family == Family::V4 { "IPv4 Unicast" } else { "IPv6 Unicast" }
}

fn process(look: Look<'_>, bgp: &Bgp, instance: &Instance) -> String {
    let of = if instance.name == DEFAULT { String::new() } else { format!(" VRF {}", instance.name) };
    let id = look.xr.view.router_id(&instance.name);
    let how = if instance.router_id.is_some() { " (manually configured)" } else { "" };
    let all = peers(look, bgp, instance);
    let up = all.iter().filter(|peer| peer.session.established.is_some()).count();
    format!(
        "\nBGP Process Information:{of} \nBGP is operating in STANDALONE mode\nAutonomous System number format: ASPLAIN\n\
         Autonomous System: {asn}\nRouter ID: {id}{how}\nDefault Cluster ID: {id}\nActive Cluster IDs:  {id}\n\
         Fast external fallover enabled\nNeighbor logging is enabled\nEnforce first AS enabled\nDefault local preference: 100\n\
         Default keepalive: {}\nUpdate delay: 120\nGeneric scan interval: 60\nBGP Speaker process: 0, Node: node0_RP0_CPU0\n\n\
         Node                Process     Nbrs Estb Rst Upd-Rcvd Upd-Sent Nfn-Rcvd Nfn-Sent\n\
         node0_RP0_CPU0      Speaker     {:>4} {up:>4}   1        0        0        0        0\n\n",
        TIMERS.0,
        all.len(),
        asn = bgp.asn,
    )
}

fn summary(counts: &Counts<'_>, bgp: &Bgp, instance: &Instance, family: Family) -> String {
    let look = counts.look;
    let mut out = format!(
        "BGP router identifier {}, local AS number {}\nBGP generic scan interval 60 secs\nNon-stop routing is enabled\n\
         BGP table state: Active\nTable ID: 0xe0000000   RD version: 2\nBGP main routing table version 2\nBGP NSR Initial initsync version 2 (Reached)\n\
         BGP scan interval 60 secs\n\nBGP is operating in STANDALONE mode.\n\n\n\
         Process       RcvTblVer   bRIB/RIB   LabelVer  ImportVer  SendTblVer  StandbyVer\n\
         Speaker               2          2          2          2           2           2\n\n\
         Neighbor        Spk    AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  St/PfxRcd\n",
        look.xr.view.router_id(&instance.name),
        bgp.asn
    );
    for peer in peers(look, bgp, instance).iter().filter(|peer| peer.settings.family(family).is_some()) {
        out.push_str(&row(counts, bgp, peer, family));
    }
    out + "\n"
}

fn row(counts: &Counts<'_>, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> String {
    let look = counts.look;
    let messages = peer.messages(look);
    let since = peer.session.established.map_or(peer.session.reset.at, |(at, _)| at);
    let state = match peer.session.state(look.now, look.world.delay) {
        "Established" => counts.prefixes(bgp, peer, family).accepted.to_string(),
        _ if peer.settings.is_shut => "Idle (Admin)".to_owned(),
        _ if peer.session.is_exceeded => "Idle (PfxCt)".to_owned(),
        state => state.to_owned(),
    };
    let address = peer.address.to_string();
    // An address that is too long for its column stands alone in its line.
    let start = if address.len() > 15 { format!("{address}\n{:<16}", "") } else { format!("{address:<16}") };
    format!(
        "{start}{:>3} {:>5} {messages:>7} {messages:>7}        0    0    0 {:>8} {state:>10}\n",
        0,
        peer.remote_as,
        age(look.since(since))
    )
}

/// The neighbours that have a family.
fn neighbors(
    counts: &Counts<'_>,
    bgp: &Bgp,
    instance: &Instance,
    family: Family,
    wanted: Option<IpAddr>,
) -> String {
    let all = peers(counts.look, bgp, instance).into_iter();
    let chosen = all.filter(|peer| {
        peer.settings.family(family).is_some() && wanted.is_none_or(|address| address == peer.address)
    });
    chosen.map(|peer| neighbor(counts, bgp, &peer, family)).collect()
}

/// Why a session went down last, in the router's words.
fn reason(peer: &Peer<'_>) -> Option<&'static str> {
    match peer.session.agreement {
        Agreement::AdminDown => Some("Admin. shutdown (CEASE notification sent - administrative shutdown)"),
        _ if peer.session.is_exceeded => Some(
            "Peer exceeding maximum prefix limit (CEASE notification sent - maximum number of prefixes reached)",
        ),
        _ if peer.session.downs > 0 => Some("Peer closing down the session"),
        _ => None,
    }
}

fn neighbor(counts: &Counts<'_>, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> String {
    let look = counts.look;
    let Peer { settings, session, .. } = peer;
    let is_up = session.established.is_some();
    let vrf =
        if peer.instance.name == DEFAULT { String::new() } else { format!(", vrf {}", peer.instance.name) };
    let link = if Xr::is_external(bgp, settings) { "external" } else { "internal" };
    let mut out = format!(
        "\nBGP neighbor is {}{vrf}\n Remote AS {}, local AS {}, {link} link\n",
        peer.address, peer.remote_as, peer.local_as
    );
    if let Some(text) = &settings.description {
        out.push_str(&format!(" Description: {text}\n"));
    }
    let told = look.world.told(look.router, peer.address).filter(|_| is_up);
    let id = told.map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
    out.push_str(&format!(" Remote router ID {id}\n"));
    if settings.is_shut {
        out.push_str("  Administratively shut down\n");
    }
    let state = session.state(look.now, look.world.delay);
    let up =
        session.established.map_or_else(String::new, |(at, _)| format!(", up for {}", age(look.since(at))));
    let (keepalive, hold) = settings.timers.unwrap_or(TIMERS);
    let yes = if is_up { "Yes" } else { "No" };
    let messages = if is_up { peer.messages(look) } else { 0 };
    let stamp = look.xr.database.clock.at(look.now);
    // `Nov 26 12:36:58.123`, without the day of the week and the year
    let moment =
        calendar(stamp).split_once(' ').map(|(_, rest)| rest.get(..15).unwrap_or_default().to_owned());
    let moment = moment.filter(|_| session.ups > 0).map_or_else(|| "---".to_owned(), |text| text + ".123");
    out.push_str(&format!(
        "  BGP state = {state}{up}\n  NSR State: None\n  Last read 00:00:00, Last read before reset 00:00:00\n  \
         Hold time is {hold}, keepalive interval is {keepalive} seconds\n  \
         Configured hold time: {hold}, keepalive: {keepalive}, min acceptable hold time: 3\n  \
         Last write 00:00:00, attempted 19, written 19\n  Precedence: internet\n  Non-stop routing is enabled\n  \
         Multi-protocol capability received\n  Neighbor capabilities:            Adv         Rcvd\n    \
         Route refresh:                  Yes         {yes}\n    4-byte AS:                      Yes         {yes}\n"
    ));
    for family in Family::BOTH.into_iter().filter(|family| settings.family(*family).is_some()) {
        let heard = if session.is_up_for(family) { "Yes" } else { "No" };
        out.push_str(&format!("    Address family {}:    Yes         {heard}\n", name(family)));
    }
    let ups = session.ups;
    let keepalives = messages.saturating_sub(2 * ups);
    let line = |name: &str, count: u64| {
        let at = if count > 0 { moment.as_str() } else { "---" };
        format!("    {name:<15} {at:<20} {count:>5}  {at:<20} {count:>5}\n")
    };
    out.push_str(&format!(
        "  Message stats:\n    InQ depth: 0, OutQ depth: 0\n                    Last_Sent               Sent  Last_Rcvd               Rcvd\n{}{}{}{}{}    \
         Total:          {messages:>26}  {messages:>26}\n  Minimum time between advertisement runs is 30 secs\n  \
         Inbound message logging enabled, 3 messages buffered\n  Outbound message logging enabled, 3 messages buffered\n\n",
        line("Open:", ups),
        line("Notification:", 0),
        line("Update:", ups),
        line("Keepalive:", keepalives),
        line("Route_Refresh:", 0),
    ));
    out.push_str(&carried(counts, bgp, peer, family));
    out.push_str(&connection(look, peer));
    out
}

fn carried(counts: &Counts<'_>, bgp: &Bgp, peer: &Peer<'_>, family: Family) -> String {
    let Some(carried) = peer.settings.family(family) else { return String::new() };
    let Prefixes { sent, received, accepted, best } = counts.prefixes(bgp, peer, family);
    let [v4, v6] = MAXIMUM_PREFIXES;
    let default = if family == Family::V4 { v4 } else { v6 };
    let mut out = format!(
        " For Address Family: {}\n  BGP neighbor version 2\n  Update group: 0.2 Filter-group: 0.1  No Refresh request being processed\n",
        name(family)
    );
    let is_external = Xr::is_external(bgp, peer.settings) && !peer.instance.is_unsafe;
    if is_external && (carried.policy(false).is_none() || carried.policy(true).is_none()) {
        let which = match (carried.policy(false), carried.policy(true)) {
            (None, None) => "inbound or outbound",
            (None, Some(_)) => "inbound",
            _ => "outbound",
        };
        out.push_str(&format!("  eBGP neighbor with no {which} policy; defaults to 'drop'\n"));
    }
    if carried.removes_private_as {
        out.push_str("  Private AS number removed from updates to this neighbor\n");
    }
    out.push_str("  Route refresh request: received 0, sent 0\n");
    for (way, policy) in [("incoming", carried.policy(false)), ("outgoing", carried.policy(true))] {
        if let Some(policy) = policy {
            out.push_str(&format!("  Policy for {way} advertisements is {policy}\n"));
        }
    }
    let limit = carried.limit;
    let denied = received - accepted;
    out + &format!(
        "  {accepted} accepted prefixes, {best} are bestpaths\n  Exact no. of prefixes denied : {denied}.\n  \
         Cumulative no. of prefixes denied: {denied}. \n  Prefix advertised {sent}, suppressed 0, withdrawn 0\n  \
         Maximum prefixes allowed {}\n  Threshold for warning message {}%, restart interval {} min\n  AIGP is disabled\n  \
         An EoR was {} during read-only mode\n  Last ack version 2, Last synced ack version 0\n  \
         Outstanding version objects: current 0, max 1\n  Additional-paths operation: None\n\n",
        limit.map_or(default, |limit| limit.most),
        limit.map_or(75, |limit| limit.warning_percent),
        limit.map_or(0, |limit| limit.restart_minutes),
        if peer.session.is_up_for(family) { "received" } else { "not received" },
    )
}

fn connection(look: Look<'_>, peer: &Peer<'_>) -> String {
    let session = peer.session;
    let is_up = session.established.is_some();
    let unspecified = if peer.address.is_ipv4() { "0.0.0.0" } else { "::" };
    let local = peer.local(look).filter(|_| is_up);
    let local = local.map_or_else(|| unspecified.to_owned(), |address| address.to_string());
    let (near, far) = peer.ports(look);
    let why = reason(peer).map(|why| format!(", due to {why}")).unwrap_or_default();
    let mut out = format!(
        "  Connections established {}; dropped {}\n  Local host: {local}, Local port: {near}, IF Handle: 0x00000000\n  \
         Foreign host: {}, Foreign port: {far}\n  Last reset {}{why}\n",
        session.ups,
        session.downs,
        peer.address,
        age(look.since(session.reset.at))
    );
    if let Some(hops) = peer.settings.multihop {
        out.push_str(&format!(
            "  External BGP neighbor not directly connected.\n  External BGP neighbor may be up to {hops} hops away.\n"
        ));
    }
    out
}
