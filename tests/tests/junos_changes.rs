//! Changes on a simulated Junos beyond what the conformance suite asks of every platform, and the shipped template through
//! the driver before Juniper's own models.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Leftover};
use peering_core::model::Indexed;
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_core::{ErrorKind, Router};
use peering_drivers::juniper_junos::{CandidateMode, JuniperJunos};
use peering_drivers::sim::{Fabric, JunosRouter, Port, RunningJunos, User};
use peering_drivers::transport::netconf::{self, Datastore, EditConfig, Netconf, Operation};
use peering_tests::junos::Models;
use peering_tests::netconf::Server;
use peering_tests::sample::{Spelling, sample};

const MINUTE: Duration = Duration::from_secs(2);

const LAN: &str = "protocols { bgp { group LAN { type external; neighbor 192.0.2.5 { peer-as 64505; } } } }";

async fn start(config: &str) -> (RunningJunos, Fabric) {
    let fabric = Fabric::new();
    let router = JunosRouter {
        name: "r1".into(),
        local_as: Some(64500.into()),
        ports: vec![Port { name: "ge-0/0/0".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
        config: config.into(),
        users: vec![User::new("netops", "secret"), User::new("other", "secret")],
        minute: MINUTE,
        ..JunosRouter::default()
    };
    (router.start(&fabric).await.unwrap(), fabric)
}

fn driver(candidate: CandidateMode) -> Arc<dyn Driver> {
    Arc::new(JuniperJunos { minute: MINUTE, candidate, ..JuniperJunos::default() })
}

async fn connect(running: &RunningJunos) -> Router {
    Router::connect(driver(CandidateMode::Exclusive), &running.target()).await.unwrap()
}

fn neighbor(last: u8) -> String {
    format!("set protocols bgp group LAN neighbor 192.0.2.{last} peer-as {}", 64500 + u32::from(last))
}

/// The sample's configuration by the shipped template.
fn rendered() -> String {
    let mut engine = Engine::new(Escape::JUNIPER_JUNOS, Options::default());
    engine
        .add_directory(Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates/juniper_junos"))
        .unwrap();
    let network = sample("juniper_junos", &Spelling::AsItIs);
    let router = network.routers[0].name.clone();
    engine.render("main.j2", &RenderContext::for_router(Indexed::from(network), &router).unwrap()).unwrap()
}

/// What the driver sends is what Juniper's models take; the router takes it too, and a second time it changes nothing.
#[tokio::test]
async fn the_template_goes_through_the_driver() {
    let (running, _fabric) = start("routing-instances { cust-a { instance-type virtual-router; } }").await;
    let router = connect(&running).await;
    let text = rendered();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    candidate.validate().await.unwrap();
    let diff = candidate.diff().await.unwrap();
    assert!(diff.counts().0 > 100 && diff.counts().1 == 0, "{diff}");
    candidate.commit(Some("the sample")).await.unwrap();

    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&text).await.unwrap();
    let again = candidate.diff().await.unwrap();
    candidate.discard().await.unwrap();
    assert!(again.is_empty(), "the same text again changes:\n{again}");
    router.close().await.unwrap();

    let loads = running.loads();
    assert_eq!(loads.first().map(|load| load.trim()), Some(text.trim()), "it is sent as it was rendered");
    let Some(models) = Models::load() else { return };
    // The model of routing instances is not among the shared ones.
    let (sent, _) = loads[0].split_once("\nrouting-instances {").unwrap();
    assert_eq!(models.objection(sent), None, "{sent}");
    let Some(server) = Server::find() else { return };
    // netconfd was seen to leave a request unanswered, once in some hundred runs; the second time it is no chance
    let mut taken = Err(());
    for _ in 0..2 {
        let limit = Duration::from_secs(60);
        taken = tokio::time::timeout(limit, take(&server, models.xml(sent).unwrap())).await.map_err(drop);
        match taken {
            Ok(()) => break,
            Err(()) => eprintln!("netconfd does not answer"),
        }
    }
    assert_eq!(taken, Ok(()));
}

/// A server that nobody here wrote takes it, and forgets it again.
async fn take(server: &Server, config: String) {
    let session = Netconf::connect(&server.target(), 830, netconf::Options::default()).await.unwrap();
    session.call(&Operation::DiscardChanges).await.unwrap();
    let edit = EditConfig::new(Datastore::Candidate, config);
    session.call(&Operation::EditConfig(edit)).await.unwrap();
    session.call(&Operation::DiscardChanges).await.unwrap();
    session.close().await.unwrap();
}

#[tokio::test]
async fn every_form_means_the_same() {
    let mut seen = Vec::new();
    for text in [
        "protocols { bgp { group LAN { neighbor 192.0.2.77 { peer-as 64577; } } } }",
        "set protocols bgp group LAN neighbor 192.0.2.77 peer-as 64577",
        "<configuration><protocols><bgp><group><name>LAN</name><neighbor><name>192.0.2.77</name><peer-as>64577</peer-as>\
         </neighbor></group></bgp></protocols></configuration>",
        r#"{"configuration": {"protocols": {"bgp": {"group": [{"name": "LAN", "neighbor": [{"name": "192.0.2.77", "peer-as": "64577"}]}]}}}}"#,
    ] {
        let (running, _fabric) = start(LAN).await;
        let router = connect(&running).await;
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(text).await.unwrap();
        candidate.commit(None).await.unwrap();
        seen.push(router.running_config().await.unwrap());
        router.close().await.unwrap();
    }
    assert!(seen[0].contains("neighbor 192.0.2.77"), "{}", seen[0]);
    assert!(seen.iter().all(|config| *config == seen[0]), "{seen:#?}");
}

#[tokio::test]
async fn somebodys_changes_are_neither_committed_nor_thrown_away() {
    let (running, _fabric) = start(LAN).await;
    let other =
        Netconf::connect(&running.target_for("other"), 830, netconf::Options::default()).await.unwrap();
    let load = format!(
        "<load-configuration action=\"set\"><configuration-set>{}</configuration-set></load-configuration>",
        neighbor(66)
    );
    other.call(&Operation::Raw(load)).await.unwrap();
    for mode in [CandidateMode::Exclusive, CandidateMode::Private] {
        let router = Router::connect(driver(mode), &running.target()).await.unwrap();
        let error = router.candidate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
        router.close().await.unwrap();
    }
    assert!(running.has_changes(), "they are still there");
    other.close().await.unwrap();
}

#[tokio::test]
async fn a_refusal_quotes_no_password() {
    let (running, _fabric) = start(LAN).await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    let text = "protocols { bgp { group LAN {\n neighbor 192.0.2.5 {\n authentication-key hunter2 swordfish;\n} } } }";
    let error = candidate.merge(text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("swordfish"), "{shown}");
    candidate.discard().await.unwrap();
    router.close().await.unwrap();
}

#[tokio::test]
async fn set_commands_cannot_replace() {
    let (running, _fabric) = start(LAN).await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    assert_eq!(candidate.replace(&neighbor(77)).await.unwrap_err().kind(), ErrorKind::Options);
    candidate.discard().await.unwrap();
    router.close().await.unwrap();
}

/// Who commits over our lock while our commit waits has confirmed it, as Junos does; ours is not pending any more.
#[tokio::test]
async fn a_commit_over_the_lock_ends_what_waits() {
    let (running, _fabric) = start(LAN).await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&neighbor(77)).await.unwrap();
    let confirming = candidate.commit_confirmed(2 * MINUTE, None).await.unwrap();
    running.commit_by_force(&neighbor(66)).unwrap();
    assert_eq!(confirming.confirm().await.unwrap_err().kind(), ErrorKind::NotFound);
    router.close().await.unwrap();
    assert!(running.sessions().iter().all(|session| !session.has_lock));
}

/// The link fails while a commit waits: whoever made it can still confirm it, though the old session had the lock.
#[tokio::test]
async fn a_lost_link_does_not_keep_us_from_confirming() {
    let (running, _fabric) = start(LAN).await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&neighbor(77)).await.unwrap();
    let confirming = candidate.commit_confirmed(2 * MINUTE, None).await.unwrap();
    running.cut_connections();
    tokio::time::sleep(Duration::from_millis(100)).await;
    confirming.confirm().await.unwrap();
    tokio::time::sleep(3 * MINUTE).await;
    assert!(running.running_config().contains("neighbor 192.0.2.77"));
    router.close().await.unwrap();
}

#[tokio::test]
async fn what_waits_is_reported_at_the_next_connection() {
    let (running, _fabric) = start(LAN).await;
    let router = connect(&running).await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&neighbor(77)).await.unwrap();
    let token = candidate.commit_confirmed(5 * MINUTE, Some("new peer")).await.unwrap().token().clone();
    router.close().await.unwrap();

    let heir = connect(&running).await;
    let [Leftover::Pending(pending)] = heir.leftovers() else { panic!("{:?}", heir.leftovers()) };
    assert_eq!((&pending.token, pending.holder.as_str()), (&token, "netops by netconf: new peer"));
    let stranger =
        Router::connect(driver(CandidateMode::Exclusive), &running.target_for("other")).await.unwrap();
    assert!(stranger.leftovers().is_empty(), "{:?}", stranger.leftovers());
    stranger.close().await.unwrap();
    heir.reattach(&token).await.unwrap().revert().await.unwrap();
    heir.close().await.unwrap();
}

#[tokio::test]
async fn private_candidates_live_side_by_side() {
    let (running, _fabric) = start(LAN).await;
    let one = Router::connect(driver(CandidateMode::Private), &running.target()).await.unwrap();
    let two = Router::connect(driver(CandidateMode::Private), &running.target_for("other")).await.unwrap();
    let mut first = one.candidate().await.unwrap();
    let mut second = two.candidate().await.unwrap();
    first.merge(&neighbor(77)).await.unwrap();
    second.merge(&neighbor(78)).await.unwrap();
    assert!(first.diff().await.unwrap().expose().contains("192.0.2.77"));
    assert!(!first.diff().await.unwrap().expose().contains("192.0.2.78"));
    first.commit(None).await.unwrap();
    // What was prepared before somebody else's commit has to be looked at again.
    assert_eq!(second.commit(None).await.unwrap_err().kind(), ErrorKind::Rejected);
    let mut second = two.candidate().await.unwrap();
    second.merge(&neighbor(78)).await.unwrap();
    second.commit(None).await.unwrap();
    let config = running.running_config();
    assert!(config.contains("neighbor 192.0.2.77") && config.contains("neighbor 192.0.2.78"));
    assert!(running.sessions().iter().all(|session| !session.has_private_candidate && !session.has_lock));

    let mut candidate = one.candidate().await.unwrap();
    candidate.merge(&neighbor(79)).await.unwrap();
    let refused = candidate.commit_confirmed(2 * MINUTE, None).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused}");
    let locked = connect(&running).await;
    let exclusive = locked.candidate().await.unwrap();
    assert_eq!(two.candidate().await.unwrap_err().kind(), ErrorKind::Locked);
    exclusive.discard().await.unwrap();
    for router in [one, two, locked] {
        router.close().await.unwrap();
    }
}
