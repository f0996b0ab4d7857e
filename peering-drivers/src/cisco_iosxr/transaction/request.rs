//! What the router is asked, as operations: RFC 6241's, and two of Cisco's modules. Pure.

use std::time::Duration;

use peering_core::driver::LoadMode;
use peering_core::{Error, ErrorKind, Result};

use crate::cisco_iosxr::request::CLI;
use crate::transport::netconf::xml::{Document, Writer};
use crate::transport::netconf::{
    Commit, Datastore, DefaultOperation, EditConfig, ErrorOption, Filter, NAMESPACE, Operation, Source,
};

/// The difference between the candidate and what is running, as lines of the command line.
pub(super) const DIFFERENCE: &str =
    "<get-cli-config-diff xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-cli-diff-act\"/>";

/// The commits, of which the newest hundred are kept.
const COMMITS: &str = "<config-manager xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-config-cfgmgr-exec-oper\"><global>\
                       <config-commit><commits/></config-commit></global></config-manager>";

/// Who is in a session of NETCONF.
const SESSIONS: &str = "<netconf-state xmlns=\"urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring\"><sessions/></netconf-state>";

pub(super) fn commits() -> Operation {
    Operation::Get(Some(Filter::Subtree(COMMITS.to_owned())))
}

pub(super) fn sessions() -> Operation {
    Operation::Get(Some(Filter::Subtree(SESSIONS.to_owned())))
}

/// Loads a text into the candidate.
///
/// A merge is an `edit-config` of which nothing is applied where a part is refused; a replacement is a `copy-config`: the
/// candidate becomes the text. A text that begins with `<` is XML of Cisco's models.
///
/// # Errors
/// `Rejected` for XML that is not well-formed; `Options` for characters that XML cannot hold.
pub(super) fn load(mode: LoadMode, text: &str, rolls_back: bool) -> Result<Operation> {
    let config = match text.trim_start().starts_with('<') {
        true => markup(text)?,
        false => {
            let mut xml = Writer::new();
            xml.element("cli", &[("xmlns", CLI)], |xml| xml.text(endless(text)));
            xml.finish()?
        }
    };
    Ok(match mode {
        LoadMode::Merge => Operation::EditConfig(EditConfig {
            default_operation: Some(DefaultOperation::Merge),
            error_option: rolls_back.then_some(ErrorOption::RollbackOnError),
            ..EditConfig::new(Datastore::Candidate, config)
        }),
        LoadMode::Replace => {
            Operation::CopyConfig { target: Datastore::Candidate, source: Source::Inline(config) }
        }
    })
}

/// Without the `end` that a printed configuration has: it is a command of its own.
pub(in crate::cisco_iosxr) fn endless(text: &str) -> &str {
    let bare = text.trim_end();
    match bare.strip_suffix("end") {
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => rest,
        _ => text,
    }
}

/// What stands in a `config` element, or elements of models alone.
fn markup(text: &str) -> Result<String> {
    let wrapped = format!("<config>{}</config>", undeclared(text));
    let document = Document::parse(&wrapped[..]).map_err(|error| {
        Error::new(ErrorKind::Rejected, format!("this is no well-formed XML: {}", error.expected()))
    })?;
    let root = document.root();
    let inner = root.child("config").map(|config| config.inner());
    Ok(inner.unwrap_or_else(|| root.inner()).to_owned())
}

/// Without the XML declaration, which may stand at the beginning only.
fn undeclared(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest,
        None => text,
    }
}

/// What a commit is to carry.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms<'a> {
    /// Take it back by itself after so long, unless whoever says this word confirms it.
    pub(super) window: Option<(Duration, &'a str)>,
    /// The namespace of label and comment, and both.
    pub(super) label: Option<(&'a str, &'a str, Option<&'a str>)>,
}

/// Commits the candidate.
///
/// # Errors
/// `Options` for a message that XML cannot hold.
pub(super) fn commit(terms: Terms<'_>) -> Result<Operation> {
    let plain = Commit {
        confirmed: terms.window.is_some(),
        timeout: terms.window.map(|(window, _)| window),
        persist: terms.window.map(|(_, word)| word.to_owned()),
        persist_id: None,
    };
    let Some((namespace, label, comment)) = terms.label else { return Ok(Operation::Commit(plain)) };
    let mut xml = Writer::new();
    xml.element("commit", &[("xmlns", NAMESPACE)], |xml| {
        if let Some((window, word)) = terms.window {
            xml.empty("confirmed");
            xml.leaf("confirm-timeout", &window.as_millis().div_ceil(1000).to_string());
            xml.leaf("persist", word);
        }
        xml.element("label", &[("xmlns", namespace)], |xml| xml.text(label));
        if let Some(comment) = comment {
            xml.element("comment", &[("xmlns", namespace)], |xml| xml.text(comment));
        }
    });
    Ok(Operation::Raw(xml.finish()?))
}

/// Confirms the commit of this word.
pub(super) fn confirm(word: &str) -> Operation {
    Operation::Commit(Commit { persist_id: Some(word.to_owned()), ..Commit::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(operation: Result<Operation>) -> String {
        operation.unwrap().to_rpc(1).unwrap()
    }

    #[test]
    fn a_load_says_how() {
        let merge = sent(load(LoadMode::Merge, "hostname \"<r1>\"\n", true));
        let expected = "<edit-config><target><candidate/></target><default-operation>merge</default-operation>\
                        <error-option>rollback-on-error</error-option><config>\
                        <cli xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg\">hostname \"&lt;r1&gt;\"\n</cli>\
                        </config></edit-config>";
        assert!(merge.contains(expected), "{merge}");
        let replace = sent(load(LoadMode::Replace, "hostname r1\nend\n\n", true));
        let expected = "<copy-config><target><candidate/></target><source><config>\
                        <cli xmlns=\"http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg\">hostname r1\n</cli></config></source>\
                        </copy-config>";
        assert!(replace.contains(expected), "{replace}");
    }

    #[test]
    fn xml_is_taken_with_and_without_its_wrapper() {
        for text in [
            "<host-names xmlns=\"urn:x\"/>",
            "<?xml version=\"1.0\"?>\n<config><host-names xmlns=\"urn:x\"/></config>",
        ] {
            let merge = sent(load(LoadMode::Merge, text, false));
            assert!(merge.contains("<config><host-names xmlns=\"urn:x\"/></config>"), "{merge}");
        }
        for escape in ["</config><commit/>", "<a>", "<a/></config><x/><config>"] {
            assert_eq!(
                load(LoadMode::Merge, escape, false).unwrap_err().kind(),
                ErrorKind::Rejected,
                "{escape}"
            );
        }
    }

    #[test]
    fn a_commit_carries_what_it_is_told() {
        assert!(sent(commit(Terms::default())).ends_with("<commit/></rpc>"));
        let window = Some((Duration::from_millis(29_001), "peering-7"));
        let plain = sent(commit(Terms { window, label: None }));
        let confirmed = "<confirmed/><confirm-timeout>30</confirm-timeout><persist>peering-7</persist>";
        assert!(plain.contains(&format!("<commit>{confirmed}</commit>")), "{plain}");
        let labelled =
            sent(commit(Terms { window, label: Some(("urn:l", "peering-7-1", Some("AS64500 <new>"))) }));
        let label = "<label xmlns=\"urn:l\">peering-7-1</label><comment xmlns=\"urn:l\">AS64500 &lt;new&gt;</comment>";
        assert!(labelled.contains(&format!("{confirmed}{label}</commit>")), "{labelled}");
    }
}
