//! What NAPALM makes of the pipes behind a command, itself, for a platform whose API has none.

use regex::RegexBuilder;

/// What never reaches the router: it would write a file there.
const FORBIDDEN: &str = "save";

/// The order in which pipes are applied, whatever their order behind the command.
const ORDER: [&str; 6] = ["except", "match", "last", "trim", "count", "find"];

/// Verb and first word of each pipe.
fn pipes(command: &str) -> impl Iterator<Item = (&str, &str)> {
    command.split('|').skip(1).filter_map(|pipe| {
        let mut words = pipe.split_whitespace();
        Some((words.next()?, words.next().unwrap_or_default()))
    })
}

/// The command as it is sent.
pub(super) fn safe(command: &str) -> String {
    let mut text = command.split('|').next().unwrap_or_default().trim_end().to_owned();
    for (verb, word) in pipes(command).filter(|(verb, _)| *verb != FORBIDDEN) {
        text.push_str(" | ");
        text.push_str(format!("{verb} {word}").trim_end());
    }
    text
}

/// The answer as it is given.
pub(super) fn apply(command: &str, text: String) -> String {
    ORDER.iter().fold(text, |text, verb| {
        // of the same verb the last one counts
        match pipes(command).filter(|(own, _)| own == verb).last() {
            Some((_, word)) => one(verb, word, &text).unwrap_or(text),
            None => text,
        }
    })
}

/// `None` leaves the text as it is: the word makes no sense.
fn one(verb: &str, word: &str, text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let pattern = |pattern: String| {
        RegexBuilder::new(&pattern).case_insensitive(true).dot_matches_new_line(true).build()
    };
    Some(match verb {
        "except" | "match" => {
            let found = pattern(word.to_owned()).ok()?;
            let kept = |line: &&&str| found.is_match(line) == (verb == "match");
            lines.iter().filter(kept).copied().collect::<Vec<_>>().join("\n")
        }
        "last" => {
            let count: usize = word.parse().ok()?;
            lines.get(lines.len().saturating_sub(count)..)?.join("\n")
        }
        "trim" => {
            let columns: usize = word.parse().ok()?;
            let cut = |line: &&str| line.chars().skip(columns).collect::<String>();
            lines.iter().map(cut).collect::<Vec<_>>().join("\n")
        }
        "count" => format!("Count: {} lines", lines.len()),
        "find" => match pattern(format!("^.*({word})(.*)$")).ok()?.captures(text) {
            Some(found) => format!("{word}{}", found.get(2).map(|rest| rest.as_str()).unwrap_or_default()),
            None => "\nPattern not found".to_owned(),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_saved_on_the_router() {
        assert_eq!(safe("show version | save /var/tmp/x | match Junos"), "show version | match Junos");
        assert_eq!(safe("show version"), "show version");
    }

    #[test]
    fn pipes_are_applied_in_their_own_order() {
        let text = "one\ntwo\nthree\nfour";
        let made = |pipes: &str| apply(&format!("show x | {pipes}"), text.to_owned());
        assert_eq!(made("count | match T"), "Count: 2 lines");
        assert_eq!(made("except t"), "one\nfour");
        assert_eq!(made("last 2 | trim 2"), "ree\nur");
        assert_eq!(made("find three"), "three\nfour");
        assert_eq!(made("find five"), "\nPattern not found");
        assert_eq!(made("no-more"), text);
        assert_eq!(made("match ("), text);
    }
}
