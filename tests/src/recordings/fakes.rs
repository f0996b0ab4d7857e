//! The fake devices: a Python program that serves the recorded bytes and prints its ports.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Options;

/// How long the program may take to start.
const START: Duration = Duration::from_secs(60);

/// The running program; it ends with this value.
pub(super) struct Fakes {
    ports: BTreeMap<String, u16>,
    _child: Child,
}

impl Fakes {
    pub(super) async fn start(options: &Options) -> Result<Fakes, String> {
        let program = absolute(&options.root.join("fakes.py"))?;
        let mut child = Command::new(absolute(&options.python)?)
            .arg(&program)
            .env("NAPALM_ROOT", absolute(&options.root)?)
            .env("NAPALM_CASES", absolute(&options.index)?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let stdout = child.stdout.take().ok_or("the fakes have no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(START, lines.next_line())
            .await
            .map_err(|_| format!("{} printed no ports within {START:?}", program.display()))?
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("{} ended without printing its ports", program.display()))?;
        let ports = serde_json::from_str(&line).map_err(|error| format!("{line:?} are no ports: {error}"))?;
        Ok(Fakes { ports, _child: child })
    }

    pub(super) fn port(&self, platform: &str) -> Option<u16> {
        self.ports.get(platform).copied()
    }
}

/// Without following links: a virtual environment's Python is one, and is found by its own path.
fn absolute(path: &Path) -> Result<std::path::PathBuf, String> {
    if !path.exists() {
        return Err(format!("there is no {}", path.display()));
    }
    std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
}
