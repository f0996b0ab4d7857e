//! The router's SSH server, with NETCONF as a subsystem on it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::keys::PublicKey;
use russh::server::{self, Auth, ChannelOpenHandle, Msg, Response, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::agent::Agent;
use super::session;
use crate::sim::fabric::Shared;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::links::Links;
use crate::sim::ssh::{Account, listen, refused};

/// What all connections of a router share.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) accounts: Arc<[Account]>,
    /// How long it takes before every answer.
    pub(crate) latency: Duration,
    /// Whether it offers base 1.1, and so chunked framing.
    pub(crate) has_chunks: bool,
    /// The connection of each session.
    pub(crate) sessions: Arc<Mutex<HashMap<u32, AbortHandle>>>,
}

impl Host {
    pub(crate) fn strike(&self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.shared.lock().chassis_mut(self.router)?.faults.strike(is_here)
    }

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
    let door = host.clone();
    let client = move |link| Client::<A> {
        host: host.clone(),
        link,
        user: None,
        channels: HashMap::new(),
        agent: PhantomData,
    };
    listen(port, links, move || door.strike(|at| *at == FaultPoint::Connect), client).await
}

/// One connection.
struct Client<A> {
    host: Host,
    link: AbortHandle,
    user: Option<String>,
    /// What has come for the session on a channel, once there is one.
    channels: HashMap<ChannelId, Option<mpsc::UnboundedSender<Vec<u8>>>>,
    agent: PhantomData<fn() -> A>,
}

impl<A: Agent> Client<A> {
    fn admit(&mut self, user: &str, proof: impl Fn(&Account) -> bool) -> Auth {
        match self.host.accounts.iter().find(|account| account.name == user && proof(account)) {
            Some(account) => {
                self.user = Some(account.name.clone());
                Auth::Accept
            }
            None => refused(),
        }
    }

    /// Starts a NETCONF session on a channel.
    fn netconf(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        let Some(user) = self.user.clone().filter(|_| self.channels.contains_key(&channel)) else {
            return session.channel_failure(channel);
        };
        session.channel_success(channel)?;
        let (sender, receiver) = mpsc::unbounded_channel();
        self.channels.insert(channel, Some(sender));
        let wire = session::Wire { handle: session.handle(), channel, link: self.link.clone() };
        tokio::spawn(session::run::<A>(self.host.clone(), user, wire, receiver));
        Ok(())
    }
}

impl<A: Agent> server::Handler for Client<A> {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(self.admit(user, |account| account.has_password(password.as_bytes())))
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(self.admit(user, |account| account.has_key(&key)))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let Some(answer) = response.and_then(|mut answers| answers.next()) else {
            let prompts: Vec<(Cow<'static, str>, bool)> = vec![("Password:".into(), false)];
            return Ok(Auth::Partial { name: "".into(), instructions: "".into(), prompts: prompts.into() });
        };
        Ok(self.admit(user, |account| account.has_password(answer.as_ref())))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel.id(), None);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match name {
            "netconf" => self.netconf(channel, session),
            _ => session.channel_failure(channel),
        }
    }

    /// What clients do where the subsystem is not to be had.
    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match command {
            b"netconf" | b"xml-mode netconf need-trailer" => self.netconf(channel, session),
            _ => session.channel_failure(channel),
        }
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(Some(sender)) = self.channels.get(&channel) {
            // The session may have ended.
            let _ = sender.send(data.to_vec());
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        self.channels.insert(channel, None);
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        self.channels.remove(&channel);
        Ok(())
    }
}
