//! Which prefixes the routing policies let pass. Prefixes on the LAN have no attributes: what asks for a community or an
//! AS path matches nothing.

use std::net::IpAddr;

use ipnet::IpNet;

use super::tree::Node;

/// A route as a policy sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) prefix: IpNet,
    /// `bgp`, `static`, `aggregate`, `direct`
    pub(crate) protocol: &'static str,
    pub(crate) neighbor: Option<IpAddr>,
}

/// What a policy does with a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    NextTerm,
    NextPolicy,
}

/// Whether a chain of policies accepts a route; with no verdict, what BGP does by itself: it takes and tells on BGP
/// routes, and nothing else.
pub(crate) fn accepts(config: &Node, chain: &[String], route: Route) -> bool {
    for name in chain {
        let found = config
            .child("policy-options")
            .and_then(|options| options.all("policy-statement").find(|policy| policy.word() == name));
        match found.map(|policy| judge(config, policy, route)) {
            Some(Verdict::Accept) => return true,
            Some(Verdict::Reject) => return false,
            _ => {}
        }
    }
    route.protocol == "bgp"
}

fn judge(config: &Node, policy: &Node, route: Route) -> Verdict {
    for term in policy.all("term").chain([policy]) {
        if !matches(config, term, route) {
            continue;
        }
        match verdict(term) {
            Some(Verdict::NextTerm) | None => {}
            Some(verdict) => return verdict,
        }
    }
    Verdict::NextPolicy
}

fn verdict(term: &Node) -> Option<Verdict> {
    let then = term.child("then")?;
    match () {
        () if then.has("accept") => Some(Verdict::Accept),
        () if then.has("reject") => Some(Verdict::Reject),
        () => match then.value("next") {
            Some("policy") => Some(Verdict::NextPolicy),
            Some(_) => Some(Verdict::NextTerm),
            None => None,
        },
    }
}

fn matches(config: &Node, term: &Node, route: Route) -> bool {
    let Some(from) = term.child("from") else { return true };
    // Conditions of one name are alternatives, and so are all lists of prefixes together.
    let lists = ["route-filter", "route-filter-list", "prefix-list", "prefix-list-filter"];
    let (prefixes, others): (Vec<&Node>, Vec<&Node>) =
        from.children.iter().partition(|node| lists.contains(&node.def.name));
    let mut names: Vec<&str> = others.iter().map(|node| node.def.name).collect();
    names.dedup();
    let holds = |node: &Node| match node.def.name {
        "protocol" => node.word() == route.protocol,
        "family" => node.word() == if route.prefix.addr().is_ipv4() { "inet" } else { "inet6" },
        "neighbor" => route.neighbor.is_some_and(|address| node.word().parse() == Ok(address)),
        "rib" => node.word().starts_with(if route.prefix.addr().is_ipv4() { "inet." } else { "inet6." }),
        "policy" => config.child("policy-options").is_some_and(|options| {
            let found = options.all("policy-statement").find(|policy| policy.word() == node.word());
            found.is_some_and(|policy| judge(config, policy, route) == Verdict::Accept)
        }),
        _ => false,
    };
    let is_met = |name: &str| others.iter().any(|node| node.def.name == name && holds(node));
    names.iter().all(|name| is_met(name))
        && (prefixes.is_empty() || prefixes.iter().any(|node| lists_it(config, node, route.prefix)))
}

fn lists_it(config: &Node, node: &Node, prefix: IpNet) -> bool {
    let list = |kind: &'static str| {
        config
            .child("policy-options")
            .and_then(|options| options.all(kind).find(|one| one.word() == node.word()))
    };
    match node.def.name {
        "route-filter" => covers(node.word(), &node.words, prefix),
        "route-filter-list" => list("route-filter-list")
            .is_some_and(|list| list.all("rf_list").any(|one| covers(one.word(), &one.words, prefix))),
        // A list means its very prefixes; a filter says how they match.
        _ => list("prefix-list").is_some_and(|list| {
            list.all("prefix-list-item").any(|one| covers(one.word(), &node.words, prefix))
        }),
    }
}

/// `words`: the prefix or the list's name, then how it matches.
fn covers(net: &str, words: &[String], prefix: IpNet) -> bool {
    let Ok(net) = net.parse::<IpNet>() else { return false };
    if !net.contains(&prefix) {
        return false;
    }
    let (own, length) = (net.prefix_len(), prefix.prefix_len());
    let value = words.get(2).map_or("", String::as_str);
    let bound = |text: &str| text.trim_start_matches('/').parse::<u8>().ok();
    match words.get(1).map(String::as_str) {
        Some("longer") => length > own,
        Some("orlonger") => true,
        Some("upto") => bound(value).is_some_and(|most| length <= most),
        Some("prefix-length-range") => {
            let range = value.split_once('-').and_then(|(low, high)| Some((bound(low)?, bound(high)?)));
            range.is_some_and(|(low, high)| (low..=high).contains(&length))
        }
        _ => length == own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::junos::text;

    #[test]
    fn terms_and_chains_are_walked() {
        let loaded = text::read(
            "policy-options { route-filter-list wide { 203.0.113.0/24 upto /26; } prefix-list ours { 198.18.0.0/15; }
             policy-statement in { term a { from { route-filter-list wide; } then next policy; }
               term b { from { route-filter 10.0.0.0/8 orlonger; } then reject; } then reject; }
             policy-statement out { term a { from { protocol static; prefix-list ours; } then accept; } } }",
        );
        let mut config = Node::root();
        loaded.edits.into_iter().for_each(|edit| config.apply(edit, true, &[], &mut Vec::new()));
        let ask = |chain: &str, prefix: &str, protocol| {
            let route = Route { prefix: prefix.parse().unwrap(), protocol, neighbor: None };
            accepts(&config, &[chain.to_owned()], route)
        };
        assert!(ask("in", "203.0.113.64/26", "bgp") && !ask("in", "203.0.113.64/27", "bgp"));
        assert!(!ask("in", "10.1.0.0/16", "bgp") && !ask("in", "192.0.2.0/24", "bgp"));
        assert!(ask("out", "198.18.0.0/15", "static") && !ask("out", "198.18.1.0/24", "static"));
        assert!(ask("out", "192.0.2.0/24", "bgp") && !ask("out", "192.0.2.0/24", "aggregate"));
    }
}
