//! Record and replay: what was asked of a router and what it answered, in a file that takes the router's place.
//!
//! A driver does not notice: its transport asks [`Transcript::exchange`], which sends, records or looks up, as
//! [`Wire`] says. The file is JSON Lines:
//!
//! ```json
//! {"peering_transcript":1,"transport":"ssh","platform":"example"}
//! {"name":"6925a1c0-00ff"}
//! {"request":"show version","answer":{"status":0,"stdout":"Version 8.4.4 …","stderr":""}}
//! ```
//!
//! Requests are found by their text; the same request asked again gets the next answer that was recorded to it, and after
//! the last one that one again. Numbers of messages are no part of a request; names that a driver makes up come from
//! [`Transcript::name`], so that they are the recorded ones. What got no answer is not recorded. Several sessions may be
//! recorded into one file, one after the other; replayed, each starts at the first answers.
//!
//! Secrets are blacked out before anything is written ([`Redactor`]), in requests and answers alike; a replayed request
//! is compared in the same form, so that one with another password still finds its answer.

mod redact;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use peering_core::driver::{Target, Wire};
use peering_core::{Error, ErrorKind, Result, Secret};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use redact::Redaction;

/// The version of the format.
const VERSION: u32 = 1;

/// The longest part of a request that an error repeats, in characters.
const EXCERPT: usize = 200;

/// What a driver says of its platform where a session is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Redactor {
    /// The platform's name; empty where it does not matter.
    pub platform: &'static str,
    /// Blacks out the secrets in the lines of a configuration. Applied twice it must give the same as once.
    pub redact: fn(&str) -> String,
}

/// Knows the usual words for passwords, keys and SNMP communities, in lines, set commands and blocks with braces.
impl Default for Redactor {
    fn default() -> Self {
        Redactor { platform: "", redact: redact::lines }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    #[serde(rename = "peering_transcript")]
    version: u32,
    transport: String,
    #[serde(default)]
    platform: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Header(Header),
    Entry { request: String, answer: Value },
    Name { name: String },
}

/// Where a session's requests go. Cheap to clone; clones share their place in a recording.
#[derive(Clone, Debug)]
pub struct Transcript(Arc<Mode>);

#[derive(Debug)]
enum Mode {
    Live,
    Record { path: PathBuf, file: Mutex<File>, redaction: Redaction },
    Replay { path: PathBuf, answers: HashMap<String, Vec<Value>>, state: Mutex<State>, redaction: Redaction },
}

/// What a replay has given out.
#[derive(Debug)]
struct State {
    asked: HashMap<String, usize>,
    names: VecDeque<String>,
}

impl Transcript {
    /// One that only sends.
    pub fn live() -> Transcript {
        Transcript(Arc::new(Mode::Live))
    }

    /// The one that the target asks for; `transport` names the transport in the file.
    ///
    /// # Errors
    /// `Storage` when the file cannot be written or read, `Options` when it is no transcript of this transport and
    /// platform.
    pub fn open(target: &Target, transport: &str, redactor: Redactor) -> Result<Transcript> {
        let credentials = &target.credentials;
        let secrets: Vec<Secret> =
            [&credentials.password, &credentials.passphrase].into_iter().flatten().cloned().collect();
        let redaction = Redaction::new(secrets, redactor);
        let mode = match &target.wire {
            Wire::Live => Mode::Live,
            Wire::Record(path) => {
                let mut file = open_to_append(path).map_err(|error| unusable(path, error))?;
                let header = Header {
                    version: VERSION,
                    transport: transport.to_owned(),
                    platform: redactor.platform.to_owned(),
                };
                write(&mut file, &Line::Header(header)).map_err(|error| unusable(path, error))?;
                Mode::Record { path: path.clone(), file: Mutex::new(file), redaction }
            }
            Wire::Replay(path) => {
                let text = fs::read_to_string(path).map_err(|error| unusable(path, error))?;
                let (answers, names) = read(&text, transport, redactor.platform).map_err(|why| {
                    Error::new(ErrorKind::Options, format!("the transcript {}: {why}", path.display()))
                })?;
                let state = Mutex::new(State { asked: HashMap::new(), names });
                Mode::Replay { path: path.clone(), answers, state, redaction }
            }
        };
        Ok(Transcript(Arc::new(mode)))
    }

    /// Whether there is no router behind it.
    pub fn is_replay(&self) -> bool {
        matches!(*self.0, Mode::Replay { .. })
    }

    /// Whether requests are sent and not recorded.
    pub fn is_live(&self) -> bool {
        matches!(*self.0, Mode::Live)
    }

    /// The answer to a request: by sending it (`live`), or from the file. `request` is what the request is known by:
    /// without numbers that differ from session to session.
    ///
    /// # Errors
    /// Those of `live`; `Storage` when the transcript holds no such request, or an answer of another form.
    pub async fn exchange<T: Serialize + DeserializeOwned>(
        &self,
        request: &str,
        live: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match &*self.0 {
            Mode::Live => live.await,
            Mode::Record { path, file, redaction } => {
                let answer = live.await?;
                let recorded = serde_json::to_value(&answer).map(|answer| Line::Entry {
                    request: redaction.request(request),
                    answer: redaction.answer(answer),
                });
                let written = recorded.map_err(std::io::Error::from).and_then(|line| {
                    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                    write(&mut file, &line)
                });
                // the router has answered: that must not be lost with the recording
                if let Err(error) = written {
                    tracing::warn!(file = %path.display(), %error, "an answer is missing in the transcript");
                }
                Ok(answer)
            }
            Mode::Replay { path, answers, state, redaction } => {
                let request = redaction.request(request);
                let unknown = || {
                    let excerpt: String = request.chars().take(EXCERPT).collect();
                    let words = format!("the transcript {} holds no answer to `{excerpt}`", path.display());
                    Error::new(ErrorKind::Storage, words)
                };
                let all = answers.get(&request).ok_or_else(unknown)?;
                let turn = {
                    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                    let asked = state.asked.entry(request.clone()).or_default();
                    *asked += 1;
                    *asked - 1
                };
                let answer = all.get(turn).or(all.last()).ok_or_else(unknown)?;
                T::deserialize(answer).map_err(|error| {
                    let words = format!("an answer in the transcript {} has another form", path.display());
                    Error::new(ErrorKind::Storage, words).with_source(error)
                })
            }
        }
    }

    /// A name that a driver makes up (of a candidate session, a file): `make`'s own, which is recorded; in a replay the
    /// recorded one.
    pub fn name(&self, make: impl FnOnce() -> String) -> String {
        match &*self.0 {
            Mode::Live => make(),
            Mode::Record { path, file, .. } => {
                let name = make();
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                if let Err(error) = write(&mut file, &Line::Name { name: name.clone() }) {
                    tracing::warn!(file = %path.display(), %error, "a name is missing in the transcript");
                }
                name
            }
            Mode::Replay { state, .. } => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.names.pop_front().unwrap_or_else(make)
            }
        }
    }
}

/// Bytes as text, for a file of lines; what is no UTF-8 is replaced.
pub(super) mod lossy {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}

type Content = (HashMap<String, Vec<Value>>, VecDeque<String>);

fn read(text: &str, transport: &str, platform: &str) -> Result<Content, String> {
    let mut answers: HashMap<String, Vec<Value>> = HashMap::new();
    let mut names = VecDeque::new();
    let mut has_header = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = serde_json::from_str(line).map_err(|_| format!("line {number} has another form"))?;
        match line {
            Line::Header(Header { version, .. }) if version != VERSION => {
                return Err(format!("it has version {version} of the format, and {VERSION} is read"));
            }
            Line::Header(header) if header.transport != transport => {
                return Err(format!("it was recorded over {}, not over {transport}", header.transport));
            }
            Line::Header(header) if header.platform != platform => {
                return Err(format!("it was recorded for {:?}, not for {platform:?}", header.platform));
            }
            Line::Header(_) => has_header = true,
            _ if !has_header => return Err("it does not begin with the header of a transcript".to_owned()),
            Line::Entry { request, answer } => answers.entry(request).or_default().push(answer),
            Line::Name { name } => names.push_back(name),
        }
    }
    if has_header { Ok((answers, names)) } else { Err("it is empty".to_owned()) }
}

fn unusable(path: &Path, error: std::io::Error) -> Error {
    let words = format!("the transcript {} cannot be used: {error}", path.display());
    Error::new(ErrorKind::Storage, words).with_source(error)
}

/// For the owner only: what is blacked out is a guess.
fn open_to_append(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// One line by one write, so that several sessions do not mix theirs.
fn write(file: &mut File, line: &Line) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}
