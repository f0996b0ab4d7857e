//! One request of a session, answered.

use tokio::time::Instant;

use super::database::Actor;
use super::device::Junos;
use super::reply::{failed, unknown};
use super::{cli, config_rpc, show_bgp, show_interface, show_probe, show_route, show_system};
use crate::sim::fabric::World;
use crate::sim::netconf::element::Element;
use crate::sim::netconf::reply::{Effect, Reply};

/// The name of a request's operation, or the command that it carries: what a fault is addressed by.
pub(crate) fn names(operation: &Element) -> Vec<String> {
    let command = (operation.name == "command").then(|| operation.text.trim().to_owned());
    [operation.name.clone()].into_iter().chain(command).collect()
}

/// Answers a request.
pub(crate) fn answer(
    world: &mut World,
    router: usize,
    session: u32,
    operation: &Element,
    now: Instant,
) -> Reply {
    world.refresh(now);
    let Some(junos) = world.router_mut::<Junos>(router) else { return failed("the router is gone") };
    junos.log.push((session, names(operation).join(" ")));
    let Some(actor) = junos.sessions.get(&session).map(|login| login.actor.clone()) else {
        return failed("session is gone").with(Effect::Close);
    };
    match operation.name.as_str() {
        "close-session" | "request-end-session" => return Reply::ok().with(Effect::Close),
        "kill-session" => return kill(junos, session, operation),
        _ => {}
    }
    if let Some(reply) = config_rpc::answer(junos, &actor, operation, now) {
        // A commit may change who is a neighbour of whom.
        if operation.name.starts_with("commit") {
            world.settle(now);
        }
        return reply;
    }
    show(world, router, &actor, operation, now)
}

fn kill(junos: &Junos, own: u32, operation: &Element) -> Reply {
    match operation.value("session-id").and_then(|id| id.parse().ok()) {
        Some(id) if id != own && junos.sessions.contains_key(&id) => Reply::ok().with(Effect::Kill(id)),
        _ => unknown("session-id"),
    }
}

/// Answers what only reads.
fn show(world: &World, router: usize, actor: &Actor, operation: &Element, now: Instant) -> Reply {
    let Some(junos) = world.router::<Junos>(router) else { return failed("the router is gone") };
    let mut operation = operation;
    let expanded;
    if operation.name == "command" {
        let is_text = operation.attribute("format").is_some_and(|format| matches!(format, "text" | "ascii"));
        let command = (operation.text.trim(), is_text);
        match cli::run(world, router, junos, actor, command, now) {
            cli::Outcome::Reply(reply) => return reply,
            cli::Outcome::Operation(same) => expanded = same,
        }
        operation = &expanded;
    }
    if operation.name == "get-commit-information" {
        return config_rpc::commits(junos);
    }
    let words = || -> Vec<String> {
        let host = operation.value("host").map(str::to_owned);
        let others = operation.children.iter().filter(|child| child.name != "host");
        let others = others.flat_map(|child| [child.name.clone(), child.text.trim().to_owned()]);
        host.into_iter().chain(others.filter(|word| !word.is_empty())).collect()
    };
    match operation.name.as_str() {
        "get-bgp-neighbor-information" => show_bgp::neighbors(world, router, junos, operation, now),
        "get-bgp-summary-information" => show_bgp::summary(world, router, junos, operation, now),
        "get-instance-information" => show_bgp::instances(world, router, junos, operation),
        "get-route-information" => show_route::routes(world, router, junos, operation, now),
        "get-interface-information" => show_interface::interfaces(junos, operation, now),
        "get-arp-table-information" => show_interface::arp(world, router, junos, operation),
        "get-ipv6-nd-information" => show_interface::nd(world, router, junos),
        "ping" => show_probe::ping(world, router, junos, &words(), now),
        "traceroute" => show_probe::traceroute(world, router, junos, &words(), now),
        name => show_system::answer(world, junos, operation, now).unwrap_or_else(|| unknown(name)),
    }
}
