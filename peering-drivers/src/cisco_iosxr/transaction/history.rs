//! The list of commits, our names for them, and the router's clock. Pure.
//!
//! A commit of ours that waits is named twice. Its **word** is what confirms it (`persist`, RFC 6241, section 8.4): `peering-` and the id of
//! the commit before it, so that a session that only sees the list can say it. Its **label**, where the router takes
//! one, is the word and the second at which its time is over, by the router's clock: within the 30 characters that a label may have.

use peering_core::ParseError;

use crate::transport::netconf::xml::Element;

const PREFIX: &str = "peering-";

/// One commit of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cisco_iosxr) struct Commit {
    /// Its id, a number that grows with every commit.
    pub(in crate::cisco_iosxr) id: u64,
    /// Who made it.
    pub(in crate::cisco_iosxr) user: String,
    /// From which line, in the router's words.
    pub(in crate::cisco_iosxr) line: String,
    /// Its label.
    pub(in crate::cisco_iosxr) label: Option<String>,
}

impl Commit {
    /// Who made it, and from where.
    pub(in crate::cisco_iosxr) fn holder(&self) -> String {
        if self.line.is_empty() { self.user.clone() } else { format!("{} on {}", self.user, self.line) }
    }

    /// When its time is over, if its label is one of ours: seconds by the router's clock.
    pub(super) fn deadline(&self) -> Option<i64> {
        let (_, seconds) = self.label.as_deref()?.strip_prefix(PREFIX)?.split_once('-')?;
        i64::from_str_radix(seconds, 16).ok()
    }
}

/// The commits, newest first.
///
/// # Errors
/// When the reply is another, or a commit lacks id or user.
pub(super) fn commits(reply: Element<'_>) -> Result<Vec<Commit>, ParseError> {
    let mut found = Vec::new();
    let data = reply.required("data")?;
    let list = data.find("config-manager/global/config-commit/commits");
    for entry in list.into_iter().flat_map(|list| list.children_named("commit")) {
        let text = |name: &str| entry.text_at(name).unwrap_or_default().to_owned();
        found.push(Commit {
            id: entry.required_value("commit-id")?,
            user: entry.required_text("user-id")?.to_owned(),
            line: text("line"),
            label: Some(text("label")).filter(|label| !label.is_empty()),
        });
    }
    found.sort_by_key(|commit| std::cmp::Reverse(commit.id));
    Ok(found)
}

/// The commits of a list since another list; `None` when the newest of that is not in it any more.
pub(in crate::cisco_iosxr) fn since<'a>(after: &'a [Commit], before: &[Commit]) -> Option<&'a [Commit]> {
    let end = match before.first() {
        Some(newest) => after.iter().position(|commit| commit.id == newest.id)?,
        None => after.len(),
    };
    after.get(..end)
}

/// The word that confirms the commit which follows this one.
pub(super) fn word(base: u64) -> String {
    format!("{PREFIX}{base}")
}

/// The label of the commit that follows this one; without a second for one that does not wait.
pub(in crate::cisco_iosxr) fn label(base: u64, deadline: Option<i64>) -> String {
    match deadline {
        Some(seconds) => format!("{PREFIX}{base}-{seconds:x}"),
        None => word(base),
    }
}

/// The router's clock in milliseconds: its own date and time, whatever its time zone is called.
///
/// # Errors
/// When the reply is another, or has no date.
pub(super) fn clock(reply: Element<'_>) -> Result<i64, ParseError> {
    let clock = reply.required("data/system-time/clock")?;
    let wrong = || clock.unexpected("a date", clock.inner().trim());
    let part = |name: &str| clock.required_value::<i8>(name);
    let second = part("second")?.min(59);
    let time = jiff::civil::DateTime::new(
        clock.required_value("year")?,
        part("month")?,
        part("day")?,
        part("hour")?,
        part("minute")?,
        second,
        0,
    )
    .map_err(|_| wrong())?;
    let zoned = time.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
    let part = clock.value_at::<i64>("millisecond")?.unwrap_or(0).clamp(0, 999);
    Ok(zoned.timestamp().as_second().saturating_mul(1000).saturating_add(part))
}

/// The name of the user whose session has this number.
pub(super) fn user_of(reply: Element<'_>, session: u32) -> Option<&str> {
    let sessions = reply.find("data/netconf-state/sessions")?;
    let mut all = sessions.children_named("session");
    let own =
        all.find(|own| own.text_at("session-id").and_then(|number| number.parse().ok()) == Some(session))?;
    own.text_at("username").filter(|name| !name.is_empty())
}

/// The lines that differ, as the router compares them, without what stands around them; empty when there are none.
///
/// # Errors
/// When there is no comparison in the reply.
pub(super) fn difference(reply: Element<'_>) -> Result<String, ParseError> {
    let told = reply.child("response").or_else(|| reply.child("cli"));
    Ok(changes(told.ok_or_else(|| reply.unexpected("<response> in it", reply.name()))?.content()))
}

/// The same of what the command line prints.
pub(in crate::cisco_iosxr) fn changes(text: &str) -> String {
    let is_around = |line: &str| {
        let bare = line.trim();
        bare.is_empty()
            || bare == "end"
            || bare.starts_with("!!")
            || bare.starts_with("Building configuration")
    };
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !is_around(line)).collect();
    let is_change = |line: &&str| line.starts_with('+') || line.starts_with('-');
    if !lines.iter().any(is_change) {
        return String::new();
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    const LIST: &str = "<rpc-reply><data><config-manager><global><config-commit><commits>\
        <commit><commit>2</commit><commit-id>1000000038</commit-id><user-id>a</user-id><line>con0</line></commit>\
        <commit><commit>1</commit><commit-id>1000000039</commit-id><user-id>netops</user-id>\
        <label>peering-1000000038-6900a001</label></commit>\
        </commits></config-commit></global></config-manager></data></rpc-reply>";

    #[test]
    fn the_newest_commit_comes_first_whatever_its_place() {
        let document = Document::parse(LIST).unwrap();
        let found = commits(document.root()).unwrap();
        assert_eq!(found.iter().map(|commit| commit.id).collect::<Vec<_>>(), [1_000_000_039, 1_000_000_038]);
        assert_eq!(found[0].deadline(), Some(0x6900_a001));
        assert_eq!((found[1].holder(), found[1].deadline()), ("a on con0".to_owned(), None));
    }

    #[test]
    fn a_label_is_short_enough_and_tells_the_deadline() {
        let label = label(1_000_000_038, Some(0x6900_a001));
        assert!(label.len() <= 30, "{label}");
        let commit = Commit { id: 1, user: String::new(), line: String::new(), label: Some(label) };
        assert_eq!(commit.deadline(), Some(0x6900_a001));
        let plain = Commit { label: Some("peering-7".into()), ..commit };
        assert_eq!(plain.deadline(), None);
    }

    #[test]
    fn a_list_without_a_field_is_an_error() {
        let cut = LIST.replacen("<user-id>a</user-id>", "", 1);
        assert!(commits(Document::parse(cut).unwrap().root()).is_err());
        assert!(commits(Document::parse("<rpc-reply><ok/></rpc-reply>").unwrap().root()).is_err());
    }

    #[test]
    fn the_clock_is_read_to_the_millisecond() {
        let reply = "<rpc-reply><data><system-time><clock><year>2026</year><month>11</month><day>26</day><hour>8</hour>\
            <minute>0</minute><second>1</second><millisecond>250</millisecond></clock></system-time></data></rpc-reply>";
        assert_eq!(clock(Document::parse(reply).unwrap().root()).unwrap(), 1_795_680_001_250);
        let wrong = reply.replace("<month>11<", "<month>13<");
        assert!(clock(Document::parse(wrong).unwrap().root()).is_err());
    }

    #[test]
    fn a_comparison_without_changes_is_empty() {
        let of = |text: &str| {
            let reply = format!("<rpc-reply><response>{text}</response></rpc-reply>");
            difference(Document::parse(reply).unwrap().root()).unwrap()
        };
        assert_eq!(of("Building configuration...\n!! IOS XR Configuration 7.3.1\nend\n"), "");
        assert_eq!(
            of("!! IOS XR\n router bgp 1\n+  neighbor 192.0.2.1\n !\nend"),
            " router bgp 1\n+  neighbor 192.0.2.1\n !\n"
        );
        assert!(difference(Document::parse("<rpc-reply><ok/></rpc-reply>").unwrap().root()).is_err());
    }
}
