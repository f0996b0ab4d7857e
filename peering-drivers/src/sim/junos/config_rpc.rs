//! The operations on the configuration, of NETCONF and of the router's own protocol.

use serde_json::Value;
use tokio::time::Instant;

use super::database::{Actor, Options};
use super::device::Junos;
use super::reply::{complaint, failed, loaded, unknown, warning};
use super::text::Loaded;
use super::tree::{Complaint, Edit, Node};
use super::{groups, text, write, xml};
use crate::sim::clock::date;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::{Effect, Reply};

const NAMESPACE: &str = "http://xml.juniper.net/xnm/1.1/xnm";

/// Answers an operation on the configuration; `None` when it is none.
pub(crate) fn answer(junos: &mut Junos, actor: &Actor, rpc: &Element, now: Instant) -> Option<Reply> {
    let done =
        |result: Result<(), super::database::Refusal>| result.map_or_else(Reply::from, |()| Reply::ok());
    let database = &mut junos.database;
    Some(match rpc.name.as_str() {
        "lock-configuration" => done(database.lock(actor, now)),
        "unlock-configuration" => done(database.unlock(actor)),
        "lock" | "unlock" if datastore(rpc, "target") != "candidate" => unknown("target"),
        "lock" => done(database.lock(actor, now)),
        "unlock" => done(database.unlock(actor)),
        "open-configuration" if rpc.has("private") => match database.open_private(actor, now) {
            Ok(()) => warning("uncommitted changes will be discarded on exit"),
            Err(refusal) => refusal.into(),
        },
        "open-configuration" if rpc.has("exclusive") => done(database.lock(actor, now)),
        "open-configuration" => rpc.children.first().map_or_else(Reply::ok, |child| unknown(&child.name)),
        "close-configuration" => {
            let had_lock = database.lock_owner().is_some_and(|owner| owner.id == actor.id);
            if !database.close_private(actor.id) && had_lock {
                return Some(done(database.unlock(actor)));
            }
            Reply::ok()
        }
        "load-configuration" => load(junos, actor, rpc, now),
        "edit-config" => edit_config(junos, actor, rpc, now),
        "discard-changes" => match database.edit(actor, now).map(|_| ()) {
            Ok(()) => back_to(junos, actor, 0, now),
            Err(refusal) => refusal.into(),
        },
        "commit-configuration" => commit(junos, actor, rpc, now),
        "commit" => commit(junos, actor, rpc, now),
        "validate" => match datastore(rpc, "source").as_str() {
            "candidate" => done(database.check(actor, now)),
            _ => unknown("source"),
        },
        "get-configuration" => get_configuration(junos, actor, rpc),
        "get-config" => get_config(junos, actor, rpc),
        "get-commit-information" => commits(junos),
        "get-commit-revision-information" => revision(junos, rpc.has("detail")),
        "get-rollback-information" => rollback(junos, rpc),
        _ => return None,
    })
}

/// The datastore that an operation of NETCONF names.
fn datastore(rpc: &Element, role: &str) -> String {
    rpc.child(role).and_then(|role| role.children.first()).map(|store| store.name.clone()).unwrap_or_default()
}

fn load(junos: &mut Junos, actor: &Actor, rpc: &Element, now: Instant) -> Reply {
    if let Some(number) = rpc.attribute("rollback") {
        return match number.parse() {
            Ok(number) => back_to(junos, actor, number, now),
            Err(_) => unknown(number),
        };
    }
    let action = rpc.attribute("action").unwrap_or("merge");
    let Some(content) = rpc.children.first() else { return unknown("load-configuration") };
    if !content.text.trim().is_empty() {
        junos.loads.push(content.text.clone());
    }
    let result = match (content.name.as_str(), action) {
        ("configuration-set", _) => junos.run(actor, &content.text, now),
        (_, "merge" | "replace" | "override" | "update") => {
            let Loaded { edits, mut complaints } = match read(content) {
                Ok(loaded) => loaded,
                Err(element) => return unknown(&element),
            };
            let is_whole = action == "override" || action == "update";
            let applied = junos.load(actor, edits, action != "merge", is_whole, now);
            applied.map(|found| {
                complaints.extend(found);
                complaints
            })
        }
        _ => return unknown(action),
    };
    match result {
        Ok(found) => loaded(&found),
        Err(refusal) => refusal.into(),
    }
}

/// The statements in an element, in whatever form it has them.
fn read(content: &Element) -> Result<Loaded, String> {
    match content.name.as_str() {
        "configuration" => Ok(xml::read(content)),
        "configuration-text" => Ok(text::read(&content.text)),
        "configuration-json" => {
            let value: Value =
                serde_json::from_str(&content.text).map_err(|_| "configuration-json".to_owned())?;
            let whole = value.get("configuration").unwrap_or(&value);
            let element = xml::from_json("configuration", whole).pop().unwrap_or_default();
            Ok(xml::read(&element))
        }
        other => Err(other.to_owned()),
    }
}

/// A configuration of before becomes the candidate.
fn back_to(junos: &mut Junos, actor: &Actor, number: usize, now: Instant) -> Reply {
    let Some(config) = junos.database.rollback(number).cloned() else {
        return failed(&format!(
            "could not open configuration database (rollback {number}): No such file or directory"
        ));
    };
    match junos.database.edit(actor, now) {
        Ok(candidate) => {
            *candidate = config;
            loaded(&[])
        }
        Err(refusal) => refusal.into(),
    }
}

fn edit_config(junos: &mut Junos, actor: &Actor, rpc: &Element, now: Instant) -> Reply {
    if datastore(rpc, "target") != "candidate" {
        return unknown("target");
    }
    let content = match (rpc.child("config"), rpc.child("config-text")) {
        (Some(config), _) | (_, Some(config)) => config.children.first(),
        _ => None,
    };
    let Some(content) = content else { return unknown("config") };
    let Loaded { mut edits, mut complaints } = match read(content) {
        Ok(loaded) => loaded,
        Err(element) => return unknown(&element),
    };
    let default = rpc.value("default-operation").unwrap_or("merge");
    if default == "none" {
        edits.retain(does_something);
    }
    let before = junos.database.candidate(actor.id).clone();
    if complaints.iter().all(|one| one.is_warning) {
        match junos.load(actor, edits, true, default == "replace", now) {
            Ok(found) => complaints.extend(found),
            Err(refusal) => return refusal.into(),
        }
    }
    let errors: Vec<&Complaint> = complaints.iter().filter(|one| !one.is_warning).collect();
    if errors.is_empty() {
        return Reply::ok();
    }
    if rpc.value("error-option").is_none_or(|option| option != "continue-on-error")
        && let Ok(candidate) = junos.database.edit(actor, now)
    {
        *candidate = before;
    }
    Reply::new(errors.iter().map(|one| complaint(one, "protocol")).collect::<String>())
}

/// Whether an edit says what to do somewhere.
fn does_something(edit: &Node) -> bool {
    edit.edit != Edit::Merge || edit.children.iter().any(does_something)
}

fn commit(junos: &mut Junos, actor: &Actor, rpc: &Element, now: Instant) -> Reply {
    let is_own = rpc.name == "commit-configuration";
    let known = [
        "check",
        "confirmed",
        "confirm-timeout",
        "log",
        "synchronize",
        "force-synchronize",
        "full",
        "and-quit",
        "detail",
    ];
    if let Some(child) = rpc.children.iter().find(|child| !known.contains(&child.name.as_str())) {
        return unknown(&child.name);
    }
    if rpc.has("check") {
        return match junos.database.check(actor, now) {
            Ok(()) => Reply::new(results("commit-check-success")),
            Err(refusal) => refusal.into(),
        };
    }
    // The router's own operation counts minutes, NETCONF's seconds.
    let (unit, default) = if is_own { (60, 10) } else { (1, 600) };
    let confirmed = match rpc.value("confirm-timeout").map(str::parse::<u32>) {
        _ if !rpc.has("confirmed") => None,
        Some(Ok(timeout @ 1..=65_535)) => Some(timeout * unit),
        None => Some(default * unit),
        Some(_) => return unknown("confirm-timeout"),
    };
    let options = Options { log: rpc.value("log").map(str::to_owned), confirmed };
    match junos.commit(actor, options, now) {
        Err(refusal) => refusal.into(),
        Ok(()) => {
            let effect = if confirmed.is_some() { Effect::Timer } else { Effect::None };
            let reply = match rpc.has("synchronize") || rpc.has("force-synchronize") {
                true => Reply::new(results("commit-success")),
                false => Reply::ok(),
            };
            reply.with(effect)
        }
    }
}

fn results(mark: &str) -> String {
    format!(
        "<commit-results>\n<routing-engine junos:style=\"normal\">\n<name>re0</name>\n<{mark}/>\n</routing-engine>\n</commit-results>\n"
    )
}

fn get_configuration(junos: &Junos, actor: &Actor, rpc: &Element) -> Reply {
    let format = rpc.attribute("format").unwrap_or("xml");
    if let Some(compare) = rpc.attribute("compare") {
        let number = rpc.attribute("rollback").unwrap_or("0").parse();
        let found = match (compare, number) {
            ("rollback", Ok(number)) => junos.database.compare(actor.id, number),
            _ => return unknown(compare),
        };
        return match found {
            Some(diff) => Reply::new(format!(
                "<configuration-information>\n<configuration-output>\n{}</configuration-output>\n</configuration-information>\n",
                escaped(&diff)
            )),
            None => failed("rollback configuration does not exist"),
        };
    }
    let is_committed = rpc.attribute("database") == Some("committed");
    let config = match is_committed {
        true => junos.database.committed(),
        false => junos.database.candidate(actor.id),
    };
    let mut config = config.clone();
    if rpc.attribute("inherit").is_some() {
        config = groups::inherited(&config);
        if rpc.attribute("groups").is_none() {
            forget_groups(&mut config);
        }
    }
    if let Some(filter) = rpc.child("configuration") {
        config = xml::select(&config, filter);
    }
    printed(junos, &config, format, is_committed).map_or_else(|| unknown(format), Reply::new)
}

fn forget_groups(node: &mut Node) {
    node.group = None;
    node.children.iter_mut().for_each(forget_groups);
}

/// A configuration in the form that was asked for.
fn printed(junos: &Junos, config: &Node, format: &str, is_committed: bool) -> Option<String> {
    let newest = junos.database.history().next()?;
    let (seconds, when) = (newest.seconds, date(newest.seconds));
    Some(match format {
        "xml" => {
            let marks = match is_committed {
                true => format!(
                    "junos:commit-seconds=\"{seconds}\" junos:commit-localtime=\"{when}\" junos:commit-user=\"{}\"",
                    escaped(&newest.user)
                ),
                false => format!("junos:changed-seconds=\"{seconds}\" junos:changed-localtime=\"{when}\""),
            };
            let mut body = format!("<configuration xmlns=\"{NAMESPACE}\" {marks}>\n");
            xml::print(config, 4, &mut body);
            body + "</configuration>\n"
        }
        "text" => {
            let note = match is_committed {
                true => format!("## Last commit: {when} by {}", newest.user),
                false => format!("## Last changed: {when}"),
            };
            let text = escaped(&write::text(config));
            format!("<configuration-text xmlns=\"{NAMESPACE}\">\n{note}\n{text}</configuration-text>\n")
        }
        "set" => {
            let text = escaped(&write::set(config, ""));
            format!("<configuration-set xmlns=\"{NAMESPACE}\">\n{text}</configuration-set>\n")
        }
        "json" => {
            let whole = serde_json::json!({ "configuration": xml::json(config) });
            escaped(&serde_json::to_string_pretty(&whole).ok()?)
        }
        _ => return None,
    })
}

fn get_config(junos: &Junos, actor: &Actor, rpc: &Element) -> Reply {
    let source = datastore(rpc, "source");
    let is_committed = source == "running";
    let config = match source.as_str() {
        "running" => junos.database.committed(),
        "candidate" => junos.database.candidate(actor.id),
        other => return unknown(other),
    };
    let filter =
        rpc.child("filter").filter(|filter| filter.attribute("type").is_none_or(|kind| kind == "subtree"));
    let selected = match filter {
        None => config.clone(),
        Some(filter) => match filter.child("configuration") {
            Some(wanted) => xml::select(config, wanted),
            None if filter.children.is_empty() => Node::root(),
            None => xml::select(config, filter),
        },
    };
    let body = printed(junos, &selected, "xml", is_committed).unwrap_or_default();
    let is_empty = filter.is_some() && selected.children.is_empty();
    Reply::new(format!("<data>\n{}</data>\n", if is_empty { "" } else { body.as_str() }))
}

pub(crate) fn commits(junos: &Junos) -> Reply {
    let mut body = String::from("<commit-information>\n");
    for (number, commit) in junos.database.history().enumerate() {
        body.push_str(&format!(
            "<commit-history>\n<sequence-number>{number}</sequence-number>\n<user>{}</user>\n<client>{}</client>\n\
             <date-time junos:seconds=\"{}\">{}</date-time>\n",
            escaped(&commit.user),
            commit.client,
            commit.seconds,
            date(commit.seconds)
        ));
        body.push_str(&remarks(commit.comment.as_deref(), commit.log.as_deref()));
        if number == 0 && junos.database.pending().is_some() {
            body.push_str("<commit-confirmed>rollback pending</commit-confirmed>\n");
        }
        body.push_str("</commit-history>\n");
    }
    Reply::new(body + "</commit-information>\n")
}

fn remarks(comment: Option<&str>, log: Option<&str>) -> String {
    let element = |name: &str, text: Option<&str>| {
        text.map(|text| format!("<{name}>{}</{name}>\n", escaped(text))).unwrap_or_default()
    };
    element("comment", comment) + &element("log", log)
}

fn revision(junos: &Junos, is_detailed: bool) -> Reply {
    let Some(newest) = junos.database.history().next() else { return failed("no commits") };
    let mut body = format!("<commit-revision-information>\n<revision>{}</revision>\n", newest.revision);
    if is_detailed {
        body.push_str(&format!(
            "<user>{}</user>\n<client>{}</client>\n<date-time junos:seconds=\"{}\">{}</date-time>\n",
            escaped(&newest.user),
            newest.client,
            newest.seconds,
            date(newest.seconds)
        ));
        body.push_str(&remarks(newest.comment.as_deref(), newest.log.as_deref()));
    }
    Reply::new(body + "</commit-revision-information>\n")
}

/// A configuration that was committed before.
pub(super) fn rollback(junos: &Junos, rpc: &Element) -> Reply {
    let number = |name: &str| rpc.value(name).map_or(Some(0), |text| text.parse().ok());
    let (Some(number), compare) = (number("rollback"), number("compare").filter(|_| rpc.has("compare")))
    else {
        return unknown("rollback");
    };
    let Some(config) = junos.database.rollback(number) else {
        return failed("rollback configuration does not exist");
    };
    let text = match compare.map(|other| junos.database.rollback(other)) {
        Some(Some(other)) => super::diff::diff(config, other),
        Some(None) => return failed("rollback configuration does not exist"),
        None if rpc.value("format") == Some("xml") => {
            let body = printed(junos, config, "xml", true).unwrap_or_default();
            return Reply::new(format!("<rollback-information>\n{body}</rollback-information>\n"));
        }
        None => write::text(config),
    };
    Reply::new(format!(
        "<rollback-information>\n<configuration-information>\n<configuration-output>\n{}</configuration-output>\n\
         </configuration-information>\n</rollback-information>\n",
        escaped(&text)
    ))
}
