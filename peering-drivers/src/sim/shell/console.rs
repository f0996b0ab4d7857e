//! What a persona gives to have a command line.

use std::borrow::Cow;
use std::time::Duration;

use crate::sim::fabric::World;

/// How long lines are shown that are longer than the terminal is wide. Each persona has one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrap {
    /// The line moves to the left behind a `$`, as IOS does.
    Scroll,
    /// The client's terminal does what it likes.
    Off,
}

/// The terminal as a session has it set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Rows of a page; 0: no paging.
    pub(crate) length: usize,
    /// Columns; 0: as many as it takes.
    pub(crate) width: usize,
}

/// What stands at the end of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pager {
    /// As ` --More-- `.
    pub(crate) text: &'static str,
    /// What takes it off the screen.
    pub(crate) erase: &'static str,
}

/// How an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// A line.
    Line,
    /// A line that is not echoed.
    Hidden,
    /// One key, as `[confirm]` does: the Enter key is an empty answer.
    Key,
}

/// What an answer comes to.
type Answered<C> = dyn FnOnce(&mut C, &mut World, Option<&str>) -> Turn<C> + Send;

/// A question, and what comes of the answer.
pub(crate) struct Question<C: ?Sized> {
    pub(crate) text: Cow<'static, str>,
    pub(crate) reads: Reads,
    /// `None`: it was answered by Ctrl-C, or nobody is there to answer.
    pub(crate) then: Box<Answered<C>>,
}

/// What is next after some output.
pub(crate) enum Then<C: ?Sized> {
    Prompt,
    Ask(Question<C>),
    /// The session is over.
    End,
}

/// What a line comes to.
pub(crate) struct Turn<C: ?Sized> {
    /// Lines end with `\n`. What does not end with one stands before the prompt, or the question.
    pub(crate) text: String,
    /// How long the router is busy before it prints.
    pub(crate) busy: Duration,
    pub(crate) then: Then<C>,
}

impl<C: ?Sized> Turn<C> {
    /// Some text, and the prompt is back.
    pub(crate) fn say(text: impl Into<String>) -> Turn<C> {
        Turn { text: text.into(), busy: Duration::ZERO, then: Then::Prompt }
    }

    /// Nothing to say.
    pub(crate) fn silent() -> Turn<C> {
        Turn::say("")
    }

    /// Some text, and the session ends.
    pub(crate) fn end(text: impl Into<String>) -> Turn<C> {
        Turn { then: Then::End, ..Turn::say(text) }
    }

    /// A question. `then` gets `None` when it was not answered.
    pub(crate) fn ask(
        question: impl Into<Cow<'static, str>>,
        reads: Reads,
        then: impl FnOnce(&mut C, &mut World, Option<&str>) -> Turn<C> + Send + 'static,
    ) -> Turn<C> {
        let question = Question { text: question.into(), reads, then: Box::new(then) };
        Turn { then: Then::Ask(question), ..Turn::silent() }
    }

    /// The same, with text before its own.
    pub(crate) fn after(mut self, text: &str) -> Turn<C> {
        self.text.insert_str(0, text);
        self
    }

    /// The same, with the router busy so long before.
    pub(crate) fn busy(self, busy: Duration) -> Turn<C> {
        Turn { busy, ..self }
    }
}

/// A persona's side of one session.
pub(crate) trait Console: Send + Sync + Sized + 'static {
    /// How it shows the end of a page.
    const PAGER: Pager;
    /// How it shows lines that are too long while they are typed.
    const WRAP: Wrap;

    /// What is printed when somebody logs in, before the first prompt.
    fn banner(&self, _world: &World) -> String {
        String::new()
    }

    /// What stands before the line that is typed.
    fn prompt(&self, world: &World) -> String;

    /// The terminal as it is set by now.
    fn screen(&self) -> Screen;

    /// Executes a line, which has been typed at the prompt. The LAN is up to the present before, and again after the
    /// last of several lines that were typed at once; what another line in between is to see, it settles itself.
    fn line(&mut self, world: &mut World, line: &str) -> Turn<Self>;

    /// Executes a command that came by exec, without a terminal.
    fn command(&mut self, world: &mut World, command: &str) -> Turn<Self> {
        self.line(world, command)
    }

    /// What Ctrl-C at the prompt does besides dropping the line: what is shown for it.
    fn interrupt(&mut self, _world: &mut World) -> &'static str {
        "^C"
    }

    /// The line that Ctrl-Z stands for, and what is shown for it.
    fn control_z(&self) -> (&'static str, &'static str) {
        ("end", "^Z")
    }

    /// What a question mark behind this line prints; `None`: it is a character like others.
    fn help(&self, _world: &World, _line: &str) -> Option<String> {
        None
    }

    /// The client is gone, or the session has ended.
    fn close(&mut self, _world: &mut World) {}

    /// Whether files may be copied from and to it by SCP, and by SFTP.
    fn copies(&self, _world: &World) -> (bool, bool) {
        (false, false)
    }

    /// Takes a file; fails with the router's words.
    fn write_file(&mut self, _world: &mut World, path: &str, _bytes: Vec<u8>) -> Result<(), String> {
        Err(format!("{path}: Permission denied"))
    }

    /// Gives a file; fails with the router's words.
    fn read_file(&self, _world: &World, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("{path}: No such file or directory"))
    }

    /// The names of the files that it gives.
    fn files(&self, _world: &World) -> Vec<String> {
        Vec::new()
    }

    /// Removes a file; fails with the router's words.
    fn remove_file(&mut self, _world: &mut World, path: &str) -> Result<(), String> {
        Err(format!("{path}: Permission denied"))
    }
}
