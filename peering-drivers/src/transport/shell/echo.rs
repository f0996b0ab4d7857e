//! What a device sends back of what was typed. Pure.

/// How far down an echo is looked for: messages of the device may come before it.
const FAR: usize = 20;

/// The output behind the echo of a command. `lines` may begin with the prompt; `is_prompt` knows one.
pub(super) fn output(lines: &[String], command: &str, is_prompt: impl Fn(&str) -> bool) -> String {
    let start = after_echo(lines, command, is_prompt).unwrap_or(0);
    lines.get(start..).unwrap_or_default().join("\n")
}

fn after_echo(lines: &[String], command: &str, is_prompt: impl Fn(&str) -> bool) -> Option<usize> {
    let typed = squeezed(command);
    if typed.is_empty() {
        return lines
            .iter()
            .take(1)
            .position(|line| line.trim().is_empty() || is_prompt(line))
            .map(|index| index + 1);
    }
    let own = |line: &str| typed_part(line, &is_prompt).map(squeezed);
    // on one line
    let is_echo = |line: &String| squeezed(line) == typed || own(line).is_some_and(|own| own == typed);
    if let Some(index) = lines.iter().take(FAR).position(is_echo) {
        return Some(index + 1);
    }
    // on several: the terminal is narrower than the line
    for first in 0..lines.len().min(FAR) {
        let mut seen = String::new();
        for (index, line) in lines.iter().enumerate().skip(first).take(FAR) {
            let part =
                if index == first { own(line).unwrap_or_else(|| squeezed(line)) } else { squeezed(line) };
            seen.push_str(&part);
            if seen == typed {
                return Some(index + 1);
            }
            if seen.is_empty() || !typed.starts_with(&seen) {
                break;
            }
        }
    }
    // scrolled sideways: only the end is to be seen, behind a dollar sign
    let is_scrolled = |line: &String| {
        line.split_once('$').is_some_and(|(_, end)| !end.trim().is_empty() && typed.ends_with(&squeezed(end)))
    };
    lines.iter().take(1).position(is_scrolled).map(|index| index + 1)
}

/// The output behind lines that the device had asked for: behind the echo of the one that ends them.
pub(super) fn behind(output: &str, end: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let start = lines.iter().rposition(|line| line.trim() == end).map_or(0, |index| index + 1);
    lines.get(start..).unwrap_or_default().join("\n")
}

/// What stands behind the prompt in a line.
fn typed_part(line: &str, is_prompt: impl Fn(&str) -> bool) -> Option<&str> {
    line.char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .filter(|at| line.get(..*at).is_some_and(|head| head.ends_with(['#', '>', ' ', '$', ']', ':'])))
        .find_map(|at| {
            let (head, rest) = line.split_at_checked(at)?;
            is_prompt(head).then_some(rest)
        })
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Where the mark was found: behind a prompt, or astray in the midst of something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// The prompt before it.
    Turn(&'a str),
    /// The bytes of the line before it.
    Astray(usize),
}

/// The mark in a finished line.
pub(super) fn find_mark<'a>(line: &'a str, mark: &str, is_prompt: impl Fn(&str) -> bool) -> Option<Mark<'a>> {
    let head = line.trim_end().strip_suffix(mark)?;
    let with_blank = format!("{} ", head.trim_end());
    let is_turn = is_prompt(head) || is_prompt(head.trim_end()) || is_prompt(&with_blank);
    Some(if is_turn { Mark::Turn(head) } else { Mark::Astray(head.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lines: &[&str], command: &str) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        output(&lines, command, |line| line == "r1#")
    }

    #[test]
    fn echoes_are_cut_off() {
        assert_eq!(after(&["show x", "a", "b"], "show x"), "a\nb");
        assert_eq!(after(&["r1#show  x", "a"], "show x"), "a");
        assert_eq!(after(&["*Mar 1: %SYS-5-CONFIG_I: hello", "r1#show x", "a"], "show x"), "a");
        assert_eq!(after(&["r1#show a-long", "er-one", "a"], "show a-longer-one"), "a");
        assert_eq!(after(&["r1#$er-one", "a"], "show a-longer-one"), "a");
        assert_eq!(after(&["a", "b"], "show x"), "a\nb", "no echo at all");
        assert_eq!(after(&["", "a"], ""), "a");
        assert_eq!(after(&["r1#r1#", "r1#"], "r1#"), "r1#");
    }

    #[test]
    fn lines_that_were_asked_for_are_cut_off() {
        let echo = "Enter TEXT message. Type 'EOF' on its own line to end.\n% one\nEOF\n! a warning";
        assert_eq!(behind(echo, "EOF"), "! a warning");
        assert_eq!(behind("% Invalid input", "EOF"), "% Invalid input");
    }

    #[test]
    fn a_mark_counts_behind_a_prompt_only() {
        let find = |line| find_mark(line, "! 7", |head| head == "r1#");
        assert_eq!(find("r1#! 7"), Some(Mark::Turn("r1#")));
        assert_eq!(find("r1# ! 7 "), Some(Mark::Turn("r1# ")));
        assert_eq!(find("! 7"), Some(Mark::Astray(0)));
        assert_eq!(find("some ou! 7"), Some(Mark::Astray(7)));
        assert_eq!(find("r1#! 8"), None);
    }
}
