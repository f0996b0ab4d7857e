//! What the router says of its files, its rollback timer and its differences: pure.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::DateTime;
use peering_core::{Error, ErrorKind, ParseError, Result};
use regex::Regex;

use crate::own_name;

/// The file that a candidate's name has for what was running.
pub(super) fn kept(name: &str) -> String {
    format!("{name}.old")
}

/// The file for what is to run.
pub(super) fn wanted(name: &str) -> String {
    format!("{name}.cfg")
}

/// What `dir` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listing {
    /// Such as `flash:`.
    pub(super) file_system: String,
    /// How many bytes are free; `None` where the router does not tell.
    pub(super) free: Option<u64>,
    files: Vec<(String, u64)>,
}

static FILE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\s*\d+\s+[-drwx]{4}\s+(?<size>\d+)\s.*\s(?<name>\S+)\s*$").ok());
static FREE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\((?<free>\d+) bytes free").ok());

impl Listing {
    /// Reads the answer.
    ///
    /// # Errors
    /// When it does not say what it is the list of.
    pub(super) fn read(text: &str) -> Result<Listing, ParseError> {
        let wrong = || ParseError::new("a list of files", text);
        let mut lines = text.lines().map(str::trim_end).skip_while(|line| line.is_empty());
        let place =
            lines.next().and_then(|line| line.trim().strip_prefix("Directory of ")).ok_or_else(wrong)?;
        let (file_system, _) = place.split_once(':').ok_or_else(wrong)?;
        let (file, free) = (FILE.as_ref().ok_or_else(wrong)?, FREE.as_ref().ok_or_else(wrong)?);
        let mut listing = Listing { file_system: format!("{file_system}:"), free: None, files: Vec::new() };
        for line in lines {
            if let Some(found) = file.captures(line) {
                let (Some(size), Some(name)) = (found.name("size"), found.name("name")) else { continue };
                listing.files.push((name.as_str().to_owned(), size.as_str().parse().map_err(|_| wrong())?));
            } else if let Some(found) = free.captures(line).and_then(|found| found.name("free")) {
                listing.free = found.as_str().parse().ok();
            }
        }
        Ok(listing)
    }

    pub(super) fn size(&self, file: &str) -> Option<u64> {
        self.files.iter().find(|(name, _)| name == file).map(|(_, size)| *size)
    }

    /// The names that files of this library have, whoever made them.
    pub(super) fn names(&self) -> Vec<String> {
        let bare = self.files.iter().filter_map(|(file, _)| {
            let name = file.strip_suffix(".old").or_else(|| file.strip_suffix(".cfg"))?;
            own_name::user(name).map(|_| name.to_owned())
        });
        bare.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A commit that the router takes back unless it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Timer {
    /// By the router's clock, in its time zone.
    pub(super) since: DateTime,
    pub(super) minutes: u32,
    pub(super) user: String,
}

impl Timer {
    /// What it is known by: who began it, and when.
    pub(super) fn id(&self) -> String {
        format!("{}@{}", self.user, self.since.strftime("%Y%m%dT%H%M%S"))
    }
}

/// Whether the router knows of rollback timers at all.
pub(super) fn has_timer(answer: &Result<String>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => error.message().contains(NOTHING),
    }
}

/// What the router says when no timer runs.
const NOTHING: &str = "No Rollback Confirmed Change";

/// What it says where nothing is archived, so that no timer can run.
const NO_ARCHIVE: &str = "not enabled";

/// The timer in `show archive config rollback timer`; `None` when none runs, or when the router has none.
///
/// # Errors
/// The path's, and `Parse`.
pub(super) fn timer(answer: Result<String>) -> Result<Option<Timer>> {
    let text = match answer {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::Rejected => return Ok(None),
        Err(error) => return Err(error),
    };
    if text.trim().is_empty() || text.contains(NOTHING) || text.contains(NO_ARCHIVE) {
        return Ok(None);
    }
    let wrong = |what| Error::from(ParseError::new(what, &text));
    let field = |name: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(name))?;
        // the name may say more in parentheses
        line.split_once(": ").map(|(_, value)| value.trim())
    };
    let since =
        field("Time configured").and_then(moment).ok_or_else(|| wrong("when a rollback timer began"))?;
    let minutes = field("Timer value").and_then(|value| value.split(' ').next()?.parse().ok());
    let minutes = minutes.ok_or_else(|| wrong("the minutes of a rollback timer"))?;
    let user = field("User").map(|user| user.split(' ').next().unwrap_or(user));
    let user =
        user.filter(|user| !user.is_empty()).ok_or_else(|| wrong("who began a rollback timer"))?.to_owned();
    Ok(Some(Timer { since, minutes, user }))
}

/// The router's clock in `show clock`.
///
/// # Errors
/// When it does not tell the time.
pub(super) fn clock(text: &str) -> Result<DateTime, ParseError> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    moment(line).ok_or_else(|| ParseError::new("the router's clock", text))
}

/// `22:50:48.123 UTC Wed Jan 14 2009`, without the zone; a mark before it says that the clock is not to be trusted, but it
/// is the same clock.
fn moment(text: &str) -> Option<DateTime> {
    let words: Vec<&str> = text.trim_start_matches(['*', '.']).split_whitespace().collect();
    let [time, _zone, _day, month, day, year] = words.as_slice() else { return None };
    DateTime::strptime("%H:%M:%S%.f %b %d %Y", format!("{time} {month} {day} {year}")).ok()
}

/// Whether `show archive` tells of an archive that is kept.
pub(super) fn is_archived(text: &str) -> bool {
    !text.contains(NO_ARCHIVE) && text.contains("archive")
}

/// A difference as IOS tells it, with the signs in front of the line and a blank before what stays.
pub(super) fn difference(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines().map(str::trim_end) {
        let bare = line.trim_start();
        let indent = line.get(..line.len() - bare.len()).unwrap_or_default();
        if bare.is_empty() || bare.starts_with('!') && !bare.starts_with("!!") {
            continue;
        }
        let (sign, rest) = match bare.split_at_checked(1) {
            Some((sign @ ("+" | "-"), rest)) => (sign, rest),
            _ => (" ", bare),
        };
        lines.push_str(sign);
        lines.push_str(indent);
        lines.push_str(rest);
        lines.push('\n');
    }
    // contexts alone say nothing
    if lines.lines().any(|line| line.starts_with(['+', '-'])) { lines } else { String::new() }
}

/// The commands that `show archive config incremental-diffs` lists, as a text; none where nothing would change.
///
/// # Errors
/// When it is no such list.
pub(super) fn commands(text: &str) -> Result<&str, ParseError> {
    let is_head = |line: &str| line.trim_start().starts_with("!List of ");
    match text.lines().any(|line| is_head(line) || line.contains("No changes were found")) {
        true => Ok(text),
        false => Err(ParseError::new("a list of commands", text)),
    }
}

/// How a router begins what it says of a line that it does not take, where that is no `%`.
const COMPLAINTS: [&str; 8] = [
    "BGP is already running",
    "Bad ",
    "Cannot ",
    "Command rejected",
    "Error",
    "ERROR",
    "Invalid ",
    "Unable to ",
];

/// What a router has printed against a line of configuration, without a `%` before it.
pub(super) fn complaint(printed: &str) -> Option<&str> {
    let mut lines = printed.lines().map(str::trim);
    lines.find(|line| COMPLAINTS.iter().any(|words| line.starts_with(words)))
}

/// Whether `configure replace` says that it is done.
pub(super) fn is_replaced(text: &str) -> bool {
    let is_bad = ["aborted", "failed", "Error", "error:", "%"].iter().any(|word| text.contains(word));
    text.contains("Rollback Done") && !is_bad
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIR: &str = "Directory of bootflash:/\n\n   11  drwx            16384  Nov 26 2026 08:00:00 +00:00  lost+found\n   \
                       12  -rw-             1234  Nov 26 2026 08:00:00 +00:00  peering-netops-00000001-2-3-4.old\n   13  -rw-  \
                                    99  Nov 26 2026 08:00:00 +00:00  peering-x.cfg\n\n1000 bytes total (400 bytes free)\n";

    #[test]
    fn files_are_listed() {
        let listing = Listing::read(DIR).unwrap();
        assert_eq!((listing.file_system.as_str(), listing.free), ("bootflash:", Some(400)));
        assert_eq!(listing.size("peering-netops-00000001-2-3-4.old"), Some(1234));
        assert_eq!(listing.names(), ["peering-netops-00000001-2-3-4"]);
        assert!(Listing::read("%Error opening flash:/ (No such device)").is_err());
        assert!(Listing::read("").is_err());
        let empty =
            Listing::read("Directory of flash:/\n\nNo files in directory\n\n5 bytes total (5 bytes free)\n");
        assert_eq!(empty.unwrap().names(), Vec::<String>::new());
    }

    #[test]
    fn a_timer_is_read_whole_or_not_at_all() {
        let text = "Time configured(or reconfigured): 22:50:48 UTC Wed Jan 14 2009\nTimer type: absolute timer\nTimer value: \
                    10 min\nUser: admin\n";
        let timer = |text: &str| super::timer(Ok(text.to_owned()));
        let found = timer(text).unwrap().unwrap();
        assert_eq!((found.id().as_str(), found.minutes), ("admin@20090114T225048", 10));
        assert_eq!(timer("%No Rollback Confirmed Change pending\n").unwrap(), None);
        assert_eq!(timer("Archive feature not enabled\n").unwrap(), None);
        let refused = Error::new(ErrorKind::Rejected, "`show …`: %No Rollback Confirmed Change pending");
        assert!(has_timer(&Err(refused)));
        assert!(!has_timer(&Err(Error::new(ErrorKind::Rejected, "% Invalid input"))));
        for cut in ["Time configured", "Timer value", "User"] {
            let rest: String =
                text.lines().filter(|line| !line.starts_with(cut)).map(|line| format!("{line}\n")).collect();
            assert!(timer(&rest).is_err(), "{rest}");
        }
        assert_eq!(
            clock("*08:01:02.345 UTC Thu Nov 26 2026\n").unwrap().to_string(),
            "2026-11-26T08:01:02.345"
        );
        assert!(clock("% no").is_err());
    }

    #[test]
    fn a_difference_has_its_signs_in_front() {
        let text = "!Contextual Config Diffs:\n+hostname b\nrouter bgp 1\n +neighbor 192.0.2.1 remote-as 2\n address-family ipv4\n  \
                    -neighbor 192.0.2.2 activate\n-hostname a\n";
        assert_eq!(
            difference(text),
            "+hostname b\n router bgp 1\n+ neighbor 192.0.2.1 remote-as 2\n  address-family ipv4\n-  neighbor 192.0.2.2 \
             activate\n-hostname a\n"
        );
        assert_eq!(difference("!Contextual Config Diffs:\n!No changes were found\n"), "");
    }

    #[test]
    fn commands_are_listed_or_it_is_no_list() {
        assert!(commands("\n!List of Commands:\nhostname b\nend\n").unwrap().contains("hostname b"));
        assert!(commands("!List of Commands:\n!No changes were found\n").is_ok());
        assert!(commands("").is_err());
        assert!(commands("hostname b\n").is_err());
    }

    #[test]
    fn complaints_need_no_sign() {
        assert_eq!(complaint("\nBad mask /25 for address\n"), Some("Bad mask /25 for address"));
        assert_eq!(complaint("Please wait\nCommand rejected: no\n"), Some("Command rejected: no"));
        assert_eq!(complaint("WARNING: a type 0 password\n"), None);
    }

    #[test]
    fn done_is_what_says_so() {
        assert!(is_replaced("Total number of passes: 1\nRollback Done\n"));
        for text in ["", "Rollback aborted after 5 passes\n", "%Error\nRollback Done\n"] {
            assert!(!is_replaced(text), "{text}");
        }
    }
}
