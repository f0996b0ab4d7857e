//! Does a list of NETCONF steps with our client, and says what came of each: `netconf < steps.json`.
//!
//! `tests/python/test_netconf.py` does the same steps with ncclient and wants the same said. The server is the one of
//! `tests/lab/netconf.sh`, named by `PEERING_NETCONF`.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use peering_drivers::transport::netconf::xml::Element;
use peering_drivers::transport::netconf::{
    Commit, Datastore, EditConfig, ErrorOption, Filter, Netconf, Operation, Options, Severity, TestOption,
};
use peering_tests::netconf::Server;
use serde::Deserialize;
use serde_json::{Value, json};

/// One step in the session of this name.
#[derive(Deserialize)]
struct Step {
    session: String,
    #[serde(flatten)]
    action: Action,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Action {
    Open,
    Close,
    Wait { seconds: u64 },
    GetConfig { source: Place, subtree: String },
    EditConfig { target: Place, config: String, test_then_set: bool, rollback_on_error: bool },
    Lock { target: Place },
    Unlock { target: Place },
    Commit { confirmed: bool, timeout: Option<u64>, persist: Option<String>, persist_id: Option<String> },
    CancelCommit { persist_id: Option<String> },
    DiscardChanges,
    KillSession { other: String },
    Raw { operation: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Running,
    Candidate,
}

impl From<Place> for Datastore {
    fn from(place: Place) -> Self {
        match place {
            Place::Running => Datastore::Running,
            Place::Candidate => Datastore::Candidate,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let steps: Vec<Step> = serde_json::from_reader(io::stdin()).expect("a list of steps");
    let server = Server::find().expect("a server");
    let mut sessions = BTreeMap::new();
    let mut said = Vec::new();
    for step in steps {
        said.push(run(&server, &mut sessions, step).await);
    }
    println!("{}", Value::Array(said));
}

async fn run(server: &Server, sessions: &mut BTreeMap<String, Netconf>, step: Step) -> Value {
    let Step { session: name, action } = step;
    let operation = match action {
        Action::Open => {
            let session =
                Netconf::connect(&server.target(), 830, Options::default()).await.expect("a session");
            let mut capabilities: Vec<&str> = session.capabilities().uris().collect();
            capabilities.sort_unstable();
            let said = json!({ "capabilities": capabilities });
            sessions.insert(name, session);
            return said;
        }
        Action::Close => {
            sessions.remove(&name).expect("an open session").close().await.expect("a goodbye");
            return json!({ "ok": true });
        }
        Action::Wait { seconds } => {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            return json!({ "ok": true });
        }
        Action::GetConfig { source, subtree } => {
            Operation::GetConfig(source.into(), Some(Filter::Subtree(subtree)))
        }
        Action::EditConfig { target, config, test_then_set, rollback_on_error } => {
            Operation::EditConfig(EditConfig {
                test_option: test_then_set.then_some(TestOption::TestThenSet),
                error_option: rollback_on_error.then_some(ErrorOption::RollbackOnError),
                ..EditConfig::new(target.into(), config)
            })
        }
        Action::Lock { target } => Operation::Lock(target.into()),
        Action::Unlock { target } => Operation::Unlock(target.into()),
        Action::Commit { confirmed, timeout, persist, persist_id } => Operation::Commit(Commit {
            confirmed,
            timeout: timeout.map(Duration::from_secs),
            persist,
            persist_id,
        }),
        Action::CancelCommit { persist_id } => Operation::CancelCommit(persist_id),
        Action::DiscardChanges => Operation::DiscardChanges,
        Action::KillSession { other } => Operation::KillSession(sessions[&other].session_id()),
        Action::Raw { operation } => Operation::Raw(operation),
    };
    let reply = sessions[&name].exchange(&operation).await.expect("a reply");
    let holder = |number: u32| {
        sessions.iter().find(|(_, session)| session.session_id() == number).map(|(name, _)| name.clone())
    };
    let errors: Vec<Value> = reply
        .errors()
        .iter()
        .map(|error| {
            json!({
                "type": error.layer.map(|layer| format!("{layer:?}").to_lowercase()),
                "tag": error.tag,
                "severity": if error.severity == Severity::Warning { "warning" } else { "error" },
                "app_tag": error.app_tag,
                "path": error.path,
                "message": error.message,
                "holder": error.session_id.and_then(holder),
            })
        })
        .collect();
    if !errors.is_empty() {
        return json!({ "errors": errors });
    }
    match reply.data() {
        Some(data) => json!({ "data": data.children().map(tree).collect::<Vec<_>>() }),
        None => json!({ "ok": reply.is_ok() }),
    }
}

/// Name, attributes, text, children.
fn tree(element: Element<'_>) -> Value {
    let attributes: BTreeMap<&str, &str> = element.attributes().collect();
    json!([element.name(), attributes, element.text(), element.children().map(tree).collect::<Vec<_>>()])
}
