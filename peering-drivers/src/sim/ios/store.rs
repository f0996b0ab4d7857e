//! What is kept beside the running configuration: files, the saved configuration, the archive, the revert timer.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

use super::Device;
use super::apply::{Complaint, Node, load_all};
use super::diff::commands;
use crate::sim::fault::{FaultKind, FaultPoint};

/// The file system that files are on.
pub(crate) const FLASH: &str = "flash:";
/// How many bytes it has.
pub(crate) const SIZE: usize = 256 << 20;

/// A change that is taken back when nobody confirms it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    before: Node,
    pub(crate) number: u64,
    pub(crate) user: String,
    pub(crate) minutes: u32,
    pub(crate) is_idle: bool,
    pub(crate) configured: String,
    pub(crate) deadline: Instant,
}

/// Everything that is kept beside the running configuration.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) startup: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Names of archived configurations, oldest first.
    pub(crate) archived: Vec<String>,
    pub(crate) pending: Option<Pending>,
    pub(crate) minute: Duration,
    count: u64,
}

impl Store {
    pub(crate) fn new(minute: Duration) -> Store {
        let image = (IMAGE.to_owned(), vec![0; 1024]);
        Store {
            startup: String::new(),
            files: BTreeMap::from([image]),
            archived: Vec::new(),
            pending: None,
            minute: minute.max(Duration::from_millis(1)),
            count: 0,
        }
    }

    pub(crate) fn used(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }
}

/// The image that it has started from.
pub(crate) const IMAGE: &str = "isr-universalk9.bin";

/// The file's name in a path on flash; `None` when the path is elsewhere.
pub(crate) fn on_flash(path: &str) -> Option<&str> {
    let name = match path.split_once(':') {
        Some(("flash" | "bootflash", name)) => name,
        Some(_) => return None,
        None => path,
    };
    Some(name.trim_start_matches('/')).filter(|name| !name.is_empty())
}

/// What became of a replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// In force; the commands that it took.
    Done(Vec<String>),
    /// Not a whole configuration.
    NotValid,
    /// Lines were refused: those; whether the old configuration is back.
    Failed(Vec<String>, bool),
}

impl Device {
    /// A configuration by its URL, with a missing one's words.
    pub(crate) fn text(&self, url: &str) -> Result<String, String> {
        match url.trim_start_matches("system:").trim_start_matches("nvram:").trim_start_matches('/') {
            "running-config" => return Ok(self.running.print()),
            "startup-config" => return Ok(self.store.startup.clone()),
            _ => {}
        }
        let missing = || format!("%Error opening {url} (No such file or directory)");
        let name = on_flash(url).ok_or_else(missing)?;
        let bytes = self.store.files.get(name).ok_or_else(missing)?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    /// A configuration text as a tree, with the lines that are refused.
    pub(crate) fn read(&self, text: &str) -> (Node, Vec<String>) {
        let mut tree = Device::clean(&self.chassis.ports, &self.version);
        let failed = load_all(&mut tree, text);
        (tree, failed.into_iter().map(|(_, line, _)| line).collect())
    }

    /// Saves the running configuration.
    pub(crate) fn save(&mut self) -> Result<(), String> {
        if let Some(FaultKind::Fail { output, .. }) = self.chassis.faults.strike(|at| *at == FaultPoint::Save)
        {
            return Err(output);
        }
        self.store.startup = self.running.print();
        Ok(())
    }

    /// Merges a text into the running configuration: the lines that are refused.
    pub(crate) fn merge(&mut self, text: &str) -> Vec<(String, Complaint)> {
        let mut tree = self.running.clone();
        let failed = load_all(&mut tree, text);
        self.install(tree);
        failed.into_iter().map(|(_, line, complaint)| (line, complaint)).collect()
    }

    /// Replaces the running configuration by a text.
    pub(crate) fn replace(&mut self, text: &str, reverts_on_error: bool) -> Replaced {
        let has = |start: &str| text.lines().any(|line| line.trim_end().starts_with(start));
        if !has("version ") || !text.lines().any(|line| line.trim_end() == "end") {
            return Replaced::NotValid;
        }
        let (tree, failed) = self.read(text);
        if !failed.is_empty() && reverts_on_error {
            return Replaced::Failed(failed, true);
        }
        let list = commands(&self.running, &tree);
        self.install(tree);
        if failed.is_empty() { Replaced::Done(list) } else { Replaced::Failed(failed, false) }
    }

    /// Archives the running configuration: the file's name.
    pub(crate) fn archive(&mut self) -> Option<String> {
        let lead = self.view.archive.clone()?;
        self.store.count += 1;
        let name = format!(
            "{lead}-{}-{}",
            now().strftime("%b-%e-%H-%M-%S.000").to_string().replace(' ', ""),
            self.store.count
        );
        let file = on_flash(&name)?.to_owned();
        let text = self.running.print();
        self.store.files.insert(file, text.into_bytes());
        self.store.archived.push(name.clone());
        Some(name)
    }

    /// Arms the revert timer with the configuration as it is now: its number and when it runs out.
    pub(crate) fn arm(&mut self, user: &str, minutes: u32, is_idle: bool) -> (u64, Instant) {
        self.store.count += 1;
        let deadline = Instant::now() + self.store.minute * minutes;
        let configured = now().strftime("%H:%M:%S UTC %a %b %-d %Y").to_string();
        let (before, number, user) = (self.running.clone(), self.store.count, user.to_owned());
        self.store.pending = Some(Pending { before, number, user, minutes, is_idle, configured, deadline });
        (number, deadline)
    }

    /// Puts the configuration of before the pending change back; whether there was one.
    pub(crate) fn revert(&mut self) -> bool {
        match self.store.pending.take() {
            Some(pending) => {
                self.install(pending.before);
                true
            }
            None => false,
        }
    }

    /// The timer of a pending change runs out; one that was killed does nothing.
    pub(crate) fn expire(&mut self, number: u64) {
        let is_due = |pending: &Pending| pending.number == number && pending.deadline <= Instant::now();
        if !self.store.pending.as_ref().is_some_and(is_due) {
            return;
        }
        if self.chassis.faults.strike(|at| *at == FaultPoint::Timer).is_none() {
            self.revert();
        }
    }
}

/// What time it is.
pub(crate) fn now() -> jiff::Zoned {
    Timestamp::now().to_zoned(TimeZone::UTC)
}
