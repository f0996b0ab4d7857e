//! Routes, and the paths of BGP.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Look;
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::iosxr::device::calendar;
use crate::sim::iosxr::oper::{Route, age_of, routes};
use crate::sim::iosxr::view::{Bgp, DEFAULT, Instance};

/// What stands before every table.
const CODES: &str = "\
Codes: C - connected, S - static, R - RIP, B - BGP, (>) - Diversion path
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, E - EGP
       i - ISIS, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, su - IS-IS summary null, * - candidate default
       U - per-user static route, o - ODR, L - local, G  - DAGR, l - LISP
       A - access/subscriber, a - Application route
       M - mobile route, r - RPL, t - Traffic Engineering, (!) - FRR Backup path
";

/// The prefix of a table that is asked for: itself, or the longest match of an address.
fn chosen<T>(mut found: impl Iterator<Item = (IpNet, T)>, asked: &str) -> Option<(IpNet, T)> {
    if let Ok(net) = asked.parse::<IpNet>() {
        return found.find(|(prefix, _)| *prefix == net.trunc());
    }
    let address: IpAddr = asked.parse().ok()?;
    found.filter(|(prefix, _)| prefix.contains(&address)).max_by_key(|(prefix, _)| prefix.prefix_len())
}

/// When something began that has lasted so many of the router's seconds.
fn installed(look: Look<'_>, seconds: u64) -> String {
    let at = look.xr.database.clock.at(look.now).saturating_sub_unsigned(seconds);
    let moment = calendar(at).split_once(' ').map(|(_, rest)| rest.get(..15).unwrap_or_default().to_owned());
    format!("{}.123 for {}", moment.unwrap_or_default(), age(seconds))
}

/// `show route [vrf V] ipv4|ipv6 unicast PREFIX|ADDRESS`, `… longer-prefixes PREFIX`
pub(super) fn answer(look: Look<'_>, words: &[&str]) -> String {
    let (vrf, words) = match words {
        ["vrf", vrf, rest @ ..] => (*vrf, rest),
        rest => (DEFAULT, rest),
    };
    let [family, _, rest @ ..] = words else { return String::new() };
    let family = if *family == "ipv6" { Family::V6 } else { Family::V4 };
    if !look.xr.view.instances().contains(&vrf) {
        return format!("% VRF '{vrf}' does not exist\n");
    }
    let table = routes(look, vrf, family);
    let all = table.iter().map(|(prefix, route)| (*prefix, route));
    match rest {
        ["longer-prefixes", asked] => {
            let asked = asked.parse::<IpNet>().ok();
            within(look, family, all.filter(|(prefix, _)| asked.is_some_and(|asked| asked.contains(prefix))))
        }
        [asked] => chosen(all, asked).map_or_else(
            || "% Network not in table\n".to_owned(),
            |(prefix, route)| one(look, prefix, route),
        ),
        _ => String::new(),
    }
}

/// The table of those that lie in a prefix. An IPv6 route has its way in a line of its own.
fn within<'a>(look: Look<'_>, family: Family, routes: impl Iterator<Item = (IpNet, &'a Route)>) -> String {
    let mut out = String::new();
    for (prefix, route) in routes {
        let ago = age(age_of(look, route));
        let code = match route.protocol {
            "connected" => "C",
            "local" => "L",
            "static" => "S",
            _ => "B",
        };
        let star = if prefix.prefix_len() == 0 { "*" } else { "" };
        let (next_line, gap) = if family == Family::V6 { ("\n      ", "\n      ") } else { ("", " ") };
        let way = match (route.next.first(), &route.interface) {
            (Some(next), _) => format!("{next_line}[{}/0] via {next}, {ago}", route.distance),
            (None, Some(name)) => format!("is directly connected,{gap}{ago}, {name}"),
            (None, None) => format!("is directly connected,{gap}{ago}"),
        };
        out.push_str(&format!("{:<5}{prefix} {way}\n", format!("{code}{star}")));
    }
    match out.is_empty() {
        true => "% No matching routes found\n".to_owned(),
        false => format!("\n{CODES}\nGateway of last resort is not set\n\n{out}"),
    }
}

fn one(look: Look<'_>, prefix: IpNet, route: &Route) -> String {
    let bgp = look.xr.view.bgp.as_ref();
    let instance =
        bgp.filter(|_| route.protocol == "bgp").map(|bgp| format!(" {}", bgp.asn)).unwrap_or_default();
    let is_near = route.next.is_empty();
    let connected = if is_near && route.protocol != "static" { " (connected)" } else { "" };
    let mut out = format!(
        "\nRouting entry for {prefix}\n  Known via \"{}{instance}\", distance {}, metric 0{connected}\n",
        route.protocol, route.distance
    );
    let peer = route.next.first().and_then(|next| bgp?.peer(*next)).filter(|_| route.protocol == "bgp");
    let kind = if route.distance == 200 { "internal" } else { "external" };
    if let Some((_, settings)) = peer {
        out.push_str(&format!("  Tag {}, type {kind}\n", settings.remote_as.unwrap_or(0)));
    }
    out.push_str(&format!(
        "  Installed {}\n  Routing Descriptor Blocks\n",
        installed(look, age_of(look, route))
    ));
    match (route.next.first(), &route.interface) {
        (Some(next), _) if route.protocol == "bgp" => {
            out.push_str(&format!("    {next}, from {next}, BGP {kind}\n      Route metric is 0\n"));
        }
        (Some(next), _) => out.push_str(&format!("    {next}\n      Route metric is 0, Wt is 1\n")),
        (None, Some(name)) => {
            out.push_str(&format!("    directly connected, via {name}\n      Route metric is 0\n"))
        }
        (None, None) => out.push_str("    directly connected\n      Route metric is 0\n"),
    }
    out + "  No advertising protos. \n"
}

/// `show bgp ipv4|ipv6 unicast PREFIX`
pub(super) fn paths(look: Look<'_>, bgp: &Bgp, instance: &Instance, asked: &str) -> String {
    let missing = "% Network not in table\n".to_owned();
    let address = asked.split('/').next().and_then(|address| address.parse().ok());
    let Some(family) = address.map(Family::of).filter(|_| instance.name == DEFAULT) else { return missing };
    let table = look.world.table(look.router, family);
    let Some((prefix, from)) = chosen(table.into_iter(), asked) else { return missing };
    let since = |peer: &IpAddr| look.xr.chassis.sessions.get(peer).and_then(|session| session.established);
    let seconds = from.first().and_then(since).map_or(0, |(at, _)| look.since(at));
    let mut out = format!(
        "\nBGP routing table entry for {prefix}\nVersions:\n  Process           bRIB/RIB  SendTblVer\n  Speaker                   2           2\n\
         Last Modified: {}\nPaths: ({} available, best #1)\n  Not advertised to any peer\n",
        installed(look, seconds),
        from.len()
    );
    for (index, hop) in from.iter().enumerate() {
        let Some((_, settings)) = bgp.peer(*hop) else { continue };
        let asn = settings.remote_as.unwrap_or(0);
        let is_internal = asn == settings.local_as.unwrap_or(bgp.asn);
        let id = look.world.told(look.router, *hop).map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id);
        let path = if is_internal { "Local".to_owned() } else { asn.to_string() };
        let kind = if is_internal { "internal" } else { "external" };
        let (best, number) = if index == 0 { (", best, group-best", 1) } else { ("", 0) };
        out.push_str(&format!(
            "  Path #{}: Received by speaker 0\n  Not advertised to any peer\n  {path}\n    {hop} from {hop} ({id})\n      \
             Origin IGP, localpref 100, valid, {kind}{best}\n      Received Path ID 0, Local Path ID {number}, version 2\n",
            index + 1
        ));
    }
    out
}
