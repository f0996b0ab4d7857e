//! A commit that waits for its confirmation.

use peering_core::driver::{Pending, Token};
use peering_core::{Error, ErrorKind, Result};

use super::super::NAME;
use super::super::batch::Format;
use super::super::session::EosSession;
use super::commit::{Timed, unknown};
use super::list::{List, State};
use super::verbs::{Now, body};
use super::{abort, token};
use crate::step::{Budget, before, is_lost};

impl EosSession {
    pub(in super::super) async fn pending_commit(&mut self) -> Result<Option<Pending>> {
        let (list, now) = self.list(Budget::of(self.patience)).await?;
        Ok(self.pending_in(&list, &now))
    }

    pub(super) fn pending_in(&self, list: &List, now: &Now) -> Option<Pending> {
        let (name, expiry) = list.timed()?;
        Some(Pending { token: token(&self.host, name), deadline: now.at(expiry), holder: list.holder(name) })
    }

    pub(in super::super) async fn confirm_pending(&mut self, token: &Token) -> Result<()> {
        let budget = Budget::of(self.patience);
        let pending = self.require_pending(budget, token).await?;
        let wanted = self.running(budget).await.map_err(before)?;
        self.finish(budget, &token.id, pending.deadline, &wanted).await?;
        self.timed = None;
        Ok(())
    }

    pub(in super::super) async fn revert_pending(&mut self, token: &Token) -> Result<()> {
        let budget = Budget::of(self.patience);
        self.require_pending(budget, token).await?;
        let known = self.timed.clone().filter(|timed| timed.name == token.id);
        let running = self.running(budget).await.map_err(before)?;
        let sent = self.ask(budget, &[abort(&token.id)], Format::Json).await.map(drop);
        let (list, now) = match self.look(budget).await {
            Ok(found) => found,
            Err(error) => return Err(unknown(&error, "revert")),
        };
        if let Some(pending) = self.pending_in(&list, &now).filter(|_| list.state(&token.id) == State::Timed)
        {
            let error = sent.err().unwrap_or_else(|| Error::new(ErrorKind::Rejected, "no reason was given"));
            let kind = if is_lost(&error) { ErrorKind::Closed } else { ErrorKind::Rejected };
            let words = format!(
                "not reverted yet; the router does it by itself at {}: {}",
                pending.deadline,
                error.message()
            );
            return Err(Error::new(kind, words).with_source(error));
        }
        let after = self.running(budget).await.map_err(|error| unknown(&error, "revert"))?;
        let is_back = match &known {
            Some(Timed { base, .. }) => body(&after) == body(base),
            // made by another process: what ran before is not known here, only that it was the router that went back
            None => sent.is_ok() || body(&after) != body(&running),
        };
        if !is_back {
            return Err(Error::new(
                ErrorKind::OutcomeUnknown,
                "the commit is not pending any more, but the router does not run what it ran before; look at it",
            ));
        }
        self.timed = None;
        Ok(())
    }

    async fn require_pending(&mut self, budget: Budget, token: &Token) -> Result<Pending> {
        let is_name = |character: char| character.is_ascii_graphic() && !matches!(character, '|' | '>' | '?');
        if token.platform != NAME || token.id.is_empty() || !token.id.chars().all(is_name) {
            return Err(Error::new(ErrorKind::Options, "this token does not name a commit of this driver"));
        }
        let (list, now) = self.list(budget).await.map_err(before)?;
        self.pending_in(&list, &now).filter(|pending| pending.token.id == token.id).ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                "it is not pending any more: it was confirmed, reverted, or its time is over",
            )
        })
    }
}
