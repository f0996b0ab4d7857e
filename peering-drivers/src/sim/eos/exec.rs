//! The commands outside the configuration mode.

use std::net::IpAddr;
use std::sync::LazyLock;

use serde_json::json;

use super::STARTUP;
use super::cli::{Answer, Cli, Failure, Place};
use super::modes::Mode;
use super::show::{self, Show};
use crate::sim::lines::{Cursor, Progress, Refusal, Rule, duration, table};
use crate::sim::pipe::{Unfit, piped};

const COMMANDS: &str = "
    enable [ <num> ]
    disable
    configure [ terminal ]
    configure session [ <word> ]
    configure session <word> commit [ timer <time> ]
    configure session <word> abort
    configure session <word> description ...
    configure replace <word> [ ignore-errors|force|skip-checkpoint ]
    configure checkpoint save [ <word> ]
    configure checkpoint restore <word>
    commit [ timer <time> ]
    abort
    clear ip|ipv6 bgp <word> [ soft ] [ in|out ] [ vrf <word> ]
    clear bgp <word> [ soft ] [ in|out ] [ vrf <word> ]
    copy <word> <word>
    write [ memory ]
    delete <word>
    dir [ <word> ]
    cli vrf <word>
    terminal length|width <num>
    ping ...
    bash timeout <num> traceroute ...
    traceroute ...
    show version [ detail ]
    show hostname
    show clock
    show uptime
    show running-config [ all ] [ sanitized ]
    show startup-config
    show session-config [ named <word> ] [ sanitized ]
    show session-config [ named <word> ] diffs
    show configuration sessions [ detail ]
    show configuration|config checkpoints
    show interfaces [ <if> ]
    show interfaces transceiver
    show ip|ipv6 interface
    show vrf
    show ip|ipv6 bgp summary [ vrf <word> ]
    show ip bgp neighbors [ <ip4> ] [ vrf <word> ]
    show ipv6 bgp peers [ <ip6> ] [ vrf <word> ]
    show ip bgp [ <prefix4> ] [ longer-prefixes ] [ vrf <word> ]
    show ip bgp <ip4> [ vrf <word> ]
    show ipv6 bgp [ <prefix6> ] [ longer-prefixes ] [ vrf <word> ]
    show ipv6 bgp <ip6> [ vrf <word> ]
    show ip route [ vrf <word> ] [ bgp|connected|static ] [ detail ]
    show ip route [ vrf <word> ] <prefix4> [ longer-prefixes ] [ bgp|connected|static ] [ detail ]
    show ip route [ vrf <word> ] <ip4> [ detail ]
    show ipv6 route [ vrf <word> ] [ bgp|connected|static ] [ detail ]
    show ipv6 route [ vrf <word> ] <prefix6> [ longer-prefixes ] [ bgp|connected|static ] [ detail ]
    show ipv6 route [ vrf <word> ] <ip6> [ detail ]
    show arp [ vrf <word> ]
    show ipv6 neighbors [ vrf <word> ]
    show lldp neighbors [ <if> ] [ detail ]
    show mac address-table
    show ntp associations
    show snmp v2-mib chassis|contact|location
    show users accounts
    show vlan
    show processes top once
    show system environment cooling|temperature|power
";

static RULES: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| table(COMMANDS));

/// Whether a command begins with this word.
pub(crate) fn is_command(word: &str) -> bool {
    COMMANDS.lines().any(|line| line.split_whitespace().next() == Some(word))
}

/// Whether a command line changes nothing.
pub(crate) fn only_looks(line: &str) -> bool {
    matches!(
        line.split_whitespace().next(),
        Some("show" | "enable" | "ping" | "traceroute" | "bash" | "terminal")
    )
}

/// Executes a command line, its pipe included.
pub(crate) fn run(cli: &mut Cli<'_>, line: &str, input: Option<&str>) -> Result<Answer, Failure> {
    let (command, pipe) = line.split_once(" | ").map_or((line, None), |(line, pipe)| (line, Some(pipe)));
    let words: Vec<&str> = command.split_whitespace().collect();
    let mut progress = Progress::default();
    let found = RULES.iter().find_map(|rule| rule.find(&words, cli.seat.is_loose, &mut progress));
    let Some(found) = found else { return Err(Refusal::at(progress, &words).into()) };
    // The rest of a line is one word of the grammar and several of the command.
    let words: Vec<&str> = found.words.iter().flat_map(|word| word.split(' ')).collect();
    if !cli.seat.is_enabled && needs_privilege(&words) {
        let first = words.first().copied().unwrap_or_default();
        let (at, word) =
            if first == "show" { (1, words.get(1).copied().unwrap_or_default()) } else { (0, first) };
        return Err(Failure::invalid(format!(
            "Invalid input (at token {at}: '{word}') (privileged mode required)"
        )));
    }
    let answer = execute(cli, &words, input)?;
    match pipe {
        None => Ok(answer),
        Some(pipe) if is_json(pipe) => {
            let json = answer.json.as_ref().ok_or_else(Failure::unconverted)?;
            Ok(Answer { text: Some(format!("{json:#}\n")), ..answer })
        }
        Some(pipe) => {
            let text = answer.text.as_deref().unwrap_or_default();
            piped(text, pipe).map(Answer::text).map_err(|unfit| match unfit {
                Unfit::Filter(other) => Failure::invalid(format!("Invalid input (at token 0: '{other}')")),
                Unfit::Pattern(pattern) => Failure::refused(format!("Invalid regular expression: {pattern}")),
            })
        }
    }
}

/// A model, in its only revision.
fn is_json(pipe: &str) -> bool {
    let words: Vec<&str> = pipe.split_whitespace().collect();
    matches!(words.as_slice(), ["json"] | ["json", "revision", _] | ["json", "version", "1" | "latest"])
}

fn terminal(cli: &mut Cli<'_>, what: &str, number: usize) -> Answer {
    let screen = &mut cli.seat.screen;
    match (what, number) {
        ("width", _) => {
            screen.width = number;
            Answer::message(format!("Width set to {number} columns."))
        }
        (_, 0) => {
            screen.length = 0;
            Answer::message("Pagination disabled.")
        }
        _ => {
            screen.length = number;
            Answer::message(format!("Pagination set to {number} lines."))
        }
    }
}

fn needs_privilege(words: &[&str]) -> bool {
    match words {
        ["show", what, ..] => {
            ["running-config", "startup-config", "session-config", "configuration", "config"].contains(what)
        }
        ["enable" | "disable" | "ping" | "traceroute" | "terminal" | "cli", ..] => false,
        _ => true,
    }
}

fn execute(cli: &mut Cli<'_>, words: &[&str], input: Option<&str>) -> Result<Answer, Failure> {
    match words {
        ["enable", ..] => enable(cli, input),
        ["disable"] => {
            cli.seat.is_enabled = false;
            Ok(Answer::none())
        }
        ["configure", rest @ ..] => configure(cli, rest),
        ["commit", rest @ ..] => {
            let Place::Session(name, _) = cli.seat.place.clone() else { return Err(not_here(words)) };
            commit(cli, &name, rest)
        }
        ["abort"] => {
            let Place::Session(name, _) = cli.seat.place.clone() else { return Err(not_here(words)) };
            cli.seat.place = Place::Exec;
            cli.device_mut()?.abort_session(&name).map_err(Failure::refused)?;
            Ok(Answer::none())
        }
        ["clear", rest @ ..] => clear(cli, rest),
        ["copy", from, to] => {
            let device = cli.device_mut()?;
            let words = |words| Failure::refused(format!("Error copying {from} to {to}: {words}"));
            let text = device.read(from).map_err(words)?;
            device.write(to, text).map_err(words)?;
            Ok(Answer::message("Copy completed successfully."))
        }
        ["write", ..] => {
            let device = cli.device_mut()?;
            let text = device.running.print();
            let words =
                |words| Failure::refused(format!("Error copying running-config to startup-config: {words}"));
            device.write(STARTUP, text).map_err(words)?;
            Ok(Answer::message("Copy completed successfully."))
        }
        ["delete", url] => {
            let path = url.trim_start_matches("flash:").trim_start_matches("file:").trim_start_matches('/');
            match cli.device_mut()?.store.files.remove(path) {
                Some(_) => Ok(Answer::none()),
                None => Err(Failure::refused(format!("Error deleting {url} (No such file or directory)"))),
            }
        }
        ["dir", ..] => {
            let files = &cli.device()?.store.files;
            let line =
                |(name, text): (&String, &String)| format!("       -rw-  {:>10}  {name}\n", text.len());
            Ok(Answer::text(format!(
                "Directory of flash:/\n\n{}",
                files.iter().map(line).collect::<String>()
            )))
        }
        // What comes after it runs in that network instance; the simulated LAN is seen from all of them.
        ["cli", "vrf", name] => {
            cli.seat.vrf = Some((*name).to_owned()).filter(|name| name != "default");
            Ok(Answer::none())
        }
        ["terminal", what, number] => Ok(terminal(cli, what, number.parse().unwrap_or_default())),
        ["show", rest @ ..] => show::answer(&Show::new(cli)?, &open_session(cli), rest),
        ["ping", rest @ ..] => Ok(show::ping(&Show::new(cli)?, rest)),
        ["bash", "timeout", _, "traceroute", rest @ ..] | ["traceroute", rest @ ..] => {
            Ok(show::traceroute(&Show::new(cli)?, rest))
        }
        _ => Err(not_here(words)),
    }
}

fn open_session(cli: &Cli<'_>) -> Option<String> {
    match &cli.seat.place {
        Place::Session(name, _) => Some(name.clone()),
        _ => None,
    }
}

fn not_here(words: &[&str]) -> Failure {
    Failure::invalid(format!("Invalid input (at token 0: '{}')", words.first().copied().unwrap_or_default()))
}

fn enable(cli: &mut Cli<'_>, input: Option<&str>) -> Result<Answer, Failure> {
    match &cli.enable_secret {
        Some(secret) if input.map(|input| input.trim_end_matches('\n')) != Some(secret) => {
            Err(Failure::denied("Bad secret"))
        }
        _ => {
            cli.seat.is_enabled = true;
            Ok(Answer::none())
        }
    }
}

fn configure(cli: &mut Cli<'_>, words: &[&str]) -> Result<Answer, Failure> {
    match words {
        [] | ["terminal"] => cli.seat.place = Place::Terminal(Cursor::default()),
        ["session"] => {
            let name = cli.device()?.store.next_name();
            enter(cli, &name)?;
        }
        ["session", name] => enter(cli, name)?,
        ["session", name, "commit", rest @ ..] => return commit(cli, name, rest),
        ["session", name, "abort"] => cli.device_mut()?.abort_session(name).map_err(Failure::refused)?,
        ["session", name, "description", text @ ..] => {
            enter(cli, name)?;
            cli.device_mut()?.pending(name).map_err(Failure::refused)?.description = text.join(" ");
        }
        ["replace", url, ..] => cli.device_mut()?.replace(url).map_err(Failure::refused)?,
        ["checkpoint", "save", rest @ ..] => {
            let device = cli.device_mut()?;
            let name = rest.first().map_or_else(|| device.store.next_name(), |name| (*name).to_owned());
            let text = device.running.print();
            device.store.checkpoints.insert(name, text);
        }
        ["checkpoint", "restore", name] => {
            cli.device_mut()?.replace(&format!("checkpoint:{name}")).map_err(Failure::refused)?;
        }
        _ => return Err(not_here(&["configure"])),
    }
    Ok(Answer::none())
}

fn enter(cli: &mut Cli<'_>, name: &str) -> Result<(), Failure> {
    let user = cli.seat.user.clone();
    cli.device_mut()?.enter_session(name, &user).map_err(Failure::refused)?;
    cli.seat.place = Place::Session(name.to_owned(), Cursor::default());
    Ok(())
}

fn commit(cli: &mut Cli<'_>, name: &str, words: &[&str]) -> Result<Answer, Failure> {
    let window = match words {
        ["timer", window] => duration(window),
        _ => None,
    };
    let now = cli.now;
    cli.device_mut()?.commit_session(name, window, now).map_err(Failure::refused)?;
    cli.seat.place = Place::Exec;
    Ok(Answer::none())
}

fn clear(cli: &mut Cli<'_>, words: &[&str]) -> Result<Answer, Failure> {
    let who = words.iter().find(|word| !["ip", "ipv6", "bgp"].contains(word)).copied().unwrap_or_default();
    let address: Option<IpAddr> = who.parse().ok();
    if address.is_none() && who != "*" {
        return Err(Failure::invalid(format!("Invalid input (at token 3: '{who}')")));
    }
    let now = cli.now;
    let is_soft = words.contains(&"soft");
    for (own, session) in &mut cli.device_mut()?.chassis.sessions {
        if !is_soft && address.is_none_or(|address| address == *own) {
            session.clear(now);
        }
    }
    Ok(Answer::both(json!({}), String::new()))
}
