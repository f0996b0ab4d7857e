//! Commands on files: `copy`, `delete`, `dir`, `more`, `verify`, `write`.

use super::console::Ios;
use super::store::{FLASH, SIZE, now, on_flash};
use crate::sim::fabric::World;
use crate::sim::shell::{Reads, Turn};

/// Runs one of them.
pub(crate) fn run(console: &mut Ios, world: &mut World, words: &[&str]) -> Turn<Ios> {
    let Some(device) = console.device(world) else { return Turn::silent() };
    match words {
        ["write", "terminal"] => Turn::say(super::show::running_config(device)),
        ["write", ..] => save(console, world),
        ["copy", .., from, to] => copy(console, world, (*from).to_owned(), (*to).to_owned()),
        ["delete", rest @ ..] => {
            let url = rest.last().copied().unwrap_or_default();
            let is_forced = rest.contains(&"/force") || device.view.is_quiet;
            delete(console, world, url.to_owned(), is_forced)
        }
        ["more", url] => match device.text(url) {
            Ok(text) => Turn::say(text),
            Err(words) => Turn::say(format!("{words}\n")),
        },
        ["dir", rest @ ..] => Turn::say(dir(console, world, rest.first().copied().unwrap_or(FLASH))),
        ["verify", "/md5", url, rest @ ..] => {
            let Some(bytes) = on_flash(url).and_then(|name| device.store.files.get(name)) else {
                return Turn::say(format!("%Error opening {url} (No such file or directory)\n"));
            };
            let sum = format!("{:x}", md5::compute(bytes));
            let dots = ".".repeat(bytes.len() / 4096 + 1);
            match rest.first() {
                None => Turn::say(format!("{dots}Done!\nverify /md5 ({url}) = {sum}\n\n")),
                Some(given) if given.eq_ignore_ascii_case(&sum) => {
                    Turn::say(format!("{dots}Done!\nVerified ({url}) = {sum}\n\n"))
                }
                Some(given) => Turn::say(format!(
                    "{dots}Done!\n%Error verifying {url}\nComputed signature  = {sum}\nSubmitted signature = {given}\n"
                )),
            }
        }
        _ => Turn::silent(),
    }
}

fn save(console: &mut Ios, world: &mut World) -> Turn<Ios> {
    match console.device_mut(world).map(super::Device::save) {
        Some(Err(words)) => Turn::say(format!("{words}\n")),
        _ => Turn::say("Building configuration...\n[OK]\n"),
    }
}

fn bare(url: &str) -> &str {
    url.rsplit([':', '/']).next().unwrap_or(url)
}

/// Asks where to, and whether to write over, unless `file prompt quiet` is configured.
fn copy(console: &mut Ios, world: &mut World, from: String, to: String) -> Turn<Ios> {
    let Some(device) = console.device(world) else { return Turn::silent() };
    if from != "null:"
        && let Err(words) = device.text(&from)
    {
        return Turn::say(format!("{words}\n"));
    }
    if device.view.is_quiet {
        return copy_now(console, world, &from, &to);
    }
    let offered = match (to.as_str(), bare(&to)) {
        ("running-config" | "startup-config", _) => to.clone(),
        (_, "") => bare(&from).to_owned(),
        (_, name) => name.to_owned(),
    };
    let question = format!("Destination filename [{offered}]? ");
    Turn::ask(question, Reads::Line, move |console: &mut Ios, world, answer| {
        let Some(answer) = answer.map(str::trim) else { return Turn::silent() };
        let name = if answer.is_empty() { offered.as_str() } else { answer };
        let to = match to.split_once(':') {
            Some((device, _)) if !name.contains(':') => format!("{device}:{name}"),
            _ => name.to_owned(),
        };
        let is_there = console
            .device(world)
            .is_some_and(|device| on_flash(&to).is_some_and(|name| device.store.files.contains_key(name)));
        if !is_there {
            return copy_now(console, world, &from, &to);
        }
        let question =
            "%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]";
        Turn::ask(question, Reads::Key, move |console: &mut Ios, world, answer| {
            match answer.is_some_and(|answer| answer.is_empty() || answer.eq_ignore_ascii_case("y")) {
                true => copy_now(console, world, &from, &to),
                false => Turn::silent(),
            }
        })
    })
}

fn copy_now(console: &mut Ios, world: &mut World, from: &str, to: &str) -> Turn<Ios> {
    let is_startup = |url: &str| matches!(url, "startup-config" | "nvram:startup-config");
    let is_running = |url: &str| matches!(url, "running-config" | "system:running-config");
    if is_running(from) && is_startup(to) {
        return save(console, world);
    }
    let text = match from {
        "null:" => String::new(),
        _ => match console.device(world).map(|device| device.text(from)) {
            Some(Ok(text)) => text,
            Some(Err(words)) => return Turn::say(format!("{words}\n")),
            None => return Turn::silent(),
        },
    };
    let Some(device) = console.device_mut(world) else { return Turn::silent() };
    let size = text.len();
    let mut out = String::new();
    if is_running(to) {
        for (line, complaint) in device.merge(&text) {
            out.push_str(&format!("{line}\n{}", complaint.print(0)));
        }
        world.settle(tokio::time::Instant::now());
    } else if is_startup(to) {
        device.store.startup = text;
    } else if let Some(name) = on_flash(to) {
        device.store.files.insert(name.to_owned(), text.into_bytes());
    } else {
        return Turn::say(format!("%Error opening {to} (Invalid argument)\n"));
    }
    out.push_str(&format!("{size} bytes copied in 0.136 secs ({} bytes/sec)\n", size * 1000 / 136));
    Turn::say(out)
}

fn delete(console: &mut Ios, world: &mut World, url: String, is_forced: bool) -> Turn<Ios> {
    if is_forced {
        return delete_now(console, world, &url);
    }
    let name = bare(&url).to_owned();
    Turn::ask(format!("Delete filename [{name}]? "), Reads::Line, move |_: &mut Ios, _, answer| {
        let Some(answer) = answer.map(str::trim) else { return Turn::silent() };
        let name = if answer.is_empty() { name } else { answer.to_owned() };
        let url = format!("{FLASH}{name}");
        let question = format!("Delete {FLASH}/{name}? [confirm]");
        Turn::ask(question, Reads::Key, move |console: &mut Ios, world, answer| {
            match answer.is_some_and(|answer| answer.is_empty() || answer.eq_ignore_ascii_case("y")) {
                true => delete_now(console, world, &url),
                false => Turn::say("Delete of file aborted!\n"),
            }
        })
    })
}

fn delete_now(console: &mut Ios, world: &mut World, url: &str) -> Turn<Ios> {
    let gone = console.device_mut(world).and_then(|device| device.store.files.remove(on_flash(url)?));
    match gone {
        Some(_) => Turn::silent(),
        None => Turn::say(format!("%Error deleting {url} (No such file or directory)\n")),
    }
}

fn dir(console: &Ios, world: &World, url: &str) -> String {
    let Some(device) = console.device(world) else { return String::new() };
    let (system, name) = url.split_once(':').unwrap_or((url, ""));
    if !matches!(system, "flash" | "bootflash") {
        return format!("%Error opening {url} (Invalid argument)\n");
    }
    let name = name.trim_start_matches('/');
    let date = now().strftime("%b %-d %Y %H:%M:%S +00:00").to_string();
    let free = SIZE.saturating_sub(device.store.used());
    let total = format!("\n{SIZE} bytes total ({free} bytes free)\n");
    let line =
        |index: usize, name: &str, size: usize| format!("{index:>5}  -rw-  {size:>11}  {date}  {name}\n");
    if name.is_empty() {
        let files = device.store.files.iter().enumerate();
        let lines: String = files.map(|(index, (name, bytes))| line(index + 1, name, bytes.len())).collect();
        return format!("Directory of {system}:/\n\n{lines}{total}");
    }
    match device.store.files.get(name) {
        Some(bytes) => format!("Directory of {system}:/{name}\n\n{}{total}", line(1, name, bytes.len())),
        None => format!("%Error opening {system}:/{name} (No such file or directory)\n"),
    }
}
