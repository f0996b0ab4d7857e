//! Proving who we are: agent, keys, password, keyboard-interactive, in this order, as far as the server takes them.
//!
//! A key is shown with its certificate first, where there is one: `KEY-cert.pub` beside the key, one that the SSH
//! configuration names, or one in the agent. (A certificate of an RSA key counts in the agent only: the SSH library
//! signs with SHA-1 for those in files, which servers refuse.)
//!
//! A server may want more than one proof (`publickey,password`); each that it accepts narrows what it offers next.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use peering_core::driver::SshAlgorithms;
use peering_core::{Error, ErrorKind, Result, Secret};
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse, Prompt};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{Algorithm, Certificate, HashAlg, PrivateKey, PrivateKeyWithHashAlg, load_secret_key};
use russh::{MethodKind, MethodSet};

use super::Checker;
use super::plan::Plan;

/// Rounds of keyboard-interactive questions before we stop answering.
const ROUNDS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way<'a> {
    Agent,
    Key(&'a PathBuf),
    Password,
    Interactive,
}

impl Way<'_> {
    fn method(self) -> MethodKind {
        match self {
            Way::Agent | Way::Key(_) => MethodKind::PublicKey,
            Way::Password => MethodKind::Password,
            Way::Interactive => MethodKind::KeyboardInteractive,
        }
    }
}

/// How one try ended, when it was not a success.
struct Refusal {
    offered: MethodSet,
    is_partial: bool,
    /// What was tried, in words without a secret.
    tried: Vec<String>,
}

impl Refusal {
    fn nothing_yet() -> Self {
        Refusal { offered: MethodSet::empty(), is_partial: false, tried: Vec::new() }
    }

    /// Adds what came of the next key; whether the server takes no more of them.
    fn add(&mut self, next: Refusal) -> bool {
        self.tried.extend(next.tried);
        self.is_partial = next.is_partial;
        self.offered = next.offered;
        self.is_partial || !self.offered.contains(&MethodKind::PublicKey)
    }
}

enum Outcome {
    Success,
    Refused(Refusal),
}

pub(super) async fn authenticate(handle: &mut Handle<Checker>, plan: &Plan) -> Result<()> {
    let credentials = &plan.target.credentials;
    let user = credentials.username.as_str();
    let mut tried: Vec<String> = Vec::new();
    let mut offered = match handle.authenticate_none(user).await.map_err(lost)? {
        AuthResult::Success => return Ok(()),
        AuthResult::Failure { remaining_methods, .. } => remaining_methods,
    };
    let mut ways = Vec::new();
    if credentials.agent {
        ways.push(Way::Agent);
    }
    ways.extend(plan.keys.iter().map(Way::Key));
    if credentials.password.is_some() {
        ways.extend([Way::Password, Way::Interactive]);
    }
    while let Some(position) = ways.iter().position(|way| offered.contains(&way.method())) {
        let outcome = match ways.remove(position) {
            Way::Agent => agent(handle, plan).await?,
            Way::Key(path) => key(handle, plan, path).await?,
            Way::Password => password(handle, user, credentials.password.as_ref()).await?,
            Way::Interactive => interactive(handle, user, credentials.password.as_ref()).await?,
        };
        match outcome {
            Outcome::Success => return Ok(()),
            Outcome::Refused(refusal) => {
                let mark = if refusal.is_partial { " (accepted, but the server wants more)" } else { "" };
                tried.extend(refusal.tried.into_iter().map(|what| what + mark));
                if handle.is_closed() {
                    tried.push("then the server closed the connection".to_owned());
                    break;
                }
                if !refusal.offered.is_empty() {
                    offered = refusal.offered;
                }
            }
        }
    }
    Err(failure(user, &tried, &offered))
}

fn failure(user: &str, tried: &[String], offered: &MethodSet) -> Error {
    let tried =
        if tried.is_empty() { "nothing that it takes was given".to_owned() } else { tried.join(", ") };
    let offered: Vec<String> = offered.iter().map(<&'static str>::from).map(str::to_owned).collect();
    Error::new(
        ErrorKind::Auth,
        format!("user {user:?} was not let in; tried: {tried}; the server takes: {}", offered.join(", ")),
    )
}

fn lost(error: russh::Error) -> Error {
    Error::new(ErrorKind::Connect, "the server ended the connection during authentication").with_source(error)
}

fn outcome(result: AuthResult, what: String) -> Outcome {
    match result {
        AuthResult::Success => Outcome::Success,
        AuthResult::Failure { remaining_methods, partial_success } => Outcome::Refused(Refusal {
            offered: remaining_methods,
            is_partial: partial_success,
            tried: vec![what],
        }),
    }
}

fn skipped(why: String) -> Outcome {
    Outcome::Refused(Refusal { offered: MethodSet::empty(), is_partial: false, tried: vec![why] })
}

/// The hashes to try for signatures with this key: `None` is SHA-1 for RSA, and the only one for other keys. SHA-1 is
/// tried last, and only where legacy algorithms are allowed.
async fn hashes(handle: &Handle<Checker>, plan: &Plan, key: Algorithm) -> Result<Vec<Option<HashAlg>>> {
    if !key.is_rsa() {
        return Ok(vec![None]);
    }
    let told = handle.best_supported_rsa_hash().await.map_err(lost)?.flatten();
    Ok(match plan.target.ssh_algorithms {
        SshAlgorithms::Modern => vec![told.or(Some(HashAlg::Sha256))],
        SshAlgorithms::Legacy => told.into_iter().map(Some).chain([None]).collect(),
    })
}

async fn agent(handle: &mut Handle<Checker>, plan: &Plan) -> Result<Outcome> {
    let user = plan.target.credentials.username.as_str();
    let mut agent = match AgentClient::connect_env().await {
        Ok(agent) => agent,
        Err(error) => return Ok(skipped(format!("agent (not reached: {error})"))),
    };
    let identities = match agent.request_identities().await {
        Ok(identities) => identities,
        Err(error) => return Ok(skipped(format!("agent (no answer: {error})"))),
    };
    if identities.is_empty() {
        return Ok(skipped("agent (it holds no key)".to_owned()));
    }
    let mut refusal = Refusal::nothing_yet();
    for identity in identities {
        let key = identity.public_key().into_owned();
        let fingerprint = key.fingerprint(HashAlg::Sha256);
        for hash in hashes(handle, plan, key.algorithm()).await? {
            let (what, result) = match identity.clone() {
                AgentIdentity::PublicKey { key, .. } => (
                    format!("agent key {fingerprint}"),
                    handle.authenticate_publickey_with(user, key, hash, &mut agent).await,
                ),
                AgentIdentity::Certificate { certificate, .. } => (
                    format!("agent certificate of key {fingerprint}"),
                    handle.authenticate_certificate_with(user, certificate, hash, &mut agent).await,
                ),
            };
            match result.map(|result| outcome(result, what.clone())) {
                Err(error) => refusal.tried.push(format!("{what} (the agent did not sign: {error})")),
                Ok(Outcome::Success) => return Ok(Outcome::Success),
                Ok(Outcome::Refused(next)) => {
                    if refusal.add(next) || handle.is_closed() {
                        return Ok(Outcome::Refused(refusal));
                    }
                }
            }
        }
    }
    Ok(Outcome::Refused(refusal))
}

async fn key(handle: &mut Handle<Checker>, plan: &Plan, path: &Path) -> Result<Outcome> {
    let credentials = &plan.target.credentials;
    let shown = path.display();
    let key = match load_secret_key(path, credentials.passphrase.as_ref().map(Secret::expose)) {
        Ok(key) => key,
        Err(error) => {
            let advice = match (&error, &credentials.passphrase) {
                (russh::keys::Error::KeyIsEncrypted, None) => "; give its passphrase",
                (_, Some(_)) => "; is the passphrase right?",
                _ => "",
            };
            return Ok(skipped(format!("key {shown} (it cannot be used: {error}{advice})")));
        }
    };
    let user = credentials.username.as_str();
    let key = Arc::new(key);
    let mut refusal = Refusal::nothing_yet();
    if let Some(certificate) = certificate(plan, path, &key) {
        let result = handle.authenticate_openssh_cert(user, key.clone(), certificate).await.map_err(lost)?;
        match outcome(result, format!("certificate of key {shown}")) {
            Outcome::Success => return Ok(Outcome::Success),
            Outcome::Refused(next) => {
                if refusal.add(next) {
                    return Ok(Outcome::Refused(refusal));
                }
            }
        }
    }
    for hash in hashes(handle, plan, key.algorithm()).await? {
        let proof = PrivateKeyWithHashAlg::new(key.clone(), hash);
        let result = handle.authenticate_publickey(user, proof).await.map_err(lost)?;
        match outcome(result, format!("key {shown}")) {
            Outcome::Success => return Ok(Outcome::Success),
            Outcome::Refused(next) => {
                if refusal.add(next) {
                    break;
                }
            }
        }
    }
    Ok(Outcome::Refused(refusal))
}

/// The user certificate of a key: beside it, or named by the SSH configuration.
fn certificate(plan: &Plan, path: &Path, key: &PrivateKey) -> Option<Certificate> {
    if key.algorithm().is_rsa() {
        return None;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push("-cert.pub");
    std::iter::once(PathBuf::from(beside))
        .chain(plan.certificates.iter().cloned())
        .filter_map(|path| Certificate::read_file(&path).ok())
        .find(|certificate| certificate.public_key() == key.public_key().key_data())
}

async fn password(handle: &mut Handle<Checker>, user: &str, password: Option<&Secret>) -> Result<Outcome> {
    let Some(password) = password else { return Ok(skipped("no password".to_owned())) };
    let result = handle.authenticate_password(user, password.expose()).await.map_err(lost)?;
    Ok(outcome(result, "password".to_owned()))
}

/// Answers a question for the password, once; anything else is not ours to answer.
async fn interactive(handle: &mut Handle<Checker>, user: &str, password: Option<&Secret>) -> Result<Outcome> {
    let what = "keyboard-interactive".to_owned();
    let Some(password) = password else { return Ok(skipped("no password".to_owned())) };
    let mut is_said = false;
    let mut response = handle.authenticate_keyboard_interactive_start(user, None).await.map_err(lost)?;
    for _ in 0..ROUNDS {
        response = match response {
            KeyboardInteractiveAuthResponse::Success => return Ok(Outcome::Success),
            KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success } => {
                return Ok(Outcome::Refused(Refusal {
                    offered: remaining_methods,
                    is_partial: partial_success,
                    tried: vec![what],
                }));
            }
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => {
                let answers = match prompts.as_slice() {
                    [] => Vec::new(),
                    [prompt] if !is_said && asks_for_password(prompt) => {
                        is_said = true;
                        vec![password.expose().to_owned()]
                    }
                    // Something else is asked: empty answers bring the refusal, and nothing is given away.
                    prompts => prompts.iter().map(|_| String::new()).collect(),
                };
                handle.authenticate_keyboard_interactive_respond(answers).await.map_err(lost)?
            }
        };
    }
    Ok(skipped(format!("{what} (it asked too much)")))
}

fn asks_for_password(prompt: &Prompt) -> bool {
    let words = prompt.prompt.to_lowercase();
    !prompt.echo && words.contains("password") && !words.contains("new ") && !words.contains("retype")
}
