//! The configuration commands, by mode: what an edge router needs.

use std::sync::LazyLock;

use crate::sim::lines::{Rule, table};

/// A mode of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    Global,
    AccessList,
    Api,
    Bgp,
    BgpFamily,
    BgpVrf,
    Interface,
    PrefixList4,
    PrefixList6,
    RouteMap,
    Rpki,
    Ssh,
    Vlan,
    Vrf,
}

const ALL: [(Mode, &str, &str); 14] = [
    (Mode::Global, "global", GLOBAL),
    (Mode::AccessList, "access-list", ACCESS_LIST),
    (Mode::Api, "api", API),
    (Mode::Bgp, "bgp", BGP),
    (Mode::BgpFamily, "bgp-family", BGP_FAMILY),
    (Mode::BgpVrf, "bgp-vrf", BGP_VRF),
    (Mode::Interface, "interface", INTERFACE),
    (Mode::PrefixList4, "prefix-list-4", PREFIX_LIST_4),
    (Mode::PrefixList6, "prefix-list-6", PREFIX_LIST_6),
    (Mode::RouteMap, "route-map", ROUTE_MAP),
    (Mode::Rpki, "rpki", RPKI),
    (Mode::Ssh, "ssh", SSH),
    (Mode::Vlan, "vlan", VLAN),
    (Mode::Vrf, "vrf", VRF),
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

    /// What the prompt has of a mode behind `config`; `line` opened it.
    pub(crate) fn prompt(self, line: &str) -> String {
        let last = line.rsplit(' ').next().unwrap_or_default();
        match self {
            Mode::Global => String::new(),
            Mode::AccessList => format!("-acl-{last}"),
            Mode::Api if line.starts_with("vrf ") => format!("-mgmt-api-http-cmds-vrf-{last}"),
            Mode::Api => "-mgmt-api-http-cmds".to_owned(),
            Mode::Bgp => "-router-bgp".to_owned(),
            Mode::BgpFamily => "-router-bgp-af".to_owned(),
            Mode::BgpVrf => format!("-router-bgp-vrf-{last}"),
            Mode::Interface => format!("-if-{}", short(last)),
            Mode::PrefixList4 => "-ip-pfx".to_owned(),
            Mode::PrefixList6 => "-ipv6-pfx".to_owned(),
            Mode::RouteMap => format!("-route-map-{}", line.split(' ').nth(1).unwrap_or_default()),
            Mode::Rpki => format!("-rpki-cache-{last}"),
            Mode::Ssh => "-mgmt-ssh".to_owned(),
            Mode::Vlan => format!("-vlan-{last}"),
            Mode::Vrf => format!("-vrf-{last}"),
        }
    }
}

/// An interface's name as the prompt has it: `Et1`.
fn short(name: &str) -> String {
    let digits = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    let kind: String = kind.chars().take(2).collect();
    kind + number
}

const GLOBAL: &str = "
    boot system = <word>
    --
    ~aaa root
    aaa root secret = ...
    --
    enable password = ...
    --
    username <word> = nopassword
    username <word> = privilege <num> [ role <word> ] [ nopassword ]
    username <word> = role <word> [ nopassword ]
    username <word> = [ privilege <num> ] [ role <word> ] secret [ 0|5|sha512 ] <word>
    username <word> sshkey|ssh-key = ...
    no username <word>
    --
    transceiver qsfp default-mode = <word>
    --
    service routing protocols model = multi-agent|ribd
    --
    logging buffered|trap|console|monitor|facility|format|level = ...
    logging [ vrf <word> ] host <word> = [ ... ]
    logging [ vrf <word> ] source-interface = <if>
    --
    hostname = <word>
    ip domain lookup [ vrf <word> ] source-interface = <if>
    ip name-server [ vrf <word> ] <ip>
    dns domain = <word>
    ip domain-name = <word>
    ip host <word> = <ip>
    --
    ntp authenticate
    ntp authentication-key <num> = md5|sha1 [ 0|7 ] <word>
    ntp trusted-key = <word>
    ntp local-interface = [ vrf <word> ] <if>
    ntp server [ vrf <word> ] <word> = [ ... ]
    --
    sflow run
    sflow sample = <num>
    sflow polling-interval = <num>
    sflow destination <ip> = [ <num> ]
    sflow source-interface = <if>
    --
    snmp-server chassis-id = ...
    snmp-server contact = ...
    snmp-server location = ...
    snmp-server community <word> = [ view <word> ] [ ro|rw ] [ ipv6 <word> ] [ <word> ]
    snmp-server host <word> = ...
    snmp-server vrf <word>
    ~snmp-server enable traps ...
    --
    spanning-tree mode = none|mstp|rstp|rapid-pvst
    spanning-tree mst 0 priority = <num>
    --
    radius-server host <word> = [ ... ]
    tacacs-server host <word> = [ ... ]
    aaa authentication|authorization|accounting ...
    --
    vlan <vlans> > vlan
    --
    vrf instance <word> > vrf
    --
    interface <if> > interface
    --
    mac address-table aging-time = <num>
    --
    ip access-list [ standard ] <word> > access-list
    ipv6 access-list [ standard ] <word> > access-list
    --
    +ip routing [ vrf <word> ]
    ip icmp redirect
    --
    ip as-path regex-mode = asn|string
    ip as-path access-list <word> permit|deny ...
    no ip as-path access-list <word>
    ip community-list [ regexp ] <word> permit|deny ...
    no ip community-list [ regexp ] <word>
    ip large-community-list [ regexp ] <word> permit|deny ...
    no ip large-community-list [ regexp ] <word>
    ip extcommunity-list [ regexp ] <word> permit|deny ...
    no ip extcommunity-list [ regexp ] <word>
    --
    ip prefix-list <word> > prefix-list-4
    no ip prefix-list <word> seq <num>
    --
    ipv6 unicast-routing [ vrf <word> ]
    --
    ipv6 prefix-list <word> > prefix-list-6
    --
    ip route [ vrf <word> ] <prefix4> ...
    no ip route [ vrf <word> ] <prefix4>
    --
    ipv6 route [ vrf <word> ] <prefix6> ...
    no ipv6 route [ vrf <word> ] <prefix6>
    --
    route-map <word> -permit|deny <num> > route-map
    no route-map <word>
    --
    router bgp <as> > bgp
    no router bgp
    --
    banner login|motd = [ ... ]
    --
    management api http-commands > api
    --
    management ssh > ssh
";

const ACCESS_LIST: &str = "
    <num> = permit|deny|remark ...
";

const API: &str = "
    ~protocol https
    protocol https port = <num>
    protocol http [ localhost ]
    protocol unix-socket
    ~shutdown
    default-services
    vrf <word> > api
";

const SSH: &str = "
    authentication mode|protocol = ...
    idle-timeout = <num>
    connection limit = <num>
    ip access-group = <word> [ vrf <word> ] in
    ~shutdown
    vrf <word> > ssh
";

const VLAN: &str = "
    name = <word>
    state = active|suspend
";

const VRF: &str = "
    description = ...
    rd = <word>
";

const INTERFACE: &str = "
    description = ...
    load-interval = <num>
    mtu = <num>
    speed = ...
    channel-group = <num> mode active|passive|on
    ~lldp transmit|receive
    ~switchport
    switchport mode = access|trunk|dot1q-tunnel
    switchport access vlan = <num>
    switchport trunk allowed vlan = ...
    switchport trunk native vlan = <num>
    encapsulation dot1q vlan = <num>
    vrf = <word>
    ip address = <net4>
    ip address <net4> secondary
    ipv6 enable
    ipv6 address <net6>
    ipv6 nd ra disabled [ all ]
    ip access-group = <word> in|out
    ipv6 access-group = <word> in|out
    ip proxy-arp
    bfd interval = ...
    ~sflow enable
    shutdown
    no ipv6 address
";

const PREFIX_LIST_4: &str = "
    seq <num> = permit|deny <prefix4> [ eq <num> ] [ ge <num> ] [ le <num> ]
";

const PREFIX_LIST_6: &str = "
    seq <num> = permit|deny <prefix6> [ eq <num> ] [ ge <num> ] [ le <num> ]
";

const ROUTE_MAP: &str = "
    description = ...
    sub-route-map = <word>
    match ip address prefix-list = <word>
    match ipv6 address prefix-list = <word>
    match ip next-hop prefix-list = <word>
    match ipv6 next-hop prefix-list = <word>
    match ip address access-list = <word>
    match as-path = <word>
    match as = <as>
    match community = ...
    match large-community = ...
    match extcommunity = ...
    match interface = <if>
    match local-preference = <num>
    match metric = <num>
    match origin-as validity = valid|invalid|not-found
    match source-protocol = <word>
    match tag = <num>
    set as-path prepend = ...
    set as-path match = ...
    set community = ...
    set community-list = ...
    set large-community = ...
    set extcommunity = ...
    set distance = <num>
    set ip next-hop = ...
    set ipv6 next-hop = ...
    set local-preference = <num>
    set metric = ...
    set origin = igp|egp|incomplete
    set tag = <num>
    set weight = <num>
    continue = [ <num> ]
";

const RPKI: &str = "
    host = <word> [ vrf <word> ] [ port <num> ]
    preference = <num>
    refresh-interval = <num>
    retry-interval = <num>
    expire-interval = <num>
    local-interface = <if>
    transport = ...
";

macro_rules! neighbors {
    () => {
        "
    --
    neighbor <name> peer group
    neighbor <ip> peer group = <name>
    neighbor <word> remote-as = <as>
    neighbor <word> local-as = <as> [ no-prepend ] [ replace-as ] [ fallback ]
    neighbor <word> next-hop-self
    neighbor <word> next-hop-unchanged
    neighbor <word> shutdown
    neighbor <word> passive
    neighbor <word> update-source = <word>
    neighbor <word> bfd
    neighbor <word> bfd interval = ...
    neighbor <word> description = ...
    neighbor <word> ebgp-multihop = [ <num> ]
    neighbor <word> ttl maximum-hops = <num>
    neighbor <word> allowas-in = [ <num> ]
    neighbor <word> timers = <num> <num>
    neighbor <word> idle-restart-timer = <num>
    neighbor <word> graceful-restart
    neighbor <word> route-reflector-client
    neighbor <word> remove-private-as = [ all ] [ replace-as ]
    ~neighbor <word> enforce-first-as
    neighbor <word> transport connection-mode = passive
    neighbor <word> rib-in pre-policy retain = [ all ]
    neighbor <word> weight = <num>
    neighbor <word> route-map -<word> in|out
    neighbor <word> prefix-list -<word> in|out
    neighbor <word> default-originate = [ ... ]
    neighbor <word> password = ...
    neighbor <word> send-community = [ ... ]
    neighbor <word> maximum-routes = <num> [ warning-limit <num> [ percent ] ] [ warning-only ]
    neighbor <word> maximum-accepted-routes = <num> [ warning-limit <num> [ percent ] ]
    no neighbor <word>
    --
    aggregate-address <prefix> = [ ... ]
    network <prefix> = [ route-map <word> ]
    redistribute <word> = [ route-map <word> ]
    --
    address-family ipv4|ipv6 > bgp-family
"
    };
}

macro_rules! session_wide {
    () => {
        "
    router-id = <ip4>
    timers bgp = ...
    distance bgp = <num> [ <num> <num> ]
    maximum-paths = <num> [ ecmp <num> ]
    graceful-restart
    graceful-restart restart-time = <num>
    graceful-restart-helper
    ~bgp default ipv4-unicast
    bgp default ipv6-unicast
    bgp asn notation = asdot|asplain
    bgp always-compare-med
    bgp bestpath ...
    bgp log-neighbor-changes
    bgp missing-policy direction in|out action = permit|deny|deny-in-out
    bgp missing-policy include community-list prefix-list sub-route-map direction in|out action = permit|deny
    update wait-for-convergence
    update wait-install
"
    };
}

const BGP: &str = concat!(
    session_wide!(),
    neighbors!(),
    "
    --
    rpki cache <word> > rpki
    --
    vrf <word> > bgp-vrf
"
);

const BGP_VRF: &str = concat!(
    "
    rd = <word>
    route-target import|export ...
    local-as = <as>
",
    session_wide!(),
    neighbors!()
);

const BGP_FAMILY: &str = "
    bgp additional-paths ...
    bgp redistribute-internal
    bgp missing-policy direction in|out action = permit|deny|deny-in-out
    --
    +neighbor <word> activate
    neighbor <word> additional-paths ...
    neighbor <word> route-map -<word> in|out
    neighbor <word> prefix-list -<word> in|out
    neighbor <word> default-originate = [ ... ]
    neighbor <word> graceful-restart
    neighbor <word> next-hop address-family ipv6 = [ originate ]
    neighbor <word> weight = <num>
    no neighbor <word>
    --
    network <prefix> = [ route-map <word> ]
    redistribute <word> = [ route-map <word> ]
    maximum-paths = <num> [ ecmp <num> ]
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::lines::Language as _;

    #[test]
    fn every_mode_that_is_opened_exists() {
        for (mode, name, text) in ALL {
            assert_eq!(Mode::of(name), Some(mode));
            for line in text.lines().filter(|line| line.contains(" > ")) {
                let target = line.split(" > ").nth(1).unwrap().trim();
                assert!(Mode::of(target).is_some(), "{line}");
            }
            assert!(!mode.rules().is_empty());
        }
    }
}
