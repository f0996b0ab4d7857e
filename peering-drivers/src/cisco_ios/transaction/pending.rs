//! A commit that waits for its confirmation.

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::super::NAME;
use super::super::language::RULES;
use super::super::session::IosSession;
use super::commit::{signed, unknown};
use super::told::{self, Timer};
use crate::cisco::CommandLine;
use crate::indented;
use crate::own_name;
use crate::step::{Budget, before, is_lost};

impl IosSession {
    pub(super) fn token(&self, id: &str) -> Token {
        Token { platform: NAME.to_owned(), host: self.host.clone(), id: id.to_owned() }
    }

    pub(in super::super) async fn pending_commit(&mut self) -> Result<Option<Pending>> {
        let [timer, clock] = self.all(["show archive config rollback timer", "show clock"]).await?;
        match told::timer(timer)? {
            Some(timer) => self.pending_in(&timer, &clock?).map(Some),
            None => Ok(None),
        }
    }

    /// What a timer is, beside the router's clock at this moment.
    pub(super) fn pending_in(&self, timer: &Timer, clock: &str) -> Result<Pending> {
        let ours = Timestamp::now();
        let elapsed = told::clock(clock)?.duration_since(timer.since);
        // whole seconds were cut off
        let window = signed(self.driver.minute().saturating_mul(timer.minutes));
        let left = window.saturating_sub(elapsed).saturating_sub(SignedDuration::from_millis(500));
        let deadline = ours.saturating_add(left.max(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX);
        Ok(Pending {
            token: self.token(&timer.id()),
            deadline,
            holder: format!("{} (rollback timer)", timer.user),
        })
    }

    pub(in super::super) async fn confirm_pending(&mut self, token: &Token) -> Result<()> {
        let budget = Budget::of(self.target.timeouts.change);
        let timer = self.require_pending(token).await?;
        let names = self.names_of(&timer).await?;
        let wanted = self.running().await.map_err(before)?;
        let confirmed = self.within(budget, "configure confirm").await;
        match self.again(budget, "confirm").await? {
            Some(other) if other.id() == token.id => {
                let error =
                    confirmed.err().unwrap_or_else(|| Error::new(ErrorKind::Rejected, "no reason was given"));
                // a router that has not answered may still get to it
                let kind = match error.kind() {
                    ErrorKind::Timeout => ErrorKind::OutcomeUnknown,
                    _ if is_lost(&error) => ErrorKind::Closed,
                    _ => ErrorKind::Rejected,
                };
                let words = format!("not confirmed, and still pending when looked at: {}", error.message());
                return Err(Error::new(kind, words).with_source(error));
            }
            _ => {}
        }
        let running = self.running().await.map_err(|error| unknown(&error, "confirm"))?;
        if !indented::difference(&wanted, &running, &RULES).is_empty() {
            return Err(Error::new(
                ErrorKind::NotFound,
                "it is not in force any more: the router took it back, or somebody changed the configuration meanwhile",
            ));
        }
        self.timed = None;
        self.save(budget).await?;
        self.forget(&names).await;
        Ok(())
    }

    pub(in super::super) async fn revert_pending(&mut self, token: &Token) -> Result<()> {
        let budget = Budget::of(self.target.timeouts.change);
        let timer = self.require_pending(token).await?;
        let names = self.names_of(&timer).await?;
        let known = self.timed.clone().filter(|timed| timed.id == token.id);
        let running = self.running().await.map_err(before)?;
        let sent = self.within(budget, "configure revert now").await;
        if let Some(other) = self.again(budget, "revert").await?.filter(|other| other.id() == token.id) {
            let error = sent.err().unwrap_or_else(|| Error::new(ErrorKind::Rejected, "no reason was given"));
            let kind = if is_lost(&error) { ErrorKind::Closed } else { ErrorKind::Rejected };
            let words = format!(
                "not reverted yet; the router does it by itself within {} of its minutes: {}",
                other.minutes,
                error.message()
            );
            return Err(Error::new(kind, words).with_source(error));
        }
        let after = self.running().await.map_err(|error| unknown(&error, "revert"))?;
        let is_back = match &known {
            Some(timed) => indented::difference(&timed.base, &after, &RULES).is_empty(),
            // made by another process: what ran before is not known here, only that it was the router that went back
            None => sent.is_ok() || !indented::difference(&running, &after, &RULES).is_empty(),
        };
        if !is_back {
            return Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the commit is not pending any more, but the router does not run what it ran before; look at it",
            ));
        }
        self.timed = None;
        self.forget(&names).await;
        Ok(())
    }

    async fn require_pending(&mut self, token: &Token) -> Result<Timer> {
        if token.platform != NAME || token.id.is_empty() {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        }
        let timer = self.look().await.map_err(before)?.timer;
        timer.filter(|timer| timer.id() == token.id).ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                "it is not pending any more: it was confirmed, reverted, or its time is over",
            )
        })
    }

    /// The names of the files that belong to a pending commit: while it is pending nobody makes others.
    async fn names_of(&mut self, timer: &Timer) -> Result<Vec<String>> {
        let mut names = self.look().await.map_err(before)?.listing.names();
        let made = self.timed.as_ref().map(|timed| timed.name.clone());
        names.retain(|name| own_name::is_of(name, &timer.user) || Some(name) == made.as_ref());
        Ok(names)
    }

    /// Removes files that are not needed any more. What cannot be removed now is found when the next candidate is opened.
    async fn forget(&mut self, names: &[String]) {
        let Ok(look) = self.look().await else { return };
        for name in names {
            self.remove(&look.listing, name).await.ok();
        }
    }
}
