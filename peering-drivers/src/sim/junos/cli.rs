//! Commands of the operational mode, as `<command>` carries them.

use tokio::time::Instant;

use super::database::Actor;
use super::device::Junos;
use super::reply::{failed, unknown};
use super::text::{path, words};
use super::tree::Node;
use super::{config_rpc, show_bgp, show_interface, show_probe, show_system, write, xml};
use crate::sim::clock::date;
use crate::sim::fabric::World;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;

/// The operation that a command stands for, by its first words.
const OPERATIONS: [(&str, &str); 18] = [
    ("show version", "get-software-information"),
    ("show system uptime", "get-system-uptime-information"),
    ("show system information", "get-system-information"),
    ("show system commit", "get-commit-information"),
    ("show system rollback", "get-rollback-information"),
    ("show chassis hardware", "get-chassis-inventory"),
    ("show chassis routing-engine", "get-route-engine-information"),
    ("show chassis environment", "get-environment-information"),
    ("show chassis temperature-thresholds", "get-temperature-threshold-information"),
    ("show interfaces", "get-interface-information"),
    ("show bgp summary", "get-bgp-summary-information"),
    ("show bgp neighbor", "get-bgp-neighbor-information"),
    ("show route instance", "get-instance-information"),
    ("show route", "get-route-information"),
    ("show arp", "get-arp-table-information"),
    ("show ipv6 neighbors", "get-ipv6-nd-information"),
    ("show lldp neighbors", "get-lldp-neighbors-information"),
    ("show vlans", "get-vlan-information"),
];

/// What a command comes to.
pub(crate) enum Outcome {
    /// The answer itself.
    Reply(Reply),
    /// The same as this operation.
    Operation(Element),
}

/// Runs a command. `is_text`: whether text was asked for, not XML.
pub(crate) fn run(
    world: &World,
    router: usize,
    junos: &Junos,
    actor: &Actor,
    (command, is_text): (&str, bool),
    now: Instant,
) -> Outcome {
    let mut pipes = command.split('|').map(str::trim);
    let line = pipes.next().unwrap_or_default().to_owned();
    let pipes: Vec<&str> = pipes.collect();
    let Ok(all) = words(&line) else { return Outcome::Reply(unknown(&line)) };
    let rest = |count: usize| all.get(count..).unwrap_or_default();
    match all.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["ping", ..] => Outcome::Reply(show_probe::ping(world, router, junos, rest(1), now)),
        ["traceroute", ..] => Outcome::Reply(show_probe::traceroute(world, router, junos, rest(1), now)),
        ["show", "configuration", ..] => Outcome::Reply(configuration(junos, actor, rest(2), &pipes)),
        ["show", "version"] if is_text => filtered(show_system::version_text(junos), &pipes),
        ["show", "system", "uptime"] if is_text => filtered(show_system::uptime_text(junos, now), &pipes),
        ["show", "bgp", "summary"] if is_text => {
            filtered(show_bgp::summary_text(world, router, junos, now), &pipes)
        }
        ["show", "interfaces", "terse"] if is_text => filtered(show_interface::terse_text(junos), &pipes),
        ["show", "system", "commit"] if is_text => filtered(commits_text(junos), &pipes),
        // It has no clock to set.
        ["show", "ntp", "associations", ..] if is_text => filtered(NTP_HEADING.to_owned(), &pipes),
        _ => match operation(&line, &all) {
            // its answer is text in either form
            Some(operation) if operation.name == "get-rollback-information" => {
                Outcome::Reply(config_rpc::rollback(junos, &operation))
            }
            Some(operation) if is_text && !pipes.contains(&"display xml") => Outcome::Reply(failed(
                &format!("the simulated router has no text for '{line}', only XML ({})", operation.name),
            )),
            Some(operation) => Outcome::Operation(operation),
            None => Outcome::Reply(unknown(all.get(1).or(all.first()).map_or("", String::as_str))),
        },
    }
}

/// What stands above the NTP associations.
const NTP_HEADING: &str =
    "   remote         refid           auth st t when poll reach   delay   offset  jitter
===============================================================================
";

/// A text as it is output, after its pipes.
fn filtered(text: String, pipes: &[&str]) -> Outcome {
    let mut lines: Vec<&str> = text.lines().collect();
    for pipe in pipes {
        let (verb, rest) = pipe.split_once(' ').unwrap_or((pipe, ""));
        let pattern = rest.trim().trim_matches('"').to_lowercase();
        match verb {
            "match" => lines.retain(|line| line.to_lowercase().contains(&pattern)),
            "except" => lines.retain(|line| !line.to_lowercase().contains(&pattern)),
            "no-more" => {}
            _ => return Outcome::Reply(unknown(pipe)),
        }
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Outcome::Reply(Reply::new(format!("<output>\n{}</output>\n", escaped(&text))))
}

/// The operation with the command's further words as its arguments.
fn operation(line: &str, all: &[String]) -> Option<Element> {
    let (words, name) = OPERATIONS.iter().find(|(words, _)| {
        line.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })?;
    let mut operation = Element::new(name);
    let mut rest = all.iter().skip(words.split(' ').count());
    let mut add = |name: &str, text: &str| {
        operation.children.push(Element { text: text.to_owned(), ..Element::new(name) });
    };
    while let Some(word) = rest.next() {
        match word.as_str() {
            "instance" | "table" | "protocol" | "group" => add(word, rest.next()?),
            "terse" | "brief" | "detail" | "extensive" | "statistics" | "exact" | "expiration-time"
            | "no-resolve" => {
                add(word, "");
            }
            _ => match *name {
                "get-interface-information" => add("interface-name", word),
                "get-bgp-neighbor-information" => add("neighbor-address", word),
                "get-route-information" => add("destination", word),
                "get-rollback-information" => add("rollback", word),
                _ => return None,
            },
        }
    }
    Some(operation)
}

/// `show configuration … | display set | compare rollback 1`
fn configuration(junos: &Junos, _actor: &Actor, place: &[String], pipes: &[&str]) -> Reply {
    let Ok(steps) = path(place) else { return unknown(&place.join(" ")) };
    let committed = junos.database.committed();
    let found =
        steps.iter().try_fold(committed, |node, step| node.children.iter().find(|child| child.is_same(step)));
    let nothing = Node::root();
    let node = found.unwrap_or(&nothing);
    let mut text = write::text(node);
    for pipe in pipes {
        match pipe.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["display", "set"] => text = write::set(node, &place.join(" ")),
            ["display", "json"] => {
                let whole = serde_json::json!({ "configuration": xml::json(node) });
                text = format!("{whole:#}\n");
            }
            ["display", "xml"] => {
                let mut body = String::new();
                xml::print(node, 4, &mut body);
                return Reply::new(format!("<configuration>\n{body}</configuration>\n"));
            }
            ["display", "inheritance"] => text = write::text(&super::groups::inherited(node)),
            ["compare"] => text = String::new(),
            ["compare", "rollback", number] => {
                let old = number.parse().ok().and_then(|number| junos.database.rollback(number));
                let Some(old) = old else { return failed("rollback configuration does not exist") };
                text = super::diff::diff(old, committed);
            }
            _ => match filtered(text, &[pipe]) {
                Outcome::Reply(reply) => return reply,
                Outcome::Operation(_) => return unknown(pipe),
            },
        }
    }
    Reply::new(format!(
        "<configuration-information>\n<configuration-output>\n{}</configuration-output>\n</configuration-information>\n",
        escaped(&text)
    ))
}

/// `show system commit` as text.
fn commits_text(junos: &Junos) -> String {
    let mut text = String::new();
    for (number, commit) in junos.database.history().enumerate() {
        let comment = commit.comment.as_deref().map(|comment| format!(" {comment}")).unwrap_or_default();
        text.push_str(&format!(
            "{number:<3} {} by {} via {}{comment}\n",
            date(commit.seconds),
            commit.user,
            commit.client
        ));
        if let Some(log) = &commit.log {
            text.push_str(&format!("    {log}\n"));
        }
        if number == 0 && junos.database.pending().is_some() {
            text.push_str("    rollback pending\n");
        }
    }
    text
}
