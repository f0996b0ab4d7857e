//! A candidate: taken, filled, looked at, given up.

use peering_core::driver::LoadMode;
use peering_core::{Diff, Error, ErrorKind, REDACTED, Result};

use super::format::Format;
use super::{Change, Phase, is_lost, redact, reply, request};
use crate::juniper_junos::CandidateMode;
use crate::juniper_junos::session::JunosSession;

impl JunosSession {
    /// Takes the lock (or opens a private candidate), unless a commit waits for its confirmation.
    pub(in crate::juniper_junos) async fn open(&mut self) -> Result<()> {
        if matches!(&self.change, Some(Change { phase: Phase::Pending(_), .. })) {
            // Ours, and the lock with it; it is kept as long as there is something to keep it for.
            self.refuse_pending().await?;
        }
        self.release().await?;
        self.take(self.driver.candidate).await?;
        let tip = match self.refuse_pending().await {
            Ok(tip) => tip,
            Err(error) => {
                self.release().await.ok();
                return Err(error);
            }
        };
        if let Some(change) = &mut self.change {
            change.base = Some(tip);
            change.phase = Phase::Open;
        }
        Ok(())
    }

    /// Asks for the lock or the private candidate. What is refused does not have to be given up.
    pub(super) async fn take(&mut self, hold: CandidateMode) -> Result<()> {
        // Known before it is asked for: a future that is dropped half-way leaves something to give up.
        self.change = Some(Change::new(hold));
        let request = match hold {
            CandidateMode::Exclusive => request::LOCK,
            CandidateMode::Private => request::OPEN_PRIVATE,
        };
        match self.step(request, "").await {
            Ok(_) => Ok(()),
            Err(error) => {
                if !is_lost(&error) {
                    self.change = None;
                }
                Err(error)
            }
        }
    }

    /// Looks that nothing waits for its confirmation: every commit, and every check, would confirm it.
    async fn refuse_pending(&self) -> Result<super::Tip> {
        let tip = self.tip().await?;
        match self.pending_of(&tip) {
            None => Ok(tip),
            Some(pending) => Err(Error::new(
                ErrorKind::Locked,
                format!(
                    "a commit of {} waits for its confirmation until {}",
                    pending.holder, pending.deadline
                ),
            )),
        }
    }

    /// The open candidate, holding what was staged and nothing else.
    pub(super) async fn settled(&mut self) -> Result<&mut Change> {
        let is_uncertain = match &self.change {
            Some(change) if change.phase == Phase::Open => change.is_uncertain,
            _ => return Err(Error::new(ErrorKind::NotFound, "no candidate is open; open one first")),
        };
        if is_uncertain {
            self.rebuild().await?;
        }
        self.change
            .as_mut()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }

    /// Begins the candidate anew and loads again what had been loaded: Junos keeps of a refused text what it understood.
    async fn rebuild(&mut self) -> Result<()> {
        let stages = self.change.as_ref().map(|change| change.stages.clone()).unwrap_or_default();
        self.step(request::rollback(0), "").await?;
        for (mode, text) in &stages {
            self.step(request::load(*mode, Format::of(text), text)?, text).await?;
        }
        if let Some(change) = &mut self.change {
            change.is_uncertain = false;
        }
        Ok(())
    }

    /// Loads a text into the candidate.
    pub(in crate::juniper_junos) async fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        if text.contains(REDACTED) {
            let words = "this configuration was printed with its secrets blacked out";
            return Err(Error::new(ErrorKind::Rejected, words));
        }
        let request = request::load(mode, Format::of(text), text)?;
        self.settled().await?.is_uncertain = true;
        match self.step(request, text).await {
            Ok(_) => {
                if let Some(change) = &mut self.change {
                    change.stages.push((mode, text.to_owned()));
                    change.is_uncertain = false;
                }
                Ok(())
            }
            Err(error) if is_lost(&error) => Err(error),
            Err(error) => match self.rebuild().await {
                Ok(()) => Err(error),
                // Kept as uncertain, so the next step tries again.
                Err(again) => Err(Error::new(
                    error.kind(),
                    format!("{}; and what had been loaded before could not be loaded again", error.message()),
                )
                .with_source(again)),
            },
        }
    }

    /// Lets the router check the candidate.
    pub(in crate::juniper_junos) async fn validate_candidate(&mut self) -> Result<()> {
        self.settled().await?;
        self.refuse_pending().await?;
        self.step(request::CHECK, &self.staged()).await.map(drop)
    }

    /// What the candidate would change.
    pub(in crate::juniper_junos) async fn compare_candidate(&mut self) -> Result<Diff> {
        self.settled().await?;
        Ok(Diff::new(self.compare(0).await?, redact::redact))
    }

    /// What the candidate differs in from the configuration of `number` commits ago.
    pub(super) async fn compare(&self, number: u8) -> Result<String> {
        let reply = self.step(request::compare(number), "").await?;
        Ok(reply::comparison(reply.root())?)
    }

    /// All that was staged, for words that may quote it.
    pub(super) fn staged(&self) -> String {
        let stages = self.change.iter().flat_map(|change| &change.stages);
        stages.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Throws the candidate away and gives up the lock; fine when there is none.
    pub(in crate::juniper_junos) async fn release(&mut self) -> Result<()> {
        let Some(change) = &self.change else { return Ok(()) };
        let is_changed = !change.stages.is_empty() || change.is_uncertain || change.phase == Phase::Sent;
        match change.hold {
            CandidateMode::Exclusive => {
                if is_changed {
                    // Giving up the lock does the same; said for releases that would keep the changes.
                    self.step(request::rollback(0), "").await.map(drop).or_else(answered)?;
                }
                self.step(request::UNLOCK, "").await.map(drop).or_else(not_held)?;
            }
            CandidateMode::Private => self.step(request::CLOSE, "").await.map(drop).or_else(not_held)?,
        }
        self.change = None;
        Ok(())
    }

    /// The same after a commit that stays: if the lock cannot be given up, the session ends, and with it the lock.
    pub(super) async fn let_go(&mut self) {
        if let Err(error) = self.release().await {
            tracing::debug!(host = %self.host, %error, "the session is ended, for its lock could not be given up");
            self.hang_up();
            self.change = None;
        }
    }
}

/// A refusal is an answer like another.
fn answered(error: Error) -> Result<()> {
    if is_lost(&error) { Err(error) } else { Ok(()) }
}

/// What is not held needs not be given up.
fn not_held(error: Error) -> Result<()> {
    let words = error.message();
    let is_free =
        error.kind() == ErrorKind::Rejected && (words.contains("not open") || words.contains("not locked"));
    if is_free { Ok(()) } else { Err(error) }
}
