//! What the words of an NX-OS configuration mean.
//!
//! From common usage of NX-OS 9 and 10; no switch was at hand. What is not here is refused where it could mean two
//! things, and what the switch spells differently is found by the read-back after the commit.

use std::borrow::Cow;
use std::sync::LazyLock;

use peering_core::cipher::PasswordAlgorithm;
use regex::Regex;

use crate::indented::{End, Language, Rules, addresses, redact};

/// NX-OS, ready to be asked.
pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&NXOS));

const NO_CONFIGURATION: &str = "this is no configuration: it acts on the switch at once";
const HASHED: &str = "the switch keeps a hash of it, which differs each time: give it as the switch prints it, such as \
                      `password 5 …`";

const NXOS: Language = Language {
    step: 2,
    redact,
    canonical,
    comparable,
    kept_whole: &[(r"^banner (?:motd|exec) ", End::Delimiter)],
    contexts: &[
        r"^interface \S",
        r"^router (?:bgp|ospf|ospfv3|eigrp|isis|rip)\b",
        r"^address-family \S",
        r"^neighbor \S+(?: remote-as (?:\S+|route-map \S+))?$",
        r"^template (?:peer|peer-policy|peer-session) \S",
        r"^vrf \S+$",
        r"^vrf context \S",
        r"^route-map \S+ (?:permit|deny) \d+$",
        r"^(?:ip|ipv6|mac) access-list \S+$",
        r"^object-group \S+ \S+ \S+$",
        r"^line (?:console|vty)$",
        r"^vlan \d+(?:[-,]\d+)*$",
        r"^key chain \S+$",
        r"^key \d+$",
        r"^class-map \S",
        r"^policy-map \S",
        r"^class \S",
        r"^control-plane$",
        r"^aaa group server \S+ \S+$",
        r"^vdc \S+ id \d+$",
        r"^vpc domain \d+$",
        r"^track \d+ \S",
        r"^hsrp (?:version|\d+)\b.*",
        r"^evpn$",
        r"^monitor session \d+",
        r"^flow (?:exporter|monitor|record) \S+$",
        r"^telemetry$",
        r"^role name \S+$",
        r"^event manager applet \S",
        r"^scheduler (?:job|schedule) name \S+$",
        r"^vni \d+",
        r"^bfd-neighbor\b",
    ],
    closings: &[],
    unique: &[r"^(router bgp) \S", r"^(neighbor \S+)", r"^(route-map \S+) (?:permit|deny) (\d+)$"],
    single: &[
        r"^(description|remote-as|password|update-source|ebgp-multihop|local-as|maximum-prefix|weight|shutdown$)\b",
        r"^(timers|advertisement-interval|allowas-in|default-originate|soft-reconfiguration|inherit (?:peer|peer-session))\b",
        r"^inherit (peer-policy) \S+ (\d+)$",
        r"^(?:ip |ipv6 )?(route-map|prefix-list|filter-list) \S+ (in|out)$",
        r"^(transport connection-mode|bfd(?: multihop| singlehop)?$|low-memory|capability additional-paths \S+|ttl-security)\b",
        r"^(router-id|cluster-id|confederation identifier|graceful-restart restart-time|graceful-restart stalepath-time)\b",
        r"^(maximum-paths)(?: (ibgp|eibgp|mixed))?\b",
        r"^(distance|dampening|table-map|rd|default-metric|nexthop route-map|bestpath as-path|client-to-client)\b",
        r"^(redistribute \S+(?: \S+)?) route-map ",
        r"^(hostname|switchname|version|logging (?:console|monitor|level \S+|logfile|source-interface))\b",
        r"^(username \S+) password\b",
        r"^(banner \S+)",
        r"^(ip domain-name|clock timezone|clock summer-time|boot \S+|ntp source|ntp source-interface)\b",
        r"^(snmp-server (?:location|contact|source-interface \S+|community \S+ group|community \S+ use-\S+))\b",
        r"^(mtu|bandwidth|delay|speed|duplex|medium|encapsulation|mac-address|vrf member|load-interval|channel-group|name)\b",
        r"^(switchport (?:mode|access vlan|trunk native vlan|trunk allowed vlan))\b",
        r"^ip (address) \S+(?: route-preference \d+)?(?: tag \d+)?$",
        r"^(?:ip|ipv6) (access-group|traffic-filter) \S+ (in|out)$",
        r"^(ip ospf \S+|ip router \S+ \S+|ipv6 router \S+ \S+|hsrp version|bfd(?: multihop| singlehop)? interval|service-policy \S+)\b",
        r"^(set (?:local-preference|metric|metric-type|weight|origin|tag|level|as-path|ip next-hop|ipv6 next-hop))\b",
        r"^(set (?:community|large-community|extcommunity \S+|comm-list \S+|interface|vrf|path-selection))\b",
        r"^(continue|exec-timeout|session-limit|key-string|accept-lifetime|send-lifetime|peer-keepalive|role priority)\b",
        r"^(limit-resource (?:module-type|vlan|vrf|port-channel|u4route-mem|u6route-mem|m4route-mem|m6route-mem))\b",
    ],
    list: &[
        r"^(?:feature|feature-set|install feature-set|nv overlay|vlan|vrf|interface|router|route-map|template|neighbor) \S",
        r"^(?:ip|ipv6) (?:route|prefix-list|access-list|as-path access-list|community-list|large-community-list|extcommunity-list) \S",
        r"^(?:permit|deny|remark) |^\d+ (?:permit|deny|remark) ",
        r"^(?:network|aggregate-address|redistribute|route-target|import|export|evpn|inject-map|suppress-inactive)\b",
        r"^(?:send-community|next-hop-self|route-reflector-client|remove-private-as|as-override|disable-connected-check)\b",
        r"^(?:log-neighbor-changes|disable-peer-as-check|peer-type|dynamic-capability|bestpath \S+|graceful-restart)",
        r"^(?:match|set extcommunity) \S",
        r"^ip address \S+ secondary",
        r"^ipv6 (?:address|link-local) ",
        r"^(?:ip name-server|ip host|ip dhcp|ntp (?:server|peer)|snmp-server (?:host|user|enable)|logging server|username \S+)\b",
        r"^(?:no switchport|ip forward|ip pim|ip proxy-arp|ipv6 nd|lldp|cdp|spanning-tree|storm-control|vpc|hsrp|nxapi)\b",
        r"^(?:radius-server|tacacs-server|aaa|key|class-map|policy-map|rmon|copp|system|server|allocate interface|member)\b",
    ],
    on_by_default: &[
        r"^(?:enforce-first-as|fast-external-fallover|client-to-client reflection|ip redirects|ipv6 redirects)$",
        r"^(?:logging (?:console|monitor|event \S+ enable|event \S+-status (?:enable|default))|password strength-check)$",
        r"^(?:ip domain-lookup|system default switchport shutdown|lldp transmit|lldp receive|cdp enable|snmp trap link-status)$",
    ],
    told_both_ways: &[r"^shutdown$", r"^switchport$"],
    printed_without: &[],
    ordered_contexts: &[r"^(?:ip|ipv6|mac) access-list ", r"^policy-map ", r"^aaa group server "],
    ordered_lines: &[],
    sequences: &[
        (
            r"^(?<list>ip(?:v6)? prefix-list \S+) (?:seq (?<number>\d+) )?(?<rule>(?:permit|deny) .+)$",
            " seq ",
            5,
        ),
        (
            r"^(?<list>ip (?:as-path access-list|(?:large-|ext)?community(?:-list)? (?:standard|expanded)|(?:large-)?community-list (?:standard|expanded)) \S+) (?:seq (?<number>\d+) )?(?<rule>(?:permit|deny) .+)$",
            " seq ",
            10,
        ),
        (r"^(?:(?<number>\d+) )?(?<rule>(?:permit|deny|remark) .+)$", "", 10),
    ],
    whole: &[],
    refused: &[
        (r"^username \S+ password (?:0 )?[^ ]+(?: role \S+)?$", HASHED),
        (r"^(?:end|exit|configure|reload|write|copy|checkpoint|rollback|delete)\b", NO_CONFIGURATION),
        (r"^no interface (?:Ethernet|mgmt)[\d/]+$", "an interface that is there cannot be removed"),
        (
            r"^no feature ",
            "what a feature takes along when it goes is not known here; replace the configuration",
        ),
    ],
    uncompiled: &[],
    untyped: &[],
    first_words: &[
        "aaa",
        "banner",
        "boot",
        "class-map",
        "clock",
        "control-plane",
        "copp",
        "feature",
        "hostname",
        "interface",
        "ip",
        "ipv6",
        "key",
        "line",
        "lldp",
        "logging",
        "monitor",
        "no",
        "ntp",
        "nxapi",
        "object-group",
        "policy-map",
        "rmon",
        "role",
        "route-map",
        "router",
        "snmp-server",
        "spanning-tree",
        "system",
        "template",
        "track",
        "username",
        "version",
        "vlan",
        "vpc",
        "vrf",
    ],
    wide: &[
        ("ip", 3),
        ("ipv6", 3),
        ("no", 4),
        ("snmp-server", 2),
        ("logging", 2),
        ("aaa", 3),
        ("match", 2),
        ("set", 2),
        ("switchport", 2),
        ("spanning-tree", 2),
        ("ntp", 2),
        ("address-family", 3),
        ("interface", 2),
        ("router", 2),
        ("route-map", 2),
        ("neighbor", 2),
        ("vrf", 2),
        ("feature", 2),
        ("system", 3),
        ("nxapi", 2),
        ("rmon", 3),
        ("send-community", 2),
        ("limit-resource", 2),
    ],
    early: (&[r"^feature", r"^vlan \d", r"^vrf context "], r"^interface "),
    settle: |_| {},
};

/// Addresses, prefixes of lists and names of interfaces as NX-OS prints them.
fn canonical(line: &str) -> Cow<'_, str> {
    if let Some(name) = line.strip_prefix("interface ") {
        return Cow::Owned(format!("interface {}", interface(name)));
    }
    let line = addresses(line, false);
    match line.contains("prefix-list ") && line.contains('/') {
        true => Cow::Owned(line.split(' ').map(network).collect::<Vec<_>>().join(" ")),
        false => line,
    }
}

/// A prefix without the bits of a host; any other word as it is.
fn network(word: &str) -> String {
    word.parse::<ipnet::IpNet>().map_or_else(|_| word.to_owned(), |net| net.trunc().to_string())
}

/// The full name of an interface: `eth1/1` is `Ethernet1/1`. A name that is not known stays as it is.
fn interface(name: &str) -> String {
    const KINDS: &[&str] = &["Ethernet", "port-channel", "loopback", "Vlan", "mgmt", "nve", "tunnel"];
    let end = name.find(|character: char| character.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(end);
    let kind = kind.trim();
    let begins = |full: &&&str| full.get(..kind.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(kind));
    match KINDS.iter().find(begins) {
        Some(full) if !kind.is_empty() && !number.is_empty() => format!("{full}{number}"),
        _ => name.to_owned(),
    }
}

/// Passwords in clear: how they are hidden differs each time. NX-OS prints 3 for DES, which is compared as it is.
fn comparable(line: &str) -> Cow<'_, str> {
    static HIDDEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?<head>.*\b(?:password|key|key-string)) (?<kind>[07]) (?<word>\S+)$").ok()
    });
    if !line.contains(" 7 ") && !line.contains(" 0 ") {
        return Cow::Borrowed(line);
    }
    let Some(found) = HIDDEN.as_ref().and_then(|hidden| hidden.captures(line)) else {
        return Cow::Borrowed(line);
    };
    let part = |name| found.name(name).map_or("", |part| part.as_str());
    let word = part("word").trim_matches('"');
    let plain = match part("kind") {
        "7" => PasswordAlgorithm::CiscoType7.decrypt(word, "-").ok().map(|plain| plain.expose().to_owned()),
        _ => Some(word.to_owned()),
    };
    plain.map_or(Cow::Borrowed(line), |plain| Cow::Owned(format!("{} {plain}", part("head"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_is_one() {
        let (told, sound) = RULES.count();
        assert_eq!(told, sound);
    }

    #[test]
    fn lines_are_spelled_as_the_switch_prints_them() {
        for (line, printed) in [
            ("interface eth1/1", "interface Ethernet1/1"),
            ("interface lo0", "interface loopback0"),
            ("neighbor 2001:DB8::0001", "neighbor 2001:db8::1"),
            ("ip prefix-list A seq 5 permit 192.0.2.9/24", "ip prefix-list A seq 5 permit 192.0.2.0/24"),
        ] {
            assert_eq!(canonical(line), printed);
        }
        assert_eq!(comparable("password 7 0822455D0A16"), comparable("password 0 cisco"));
    }
}
