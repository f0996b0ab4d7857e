//! A router whose every answer is scripted, for the tests of the verbs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use peering_core::driver::{CommitOptions, LoadMode, Session, Target};
use tokio_util::codec::Framed;

use crate::transport::netconf::xml::{Document, Element};
use crate::transport::netconf::{BASE_1_0, Codec, Netconf, Options};

/// What the router answers to each operation, in order; the last answer stays. What is not named is answered with `<ok/>`.
pub(crate) struct Script {
    answers: HashMap<&'static str, VecDeque<String>>,
    capabilities: Vec<&'static str>,
}

/// What a router was asked, of what changes something.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<String>>>);

impl Script {
    /// A router that says it can do this, beside NETCONF itself.
    pub(crate) fn new(capabilities: &[&'static str]) -> Script {
        Script { answers: HashMap::new(), capabilities: [&[BASE_1_0], capabilities].concat() }
    }

    pub(crate) fn with(mut self, operation: &'static str, answers: &[&str]) -> Script {
        self.answers.insert(operation, answers.iter().map(|answer| (*answer).to_owned()).collect());
        self
    }

    pub(crate) fn with_capability(mut self, uri: &'static str) -> Script {
        self.capabilities.push(uri);
        self
    }

    fn answer(&mut self, operation: &str) -> String {
        match self.answers.get_mut(operation) {
            Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
            Some(answers) => answers.front().unwrap().clone(),
            None => "<ok/>".to_owned(),
        }
    }

    /// A connection to it, whose target has little patience, and what it is asked.
    pub(crate) async fn connect(mut self) -> (Target, Netconf, Asked) {
        let (near, far) = tokio::io::duplex(1 << 16);
        let asked = Asked::default();
        let Asked(log) = asked.clone();
        tokio::spawn(async move {
            let mut link = Framed::new(far, Codec::default());
            let offered: String =
                self.capabilities.iter().map(|uri| format!("<capability>{uri}</capability>")).collect();
            let hello = format!(
                "<hello xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'><capabilities>{offered}</capabilities>\
                 <session-id>7</session-id></hello>"
            );
            link.send(hello).await.unwrap();
            link.next().await;
            while let Some(Ok(message)) = link.next().await {
                let text = String::from_utf8(message.to_vec()).unwrap();
                let document = Document::parse(text).unwrap();
                let operation = document.root().children().next().unwrap();
                if !operation.name().starts_with("get") {
                    log.lock().unwrap().push(operation.markup().to_owned());
                }
                let id = document.root().attribute("message-id").unwrap();
                let body = self.answer(&name(operation));
                let reply = format!(
                    "<rpc-reply xmlns='urn:ietf:params:xml:ns:netconf:base:1.0' message-id='{id}'>{body}</rpc-reply>"
                );
                link.send(reply).await.unwrap();
            }
        });
        let netconf = Netconf::over(near, Options::default()).await.unwrap();
        let mut target = Target::new("192.0.2.1");
        target.credentials.username = "netops".to_owned();
        target.timeouts.change = Duration::from_millis(10);
        (target, netconf, asked)
    }
}

impl Asked {
    /// All, as XML.
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// The names of all.
    pub(crate) fn names(&self) -> Vec<String> {
        self.all().iter().map(|xml| name(Document::parse(&xml[..]).unwrap().root())).collect()
    }

    /// How often something with these words was asked.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.all().iter().filter(|request| request.contains(what)).count()
    }

    /// The last that begins so.
    pub(crate) fn last(&self, start: &str) -> String {
        self.all().into_iter().rfind(|request| request.starts_with(start)).unwrap()
    }
}

/// The operation's name; with what is asked for, or what is locked.
fn name(operation: Element<'_>) -> String {
    let first = |within: &str| operation.child(within).and_then(|within| within.children().next());
    match operation.name() {
        name @ ("get" | "get-config") => first("filter").map_or(name, Element::name).to_owned(),
        name @ ("lock" | "unlock") => {
            format!("{name} {}", first("target").map_or("", Element::name))
        }
        name => name.to_owned(),
    }
}

/// Opens, merges a text, commits; whether it waits for its confirmation.
pub(crate) async fn change(
    session: &mut dyn Session,
    text: &str,
    options: &CommitOptions,
) -> peering_core::Result<bool> {
    session.open_candidate().await?;
    session.stage(LoadMode::Merge, text).await?;
    session.commit(options).await.map(|pending| pending.is_some())
}
