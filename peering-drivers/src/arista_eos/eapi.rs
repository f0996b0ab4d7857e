//! eAPI: batches of commands by JSON-RPC, their refusals. One batch is one HTTP request.

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::batch::{Command, Format, Place, Replies};
use super::redact::redact;
use super::{AristaEos, NAME};
use crate::transport::{Http, Redactor, RpcError, Scheme, Transcript};

/// Where eAPI listens.
const PATH: &str = "/command-api";

/// "This user may not run it": eAPI's number for it.
const UNAUTHORIZED: i64 = 1005;

/// A router's eAPI.
#[derive(Clone, Debug)]
pub(super) struct Eapi {
    http: Http,
    /// What each batch begins with.
    enable: Option<Command>,
    auto_complete: bool,
}

impl Eapi {
    /// Nothing is sent yet.
    pub(super) fn new(driver: &AristaEos, target: &Target, scheme: Scheme) -> Result<Eapi> {
        let port = if scheme == Scheme::Https { 443 } else { 80 };
        let redactor = Redactor { platform: NAME, ..Redactor::default() };
        let enable = driver.enable.then(|| match &driver.enable_password {
            Some(password) => Command::with_input("enable", password.clone()),
            None => Command::from("enable"),
        });
        let http = Http::new_with(target, scheme, port, redactor)?;
        Ok(Eapi { http, enable, auto_complete: driver.auto_complete })
    }

    /// What records it.
    pub(super) fn transcript(&self) -> &Transcript {
        self.http.transcript()
    }

    /// Runs a batch, within a limit or as long as reads may take.
    ///
    /// # Errors
    /// `Rejected` with the router's words, `Auth` when the account may not do it, `Parse`, or the path's.
    pub(super) async fn run(
        &self,
        commands: &[Command],
        format: Format,
        limit: Option<Duration>,
    ) -> Result<Replies> {
        let cmds: Vec<&Command> = self.enable.iter().chain(commands).collect();
        let auto_complete = self.auto_complete.then_some(true);
        let params = Params { version: 1, cmds: &cmds, format, auto_complete };
        let called = match limit {
            Some(limit) => self.http.within(limit).rpc(PATH, "runCmds", &params).await?,
            None => self.http.rpc(PATH, "runCmds", &params).await?,
        };
        match called {
            Ok(all) => Ok(Replies::new(all, cmds.len() - commands.len(), commands.len())?),
            Err(refusal) => Err(refused(&refusal, self.enable.is_some())),
        }
    }
}

/// A command without input is a string, one with input an object.
impl Serialize for Command {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct WithInput<'a> {
            cmd: &'a str,
            input: &'a str,
        }
        match &self.input {
            Some(input) => WithInput { cmd: &self.text, input: input.expose() }.serialize(serializer),
            None => serializer.serialize_str(&self.text),
        }
    }
}

/// The parameters of `runCmds`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Params<'a> {
    /// The revision of the commands' models: the first of each, which the parsers know.
    version: u8,
    cmds: &'a [&'a Command],
    format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_complete: Option<bool>,
}

/// What stands in the place of the answer of the command that failed.
#[derive(Deserialize)]
struct Failed {
    #[serde(default)]
    errors: Vec<String>,
}

/// The router's refusal as an error, in its own words. `is_enabled` says that the first command was ours.
fn refused(error: &RpcError, is_enabled: bool) -> Error {
    let data = error.data.as_ref().map(|data| data.get()).unwrap_or_default();
    let outputs: Vec<&RawValue> = serde_json::from_str(data).unwrap_or_default();
    let words = outputs
        .last()
        .and_then(|raw| serde_json::from_str::<Failed>(raw.get()).ok())
        .map(|failed| failed.errors.join(" "))
        .unwrap_or_default();
    let is_about_enable = is_enabled && outputs.len() == 1;
    let colon = if words.is_empty() { "" } else { ": " };
    let kind = match error.code {
        UNAUTHORIZED => ErrorKind::Auth,
        _ if is_about_enable => ErrorKind::Auth,
        _ => ErrorKind::Rejected,
    };
    let refusal = Error::new(kind, redact(&format!("{error}{colon}{}", words.trim())));
    match outputs.len().checked_sub(1 + usize::from(is_enabled)) {
        Some(place) => refusal.with_source(Place(place)),
        None => refusal,
    }
}

#[cfg(test)]
mod tests {
    use peering_core::Secret;

    use super::super::batch::place;
    use super::*;

    fn error(text: &str, is_enabled: bool) -> Error {
        refused(&serde_json::from_str(text).unwrap(), is_enabled)
    }

    #[test]
    fn a_batch_is_written_as_the_router_reads_it() {
        let commands = [&"show version".into(), &Command::with_input("enable", Secret::new("hunter2"))];
        let params = Params { version: 1, cmds: &commands, format: Format::Text, auto_complete: None };
        assert_eq!(
            serde_json::to_string(&params).unwrap(),
            r#"{"version":1,"cmds":["show version",{"cmd":"enable","input":"hunter2"}],"format":"text"}"#
        );
        assert!(!format!("{params:?}").contains("hunter2"));
    }

    #[test]
    fn refusals_keep_the_routers_words_but_no_secret() {
        let text = r#"{"code":1002,"message":"CLI command 2 of 2 'neighbor 192.0.2.1 password 0 hunter2' failed: invalid command","data":[{},{"errors":["Invalid input (at token 2: 'hunter2')"]}]}"#;
        let invalid = error(text, true);
        assert_eq!(invalid.kind(), ErrorKind::Rejected);
        assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
        assert_eq!(place(&invalid), Some(0), "the first one is `enable`");
        let text = r#"{"code":1000,"message":"CLI command 1 of 1 'ping x' failed: could not run command","data":[{"errors":["Name or service not known"]}]}"#;
        assert!(error(text, false).to_string().contains("Name or service not known"));
        let text = r#"{"code":1005,"message":"permission denied","data":[{},{"errors":["x"]}]}"#;
        assert_eq!(error(text, true).kind(), ErrorKind::Auth);
        let text = r#"{"code":1002,"message":"no","data":[{"errors":["Bad secret"]}]}"#;
        assert_eq!(
            (error(text, true).kind(), error(text, false).kind()),
            (ErrorKind::Auth, ErrorKind::Rejected)
        );
    }
}
