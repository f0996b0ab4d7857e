//! A commit that waits for its confirmation.

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::super::NAME;
use super::super::language::RULES;
use super::super::session::IosSession;
use super::commit::signed;
use super::told::{self, Timer};
use crate::cisco::CommandLine;
use crate::indented::{self, Config};
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
        let (wanted, names) = self.look_before(budget, token).await?;
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
        let running = self.looked_at(budget).await?;
        if !indented::difference(&wanted, &running, &RULES).is_empty() {
            return Err(Error::new(
                ErrorKind::NotFound,
                "it is not in force any more: the router took it back, or somebody changed the configuration meanwhile",
            ));
        }
        self.timed = None;
        self.save(budget).await?;
        budget.part(self.forget(&names)).await.ok();
        Ok(())
    }

    pub(in super::super) async fn revert_pending(&mut self, token: &Token) -> Result<()> {
        let budget = Budget::of(self.target.timeouts.change);
        let (running, names) = self.look_before(budget, token).await?;
        let known = self.timed.clone().filter(|timed| timed.id == token.id);
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
        let after = self.looked_at(budget).await?;
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
        budget.part(self.forget(&names)).await.ok();
        Ok(())
    }

    /// What is running while the commit of a token is pending, and the names of its files.
    ///
    /// # Errors
    /// `NotFound` when it is not, `Options` for a token of something else.
    async fn look_before(&mut self, budget: Budget, token: &Token) -> Result<(Config, Vec<String>)> {
        if token.platform != NAME || token.id.is_empty() {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        }
        let look = budget.part(self.look()).await.map_err(before)?;
        let Some(timer) = look.timer.filter(|timer| timer.id() == token.id) else {
            return Err(Error::new(
                ErrorKind::NotFound,
                "it is not pending any more: it was confirmed, reverted, or its time is over",
            ));
        };
        // while it is pending nobody makes others
        let mut names = look.listing.names();
        let made = self.timed.as_ref().map(|timed| &timed.name);
        names.retain(|name| own_name::is_of(name, &timer.user) || Some(name) == made);
        let running = budget.part(self.running()).await.map_err(before)?;
        Ok((running, names))
    }

    /// Removes files that are not needed any more. What cannot be removed now is found when the next candidate is opened.
    async fn forget(&mut self, names: &[String]) -> Result<()> {
        let look = self.look().await?;
        for name in names {
            self.remove(&look.listing, name).await.ok();
        }
        Ok(())
    }
}
