//! What the words of an IOS configuration mean.
//!
//! From common usage of IOS 15 and IOS-XE 16 and 17; no router was at hand. What is not here is refused where it could
//! mean two things, and what the router spells differently is found by the read-back after the commit.

use std::borrow::Cow;
use std::sync::LazyLock;

use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;
use regex::{Captures, Regex};

use super::interface::full_name;
use super::settle::settle;
use crate::indented::{End, Language, Rules, addresses, redact};

/// IOS, ready to be asked.
pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::new(&IOS));

const HASHED: &str = "the router keeps a hash of it, which differs each time: give it as the router prints it, such as \
                      `secret 9 …`";
const NO_CONFIGURATION: &str = "this is no configuration: it acts on the router at once";
const PHYSICAL: &str = "an interface that is there cannot be removed";

const IOS: Language = Language {
    step: 1,
    redact,
    canonical,
    comparable,
    kept_whole: &[
        (r"^banner (?:motd|login|exec|incoming|prompt-timeout|slip-ppp|config-save) ", End::Delimiter),
        (r"^aaa authentication (?:banner|fail-message) ", End::Delimiter),
        (r"^vacant-message ", End::Delimiter),
        (r"^menu \S+ (?:title|prompt|status-line) ", End::Delimiter),
        (r"^certificate (?:ca |self-signed |rollover )?[0-9A-F]+$", End::Line("quit")),
        (r"^key-string$", End::Line("quit")),
        (r"^macro name \S+$", End::Line("@")),
    ],
    contexts: &[
        r"^interface (?:range )?\S",
        r"^router (?:bgp|ospf|ospfv3|eigrp|isis|rip|lisp|odr)\b",
        r"^ipv6 router \S+",
        r"^address-family \S",
        r"^template (?:peer-policy|peer-session) \S",
        r"^scope (?:global|vrf)",
        r"^route-map \S+ (?:permit|deny) \d+$",
        r"^vrf definition \S+$",
        r"^ip vrf \S+$",
        r"^ip access-list (?:standard|extended) \S+$",
        r"^ipv6 access-list \S+$",
        r"^object-group \S+ (?:\S+ )?\S+$",
        r"^line (?:con|aux|vty|tty)\b",
        r"^line \d",
        r"^key chain \S+",
        r"^key \d+$",
        r"^class-map \S",
        r"^policy-map \S",
        r"^class \S+$",
        r"^control-plane",
        r"^bfd-template (?:single|multi)-hop \S+$",
        r"^vlan \d+(?:[-,]\d+)*$",
        r"^vlan configuration \d",
        r"^crypto pki (?:trustpoint|certificate chain|profile|server) \S",
        r"^crypto (?:isakmp policy|ikev2 \S+|ipsec profile|keyring) \S",
        r"^crypto map \S+ \d+ ",
        r"^(?:tacacs|radius) server \S+$",
        r"^aaa group server \S+ \S+$",
        r"^ip sla \d+$",
        r"^track \d+ \S",
        r"^archive$",
        r"^log config$",
        r"^redundancy$",
        r"^event manager applet \S",
        r"^flow (?:exporter|monitor|record) \S+$",
        r"^sampler \S+$",
        r"^ip dhcp pool \S",
        r"^segment-routing mpls$",
        r"^telemetry ietf subscription \d+$",
        r"^bgp rpki server",
        r"^l2vpn\b",
        r"^bridge-domain \d+$",
        r"^service instance \d+",
    ],
    closings: &[
        (r"^address-family ", "exit-address-family"),
        (r"^template peer-policy ", "exit-peer-policy"),
        (r"^template peer-session ", "exit-peer-session"),
    ],
    unique: &[
        r"^(router bgp) \d",
        r"^(route-map \S+) (?:permit|deny) (\d+)$",
        r"^(ip access-list) \S+ (\S+)$",
    ],
    single: &[
        r"^neighbor (\S+) (route-map|prefix-list|filter-list|distribute-list) \S+ (in|out)$",
        r"^neighbor (\S+) (remote-as|description|password|update-source|ebgp-multihop|ttl-security|local-as|maximum-prefix)\b",
        r"^neighbor (\S+) (timers|weight|allowas-in|advertisement-interval|unsuppress-map|advertise-map|shutdown)\b",
        r"^neighbor (\S+) (default-originate|fall-over|send-community|send-label|transport connection-mode|version)\b",
        r"^neighbor (\S+) (transport path-mtu-discovery|slow-peer|inherit peer-session|inherit peer-policy|soo|peer-group) \S",
        r"^neighbor (\S+) (next-hop-self|remove-private-as|capability orf prefix-list|ha-mode|dmzlink-bw)\b",
        r"^bgp (router-id|cluster-id|confederation identifier|default local-preference|maxas-limit|scan-time)\b",
        r"^bgp (graceful-restart restart-time|graceful-restart stalepath-time|update-delay|listen limit|asnotation)\b",
        r"^bgp (dampening|nexthop trigger delay|graceful-shutdown all|rpki bestpath|bestpath prefix-validate)\b",
        r"^(timers) (bgp|basic|throttle \S+|pacing \S+|lsa arrival)\b",
        r"^(maximum-paths)(?: (ibgp|eibgp))?\b",
        r"^(distance)(?: (bgp|ospf|eigrp))?\b",
        r"^(table-map|rd|router-id|max-metric|auto-cost|default-metric|net|is-type|metric-style|log-adjacency-changes)\b",
        r"^(redistribute (?:connected|static|rip|(?:ospf|ospfv3|eigrp|bgp|isis|lisp)(?: \S+)?))(?: |$)",
        r"^(hostname|version|default-information originate)\b",
        r"^(enable (?:secret|password)(?: level \d+)?)\b",
        r"^(username \S+)",
        r"^(banner \S+)",
        r"^(ip domain[- ]name|ip default-gateway|ip ssh version|ip ssh time-out|ip ssh authentication-retries|ip ssh source-interface)\b",
        r"^(ip (?:tftp|ftp|http client|tacacs|radius|scp) source-interface|ip ftp username|ip ftp password)\b",
        r"^(ip prefix-list \S+|ipv6 prefix-list \S+) description\b",
        r"^(logging (?:console|monitor|buffered|trap|facility|source-interface|rate-limit|origin-id|history))\b",
        r"^(snmp-server (?:location|contact|chassis-id|source-interface \S+|trap-source|engineID \S+|packetsize|ifindex))\b",
        r"^(snmp-server community \S+)",
        r"^(clock (?:timezone|summer-time))\b",
        r"^(ntp (?:source|authentication-key \d+|master|clock-period|update-calendar))\b",
        r"^(service timestamps \S+)",
        r"^(spanning-tree (?:mode|extend))\b",
        r"^(aaa (?:authentication|authorization|accounting) \S+ \S+)",
        r"^(aaa authorization config-commands|aaa session-id)\b",
        r"^(description|bandwidth|delay|mtu|ip mtu|ipv6 mtu|load-interval|speed|duplex|encapsulation|keepalive|mac-address)\b",
        r"^ip (address)(?: \S+ \S+| dhcp\S*)$",
        r"^(ip unnumbered|ip vrf forwarding|vrf forwarding|ip ospf \d+ area|ip ospf cost|ip ospf network|ip ospf priority)\b",
        r"^(ip ospf (?:hello-interval|dead-interval|authentication-key|message-digest-key \d+)|ip tcp adjust-mss)\b",
        r"^(ip access-group|ipv6 traffic-filter) \S+ (in|out)$",
        r"^(ip verify unicast|ipv6 verify unicast|ip policy|ip nat (?:inside|outside)$|ip flow monitor \S+ \S+)\b",
        r"^(service-policy (?:input|output))\b",
        r"^(bfd interval|bfd template|channel-group|lacp rate|carrier-delay|negotiation|media-type|storm-control \S+)\b",
        r"^(switchport (?:mode|access vlan|trunk allowed vlan|trunk native vlan|trunk encapsulation|voice vlan))\b",
        r"^(tunnel (?:source|destination|mode|key|ttl|vrf))\b",
        r"^(standby \d+|vrrp \d+) (ip|priority|preempt|timers|authentication|description)\b",
        r"^(ipv6 (?:nd ra-interval|nd ra lifetime|nd ra-lifetime|ospf \d+ area|ospf cost))\b",
        r"^(set (?:local-preference|metric|metric-type|weight|origin|tag|level|automatic-tag|traffic-index|as-path tag))\b",
        r"^(set (?:as-path prepend|community|large-community|extcommunity rt|extcommunity soo|extcommunity cost|comm-list \S+))\b",
        r"^(set (?:ip next-hop|ipv6 next-hop|ip default next-hop|interface|vrf|ip precedence|ip df|ip dscp|dscp|precedence))\b",
        r"^(continue|exec-timeout|session-timeout|privilege level|login|password|transport (?:input|output|preferred)|stopbits)\b",
        r"^(access-class) \S+ (in|out)\b",
        r"^(length|width|history size|logging synchronous)\b",
        r"^(path|maximum|time-period|logging size|key-string|cryptographic-algorithm|accept-lifetime|send-lifetime)\b",
        r"^(address ipv[46]|key|timeout|retransmit|interval|frequency|threshold|tag|name|state)\b",
        r"^(enrollment|subject-name|revocation-check|rsakeypair|fqdn|serial-number|auth-port)\b",
        r"^(cdp timer|cdp holdtime|lldp timer|lldp holdtime|lldp reinit|vtp mode|vtp domain|boot-end-marker|boot-start-marker)\b",
        r"^(bfd map ipv[46](?: vrf \S+)? \S+(?: vrf \S+)?) ",
        r"^(aggregate-address \S+ \S+)\b",
    ],
    list: &[
        r"^neighbor \S+ (?:peer-group$|activate|route-reflector-client|soft-reconfiguration|disable-connected-check|as-override)",
        r"^neighbor \S+(?:$| )",
        r"^network \S",
        r"^(?:aggregate-address|bgp listen range|bgp redistribute-internal|bgp log-neighbor-changes|bgp always-compare-med)\b",
        r"^bgp (?:bestpath|deterministic-med|graceful-restart|fast-external-fallover|enforce-first-as|confederation peers)",
        r"^(?:passive-interface|import|export|route-target|synchronization|auto-summary)\b",
        r"^(?:ip|ipv6) route (?:vrf )?\S",
        r"^(?:ip|ipv6) prefix-list \S",
        r"^ip (?:as-path access-list|community-list|large-community-list|extcommunity-list) \S",
        r"^(?:ip|ipv6) access-list \S",
        r"^access-list \d+ ",
        r"^(?:permit|deny|remark|evaluate) ",
        r"^\d+ (?:permit|deny|remark) ",
        r"^(?:match|set extcommunity) \S",
        r"^ip address \S+ \S+ secondary",
        r"^ipv6 address ",
        r"^(?:ipv6 enable|shutdown|ip helper-address|ip igmp|ip pim|mpls ip|standby|vrrp|lldp|cdp|negotiation auto)\b",
        r"^(?:logging host|logging \d|snmp-server (?:host|enable traps|view|group|user)|ntp (?:server|peer|trusted-key))\b",
        r"^(?:ip name-server|ip host|ip domain[- ]list|ip dhcp excluded-address|ip nat |ip sla schedule|ip bgp-community new-format)",
        r"^(?:aaa new-model|ipv6 unicast-routing|ip routing|ip multicast-routing|ip cef|ipv6 cef|service \S+)",
        r"^(?:crypto key|alias|privilege|tacacs-server host|radius-server host|errdisable|spanning-tree|switchport|bfd map)\b",
        r"^(?:server|host|network-object|member|exit-address-family|monitor session \d+)\b",
        r"^(?:interface|router|route-map|vrf definition|ip vrf|class-map|policy-map|key chain|key|line|vlan|bfd-template)\b",
    ],
    on_by_default: &[
        r"^bgp (?:default ipv4-unicast|enforce-first-as|fast-external-fallover|client-to-client reflection|default route-target filter)$",
        r"^(?:auto-summary|synchronization)$",
        r"^ip (?:http server|http secure-server|domain[- ]lookup|source-route|bootp server|gratuitous-arps|forward-protocol nd)$",
        r"^ip (?:redirects|proxy-arp|unreachables|mroute-cache|route-cache|split-horizon|classless|routing|cef)$",
        r"^ipv6 (?:redirects|unreachables)$",
        r"^(?:mop enabled|mop sysid|keepalive|cdp enable|lldp transmit|lldp receive|cdp run)$",
        r"^service (?:pad|config|dhcp)$",
        r"^logging (?:console|monitor)$",
    ],
    told_both_ways: &[r"^neighbor \S+ activate$"],
    printed_without: &[(
        r"^interface (?:Loopback|Tunnel|Vlan|BDI|Port-channel|\S*Ethernet|\S*Gig\S*|Dialer|Serial)\S*$",
        r"^(?:ip address |ip unnumbered |no switchport$|switchport)",
        "no ip address",
    )],
    ordered_contexts: &[r"^ip access-list ", r"^ipv6 access-list ", r"^policy-map ", r"^aaa group server "],
    ordered_lines: &[
        r"^(access-list \d+) ",
        r"^ip (as-path access-list|community-list|large-community-list|extcommunity-list)(?: (?:standard|expanded))? (\S+)",
        r"^(tacacs-server host|radius-server host|ip name-server) ",
    ],
    sequences: &[
        (
            r"^(?<list>ip(?:v6)? prefix-list \S+) (?:seq (?<number>\d+) )?(?<rule>(?:permit|deny) .+)$",
            " seq ",
            5,
        ),
        (r"^(?:(?<number>\d+) )?(?<rule>(?:permit|deny|remark) .+)$", "", 10),
    ],
    whole: &[(r"^neighbor (\S+)$", "neighbor {}"), (r"^neighbor (\S+) remote-as\b", "neighbor {}")],
    refused: &[
        (r"^(?:do|end|exit|configure|reload|write|copy|crypto key (?:generate|zeroize))\b", NO_CONFIGURATION),
        (
            r"^no interface (?:\S*Ethernet|\S*GigE?|\S*Gigabit\S*|Serial|Cellular|Embedded\S*|ATM|Async|POS)[\d/]+$",
            PHYSICAL,
        ),
        (r"^interface range ", "a range of interfaces is not taken apart; name them one by one"),
    ],
    uncompiled: &[
        (r"^(?:username \S+ (?:privilege \d+ )?|enable )secret (?:level \d+ )?(?:0 )?[^ ]+$", HASHED),
        (
            r"^no neighbor \S+ peer-group$",
            "what becomes of the members of a group is not known here; remove them first",
        ),
    ],
    untyped: &[
        (r"^(?:exi?$|config-register\b|cr\S* key (?:g|z|im|ex|d|en|m))", NO_CONFIGURATION),
        (r"^cr\S* (?:pki?|ca) (?:a|en|ex|im|crl r)", NO_CONFIGURATION),
        (
            r"^(?:no |default )?archive$",
            "the timer that a text is typed under needs the archive as it is; commit this by itself",
        ),
        (r"^default interface range ", "a range of interfaces is not taken apart; name them one by one"),
    ],
    first_words: &[
        "aaa",
        "access-list",
        "address-family",
        "alias",
        "archive",
        "banner",
        "bfd",
        "bfd-template",
        "class-map",
        "clock",
        "control-plane",
        "crypto",
        "enable",
        "event",
        "hostname",
        "interface",
        "ip",
        "ipv6",
        "key",
        "line",
        "lldp",
        "logging",
        "monitor",
        "mpls",
        "multilink",
        "no",
        "ntp",
        "object-group",
        "policy-map",
        "privilege",
        "radius",
        "radius-server",
        "redundancy",
        "route-map",
        "router",
        "service",
        "snmp-server",
        "spanning-tree",
        "tacacs",
        "tacacs-server",
        "track",
        "username",
        "version",
        "vlan",
        "vrf",
    ],
    wide: &[
        ("neighbor", 3),
        ("ip", 3),
        ("ipv6", 3),
        ("no", 4),
        ("bgp", 2),
        ("service", 2),
        ("snmp-server", 2),
        ("logging", 2),
        ("aaa", 3),
        ("crypto", 3),
        ("match", 2),
        ("set", 2),
        ("switchport", 2),
        ("spanning-tree", 2),
        ("ntp", 2),
        ("address-family", 4),
        ("interface", 2),
        ("router", 2),
        ("route-map", 2),
        ("vrf", 3),
        ("platform", 3),
        ("license", 2),
    ],
    early: (
        &[r"^vrf definition ", r"^ip vrf ", r"^vlan \d", r"^class-map ", r"^key chain ", r"^bfd-template "],
        r"^interface ",
    ),
    settle,
};

/// Addresses, prefixes of lists and names of interfaces as IOS prints them.
fn canonical(line: &str) -> Cow<'_, str> {
    if let Some(name) = line.strip_prefix("interface ") {
        return Cow::Owned(format!("interface {}", full_name(name)));
    }
    static UNHIDDEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(neighbor \S+ password) 0 (\S+)$").ok());
    let line = addresses(line, true);
    let plain =
        UNHIDDEN.as_ref().filter(|_| line.contains(" 0 ")).and_then(|unhidden| unhidden.captures(&line));
    if let Some(part) =
        plain.and_then(|found| Some(format!("{} {}", found.get(1)?.as_str(), found.get(2)?.as_str())))
    {
        return Cow::Owned(part);
    }
    match line.contains("prefix-list ") && line.contains('/') {
        true => Cow::Owned(line.split(' ').map(network).collect::<Vec<_>>().join(" ")),
        false => line,
    }
}

/// A prefix without the bits of a host; any other word as it is.
fn network(word: &str) -> String {
    match word.parse::<ipnet::IpNet>() {
        Ok(net) => net.trunc().to_string().to_uppercase(),
        Err(_) => word.to_owned(),
    }
}

/// A password behind its number: what it hides, and the kinds of lines that hide one.
static HIDDEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?<head>.*\b(?:password|key|key-string|authentication-key|md5)) (?<kind>[07]) (?<word>\S+)$",
    )
    .ok()
});

/// Passwords in clear: how they are hidden differs each time.
fn comparable(line: &str) -> Cow<'_, str> {
    if !line.contains(" 7 ") && !line.contains(" 0 ") {
        return Cow::Borrowed(line);
    }
    let plain = |found: &Captures<'_>| {
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        let word = match part("kind") {
            "7" => PasswordAlgorithm::CiscoType7.decrypt(part("word"), "-").ok()?.expose().to_owned(),
            _ => part("word").to_owned(),
        };
        Some(format!("{} {word}", part("head")))
    };
    let found = HIDDEN.as_ref().and_then(|hidden| hidden.captures(line));
    found.and_then(|found| plain(&found)).map_or(Cow::Borrowed(line), Cow::Owned)
}

/// The line with its password hidden, where it is one that `service password-encryption` hides.
pub(super) fn hidden(line: &str) -> Option<String> {
    static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?<head>(?:neighbor \S+ |username \S+ (?:privilege \d+ )?|enable )?password|key-string|key) (?:0 )?(?<word>\S+)$").ok()
    });
    let found = PLAIN.as_ref()?.captures(line)?;
    let (head, word) = (found.name("head")?.as_str(), found.name("word")?.as_str());
    // a number alone is the key of a chain
    if head == "key" && word.chars().all(|character| character.is_ascii_digit()) {
        return None;
    }
    let hidden = PasswordAlgorithm::CiscoType7.encrypt(&Secret::new(word), head).ok()?;
    Some(format!("{head} 7 {}", hidden.expose().trim_start_matches("7 ")))
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod whole;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_is_one() {
        let (told, sound) = RULES.count();
        assert_eq!(told, sound);
    }

    #[test]
    fn passwords_are_the_same_however_they_are_hidden() {
        let hidden = hidden("neighbor 192.0.2.1 password hunter2").unwrap();
        assert!(
            hidden.starts_with("neighbor 192.0.2.1 password 7 ") && !hidden.contains("hunter2"),
            "{hidden}"
        );
        assert_eq!(comparable(&hidden), "neighbor 192.0.2.1 password hunter2");
        assert_eq!(comparable("username a password 0 hunter2"), "username a password hunter2");
        assert_eq!(super::hidden("key 7"), None);
        assert_eq!(super::hidden("neighbor 192.0.2.1 password 7 0822455D0A16"), None);
    }

    #[test]
    fn lines_are_spelled_as_the_router_prints_them() {
        for (line, printed) in [
            ("neighbor 2001:db8::0001 remote-as 5", "neighbor 2001:DB8::1 remote-as 5"),
            ("ip prefix-list A seq 5 permit 192.0.2.9/24", "ip prefix-list A seq 5 permit 192.0.2.0/24"),
            (
                "ipv6 prefix-list A permit 2001:db8::1/32 le 48",
                "ipv6 prefix-list A permit 2001:DB8::/32 le 48",
            ),
            (
                "neighbor 192.0.2.1 description 2001:db8::0001",
                "neighbor 192.0.2.1 description 2001:db8::0001",
            ),
            ("neighbor 192.0.2.1 password 0 x", "neighbor 192.0.2.1 password x"),
            ("interface gi0/0/1.5", "interface GigabitEthernet0/0/1.5"),
            ("interface Loopback 7", "interface Loopback7"),
        ] {
            assert_eq!(canonical(line), printed);
        }
    }
}
