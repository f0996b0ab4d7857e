//! What the router answers to `show …`, `ping` and `traceroute`: in the shape of recordings of real ones, where there are
//! any.

mod bgp;
mod bgp_text;
mod config;
mod interface;
mod link;
mod port;
mod route;
mod system;

use std::net::IpAddr;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Device;
use super::seat::{Answer, Failure, Seat};
use crate::sim::fabric::World;
use crate::sim::family::Family;

/// A router to look at, at one moment.
#[derive(Debug)]
pub(crate) struct Show<'a> {
    world: &'a World,
    router: usize,
    device: &'a Device,
    now: Instant,
}

impl<'a> Show<'a> {
    pub(crate) fn new(seat: &Seat, world: &'a World) -> Result<Show<'a>, Failure> {
        Ok(Show { world, router: seat.router, device: seat.device(world)?, now: Instant::now() })
    }

    /// Seconds since a moment.
    fn since(&self, moment: Instant) -> u64 {
        self.now.saturating_duration_since(moment).as_secs()
    }

    /// Seconds since the machine was switched on.
    fn uptime(&self) -> u64 {
        self.since(self.device.chassis.booted)
    }

    /// The network instances that a command is about: `default` unless it names one, or `all`.
    fn chosen(&self, words: &[&str]) -> Result<Vec<&'a str>, Failure> {
        let names = self.device.view.vrfs.iter().map(|(name, _)| name.as_str());
        match after(words, "vrf") {
            Some("all") => Ok(names.collect()),
            named => {
                let named = named.unwrap_or(super::view::DEFAULT);
                let found: Vec<&str> = names.filter(|name| *name == named).collect();
                if found.is_empty() { Err(Failure::refused("ERROR: VRF does not exist")) } else { Ok(found) }
            }
        }
    }
}

/// Answers a `show`, the word itself left away.
pub(crate) fn answer(show: &Show<'_>, words: &[&str]) -> Result<Answer, Failure> {
    Ok(match words {
        ["version"] => show.version(),
        ["hostname"] => show.hostname(),
        ["hosts"] => show.hosts(),
        ["clock"] => show.clock(),
        ["inventory"] => show.inventory(),
        ["feature"] => show.features(),
        ["users"] => Answer::text("NAME     LINE         TIME         IDLE          PID COMMENT\n"),
        ["file", url, how @ ..] => show.file(url, how.first().copied())?,
        ["checkpoint", "summary"] => show.checkpoints(),
        ["checkpoint", rest @ ..] => show.checkpoint(rest.first().copied())?,
        ["diff", _, rest @ ..] => show
            .device
            .diff(rest)
            .map(Answer::text)
            .map_err(|words| Failure::refused(format!("% {words}")))?,
        ["running-config", options @ ..] => show.running_config(options),
        ["startup-config"] => show.startup_config(),
        ["interface", "status" | "brief"] => show.interface_status(),
        ["interface", "counters", _] => show.counters_detailed(),
        ["interface", "transceiver", _] => show.transceivers(),
        ["interface", only @ ..] => show.interfaces(only.first().copied())?,
        ["ip", "interface", rest @ ..] => show.addresses(Family::V4, rest)?,
        ["ipv6", "interface", rest @ ..] => show.addresses(Family::V6, rest)?,
        ["vrf", "interface"] => show.vrf_interfaces(),
        ["vrf", rest @ ..] => show.vrfs(!rest.is_empty()),
        ["ip", "arp", rest @ ..] => show.neighbors(Family::V4, rest)?,
        ["ipv6", "neighbor", rest @ ..] => show.neighbors(Family::V6, rest)?,
        ["lldp", "neighbors", rest @ ..] => show.lldp(rest),
        ["mac", "address-table"] => show.mac_addresses(),
        ["vlan", ..] => show.vlans(),
        ["ntp", what] => show.ntp(what),
        ["environment", rest @ ..] => show.environment(rest.first().copied()),
        ["processes", "cpu"] => show.processes_cpu(),
        ["processes", "memory", ..] => show.processes_memory(),
        ["system", "resources"] => show.resources(),
        ["bgp", "process", ..] => show.bgp_process()?,
        ["bgp", "all", "summary", rest @ ..] => show.bgp_summary(&Family::BOTH, rest)?,
        ["bgp", "all", "neighbors", rest @ ..] => show.bgp_neighbors(&Family::BOTH, rest)?,
        ["bgp", family, "unicast", "summary", rest @ ..] | [family, "bgp", "summary", rest @ ..] => {
            show.bgp_summary(&[family_of(family)], rest)?
        }
        ["bgp", family, "unicast", "neighbors", rest @ ..] | [family, "bgp", "neighbors", rest @ ..] => {
            show.bgp_neighbors(&[family_of(family)], rest)?
        }
        ["bgp", family, "unicast", rest @ ..] | [family, "bgp", rest @ ..] => {
            show.bgp_routes(family_of(family), rest)?
        }
        [family, "route", rest @ ..] => show.routes(family_of(family), rest)?,
        _ => return Err(Failure::invalid(1)),
    })
}

/// The word after another.
fn after<'w>(words: &[&'w str], name: &str) -> Option<&'w str> {
    let place = words.iter().position(|word| *word == name)?;
    words.get(place + 1).copied()
}

fn address(words: &[&str]) -> Option<IpAddr> {
    words.iter().find_map(|word| word.parse().ok())
}

fn family_of(word: &str) -> Family {
    if word.starts_with("ipv6") { Family::V6 } else { Family::V4 }
}

/// A table as NX-API writes one: an object for one row, a list for several.
fn table(name: &str, mut rows: Vec<Value>) -> Value {
    let rows = if rows.len() == 1 { rows.pop().unwrap_or_default() } else { Value::Array(rows) };
    json!({ format!("TABLE_{name}"): { format!("ROW_{name}"): rows } })
}

/// Two objects in one.
fn merged(mut first: Value, second: Value) -> Value {
    if let (Value::Object(first), Value::Object(second)) = (&mut first, second) {
        first.extend(second);
    }
    first
}

/// `HH:MM:SS`, or days and hours, or weeks and days.
fn age(seconds: u64) -> String {
    let days = seconds / 86_400;
    match (days / 7, days) {
        (0, 0) => format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        (0, days) => format!("{days}d{:02}h", seconds / 3600 % 24),
        (weeks, days) => format!("{weeks}w{}d", days % 7),
    }
}

/// An interface's name as tables of text abbreviate it.
fn short(name: &str) -> String {
    let pairs = [("Ethernet", "Eth"), ("loopback", "Lo"), ("port-channel", "Po")];
    let found = pairs.iter().find_map(|(full, short)| Some(format!("{short}{}", name.strip_prefix(full)?)));
    found.unwrap_or_else(|| name.to_owned())
}
