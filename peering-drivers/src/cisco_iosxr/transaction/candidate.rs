//! A candidate: taken, filled, looked at, given up.

use std::time::Duration;

use async_trait::async_trait;
use peering_core::driver::LoadMode;
use peering_core::state::{ConfigQuery, ConfigSource};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::{Base, Tip, history, redact, request};
use crate::candidate_session::{CandidateSession, Change, End, answered};
use crate::cisco_iosxr::session::NetconfSession;
use crate::cisco_iosxr::{NAME, parse, request as questions};
use crate::step::is_lost;
use crate::transport::netconf::{Datastore, Netconf, Operation, Source};

impl NetconfSession {
    /// Takes the lock, unless a commit waits for its confirmation.
    pub(in crate::cisco_iosxr) async fn open(&mut self) -> Result<()> {
        if let Some(own) = self.own_pending().cloned()
            && self.find_pending().await?.is_some()
        {
            // Ours, and the lock with it; it is kept as long as there is something to keep it for.
            let words = format!("a commit of this session waits for its confirmation until {}", own.deadline);
            return Err(Error::new(ErrorKind::Locked, words));
        }
        self.release().await?;
        self.take_lock().await?;
        let base = self.read_base().await;
        self.opened(base).await
    }

    async fn read_base(&mut self) -> Result<Base> {
        let tip = self.refuse_pending().await?;
        Ok(Base { tip, text: self.running_text().await? })
    }

    /// The running configuration, without its date.
    pub(super) async fn running_text(&self) -> Result<String> {
        let query = ConfigQuery { source: ConfigSource::Running, ..ConfigQuery::default() };
        let reply = self.step(questions::config(query)?).await?;
        Ok(parse::undated(&parse::config(reply.root(), query.format)?))
    }

    /// Asks for the lock on the candidate. What is refused does not have to be given up.
    ///
    /// # Errors
    /// `Locked` with the holder's name, where the router tells it.
    async fn take(&mut self) -> Result<()> {
        self.change = Some(Change::new());
        let reply = match self.netconf()?.exchange(&Operation::Lock(Datastore::Candidate)).await {
            Ok(reply) => reply,
            Err(error) => {
                if !is_lost(&error) {
                    self.change = None;
                }
                return Err(error);
            }
        };
        let holder = reply.errors().iter().find_map(|error| error.session_id).filter(|number| *number != 0);
        let Err(error) = reply.check(redact::redact) else { return Ok(()) };
        self.change = None;
        let Some(number) = holder.filter(|_| error.kind() == ErrorKind::Locked) else { return Err(error) };
        let sessions = self.step(request::sessions()).await.ok();
        let name = sessions.as_ref().and_then(|reply| history::user_of(reply.root(), number));
        let holder = name.unwrap_or("a user that the router does not name");
        let words = format!("the configuration is held by {holder}, session {number}: {}", error.message());
        Err(Error::new(ErrorKind::Locked, words))
    }

    /// Lets the router check the candidate.
    pub(in crate::cisco_iosxr) async fn validate_candidate(&mut self) -> Result<()> {
        self.settle().await?;
        self.step(Operation::Validate(Source::Datastore(Datastore::Candidate))).await.map(drop)
    }

    /// What the candidate would change.
    pub(in crate::cisco_iosxr) async fn compare_candidate(&mut self) -> Result<Diff> {
        self.settle().await?;
        Ok(Diff::new(self.compare().await?, redact::redact))
    }

    /// What the candidate differs in from what is running, as the router compares it.
    pub(super) async fn compare(&self) -> Result<String> {
        let reply = self.step(Operation::Raw(request::DIFFERENCE.to_owned())).await?;
        Ok(history::difference(reply.root())?)
    }
}

#[async_trait]
impl CandidateSession for NetconfSession {
    const PLATFORM: &'static str = NAME;
    type Base = Base;
    type Tip = Tip;
    type Id = u64;

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
        NetconfSession::dial(self).await
    }

    fn hang_up(&mut self) {
        NetconfSession::hang_up(self);
    }

    fn change(&self) -> Option<&Change<Base>> {
        self.change.as_ref()
    }

    fn change_mut(&mut self) -> &mut Option<Change<Base>> {
        &mut self.change
    }

    async fn take_lock(&mut self) -> Result<()> {
        self.take().await
    }

    async fn give_up(&mut self, is_filled: bool) -> Result<()> {
        if is_filled {
            self.begin_anew().await.or_else(answered)?;
        }
        self.step(Operation::Unlock(Datastore::Candidate)).await.map(drop).or_else(not_held)
    }

    async fn give_back(&mut self) -> Result<()> {
        self.give_back_running().await
    }

    fn check_text(mode: LoadMode, text: &str) -> Result<()> {
        request::load(mode, text, false).map(drop)
    }

    async fn put(&self, mode: LoadMode, text: &str) -> Result<()> {
        let rolls_back = self.netconf()?.capabilities().rollback_on_error;
        self.step(request::load(mode, text, rolls_back)?).await.map(drop)
    }

    async fn begin_anew(&self) -> Result<()> {
        self.step(Operation::DiscardChanges).await.map(drop)
    }

    async fn tip(&self) -> Result<Tip> {
        self.read_tip().await
    }

    fn has_confirmed_commits(&self) -> bool {
        self.capabilities.commit_confirmed
    }

    fn read_id(id: &str) -> Option<u64> {
        id.parse().ok()
    }

    async fn finish(&mut self, end: End, id: u64, is_own: bool) -> Result<()> {
        self.end_pending(end, id, is_own).await
    }
}

/// What is not held needs not be given up.
fn not_held(error: Error) -> Result<()> {
    let is_free = error.kind() == ErrorKind::Rejected && error.message().contains("not locked");
    if is_free { Ok(()) } else { Err(error) }
}
