//! A PeeringDB server for measuring and comparing: files of answers over real HTTP, in a process of its own.
//!
//! It answers the bare list of a type (`/api/net`) and PeeringDB's public file (`/net-0.json`) with the file as it
//! stands, packed once at the start so that measurements see as little of the server's work as possible; one object
//! (`/api/net/5`); and lists with `since`, `id`, `id__in` and `fields`. A day of changes can be switched on while it
//! runs (`POST /-/delta`) and off again (`DELETE`). It knows no other filter and says so instead of ignoring it as PeeringDB would, has no
//! keys, no limits and no faults: the tests' own server has those.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use peering_core::peeringdb::ObjectType;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// What the server serves.
pub struct Server {
    types: BTreeMap<&'static str, Served>,
    /// Whether the changes are visible.
    changed: AtomicBool,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("types", &self.types.len()).finish_non_exhaustive()
    }
}

/// One type.
struct Served {
    /// The bare list, as its file has it.
    list: Bytes,
    packed: Bytes,
    rows: BTreeMap<u64, Row>,
    /// The rows of a later day.
    changes: BTreeMap<u64, Row>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Box<RawValue>>,
}

/// What the server looks at in a row.
#[derive(Deserialize)]
struct Head {
    id: u64,
    updated: Option<jiff::Timestamp>,
    status: Option<String>,
}

struct Row {
    head: Head,
    text: Box<RawValue>,
}

impl Row {
    /// Unix seconds.
    fn updated(&self) -> i64 {
        self.head.updated.map_or(0, jiff::Timestamp::as_second)
    }

    fn is_listed(&self) -> bool {
        !matches!(self.head.status.as_deref(), Some("deleted" | "pending"))
    }
}

impl Server {
    /// Reads `<tag>.json` of every type from these folders and packs the lists. A type without a file is unknown.
    ///
    /// # Errors
    /// What cannot be read or is no answer.
    pub fn load(directory: &Path, delta: Option<&Path>) -> io::Result<Server> {
        let mut types = BTreeMap::new();
        for object in ObjectType::ALL {
            let name = format!("{object}.json");
            let path = directory.join(&name);
            if !path.exists() {
                continue;
            }
            let list = std::fs::read(path)?;
            let changes = match delta.map(|delta| delta.join(&name)).filter(|path| path.exists()) {
                Some(path) => rows(&std::fs::read(path)?)?,
                None => BTreeMap::new(),
            };
            let served =
                Served { rows: rows(&list)?, changes, packed: packed(&list)?.into(), list: list.into() };
            types.insert(object.tag(), served);
        }
        if types.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("{} has no <tag>.json", directory.display()),
            ));
        }
        Ok(Server { types, changed: AtomicBool::new(false) })
    }

    /// Serves on the loopback interface until the standard input ends; prints its address first.
    ///
    /// # Errors
    /// If the port cannot be opened.
    pub async fn run(self, port: u16) -> io::Result<()> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        println!("http://{}", listener.local_addr()?);
        io::stdout().flush()?;
        let app = Router::new()
            .route("/-/delta", post(switch_on).delete(switch_off))
            .fallback(answer)
            .with_state(Arc::new(self));
        tokio::select! {
            outcome = axum::serve(listener, app) => outcome,
            _ = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())) => Ok(()),
        }
    }
}

fn rows(answer: &[u8]) -> io::Result<BTreeMap<u64, Row>> {
    let answer: Answer = serde_json::from_slice(answer)?;
    answer
        .data
        .into_iter()
        .map(|text| {
            let head: Head = serde_json::from_str(text.get())?;
            Ok((head.id, Row { head, text }))
        })
        .collect()
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes)?;
    gz.finish()
}

async fn switch_on(State(server): State<Arc<Server>>) -> StatusCode {
    server.changed.store(true, Ordering::SeqCst);
    StatusCode::NO_CONTENT
}

async fn switch_off(State(server): State<Arc<Server>>) -> StatusCode {
    server.changed.store(false, Ordering::SeqCst);
    StatusCode::NO_CONTENT
}

async fn answer(
    State(server): State<Arc<Server>>,
    uri: Uri,
    Query(parameters): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("gzip"));
    let changed = server.changed.load(Ordering::SeqCst);
    match uri.path().strip_prefix("/api/").map(|rest| rest.trim_end_matches('/')) {
        None => {
            let file = uri.path().trim_start_matches('/').strip_suffix("-0.json");
            match file.and_then(|tag| server.types.get(tag)) {
                Some(served) => served.file(gzip),
                None => refused(StatusCode::NOT_FOUND, "Not found."),
            }
        }
        Some(path) => {
            let (tag, id) = path.split_once('/').map_or((path, None), |(tag, id)| (tag, Some(id)));
            match server.types.get(tag) {
                None => refused(StatusCode::NOT_FOUND, "Not found."),
                Some(served) => match (id, parameters.is_empty()) {
                    (None, true) => served.file(gzip),
                    (None, false) => served.list(&parameters, changed, gzip),
                    (Some(id), _) => served.one(id, changed, gzip),
                },
            }
        }
    }
}

impl Served {
    fn file(&self, gzip: bool) -> Response {
        let body = if gzip { &self.packed } else { &self.list };
        respond(body.clone(), gzip)
    }

    fn one(&self, id: &str, changed: bool, gzip: bool) -> Response {
        let found = id.parse().ok().and_then(|id: u64| {
            let change = self.changes.get(&id).filter(|_| changed);
            change.or_else(|| self.rows.get(&id)).filter(|row| row.is_listed())
        });
        match found {
            Some(row) => found_rows(&[row], None, gzip),
            None => refused(StatusCode::NOT_FOUND, "Entity not found"),
        }
    }

    fn list(&self, parameters: &BTreeMap<String, String>, changed: bool, gzip: bool) -> Response {
        let (mut since, mut wanted, mut fields) = (None, None, None);
        for (name, value) in parameters {
            let good = match name.as_str() {
                "depth" => value == "0",
                "since" => value.parse::<i64>().map(|number| since = Some(number)).is_ok(),
                "id" | "id__in" => {
                    let ids: Result<BTreeSet<u64>, _> = value.split(',').map(str::parse).collect();
                    ids.map(|ids| wanted = Some(ids)).is_ok()
                }
                "fields" => {
                    fields = Some(value.split(',').collect::<Vec<_>>());
                    true
                }
                _ => false,
            };
            if !good {
                return refused(
                    StatusCode::BAD_REQUEST,
                    &format!("this server does not know {name}={value}"),
                );
            }
        }
        // What changed hides what was.
        let changes = changed.then_some(&self.changes).into_iter().flatten();
        let base = self.rows.iter().filter(|(id, _)| !(changed && self.changes.contains_key(id)));
        let mut rows: Vec<&Row> = base
            .chain(changes)
            .filter(|(id, _)| wanted.as_ref().is_none_or(|ids| ids.contains(id)))
            .map(|(_, row)| row)
            .filter(|row| match since {
                Some(since) => row.updated() > since,
                None => row.is_listed(),
            })
            .collect();
        match since {
            Some(_) => rows.sort_by_key(|row| (row.updated(), row.head.id)),
            None => rows.sort_by_key(|row| row.head.id),
        }
        if rows.is_empty() && parameters.contains_key("id") {
            return refused(StatusCode::NOT_FOUND, "Entity not found");
        }
        found_rows(&rows, fields.as_deref(), gzip)
    }
}

fn found_rows(rows: &[&Row], fields: Option<&[&str]>, gzip: bool) -> Response {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| match fields {
            None => row.text.get().to_owned(),
            Some(fields) => {
                let mut row: Map<String, Value> = serde_json::from_str(row.text.get()).unwrap_or_default();
                row.retain(|name, _| fields.contains(&name.as_str()));
                Value::Object(row).to_string()
            }
        })
        .collect();
    let body = format!("{{\"data\": [{}], \"meta\": {{}}}}", rows.join(", "));
    match packed(body.as_bytes()).ok().filter(|_| gzip) {
        Some(packed) => respond(packed.into(), true),
        None => respond(body.into(), false),
    }
}

fn respond(body: Bytes, gzip: bool) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
    }
    (headers, body).into_response()
}

fn refused(status: StatusCode, text: &str) -> Response {
    let body = json!({"data": [], "meta": {"error": text}}).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
