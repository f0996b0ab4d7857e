//! What the router is asked, as XML: the operations of the Junos XML protocol. Pure.
//!
//! Every request is the element that stands in `rpc`. Texts are escaped; a configuration in XML is read first, so that
//! nothing can stand behind its end.

use peering_core::driver::LoadMode;
use peering_core::{Error, ErrorKind, Result};

use super::format::Format;
use crate::transport::netconf::xml::{Document, Writer};

/// Takes the shared candidate for this session alone.
pub(super) const LOCK: &str = "<lock-configuration/>";

/// Gives it back; what was not committed is gone.
pub(super) const UNLOCK: &str = "<unlock-configuration/>";

/// A candidate of this session's own, made from the committed configuration.
pub(super) const OPEN_PRIVATE: &str = "<open-configuration><private/></open-configuration>";

/// Ends it; what was not committed is gone.
pub(super) const CLOSE: &str = "<close-configuration/>";

/// Checks the candidate. Takes effect on one thing: a confirmed commit that is pending is confirmed by it.
pub(super) const CHECK: &str = "<commit-configuration><check/></commit-configuration>";

/// The last commits, newest first.
pub(super) const HISTORY: &str = "<get-commit-information/>";

/// The name of the configuration in force.
pub(super) const REVISION: &str =
    "<get-commit-revision-information><detail/></get-commit-revision-information>";

/// The router's clock, among others.
pub(super) const CLOCK: &str = "<get-system-uptime-information/>";

/// The candidate as it was `number` commits ago: 0 is the configuration in force.
pub(super) fn rollback(number: u8) -> String {
    format!("<load-configuration rollback=\"{number}\"/>")
}

/// The difference between the candidate and the configuration of `number` commits ago.
pub(super) fn compare(number: u8) -> String {
    format!("<get-configuration compare=\"rollback\" rollback=\"{number}\" format=\"text\"/>")
}

/// Loads a text into the candidate.
///
/// A merge is Junos's `load replace`: a merge, but for what is marked with `replace:` (in XML: the attribute), which is
/// written anew. A replacement is `load update`: the candidate becomes the text, and only what differs counts as changed,
/// so that only the daemons concerned read their configuration again.
///
/// # Errors
/// `Options` for set commands as a replacement; `Rejected` for XML that is not well-formed.
pub(super) fn load(mode: LoadMode, format: Format, text: &str) -> Result<String> {
    let action = match (mode, format) {
        (LoadMode::Merge, Format::Set) => "set",
        (LoadMode::Merge, _) => "replace",
        (LoadMode::Replace, Format::Set) => {
            return Err(Error::new(
                ErrorKind::Options,
                "set commands change a configuration and cannot replace it; merge them, or give the whole configuration \
                 as text, XML or JSON",
            ));
        }
        (LoadMode::Replace, _) => "update",
    };
    let (form, element) = match format {
        Format::Text => ("text", "configuration-text"),
        Format::Set => ("text", "configuration-set"),
        Format::Xml => ("xml", "configuration"),
        Format::Json => ("json", "configuration-json"),
    };
    let mut xml = Writer::new();
    let markup = match format {
        Format::Xml => Some(configuration(text)?),
        _ => None,
    };
    xml.element("load-configuration", &[("action", action), ("format", form)], |xml| match &markup {
        Some(markup) => xml.raw(markup),
        None => xml.leaf(element, text),
    });
    xml.finish()
}

/// The `configuration` element of a text in XML; anything else is put into one.
fn configuration(text: &str) -> Result<String> {
    let document = Document::parse(text).map_err(|error| {
        Error::new(ErrorKind::Rejected, format!("this is no well-formed XML: {}", error.expected()))
    })?;
    let root = document.root();
    Ok(match root.name() {
        "configuration" => root.markup().to_owned(),
        _ => format!("<configuration>{}</configuration>", root.markup()),
    })
}

/// What a commit may be told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Commit<'a> {
    /// For the commit history.
    pub(super) log: Option<&'a str>,
    /// Take it back by itself after so many minutes.
    pub(super) minutes: Option<u64>,
    /// On both routing engines.
    pub(super) is_synchronized: bool,
}

/// Commits the candidate.
///
/// # Errors
/// `Options` for a message that XML cannot hold.
pub(super) fn commit(how: Commit<'_>) -> Result<String> {
    let mut xml = Writer::new();
    xml.element("commit-configuration", &[], |xml| {
        if how.is_synchronized {
            xml.empty("synchronize");
        }
        if let Some(minutes) = how.minutes {
            xml.empty("confirmed");
            xml.leaf("confirm-timeout", &minutes.to_string());
        }
        if let Some(log) = how.log {
            xml.leaf("log", log);
        }
    });
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_says_how_and_in_which_form() {
        for (mode, text, expected) in [
            (
                LoadMode::Merge,
                "a { b \"<&\"; }",
                "<load-configuration action=\"replace\" format=\"text\"><configuration-text>a { b \"&lt;&amp;\"; \
                 }</configuration-text></load-configuration>",
            ),
            (
                LoadMode::Merge,
                "delete system",
                "<load-configuration action=\"set\" format=\"text\"><configuration-set>delete \
                 system</configuration-set></load-configuration>",
            ),
            (
                LoadMode::Replace,
                "<?xml version=\"1.0\"?><configuration><system/></configuration>",
                "<load-configuration action=\"update\" \
                 format=\"xml\"><configuration><system/></configuration></load-configuration>",
            ),
            (
                LoadMode::Merge,
                "<system><host-name>r1</host-name></system>",
                "<load-configuration action=\"replace\" format=\"xml\"><configuration><system><host-name>r1</host-name>\
                 </system></configuration></load-configuration>",
            ),
            (
                LoadMode::Replace,
                "{\"configuration\": {}}",
                "<load-configuration action=\"update\" format=\"json\"><configuration-json>{\"configuration\": {}}\
                 </configuration-json></load-configuration>",
            ),
        ] {
            assert_eq!(load(mode, Format::of(text), text).unwrap(), expected);
        }
    }

    #[test]
    fn what_cannot_be_loaded_is_refused_before_it_is_sent() {
        let refused = |mode, text| load(mode, Format::of(text), text).unwrap_err().kind();
        assert_eq!(refused(LoadMode::Replace, "set system host-name r1"), ErrorKind::Options);
        let escape = "<configuration/></load-configuration><commit-configuration/>";
        assert_eq!(refused(LoadMode::Merge, escape), ErrorKind::Rejected);
        assert_eq!(refused(LoadMode::Merge, "<configuration><a>"), ErrorKind::Rejected);
        assert_eq!(refused(LoadMode::Merge, "a { b \"\u{7}\"; }"), ErrorKind::Options);
    }

    #[test]
    fn a_commit_carries_what_it_is_told() {
        assert_eq!(commit(Commit::default()).unwrap(), "<commit-configuration/>");
        let how = Commit { log: Some("AS64500 <new>"), minutes: Some(5), is_synchronized: true };
        assert_eq!(
            commit(how).unwrap(),
            "<commit-configuration><synchronize/><confirmed/><confirm-timeout>5</confirm-timeout>\
             <log>AS64500 &lt;new&gt;</log></commit-configuration>"
        );
    }
}
