//! What is crossed with what, and what a platform brings for it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Credentials, Driver, HostKeyPolicy, SshConfig, Target, Timeouts};
use peering_drivers::sim::{Fault, Port, Running, User};

/// The confirm window.
pub(crate) const WINDOW: Duration = Duration::from_secs(4);

/// How long a step of a change may take. A driver's own timer for a plain commit is little longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// When every timer on the router has run out.
pub(crate) const SETTLED: Duration = Duration::from_secs(7);

/// A step, with everything before it done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Connect,
    Open,
    Load,
    Diff,
    /// A commit without a window.
    Commit,
    /// A commit with one.
    CommitConfirmed,
    Confirm,
    Revert,
    /// Closing the router while a candidate is there.
    Close,
}

impl Step {
    pub(crate) const ALL: [Step; 9] = [
        Step::Connect,
        Step::Open,
        Step::Load,
        Step::Diff,
        Step::Commit,
        Step::CommitConfirmed,
        Step::Confirm,
        Step::Revert,
        Step::Close,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::Connect => "connect",
            Step::Open => "open",
            Step::Load => "load",
            Step::Diff => "diff",
            Step::Commit => "commit",
            Step::CommitConfirmed => "commit confirmed",
            Step::Confirm => "confirm",
            Step::Revert => "revert",
            Step::Close => "close",
        }
    }

    /// The step with this name.
    pub(crate) fn named(name: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Whether something can be in force after it.
    pub(crate) fn acts(self) -> bool {
        matches!(self, Step::Commit | Step::CommitConfirmed | Step::Confirm | Step::Revert)
    }
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disorder {
    /// The link is cut before the router has read the request.
    CutBefore,
    /// The router does what it is told, and the link is cut before its answer.
    CutAfter,
    /// No answer.
    Stall,
    /// The router does what it is told after we have given up on it.
    Late,
    /// An answer that is none.
    Garbage,
    /// The router refuses a command of the step.
    Refusal,
    /// Our future is dropped while the router answers.
    Dropped,
    /// The same, and the whole session without a goodbye.
    Abandoned,
    /// Our process is killed then.
    Killed,
}

impl Disorder {
    pub(crate) const ALL: [Disorder; 9] = [
        Disorder::CutBefore,
        Disorder::CutAfter,
        Disorder::Stall,
        Disorder::Late,
        Disorder::Garbage,
        Disorder::Refusal,
        Disorder::Dropped,
        Disorder::Abandoned,
        Disorder::Killed,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Disorder::CutBefore => "cut before",
            Disorder::CutAfter => "cut after",
            Disorder::Stall => "stall",
            Disorder::Late => "done late",
            Disorder::Garbage => "garbage",
            Disorder::Refusal => "device error",
            Disorder::Dropped => "future dropped",
            Disorder::Abandoned => "session dropped",
            Disorder::Killed => "process killed",
        }
    }
}

/// Where a router listens: what another process needs to connect to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Of what the driver speaks.
    pub(crate) main: u16,
    /// Where files are put.
    pub(crate) files: u16,
    /// How long a step may take.
    pub(crate) patience: Duration,
}

impl Ports {
    pub(crate) fn new(main: u16, files: u16) -> Ports {
        Ports { main, files, patience: PATIENCE }
    }

    /// The same for steps without a fault, which take as long as they take.
    pub(crate) fn patient(self) -> Ports {
        Ports { patience: Timeouts::default().change, ..self }
    }

    /// How to connect, by the account that every router here has.
    pub(crate) fn target(self) -> Target {
        let credentials = Credentials {
            username: "netops".into(),
            password: Some("faults".into()),
            ..Credentials::default()
        };
        let patience = self.patience;
        let timeouts = Timeouts { connect: patience, read: patience, change: patience };
        Target {
            port: Some(self.main),
            credentials,
            host_key: HostKeyPolicy::AcceptAnyInsecure,
            ssh_config: SshConfig::Off,
            timeouts,
            ..Target::new("127.0.0.1")
        }
    }
}

/// Who may log in.
pub(crate) fn users() -> Vec<User> {
    vec![User::new("netops", "faults")]
}

/// The one port that a router has.
pub(crate) fn port(name: &str) -> Vec<Port> {
    vec![Port { name: name.into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }]
}

/// A simulated router that is new for each run.
#[async_trait]
pub(crate) trait Device: Send + Sync {
    /// What the simulator has for every platform.
    fn handle(&self) -> &dyn Handle;

    fn ports(&self) -> Ports {
        let main = self.handle().port();
        Ports::new(main, main)
    }

    /// Every lock, session, candidate, checkpoint and timer that a change has left on it.
    async fn leaks(&self) -> Vec<String>;
}

/// A running simulator, whatever it proves itself by.
pub(crate) trait Handle: Send + Sync {
    fn port(&self) -> u16;

    fn inject(&self, fault: Fault);

    fn clear_faults(&self);

    /// How many faults have not struck yet.
    fn unplayed(&self) -> usize;

    /// The running and the saved configuration, by the back door.
    fn configurations(&self) -> (String, String);
}

impl<I: Send + Sync> Handle for Running<I> {
    fn port(&self) -> u16 {
        self.addr().port()
    }

    fn inject(&self, fault: Fault) {
        Running::inject(self, fault);
    }

    fn clear_faults(&self) {
        Running::clear_faults(self);
    }

    fn unplayed(&self) -> usize {
        self.unplayed_faults()
    }

    fn configurations(&self) -> (String, String) {
        (self.running_config(), self.startup_config())
    }
}

/// The sessions that do not end: one whose link is gone ends when the router has done what it had asked last.
pub(crate) async fn lasting<T: fmt::Debug>(sessions: impl Fn() -> Vec<T> + Send) -> Vec<String> {
    for _ in 0..160 {
        if sessions().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    sessions().iter().map(|session| format!("{session:?}")).collect()
}

/// What a platform brings.
#[async_trait]
pub(crate) trait Subject: Send + Sync {
    /// The platform, as its folder is called.
    fn platform(&self) -> &'static str;

    /// What its table is about, where the platform has several.
    fn way(&self) -> &'static str {
        ""
    }

    fn driver(&self, ports: Ports) -> Arc<dyn Driver>;

    /// A new router with its old configuration, running and saved.
    async fn start(&self) -> Box<dyn Device>;

    /// The text that makes the new configuration when it is merged.
    fn change(&self) -> &'static str;

    /// The commands of a step that the router can refuse.
    fn refusals(&self, step: Step) -> &'static [&'static str];

    /// How long after a step everything on the router is over.
    fn settled(&self) -> Duration {
        SETTLED
    }

    /// Whether a commit is saved by a command of its own.
    fn saves(&self) -> bool {
        false
    }

    /// One in so many places of a step is tried, another one for each disorder.
    fn stride(&self) -> usize {
        1
    }

    /// The commands that change what is in force, or what is saved: they are tried whatever the stride is.
    fn acts(&self, _step: Step) -> &'static [&'static str] {
        &[]
    }
}
