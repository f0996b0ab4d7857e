//! What the router says of sessions, commits, and what it does not take. Pure.

use peering_core::{Error, ErrorKind, ParseError};

use crate::cisco_iosxr::transaction::history::Commit;
use crate::cisco_iosxr::transaction::redact;

/// The longest part of a refusal that an error repeats, in lines.
const EXCERPT: usize = 10;

/// Who has locked the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    /// The router's name for the session.
    pub(super) session: String,
    pub(super) user: String,
    line: String,
}

impl Holder {
    /// In words.
    pub(super) fn words(&self) -> String {
        format!("{} on {}, session {}", self.user, self.line, self.session)
    }
}

/// The session that has the lock, of `show configuration sessions`: the one with an asterisk behind it.
pub(super) fn holder(text: &str) -> Option<Holder> {
    let locked = text.lines().map(str::trim_end).find(|line| line.ends_with('*'))?;
    let mut words = locked.split_whitespace();
    let (session, line, user) = (words.next()?, words.next()?, words.next()?);
    Some(Holder { session: session.to_owned(), user: user.to_owned(), line: line.to_owned() })
}

/// The commits of `show configuration commit list NUMBER detail`, newest first; none of an empty list.
///
/// # Errors
/// When a commit has no number or user.
pub(super) fn commits(text: &str) -> Result<Vec<Commit>, ParseError> {
    const ID: &str = "CommitId:";
    let mut found = Vec::new();
    for entry in text.split(ID).skip(1) {
        let missing = |expected: &str| ParseError::new(expected, entry.trim());
        let word = |name: &str| {
            let value = entry.split_once(name).map(|(_, rest)| rest.lines().next().unwrap_or_default());
            value.and_then(|value| value.split_whitespace().next())
        };
        let id = entry.split_whitespace().next().and_then(|word| word.parse().ok());
        found.push(Commit {
            id: id.ok_or_else(|| missing("CommitId: NUMBER"))?,
            user: word("UserId:").ok_or_else(|| missing("UserId: NAME"))?.to_owned(),
            line: word("Line:").unwrap_or_default().to_owned(),
            label: word("Label:").filter(|label| *label != "NONE").map(str::to_owned),
        });
    }
    found.sort_by_key(|commit| std::cmp::Reverse(commit.id));
    Ok(found)
}

/// Whether a text was loaded whole, by what `load` has printed: anything but its progress is taken for a complaint.
pub(super) fn is_loaded(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.all(|line| line.starts_with("Loading") || line.contains(" bytes parsed in "))
}

/// A load that was refused: the line of the text, where it can be told, and the router's words. `failed` is what `show
/// configuration failed load` prints, `answer` what `load` did.
pub(super) fn refused_load(text: &str, failed: &str, answer: &str) -> Error {
    let told: Vec<&str> = lines_of(failed).collect();
    let number = first_refused(text, &told);
    let place = number.map(|number| format!("line {number} is refused: ")).unwrap_or_default();
    let words = if told.is_empty() { excerpt(answer.lines()) } else { excerpt(told.into_iter()) };
    Error::new(ErrorKind::Rejected, format!("{place}{words}"))
}

/// A commit that was refused, in the words of `show configuration failed`; in those of the refusal where it prints none.
pub(super) fn refused_commit(failed: Option<&str>, error: Error) -> Error {
    let words = excerpt(lines_of(failed.unwrap_or_default()));
    if words.is_empty() {
        return error;
    }
    Error::new(ErrorKind::Rejected, format!("the router refuses the commit: {words}")).with_source(error)
}

/// The lines that failed, in their blocks, with the reasons (`!!%`), without what stands around them.
fn lines_of(failed: &str) -> impl Iterator<Item = &str> {
    failed.lines().map(str::trim_end).filter(|line| {
        let bare = line.trim();
        let is_prose = bare.starts_with("!!") && !bare.starts_with("!!%");
        !is_prose && !matches!(bare, "" | "!" | "end") && !bare.starts_with('%')
    })
}

/// The number of the first line of a text that is among those that failed, counted from 1. Its blocks stand before it.
fn first_refused(text: &str, told: &[&str]) -> Option<usize> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut numbered = text.lines().enumerate();
    let mut told = told.iter().filter(|line| !line.trim_start().starts_with("!!")).peekable();
    while let Some(line) = told.next() {
        let (at, _) = numbered.find(|(_, own)| own.trim() == line.trim())?;
        // a block is deeper behind it
        if told.peek().is_none_or(|next| depth(next) <= depth(line)) {
            return Some(at + 1);
        }
    }
    None
}

/// The first of some lines, secrets blacked out.
fn excerpt<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty()).take(EXCERPT);
    redact(&lines.collect::<Vec<_>>().join("\n")).lines().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_has_an_asterisk() {
        let text = "Session                     Line       User     Date                     Lock\n\
                    00000201-002180dd-00000000  vty0       cisco    Thu Mar 16 14:47:08 2006\n\
                    00000201-001b307a-00000000  vty2       netops   Thu Mar 16 14:47:50 2006 *\n";
        let found = holder(text).unwrap();
        assert_eq!((found.user.as_str(), found.session.as_str()), ("netops", "00000201-001b307a-00000000"));
        assert_eq!(found.words(), "netops on vty2, session 00000201-001b307a-00000000");
        assert_eq!(holder(&text.replace('*', "")), None);
    }

    #[test]
    fn commits_are_read_with_their_labels() {
        let text = "\n   1) CommitId: 1000000229                 Label: peering-1000000228\n      UserId:   netops                     \
                    Line:  con0_RP1_CPU0\n      Client:   CLI                        Time:  23:45:40 UTC Tue Nov 08 2003\n      \
                    Comment:  CommitId: none\n";
        let text = text.replace("CommitId: none", "NONE")
            + "\n   2) CommitId: 1000000228                 Label: NONE\n      UserId:   a                     Line:  vty0\n";
        let found = commits(&text).unwrap();
        assert_eq!(found.iter().map(|commit| commit.id).collect::<Vec<_>>(), [1_000_000_229, 1_000_000_228]);
        assert_eq!(found[0].label.as_deref(), Some("peering-1000000228"));
        assert_eq!((found[1].label.as_deref(), found[1].holder()), (None, "a on vty0".to_owned()));
        assert_eq!(commits("\n").unwrap(), []);
        assert!(commits(&text.replace("UserId:", "User:")).is_err());
        assert!(commits("   1) CommitId: none\n").is_err());
    }

    #[test]
    fn the_first_line_that_failed_is_named() {
        assert!(is_loaded("Loading.\n35 bytes parsed in 1 sec (34)bytes/sec\n"));
        assert!(!is_loaded("Loading.\n35 bytes parsed in 1 sec (34)bytes/sec\n% Couldn't apply some\n"));
        let text = "router bgp 1\n neighbor 192.0.2.5\n  remote-as 5\n !\n neighbor 192.0.2.6\n  nonsense 5\n  password clear x y\n";
        let failed = "!! SYNTAX/AUTHORIZATION ERRORS: This configuration failed due to\n!!  - the entered commands do not exist,\n\n\
                      router bgp 1\n neighbor 192.0.2.6\n  nonsense 5\nrouter bgp 1\n neighbor 192.0.2.6\n  password clear x y\n";
        let error = refused_load(text, failed, "% Couldn't");
        assert!(
            error.message().starts_with("line 6 is refused: router bgp 1; neighbor 192.0.2.6; nonsense 5; ")
        );
        assert!(!error.message().contains("x y"), "{error}");
        assert_eq!(refused_load(text, "", "\n% No space\n").message(), "% No space");
    }

    #[test]
    fn a_refused_commit_says_why() {
        let refused = || Error::new(ErrorKind::Rejected, "% Failed to commit");
        let failed = "!! SEMANTIC ERRORS: This configuration was rejected by \n\nrouter bgp 1\n neighbor 192.0.2.5\n!!% no such \
                      group\n !\n!\nend\n";
        let error = refused_commit(Some(failed), refused());
        assert_eq!(
            error.message(),
            "the router refuses the commit: router bgp 1; neighbor 192.0.2.5; !!% no such group"
        );
        assert_eq!(refused_commit(Some("% Nothing\n"), refused()).message(), "% Failed to commit");
    }
}
