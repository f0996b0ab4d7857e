//! One request of a session, answered: the operations on the configuration, and what only reads.

use tokio::time::Instant;

use super::database::{Actor, Options, Refusal, Store};
use super::device::Xr;
use super::diff::diff;
use super::language::Node;
use super::refusal::{denied, failed, invalid, unknown};
use super::text::{self, syntax_errors};
use super::{agent, native, oper};
use crate::sim::fabric::World;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::filter::{fits, select};
use crate::sim::netconf::reply::{Effect, Reply};

/// How long a commit waits where nothing is said (RFC 6241, section 8.4.5.1), in seconds.
const TIMEOUT: u32 = 600;

/// Answers a request.
pub(crate) fn answer(world: &mut World, router: usize, session: u32, rpc: &Element, now: Instant) -> Reply {
    world.refresh(now);
    let Some(xr) = world.router_mut::<Xr>(router) else { return failed("the router is gone") };
    xr.log.push((session, rpc.name.clone()));
    let Some(actor) = xr.sessions.get(&session).cloned() else {
        return failed("the session is gone").with(Effect::Close);
    };
    let before = xr.database.newest();
    let reply = match rpc.name.as_str() {
        "get" => return oper::get(world, router, rpc, now),
        "ping" | "traceroute" => return oper::probe(world, router, rpc),
        "close-session" => Reply::ok().with(Effect::Close),
        "kill-session" => kill(xr, session, rpc),
        _ => configuration(xr, &actor, rpc, now),
    };
    // A commit may change who is a neighbour of whom.
    if xr.database.newest() != before {
        world.settle(now);
    }
    reply
}

fn kill(xr: &Xr, own: u32, rpc: &Element) -> Reply {
    match rpc.value("session-id").and_then(|id| id.parse().ok()) {
        Some(id) if id != own && xr.sessions.contains_key(&id) => Reply::ok().with(Effect::Kill(id)),
        _ => invalid("there is no such session"),
    }
}

fn done(result: Result<(), Refusal>) -> Reply {
    result.map_or_else(Reply::from, |()| Reply::ok())
}

/// The datastore that an operation names.
fn datastore(rpc: &Element, role: &str) -> String {
    rpc.child(role).and_then(|role| role.children.first()).map(|store| store.name.clone()).unwrap_or_default()
}

fn configuration(xr: &mut Xr, actor: &Actor, rpc: &Element, now: Instant) -> Reply {
    match rpc.name.as_str() {
        "lock" | "unlock" => {
            let store = match datastore(rpc, "target").as_str() {
                "candidate" => Store::Candidate,
                "running" => Store::Running,
                _ => return invalid("there is no such datastore"),
            };
            if rpc.name == "unlock" {
                return done(xr.database.unlock(store, actor.id));
            }
            match xr.database.lock(store, actor) {
                Err(Refusal::Locked(owner)) => denied(owner),
                result => done(result),
            }
        }
        "edit-config" => edit(xr, actor, rpc),
        "copy-config" => copy(xr, actor, rpc),
        "get-config" => get_config(xr, actor, rpc),
        "discard-changes" => {
            xr.database.discard(actor.id);
            Reply::ok()
        }
        "validate" => match datastore(rpc, "source").as_str() {
            "candidate" => done(xr.database.check(actor.id)),
            "running" => Reply::ok(),
            _ => invalid("only a datastore can be validated"),
        },
        "commit" => commit(xr, actor, rpc, now),
        "cancel-commit" => {
            let cancelled = xr.database.cancel(actor.id, rpc.value("persist-id"), now);
            xr.activate();
            done(cancelled)
        }
        "get-cli-config-diff" => {
            let changes = diff(xr.database.running(), &xr.database.candidate(actor.id));
            let words = format!(
                "Building configuration...\n!! IOS XR Configuration {}\n{changes}end\n\n",
                xr.version
            );
            let namespace = agent::model("cli-diff-act");
            Reply::new(format!("<response xmlns=\"{namespace}\">{}</response>\n", escaped(&words)))
        }
        "roll-back-configuration-last" => {
            let Some(count) = rpc.value("count").and_then(|count| count.parse().ok()) else {
                return invalid("count");
            };
            match xr.roll_back(actor, count, now) {
                Ok(true) => Reply::ok(),
                Ok(false) => failed("The rollback database has not so many commits"),
                Err(refusal) => refusal.into(),
            }
        }
        name => unknown(name),
    }
}

/// The text of the command line in a `config` element.
fn cli_text(config: Option<&Element>) -> Result<&str, Reply> {
    match config.map(|config| config.children.as_slice()) {
        Some([cli]) if cli.name == "cli" => Ok(&cli.text),
        Some([model, ..]) => {
            // What cannot be had is said, not done by halves.
            let words = format!(
                "{} of Cisco's models is not played by this simulator: load text in <cli>",
                model.name
            );
            Err(failed(&words))
        }
        _ => Err(unknown("config")),
    }
}

fn edit(xr: &mut Xr, actor: &Actor, rpc: &Element) -> Reply {
    if datastore(rpc, "target") != "candidate" {
        return invalid("the target can only be the candidate");
    }
    let text = match cli_text(rpc.child("config")) {
        Ok(text) => text,
        Err(reply) => return reply,
    };
    xr.loads.push(text.to_owned());
    let mut tree = match rpc.value("default-operation").unwrap_or("merge") {
        "merge" => match xr.database.edit(actor.id) {
            Ok(target) => target.clone(),
            Err(refusal) => return refusal.into(),
        },
        "replace" => Node::root(),
        other => return invalid(other),
    };
    let refused = text::load(&mut tree, text);
    // Where an error does not end it, the lines that are right stay.
    if !refused.is_empty() && rpc.value("error-option") != Some("continue-on-error") {
        return failed(&syntax_errors(&refused));
    }
    let taken = match rpc.value("default-operation") {
        Some("replace") => xr.database.replace(actor.id, tree),
        _ => xr.database.edit(actor.id).map(|target| *target = tree),
    };
    match taken {
        Ok(()) if refused.is_empty() => Reply::ok(),
        Ok(()) => failed(&syntax_errors(&refused)),
        Err(refusal) => refusal.into(),
    }
}

/// The candidate becomes a text, or what is running.
fn copy(xr: &mut Xr, actor: &Actor, rpc: &Element) -> Reply {
    if datastore(rpc, "target") != "candidate" {
        return invalid("the target can only be the candidate");
    }
    if datastore(rpc, "source") == "running" {
        let running = xr.database.running().clone();
        return done(xr.database.replace(actor.id, running));
    }
    let text = match cli_text(rpc.child("source").and_then(|source| source.child("config"))) {
        Ok(text) => text,
        Err(reply) => return reply,
    };
    xr.loads.push(text.to_owned());
    let mut tree = Node::root();
    let refused = text::load(&mut tree, text);
    match refused.is_empty() {
        true => done(xr.database.replace(actor.id, tree)),
        false => failed(&syntax_errors(&refused)),
    }
}

fn commit(xr: &mut Xr, actor: &Actor, rpc: &Element, now: Instant) -> Reply {
    let known = ["confirmed", "confirm-timeout", "persist", "persist-id", "label", "comment"];
    if let Some(child) = rpc.children.iter().find(|child| !known.contains(&child.name.as_str())) {
        return unknown(&child.name);
    }
    let confirmed = match rpc.value("confirm-timeout").map(str::parse::<u32>) {
        _ if !rpc.has("confirmed") => None,
        Some(Ok(seconds @ 1..=65_535)) => Some(seconds),
        None => Some(TIMEOUT),
        Some(_) => return invalid("confirm-timeout"),
    };
    let text = |name: &str| rpc.value(name).map(str::to_owned);
    let options = Options {
        label: text("label"),
        comment: text("comment"),
        confirmed,
        persist: text("persist"),
        persist_id: text("persist-id"),
    };
    match xr.commit(actor, options, now) {
        Ok(_) => Reply::ok().with(if confirmed.is_some() { Effect::Timer } else { Effect::None }),
        Err(refusal) => refusal.into(),
    }
}

fn get_config(xr: &Xr, actor: &Actor, rpc: &Element) -> Reply {
    let tree = match datastore(rpc, "source").as_str() {
        "running" => xr.database.running().clone(),
        // As recorded: a candidate that changes nothing is empty.
        "candidate" if !xr.database.has_changes(actor.id) => Node::root(),
        "candidate" => xr.database.candidate(actor.id),
        _ => return invalid("there is no such datastore"),
    };
    let mut body = String::new();
    for part in parts(rpc).unwrap_or_else(|| native::NAMES.map(Element::new).to_vec()) {
        if part.name == "cli" {
            if !tree.children.is_empty() {
                let namespace = agent::model("cli-cfg");
                let text = escaped(&xr.printed(&tree));
                body.push_str(&format!("<cli xmlns=\"{namespace}\">\n{text}\n</cli>\n"));
            }
            continue;
        }
        let data = native::configuration(&tree, &part.name).filter(|data| fits(data, &part));
        if let Some(found) = data.and_then(|data| select(&data, &part)) {
            found.write(1, &mut body);
        }
    }
    data(&body)
}

/// What a request's filter asks for, by models; `None` without a filter.
pub(crate) fn parts(rpc: &Element) -> Option<Vec<Element>> {
    rpc.child("filter").map(|filter| filter.children.clone())
}

pub(crate) fn data(body: &str) -> Reply {
    Reply::new(if body.is_empty() { "<data/>\n".to_owned() } else { format!("<data>\n{body}</data>\n") })
}
