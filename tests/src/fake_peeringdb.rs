//! A PeeringDB server in this process: the parts of the real one's behaviour that a client must get right.
//!
//! Lists, single objects, `since` with tombstones, `limit` and `skip`, pages, filters (unknown ones are
//! ignored), expanded lists (cut after 250 rows, before they are cut into pages), answers made in advance, also
//! as the files `<tag>-0.json`, keys and what they show, gzip, and faults on demand.

mod fault;
mod state;

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Query, State as AxumState};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use peering_core::Secret;
use peering_core::peeringdb::{Client, ClientOptions, Limits};

pub use fault::Fault;
pub use state::State;

/// The version that the server tells.
pub const VERSION: &str = "2.83.0";

/// The most rows of an expanded list, and of a page.
const MOST_ROWS: usize = 250;

/// The key that the server accepts.
pub const KEY: &str = "a-good-key";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Type and parameters, e.g. `net?since=5`.
    pub what: String,
    /// The `User-Agent`.
    pub agent: Option<String>,
    /// The `Authorization`.
    pub authorization: Option<String>,
    /// When it came.
    pub at: std::time::Instant,
}

/// Objects by type.
pub type Tables = BTreeMap<String, Vec<Value>>;

type Change = Box<dyn FnMut(&str, &mut Tables) + Send>;

#[derive(Default)]
struct World {
    tables: Tables,
    /// Lists made in advance, with the time they were made.
    published: BTreeMap<String, (Vec<Value>, i64)>,
    faults: VecDeque<Fault>,
    /// Faults that wait for a certain request.
    traps: Vec<(String, Fault)>,
    /// Requests for this get no answer until it is taken away.
    held: Option<String>,
    seen: Vec<Seen>,
    /// Runs after a list was answered: the world moves on while a client is at work.
    after_list: Option<Change>,
}

/// A running server. It ends with the runtime.
#[derive(Clone)]
pub struct FakePeeringDb {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
}

impl std::fmt::Debug for FakePeeringDb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakePeeringDb").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The types the server knows.
const TAGS: [&str; 13] = [
    "org",
    "campus",
    "fac",
    "net",
    "ix",
    "carrier",
    "carrierfac",
    "ixfac",
    "ixlan",
    "ixpfx",
    "netfac",
    "netixlan",
    "poc",
];

impl FakePeeringDb {
    /// Starts a server without any objects on a free port of the loopback interface.
    ///
    /// # Panics
    /// When the port cannot be opened.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a local address");
        let server = FakePeeringDb { world: Arc::default(), address };
        let app = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    /// The address to give to a client.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How to ask this server: as often as one likes, and with little patience for failures.
    pub fn options(&self) -> ClientOptions {
        ClientOptions {
            base_url: self.url(),
            limits: Limits::none(),
            retry_budget: std::time::Duration::from_secs(10),
            ..ClientOptions::default()
        }
    }

    /// A client with [these options](FakePeeringDb::options).
    ///
    /// # Panics
    /// When there can be none.
    pub fn client(&self) -> Client {
        Client::new(self.options()).expect("a client")
    }

    /// The same with an API key.
    ///
    /// # Panics
    /// When there can be none.
    pub fn client_with_key(&self, key: &str) -> Client {
        let api_key = Some(Secret::new(key));
        Client::new(ClientOptions { api_key, ..self.options() }).expect("a client")
    }

    /// Adds or replaces an object. Without a time it gets one.
    pub fn put(&self, tag: &str, row: Value) {
        put(&mut self.world().tables, tag, row);
    }

    /// Replaces everything of a type with complete rows.
    pub fn fill(&self, tag: &str, rows: Vec<Value>) {
        self.world().tables.insert(tag.to_owned(), rows);
    }

    /// Deletes an object at this time, as the real server does: it stays as a tombstone.
    pub fn delete(&self, tag: &str, id: u64, updated: &str) {
        let mut world = self.world();
        for row in world.tables.entry(tag.to_owned()).or_default() {
            if row["id"] == id {
                row["status"] = json!("deleted");
                row["updated"] = json!(updated);
            }
        }
    }

    /// Removes an object without a trace.
    pub fn forget(&self, tag: &str, id: u64) {
        self.world().tables.entry(tag.to_owned()).or_default().retain(|row| row["id"] != id);
    }

    /// Everything of a type, tombstones included.
    pub fn rows(&self, tag: &str) -> Vec<Value> {
        self.world().tables.get(tag).cloned().unwrap_or_default()
    }

    /// Makes the bare list of a type, and the file with it, in advance, as of this Unix second; they stay so
    /// whatever changes. Without this there is no file.
    pub fn publish(&self, tag: &str, generated: i64) {
        let mut world = self.world();
        let rows = world.tables.get(tag).cloned().unwrap_or_default();
        world.published.insert(tag.to_owned(), (rows, generated));
    }

    /// Lets the next requests fail, one fault each.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world().faults.extend(faults);
    }

    /// Lets the next request for this fail, whatever is asked before. `what` is a path, e.g. `net` for the bare list, or
    /// the beginning of a path with parameters, e.g. `net?since=`.
    pub fn fail_at(&self, what: &str, fault: Fault) {
        self.world().traps.push((what.to_owned(), fault));
    }

    /// Gives no answers to this, as for [`fail_at`](FakePeeringDb::fail_at), until it is told to with `None`.
    pub fn hold(&self, what: Option<&str>) {
        self.world().held = what.map(str::to_owned);
    }

    /// Runs this after each list was answered.
    pub fn after_list(&self, change: impl FnMut(&str, &mut Tables) + Send + 'static) {
        self.world().after_list = Some(Box::new(change));
    }

    /// What was asked so far, as in [`Seen::what`], which is forgotten by this.
    pub fn asked(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.what).collect()
    }

    /// Whether this has been asked, as for [`fail_at`](FakePeeringDb::fail_at). Forgets nothing.
    pub fn has_been_asked(&self, what: &str) -> bool {
        self.world().seen.iter().any(|seen| is_for(&seen.what, what))
    }

    /// The requests so far, which are forgotten by this.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.world().seen)
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds or replaces an object in a set of tables.
pub fn put(tables: &mut Tables, tag: &str, row: Value) {
    let mut row = row;
    for (name, default) in
        [("status", "ok"), ("updated", "2026-01-01T00:00:00Z"), ("created", "2020-01-01T00:00:00Z")]
    {
        if row.get(name).is_none() {
            row[name] = json!(default);
        }
    }
    let table = tables.entry(tag.to_owned()).or_default();
    table.retain(|other| other["id"] != row["id"]);
    table.push(row);
    table.sort_by_key(|row| row["id"].as_u64());
}

/// Whether a request is one for this: the same path, or what begins so with parameters.
fn is_for(asked: &str, what: &str) -> bool {
    asked == what || what.contains('?') && asked.starts_with(what)
}

async fn answer(
    AxumState(server): AxumState<FakePeeringDb>,
    method: Method,
    uri: Uri,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let path = uri.path().trim_start_matches("/api/").trim_matches('/').to_owned();
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    let what = format!("{path}{query}");
    let fault = {
        let mut world = server.world();
        world.seen.push(Seen {
            what: what.clone(),
            agent: text(header::USER_AGENT),
            authorization: text(header::AUTHORIZATION),
            at: std::time::Instant::now(),
        });
        let trap = world.traps.iter().position(|(trap, _)| is_for(&what, trap));
        trap.map(|at| world.traps.remove(at).1).or_else(|| world.faults.pop_front())
    };
    while server.world().held.as_deref().is_some_and(|held| is_for(&what, held)) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    if let Some(fault) = fault.or_else(|| Fault::ahead(&path)) {
        return fault.response().await;
    }
    if method != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut world = server.world();
    match text(header::USER_AGENT) {
        None => return page(StatusCode::FORBIDDEN),
        Some(agent) if agent.starts_with("PeeringDB/") => {
            return error(StatusCode::BAD_REQUEST, "client version");
        }
        Some(_) => {}
    }
    let with_key = match text(header::AUTHORIZATION) {
        None => false,
        Some(value) if value == format!("Api-Key {KEY}") => true,
        Some(value) if value.starts_with("Api-Key ") => {
            return error(StatusCode::UNAUTHORIZED, "Invalid API key");
        }
        Some(_) => return error(StatusCode::BAD_REQUEST, "Unknown authorization method"),
    };
    let answer = match path.rsplit('/').next().and_then(|name| name.strip_suffix("-0.json")) {
        Some(tag) => world.file(tag),
        None => world.answer(&path, &parameters, with_key),
    };
    let body = match answer {
        Ok(body) => body,
        Err(response) => return *response,
    };
    if let Some(mut change) = world.after_list.take() {
        change(&path, &mut world.tables);
        world.after_list = Some(change);
    }
    let body = body.to_string().into_bytes();
    let version = header::HeaderName::from_static("x-app-version");
    let kind = [(header::CONTENT_TYPE, "application/json"), (version, VERSION)];
    if text(header::ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip")) {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        if gz.write_all(&body).is_ok()
            && let Ok(packed) = gz.finish()
        {
            return (kind, [(header::CONTENT_ENCODING, "gzip")], packed).into_response();
        }
    }
    (kind, body).into_response()
}

impl World {
    /// The file of a list made in advance, as anybody may see it.
    fn file(&self, tag: &str) -> Result<Value, Box<Response>> {
        match self.published.get(tag) {
            Some((rows, generated)) => Ok(made_in_advance(tag, rows, *generated, false)),
            None => Err(Box::new(page(StatusCode::NOT_FOUND))),
        }
    }

    fn answer(
        &self,
        path: &str,
        parameters: &[(String, String)],
        with_key: bool,
    ) -> Result<Value, Box<Response>> {
        let refuse = |status, text: &str| Err(Box::new(error(status, text)));
        let parameter =
            |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if let Some(asn) = path.strip_prefix("as_set/") {
            let net = self.rows("net").find(|net| plain(&net["asn"]) == asn);
            return match net {
                Some(net) => Ok(json!({"data": [{asn: net["irr_as_set"]}], "meta": {}})),
                None => refuse(StatusCode::NOT_FOUND, "Not found."),
            };
        }
        let (tag, id) = path.split_once('/').map_or((path, None), |(tag, id)| (tag, Some(id)));
        if !TAGS.contains(&tag) {
            return Err(Box::new(page(StatusCode::NOT_FOUND)));
        }
        let visible = |row: &&Value| visible(tag, row, with_key);
        if let Some(id) = id {
            let Some(row) = self.rows(tag).find(|row| plain(&row["id"]) == id) else {
                return refuse(StatusCode::NOT_FOUND, "Entity not found");
            };
            if !visible(&row) {
                return Err(Box::new(StatusCode::FORBIDDEN.into_response()));
            }
            let mut row = row.clone();
            if parameter("depth").unwrap_or("2") != "0" {
                row["expanded_set"] = json!([1, 2]);
            }
            return Ok(json!({"data": [row], "meta": {}}));
        }
        if parameters.is_empty()
            && let Some((rows, generated)) = self.published.get(tag)
        {
            return Ok(made_in_advance(tag, rows, *generated, with_key));
        }
        let mut rows: Vec<&Value> = self.tables.get(tag).into_iter().flatten().collect();
        match parameter("since").map(str::parse::<i64>) {
            Some(Err(_)) => return refuse(StatusCode::BAD_REQUEST, "'since' needs to be a unix timestamp"),
            Some(Ok(since)) => {
                rows.retain(|row| seconds(&row["updated"]) > since);
                rows.sort_by_key(|row| seconds(&row["updated"]));
            }
            None => rows.retain(|row| row["status"] != "deleted"),
        }
        for (name, value) in parameters {
            let (field, suffix) = name.split_once("__").unwrap_or((name, ""));
            // What is no field is ignored, and so is an unknown suffix.
            if rows.iter().any(|row| row.get(field).is_some()) {
                rows.retain(|row| passes(&row[field], suffix, value));
            }
        }
        if rows.is_empty() && (parameter("id").is_some() || (tag == "net" && parameter("asn").is_some())) {
            let body = json!({"data": [], "meta": {"error": "Entity not found"}}).to_string();
            return Err(Box::new((StatusCode::NOT_FOUND, body).into_response()));
        }
        let number = |name| parameter(name).and_then(|text| text.parse::<usize>().ok());
        let mut meta = json!({});
        // As on the real server the slice is cut first, then what is expanded, then the page; what the caller
        // may not see is left out last.
        let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        rows = rows.into_iter().skip(number("skip").unwrap_or_default()).take(limit).collect();
        let depth = number("depth").unwrap_or_default();
        if depth > 0 && rows.len() > MOST_ROWS {
            rows.truncate(MOST_ROWS);
            meta["truncated"] =
                json!(format!("Your search query (with depth {depth}) returned more than {MOST_ROWS} rows"));
        }
        if let Some(page) = number("page") {
            let size = number("per_page").unwrap_or(MOST_ROWS).clamp(1, MOST_ROWS);
            let pages = rows.len().div_ceil(size).max(1);
            if page == 0 || page > pages {
                return refuse(StatusCode::NOT_FOUND, "Invalid page.");
            }
            meta["pagination"] = json!({"count": rows.len(), "has_next": page < pages, "page": page});
            rows = rows.into_iter().skip((page - 1) * size).take(size).collect();
        }
        let mut rows: Vec<Value> =
            rows.into_iter().filter(visible).map(|row| projected(row, parameter("fields"))).collect();
        if depth > 0 {
            rows.iter_mut().for_each(|row| row["expanded_set"] = json!([1, 2]));
        }
        Ok(json!({"data": rows, "meta": meta}))
    }

    fn rows(&self, tag: &str) -> impl Iterator<Item = &Value> {
        self.tables.get(tag).into_iter().flatten().filter(|row| row["status"] != "deleted")
    }
}

fn visible(tag: &str, row: &Value, with_key: bool) -> bool {
    tag != "poc" || row["visible"] != "Users" || with_key
}

fn made_in_advance(tag: &str, rows: &[Value], generated: i64, with_key: bool) -> Value {
    let rows: Vec<&Value> =
        rows.iter().filter(|row| row["status"] != "deleted" && visible(tag, row, with_key)).collect();
    json!({"data": rows, "meta": {"generated": generated as f64 + 0.25}})
}

/// Whether a field passes a filter.
fn passes(field: &Value, suffix: &str, wanted: &str) -> bool {
    let have = plain(field);
    let lower = |text: &str| text.to_lowercase();
    let order = match (have.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(have), Ok(wanted)) => have.partial_cmp(&wanted),
        _ => Some(have.as_str().cmp(wanted)),
    };
    match suffix {
        "" if field.is_boolean() => *field == (wanted == "1" || lower(wanted) == "true"),
        "" => lower(&have) == lower(wanted),
        "in" => wanted.split(',').any(|wanted| wanted == have),
        "contains" => lower(&have).contains(&lower(wanted)),
        "startswith" => lower(&have).starts_with(&lower(wanted)),
        "lt" => order.is_some_and(|order| order.is_lt()),
        "lte" => order.is_some_and(|order| order.is_le()),
        "gt" => order.is_some_and(|order| order.is_gt()),
        "gte" => order.is_some_and(|order| order.is_ge()),
        _ => true,
    }
}

fn projected(row: &Value, fields: Option<&str>) -> Value {
    let (Some(fields), Value::Object(row)) = (fields, row) else { return row.clone() };
    let names: Vec<&str> = fields.split(',').collect();
    Value::Object(
        row.iter()
            .filter(|(name, _)| names.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect(),
    )
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn seconds(value: &Value) -> i64 {
    let time: Option<jiff::Timestamp> = value.as_str().and_then(|text| text.parse().ok());
    time.map_or(0, jiff::Timestamp::as_second)
}

fn error(status: StatusCode, text: &str) -> Response {
    (status, json!({"meta": {"error": text}}).to_string()).into_response()
}

fn page(status: StatusCode) -> Response {
    let body = "<!doctype html><html><head><title>Not today</title></head><body>…</body></html>";
    (status, [(header::CONTENT_TYPE, "text/html")], body).into_response()
}
