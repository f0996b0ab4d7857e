//! A network from Peering Manager: from recorded answers, and from a server that has its bad moments.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use peering_core::ErrorKind;
use peering_core::cipher::PasswordAlgorithm;
use peering_core::import::peering_manager::{Answers, Import, LineKind, Server, import};
use peering_core::model::{Network, SessionStatus, Status, TemplateKind};
use peering_tests::fake_peering_manager::{FakePeeringManager, Fault, TOKEN};
use serde_json::json;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/peering-manager")
}

fn recorded() -> Import {
    import(&Answers::from_dir(directory()).unwrap())
}

#[test]
fn every_record_finds_its_place() {
    let Import { network, report } = recorded();
    assert_eq!(report.problems, []);
    network.validate().unwrap();
    let exposed = network.to_yaml_exposing_secrets();
    assert_eq!(Network::from_yaml(&exposed).unwrap(), network);

    let [ours, one, two, servers] = network.autonomous_systems.as_slice() else { panic!() };
    assert!(ours.affiliated && !one.affiliated);
    assert_eq!(ours.irr_as_set.as_deref(), Some("RIPE::AS64500:AS-ALL"));
    assert_eq!((one.ipv4_max_prefixes, one.peeringdb_sync.name), (Some(100), false));
    assert_eq!(one.irr_sync.sources, ["RIPE", "ARIN"]);
    assert_eq!(one.irr_sync.ipv6_args, ["-A", "-R", "48"]);
    assert_eq!(one.prefixes.as_ref().unwrap().len(), 2);
    assert_eq!(one.config_contexts[0].context, "Everywhere");
    let contacts: Vec<_> = one.contacts.iter().map(|contact| (&*contact.role, &*contact.name)).collect();
    assert_eq!(contacts, [("Technical", "NOC of Peer One"), ("Policy", "Policy desk")]);
    assert!(!two.irr_sync.prefixes && two.irr_sync.as_list && servers.name == "Route servers");

    let [first, second] = network.internet_exchanges.as_slice() else { panic!() };
    assert_eq!((first.name == second.name, &*first.slug, &*second.slug), (true, "lab-ix-1", "lab-ix-2"));
    assert_eq!(
        (first.peeringdb_ixlan, first.prefixes.len(), second.status),
        (Some(71), 2, Status::PreMaintenance)
    );
    assert_eq!(first.contacts[0].email.as_deref(), Some("support@lab-ix.example"));
    let [port, spare, other] = network.connections.as_slice() else { panic!() };
    assert_eq!((port.vlan, port.router.as_deref()), (Some(100), Some("edge1.example.net")));
    assert_eq!(port.mac_address.unwrap().to_string(), "00:1b:77:49:54:fd");
    assert_eq!((&*spare.name, &*other.name, other.status), ("Lab-IX", "Lab-IX-5", Status::Disabled));

    let [up, leaving, server, idle] = network.internet_exchange_sessions.as_slice() else { panic!() };
    assert_eq!(up.password.as_ref().unwrap().expose(), "swordfish");
    assert_eq!((up.prefix_counts.received, up.bfd.as_deref()), (Some(97), Some("fast")));
    assert_eq!((leaving.status, leaving.prefix_counts.received), (SessionStatus::Decommissioning, None));
    assert_eq!(leaving.export_routing_policies, ["exchange-out", "accept-all"]);
    assert!(server.is_route_server && server.passive && server.multihop_ttl == 2);
    assert_eq!((&*idle.connection, &idle.local_context_data["prepend"]), ("Lab-IX-5", &json!(2)));
    let [transit, customer] = network.direct_sessions.as_slice() else { panic!() };
    assert_eq!(
        (transit.bgp_group.as_deref(), transit.router.as_deref()),
        (Some("transit"), Some("edge1.example.net"))
    );
    assert_eq!(
        (customer.relationship.as_deref(), customer.status),
        (Some("customer"), SessionStatus::Requested)
    );
    assert_eq!(network.bgp_groups[0].status, Status::Maintenance);

    let router = &network.routers[0];
    assert_eq!(router.configuration_template.as_deref(), Some("Junos"));
    assert_eq!(router.config_contexts.iter().map(|one| one.weight).collect::<Vec<_>>(), [1000, 500]);
    assert_eq!(network.platforms[1].password_algorithm, Some(PasswordAlgorithm::AristaType7));
    let kinds: Vec<_> = network.templates.iter().map(|row| (row.kind, &*row.name, row.trim_blocks)).collect();
    let expected = [
        (TemplateKind::Configuration, "Junos", true),
        (TemplateKind::Configuration, "Policies", false),
        (TemplateKind::Email, "Request", false),
        (TemplateKind::Export, "CSV", false),
    ];
    assert_eq!(kinds, expected);
    assert!(!network.config_contexts[1].is_active);
    assert_eq!((network.hidden_peers[0].asn.get(), network.hidden_peers.len()), (64599, 1));
    assert_eq!((network.tags.len(), network.relationships.len(), network.bfds.len()), (2, 2, 1));
}

/// Every field that has a value somewhere is in the network, or in the report.
#[test]
fn nothing_is_left_out_without_a_line() {
    let Import { network, report } = recorded();
    let told = |kind, text: &str| {
        assert!(
            report.of(kind).any(|line| line.to_string().contains(text)),
            "{kind:?} {text}: {:#?}",
            report.lines
        );
    };
    told(LineKind::Unknown, "devices/routers: future_field");
    told(LineKind::NoCounterpart, "extras/webhooks: 1 left out");
    told(LineKind::NoCounterpart, "devices/routers: napalm_password");
    told(LineKind::NoCounterpart, "messaging/contacts: title");
    told(LineKind::NoCounterpart, "messaging/contacts 3: is nobody's contact");
    told(LineKind::NoCounterpart, "ixapi_endpoint");
    told(LineKind::Missing, "are contacts of router 1");
    told(LineKind::Missing, "assigned to connection 99");
    told(LineKind::Missing, "peeringdb/hidden-peers 2: PeeringDB's network 502");
    told(LineKind::Missing, "peeringdb/hidden-peers 3: ");
    told(LineKind::Renamed, "net/connections 5: name");
    told(LineKind::Derived, "is_abandoned");
    assert_eq!(report.of(LineKind::Unknown).count(), 1, "once a field");
    assert_eq!(report.of(LineKind::Unreadable).count() + report.of(LineKind::Withheld).count(), 0);
    assert_eq!(report.imported["peering/internet-exchange-peering-sessions"], 4);

    // Every word of a record is in the network, unless there is a line about the field or the record.
    let document = network.to_json_exposing_secrets();
    let (lower, squeezed) = (document.to_lowercase(), document.split_whitespace().collect::<String>());
    let is_there = |text: &str| {
        lower.contains(&serde_json::to_string(text).unwrap().trim_matches('"').to_lowercase())
            || squeezed.contains(&text.replace(',', "\",\""))
            || text.split(' ').all(|word| document.contains(&format!("\"{word}\"")))
    };
    let mut checked = 0;
    for (endpoint, row) in records() {
        let id = row["id"].as_u64();
        for (field, value) in row.as_object().unwrap() {
            let is_told = report.lines.iter().any(|line| {
                (line.endpoint == endpoint || line.endpoint == "*")
                    && (line.record.is_none() || line.record == id)
                    && (line.field.as_deref() == Some(field) || line.field.is_none() && line.record.is_some())
            });
            // Of these the meaning is kept, not the spelling.
            let is_read = ["last_established_state", "until", "content_type"].contains(&field.as_str());
            let Some(text) = value.as_str().filter(|text| !text.is_empty() && !is_told && !is_read) else {
                continue;
            };
            assert!(is_there(text), "{endpoint}: {field} {text:?}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

/// The records of the directory that can become part of a network, with their endpoints.
fn records() -> Vec<(String, serde_json::Value)> {
    let mut records = Vec::new();
    for app in std::fs::read_dir(directory()).unwrap().map(|app| app.unwrap().path()) {
        for file in std::fs::read_dir(&app).unwrap().map(|file| file.unwrap().path()) {
            let within = file.strip_prefix(directory()).unwrap().to_string_lossy().into_owned();
            let endpoint = within.split('.').next().unwrap().to_owned();
            let page: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let rows = page["results"].as_array().unwrap().clone();
            if !["extras/webhooks", "peeringdb/networks"].contains(&endpoint.as_str()) {
                records.extend(rows.into_iter().map(|row| (endpoint.clone(), row)));
            }
        }
    }
    records
}

#[test]
fn a_directory_that_is_none_is_an_error_with_its_name() {
    let error = Answers::from_dir("/nonexistent/answers").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("net")).unwrap();
    std::fs::write(folder.path().join("net/bfd.json"), "<html>").unwrap();
    std::fs::write(folder.path().join("net/notes.txt"), "not JSON").unwrap();
    let error = Answers::from_dir(folder.path()).unwrap_err();
    assert!(error.kind() == ErrorKind::Parse && error.message().starts_with("net/bfd.json: "), "{error}");
}

async fn served() -> (FakePeeringManager, Server) {
    let fake = FakePeeringManager::with_records(&directory()).await;
    let server = Server { retry_budget: Duration::from_secs(20), ..Server::new(fake.url(), TOKEN) };
    (fake, server)
}

#[tokio::test]
async fn a_server_gives_what_the_directory_gives() {
    let (fake, server) = served().await;
    let live = import(&server.fetch().await.unwrap());
    let Import { network, report } = recorded();
    assert_eq!(live.network, network);
    let lines = |report: &peering_core::import::peering_manager::Report| {
        let mut lines: Vec<String> = report.lines.iter().map(ToString::to_string).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&live.report), lines(&report));
    let asked = fake.seen();
    let pages = |endpoint: &str| asked.iter().filter(|path| path.contains(&format!("/{endpoint}/"))).count();
    assert_eq!((pages("autonomous-systems"), pages("bfd"), pages("webhooks")), (2, 1, 1));
    assert!(asked.iter().any(|path| path == "/api/peeringdb/networks/501/"), "{asked:?}");
}

#[tokio::test]
async fn other_versions_have_lists_elsewhere_or_not_at_all() {
    let (fake, server) = served().await;
    let communities = fake.remove("bgp/communities");
    fake.put("peering/communities", communities);
    let policies = fake.remove("peering/routing-policies");
    fake.put("bgp/routing-policies", policies);
    fake.remove("net/bfd");
    let Import { network, report } = import(&server.fetch().await.unwrap());
    assert_eq!((network.communities.len(), network.routing_policies.len(), network.bfds.len()), (4, 4, 0));
    let missing: Vec<String> = report.of(LineKind::Missing).map(ToString::to_string).collect();
    assert!(missing.contains(&"net/bfd: there is no answer of this list".to_owned()), "{missing:?}");
    assert!(missing.iter().any(|line| line.contains("refers to BFD 1")), "{missing:?}");
    assert_eq!(report.problems, []);
}

#[tokio::test]
async fn what_fails_on_the_way_is_tried_again() {
    let (fake, server) = served().await;
    let quick = Server { timeout: Duration::from_secs(2), ..server };
    for (endpoint, fault) in [
        ("net/connections", Fault::Status(500)),
        ("net/connections", Fault::Status(503)),
        ("devices/routers", Fault::Broken),
        ("extras/tags", Fault::Silence),
        ("extras/webhooks", Fault::Status(502)),
    ] {
        fake.fail(endpoint, fault);
    }
    let live = import(&quick.fetch().await.unwrap());
    assert_eq!(live.network, recorded().network);
    let asked = fake.seen().iter().filter(|path| path.contains("/connections/")).count();
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn what_is_refused_is_an_error_with_a_kind() {
    let (fake, server) = served().await;
    let error = Server::new(fake.url(), "hunter2").fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let text = format!("{error} {error:?}");
    assert!(text.contains("Invalid token") && text.contains("check the token"), "{text}");
    assert!(text.contains("autonomous-systems") && !text.contains("hunter2"), "{text}");
    assert_eq!(fake.seen().len(), 1, "a refusal is not tried again");

    for (fault, kind) in [
        (Fault::Status(401), ErrorKind::Auth),
        (Fault::Status(400), ErrorKind::Rejected),
        (Fault::Status(302), ErrorKind::Rejected),
        (Fault::WebPage, ErrorKind::Parse),
        (Fault::HalfAPage, ErrorKind::Parse),
    ] {
        fake.fail("net/connections", fault);
        let error = server.fetch().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert!(error.operation().unwrap().contains("net/connections"), "{error:?}");
    }
    let elsewhere = Server { base_url: format!("{}/somewhere", fake.url()), ..server.clone() };
    assert_eq!(elsewhere.fetch().await.unwrap_err().kind(), ErrorKind::NotFound);

    // What is needed must be readable; of what is not, the report tells.
    fake.forbid("extras/webhooks");
    let report = import(&server.fetch().await.unwrap()).report;
    assert!(report.lines.iter().any(|line| line.to_string().starts_with("extras/webhooks: may not be read")));
    fake.forbid("devices/routers");
    let error = server.fetch().await.unwrap_err();
    assert!(
        error.kind() == ErrorKind::Auth && error.operation().unwrap().contains("devices/routers"),
        "{error:?}"
    );
}

#[tokio::test]
async fn nobody_else_gets_the_token() {
    let (fake, server) = served().await;
    let other = FakePeeringManager::with_records(&directory()).await;
    fake.point_elsewhere(&other.url());
    let error = server.fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains(&other.url()), "{error}");
    assert_eq!(other.seen(), Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_stays_away_costs_no_more_than_the_budget() {
    let (fake, server) = served().await;
    for _ in 0..20 {
        fake.fail("peering/autonomous-systems", Fault::Status(500));
    }
    let hasty = Server { retry_budget: Duration::from_secs(2), ..server };
    let began = Instant::now();
    let error = hasty.fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!((2..8).contains(&fake.seen().len()));
    let short = Server { max_answer: 100, ..Server::new(fake.url(), TOKEN) };
    fake.recover();
    let error = short.fetch().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Parse && error.message().contains("more than 100 bytes"), "{error}");
}
