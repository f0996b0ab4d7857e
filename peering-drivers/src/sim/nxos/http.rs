//! The server in front of the router: NX-API over HTTPS, and over plain HTTP where that is wanted.

use hyper::body::Incoming;
use hyper::header::{HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::sleep;

use super::seat::{Failure, Seat};
use super::{Device, rpc};
use crate::sim::Exchange;
use crate::sim::fault::{FaultKind, FaultPoint};
use crate::sim::https::{Cut, Done, Door, Service, Whole, answer, collect, json, under};

/// What the server knows.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) door: Door,
}

impl Service for Host {
    fn door(&self) -> &Door {
        &self.door
    }

    async fn serve(self, request: Request<Incoming>, _asks_password: bool) -> Result<Response<Whole>, Cut> {
        if !self.is_served() {
            return Err(Cut);
        }
        if request.uri().path() != "/ins" {
            return Ok(answer(StatusCode::NOT_FOUND, "Not Found"));
        }
        if request.method() != Method::POST {
            return Ok(answer(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        }
        let Some(user) = self.door.user(&request).map(|user| user.name.clone()) else {
            let mut response =
                answer(StatusCode::UNAUTHORIZED, "<html><body>401 Unauthorized</body></html>\n");
            let realm = HeaderValue::from_static("Basic realm=\"Secure Zone\"");
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
                let code = if status == 0 { -32602 } else { i64::from(status) };
                (Some((at, Failure { code, ..Failure::refused(output) })), None)
            }
            other => (None, other.map(|(_, kind)| kind)),
        };
        let host = self.clone();
        under(fault, move || host.execute(&user, &request, failing)).await
    }
}

impl Host {
    /// Whether the configuration lets NX-API answer at all.
    fn is_served(&self) -> bool {
        let world = self.door.shared.lock();
        world.router::<Device>(self.door.router).is_some_and(|device| device.view.has_api)
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
    fn execute(&self, user: &str, request: &rpc::Request, failing: Option<(usize, Failure)>) -> Done {
        self.door.shared.change(|world| {
            if let Some(device) = world.router_mut::<Device>(self.door.router) {
                device.log.push(Exchange {
                    user: user.to_owned(),
                    commands: request.commands.iter().map(|command| command.line.clone()).collect(),
                });
            }
            let mut seat = Seat::api(self.door.router, user);
            let words = request.answer(&mut seat, world, failing).to_string();
            Done { words, busy: seat.busy }
        })
    }
}
