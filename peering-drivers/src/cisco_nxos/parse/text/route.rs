//! Routes, and the paths of BGP.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::state::{BgpAttributes, Origin, Route};
use peering_core::{Asn, ParseError};

use super::field::{age, long_name, router_id};
use super::{after, wrong};

/// Reads `show ip route vrf …` and `show ipv6 route vrf …`, with or without `longer-prefixes`: one route a next hop. A BGP
/// route knows our AS; the rest of its attributes is in [`bgp_paths`].
///
/// # Errors
/// When the head of a VRF is missing, or a route has another form.
pub fn routes(text: &str) -> Result<Vec<Route>, ParseError> {
    let mut found = Vec::new();
    let mut instance: Option<String> = None;
    let mut prefix: Option<IpNet> = None;
    for (number, line) in text.lines().enumerate() {
        let wrong = |expected| wrong(expected, line, number);
        if let Some((_, name)) = line.split_once(" Table for VRF \"") {
            instance = Some(name.trim_end().trim_end_matches('"').to_owned());
            prefix = None;
        } else if let Some((start, _)) = line.split_once(", ubest/mbest") {
            prefix = Some(start.trim().parse().map_err(|_| wrong("a prefix"))?);
        } else if let Some((marks, via)) = line.split_once("via ").filter(|(marks, _)| is_marks(marks)) {
            let instance = instance.as_ref().ok_or_else(|| wrong("the VRF before its routes"))?;
            let prefix = prefix.ok_or_else(|| wrong("a prefix before its next hops"))?;
            found.push(route(prefix, instance, marks, via).map_err(wrong)?);
        }
    }
    if instance.is_some() {
        Ok(found)
    } else {
        Err(ParseError::new("… Table for VRF \"…\"", text.trim()))
    }
}

fn is_marks(text: &str) -> bool {
    text.chars().all(|sign| sign == ' ' || sign == '*')
}

/// `10.0.0.5%other, Eth2/2, [110/41], 5d23h, ospf-1, intra, tag 1, (hidden)`: address and interface, or one of them.
fn route(prefix: IpNet, instance: &str, marks: &str, via: &str) -> Result<Route, &'static str> {
    let parts: Vec<&str> = via.split(',').map(str::trim).collect();
    let place = parts.iter().position(|part| part.starts_with('[')).ok_or("[preference/metric]")?;
    let (hops, rest) = parts.split_at_checked(place).ok_or("[preference/metric]")?;
    let [weight, time, source, more @ ..] = rest else { return Err("preference, age and source") };
    let weight = weight.trim_matches(['[', ']']).split_once('/');
    let (preference, metric) = weight.ok_or("[preference/metric]")?;
    let number = |text: &str| text.parse::<u32>().map_err(|_| "[preference/metric]");
    let (preference, metric) = (number(preference)?, number(metric)?);
    let (protocol, process) = match source.split_once('-') {
        Some((protocol, process)) => (protocol, Some(process)),
        None => (*source, None),
    };
    let (mut next_hops, mut interfaces) = (Vec::new(), Vec::new());
    for hop in hops {
        match hop.split('%').next().and_then(|address| address.parse::<IpAddr>().ok()) {
            Some(address) => next_hops.push(address),
            None => interfaces.push(long_name(hop)),
        }
    }
    let is_hidden = more.contains(&"(hidden)");
    let local_as = process.filter(|_| protocol == "bgp").and_then(|asn| asn.parse().ok());
    Ok(Route {
        prefix,
        protocol: protocol.to_lowercase(),
        table: None,
        network_instance: instance.to_owned(),
        is_best: marks.contains('*'),
        inactive_reason: is_hidden.then(|| "hidden".to_owned()),
        preference: Some(preference),
        preference2: None,
        metric: Some(metric),
        metric2: None,
        next_hops,
        selected_next_hop: None,
        interfaces,
        age: age(time).map_err(|_| "an age")?,
        bgp: (protocol == "bgp").then(|| BgpAttributes { local_as, ..BgpAttributes::default() }),
    })
}

/// One path of BGP to a prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BgpPath {
    /// Whether BGP prefers it.
    pub is_best: bool,
    /// Whether it is used beside the best one.
    pub is_multipath: bool,
    /// Where it came from, in NX-OS's word: `external`, `internal`, `redist`, `local`, …
    pub kind: String,
    /// The next hop; `None` for our own.
    pub next_hop: Option<IpAddr>,
    /// Its attributes; the AS numbers of the session are not told.
    pub attributes: BgpAttributes,
}

/// Reads `show ip bgp vrf NAME PREFIX` (`show bgp ipv6 unicast PREFIX vrf NAME`); empty where BGP has no path.
///
/// # Errors
/// When a path lacks its AS path or its next hop, or a number is none.
pub fn bgp_paths(text: &str) -> Result<Vec<BgpPath>, ParseError> {
    let mut found: Vec<Path> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words = line.trim();
        if let Some(rest) = words.strip_prefix("Path type: ") {
            found.push(Path::open(rest));
        } else if let Some(path) = found.last_mut() {
            path.line(words).map_err(|expected| wrong(expected, line, number))?;
        }
    }
    found.into_iter().map(Path::finish).collect()
}

/// What a list of communities goes on with.
#[derive(Clone, Copy, PartialEq)]
enum List {
    None,
    Standard,
    Extended,
    Large,
}

struct Path {
    path: BgpPath,
    has_as_path: bool,
    has_next_hop: bool,
    list: List,
}

impl Path {
    /// `internal, path is valid, is best path`; `external, path is valid, not best reason: AS Path, multipath`
    fn open(rest: &str) -> Path {
        let kind = rest.split([',', ' ']).next().unwrap_or_default().to_owned();
        let path = BgpPath {
            is_best: rest.contains("is best path"),
            is_multipath: rest.split(", ").any(|word| word == "multipath" || word == "is multi path"),
            kind,
            ..BgpPath::default()
        };
        Path { path, has_as_path: false, has_next_hop: false, list: List::None }
    }

    fn line(&mut self, words: &str) -> Result<(), &'static str> {
        let attributes = &mut self.path.attributes;
        if let Some(rest) = words.strip_prefix("AS-Path: ") {
            // `65001 {65002} , path sourced external to AS`; `NONE, path sourced internal to AS`
            let text = rest.split(", path ").next().unwrap_or(rest).trim().trim_end_matches(',').trim();
            let text = if text == "NONE" { "" } else { text };
            attributes.as_path = numbers(text);
            attributes.as_path_text = Some(text.to_owned());
            self.has_as_path = true;
        } else if let Some((next_hop, after)) = sender(words).filter(|_| !self.has_next_hop) {
            self.path.next_hop = Some(next_hop).filter(|hop| !hop.is_unspecified());
            let mut sender = after.split_whitespace();
            let peer: IpAddr = sender.next().unwrap_or_default().parse().map_err(|_| "a neighbour")?;
            attributes.peer = Some(peer).filter(|peer| !peer.is_unspecified());
            attributes.peer_router_id = sender.next().and_then(|id| router_id(id.trim_matches(['(', ')'])));
            self.has_next_hop = true;
        } else if let Some(rest) = words.strip_prefix("Origin ") {
            attributes.origin = origin(rest.split(',').next().unwrap_or_default());
            attributes.med = after(rest, "MED ");
            attributes.local_preference = Some(after(rest, "localpref ").ok_or("localpref N")?);
        } else {
            self.community(words);
        }
        Ok(())
    }

    fn community(&mut self, words: &str) {
        let (list, words) = match words.split_once(':') {
            Some(("Community", rest)) => (List::Standard, rest),
            Some(("Extcommunity", rest)) => (List::Extended, rest),
            Some(("Large Community" | "Largecommunity", rest)) => (List::Large, rest),
            // a list goes on in lines of its own, which hold nothing else
            _ if is_community(words) => (self.list, words),
            _ => {
                self.list = List::None;
                return;
            }
        };
        self.list = list;
        let attributes = &mut self.path.attributes;
        let into = match list {
            List::None => return,
            List::Standard => &mut attributes.communities,
            List::Extended => &mut attributes.extended_communities,
            List::Large => &mut attributes.large_communities,
        };
        into.extend(words.split_whitespace().map(str::to_owned));
    }

    fn finish(self) -> Result<BgpPath, ParseError> {
        match (self.has_as_path, self.has_next_hop) {
            (true, true) => Ok(self.path),
            (false, _) => Err(ParseError::new("the AS path of a path", &self.path.kind)),
            (true, false) => Err(ParseError::new("the next hop of a path", &self.path.kind)),
        }
    }
}

/// The next hop, and from whom the path came: `192.0.2.2 (metric 41) from 192.0.2.2 (192.0.2.99)`. `Imported from …` is another.
fn sender(words: &str) -> Option<(IpAddr, &str)> {
    let (before, after) = words.split_once(" from ")?;
    Some((before.split_whitespace().next()?.parse().ok()?, after))
}

/// Whether a line is of communities only: `1234:45 no-export`, `RT:1234:45`.
fn is_community(words: &str) -> bool {
    let known = ["no-export", "no-advertise", "local-AS", "internet", "graceful-shutdown", "blackhole"];
    let is_one = |word: &str| {
        known.contains(&word)
            || (word.contains(':') && word.ends_with(|sign: char| sign.is_ascii_alphanumeric()))
    };
    !words.is_empty() && words.split_whitespace().all(is_one)
}

/// The numbers of `65001 {65002,65003} (65004)`, in their order.
fn numbers(text: &str) -> Vec<Asn> {
    let separates = |sign: char| sign.is_whitespace() || ",(){}[]".contains(sign);
    text.split(separates).filter_map(|word| word.parse().ok()).collect()
}

fn origin(word: &str) -> Option<Origin> {
    match word.trim() {
        "IGP" => Some(Origin::Igp),
        "EGP" => Some(Origin::Egp),
        "incomplete" | "Incomplete" => Some(Origin::Incomplete),
        _ => None,
    }
}

/// Reads the AS of one neighbour from the lines of `show ip bgp neighbors vrf NAME | include "is ADDRESS"`; `None` where it is
/// not among them.
///
/// # Errors
/// When its line has another form.
pub fn remote_as(text: &str, address: IpAddr) -> Result<Option<Asn>, ParseError> {
    for (number, line) in text.lines().enumerate() {
        let Some(rest) = line.trim().strip_prefix("BGP neighbor is ") else { continue };
        let found = rest.split([',', ' ', '%']).next().and_then(|found| found.parse::<IpAddr>().ok());
        if found == Some(address) {
            return after(rest, "remote AS ").map(Some).ok_or_else(|| wrong("the remote AS", line, number));
        }
    }
    Ok(None)
}
