//! What is crossed with what, and what a platform brings for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::{Credentials, Driver, HostKeyPolicy, Target};
use peering_drivers::sim::{Fault, FaultPoint, Running};

/// The confirm window.
pub(crate) const WINDOW: Duration = Duration::from_secs(3);

/// How long a step of a change may take. A driver's own timer for a plain commit is little longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// When every timer on the router has run out.
pub(crate) const SETTLED: Duration = Duration::from_secs(6);

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

/// A simulated router of a platform that is new for each run.
#[async_trait]
pub(crate) trait Device: Send + Sync {
    /// How to connect to it.
    fn target(&self) -> Target;

    fn inject(&self, fault: Fault);

    fn clear_faults(&self);

    /// How many faults have not struck yet.
    fn unplayed(&self) -> usize;

    /// The running and the saved configuration, by the back door.
    fn configurations(&self) -> (String, String);

    /// Every lock, session, candidate, checkpoint and timer that a change has left on it.
    async fn leaks(&self) -> Vec<String>;
}

/// What a platform brings.
#[async_trait]
pub(crate) trait Subject: Send + Sync {
    fn driver(&self) -> Arc<dyn Driver>;

    /// A new router with its old configuration, running and saved.
    async fn start(&self) -> Box<dyn Device>;

    /// The text that makes the new configuration when it is merged.
    fn change(&self) -> &str;

    /// The commands of a step that the router can refuse.
    fn refusals(&self, step: Step) -> Vec<FaultPoint>;

    /// What another process needs to connect to a router: the platform, and what [`Subject::read_note`] reads.
    fn note(&self, target: &Target) -> String {
        format!("{} {}", self.driver().name(), target.port.unwrap_or_default())
    }

    /// What that process makes of it.
    fn read_note(&self, note: &str) -> Target {
        let credentials = Credentials {
            username: "netops".into(),
            password: Some("faults".into()),
            ..Credentials::default()
        };
        Target {
            port: note.parse().ok(),
            credentials,
            host_key: HostKeyPolicy::AcceptAnyInsecure,
            ..Target::new("127.0.0.1")
        }
    }
}

/// The sessions that are left. One whose link is gone ends when the router has done what that session had asked last.
pub(crate) async fn left<S: std::fmt::Debug>(sessions: impl Fn() -> Vec<S>) -> Vec<String> {
    for _ in 0..160 {
        if sessions().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    sessions().iter().map(|session| format!("{session:?}")).collect()
}

/// A running simulator.
#[derive(Debug)]
pub(crate) struct Simulated<I> {
    pub(crate) running: Running<I>,
    pub(crate) target: Target,
}

/// The part of [`Device`] that is the same for every platform of the simulator.
impl<I> Simulated<I> {
    pub(crate) fn configurations(&self) -> (String, String) {
        (self.running.running_config(), self.running.startup_config())
    }
}
