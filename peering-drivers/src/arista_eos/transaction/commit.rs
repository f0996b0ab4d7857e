//! The commit, and what became of it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{CommitOptions, Pending};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::super::batch::{self, Format};
use super::super::link;
use super::super::redact::redact;
use super::super::session::EosSession;
use super::list::State;
use super::verbs::{body, join};
use super::{abort, token};
use crate::step::{Budget, before, is_lost};

/// A timer is hours, minutes and seconds of one day.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest part of a difference that an error repeats, in lines.
const EXCERPT: usize = 10;

/// A commit under its timer.
#[derive(Clone, Debug)]
pub(in super::super) struct Timed {
    pub(super) name: String,
    /// What is running again when it is taken back.
    pub(super) base: String,
}

impl EosSession {
    pub(in super::super) async fn apply(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let budget = Budget::of(self.patience);
        let timer = timer(options.window, self.patience)?;
        let change = self.change()?;
        let name = change.sessions.last().map_or("", |session| session).to_owned();
        let timed = Timed { name: name.clone(), base: change.base.clone() };
        let show = format!("show session-config named {name}");
        let texts = self.ask(budget, &["show running-config".into(), show.into()], Format::Text).await;
        let [running, wanted] = join(texts.map_err(before)?.texts()?)?;
        if body(&running) != body(&timed.base) {
            return Err(Error::new(
                ErrorKind::Rejected,
                "the running configuration has changed since the candidate was opened; nothing was applied. Open a new \
                 candidate and look at its diff",
            ));
        }

        let asked = Timestamp::now();
        let deadline = asked.saturating_add(signed(timer)).unwrap_or(Timestamp::MAX);
        let command = format!("configure session {name} commit timer {}", clock(timer));
        if let Err(error) = self.ask(budget, &[command.into()], Format::Json).await {
            self.committed(budget, &timed, error).await?;
        }
        // from here on it is in force, and the router takes it back unless it is confirmed
        let running = self.running(budget).await.map_err(|error| unknown(&error, "read back"))?;
        if body(&running) != body(&wanted) {
            self.withdraw(budget, &timed).await?;
            self.change = None;
            return Err(Error::new(
                ErrorKind::Rejected,
                format!(
                    "the router did not take all of it and has its old configuration again; what differs: {}",
                    differs(&wanted, &running)
                ),
            ));
        }
        if options.window.is_none() {
            if let Err(error) = self.finish(budget, &name, deadline, &wanted).await {
                if matches!(error, Ended::Pending(_)) {
                    self.withdraw(budget, &timed).await?;
                }
                self.change = None;
                return Err(error.of_plain_commit());
            }
            self.change = None;
            return Ok(None);
        }
        self.change = None;
        let holder = crate::own_name::user(&name).unwrap_or(&self.user).to_owned();
        let holder = format!("{holder} (configuration session {name})");
        self.timed = Some(timed);
        Ok(Some(Pending { token: token(&self.host, &name), deadline, holder }))
    }

    /// After the commit failed: `Ok` when it is in force all the same, else the old configuration certainly is.
    async fn committed(&mut self, budget: Budget, timed: &Timed, error: Error) -> Result<()> {
        if link::was_never_sent(&error) {
            let words = format!("nothing was committed, the commit was never sent: {}", error.message());
            return Err(Error::new(error.kind(), words).with_source(error));
        }
        if !is_lost(&error) {
            // a router that refuses half-way has the timer running
            self.withdraw(budget, timed).await?;
            let words = format!("nothing was committed: {}", error.message());
            return Err(Error::new(error.kind(), words));
        }
        let (list, _) = self.look(budget).await.map_err(|_| unknown(&error, "commit"))?;
        if list.state(&timed.name) == State::Timed {
            return Ok(());
        }
        // whatever is still on its way finds no session any more
        self.withdraw(budget, timed).await?;
        let words =
            format!("the link failed at the commit; the old configuration is in force: {}", error.message());
        Err(Error::new(ErrorKind::Closed, words).with_source(error))
    }

    /// Makes certain that the session is over and that the old configuration is running.
    ///
    /// # Errors
    /// `OutcomeUnknown` when that is not certain.
    pub(super) async fn withdraw(&mut self, budget: Budget, timed: &Timed) -> Result<()> {
        let mut state = None;
        for _ in 0..2 {
            let Ok((list, _)) = self.look(budget).await else { continue };
            state = Some(list.state(&timed.name));
            if state == Some(State::Ended) {
                break;
            }
            // what became of it shows the next list
            self.ask(budget, &[abort(&timed.name)], Format::Json).await.ok();
        }
        if state != Some(State::Ended) {
            state = self.look(budget).await.ok().map(|(list, _)| list.state(&timed.name));
        }
        let running = self.running(budget).await;
        match (state, running) {
            (Some(State::Ended), Ok(running)) if body(&running) == body(&timed.base) => Ok(()),
            (_, Err(error)) => Err(unknown(&error, "revert")),
            _ => Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the router does not run what it ran before the commit; look at its configuration and at `show \
                 configuration sessions detail`",
            )),
        }
    }

    /// Confirms a commit that is pending, and saves it.
    pub(super) async fn finish(
        &mut self,
        budget: Budget,
        name: &str,
        deadline: Timestamp,
        wanted: &str,
    ) -> Result<(), Ended> {
        let commands = [format!("configure session {name} commit").into(), "write memory".into()];
        let error = match self.ask(budget, &commands, Format::Json).await {
            Ok(_) if Timestamp::now() < deadline => return Ok(()),
            // the timer may have been first
            Ok(_) => return self.is_in_force(budget, wanted).await,
            Err(error) => error,
        };
        if batch::place(&error) == Some(1) {
            return Err(Ended::Unsaved(error));
        }
        let Ok((list, _)) = self.look(budget).await else {
            return Err(Ended::Unknown(unknown(&error, "confirm")));
        };
        match list.state(name) {
            State::Timed => Err(Ended::Pending(error)),
            State::Open => Err(Ended::Unknown(unknown(&error, "confirm"))),
            State::Ended => {
                self.is_in_force(budget, wanted).await?;
                // the answer was lost, perhaps before the second command
                match self.ask(budget, &["write memory".into()], Format::Json).await {
                    Ok(_) => Ok(()),
                    Err(error) if is_lost(&error) => {
                        let again = self.ask(budget, &["write memory".into()], Format::Json).await;
                        again.map(drop).map_err(Ended::Unsaved)
                    }
                    Err(error) => Err(Ended::Unsaved(error)),
                }
            }
        }
    }

    async fn is_in_force(&mut self, budget: Budget, wanted: &str) -> Result<(), Ended> {
        match self.running(budget).await {
            Ok(running) if body(&running) == body(wanted) => Ok(()),
            Ok(_) => Err(Ended::Gone),
            Err(error) => Err(Ended::Unknown(unknown(&error, "confirm"))),
        }
    }
}

/// Why a confirmation did not end well.
#[derive(Debug)]
pub(super) enum Ended {
    /// It is still pending.
    Pending(Error),
    /// Confirmed, and in force, but not saved, as far as is known.
    Unsaved(Error),
    /// The router runs something else: its timer was first.
    Gone,
    /// Nobody knows.
    Unknown(Error),
}

impl Ended {
    /// As the error of a commit without a window; what was pending has been withdrawn.
    fn of_plain_commit(self) -> Error {
        match self {
            Ended::Pending(error) => {
                let kind = if is_lost(&error) { ErrorKind::Closed } else { ErrorKind::Rejected };
                let words = format!(
                    "the commit could not be made permanent; the old configuration is in force: {}",
                    error.message()
                );
                Error::new(kind, words)
            }
            Ended::Gone => Error::new(
                ErrorKind::OutcomeUnknown,
                "the router took the commit back, or somebody changed the configuration meanwhile; look at it",
            ),
            ended => ended.into(),
        }
    }
}

impl From<Ended> for Error {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Pending(error) => {
                // a router that has not answered may still get to it
                let kind = match error.kind() {
                    ErrorKind::Timeout => ErrorKind::OutcomeUnknown,
                    _ if is_lost(&error) => ErrorKind::Closed,
                    _ => ErrorKind::Rejected,
                };
                let words = format!("not confirmed, and still pending when looked at: {}", error.message());
                Error::new(kind, words).with_source(error)
            }
            Ended::Unsaved(error) => {
                let why = if is_lost(&error) {
                    "whether it is saved is not known"
                } else {
                    "`write memory` failed"
                };
                // `Rejected` would promise the old configuration
                let words = format!("confirmed and in force, but {why}: {}", error.message());
                Error::new(ErrorKind::OutcomeUnknown, words).with_source(error)
            }
            Ended::Gone => Error::new(
                ErrorKind::NotFound,
                "it is not in force any more: the router took it back, or somebody changed the configuration meanwhile",
            ),
            Ended::Unknown(error) => error,
        }
    }
}

/// The window as the router's timer counts it; without one, as long as this step may take and a little more.
fn timer(window: Option<Duration>, patience: Duration) -> Result<Duration> {
    let last = DAY - Duration::from_secs(1);
    match window {
        Some(window) if window >= DAY => Err(Error::new(
            ErrorKind::Options,
            format!("a confirm window of {window:?} is longer than this router's timer: below 24 hours"),
        )),
        Some(window) => {
            Ok(Duration::from_secs(window.as_secs() + u64::from(window.subsec_nanos() > 0)).min(last))
        }
        None => Ok(Duration::from_secs(patience.as_secs().saturating_add(2)).min(last)),
    }
}

/// Hours, minutes, seconds.
fn clock(timer: Duration) -> String {
    let seconds = timer.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

pub(super) fn unknown(error: &Error, step: &str) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after the change was sent ({step}): {}. What is not confirmed, the router takes back by itself; \
             look before doing anything else",
            error.message()
        ),
    )
}

/// The lines that two configurations do not share, secrets blacked out.
fn differs(wanted: &str, running: &str) -> String {
    let join = |text: &str| body(text).iter().map(|line| format!("{line}\n")).collect::<String>();
    let diff = Diff::between(&join(wanted), &join(running), redact).to_string();
    let lines = diff.lines().skip(2).filter(|line| line.starts_with(['+', '-']));
    lines.take(EXCERPT).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_told_in_hours_minutes_and_seconds() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let patience = Duration::from_secs(120);
        let told = |window| clock(timer(window, patience).unwrap());
        assert_eq!(told(seconds(1)), "00:00:01");
        assert_eq!(told(Some(Duration::from_millis(1500))), "00:00:02");
        assert_eq!(told(seconds(86_399)), "23:59:59");
        assert_eq!(told(None), "00:02:02");
        assert_eq!(timer(seconds(86_400), patience).unwrap_err().kind(), ErrorKind::Options);
        assert_eq!(clock(timer(None, DAY * 3).unwrap()), "23:59:59");
    }
}
