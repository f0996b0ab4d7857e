//! What the router tells of its state, as Cisco's native models have it. Leaves that nothing is known of are left out.

mod bgp;
mod interface;
mod probe;
mod route;
mod system;

use tokio::time::Instant;

use super::agent::model;
use super::device::Xr;
use super::refusal::failed;
use super::{native, rpc};
use crate::sim::fabric::World;
use crate::sim::netconf::element::Element;
use crate::sim::netconf::filter::{fits, select};
use crate::sim::netconf::reply::Reply;

pub(crate) use bgp::{Counts, Peer, Prefixes, TIMERS, peers};
pub(crate) use interface::{Port, dotted, heard, known, ports};
pub(crate) use probe::{probe, round_trip};
pub(crate) use route::{Route, age_of, routes};
pub(crate) use system::serial_number;

/// The node that everything runs on.
pub(crate) const NODE: &str = "0/RP0/CPU0";

/// Whoever looks at a router.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    pub(crate) world: &'a World,
    pub(crate) router: usize,
    pub(crate) xr: &'a Xr,
    pub(crate) now: Instant,
}

impl Look<'_> {
    /// How many of the router's seconds have passed since then.
    pub(crate) fn since(&self, then: Instant) -> u64 {
        self.xr.database.clock.scaled(self.now.saturating_duration_since(then))
    }
}

/// Answers a `get`: state, and what is configured.
pub(crate) fn get(world: &World, router: usize, rpc: &Element, now: Instant) -> Reply {
    let Some(xr) = world.router::<Xr>(router) else { return failed("the router is gone") };
    let look = Look { world, router, xr, now };
    // Without a filter it would be everything: Cisco's routers refuse that for its size, and so does this one.
    let Some(parts) = rpc::parts(rpc) else {
        return failed("a get without a filter is more than this router sends");
    };
    let mut body = String::new();
    for part in parts {
        let configured = native::configuration(xr.database.running(), &part.name);
        let all = state(look, &part.name).into_iter().chain(configured);
        let found = all.filter(|data| fits(data, &part)).find_map(|data| select(&data, &part));
        if let Some(found) = found {
            found.write(1, &mut body);
        }
    }
    rpc::data(&body)
}

/// The state in the models whose outermost element has a name.
fn state(look: Look<'_>, name: &str) -> Option<Element> {
    let (module, children) = match name {
        "arp" => ("ipv4-arp-oper", interface::arp(look)),
        "bgp" => ("ipv4-bgp-oper", bgp::all(look)),
        "config-manager" => ("config-cfgmgr-exec-oper", system::commits(look)),
        "interfaces" => ("pfi-im-cmd-oper", interface::all(look)),
        "inventory" => ("invmgr-oper", system::inventory(look)),
        "ipv4-network" => ("ipv4-io-oper", interface::ipv4(look)),
        "ipv6-network" => ("ipv6-ma-oper", interface::ipv6(look)),
        "ipv6-node-discovery" => ("ipv6-nd-oper", interface::nd(look)),
        "ipv6-rib" => ("ip-rib-ipv6-oper", route::rib(look, crate::sim::family::Family::V6)),
        "lldp" => ("ethernet-lldp-oper", interface::lldp(look)),
        "memory-summary" => ("nto-misc-oper", system::memory()),
        "ntp" => ("ip-ntp-oper", system::ntp(look)),
        "rib" => ("ip-rib-ipv4-oper", route::rib(look, crate::sim::family::Family::V4)),
        "system-monitoring" => ("wdsysmon-fd-oper", system::processors()),
        "system-time" => ("shellutil-oper", system::time(look)),
        "netconf-state" => return Some(system::sessions(look)),
        _ => return None,
    };
    Some(Element::with(name, children).within(&model(module)))
}

/// What stands on the only node.
fn on_node(children: Vec<Element>) -> Vec<Element> {
    let node = [Element::leaf("node-name", NODE)].into_iter().chain(children).collect();
    vec![Element::with("nodes", vec![Element::with("node", node)])]
}

/// An element with leaves in it.
fn leaves(name: &str, leaves: &[(&str, &str)]) -> Element {
    Element::with(name, leaves.iter().map(|(name, text)| Element::leaf(name, text)).collect())
}
