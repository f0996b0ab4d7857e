//! The conformance suite on a simulated IOS router, over SSH: every behaviour on a router of its own, all at once. And what
//! only IOS does.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Driver, Leftover, LoadMode};
use peering_core::{ErrorKind, Result, Router};
use peering_drivers::cisco_ios::{CiscoIos, Upload};
use peering_drivers::sim::{Fabric, IosRouter, Member, Port, RunningIos, User};
use peering_tests::subject::{TypedSubject, keeps_its_promises};
use peering_tests::{sample, words};

/// The router's minute: two of them are a window.
const MINUTE: Duration = Duration::from_secs(2);

const CHANGE: &str = "router bgp 64501\n neighbor 192.0.2.77 remote-as 64577\n";

struct Lab {
    running: Arc<RunningIos>,
    _fabric: Fabric,
}

impl Lab {
    /// A router with one established session, one that is shut down, and one where nobody answers.
    async fn start(router: IosRouter) -> Lab {
        let fabric = Fabric::new();
        fabric.add_member(Member {
            addresses: vec!["192.0.2.5".parse().unwrap()],
            ipv4_prefixes: 40,
            ..Member::new(64505.into(), 64501.into())
        });
        let router = IosRouter {
            name: "ios1".into(),
            local_as: Some(64501.into()),
            ports: vec![Port {
                name: "GigabitEthernet1".into(),
                addresses: vec!["192.0.2.1/24".parse().unwrap()],
            }],
            config: "router bgp 64501\n neighbor 192.0.2.5 remote-as 64505\n neighbor 192.0.2.98 remote-as 64598\n \
                     neighbor 192.0.2.98 shutdown\n neighbor 192.0.2.99 remote-as 64599\n address-family ipv4\n  \
                     neighbor 192.0.2.5 activate\n  neighbor 192.0.2.98 activate\n  neighbor 192.0.2.99 activate\n"
                .into(),
            users: vec![User::new("netops", "conformance")],
            minute: MINUTE,
            ..router
        };
        let running = Arc::new(router.start(&fabric).await.unwrap());
        assert!(running.wait_established(1, Duration::from_secs(10)).await);
        Lab { running, _fabric: fabric }
    }

    fn driver() -> CiscoIos {
        CiscoIos { minute: MINUTE, ..CiscoIos::default() }
    }

    fn configure(&self, text: &str) -> Result<()> {
        self.running.configure(text)
    }

    async fn router(&self) -> Router {
        Router::connect(Arc::new(Lab::driver()), &self.running.target()).await.unwrap()
    }

    /// The files of ours that are on the router.
    async fn files(&self) -> Vec<String> {
        let mut session = Lab::driver().connect(&self.running.target()).await.unwrap();
        let files = session.command("dir").await.unwrap();
        files.lines().filter(|line| line.contains("peering-")).map(str::to_owned).collect()
    }
}

async fn all(router: fn() -> IosRouter, driver: fn() -> CiscoIos) {
    let start = || async move {
        let lab = Lab::start(router()).await;
        TypedSubject {
            driver: Arc::new(driver()),
            target: lab.running.target(),
            window: 2 * MINUTE,
            words: words::ios(),
            configure: Box::new(move |text| lab.configure(text)),
        }
    };
    keeps_its_promises(start, "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept() {
    all(IosRouter::default, Lab::driver).await;
}

/// Without an archive there is no rollback timer: what is claimed then still holds.
#[tokio::test(flavor = "multi_thread")]
async fn every_promise_is_kept_without_an_archive() {
    let router = || IosRouter { has_archive: false, ..IosRouter::default() };
    all(router, Lab::driver).await;
    let lab = Lab::start(router()).await;
    let capabilities = lab.router().await.capabilities();
    assert!(capabilities.commit && capabilities.merge && !capabilities.commit_confirmed);
}

/// The file comes through the router's Tcl where it takes none by SCP.
#[tokio::test]
async fn a_router_without_scp_takes_files_by_tcl() {
    let lab = Lab::start(IosRouter { has_scp: false, ..IosRouter::default() }).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let error = candidate.commit(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("ip scp server enable"), "{error}");

    let driver = CiscoIos { upload: Upload::Tcl, ..Lab::driver() };
    let router = Router::connect(Arc::new(driver), &lab.running.target()).await.unwrap();
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(&format!("{CHANGE} neighbor 192.0.2.77 description [a] {{b}} $c \"d\"\n")).await.unwrap();
    candidate.commit(None).await.unwrap();
    assert!(lab.running.running_config().contains("description [a] {b} $c \"d\""));
    assert_eq!(lab.files().await, Vec::<String>::new());
}

/// The sample of our template loads as it is, and loading it again changes nothing.
#[tokio::test]
async fn the_template_loads() {
    let fabric = Fabric::new();
    let router = IosRouter { users: vec![User::new("netops", "x")], ..IosRouter::default() };
    let running = router.start(&fabric).await.unwrap();
    let router = Router::connect(Arc::new(CiscoIos::default()), &running.target()).await.unwrap();
    sample::load("cisco_ios", &router, None).await;
    assert_eq!(running.running_config(), running.startup_config());
    router.close().await.unwrap();
}

/// A candidate that is held keeps others away; ours is discarded once it is dead.
#[tokio::test]
async fn only_what_is_ours_and_dead_is_discarded() {
    let lab = Lab::start(IosRouter::default()).await;
    let mut left = Lab::driver().connect(&lab.running.target()).await.unwrap();
    left.open_candidate().await.unwrap();
    left.stage(LoadMode::Merge, CHANGE).await.unwrap();
    left.diff().await.unwrap();
    assert_eq!(lab.files().await.len(), 2);
    let router = lab.router().await;
    assert!(matches!(router.leftovers(), [Leftover::Candidate { is_ours: false, .. }]), "it is held");
    assert_eq!(router.candidate().await.unwrap_err().kind(), ErrorKind::Locked);
    drop(left);
    assert!(matches!(lab.router().await.leftovers(), [Leftover::Candidate { is_ours: true, .. }]));
    let candidate = router.candidate().await.unwrap();
    assert_eq!(lab.files().await.len(), 1);
    candidate.discard().await.unwrap();
    assert_eq!(lab.files().await, Vec::<String>::new());
}

/// Nothing of the router's configuration changes beside the change: no `file prompt quiet`, no archive, no SCP server.
#[tokio::test]
async fn nothing_else_is_changed() {
    let lab = Lab::start(IosRouter::default()).await;
    let before = lab.running.running_config();
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge("hostname other\n").await.unwrap();
    let confirming = candidate.commit_confirmed(2 * MINUTE, None).await.unwrap();
    assert_eq!(lab.running.running_config(), before.replace("hostname ios1", "hostname other"));
    assert_eq!(lab.running.startup_config(), before, "nothing is saved before the confirmation");
    confirming.revert().await.unwrap();
    assert_eq!(lab.running.running_config(), before);
    assert_eq!(lab.files().await, Vec::<String>::new());
}

/// A window that the router's timer cannot count is refused before anything is sent.
#[tokio::test]
async fn more_than_two_hours_are_too_long() {
    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let before = lab.running.running_config();
    let error = candidate.commit_confirmed(121 * MINUTE, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
    assert_eq!(lab.running.running_config(), before);
}

/// A refusal names the line of its own text, and the texts before it stay staged; what is no whole configuration replaces
/// none.
#[tokio::test]
async fn a_text_is_refused_before_anything_is_sent() {
    let lab = Lab::start(IosRouter { has_archive: false, ..IosRouter::default() }).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(CHANGE).await.unwrap();
    let error = candidate.merge("! a comment\nhostname x\n\nno nonsense\n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("line 4"), "{error}");
    for text in [
        "hostname x\nend\n",
        "version 17.3\nhostname x\n",
        "version 17.3\nhostname x\nenable secret x\nend\n",
    ] {
        assert_eq!(candidate.replace(text).await.unwrap_err().kind(), ErrorKind::Rejected, "{text}");
    }
    candidate.commit(None).await.unwrap();
    assert!(lab.running.running_config().contains("64577") && lab.running.running_config().contains("ios1"));
}
