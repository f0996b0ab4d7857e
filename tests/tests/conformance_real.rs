//! The conformance suite against real FRR behind real OpenSSH: the lab in `tests/lab/`.
//!
//! One test, because every behaviour changes the same router.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use peering_core::conformance::ALL;
use peering_core::driver::Target;
use peering_core::{Error, ErrorKind};
use peering_drivers::frr::Frr;
use peering_tests::assert_kept;
use peering_tests::frr::{Configure, FrrSubject};

/// `vtysh` in a router of the lab, as its root.
fn back_door(state: PathBuf) -> Configure {
    Box::new(move |commands| {
        let state = state.clone();
        Box::pin(async move {
            let output =
                tokio::process::Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/lab.sh"))
                    .env("LAB_STATE", state)
                    .args(["exec", "r1", "vtysh"])
                    .args(commands.iter().flat_map(|command| ["-c", command]))
                    .output()
                    .await
                    .map_err(|error| Error::new(ErrorKind::Connect, "the lab's script").with_source(error))?;
            let words = String::from_utf8_lossy(&output.stdout).into_owned();
            if output.status.success() { Ok(()) } else { Err(Error::new(ErrorKind::Rejected, words)) }
        })
    })
}

#[tokio::test]
async fn every_promise_is_kept_by_a_real_router() {
    let Some(state) = std::env::var_os("PEERING_LAB").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none(), "in CI the lab must be up: tests/lab/lab.sh up");
        eprintln!("skipped: PEERING_LAB names no running lab (tests/lab/lab.sh up)");
        return;
    };
    let env = std::fs::read_to_string(state.join("env")).expect("the lab's env file");
    let value = |name: &str| {
        env.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).expect(name).to_owned()
    };
    let mut target = Target::new("127.0.0.1");
    target.port = Some(value("PEERING_LAB_PORT").parse().expect("a port"));
    target.credentials.username = "netops".into();
    target.credentials.password = Some(value("PEERING_LAB_PASSWORD").into());
    target.known_hosts = Some(vec![state.join("known_hosts")]);
    target.trusted_hosts = Some(state.join("trusted_hosts"));
    let subject =
        FrrSubject { driver: Arc::new(Frr::default()), target, asn: 64501, configure: back_door(state) };
    let mut verdicts = Vec::new();
    for behaviour in ALL {
        let started = Instant::now();
        verdicts.push((behaviour.name(), behaviour.check(&subject).await));
        println!("{:<36} {:>5.1} s", behaviour.name(), started.elapsed().as_secs_f32());
    }
    assert_kept(&verdicts);
}
