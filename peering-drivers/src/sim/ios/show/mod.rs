//! What the shows answer.

mod bgp;
mod interface;
mod neighbor;
mod route;
mod system;

use std::net::IpAddr;
use std::sync::LazyLock;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Device;
use super::console::{Ios, Place};
use super::exec::{recognise, refused};
use super::modes::Mode;
use super::store::now;
use crate::sim::fabric::World;
use crate::sim::lines::{Progress, Rule, table};
use crate::sim::pipe::{Unfit, piped};
use crate::sim::shell::Turn;

const SHOWS: &str = "
    show version
    show hosts
    show clock
    show privilege
    show users
    show running-config [ all ]
    show running-config interface <if>
    show startup-config
    show configuration
    show archive
    show archive config rollback timer
    show archive config differences [ <word> ] [ <word> ]
    show archive config incremental-diffs <word> [ ignorecase ]
    show interfaces [ <if> ]
    show interfaces description
    show interface summary
    show ip interface [ <if> ]
    show ip interface brief
    show ipv6 interface [ <if> ]
    show ipv6 interface brief
    show vrf [ detail ]
    show ip vrf
    show arp [ vrf <word> ]
    show ipv6 neighbors [ vrf <word> ]
    show ip protocols
    show ip route [ vrf <word> ] <ip4> [ <ip4> ] [ longer-prefixes ]
    show ip route [ vrf <word> ] <prefix4>
    show ipv6 route [ vrf <word> ] <prefix6> [ longer-prefixes ]
    show ipv6 route [ vrf <word> ] <ip6>
    show ip bgp [ <prefix4> ]
    show ip bgp [ <ip4> ]
    show ip bgp neighbors [ <ip> ]
    show ip bgp summary
    show ip bgp all summary
    show ip bgp ipv4 unicast neighbors [ <ip> ]
    show ip bgp ipv6 unicast neighbors [ <ip> ]
    show ip bgp ipv4|ipv6 unicast summary
    show ip bgp vpnv4 all neighbors [ <ip> ]
    show ip bgp vpnv4 all summary
    show ip bgp vpnv4 vrf <word> neighbors [ <ip> ]
    show ip bgp vpnv4 vrf <word> summary
    show ip bgp vpnv4 vrf <word> <prefix4>
    show ip bgp vpnv4 vrf <word> <ip4>
    show ip bgp vpnv6 unicast all neighbors [ <ip> ]
    show bgp all summary
    show bgp all neighbors
    show bgp ipv4|ipv6 unicast summary
    show bgp ipv4|ipv6 unicast neighbors [ <ip> ]
    show bgp ipv4|ipv6 multicast neighbors
    show bgp ipv4 mdt all neighbors
    show bgp ipv4 unicast <prefix4>
    show bgp ipv6 unicast <prefix6>
    show bgp ipv6 unicast <ip6>
    show bgp vpnv4|vpnv6 unicast all neighbors
    show bgp vpnv4|vpnv6 unicast vrf <word> neighbors [ <ip> ]
    show bgp vpnv4|vpnv6 unicast vrf <word> <word>
    show processes cpu
    show memory [ statistics ]
    show environment temperature status
    show lldp neighbors [ detail ]
    show lldp neighbors <if> [ detail ]
    show ntp associations
    show snmp chassis
    show inventory
    show ip sla statistics
    show logging
";

static TABLE: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| table(SHOWS));

/// What a show looks at.
pub(super) struct Show<'w> {
    pub(super) world: &'w World,
    pub(super) router: usize,
    pub(super) device: &'w Device,
    pub(super) now: Instant,
}

impl Show<'_> {
    /// Seconds since something.
    pub(super) fn since(&self, at: Instant) -> u64 {
        self.now.saturating_duration_since(at).as_secs()
    }

    /// The time at which something was, in seconds of the epoch.
    pub(super) fn at(&self, at: Instant) -> i64 {
        Timestamp::now().as_second().saturating_sub_unsigned(self.since(at))
    }
}

/// IPv6 addresses are printed in capitals.
pub(super) fn written(address: IpAddr) -> String {
    address.to_string().to_ascii_uppercase()
}

/// The running configuration with its head.
pub(crate) fn running_config(device: &Device) -> String {
    let text = device.running.print();
    format!(
        "Building configuration...\n\nCurrent configuration : {} bytes\n!\n! Last configuration change at {}\n{text}\n",
        text.len(),
        now().strftime("%H:%M:%S UTC %a %b %-d %Y")
    )
}

/// Answers a show.
pub(crate) fn answer(
    console: &mut Ios,
    world: &mut World,
    line: &str,
    words: &[&str],
    pipe: Option<&str>,
) -> Turn<Ios> {
    let found = match recognise(&TABLE, words) {
        Ok(found) => found,
        Err(progress) => return refused(console, world, line, progress),
    };
    let words: Vec<&str> = found.iter().map(String::as_str).skip(1).collect();
    let needs_privilege =
        matches!(words.first(), Some(&("running-config" | "startup-config" | "configuration" | "archive")));
    if needs_privilege && console.place == Place::Exec {
        return refused(console, world, line, Progress { word: 1, is_short: false });
    }
    let Some(device) = console.device(world) else { return Turn::silent() };
    let show = Show { world, router: console.router, device, now: Instant::now() };
    let text = text(&show, console, &words);
    let Some(pipe) = pipe else { return Turn::say(text) };
    let (filter, pattern) = pipe.split_once(' ').unwrap_or((pipe, ""));
    let full = ["include", "exclude", "begin", "section"].into_iter().find(|own| own.starts_with(filter));
    match piped(&text, &format!("{} {pattern}", full.unwrap_or(filter))) {
        Ok(text) => Turn::say(text),
        Err(Unfit::Filter(_)) => {
            let word = line.split('|').next().map_or(0, |before| before.split_whitespace().count() + 1);
            refused(console, world, line, Progress { word, is_short: false })
        }
        Err(Unfit::Pattern(_)) => Turn::say("% Failed to compile regular expression.\n\n"),
    }
}

fn text(show: &Show<'_>, console: &Ios, words: &[&str]) -> String {
    let device = show.device;
    match words {
        ["version"] => show.version(),
        ["hosts"] => show.hosts(),
        ["clock"] => format!("*{}\n", now().strftime("%H:%M:%S.%3f UTC %a %b %-d %Y")),
        ["privilege"] => {
            format!("Current privilege level is {}\n", if console.place == Place::Exec { 1 } else { 15 })
        }
        ["users"] => format!(
            "    Line       User       Host(s)              Idle       Location\n*  1 vty 0     {:<10} idle                 00:00:00   127.0.0.1\n",
            console.user
        ),
        ["running-config", "interface", name] => {
            let section = device.running.child(&format!("interface {name}"));
            section.map_or_else(String::new, |section| {
                let mut part = super::apply::Node::root();
                part.children.push(section.clone());
                format!("Building configuration...\n\nCurrent configuration : 100 bytes\n{}\n", part.print())
            })
        }
        ["running-config", ..] => running_config(device),
        ["startup-config"] | ["configuration"] => match device.store.startup.as_str() {
            "" => "startup-config is not present\n".to_owned(),
            text => format!("Using {} out of 33554432 bytes\n{text}", text.len()),
        },
        ["archive", rest @ ..] => archive(device, rest),
        ["interfaces", "description"] => show.descriptions(),
        ["interfaces", rest @ ..] => show.interfaces(rest.first().copied()),
        ["interface", "summary"] => show.interface_summary(),
        ["ip", "interface", "brief"] => show.ip_brief(),
        ["ip", "interface", rest @ ..] => show.ip_interfaces(rest.first().copied()),
        ["ipv6", "interface", "brief"] => show.ipv6_brief(),
        ["ipv6", "interface", rest @ ..] => show.ipv6_interfaces(rest.first().copied()),
        ["vrf"] => show.vrfs(),
        ["ip", "vrf"] => show.ip_vrfs(),
        ["vrf", "detail"] => show.vrf_details(),
        ["arp", rest @ ..] => show.arp(rest.last().copied().unwrap_or_default()),
        ["ipv6", "neighbors", rest @ ..] => show.ipv6_neighbors(rest.last().copied().unwrap_or_default()),
        ["ip", "protocols"] => show.protocols(),
        ["ip" | "ipv6", "route", "vrf", vrf, rest @ ..] => show.route(vrf, rest),
        ["ip" | "ipv6", "route", rest @ ..] => show.route("", rest),
        ["ip" | "bgp", ..] => bgp::answer(show, words),
        ["processes", "cpu"] => show.cpu(),
        ["memory", ..] => show.memory(),
        ["environment", ..] => "System Temperature Value: 42 Degree Celsius\nSystem Temperature State: GREEN\nYellow Threshold : 88 Degree Celsius\nRed Threshold    : 93 Degree Celsius\n".to_owned(),
        ["lldp", ..] => "% LLDP is not enabled\n".to_owned(),
        ["ntp", ..] => show.ntp(),
        ["snmp", ..] => format!("{}\n", system::SERIAL),
        ["inventory"] => format!(
            "NAME: \"Chassis\", DESCR: \"Cisco CSR1000V Chassis\"\nPID: CSR1000V          , VID: V00  , SN: {}\n",
            system::SERIAL
        ),
        ["logging"] => "Syslog logging: enabled (0 messages dropped)\n".to_owned(),
        _ => String::new(),
    }
}

fn archive(device: &Device, words: &[&str]) -> String {
    match words {
        ["config", "differences", urls @ ..] => {
            let (from, to) = match urls {
                [from, to] => (*from, *to),
                [from] => (*from, "system:running-config"),
                _ => ("system:running-config", "nvram:startup-config"),
            };
            let texts = (device.text(from), device.text(to));
            let (from, to) = match texts {
                (Ok(from), Ok(to)) => (device.read(&from).0, device.read(&to).0),
                (Err(words), _) | (_, Err(words)) => return format!("{words}\n"),
            };
            let diff = super::diff::contextual(&from, &to);
            let none = if diff.is_empty() { "!No changes were found\n" } else { "" };
            format!("\n!Contextual Config Diffs:\n{diff}{none}\n")
        }
        ["config", "incremental-diffs", url, ..] => {
            let text = match device.text(url) {
                Ok(text) => text,
                Err(words) => return format!("{words}\n"),
            };
            let mut tree = device.running.clone();
            super::apply::load_all(&mut tree, &text);
            let list = super::diff::commands(&device.running, &tree);
            match list.is_empty() {
                true => "\n!List of Commands:\n!No changes were found\n\n".to_owned(),
                false => format!("\n!List of Commands:\n{}\nend\n\n", list.join("\n")),
            }
        }
        _ if device.view.archive.is_none() => "Archive feature not enabled\n".to_owned(),
        ["config", "rollback", "timer"] => match &device.store.pending {
            None => "%No Rollback Confirmed Change pending\n".to_owned(),
            Some(pending) => format!(
                "Time configured(or reconfigured): {}\nTimer type: {}\nTimer value: {} min\nUser: {}\n",
                pending.configured,
                if pending.is_idle { "idle timer" } else { "absolute timer" },
                pending.minutes,
                pending.user
            ),
        },
        _ => {
            let lead = device.view.archive.as_deref().unwrap_or_default();
            let all = &device.store.archived;
            let count = all.len();
            let mut text = format!(
                "The maximum archive configurations allowed is 10.\nThere are currently {count} archive configurations saved.\n\
                 The next archive file will be named {lead}-<timestamp>-{}\n Archive #  Name\n",
                count + 1
            );
            for (index, name) in all.iter().enumerate() {
                let mark = if index + 1 == count { " <- Most Recent" } else { "" };
                text.push_str(&format!("   {:<8} {name}{mark}\n", index + 1));
            }
            text
        }
    }
}

/// `ping` and `traceroute`: whoever has an address on a network of ours answers.
pub(crate) fn probe(console: &Ios, world: &World, is_ping: bool, words: &[&str]) -> Turn<Ios> {
    let target = words.iter().find_map(|word| word.parse::<IpAddr>().ok());
    let number = |name: &str, default: u64| {
        let at = words.iter().position(|word| *word == name);
        at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let vrf = match words {
        ["vrf", vrf, ..] => vrf,
        _ => "",
    };
    let Some(target) = target else {
        return Turn::say("% Unrecognized host or address, or protocol not running.\n\n");
    };
    let device = console.device(world);
    let is_near = device.is_some_and(|device| device.view.towards(vrf, target).is_some());
    let is_own = device.is_some_and(|device| {
        device.view.interfaces.iter().flat_map(|port| &port.addresses).any(|net| net.addr() == target)
    });
    let answers = is_own || (is_near && world.holder(console.router, target).is_some());
    if is_ping {
        let (count, size, wait) = (number("repeat", 5), number("size", 100), number("timeout", 2));
        let count = count.min(1000);
        let (marks, got) = if answers { ("!", count) } else { (".", 0) };
        let marks = marks.repeat(usize::try_from(count).unwrap_or(5));
        let times = if answers { ", round-trip min/avg/max = 1/1/2 ms" } else { "" };
        let percent = got * 100 / count.max(1);
        return Turn::say(format!(
            "Type escape sequence to abort.\nSending {count}, {size}-byte ICMP Echos to {target}, timeout is {wait} seconds:\n\
             {marks}\nSuccess rate is {percent} percent ({got}/{count}){times}\n"
        ));
    }
    let hop = match answers {
        true => format!("  1 {target} 1 msec 1 msec 2 msec\n"),
        false => (1..=3).map(|hop| format!("  {hop}  *  *  * \n")).collect(),
    };
    Turn::say(format!(
        "Type escape sequence to abort.\nTracing the route to {target}\nVRF info: (vrf in name/id, vrf out name/id)\n{hop}"
    ))
}
