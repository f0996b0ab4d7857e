//! What the NETCONF server asks of the persona.

use tokio::time::Instant;

use super::database::Actor;
use super::device::{Junos, Login};
use super::reply::{failed, unknown};
use super::rpc;
use crate::sim::fabric::World;
use crate::sim::netconf::agent::Agent;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;
use crate::transport::netconf::{BASE_1_1, NAMESPACE};

/// What the router can do, in its order.
const CAPABILITIES: [&str; 14] = [
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
    "urn:ietf:params:xml:ns:netconf:base:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:url:1.0?protocol=http,ftp,file",
    "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring",
    "urn:ietf:params:xml:ns:yang:ietf-inet-types?module=ietf-inet-types&revision=2013-07-15",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
];

fn hello(id: u32, user: &str, has_chunks: bool) -> String {
    let mut text = format!(
        "<!-- No zombies were killed during the creation of this user interface -->\n<!-- user {user}, class j-super-user -->\n\
         <hello xmlns=\"{NAMESPACE}\">\n  <capabilities>\n"
    );
    let chunks = has_chunks.then_some(BASE_1_1);
    for uri in CAPABILITIES.into_iter().chain(chunks) {
        text.push_str(&format!("    <capability>{}</capability>\n", escaped(uri)));
    }
    text.push_str(&format!("  </capabilities>\n  <session-id>{id}</session-id>\n</hello>\n]]>]]>\n"));
    text
}

impl Agent for Junos {
    const OWN_ATTRIBUTES: &'static [&'static str] = &["xmlns", "xmlns:junos"];

    fn hello(&self, session: u32, user: &str, has_chunks: bool) -> String {
        hello(session, user, has_chunks)
    }

    fn enter(&mut self, user: &str) -> u32 {
        let id = self.next_session;
        self.next_session += 1;
        let actor = Actor { id, user: user.to_owned(), client: "netconf" };
        self.sessions.insert(id, Login { actor });
        id
    }

    /// A commit that waits goes on waiting: its timer is not the session's.
    fn leave(&mut self, session: u32, _now: Instant) {
        self.sessions.remove(&session);
        self.database.leave(session);
    }

    fn names(operation: &Element) -> Vec<String> {
        rpc::names(operation)
    }

    fn answer(world: &mut World, router: usize, session: u32, operation: &Element, now: Instant) -> Reply {
        rpc::answer(world, router, session, operation, now)
    }

    fn malformed() -> Reply {
        unknown("rpc")
    }

    fn error(words: &str) -> Reply {
        failed(words)
    }

    fn envelope(&self, attributes: &str, body: &str) -> String {
        let release = self.release();
        format!(
            "<rpc-reply xmlns=\"{NAMESPACE}\" xmlns:junos=\"http://xml.juniper.net/junos/{release}/junos\"{attributes}>\n{body}</rpc-reply>\n"
        )
    }

    fn pending(&self) -> Option<(u64, Instant)> {
        self.database.pending().map(|pending| (pending.number, pending.deadline))
    }

    fn expire(&mut self, number: u64, now: Instant) {
        if self.database.expire(number, now) {
            self.activate();
        }
    }
}
