//! What a command line looks like, as data; and its patterns, compiled.

use peering_core::{Error, ErrorKind, Result};
use regex::Regex;

/// The habits of a family of command lines. A `static` in the folder of whoever speaks it.
///
/// Patterns are regular expressions of the `regex` crate. [`Dialect::DEFAULT`] has the habits that most have:
///
/// ```
/// use peering_drivers::transport::shell::Dialect;
/// static DIALECT: Dialect = Dialect { setup: &["terminal length 0"], type_ahead: 8, ..Dialect::DEFAULT };
/// # let _ = &DIALECT;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The whole prompt. The group `name` is what stays the same (the host's name); the group `mode`, where it takes part, is
    /// what stands in parentheses in the configuration modes; the group `privileged` takes part when everything is allowed.
    pub prompt: &'static str,
    /// Asked once after the login, in this order: a wide terminal, no pager. What is refused is not minded: then pages are
    /// turned.
    pub setup: &'static [&'static str],
    /// The line that a pager waits with.
    pub pager: &'static str,
    /// The key that brings the next page.
    pub page_key: &'static str,
    /// A whole line that may stand before an answer and is none of it: the time, the load.
    pub heading: Option<&'static str>,
    /// What a refusal's first line is like; a line with nothing but a caret is passed over.
    pub errors: &'static str,
    /// An unfinished line that waits for an answer.
    pub question: &'static str,
    /// A line that begins so does nothing. After each command one with a number is typed: when it comes back behind a prompt,
    /// the command is over, whatever its output looked like.
    pub comment: &'static str,
    /// The same in the configuration modes, where a comment would be kept; it may be refused. `None`: no other.
    pub configuration_comment: Option<&'static str>,
    /// How many commands may be typed before the first has answered. 0: the line is read when the prompt is there, and
    /// not before. 1: the comment may be typed behind its command. More: commands, too, which saves round trips; only where
    /// what is typed ahead is not echoed before its turn.
    pub type_ahead: usize,
    /// How privileges are had, where a login has none.
    pub elevation: Option<Elevation>,
    /// What leaves every configuration mode.
    pub leave: &'static str,
    /// Typed before a question mark that is meant as one; without it help would be asked for.
    pub literal: &'static str,
    /// The columns of the terminal that is asked for: the longest line that is echoed as it was typed.
    pub columns: u32,
    /// Its rows.
    pub rows: u32,
}

/// How a session becomes privileged.
#[derive(Clone, Copy, Debug)]
pub struct Elevation {
    /// The command.
    pub command: &'static str,
    /// What asks for the password.
    pub question: &'static str,
}

impl Dialect {
    /// A name, a mode in parentheses, `>` or `#`; `%` before refusals; `!` for comments; nothing typed ahead.
    pub const DEFAULT: Dialect = Dialect {
        prompt: r"(?<name>[\w.:/@~-]+)(?:\((?<mode>[^()]*)\))?(?:>|(?<privileged>#)) ?",
        setup: &[],
        pager: r"\s*(?:<\s*)?-+ ?\(?[Mm]ore.*?-+(?:\s*>)?\s*",
        page_key: " ",
        heading: None,
        errors: r"%\s?\S",
        question: r"(?:\[confirm\]|\[[^\[\]]*\]\s*[:?]|\((?:y/n|yes/no)[^()]*\)\??(?:\s*\[\w+\])?\s*:?|[Pp]assword:|\?)\s*",
        comment: "!",
        configuration_comment: None,
        type_ahead: 0,
        elevation: None,
        leave: "end",
        literal: "\x16",
        columns: 511,
        rows: 1000,
    };
}

impl Dialect {
    /// What does nothing where the session stands.
    pub(super) fn comment_in(&self, mode: &Mode) -> &'static str {
        match mode {
            Mode::Configuration(_) => self.configuration_comment.unwrap_or(self.comment),
            Mode::User | Mode::Privileged => self.comment,
        }
    }
}

/// What a prompt says of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Few commands are allowed.
    User,
    /// All commands are allowed.
    Privileged,
    /// Configuration is typed; the words in the prompt's parentheses.
    Configuration(String),
}

/// The patterns of a dialect.
#[derive(Debug)]
pub(super) struct Patterns {
    prompt: Regex,
    pager: Regex,
    heading: Option<Regex>,
    errors: Regex,
    question: Regex,
}

impl Patterns {
    pub(super) fn new(dialect: &Dialect) -> Result<Patterns> {
        Ok(Patterns {
            prompt: whole(dialect.prompt)?,
            pager: whole(dialect.pager)?,
            heading: dialect.heading.map(whole).transpose()?,
            errors: compile(&format!(r"^\s*(?:{})", dialect.errors))?,
            question: compile(&format!("(?:{})$", dialect.question))?,
        })
    }

    /// The host's name and the mode, when this is a prompt.
    pub(super) fn prompt(&self, line: &str) -> Option<(String, Mode)> {
        let found = self.prompt.captures(line)?;
        let name = found.name("name").map(|name| name.as_str().to_owned()).unwrap_or_default();
        let mode = match (found.name("mode"), found.name("privileged")) {
            (Some(mode), _) => Mode::Configuration(mode.as_str().to_owned()),
            (None, Some(_)) => Mode::Privileged,
            (None, None) => Mode::User,
        };
        Some((name, mode))
    }

    pub(super) fn is_pager(&self, line: &str) -> bool {
        self.pager.is_match(line)
    }

    pub(super) fn is_question(&self, line: &str) -> bool {
        self.question.is_match(line)
    }

    /// The answer without what stands before it.
    pub(super) fn without_heading<'a>(&self, output: &'a str) -> &'a str {
        let Some(heading) = &self.heading else { return output };
        let (mut at, mut start) = (0, 0);
        for line in output.split_inclusive('\n') {
            let bare = line.trim();
            at += line.len();
            match heading.is_match(bare) {
                true => start = at,
                false if bare.is_empty() => {}
                false => break,
            }
        }
        output.get(start..).unwrap_or_default()
    }

    /// The refusal that an output is: from its first line on.
    pub(super) fn refusal(&self, output: &str) -> Option<String> {
        let mut lines = output.lines().filter(|line| !matches!(line.trim(), "" | "^"));
        let first = lines.next().filter(|line| self.errors.is_match(line))?;
        let words: Vec<&str> = std::iter::once(first).chain(lines).map(str::trim).take(8).collect();
        Some(words.join("; "))
    }
}

/// A pattern that must be the whole line.
fn whole(pattern: &str) -> Result<Regex> {
    compile(&format!("^(?:{pattern})$"))
}

pub(super) fn compile(pattern: &str) -> Result<Regex> {
    Regex::new(pattern).map_err(|error| {
        Error::new(ErrorKind::Options, format!("the pattern `{pattern}` of a dialect does not read"))
            .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns() -> Patterns {
        Patterns::new(&Dialect::DEFAULT).unwrap()
    }

    #[test]
    fn a_prompt_says_where_we_are() {
        let patterns = patterns();
        let mode = |line: &str| patterns.prompt(line).map(|(_, mode)| mode);
        assert_eq!(mode("r1>"), Some(Mode::User));
        assert_eq!(mode("r1.example.net# "), Some(Mode::Privileged));
        assert_eq!(mode("r1(config-router-af)#"), Some(Mode::Configuration("config-router-af".into())));
        assert_eq!(patterns.prompt("RP/0/RP0/CPU0:r1#").unwrap().0, "RP/0/RP0/CPU0:r1");
        for line in ["", "r1", "r1# x", "  1 > 2 # 3", "interface r1#"] {
            assert_eq!(mode(line), None, "{line}");
        }
    }

    #[test]
    fn pagers_and_questions() {
        let patterns = patterns();
        for line in [
            " --More-- ",
            "--More--",
            "---(more)---",
            "--More or (q)uit--",
            "<--- More --->",
            "---(more 45%)---",
        ] {
            assert!(patterns.is_pager(line), "{line}");
        }
        assert!(!patterns.is_pager("description --More-- to come"));
        for line in [
            "Proceed? [confirm]",
            "Destination filename [x]? ",
            "Are you sure (y/n)?  [n] ",
            "[yes/no]: ",
            "Password: ",
        ] {
            assert!(patterns.is_question(line), "{line}");
        }
        assert!(!patterns.is_question("r1#"));
    }

    #[test]
    fn what_stands_before_an_answer_is_none_of_it() {
        let dialect = Dialect { heading: Some(r"(?:at \d+|load .*)"), ..Dialect::DEFAULT };
        let patterns = Patterns::new(&dialect).unwrap();
        assert_eq!(
            patterns.without_heading("\nload 5 %\n\nat 12\n\nan answer\nat 13\n"),
            "\nan answer\nat 13\n"
        );
        assert_eq!(patterns.without_heading("at 12"), "");
        assert_eq!(patterns.without_heading("\nfirst\nat 12\n"), "\nfirst\nat 12\n");
        assert_eq!(self::patterns().without_heading("at 12\n"), "at 12\n");
    }

    #[test]
    fn a_refusal_is_at_the_beginning() {
        let patterns = patterns();
        let words = patterns.refusal("          ^\n% Invalid input detected at '^' marker.\n\n").unwrap();
        assert_eq!(words, "% Invalid input detected at '^' marker.");
        assert_eq!(patterns.refusal("interface x\n% banner\n"), None);
        assert_eq!(patterns.refusal(""), None);
    }
}
