//! How the steps of a change ask the router: within what time, for what, and again after an answer was lost.

use jiff::{SignedDuration, Timestamp};
use peering_core::{ParseError, Result};

use super::super::batch::{Command, Format, Replies};
use super::super::parse;
use super::super::session::EosSession;
use super::list::List;
use crate::own_name::{self, Held};
use crate::step::{Budget, is_lost};

/// The router's clock, which counts from its start, beside ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    ours: Timestamp,
    uptime: Option<f64>,
}

impl Now {
    /// When something is that the router tells by its clock; never too late. Now, where it does not tell.
    pub(super) fn at(&self, expiry: Option<f64>) -> Timestamp {
        let (Some(expiry), Some(uptime)) = (expiry, self.uptime) else { return self.ours };
        // whole seconds were cut off
        let uncertain = if uptime.fract() == 0.0 { 1.0 } else { 0.0 };
        let left = SignedDuration::try_from_secs_f64((expiry - uptime - uncertain).max(0.0));
        left.map_or(self.ours, |left| self.ours.saturating_add(left).unwrap_or(self.ours))
    }
}

impl EosSession {
    /// A session of our own that is not on the router yet.
    pub(super) fn fresh_session(&self) -> Held {
        Held::new(self.link.transcript().name(|| own_name::fresh(&self.user)))
    }

    /// One batch, within what is left of the time.
    pub(super) async fn ask(
        &mut self,
        budget: Budget,
        commands: &[Command],
        format: Format,
    ) -> Result<Replies> {
        self.send(commands, format, Some(budget.next())).await
    }

    /// The configuration sessions, and the time that they were asked for.
    pub(super) async fn list(&mut self, budget: Budget) -> Result<(List, Now)> {
        let ours = Timestamp::now();
        let commands = ["show configuration sessions detail".into(), "show version".into()];
        let replies = self.ask(budget, &commands, Format::Json).await?;
        let [sessions, version] = replies.each()?;
        Ok((List::read(sessions)?, Now { ours, uptime: parse::version(version)?.uptime }))
    }

    /// The same after an answer was lost: whoever lost one may lose the next one too.
    pub(super) async fn look(&mut self, budget: Budget) -> Result<(List, Now)> {
        match self.list(budget).await {
            Err(error) if is_lost(&error) => self.list(budget).await,
            result => result,
        }
    }

    /// The running configuration; asked for again when an answer was lost.
    pub(super) async fn running(&mut self, budget: Budget) -> Result<String> {
        let command = ["show running-config".into()];
        let mut replies = self.ask(budget, &command, Format::Text).await.and_then(|replies| replies.text());
        if replies.as_ref().is_err_and(is_lost) {
            replies = self.ask(budget, &command, Format::Text).await.and_then(|replies| replies.text());
        }
        replies
    }
}

/// The answers of a batch of known length.
pub(super) fn join<const N: usize>(texts: Vec<String>) -> Result<[String; N]> {
    texts
        .try_into()
        .map_err(|texts: Vec<_>| ParseError::new(format!("{N} answers"), &texts.len().to_string()).into())
}

/// The lines of a configuration without its head: that names the command and the moment.
pub(super) fn body(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).skip_while(|line| line.is_empty() || line.starts_with('!')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_configuration_is_no_part_of_it() {
        let one =
            "! Command: show running-config\n! device: r1 (vEOS, EOS-4.31.2F)\n!\nhostname r1\n!\nend\n";
        let other = "! Command: show session-config named x\n!\nhostname r1\n!\nend";
        assert_eq!(body(one), body(other));
        assert_eq!(body(one), ["hostname r1", "!", "end"]);
    }

    #[test]
    fn a_deadline_is_never_later_than_the_routers() {
        let ours: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let at = |uptime, expiry| Now { ours, uptime }.at(expiry).duration_since(ours).as_millis();
        assert_eq!(at(Some(100.25), Some(110.5)), 10_250);
        assert_eq!(at(Some(100.0), Some(110.0)), 9_000);
        assert_eq!(at(Some(100.5), Some(90.0)), 0);
        assert_eq!(at(None, Some(110.0)), 0);
        assert_eq!(at(Some(100.5), None), 0);
    }
}
