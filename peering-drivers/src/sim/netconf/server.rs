//! The router's SSH server, with NETCONF as a subsystem on it.

use std::collections::HashMap;
use std::io;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use russh::keys::PublicKey;
use tokio::task::AbortHandle;

use super::agent::Agent;
use super::session;
use crate::sim::links::Links;
use crate::sim::ssh::{self, Account, Request, Service, Site, Wire};

/// What all connections of a router share.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) site: Site,
    /// How long it takes before every answer.
    pub(crate) latency: Duration,
    /// Whether it offers base 1.1, and so chunked framing.
    pub(crate) has_chunks: bool,
    /// The connection of each session.
    pub(crate) sessions: Arc<Mutex<HashMap<u32, AbortHandle>>>,
}

impl Host {
    /// Notes the connection of a session.
    pub(crate) fn note(&self, session: u32, link: AbortHandle) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(session, link);
    }

    /// Forgets it: the connection.
    pub(crate) fn forget(&self, session: u32) -> Option<AbortHandle> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&session)
    }
}

/// Starts the server: where, and its host key.
pub(crate) async fn start<A: Agent>(
    host: Host,
    port: u16,
    links: Links,
) -> io::Result<(SocketAddr, PublicKey)> {
    ssh::start(Netconf::<A> { host, agent: PhantomData }, port, links).await
}

/// NETCONF for an agent.
struct Netconf<A> {
    host: Host,
    agent: PhantomData<fn() -> A>,
}

impl<A> Clone for Netconf<A> {
    fn clone(&self) -> Self {
        Netconf { host: self.host.clone(), agent: PhantomData }
    }
}

impl<A: Agent> Service for Netconf<A> {
    const PASSWORD: &'static str = "Password:";

    fn site(&self) -> &Site {
        &self.host.site
    }

    fn serve(&self, account: &Account, request: Request, wire: Wire) -> Option<BoxFuture<'static, ()>> {
        let is_netconf = match &request {
            Request::Subsystem(name) => name == "netconf",
            // What clients do where the subsystem is not to be had.
            Request::Exec(command) => {
                matches!(command.as_str(), "netconf" | "xml-mode netconf need-trailer")
            }
            Request::Shell => false,
        };
        is_netconf.then(|| session::run::<A>(self.host.clone(), account.name.clone(), wire).boxed())
    }
}
