//! The command line as a transport: an interactive session over any byte stream.
//!
//! A [`Shell`] types commands and gives what they print, without echo, prompt and pages. What a platform's command line looks
//! like is data, a [`Dialect`].
//!
//! **When a command is over.** Whatever is printed may look like a prompt. So a comment with a random number is typed behind
//! each command; the command is over when that comment is echoed *behind a prompt*. Where the dialect allows, it is typed together
//! with its command ([`Dialect::type_ahead`]), which costs no round trip, and several commands can be typed at once; where
//! what is typed ahead gets lost or meets a pager, that is noticed, and commands that only read are asked again one by one.
//!
//! **Out of step never.** A future that is dropped in the midst of a command leaves a shell that answers [`ErrorKind::Closed`]
//! from then on: nobody knows where its prompt is.
//!
//! | file | what |
//! |---|---|
//! | `dialect.rs` | habits of a command line; prompts, pagers, refusals, questions |
//! | `screen.rs` | bytes to lines, as a terminal shows them: pure |
//! | `echo.rs` | what comes back of what was typed: pure |
//! | `terminal.rs` | the byte stream |
//! | `dialog.rs` | one command after the other; several at once |

mod dialect;
mod dialog;
mod echo;
mod screen;
mod terminal;
#[cfg(test)]
mod tests;

use std::time::Duration;

use peering_core::driver::Target;
use peering_core::{Error, ErrorKind, REDACTED, Result, Secret};
use serde::{Deserialize, Serialize};

pub use self::dialect::{Dialect, Elevation, Mode};
use self::dialect::{Patterns, compile};
use self::dialog::Step;
use self::terminal::Terminal;
use super::ssh::{Ssh, Stream};
use super::transcript::{Redactor, Transcript};

/// How often a wrong password is offered: devices ask three times and then give in.
const TRIES: usize = 3;

/// What a transcript knows the login by.
const LOGIN: &str = "(login)";

/// What a command left on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reply {
    output: String,
    /// The prompt behind it.
    prompt: String,
    /// The question that nobody had an answer to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<String>,
}

/// A command line that somebody is logged in to.
#[derive(Debug)]
pub struct Shell {
    /// None in a replay.
    terminal: Option<Box<Terminal>>,
    /// None over a stream of the caller's.
    ssh: Option<Ssh>,
    transcript: Transcript,
    dialect: &'static Dialect,
    patterns: Patterns,
    place: String,
    prompt: String,
    name: String,
    mode: Mode,
    /// As the dialect has it, until it has proved wrong.
    ahead: usize,
    is_busy: bool,
    redactor: Redactor,
}

impl Shell {
    /// Logs in over SSH, asks for a terminal, finds the prompt, turns the pager off and becomes privileged.
    ///
    /// Without `enable_password` a session that is asked for one stays as it is: see [`Shell::mode`].
    ///
    /// # Errors
    /// Those of [`Ssh::connect`]; `Timeout` when no prompt comes within `timeouts.connect`; `Auth` when the password for
    /// privileges is wrong; those of [`Transcript::open`].
    pub async fn connect(
        target: &Target,
        dialect: &'static Dialect,
        enable_password: Option<&Secret>,
        redactor: Redactor,
    ) -> Result<Shell> {
        let transcript = Transcript::open(target, "shell", redactor)?;
        let ssh = Ssh::recorded(target, transcript.clone()).await?;
        let terminal = match transcript.is_replay() {
            true => None,
            false => Some(Box::new(ssh.terminal(dialect.columns, dialect.rows).await?) as Box<dyn Stream>),
        };
        let terminal =
            terminal.map(|stream| Box::new(Terminal::new(stream, target.to_string(), dialect.columns)));
        let mut shell = Shell::new(terminal, Some(ssh), transcript, dialect, target.to_string())?;
        shell.redactor = redactor;
        shell
            .start(enable_password, target.timeouts.connect)
            .await
            .map_err(|error| error.with_host(&target.host))?;
        Ok(shell)
    }

    /// The same over a byte stream that already leads to a command line; `place` names it in errors. Nothing is recorded.
    ///
    /// # Errors
    /// `Timeout` when no prompt comes within the patience; `Auth`; `Closed`.
    pub async fn over(
        stream: impl Stream,
        place: &str,
        dialect: &'static Dialect,
        enable_password: Option<&Secret>,
        patience: Duration,
    ) -> Result<Shell> {
        let terminal = Box::new(Terminal::new(Box::new(stream), place.to_owned(), dialect.columns));
        let mut shell = Shell::new(Some(terminal), None, Transcript::live(), dialect, place.to_owned())?;
        shell.start(enable_password, patience).await?;
        Ok(shell)
    }

    fn new(
        terminal: Option<Box<Terminal>>,
        ssh: Option<Ssh>,
        transcript: Transcript,
        dialect: &'static Dialect,
        place: String,
    ) -> Result<Shell> {
        let patterns = Patterns::new(dialect)?;
        let ahead = dialect.type_ahead;
        let (prompt, name, mode) = (String::new(), String::new(), Mode::User);
        let redactor = Redactor::default();
        Ok(Shell {
            terminal,
            ssh,
            transcript,
            dialect,
            patterns,
            place,
            prompt,
            name,
            mode,
            ahead,
            is_busy: false,
            redactor,
        })
    }

    async fn start(&mut self, enable_password: Option<&Secret>, patience: Duration) -> Result<()> {
        let started = tokio::time::timeout(patience, async {
            self.log_in().await?;
            self.elevate(enable_password).await
        });
        match started.await {
            Ok(result) => result,
            Err(_) => {
                let seen =
                    self.terminal.as_ref().map(|terminal| terminal.screen.excerpt()).unwrap_or_default();
                let words = format!(
                    "no prompt of {} within {} s; the last line is {seen:?}",
                    self.place,
                    patience.as_secs_f32()
                );
                Err(Error::new(ErrorKind::Timeout, words))
            }
        }
    }

    /// Finds the prompt and sets the terminal up.
    async fn log_in(&mut self) -> Result<()> {
        let transcript = self.transcript.clone();
        let reply = transcript.exchange(LOGIN, self.greet()).await?;
        self.arrive(&reply);
        for outcome in self.ask_all(self.dialect.setup).await? {
            if outcome.is_err() {
                // then there may be a pager, which would swallow what is typed ahead
                self.ahead = 0;
            }
        }
        Ok(())
    }

    async fn elevate(&mut self, password: Option<&Secret>) -> Result<()> {
        let Some(elevation) = self.dialect.elevation.filter(|_| self.mode == Mode::User) else {
            return Ok(());
        };
        let answer = password.map_or("\x03", |password| password.expose());
        let script = [(compile(&format!("(?:{})$", elevation.question))?, answer)];
        let transcript = self.transcript.clone();
        let reply =
            transcript.exchange(elevation.command, self.typed(elevation.command, &script, TRIES)).await?;
        self.arrive(&reply);
        if self.mode == Mode::User && password.is_some() {
            let words = format!("{} does not take the password for `{}`", self.place, elevation.command);
            return Err(Error::new(ErrorKind::Auth, words));
        }
        Ok(())
    }

    /// One command, whatever it does: what it printed. It is waited for before anything else is typed.
    ///
    /// # Errors
    /// `Rejected` with the device's words when it refuses, or asks something (then it was cancelled); `Options` for what is
    /// not one line; `Closed`.
    pub async fn run(&mut self, command: &str) -> Result<String> {
        self.converse(command, &[]).await
    }

    /// A command that asks: whenever the unfinished line ends as a pattern says, its answer is typed, and Enter.
    ///
    /// # Errors
    /// As [`Shell::run`]; a question that no pattern fits is cancelled and `Rejected`.
    pub async fn converse(&mut self, command: &str, script: &[(&str, &str)]) -> Result<String> {
        one_line(command)?;
        let script =
            script.iter().map(|(question, answer)| Ok((compile(&format!("(?:{question})$"))?, *answer)));
        let script = script.collect::<Result<Vec<_>>>()?;
        let transcript = self.transcript.clone();
        let reply = transcript.exchange(command, self.typed(command, &script, usize::MAX)).await?;
        self.judged(command, reply)
    }

    /// A command that reads lines up to one that ends them, such as a banner: they are typed once the device has asked, which
    /// its last finished line tells by how it ends. `lines` has the one that ends them. What was printed behind them, or
    /// for the command where it does not ask.
    ///
    /// The lines may be secret: a transcript has neither them nor their echo.
    ///
    /// # Errors
    /// As [`Shell::run`].
    pub async fn feed(&mut self, command: &str, question: &str, lines: &str) -> Result<String> {
        one_line(command)?;
        let answer = lines.replace('?', &format!("{}?", self.dialect.literal)).replace('\n', "\r");
        let script = [(compile(&format!("(?:{question})\\s*\\n$"))?, answer.as_str())];
        let transcript = self.transcript.clone();
        let end = lines.lines().next_back().unwrap_or_default().trim();
        let fed = async {
            let reply = self.fed(command, &script, end).await?;
            Ok(Reply { output: echo::behind(&reply.output, end), ..reply })
        };
        let reply = transcript.exchange(command, fed).await?;
        self.judged(command, reply)
    }

    /// Commands that change nothing, in one round trip where the dialect allows; they may be asked twice. What each printed,
    /// or `Rejected` as [`Shell::run`] has it.
    ///
    /// # Errors
    /// `Options`, `Closed`.
    pub async fn run_all(&mut self, commands: &[&str]) -> Result<Vec<Result<String>>> {
        self.ask_all(commands).await
    }

    async fn ask_all(&mut self, commands: &[&str]) -> Result<Vec<Result<String>>> {
        commands.iter().try_for_each(|command| one_line(command))?;
        let mut outcomes = Vec::with_capacity(commands.len());
        if self.ahead > 0 && self.transcript.is_live() {
            for (command, reply) in commands.iter().zip(self.at_once(commands).await?) {
                outcomes.push(self.judged(command, reply));
            }
        }
        // those that got lost, and all of them where nothing is typed ahead or each is recorded
        for command in commands.iter().skip(outcomes.len()) {
            let transcript = self.transcript.clone();
            let reply = transcript.exchange(command, self.typed(command, &[], usize::MAX)).await?;
            outcomes.push(self.judged(command, reply));
        }
        Ok(outcomes)
    }

    /// A command that leads into a configuration mode.
    ///
    /// # Errors
    /// As [`Shell::run`]; `Rejected` when the mode is not one of configuration afterwards.
    pub async fn enter(&mut self, command: &str) -> Result<()> {
        let words = self.run(command).await?;
        match self.mode {
            Mode::Configuration(_) => Ok(()),
            _ => Err(Error::new(
                ErrorKind::Rejected,
                format!("`{command}` leads into no configuration mode: {}", words.trim()),
            )),
        }
    }

    /// Lines of configuration, one after the other, up to the first that is refused: what each printed. A line that holds
    /// line ends is typed whole (a banner).
    ///
    /// # Errors
    /// The number of the line, from 0, and why: as [`Shell::run`].
    pub async fn configure(&mut self, lines: &[&str]) -> std::result::Result<Vec<String>, (usize, Error)> {
        let mut printed = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            let transcript = self.transcript.clone();
            let reply = transcript.exchange(line, self.entered(line)).await;
            let output = reply.and_then(|reply| self.judged(line, reply)).map_err(|error| (number, error))?;
            printed.push(output);
        }
        Ok(printed)
    }

    /// The same, typed as far ahead as the dialect allows: what each line printed or why it was refused, and where the session
    /// stood behind it. Lines behind a refused one may have been typed, too; no line is typed twice.
    ///
    /// # Errors
    /// `Options`; `Closed`, also when lines got lost or a question took them: then nobody knows which of them were read.
    pub async fn configure_ahead(&mut self, lines: &[&str]) -> Result<Vec<(Result<String>, Mode)>> {
        lines.iter().try_for_each(|line| one_line(line))?;
        let mut outcomes = Vec::with_capacity(lines.len());
        if self.ahead > 0 && self.transcript.is_live() {
            let replies = self.at_once(lines).await?;
            if replies.len() < lines.len() {
                return Err(self.lost());
            }
            for (line, reply) in lines.iter().zip(replies) {
                let outcome = self.judged(line, reply);
                outcomes.push((outcome, self.mode.clone()));
            }
            return Ok(outcomes);
        }
        for line in lines {
            let transcript = self.transcript.clone();
            let reply = transcript.exchange(line, self.entered(line)).await?;
            let outcome = self.judged(line, reply);
            let is_refused = outcome.is_err();
            outcomes.push((outcome, self.mode.clone()));
            if is_refused {
                break;
            }
        }
        Ok(outcomes)
    }

    /// Leaves all configuration modes. Does nothing in none.
    ///
    /// # Errors
    /// As [`Shell::run`].
    pub async fn leave(&mut self) -> Result<()> {
        if matches!(self.mode, Mode::Configuration(_)) {
            self.run(self.dialect.leave).await?;
        }
        Ok(())
    }

    /// Where the session is, by the last prompt.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// The last prompt.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// The connection, for further channels of it; `None` in a replay and over a stream.
    pub fn ssh(&self) -> Option<&Ssh> {
        self.ssh.as_ref()
    }

    /// Where requests and answers go.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Whether nothing can be asked any more.
    pub fn is_closed(&self) -> bool {
        self.is_busy || self.ssh.as_ref().is_some_and(Ssh::is_closed)
    }

    /// Ends the session and its connection.
    pub async fn close(&mut self) {
        self.terminal = None;
        self.is_busy = true;
        if let Some(ssh) = &self.ssh {
            ssh.close().await;
        }
    }

    /// Whether it was read is not known, and it must not be typed twice.
    fn lost(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the command line of {} lost what was typed", self.place))
    }

    /// The prompt says where we are.
    fn arrive(&mut self, reply: &Reply) {
        if let Some((name, mode)) = self.patterns.prompt(&reply.prompt) {
            // in configuration modes a long name may be shortened; one that is no beginning of it is another
            if !matches!(mode, Mode::Configuration(_))
                || !self.name.starts_with(&name)
                || self.name.is_empty()
            {
                self.name = name;
            }
            self.mode = mode;
        }
        self.prompt.clone_from(&reply.prompt);
    }

    fn judged(&mut self, command: &str, reply: Reply) -> Result<String> {
        self.arrive(&reply);
        let refused = |words: &str| refused(command, words, self.redactor.redact);
        if let Some(question) = &reply.question {
            return Err(refused(&format!("asks {:?}, and there is no answer to that", question.trim())));
        }
        let answer = self.patterns.without_heading(&reply.output);
        match self.patterns.refusal(answer) {
            Some(words) => Err(refused(&words)),
            None => Ok(answer.to_owned()),
        }
    }

    /// The terminal, for one exchange; nothing is typed where the last one was left in its midst.
    fn begin(&mut self) -> Result<Step<'_>> {
        if self.is_busy {
            let words = format!("the command line of {} was left in the midst of a command", self.place);
            return Err(Error::new(ErrorKind::Closed, words));
        }
        let Some(terminal) = &mut self.terminal else {
            return Err(Error::new(ErrorKind::Unsupported, "a replay has no connection that can carry this"));
        };
        self.is_busy = true;
        Ok(Step::new(terminal, self.dialect, &self.patterns, (&self.name, &self.mode)))
    }
}

/// The refusal of a command, in the device's words. They may quote the command: what is blacked out in it is so in them.
pub(crate) fn refused(command: &str, words: &str, redact: fn(&str) -> String) -> Error {
    let (shown, mut words) = (redact(command), redact(words));
    let is_hidden = |word: &&str| word.len() > 2 && !shown.split_whitespace().any(|kept| kept == *word);
    for word in command.split_whitespace().filter(is_hidden) {
        words = words.replace(word, REDACTED);
    }
    Error::new(ErrorKind::Rejected, format!("`{shown}`: {words}"))
}

/// A command is one line, without keys that a command line gives a meaning to.
fn one_line(command: &str) -> Result<()> {
    match command.chars().any(char::is_control) {
        true => Err(Error::new(ErrorKind::Options, "a command is one line, without control characters")),
        false => Ok(()),
    }
}
