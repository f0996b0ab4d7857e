//! A configuration text as the commands of a batch.
//!
//! The router takes commands, not a file: comments are left out, lines that a terminal would be asked for (banners,
//! certificates, the comments of a mode) travel as input of their command. Where a text steps back within a block,
//! the modes are left one by one: else a line that both modes know would be taken by the inner one. What would end
//! the configuration session, or commit it, is refused.

use std::iter::Peekable;
use std::str::Lines;

use peering_core::{Error, ErrorKind, Result, Secret};

use super::super::batch::Command;

/// Commands that read lines up to `EOF`, and how many times.
const HEREDOCS: &[(&str, usize)] = &[
    ("banner login", 1),
    ("banner motd", 1),
    ("banner exec", 1),
    ("comment", 1),
    ("protocol https certificate", 2),
];

/// Words that are not configuration but do something to the session, with the shortest form that EOS completes.
const NOT_HERE: &[(&str, usize)] = &[("abort", 2), ("commit", 5), ("configure", 4), ("rollback", 4)];

/// A command, and the line that it came from, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) command: Command,
}

/// The commands of a text.
///
/// # Errors
/// `Rejected` with the line that cannot be sent.
pub(super) fn commands(text: &str) -> Result<Vec<Line>> {
    let mut commands = Vec::new();
    let mut depth = Depth::default();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((index, raw)) = lines.next() {
        let (number, line) = (index + 1, raw.trim());
        if line.is_empty() || (line.starts_with('!') && !line.starts_with("!!")) {
            continue;
        }
        if line == "end" {
            let rest = lines.find(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('!'));
            match rest {
                Some((index, _)) => {
                    return Err(refused(index + 1, "stands behind the `end` of the configuration"));
                }
                None => break,
            }
        }
        check(number, line)?;
        for _ in 0..depth.leave(raw, line) {
            commands.push(Line { number, command: "exit".into() });
        }
        let command = if let Some(first) = line.strip_prefix("!!") {
            Command::with_input("comment", Secret::new(comment(first, &mut lines)))
        } else if let Some((_, ends)) = HEREDOCS.iter().find(|(start, _)| *start == line) {
            Command::with_input(line, Secret::new(heredoc(number, *ends, &mut lines)?))
        } else {
            line.into()
        };
        commands.push(Line { number, command });
    }
    Ok(commands)
}

fn refused(number: usize, why: &str) -> Error {
    Error::new(ErrorKind::Rejected, format!("line {number} {why}"))
}

fn check(number: usize, line: &str) -> Result<()> {
    if line.chars().any(|character| character.is_control() && character != '\t') {
        return Err(refused(number, "has a control character in it"));
    }
    let first = line.split_whitespace().next().unwrap_or_default();
    if let Some((word, _)) =
        NOT_HERE.iter().find(|(word, shortest)| first.len() >= *shortest && word.starts_with(first))
    {
        return Err(refused(number, &format!("is no configuration: `{word}` acts on the session itself")));
    }
    if line == "EOF" {
        return Err(refused(number, "ends lines of input that no command asked for"));
    }
    Ok(())
}

/// The lines of a mode's comment; `first` is behind its `!!` already.
fn comment(first: &str, lines: &mut Peekable<std::iter::Enumerate<Lines<'_>>>) -> String {
    let mut text = vec![first.trim()];
    while let Some((_, next)) = lines.next_if(|(_, line)| line.trim().starts_with("!!")) {
        text.push(next.trim().trim_start_matches('!').trim());
    }
    text.join("\n")
}

/// The lines up to the last `EOF`, which is not sent.
fn heredoc(
    number: usize,
    ends: usize,
    lines: &mut Peekable<std::iter::Enumerate<Lines<'_>>>,
) -> Result<String> {
    let mut text = Vec::new();
    let mut seen = 0;
    for (_, line) in lines {
        seen += usize::from(line.trim() == "EOF");
        if seen == ends {
            return Ok(text.join("\n"));
        }
        text.push(line);
    }
    Err(refused(number, "asks for lines that end with `EOF`, and there is none"))
}

/// How deep in the text's indentation a line stands.
#[derive(Debug, Default)]
struct Depth {
    open: Vec<usize>,
    /// How many modes the text has left by itself without stepping back.
    left: usize,
}

impl Depth {
    /// Takes the next line; how many modes must be left before it.
    fn leave(&mut self, raw: &str, line: &str) -> usize {
        let indent = raw.chars().take_while(|character| character.is_whitespace()).count();
        let is_exit = line == "exit" || line.starts_with("exit-");
        let mut stepped = 0_usize;
        while self.open.len() > 1 && self.open.last().is_some_and(|last| *last > indent) {
            self.open.pop();
            stepped += 1;
        }
        if self.open.first().is_none_or(|outermost| indent <= *outermost) {
            // a block begins: EOS finds its first line from wherever it is
            *self = Depth { open: vec![indent], left: 0 };
            return 0;
        }
        if self.open.last().is_some_and(|last| *last < indent) {
            self.open.push(indent);
            self.left = 0;
        }
        match (stepped, is_exit) {
            (0, true) => {
                self.left += 1;
                0
            }
            (0, false) => 0,
            (_, true) => stepped.saturating_sub(1),
            (_, false) => stepped.saturating_sub(std::mem::take(&mut self.left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Vec<String> {
        let commands = commands(text).unwrap();
        commands.iter().map(|line| serde_json::to_string(&line.command).unwrap()).collect()
    }

    #[test]
    fn comments_stay_here_and_input_travels_with_its_command() {
        let text = "! Command: show running-config\n!\nbanner motd\n Welcome!\n! not a comment\nEOF\n\nrouter bgp 1\n   \
                    !! one\n   !! two\n   timers bgp 5 15\n!\nmanagement api http-commands\n   \
                    protocol https certificate\nA\nEOF\nB\nEOF\nend\n!\n";
        assert_eq!(
            sent(text),
            [
                r#"{"cmd":"banner motd","input":" Welcome!\n! not a comment"}"#,
                r#""router bgp 1""#,
                r#"{"cmd":"comment","input":"one\ntwo"}"#,
                r#""timers bgp 5 15""#,
                r#""management api http-commands""#,
                r#"{"cmd":"protocol https certificate","input":"A\nEOF\nB"}"#,
            ]
        );
        let numbers: Vec<usize> = commands(text).unwrap().iter().map(|line| line.number).collect();
        assert_eq!(numbers, [3, 8, 9, 11, 13, 14]);
    }

    #[test]
    fn a_step_back_within_a_block_leaves_the_mode() {
        let block = "router bgp 1\n   vrf a\n      address-family ipv4\n         neighbor x activate\n";
        for (rest, exits) in [
            ("   neighbor y route-map z in\n", 2),
            ("      neighbor y route-map z in\n", 1),
            ("      exit\n      neighbor y route-map z in\n", 1),
            ("         exit\n      neighbor y route-map z in\n", 1),
            ("interface Ethernet1\n", 0),
            ("exit\nneighbor y\n", 1),
        ] {
            let exit = r#""exit""#;
            let found = sent(&format!("{block}{rest}")).iter().filter(|line| *line == exit).count();
            assert_eq!(found, exits, "{rest}");
        }
        assert_eq!(sent("  hostname x\nntp server y\n"), [r#""hostname x""#, r#""ntp server y""#]);
    }

    #[test]
    fn what_is_no_configuration_is_refused_with_its_line() {
        for (text, words) in [
            ("hostname x\ncommit\n", "line 2"),
            ("abort", "abort"),
            ("rollback clean-config", "rollback"),
            ("configure terminal", "configure"),
            ("hostname x\nend\n!\nhostname y", "line 4"),
            ("banner motd\nhello\n", "EOF"),
            ("hostname x\nEOF\n", "line 2"),
            ("hostname x\u{1b}[2J", "control"),
        ] {
            let error = commands(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected);
            assert!(error.message().contains(words), "{error}");
        }
        assert_eq!(sent("comm x"), [r#""comm x""#]);
    }
}
