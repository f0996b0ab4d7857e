//! Commands about files and other sessions.

use tokio::time::Instant;

use super::console::Terminal;
use super::database::Actor;
use super::device::{Xr, calendar};
use crate::sim::fabric::World;
use crate::sim::shell::{Reads, Turn};

/// Deletes a file, if whoever asked says so.
pub(super) fn delete(path: &str) -> Turn<Terminal> {
    let path = path.to_owned();
    let question = format!("Delete {path}[confirm]");
    Turn::ask(question, Reads::Key, move |console: &mut Terminal, world, answer| {
        if !answer.is_some_and(|answer| answer.is_empty() || answer.eq_ignore_ascii_case("y")) {
            return Turn::silent();
        }
        let xr = world.router_mut::<Xr>(console.router);
        match xr.and_then(|xr| xr.remove_file(&path)) {
            Some(_) => Turn::silent(),
            None => Turn::say(format!("%Error deleting {path} (No such file or directory)\n")),
        }
    })
}

/// The sessions that are about to change something, or have the lock.
pub(super) fn sessions(xr: &Xr, now: Instant) -> String {
    let mut out =
        String::from("Current Configuration Session  Line       User     Date                     Lock\n");
    let date = calendar(xr.database.clock.at(now));
    for actor in xr.sessions.values() {
        let has_lock = xr.database.has_lock(actor.id);
        if has_lock || xr.database.has_changes(actor.id) {
            let line = if actor.client == "CLI" { "vty0" } else { actor.client };
            let lock = if has_lock { " *" } else { "" };
            out.push_str(&format!("{:<30} {line:<10} {:<8} {date}{lock}\n", name(actor), actor.user));
        }
    }
    out + "\n"
}

/// Ends somebody's configuration session: target, lock and a commit that waits for it are gone.
pub(super) fn end_session(console: &Terminal, world: &mut World, session: &str) -> Turn<Terminal> {
    let Some(xr) = world.router_mut::<Xr>(console.router) else { return Turn::silent() };
    let found = xr.sessions.values().find(|actor| name(actor) == session).map(|actor| actor.id);
    let Some(id) = found else {
        return Turn::say(format!("% Session '{session}' does not exist\n"));
    };
    xr.end_configuration(id, Instant::now());
    Turn::say(format!("session ID '{session}' terminated\n"))
}

/// The router's name for a configuration session.
fn name(actor: &Actor) -> String {
    format!("00000201-{:08x}-00000000", actor.id)
}
