//! The server in front of the router: eAPI over HTTPS, and over plain HTTP and a Unix socket where that is wanted.

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
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_rustls::TlsAcceptor;

use super::cli::{Cli, Failure};
use super::{Device, Exchange, rpc};
use crate::sim::fabric::Shared;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::links::Links;
use crate::sim::router::User;

/// What the server knows.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) users: Arc<[User]>,
    pub(crate) enable_secret: Option<String>,
    pub(crate) latency: Duration,
    pub(crate) links: Links,
}

/// The connection is cut instead of an answer.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

/// A body that is there as a whole.
#[derive(Debug)]
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

impl Host {
    /// Listens on a free port of the loopback interface, with TLS or without.
    pub(crate) async fn listen(&self, tls: Option<TlsAcceptor>) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let host = self.clone();
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
                        host.welcome(socket, move |socket| async move { tls.accept(socket).await.ok() }, true)
                    }
                    None => host.welcome(socket, |socket| async { Some(socket) }, true),
                }
            }
        });
        self.links.listen(accept.abort_handle());
        Ok(addr)
    }

    /// Listens on a Unix socket, without authentication, as EOS does.
    pub(crate) fn listen_at(&self, path: &Path) -> io::Result<()> {
        let listener = UnixListener::bind(path)?;
        let host = self.clone();
        let accept = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                host.welcome(socket, |socket| async { Some(socket) }, false);
            }
        });
        self.links.listen(accept.abort_handle());
        Ok(())
    }

    fn strike(&self, is_here: impl Fn(&FaultPoint) -> bool) -> Option<FaultKind> {
        self.shared.lock().chassis_mut(self.router)?.faults.strike(is_here)
    }

    /// Serves a connection in a task of its own.
    fn welcome<S, T, F>(
        &self,
        socket: S,
        shake_hands: impl FnOnce(S) -> F + Send + 'static,
        asks_password: bool,
    ) where
        S: AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        F: Future<Output = Option<T>> + Send,
    {
        let fault = self.strike(|at| *at == FaultPoint::Connect);
        let host = self.clone();
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
            let service = service_fn(|request| host.clone().serve(request, asks_password));
            // An error is the client's, or a fault that was asked for.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        self.links.add(task.abort_handle());
    }

    async fn serve(self, request: Request<Incoming>, asks_password: bool) -> Result<Response<Whole>, Cut> {
        if !self.is_served() {
            return Err(Cut);
        }
        if request.uri().path() != "/command-api" {
            return Ok(answer(StatusCode::NOT_FOUND, "Not Found"));
        }
        if request.method() != Method::POST {
            return Ok(answer(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        }
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let user = if asks_password { self.user(header) } else { self.users.first() };
        let Some(user) = user.map(|user| user.name.clone()) else {
            let words = "Unable to authenticate user: Bad username/password combination\n";
            let mut response = answer(StatusCode::UNAUTHORIZED, words);
            let realm = hyper::header::HeaderValue::from_static("Basic realm=\"COMMAND_API_AUTH\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, realm);
            return Ok(response);
        };
        let body = collect(request.into_body()).await.map_err(|_| Cut)?;
        sleep(self.latency).await;
        let request = match rpc::Request::read(&body) {
            Ok(request) => request,
            Err(rpc::Malformed(words)) => return Ok(json(words.to_string().into())),
        };
        let fault = self.fault(&request);
        match &fault {
            Some((_, FaultKind::DropBefore)) => return Err(Cut),
            Some((_, FaultKind::Stall)) => std::future::pending::<()>().await,
            _ => {}
        }
        let failing = match &fault {
            Some((at, FaultKind::Fail { status, output })) => {
                Some((*at, Failure { code: i64::from(*status), errors: vec![output.clone()] }))
            }
            _ => None,
        };
        let late = match &fault {
            Some((_, FaultKind::Late(time))) => *time,
            _ => Duration::ZERO,
        };
        let host = self.clone();
        // not in this task, which ends when the client goes away
        let work = tokio::spawn(async move {
            sleep(late).await;
            host.execute(&user, &request, failing)
        });
        let words = work.await.map_err(|_| Cut)?;
        match fault {
            Some((_, FaultKind::Delay(time))) => {
                sleep(time).await;
                Ok(json(words.into()))
            }
            Some((_, FaultKind::DropAfter)) => Err(Cut),
            Some((_, FaultKind::Garbage(bytes))) => Ok(json(bytes.into())),
            _ => Ok(json(words.into())),
        }
    }

    /// Whether the configuration lets eAPI answer at all.
    fn is_served(&self) -> bool {
        self.shared.lock().router::<Device>(self.router).is_some_and(|device| device.view.has_api)
    }

    fn user(&self, header: Option<&str>) -> Option<&User> {
        let decoded = BASE64_STANDARD.decode(header?.strip_prefix("Basic ")?.trim()).ok()?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (name, password) = decoded.split_once(':')?;
        self.users.iter().find(|user| user.name == name && user.password.expose() == password)
    }

    /// The fault that strikes at the first command that it is for.
    fn fault(&self, request: &rpc::Request) -> Option<(usize, FaultKind)> {
        request.commands.iter().enumerate().find_map(|(index, command)| {
            let is_here = |at: &FaultPoint| {
                matches!(at, FaultPoint::Command(start) if command.line.trim_start().starts_with(start.as_str()))
            };
            Some((index, self.strike(is_here)?))
        })
    }

    /// Runs the commands in one go, as nobody else can come between.
    fn execute(&self, user: &str, request: &rpc::Request, failing: Option<(usize, Failure)>) -> String {
        let now = Instant::now();
        let due = |device: Option<&mut Device>| device?.store.timer.as_ref().map(|timer| timer.deadline);
        let (words, before, after) = self.shared.change(|world| {
            if let Some(device) = world.router_mut::<Device>(self.router) {
                device.expire(now);
                device.log.push(Exchange {
                    user: user.to_owned(),
                    commands: request.commands.iter().map(|command| command.line.clone()).collect(),
                });
            }
            let before = due(world.router_mut(self.router));
            let mut cli = Cli::new(world, self.router, user, self.enable_secret.clone());
            let words = request.answer(&mut cli, failing).to_string();
            (words, before, due(world.router_mut(self.router)))
        });
        if let Some(deadline) = after.filter(|_| after != before) {
            self.wake_at(deadline);
        }
        words
    }

    /// Looks after the commit timer when it runs out, whoever is there.
    fn wake_at(&self, deadline: Instant) {
        let (shared, router) = (Arc::downgrade(&self.shared), self.router);
        tokio::spawn(async move {
            sleep_until(deadline).await;
            let Some(shared) = shared.upgrade() else { return };
            shared.change(|world| {
                if let Some(device) = world.router_mut::<Device>(router) {
                    device.expire(Instant::now());
                }
            });
        });
    }
}

async fn collect(mut body: Incoming) -> Result<Vec<u8>, hyper::Error> {
    let mut all = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        if let Ok(data) = frame?.into_data() {
            all.extend_from_slice(&data);
        }
    }
    Ok(all)
}

fn answer(status: StatusCode, words: &'static str) -> Response<Whole> {
    let mut response = Response::new(Whole(Some(Bytes::from_static(words.as_bytes()))));
    *response.status_mut() = status;
    response
}

fn json(bytes: Bytes) -> Response<Whole> {
    let mut response = Response::new(Whole(Some(bytes)));
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
    response
}
