//! The far side of `scp`: takes a file (`scp -t`), or gives one (`scp -f`).

use std::time::Duration;

use tokio::time::{sleep, sleep_until};

use super::console::Console;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::ssh::{Input, Site, Wire};

/// The command that a client starts on the far side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    command: String,
    /// Whether a file comes here, or goes from here.
    is_sink: bool,
    path: String,
}

impl Call {
    /// `scp [-v] [-p] -t FILE`; `None` when it is another command.
    pub(crate) fn read(command: &str) -> Option<Call> {
        let words = shlex::split(command)?;
        let mut words = words.iter().map(String::as_str);
        if words.next() != Some("scp") {
            return None;
        }
        let (mut is_sink, mut path, mut has_flags) = (None, None, true);
        for word in words {
            match word {
                "--" if has_flags => has_flags = false,
                _ if has_flags && word.starts_with('-') => {
                    for flag in word.chars().skip(1) {
                        match flag {
                            't' => is_sink = Some(true),
                            'f' => is_sink = Some(false),
                            _ => {}
                        }
                    }
                }
                _ => path = Some(word.to_owned()),
            }
        }
        Some(Call { command: command.to_owned(), is_sink: is_sink?, path: path? })
    }
}

/// Bytes as they come, each piece so much later.
struct Source<'w> {
    wire: &'w mut Wire,
    latency: Duration,
    buffer: Vec<u8>,
}

impl Source<'_> {
    async fn fill(&mut self) -> Option<()> {
        match self.wire.input.recv().await? {
            Input::Bytes { at, bytes } => {
                sleep_until(at + self.latency).await;
                self.buffer.extend(bytes);
                Some(())
            }
            Input::Eof => None,
        }
    }

    /// A line without its end.
    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.fill().await?;
        }
    }

    async fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < count {
            self.fill().await?;
        }
        Some(self.buffer.drain(..count).collect())
    }
}

/// Runs it to its end.
pub(crate) async fn run<C: Console>(
    site: Site,
    latency: Duration,
    mut console: C,
    call: Call,
    mut wire: Wire,
) {
    let fault = site
        .strike(|at| matches!(at, FaultPoint::Command(prefix) if call.command.starts_with(prefix.as_str())));
    match &fault {
        Some(FaultKind::DropBefore) => return wire.link.abort(),
        Some(FaultKind::Stall) => return wire.ignore().await,
        Some(FaultKind::Delay(time) | FaultKind::Late(time)) => sleep(*time).await,
        Some(FaultKind::Garbage(bytes)) => {
            wire.send(bytes.clone()).await;
            return wire.end(1).await;
        }
        _ => {}
    }
    let done = match (&fault, call.is_sink) {
        (Some(FaultKind::Fail { output, .. }), _) => Err(output.clone()),
        (_, true) => sink(&site, latency, &mut console, &call.path, &mut wire).await,
        (_, false) => source(&site, latency, &console, &call.path, &mut wire).await,
    };
    site.shared.change(|world| console.close(world));
    if fault == Some(FaultKind::DropAfter) {
        return wire.link.abort();
    }
    match done {
        Ok(()) => wire.end(0).await,
        Err(words) => {
            wire.send(format!("\u{1}{words}\n")).await;
            wire.end(1).await;
        }
    }
}

async fn sink<C: Console>(
    site: &Site,
    latency: Duration,
    console: &mut C,
    path: &str,
    wire: &mut Wire,
) -> Result<(), String> {
    let lost = || "scp: connection lost".to_owned();
    sleep(latency).await;
    wire.send([0]).await;
    let mut from = Source { wire, latency, buffer: Vec::new() };
    while let Some(line) = from.line().await {
        let (kind, rest) = line.split_at_checked(1).unwrap_or_default();
        match kind {
            // times, which a router does not keep
            "T" => {}
            "C" => {
                let mut words = rest.splitn(3, ' ').skip(1);
                let size = words.next().and_then(|size| size.parse().ok());
                let (Some(size), Some(name)) = (size, words.next()) else {
                    return Err(format!("scp: unexpected {line}"));
                };
                from.wire.send([0]).await;
                let bytes = from.exactly(size).await.ok_or_else(lost)?;
                // the sender's own word on it: 0 is well, else it could not read its file
                if from.exactly(1).await.ok_or_else(lost)? != [0] {
                    return Err("scp: the sender failed".to_owned());
                }
                let whole = if path.is_empty() || path.ends_with([':', '/']) {
                    format!("{path}{name}")
                } else {
                    path.to_owned()
                };
                site.shared.change(|world| console.write_file(world, &whole, bytes))?;
            }
            _ => return Err(format!("scp: protocol error: {line}")),
        }
        from.wire.send([0]).await;
    }
    Ok(())
}

async fn source<C: Console>(
    site: &Site,
    latency: Duration,
    console: &C,
    path: &str,
    wire: &mut Wire,
) -> Result<(), String> {
    let bytes = console.read_file(&site.shared.lock(), path)?;
    let name = path.rsplit([':', '/']).next().unwrap_or(path).to_owned();
    let mut from = Source { wire, latency, buffer: Vec::new() };
    let lost = "scp: connection lost";
    let well = [0];
    if from.exactly(1).await.as_deref() != Some(&well) {
        return Err(lost.to_owned());
    }
    from.wire.send(format!("C0644 {} {name}\n", bytes.len())).await;
    if from.exactly(1).await.as_deref() != Some(&well) {
        return Err(lost.to_owned());
    }
    from.wire.send(bytes).await;
    from.wire.send([0]).await;
    // its last word; it may as well just go
    let _ = from.exactly(1).await;
    Ok(())
}
