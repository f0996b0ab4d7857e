//! The commands outside the configuration mode.

use std::net::IpAddr;
use std::sync::LazyLock;

use tokio::time::Instant;

use super::apply::{Complaint, column};
use super::console::{Ios, Place};
use super::modes::Mode;
use super::store::{Replaced, on_flash};
use super::{files, show};
use crate::sim::fabric::World;
use crate::sim::lines::{Cursor, Progress, Rule, table};
use crate::sim::shell::{Console as _, Reads, Turn};

const COMMANDS: &str = "
    enable [ <num> ]
    disable
    exit
    logout
    quit
    terminal length|width <num>
    terminal no monitor
    terminal monitor
    configure terminal
    configure terminal revert timer <num>
    configure terminal revert timer idle <num>
    configure confirm
    configure revert now
    configure revert timer <num>
    configure revert timer idle <num>
    configure replace <word> [ list ] [ force ] [ ignorecase ] [ nolock ]
    configure replace <word> [ list ] [ force ] [ ignorecase ] revert trigger error [ timer <num> ]
    configure replace <word> [ list ] [ force ] [ ignorecase ] revert trigger timer <num>
    configure replace <word> [ list ] [ force ] [ ignorecase ] revert timer <num>
    configure replace <word> [ list ] [ force ] [ ignorecase ] time <num>
    archive config
    write [ memory|terminal ]
    copy [ /noverify ] <word> <word>
    delete [ /force ] [ /recursive ] <word>
    more <word>
    dir [ <word> ]
    verify /md5 <word> [ <word> ]
    tclsh
    reload [ in ] [ <word> ]
    clear ip|ipv6 bgp <word> [ soft ] [ in|out ]
    clear bgp ipv4|ipv6 unicast <word> [ soft ] [ in|out ]
    clear line <num>
    ping ...
    traceroute ...
    show ...
";

static TABLE: LazyLock<Vec<Rule<Mode>>> = LazyLock::new(|| table(COMMANDS));

/// Recognises a command; shortened words are written out.
pub(crate) fn recognise(rules: &[Rule<Mode>], words: &[&str]) -> Result<Vec<String>, Progress> {
    let mut progress = Progress::default();
    for is_loose in [false, true] {
        for rule in rules {
            if let Some(found) = rule.find(words, is_loose, &mut progress) {
                // the rest of a line is one piece there
                return Ok(found.words.join(" ").split(' ').map(str::to_owned).collect());
            }
        }
    }
    Err(progress)
}

/// What a command that is not understood answers; the marker stands under the line as it was typed.
pub(crate) fn refused(console: &Ios, world: &World, line: &str, progress: Progress) -> Turn<Ios> {
    let complaint =
        if progress.is_short { Complaint::Incomplete } else { Complaint::At(column(line, progress.word)) };
    Turn::say(complaint.print(console.prompt(world).chars().count()))
}

/// Runs a command.
pub(crate) fn run(console: &mut Ios, world: &mut World, line: &str) -> Turn<Ios> {
    let typed = line.trim();
    if typed.is_empty() || typed.starts_with('!') {
        return Turn::silent();
    }
    let (command, pipe) = match typed.split_once('|') {
        Some((command, pipe)) => (command.trim_end(), Some(pipe.trim())),
        None => (typed, None),
    };
    let words: Vec<&str> = command.split_whitespace().collect();
    let found = match recognise(&TABLE, &words) {
        Ok(found) => found,
        Err(progress) => return refused(console, world, line, progress),
    };
    let words: Vec<&str> = found.iter().map(String::as_str).collect();
    let is_privileged = console.place != Place::Exec;
    let is_open = matches!(
        words.first(),
        Some(
            &("enable"
                | "disable"
                | "exit"
                | "logout"
                | "quit"
                | "terminal"
                | "show"
                | "ping"
                | "traceroute")
        )
    );
    if !is_privileged && !is_open {
        return refused(console, world, line, Progress { word: 0, is_short: false });
    }
    match words.as_slice() {
        ["show", ..] => show::answer(console, world, line, &words, pipe),
        ["enable", ..] if is_privileged => Turn::silent(),
        ["enable", ..] => enable(console, 0),
        ["disable"] => {
            console.place = Place::Exec;
            Turn::silent()
        }
        ["exit" | "logout" | "quit"] => Turn::end(""),
        ["terminal", "length", rows] => {
            console.screen.length = rows.parse().unwrap_or(24);
            Turn::silent()
        }
        ["terminal", "width", columns] => {
            console.screen.width = columns.parse().unwrap_or(80);
            Turn::silent()
        }
        ["terminal", ..] => Turn::silent(),
        ["configure", rest @ ..] => configure(console, world, rest),
        ["archive", "config"] => match console.device_mut(world).and_then(super::Device::archive) {
            Some(_) => Turn::silent(),
            None => Turn::say("%Archive path not configured\n"),
        },
        ["tclsh"] => {
            console.place = Place::Tcl(String::new());
            Turn::silent()
        }
        ["reload", ..] => Turn::say("%Reload is not allowed on this router\n"),
        ["clear", "line", ..] => Turn::say("[OK]\n"),
        ["clear", rest @ ..] => clear(console, world, rest),
        ["ping" | "traceroute", rest @ ..] => {
            show::probe(console, world, words.first() == Some(&"ping"), rest)
        }
        _ => files::run(console, world, &words),
    }
}

/// Asks for the password, three times at most.
fn enable(console: &mut Ios, tries: u32) -> Turn<Ios> {
    if console.enable_secret.is_none() {
        return Turn::say("% No password set\n");
    }
    Turn::ask("Password: ", Reads::Hidden, move |console: &mut Ios, _, answer| {
        if answer.is_some() && answer == console.enable_secret.as_deref() {
            console.place = Place::Privileged;
            return Turn::silent();
        }
        match answer {
            Some(_) if tries < 2 => enable(console, tries + 1),
            Some(_) => Turn::say("% Bad secrets\n\n"),
            None => Turn::silent(),
        }
    })
}

const NO_ARCHIVE: &str = "%Please turn config archive on before using the rollback timer\n";

fn configure(console: &mut Ios, world: &mut World, words: &[&str]) -> Turn<Ios> {
    let has_archive = console.device(world).is_some_and(|device| device.view.archive.is_some());
    let pending = console.device(world).is_some_and(|device| device.store.pending.is_some());
    let enter = |console: &mut Ios, text: &str| {
        console.place = Place::Configuration(Cursor::default());
        Turn::say(format!("{text}Enter configuration commands, one per line.  End with CNTL/Z.\n"))
    };
    match words {
        ["terminal"] => enter(console, ""),
        ["terminal", "revert", "timer", rest @ ..] => {
            if !has_archive {
                return Turn::say(NO_ARCHIVE);
            }
            if pending {
                return Turn::say("%A rollback confirmed change is already pending\n");
            }
            let name = arm(console, world, rest);
            enter(
                console,
                &format!("Rollback Confirmed Change: Backing up current running config to {name}\n\n"),
            )
        }
        ["confirm"] => match console.device_mut(world).and_then(|device| device.store.pending.take()) {
            Some(_) => Turn::silent(),
            None => Turn::say("%No Rollback Confirmed Change pending\n"),
        },
        ["revert", "now"] => match console.device_mut(world).is_some_and(super::Device::revert) {
            true => Turn::say(
                "Rollback Confirmed Change: rolling back\n\nTotal number of passes: 1\nRollback Done\n\n",
            ),
            false => Turn::say("%No Rollback Confirmed Change pending\n"),
        },
        ["revert", "timer", rest @ ..] => {
            let minutes = minutes(rest);
            let again = console.device_mut(world).and_then(|device| {
                let deadline = Instant::now() + device.store.minute * minutes;
                let pending = device.store.pending.as_mut()?;
                (pending.minutes, pending.deadline) = (minutes, deadline);
                Some((pending.number, deadline))
            });
            match again {
                Some((number, deadline)) => {
                    console.wake(number, deadline);
                    Turn::silent()
                }
                None => Turn::say("%No Rollback Confirmed Change pending\n"),
            }
        }
        ["replace", url, options @ ..] => {
            let needs_archive = options.contains(&"timer") || options.contains(&"time");
            if needs_archive && !has_archive {
                return Turn::say(NO_ARCHIVE);
            }
            if pending {
                return Turn::say("%A rollback confirmed change is already pending\n");
            }
            let options: Vec<String> = options.iter().map(|word| (*word).to_owned()).collect();
            replace(console, world, (*url).to_owned(), options)
        }
        _ => Turn::silent(),
    }
}

fn minutes(words: &[&str]) -> u32 {
    words.iter().rev().find_map(|word| word.parse().ok()).unwrap_or(1)
}

/// Archives, and starts the timer: where the archive is.
fn arm(console: &mut Ios, world: &mut World, words: &[&str]) -> String {
    let (user, is_idle) = (console.user.clone(), words.first() == Some(&"idle"));
    let Some(device) = console.device_mut(world) else { return String::new() };
    let name = device.archive().unwrap_or_default();
    let (number, deadline) = device.arm(&user, minutes(words), is_idle);
    console.wake(number, deadline);
    name
}

fn replace(console: &mut Ios, world: &mut World, url: String, options: Vec<String>) -> Turn<Ios> {
    let is_there = console.device(world).map(|device| device.text(&url));
    if let Some(Err(words)) = is_there {
        return Turn::say(format!("{words}\n"));
    }
    if options.iter().any(|word| word == "force") {
        return replace_now(console, world, &url, &options);
    }
    let text = "This will apply all necessary additions and deletions\n\
                to replace the current running configuration with the\n\
                contents of the specified configuration file, which is\n\
                assumed to be a complete configuration, not a partial\n\
                configuration. Enter Y if you are sure you want to proceed. ? [no]: ";
    Turn::ask(text, Reads::Line, move |console: &mut Ios, world, answer| {
        let is_yes = answer.is_some_and(|answer| {
            let answer = answer.trim().to_ascii_lowercase();
            !answer.is_empty() && "yes".starts_with(&answer)
        });
        match is_yes {
            true => replace_now(console, world, &url, &options),
            false => Turn::silent(),
        }
    })
}

fn replace_now(console: &mut Ios, world: &mut World, url: &str, options: &[String]) -> Turn<Ios> {
    let has = |word: &str| options.iter().any(|own| own == word);
    let Some(Ok(text)) = console.device(world).map(|device| device.text(url)) else { return Turn::silent() };
    let mut out = String::new();
    if has("timer") || has("time") {
        let words: Vec<&str> = options.iter().map(String::as_str).collect();
        let name = arm(console, world, &words);
        out.push_str(&format!("Rollback Confirmed Change: Backing up current running config to {name}\n\n"));
    }
    let Some(device) = console.device_mut(world) else { return Turn::silent() };
    let done = device.replace(&text, has("error"));
    if matches!(done, Replaced::NotValid | Replaced::Failed(_, true)) {
        device.store.pending = None;
    }
    world.settle(Instant::now());
    out.push_str(&match done {
        Replaced::Done(list) => {
            let passes = u32::from(!list.is_empty());
            let shown = if has("list") && !list.is_empty() {
                format!("!Pass 1\n\n!List of Rollback Commands:\n{}\nend\n\n\n", list.join("\n"))
            } else {
                String::new()
            };
            format!("{shown}Total number of passes: {passes}\nRollback Done\n\n")
        }
        Replaced::NotValid => "%The input file is not a valid config file.\n".to_owned(),
        Replaced::Failed(lines, is_restored) => {
            let restored = match is_restored {
                true => "The original configuration has been successfully restored.\n",
                false => "",
            };
            format!(
                "The following commands are failed to apply to the IOS image.\n********\n{}\n********\n\
                 Total number of passes: 5\nRollback aborted after 5 passes\n{restored}\n",
                lines.join("\n")
            )
        }
    });
    Turn::say(out)
}

fn clear(console: &mut Ios, world: &mut World, words: &[&str]) -> Turn<Ios> {
    let known = ["ip", "ipv6", "ipv4", "bgp", "unicast"];
    let who = words.iter().find(|word| !known.contains(word)).copied().unwrap_or_default();
    let address: Option<IpAddr> = who.parse().ok();
    if address.is_none() && who != "*" {
        return Turn::say("%BGP: Unknown neighbor\n");
    }
    let is_soft = words.contains(&"soft");
    let now = Instant::now();
    if let Some(device) = console.device_mut(world) {
        for (own, session) in &mut device.chassis.sessions {
            if !is_soft && address.is_none_or(|address| address == *own) {
                session.clear(now);
            }
        }
    }
    world.settle(now);
    Turn::silent()
}

/// A line at the Tcl shell: what writes a file, and what leaves.
pub(crate) fn tcl(console: &mut Ios, world: &mut World, line: &str) -> Turn<Ios> {
    let Place::Tcl(so_far) = &console.place else { return Turn::silent() };
    let whole = if so_far.is_empty() { line.to_owned() } else { format!("{so_far}\n{line}") };
    let depth = whole.matches('{').count() as i64 - whole.matches('}').count() as i64;
    if depth > 0 {
        console.place = Place::Tcl(whole);
        return Turn::silent();
    }
    console.place = Place::Tcl(String::new());
    let typed = whole.trim();
    if matches!(typed, "tclquit" | "exit") {
        console.place = Place::Privileged;
        return Turn::silent();
    }
    if typed.is_empty() {
        return Turn::silent();
    }
    match written(typed) {
        Some((url, text)) => match (on_flash(url), console.device_mut(world)) {
            (Some(name), Some(device)) => {
                device.store.files.insert(name.to_owned(), text.into_bytes());
                Turn::silent()
            }
            _ => Turn::say(format!("couldn't open \"{url}\": no such file or directory\n")),
        },
        None => {
            let word = typed.split_whitespace().next().unwrap_or_default().to_owned();
            console.place = Place::Privileged;
            let turn = run(console, world, typed);
            console.place = Place::Tcl(String::new());
            if turn.text.contains("% Invalid input") {
                return Turn::say(format!("invalid command name \"{word}\"\n"));
            }
            turn
        }
    }
}

/// `puts [open "FILE" w+] {TEXT}`: the file, and what is written to it, with the line end that `puts` adds.
fn written(command: &str) -> Option<(&str, String)> {
    let rest = command.strip_prefix("puts")?.trim_start();
    let (is_bare, rest) = match rest.strip_prefix("-nonewline") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let (open, text) = rest.strip_prefix("[open ")?.split_once(']')?;
    let url = open.split_whitespace().next()?.trim_matches('"');
    let text = text.trim_start().strip_prefix('{')?.strip_suffix('}')?;
    Some((url, format!("{text}{}", if is_bare { "" } else { "\n" })))
}
