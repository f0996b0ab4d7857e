//! A candidate: taken, filled, looked at, given up.

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::LoadMode;
use peering_core::{Diff, Error, ErrorKind, Result};

use super::format::Format;
use super::{Tip, redact, reply, request};
use crate::candidate_session::{CandidateSession, Change, End, answered};
use crate::juniper_junos::session::JunosSession;
use crate::juniper_junos::{CandidateMode, NAME};
use crate::step::is_lost;
use crate::transport::netconf::{Netconf, Operation};

impl JunosSession {
    /// Takes the lock (or opens a private candidate), unless a commit waits for its confirmation.
    pub(in crate::juniper_junos) async fn open(&mut self) -> Result<()> {
        if self.own_pending().is_some() {
            // Ours, and the lock with it; it is kept as long as there is something to keep it for.
            self.refuse_pending().await?;
        }
        self.release().await?;
        self.take(self.driver.candidate).await?;
        let tip = self.refuse_pending().await;
        self.opened(tip).await
    }

    /// Asks for the lock or the private candidate. What is refused does not have to be given up.
    pub(super) async fn take(&mut self, hold: CandidateMode) -> Result<()> {
        self.change = Some(Change::new());
        self.hold = hold;
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
    async fn refuse_pending(&self) -> Result<Tip> {
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

    /// Lets the router check the candidate.
    pub(in crate::juniper_junos) async fn validate_candidate(&mut self) -> Result<()> {
        self.settle().await?;
        self.refuse_pending().await?;
        self.step(request::CHECK, &self.staged()).await.map(drop)
    }

    /// What the candidate would change.
    pub(in crate::juniper_junos) async fn compare_candidate(&mut self) -> Result<Diff> {
        self.settle().await?;
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
}

#[async_trait]
impl CandidateSession for JunosSession {
    const PLATFORM: &'static str = NAME;
    type Base = Tip;
    type Tip = Tip;
    type Id = String;

    fn host(&self) -> &str {
        &self.host
    }

    fn patience(&self) -> Duration {
        self.patience
    }

    fn is_closed(&self) -> bool {
        self.netconf().map_or(true, Netconf::is_closed)
    }

    fn number(&self) -> Option<u32> {
        self.netconf().ok().map(Netconf::session_id).filter(|number| *number != 0)
    }

    async fn kill(&self, number: u32) -> Result<()> {
        self.netconf()?.exchange(&Operation::KillSession(number)).await.map(drop)
    }

    async fn dial(&mut self) -> Result<()> {
        JunosSession::dial(self).await
    }

    fn hang_up(&mut self) {
        JunosSession::hang_up(self);
    }

    fn change(&self) -> Option<&Change<Tip>> {
        self.change.as_ref()
    }

    fn change_mut(&mut self) -> &mut Option<Change<Tip>> {
        &mut self.change
    }

    async fn take_lock(&mut self) -> Result<()> {
        self.take(CandidateMode::Exclusive).await
    }

    async fn give_up(&mut self, is_filled: bool) -> Result<()> {
        match self.hold {
            CandidateMode::Exclusive => {
                if is_filled {
                    // Giving up the lock does the same; said for releases that would keep the changes.
                    self.begin_anew().await.or_else(answered)?;
                }
                self.step(request::UNLOCK, "").await.map(drop).or_else(not_held)
            }
            CandidateMode::Private => self.step(request::CLOSE, "").await.map(drop).or_else(not_held),
        }
    }

    fn check_text(mode: LoadMode, text: &str) -> Result<()> {
        request::load(mode, Format::of(text), text).map(drop)
    }

    async fn put(&self, mode: LoadMode, text: &str) -> Result<()> {
        self.step(request::load(mode, Format::of(text), text)?, text).await.map(drop)
    }

    async fn begin_anew(&self) -> Result<()> {
        self.step(request::rollback(0), "").await.map(drop)
    }

    async fn tip(&self) -> Result<Tip> {
        self.read_tip().await
    }

    fn has_confirmed_commits(&self) -> bool {
        self.capabilities.commit_confirmed
    }

    fn read_id(id: &str) -> Option<String> {
        (!id.is_empty()).then(|| id.to_owned())
    }

    async fn finish(&mut self, end: End, id: String, _is_own: bool) -> Result<()> {
        self.end_pending(end, &id).await
    }
}

/// What is not held needs not be given up.
fn not_held(error: Error) -> Result<()> {
    let words = error.message();
    let is_free =
        error.kind() == ErrorKind::Rejected && (words.contains("not open") || words.contains("not locked"));
    if is_free { Ok(()) } else { Err(error) }
}
