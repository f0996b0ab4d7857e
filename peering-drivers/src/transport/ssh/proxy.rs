//! `ProxyCommand`: a command of the user's own whose standard input and output are the way to the server.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::Stream;

/// How much of what the command complains about is kept, in bytes.
const WORDS: usize = 1024;

/// How long a command that has failed may go on to say why.
const MOMENT: Duration = Duration::from_millis(500);

/// A running command; it is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    _child: Child,
    words: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts the command by the shell, as OpenSSH does.
    ///
    /// # Errors
    /// `Connect` when there is no shell.
    pub(super) fn start(command: &str) -> Result<(Proxy, impl Stream + use<>)> {
        let fail = |error: std::io::Error| {
            Error::new(ErrorKind::Connect, format!("the proxy command cannot be started: {error}"))
                .with_source(error)
        };
        // the shell makes room for the command, so that it is the command that gets killed
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(format!("exec {command}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(fail)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::new(ErrorKind::Connect, "the proxy command has no standard input and output"));
        };
        let words = Arc::new(Mutex::new(Vec::new()));
        let reader = child.stderr.take().map(|mut complaints| {
            let words = words.clone();
            tokio::spawn(async move {
                let mut chunk = [0; 256];
                // read to its end, whatever is kept: a full pipe would stop the command
                while let Ok(size @ 1..) = complaints.read(&mut chunk).await {
                    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
                    let room = WORDS.saturating_sub(words.len());
                    words.extend_from_slice(chunk.get(..size.min(room)).unwrap_or_default());
                }
            })
        });
        Ok((Proxy { _child: child, words, reader }, tokio::io::join(output, input)))
    }

    /// What the command complained about, in one line. It gets a moment to say all.
    pub(super) async fn complaint(mut self) -> String {
        if let Some(reader) = self.reader.take() {
            let _ = tokio::time::timeout(MOMENT, reader).await;
        }
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&words).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
