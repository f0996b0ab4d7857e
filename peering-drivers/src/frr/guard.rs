//! The transaction that FRR does not have, built on the router by a shell script.
//!
//! FRR applies line by line, keeps no candidate, no lock and no timer. [`SCRIPT`] brings them: it is sent along with
//! every call as the argument of `sh -c`, installs nothing, and keeps its state in one folder that *is* the lock.
//! Here are the words of that conversation, for the driver that speaks them and for the simulator that answers.

/// The script itself.
pub(crate) const SCRIPT: &str = include_str!("guard.sh");

/// The name that the script runs under (`$0`).
const NAME: &str = "peering-guard";

/// What the script can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Report what this account can do here, and what an earlier session left.
    Probe,
    /// Take the lock and print the running configuration.
    Lock,
    /// Check the target on stdin and keep it.
    Stage,
    /// Print what applying the target would change.
    Test,
    /// Arm the timer and apply the target.
    Apply,
    /// Like `Test`, after `Apply`: nothing should be left to change.
    Verify,
    /// Make it permanent.
    Confirm,
    /// Go back now.
    Revert,
    /// Go back because the timer was killed.
    Rescue,
    /// Give the lock up.
    Discard,
    /// Forget the outcome of an ended commit.
    Forget,
}

const VERBS: [(Verb, &str); 11] = [
    (Verb::Probe, "probe"),
    (Verb::Lock, "lock"),
    (Verb::Stage, "stage"),
    (Verb::Test, "test"),
    (Verb::Apply, "apply"),
    (Verb::Verify, "verify"),
    (Verb::Confirm, "confirm"),
    (Verb::Revert, "revert"),
    (Verb::Rescue, "rescue"),
    (Verb::Discard, "discard"),
    (Verb::Forget, "forget"),
];

/// How a call ended: the script's exit code.
pub(crate) mod exit {
    /// Somebody else holds the lock; stdout names them.
    pub(crate) const LOCKED: u32 = 10;
    /// Not pending any more; stdout has the outcome where it is known.
    pub(crate) const GONE: u32 = 11;
    /// The running configuration is not the one that the candidate was made from.
    pub(crate) const MOVED: u32 = 12;
    /// The router refused; its words are on stdout.
    pub(crate) const REFUSED: u32 = 13;
    /// This shell or account cannot do it.
    pub(crate) const UNABLE: u32 = 14;
    /// Confirmed, but `write memory` failed; its words are on stdout.
    pub(crate) const UNSAVED: u32 = 15;
    /// The change is still being applied.
    pub(crate) const BUSY: u32 = 16;
}

/// One call of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The folder that is the lock.
    pub(crate) state: String,
    /// What to do.
    pub(crate) verb: Verb,
    /// Which transaction.
    pub(crate) id: String,
    /// The holder's name, the window in seconds, or the word for the outcome.
    pub(crate) argument: String,
}

impl Call {
    /// The command line that makes this call, for a POSIX login shell.
    pub(crate) fn command(&self) -> Result<String, shlex::QuoteError> {
        let verb = VERBS.iter().find(|(verb, _)| *verb == self.verb).map_or("", |(_, name)| name);
        shlex::try_join(["sh", "-c", SCRIPT, NAME, &self.state, verb, &self.id, &self.argument])
    }

    /// The call that a command line makes, if it is one of this very script: the simulator's side of the conversation.
    #[cfg(feature = "sim")]
    pub(crate) fn recognise(command: &str) -> Option<Call> {
        let words = shlex::split(command)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ["sh", "-c", SCRIPT, NAME, state, verb, id, argument] = words.as_slice() else { return None };
        let (verb, _) = VERBS.iter().find(|(_, name)| name == verb)?;
        Some(Call {
            state: (*state).to_owned(),
            verb: *verb,
            id: (*id).to_owned(),
            argument: (*argument).to_owned(),
        })
    }
}
