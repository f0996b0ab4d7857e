//! The commands outside the configuration mode.

use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::Duration;

use super::modes::Mode;
use super::seat::{Answer, Failure, Seat};
use super::show::{self, Show};
use super::store::{Care, on_flash};
use crate::sim::fabric::World;
use crate::sim::lines::{Cursor, Progress, Rule, table};
use crate::sim::pipe::{Unfit, piped};

const COMMANDS: &str = "
    configure [ terminal ]
    terminal length|width|session-timeout <num>
    terminal dont-ask
    checkpoint [ <word> ] [ description ... ]
    checkpoint file <word>
    clear checkpoint database
    rollback running-config checkpoint|file <word> [ atomic|best-effort|stop-at-first-failure ] [ verbose ]
    clear bgp|ip|ipv6 ...
    copy <word> <word> [ vrf <word> ]
    delete <word> [ no-prompt ]
    dir [ <word> ]
    ping|ping6 ...
    traceroute|traceroute6 ...
    show version
    show hostname
    show hosts
    show clock
    show inventory
    show feature
    show users
    show file <word> [ md5sum|sha256sum|sha512sum|cksum ]
    show checkpoint summary
    show checkpoint [ <word> ]
    show diff rollback-patch ...
    show running-config [ all ] [ bgp ]
    show startup-config
    show interface [ <if> ]
    show interface status|brief
    show interface counters detailed
    show interface transceiver details
    show ip|ipv6 interface [ vrf <word> ]
    show vrf [ detail ]
    show vrf interface
    show ip arp [ vrf <word> ]
    show ipv6 neighbor [ vrf <word> ]
    show lldp neighbors [ interface <if> ] [ detail ]
    show mac address-table
    show vlan [ brief ]
    show ntp peers|peer-status
    show environment [ temperature|power|fan ]
    show processes cpu
    show processes memory [ shared ]
    show system resources
    show bgp process [ vrf <word> ]
    show bgp all summary [ vrf <word> ]
    show ip|ipv6 bgp summary [ vrf <word> ]
    show bgp ipv4|ipv6 unicast summary [ vrf <word> ]
    show bgp all neighbors [ <ip> ] [ vrf <word> ]
    show ip|ipv6 bgp neighbors [ <ip> ] [ vrf <word> ]
    show bgp ipv4|ipv6 unicast neighbors [ <ip> ] [ vrf <word> ]
    show ip|ipv6 bgp [ vrf <word> ] [ <prefix> ] [ longer-prefixes ]
    show ip|ipv6 bgp [ vrf <word> ] <ip> [ vrf <word> ]
    show ip|ipv6 bgp <prefix> [ longer-prefixes ] vrf <word>
    show bgp ipv4|ipv6 unicast [ <prefix> ] [ longer-prefixes ] [ vrf <word> ]
    show bgp ipv4|ipv6 unicast <ip> [ vrf <word> ]
    show ip|ipv6 route [ vrf <word> ] [ <prefix> ] [ longer-prefixes ] [ vrf <word> ]
    show ip|ipv6 route [ vrf <word> ] <ip> [ vrf <word> ]
";

static RULES: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| table(COMMANDS));

/// Whether a command line begins like a command of this mode.
pub(crate) fn is_command(line: &str) -> bool {
    let first = line.trim_start_matches("no ").split_whitespace().next().unwrap_or_default();
    COMMANDS
        .lines()
        .any(|line| line.split_whitespace().next().is_some_and(|own| own.split('|').any(|own| own == first)))
}

/// Executes a command line, its filters included.
pub(crate) fn run(seat: &mut Seat, world: &mut World, line: &str) -> Result<Answer, Failure> {
    let mut parts = line.split(" | ");
    let command = parts.next().unwrap_or_default();
    let typed: Vec<&str> = command.split_whitespace().collect();
    let (is_no, rest) = match typed.as_slice() {
        ["no", rest @ ..] => (true, rest),
        all => (false, all),
    };
    let mut progress = Progress::default();
    let found = RULES.iter().find_map(|rule| rule.find(rest, true, &mut progress));
    let Some(found) = found else { return Err(Failure::invalid(progress.word)) };
    // The rest of a line is one word of the grammar and several of the command.
    let words: Vec<&str> = found.words.iter().flat_map(|word| word.split(' ')).collect();
    world.refresh(tokio::time::Instant::now());
    let device = seat.device_mut(world)?;
    device.catch_up();
    let is_alone =
        matches!(words.as_slice(), ["checkpoint" | "rollback", ..] | ["copy", "running-config", ..]);
    if is_alone && device.is_rolling() {
        return Err(Failure::refused("ERROR: Another rollback is in progress"));
    }
    let mut answer = execute(seat, world, &words, is_no)?;
    if words.first() != Some(&"show") {
        world.settle(tokio::time::Instant::now());
    }
    for pipe in parts {
        answer = filtered(answer, pipe)?;
    }
    Ok(answer)
}

fn filtered(answer: Answer, pipe: &str) -> Result<Answer, Failure> {
    let (filter, pattern) = pipe.trim().split_once(' ').unwrap_or((pipe.trim(), ""));
    let json = |is_pretty: bool| {
        let json = answer.json.as_ref().filter(|json| !json.is_null());
        let json = json.ok_or_else(|| Failure::refused("Error: Structured output unsupported"))?;
        let text = if is_pretty { format!("{json:#}\n") } else { format!("{json}\n") };
        Ok(Answer { text: Some(text), ..answer.clone() })
    };
    let full = match filter {
        "json" => return json(false),
        "json-pretty" => return json(true),
        "no-more" | "no" => return Ok(answer),
        filter if !filter.is_empty() && "include".starts_with(filter) => "include",
        filter if filter.len() > 1 && "exclude".starts_with(filter) => "exclude",
        filter if !filter.is_empty() && "begin".starts_with(filter) => "begin",
        filter if filter.len() > 1 && "section".starts_with(filter) => "section",
        _ => return Err(Failure::invalid(0)),
    };
    let text = answer.text.ok_or_else(no_text)?;
    let answer = piped(&text, &format!("{full} {pattern}")).map(Answer::text);
    answer.map_err(|unfit| match unfit {
        Unfit::Filter(_) => Failure::invalid(0),
        Unfit::Pattern(pattern) => Failure::refused(format!("% Invalid regular expression: {pattern}")),
    })
}

/// The simulator lacks something.
pub(crate) fn no_text() -> Failure {
    Failure::refused("the simulator has no text of this command")
}

fn execute(seat: &mut Seat, world: &mut World, words: &[&str], is_no: bool) -> Result<Answer, Failure> {
    match (is_no, words) {
        (true, ["terminal", "dont-ask"]) => seat.is_silent = false,
        (true, ["checkpoint", name]) => {
            seat.device_mut(world)?.store.checkpoints.remove(*name);
        }
        (true, _) => return Err(Failure::invalid(0)),
        (_, ["configure", ..]) => {
            seat.place = Some(Cursor::default());
            return Ok(Answer::message(""));
        }
        (_, ["terminal", "dont-ask"]) => seat.is_silent = true,
        (_, ["terminal", "length", rows]) => seat.length = rows.parse().unwrap_or(seat.length),
        (_, ["terminal", "width", columns]) => seat.width = columns.parse().unwrap_or(seat.width),
        (_, ["terminal", ..]) => {}
        (_, ["checkpoint", "file", url]) => {
            let path = on_flash(url).ok_or_else(|| Failure::refused("% Invalid destination"))?;
            let device = seat.device_mut(world)?;
            let text = device.checkpoint_text();
            device.store.files.insert(path, text.into_bytes());
            return Ok(Answer::message("Done\n"));
        }
        (_, ["checkpoint", rest @ ..]) => {
            let (name, description) = match rest {
                ["description", words @ ..] => (None, words.join(" ")),
                [name, "description", words @ ..] => (Some(*name), words.join(" ")),
                [name] => (Some(*name), String::new()),
                _ => (None, String::new()),
            };
            let user = seat.user.clone();
            let named = seat.device_mut(world)?.checkpoint(name, &user, description);
            let said = if name.is_none() { format!("{named} created Successfully\n") } else { String::new() };
            return Ok(Answer::message(format!("{said}Done\n")));
        }
        (_, ["rollback", _, rest @ ..]) => return rollback(seat, world, rest),
        (_, ["clear", "checkpoint", _]) => seat.device_mut(world)?.store.checkpoints.clear(),
        (_, ["clear", rest @ ..]) => clear(seat, world, rest)?,
        (_, ["copy", from, to, ..]) => {
            let failed = |words: String| Failure::refused(format!("{words}\nCopy failed."));
            seat.device_mut(world)?.copy(from, to).map_err(failed)?;
            let bar = "[########################################] 100%\n";
            return Ok(Answer::message(format!(
                "{bar}Copy complete, now saving to disk (please wait)...\nCopy complete.\n"
            )));
        }
        (_, ["delete", url, ..]) => {
            let files = &mut seat.device_mut(world)?.store.files;
            if on_flash(url).and_then(|path| files.remove(&path)).is_none() {
                return Err(Failure::refused("No such file or directory"));
            }
        }
        (_, ["dir", rest @ ..]) => return dir(seat, world, rest.first().copied()),
        (_, ["ping" | "ping6", rest @ ..]) => return Ok(Show::new(seat, world)?.ping(rest)),
        (_, ["traceroute" | "traceroute6", rest @ ..]) => return Ok(Show::new(seat, world)?.traceroute(rest)),
        (_, ["show", rest @ ..]) => return show::answer(&Show::new(seat, world)?, rest),
        _ => return Err(Failure::invalid(0)),
    }
    Ok(Answer::none())
}

fn rollback(seat: &mut Seat, world: &mut World, words: &[&str]) -> Result<Answer, Failure> {
    let care = |word: &&str| match *word {
        "best-effort" => Some(Care::BestEffort),
        "stop-at-first-failure" => Some(Care::StopAtFirstFailure),
        "atomic" => Some(Care::Atomic),
        _ => None,
    };
    let how = words.get(2..).unwrap_or_default().iter().find_map(care).unwrap_or(Care::Atomic);
    let target = words.get(..2).unwrap_or_default();
    let device = seat.device_mut(world)?;
    let result = device.rollback(target, how);
    seat.busy = if device.is_rolling() { device.rollback_time } else { Duration::ZERO };
    result.map(Answer::message).map_err(Failure::refused)
}

fn dir(seat: &Seat, world: &World, url: Option<&str>) -> Result<Answer, Failure> {
    let files = &seat.device(world)?.store.files;
    let only = url.and_then(on_flash);
    let mut out = String::new();
    for (name, bytes) in files.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == *name)) {
        let date = jiff::Timestamp::now().strftime("%b %d %H:%M:%S %Y");
        out.push_str(&format!("{:>10}    {date}  {name}\n", bytes.len()));
    }
    if out.is_empty() && only.is_some() {
        return Err(Failure::refused("No such file or directory"));
    }
    out.push_str("\nUsage for bootflash://sup-local\n 4294967296 bytes used\n48318382080 bytes free\n52613349376 bytes total\n");
    Ok(Answer::text(out))
}

fn clear(seat: &Seat, world: &mut World, words: &[&str]) -> Result<(), Failure> {
    let skipped = ["ip", "ipv6", "bgp", "ipv4", "unicast", "all"];
    let who = words.iter().find(|word| !skipped.contains(word)).copied().unwrap_or_default();
    let address: Option<IpAddr> = who.parse().ok();
    if address.is_none() && who != "*" {
        return Err(Failure::invalid(words.len()));
    }
    let now = tokio::time::Instant::now();
    let is_soft = words.contains(&"soft");
    for (own, session) in &mut seat.device_mut(world)?.chassis.sessions {
        if !is_soft && address.is_none_or(|address| address == *own) {
            session.clear(now);
        }
    }
    Ok(())
}

/// What a terminal is asked before a command is executed; `None` for nothing.
pub(crate) fn question(seat: &Seat, world: &World, line: &str) -> Option<String> {
    if seat.is_silent || seat.is_api {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let files = &seat.device(world).ok()?.store.files;
    let is_there = |url: &str| on_flash(url).filter(|path| files.contains_key(path));
    match words.as_slice() {
        ["delete", url] => {
            is_there(url).map(|path| format!("Do you want to delete \"/{path}\" ? (yes/no/abort)   [y] "))
        }
        ["checkpoint", "file", url] => {
            is_there(url).map(|_| "File already exists. Do you want to overwrite it (y/n)?  [n] ".to_owned())
        }
        ["copy", _, url] => is_there(url).map(|_| {
            "Warning: There is already a file existing with this name. Do you want to overwrite (y/n)?[n] ".to_owned()
        }),
        _ => None,
    }
}
