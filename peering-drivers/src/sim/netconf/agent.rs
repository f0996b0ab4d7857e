//! What the NETCONF server asks of a persona.

use tokio::time::Instant;

use super::element::Element;
use super::reply::Reply;
use crate::sim::fabric::World;
use crate::sim::persona::Persona;

/// A persona that speaks NETCONF.
pub(crate) trait Agent: Persona {
    /// What it says first, with the mark at its end.
    fn hello(&self, session: u32, user: &str, has_chunks: bool) -> String;

    /// A session begins; its number.
    fn enter(&mut self, user: &str) -> u32;

    /// A session has ended, by whatever way.
    fn leave(&mut self, session: u32, now: Instant);

    /// What a fault may address a request by: the name of its operation, the command that it carries.
    fn names(operation: &Element) -> Vec<String>;

    /// Answers a request of a session.
    fn answer(world: &mut World, router: usize, session: u32, operation: &Element, now: Instant) -> Reply;

    /// The answer to what is no request.
    fn malformed() -> Reply;

    /// An error that is nothing but these words.
    fn error(words: &str) -> Reply;

    /// The whole message around an answer. `attributes`: those of the request that come back.
    fn envelope(&self, attributes: &str, body: &str) -> String;

    /// Names of attributes of a request that do not come back, as the answer has its own.
    const OWN_ATTRIBUTES: &'static [&'static str];

    /// The commit that waits to be confirmed: which, and until when.
    fn pending(&self) -> Option<(u64, Instant)>;

    /// Its timer has run out.
    fn expire(&mut self, number: u64, now: Instant);
}
