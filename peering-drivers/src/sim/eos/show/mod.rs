//! What the router answers to `show …`, `ping` and `traceroute`: in the shape of recordings of real ones.

mod bgp;
mod bgp_text;
mod config;
mod interface;
mod link;
mod route;
mod system;

use std::net::IpAddr;

use serde_json::Value;
use tokio::time::Instant;

use super::Device;
use super::cli::{Answer, Cli, Failure};
use crate::sim::fabric::World;
use crate::sim::family::Family;

/// A router to look at, at one moment.
#[derive(Debug)]
pub(crate) struct Show<'a> {
    world: &'a World,
    router: usize,
    device: &'a Device,
    now: Instant,
    /// The same by the clock, in seconds of the epoch.
    epoch: f64,
    sent: bgp::SentCounts,
}

impl<'a> Show<'a> {
    pub(crate) fn new(cli: &'a Cli<'_>) -> Result<Show<'a>, Failure> {
        let epoch = jiff::Timestamp::now().as_duration().as_secs_f64();
        Ok(Show {
            world: cli.world,
            router: cli.seat.router,
            device: cli.device()?,
            now: Instant::now(),
            epoch,
            sent: bgp::SentCounts::default(),
        })
    }

    /// Seconds since a moment.
    fn since(&self, moment: Instant) -> f64 {
        self.now.saturating_duration_since(moment).as_secs_f64()
    }

    /// A moment by the clock.
    fn clock(&self, moment: Instant) -> f64 {
        self.epoch - self.since(moment)
    }

    /// Seconds since the machine was switched on.
    fn uptime(&self) -> f64 {
        self.since(self.device.chassis.booted)
    }
}

/// Answers a `show`, the word itself left away. `session` is the configuration session that the command line is in.
pub(crate) fn answer(show: &Show<'_>, session: &Option<String>, words: &[&str]) -> Result<Answer, Failure> {
    let vrf = after(words, "vrf");
    Ok(match words {
        ["version", ..] => show.version(),
        ["hostname"] => show.hostname(),
        ["clock"] => show.clock_text(),
        ["uptime"] => show.uptime_answer(),
        ["running-config", options @ ..] => show.running_config(options),
        ["startup-config"] => show.startup_config(),
        ["session-config", options @ ..] => return show.session_config(session, options),
        ["configuration", "sessions", options @ ..] => show.sessions(!options.is_empty()),
        [_, "checkpoints"] => show.checkpoints(),
        ["interfaces", "transceiver"] => Answer::data(serde_json::json!({ "interfaces": {} })),
        ["interfaces", only @ ..] => show.interfaces(only.first().copied())?,
        ["ip", "interface"] => show.ip_interface(),
        ["ipv6", "interface"] => show.ipv6_interface()?,
        ["vrf"] => show.vrfs(),
        [family, "bgp", "summary", ..] => show.bgp_summary(family_of(family), vrf)?,
        ["ip", "bgp", "neighbors", rest @ ..] => show.bgp_neighbors(Family::V4, address(rest), vrf)?,
        ["ipv6", "bgp", "peers", rest @ ..] => show.bgp_neighbors(Family::V6, address(rest), vrf)?,
        [family, "bgp", rest @ ..] => show.bgp_routes(family_of(family), rest, vrf)?,
        [family, "route", rest @ ..] => show.routes(family_of(family), rest, vrf)?,
        ["arp", ..] => show.neighbors(Family::V4, vrf)?,
        ["ipv6", "neighbors", ..] => show.neighbors(Family::V6, vrf)?,
        ["lldp", "neighbors", options @ ..] => show.lldp(options),
        ["mac", "address-table"] => show.mac_addresses(),
        ["vlan"] => show.vlans(),
        ["ntp", "associations"] => show.ntp_associations(),
        ["snmp", "v2-mib", what] => show.snmp(what),
        ["users", "accounts"] => show.users(),
        ["processes", ..] => show.processes(),
        ["system", "environment", what] => show.environment(what)?,
        _ => return Err(Failure::invalid("Invalid input")),
    })
}

/// `ping`, with its arguments.
pub(crate) fn ping(show: &Show<'_>, words: &[&str]) -> Answer {
    show.ping(words)
}

/// `traceroute`, with its arguments.
pub(crate) fn traceroute(show: &Show<'_>, words: &[&str]) -> Answer {
    show.traceroute(words)
}

/// The word after another.
fn after<'w>(words: &[&'w str], name: &str) -> Option<&'w str> {
    let place = words.iter().position(|word| *word == name)?;
    words.get(place + 1).copied()
}

fn address(words: &[&str]) -> Option<IpAddr> {
    words.first()?.parse().ok()
}

fn family_of(word: &str) -> Family {
    if word == "ipv6" { Family::V6 } else { Family::V4 }
}

/// Two objects in one.
fn merged(mut first: Value, second: Value) -> Value {
    if let (Value::Object(first), Value::Object(second)) = (&mut first, second) {
        first.extend(second);
    }
    first
}
