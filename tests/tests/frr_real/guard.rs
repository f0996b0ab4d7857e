//! What the guard on the router promises, whatever is killed or cut.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::driver::{CommitOptions, Leftover, LoadMode};
use peering_core::state::RouteMatch;

use super::lab::{CHANGED, is_changed, key, lab, other, sorted, staged, with_window};

#[tokio::test]
async fn an_apply_that_is_killed_half_way_comes_back() {
    let Some(lab) = lab().await else { return };
    // many lines to delete take a call each: long enough to be caught in the middle
    let many: String =
        (1..=40).map(|n| format!("ip prefix-list MANY{n} seq 5 permit 198.51.100.0/24\n")).collect();
    let mut session = staged(&lab, &many).await;
    session.commit(&CommitOptions::default()).await.unwrap();
    let before = lab.running("r1");
    let none: String = (1..=40).map(|n| format!("no ip prefix-list MANY{n}\n")).collect();
    for what in ["reload", "shell", "both"] {
        session.open_candidate().await.unwrap();
        session.stage(LoadMode::Merge, &format!("{none}{CHANGED}")).await.unwrap();
        let options = with_window(30);
        let (result, ()) = tokio::join!(session.commit(&options), async {
            tokio::time::sleep(Duration::from_millis(250)).await;
            lab.kill_apply(what);
        });
        println!("{what}: {result:?}");
        if let Ok(Some(pending)) = result {
            session.revert(&pending.token).await.unwrap(); // it was quicker than the killer
        }
        lab.wait_for_end(Duration::from_secs(120)).await;
        assert_eq!(sorted(&lab.running("r1")), sorted(&before), "after killing {what}");
        session.discard().await.ok();
        session = lab.connect(&key(&lab)).await.unwrap();
    }
}

#[tokio::test]
async fn a_killed_timer_is_found_and_its_promise_kept() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(1)).await.unwrap().unwrap();
    lab.kill_guard();
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert!(is_changed(&lab).await, "the timer is dead");
    let rescuer = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(rescuer.leftovers(), [Leftover::Ended { token, .. }] if *token == pending.token),
        "{:?}",
        rescuer.leftovers()
    );
    assert!(lab.is_pristine() && !lab.is_locked());
}

#[tokio::test]
async fn confirm_and_expiry_have_one_winner() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    let (mut confirmed, mut expired) = (0, 0);
    for round in 0..12_u64 {
        session.open_candidate().await.unwrap();
        let text = format!("router bgp 64501\n neighbor 192.0.2.99 description round {round}\nexit\n");
        session.stage(LoadMode::Merge, &text).await.unwrap();
        let pending = session.commit(&with_window(1)).await.unwrap().unwrap();
        // around the moment at which the guard wakes up, between one and three seconds after
        tokio::time::sleep(Duration::from_millis(900 + round * 170)).await;
        let result = session.confirm(&pending.token).await;
        lab.wait_for_end(Duration::from_secs(120)).await;
        let is_there = lab.running("r1").contains(&format!("description round {round}\n"));
        match result {
            Ok(()) => confirmed += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
                assert!(error.to_string().contains("expired"), "{error}");
                expired += 1;
                assert!(!is_there, "round {round}: refused, but in force");
                continue;
            }
        }
        assert!(is_there, "round {round}: confirmed, but not in force");
        assert!(lab.startup("r1").contains(&format!("description round {round}\n")));
    }
    println!("{confirmed} confirmed, {expired} expired");
    assert!(confirmed > 0 && expired > 0, "the race was none: {confirmed} to {expired}");
}

#[tokio::test]
async fn one_at_a_time() {
    let Some(lab) = lab().await else { return };
    let mut first = lab.connect(&key(&lab)).await.unwrap();
    first.open_candidate().await.unwrap();
    for target in [key(&lab), other(&lab)] {
        let mut second = lab.connect(&target).await.unwrap();
        assert!(
            matches!(second.leftovers(), [Leftover::Candidate { is_ours: false, .. }]),
            "{:?}",
            second.leftovers()
        );
        let error = second.open_candidate().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.to_string().contains("netops@") && error.to_string().contains("pid"), "{error}");
        second.discard().await.unwrap();
    }
    assert!(lab.is_locked(), "the discards of others do not count");
    first.discard().await.unwrap();
    let mut sessions = Vec::new();
    for _ in 0..6 {
        sessions.push(lab.connect(&key(&lab)).await.unwrap());
    }
    let results =
        futures_util::future::join_all(sessions.iter_mut().map(|session| session.open_candidate())).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(
        results
            .iter()
            .flat_map(|result| result.as_ref().err())
            .all(|error| error.kind() == ErrorKind::Locked),
        "{results:?}"
    );
    // a session that was killed leaves its lock; when the lease is over it is replaced
    for session in &mut sessions {
        session.discard().await.unwrap();
    }
    let mut dead = lab.connect(&key(&lab)).await.unwrap();
    dead.open_candidate().await.unwrap();
    drop(dead);
    lab.age_lock();
    let mut heir = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(heir.leftovers(), [Leftover::Candidate { is_ours: true, .. }]),
        "{:?}",
        heir.leftovers()
    );
    heir.open_candidate().await.unwrap();
    heir.discard().await.unwrap();
}

#[tokio::test]
async fn a_configuration_that_moved_is_not_overwritten() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    session.diff().await.unwrap();
    lab.vtysh("r1", &["conf t", "router bgp 64501", "neighbor 192.0.2.98 description somebody else"]);
    let before = lab.running("r1");
    let error = session.commit(&CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("has changed since"), "{error}");
    assert_eq!(lab.running("r1"), before);
    assert!(!lab.is_locked());
}

#[tokio::test]
async fn a_dropped_lock_is_given_up() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    for after in [0, 5, 10, 20, 30, 40, 60, 80, 120] {
        let _ = tokio::time::timeout(Duration::from_millis(after), session.open_candidate()).await;
        session.discard().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!lab.is_locked(), "dropped after {after} ms: {}", lab.state());
    }
    session.open_candidate().await.unwrap();
    session.discard().await.unwrap();
}

/// What a template for an exchange may well contain.
const EXCHANGE: &str = "\
! generated
bgp as-path access-list BOGON-AS seq 5 deny _0_
bgp as-path access-list BOGON-AS seq 10 permit .*
bgp community-list standard BLACKHOLE seq 5 permit blackhole
ip prefix-list BOGONS permit 10.0.0.0/8 le 32
ip prefix-list BOGONS permit 172.16.0.0/12 le 32
ipv6 prefix-list LONG6 seq 5 deny ::/0 ge 49
!
route-map EX-IN deny 10
 match ip address prefix-list BOGONS
route-map EX-IN deny 20
 match as-path BOGON-AS
route-map EX-IN permit 30
 description everything else
 set local-preference 150
 set large-community 64501:1:2 additive
exit
route-map EX-OUT permit 10
 match community BLACKHOLE
 set metric 10
 set as-path prepend 64501 64501
exit
!
router bgp 64501
 neighbor EX peer-group
 neighbor EX ttl-security hops 1
 neighbor EX timers 10 30
 neighbor 192.0.2.50 remote-as 64550
 neighbor 192.0.2.50 peer-group EX
 neighbor 192.0.2.50 description Ada & Söhne  <noc@example.net> \"#1\"
 neighbor 192.0.2.50 password p!a#s$s%w
 neighbor 2001:DB8:FFFF:0::50 remote-as 4200000001
 neighbor 2001:db8:ffff::50 description AS4200000001 v6
 neighbor 2001:db8:ffff::50 shutdown
 address-family ipv4 unicast
  neighbor EX activate
  neighbor EX route-map EX-IN in
  neighbor EX route-map EX-OUT out
  neighbor EX remove-private-AS
  neighbor 192.0.2.50 maximum-prefix 500 90 restart 15
 exit-address-family
 address-family ipv6
  neighbor 2001:db8:ffff::50 activate
  neighbor 2001:db8:ffff::50 prefix-list LONG6 in
  neighbor 2001:db8:ffff::50 soft-reconfiguration inbound
  neighbor 2001:db8:ffff::50 maximum-prefix 40
 exit-address-family
exit
";

#[tokio::test]
async fn a_whole_exchange_goes_in_at_once_and_out_again() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, EXCHANGE).await;
    let diff = session.diff().await.unwrap();
    println!("{diff}");
    assert_eq!(diff.counts().1, 0, "{diff}");
    session.commit(&CommitOptions::default()).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, EXCHANGE).await.unwrap();
    let again = session.diff().await.unwrap();
    assert!(again.is_empty(), "the same again changes nothing: {again}");
    session
        .stage(
            LoadMode::Merge,
            "router bgp 64501\n no neighbor 192.0.2.50\n no neighbor 2001:db8:ffff::50\n no neighbor EX peer-group\nexit\n\
             no route-map EX-IN\nno route-map EX-OUT\nno ip prefix-list BOGONS\nno ipv6 prefix-list LONG6\n\
             no bgp as-path access-list BOGON-AS\nno bgp community-list standard BLACKHOLE\n",
        )
        .await
        .unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}

#[tokio::test]
async fn bgp_is_taken_away_and_set_up_from_nothing() {
    let Some(lab) = lab().await else { return };
    let old = lab.running("r1");
    let mut session = staged(&lab, "no router bgp 64501\n").await;
    let diff = session.diff().await.unwrap();
    assert!(diff.to_string().contains("-   network 203.0.113.0/26"), "the whole block is shown: {diff}");
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(session.bgp_neighbors().await.unwrap().is_empty());
    assert!(
        session
            .routes(RouteMatch::Exact("198.51.100.0/24".parse().unwrap()).into())
            .await
            .unwrap()
            .is_empty()
    );
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Replace, &old).await.unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine(), "{}", lab.running("r1"));
}
