//! Routes and paths to a prefix.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::{Show, written};
use crate::sim::clock::age;
use crate::sim::family::Family;
use crate::sim::ios::view::Bgp;

/// What stands before every table of IPv4 routes.
const CODES: &str = "\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       H - NHRP, G - NHRP registered, g - NHRP registration summary
       o - ODR, P - periodic downloaded static route, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
";

/// The same of IPv6.
const CODES6: &str = "\
Codes: C - Connected, L - Local, S - Static, U - Per-user Static route
       B - BGP, R - RIP, H - NHRP, I1 - ISIS L1
       I2 - ISIS L2, IA - ISIS interarea, IS - ISIS summary, D - EIGRP
       EX - EIGRP external, ND - ND Default, NDp - ND Prefix, DCE - Destination
       NDr - Redirect, RL - RPL, O - OSPF Intra, OI - OSPF Inter
       OE1 - OSPF ext 1, OE2 - OSPF ext 2, ON1 - OSPF NSSA ext 1
       ON2 - OSPF NSSA ext 2, la - LISP alt, lr - LISP site-registrations
       ld - LISP dyn-eid, lA - LISP away, a - Application
";

/// The prefix that was asked for; an address alone asks for the longest match.
fn asked(words: &[&str]) -> Option<(IpNet, bool)> {
    match words {
        [address, mask, ..] if mask.parse::<Ipv4Addr>().is_ok() => {
            let net = Ipv4Net::with_netmask(address.parse().ok()?, mask.parse().ok()?).ok()?;
            Some((IpNet::V4(net.trunc()), true))
        }
        [prefix, ..] => match prefix.parse::<IpNet>() {
            Ok(net) => Some((net.trunc(), true)),
            Err(_) => Some((IpNet::from(prefix.parse::<IpAddr>().ok()?), false)),
        },
        [] => None,
    }
}

/// The entry of a table that answers.
fn chosen<T>(table: BTreeMap<IpNet, T>, (net, is_exact): (IpNet, bool)) -> Option<(IpNet, T)> {
    let fits = |prefix: &IpNet| if is_exact { *prefix == net } else { prefix.contains(&net) };
    table.into_iter().filter(|(prefix, _)| fits(prefix)).max_by_key(|(prefix, _)| prefix.prefix_len())
}

/// The network of an address before there were lengths.
fn classful(address: Ipv4Addr) -> Ipv4Net {
    let length = match address.octets() {
        [0..128, ..] => 8,
        [128..192, ..] => 16,
        [192..224, ..] => 24,
        _ => 32,
    };
    Ipv4Net::new(address, length).map_or_else(|_| address.into(), |net| net.trunc())
}

/// A route that packets follow.
enum Route {
    /// The network of an interface.
    Connected(String),
    /// An address of the router's own.
    Local(String),
    Bgp(Learned),
}

/// The best of BGP's paths.
struct Learned {
    hop: IpAddr,
    remote_as: u32,
    is_inside: bool,
    ago: String,
}

impl Learned {
    fn distance(&self) -> u8 {
        if self.is_inside { 200 } else { 20 }
    }

    fn kind(&self) -> &'static str {
        if self.is_inside { "internal" } else { "external" }
    }
}

impl Route {
    /// The letter in a table.
    fn code(&self) -> &'static str {
        match self {
            Route::Connected(_) => "C",
            Route::Local(_) => "L",
            Route::Bgp(_) => "B",
        }
    }

    /// The way in a table of IPv4 routes.
    fn way(&self) -> String {
        match self {
            Route::Connected(port) | Route::Local(port) => format!("is directly connected, {port}"),
            Route::Bgp(best) => format!("[{}/0] via {}, {}", best.distance(), best.hop, best.ago),
        }
    }

    /// The same of IPv6 routes, with what stands behind the prefix.
    fn way6(&self) -> String {
        match self {
            Route::Connected(port) => format!("[0/0]\n     via {port}, directly connected"),
            Route::Local(port) => format!("[0/0]\n     via {port}, receive"),
            Route::Bgp(best) => format!("[{}/0]\n     via {}", best.distance(), written(best.hop)),
        }
    }
}

impl Show<'_> {
    /// BGP's table: prefixes, with the peers that they came from.
    fn learned(&self, bgp: &Bgp, vrf: &str, family: Family) -> BTreeMap<IpNet, Vec<IpAddr>> {
        let mut table: BTreeMap<IpNet, Vec<IpAddr>> = BTreeMap::new();
        for peer in self.peers(bgp, vrf, family) {
            for prefix in self.world.accepted(self.router, peer.address, family) {
                table.entry(prefix).or_default().push(peer.address);
            }
        }
        table
    }

    /// What packets follow.
    fn rib(&self, vrf: &str, family: Family) -> BTreeMap<IpNet, Route> {
        let mut table = BTreeMap::new();
        if let Some(bgp) = self.bgp() {
            for (prefix, from) in self.learned(bgp, vrf, family) {
                table.extend(self.best(bgp, &from).map(|best| (prefix, Route::Bgp(best))));
            }
        }
        let up = self.device.view.interfaces.iter().filter(|port| port.vrf == vrf && !port.is_shut);
        for (port, net) in up.flat_map(|port| port.addresses.iter().map(move |net| (port, net))) {
            if Family::of(net.addr()) == family {
                table.insert(IpNet::from(net.addr()), Route::Local(port.name.clone()));
                table.insert(net.trunc(), Route::Connected(port.name.clone()));
            }
        }
        if family == Family::V6 {
            table.extend("ff00::/8".parse().map(|group| (group, Route::Local("Null0".to_owned()))));
        }
        table
    }

    fn best(&self, bgp: &Bgp, from: &[IpAddr]) -> Option<Learned> {
        let hop = *from.first()?;
        let settings = bgp.peer(hop)?;
        let remote_as = settings.remote_as.unwrap_or(0);
        let since = self.device.chassis.sessions.get(&hop).and_then(|session| session.established);
        Some(Learned {
            hop,
            remote_as,
            is_inside: remote_as == settings.local_as.unwrap_or(bgp.asn),
            ago: since.map_or_else(|| "00:00:00".to_owned(), |(at, _)| age(self.since(at))),
        })
    }

    /// `show ip|ipv6 route [vrf V] PREFIX [longer-prefixes]`
    pub(super) fn route(&self, vrf: &str, words: &[&str]) -> String {
        let Some(asked) = asked(words) else { return String::new() };
        if !vrf.is_empty() && !self.device.view.vrfs.contains_key(vrf) {
            return format!("% IP routing table {vrf} does not exist\n");
        }
        let (net, is_exact) = asked;
        let table = self.rib(vrf, Family::of(net.addr()));
        if words.last() == Some(&"longer-prefixes") {
            return if net.addr().is_ipv4() { within(vrf, &table, net) } else { within6(vrf, &table, net) };
        }
        let found = chosen(table, asked);
        match (found, net) {
            (Some((prefix, route)), IpNet::V4(_)) => self.entry(vrf, prefix, &route),
            (Some((prefix, route)), IpNet::V6(_)) => self.entry6(prefix, &route),
            (None, IpNet::V4(_)) if is_exact => "% Subnet not in table\n".to_owned(),
            (None, IpNet::V4(_)) => "% Network not in table\n".to_owned(),
            (None, IpNet::V6(_)) => "% Route not found\n".to_owned(),
        }
    }

    fn own_as(&self) -> u32 {
        self.bgp().map_or(0, |bgp| bgp.asn)
    }

    fn entry(&self, vrf: &str, prefix: IpNet, route: &Route) -> String {
        let head = if vrf.is_empty() { String::new() } else { format!("\nRouting Table: {vrf}\n") };
        let (how, port) = match route {
            Route::Connected(port) => ("connected, via interface", port),
            Route::Local(port) => ("connected", port),
            Route::Bgp(best) => {
                let (hop, ago, asn) = (best.hop, &best.ago, best.remote_as);
                return format!(
                    "{head}Routing entry for {prefix}\n  Known via \"bgp {}\", distance {}, metric 0\n  Tag {asn}, type {}\n  \
                     Last update from {hop} {ago} ago\n  Routing Descriptor Blocks:\n  * {hop}, from {hop}, {ago} ago\n      \
                     Route metric is 0, traffic share count is 1\n      AS Hops 1\n      Route tag {asn}\n      MPLS label: none\n\n",
                    self.own_as(),
                    best.distance(),
                    best.kind()
                );
            }
        };
        format!(
            "{head}Routing entry for {prefix}\n  Known via \"connected\", distance 0, metric 0 ({how})\n  \
             Routing Descriptor Blocks:\n  * directly connected, via {port}\n      Route metric is 0, traffic share count is 1\n"
        )
    }

    fn entry6(&self, prefix: IpNet, route: &Route) -> String {
        let (known, distance, kind, path) = match route {
            Route::Connected(port) => {
                ("connected".to_owned(), 0, "connected", format!("directly connected via {port}"))
            }
            Route::Local(port) => {
                ("connected".to_owned(), 0, "receive, connected", format!("receive via {port}"))
            }
            Route::Bgp(best) => {
                let path = format!("{}\n      MPLS label: nolabel", written(best.hop));
                (format!("bgp {}", self.own_as()), best.distance(), best.kind(), path)
            }
        };
        let ago = match route {
            Route::Bgp(best) => best.ago.clone(),
            _ => age(self.since(self.device.chassis.booted)),
        };
        format!(
            "Routing entry for {}/{}\n  Known via \"{known}\", distance {distance}, metric 0, type {kind}\n  \
             Route count is 1/1, share count 0\n  Routing paths:\n    {path}\n      Last updated {ago} ago\n\n",
            written(prefix.addr()),
            prefix.prefix_len()
        )
    }

    /// `show ip bgp [vpnv4 vrf V] PREFIX`
    pub(super) fn paths(&self, bgp: &Bgp, vrf: &str, prefix: &str) -> String {
        let found = asked(&[prefix])
            .and_then(|asked| chosen(self.learned(bgp, vrf, Family::of(asked.0.addr())), asked));
        let Some((net, from)) = found else { return "% Network not in table\n".to_owned() };
        let table = if vrf.is_empty() { "default" } else { vrf };
        let name = format!("{}/{}", written(net.addr()), net.prefix_len());
        let rd = self.device.view.vrfs.get(vrf).and_then(|vrf| vrf.rd.clone());
        let name = rd.map_or_else(|| name.clone(), |rd| format!("{rd}:{name}"));
        let via = if vrf.is_empty() { String::new() } else { format!(" (via vrf {vrf})") };
        let mut text = format!(
            "BGP routing table entry for {name}, version 2\nPaths: ({} available, best #1, table {table})\n  \
             Not advertised to any peer\n",
            from.len()
        );
        for (index, hop) in from.iter().enumerate() {
            let Some(settings) = bgp.peer(*hop) else { continue };
            let asn = settings.remote_as.unwrap_or(0);
            let is_inside = asn == settings.local_as.unwrap_or(bgp.asn);
            let id = self.world.told(self.router, *hop).map_or_else(String::new, |(_, id)| id);
            let path = if is_inside { "Local".to_owned() } else { asn.to_string() };
            let kind = if is_inside { "internal" } else { "external" };
            let best = if index == 0 { ", best" } else { "" };
            let hop = written(*hop);
            text.push_str(&format!(
                "  Refresh Epoch 1\n  {path}\n    {hop}{via} from {hop} ({id})\n      \
                 Origin IGP, metric 0, localpref 100, valid, {kind}{best}\n      rx pathid: 0, tx pathid: {}\n",
                if index == 0 { "0x0" } else { "0" }
            ));
        }
        text
    }

    pub(super) fn protocols(&self) -> String {
        let Some(bgp) = self.bgp() else { return "*** IP Routing is NSF aware ***\n\n".to_owned() };
        let lines: String = bgp
            .peers
            .keys()
            .filter(|address| address.is_ipv4())
            .map(|address| format!("    {address}\n"))
            .collect();
        format!(
            "*** IP Routing is NSF aware ***\n\nRouting Protocol is \"bgp {}\"\n  Outgoing update filter list for all interfaces is not set\n  \
             Incoming update filter list for all interfaces is not set\n  IGP synchronization is disabled\n  Automatic route summarization is disabled\n  \
             Neighbor(s):\n    Address          FiltIn FiltOut DistIn DistOut Weight RouteMap\n{lines}  Maximum path: 1\n  Distance: external 20 internal 200 local 200\n\n",
            bgp.asn
        )
    }
}

/// `show ip route [vrf V] NETWORK MASK longer-prefixes`: by the classful networks. Where all subnets of one have the same length, only
/// its heading has it.
fn within(vrf: &str, table: &BTreeMap<IpNet, Route>, wanted: IpNet) -> String {
    let mut out = if vrf.is_empty() { String::new() } else { format!("\nRouting Table: {vrf}\n") };
    let gateway = match table.get(&IpNet::from(Ipv4Net::default())) {
        Some(Route::Bgp(best)) => format!("{} to network 0.0.0.0", best.hop),
        _ => "not set".to_owned(),
    };
    out.push_str(&format!("{CODES}\nGateway of last resort is {gateway}\n\n"));
    let mut groups: BTreeMap<Ipv4Net, Vec<(Ipv4Net, &Route)>> = BTreeMap::new();
    for (prefix, route) in table {
        let IpNet::V4(prefix) = prefix else { continue };
        let network = classful(prefix.addr());
        // a supernet stands for itself
        let network = if network.contains(prefix) { network } else { *prefix };
        groups.entry(network).or_default().push((*prefix, route));
    }
    for (network, routes) in groups {
        let shown: Vec<_> =
            routes.iter().filter(|(prefix, _)| wanted.contains(&IpNet::V4(*prefix))).collect();
        let lengths: BTreeSet<u8> = routes.iter().map(|(prefix, _)| prefix.prefix_len()).collect();
        let is_whole = routes.iter().all(|(prefix, _)| *prefix == network);
        if !is_whole && !shown.is_empty() {
            let count = routes.len();
            out.push_str(&match lengths.first() {
                Some(length) if lengths.len() == 1 => {
                    format!("      {}/{length} is subnetted, {count} subnets\n", network.addr())
                }
                _ => format!(
                    "      {network} is variably subnetted, {count} subnets, {} masks\n",
                    lengths.len()
                ),
            });
        }
        for (prefix, route) in shown {
            let star = if prefix.prefix_len() == 0 { "*" } else { "" };
            let code = format!("{}{star}", route.code());
            out.push_str(&match (is_whole, lengths.len()) {
                (true, _) => format!("{code:<6}{prefix} {}\n", route.way()),
                (false, 1) => format!("{code:<9}{} {}\n", prefix.addr(), route.way()),
                (false, _) => format!("{code:<9}{prefix} {}\n", route.way()),
            });
        }
    }
    out
}

/// `show ipv6 route [vrf V] PREFIX longer-prefixes`
fn within6(vrf: &str, table: &BTreeMap<IpNet, Route>, wanted: IpNet) -> String {
    let name = if vrf.is_empty() { "default" } else { vrf };
    let mut out = format!("IPv6 Routing Table - {name} - {} entries\n{CODES6}", table.len());
    for (prefix, route) in table.iter().filter(|(prefix, _)| wanted.contains(*prefix)) {
        let name = format!("{}/{}", written(prefix.addr()), prefix.prefix_len());
        out.push_str(&format!("{:<4}{name} {}\n", route.code(), route.way6()));
    }
    out
}
