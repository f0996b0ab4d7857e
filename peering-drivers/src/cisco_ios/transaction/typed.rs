//! Texts that are typed into the configuration mode, where they cannot be compiled.
//!
//! Nothing is typed before the router's timer runs (`configure terminal revert timer`), which brings the old configuration
//! back whatever becomes of us. A line that leads into a context is waited for before anything behind it is typed: what belongs
//! there would mean something else elsewhere. The prompt behind each line tells where it was typed.

use std::collections::VecDeque;

use peering_core::{Error, ErrorKind, Result};
use tokio::time::{Instant, timeout};

use super::super::language::RULES;
use super::super::session::IosSession;
use super::commit::{Applied, shown};
use super::told;
use crate::indented::{self, Act, Config, Step, redact};
use crate::step::{Budget, before, is_lost};
use crate::transport::shell::{Mode, refused};

/// What asks for the lines of a banner.
const ASKS: &str = "Enter TEXT message.*";

/// Lines that IOS asks about, so that nothing may be typed behind them before.
const ASKED_ABOUT: [&str; 2] = ["no username ", "no crypto "];

/// What it asks, and the answers: whoever gave the text means it.
const QUESTIONS: &[(&str, &str)] = &[(r"\[confirm\] ?", ""), (r"\[yes/no\]: ?", "yes")];

impl IosSession {
    /// Types texts under the router's timer: what is running then.
    pub(super) async fn type_in(
        &mut self,
        applied: &Applied,
        texts: &[Config],
        minutes: u32,
    ) -> Result<Config> {
        let budget = applied.budget;
        // before the timer is over nothing is typed any more
        let timer_end = Instant::now() + self.driver.minute().saturating_mul(minutes).mul_f32(0.9);
        let typed = match self.arm(budget, minutes).await {
            Ok(()) => {
                let limit = budget.next().min(timer_end.saturating_duration_since(Instant::now()));
                let late = |_| Err(Error::new(ErrorKind::Timeout, "the lines could not be typed in time"));
                timeout(limit, self.type_all(texts)).await.unwrap_or_else(late)
            }
            // refused before there was a timer: if one runs it is not ours
            Err(error) if error.kind() == ErrorKind::Rejected && !self.is_configuring() => {
                self.change_is_over(applied).await;
                return Err(before(error));
            }
            Err(error) => Err(error),
        };
        self.come_back(budget).await;
        match typed {
            Ok(()) => {}
            Err(error) if is_lost(&error) => return Err(self.cut_off(applied, error).await),
            Err(error) => return Err(self.refused(applied, error.message()).await),
        }
        let running = self.looked_at(budget).await?;
        let differs = indented::besides(&applied.base, &running, texts, &RULES);
        if !differs.is_empty() {
            let words = format!(
                "something has changed that the text does not name, by somebody else or by the router itself: {}",
                shown(&differs)
            );
            return Err(self.refused(applied, &words).await);
        }
        Ok(running)
    }

    /// Enters the configuration mode with the timer running.
    async fn arm(&mut self, budget: Budget, minutes: u32) -> Result<()> {
        let command = format!("configure terminal revert timer {minutes}");
        let words = self.within(budget, &command).await?;
        if !self.is_configuring() {
            return Err(refused(&command, words.trim(), redact));
        }
        let timer = told::timer(Ok(self.within(budget, "do show archive config rollback timer").await?))?;
        match timer.filter(|timer| timer.user == self.user && timer.minutes == minutes) {
            Some(_) => Ok(()),
            None => {
                Err(Error::new(ErrorKind::Rejected, "the rollback timer does not run, so nothing was typed"))
            }
        }
    }

    fn is_configuring(&self) -> bool {
        matches!(self.shell.mode(), Mode::Configuration(_))
    }

    /// Out of the configuration mode; where that fails the session is given up, so that it does nothing more.
    async fn come_back(&mut self, budget: Budget) {
        let left = budget.part(self.shell.leave()).await;
        if left.is_ok() && !self.is_configuring() && !self.shell.is_closed() {
            return;
        }
        timeout(budget.next(), self.shell.close()).await.ok();
        // whoever looks at the router next tries again
        budget.part(self.reconnect()).await.ok();
    }

    async fn type_all(&mut self, texts: &[Config]) -> Result<()> {
        for (index, text) in texts.iter().enumerate() {
            let steps = indented::steps(text, &RULES);
            self.type_steps(steps.into()).await.map_err(|(number, error)| {
                let of = if texts.len() > 1 { format!(" of text {}", index + 1) } else { String::new() };
                let words = format!("line {number}{of}: {}", error.message());
                Error::new(error.kind(), words).with_source(error)
            })?;
        }
        Ok(())
    }

    /// Types steps in order, up to the first that is refused or leads astray: the number of its line, and why.
    async fn type_steps(&mut self, mut steps: VecDeque<Step>) -> std::result::Result<(), (usize, Error)> {
        let mut modes = vec![self.shell.mode().clone()];
        while let Some(first) = steps.front() {
            let number = first.number;
            let now: Vec<Step> = steps.drain(..at_once(&steps)).collect();
            let outcomes = self.type_at_once(&now).await.map_err(|error| (number, error))?;
            for (step, (outcome, mode)) in now.iter().zip(outcomes) {
                let printed = outcome.map_err(|error| (step.number, error))?;
                let wrong = |words: &str| Err((step.number, refused(&step.line, words, redact)));
                if let Some(words) = told::complaint(&printed) {
                    return wrong(words);
                }
                if step.act == Act::Leaves {
                    modes.pop();
                }
                match (step.act, modes.last() == Some(&mode)) {
                    (Act::Opens, false) => modes.push(mode),
                    (Act::MayOpen, false) => {
                        modes.push(mode);
                        steps.push_front(step.left());
                    }
                    (Act::Opens, true) => {
                        return wrong(&format!("it leads into no context; {}", printed.trim()));
                    }
                    (Act::Stays | Act::Leaves, false) => {
                        return wrong("it leads into another context than the text tells");
                    }
                    (Act::Stays | Act::Leaves | Act::MayOpen, true) => {}
                }
            }
        }
        Ok(())
    }

    /// Types steps that can be: what each printed or why it was refused, and where it led.
    async fn type_at_once(&mut self, steps: &[Step]) -> Result<Vec<(Result<String>, Mode)>> {
        let outcome = match steps {
            [step] if !step.body.is_empty() => self.shell.feed(&step.line, ASKS, &step.body.join("\n")).await,
            [step] if is_asked_about(step) => self.shell.converse(&step.line, QUESTIONS).await,
            steps => {
                let lines: Vec<&str> = steps.iter().map(|step| step.line.as_str()).collect();
                return self.shell.configure_ahead(&lines).await;
            }
        };
        Ok(vec![(outcome, self.shell.mode().clone())])
    }
}

fn is_asked_about(step: &Step) -> bool {
    ASKED_ABOUT.iter().any(|words| step.line.starts_with(words))
}

/// How many steps can be typed at once: up to one that leads somewhere. What asks stands alone.
fn at_once(steps: &VecDeque<Step>) -> usize {
    let is_alone = |step: &Step| !step.body.is_empty() || is_asked_about(step);
    let is_plain = |step: &&Step| !is_alone(step) && matches!(step.act, Act::Stays | Act::Leaves);
    let plain = steps.iter().take_while(is_plain).count();
    let has_more = steps.get(plain).is_some_and(|step| plain == 0 || !is_alone(step));
    plain + usize::from(has_more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_typed_behind_what_leads_elsewhere_or_asks() {
        let text = "hostname a\nno ip domain lookup\nrouter bgp 1\n neighbor 192.0.2.1 remote-as 2\n address-family ipv4\n  \
                    neighbor 192.0.2.1 activate\nno username b\nno username c\nbanner motd #\nHi\n#\nhostname d\ninterface lo9\n";
        let mut steps: VecDeque<Step> = indented::steps(&Config::parse(text, &RULES), &RULES).into();
        let mut batches = Vec::new();
        while !steps.is_empty() {
            let count = at_once(&steps);
            let lines: Vec<String> = steps.drain(..count).map(|step| step.line).collect();
            batches.push(lines.join(" | "));
        }
        assert_eq!(
            batches,
            [
                "hostname a | no ip domain lookup | router bgp 1",
                "neighbor 192.0.2.1 remote-as 2 | address-family ipv4",
                "neighbor 192.0.2.1 activate | exit | exit",
                "no username b",
                "no username c",
                "banner motd #",
                "hostname d | interface lo9",
            ]
        );
    }
}
