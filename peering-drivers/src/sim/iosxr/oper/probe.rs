//! `ping` and `traceroute`, as RPCs.

use std::net::IpAddr;

use super::leaves;
use crate::sim::fabric::World;
use crate::sim::iosxr::agent::model;
use crate::sim::iosxr::device::Xr;
use crate::sim::iosxr::refusal::{failed, unknown};
use crate::sim::netconf::element::Element;
use crate::sim::netconf::reply::Reply;
use crate::sim::persona::Persona as _;

/// How long an answer takes, in milliseconds: `None` when there is none.
pub(crate) fn round_trip(world: &World, router: usize, xr: &Xr, vrf: &str, address: IpAddr) -> Option<u32> {
    if xr.addresses().iter().any(|net| net.addr() == address) {
        return Some(1);
    }
    xr.view.towards(vrf, address)?;
    world.holder(router, address).map(|_| 2)
}

/// Answers one of the two.
pub(crate) fn probe(world: &World, router: usize, rpc: &Element) -> Reply {
    let Some(xr) = world.router::<Xr>(router) else { return failed("the router is gone") };
    let is_ping = rpc.name == "ping";
    let Some(asked) = rpc.children.first() else { return unknown(&rpc.name) };
    let Some(target) = asked.value("destination") else { return unknown("destination") };
    // Names are not known here.
    let Ok(address) = target.parse::<IpAddr>() else {
        return failed(&format!("Bad IP address or host name '{target}'"));
    };
    let vrf = asked.value("vrf-name").unwrap_or("default");
    if !xr.view.instances().contains(&vrf) {
        return failed(&format!("VRF '{vrf}' does not exist"));
    }
    let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
    let time = round_trip(world, router, xr, vrf, address);
    let (name, inner) = match is_ping {
        true => ("ping-response", ping(asked, target, time)),
        false => ("traceroute-response", traceroute(target, time)),
    };
    let response =
        Element::with(name, vec![Element::with(family, inner)]).within(&model(&format!("{}-act", rpc.name)));
    let mut body = String::new();
    response.write(1, &mut body);
    Reply::new(body)
}

fn ping(asked: &Element, target: &str, time: Option<u32>) -> Vec<Element> {
    let number =
        |name: &str, default: u32| asked.value(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let count: u32 = number("repeat-count", 5);
    let hits = if time.is_some() { count } else { 0 };
    let mark = if time.is_some() { "!" } else { "." };
    let replies = (1..=count.min(64))
        .map(|index| leaves("reply", &[("reply-index", &index.to_string()), ("result", mark)]))
        .collect();
    let round_trip = time.unwrap_or(0);
    vec![
        Element::leaf("destination", target),
        Element::leaf("repeat-count", count),
        Element::leaf("data-size", number("data-size", 100)),
        Element::leaf("timeout", number("timeout", 2)),
        Element::with("replies", replies),
        Element::leaf("hits", hits),
        Element::leaf("total", count),
        Element::leaf("success-rate", if time.is_some() { 100 } else { 0 }),
        Element::leaf("rtt-min", round_trip),
        Element::leaf("rtt-avg", round_trip),
        Element::leaf("rtt-max", round_trip),
    ]
}

/// Everybody is one hop away, or nowhere.
fn traceroute(target: &str, time: Option<u32>) -> Vec<Element> {
    let probe = |index: u32| {
        let mut probe = leaves("probe", &[("probe-index", &index.to_string())]);
        probe.children.push(match time {
            Some(time) => Element::leaf("delta-time", time),
            None => Element::leaf("result", "*"),
        });
        probe
    };
    let mut hop = vec![Element::leaf("hop-index", 1)];
    if time.is_some() {
        hop.push(Element::leaf("hop-address", target));
    }
    hop.push(Element::with("probes", (0..3).map(probe).collect()));
    vec![Element::leaf("destination", target), Element::with("hops", vec![Element::with("hop", hop)])]
}
