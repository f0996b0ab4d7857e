//! The commands outside of the configuration, and those that only look from within.

use std::net::IpAddr;
use std::sync::LazyLock;

use tokio::time::Instant;

use super::console::Terminal;
use super::database::Commit;
use super::device::{Xr, calendar};
use super::diff::{changes, diff};
use super::modes::Mode;
use super::oper::{Counts, Look, Peer, peers, ports};
use super::text::print_at;
use super::upkeep;
use crate::sim::fabric::World;
use crate::sim::family::Family;
use crate::sim::lines::{Progress, Rule, table};
use crate::sim::shell::Turn;

/// Commands; each may be shortened as long as its words say which it is.
static COMMANDS: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| {
    table(
        "
        configure [ terminal ]
        configure exclusive
        exit
        logout
        quit
        terminal length <num>
        terminal width <num>
        terminal monitor [ disable ]
        rollback configuration last <num>
        clear configuration sessions <word>
        delete <word>
        show version
        show clock
        show running-config
        show running-config ...
        show bgp [ ipv4|ipv6 unicast ] summary
        show bgp vrf <word> [ ipv4|ipv6 unicast ] summary
        show ipv4 interface brief
        show interfaces description
        show configuration commit list
        show configuration commit list <num>
        show configuration commit list detail
        show configuration commit list <num> detail
        show configuration sessions
        show configuration commit changes last <num> [ diff ]
        show configuration failed [ load ]
        ",
    )
});

/// The same from within the configuration mode.
static LOOKS: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| {
    table(
        "
        show configuration
        show configuration changes diff
        show configuration merge
        show configuration running-config
        show configuration failed [ load ]
        show configuration commit list
        show commit changes diff
        ",
    )
});

fn read(rules: &[Rule<Mode>], words: &[&str]) -> Option<Vec<String>> {
    rules.iter().find_map(|rule| rule.find(words, true, &mut Progress::default())).map(|found| found.words)
}

pub(super) const INVALID: &str = "% Invalid input detected at '^' marker.\n";

/// One command outside of the configuration.
pub(crate) fn run(console: &mut Terminal, world: &mut World, line: &str) -> Turn<Terminal> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.is_empty() || line.trim_start().starts_with('!') {
        return Turn::silent();
    }
    let stamp = console.stamp(world);
    let Some(found) = read(&COMMANDS, &words) else {
        let before = format!("RP/0/RP0/CPU0:{}#", console.xr(world).map_or("", |xr| &xr.view.hostname));
        return Turn::say(format!("{}^\n{INVALID}", " ".repeat(before.chars().count())));
    };
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    match found.as_slice() {
        ["exit" | "logout" | "quit"] => Turn::end(""),
        ["configure", "exclusive"] => console.configure(world, true).after(&stamp),
        ["configure", ..] => console.configure(world, false).after(&stamp),
        ["terminal", "length", rows] => {
            console.screen.length = rows.parse().unwrap_or(24);
            Turn::say(stamp)
        }
        ["terminal", "width", columns] => {
            console.screen.width = columns.parse().unwrap_or(80);
            Turn::say(stamp)
        }
        ["rollback", .., count] => rollback(console, world, count).after(&stamp),
        ["clear", .., session] => upkeep::end_session(console, world, session).after(&stamp),
        ["delete", path] => upkeep::delete(path).after(&stamp),
        ["terminal", ..] => Turn::say(stamp),
        _ => Turn::say(show(console, world, &found)).after(&stamp),
    }
}

/// One command in the configuration mode that only looks.
pub(crate) fn in_configuration(console: &mut Terminal, world: &mut World, words: &[&str]) -> Turn<Terminal> {
    let own = read(&LOOKS, words);
    let words: Vec<&str> = match (&own, words) {
        (Some(found), _) => found.iter().map(String::as_str).collect(),
        (None, ["do", rest @ ..] | rest) => {
            let Some(found) =
                read(&COMMANDS, rest).filter(|found| found.first().is_some_and(|word| word == "show"))
            else {
                return Turn::say(INVALID);
            };
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            return Turn::say(show(console, world, &found));
        }
    };
    let Some(xr) = console.xr(world) else { return Turn::silent() };
    let (running, target) = (xr.database.running(), xr.database.candidate(console.actor.id));
    let head = format!("Building configuration...\n!! IOS XR Configuration {}\n", xr.version);
    Turn::say(match words.as_slice() {
        ["show", "configuration"] => format!("{head}{}end\n\n", changes(running, &target)),
        ["show", "configuration", "changes", "diff"] => {
            format!("{head}{}end\n\n", console.alone().map(|alone| diff(running, alone)).unwrap_or_default())
        }
        ["show", "configuration", "merge"] => format!("Building configuration...\n{}\n", xr.printed(&target)),
        ["show", "configuration", "running-config"] => {
            format!("Building configuration...\n{}\n", xr.printed(running))
        }
        ["show", "commit", "changes", "diff"] => format!("{head}{}end\n\n", diff(running, &target)),
        other => show(console, world, other),
    })
}

fn rollback(console: &Terminal, world: &mut World, count: &str) -> Turn<Terminal> {
    let actor = console.actor.clone();
    let Some(xr) = world.router_mut::<Xr>(console.router) else { return Turn::silent() };
    let count: usize = count.parse().unwrap_or(0);
    let back = xr.roll_back(&actor, count, Instant::now());
    world.settle(Instant::now());
    Turn::say(match back {
        Ok(true) => format!(
            "\nLoading Rollback Changes.\nLoaded Rollback Changes in 1 sec \nCommitting.\n1 items committed in 1 sec (1)items/sec\n\
             Updating.\nUpdated Commit database in 1 sec \nConfiguration successfully rolled back {count} commits.\n"
        ),
        Ok(false) => "% The rollback database has not so many commits\n".to_owned(),
        Err(refusal) => format!("% {}\n", refusal.words()),
    })
}

fn show(console: &Terminal, world: &World, words: &[&str]) -> String {
    let Some(xr) = console.xr(world) else { return String::new() };
    let look = Look { world, router: console.router, xr, now: Instant::now() };
    match words {
        ["show", "version"] => version(look),
        ["show", "clock"] => format!("{}\n", calendar(xr.database.clock.at(look.now))),
        ["show", "running-config"] => {
            format!("Building configuration...\n{}\n", xr.printed(xr.database.running()))
        }
        ["show", "running-config", section @ ..] => running_section(xr, &section.join(" ")),
        ["show", "bgp", "vrf", vrf, family @ ..] => summary(look, vrf, family),
        ["show", "bgp", family @ ..] => summary(look, super::view::DEFAULT, family),
        ["show", "ipv4", "interface", "brief"] => addresses(look),
        ["show", "interfaces", "description"] => descriptions(look),
        ["show", "configuration", "failed", ..] => console.failed.clone(),
        ["show", "configuration", "sessions"] => upkeep::sessions(xr, look.now),
        ["show", "configuration", "commit", "changes", "last", count, rest @ ..] => {
            commit_changes(xr, count, rest.contains(&"diff"))
        }
        ["show", "configuration", "commit", "list", rest @ .., "detail"] => {
            let most = rest.first().and_then(|most| most.parse().ok()).unwrap_or(100);
            let commits = xr.database.commits().take(most).enumerate();
            commits.map(|(index, commit)| detail(index + 1, commit)).collect()
        }
        ["show", "configuration", "commit", "list", rest @ ..] => {
            let most = rest.first().and_then(|most| most.parse().ok()).unwrap_or(100);
            list(xr, most)
        }
        _ => INVALID.to_owned(),
    }
}

fn running_section(xr: &Xr, section: &str) -> String {
    let mut text = String::new();
    let begins = |key: &str| key == section || key.starts_with(&format!("{section} "));
    xr.database
        .running()
        .children
        .iter()
        .filter(|node| begins(&node.key))
        .for_each(|node| print_at(node, 0, &mut text));
    if text.is_empty() { "% No such configuration item(s)\n\n".to_owned() } else { text + "\n" }
}

fn version(look: Look<'_>) -> String {
    let seconds = look.since(look.xr.chassis.booted);
    let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7);
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!(
        "Cisco IOS XR Software, Version {version}\nCopyright (c) 2013-2021 by Cisco Systems, Inc.\n\nBuild Information:\n \
         Built By     : simulator\n Version      : {version}\n\ncisco {model} () processor\nSystem uptime is {weeks} weeks {days} days \
         {hours} hours {minutes} minutes\n\n",
        version = look.xr.version,
        model = look.xr.model
    )
}

fn descriptions(look: Look<'_>) -> String {
    let mut out = String::from("Interface          Status      Protocol    Description\n");
    out.push_str(&format!("{}\n", "-".repeat(80)));
    for port in ports(look) {
        let status = if port.is_enabled { if port.is_up { "up" } else { "down" } } else { "admin-down" };
        let line = if port.is_up { "up" } else { status };
        let text = port.interface.description.as_deref().unwrap_or_default();
        out.push_str(&format!("{:<18} {status:<11} {line:<11} {text}\n", port.interface.name));
    }
    out + "\n"
}

fn addresses(look: Look<'_>) -> String {
    let mut out =
        String::from("\nInterface                      IP-Address      Status          Protocol Vrf-Name\n");
    for port in ports(look) {
        let first = port.interface.addresses.iter().map(|net| net.addr()).find(IpAddr::is_ipv4);
        let address = first.map_or_else(|| "unassigned".to_owned(), |address| address.to_string());
        let status = if port.is_enabled { if port.is_up { "Up" } else { "Down" } } else { "Shutdown" };
        let line = if port.is_up { "Up" } else { "Down" };
        out.push_str(&format!(
            "{:<30} {address:<15} {status:<15} {line:<8} {}\n",
            port.interface.name, port.interface.vrf
        ));
    }
    out + "\n"
}

fn summary(look: Look<'_>, vrf: &str, words: &[&str]) -> String {
    let family = if words.first() == Some(&"ipv6") { Family::V6 } else { Family::V4 };
    let Some(bgp) = &look.xr.view.bgp else { return "% BGP instance 'default' not active\n".to_owned() };
    let Some(instance) = bgp.instances.iter().find(|instance| instance.name == vrf) else {
        return format!("% No such VRF: {vrf}\n");
    };
    let mut out = format!(
        "BGP router identifier {}, local AS number {}\nBGP generic scan interval 60 secs\nNon-stop routing is enabled\n\
         BGP table state: Active\nBGP is operating in STANDALONE mode.\n\n\n\
         Neighbor        Spk    AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  St/PfxRcd\n",
        look.xr.view.router_id(vrf),
        bgp.asn
    );
    let counts = Counts::new(look);
    let active = peers(look, bgp, instance).into_iter().filter(|peer| peer.settings.family(family).is_some());
    for peer in active {
        out.push_str(&row(look, &counts, bgp, &peer, family));
    }
    out + "\n"
}

fn row(
    look: Look<'_>,
    counts: &Counts<'_>,
    bgp: &super::view::Bgp,
    peer: &Peer<'_>,
    family: Family,
) -> String {
    let messages = peer.messages(look);
    let since = peer.session.established.map_or(peer.session.reset.at, |(at, _)| at);
    let seconds = look.since(since);
    let age = match seconds / 86_400 {
        0 => format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        days if days < 7 => format!("{days}d{:02}h", seconds / 3600 % 24),
        days => format!("{}w{}d", days / 7, days % 7),
    };
    let state = match peer.session.state(look.now, look.world.delay) {
        "Established" => counts.prefixes(bgp, peer, family).accepted.to_string(),
        _ if peer.settings.is_shut => "Idle (Admin)".to_owned(),
        _ if peer.session.is_exceeded => "Idle (PfxCt)".to_owned(),
        state => state.to_owned(),
    };
    let address = peer.address.to_string();
    // An address that is too long for its column stands alone in its line.
    let start = if address.len() > 15 { format!("{address}\n{:<16}", "") } else { format!("{address:<16}") };
    format!(
        "{start}{:>3} {:>5} {messages:>7} {messages:>7}        0    0    0 {age:>8} {state:>10}\n",
        0, peer.remote_as
    )
}

fn commit_changes(xr: &Xr, count: &str, is_diff: bool) -> String {
    let count: usize = count.parse().unwrap_or(0);
    let Some(commit) = count.checked_sub(1).and_then(|last| xr.database.commits().nth(last)) else {
        return "% The rollback database has not so many commits\n".to_owned();
    };
    let running = xr.database.running();
    let told = if is_diff { diff(&commit.before, running) } else { changes(&commit.before, running) };
    format!("Building configuration...\n!! IOS XR Configuration {}\n{told}end\n\n", xr.version)
}

fn list(xr: &Xr, most: usize) -> String {
    let mut out = String::from(
        "SNo. Label/ID              User      Line                Client      Time Stamp\n\
         ~~~~ ~~~~~~~~              ~~~~      ~~~~                ~~~~~~      ~~~~~~~~~~\n",
    );
    for (index, commit) in xr.database.commits().take(most).enumerate() {
        let id = commit.number.to_string();
        let label = commit.label.as_deref().unwrap_or(&id);
        out.push_str(&format!(
            "{:<4} {label:<21} {:<9} {:<19} {:<11} {}\n",
            index + 1,
            commit.user,
            commit.line(),
            commit.client,
            calendar(commit.seconds)
        ));
    }
    out + "\n"
}

fn detail(place: usize, commit: &Commit) -> String {
    format!(
        "\n   {place}) CommitId: {:<25} Label: {}\n      UserId:   {:<25} Line:  {}\n      Client:   {:<25} Time:  {}\n      \
         Comment:  {}\n",
        commit.number,
        commit.label.as_deref().unwrap_or("NONE"),
        commit.user,
        commit.line(),
        commit.client,
        calendar(commit.seconds),
        commit.comment.as_deref().unwrap_or("NONE")
    )
}
