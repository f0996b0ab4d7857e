//! What the words of an FRR configuration mean: contexts, single values, lists, settings printed as negations.
//!
//! Source: FRR 8's user guide and `show running-config` of real daemons.

/// A line that opens a context, and the contexts inside.
struct Context {
    /// The first words of its header.
    words: &'static str,
    inner: &'static [Context],
}

const fn leaf(words: &'static str) -> Context {
    Context { words, inner: &[] }
}

const CONTEXTS: &[Context] = &[
    Context {
        words: "router bgp",
        inner: &[
            Context { words: "address-family", inner: &[leaf("vni")] },
            leaf("bmp targets"),
            leaf("segment-routing srv6"),
            leaf("vnc defaults"),
            leaf("vnc nve-group"),
            leaf("vnc l2-group"),
            leaf("vrf-policy"),
        ],
    },
    leaf("router rip"),
    leaf("router ripng"),
    leaf("router isis"),
    leaf("router openfabric"),
    leaf("router ospf"),
    leaf("router ospf6"),
    leaf("router eigrp"),
    leaf("router babel"),
    Context { words: "mpls ldp", inner: &[Context { words: "address-family", inner: &[leaf("interface")] }] },
    Context { words: "l2vpn", inner: &[leaf("member pseudowire")] },
    Context { words: "key chain", inner: &[leaf("key")] },
    leaf("vrf"),
    Context { words: "interface", inner: &[leaf("link-params")] },
    leaf("pseudowire"),
    Context {
        words: "segment-routing",
        inner: &[
            Context {
                words: "traffic-eng",
                inner: &[
                    leaf("segment-list"),
                    Context { words: "policy", inner: &[leaf("candidate-path")] },
                    Context { words: "pcep", inner: &[leaf("pcc"), leaf("pce"), leaf("pce-config")] },
                ],
            },
            Context { words: "srv6", inner: &[Context { words: "locators", inner: &[leaf("locator")] }] },
        ],
    },
    leaf("nexthop-group"),
    leaf("route-map"),
    leaf("pbr-map"),
    leaf("rpki"),
    Context { words: "bfd", inner: &[leaf("peer"), leaf("profile")] },
    leaf("line vty"),
];

/// Whether `line` is `words`, or begins with them as whole words.
pub(super) fn begins(line: &str, words: &str) -> bool {
    line.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether the line opens a context inside the contexts of this path.
pub(super) fn opens(path: &[&str], line: &str) -> bool {
    let mut contexts = CONTEXTS;
    for header in path {
        match contexts.iter().find(|context| begins(header, context.words)) {
            Some(context) => contexts = context.inner,
            None => return false,
        }
    }
    contexts.iter().any(|context| begins(line, context.words))
}

/// The header in FRR's own spelling.
pub(super) fn header(path: &[&str], line: String) -> String {
    let is_bgp = path.last().is_some_and(|parent| begins(parent, "router bgp"));
    match line.as_str() {
        "address-family ipv4" | "address-family ipv6" if is_bgp => line + " unicast",
        _ => line,
    }
}

/// The line that ends a context.
pub(super) fn closing(header: &str) -> &'static str {
    if begins(header, "address-family") {
        "exit-address-family"
    } else if begins(header, "vrf") {
        "exit-vrf"
    } else if begins(header, "vni") {
        "exit-vni"
    } else if begins(header, "link-params") {
        "exit-link-params"
    } else {
        "exit"
    }
}

/// Settings of a neighbour that hold one value.
const NEIGHBOR_SINGLE: &[&str] = &[
    "remote-as",
    "description",
    "password",
    "timers connect",
    "timers delayopen",
    "timers",
    "update-source",
    "ebgp-multihop",
    "ttl-security hops",
    "local-as",
    "local-role",
    "maximum-prefix-out",
    "maximum-prefix",
    "weight",
    "allowas-in",
    "default-originate",
    "peer-group",
    "advertisement-interval",
    "shutdown",
    "unsuppress-map",
    "port",
    "interface",
    "bfd profile",
];

/// Filters of a neighbour: one for each direction.
const NEIGHBOR_DIRECTED: &[&str] = &["route-map", "prefix-list", "filter-list", "distribute-list"];

/// Other settings that hold one value, by their first words.
const SINGLE: &[&str] = &[
    "frr version",
    "frr defaults",
    "hostname",
    "domainname",
    "log file",
    "log syslog",
    "log timestamp precision",
    "log facility",
    "password",
    "enable password",
    "description",
    "bandwidth",
    "bgp router-id",
    "bgp cluster-id",
    "bgp confederation identifier",
    "bgp default local-preference",
    "bgp listen limit",
    "bgp graceful-restart stalepath-time",
    "bgp graceful-restart restart-time",
    "bgp graceful-restart select-defer-time",
    "bgp graceful-restart rib-stale-time",
    "bgp route-map delay-timer",
    "timers bgp",
    "maximum-paths ibgp",
    "maximum-paths",
    "distance bgp",
    "update-delay",
    "coalesce-time",
    "read-quanta",
    "write-quanta",
    "rpki polling_period",
    "rpki expire_interval",
    "rpki retry_interval",
    "call",
    "on-match",
    "set as-path prepend",
    "set as-path exclude",
    "set ip next-hop",
    "set ipv6 next-hop global",
    "set ipv6 next-hop local",
    "set ipv6 next-hop",
    "set comm-list",
    "set large-comm-list",
    "set extcommunity rt",
    "set extcommunity soo",
    "set extcommunity bandwidth",
    "match ip address prefix-list",
    "match ip address prefix-len",
    "match ip address",
    "match ipv6 address prefix-list",
    "match ipv6 address prefix-len",
    "match ipv6 address",
    "match ip next-hop prefix-list",
    "match ip next-hop",
    "match ipv6 next-hop prefix-list",
    "match ipv6 next-hop",
    "match ip route-source",
];

/// Numbered entries: name, then `seq N`.
const SEQUENCED: &[&str] = &[
    "ip prefix-list",
    "ipv6 prefix-list",
    "access-list",
    "ipv6 access-list",
    "bgp as-path access-list",
    "bgp community-list standard",
    "bgp community-list expanded",
    "bgp community-list",
    "bgp large-community-list standard",
    "bgp large-community-list expanded",
    "bgp large-community-list",
    "bgp extcommunity-list standard",
    "bgp extcommunity-list expanded",
    "bgp extcommunity-list",
];

/// A line of a numbered list, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequenced<'a> {
    /// Kind and name of the list.
    pub(super) list: &'a str,
    pub(super) number: Option<u32>,
    /// `permit …` or `deny …`.
    pub(super) rule: &'a str,
}

/// Takes a line of a numbered list apart; `None` for any other line.
pub(super) fn sequenced(line: &str) -> Option<Sequenced<'_>> {
    let kind = SEQUENCED.iter().find(|kind| begins(line, kind))?;
    let rest = line.get(kind.len()..)?.strip_prefix(' ')?;
    let name = rest.split(' ').next().filter(|name| !name.is_empty())?;
    let list = line.get(..kind.len() + 1 + name.len())?;
    let rest = line.get(list.len()..)?.trim_start();
    let (number, rule) = match rest.strip_prefix("seq ").and_then(|rest| rest.split_once(' ')) {
        Some((number, rule)) => (Some(number.parse().ok()?), rule),
        None => (None, rest),
    };
    (begins(rule, "permit") || begins(rule, "deny")).then_some(Sequenced { list, number, rule })
}

/// What the line sets, if that holds one value: lines with the same key replace each other.
pub(super) fn key(line: &str) -> Option<String> {
    if let Some(entry) = sequenced(line) {
        return entry.number.map(|number| format!("{} seq {number}", entry.list));
    }
    if let Some((peer, setting)) = neighbor(line) {
        if let Some(words) = NEIGHBOR_DIRECTED.iter().find(|words| begins(setting, words)) {
            let direction = setting.rsplit(' ').next().unwrap_or_default();
            return Some(format!("neighbor {peer} {words} {direction}"));
        }
        // `neighbor NAME peer-group` without a name behind it defines a group
        let words = NEIGHBOR_SINGLE.iter().find(|words| begins(setting, words))?;
        return (setting != "peer-group").then(|| format!("neighbor {peer} {words}"));
    }
    if let Some(words) = SINGLE.iter().find(|words| begins(line, words)) {
        return Some((*words).to_owned());
    }
    let mut words = line.split(' ');
    match (words.next(), words.next()) {
        (Some(verb @ ("set" | "match")), Some(what)) => Some(format!("{verb} {what}")),
        _ => None,
    }
}

/// The peer and the setting of a `neighbor` line.
pub(super) fn neighbor(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("neighbor ")?;
    Some(rest.split_once(' ').unwrap_or((rest, "")))
}

/// Settings that are on by default: FRR prints them only as `no …`.
const ON_BY_DEFAULT: &[&str] = &[
    "bgp default ipv4-unicast",
    "bgp ebgp-requires-policy",
    "bgp network import-check",
    "bgp suppress-duplicates",
    "bgp graceful-restart notification",
    "bgp hard-administrative-reset",
    "bgp client-to-client reflection",
    "bgp fast-external-failover",
    "ip forwarding",
    "ipv6 forwarding",
    "ipv6 nd suppress-ra",
    "link-detect",
];

/// Settings of a neighbour that are on by default.
const NEIGHBOR_ON_BY_DEFAULT: &[&str] = &[
    "send-community",
    "send-community both",
    "send-community extended",
    "send-community standard",
    "capability link-local",
    "enforce-first-as",
];

/// Whether FRR prints this setting only when it is off.
pub(super) fn is_on_by_default(line: &str) -> bool {
    ON_BY_DEFAULT.contains(&line)
        || neighbor(line).is_some_and(|(_, setting)| NEIGHBOR_ON_BY_DEFAULT.contains(&setting))
}

/// Things that are simply there or not: to remove what is not there changes nothing.
const LISTABLE: &[&str] = &[
    "neighbor",
    "network",
    "aggregate-address",
    "redistribute",
    "address-family",
    "router",
    "interface",
    "vrf",
    "route-map",
    "ip route",
    "ipv6 route",
    "ip prefix-list",
    "ipv6 prefix-list",
    "access-list",
    "ipv6 access-list",
    "ip address",
    "ipv6 address",
    "bgp as-path access-list",
    "bgp community-list",
    "bgp large-community-list",
    "bgp extcommunity-list",
    "bgp listen range",
    "bgp router-id",
    "bgp cluster-id",
    "bgp log-neighbor-changes",
    "bgp bestpath",
    "bgp always-compare-med",
    "bgp deterministic-med",
    "description",
    "shutdown",
    "key chain",
    "maximum-paths",
    "timers",
    "match",
    "set",
    "call",
    "on-match",
    "rpki",
    "bfd",
    "peer",
    "profile",
    "log",
    "debug",
];

/// Whether removing something of this kind that is not there is simply done.
pub(super) fn is_listable(line: &str) -> bool {
    LISTABLE.iter().any(|words| begins(line, words))
}

/// Words that a line may begin with and that are often shortened.
const FIRST_WORDS: &[&str] = &[
    "access-list",
    "address-family",
    "aggregate-address",
    "bgp",
    "description",
    "frr",
    "hostname",
    "interface",
    "ip",
    "ipv6",
    "log",
    "match",
    "maximum-paths",
    "neighbor",
    "network",
    "redistribute",
    "route-map",
    "router",
    "service",
    "set",
    "shutdown",
    "timers",
];

/// The full word, when the line begins with a shortened one.
pub(super) fn shortened(line: &str) -> Option<&'static str> {
    let word = line.strip_prefix("no ").unwrap_or(line).split(' ').next().filter(|word| !word.is_empty())?;
    if FIRST_WORDS.contains(&word) || CONTEXTS.iter().any(|context| begins(context.words, word)) {
        return None;
    }
    FIRST_WORDS.iter().find(|full| full.starts_with(word)).copied()
}
