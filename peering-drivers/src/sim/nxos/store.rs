//! Files, checkpoints, and the rollback to one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Device;
use super::apply::{self, load};
use super::patch::patch;
use super::tree::Node;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::lines::Cursor;

/// How many checkpoints with a name there may be; the oldest goes.
const MOST_CHECKPOINTS: usize = 10;

/// By this line a file is known as a checkpoint.
pub(crate) const HEAD: &str = "!Command: Checkpoint cmd vdc 1";

/// A checkpoint with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) text: String,
    pub(crate) user: String,
    pub(crate) at: Timestamp,
    pub(crate) description: String,
    /// Counts them.
    number: u64,
}

/// Everything that is kept beside the running configuration.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) startup: Option<String>,
    /// When it was saved last.
    pub(crate) saved: Option<Timestamp>,
    /// On `bootflash:`, by name.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) checkpoints: BTreeMap<String, Checkpoint>,
    made: u64,
    /// A rollback that is at work.
    rolling: Option<Rolling>,
}

/// A rollback that takes its time.
#[derive(Debug)]
struct Rolling {
    until: Instant,
    tree: Node,
}

impl Store {
    /// The machine goes down in the middle of it.
    pub(crate) fn forget_rollback(&mut self) {
        self.rolling = None;
    }
}

/// The name of a file on `bootflash:`, where a URL is one.
pub(crate) fn on_flash(url: &str) -> Option<String> {
    let path = match url.split_once(':') {
        Some(("bootflash" | "volatile", path)) => path.strip_prefix("//sup-local").unwrap_or(path),
        Some(_) => return None,
        None => url.strip_prefix("/bootflash").unwrap_or(url),
    };
    let path = path.trim_start_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

/// What happens when a line of a rollback fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// All of it, or nothing.
    Atomic,
    /// All but the lines that fail.
    BestEffort,
    /// What is before the line.
    StopAtFirstFailure,
}

impl Device {
    /// The running configuration as a checkpoint has it.
    pub(crate) fn checkpoint_text(&self) -> String {
        let now = Timestamp::now().strftime("%a %b %e %H:%M:%S %Y");
        format!("{HEAD}\n!Time: {now}\n\nversion {} Bios:version  \n{}", self.version, self.running.print())
    }

    /// Takes a checkpoint; its name comes back.
    pub(crate) fn checkpoint(&mut self, name: Option<&str>, user: &str, description: String) -> String {
        let text = self.checkpoint_text();
        self.store.made += 1;
        let number = self.store.made;
        let name = name.map_or_else(|| format!("user-checkpoint-{number}"), str::to_owned);
        let checkpoint =
            Checkpoint { text, user: user.to_owned(), at: Timestamp::now(), description, number };
        self.store.checkpoints.insert(name.clone(), checkpoint);
        let oldest = self.store.checkpoints.iter().min_by_key(|(_, own)| own.number);
        if let Some(oldest) =
            oldest.map(|(name, _)| name.clone()).filter(|_| self.store.checkpoints.len() > MOST_CHECKPOINTS)
        {
            self.store.checkpoints.remove(&oldest);
        }
        name
    }

    /// The text of a file.
    pub(crate) fn file(&self, url: &str) -> Result<String, String> {
        let bytes = on_flash(url).and_then(|path| self.store.files.get(&path));
        let bytes = bytes.ok_or_else(|| "No such file or directory".to_owned())?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The configuration that a command names: `running-config`, `startup-config`, `file F`, `checkpoint C`, and what of
    /// the words comes after it.
    pub(crate) fn source<'w>(&self, words: &'w [&'w str]) -> Result<(Node, &'w [&'w str]), String> {
        let read = |text: &str| {
            let mut tree = Device::clean(&self.chassis.ports);
            // Lines that do not read are missing in the difference, too.
            self.apply(&mut tree, text, Care::BestEffort).map(|()| tree)
        };
        match words {
            ["running-config", rest @ ..] => Ok((self.running.clone(), rest)),
            ["startup-config", rest @ ..] => {
                Ok((read(self.store.startup.as_deref().unwrap_or_default())?, rest))
            }
            ["file", url, rest @ ..] => Ok((read(&self.file(url)?)?, rest)),
            ["checkpoint", name, rest @ ..] => {
                let found = self.store.checkpoints.get(*name);
                let found = found.ok_or_else(|| format!("Checkpoint {name} does not exist"))?;
                Ok((read(&found.text)?, rest))
            }
            _ => Err("% Invalid command at '^' marker.".to_owned()),
        }
    }

    fn apply(&self, tree: &mut Node, text: &str, care: Care) -> Result<(), String> {
        if care != Care::BestEffort {
            return load(tree, text).map_err(|(line, words)| format!("{words} (line {line})"));
        }
        let mut cursor = Cursor::default();
        for line in text.lines().filter(|line| !line.starts_with("version ")) {
            let _ = apply::execute(&mut cursor, tree, line);
        }
        Ok(())
    }

    /// What would make the second configuration of the first, as `show diff rollback-patch` prints it.
    pub(crate) fn diff(&self, words: &[&str]) -> Result<String, String> {
        let (from, rest) = self.source(words)?;
        let (to, _) = self.source(rest)?;
        let patch = patch(&from, &to);
        let body =
            if patch.is_empty() { "Rollback Patch is Empty\n".to_owned() } else { format!("!!\n{patch}") };
        Ok(format!("Collecting Running-Config\n#Generating Rollback Patch\n{body}"))
    }

    /// Ends a rollback whose time is over.
    pub(crate) fn catch_up(&mut self) {
        if let Some(rolling) = self.store.rolling.take_if(|rolling| rolling.until <= Instant::now()) {
            self.install(rolling.tree);
        }
    }

    /// Whether a rollback is at work, as far as the last look goes.
    pub(crate) fn is_rolling(&self) -> bool {
        self.store.rolling.is_some()
    }

    /// What runs at this moment.
    pub(crate) fn at_present(&self) -> &Node {
        let due = self.store.rolling.as_ref().filter(|rolling| rolling.until <= Instant::now());
        due.map_or(&self.running, |rolling| &rolling.tree)
    }

    /// Goes to a file or a checkpoint: the words, and whether it was done.
    pub(crate) fn rollback(&mut self, words: &[&str], care: Care) -> Result<String, String> {
        let head = "Note: Applying config parallelly may fail Rollback verification\nCollecting Running-Config\n\
                    #Generating Rollback Patch\n";
        let failed = |words: String| format!("{head}{words}\nRollback failed.\n");
        let text = match words {
            ["file", url] => {
                let text = self.file(url).map_err(failed)?;
                if !text.starts_with(HEAD) {
                    return Err(failed(format!("ERROR: {url} is not a checkpoint file")));
                }
                text
            }
            ["checkpoint", name] => {
                let found = self.store.checkpoints.get(*name);
                found.ok_or_else(|| failed(format!("Checkpoint {name} does not exist")))?.text.clone()
            }
            _ => return Err("% Invalid command at '^' marker.\n".to_owned()),
        };
        let mut tree = Device::clean(&self.chassis.ports);
        let result = self.apply(&mut tree, &text, care);
        if result.is_ok() || care != Care::Atomic {
            let is_empty = patch(&self.running, &tree).is_empty();
            self.store.rolling = Some(Rolling { until: Instant::now() + self.rollback_time, tree });
            self.catch_up();
            result.map_err(failed)?;
            let done = if is_empty {
                "Rollback Patch is Empty\n"
            } else {
                "Executing Rollback Patch\nGenerating Running-config for verification\nGenerating Patch for \
                 verification\nVerification is Successful.\n"
            };
            return Ok(format!("{head}{done}\nRollback completed successfully.\n\n"));
        }
        result.map_err(failed).map(|()| String::new())
    }

    /// Copies what one URL names to where another points.
    pub(crate) fn copy(&mut self, from: &str, to: &str) -> Result<(), String> {
        let is = |url: &str, full: &str| full.starts_with(url) && url.len() >= 3;
        let text = if is(from, "running-config") {
            self.running.print()
        } else if is(from, "startup-config") {
            self.store.startup.clone().unwrap_or_default()
        } else {
            self.file(from)?
        };
        if is(to, "startup-config") {
            let fault = self.chassis.faults.strike(|at| *at == FaultPoint::Save);
            if let Some(FaultKind::Fail { output, .. }) = fault {
                return Err(output);
            }
            self.store.startup = Some(text);
            self.store.saved = Some(Timestamp::now());
        } else if is(to, "running-config") {
            let mut tree = self.running.clone();
            let result = self.apply(&mut tree, &text, Care::BestEffort);
            self.install(tree);
            result?;
        } else {
            let path = on_flash(to).ok_or("% Invalid destination")?;
            self.store.files.insert(path, text.into_bytes());
        }
        Ok(())
    }
}
