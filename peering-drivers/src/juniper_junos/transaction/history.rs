//! The commit history, and what in it waits for its confirmation. Pure.
//!
//! Of a confirmed commit Junos keeps the comment `commit confirmed, rollback in 5mins` for good, whatever became of it.
//! While it waits, current releases (seen of 24.4) add `<commit-confirmed>rollback pending</commit-confirmed>`; older ones
//! have the comment only. So the newest entry is pending when it has the mark, and also when it has the comment and its
//! time is not over: whoever confirms by a commit makes a newer entry. A confirmation by `commit check` makes none; on a
//! router without the mark such a commit is taken for pending until its time is over, which is the safe mistake.

use peering_core::ParseError;

use super::reply::seconds;
use crate::transport::netconf::xml::Element;

/// A commit, as the router remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Commit {
    /// Who made it.
    pub(super) user: String,
    /// From where: `netconf`, `cli`; `other` for the router itself.
    pub(super) client: String,
    /// When, by the router's clock, in seconds since 1970.
    pub(super) seconds: i64,
    /// What Junos notes itself.
    comment: String,
    /// The message that it was given.
    pub(super) log: Option<String>,
    /// Whether it is marked as waiting for its confirmation.
    is_marked: bool,
}

impl Commit {
    /// The minutes that it was to wait for its confirmation; `None` when it was not, or does not say.
    pub(super) fn minutes(&self) -> Option<u64> {
        let rest = self.comment.strip_prefix("commit confirmed")?;
        let rest = rest.split_once("rollback in ")?.1;
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..digits)?.parse().ok()
    }

    /// How many seconds from now, by the router's clock, until the router takes it back, at least; `None` when it does not
    /// wait for a confirmation.
    pub(super) fn left(&self, now: i64) -> Option<u64> {
        // It has one minute at the very least.
        let window = self.minutes().unwrap_or(1).saturating_mul(60);
        let age = u64::try_from(now.saturating_sub(self.seconds)).unwrap_or_default();
        let left = window.saturating_sub(age);
        let is_pending = self.is_marked || (self.minutes().is_some() && left > 0);
        is_pending.then_some(left)
    }

    /// Whether both look the same but for the mark, which goes with time.
    pub(super) fn is_same(&self, other: &Commit) -> bool {
        *self == Commit { is_marked: self.is_marked, ..other.clone() }
    }

    /// Who made it, for others to read.
    pub(super) fn holder(&self) -> String {
        let Commit { user, client, .. } = self;
        match self.log.as_deref() {
            Some(log) => format!("{user} by {client}: {log}"),
            None => format!("{user} by {client}"),
        }
    }
}

/// The commits, newest first; the rescue configuration is none.
///
/// # Errors
/// A commit without user, client or date.
pub(super) fn history(reply: Element<'_>) -> Result<Vec<Commit>, ParseError> {
    let Some(list) = reply.descendants_named("commit-information").next().or(Some(reply)) else {
        return Ok(Vec::new());
    };
    let is_numbered = |entry: &Element<'_>| {
        entry.text_at("sequence-number").is_some_and(|number| number.parse::<u32>().is_ok())
    };
    list.descendants_named("commit-history").filter(is_numbered).map(commit).collect()
}

fn commit(entry: Element<'_>) -> Result<Commit, ParseError> {
    Ok(Commit {
        user: entry.required_text("user")?.to_owned(),
        client: entry.required_text("client")?.to_owned(),
        seconds: seconds(entry.required("date-time")?)?,
        comment: entry.text_at("comment").unwrap_or_default().to_owned(),
        log: entry.text_at("log").filter(|log| !log.is_empty()).map(str::to_owned),
        is_marked: entry.child("commit-confirmed").is_some(),
    })
}

/// The name of the configuration in force, and when it was committed where the router says that too.
///
/// # Errors
/// When there is no name in the reply.
pub(super) fn revision(reply: Element<'_>) -> Result<(String, Option<i64>), ParseError> {
    let absent = || reply.unexpected("<revision> in it", reply.name());
    let name = reply.descendants_named("revision").next().filter(|found| !found.text().is_empty());
    let name = name.ok_or_else(absent)?.text().to_owned();
    let date = reply.descendants_named("date-time").next();
    Ok((name, date.map(seconds).transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::netconf::xml::Document;

    fn entry(number: &str, user: &str, client: &str, seconds: i64, more: &str) -> String {
        format!(
            "<commit-history><sequence-number>{number}</sequence-number><user>{user}</user><client>{client}</client>\
             <date-time junos:seconds='{seconds}' xmlns:junos='x'>then</date-time>{more}</commit-history>"
        )
    }

    fn read(entries: &[String]) -> Vec<Commit> {
        let xml =
            format!("<rpc-reply><commit-information>{}</commit-information></rpc-reply>", entries.concat());
        history(Document::parse(xml).unwrap().root()).unwrap()
    }

    const COMMENT: &str = "<comment>commit confirmed, rollback in 5mins</comment>";
    const MARK: &str = "<commit-confirmed>rollback pending</commit-confirmed>";

    #[test]
    fn what_is_marked_is_pending() {
        let newest = entry("0", "netops", "netconf", 1000, &format!("{COMMENT}<log>new peer</log>{MARK}"));
        let commits = read(&[newest, entry("1", "root", "cli", 900, "")]);
        let first = commits.first().unwrap();
        assert_eq!(first.holder(), "netops by netconf: new peer");
        assert_eq!(first.left(1060), Some(240));
        assert_eq!(first.left(9999), Some(0), "late, but the router still says so");
        assert_eq!(commits.get(1).unwrap().left(1060), None);
    }

    #[test]
    fn without_the_mark_the_time_decides() {
        let commits = read(&[entry("0", "netops", "netconf", 1000, COMMENT)]);
        let first = commits.first().unwrap();
        assert_eq!(first.left(1299), Some(1));
        assert_eq!(first.left(1300), None);
        // A log in place of the comment, as some releases print it.
        let commits = read(&[entry("0", "netops", "netconf", 1000, MARK)]);
        assert_eq!(commits.first().unwrap().left(1010), Some(50));
    }

    #[test]
    fn the_rescue_configuration_is_no_commit() {
        let commits = read(&[entry("0", "a", "cli", 2, ""), entry("rescue", "a", "cli", 1, "")]);
        assert_eq!(commits.len(), 1);
        assert!(read(&[]).is_empty());
        let cut = "<commit-information><commit-history><sequence-number>0</sequence-number></commit-history>\
                   </commit-information>";
        assert!(history(Document::parse(cut).unwrap().root()).is_err());
    }

    #[test]
    fn the_revision_has_a_name_and_perhaps_a_date() {
        let read = |xml: &str| revision(Document::parse(xml).unwrap().root());
        let reply = "<commit-revision-information><revision>re0-1384090137-1</revision><user>a</user>\
                     <date-time junos:seconds='7' xmlns:junos='x'>then</date-time></commit-revision-information>";
        assert_eq!(read(reply).unwrap(), ("re0-1384090137-1".to_owned(), Some(7)));
        assert_eq!(read("<x><revision>re0-1-1</revision></x>").unwrap(), ("re0-1-1".to_owned(), None));
        assert!(read("<x/>").is_err());
    }
}
