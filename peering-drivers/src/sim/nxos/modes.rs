//! The configuration commands, by mode: what an edge router needs.

use std::sync::LazyLock;

use crate::sim::lines::{Rule, table};

/// A mode of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    Global,
    AccessList,
    Bgp,
    BgpFamily,
    BgpVrf,
    Interface,
    Job,
    Line,
    Neighbor,
    NeighborFamily,
    RouteMap,
    Schedule,
    Template,
    Vlan,
    Vrf,
    VrfFamily,
}

const ALL: [(Mode, &str, &str); 16] = [
    (Mode::Global, "global", GLOBAL),
    (Mode::AccessList, "access-list", ACCESS_LIST),
    (Mode::Bgp, "bgp", BGP),
    (Mode::BgpFamily, "bgp-family", BGP_FAMILY),
    (Mode::BgpVrf, "bgp-vrf", BGP_VRF),
    (Mode::Interface, "interface", INTERFACE),
    (Mode::Job, "job", JOB),
    (Mode::Line, "line", LINE),
    (Mode::Neighbor, "neighbor", NEIGHBOR),
    (Mode::NeighborFamily, "neighbor-family", NEIGHBOR_FAMILY),
    (Mode::RouteMap, "route-map", ROUTE_MAP),
    (Mode::Schedule, "schedule", SCHEDULE),
    (Mode::Template, "template", TEMPLATE),
    (Mode::Vlan, "vlan", VLAN),
    (Mode::Vrf, "vrf", VRF),
    (Mode::VrfFamily, "vrf-family", VRF_FAMILY),
];

static TABLES: LazyLock<Vec<(Mode, Vec<Rule<Mode>>)>> =
    LazyLock::new(|| ALL.iter().map(|(mode, _, text)| (*mode, table(text))).collect());

impl Mode {
    /// The mode that a table calls by this name.
    pub(crate) fn of(name: &str) -> Option<Mode> {
        ALL.iter().find(|(_, own, _)| *own == name).map(|(mode, ..)| *mode)
    }

    /// The rules of a mode.
    pub(crate) fn table(self) -> &'static [Rule<Mode>] {
        TABLES.iter().find(|(mode, _)| *mode == self).map_or(&[], |(_, rules)| rules)
    }

    /// How the prompt shows it.
    pub(crate) const fn prompt(self) -> &'static str {
        match self {
            Mode::Global => "config",
            Mode::AccessList => "config-acl",
            Mode::Bgp => "config-router",
            Mode::BgpFamily => "config-router-af",
            Mode::BgpVrf => "config-router-vrf",
            Mode::Interface => "config-if",
            Mode::Job => "config-job",
            Mode::Line => "config-line",
            Mode::Neighbor => "config-router-neighbor",
            Mode::NeighborFamily => "config-router-neighbor-af",
            Mode::RouteMap => "config-route-map",
            Mode::Schedule => "config-schedule",
            Mode::Template => "config-router-ptmp",
            Mode::Vlan => "config-vlan",
            Mode::Vrf => "config-vrf",
            Mode::VrfFamily => "config-vrf-af-ipv4",
        }
    }
}

const GLOBAL: &str = "
    hostname = <word>
    --
    feature bgp|bfd|interface-vlan|lacp|lldp|nxapi|ospf|ospfv3|pim|scheduler|scp-server|sftp-server|tacacs+|telnet
    feature ngoam|nv|vn-segment-vlan-based|vpc|hsrp|vrrp|dhcp|netconf|restconf|grpc|bash-shell|ntp|ssh
    --
    ~password strength-check
    username <word> password = ...
    username <word> role = <word>
    username <word> sshkey = ...
    no username <word>
    --
    banner motd = ...
    ~ip domain-lookup
    ip domain-name = <word>
    ip name-server = ...
    ip host <word> = <ip>
    system default switchport = [ shutdown|fabricpath ]
    system jumbomtu = <num>
    system routing = ...
    copp profile = strict|moderate|lenient|dense
    power redundancy-mode = <word>
    --
    ip access-list <word> > access-list
    ipv6 access-list <word> > access-list
    --
    snmp-server contact = ...
    snmp-server location = ...
    snmp-server host <word> = ...
    snmp-server user <word> = ...
    snmp-server source-interface traps|informs = <if>
    ~snmp-server enable traps ...
    rmon event <num> = ...
    snmp-server community <word> = [ ro|rw ] [ group <word> ]
    snmp-server community <word> use-ipv4acl|use-ipv6acl = <word>
    no snmp-server community <word>
    --
    ntp authenticate
    ntp authentication-key <num> = md5 <word> [ 0|7 ]
    ntp trusted-key <num>
    ntp server <word> = [ ... ]
    ntp peer <word> = [ ... ]
    ntp source = <ip>
    ntp source-interface = <if>
    ntp master = [ <num> ]
    --
    logging server <word> = [ ... ]
    logging level|logfile|monitor|module|timestamp|origin-id|source-interface|event|history = ...
    ~logging console = [ <num> ]
    tacacs-server host <word> = [ ... ]
    tacacs-server key = ...
    radius-server host <word> = [ ... ]
    radius-server key = ...
    aaa authentication|authorization|accounting|group ...
    --
    ip route <prefix4> ...
    ipv6 route <prefix6> ...
    --
    vlan <vlans> > vlan
    --
    ip prefix-list <word> description = ...
    ip prefix-list <word> seq <num> = permit|deny <prefix4> [ eq <num> ] [ ge <num> ] [ le <num> ]
    no ip prefix-list <word>
    ipv6 prefix-list <word> description = ...
    ipv6 prefix-list <word> seq <num> = permit|deny <prefix6> [ eq <num> ] [ ge <num> ] [ le <num> ]
    no ipv6 prefix-list <word>
    ip as-path access-list <word> seq <num> = permit|deny ...
    no ip as-path access-list <word>
    ip community-list standard|expanded <word> seq <num> = permit|deny ...
    no ip community-list standard|expanded <word>
    ip large-community-list standard|expanded <word> seq <num> = permit|deny ...
    no ip large-community-list standard|expanded <word>
    ip extcommunity-list standard|expanded <word> seq <num> = permit|deny ...
    no ip extcommunity-list standard|expanded <word>
    --
    route-map <word> -permit|deny <num> > route-map
    no route-map <word>
    --
    vrf context <word> > vrf
    --
    nxapi http port = <num>
    nxapi https port = <num>
    nxapi use-vrf = <word>
    nxapi sandbox
    --
    interface <if> > interface
    --
    scheduler job name <word> > job
    scheduler schedule name <word> > schedule
    --
    line console > line
    line vty > line
    boot nxos = <word>
    --
    router bgp <as> > bgp
";

const ACCESS_LIST: &str = "
    statistics per-entry
    <num> = permit|deny|remark ...
";

const JOB: &str = "
    ...
";

const SCHEDULE: &str = "
    job name <word>
    time = ...
";

const LINE: &str = "
    exec-timeout = <num>
    session-limit = <num>
    access-class <word> in|out
    ipv6 access-class <word> in|out
    terminal length|width = <num>
";

const VLAN: &str = "
    name = <word>
    state = active|suspend
    shutdown
    vn-segment = <num>
";

const VRF: &str = "
    description = ...
    vni = <num>
    ip domain-name = <word>
    ip name-server = ...
    rd = <word>
    ip route <prefix4> ...
    ipv6 route <prefix6> ...
    address-family ipv4|ipv6 unicast > vrf-family
";

const VRF_FAMILY: &str = "
    route-target import|export <word> = [ evpn ]
    route-target both <word> = [ evpn ]
    maximum routes = ...
";

const INTERFACE: &str = "
    description = ...
    mac-address = <word>
    ~lldp transmit|receive
    cdp enable
    ~switchport
    switchport mode = access|trunk
    switchport access vlan = <num>
    switchport trunk allowed vlan = ...
    switchport trunk native vlan = <num>
    encapsulation dot1q = <num>
    bandwidth = <num>
    speed = <word>
    duplex = <word>
    load-interval counter <num> = <num>
    mtu = <num>
    medium = p2p|broadcast
    channel-group = <num> [ force ] [ mode active|passive|on ]
    vrf member = <word>
    bfd interval = ...
    bfd echo
    ip access-group <word> in|out
    ipv6 traffic-filter <word> in|out
    ~ip redirects
    ~ipv6 redirects
    ip proxy-arp
    ip address = <net4> [ tag <num> ]
    ip address <net4> secondary
    ipv6 address <net6>
    ipv6 link-local = <ip6>
    ipv6 nd suppress-ra
    no ip address
    no ipv6 address
    +shutdown
";

const ROUTE_MAP: &str = "
    description = ...
    match ip address prefix-list = ...
    match ipv6 address prefix-list = ...
    match ip address = <word>
    match ip next-hop prefix-list = ...
    match ipv6 next-hop prefix-list = ...
    match as-path = ...
    match as-number = ...
    match community = ...
    match large-community = ...
    match extcommunity = ...
    match interface = <if>
    match metric = ...
    match tag = ...
    match route-type = ...
    match source-protocol = ...
    match rpki = valid|invalid|not-found
    set as-path prepend = ...
    set as-path tag
    set comm-list <word> delete
    set large-comm-list <word> delete
    set extcomm-list <word> delete
    set community = ...
    set large-community = ...
    set extcommunity rt|soo = ...
    set distance = ...
    set ip next-hop = ...
    set ipv6 next-hop = ...
    set local-preference = <num>
    set metric = ...
    set origin = igp|egp|incomplete
    set tag = <num>
    set weight = <num>
    continue = [ <num> ]
";

macro_rules! instance {
    () => {
        "
    router-id = <ip4>
    cluster-id = <word>
    timers bgp = <num> <num>
    timers bestpath-limit = ...
    timers prefix-peer-timeout = <num>
    reconnect-interval = <num>
    ~graceful-restart
    graceful-restart restart-time|stalepath-time = <num>
    graceful-restart-helper
    bestpath ...
    log-neighbor-changes
    neighbor-down fib-accelerate
    ~enforce-first-as
    ~fast-external-fallover
    suppress-fib-pending
    maxas-limit = <num>
    confederation identifier = <as>
    confederation peers = ...
    --
    address-family ipv4|ipv6 unicast > bgp-family
    --
"
    };
}

const BGP: &str = concat!(
    instance!(),
    "
    template peer <word> > template
    --
    neighbor <ip> > neighbor
    --
    vrf <word> > bgp-vrf
"
);

const BGP_VRF: &str = concat!(
    "
    local-as = <as>
    allocate-index = <num>
",
    instance!(),
    "
    neighbor <ip> > neighbor
"
);

const BGP_FAMILY: &str = "
    network <prefix> = [ route-map <word> ]
    aggregate-address <prefix> = [ ... ]
    redistribute direct|static = route-map <word>
    redistribute ospf|ospfv3|eigrp|isis|rip <word> = route-map <word>
    maximum-paths = <num>
    maximum-paths ibgp|eibgp|mixed = <num>
    additional-paths send|receive
    additional-paths selection route-map = <word>
    dampening = [ ... ]
    default-information originate
    default-metric = <num>
    distance = <num> <num> <num>
    ~client-to-client reflection
    nexthop route-map = <word>
    nexthop trigger-delay critical = <num> non-critical <num>
    table-map = <word> [ filter ]
    advertise l2vpn evpn
";

macro_rules! peer {
    () => {
        "
    remote-as = <as>
    local-as = <as> [ no-prepend ] [ replace-as ] [ dual-as ]
    description = ...
    password = ...
    update-source = <if>
    ebgp-multihop = <num>
    ttl-security hops = <num>
    timers = <num> <num>
    bfd = [ multihop|singlehop ]
    bfd multihop interval = ...
    capability suppress 4-byte-as
    ~dynamic-capability
    disable-connected-check
    low-memory exempt
    log-neighbor-changes = [ disable ]
    maximum-peers = <num>
    peer-type = ...
    remove-private-as = [ all|replace-as ]
    shutdown
    transport connection-mode passive
    address-family ipv4|ipv6 unicast > neighbor-family
"
    };
}

const NEIGHBOR: &str = concat!("inherit peer = <word>", peer!());

const TEMPLATE: &str = peer!();

const NEIGHBOR_FAMILY: &str = "
    allowas-in = [ <num> ]
    advertise-map ...
    as-override
    capability additional-paths send|receive = [ disable ]
    send-community
    send-community extended|both|standard|large
    default-originate = [ route-map <word> ]
    disable-peer-as-check
    filter-list -<word> in|out
    inherit peer-policy <word> <num>
    maximum-prefix = <num> [ <num> ] [ restart <num> ] [ warning-only ]
    next-hop-self = [ all ]
    ~next-hop-third-party
    prefix-list -<word> in|out
    route-map -<word> in|out
    route-reflector-client
    soft-reconfiguration inbound = [ always ]
    soo = <word>
    suppress-inactive
    unsuppress-map = <word>
    weight = <num>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_that_is_opened_exists() {
        for (mode, name, text) in ALL {
            assert_eq!(Mode::of(name), Some(mode));
            for line in text.lines().filter(|line| line.contains(" > ")) {
                let target = line.split(" > ").nth(1).unwrap().trim();
                assert!(Mode::of(target).is_some(), "{line}");
            }
            assert!(!mode.table().is_empty());
        }
    }
}
