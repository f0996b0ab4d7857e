//! The line that is being typed: its echo, its editing, and how it is shown at the edge of the terminal.

use std::time::Duration;

use tokio::time::Instant;

use super::console::Wrap;

/// What a key comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Interrupt,
    EndOfMode,
    EndOfInput,
    Help,
}

const BELL: char = '\u{7}';

/// How long after a carriage return a line feed or a NUL belongs to it. Later it is a key of its own: some clients end one
/// line with this and the next with that.
const PAIR: Duration = Duration::from_millis(100);

/// Two bytes that end one line.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    /// When a carriage return came, if nothing has come since.
    returned: Option<Instant>,
}

impl Ends {
    /// Whether a byte only repeats the end of the line.
    pub(crate) fn is_second(&mut self, byte: u8, at: Instant) -> bool {
        let follows = self.returned.take().is_some_and(|then| at.duration_since(then) < PAIR);
        self.returned = (byte == b'\r').then_some(at);
        follows && matches!(byte, b'\n' | 0)
    }
}

/// Tells keys from bytes, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// The next key is a character, whatever it is: Ctrl-V.
    is_literal: bool,
    /// A sequence of a terminal, such as an arrow key, goes on.
    escape: Escape,
    /// The beginning of a character.
    partial: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    Sequence,
}

impl Keys {
    /// The key that this byte makes, if it makes one.
    pub(crate) fn key(&mut self, byte: u8) -> Option<Key> {
        match (self.escape, byte) {
            (Escape::Begun, b'[' | b'O') => {
                self.escape = Escape::Sequence;
                return None;
            }
            (Escape::Begun, _) => {
                self.escape = Escape::None;
                return None;
            }
            (Escape::Sequence, _) => {
                if (0x40..0x7f).contains(&byte) {
                    self.escape = Escape::None;
                }
                return None;
            }
            (Escape::None, 0x1b) if !self.is_literal => {
                self.escape = Escape::Begun;
                return None;
            }
            _ => {}
        }
        if byte >= 0x80 {
            self.partial.push(byte);
            return match std::str::from_utf8(&self.partial) {
                Ok(text) => {
                    let found = text.chars().next();
                    self.partial.clear();
                    found.map(Key::Char)
                }
                Err(error) if error.error_len().is_none() => None,
                Err(_) => {
                    self.partial.clear();
                    Some(Key::Char(char::REPLACEMENT_CHARACTER))
                }
            };
        }
        self.partial.clear();
        if std::mem::take(&mut self.is_literal) {
            return Some(Key::Char(byte.into()));
        }
        match byte {
            0 => None,
            b'\r' | b'\n' => Some(Key::Enter),
            0x03 => Some(Key::Interrupt),
            0x04 => Some(Key::EndOfInput),
            0x16 => {
                self.is_literal = true;
                None
            }
            0x1a => Some(Key::EndOfMode),
            b'?' => Some(Key::Help),
            byte => Some(Key::Char(byte.into())),
        }
    }
}

/// The line so far, behind its prompt.
#[derive(Debug, Default)]
pub(crate) struct Editor {
    prompt: String,
    text: String,
    /// How many of its characters are off the screen to the left; with [`Wrap::Scroll`].
    hidden: usize,
}

impl Editor {
    /// A new line behind this prompt.
    pub(crate) fn begin(&mut self, prompt: String) {
        *self = Editor { prompt, text: String::new(), hidden: 0 };
    }

    /// The prompt and the line as they stand there.
    pub(crate) fn shown(&self) -> String {
        format!("{}{}", self.prompt, self.text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn take(&mut self) -> String {
        self.hidden = 0;
        std::mem::take(&mut self.text)
    }

    /// A character, or an editing key: its echo.
    pub(crate) fn key(&mut self, typed: char, width: usize, wrap: Wrap) -> String {
        match typed {
            '\u{8}' | '\u{7f}' => match self.text.pop() {
                Some(_) => "\u{8} \u{8}".to_owned(),
                None => BELL.to_string(),
            },
            // Ctrl-U and Ctrl-X: the whole line goes
            '\u{15}' | '\u{18}' => {
                let count = self.text.chars().count() - self.hidden.min(self.text.chars().count());
                self.take();
                erased(count)
            }
            // Ctrl-W: the last word goes
            '\u{17}' => {
                let kept = self.text.trim_end().rfind(' ').map_or(0, |at| at + 1);
                let count = self.text.get(kept..).map_or(0, |word| word.chars().count());
                self.text.truncate(kept);
                erased(count)
            }
            // Ctrl-R, Ctrl-L: the line again
            '\u{12}' | '\u{c}' => format!("\r\n{}", self.shown()),
            // Nothing to complete.
            '\t' => BELL.to_string(),
            typed if typed.is_control() => String::new(),
            typed => {
                self.text.push(typed);
                self.echo(typed, width, wrap)
            }
        }
    }

    /// How a character appears at the end of the line.
    fn echo(&mut self, typed: char, width: usize, wrap: Wrap) -> String {
        let before = self.prompt.chars().count();
        let count = self.text.chars().count();
        if width == 0 || before + 12 >= width {
            return typed.to_string();
        }
        match wrap {
            Wrap::Off => typed.to_string(),
            Wrap::Scroll => {
                let shown = count - self.hidden + usize::from(self.hidden > 0);
                if before + shown < width {
                    return typed.to_string();
                }
                // what stands there is gone over from the prompt on, ten characters further left
                let back = "\u{8}".repeat(shown - 1);
                self.hidden = count - (width - before).saturating_sub(11);
                let rest: String = self.text.chars().skip(self.hidden).collect();
                let blank = (shown - 1).saturating_sub(rest.chars().count() + 1);
                format!("{back}${rest}{}{}", " ".repeat(blank), "\u{8}".repeat(blank))
            }
        }
    }
}

fn erased(count: usize) -> String {
    format!("{0}{1}{0}", "\u{8}".repeat(count), " ".repeat(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_every_kind_are_one_key() {
        let keys = |bytes: &[u8]| {
            let (mut ends, mut keys, now) = (Ends::default(), Keys::default(), Instant::now());
            let bytes = bytes.iter().filter(|byte| !ends.is_second(**byte, now));
            bytes.filter_map(|byte| keys.key(*byte)).collect::<Vec<_>>()
        };
        let (a, enter) = (Key::Char('a'), Key::Enter);
        assert_eq!(keys(b"a\ra\na\r\na\r\0a"), [a, enter, a, enter, a, enter, a, enter, a]);
        assert_eq!(keys(b"\n\n\r\r"), [enter; 4]);
        let (mut ends, now) = (Ends::default(), Instant::now());
        assert!(!ends.is_second(b'\r', now) && !ends.is_second(b'\n', now + PAIR), "two keys");
        assert_eq!(keys(b"\x1b[Aa\x1bOBa\x1bba"), [a, a, a], "arrow keys are not typed text");
        assert_eq!(keys("ü?".as_bytes()), [Key::Char('ü'), Key::Help]);
        assert_eq!(keys(b"\x16?\x16\x03"), [Key::Char('?'), Key::Char('\u{3}')]);
    }

    fn typed(text: &str, width: usize, wrap: Wrap) -> (Editor, String) {
        let mut editor = Editor::default();
        editor.begin("r1#".to_owned());
        let echo = text.chars().map(|typed| editor.key(typed, width, wrap)).collect();
        (editor, echo)
    }

    #[test]
    fn a_line_is_edited() {
        let (editor, echo) = typed("shq\u{7f}ow\u{15}\u{7f}abc def\u{17}", 80, Wrap::Off);
        assert_eq!(editor.text(), "abc ");
        assert!(echo.starts_with("shq\u{8} \u{8}ow\u{8}\u{8}\u{8}\u{8}    \u{8}\u{8}\u{8}\u{8}\u{7}abc def"));
    }

    #[test]
    fn a_long_line_moves_or_not() {
        let line = "show running-config | include neighbor";
        let (editor, echo) = typed(line, 24, Wrap::Scroll);
        assert_eq!(editor.text(), line, "whatever is shown");
        assert!(echo.contains("\u{8}$") && !echo.contains(line), "{echo:?}");
        let (_, echo) = typed(line, 20, Wrap::Off);
        assert_eq!(echo, line);
        let (_, echo) = typed(line, 0, Wrap::Scroll);
        assert_eq!(echo, line);
    }
}
