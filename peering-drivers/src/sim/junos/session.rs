//! A NETCONF session: hello, requests one after the other, the end.

use bytes::BytesMut;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::codec::{Decoder, Encoder};

use super::database::Actor;
use super::device::{Junos, Login};
use super::element::{Element, escaped};
use super::reply::{Effect, Reply};
use super::rpc::{answer, names};
use super::server::Host;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::ssh::{Input, Wire};
use crate::transport::netconf::{BASE_1_1, Codec, Framing, Hello, NAMESPACE};

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

/// Runs a session until the client goes, is sent away, or the connection is cut.
pub(crate) async fn run(host: Host, user: String, mut wire: Wire) {
    let Some(id) = enter(&host, &user) else { return wire.link.abort() };
    host.note(id, wire.link.clone());
    serve(&host, id, &user, &mut wire).await;
    host.forget(id);
    leave(&host, id);
    wire.close().await;
}

fn enter(host: &Host, user: &str) -> Option<u32> {
    let mut world = host.site.shared.lock();
    let junos = world.router_mut::<Junos>(host.site.router)?;
    let id = junos.next_session;
    junos.next_session += 1;
    let actor = Actor { id, user: user.to_owned(), client: "netconf" };
    junos.sessions.insert(id, Login { actor });
    Some(id)
}

fn leave(host: &Host, id: u32) {
    if let Some(junos) = host.site.shared.lock().router_mut::<Junos>(host.site.router) {
        junos.sessions.remove(&id);
        junos.database.leave(id);
    }
}

async fn serve(host: &Host, id: u32, user: &str, wire: &mut Wire) {
    if !wire.send(hello(id, user, host.has_chunks)).await {
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
            match request(host, id, wire, &text, &mut codec).await {
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

async fn request(host: &Host, id: u32, wire: &Wire, text: &str, codec: &mut Codec) -> Next {
    let rpc = Element::read(text).filter(|rpc| rpc.name == "rpc");
    let Some(operation) = rpc.as_ref().and_then(|rpc| rpc.children.first()) else {
        let body = Reply::unknown("rpc").body;
        return if send(host, wire, codec, &envelope(host, "", &body)).await {
            Next::More
        } else {
            Next::End
        };
    };
    let own = names(operation);
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
        Some(FaultKind::Fail { output, .. }) => Reply::error(output),
        _ => answer(&mut host.site.shared.lock(), host.site.router, id, operation, Instant::now()),
    };
    match reply.effect {
        Effect::Timer => wait(host),
        Effect::Kill(other) => {
            leave(host, other);
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
        _ => send(host, wire, codec, &envelope(host, &echoed(text), &reply.body)).await,
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

fn envelope(host: &Host, attributes: &str, body: &str) -> String {
    let world = host.site.shared.lock();
    let release =
        world.router::<Junos>(host.site.router).map(|junos| junos.release().to_owned()).unwrap_or_default();
    format!(
        "<rpc-reply xmlns=\"{NAMESPACE}\" xmlns:junos=\"http://xml.juniper.net/junos/{release}/junos\"{attributes}>\n{body}</rpc-reply>\n"
    )
}

/// The attributes of a request as they come back: all but the namespaces that the answer has of its own.
fn echoed(text: &str) -> String {
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
        if name != "xmlns" && name != "xmlns:junos" {
            attributes.push_str(&format!(" {name}={quote}{value}{quote}"));
        }
        rest = left;
    }
    attributes
}

/// Waits for a commit to be confirmed; takes it back when it is not.
fn wait(host: &Host) {
    let host = host.clone();
    let pending = host
        .site
        .shared
        .lock()
        .router::<Junos>(host.site.router)
        .and_then(|junos| junos.database.pending().map(|pending| (pending.number, pending.deadline)));
    let Some((number, deadline)) = pending else { return };
    tokio::spawn(async move {
        sleep_until(deadline).await;
        if host.site.strike(|at| *at == FaultPoint::Timer).is_some() {
            return;
        }
        host.site.shared.change(|world| {
            if let Some(junos) = world.router_mut::<Junos>(host.site.router)
                && junos.database.expire(number, Instant::now())
            {
                junos.activate();
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
        assert_eq!(echoed(text), r#" xmlns:nc="urn:x" message-id='a "1"' user:x="2""#);
        assert_eq!(echoed("<rpc><close-session/></rpc>"), "");
    }
}
