//! A Peering Manager in this process: lists in pages, single records, tokens, and faults on demand.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The token that it accepts.
pub const TOKEN: &str = "a-good-token";

/// The most records of a page, whatever is asked for.
const MOST: usize = 3;

/// What it does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers with this status and a few words.
    Status(u16),
    /// It answers with a page of the web site.
    WebPage,
    /// It answers with half a page of records.
    HalfAPage,
    /// It ends the connection after half an answer.
    Broken,
    /// It does not answer for a long time.
    Silence,
}

#[derive(Default)]
struct World {
    lists: BTreeMap<String, Vec<Value>>,
    faults: VecDeque<(String, Fault)>,
    forbidden: Vec<String>,
    /// What stands before the path in addresses of further pages, where it is not its own.
    elsewhere: Option<String>,
    seen: Vec<String>,
}

/// A running server. It ends with the runtime.
#[derive(Clone)]
pub struct FakePeeringManager {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
}

impl std::fmt::Debug for FakePeeringManager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakePeeringManager").field("address", &self.address).finish_non_exhaustive()
    }
}

impl FakePeeringManager {
    /// Starts a server without records on a free port of the loopback interface.
    ///
    /// # Panics
    /// When the port cannot be opened.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a local address");
        let server = FakePeeringManager { world: Arc::default(), address };
        let app = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    /// The same with the records of a directory of answers, `<app>/<endpoint>[.<page>].json`.
    ///
    /// # Panics
    /// When the directory does not hold answers.
    pub async fn with_records(directory: &Path) -> Self {
        let server = Self::start().await;
        let mut files = Vec::new();
        for app in std::fs::read_dir(directory).expect("a directory").flatten() {
            files.extend(
                std::fs::read_dir(app.path()).expect("a directory").flatten().map(|file| file.path()),
            );
        }
        // "x.2.json" stands before "x.json", but the first page comes first.
        files.sort_by_key(|path| (path.to_string_lossy().len(), path.clone()));
        for path in files {
            let text = std::fs::read_to_string(&path).expect("an answer");
            let page: Value = serde_json::from_str(&text).expect("JSON");
            let within = path.strip_prefix(directory).expect("a path within").to_string_lossy().into_owned();
            let endpoint = within.split('.').next().unwrap_or_default().to_owned();
            let rows = page["results"].as_array().expect("records").clone();
            server.world().lists.entry(endpoint).or_default().extend(rows);
        }
        server
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a list with these records.
    pub fn put(&self, endpoint: &str, rows: Vec<Value>) {
        self.world().lists.insert(endpoint.to_owned(), rows);
    }

    /// Takes a list away, as if this version did not have it.
    pub fn remove(&self, endpoint: &str) -> Vec<Value> {
        self.world().lists.remove(endpoint).unwrap_or_default()
    }

    /// Lets the next request for an endpoint fail.
    pub fn fail(&self, endpoint: &str, fault: Fault) {
        self.world().faults.push_back((endpoint.to_owned(), fault));
    }

    /// Forgets all failures to come.
    pub fn recover(&self) {
        self.world().faults.clear();
    }

    /// Lets nobody read an endpoint.
    pub fn forbid(&self, endpoint: &str) {
        self.world().forbidden.push(endpoint.to_owned());
    }

    /// Gives addresses of further pages that begin so.
    pub fn point_elsewhere(&self, origin: &str) {
        self.world().elsewhere = Some(origin.to_owned());
    }

    /// The requests so far, each as path and query, which are forgotten.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.world().seen)
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse(status: StatusCode, detail: &str) -> Response {
    (status, axum::Json(json!({ "detail": detail }))).into_response()
}

async fn answer(
    State(server): State<FakePeeringManager>,
    Query(query): Query<BTreeMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let fault = {
        let mut world = server.world();
        world.seen.push(uri.to_string());
        let path = uri.path();
        let position = world.faults.iter().position(|(endpoint, _)| path == format!("/api/{endpoint}/"));
        position.and_then(|position| world.faults.remove(position)).map(|(_, fault)| fault)
    };
    match fault {
        Some(Fault::Status(status)) => {
            return refuse(StatusCode::from_u16(status).unwrap_or_default(), "Something went wrong.");
        }
        Some(Fault::WebPage) => {
            return axum::response::Html("<html><title>Log in</title></html>").into_response();
        }
        Some(Fault::HalfAPage) => return "{\"count\": 9, \"results\": [{\"id\": 1".into_response(),
        Some(Fault::Broken) => {
            return ([(header::CONTENT_LENGTH, "1000")], axum::body::Body::from_stream(broken()))
                .into_response();
        }
        Some(Fault::Silence) => tokio::time::sleep(Duration::from_secs(600)).await,
        None => {}
    }
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token != Some(&format!("Token {TOKEN}")) {
        return refuse(StatusCode::FORBIDDEN, "Invalid token");
    }
    server.world().reply(uri.path(), &query, &server.url())
}

/// The beginning of an answer, and then an error.
fn broken() -> impl futures_util::Stream<Item = Result<&'static str, std::io::Error>> {
    futures_util::stream::iter([Ok("{\"count\": 2, "), Err(std::io::Error::other("gone"))])
}

impl World {
    fn reply(&self, path: &str, query: &BTreeMap<String, String>, own: &str) -> Response {
        let missing = || refuse(StatusCode::NOT_FOUND, "No such page.");
        let Some(path) = path.strip_prefix("/api/").and_then(|path| path.strip_suffix('/')) else {
            return missing();
        };
        if self.forbidden.iter().any(|endpoint| endpoint == path) {
            return refuse(StatusCode::FORBIDDEN, "You do not have permission to perform this action.");
        }
        let Some(rows) = self.lists.get(path) else {
            let single = path.rsplit_once('/').and_then(|(endpoint, id)| {
                let id: u64 = id.parse().ok()?;
                self.lists.get(endpoint)?.iter().find(|row| row["id"] == id)
            });
            return single.map_or_else(missing, |row| axum::Json(row).into_response());
        };
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
        let (limit, offset) = (number("limit").unwrap_or(50).min(MOST), number("offset").unwrap_or(0));
        let page: Vec<&Value> = rows.iter().skip(offset).take(limit).collect();
        let origin = self.elsewhere.as_deref().unwrap_or(own);
        let address = |offset: usize| format!("{origin}/api/{path}/?limit={limit}&offset={offset}");
        let next = (offset + limit < rows.len()).then(|| address(offset + limit));
        let previous = (offset > 0).then(|| address(offset.saturating_sub(limit)));
        let body = json!({"count": rows.len(), "next": next, "previous": previous, "results": page});
        axum::Json(body).into_response()
    }
}
