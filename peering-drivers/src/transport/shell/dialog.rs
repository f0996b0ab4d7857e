//! What is typed and waited for: one command after the other, or several at once.

use std::collections::VecDeque;
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};
use regex::Regex;
use ring::rand::{SecureRandom, SystemRandom};

use super::dialect::{Dialect, Patterns};
use super::echo::{Mark, find_mark, output};
use super::terminal::{Terminal, Wait};
use super::{Mode, Reply, Shell};

/// Silence after which what was typed counts as lost, or what is shown as waiting for us.
const SETTLE: Duration = Duration::from_secs(1);

/// What looks like a pager or a question counts when nothing comes behind it for so long: it may be half a line.
const MOMENT: Duration = Duration::from_millis(50);

/// Silences after which a question counts as one: output may stop anywhere, too.
const UNANSWERED: usize = 3;

/// Silences after the login after which Enter is typed.
const NUDGE: usize = 2;

/// How often somebody who does not react is asked to.
const PATIENCE: usize = 10;

impl Shell {
    /// The greeting up to the first prompt.
    pub(super) async fn greet(&mut self) -> Result<Reply> {
        // the first commands prove the prompt, too
        let is_proved = self.ahead > 0 && !self.dialect.setup.is_empty();
        let reply = self.begin()?.greet(is_proved).await?;
        self.is_busy = false;
        Ok(reply)
    }

    /// One command, waited for before anything else is typed. Each question is answered `tries` times at most.
    pub(super) async fn typed(
        &mut self,
        command: &str,
        script: &[(Regex, &str)],
        tries: usize,
    ) -> Result<Reply> {
        let reply = self.begin()?.one(command, script, tries, None).await?;
        self.is_busy = false;
        Ok(reply)
    }

    /// One command with the lines that it asks for, up to `end`: before that has come back nothing is a prompt, as the lines may
    /// look like one.
    pub(super) async fn fed(&mut self, command: &str, script: &[(Regex, &str)], end: &str) -> Result<Reply> {
        let reply = self.begin()?.one(command, script, 1, Some(end)).await?;
        self.is_busy = false;
        Ok(reply)
    }

    /// Several commands, as far ahead as the dialect allows. Those whose answers got lost are missing at the end.
    pub(super) async fn at_once(&mut self, commands: &[&str]) -> Result<Vec<Reply>> {
        let ahead = self.ahead;
        let mut step = self.begin()?;
        let replies = step.several(commands, ahead).await?;
        if replies.len() < commands.len() {
            step.sync().await?;
            tracing::debug!(
                place = self.place,
                "nothing is typed ahead any more: it got lost, or met a pager"
            );
            self.ahead = 0;
        }
        self.is_busy = false;
        Ok(replies)
    }

    /// A line of configuration.
    pub(super) async fn entered(&mut self, line: &str) -> Result<Reply> {
        if self.ahead == 0 || line.contains('\n') {
            return self.typed(line, &[], 0).await;
        }
        let mut replies = self.begin()?.several(&[line], 1).await?;
        let reply = replies.pop().ok_or_else(|| self.lost())?;
        self.is_busy = false;
        Ok(reply)
    }
}

/// One exchange on the terminal.
pub(super) struct Step<'a> {
    terminal: &'a mut Terminal,
    dialect: &'static Dialect,
    patterns: &'a Patterns,
    name: &'a str,
    /// Where the session stands before anything is typed.
    mode: &'a Mode,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        terminal: &'a mut Terminal,
        dialect: &'static Dialect,
        patterns: &'a Patterns,
        (name, mode): (&'a str, &'a Mode),
    ) -> Step<'a> {
        Step { terminal, dialect, patterns, name, mode }
    }

    async fn greet(&mut self, is_proved: bool) -> Result<Reply> {
        let mut silences = 0;
        loop {
            let current = self.terminal.screen.current();
            if self.patterns.is_pager(&current) && self.stays(&current).await? {
                self.turn_page().await?;
            } else if self.is_any_prompt(&current) {
                let prompt = if is_proved { current } else { self.sync().await? };
                return Ok(Reply { output: String::new(), prompt, question: None });
            }
            if self.terminal.wait(Some(SETTLE)).await? == Wait::Silence {
                silences += 1;
                if silences % NUDGE == 0 {
                    self.terminal.send("\r").await?;
                }
            }
        }
    }

    async fn one(
        &mut self,
        command: &str,
        script: &[(Regex, &str)],
        tries: usize,
        end: Option<&str>,
    ) -> Result<Reply> {
        self.terminal.screen.clear();
        self.terminal.send(&self.keys(command)).await?;
        let mut marks = Marks::default();
        let mut answered = (usize::MAX, String::new());
        let (mut given, mut silences, mut cancelled) = (0, 0, 0);
        let mut question = None;
        let mut is_fresh = false;
        loop {
            let is_quiet =
                !std::mem::take(&mut is_fresh) && self.terminal.wait(Some(SETTLE)).await? == Wait::Silence;
            silences = if is_quiet { silences + 1 } else { 0 };
            if let Some(end) = marks.found(self) {
                if marks.is_broken {
                    // what the output still had is lost with it
                    let words = "a pager, or a question, took a key that was meant for the command line";
                    return Err(Error::new(ErrorKind::Closed, words));
                }
                let lines = self.terminal.screen.take(end);
                let output = output(&lines, command, |line| self.is_any_prompt(line));
                return Ok(Reply { output, prompt: self.final_prompt().await?, question });
            }
            let current = self.terminal.screen.current();
            let stage = (self.terminal.screen.lines().len(), current.trim_end().to_owned());
            let current = &current;
            let is_open = given > 0 && end.is_some_and(|end| !self.has_come(end));
            let is_prompt = !is_open && self.is_prompt(current) || is_quiet && self.is_any_prompt(current);
            if self.patterns.is_pager(current) {
                match self.stays(current).await? {
                    true => self.turn_page().await?,
                    false => is_fresh = true,
                }
            } else if !marks.is_empty() {
                if is_quiet && is_prompt {
                    self.mark(&mut marks).await?;
                }
            } else if stage == answered {
                // what was answered is still on the screen
            } else if let Some((_, answer)) =
                script.iter().find(|(asked, _)| asked.is_match(&self.waiting(current)))
                && given < tries
            {
                if !self.stays(current).await? {
                    is_fresh = true;
                    continue;
                }
                given += 1;
                let key = if answer.ends_with(char::is_control) { "" } else { "\r" };
                self.terminal.send(&format!("{answer}{key}")).await?;
                answered = stage;
            } else if is_prompt && stage.0 > 0 {
                self.mark(&mut marks).await?;
            } else if silences >= UNANSWERED && self.patterns.is_question(current) {
                cancelled += 1;
                if cancelled > PATIENCE {
                    return Err(self.stuck());
                }
                question.get_or_insert_with(|| current.clone());
                self.terminal.send("\x03").await?;
                silences = 0;
            }
        }
    }

    /// The answers in order, as far as they came in step.
    async fn several(&mut self, commands: &[&str], ahead: usize) -> Result<Vec<Reply>> {
        self.terminal.screen.clear();
        let mut waiting: VecDeque<(&str, Marks)> = VecDeque::new();
        let mut left = commands.iter();
        let mut replies: Vec<Reply> = Vec::with_capacity(commands.len());
        let mut silences = 0;
        while replies.len() < commands.len() {
            while waiting.len() < ahead.max(1)
                && let Some(command) = left.next()
            {
                let mut marks = Marks::default();
                let mark = marks.next(self.dialect.comment_in(self.mode))?;
                self.terminal.send(&format!("{}{mark}\r", self.keys(command))).await?;
                waiting.push_back((command, marks));
            }
            let Some((command, marks)) = waiting.front_mut() else { break };
            if let Some(end) = marks.found(self) {
                let prompt = self.prompt_before(marks, end);
                let lines = self.terminal.screen.take(end);
                let output = output(&lines, command, |line| self.is_any_prompt(line));
                replies.push(Reply { output, prompt, question: None });
                waiting.pop_front();
                continue;
            }
            let is_quiet = self.terminal.wait(Some(SETTLE)).await? == Wait::Silence;
            let current = self.terminal.screen.current();
            silences = if is_quiet { silences + 1 } else { 0 };
            let is_waiting = is_quiet && self.is_any_prompt(&current)
                || silences >= UNANSWERED && self.patterns.is_question(&current);
            if is_waiting || self.patterns.is_pager(&current) && self.stays(&current).await? {
                return Ok(replies);
            }
        }
        if let Some(last) = replies.last_mut() {
            last.prompt = self.final_prompt().await?;
        }
        Ok(replies)
    }

    fn has_come(&self, end: &str) -> bool {
        self.terminal.screen.lines().iter().any(|line| line.trim() == end)
    }

    /// What may be a question: the unfinished line; where there is nothing of one, the line before it and its end.
    fn waiting(&self, current: &str) -> String {
        match self.terminal.screen.lines().last().filter(|_| current.is_empty()) {
            Some(line) => format!("{line}\n"),
            None => current.to_owned(),
        }
    }

    /// In step again, wherever we are: the prompt, proved by a mark.
    pub(super) async fn sync(&mut self) -> Result<String> {
        let mut marks = Marks::default();
        self.mark(&mut marks).await?;
        let mut silences = 0;
        loop {
            let is_quiet = self.terminal.wait(Some(SETTLE)).await? == Wait::Silence;
            if let Some(end) = marks.found(self) {
                self.terminal.screen.take(end);
                return self.final_prompt().await;
            }
            let current = self.terminal.screen.current();
            if self.patterns.is_pager(&current) && self.stays(&current).await? {
                self.turn_page().await?;
                silences = 0;
            } else if is_quiet && silences < PATIENCE {
                silences += 1;
                if !self.is_any_prompt(&current) {
                    self.terminal.send("\x03").await?;
                }
                // behind each Ctrl-C: else it would be read when the next command is typed
                self.mark(&mut marks).await?;
            }
            // who does not react is waited for, as long as whoever asked waits
        }
    }

    /// The prompt behind everything.
    async fn final_prompt(&mut self) -> Result<String> {
        let mut is_quiet = false;
        loop {
            let current = self.terminal.screen.current();
            if self.is_prompt(&current) || is_quiet && self.is_any_prompt(&current) {
                return Ok(current);
            }
            is_quiet = self.terminal.wait(Some(SETTLE)).await? == Wait::Silence;
        }
    }

    /// Whether the unfinished line is all that comes for now.
    async fn stays(&mut self, line: &str) -> Result<bool> {
        while self.terminal.wait(Some(MOMENT)).await? == Wait::Data {}
        Ok(self.terminal.screen.current() == line)
    }

    async fn turn_page(&mut self) -> Result<()> {
        self.terminal.screen.turn_page();
        self.terminal.send(self.dialect.page_key).await
    }

    /// A mark, behind the prompt that is there.
    async fn mark(&mut self, marks: &mut Marks) -> Result<()> {
        let here = self.patterns.prompt(&self.terminal.screen.current()).map(|(_, mode)| mode);
        let mark = marks.next(self.dialect.comment_in(here.as_ref().unwrap_or(self.mode)))?;
        self.terminal.send(&format!("{mark}\r")).await
    }

    fn prompt_before(&self, marks: &Marks, end: usize) -> String {
        let line = self.terminal.screen.lines().get(end).map(String::as_str).unwrap_or_default();
        let prompt = marks.typed.iter().find_map(|mark| line.trim_end().strip_suffix(mark));
        prompt.unwrap_or_default().to_owned()
    }

    /// The keys of a text: a question mark is to be one.
    fn keys(&self, text: &str) -> String {
        text.replace('?', &format!("{}?", self.dialect.literal)).replace('\n', "\r") + "\r"
    }

    fn is_any_prompt(&self, line: &str) -> bool {
        self.patterns.prompt(line).is_some()
    }

    /// A prompt of this host; in configuration modes a long name may be shortened.
    fn is_prompt(&self, line: &str) -> bool {
        self.patterns.prompt(line).is_some_and(|(name, mode)| {
            let is_short =
                matches!(mode, Mode::Configuration(_)) && !name.is_empty() && self.name.starts_with(&name);
            self.name.is_empty() || name == self.name || is_short
        })
    }

    fn stuck(&self) -> Error {
        let seen = self.terminal.screen.excerpt();
        let words = format!("the command line does not come back to its prompt; it shows {seen:?}");
        Error::new(ErrorKind::Closed, words)
    }
}

/// The marks that were typed for one command. Nobody can foresee them.
#[derive(Default)]
struct Marks {
    typed: Vec<String>,
    /// Lines that were looked at.
    seen: usize,
    /// Where the first one was found.
    first: Option<usize>,
    /// Whether one came back without its beginning: something else had read that.
    is_broken: bool,
}

impl Marks {
    fn is_empty(&self) -> bool {
        self.typed.is_empty()
    }

    fn next(&mut self, comment: &str) -> Result<String> {
        let mut bytes = [0; 4];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| Error::new(ErrorKind::Storage, "this system gives no random numbers"))?;
        let mark = format!("{comment} {:08x}", u32::from_be_bytes(bytes));
        self.typed.push(mark.clone());
        Ok(mark)
    }

    /// How many lines stand before the first mark, once the last has come back.
    fn found(&mut self, step: &mut Step<'_>) -> Option<usize> {
        while let Some(line) = step.terminal.screen.lines().get(self.seen) {
            let found = self.typed.iter().enumerate().find_map(|(number, mark)| {
                find_mark(line, mark, |head| step.patterns.prompt(head).is_some())
                    .map(|found| (number, found))
            });
            match found {
                Some((number, Mark::Turn(_))) => {
                    let first = *self.first.get_or_insert(self.seen);
                    self.seen += 1;
                    if number + 1 == self.typed.len() {
                        return Some(first);
                    }
                }
                Some((_, Mark::Astray(keep))) => step.terminal.screen.join(self.seen, keep),
                None => {
                    let rest = self.typed.iter().filter_map(|mark| mark.strip_prefix(step.dialect.comment));
                    let mut heads = rest.filter_map(|rest| line.trim_end().strip_suffix(rest));
                    self.is_broken |= heads.any(|head| step.patterns.prompt(head).is_some());
                    self.seen += 1;
                }
            }
        }
        None
    }
}
