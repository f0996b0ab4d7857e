//! A router that exists on paper only: the smallest device that keeps every promise of the driver contract, and, told
//! to, breaks exactly one. It shows that the conformance suite can fail.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{
    Capabilities, CommitOptions, Driver, HostKeyPolicy, LoadMode, Pending, Read, Reads, Session, Target,
    Token,
};
use peering_core::state::{
    BgpNeighbor, BgpState, Facts, Interface, InterfaceAddresses, Route, RouteMatch, RouteQuery,
};
use peering_core::{Asn, Diff, Error, ErrorKind, Result};

const READS: Reads = Reads::of(&[
    Read::Facts,
    Read::Interfaces,
    Read::InterfaceAddresses,
    Read::BgpNeighbors,
    Read::Routes,
    Read::RunningConfig,
    Read::Command,
]);

const PASSWORD: &str = "paper-password";
const SECRET: &str = "paper-secret";

#[derive(Debug, Default)]
struct Device {
    lines: Vec<String>,
    /// The session and user that hold the lock.
    lock: Option<(u64, String)>,
    pending: Option<Waiting>,
    last_token: Option<Token>,
    sessions: u64,
    reads: u64,
}

#[derive(Clone, Debug)]
struct Waiting {
    pending: Pending,
    saved: Vec<String>,
}

/// A driver for a device on paper, with the name of the one behaviour that it breaks.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    device: Arc<Mutex<Device>>,
    broken: &'static str,
}

impl Paper {
    /// A device that keeps every promise but `broken` (empty: all).
    pub fn new(broken: &'static str) -> Self {
        let paper = Paper { broken, ..Default::default() };
        paper.device().lines = vec!["hostname paper".into(), "neighbor 192.0.2.1".into()];
        paper
    }

    fn device(&self) -> MutexGuard<'_, Device> {
        self.device.lock().unwrap()
    }

    fn breaks(&self, behaviour: &str) -> bool {
        self.broken == behaviour
    }
}

#[async_trait]
impl Driver for Paper {
    fn name(&self) -> &'static str {
        "paper"
    }

    fn capabilities(&self) -> Capabilities {
        let window = Duration::from_millis(500);
        Capabilities {
            reads: if self.breaks("session_claims_within_driver") {
                READS.without(Read::Command)
            } else {
                READS
            },
            merge: true,
            replace: true,
            validate: true,
            commit: true,
            commit_confirmed: true,
            minimum_window: if self.breaks("short_window_is_refused") { Duration::ZERO } else { window },
            window_step: Duration::from_millis(100),
        }
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Session>> {
        if target.port == Some(1) {
            let kind =
                if self.breaks("unreachable_is_connect") { ErrorKind::Timeout } else { ErrorKind::Connect };
            return Err(Error::new(kind, "nobody listens"));
        }
        let password = target.credentials.password.as_ref().map_or("", |password| password.expose());
        if password != PASSWORD {
            let shown = if self.breaks("wrong_password_is_auth") { password } else { "" };
            return Err(Error::new(ErrorKind::Auth, format!("password {shown} refused")));
        }
        let mut device = self.device();
        device.sessions += 1;
        Ok(Box::new(PaperSession {
            paper: self.clone(),
            id: device.sessions,
            host: target.to_string(),
            user: target.credentials.username.clone(),
            base: Vec::new(),
            candidate: None,
            closed: false,
            in_the_air: false,
            timer: None,
        }))
    }
}

#[derive(Debug)]
struct PaperSession {
    paper: Paper,
    id: u64,
    host: String,
    user: String,
    base: Vec<String>,
    candidate: Option<Vec<String>>,
    closed: bool,
    in_the_air: bool,
    timer: Option<tokio::task::JoinHandle<()>>,
}

impl PaperSession {
    fn breaks(&self, behaviour: &str) -> bool {
        self.paper.breaks(behaviour)
    }

    fn open(&self) -> Result<MutexGuard<'_, Device>> {
        if self.closed && !self.breaks("closed_is_closed") {
            return Err(Error::new(ErrorKind::Closed, "closed"));
        }
        Ok(self.paper.device())
    }

    fn gone(&self) -> Error {
        Error::new(ErrorKind::NotFound, "not pending any more")
    }

    fn take_pending(&self, token: &Token) -> Result<Waiting> {
        let mut device = self.open()?;
        match device.pending.take() {
            Some(waiting) if waiting.pending.token == *token => {
                device.lock = None;
                Ok(waiting)
            }
            other => {
                device.pending = other;
                Err(self.gone())
            }
        }
    }
}

fn lay(lines: &mut Vec<String>, text: &str) -> Result<()> {
    let mut refused = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("bad") {
            refused = Some(line);
        } else if let Some(old) = line.strip_prefix("no ") {
            lines.retain(|line| line != old);
        } else if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    match refused {
        Some(line) => Err(Error::new(ErrorKind::Rejected, format!("unknown line: {line}"))),
        None => Ok(()),
    }
}

fn show(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[async_trait]
impl Session for PaperSession {
    fn capabilities(&self) -> Capabilities {
        let reads = if self.paper.breaks("unclaimed_is_unsupported_at_once") {
            READS.without(Read::Routes)
        } else {
            READS
        };
        Capabilities { reads, ..self.paper.capabilities() }
    }

    async fn facts(&mut self) -> Result<Facts> {
        drop(self.open()?);
        let hostname = if self.in_the_air { "hostname paper" } else { "paper" };
        Ok(Facts {
            vendor: "Stationery".into(),
            model: None,
            os_version: "1".into(),
            serial_number: None,
            hostname: if self.breaks("facts_are_whole") { String::new() } else { hostname.into() },
            fqdn: None,
            uptime: None,
            interfaces: vec!["p0".into()],
        })
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        let interface = Interface {
            name: "p0".into(),
            description: None,
            is_enabled: true,
            is_up: true,
            ..Interface::default()
        };
        let count = if self.breaks("interfaces_are_whole") { 2 } else { 1 };
        Ok(vec![interface; count])
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        let addresses = vec!["192.0.2.2/24".parse().unwrap()];
        if self.breaks("claimed_reads_answer") {
            return Err(Error::new(ErrorKind::Parse, "no address book"));
        }
        let addresses = if self.breaks("addresses_are_whole") { Vec::new() } else { addresses };
        Ok(vec![InterfaceAddresses { interface: "p0".into(), addresses }])
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let uptime = Some(Duration::from_secs(60)).filter(|_| !self.breaks("neighbors_are_consistent"));
        Ok(vec![BgpNeighbor {
            network_instance: "default".into(),
            address: [192, 0, 2, 1].into(),
            remote_as: Asn::new(64501),
            local_as: Asn::new(64500),
            local_address: None,
            local_router_id: None,
            interface: None,
            remote_router_id: None,
            description: None,
            peer_group: None,
            is_enabled: true,
            state: BgpState::Established,
            down_reason: None,
            uptime,
            established_since: None,
            state_age: None,
            flaps: None,
            hold_time: None,
            keepalive: None,
            messages_received: None,
            messages_sent: None,
            is_authenticated: None,
            families: Vec::new(),
        }])
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let RouteMatch::Exact(prefix) = query.matching else { return Ok(Vec::new()) };
        let route = Route {
            prefix,
            protocol: "static".into(),
            table: None,
            network_instance: "default".into(),
            is_best: true,
            inactive_reason: None,
            preference: None,
            preference2: None,
            metric: None,
            metric2: None,
            next_hops: Vec::new(),
            selected_next_hop: None,
            interfaces: Vec::new(),
            age: None,
            bgp: None,
        };
        Ok(if self.breaks("no_route_is_empty") { vec![route] } else { Vec::new() })
    }

    async fn running_config(&mut self) -> Result<String> {
        let text = {
            let mut device = self.open()?;
            device.reads += 1;
            let count = if self.breaks("running_config_is_stable") { device.reads } else { 0 };
            let clock = if count > 0 { format!("! read {count} times\n") } else { String::new() };
            clock + &show(&device.lines)
        };
        self.in_the_air = self.breaks("dropped_read_keeps_step");
        tokio::time::sleep(Duration::from_millis(3)).await;
        self.in_the_air = false;
        Ok(text)
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        match command {
            "show version" if self.breaks("command_answers") => Ok(String::new()),
            "show version" => Ok("paper 1".into()),
            _ if self.breaks("unknown_command_is_rejected") => Ok("unknown command".into()),
            _ => {
                let error = Error::new(ErrorKind::Rejected, "unknown command");
                Err(if self.breaks("errors_name_host_and_operation") {
                    error.with_host("elsewhere")
                } else {
                    error
                })
            }
        }
    }

    async fn open_candidate(&mut self) -> Result<()> {
        let mut device = self.open()?;
        let locks = !self.breaks("second_candidate_is_locked");
        if let Some((_, holder)) = device.lock.as_ref().filter(|_| locks) {
            let holder = if self.breaks("holder_is_named") { "somebody" } else { holder };
            return Err(Error::new(ErrorKind::Locked, format!("held by {holder}")));
        }
        device.lock = Some((self.id, self.user.clone()));
        let lines = device.lines.clone();
        drop(device);
        self.base.clone_from(&lines);
        self.candidate = Some(lines);
        Ok(())
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let replaces = mode == LoadMode::Replace && !self.breaks("replace_commits");
        let mut lines = if replaces { Vec::new() } else { self.candidate.clone().unwrap() };
        let laid = lay(&mut lines, text);
        if laid.is_ok() || self.breaks("refusal_keeps_the_candidate") {
            self.candidate = Some(lines.clone());
        }
        let applies_at_once = self.breaks("discard_leaves_no_trace")
            || (laid.is_err() && self.breaks("refused_text_changes_nothing"));
        if applies_at_once {
            self.open()?.lines = lines;
        }
        laid
    }

    async fn validate(&mut self) -> Result<()> {
        if self.breaks("validate_accepts_what_commits") {
            return Err(Error::new(ErrorKind::Rejected, "not today"));
        }
        Ok(())
    }

    async fn diff(&mut self) -> Result<Diff> {
        let new = self.candidate.clone().unwrap();
        let (mut old, new) = (show(&self.open()?.lines), show(&new));
        if self.breaks("diff_shows_the_change") {
            old.clone_from(&new);
        }
        if self.breaks("no_change_is_an_empty_diff") {
            old.push_str("more\n");
        }
        let hides = !self.breaks("diff_hides_the_secret");
        Ok(Diff::between(&old, &new, |raw| if hides { raw.replace(SECRET, "…") } else { raw.to_owned() }))
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let before = Timestamp::now();
        let mut new = self.candidate.take().unwrap();
        let mut device = self.open()?;
        let saved = device.lines.clone();
        if saved != self.base && !self.breaks("moved_configuration_is_refused") {
            return Err(Error::new(ErrorKind::Rejected, "the configuration moved"));
        }
        if self.breaks("merge_commits_and_unmerges") {
            new.clone_from(&saved);
        }
        device.lines = new;
        let Some(window) = options.window else {
            device.lock = None;
            return Ok(None);
        };
        let said = if self.breaks("deadline_is_honest") { window * 20 } else { window };
        let token = Token {
            platform: "paper".into(),
            host: self.host.clone(),
            id: format!("{}-{}", self.id, before.as_nanosecond()),
        };
        let pending = Pending { token: token.clone(), deadline: before + said, holder: self.user.clone() };
        device.pending = Some(Waiting { pending: pending.clone(), saved: saved.clone() });
        device.last_token = Some(token.clone());
        if self.breaks("pending_locks_the_configuration") {
            device.lock = None;
        }
        drop(device);
        let never = ["unconfirmed_commit_comes_back", "dropped_confirming_comes_back"]
            .iter()
            .any(|behaviour| self.breaks(behaviour));
        let always = self.breaks("confirmed_commit_stays");
        let paper = self.paper.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(window).await;
            let mut device = paper.device();
            let waiting = device.pending.as_ref().is_some_and(|waiting| waiting.pending.token == token);
            if (waiting && !never) || always {
                device.lines = saved;
                device.pending = None;
                device.lock = None;
            }
        });
        self.timer = Some(timer);
        Ok(Some(pending))
    }

    async fn confirm(&mut self, token: &Token) -> Result<()> {
        match self.take_pending(token) {
            Err(_) if self.breaks("late_confirm_is_not_found") => Ok(()),
            taken => taken.map(|_| ()),
        }
    }

    async fn revert(&mut self, token: &Token) -> Result<()> {
        let waiting = self.take_pending(token)?;
        if !self.breaks("revert_comes_back_at_once") {
            self.open()?.lines = waiting.saved;
        }
        Ok(())
    }

    async fn discard(&mut self) -> Result<()> {
        self.candidate = None;
        let keeps = self.breaks("dropped_candidate_is_released");
        let id = self.id;
        let mut device = self.open()?;
        if device.lock.as_ref().is_some_and(|(holder, _)| *holder == id && !keeps) {
            device.lock = None;
        }
        Ok(())
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        let device = self.open()?;
        let seen = device.pending.as_ref().map(|waiting| waiting.pending.clone());
        if self.breaks("pending_is_seen_from_outside") || self.breaks("reattach_confirms") {
            return Ok(None);
        }
        if self.breaks("reattach_refuses_a_stale_token") {
            let ghost = |token| Pending { token, deadline: Timestamp::now(), holder: String::new() };
            return Ok(seen.or_else(|| device.last_token.clone().map(ghost)));
        }
        Ok(seen)
    }

    async fn check(&mut self) -> Result<()> {
        self.open().map(|_| ())
    }

    async fn close(&mut self) -> Result<()> {
        self.closed = true;
        if let Some(timer) = self.timer.take().filter(|_| self.breaks("lost_session_comes_back")) {
            timer.abort();
        }
        Ok(())
    }
}

#[async_trait]
impl Subject for Paper {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.clone())
    }

    fn target(&self) -> Target {
        let mut target: Target = "netops@paper.example".parse().unwrap();
        target.credentials.password = Some(PASSWORD.into());
        target.host_key = HostKeyPolicy::Known;
        target
    }

    fn wrong_password(&self) -> Target {
        let mut target = self.target();
        target.credentials.password = Some("not-the-password".into());
        target
    }

    fn nobody(&self) -> Target {
        Target { port: Some(1), ..self.target() }
    }

    fn change(&self) -> Change {
        Change {
            apply: format!("neighbor 192.0.2.9\npassword {SECRET}\n"),
            remove: format!("no neighbor 192.0.2.9\nno password {SECRET}\n"),
            marker: "neighbor 192.0.2.9".into(),
            secret: Some(SECRET.into()),
        }
    }

    fn replacement(&self, running: &str) -> String {
        format!("{running}{}", self.change().apply)
    }

    fn refused(&self) -> String {
        "neighbor 192.0.2.10\nbad line\nneighbor 192.0.2.11\n".into()
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        self.device().lines.push("neighbor 192.0.2.66".into());
        Ok(())
    }

    async fn mend(&self) -> Result<()> {
        self.device().lines.retain(|line| line != "neighbor 192.0.2.66");
        Ok(())
    }

    fn window(&self) -> Duration {
        Duration::from_millis(1500)
    }

    fn grace(&self) -> Duration {
        Duration::from_secs(3)
    }
}
