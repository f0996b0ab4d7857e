//! Faults that a test or a demonstration plays: where, what, and how often.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::frr::guard::Verb;

/// A step of the configuration transaction, as the driver asks the router for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// What can this account do, and what was left behind?
    Probe,
    /// Take the lock and read the running configuration.
    Lock,
    /// Hand over the target configuration and have its grammar checked.
    Stage,
    /// Show what it would change.
    Test,
    /// Arm the timer and apply.
    Apply,
    /// Compare after applying.
    Verify,
    /// Make it permanent.
    Confirm,
    /// Go back.
    Revert,
    /// Go back in the place of a timer that was killed.
    Rescue,
    /// Give the lock up.
    Discard,
    /// Forget the outcome of an ended commit.
    Forget,
}

impl From<Verb> for Step {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Probe => Step::Probe,
            Verb::Lock => Step::Lock,
            Verb::Stage => Step::Stage,
            Verb::Test => Step::Test,
            Verb::Apply => Step::Apply,
            Verb::Verify => Step::Verify,
            Verb::Confirm => Step::Confirm,
            Verb::Revert => Step::Revert,
            Verb::Rescue => Step::Rescue,
            Verb::Discard => Step::Discard,
            Verb::Forget => Step::Forget,
        }
    }
}

/// Where a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultPoint {
    /// A new TCP connection: [`FaultKind::DropBefore`] resets it, [`FaultKind::Stall`] never answers,
    /// [`FaultKind::Delay`] answers late.
    Connect,
    /// A command that begins like this, such as `show bgp`; by exec or typed into a shell. Where requests are not
    /// command lines, what the request asks for: any command of an eAPI batch, the name of a NETCONF operation
    /// (`commit`). A fault that cuts, stalls, delays or garbles strikes the whole request, [`FaultKind::Fail`] the one
    /// command in it.
    Command(String),
    /// A step of the transaction.
    Step(Step),
    /// The tool that applies configuration line by line, in an apply as in a revert: with [`FaultKind::Fail`] it dies
    /// half-way; other kinds mean nothing here.
    Reload,
    /// Saving the running configuration: with [`FaultKind::Fail`] it fails.
    Save,
    /// The router's own timer of a pending commit: whatever the kind, it does not fire, as if it had been killed.
    Timer,
}

/// What happens there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The connection is cut before the router has read the request.
    DropBefore,
    /// The router does what it is told; the connection is cut before it answers.
    DropAfter,
    /// The router reads the request and never answers.
    Stall,
    /// The answer comes late.
    Delay(Duration),
    /// The router gets to the request only after this time, and does what it is told whether anybody still waits for the
    /// answer or not. Over SSH it is a late answer.
    Late(Duration),
    /// The router does what it is told; the answer is this instead. Written down as text.
    Garbage(#[serde(deserialize_with = "text")] Vec<u8>),
    /// The router does nothing and answers with this error, in the form that its protocol has for errors.
    Fail {
        /// The exit status; eAPI's error code.
        status: u32,
        /// The words: on standard output, in eAPI's `errors`, in NETCONF's `error-message`.
        output: String,
    },
}

/// A fault to play.
///
/// ```
/// use peering_drivers::sim::{Fault, FaultKind, FaultPoint, Step};
/// // The link dies once, right after the router has applied the change.
/// let fault = Fault::once(FaultPoint::Step(Step::Apply), FaultKind::DropAfter);
/// assert_eq!(fault.times, Some(1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where.
    pub at: FaultPoint,
    /// What.
    pub kind: FaultKind,
    /// How often; `None` is every time.
    #[serde(default)]
    pub times: Option<u32>,
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    String::deserialize(deserializer).map(String::into_bytes)
}

impl Fault {
    /// Strikes the next time.
    pub fn once(at: FaultPoint, kind: FaultKind) -> Fault {
        Fault { at, kind, times: Some(1) }
    }

    /// Strikes every time.
    pub fn always(at: FaultPoint, kind: FaultKind) -> Fault {
        Fault { at, kind, times: None }
    }
}

/// The faults that a router still has to play.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// How many are still to be played.
    pub(crate) fn left(&self) -> usize {
        self.0.iter().filter(|fault| fault.times != Some(0)).count()
    }

    /// The fault that strikes at the first place that fits; it is used up by this.
    pub(crate) fn strike(&mut self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.0.retain(|fault| fault.times != Some(0));
        let fault = self.0.iter_mut().find(|fault| is_here(&fault.at))?;
        if let Some(times) = &mut fault.times {
            *times -= 1;
        }
        Some(fault.kind.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strikes_as_often_as_told() {
        let mut faults = Faults::default();
        faults.add(Fault::once(FaultPoint::Connect, FaultKind::Stall));
        faults.add(Fault::always(FaultPoint::Save, FaultKind::DropBefore));
        let mut strike = |at: FaultPoint| faults.strike(|own| *own == at).is_some();
        assert!(strike(FaultPoint::Connect) && !strike(FaultPoint::Connect));
        assert!(strike(FaultPoint::Save) && strike(FaultPoint::Save));
        assert!(!strike(FaultPoint::Timer));
        assert_eq!(faults.left(), 1, "the one that strikes every time");
    }
}
