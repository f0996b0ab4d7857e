//! The hello (RFC 6241, section 8.1): what each side says it can, and the session's number.

use std::fmt;

use peering_core::{Error, ErrorKind, ParseError};

use super::framing::Framing;
use super::xml::{Document, Writer};

/// The namespace of every message.
pub const NAMESPACE: &str = "urn:ietf:params:xml:ns:netconf:base:1.0";
/// Base 1.0: end-of-message framing.
pub const BASE_1_0: &str = "urn:ietf:params:netconf:base:1.0";
/// Base 1.1: chunked framing.
pub const BASE_1_1: &str = "urn:ietf:params:netconf:base:1.1";
/// What the standard capabilities begin with; servers from before RFC 6241 have `xml:ns` in it.
const STANDARD: [&str; 2] = ["urn:ietf:params:netconf:", "urn:ietf:params:xml:ns:netconf:"];

/// What a side can, from its hello.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Base 1.0.
    pub base_1_0: bool,
    /// Base 1.1.
    pub base_1_1: bool,
    /// A candidate configuration (RFC 6241, section 8.3).
    pub candidate: bool,
    /// Confirmed commit 1.0: with a timeout, within one session (RFC 4741, section 8.4).
    pub confirmed_commit_1_0: bool,
    /// Confirmed commit 1.1: also `persist`, and `cancel-commit` (RFC 6241, section 8.4).
    pub confirmed_commit_1_1: bool,
    /// `validate`, 1.0 or 1.1 (section 8.6).
    pub validate: bool,
    /// The error option `rollback-on-error` (section 8.5).
    pub rollback_on_error: bool,
    /// A startup configuration of its own (section 8.7).
    pub startup: bool,
    /// Changes directly in the running configuration (section 8.2).
    pub writable_running: bool,
    /// Filters in XPath (section 8.9).
    pub xpath: bool,
    /// The schemes of URLs that it takes in place of a configuration (section 8.8); empty: none.
    pub url: Vec<String>,
    uris: Vec<String>,
}

impl Capabilities {
    /// The capabilities that these URIs name; what is unknown is kept for [`Capabilities::has`].
    pub fn new(uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut found =
            Capabilities { uris: uris.into_iter().map(Into::into).collect(), ..Default::default() };
        for uri in &found.uris {
            let (name, query) = uri.split_once('?').unwrap_or((uri, ""));
            let Some(short) = STANDARD.iter().find_map(|start| name.strip_prefix(start)) else { continue };
            match short {
                "base:1.0" => found.base_1_0 = true,
                "base:1.1" => found.base_1_1 = true,
                "capability:candidate:1.0" => found.candidate = true,
                "capability:confirmed-commit:1.0" => found.confirmed_commit_1_0 = true,
                "capability:confirmed-commit:1.1" => found.confirmed_commit_1_1 = true,
                "capability:validate:1.0" | "capability:validate:1.1" => found.validate = true,
                "capability:rollback-on-error:1.0" => found.rollback_on_error = true,
                "capability:startup:1.0" => found.startup = true,
                "capability:writable-running:1.0" => found.writable_running = true,
                "capability:xpath:1.0" => found.xpath = true,
                "capability:url:1.0" => {
                    let schemes = query.split(['&', ';']).find_map(|part| part.strip_prefix("scheme="));
                    found.url = schemes.unwrap_or_default().split(',').map(str::to_owned).collect();
                    found.url.retain(|scheme| !scheme.is_empty());
                }
                _ => {}
            }
        }
        found
    }

    /// Whether there is a capability of this URI; parameters after a question mark do not matter.
    pub fn has(&self, uri: &str) -> bool {
        self.uris().any(|found| found == uri || found.split_once('?').is_some_and(|(name, _)| name == uri))
    }

    /// Every URI, as it was said.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.uris.iter().map(String::as_str)
    }

    /// Confirmed commit of either version.
    pub fn confirmed_commit(&self) -> bool {
        self.confirmed_commit_1_0 || self.confirmed_commit_1_1
    }

    /// The framing after both hellos (RFC 6242, section 4.1).
    ///
    /// # Errors
    /// [`HelloError::NoCommonBase`] when the two have no base version in common.
    pub fn framing_with(&self, other: &Capabilities) -> Result<Framing, HelloError> {
        if self.base_1_1 && other.base_1_1 {
            Ok(Framing::Chunked)
        } else if self.base_1_0 && other.base_1_0 {
            Ok(Framing::EndOfMessage)
        } else {
            Err(HelloError::NoCommonBase)
        }
    }
}

/// A hello of either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// What the side can.
    pub capabilities: Capabilities,
    /// The session's number: the server says it, a client must not.
    pub session_id: Option<u32>,
}

/// Why a message is no hello, or the two do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HelloError {
    /// It is no well-formed XML.
    #[error(transparent)]
    Xml(#[from] ParseError),
    /// Another message came first.
    #[error("expected a hello, found <{name}>")]
    Other {
        /// The local name of that message.
        name: String,
    },
    /// No capability was said.
    #[error("a hello without a capability")]
    Empty,
    /// A server's hello without a session number, or with one that is none.
    #[error("a server's hello without a session-id from 1 to 4294967295")]
    SessionId,
    /// A client's hello with a session number.
    #[error("a client's hello with a session-id")]
    ClientSessionId,
    /// The two sides have no base version in common.
    #[error("the two sides have no base version of NETCONF in common")]
    NoCommonBase,
}

impl From<HelloError> for Error {
    /// `Connect` where the two do not fit together, `Parse` else.
    fn from(error: HelloError) -> Self {
        let kind = if error == HelloError::NoCommonBase { ErrorKind::Connect } else { ErrorKind::Parse };
        Error::new(kind, error.to_string())
    }
}

impl Hello {
    /// A client's hello.
    pub fn client(capabilities: Capabilities) -> Self {
        Hello { capabilities, session_id: None }
    }

    /// A server's hello.
    pub fn server(capabilities: Capabilities, session_id: u32) -> Self {
        Hello { capabilities, session_id: Some(session_id) }
    }

    /// Reads what a server said first. White space, the XML declaration and comments may stand before it.
    ///
    /// # Errors
    /// [`HelloError`].
    pub fn from_server(text: &str) -> Result<Self, HelloError> {
        let hello = Hello::parse(text)?;
        if hello.session_id.is_none() { Err(HelloError::SessionId) } else { Ok(hello) }
    }

    /// Reads what a client said first.
    ///
    /// # Errors
    /// [`HelloError`].
    pub fn from_client(text: &str) -> Result<Self, HelloError> {
        let hello = Hello::parse(text)?;
        if hello.session_id.is_some() { Err(HelloError::ClientSessionId) } else { Ok(hello) }
    }

    fn parse(text: &str) -> Result<Self, HelloError> {
        let document = Document::parse(text.trim_start())?;
        let root = document.root();
        if root.name() != "hello" {
            return Err(HelloError::Other { name: root.name().to_owned() });
        }
        let list = root.child("capabilities").ok_or(HelloError::Empty)?;
        let uris: Vec<&str> = list.children_named("capability").map(|uri| uri.text()).collect();
        if uris.is_empty() {
            return Err(HelloError::Empty);
        }
        let session_id = match root.child("session-id") {
            None => None,
            Some(number) => {
                Some(number.text().parse().ok().filter(|number| *number > 0).ok_or(HelloError::SessionId)?)
            }
        };
        Ok(Hello { capabilities: Capabilities::new(uris), session_id })
    }
}

impl fmt::Display for Hello {
    /// The message as it is sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut xml = Writer::new();
        xml.element("hello", &[("xmlns", NAMESPACE)], |xml| {
            xml.element("capabilities", &[], |xml| {
                for uri in self.capabilities.uris() {
                    xml.leaf("capability", uri);
                }
            });
            if let Some(number) = self.session_id {
                xml.leaf("session-id", &number.to_string());
            }
        });
        // A capability with a control character is nobody's.
        f.write_str(&xml.finish().map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_both_bases() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<nc:hello xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><nc:capabilities>
  <nc:capability>urn:ietf:params:netconf:base:1.0</nc:capability>
  <nc:capability>
    urn:ietf:params:netconf:base:1.1
  </nc:capability>
  <nc:capability>urn:ietf:params:netconf:capability:candidate:1.0</nc:capability>
  <nc:capability>urn:ietf:params:netconf:capability:confirmed-commit:1.1</nc:capability>
  <nc:capability>urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file</nc:capability>
  <nc:capability>urn:example:bgp?module=bgp&amp;revision=2026-01-01</nc:capability>
</nc:capabilities><nc:session-id>4711</nc:session-id></nc:hello>"#;
        let hello = Hello::from_server(&format!("\r\n {text}\n")).unwrap();
        let found = &hello.capabilities;
        assert_eq!(hello.session_id, Some(4711));
        assert!(found.base_1_0 && found.base_1_1 && found.candidate && found.confirmed_commit());
        assert!(!found.confirmed_commit_1_0 && !found.validate && !found.xpath && !found.startup);
        assert_eq!(found.url, ["http", "ftp", "file"]);
        assert!(found.has("urn:example:bgp") && found.has("urn:example:bgp?module=bgp&revision=2026-01-01"));
        assert!(!found.has("urn:example:bg") && !found.has("urn:example"));
        assert_eq!(Hello::from_server(&hello.to_string()).unwrap(), hello);
    }

    #[test]
    fn the_names_from_before_rfc_6241_and_a_comment_first() {
        let text = "<!-- no zombies -->\n<hello><capabilities>\
            <capability>urn:ietf:params:xml:ns:netconf:base:1.0</capability>\
            <capability>urn:ietf:params:xml:ns:netconf:capability:validate:1.0</capability>\
            </capabilities><session-id>1</session-id></hello>";
        let found = Hello::from_server(text).unwrap().capabilities;
        assert!(found.base_1_0 && !found.base_1_1 && found.validate);
    }

    #[test]
    fn the_framing_of_two_sides() {
        let sides = [vec![BASE_1_0], vec![BASE_1_1], vec![BASE_1_0, BASE_1_1]].map(Capabilities::new);
        let [old, new, both] = &sides;
        assert_eq!(both.framing_with(both), Ok(Framing::Chunked));
        assert_eq!(both.framing_with(new), Ok(Framing::Chunked));
        assert_eq!(both.framing_with(old), Ok(Framing::EndOfMessage));
        assert_eq!(old.framing_with(both), Ok(Framing::EndOfMessage));
        assert_eq!(old.framing_with(new), Err(HelloError::NoCommonBase));
        assert_eq!(both.framing_with(&Capabilities::default()), Err(HelloError::NoCommonBase));
    }

    #[test]
    fn what_is_no_hello() {
        let one = "<capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities>";
        for (text, error) in [
            ("<rpc-reply/>".to_owned(), HelloError::Other { name: "rpc-reply".to_owned() }),
            ("<hello/>".to_owned(), HelloError::Empty),
            ("<hello><capabilities/><session-id>1</session-id></hello>".to_owned(), HelloError::Empty),
            (format!("<hello>{one}</hello>"), HelloError::SessionId),
            (format!("<hello>{one}<session-id>0</session-id></hello>"), HelloError::SessionId),
            (format!("<hello>{one}<session-id>4294967296</session-id></hello>"), HelloError::SessionId),
            (format!("<hello>{one}<session-id>one</session-id></hello>"), HelloError::SessionId),
        ] {
            assert_eq!(Hello::from_server(&text).unwrap_err(), error, "{text}");
        }
        assert!(matches!(Hello::from_server("Welcome!"), Err(HelloError::Xml(_))));
        assert!(matches!(Hello::from_server(""), Err(HelloError::Xml(_))));
        let server = Hello::server(Capabilities::new([BASE_1_0]), 7);
        assert_eq!(Hello::from_client(&server.to_string()), Err(HelloError::ClientSessionId));
        let client = Hello::client(Capabilities::new([BASE_1_0]));
        assert_eq!(Hello::from_client(&client.to_string()), Ok(client));
    }
}
