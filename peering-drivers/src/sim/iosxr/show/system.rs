//! The machine, its VRFs and its time.

use super::Look;
use crate::sim::iosxr::native;
use crate::sim::iosxr::oper::{ports, serial_number};

pub(super) fn version(look: Look<'_>) -> String {
    let seconds = look.since(look.xr.chassis.booted);
    let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7);
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!(
        "Cisco IOS XR Software, Version {version}\nCopyright (c) 2013-2021 by Cisco Systems, Inc.\n\nBuild Information:\n \
         Built By     : simulator\n Built On     : Tue Dec  7 11:11:11 PST 2021\n Built Host   : simulator\n \
         Workspace    : /auto/srcarchive/production/{version}/xrv9k/ws\n Version      : {version}\n \
         Location     : /opt/cisco/XR/packages/\n Label        : {version}\n\ncisco IOS-XRv 9000 () processor\nSystem uptime is {weeks} weeks {days} days \
         {hours} hours {minutes} minutes\n\n",
        version = look.xr.version
    )
}

pub(super) fn inventory(look: Look<'_>) -> String {
    format!(
        "NAME: \"Rack 0\", DESCR: \"{model} chassis\"\nPID: {model}   , VID: V01, SN: {serial}\n\n\
         NAME: \"0/RP0\", DESCR: \"Route Processor\"\nPID: R-IOSXRV9000-RP-C , VID: V01, SN: {serial}R\n\n",
        model = look.xr.model,
        serial = serial_number(&look.xr.machine)
    )
}

/// The VRFs, in a table or with all about them.
pub(super) fn vrfs(look: Look<'_>, is_detailed: bool) -> String {
    let running = look.xr.database.running();
    let mut out = if is_detailed {
        String::new()
    } else {
        "VRF                  RD                  RT                         AFI   SAFI     \n".to_owned()
    };
    let all = ports(look);
    for name in &look.xr.view.vrfs {
        let bgp = running.children.iter().find(|node| node.key.starts_with("router bgp "));
        let place = |section: Option<&crate::sim::iosxr::language::Node>| {
            section.and_then(|node| node.child(&format!("vrf {name}")))?.value("rd").map(str::to_owned)
        };
        let rd = place(bgp).or_else(|| place(Some(running))).unwrap_or_else(|| "not set".to_owned());
        if !is_detailed {
            out.push_str(&format!("{name:<20} {rd:<19} \n"));
            continue;
        }
        out.push_str(&format!(
            "\nVRF {name}; RD {rd}; VPN ID not set\nVRF mode: Regular\nDescription not set\nInterfaces:\n"
        ));
        for port in all.iter().filter(|port| port.interface.vrf == *name) {
            out.push_str(&format!("  {}\n", port.interface.name));
        }
        for family in ["IPV4", "IPV6"] {
            out.push_str(&format!(
                "Address family {family} Unicast\n  No import VPN route-target communities\n  No export VPN route-target communities\n  \
                 No import route policy\n  No export route policy\n"
            ));
        }
    }
    out
}

/// The associations with what is configured: nobody answers in this world.
pub(super) fn ntp(look: Look<'_>) -> String {
    let configured = native::configuration(look.xr.database.running(), "ntp");
    let all = configured.iter().flat_map(|ntp| &ntp.children).flat_map(|vrfs| &vrfs.children);
    let mut out =
        String::from("\n      address         ref clock     st  when  poll reach  delay  offset    disp\n");
    for peer in all.flat_map(|vrf| &vrf.children).flat_map(|list| &list.children) {
        let address = peer.value("address-ipv4").or_else(|| peer.value("address-ipv6"));
        let Some(address) = address else { continue };
        let start =
            if address.len() > 15 { format!(" ~{address}\n{:17}", "") } else { format!(" ~{address:<15}") };
        out.push_str(&format!("{start} .INIT.         16     -    64    0    0.00   0.000   15937\n"));
    }
    out + " * sys_peer, # selected, + candidate, - outlayer, x falseticker, ~ configured\n"
}
