//! One line of vtysh, or a whole command line of a shell: what comes back, and with which exit status.

use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::Device;
use super::apply::{Cursor, Outcome};
use super::config::Family;
use super::interface::Interface;
use super::json::Object;
use super::routes::Table;
use super::show::{Peer, Tables, View};
use crate::sim::fabric::World;
use crate::sim::fault::{FaultKind, FaultPoint};

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) error: String,
    pub(crate) status: u32,
}

impl Reply {
    pub(crate) fn ok(text: impl Into<String>) -> Reply {
        Reply { text: text.into(), ..Reply::default() }
    }

    pub(crate) fn fail(text: impl Into<String>, status: u32) -> Reply {
        Reply { text: text.into(), status, ..Reply::default() }
    }
}

/// Whether words are these, each abbreviated or not.
fn like(words: &[&str], whole: &str) -> bool {
    let whole: Vec<&str> = whole.split(' ').collect();
    words.len() == whole.len()
        && words.iter().zip(whole).all(|(word, full)| !word.is_empty() && full.starts_with(word))
}

fn unknown(line: &str) -> Reply {
    Reply::fail(format!("% Unknown command: {}\n", line.trim()), 1)
}

/// A vtysh session on a router: outside or inside the configuration mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vtysh {
    cursor: Cursor,
    /// Whether somebody typed `exit` at the top.
    pub(crate) is_over: bool,
}

impl Vtysh {
    pub(crate) const fn new() -> Vtysh {
        Vtysh { cursor: Cursor { context: None }, is_over: false }
    }

    /// The prompt after the router's name.
    pub(crate) fn prompt(&self) -> String {
        format!("{}#", self.cursor.context.as_ref().map_or("", |context| context.prompt()))
    }

    /// Leaves the configuration mode.
    pub(crate) fn leave(&mut self) {
        self.cursor.context = None;
    }

    /// One line.
    pub(crate) fn line(&mut self, world: &mut World, router: usize, line: &str) -> Reply {
        let words: Vec<&str> = line.split_whitespace().collect();
        match (&self.cursor.context, words.as_slice()) {
            (_, []) => Reply::default(),
            (Some(_), ["do", rest @ ..]) => exec(world, router, &rest.join(" ")),
            (Some(_), ["show" | "write", ..]) => exec(world, router, line),
            (Some(_), _) => self.configure(world, router, line),
            (None, [first, ..]) if first.starts_with(['!', '#']) => Reply::default(),
            (None, ["end"]) => Reply::default(),
            (None, [word]) if like(&[word], "exit") || like(&[word], "quit") => {
                self.is_over = true;
                Reply::default()
            }
            (None, words) if words.len() > 1 && like(words, "configure terminal") => {
                self.cursor = Cursor::top();
                Reply::default()
            }
            (None, _) => exec(world, router, line),
        }
    }

    fn configure(&mut self, world: &mut World, router: usize, line: &str) -> Reply {
        let Some(device) = world.router_mut::<Device>(router) else { return unknown(line) };
        let own = device.own();
        let outcome = self.cursor.execute(&mut device.config, &own, line);
        world.settle(Instant::now());
        match outcome {
            Outcome::Done(None) => Reply::default(),
            Outcome::Done(Some(remark)) => Reply::ok(format!("{remark}\n")),
            Outcome::Unknown => unknown(line),
            Outcome::Refused(words) => Reply::fail(format!("{words}\n"), 1),
        }
    }
}

/// `vtysh -c A -c B …`: a chain that ends at the first error.
pub(crate) fn chain(world: &mut World, router: usize, lines: &[&str]) -> Reply {
    let mut vtysh = Vtysh::new();
    let mut all = Reply::default();
    for line in lines {
        let reply = vtysh.line(world, router, line);
        all.text.push_str(&reply.text);
        all.status = reply.status;
        if reply.status != 0 || vtysh.is_over {
            break;
        }
    }
    all
}

/// A command line of a POSIX login shell. Real shells can do more; what vtysh and the driver need is here.
pub(crate) fn shell(world: &mut World, router: usize, user: &str, command: &str) -> Reply {
    let words = shlex::split(command).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Reply::default(),
        ["vtysh", rest @ ..] => {
            let lines: Vec<&str> = rest
                .chunks(2)
                .filter_map(|pair| match pair {
                    ["-c", line] => Some(*line),
                    _ => None,
                })
                .collect();
            if lines.is_empty() || lines.len() * 2 != rest.len() {
                return Reply {
                    error: "usage: vtysh -c COMMAND ...\n".to_owned(),
                    status: 1,
                    ..Reply::default()
                };
            }
            chain(world, router, &lines)
        }
        ["cat", "/proc/uptime"] => {
            let booted = world.router::<Device>(router).map(|device| device.chassis.booted);
            let seconds = booted.map_or(0.0, |booted| booted.elapsed().as_secs_f64());
            Reply::ok(format!("{seconds:.2} {seconds:.2}\n"))
        }
        ["id", "-un"] | ["whoami"] => Reply::ok(format!("{user}\n")),
        ["hostname"] => Reply::ok(
            world
                .router::<Device>(router)
                .map_or_else(String::new, |device| format!("{}\n", device.chassis.name)),
        ),
        ["true"] => Reply::default(),
        ["echo", rest @ ..] => Reply::ok(format!("{}\n", rest.join(" "))),
        [first, ..] => {
            Reply { error: format!("sh: 1: {first}: not found\n"), status: 127, ..Reply::default() }
        }
    }
}

/// A command outside the configuration mode.
fn exec(world: &mut World, router: usize, line: &str) -> Reply {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["show" | "sh" | "sho", rest @ ..] => show(world, router, rest).unwrap_or_else(|| unknown(line)),
        [first, rest @ ..] if "write".starts_with(first) && first.len() > 1 && is_save(rest) => {
            save(world, router)
        }
        words if like(words, "copy running-config startup-config") => save(world, router),
        ["clear", "ip", "bgp", rest @ ..] | ["clear", "bgp", rest @ ..] => {
            clear(world, router, rest).unwrap_or_else(|| unknown(line))
        }
        [first, second, ..]
            if like(&[first], "terminal") && ("length".starts_with(second) || *second == "paginate") =>
        {
            Reply::default()
        }
        ["no", "terminal", ..] | ["enable"] | ["disable"] => Reply::default(),
        _ => unknown(line),
    }
}

fn is_save(rest: &[&str]) -> bool {
    rest.is_empty() || ["memory", "file", "integrated"].iter().any(|whole| like(rest, whole))
}

fn clear(world: &mut World, router: usize, words: &[&str]) -> Option<Reply> {
    let words = match words {
        ["ipv4" | "ipv6", rest @ ..] => rest,
        words => words,
    };
    let (who, is_soft) = match words {
        [who] => (*who, false),
        [who, "soft", ..] | [who, "in" | "out"] => (*who, true),
        _ => return None,
    };
    let device = world.router_mut::<Device>(router)?;
    let address: Option<IpAddr> = if who == "*" { None } else { Some(who.parse().ok()?) };
    if address.is_some_and(|address| !device.chassis.sessions.contains_key(&address)) {
        return Some(Reply::fail("% BGP: Unknown neighbor\n", 1));
    }
    if !is_soft {
        let now = Instant::now();
        for (own, session) in &mut device.chassis.sessions {
            if address.is_none_or(|address| address == *own) {
                session.clear(now);
            }
        }
        world.settle(now);
    }
    Some(Reply::default())
}

/// `write memory`.
pub(crate) fn save(world: &mut World, router: usize) -> Reply {
    let Some(device) = world.router_mut::<Device>(router) else { return Reply::default() };
    if let Some(FaultKind::Fail { status, output }) =
        device.chassis.faults.strike(|at| *at == FaultPoint::Save)
    {
        return Reply::fail(output, status);
    }
    device.startup = device.config.print();
    Reply::ok(
        "Note: this version of vtysh never writes vtysh.conf\nBuilding Configuration...\n\
         Integrated configuration saved to /etc/frr/frr.conf\n[OK]\n",
    )
}

fn show(world: &mut World, router: usize, words: &[&str]) -> Option<Reply> {
    world.refresh(Instant::now());
    let device = world.router::<Device>(router)?;
    let tables = Tables::default();
    let view = View { world, router, device, now: Instant::now(), tables: &tables };
    let (words, is_json) = match words {
        [rest @ .., "json"] => (rest, true),
        words => (words, false),
    };
    let both = |object: Object, text: String| Some(Reply::ok(if is_json { object.print() } else { text }));
    match words {
        [word] if !is_json && like(&[word], "version") => {
            Some(Reply::ok(super::text::version(&device.config.hostname)))
        }
        [word, rest @ ..] if !is_json && word.len() > 1 && like(&[word], "running-config") => {
            let text = device.config.print();
            Some(Reply::ok(match rest {
                [] => format!("Building configuration...\n\nCurrent configuration:\n!\n{text}"),
                ["no-header"] => text,
                _ => return None,
            }))
        }
        // With an integrated configuration file the daemons have none of their own to show.
        [word] if !is_json && word.len() > 1 && like(&[word], "startup-config") => Some(Reply::default()),
        ["daemons"] => Some(Reply::ok(" zebra bgpd watchfrr staticd\n")),
        ["ip" | "ipv6", "bgp", rest @ ..] => {
            let family = if words.first() == Some(&"ip") { Family::V4 } else { Family::V6 };
            show_bgp(view, rest, Some(family), is_json)
        }
        ["bgp", rest @ ..] => show_bgp(view, rest, None, is_json),
        [keyword @ ("ip" | "ipv6"), "route", rest @ ..] if is_json => {
            let family = if *keyword == "ip" { Family::V4 } else { Family::V6 };
            let what = match rest {
                [] | ["vrf", "all" | "default"] => None,
                [what] | ["vrf", "all" | "default", what] => Some(prefix(what)?),
                _ => return None,
            };
            Some(Reply::ok(view.rib(family, what).print()))
        }
        [word, rest @ ..] if like(&[word], "interface") => match rest {
            [] | ["vrf", "all" | "default"] => both(view.interfaces_json(), view.interfaces_text()),
            [brief] | ["vrf", "all" | "default", brief] if *brief == "brief" => {
                both(brief_json(view), view.interfaces_brief())
            }
            _ => None,
        },
        _ => None,
    }
}

fn brief_json(view: View<'_>) -> Object {
    let mut all = Object::new();
    for Interface { name, addresses, is_up, .. } in view.interfaces() {
        let list: Vec<super::json::Node> = addresses.iter().map(|net| net.to_string().into()).collect();
        let entry = Object::new()
            .with("status", if is_up { "up" } else { "down" })
            .with("vrfName", "default")
            .with("addresses", list);
        all.set(name, entry);
    }
    all
}

/// A prefix, or an address; which of them.
fn prefix(text: &str) -> Option<(IpNet, bool)> {
    match text.parse::<IpNet>() {
        Ok(prefix) => Some((prefix.trunc(), false)),
        Err(_) => text.parse::<IpAddr>().ok().map(|address| (IpNet::from(address), true)),
    }
}

fn show_bgp(view: View<'_>, words: &[&str], family: Option<Family>, is_json: bool) -> Option<Reply> {
    let (is_all, words) = match words {
        ["vrf", "all", rest @ ..] => (true, rest),
        ["vrf", "default", rest @ ..] => (false, rest),
        ["vrf", ..] => {
            return Some(Reply::ok(if is_json { "{}\n" } else { "% View/Vrf specified is unknown\n" }));
        }
        words => (false, words),
    };
    let (family, words) = match words {
        ["ipv4", "unicast", rest @ ..] | ["ipv4", rest @ ..] => (Some(Family::V4), rest),
        ["ipv6", "unicast", rest @ ..] | ["ipv6", rest @ ..] => (Some(Family::V6), rest),
        words => (family, words),
    };
    if view.device.config.bgp.is_none() {
        return Some(Reply::ok(if is_json { "{}\n" } else { "% BGP instance not found\n" }));
    }
    let families: &[Family] = match family {
        Some(Family::V4) => &[Family::V4],
        Some(Family::V6) => &[Family::V6],
        None => &Family::BOTH,
    };
    let wrap = |object: Object| if is_all { Object::new().with("default", object) } else { object };
    match words {
        ["summary"] if is_json => Some(Reply::ok(match family {
            Some(family) if !is_all => {
                let all = view.summary(families);
                all.member(super::show::family_key(family)).unwrap_or_default().print()
            }
            _ => wrap(view.summary(families)).print(),
        })),
        ["summary"] => Some(Reply::ok(view.summary_text(families))),
        ["neighbors"] => {
            let peers = view.peers();
            if !is_json {
                return Some(Reply::ok(
                    peers.iter().map(|peer| view.neighbor_text(peer)).collect::<String>(),
                ));
            }
            let mut all = Object::new();
            if is_all {
                all = all.with("vrfId", 0).with("vrfName", "default");
            }
            for peer in &peers {
                all.set(peer.address.to_string(), view.neighbor(peer));
            }
            Some(Reply::ok(wrap(all).print()))
        }
        ["neighbors", who, rest @ ..] => {
            let who: IpAddr = who.parse().ok()?;
            let peers = view.peers();
            let Some(peer) = peers.iter().find(|peer| peer.address == who) else {
                let none = Object::new().with("bgpNoSuchNeighbor", true);
                return Some(Reply::ok(if is_json {
                    none.print()
                } else {
                    "% No such neighbor in this view/vrf\n".to_owned()
                }));
            };
            show_neighbor(view, peer, rest, family.unwrap_or(Family::V4), is_json)
        }
        [what] => {
            let (what, is_address) = prefix(what)?;
            let found = view.bgp_route(what, is_address);
            Some(Reply::ok(match (is_json, found == Object::new()) {
                (true, _) => found.print(),
                (false, true) => "% Network not in table\n".to_owned(),
                (false, false) => format!("BGP routing table entry for {what}\n"),
            }))
        }
        _ => None,
    }
}

fn show_neighbor(
    view: View<'_>,
    peer: &Peer<'_>,
    rest: &[&str],
    family: Family,
    is_json: bool,
) -> Option<Reply> {
    let table = match rest {
        [] if is_json => {
            return Some(Reply::ok(
                Object::new().with(peer.address.to_string(), view.neighbor(peer)).print(),
            ));
        }
        [] => return Some(Reply::ok(view.neighbor_text(peer))),
        ["prefix-counts"] if is_json => return Some(Reply::ok(view.prefix_counts(peer, family).print())),
        ["prefix-counts"] => return Some(Reply::ok(view.prefix_counts_text(peer, family))),
        ["received-routes"] => Table::Received,
        ["routes"] => Table::Accepted,
        ["filtered-routes"] => Table::Filtered,
        ["advertised-routes"] => Table::Advertised,
        _ => return None,
    };
    is_json.then(|| Reply::ok(view.neighbor_routes(peer, family, table).print()))
}
