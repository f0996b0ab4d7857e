//! An HTTP server in front of a simulated router, with TLS and without: connections, accounts, and the faults of both.
//!
//! What is asked and answered is the persona's: it is a [`Service`].

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use peering_core::{Error, ErrorKind, Result};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::fabric::Shared;
use super::fault::{FaultKind, FaultPoint};
use super::links::Links;
use super::router::User;

/// What stands before a service.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) users: Arc<[User]>,
    /// How much later each request is answered.
    pub(crate) latency: Duration,
    pub(crate) links: Links,
}

/// What answers requests.
pub(crate) trait Service: Clone + Send + Sync + 'static {
    fn door(&self) -> &Door;

    /// Answers one. `asks_password` is not set where everybody who gets in is trusted.
    fn serve(
        self,
        request: Request<Incoming>,
        asks_password: bool,
    ) -> impl Future<Output = std::result::Result<Response<Whole>, Cut>> + Send;
}

/// The connection is cut instead of an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

/// A body that is there as a whole.
#[derive(Debug)]
pub(crate) struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

impl Door {
    pub(crate) fn strike(&self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.shared.lock().chassis_mut(self.router)?.faults.strike(is_here)
    }

    /// The account that a request proves to be of, by basic authentication.
    pub(crate) fn user<B>(&self, request: &Request<B>) -> Option<&User> {
        let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let decoded = BASE64_STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (name, password) = decoded.split_once(':')?;
        self.users.iter().find(|user| user.name == name && user.password.expose() == password)
    }
}

/// Listens on a free port of the loopback interface, with TLS or without.
pub(crate) async fn listen<S: Service>(service: &S, tls: Option<TlsAcceptor>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let addr = listener.local_addr()?;
    let own = service.clone();
    let accept = tokio::spawn(async move {
        loop {
            let Ok((socket, _)) = listener.accept().await else {
                // Out of file handles, say: better later than in a busy loop.
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let _ = socket.set_nodelay(true);
            match tls.clone() {
                Some(tls) => {
                    welcome(&own, socket, move |socket| async move { tls.accept(socket).await.ok() }, true);
                }
                None => welcome(&own, socket, |socket| async { Some(socket) }, true),
            }
        }
    });
    service.door().links.listen(accept.abort_handle());
    Ok(addr)
}

/// Listens on a Unix socket, without authentication.
pub(crate) fn listen_at<S: Service>(service: &S, path: &Path) -> io::Result<()> {
    let listener = UnixListener::bind(path)?;
    let own = service.clone();
    let accept = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            welcome(&own, socket, |socket| async { Some(socket) }, false);
        }
    });
    service.door().links.listen(accept.abort_handle());
    Ok(())
}

/// Serves a connection in a task of its own.
fn welcome<V, S, T, F>(
    service: &V,
    socket: S,
    shake_hands: impl FnOnce(S) -> F + Send + 'static,
    asks_password: bool,
) where
    V: Service,
    S: AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Option<T>> + Send,
{
    let fault = service.door().strike(|at| *at == FaultPoint::Connect);
    let own = service.clone();
    let task = tokio::spawn(async move {
        let mut socket = socket;
        match fault {
            Some(FaultKind::DropBefore | FaultKind::DropAfter) => return,
            Some(FaultKind::Stall) => std::future::pending::<()>().await,
            Some(FaultKind::Delay(time) | FaultKind::Late(time)) => sleep(time).await,
            Some(FaultKind::Garbage(bytes)) => {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, &bytes).await;
                return;
            }
            _ => {}
        }
        let Some(stream) = shake_hands(socket).await else { return };
        let answer = service_fn(|request| own.clone().serve(request, asks_password));
        // An error is the client's, or a fault that was asked for.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
    });
    service.door().links.add(task.abort_handle());
}

/// What a request came to.
pub(crate) struct Done {
    /// The answer, JSON.
    pub(crate) words: String,
    /// How long the router is at work before it answers.
    pub(crate) busy: Duration,
}

/// Does what a request asks for, and answers, as a fault will have it. [`FaultKind::Fail`] is the service's to play.
pub(crate) async fn under(
    fault: Option<FaultKind>,
    work: impl FnOnce() -> Done + Send + 'static,
) -> std::result::Result<Response<Whole>, Cut> {
    match fault {
        Some(FaultKind::DropBefore) => return Err(Cut),
        Some(FaultKind::Stall) => std::future::pending::<()>().await,
        _ => {}
    }
    let late = match fault {
        Some(FaultKind::Late(time)) => time,
        _ => Duration::ZERO,
    };
    // Not in this task, which ends when the client goes away.
    let work = tokio::spawn(async move {
        sleep(late).await;
        let done = work();
        sleep(done.busy).await;
        done.words
    });
    let words = work.await.map_err(|_| Cut)?;
    match fault {
        Some(FaultKind::Delay(time)) => {
            sleep(time).await;
            Ok(json(words.into()))
        }
        Some(FaultKind::DropAfter) => Err(Cut),
        Some(FaultKind::Garbage(bytes)) => Ok(json(bytes.into())),
        _ => Ok(json(words.into())),
    }
}

/// The whole of a request's body.
pub(crate) async fn collect(mut body: Incoming) -> std::result::Result<Vec<u8>, Cut> {
    let mut all = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame.map_err(|_| Cut)?.into_data() {
            all.extend_from_slice(&data);
        }
    }
    Ok(all)
}

/// A status, with a few words.
pub(crate) fn answer(status: StatusCode, words: &'static str) -> Response<Whole> {
    let mut response = Response::new(Whole(Some(Bytes::from_static(words.as_bytes()))));
    *response.status_mut() = status;
    response
}

/// An answer in JSON.
pub(crate) fn json(bytes: Bytes) -> Response<Whole> {
    let mut response = Response::new(Whole(Some(bytes)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A certificate for the loopback interface: how to serve with it, itself, and its fingerprint.
pub(crate) fn certificate() -> Result<(TlsAcceptor, String, String)> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Options, "cannot make a certificate").with_source(error)
    };
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| failed(error.into()))?;
    let der = made.cert.der().clone();
    let digest = ring::digest::digest(&ring::digest::SHA256, &der);
    let fingerprint = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.into()))?
        .with_no_client_auth()
        .with_single_cert(vec![der], key)
        .map_err(|error| failed(error.into()))?;
    Ok((TlsAcceptor::from(Arc::new(config)), made.cert.pem(), fingerprint))
}
