//! What the examples share: bars for progress, colours for a diff, and how a router is reached.

pub mod job;
pub mod sample;
pub mod simulation;
pub mod source;

use std::fmt::Display;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;

use peering_core::driver::{Target, Wire};
use peering_core::{Diff, Result};

/// The environment variable that the examples take a router's password from.
pub const PASSWORD: &str = "PEERING_PASSWORD";

/// A router from `platform://user@host:port`. The password comes from [`PASSWORD`]; the SSH agent and the user's own
/// ed25519 key are tried first. With `PEERING_RECORD=FILE` the session is kept in a transcript; with `PEERING_REPLAY=FILE` a
/// transcript answers, not the router.
pub fn target(url: &str) -> Result<(String, Target)> {
    let (platform, mut target) = Target::from_url(url)?;
    let credentials = &mut target.credentials;
    if credentials.username.is_empty() {
        credentials.username = std::env::var("USER").unwrap_or_default();
    }
    credentials.password = std::env::var(PASSWORD).ok().map(Into::into);
    credentials.agent = std::env::var_os("SSH_AUTH_SOCK").is_some();
    credentials.private_key = std::env::var_os("HOME")
        .map(|home| PathBuf::from(home).join(".ssh/id_ed25519"))
        .filter(|key| credentials.password.is_none() && key.exists());
    let file = |name| std::env::var_os(name).map(PathBuf::from);
    target.wire = match (file("PEERING_RECORD"), file("PEERING_REPLAY")) {
        (Some(file), _) => Wire::Record(file),
        (None, Some(file)) => Wire::Replay(file),
        (None, None) => Wire::Live,
    };
    Ok((platform, target))
}

/// A heading between the steps of an example.
pub fn step(text: impl Display) {
    println!("\n{}", paint("1", format!("── {text}")));
}

/// A diff in colours, indented, with its secrets redacted.
pub fn show_diff(diff: &Diff) {
    for line in diff.to_string().lines() {
        match line.chars().next() {
            Some('+') => println!("  {}", paint("32", line)),
            Some('-') => println!("  {}", paint("31", line)),
            _ => println!("  {line}"),
        }
    }
}

/// Text in one of the terminal's colours, where there is a terminal and nobody objects (`NO_COLOR`).
pub fn paint(code: &str, text: impl Display) -> String {
    if stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_string()
    }
}
