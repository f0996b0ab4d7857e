//! A NETCONF session: hello, requests one after the other, the end.

use bytes::BytesMut;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::codec::{Decoder, Encoder};

use super::agent::Agent;
use super::element::Element;
use super::reply::Effect;
use super::server::Host;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::ssh::{Input, Wire};
use crate::transport::netconf::{Codec, Framing, Hello};

/// Runs a session until the client goes, is sent away, or the connection is cut.
pub(crate) async fn run<A: Agent>(host: Host, user: String, mut wire: Wire) {
    let Some(id) = enter::<A>(&host, &user) else { return wire.link.abort() };
    host.note(id, wire.link.clone());
    serve::<A>(&host, id, &user, &mut wire).await;
    host.forget(id);
    leave::<A>(&host, id);
    wire.close().await;
}

fn enter<A: Agent>(host: &Host, user: &str) -> Option<u32> {
    let mut world = host.site.shared.lock();
    Some(world.router_mut::<A>(host.site.router)?.enter(user))
}

fn leave<A: Agent>(host: &Host, id: u32) {
    host.site.shared.change(|world| {
        if let Some(agent) = world.router_mut::<A>(host.site.router) {
            agent.leave(id, Instant::now());
        }
    });
}

async fn serve<A: Agent>(host: &Host, id: u32, user: &str, wire: &mut Wire) {
    let hello = {
        let world = host.site.shared.lock();
        let agent = world.router::<A>(host.site.router);
        agent.map(|agent| agent.hello(id, user, host.has_chunks)).unwrap_or_default()
    };
    if !wire.send(hello).await {
        return;
    }
    let (mut codec, mut buffer) = (Codec::default(), BytesMut::new());
    let mut has_met = false;
    while let Some(Input::Bytes { bytes, .. }) = wire.input.recv().await {
        buffer.extend_from_slice(&bytes);
        loop {
            let message = match codec.decode(&mut buffer) {
                Ok(Some(message)) => message,
                Ok(None) => break,
                Err(_) => return wire.link.abort(),
            };
            let text = String::from_utf8_lossy(&message);
            if !has_met {
                let Ok(hello) = Hello::from_client(&text) else { return wire.link.abort() };
                if host.has_chunks && hello.capabilities.base_1_1 {
                    codec.set_framing(Framing::Chunked);
                }
                has_met = true;
                continue;
            }
            match request::<A>(host, id, wire, &text, &mut codec).await {
                Next::More => {}
                Next::Deaf => wire.ignore().await,
                Next::End => return,
            }
        }
    }
}

enum Next {
    More,
    /// Nothing is answered any more.
    Deaf,
    End,
}

async fn request<A: Agent>(host: &Host, id: u32, wire: &Wire, text: &str, codec: &mut Codec) -> Next {
    let rpc = Element::read(text).filter(|rpc| rpc.name == "rpc");
    let Some(operation) = rpc.as_ref().and_then(|rpc| rpc.children.first()) else {
        let body = A::malformed().body;
        return if send(host, wire, codec, &envelope::<A>(host, "", &body)).await {
            Next::More
        } else {
            Next::End
        };
    };
    let own = A::names(operation);
    let fault = host.site.strike(|at| {
        matches!(at, FaultPoint::Command(prefix) if own.iter().any(|name| name.starts_with(prefix.as_str())))
    });
    sleep(host.latency).await;
    match &fault {
        Some(FaultKind::DropBefore) => {
            wire.link.abort();
            return Next::End;
        }
        Some(FaultKind::Stall) => return Next::Deaf,
        Some(FaultKind::Delay(time) | FaultKind::Late(time)) => sleep(*time).await,
        _ => {}
    }
    let reply = match &fault {
        Some(FaultKind::Fail { output, .. }) => A::error(output),
        _ => A::answer(&mut host.site.shared.lock(), host.site.router, id, operation, Instant::now()),
    };
    match reply.effect {
        Effect::Timer => wait::<A>(host),
        Effect::Kill(other) => {
            leave::<A>(host, other);
            if let Some(link) = host.forget(other) {
                link.abort();
            }
        }
        Effect::Close | Effect::None => {}
    }
    let is_sent = match fault {
        Some(FaultKind::DropAfter) => {
            wire.link.abort();
            return Next::End;
        }
        Some(FaultKind::Garbage(bytes)) => wire.send(bytes).await,
        _ => {
            send(host, wire, codec, &envelope::<A>(host, &echoed(text, A::OWN_ATTRIBUTES), &reply.body)).await
        }
    };
    if !is_sent || reply.effect == Effect::Close { Next::End } else { Next::More }
}

async fn send(host: &Host, wire: &Wire, codec: &mut Codec, message: &str) -> bool {
    let mut bytes = BytesMut::new();
    let text = if host.has_chunks { message } else { message.trim_end() };
    match codec.encode(text, &mut bytes) {
        Ok(()) => wire.send(bytes.to_vec()).await,
        Err(_) => false,
    }
}

fn envelope<A: Agent>(host: &Host, attributes: &str, body: &str) -> String {
    let world = host.site.shared.lock();
    world.router::<A>(host.site.router).map(|agent| agent.envelope(attributes, body)).unwrap_or_default()
}

/// The attributes of a request as they come back: all but the namespaces that the answer has of its own.
fn echoed(text: &str, own: &[&str]) -> String {
    let start = text.find("rpc").map_or(0, |at| at + 3);
    let mut rest = text.get(start..).unwrap_or_default();
    let mut attributes = String::new();
    loop {
        rest = rest.trim_start();
        let Some((name, after)) = rest.split_once('=').filter(|_| !rest.starts_with(['>', '/'])) else {
            break;
        };
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { break };
        let Some((value, left)) = after.get(1..).and_then(|after| after.split_once(quote)) else { break };
        let name = name.trim();
        if !own.contains(&name) {
            attributes.push_str(&format!(" {name}={quote}{value}{quote}"));
        }
        rest = left;
    }
    attributes
}

/// Waits for a commit to be confirmed; takes it back when it is not.
fn wait<A: Agent>(host: &Host) {
    let host = host.clone();
    let pending = host.site.shared.lock().router::<A>(host.site.router).and_then(Agent::pending);
    let Some((number, deadline)) = pending else { return };
    tokio::spawn(async move {
        sleep_until(deadline).await;
        if host.site.strike(|at| *at == FaultPoint::Timer).is_some() {
            return;
        }
        host.site.shared.change(|world| {
            if let Some(agent) = world.router_mut::<A>(host.site.router) {
                agent.expire(number, Instant::now());
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::echoed;

    #[test]
    fn attributes_come_back_but_for_our_own() {
        let text = r#"<?xml version="1.0"?><nc:rpc xmlns:nc="urn:x" xmlns="y" message-id='a "1"' user:x="2"><get/></nc:rpc>"#;
        assert_eq!(echoed(text, &["xmlns"]), r#" xmlns:nc="urn:x" message-id='a "1"' user:x="2""#);
        assert_eq!(echoed("<rpc><close-session/></rpc>", &[]), "");
    }
}
