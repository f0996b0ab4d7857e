//! The commit, and what became of it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use peering_core::driver::{CommitOptions, Pending};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::super::language::RULES;
use super::super::session::IosSession;
use super::Goal;
use super::told::{self, Timer};
use crate::indented::{self, Config, redact};
use crate::step::{Budget, before, is_lost};

/// The most minutes that a rollback timer has.
const MOST: u32 = 120;

/// The longest part of a difference that an error repeats, in lines.
const EXCERPT: usize = 10;

/// What IOS may ask about a configuration that takes the place of another, or is saved.
const QUESTIONS: &[(&str, &str)] = &[
    (r"Enter Y if you are sure you want to proceed\. ?\? ?\[no\]: ?", "y"),
    (r"Overwrite the previous NVRAM configuration\?\[confirm\] ?", ""),
    (r"Are you sure[^?]*\? ?\[(?:confirm|yes/no)\]:? ?", "y"),
];

/// A commit under its timer.
#[derive(Clone, Debug)]
pub(in super::super) struct Timed {
    pub(super) id: String,
    /// The name of its files.
    pub(super) name: String,
    /// What is running again when it is taken back.
    pub(super) base: Config,
}

/// A commit on its way.
pub(super) struct Applied {
    name: String,
    pub(super) base: Config,
    /// Within what everything must be known.
    pub(super) budget: Budget,
}

impl IosSession {
    pub(in super::super) async fn apply(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        let budget = Budget::of(self.target.timeouts.change);
        let minutes = self.minutes(options.window)?;
        let goal = self.change()?.goal.clone();
        if matches!(goal, Goal::Whole { .. }) {
            budget.part(self.upload()).await.map_err(before)?;
        }
        let change = self.change()?;
        let applied = Applied { name: change.name.to_string(), base: change.base.clone(), budget };
        let running = budget.part(self.running()).await.map_err(before)?;
        if !indented::difference(&applied.base, &running, &RULES).is_empty() {
            return Err(Error::new(
                ErrorKind::Rejected,
                "the running configuration has changed since the candidate was opened; nothing was applied. Open a new \
                 candidate and look at its diff",
            ));
        }
        let asked = Timestamp::now();
        let in_force = match (&goal, minutes) {
            (Goal::Whole { target, .. }, _) => self.replace(&applied, target, minutes).await?,
            (Goal::Typed(texts), Some(minutes)) => self.type_in(&applied, texts, minutes).await?,
            (Goal::Typed(_), None) => {
                return Err(before(Error::new(
                    ErrorKind::Rejected,
                    "nothing is typed without a rollback timer",
                )));
            }
        };
        // it is in force, and the router takes it back unless it is confirmed
        let timer = match minutes {
            Some(_) => self.again(budget, "commit").await?,
            None => None,
        };
        match (minutes, timer) {
            (Some(minutes), Some(timer)) if options.window.is_some() => {
                let window = self.driver.minute().saturating_mul(minutes);
                let deadline = asked.saturating_add(signed(window)).unwrap_or(Timestamp::MAX);
                self.change = None;
                let pending = Pending {
                    token: self.token(&timer.id()),
                    deadline,
                    holder: format!("{} (rollback timer)", timer.user),
                };
                self.timed = Some(Timed { id: timer.id(), name: applied.name, base: applied.base });
                Ok(Some(pending))
            }
            (Some(_), None) => {
                let words = "no rollback timer runs, so the router would not take it back";
                Err(self.refused(&applied, words).await)
            }
            (_, timer) => {
                self.make_permanent(&applied, &in_force, timer.as_ref()).await?;
                budget.part(self.release()).await.ok();
                self.change = None;
                Ok(None)
            }
        }
    }

    /// Puts the target, which is on the router as a file, into the place of what is running: that, as it was read back.
    async fn replace(&mut self, applied: &Applied, target: &Config, minutes: Option<u32>) -> Result<Config> {
        let file = self.path(&told::wanted(&applied.name));
        let command = match minutes {
            Some(minutes) => format!("configure replace {file} force revert trigger error timer {minutes}"),
            None => format!("configure replace {file} force"),
        };
        match self.within(applied.budget, &command).await {
            Ok(words) if told::is_replaced(&words) => {}
            Ok(words) => return Err(self.refused(applied, &excerpt(&words)).await),
            Err(error) if is_lost(&error) => self.was_replaced(applied, target, error).await?,
            Err(error) => return Err(self.refused(applied, error.message()).await),
        }
        let running = self.looked_at(applied.budget).await?;
        let differs = indented::difference(target, &running, &RULES);
        if !differs.is_empty() {
            let words = format!("the router did not take all of it; what differs: {}", shown(&differs));
            return Err(self.refused(applied, &words).await);
        }
        Ok(running)
    }

    /// The window as the router's timer counts it; without one, as long as this step may take and a little more.
    fn minutes(&self, window: Option<Duration>) -> Result<Option<u32>> {
        if !self.is_timed {
            return Ok(None);
        }
        let minute = self.driver.minute().as_secs_f64().max(0.001);
        let longest = window.unwrap_or(self.target.timeouts.change + Duration::from_secs(2));
        let minutes = (longest.as_secs_f64() / minute).ceil();
        if window.is_some() && minutes > f64::from(MOST) {
            let words =
                format!("a confirm window of {longest:?} is longer than this router's timer: {MOST} minutes");
            return Err(Error::new(ErrorKind::Options, words));
        }
        let minutes = (1..MOST).find(|count| f64::from(*count) >= minutes).unwrap_or(MOST);
        Ok(Some(minutes))
    }

    /// A command that acts, within half of the time that is left, so that there is time to look what became of it.
    pub(super) async fn within(&mut self, budget: Budget, command: &str) -> Result<String> {
        budget.part(self.shell.converse(command, QUESTIONS)).await
    }

    /// What is running; asked for again over a new connection when this one is cut.
    pub(super) async fn looked_at(&mut self, budget: Budget) -> Result<Config> {
        if let Ok(running) = budget.part(self.running()).await {
            return Ok(running);
        }
        let look = async {
            self.reconnect().await?;
            self.running().await
        };
        budget.part(look).await.map_err(|error| unknown(&error, "read back"))
    }

    /// The timer; asked for again over a new connection when this one is cut.
    pub(super) async fn again(&mut self, budget: Budget, step: &str) -> Result<Option<Timer>> {
        if let Ok(look) = budget.part(self.look()).await {
            return Ok(look.timer);
        }
        let look = async {
            self.reconnect().await?;
            self.look().await
        };
        budget.part(look).await.map(|look| look.timer).map_err(|error| unknown(&error, step))
    }

    /// After the answer to a replacement was lost: `Ok` when it is in force all the same, else the old configuration
    /// certainly is.
    async fn was_replaced(&mut self, applied: &Applied, target: &Config, error: Error) -> Result<()> {
        let running = self.looked_at(applied.budget).await?;
        if indented::difference(target, &running, &RULES).is_empty() {
            return Ok(());
        }
        // a replacement that is still on its way finds no file any more
        let wanted = self.path(&told::wanted(&applied.name));
        if self
            .within(applied.budget, &format!("delete /force {wanted}"))
            .await
            .is_err_and(|error| is_lost(&error))
        {
            return Err(unknown(&error, "commit"));
        }
        Err(self.cut_off(applied, error).await)
    }

    /// The link failed: makes certain that the old configuration is in force.
    pub(super) async fn cut_off(&mut self, applied: &Applied, error: Error) -> Error {
        if let Err(unknown) = self.withdraw(applied).await {
            return unknown;
        }
        self.change_is_over(applied).await;
        let words =
            format!("the link failed at the commit; the old configuration is in force: {}", error.message());
        Error::new(ErrorKind::Closed, words).with_source(error)
    }

    /// The router refused, in words that show no secret: makes certain that the old configuration is in force.
    pub(super) async fn refused(&mut self, applied: &Applied, words: &str) -> Error {
        if let Err(unknown) = self.withdraw(applied).await {
            return unknown;
        }
        self.change_is_over(applied).await;
        Error::new(ErrorKind::Rejected, format!("the router has its old configuration again: {words}"))
    }

    /// Our files are not needed any more. What cannot be removed now is found when the next candidate is opened.
    pub(super) async fn change_is_over(&mut self, applied: &Applied) {
        if let Ok(look) = applied.budget.part(self.look()).await {
            applied.budget.part(self.remove(&look.listing, &applied.name)).await.ok();
        }
        self.change = None;
    }

    /// Makes certain that nothing is pending and that the old configuration is running.
    ///
    /// # Errors
    /// `OutcomeUnknown` when that is not certain.
    async fn withdraw(&mut self, applied: &Applied) -> Result<()> {
        let budget = applied.budget;
        if self.is_ours_pending(budget).await? {
            // what became of it is looked at
            self.within(budget, "configure revert now").await.ok();
        }
        let mut running = self.looked_at(budget).await?;
        if !indented::difference(&applied.base, &running, &RULES).is_empty() {
            let kept = self.path(&told::kept(&applied.name));
            self.within(budget, &format!("configure replace {kept} force")).await.ok();
            running = self.looked_at(budget).await?;
        }
        let is_pending = self.is_ours_pending(budget).await?;
        let differs = indented::difference(&applied.base, &running, &RULES);
        match differs.is_empty() && !is_pending {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::OutcomeUnknown,
                format!(
                    "the router does not run what it ran before the commit; what it ran is in {}; what differs: {}",
                    self.path(&told::kept(&applied.name)),
                    shown(&differs)
                ),
            )),
        }
    }

    /// Whether a timer runs that this user has set.
    async fn is_ours_pending(&mut self, budget: Budget) -> Result<bool> {
        let timer = if self.is_timed { self.again(budget, "revert").await? } else { None };
        Ok(timer.is_some_and(|timer| timer.user == self.user))
    }

    /// Confirms a plain commit, and saves it.
    async fn make_permanent(
        &mut self,
        applied: &Applied,
        in_force: &Config,
        timer: Option<&Timer>,
    ) -> Result<()> {
        if timer.is_some() {
            let confirmed = self.within(applied.budget, "configure confirm").await;
            let is_pending = self.again(applied.budget, "confirm").await?.is_some();
            if is_pending {
                let words = confirmed.err().map(|error| error.message().to_owned()).unwrap_or_default();
                let words = format!("the commit could not be made permanent: {words}");
                return Err(self.refused(applied, &words).await);
            }
            let running = self.looked_at(applied.budget).await?;
            if !indented::difference(in_force, &running, &RULES).is_empty() {
                return Err(Error::new(
                    ErrorKind::OutcomeUnknown,
                    "the router took the commit back, or somebody changed the configuration meanwhile; look at it",
                ));
            }
        }
        self.save(applied.budget).await
    }

    /// Saves what is running.
    ///
    /// # Errors
    /// `OutcomeUnknown`: `Rejected` would promise the old configuration.
    pub(super) async fn save(&mut self, budget: Budget) -> Result<()> {
        let mut saved = self.within(budget, "write memory").await;
        if saved.as_ref().is_err_and(is_lost) && budget.part(self.reconnect()).await.is_ok() {
            saved = self.within(budget, "write memory").await;
        }
        let why = match saved {
            Ok(words) if words.contains("[OK]") => return Ok(()),
            Ok(words) => format!(", but `write memory` failed: {}", excerpt(&words)),
            Err(error) if is_lost(&error) => {
                format!("; whether it is saved is not known: {}", error.message())
            }
            Err(error) => format!(", but `write memory` failed: {}", error.message()),
        };
        let words = format!("confirmed and in force{why}");
        Err(Error::new(ErrorKind::OutcomeUnknown, words))
    }
}

pub(super) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

pub(super) fn unknown(error: &Error, step: &str) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!(
            "the link failed after the change was sent ({step}): {}. Where the router has an archive it takes back by itself what \
             is not confirmed; look before doing anything else",
            error.message()
        ),
    )
}

/// The first lines of what the router said.
fn excerpt(words: &str) -> String {
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    redact(&lines.take(EXCERPT).collect::<Vec<_>>().join("\n")).replace('\n', "; ")
}

/// The first lines that differ, secrets blacked out.
pub(super) fn shown(raw: &str) -> String {
    let diff = Diff::new(raw, redact).to_string();
    let lines = diff.lines().filter(|line| line.starts_with(['+', '-']));
    lines.take(EXCERPT).collect::<Vec<_>>().join("; ")
}
