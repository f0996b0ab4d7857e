//! What a server is asked: the operations of RFC 6241, or any other as XML.

use std::fmt;
use std::time::Duration;

use peering_core::{Error, ErrorKind, Result};

use super::hello::{Capabilities, NAMESPACE};
use super::xml::{Document, Writer};

/// A configuration of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datastore {
    /// What is in force.
    Running,
    /// What a commit would put in force.
    Candidate,
    /// What the next start loads.
    Startup,
    /// A file at a URL.
    Url(String),
}

/// Where a configuration comes from.
#[derive(Clone)]
pub enum Source {
    /// One that the server has.
    Datastore(Datastore),
    /// One that is sent along: the XML within `<config>`.
    Inline(String),
}

impl From<Datastore> for Source {
    fn from(datastore: Datastore) -> Self {
        Source::Datastore(datastore)
    }
}

impl fmt::Debug for Source {
    /// Without the configuration, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Datastore(datastore) => datastore.fmt(f),
            Source::Inline(_) => f.write_str("Inline(..)"),
        }
    }
}

/// Which part of the data is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The XML within `<filter type="subtree">` (RFC 6241, section 6).
    Subtree(String),
    /// An XPath expression, with the prefixes and namespaces in it.
    Xpath {
        /// The expression.
        select: String,
        /// Prefix and namespace of each.
        namespaces: Vec<(String, String)>,
    },
}

/// What an `edit-config` does with what stands in it, unless an element says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultOperation {
    /// Adds to what is there.
    Merge,
    /// Replaces everything.
    Replace,
    /// Only what has an operation of its own is changed.
    None,
}

/// Whether an `edit-config` is checked first (RFC 6241, section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestOption {
    /// Checked, then applied.
    TestThenSet,
    /// Applied.
    Set,
    /// Checked only.
    TestOnly,
}

/// What happens to an `edit-config` of which a part fails (RFC 6241, section 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorOption {
    /// What came before the part stays.
    StopOnError,
    /// What comes after it is applied too.
    ContinueOnError,
    /// Nothing of it is applied.
    RollbackOnError,
}

/// An `edit-config`. What is `None` is left to the server.
#[derive(Clone)]
pub struct EditConfig {
    /// What is changed.
    pub target: Datastore,
    /// The XML within `<config>`.
    pub config: String,
    /// What is done with it.
    pub default_operation: Option<DefaultOperation>,
    /// Whether it is checked first.
    pub test_option: Option<TestOption>,
    /// What an error does.
    pub error_option: Option<ErrorOption>,
}

impl fmt::Debug for EditConfig {
    /// Without the configuration, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EditConfig")
            .field("target", &self.target)
            .field("default_operation", &self.default_operation)
            .field("test_option", &self.test_option)
            .field("error_option", &self.error_option)
            .finish_non_exhaustive()
    }
}

impl EditConfig {
    /// An `edit-config` of this XML with nothing but the server's own choices.
    pub fn new(target: Datastore, config: impl Into<String>) -> Self {
        EditConfig {
            target,
            config: config.into(),
            default_operation: None,
            test_option: None,
            error_option: None,
        }
    }
}

/// A `commit` (RFC 6241, sections 8.3 and 8.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Goes back by itself, unless another commit confirms it.
    pub confirmed: bool,
    /// After how long; rounded up to whole seconds. `None`: the server's own, 600 s.
    pub timeout: Option<Duration>,
    /// Outlives the session; whoever says this word as `persist_id` can confirm or cancel.
    pub persist: Option<String>,
    /// The word of the confirmed commit that this one confirms or prolongs.
    pub persist_id: Option<String>,
}

/// An operation. `Debug` shows its name only: configurations hold passwords.
#[derive(Clone)]
#[non_exhaustive]
pub enum Operation {
    /// State and running configuration.
    Get(Option<Filter>),
    /// A configuration.
    GetConfig(Datastore, Option<Filter>),
    /// Changes a configuration.
    EditConfig(EditConfig),
    /// Replaces a configuration by another.
    CopyConfig {
        /// What is replaced.
        target: Datastore,
        /// By what.
        source: Source,
    },
    /// Keeps everybody else from changing a configuration.
    Lock(Datastore),
    /// Gives it free.
    Unlock(Datastore),
    /// Checks a configuration.
    Validate(Source),
    /// Puts the candidate in force.
    Commit(Commit),
    /// Takes back a confirmed commit at once; with the word of one that outlives its session.
    CancelCommit(Option<String>),
    /// Makes the candidate what is running.
    DiscardChanges,
    /// Ends this session.
    CloseSession,
    /// Ends another one, by its number.
    KillSession(u32),
    /// Anything else: one element.
    Raw(String),
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Operation {
    /// The name of its element; of one given as XML `rpc`.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Get(_) => "get",
            Operation::GetConfig(..) => "get-config",
            Operation::EditConfig(_) => "edit-config",
            Operation::CopyConfig { .. } => "copy-config",
            Operation::Lock(_) => "lock",
            Operation::Unlock(_) => "unlock",
            Operation::Validate(_) => "validate",
            Operation::Commit(_) => "commit",
            Operation::CancelCommit(_) => "cancel-commit",
            Operation::DiscardChanges => "discard-changes",
            Operation::CloseSession => "close-session",
            Operation::KillSession(_) => "kill-session",
            Operation::Raw(_) => "rpc",
        }
    }

    /// The capability that it needs and the server does not have, if there is one. Nothing is known of raw operations.
    pub fn lacks(&self, server: &Capabilities) -> Option<&'static str> {
        let filter = |filter: &Option<Filter>| match filter {
            Some(Filter::Xpath { .. }) if !server.xpath => Some("xpath"),
            _ => None,
        };
        let datastore = |datastore: &Datastore| match datastore {
            Datastore::Candidate if !server.candidate => Some("candidate"),
            Datastore::Startup if !server.startup => Some("startup"),
            Datastore::Url(_) if server.url.is_empty() => Some("url"),
            _ => None,
        };
        let source = |source: &Source| match source {
            Source::Datastore(found) => datastore(found),
            Source::Inline(_) => None,
        };
        let needs = |there: bool, name: &'static str| if there { None } else { Some(name) };
        match self {
            Operation::Get(asked) => filter(asked),
            Operation::GetConfig(place, asked) => datastore(place).or_else(|| filter(asked)),
            Operation::EditConfig(edit) => datastore(&edit.target)
                .or_else(|| {
                    needs(edit.target != Datastore::Running || server.writable_running, "writable-running")
                })
                .or_else(|| needs(edit.test_option.is_none() || server.validate, "validate"))
                .or_else(|| {
                    let rolls_back = edit.error_option == Some(ErrorOption::RollbackOnError);
                    needs(!rolls_back || server.rollback_on_error, "rollback-on-error")
                }),
            Operation::CopyConfig { target, source: from } => datastore(target).or_else(|| source(from)),
            Operation::Lock(place) | Operation::Unlock(place) => datastore(place),
            Operation::Validate(from) => needs(server.validate, "validate").or_else(|| source(from)),
            Operation::Commit(commit) => {
                let persists = commit.persist.is_some() || commit.persist_id.is_some();
                needs(server.candidate, "candidate")
                    .or_else(|| needs(!commit.confirmed || server.confirmed_commit(), "confirmed-commit"))
                    .or_else(|| needs(!persists || server.confirmed_commit_1_1, "confirmed-commit:1.1"))
            }
            Operation::CancelCommit(_) => needs(server.confirmed_commit_1_1, "confirmed-commit:1.1"),
            Operation::DiscardChanges => needs(server.candidate, "candidate"),
            Operation::CloseSession | Operation::KillSession(_) | Operation::Raw(_) => None,
        }
    }

    /// The whole `<rpc>`, as it is sent.
    ///
    /// # Errors
    /// `Options` when XML that was given is not well-formed, or a text has a character that XML cannot hold.
    pub fn to_rpc(&self, message_id: u64) -> Result<String> {
        self.check()?;
        let mut xml = Writer::new();
        let id = message_id.to_string();
        xml.element("rpc", &[("xmlns", NAMESPACE), ("message-id", &id)], |xml| match self {
            Operation::Raw(operation) => xml.raw(operation),
            _ => xml.element(self.name(), &[], |xml| self.write(xml)),
        });
        xml.finish()
    }

    /// What stands within the operation's element.
    fn write(&self, xml: &mut Writer) {
        match self {
            Operation::Get(filter) => write_filter(xml, filter.as_ref()),
            Operation::GetConfig(source, filter) => {
                place(xml, "source", source);
                write_filter(xml, filter.as_ref());
            }
            Operation::EditConfig(edit) => edit.write(xml),
            Operation::CopyConfig { target, source } => {
                place(xml, "target", target);
                write_source(xml, source);
            }
            Operation::Lock(target) | Operation::Unlock(target) => place(xml, "target", target),
            Operation::Validate(source) => write_source(xml, source),
            Operation::Commit(commit) => commit.write(xml),
            Operation::CancelCommit(persist_id) => optional(xml, "persist-id", persist_id.as_deref()),
            Operation::KillSession(number) => xml.leaf("session-id", &number.to_string()),
            Operation::DiscardChanges | Operation::CloseSession | Operation::Raw(_) => {}
        }
    }

    /// XML that was given must not close what it stands in.
    fn check(&self) -> Result<()> {
        let (xml, is_one) = match self {
            Operation::Raw(xml) => (xml, true),
            Operation::EditConfig(EditConfig { config: xml, .. })
            | Operation::CopyConfig { source: Source::Inline(xml), .. }
            | Operation::Validate(Source::Inline(xml))
            | Operation::Get(Some(Filter::Subtree(xml)))
            | Operation::GetConfig(_, Some(Filter::Subtree(xml))) => (xml, false),
            _ => return Ok(()),
        };
        let wrapped = format!("<{0}>{xml}</{0}>", self.name());
        let read = Document::parse(&wrapped[..]);
        let count = read.as_ref().map(|found| found.root().children().count());
        match count {
            Ok(1) => Ok(()),
            Ok(_) if !is_one => Ok(()),
            Ok(count) => Err(bad(format!("an operation is one element, not {count}"))),
            Err(error) => Err(bad(format!("the XML of {} cannot be sent: {error}", self.name()))),
        }
    }
}

fn bad(words: String) -> Error {
    Error::new(ErrorKind::Options, words)
}

impl EditConfig {
    fn write(&self, xml: &mut Writer) {
        place(xml, "target", &self.target);
        let default = self.default_operation.map(|operation| match operation {
            DefaultOperation::Merge => "merge",
            DefaultOperation::Replace => "replace",
            DefaultOperation::None => "none",
        });
        optional(xml, "default-operation", default);
        let test = self.test_option.map(|option| match option {
            TestOption::TestThenSet => "test-then-set",
            TestOption::Set => "set",
            TestOption::TestOnly => "test-only",
        });
        optional(xml, "test-option", test);
        let error = self.error_option.map(|option| match option {
            ErrorOption::StopOnError => "stop-on-error",
            ErrorOption::ContinueOnError => "continue-on-error",
            ErrorOption::RollbackOnError => "rollback-on-error",
        });
        optional(xml, "error-option", error);
        xml.element("config", &[], |xml| xml.raw(&self.config));
    }
}

impl Commit {
    fn write(&self, xml: &mut Writer) {
        if self.confirmed {
            xml.empty("confirmed");
        }
        let seconds = self.timeout.map(|timeout| {
            let rounded = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
            rounded.max(1).to_string()
        });
        optional(xml, "confirm-timeout", seconds.as_deref());
        optional(xml, "persist", self.persist.as_deref());
        optional(xml, "persist-id", self.persist_id.as_deref());
    }
}

fn optional(xml: &mut Writer, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        xml.leaf(name, text);
    }
}

fn write_datastore(xml: &mut Writer, datastore: &Datastore) {
    match datastore {
        Datastore::Running => xml.empty("running"),
        Datastore::Candidate => xml.empty("candidate"),
        Datastore::Startup => xml.empty("startup"),
        Datastore::Url(url) => xml.leaf("url", url),
    }
}

fn place(xml: &mut Writer, name: &str, datastore: &Datastore) {
    xml.element(name, &[], |xml| write_datastore(xml, datastore));
}

fn write_source(xml: &mut Writer, source: &Source) {
    xml.element("source", &[], |xml| match source {
        Source::Datastore(datastore) => write_datastore(xml, datastore),
        Source::Inline(config) => xml.element("config", &[], |xml| xml.raw(config)),
    });
}

fn write_filter(xml: &mut Writer, filter: Option<&Filter>) {
    match filter {
        None => {}
        Some(Filter::Subtree(subtree)) => {
            xml.element("filter", &[("type", "subtree")], |xml| xml.raw(subtree));
        }
        Some(Filter::Xpath { select, namespaces }) => {
            let declared: Vec<(String, &str)> =
                namespaces.iter().map(|(prefix, uri)| (format!("xmlns:{prefix}"), uri.as_str())).collect();
            let mut attributes = vec![("type", "xpath")];
            attributes.extend(declared.iter().map(|(name, uri)| (name.as_str(), *uri)));
            attributes.push(("select", select));
            xml.element("filter", &attributes, |_| {});
        }
    }
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
