//! The configuration commands, by mode: what an edge router needs.

use std::sync::LazyLock;

use crate::sim::lines::{Rule, table};

/// A mode of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    Global,
    AccessList,
    Archive,
    ArchiveLog,
    BfdTemplate,
    Bgp,
    BgpFamily,
    BgpVrf,
    Interface,
    Line,
    RouteMap,
    Vrf,
    VrfFamily,
}

const ALL: [(Mode, &str, &str, &str); 13] = [
    (Mode::Global, "global", "config", GLOBAL),
    (Mode::AccessList, "access-list", "config-std-nacl", ACCESS_LIST),
    (Mode::Archive, "archive", "config-archive", ARCHIVE),
    (Mode::ArchiveLog, "archive-log", "config-archive-log-cfg", ARCHIVE_LOG),
    (Mode::BfdTemplate, "bfd-template", "config-bfd", BFD_TEMPLATE),
    (Mode::Bgp, "bgp", "config-router", BGP),
    (Mode::BgpFamily, "bgp-family", "config-router-af", BGP_FAMILY),
    (Mode::BgpVrf, "bgp-vrf", "config-router-af", BGP_FAMILY),
    (Mode::Interface, "interface", "config-if", INTERFACE),
    (Mode::Line, "line", "config-line", LINE),
    (Mode::RouteMap, "route-map", "config-route-map", ROUTE_MAP),
    (Mode::Vrf, "vrf", "config-vrf", VRF),
    (Mode::VrfFamily, "vrf-family", "config-vrf-af", VRF_FAMILY),
];

static TABLES: LazyLock<Vec<(Mode, Vec<Rule<Mode>>)>> =
    LazyLock::new(|| ALL.iter().map(|(mode, .., text)| (*mode, table(text))).collect());

impl Mode {
    /// The mode that a table calls by this name.
    pub(crate) fn of(name: &str) -> Option<Mode> {
        ALL.iter().find(|(_, own, ..)| *own == name).map(|(mode, ..)| *mode)
    }

    /// The rules of a mode.
    pub(crate) fn table(self) -> &'static [Rule<Mode>] {
        TABLES.iter().find(|(mode, _)| *mode == self).map_or(&[], |(_, rules)| rules)
    }

    /// What its prompt has in parentheses.
    pub(crate) fn prompt(self) -> &'static str {
        ALL.iter().find(|(mode, ..)| *mode == self).map_or("config", |(_, _, prompt, _)| prompt)
    }
}

const GLOBAL: &str = "
    version = <word>
    service timestamps debug|log = ...
    ~service pad
    service password-encryption
    service sequence-numbers
    service tcp-keepalives-in
    service tcp-keepalives-out
    --
    hostname = <word>
    --
    boot-start-marker
    boot system ...
    boot-end-marker
    --
    vrf definition <word> > vrf
    --
    logging buffered|trap|console|monitor|facility|source-interface|origin-id = ...
    logging host <word> = [ ... ]
    enable secret|password = ...
    --
    aaa new-model
    aaa authentication|authorization|accounting ...
    aaa session-id = common|unique
    --
    clock timezone = ...
    ip cef
    ~ip domain lookup
    ip domain name = <word>
    ip domain-name = <word>
    ip name-server <ip>
    ip host <word> = ...
    ipv6 unicast-routing
    ipv6 cef
    --
    username <word> = ...
    --
    archive > archive
    --
    interface <if> > interface
    --
    bfd-template single-hop|multi-hop <word> > bfd-template
    --
    bfd map ipv4|ipv6 <word> <word> = <word>
    --
    router bgp <as> > bgp
    --
    ip forward-protocol = nd
    ~ip http server
    ~ip http secure-server
    ip ssh version = <num>
    ip ssh ...
    ip scp server enable
    ip bgp-community new-format
    ip as-path access-list <num> permit|deny ...
    no ip as-path access-list <num>
    ip community-list standard|expanded <word> permit|deny ...
    no ip community-list standard|expanded <word>
    ip access-list standard|extended <word> > access-list
    access-list <num> permit|deny|remark ...
    no access-list <num>
    ip route [ vrf <word> ] <ip4> <ip4> <word> = [ ... ]
    no ip route [ vrf <word> ] <ip4> <ip4>
    --
    ip prefix-list <word> description = ...
    ip prefix-list <word> seq <num> = permit|deny <prefix4> [ ge <num> ] [ le <num> ]
    no ip prefix-list <word>
    --
    ipv6 route [ vrf <word> ] <prefix6> <word> = [ ... ]
    no ipv6 route [ vrf <word> ] <prefix6>
    --
    ipv6 prefix-list <word> description = ...
    ipv6 prefix-list <word> seq <num> = permit|deny <prefix6> [ ge <num> ] [ le <num> ]
    no ipv6 prefix-list <word>
    --
    route-map <word> -permit|deny <num> > route-map
    no route-map <word>
    --
    snmp-server community <word> = [ ro|rw|RO|RW ] [ <word> ]
    snmp-server location|contact|chassis-id = ...
    snmp-server host <word> = ...
    snmp-server enable traps ...
    --
    banner motd|login|exec = ...
    --
    line con <num> > line
    line aux <num> > line
    line vty <num> [ <num> ] > line
    --
    file prompt quiet
    --
    ntp server|peer [ vrf <word> ] <word> = [ ... ]
    ntp source = <if>
    scheduler ...
    event manager ...
";

const ACCESS_LIST: &str = "
    permit|deny|remark ...
    <num> = permit|deny|remark ...
";

const BFD_TEMPLATE: &str = "
    interval min-tx = <num> min-rx <num> multiplier <num>
    ~echo
";

const ARCHIVE: &str = "
    log config > archive-log
    path = <word>
    maximum = <num>
    write-memory
    time-period = <num>
    rollback filter adaptive
    rollback retry timeout = <num>
";

const ARCHIVE_LOG: &str = "
    logging enable
    logging size = <num>
    notify syslog = [ contenttype plaintext|xml ]
    hidekeys
";

const VRF: &str = "
    description = ...
    rd = <word>
    route-target import|export|both <word>
    --
    address-family ipv4|ipv6 > vrf-family
";

const VRF_FAMILY: &str = "
    route-target import|export|both <word>
    import|export map = <word>
";

const INTERFACE: &str = "
    description = ...
    vrf forwarding = <word>
    encapsulation dot1Q = <num> [ native ]
    mtu = <num>
    bandwidth = <num>
    ip mtu = <num>
    ip address = <ip4> <ip4>
    ip address <ip4> <ip4> secondary
    no ip address
    ip access-group = <word> in|out
    ~ip redirects
    ~ip proxy-arp
    ~ip unreachables
    negotiation auto
    shutdown
    speed = <word>
    duplex = <word>
    load-interval = <num>
    bfd interval = <num> min_rx <num> multiplier <num>
    ipv6 enable
    ipv6 address <net6>
    no ipv6 address
    ipv6 nd ra suppress = [ all ]
    ipv6 traffic-filter = <word> in|out
    ~cdp enable
    ~lldp transmit|receive
    channel-group = <num> mode <word>
";

const LINE: &str = "
    exec-timeout = <num> [ <num> ]
    privilege level = <num>
    password = ...
    logging synchronous
    login = [ local|authentication ] [ <word> ]
    length = <num>
    width = <num>
    stopbits = <num>
    access-class = <word> in|out
    transport input|output|preferred = ...
";

const ROUTE_MAP: &str = "
    description = ...
    match ip|ipv6 address prefix-list = ...
    match ip|ipv6 address = <word>
    match ip|ipv6 next-hop = ...
    match as-path = <num>
    match community = ...
    match large-community = ...
    match extcommunity = ...
    match local-preference|metric|tag = <num>
    match rpki = valid|invalid|not-found
    match source-protocol = ...
    set as-path prepend = ...
    set community = ...
    set large-community = ...
    set comm-list = <word> delete
    set extcommunity rt|soo|color|cost|vpn-distinguisher = ...
    set ip|ipv6 next-hop = ...
    set local-preference = <num>
    set metric = ...
    set origin = igp|incomplete
    set tag = <num>
    set weight = <num>
    continue = [ <num> ]
";

macro_rules! neighbors {
    () => {
        "
    neighbor <name> peer-group
    neighbor <ip> peer-group = <name>
    neighbor <word> remote-as = <as>
    neighbor <word> local-as = <as> [ no-prepend ] [ replace-as ] [ dual-as ]
    neighbor <word> description = ...
    neighbor <word> password = ...
    neighbor <word> shutdown
    neighbor <word> ebgp-multihop = [ <num> ]
    neighbor <word> ttl-security hops = <num>
    neighbor <word> disable-connected-check
    neighbor <word> update-source = <if>
    neighbor <word> timers = <num> <num>
    neighbor <word> fall-over bfd = [ single-hop|multi-hop ]
    neighbor <word> transport ...
    neighbor <word> version = 4
    neighbor <word> send-community = [ standard|extended|both ]
    neighbor <word> next-hop-self = [ all ]
    neighbor <word> remove-private-as = [ all ] [ replace-as ]
    neighbor <word> route-reflector-client
    neighbor <word> soft-reconfiguration inbound
    neighbor <word> default-originate = [ route-map <word> ]
    neighbor <word> weight = <num>
    neighbor <word> allowas-in = [ <num> ]
    neighbor <word> advertisement-interval = <num>
    neighbor <word> as-override
    neighbor <word> prefix-list -<word> in|out
    neighbor <word> route-map -<word> in|out
    neighbor <word> filter-list -<num> in|out
    neighbor <word> maximum-prefix = <num> [ <num> ] [ warning-only ] [ restart <num> ]
"
    };
}

const BGP: &str = concat!(
    "
    bgp router-id = <ip4>
    ~bgp log-neighbor-changes
    ~bgp default ipv4-unicast
    ~bgp enforce-first-as
    bgp always-compare-med
    bgp deterministic-med
    bgp bestpath ...
    bgp graceful-restart = [ restart-time|stalepath-time ] [ <num> ]
    bgp asnotation dot
    bgp rpki server ...
    timers bgp = ...
    maximum-paths [ ibgp ] = <num>
    network <ip4> [ mask <ip4> ] = [ route-map <word> ]
    redistribute <word> = [ ... ]
    aggregate-address <ip4> <ip4> = [ ... ]
    ",
    neighbors!(),
    "
    no neighbor <word>
    --
    address-family ipv4|ipv6 > bgp-family
    --
    address-family ipv4|ipv6 vrf <word> > bgp-vrf
"
);

const BGP_FAMILY: &str = concat!(
    "
    bgp router-id = <ip4>
    bgp ...
    network <ip4> [ mask <ip4> ] = [ route-map <word> ]
    network <prefix6> = [ route-map <word> ]
    redistribute <word> = [ ... ]
    aggregate-address <ip4> <ip4> = [ ... ]
    aggregate-address <prefix6> = [ ... ]
    maximum-paths [ ibgp ] = <num>
    distance bgp = <num> <num> <num>
    ",
    neighbors!(),
    "
    +neighbor <word> activate
    no neighbor <word>
"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_that_is_opened_exists() {
        for (mode, name, _, text) in ALL {
            assert_eq!(Mode::of(name), Some(mode));
            for line in text.lines().filter(|line| line.contains(" > ")) {
                let target = line.split(" > ").nth(1).unwrap().trim();
                assert!(Mode::of(target).is_some(), "{line}");
            }
            assert!(!mode.table().is_empty());
        }
    }
}
