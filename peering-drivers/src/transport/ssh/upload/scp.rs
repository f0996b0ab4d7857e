//! The source's side of SCP, to a sink that `scp -t` starts on the device.
//!
//! A line `C<mode> <length> <name>`, the content, a zero byte; the sink acknowledges each, and first of all that it is
//! there. An acknowledgement is a zero byte; 1 or 2 begins a line of why not. What begins with anything else is no
//! SCP: a device's words that it runs no such server, or what a login script prints.

use peering_core::{Error, ErrorKind, Result};
use russh::{ChannelMsg, ChannelReadHalf};
use tokio::time::{Duration, timeout};

use super::super::{Open, Ssh};

/// A new file is its owner's only.
const MODE: &str = "0600";

/// How much of what the sink complains about is kept, in bytes.
const WORDS: usize = 1024;

/// How long a sink that has acknowledged everything may take to end. A device that never ends it is not waited for.
const MOMENT: Duration = Duration::from_secs(2);

impl Ssh {
    pub(super) async fn scp(&self, path: &str, name: &str, content: &[u8]) -> Result<()> {
        let command = command(path)?;
        let (reader, writer) = self.open().await?.split();
        let open = Open(Some(writer));
        let Some(writer) = &open.0 else { return Err(self.closed(russh::Error::HUP)) };
        let mut sink = Sink { ssh: self, reader, received: Vec::new(), complaint: Vec::new(), status: None };
        let closed = |error| self.closed(error);

        writer.exec(true, command).await.map_err(closed)?;
        sink.acknowledged().await?;
        let header = format!("C{MODE} {} {name}\n", content.len());
        writer.data(header.as_bytes()).await.map_err(closed)?;
        sink.acknowledged().await?;
        let feed = async {
            writer.data(content).await?;
            writer.data(&[0][..]).await
        };
        tokio::select! {
            // a sink that is full or fails says so at once; without room for more it would be waited for in vain
            biased;
            early = sink.acknowledged() => {
                early?;
                return Err(sink.refusal("it acknowledged what had not been sent"));
            }
            fed = feed => fed.map_err(closed)?,
        }
        sink.acknowledged().await?;
        let _ = writer.eof().await;
        let _ = timeout(MOMENT, sink.end()).await;
        Ok(())
    }
}

/// Quoted for a shell where that is needed only: a network device has none, and takes the path as it stands.
fn command(path: &str) -> Result<String> {
    let path = if path.starts_with('-') { &format!("./{path}") } else { path };
    let quoted = shlex::try_quote(path).map_err(|error| {
        Error::new(ErrorKind::Options, format!("{path:?} is no path of a file")).with_source(error)
    })?;
    Ok(format!("scp -t {quoted}"))
}

/// The device's end, as far as it has been read.
struct Sink<'a> {
    ssh: &'a Ssh,
    reader: ChannelReadHalf,
    received: Vec<u8>,
    /// What came on its standard error.
    complaint: Vec<u8>,
    status: Option<u32>,
}

impl Sink<'_> {
    /// Waits for the next acknowledgement. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// `Rejected` with the sink's words, `Closed` when the connection ended instead.
    async fn acknowledged(&mut self) -> Result<()> {
        loop {
            match self.received.first() {
                Some(0) => {
                    self.received.remove(0);
                    return Ok(());
                }
                Some(_) if self.received.contains(&b'\n') || self.received.len() > WORDS => {
                    return Err(self.refusal("it gave no reason"));
                }
                _ => {}
            }
            if !self.read().await? {
                return Err(self.refusal("it ended without an acknowledgement"));
            }
        }
    }

    /// Reads on; whether there may be more.
    async fn read(&mut self) -> Result<bool> {
        match self.reader.wait().await {
            Some(ChannelMsg::Data { data }) => self.received.extend_from_slice(&data),
            Some(ChannelMsg::ExtendedData { data, ext: 1 }) => {
                let room = WORDS.saturating_sub(self.complaint.len());
                self.complaint.extend_from_slice(data.get(..data.len().min(room)).unwrap_or_default());
            }
            Some(ChannelMsg::ExitStatus { exit_status }) => self.status = Some(exit_status),
            Some(ChannelMsg::Failure) => {
                return Err(self.refusal("it runs no commands for this account"));
            }
            Some(ChannelMsg::Close) => return Ok(false),
            Some(_) => {}
            None => return Err(self.ssh.closed(russh::Error::HUP)),
        }
        Ok(true)
    }

    async fn end(&mut self) {
        while let Ok(true) = self.read().await {
            self.received.clear();
        }
    }

    /// The sink's own words, and how it ended.
    fn refusal(&self, otherwise: &str) -> Error {
        let said: Vec<u8> = self.received.iter().chain(b"\n").chain(&self.complaint).copied().collect();
        let said = String::from_utf8_lossy(&said).replace(|character: char| character.is_control(), " ");
        let mut words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            otherwise.clone_into(&mut words);
        }
        if let Some(status @ 1..) = self.status {
            words.push_str(&format!(" (exit status {status})"));
        }
        Error::new(ErrorKind::Rejected, format!("{} did not take the file by SCP: {words}", self.ssh.place))
    }
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn a_path_is_one_word_and_no_option() {
        assert_eq!(command("flash:peering/1.cfg").unwrap(), "scp -t flash:peering/1.cfg");
        let path = "/tmp/$(reboot) a'b";
        assert_eq!(shlex::split(&command(path).unwrap()).unwrap(), ["scp", "-t", path]);
        assert_eq!(command("-r").unwrap(), "scp -t ./-r");
    }
}
