//! The server in front of the router: eAPI over HTTPS, and over plain HTTP and a Unix socket where that is wanted.

use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::{Instant, sleep};

use super::cli::{Cli, Failure};
use super::{Device, Exchange, rpc};
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::https::{Cut, Done, Door, Service, Whole, answer, collect, json, under};

/// What the server knows.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) door: Door,
    pub(crate) enable_secret: Option<String>,
}

impl Service for Host {
    fn door(&self) -> &Door {
        &self.door
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
        let user = if asks_password { self.door.user(&request) } else { self.door.users.first() };
        let Some(user) = user.map(|user| user.name.clone()) else {
            let words = "Unable to authenticate user: Bad username/password combination\n";
            let mut response = answer(StatusCode::UNAUTHORIZED, words);
            let realm = HeaderValue::from_static("Basic realm=\"COMMAND_API_AUTH\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, realm);
            return Ok(response);
        };
        let body = collect(request.into_body()).await?;
        sleep(self.door.latency).await;
        let request = match rpc::Request::read(&body) {
            Ok(request) => request,
            Err(rpc::Malformed(words)) => return Ok(json(words.to_string().into())),
        };
        let (failing, fault) = match self.fault(&request) {
            Some((at, FaultKind::Fail { status, output })) => {
                (Some((at, Failure { code: i64::from(status), errors: vec![output] })), None)
            }
            other => (None, other.map(|(_, kind)| kind)),
        };
        let host = self.clone();
        let work = move || Done { words: host.execute(&user, &request, failing), busy: Duration::ZERO };
        under(fault, work).await
    }
}

impl Host {
    /// Whether the configuration lets eAPI answer at all.
    fn is_served(&self) -> bool {
        self.door.shared.lock().router::<Device>(self.door.router).is_some_and(|device| device.view.has_api)
    }

    /// The fault that strikes at the first command that it is for.
    fn fault(&self, request: &rpc::Request) -> Option<(usize, FaultKind)> {
        request.commands.iter().enumerate().find_map(|(index, command)| {
            let is_here = |at: &FaultPoint| {
                matches!(at, FaultPoint::Command(start) if command.line.trim_start().starts_with(start.as_str()))
            };
            Some((index, self.door.strike(is_here)?))
        })
    }

    /// Runs the commands in one go, as nobody else can come between.
    fn execute(&self, user: &str, request: &rpc::Request, failing: Option<(usize, Failure)>) -> String {
        let now = Instant::now();
        let due = |device: Option<&mut Device>| device?.due();
        let (words, before, after) = self.door.shared.change(|world| {
            if let Some(device) = world.router_mut::<Device>(self.door.router) {
                device.expire(now);
                device.log.push(Exchange {
                    user: user.to_owned(),
                    commands: request.commands.iter().map(|command| command.line.clone()).collect(),
                });
            }
            let before = due(world.router_mut(self.door.router));
            let mut cli = Cli::new(world, self.door.router, user, self.enable_secret.clone());
            let words = request.answer(&mut cli, failing).to_string();
            (words, before, due(world.router_mut(self.door.router)))
        });
        if let Some(deadline) = after.filter(|_| after != before) {
            Device::wake_at(&self.door.shared, self.door.router, deadline);
        }
        words
    }
}
