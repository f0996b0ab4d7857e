//! The commands outside of the configuration, and those that only look from within.

use std::sync::LazyLock;

use tokio::time::Instant;

use super::console::Terminal;
use super::database::Commit;
use super::device::{Xr, calendar};
use super::diff::{changes, diff};
use super::modes::Mode;
use super::oper::Look;
use super::show;
use super::text::print_at;
use super::upkeep;
use crate::sim::fabric::World;
use crate::sim::lines::{Progress, Rule, table};
use crate::sim::pipe::piped;
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
        ping ...
        traceroute ...
        show clock
        show running-config
        show running-config ...
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

/// The operational shows.
static SHOWS: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| table(show::COMMANDS));

fn read(rules: &[Rule<Mode>], words: &[&str]) -> Option<Vec<String>> {
    let found = rules.iter().find_map(|rule| rule.find(words, true, &mut Progress::default()))?;
    // the rest of a line is one piece there
    Some(found.words.iter().flat_map(|word| word.split(' ')).map(str::to_owned).collect())
}

pub(super) const INVALID: &str = "% Invalid input detected at '^' marker.\n";

/// One command outside of the configuration.
pub(crate) fn run(console: &mut Terminal, world: &mut World, line: &str) -> Turn<Terminal> {
    let (command, pipe) = match line.split_once('|') {
        Some((command, pipe)) => (command, Some(pipe)),
        None => (line, None),
    };
    let words: Vec<&str> = command.split_whitespace().collect();
    if words.is_empty() || line.trim_start().starts_with('!') {
        return Turn::silent();
    }
    let stamp = console.stamp(world);
    let Some(found) = read(&COMMANDS, &words).or_else(|| read(&SHOWS, &words)) else {
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
        _ => {
            let told = tell(console, world, &found);
            let told = match pipe {
                Some(pipe) => piped(&told, pipe).unwrap_or_else(|_| INVALID.to_owned()),
                None => told,
            };
            Turn::say(told).after(&stamp)
        }
    }
}

/// One command in the configuration mode that only looks.
pub(crate) fn in_configuration(console: &mut Terminal, world: &mut World, words: &[&str]) -> Turn<Terminal> {
    let own = read(&LOOKS, words);
    let words: Vec<&str> = match (&own, words) {
        (Some(found), _) => found.iter().map(String::as_str).collect(),
        (None, rest) => {
            let Some(found) = read(&COMMANDS, rest)
                .or_else(|| read(&SHOWS, rest))
                .filter(|found| found.first().is_some_and(|word| word == "show"))
            else {
                return Turn::say(INVALID);
            };
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            return Turn::say(tell(console, world, &found));
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
        other => tell(console, world, other),
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

fn tell(console: &Terminal, world: &World, words: &[&str]) -> String {
    let Some(xr) = console.xr(world) else { return String::new() };
    let look = Look { world, router: console.router, xr, now: Instant::now() };
    match words {
        ["show", "clock"] => format!("{}\n", calendar(xr.database.clock.at(look.now))),
        ["show", "running-config"] => {
            format!("Building configuration...\n{}\n", xr.printed(xr.database.running()))
        }
        ["show", "running-config", section @ ..] => running_section(xr, &section.join(" ")),
        ["ping", rest @ ..] => show::ping(look, rest),
        ["traceroute", rest @ ..] => show::traceroute(look, rest),
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
        other => show::answer(look, other).unwrap_or_else(|| INVALID.to_owned()),
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
