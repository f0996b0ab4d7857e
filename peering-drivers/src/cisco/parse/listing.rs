//! Tables of routes, of which only the prefixes are read.

use std::net::Ipv4Addr;

use ipnet::IpNet;
use peering_core::ParseError;

use super::field::{headless, is_refusal};

/// A route, by its line in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRoute {
    /// The prefix.
    pub prefix: IpNet,
    /// The protocols that it may be of, as the route's own answer names them; empty where the code does not tell for certain.
    pub protocols: &'static [&'static str],
}

/// Reads `show ip route … longer-prefixes`, `show ipv6 route …` and IOS-XR's `show route … longer-prefixes`.
///
/// # Errors
/// When the table has no legend, or a route no prefix, no way, or no length: neither of its own nor from the heading of its network.
pub fn listed_routes(text: &str) -> Result<Vec<ListedRoute>, ParseError> {
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("Codes:"));
    if lines.next().is_none() && !text.trim().is_empty() && !is_refusal(text) {
        return Err(headless("Codes: …", text));
    }
    let mut found = Vec::new();
    // the network whose subnets all have its length, and come without it
    let mut subnetted: Option<IpNet> = None;
    // the route whose way stands in the next line, because the prefix is long
    let mut unfinished: Option<ParseError> = None;
    for (number, line) in lines {
        let words = line.trim();
        let wrong = |expected: &str| ParseError::new(expected, words).at_line(number);
        if let Some((network, _)) = words.split_once(" is subnetted, ") {
            subnetted = Some(network.parse().map_err(|_| wrong("NETWORK/LENGTH is subnetted"))?);
        } else if words.contains(" is variably subnetted, ") {
            subnetted = None;
        } else if line.starts_with(char::is_whitespace) {
            // the legend, and further ways
            unfinished = unfinished.filter(|_| !is_way(words));
        } else if !words.is_empty() && !words.starts_with("Gateway of last resort ") {
            if let Some(error) = unfinished {
                return Err(error);
            }
            let (route, rest) = route(words, subnetted).ok_or_else(|| wrong("CODE PREFIX …"))?;
            found.push(route);
            unfinished = rest.is_empty().then(|| wrong("[DISTANCE/METRIC] behind a prefix"));
        }
    }
    unfinished.map_or(Ok(found), Err)
}

/// `[20/0] via 192.0.2.5, 1d02h`, `is directly connected, Loopback0`
fn is_way(words: &str) -> bool {
    words.starts_with('[') || words.starts_with("is ")
}

/// `B        10.2.0.0/16 [20/0] via 192.0.2.5, 1d02h`, `O*E2  0.0.0.0/0 …`, `i L2 …`, `B   +  …`: the route, and what is behind
/// its prefix.
fn route(words: &str, subnetted: Option<IpNet>) -> Option<(ListedRoute, &str)> {
    let (code, mut rest) = words.split_once(' ')?;
    // a kind, and flags
    for _ in 0..3 {
        rest = rest.trim_start();
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        if let Some(prefix) = prefix(word, subnetted) {
            return Some((ListedRoute { prefix, protocols: protocols(code) }, behind.trim_start()));
        }
        rest = behind;
    }
    None
}

fn prefix(word: &str, subnetted: Option<IpNet>) -> Option<IpNet> {
    let of_network = || {
        let address: Ipv4Addr = word.parse().ok()?;
        let network = subnetted?;
        IpNet::new(address.into(), network.prefix_len()).ok()
    };
    word.parse().ok().or_else(of_network)
}

/// The first letters of a line: `O*E2`, `S*`, `OE2`.
fn protocols(code: &str) -> &'static [&'static str] {
    let end = code.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(code.len());
    match code.get(..end).unwrap_or_default() {
        "B" => &["bgp"],
        "C" => &["connected"],
        // an address of the router's own: IOS-XR's are `local`
        "L" | "LC" => &["connected", "local"],
        "S" => &["static"],
        "R" => &["rip"],
        "D" | "EX" => &["eigrp"],
        "O" | "OI" | "OE1" | "OE2" | "ON1" | "ON2" => &["ospf"],
        "i" | "I1" | "I2" | "IA" | "IS" => &["isis"],
        _ => &[],
    }
}
