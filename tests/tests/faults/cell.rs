//! One run: the steps before, the step with its fault, and what is left afterwards.

use std::fmt;
use std::time::Duration;

use peering_core::{Candidate, Confirming, Error, ErrorKind, Result, Router};
use peering_drivers::sim::{Fault, FaultKind, FaultPoint};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::child::Child;
use super::matrix::{Device, Disorder, Handle, Ports, Step, Subject, WINDOW};

/// No step has more requests than this.
const MOST: usize = 40;

/// How the words begin of a run that did not get as far as its step.
pub(crate) const UNPREPARED: &str = "before the step";

/// What is open before a step.
pub(crate) enum Ready {
    Nothing,
    Connected(Router),
    Open(Router, Candidate),
    Pending(Router, Confirming),
}

pub(crate) async fn connect(subject: &dyn Subject, ports: Ports) -> Result<Router> {
    Router::connect(subject.driver(ports), &ports.target()).await
}

/// Does everything that comes before a step.
pub(crate) async fn prepare(subject: &dyn Subject, ports: Ports, step: Step) -> Result<Ready> {
    if step == Step::Connect {
        return Ok(Ready::Nothing);
    }
    let router = connect(subject, ports).await?;
    if step == Step::Open {
        return Ok(Ready::Connected(router));
    }
    let mut candidate = router.candidate().await?;
    if step == Step::Load {
        return Ok(Ready::Open(router, candidate));
    }
    candidate.merge(subject.change()).await?;
    if matches!(step, Step::Confirm | Step::Revert) {
        let confirming = candidate.commit_confirmed(WINDOW, None).await?;
        return Ok(Ready::Pending(router, confirming));
    }
    Ok(Ready::Open(router, candidate))
}

/// Does the step. What it opens is dropped.
pub(crate) async fn perform(subject: &dyn Subject, ports: Ports, step: Step, ready: Ready) -> Result<()> {
    match (step, ready) {
        (Step::Connect, _) => connect(subject, ports).await.map(drop),
        (Step::Open, Ready::Connected(router)) => router.candidate().await.map(drop),
        (Step::Load, Ready::Open(_, mut candidate)) => candidate.merge(subject.change()).await,
        (Step::Diff, Ready::Open(_, mut candidate)) => candidate.diff().await.map(drop),
        (Step::Commit, Ready::Open(_, candidate)) => candidate.commit(None).await,
        (Step::CommitConfirmed, Ready::Open(_, candidate)) => {
            candidate.commit_confirmed(WINDOW, None).await.map(drop)
        }
        (Step::Confirm, Ready::Pending(_, confirming)) => confirming.confirm().await,
        (Step::Revert, Ready::Pending(_, confirming)) => confirming.revert().await,
        (Step::Close, Ready::Open(router, candidate)) => {
            drop(candidate);
            router.close().await
        }
        (step, _) => panic!("nothing is prepared for {step:?}"),
    }
}

fn router(ready: &Ready) -> Option<Router> {
    match ready {
        Ready::Nothing => None,
        Ready::Connected(router) | Ready::Open(router, _) | Ready::Pending(router, _) => Some(router.clone()),
    }
}

/// What a step answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Failed(ErrorKind, String),
    /// Nobody was there to hear it.
    Unheard,
}

/// What a router holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holds {
    Old,
    New,
    /// The new configuration runs; a restart brings the old one.
    NewUnsaved,
    Mixture,
}

/// How one run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) holds: Holds,
    /// Whether something was left until the next candidate.
    pub(crate) is_left: bool,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Answer::Done => f.write_str("ok, ")?,
            Answer::Failed(ErrorKind::OutcomeUnknown, _) => f.write_str("unknown, ")?,
            Answer::Failed(kind, _) => write!(f, "{kind}, ")?,
            Answer::Unheard => {}
        }
        f.write_str(match self.holds {
            Holds::Old => "old",
            Holds::New => "new",
            Holds::NewUnsaved => "new unsaved",
            Holds::Mixture => "MIXTURE",
        })?;
        f.write_str(if self.is_left { "†" } else { "" })
    }
}

/// The configurations that a router may hold.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) old: String,
    pub(crate) new: String,
}

impl Texts {
    /// From a change without faults.
    pub(crate) async fn of(subject: &dyn Subject) -> Texts {
        let device = subject.start().await;
        let ports = device.ports().patient();
        let (old, _) = device.handle().configurations();
        let ready = prepare(subject, ports, Step::Commit).await.unwrap();
        perform(subject, ports, Step::Commit, ready).await.unwrap();
        let (new, saved) = device.handle().configurations();
        assert!(new != old && new == saved, "without a fault the change is made and saved");
        Texts { old, new }
    }

    fn held(&self, device: &dyn Device) -> Holds {
        let (running, saved) = device.handle().configurations();
        match (running == self.old, running == self.new, saved == self.old, saved == self.new) {
            (true, _, true, _) => Holds::Old,
            (_, true, _, true) => Holds::New,
            (_, true, true, _) => Holds::NewUnsaved,
            _ => Holds::Mixture,
        }
    }
}

/// How many requests a step is.
pub(crate) async fn requests(subject: &dyn Subject, step: Step) -> usize {
    let device = subject.start().await;
    let (handle, ports) = (device.handle(), device.ports().patient());
    let ready = prepare(subject, ports, step).await.unwrap();
    for _ in 0..MOST {
        handle.inject(Fault::once(FaultPoint::Command(String::new()), FaultKind::Delay(Duration::ZERO)));
    }
    perform(subject, ports, step, ready).await.unwrap();
    assert!(handle.unplayed() > 0, "{step:?} has more requests than {MOST}");
    MOST - handle.unplayed()
}

/// Where the fault of a run strikes.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// The request of the step with this number, from 1.
    Request(usize),
    /// A command, wherever it stands.
    Command(FaultPoint),
}

fn inject(device: &dyn Device, disorder: Disorder, place: &Place) {
    let handle = device.handle();
    // neither is waited for to the end
    let (slow, late) = (Duration::from_secs(2), device.ports().patience + Duration::from_millis(500));
    let kind = match disorder {
        Disorder::CutBefore => FaultKind::DropBefore,
        Disorder::CutAfter => FaultKind::DropAfter,
        Disorder::Stall => FaultKind::Stall,
        Disorder::Late => FaultKind::Late(late),
        Disorder::Garbage => FaultKind::Garbage(b"\x7f\x00garbage]]>]]>".to_vec()),
        Disorder::Refusal => FaultKind::Fail { status: 1000, output: "simulated failure".to_owned() },
        Disorder::Dropped | Disorder::Abandoned | Disorder::Killed => FaultKind::Delay(slow),
    };
    let at = match place {
        Place::Request(number) => {
            let any = FaultPoint::Command(String::new());
            for _ in 1..*number {
                // those before it pass
                handle.inject(Fault::once(any.clone(), FaultKind::Delay(Duration::ZERO)));
            }
            any
        }
        Place::Command(point) => point.clone(),
    };
    handle.inject(Fault::once(at, kind));
}

/// Waits until the fault has struck; false when the step ended without it.
async fn struck(handle: &dyn Handle, is_over: impl Fn() -> bool + Send) -> bool {
    while handle.unplayed() > 0 {
        if is_over() {
            return handle.unplayed() == 0;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    true
}

/// How much there is at once.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Runs, each with a router of its own.
    pub(crate) routers: Semaphore,
    /// Those that are started, or looked at in the end; the others mostly wait.
    pub(crate) work: Semaphore,
}

/// Runs a cell at one place; `None` when the step has no such place. The error says which promise was broken.
pub(crate) async fn run(
    subject: &dyn Subject,
    texts: &Texts,
    step: Step,
    disorder: Disorder,
    place: &Place,
    turns: &Turns,
) -> std::result::Result<Option<Outcome>, String> {
    let _router = turns.routers.acquire().await.unwrap();
    let turn = turns.work.acquire().await.unwrap();
    let device = subject.start().await;
    let (device, ports) = (device.as_ref(), device.ports());
    let Some(answer) = strike(subject, device, (step, disorder), place, turn).await? else {
        return Ok(None);
    };
    let now = texts.held(device);
    if step.acts() {
        tokio::time::sleep(subject.settled()).await;
    } else if disorder == Disorder::Late {
        tokio::time::sleep(ports.patience).await;
    }
    let holds = texts.held(device);
    device.handle().clear_faults();
    let is_left = !device.leaks().await.is_empty();
    let _turn = turns.work.acquire().await.unwrap();
    let outcome = Outcome { answer, holds, is_left };
    is_true(step, now, &outcome)?;

    let next = async {
        let router = connect(subject, ports).await?;
        router.candidate().await?.discard().await?;
        router.close().await
    };
    next.await.map_err(|error: Error| format!("the next candidate fails: {error}"))?;
    let left = device.leaks().await;
    if !left.is_empty() {
        return Err(format!("after the next candidate there is still {left:?}"));
    }
    if texts.held(device) != holds {
        return Err("the next candidate changed the configuration".to_owned());
    }
    Ok(Some(outcome))
}

/// Does the step with its fault, to the end or until we are gone. The turn is over when the step begins.
async fn strike(
    subject: &dyn Subject,
    device: &dyn Device,
    (step, disorder): (Step, Disorder),
    place: &Place,
    turn: SemaphorePermit<'_>,
) -> std::result::Result<Option<Answer>, String> {
    let (handle, ports) = (device.handle(), device.ports());
    if disorder == Disorder::Killed {
        let started = Child::start(subject, ports, step).await;
        let mut child = started.map_err(|error| format!("{UNPREPARED}: {error}"))?;
        drop(turn);
        inject(device, disorder, place);
        child.go().await;
        let has_struck = struck(handle, || child.has_ended()).await;
        child.kill().await;
        return Ok(has_struck.then_some(Answer::Unheard));
    }
    let ready = prepare(subject, ports, step).await.map_err(|error| format!("{UNPREPARED}: {error}"))?;
    drop(turn);
    let router = router(&ready);
    inject(device, disorder, place);
    let performed = perform(subject, ports, step, ready);
    if matches!(disorder, Disorder::Dropped | Disorder::Abandoned) {
        let has_struck = tokio::select! {
            _ = performed => false,
            has_struck = struck(handle, || false) => has_struck,
        };
        if let (Some(router), Disorder::Dropped) = (router, disorder) {
            // what was open is discarded by the next call
            router.check().await.ok();
            router.close().await.ok();
        }
        return Ok(has_struck.then_some(Answer::Unheard));
    }
    let result = performed.await;
    if handle.unplayed() > 0 {
        return Ok(None);
    }
    if let Some(router) = router {
        router.close().await.ok();
    }
    Ok(Some(match result {
        Ok(()) => Answer::Done,
        Err(error) => Answer::Failed(error.kind(), error.to_string()),
    }))
}

/// Whether the router holds what the answer says: `now`, right after it, and when all timers are over.
fn is_true(step: Step, now: Holds, outcome: &Outcome) -> std::result::Result<(), String> {
    let old = Holds::Old;
    let runs_new = matches!(now, Holds::New | Holds::NewUnsaved);
    let holds = outcome.holds;
    let kept = match (&outcome.answer, step) {
        _ if holds == Holds::Mixture => false,
        (_, Step::Connect | Step::Open | Step::Load | Step::Diff | Step::Close) => now == old && holds == old,
        (Answer::Failed(_, words), Step::Commit | Step::Confirm) if words.contains("in force, but") => {
            holds == Holds::NewUnsaved
        }
        (Answer::Unheard | Answer::Failed(ErrorKind::OutcomeUnknown, _), _) => true,
        (Answer::Done, Step::Commit | Step::Confirm) => now == Holds::New && holds == Holds::New,
        (Answer::Done, Step::CommitConfirmed) => runs_new && holds == old,
        (Answer::Done, Step::Revert) => now == old && holds == old,
        (Answer::Failed(..), Step::Commit | Step::CommitConfirmed) => now == old && holds == old,
        (Answer::Failed(..), Step::Confirm | Step::Revert) => holds == old,
    };
    if kept { Ok(()) } else { Err(format!("{:?}, but it held {now:?} and then {holds:?}", outcome.answer)) }
}
