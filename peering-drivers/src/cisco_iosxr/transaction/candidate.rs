//! A candidate: taken, filled, looked at, given up.

use async_trait::async_trait;
use peering_core::driver::LoadMode;
use peering_core::state::{ConfigQuery, ConfigSource};
use peering_core::{Diff, Error, ErrorKind, Result};

use super::{Base, Change, Phase, Stages, Staging, history, is_lost, redact, request};
use crate::cisco_iosxr::session::NetconfSession;
use crate::cisco_iosxr::{parse, request as questions};
use crate::transport::netconf::{Datastore, Operation, Source};

#[async_trait]
impl Staging for NetconfSession {
    fn stages(&mut self) -> Option<&mut Stages> {
        self.change.as_mut().filter(|change| change.phase == Phase::Open).map(|change| &mut change.stages)
    }

    fn check_text(&self, mode: LoadMode, text: &str) -> Result<()> {
        request::load(mode, text, false).map(drop)
    }

    async fn empty(&mut self) -> Result<()> {
        self.step(Operation::DiscardChanges).await.map(drop)
    }

    async fn put(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        let rolls_back = self.netconf()?.capabilities().rollback_on_error;
        self.step(request::load(mode, text, rolls_back)?).await.map(drop)
    }
}

impl NetconfSession {
    /// Takes the lock, unless a commit waits for its confirmation.
    pub(in crate::cisco_iosxr) async fn open(&mut self) -> Result<()> {
        if let Some(own) = self.own_pending()
            && self.find_pending().await?.is_some()
        {
            // Ours, and the lock with it; it is kept as long as there is something to keep it for.
            let words = format!("a commit of this session waits for its confirmation until {}", own.deadline);
            return Err(Error::new(ErrorKind::Locked, words));
        }
        self.release().await?;
        self.take().await?;
        let base = match self.read_base().await {
            Ok(base) => base,
            Err(error) => {
                self.release().await.ok();
                return Err(error);
            }
        };
        if let Some(change) = &mut self.change {
            change.base = Some(base);
            change.phase = Phase::Open;
        }
        Ok(())
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
    pub(super) async fn take(&mut self) -> Result<()> {
        // Known before it is asked for: a future that is dropped half-way leaves something to give up.
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

    /// Throws the candidate away and gives up the lock; fine when there is none.
    pub(in crate::cisco_iosxr) async fn release(&mut self) -> Result<()> {
        self.give_back_running().await?;
        let Some(change) = &self.change else { return Ok(()) };
        if !change.stages.is_untouched() || change.phase == Phase::Sent {
            // A refusal is an answer like another.
            self.step(Operation::DiscardChanges).await.map(drop).or_else(answered)?;
        }
        self.step(Operation::Unlock(Datastore::Candidate)).await.map(drop).or_else(not_held)?;
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

fn answered(error: Error) -> Result<()> {
    if is_lost(&error) { Err(error) } else { Ok(()) }
}

/// What is not held needs not be given up.
fn not_held(error: Error) -> Result<()> {
    let is_free = error.kind() == ErrorKind::Rejected && error.message().contains("not locked");
    if is_free { Ok(()) } else { Err(error) }
}
