//! Configuration sessions and their timer, with the clock in the test's hand.

use std::time::Duration;

use super::*;
use crate::sim::fault::Fault;
use crate::sim::persona::{Chassis, Persona};

fn device() -> Device {
    let mut tree = Node::root();
    load(&mut tree, "hostname r1\nrouter bgp 64501\nneighbor 192.0.2.5 remote-as 64505\n").unwrap();
    Device::new(Chassis::new("r1", Vec::new()), "4.32.2F".to_owned(), tree)
}

/// Opens a session with one changed line.
fn stage(device: &mut Device, name: &str, line: &str) {
    device.enter_session(name, "netops").unwrap();
    load(&mut device.pending(name).unwrap().tree, line).unwrap();
}

fn after(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

#[test]
fn a_session_is_nothing_until_it_is_committed() {
    let mut own = device();
    let before = own.running_config();
    stage(&mut own, "s", "hostname r2\n");
    assert_eq!(own.running_config(), before);
    let diff = own.session_diff("s").unwrap();
    assert_eq!(
        diff,
        "--- system:/running-config\n+++ session:/s-session-config\n@@ -1,4 +1,4 @@\n-hostname r1\n+hostname r2\n !\n \
         router bgp 64501\n    neighbor 192.0.2.5 remote-as 64505\n"
    );
    own.commit_session("s", None, Instant::now()).unwrap();
    assert!(own.running_config().starts_with("hostname r2\n"));
    assert_eq!((own.view.hostname.as_str(), own.store.sessions["s"].state), ("r2", State::Completed));
    assert!(own.enter_session("s", "x").unwrap_err().contains("already completed"));
    assert_eq!(own.startup_config(), before);
}

#[test]
fn an_unconfirmed_commit_comes_back() {
    let mut own = device();
    let before = own.running_config();
    stage(&mut own, "s", "hostname r2\n");
    own.commit_session("s", Some(60), Instant::now()).unwrap();
    assert_eq!(own.store.sessions["s"].state, State::PendingTimer);
    own.expire(after(59));
    assert_ne!(own.running_config(), before);
    own.expire(after(61));
    assert_eq!((own.running_config(), own.store.sessions.len()), (before, 0));
}

#[test]
fn a_confirmed_commit_stays() {
    let mut own = device();
    stage(&mut own, "s", "hostname r2\n");
    own.commit_session("s", Some(60), Instant::now()).unwrap();
    own.commit_session("s", None, Instant::now()).unwrap();
    own.expire(after(61));
    assert!(own.running_config().starts_with("hostname r2\n"));
    assert!(own.commit_session("s", None, Instant::now()).is_err());
}

#[test]
fn a_killed_timer_never_fires() {
    let mut own = device();
    stage(&mut own, "s", "hostname r2\n");
    own.commit_session("s", Some(60), Instant::now()).unwrap();
    own.chassis.faults.add(Fault::once(FaultPoint::Timer, FaultKind::Stall));
    own.expire(after(61));
    own.expire(after(62));
    assert!(own.running_config().starts_with("hostname r2\n"));
}

#[test]
fn abort_reverts_what_waits_and_only_one_can_wait() {
    let mut own = device();
    let before = own.running_config();
    stage(&mut own, "a", "hostname a\n");
    stage(&mut own, "b", "hostname b\n");
    own.commit_session("a", Some(60), Instant::now()).unwrap();
    assert!(own.commit_session("b", None, Instant::now()).unwrap_err().contains("pending commit timer"));
    own.abort_session("a").unwrap();
    assert_eq!(own.running_config(), before);
    assert!(own.abort_session("a").is_err());
    own.abort_session("b").unwrap();
}

#[test]
fn pending_sessions_are_few() {
    let mut own = device();
    for name in ["a", "b", "c", "d", "e"] {
        own.enter_session(name, "netops").unwrap();
    }
    assert!(own.enter_session("f", "netops").unwrap_err().starts_with("Maximum number of pending sessions"));
    own.enter_session("a", "netops").unwrap();
    own.abort_session("a").unwrap();
    own.enter_session("f", "netops").unwrap();
}

#[test]
fn a_restart_brings_the_saved_configuration_back() {
    let mut own = device();
    let saved = own.startup_config();
    stage(&mut own, "s", "hostname r2\n");
    own.commit_session("s", Some(60), Instant::now()).unwrap();
    own.restart();
    assert_eq!((own.running_config(), own.store.sessions.len()), (saved, 0));
    own.expire(after(61));
}

#[test]
fn files_and_checkpoints_replace() {
    let mut own = device();
    let before = own.running_config();
    own.write("flash:rollback-0", before.clone()).unwrap();
    own.write("checkpoint:good", before.clone()).unwrap();
    for source in ["flash:rollback-0", "checkpoint:good", "startup-config"] {
        own.configure("hostname r2\nrouter bgp 64501\nno neighbor 192.0.2.5\n").unwrap();
        own.replace(source).unwrap();
        assert_eq!(own.running_config(), before, "{source}");
    }
    assert!(own.replace("flash:none").unwrap_err().contains("No such file"));
    own.write("flash:bad", "bogus\n".to_owned()).unwrap();
    assert!(own.replace("flash:bad").unwrap_err().contains("Invalid input"));
    assert_eq!(own.running_config(), before);
    let fault = FaultKind::Fail { status: 1, output: "No space left on device".to_owned() };
    own.chassis.faults.add(Fault::once(FaultPoint::Save, fault));
    assert_eq!(own.write(STARTUP, String::new()), Err("No space left on device".to_owned()));
    assert_eq!(own.startup_config(), before);
}
