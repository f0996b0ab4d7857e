//! Changes on a simulated IOS that cannot be compiled, and so are typed under the router's timer; beyond what the conformance
//! suite asks of every platform.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Target, Timeouts};
use peering_core::{ErrorKind, Router};
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::sim::{Fabric, Fault, FaultKind, FaultPoint, IosRouter, Port, RunningIos, User};

/// The router's minute.
const MINUTE: Duration = Duration::from_secs(1);

/// A line of a kind that is not known beside another, a secret that the router hashes, and what could be compiled.
const TEXT: &str = "scheduler allocate 20000 1000\nusername guest secret hunter2\nrouter bgp 64501\n neighbor 192.0.2.77 remote-as \
                    64577\n neighbor 192.0.2.77 password hunter2\n address-family ipv4\n  neighbor 192.0.2.77 activate\n";

struct Lab {
    running: RunningIos,
    before: String,
    _fabric: Fabric,
}

impl Lab {
    async fn start(router: IosRouter) -> Lab {
        let fabric = Fabric::new();
        let router = IosRouter {
            name: "ios1".into(),
            local_as: Some(64501.into()),
            ports: vec![Port {
                name: "GigabitEthernet1".into(),
                addresses: vec!["192.0.2.1/24".parse().unwrap()],
            }],
            config: "scheduler max-task-time 5000\n".into(),
            users: vec![User::new("netops", "secret")],
            minute: MINUTE,
            ..router
        };
        let running = router.start(&fabric).await.unwrap();
        let before = running.running_config();
        Lab { running, before, _fabric: fabric }
    }

    async fn router(&self) -> Router {
        let timeouts = Timeouts { change: Duration::from_secs(4), ..Timeouts::default() };
        let target = Target { timeouts, ..self.running.target() };
        let driver = CiscoIos { minute: MINUTE, ..CiscoIos::default() };
        Router::connect(Arc::new(driver), &target).await.unwrap()
    }

    /// What was typed into the configuration mode, without what marks the ends.
    fn configured(&self) -> Vec<String> {
        let typed = self.running.typed().into_iter().map(|typed| typed.line);
        let inside = typed.skip_while(|line| !line.starts_with("configure terminal")).skip(1);
        inside.take_while(|line| line != "end").filter(|line| !line.starts_with("! ")).collect()
    }

    /// The old configuration is in force, and nothing is left.
    fn assert_old(&self) {
        assert_eq!(self.running.running_config(), self.before);
        assert_eq!(self.running.startup_config(), self.before);
        self.assert_nothing_left();
    }

    fn assert_nothing_left(&self) {
        let ours: Vec<_> =
            self.running.files().into_iter().filter(|name| name.contains("peering-")).collect();
        assert_eq!(ours, Vec::<String>::new());
        assert!(!self.running.has_pending_change());
    }
}

#[tokio::test]
async fn what_cannot_be_compiled_is_typed_under_the_timer() {
    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(TEXT).await.unwrap();
    let diff = candidate.diff().await.unwrap();
    let shown = "+scheduler allocate 20000 1000\n+username guest secret <redacted>\n router bgp 64501\n+ neighbor 192.0.2.77 \
                 remote-as 64577\n+ neighbor 192.0.2.77 password <redacted>\n+ address-family ipv4\n+  neighbor 192.0.2.77 activate\n";
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&diff.to_string()), sorted(shown));
    let confirming = candidate.commit_confirmed(5 * MINUTE, None).await.unwrap();
    assert!(lab.running.has_pending_change());
    let after = lab.running.running_config();
    assert!(
        after.contains("scheduler allocate 20000 1000\n") && after.contains("username guest secret 9 "),
        "{after}"
    );
    assert_eq!(lab.running.startup_config(), lab.before, "nothing is saved before the confirmation");
    confirming.confirm().await.unwrap();
    assert_eq!(lab.running.running_config(), after);
    assert_eq!(lab.running.startup_config(), after);
    lab.assert_nothing_left();
    router.close().await.unwrap();
    let mut lines: Vec<String> = TEXT.lines().map(|line| line.trim().to_owned()).collect();
    lines.insert(0, "do show archive config rollback timer".into());
    lines.extend(["exit".into(), "exit".into()]);
    assert_eq!(lab.configured(), lines);
}

/// Lines that lead nowhere are typed at once.
#[tokio::test]
async fn a_plain_commit_is_confirmed_and_saved() {
    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    let lines: String = (1..=40).map(|number| format!("ip host r{number} 192.0.2.{number}\n")).collect();
    candidate.merge(&format!("scheduler interval 5\n{lines}")).await.unwrap();
    candidate.commit(None).await.unwrap();
    assert!(lab.running.running_config().contains("ip host r40 192.0.2.40\n"));
    assert_eq!(lab.running.running_config(), lab.running.startup_config());
    lab.assert_nothing_left();
    router.close().await.unwrap();
    let typed = lab.running.typed();
    let waited = typed.iter().filter(|typed| typed.line.starts_with("ip host") && !typed.is_ahead).count();
    assert!(waited < 10, "{waited} round trips");
}

/// Questions, banners, contexts without lines, another name: each behind the others, in three texts.
#[tokio::test]
async fn lines_of_every_kind_are_typed() {
    let lab = Lab::start(IosRouter { config: String::new(), ..IosRouter::default() }).await;
    lab.running.configure("username guest secret x").unwrap();
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge("hostname ios2\n").await.unwrap();
    candidate
        .merge("banner motd ^C\nios1# no prompt\nend\n^C\nscheduler interval 5\nno username guest\n")
        .await
        .unwrap();
    candidate
        .merge("interface Loopback9\n!\nip domain name example.net\ninterface Loopback8\n description a ?\n")
        .await
        .unwrap();
    candidate.commit(None).await.unwrap();
    let after = lab.running.running_config();
    for line in [
        "hostname ios2",
        "scheduler interval 5",
        "interface Loopback9",
        "ip domain name example.net",
        " description a ?",
    ] {
        assert!(after.lines().any(|own| own == line), "{line}: {after}");
    }
    assert!(after.contains("banner motd ~ ios1# no prompt end ~"), "{after}");
    assert!(!after.contains("guest"), "{after}");
    router.close().await.unwrap();
    lab.assert_nothing_left();
}

/// The first refusal takes all of it back, and says which line it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_line_is_named_and_all_is_taken_back() {
    let refused = [
        (
            vec![
                "scheduler allocate 20000 1000\nrouter bgp 64501\n neighbor 192.0.2.78 nonsense hunter2 5\n router-id x\n",
            ],
            "line 3: `neighbor 192.0.2.78 nonsense hunter2 5`: % Invalid input",
        ),
        (
            vec![
                "scheduler interval 5\n",
                "hostname b\n\nusername guest secret hunter2 hunter3\nno nonsense hunter2\n",
            ],
            "line 4 of text 2: `no nonsense hunter2`: % Invalid input",
        ),
        // the router would take the inner line somewhere else
        (
            vec!["router bgp 65000\n description x\n"],
            "line 1: `router bgp 65000`: BGP is already running; AS is 64501",
        ),
        (
            vec!["scheduler interval 5\n description x\n"],
            "line 1: `scheduler interval 5`: it leads into no context",
        ),
        (vec!["host other\n"], "line 1: `host other`: % Invalid input"),
        (
            vec!["scheduler interval 5\nbanner motd #\nHi\n#\nno nonsense\n"],
            "line 5: `no nonsense`: % Invalid input",
        ),
    ];
    let mut runs = Vec::new();
    for (texts, words) in refused {
        runs.push(tokio::spawn(async move {
            let lab = Lab::start(IosRouter::default()).await;
            let router = lab.router().await;
            let mut candidate = router.candidate().await.unwrap();
            for text in texts {
                candidate.merge(text).await.unwrap();
            }
            let error = candidate.commit(None).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
            assert!(error.message().contains(words), "{error}");
            assert!(!error.message().contains("hunter3"), "{error}");
            router.close().await.unwrap();
            lab.assert_old();
        }));
    }
    for run in runs {
        run.await.unwrap();
    }
}

#[tokio::test]
async fn what_nobody_confirms_is_taken_back() {
    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge(TEXT).await.unwrap();
    let confirming = candidate.commit_confirmed(2 * MINUTE, None).await.unwrap();
    assert_ne!(lab.running.running_config(), lab.before);
    tokio::time::sleep(confirming.remaining() + Duration::from_millis(500)).await;
    assert_eq!(lab.running.running_config(), lab.before);
    assert_eq!(confirming.confirm().await.unwrap_err().kind(), ErrorKind::NotFound);
    // what is left of it goes with the next candidate
    router.candidate().await.unwrap().discard().await.unwrap();
    router.close().await.unwrap();
    lab.assert_old();
}

/// A slow router: no line is typed any more when the timer is over.
#[tokio::test]
async fn nothing_is_typed_without_the_timer() {
    let lab = Lab::start(IosRouter { busy: Duration::from_millis(100), ..IosRouter::default() }).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    let lines: String = (1..=20).map(|number| format!("scheduler interval {number}\n")).collect();
    candidate.merge(&lines).await.unwrap();
    let error = candidate.commit_confirmed(MINUTE, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    assert!(error.message().contains("in time"), "{error}");
    assert!(!lab.configured().iter().any(|line| line == "scheduler interval 20"));
    router.close().await.ok();
    lab.assert_old();
}

/// Somebody else changes something while our lines are typed: it is not taken for ours.
#[tokio::test]
async fn what_the_text_does_not_name_is_not_ours() {
    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    candidate.merge("scheduler allocate 20000 1000\n").await.unwrap();
    let late = FaultKind::Late(Duration::from_millis(600));
    lab.running.inject(Fault::once(FaultPoint::Command("end".into()), late));
    let commit = candidate.commit(None);
    let meddle = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(lab.running.running_config().contains("scheduler allocate"), "it is being typed");
        lab.running.configure("ip domain name example.net").unwrap();
    };
    let (outcome, ()) = tokio::join!(commit, meddle);
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(
        error.message().contains("does not name") && error.message().contains("+ip domain name"),
        "{error}"
    );
    assert_eq!(lab.running.unplayed_faults(), 0);
    router.close().await.unwrap();
    lab.assert_old();
}

/// What is dangerous to type is refused at once, and so is everything uncertain where there is no timer, or where a
/// configuration was loaded that replaces all.
#[tokio::test]
async fn what_cannot_be_typed_is_refused_before_it_is_sent() {
    let lab = Lab::start(IosRouter { has_archive: false, ..IosRouter::default() }).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    let error = candidate.merge(TEXT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("line 1: ") && error.message().contains("with an archive"), "{error}");
    assert!(candidate.diff().await.unwrap().is_empty());
    candidate.discard().await.unwrap();
    router.close().await.unwrap();
    lab.assert_old();

    let lab = Lab::start(IosRouter::default()).await;
    let router = lab.router().await;
    let mut candidate = router.candidate().await.unwrap();
    for text in [
        "reload\n",
        "scheduler interval 5\nend\nhostname x\n",
        "username a secret <redacted>\n",
        "no archive\nno nonsense\n",
    ] {
        assert_eq!(candidate.merge(text).await.unwrap_err().kind(), ErrorKind::Rejected, "{text}");
    }
    assert!(candidate.diff().await.unwrap().is_empty());
    candidate.merge("no scheduler nothing\n").await.unwrap();
    assert!(candidate.diff().await.unwrap().is_empty(), "the router finds nothing in it");
    // with what replaces all it is known again what comes out
    candidate
        .replace(&format!("{}end\n", lab.before.replace("ios1", "ios3").replace("end\n", "")))
        .await
        .unwrap();
    assert_eq!(candidate.diff().await.unwrap().counts(), (1, 1));
    let error = candidate.merge("scheduler interval 5\n").await.unwrap_err();
    assert!(!error.message().contains("archive"), "{error}");
    candidate.commit(None).await.unwrap();
    assert_eq!(lab.running.running_config(), lab.before.replace("ios1", "ios3"));
    assert!(!lab.running.typed().iter().any(|typed| typed.line.starts_with("configure terminal")));
    router.close().await.unwrap();
    lab.assert_nothing_left();
}

/// What the router is told on the way of a commit.
const COMMANDS: [&str; 14] = [
    "show running-config",
    "configure terminal revert timer",
    "do show archive config rollback timer",
    "scheduler",
    "username",
    "router bgp",
    "neighbor 192.0.2.77 password",
    "neighbor 192.0.2.77 activate",
    "exit",
    "end",
    "dir",
    "configure confirm",
    "write memory",
    "delete",
];

/// Every command × every disorder: what is said is so, and when every timer has run out nothing of a failure is in force.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_true_whatever_fails() {
    let refusal = FaultKind::Fail { status: 1, output: "% refused".into() };
    let kinds = [FaultKind::DropBefore, FaultKind::DropAfter, FaultKind::Stall, refusal];
    let mut runs = Vec::new();
    for command in COMMANDS {
        for kind in kinds.clone() {
            runs.push(tokio::spawn(async move {
                let lab = Lab::start(IosRouter::default()).await;
                let router = lab.router().await;
                let mut candidate = router.candidate().await.unwrap();
                candidate.merge(TEXT).await.unwrap();
                candidate.diff().await.unwrap();
                lab.running.inject(Fault::once(FaultPoint::Command(command.into()), kind.clone()));
                let outcome = candidate.commit(None).await;
                router.close().await.ok();
                let told = format!("{command}, {kind:?}: {outcome:?}");
                assert_eq!(lab.running.unplayed_faults(), 0, "{told}");
                assert!(!lab.running.has_pending_change(), "{told}");
                let is_new = lab.running.running_config().contains("scheduler allocate");
                match outcome {
                    Ok(()) => {
                        assert_eq!(lab.running.running_config(), lab.running.startup_config(), "{told}")
                    }
                    // in force, and not known to be saved; or what this session cannot wait for, before and after the change
                    Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                        assert!(
                            ["write memory", "delete", "show running-config"].contains(&command),
                            "{told}"
                        );
                        assert_eq!(is_new, command != "show running-config", "{told}");
                    }
                    Err(error) => {
                        assert_eq!(lab.running.running_config(), lab.before, "{told}");
                        assert_ne!(error.kind(), ErrorKind::Timeout, "{told}");
                    }
                }
            }));
        }
    }
    for run in runs {
        run.await.unwrap();
    }
}
