//! The conformance suite on a simulated EOS router, over eAPI and over the command line: every behaviour on a router of its
//! own, all at once. And what only EOS does.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Leftover, LoadMode, Target, Wire};
use peering_core::state::Ping;
use peering_core::{ErrorKind, Result, Router};
use peering_drivers::arista_eos::{AristaEos, EosTransport};
use peering_drivers::sim::{
    EosIdentity, EosRouter, Fabric, Fault, FaultKind, FaultPoint, Member, Port, Running, User,
};
use peering_tests::subject::{TypedSubject, keeps_its_promises};
use peering_tests::{sample, words};

const CHANGE: &str = "router bgp 64501\n   neighbor 192.0.2.77 remote-as 64577\n";

const BOTH: [EosTransport; 2] = [EosTransport::Https, EosTransport::Ssh];

struct Lab {
    running: Arc<Running<EosIdentity>>,
    transport: EosTransport,
    _fabric: Fabric,
}

impl Lab {
    /// A router with one established session, one that is shut down, and one where nobody answers.
    async fn start(version: &str, transport: EosTransport) -> Lab {
        let fabric = Fabric::new();
        fabric.add_member(Member {
            addresses: vec!["192.0.2.5".parse().unwrap()],
            ipv4_prefixes: 40,
            ..Member::new(64505.into(), 64501.into())
        });
        let router = EosRouter {
            name: "eos1".into(),
            version: version.into(),
            ports: vec![Port { name: "Ethernet1".into(), addresses: vec!["192.0.2.1/24".parse().unwrap()] }],
            config: "router bgp 64501\n   neighbor 192.0.2.5 remote-as 64505\n   neighbor 192.0.2.98 remote-as 64598\n   \
                     neighbor 192.0.2.98 shutdown\n   neighbor 192.0.2.99 remote-as 64599\n"
                .into(),
            users: vec![User::new("netops", "conformance")],
            ..EosRouter::default()
        };
        let running = Arc::new(router.start(&fabric).await.unwrap());
        assert!(running.wait_established(1, Duration::from_secs(10)).await);
        Lab { running, transport, _fabric: fabric }
    }

    fn target(&self) -> Target {
        match self.transport {
            EosTransport::Ssh => self.running.ssh_target(),
            _ => self.running.target(),
        }
    }

    fn driver(&self) -> AristaEos {
        AristaEos { transport: self.transport, ..AristaEos::default() }
    }

    fn configure(&self, text: &str) -> Result<()> {
        self.running.configure(text)
    }

    async fn router(&self) -> Router {
        Router::connect(Arc::new(self.driver()), &self.target()).await.unwrap()
    }
}

async fn all(version: &'static str, transport: EosTransport) {
    let start = || async move {
        let lab = Lab::start(version, transport).await;
        TypedSubject {
            driver: Arc::new(lab.driver()),
            target: lab.target(),
            window: Duration::from_secs(4),
            words: words::eos(),
            configure: Box::new(move |text| lab.configure(text)),
        }
    };
    keeps_its_promises(start, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept() {
    all("4.32.2F", EosTransport::Https).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_over_ssh() {
    all("4.32.2F", EosTransport::Ssh).await;
}

/// It tells of its timer in another form.
#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_by_an_older_version() {
    all("4.28.1F", EosTransport::Https).await;
}

/// The sample of our template loads as it is, and loading it again changes nothing.
#[tokio::test]
async fn the_template_loads() {
    let fabric = Fabric::new();
    let router = EosRouter { users: vec![User::new("netops", "x")], ..EosRouter::default() };
    let running = router.start(&fabric).await.unwrap();
    let router = Router::connect(Arc::new(AristaEos::default()), &running.target()).await.unwrap();
    sample::load("arista_eos", &router, None).await;
    assert_eq!(running.running_config(), running.startup_config());
    router.close().await.unwrap();
    assert_eq!(running.sessions(), Vec::<String>::new());
}

/// Somebody else's session is reported and left alone; ours is discarded once it is dead.
#[tokio::test]
async fn only_what_is_ours_and_dead_is_discarded() {
    for transport in BOTH {
        let lab = Lab::start("4.32.2F", transport).await;
        let mut other = lab.driver().connect(&lab.target()).await.unwrap();
        other.command("configure session by-hand").await.unwrap();

        let router = lab.router().await;
        assert!(
            matches!(router.leftovers(), [Leftover::Candidate { is_ours: false, holder }] if holder.contains("by-hand")),
            "{:?}",
            router.leftovers()
        );
        let error = router.candidate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.message().contains("by-hand"), "{error}");
        assert_eq!(lab.running.sessions(), ["by-hand"]);
        other.command("configure session by-hand abort").await.unwrap();

        let mut left = lab.driver().connect(&lab.target()).await.unwrap();
        left.open_candidate().await.unwrap();
        left.stage(LoadMode::Merge, CHANGE).await.unwrap();
        assert_eq!(router.candidate().await.unwrap_err().kind(), ErrorKind::Locked, "it is held");
        drop(left);
        assert!(matches!(lab.router().await.leftovers(), [Leftover::Candidate { is_ours: true, .. }]));
        let candidate = router.candidate().await.unwrap();
        assert_eq!(lab.running.sessions().len(), 1);
        candidate.discard().await.unwrap();
        assert_eq!(lab.running.sessions().len(), 0);
    }
}

/// A window that the router's timer cannot count is refused before anything is sent.
#[tokio::test]
async fn a_day_is_too_long() {
    let lab = Lab::start("4.32.2F", EosTransport::Https).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let before = lab.running.running_config();
    let error = candidate.commit_confirmed(Duration::from_secs(24 * 60 * 60), None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
    assert_eq!(lab.running.running_config(), before);
    assert_eq!(lab.running.sessions().len(), 0, "the candidate is gone");
}

/// A plain commit goes back to what was running, whatever the startup configuration is, and nothing is saved before a
/// confirmation.
#[tokio::test]
async fn what_was_running_counts_and_not_what_was_saved() {
    let lab = Lab::start("4.32.2F", EosTransport::Https).await;
    let saved = lab.running.startup_config();
    lab.running.configure("hostname unsaved\n").unwrap();
    let before = lab.running.running_config();
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await.unwrap();
    assert!(lab.running.running_config().contains("64577"));
    assert_eq!(lab.running.startup_config(), saved);
    confirming.revert().await.unwrap();
    assert_eq!(lab.running.running_config(), before);
    assert_eq!(lab.running.startup_config(), saved);
}

/// Connects, changes something and confirms it; what was told meanwhile.
async fn change(driver: AristaEos, target: &Target) -> Vec<String> {
    let router = Router::connect(Arc::new(driver), target).await.unwrap();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    candidate.merge("hostname recorded\n").await.unwrap();
    let diff = candidate.diff().await.unwrap().to_string();
    let confirming = candidate.commit_confirmed(Duration::from_secs(60), None).await.unwrap();
    let token = confirming.token().id.clone();
    confirming.confirm().await.unwrap();
    let running = router.running_config().await.unwrap();
    router.close().await.unwrap();
    vec![diff, token, running]
}

#[tokio::test]
async fn a_change_is_replayed_as_it_was_recorded() {
    for transport in BOTH {
        let lab = Lab::start("4.32.2F", transport).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eos1.jsonl");
        let told = change(lab.driver(), &Target { wire: Wire::Record(path.clone()), ..lab.target() }).await;
        let replay = Target { wire: Wire::Replay(path), credentials: Default::default(), ..lab.target() };
        assert_eq!(change(lab.driver(), &replay).await, told);
    }
}

/// A refusal names the line of its own text, and the texts before it stay staged.
#[tokio::test]
async fn a_refused_line_is_named_by_its_number() {
    for transport in BOTH {
        let lab = Lab::start("4.32.2F", transport).await;
        let router = lab.router().await;
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(CHANGE).await.unwrap();
        let error = candidate.merge("! a comment\nhostname x\n\nnonsense y\nhostname z\n").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.message().contains("line 4") && error.message().contains("nonsense"), "{error}");
        assert_eq!(lab.running.sessions().len(), 1, "the attempt is gone");
        candidate.commit(None).await.unwrap();
        assert!(
            lab.running.running_config().contains("64577")
                && !lab.running.running_config().contains("hostname x")
        );
    }
}

/// The answer to a step of the commit is lost: the driver looks, over a new link where it needs one, and knows.
#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    let run = |transport, kind: FaultKind, command: &'static str| async move {
        let lab = Lab::start("4.32.2F", transport).await;
        let router = lab.router().await;
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(CHANGE).await.unwrap();
        lab.running.inject(Fault::once(FaultPoint::Command(command.into()), kind.clone()));
        let result = candidate.commit(None).await;
        let is_there = lab.running.running_config().contains("64577");
        let told = format!("{transport:?} {kind:?} at `{command}`: {result:?}");
        match result {
            Ok(()) => assert!(is_there && lab.running.startup_config().contains("64577"), "{told}"),
            Err(error) => assert!(error.kind() == ErrorKind::Closed && !is_there, "{told}"),
        }
        assert_eq!(lab.running.sessions(), Vec::<String>::new(), "{told}");
        // the same router goes on
        assert!(router.running_config().await.is_ok(), "{told}");
    };
    let mut runs = Vec::new();
    for transport in BOTH {
        for kind in [FaultKind::DropAfter, FaultKind::DropBefore] {
            for command in ["show running-config", "configure session", "write memory"] {
                runs.push(run(transport, kind.clone(), command));
            }
        }
    }
    futures_util::future::join_all(runs).await;
}

/// When the router cannot be asked any more, nobody knows; and nothing is typed again that might change something.
#[tokio::test]
async fn a_router_that_is_gone_after_the_commit_leaves_it_unknown() {
    let lab = Lab::start("4.32.2F", EosTransport::Ssh).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let commits =
        |lab: &Lab| lab.running.typed().iter().filter(|typed| typed.line.contains("commit timer")).count();
    lab.running.inject(Fault::once(FaultPoint::Command("configure session".into()), FaultKind::DropAfter));
    lab.running.inject(Fault::always(FaultPoint::Connect, FaultKind::DropBefore));
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert_eq!(commits(&lab), 1);
}

/// Lines that a command asks for, whatever stands in them, and a mode's comment.
#[tokio::test]
async fn banners_and_comments_travel_over_both() {
    const TEXT: &str = "banner motd\nWho are you?\n% not a refusal\n\neos1#\nEOF\nrouter bgp 64501\n   !! as agreed\n   \
                        neighbor 192.0.2.77 remote-as 64577\n";
    for transport in BOTH {
        let lab = Lab::start("4.32.2F", transport).await;
        let router = lab.router().await;
        let mut candidate = router.candidate().await.unwrap();
        candidate.merge(TEXT).await.unwrap();
        candidate.commit(None).await.unwrap();
        let config = lab.running.running_config();
        assert!(
            config.contains("banner motd\nWho are you?\n% not a refusal\n\neos1#\nEOF\n"),
            "{transport:?}: {config}"
        );
        assert!(config.contains("router bgp 64501\n   !! as agreed\n"), "{transport:?}: {config}");
        assert!(router.running_config().await.unwrap().contains("Who are you?"), "{transport:?}");
        router.close().await.unwrap();
        // the greeting has what looks like a prompt now
        assert!(lab.router().await.facts().await.is_ok(), "{transport:?}");
    }
}

/// What `enable` asks for is given; who has none, or a wrong one, is told so.
#[tokio::test]
async fn enable_wants_its_password() {
    let fabric = Fabric::new();
    let router = EosRouter {
        users: vec![User::new("netops", "x")],
        enable_secret: Some("privileged".into()),
        ..EosRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    for (transport, target) in
        [(EosTransport::Https, running.target()), (EosTransport::Ssh, running.ssh_target())]
    {
        for (password, is_right) in [(Some("privileged"), true), (Some("wrong"), false), (None, false)] {
            let enable_password = password.map(Into::into);
            let driver = AristaEos { transport, enable_password, ..AristaEos::default() };
            match Router::connect(Arc::new(driver), &target).await {
                Ok(router) => {
                    assert!(is_right, "{transport:?} {password:?}");
                    assert!(router.running_config().await.is_ok());
                }
                Err(error) => {
                    assert!(
                        error.kind() == ErrorKind::Auth && !is_right,
                        "{transport:?} {password:?}: {error}"
                    );
                }
            }
        }
        let driver = AristaEos { transport, enable: false, ..AristaEos::default() };
        let router = Router::connect(Arc::new(driver), &target).await.unwrap();
        assert!(router.facts().await.is_ok() && !router.capabilities().commit, "{transport:?}");
    }
}

/// A VRF is that of one request, and so is a configuration mode.
#[tokio::test]
async fn nothing_of_a_request_is_left_for_the_next() {
    for transport in BOTH {
        let lab = Lab::start("4.32.2F", transport).await;
        let router = lab.router().await;
        let ping = Ping { network_instance: Some("MGMT".into()), count: 1, ..Ping::new("192.0.2.5") };
        assert_eq!(router.ping(ping).await.unwrap().lost, 0, "{transport:?}");
        router.command("configure terminal").await.unwrap();
        let error = router.command("hostname other").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{transport:?}: {error}");
        assert!(!lab.running.running_config().contains("hostname other"));
        if transport == EosTransport::Ssh {
            let typed = lab.running.typed();
            assert!(typed.iter().any(|typed| typed.line == "cli vrf default"), "{typed:?}");
        }
    }
}
