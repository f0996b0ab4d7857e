//! What the operational shows of the command line answer, from the same state as NETCONF's models.

mod bgp;
mod interface;
mod link;
mod probe;
mod route;
mod system;

use super::oper::Look;

pub(crate) use probe::{ping, traceroute};

/// The shows, as lines of a table of commands.
pub(crate) const COMMANDS: &str = "
    show version [ brief ]
    show inventory
    admin show inventory chassis
    show interfaces [ <if> ]
    show interfaces brief
    show interfaces description
    show ipv4 interface brief
    show ipv4 vrf all interface [ brief ]
    show ipv6 vrf all interface
    show bgp process
    show bgp vrf all process
    show bgp [ ipv4|ipv6 unicast ] summary
    show bgp vrf <word> [ ipv4|ipv6 unicast ] summary
    show bgp [ ipv4|ipv6 unicast ] neighbors [ <ip> ]
    show bgp all all neighbors [ <ip> ]
    show bgp vrf <word> [ ipv4|ipv6 unicast ] neighbors [ <ip> ]
    show bgp [ ipv4|ipv6 unicast ] <prefix>
    show bgp vrf <word> ipv4|ipv6 unicast <prefix>
    show route [ vrf <word> ] ipv4|ipv6 unicast <prefix>
    show route [ vrf <word> ] ipv4|ipv6 unicast <ip>
    show route [ vrf <word> ] ipv4|ipv6 unicast longer-prefixes <prefix>
    show vrf all [ detail ]
    show arp [ vrf <word> ]
    show ipv6 neighbors
    show lldp neighbors [ detail ]
    show ntp associations
";

/// What a show answers; `None` for one that is none of these.
pub(crate) fn answer(look: Look<'_>, words: &[&str]) -> Option<String> {
    Some(match words {
        ["show", "version", ..] => system::version(look),
        ["show", "inventory"] | ["admin", "show", "inventory", "chassis"] => system::inventory(look),
        ["show", "interfaces", "brief"] => interface::brief(look),
        ["show", "interfaces", "description"] => interface::descriptions(look),
        ["show", "interfaces", rest @ ..] => interface::whole(look, rest.first().copied()),
        ["show", "ipv4", "interface", "brief"] | ["show", "ipv4", "vrf", "all", "interface", "brief"] => {
            interface::addresses(look)
        }
        ["show", "ipv4", "vrf", "all", "interface"] => interface::ipv4(look),
        ["show", "ipv6", "vrf", "all", "interface"] => interface::ipv6(look),
        ["show", "bgp", rest @ ..] => bgp::answer(look, rest),
        ["show", "route", rest @ ..] => route::answer(look, rest),
        ["show", "vrf", "all", rest @ ..] => system::vrfs(look, !rest.is_empty()),
        ["show", "arp", rest @ ..] => link::arp(look, rest.last().copied()),
        ["show", "ipv6", "neighbors"] => link::ipv6_neighbors(look),
        ["show", "lldp", "neighbors", rest @ ..] => link::lldp(look, !rest.is_empty()),
        ["show", "ntp", "associations"] => system::ntp(look),
        _ => return None,
    })
}
