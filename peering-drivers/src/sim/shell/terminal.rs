//! One terminal: keys go in, lines come out to be executed, and what they come to goes out.

use std::collections::VecDeque;

use tokio::time::Instant;

use super::console::{Console, Question, Reads, Then, Turn};
use super::editor::{Editor, Ends, Key, Keys};
use super::screen::{More, Pages};
use crate::sim::fabric::World;

/// What the terminal waits for.
enum Waits<C> {
    Line,
    Answer(Question<C>),
    /// A key at the end of a page, with what comes after the last one.
    Page(Pages, Then<C>),
    /// Nothing: the session has ended.
    Nothing,
}

/// What was entered, to be executed outside.
pub(crate) enum Entered<C> {
    Line(String),
    /// An answer; none when it was Ctrl-C.
    Answer(Question<C>, Option<String>),
    /// A key at the end of a page, already dealt with.
    Page(char),
}

/// One terminal.
pub(crate) struct Terminal<C> {
    pub(crate) console: C,
    waits: Waits<C>,
    ends: Ends,
    keys: Keys,
    editor: Editor,
    waiting: VecDeque<u8>,
    out: String,
}

impl<C: Console> Terminal<C> {
    /// A terminal with its banner and its first prompt.
    pub(crate) fn open(console: C, world: &World) -> Terminal<C> {
        let mut out = console.banner(world).replace('\n', "\r\n");
        let prompt = console.prompt(world);
        out.push_str(&prompt);
        let mut editor = Editor::default();
        editor.begin(prompt);
        let (ends, keys, waiting) = (Ends::default(), Keys::default(), VecDeque::new());
        Terminal { console, waits: Waits::Line, ends, keys, editor, waiting, out }
    }

    /// Takes in what was typed at that time.
    pub(crate) fn feed(&mut self, bytes: &[u8], at: Instant) {
        self.waiting.extend(bytes.iter().filter(|byte| !self.ends.is_second(**byte, at)));
    }

    /// What is to be printed by now.
    pub(crate) fn take_output(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.waits, Waits::Nothing)
    }

    /// Whether it was not read yet what was typed.
    pub(crate) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Reads keys up to where something is to be executed. `None`: all are read.
    pub(crate) fn read(&mut self, world: &mut World) -> Option<Entered<C>> {
        while let Some(byte) = self.waiting.pop_front() {
            let Some(key) = self.keys.key(byte) else { continue };
            let entered = match std::mem::replace(&mut self.waits, Waits::Line) {
                Waits::Line => self.at_prompt(key, world),
                Waits::Answer(question) => self.at_question(question, key),
                Waits::Page(pages, then) => self.at_page(pages, then, key, world),
                Waits::Nothing => {
                    self.waits = Waits::Nothing;
                    None
                }
            };
            if entered.is_some() {
                return entered;
            }
        }
        None
    }

    fn at_prompt(&mut self, key: Key, world: &mut World) -> Option<Entered<C>> {
        let typed = match key {
            Key::Enter => {
                self.out.push_str("\r\n");
                return Some(Entered::Line(self.editor.take()));
            }
            Key::EndOfMode => {
                let (line, echo) = self.console.control_z();
                self.out.push_str(echo);
                self.out.push_str("\r\n");
                self.editor.take();
                return Some(Entered::Line(line.to_owned()));
            }
            Key::EndOfInput if self.editor.text().is_empty() => {
                return Some(Entered::Line("exit".to_owned()));
            }
            Key::EndOfInput => return None,
            Key::Interrupt => {
                let echo = self.console.interrupt(world);
                self.out.push_str(echo);
                self.out.push_str("\r\n");
                self.prompt(world);
                return None;
            }
            Key::Help => {
                if let Some(help) = self.console.help(world, self.editor.text()) {
                    let text = format!("?\r\n{}{}", help.replace('\n', "\r\n"), self.editor.shown());
                    self.out.push_str(&text);
                    return None;
                }
                '?'
            }
            Key::Char(typed) => typed,
        };
        let width = self.console.screen().width;
        self.out.push_str(&self.editor.key(typed, width, C::WRAP));
        None
    }

    fn at_question(&mut self, question: Question<C>, key: Key) -> Option<Entered<C>> {
        let typed = match key {
            Key::Interrupt => {
                self.out.push_str("^C\r\n");
                self.editor.take();
                return Some(Entered::Answer(question, None));
            }
            Key::Enter => {
                self.out.push_str("\r\n");
                let answer = self.editor.take();
                return Some(Entered::Answer(question, Some(answer)));
            }
            Key::EndOfMode | Key::EndOfInput => None,
            Key::Help => Some('?'),
            Key::Char(typed) => Some(typed),
        };
        match (typed, question.reads) {
            (Some(typed), Reads::Key) => {
                self.out.push_str(&format!("{typed}\r\n"));
                return Some(Entered::Answer(question, Some(typed.to_string())));
            }
            (Some(typed), reads) => {
                let echo = self.editor.key(typed, 0, C::WRAP);
                if reads == Reads::Line {
                    self.out.push_str(&echo);
                }
            }
            (None, _) => {}
        }
        self.waits = Waits::Answer(question);
        None
    }

    fn at_page(
        &mut self,
        mut pages: Pages,
        then: Then<C>,
        key: Key,
        world: &mut World,
    ) -> Option<Entered<C>> {
        self.out.push_str(C::PAGER.erase);
        let screen = self.console.screen();
        let more = match key {
            Key::Char(' ') => Some(More::Page),
            Key::Enter => Some(More::Row),
            _ => None,
        };
        match more {
            Some(more) => {
                let text = pages.next(more, screen.length, screen.width);
                self.out.push_str(&text);
            }
            None => pages = Pages::default(),
        }
        self.turn_page(pages, then, world);
        Some(Entered::Page(match key {
            Key::Char(typed) => typed,
            Key::Enter => '\n',
            _ => 'q',
        }))
    }

    fn turn_page(&mut self, pages: Pages, then: Then<C>, world: &World) {
        if pages.is_over() {
            return self.go_on(then, world);
        }
        self.out.push_str(C::PAGER.text);
        self.waits = Waits::Page(pages, then);
    }

    /// Shows what a line has come to.
    pub(crate) fn show(&mut self, turn: Turn<C>, world: &World) {
        let screen = self.console.screen();
        let mut pages = Pages::new(&turn.text);
        let text = pages.next(More::Page, screen.length, screen.width);
        self.out.push_str(&text);
        self.turn_page(pages, turn.then, world);
    }

    fn go_on(&mut self, then: Then<C>, world: &World) {
        match then {
            Then::Prompt => self.prompt(world),
            Then::Ask(question) => {
                self.out.push_str(&question.text.replace('\n', "\r\n"));
                self.editor.begin(question.text.to_string());
                self.waits = Waits::Answer(question);
            }
            Then::End => self.waits = Waits::Nothing,
        }
    }

    fn prompt(&mut self, world: &World) {
        let prompt = self.console.prompt(world);
        self.out.push_str(&prompt);
        self.editor.begin(prompt);
        self.waits = Waits::Line;
    }
}
