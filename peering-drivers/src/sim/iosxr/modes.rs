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
    Line,
    Lldp,
    Neighbor,
    NeighborFamily,
    Netconf,
    Ntp,
    Rpki,
    Static,
    StaticFamily,
    StaticVrf,
    Username,
    Vrf,
    VrfFamily,
}

const ALL: [(Mode, &str, &str); 19] = [
    (Mode::Global, "global", GLOBAL),
    (Mode::AccessList, "access-list", ACCESS_LIST),
    (Mode::Bgp, "bgp", BGP),
    (Mode::BgpFamily, "bgp-family", BGP_FAMILY),
    (Mode::BgpVrf, "bgp-vrf", BGP_VRF),
    (Mode::Interface, "interface", INTERFACE),
    (Mode::Line, "line", LINE),
    (Mode::Lldp, "lldp", LLDP),
    (Mode::Neighbor, "neighbor", NEIGHBOR),
    (Mode::NeighborFamily, "neighbor-family", NEIGHBOR_FAMILY),
    (Mode::Netconf, "netconf", NETCONF),
    (Mode::Ntp, "ntp", NTP),
    (Mode::Rpki, "rpki", RPKI),
    (Mode::Static, "static", STATIC),
    (Mode::StaticFamily, "static-family", STATIC_FAMILY),
    (Mode::StaticVrf, "static-vrf", STATIC_VRF),
    (Mode::Username, "username", USERNAME),
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
}

const GLOBAL: &str = "
    hostname = <word>
    --
    clock timezone = ...
    --
    banner motd|login|exec|incoming = ...
    --
    logging console|monitor|trap|buffered|facility|archive|hostnameprefix|format = ...
    logging source-interface <if> = [ vrf <word> ]
    logging <ip> = ...
    --
    service timestamps log|debug = ...
    --
    telnet vrf <word> ipv4|ipv6 server max-servers = <num>
    --
    domain vrf <word> name|name-server|lookup = ...
    domain name = <word>
    domain name-server <ip>
    domain lookup disable
    --
    cdp
    --
    username <word> > username
    --
    aaa authentication|authorization|accounting|group|accounting = ...
    --
    vrf <word> > vrf
    --
    line console|default > line
    line template <word> > line
    --
    vty-pool default <num> <num> = [ line-template <word> ]
    --
    snmp-server host <ip> = ...
    snmp-server community <word> = [ RO|RW ] [ SystemOwner|LROwner ] [ IPv4 <word> ] [ IPv6 <word> ] [ <word> ]
    snmp-server traps [ ... ]
    snmp-server chassis-id = ...
    snmp-server contact = ...
    snmp-server location = ...
    snmp-server trap-source = <if>
    --
    ntp > ntp
    no ntp
    --
    ipv4 access-list <word> > access-list
    --
    ipv6 access-list <word> > access-list
    --
    netconf-yang agent > netconf
    --
    netconf agent tty > netconf
    --
    interface <if> > interface
    --
    prefix-set <word>
    as-path-set <word>
    community-set <word>
    extcommunity-set rt|soo <word>
    large-community-set <word>
    --
    route-policy <word>
    --
    router static > static
    --
    router bgp <as> > bgp
    no router bgp
    --
    lldp > lldp
    --
    ssh timeout = <num>
    ssh server rate-limit = <num>
    ssh server session-limit = <num>
    ssh server v2
    ssh server vrf <word> = [ ipv4 access-list <word> ] [ ipv6 access-list <word> ]
    ssh server netconf vrf <word> = [ ipv4 access-list <word> ] [ ipv6 access-list <word> ]
    ssh server netconf port = <num>
";

const ACCESS_LIST: &str = "
    <num> = permit|deny|remark ...
";

const INTERFACE: &str = "
    description = ...
    bundle id = <num> mode active|passive|on
    mtu = <num>
    vrf = <word>
    ipv4 mtu = <num>
    ipv4 address = <ip4> <ip4>
    ipv4 address <ip4> <ip4> secondary
    ipv4 point-to-point
    ipv4 unreachables disable
    ipv4 verify unicast source reachable-via = ...
    ipv4 access-group = <word> ingress|egress
    proxy-arp
    ipv6 mtu = <num>
    ipv6 enable
    ipv6 address <net6>
    ipv6 nd suppress-ra
    ipv6 unreachables disable
    ipv6 verify unicast source reachable-via = ...
    ipv6 access-group = <word> ingress|egress
    speed = <num>
    duplex = full|half
    negotiation auto
    load-interval = <num>
    bandwidth = <num>
    carrier-delay = ...
    lldp receive|transmit disable
    flow ipv4|ipv6 monitor <word> = ...
    service-policy input|output <word>
    encapsulation dot1q = <num>
    shutdown
    no ipv6 address
";

const LINE: &str = "
    exec-timeout = <num> <num>
    session-timeout = <num>
    width = <num>
    length = <num>
    timestamp disable
    transport input|output = ...
    access-class ingress|egress = <word>
";

const LLDP: &str = "
    timer = <num>
    holdtime = <num>
    management enable
    tlv-select ...
";

const NETCONF: &str = "
    ssh
    session limit|timeout|idle-timeout = <num>
";

const NTP: &str = "
    authentication-key <num> = md5 [ clear|encrypted ] <word>
    authenticate
    trusted-key <num>
    server [ vrf <word> ] <ip> = [ ... ]
    peer [ vrf <word> ] <ip> = [ ... ]
    source [ vrf <word> ] = <if>
    update-calendar
";

const USERNAME: &str = "
    group ...
    secret = [ 0|5|8|9|10 ] <word>
    password = [ 0|7 ] <word>
";

const VRF: &str = "
    description = ...
    rd = <word>
    address-family ipv4|ipv6 unicast > vrf-family
";

const VRF_FAMILY: &str = "
    import|export route-policy = <word>
    import|export route-target = <word>
    maximum prefix = <num> [ <num> ]
";

const STATIC: &str = "
    address-family ipv4|ipv6 unicast > static-family
    --
    vrf <word> > static-vrf
";

const STATIC_VRF: &str = "
    address-family ipv4|ipv6 unicast > static-family
";

const STATIC_FAMILY: &str = "
    <prefix> ...
    no <prefix>
";

const RPKI: &str = "
    username = <word>
    password = [ clear|encrypted ] <word>
    transport ssh|tcp port = <num>
    purge-time|refresh-time|response-time = <num>
";

macro_rules! session_wide {
    () => {
        "
    nsr [ disable ]
    timers bgp = <num> <num> [ <num> ]
    bgp router-id = <ip4>
    bgp graceful-restart
    bgp graceful-restart restart-time|purge-time|stalepath-time = <num>
    bgp log neighbor changes = detail|disable
    bgp bestpath ...
    bgp enforce-first-as disable
    bgp fast-external-fallover disable
    bgp default local-preference = <num>
    bgp unsafe-ebgp-policy
"
    };
}

const BGP: &str = concat!(
    session_wide!(),
    "
    --
    rpki server <ip> > rpki
    --
    address-family ipv4|ipv6 unicast > bgp-family
    --
    neighbor-group <word> > neighbor
    --
    neighbor <ip> > neighbor
    --
    vrf <word> > bgp-vrf
"
);

const BGP_VRF: &str = concat!(
    "
    rd = <word>
",
    session_wide!(),
    "
    --
    address-family ipv4|ipv6 unicast > bgp-family
    --
    neighbor <ip> > neighbor
"
);

const BGP_FAMILY: &str = "
    bgp origin-as validation enable
    bgp bestpath origin-as ...
    maximum-paths ebgp|ibgp|eibgp = <num> [ ... ]
    aggregate-address <prefix> = [ ... ]
    network <prefix> = [ route-policy <word> ]
    redistribute connected|static = [ route-policy <word> ] [ metric <num> ]
    allocate-label all
    additional-paths ...
";

const NEIGHBOR: &str = "
    remote-as = <as>
    use neighbor-group = <word>
    ebgp-multihop = <num> [ mpls ]
    bfd fast-detect = [ disable|strict-mode ]
    bfd multiplier = <num>
    bfd minimum-interval = <num>
    local-as = <as> [ no-prepend ] [ replace-as ]
    password = encrypted <word>
    shutdown
    description = ...
    local address = <ip>
    update-source = <if>
    timers = <num> <num> [ <num> ]
    ttl-security
    enforce-first-as disable
    ignore-connected-check
    session-open-mode = active-only|passive-only|both
    capability suppress 4-byte-as
    graceful-maintenance
    precedence = <word>
    --
    address-family ipv4|ipv6 unicast > neighbor-family
";

const NEIGHBOR_FAMILY: &str = "
    weight = <num>
    default-originate = [ route-policy <word> ]
    maximum-prefix = <num> [ <num> ] [ warning-only ] [ restart <num> ] [ discard-extra-paths ]
    route-policy -<word> in
    route-policy -<word> out
    next-hop-self
    next-hop-unchanged
    send-community-ebgp
    send-community-gshut-ebgp
    send-extended-community-ebgp
    remove-private-as = [ inbound ] [ entire-aspath ]
    route-reflector-client
    soft-reconfiguration inbound = [ always ]
    allowas-in = [ <num> ]
    as-override
    multipath
    validation disable
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
