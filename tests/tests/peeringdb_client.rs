//! The PeeringDB client against a server in this process.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use peering_core::peeringdb::record::{IxLan, Net, NetIxLan, Org, Poc};
use peering_core::peeringdb::sync::{SyncOptions, sync};
use peering_core::peeringdb::{
    BulkFiles, Cache, Client, ClientOptions, Limits, Match, Query, Record, Repeats,
};
use peering_core::{Asn, Error, ErrorKind, Secret};
use peering_tests::fake_peeringdb::{FakePeeringDb, Fault, KEY, VERSION};
use serde_json::json;

/// Three networks with a connection each, contacts of the first, and their organisation.
async fn server() -> FakePeeringDb {
    let server = FakePeeringDb::start().await;
    server.put("org", json!({"id": 1, "name": "Org"}));
    for id in 1..=3 {
        let (asn, name) = (64495 + id, format!("Net {id}"));
        server.put("net", json!({"id": id, "asn": asn, "name": name, "info_ipv6": id > 1, "info_types": []}));
        server.put("netixlan", json!({"id": id, "net_id": id, "asn": asn}));
    }
    server.put("poc", json!({"id": 1, "net_id": 1, "visible": "Public"}));
    server.put("poc", json!({"id": 2, "net_id": 1, "visible": "Users"}));
    server
}

fn ids<R: Record>(rows: &[R]) -> Vec<u64> {
    rows.iter().map(Record::id).collect()
}

/// What the server has been asked since the last time.
fn asked(server: &FakePeeringDb) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.what).collect()
}

async fn refusal(client: &Client) -> Error {
    client.find(&Query::<Org>::new()).await.unwrap_err()
}

#[tokio::test]
async fn typed_questions_have_typed_answers() {
    let server = server().await;
    let client = server.client();
    let found =
        client.find(&Query::<NetIxLan>::new().asn(Match::any_of([Asn::new(64496), Asn::new(64498)]))).await;
    assert_eq!(found.unwrap().iter().map(|port| port.id).collect::<Vec<_>>(), [1, 3]);
    let named = client.find(&Query::<Net>::new().name("Net 2").fields(["name"])).await.unwrap();
    assert_eq!(named.first().unwrap().name.as_deref(), Some("Net 2"));
    assert_eq!(named.first().unwrap().asn, None);
    assert_eq!(client.by_id::<Org>(1).await.unwrap().unwrap().name.as_deref(), Some("Org"));
    assert_eq!(client.by_id::<Org>(9).await.unwrap(), None);
    assert!(client.expanded::<Org>(1, 2).await.unwrap().unwrap().extra.contains_key("expanded_set"));
    assert!(!client.by_id::<Org>(1).await.unwrap().unwrap().extra.contains_key("expanded_set"));
    assert_eq!(client.expanded::<Org>(1, 5).await.unwrap_err().kind(), ErrorKind::Options);
    // The server answers "not found" to a question for a unique value.
    assert!(client.find(&Query::<Net>::new().asn(Asn::new(64511))).await.unwrap().is_empty());
    server.put("net", json!({"id": 4, "asn": 64499, "irr_as_set": "AS-EXAMPLE"}));
    assert_eq!(client.as_set(Asn::new(64499)).await.unwrap().unwrap().irr_as_set, "AS-EXAMPLE");
    assert_eq!(client.as_set(Asn::new(64511)).await.unwrap(), None);
    server.delete("net", 4, "2026-05-05T00:00:00Z");
    let changed =
        client.changed_since("2026-05-01T00:00:00Z".parse().unwrap(), &Query::<Net>::new()).await.unwrap();
    assert!(changed.iter().all(|net| !net.status().is_live()) && changed.len() == 1);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let server = FakePeeringDb::start().await;
    for id in 1..=620 {
        server.put("org", json!({"id": id}));
    }
    let client = server.client();
    let all: Vec<Org> = client.stream(Query::new()).try_collect().await.unwrap();
    assert_eq!(all.len(), 620);
    assert_eq!(server.seen().len(), 3);
    let some: Vec<Org> = client.stream(Query::new().skip(249).limit(2)).try_collect().await.unwrap();
    assert_eq!(some.iter().map(|org| org.id).collect::<Vec<_>>(), [250, 251]);
    assert_eq!(server.seen().len(), 2);
    // A short page is not the end: here the server hides rows after it has cut the page.
    for id in 1..=300 {
        server.put("poc", json!({"id": id, "visible": if id % 2 == 0 { "Public" } else { "Users" }}));
    }
    assert_eq!(client.stream(Query::<Poc>::new()).try_collect::<Vec<_>>().await.unwrap().len(), 150);
    let short = client.find(&Query::<Poc>::new().limit(3)).await.unwrap();
    assert_eq!(short.len(), 1);
}

#[tokio::test]
async fn introduces_itself_and_shows_the_key_to_the_server_only() {
    let server = server().await;
    let other = FakePeeringDb::start().await;
    other.put("org", json!({"id": 1}));
    let client = server.client_with_key(KEY);
    assert_eq!(client.find(&Query::<Poc>::new()).await.unwrap().len(), 2);
    let seen = server.seen();
    assert_eq!(seen[0].authorization.as_deref(), Some("Api-Key a-good-key"));
    assert!(seen[0].agent.as_deref().unwrap().starts_with("peering/"));
    // Not along a redirect to somebody else.
    server.fail([Fault::Redirect(format!("{}/api/org", other.url()))]);
    client.find(&Query::<Org>::new()).await.unwrap();
    assert_eq!(other.seen()[0].authorization, None);
    assert!(!format!("{client:?}").contains(KEY));
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_says_what_to_do() {
    let server = server().await;
    let error = server.client_with_key("wrong-key").find(&Query::<Org>::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("Invalid API key") && !format!("{error:?}").contains("wrong-key"));
    let client = server.client();
    for (fault, kind) in [
        (Fault::Page(403), ErrorKind::Auth),
        (Fault::Empty(403), ErrorKind::Auth),
        (Fault::Page(400), ErrorKind::Rejected),
        (Fault::Page(404), ErrorKind::NotFound),
        (Fault::NoJson, ErrorKind::Parse),
    ] {
        server.seen();
        server.fail([fault.clone()]);
        let error = client.find(&Query::<Org>::new()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
        assert_eq!(error.host(), Some("127.0.0.1"), "{fault:?}");
        assert_eq!(server.seen().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let server = server().await;
    let client = server.client();
    for fault in [
        Fault::Throttled(1),
        Fault::ThrottledInWords("1 second"),
        Fault::Page(500),
        Fault::Empty(502),
        Fault::CutShort,
    ] {
        server.seen();
        server.fail([fault.clone()]);
        assert_eq!(client.find(&Query::<Org>::new()).await.unwrap().len(), 1, "{fault:?}");
        let seen = server.seen();
        assert_eq!(seen.len(), 2, "{fault:?}");
        assert!(seen[1].at - seen[0].at >= Duration::from_secs(1), "{fault:?}");
    }
}

#[tokio::test]
async fn waiting_has_a_budget() {
    let server = server().await;
    server.fail([Fault::Throttled(3600)]);
    let error = server.client().find(&Query::<Org>::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::RateLimited, Some(Duration::from_secs(3600)))
    );
    let nobody = ClientOptions { base_url: "http://127.0.0.1:9".to_owned(), ..server.options() };
    let error = Client::new(nobody).unwrap().find(&Query::<Org>::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn requests_keep_their_distance() {
    let server = server().await;
    let options = ClientOptions {
        limits: Limits { pace: Duration::from_millis(200), ..Limits::none() },
        ..server.options()
    };
    let client = Client::new(options).unwrap();
    let query = Query::<Org>::new();
    let clone = client.clone();
    let started = Instant::now();
    let (one, two, three) = tokio::join!(client.find(&query), clone.find(&query), client.find(&query));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    // The third may not start before two waits are over, however slow the machine is.
    assert!(server.seen()[2].at - started >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_proxy_is_used() {
    let server = server().await;
    let options = ClientOptions {
        base_url: "http://peeringdb.invalid".to_owned(),
        proxy: Some(Secret::new(server.url())),
        ..server.options()
    };
    assert_eq!(Client::new(options).unwrap().find(&Query::<Org>::new()).await.unwrap().len(), 1);
    let wrong = ClientOptions { proxy: Some("::hunter2".into()), ..ClientOptions::default() };
    let error = Client::new(wrong).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted_with_https() {
    let server = server().await;
    let options = ClientOptions { base_url: server.url().replace("http:", "https:"), ..server.options() };
    // On a machine without any CA certificates the client cannot even be made.
    let error = match Client::new(options) {
        Ok(client) => client.find(&Query::<Org>::new()).await.unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
}

#[tokio::test]
async fn the_same_question_waits_or_is_not_sent() {
    let server = server().await;
    let repeats = Repeats {
        requests: 2,
        window: Duration::from_millis(700),
        large: 1000,
        large_window: Duration::from_secs(3600),
    };
    let limits = Limits { repeats: Some(repeats), ..Limits::none() };
    let limited = || ClientOptions { limits, ..server.options() };
    let client = Client::new(limited()).unwrap();
    for _ in 0..3 {
        client.clone().find(&Query::<Org>::new()).await.unwrap();
    }
    let seen = server.seen();
    assert!(seen[2].at - seen[0].at >= Duration::from_millis(700));
    // What does not fit into the budget is not sent at all, and says when it may be.
    server.put("org", json!({"id": 2, "notes": "x".repeat(1000)}));
    let client = Client::new(limited()).unwrap();
    client.find(&Query::<Org>::new()).await.unwrap();
    let error = refusal(&client).await;
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(error.retry_after().unwrap() > Duration::from_secs(3000), "{error}");
    assert!(error.to_string().contains("not sent"), "{error}");
    // Other questions pass, and so does the same one with a key.
    let since = "2025-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(client.changed_since(since, &Query::<Org>::new()).await.unwrap().len(), 2);
    assert_eq!(server.seen().len(), 2);
    let keyed = Client::new(ClientOptions { api_key: Some(Secret::new(KEY)), ..limited() }).unwrap();
    for _ in 0..5 {
        keyed.find(&Query::<Org>::new()).await.unwrap();
    }
}

#[tokio::test]
async fn a_sync_is_not_hindered_by_the_limit_on_repetitions() {
    let server = server().await;
    let limits = Limits { pace: Duration::ZERO, ..Limits::published() };
    let client = Client::new(ClientOptions { limits, ..server.options() }).unwrap();
    let cache = Cache::in_memory().unwrap();
    sync(&cache, &client, &SyncOptions::default()).await.unwrap();
    server.put("net", json!({"id": 9, "asn": 64511, "updated": "2026-03-01T00:00:00Z"}));
    assert_eq!(sync(&cache, &client, &SyncOptions::default()).await.unwrap().changes(), 1);
}

#[tokio::test]
async fn many_values_are_asked_for_in_several_requests() {
    let server = FakePeeringDb::start().await;
    for id in 1..=400_u32 {
        let updated = format!("2026-01-01T00:{:02}:{:02}Z", (400 - id) / 60, (400 - id) % 60);
        server.put("net", json!({"id": id, "asn": 4_200_000_000 + id, "updated": updated}));
    }
    let client = server.client();
    let asns = |count: u32| Match::any_of((1..=count).rev().map(|id| Asn::new(4_200_000_000 + id)));
    let all = client.find(&Query::<Net>::new().asn(asns(400))).await.unwrap();
    assert_eq!(ids(&all), (1..=400).collect::<Vec<_>>());
    let asked = asked(&server);
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|what| what.matches("42000").count() <= 150));
    let some = client.find(&Query::<Net>::new().asn(asns(400)).skip(148).limit(4)).await.unwrap();
    assert_eq!(ids(&some), [149, 150, 151, 152]);
    let since = "2025-01-01T00:00:00Z".parse().unwrap();
    let changed = client.changed_since(since, &Query::<Net>::new().asn(asns(200)).limit(2)).await.unwrap();
    assert_eq!(ids(&changed), [200, 199]);
    let streamed: Vec<Net> =
        client.stream(Query::<Net>::new().asn(asns(400)).skip(5).limit(390)).try_collect().await.unwrap();
    assert_eq!(streamed.len(), 390);
    // Nothing is asked for nothing.
    server.seen();
    let none = || Query::<Net>::new().asn(Match::any_of([]));
    assert!(client.find(&none()).await.unwrap().is_empty());
    assert!(client.changed_since(since, &none()).await.unwrap().is_empty());
    assert!(client.stream(none()).try_collect::<Vec<_>>().await.unwrap().is_empty());
    assert!(client.stream_expanded(none(), 1).try_collect::<Vec<_>>().await.unwrap().is_empty());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn filters_as_text_mean_the_same_online_and_in_the_cache() {
    let server = server().await;
    let client = server.client();
    let cache = Cache::in_memory().unwrap();
    sync(&cache, &client, &SyncOptions::default()).await.unwrap();
    for (filters, expected) in [
        (vec![("asn__in", "64496,AS64498,64511")], vec![1, 3]),
        (vec![("asn__in", "")], vec![]),
        (vec![("asn", "AS64497")], vec![2]),
        (vec![("name__contains", "eT 2")], vec![2]),
        (vec![("name__startswith", "net")], vec![1, 2, 3]),
        (vec![("name", "Net 3"), ("info_ipv6", "true")], vec![3]),
        (vec![("info_ipv6", "0")], vec![1]),
        (vec![("id__gt", "1"), ("id__lte", "2")], vec![2]),
        (vec![("id__gte", "2"), ("id__lt", "3")], vec![2]),
        (vec![("updated__gte", "2026-01-01")], vec![1, 2, 3]),
        (vec![("updated__gt", "2026-01-01T00:00:00Z")], vec![]),
        (vec![("updated", "2026-01-01")], vec![1, 2, 3]),
    ] {
        let query = filters
            .iter()
            .try_fold(Query::<Net>::new(), |query, (filter, value)| query.filter(filter, value))
            .unwrap();
        assert_eq!(ids(&client.find(&query).await.unwrap()), expected, "online: {filters:?}");
        assert_eq!(ids(&cache.find(&query).unwrap()), expected, "in the cache: {filters:?}");
    }
    // The server would answer with everything.
    let error = Query::<Net>::new().filter("asnn", "64496").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
}

#[tokio::test]
async fn expanded_lists_lose_nothing_although_the_server_cuts_them() {
    let server = FakePeeringDb::start().await;
    for id in (1..=620).rev() {
        server.put("org", json!({"id": id, "name": format!("Org {}", id % 2)}));
    }
    for id in 1..=300 {
        server.put("poc", json!({"id": id, "visible": if id < 290 { "Users" } else { "Public" }}));
    }
    let client = server.client();
    let all: Vec<Org> = client.stream_expanded(Query::new(), 1).try_collect().await.unwrap();
    assert_eq!(ids(&all), (1..=620).collect::<Vec<_>>());
    assert!(all.iter().all(|org| org.extra.contains_key("expanded_set") && org.name.is_some()));
    let odd = Query::<Org>::new().name("Org 1").skip(10).limit(200);
    let some: Vec<Org> = client.stream_expanded(odd, 3).try_collect().await.unwrap();
    assert_eq!(ids(&some), (10..210).map(|n| 2 * n + 1).collect::<Vec<_>>());
    // Hidden rows shorten answers, but do not end them.
    let visible: Vec<Poc> = client.stream_expanded(Query::new(), 1).try_collect().await.unwrap();
    assert_eq!(ids(&visible), (290..=300).collect::<Vec<_>>());
    for depth in [0, 4] {
        let error =
            client.stream_expanded(Query::<Org>::new(), depth).try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Options);
    }
}

#[tokio::test]
async fn a_list_that_the_server_cut_is_an_error() {
    let server = server().await;
    let client = server.client();
    let cut = r#"{"data": [{"id": 1}], "meta": {"truncated": "more than 250 rows"}}"#;
    let since = "2025-01-01T00:00:00Z".parse().unwrap();
    server.fail([Fault::Body(cut), Fault::Body(cut), Fault::Body(cut)]);
    for outcome in [
        client.find(&Query::<Org>::new()).await,
        client.changed_since(since, &Query::<Org>::new()).await,
        // Rows to be skipped do not hide an error.
        client.stream(Query::<Org>::new().skip(5)).try_collect().await,
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains("more than 250 rows"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_finish_costs_a_budget_once() {
    let server = server().await;
    for fault in [Fault::Hang, Fault::Drip(Duration::from_millis(10))] {
        // The attempt alone uses the budget up, so there is no second one.
        let options = ClientOptions {
            total_timeout: Duration::from_secs(1),
            retry_budget: Duration::from_secs(1),
            ..server.options()
        };
        let client = Client::new(options).unwrap();
        server.seen();
        server.fail([fault.clone()]);
        let error = refusal(&client).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{fault:?}: {error}");
        assert!(error.to_string().contains("in vain, in one attempt"), "{error}");
        assert_eq!(server.seen().len(), 1, "{fault:?}");
        // One that recovers in time is waited for.
        let client = Client::new(ClientOptions {
            total_timeout: Duration::from_secs(1),
            retry_budget: Duration::from_secs(60),
            ..client.options().clone()
        });
        server.fail([fault.clone()]);
        assert_eq!(client.unwrap().find(&Query::<Org>::new()).await.unwrap().len(), 1, "{fault:?}");
    }
    // Silence between two pieces counts too.
    let options = ClientOptions {
        read_timeout: Duration::from_millis(100),
        retry_budget: Duration::ZERO,
        ..server.options()
    };
    server.fail([Fault::Hang]);
    assert_eq!(refusal(&Client::new(options).unwrap()).await.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn the_error_at_the_end_says_what_was_tried() {
    let server = server().await;
    server.fail([Fault::Throttled(1), Fault::Page(500), Fault::Throttled(77)]);
    let patient = ClientOptions { retry_budget: Duration::from_secs(60), ..server.options() };
    let error = refusal(&Client::new(patient).unwrap()).await;
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(Duration::from_secs(77))));
    assert_eq!((error.host(), error.operation()), (Some("127.0.0.1"), Some("GET org")));
    assert!(error.to_string().contains("in vain, in 3 attempts"), "{error}");
    // Without a word about the wait, or with a useless one, the client's own waits fill the budget.
    for fault in [Fault::Empty(429), Fault::Throttled(0)] {
        let server = FakePeeringDb::start().await;
        server.fail(vec![fault.clone(); 20]);
        assert_eq!(refusal(&server.client()).await.kind(), ErrorKind::RateLimited, "{fault:?}");
        assert!((2..20).contains(&server.seen().len()), "{fault:?}");
    }
    // Nor does it wait for ever.
    server.fail([Fault::Throttled(u64::MAX)]);
    assert_eq!(refusal(&server.client()).await.kind(), ErrorKind::RateLimited);
}

#[tokio::test]
async fn what_is_no_answer_is_named() {
    let server = server().await;
    let client = server.client();
    for (fault, words) in [
        (Fault::NoJson, "an HTML page, “Not today”"),
        (Fault::Body(""), "nothing"),
        (Fault::Body(" \n "), "nothing"),
        (Fault::Body("out of order"), "out of order"),
        (Fault::Body("[]"), "not the answer"),
        (Fault::Body("{}"), "data"),
        (Fault::InvalidJsonMiddle, "column"),
    ] {
        server.fail([fault.clone()]);
        let error = refusal(&client).await;
        assert_eq!(error.kind(), ErrorKind::Parse, "{fault:?}");
        assert!(error.to_string().contains(words), "{fault:?}: {error}");
    }
    // Odd types in a row lose nothing and break nothing.
    server.fail([Fault::WrongType]);
    let nets = client.find(&Query::<Net>::new()).await.unwrap();
    let odd = nets.first().unwrap();
    assert_eq!((odd.asn, odd.name.as_deref(), odd.info_prefixes4), (None, None, None));
    assert_eq!(odd.kept.value("asn"), Some(&json!("AS64500")));
    assert_eq!(odd.undecoded().len(), 9);
}

#[tokio::test]
async fn redirects_end() {
    let server = server().await;
    server.fail([Fault::RedirectLoop]);
    let error = refusal(&server.client()).await;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("more than 5 redirects"), "{error}");
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn the_servers_version_is_told() {
    let server = server().await;
    let client = server.client();
    assert_eq!(client.server_version(), None);
    client.by_id::<Org>(1).await.unwrap();
    assert_eq!(client.server_version().as_deref(), Some(VERSION));
    assert_eq!(client.clone().server_version().as_deref(), Some(VERSION));
}

#[tokio::test]
async fn a_proxy_that_is_gone_is_named_without_its_password() {
    let server = server().await;
    let gone = Some(Secret::new("http://me:hunter2@127.0.0.1:9"));
    let options = ClientOptions { proxy: gone, retry_budget: Duration::ZERO, ..server.options() };
    let error = refusal(&Client::new(options).unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    assert!(server.seen().is_empty());
}

/// A sync from `server` with published files, and what was asked for of the server itself.
async fn sync_with(server: &FakePeeringDb, options: ClientOptions) -> (Cache, Vec<String>) {
    let cache = Cache::in_memory().unwrap();
    server.seen();
    sync(&cache, &Client::new(options).unwrap(), &SyncOptions::default()).await.unwrap();
    (cache, asked(server))
}

#[tokio::test]
async fn published_files_are_taken_for_whole_lists() {
    let (server, files) = (server().await, server().await);
    files.put("net", json!({"id": 1, "asn": 64496, "name": "Yesterday", "updated": "2025-12-31T00:00:00Z"}));
    files
        .put("net", json!({"id": 8, "asn": 64500, "name": "In the file", "updated": "2025-12-31T00:00:00Z"}));
    for tag in ["net", "netixlan", "poc", "ixlan"] {
        files.publish(tag, 1_767_225_600);
    }
    let bulk = BulkFiles::At(format!("{}/files", files.url()));
    let (cache, asked_api) =
        sync_with(&server, ClientOptions { bulk: bulk.clone(), ..server.options() }).await;
    // What the files lack came from the server, and what is newer there replaced what is in them.
    assert_eq!(ids(&cache.all::<Net>().unwrap()), [1, 2, 3, 8]);
    assert_eq!(cache.by_id::<Net>(1).unwrap().unwrap().name.as_deref(), Some("Net 1"));
    assert_eq!(ids(&cache.all::<Org>().unwrap()), [1]);
    assert!(asked_api.contains(&"org".to_owned()) && !asked_api.contains(&"net".to_owned()), "{asked_api:?}");
    assert!(asked_api.iter().any(|what| what.starts_with("net?since=")), "{asked_api:?}");
    assert!(asked(&files).contains(&"files/net-0.json".to_owned()));

    // A key is never shown to the files, and what depends on it comes from the server.
    let keyed = ClientOptions { api_key: Some(Secret::new(KEY)), bulk, ..server.options() };
    let (cache, asked_api) = sync_with(&server, keyed).await;
    assert_eq!(ids(&cache.all::<Poc>().unwrap()), [1, 2]);
    assert!(asked_api.contains(&"poc".to_owned()) && asked_api.contains(&"ixlan".to_owned()));
    let seen = files.seen();
    assert!(seen.iter().all(|seen| seen.authorization.is_none()));
    assert!(
        seen.iter().all(|seen| !seen.what.contains("/poc-") && !seen.what.contains("/ixlan-")),
        "{seen:?}"
    );
    // Nobody asks for files without being told to.
    sync_with(&server, server.options()).await;
    assert!(files.seen().is_empty());
}

#[tokio::test]
async fn without_a_file_the_server_is_asked() {
    let (server, files) = (server().await, server().await);
    files.publish("net", 1_767_225_600);
    let bulk = BulkFiles::At(files.url());
    for fault in
        [Fault::Page(404), Fault::Empty(403), Fault::NoJson, Fault::Body("<Error/>"), Fault::Page(503)]
    {
        // The first type that is asked for; the others have no file anyway.
        files.fail([fault.clone()]);
        let (cache, asked_api) =
            sync_with(&server, ClientOptions { bulk: bulk.clone(), ..server.options() }).await;
        assert_eq!(ids(&cache.all::<Org>().unwrap()), [1], "{fault:?}");
        assert!(asked_api.contains(&"org".to_owned()), "{fault:?}");
        assert_eq!(ids(&cache.all::<IxLan>().unwrap()), [] as [u64; 0]);
    }
    // Where the way there fails, the other types do not try it again.
    asked(&files);
    files.fail([Fault::CutShort]);
    sync_with(&server, ClientOptions { bulk, ..server.options() }).await;
    assert_eq!(asked(&files), ["org-0.json"]);
    let nobody = BulkFiles::At("http://127.0.0.1:9".to_owned());
    let (cache, _) = sync_with(&server, ClientOptions { bulk: nobody, ..server.options() }).await;
    assert_eq!(ids(&cache.all::<NetIxLan>().unwrap()), [1, 2, 3]);
}
