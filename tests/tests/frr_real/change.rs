//! Candidates: merge, replace, diff, commit.

use std::time::Duration;

use peering_core::ErrorKind;
use peering_core::driver::{CommitOptions, Leftover, LoadMode};

use super::lab::{
    CHANGED, Link, child_lab, comes_back, is_changed, key, lab, other, sorted, staged, with_window,
};

#[tokio::test]
async fn a_merge_changes_what_it_says_and_nothing_else() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(
        &lab,
        "hostname r1\nrouter bgp 64501\n neighbor 192.0.2.99 password a-new-secret\n no neighbor 192.0.2.98\n \
         address-family ipv4 unicast\n  neighbor 192.0.2.99 maximum-prefix 50\n exit-address-family\nexit\n\
         no ip prefix-list REJ4\nip prefix-list OUR4 permit 198.51.100.0/24\n\
         route-map IXP-IN permit 20\n set local-preference 120\nexit\nno ip route 198.18.0.0/15 blackhole\n",
    )
    .await;
    session.validate().await.unwrap();
    let diff = session.diff().await.unwrap();
    let shown = diff.to_string();
    println!("{shown}");
    for line in [
        "-  neighbor 192.0.2.99 password <redacted>",
        "+  neighbor 192.0.2.99 password <redacted>",
        "+   neighbor 192.0.2.99 maximum-prefix 50",
        "-   neighbor 192.0.2.99 maximum-prefix 100 80",
        "- ip prefix-list REJ4 seq 5 permit 100.64.8.0/22 ge 24 le 24",
        "+ ip prefix-list OUR4 seq 10 permit 198.51.100.0/24",
        "+  set local-preference 120",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
    assert!(!shown.contains("a-new-secret") && !format!("{diff:?}").contains("a-new-secret"));
    assert!(!is_changed(&lab).await);
    assert_eq!(session.commit(&CommitOptions::default()).await.unwrap(), None);
    let running = lab.running("r1");
    assert!(running.contains("neighbor 192.0.2.99 password a-new-secret"));
    assert!(!running.contains("192.0.2.98") && !running.contains("REJ4 seq"), "{running}");
    assert!(running.contains("maximum-prefix 50\n") && running.contains("set local-preference 120"));
    assert!(
        running.contains("set community 64501:100 additive") && running.contains("description peering-lan")
    );
    assert!(lab.startup("r1").contains("a-new-secret"), "a commit is saved");
    assert!(!lab.is_locked());
    // the same again changes nothing
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "router bgp 64501\n no neighbor 192.0.2.98\nexit\n").await.unwrap();
    assert!(session.diff().await.unwrap().is_empty());
    session.discard().await.unwrap();
    assert!(!lab.is_locked());
}

#[tokio::test]
async fn a_replace_is_the_whole_configuration() {
    let Some(lab) = lab().await else { return };
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    let old = session.running_config().await.unwrap();
    let new: String = old
        .lines()
        .filter(|line| !line.contains("192.0.2.98"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("nobody there", "changed by a test");
    session.open_candidate().await.unwrap();
    assert!(session.diff().await.unwrap().is_empty());
    session.stage(LoadMode::Replace, &new).await.unwrap();
    let (added, removed) = session.diff().await.unwrap().counts();
    assert!(added == 1 && removed >= 2, "{}", session.diff().await.unwrap());
    session.commit(&CommitOptions::default()).await.unwrap();
    assert_eq!(sorted(&session.running_config().await.unwrap()), sorted(&new));
    session.open_candidate().await.unwrap();
    let error = session.stage(LoadMode::Replace, "!\n").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    session.stage(LoadMode::Replace, &old).await.unwrap();
    session.commit(&CommitOptions::default()).await.unwrap();
    assert!(lab.is_pristine());
}

#[tokio::test]
async fn a_refusal_leaves_everything_as_it_was() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    for wrong in [
        "router bgp 64501\n neighbor 192.0.2.99 password hunter2 nonsense-keyword hunter2\n neighbor 192.0.2.99 frobnicate\nexit\n",
        "router bgp 65000\n neighbor 192.0.2.7 remote-as 7\nexit\n",
        "router bgp 64501\n no frobnicate\nexit\n",
        "frobnicate\n",
    ] {
        let error = session.stage(LoadMode::Merge, wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{wrong}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let diff = session.diff().await.unwrap();
    assert_eq!(diff.counts(), (1, 1), "a refused stage leaves the candidate as it was: {diff}");
    // the grammar knows nothing of groups that are not there: the daemon refuses, and all goes back
    session.stage(LoadMode::Merge, "router bgp 64501\n neighbor 192.0.2.79 remote-as 64579\n neighbor 192.0.2.79 peer-group NOSUCH\nexit\n").await.unwrap();
    let error = session.commit(&CommitOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error:?}");
    assert!(error.to_string().contains("peer-group"), "{error}");
    assert!(lab.is_pristine() && !lab.is_locked(), "{}", lab.running("r1"));
    session.discard().await.unwrap();
    // what the router spells differently is found by reading back
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, "ip prefix-list X seq 5 permit any\nip route 198.51.100.0/24 null0\nroute-map Z permit 10\n set metric +0\nexit\n").await.unwrap();
    match session.commit(&with_window(10)).await {
        Ok(Some(pending)) => session.revert(&pending.token).await.unwrap(),
        other => assert_eq!(other.unwrap_err().kind(), ErrorKind::Rejected),
    }
    assert!(lab.is_pristine() && !lab.is_locked(), "{}", lab.running("r1"));
}

#[tokio::test]
async fn a_commit_waits_for_its_confirmation() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let before = jiff::Timestamp::now();
    let pending = session.commit(&with_window(30)).await.unwrap().unwrap();
    assert!(pending.deadline >= before + jiff::SignedDuration::from_secs(30));
    assert!(pending.holder.starts_with("netops@") && pending.holder.contains("since"), "{}", pending.holder);
    assert!(is_changed(&lab).await);
    assert!(!lab.startup("r1").contains("changed by a test"), "nothing is saved before it is confirmed");
    // found from another connection, and by somebody else
    let mut second = lab.connect(&key(&lab)).await.unwrap();
    assert!(matches!(second.leftovers(), [Leftover::Pending(found)] if found.token == pending.token));
    let found = second.pending().await.unwrap().unwrap();
    assert_eq!((&found.token, &found.holder), (&pending.token, &pending.holder));
    assert!(found.deadline <= pending.deadline + jiff::SignedDuration::from_secs(2));
    let mut stranger = lab.connect(&other(&lab)).await.unwrap();
    assert_eq!(stranger.pending().await.unwrap().unwrap().token, pending.token);
    let error = stranger.open_candidate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(error.to_string().contains(&pending.holder), "{error}");
    assert_eq!(stranger.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::Locked);
    // confirmed by the other connection; once
    drop(session);
    second.confirm(&pending.token).await.unwrap();
    assert!(lab.startup("r1").contains("changed by a test"));
    assert_eq!(second.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(second.revert(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!lab.is_locked() && is_changed(&lab).await);
    assert!(second.pending().await.unwrap().is_none());
    let mut bad = pending.token.clone();
    bad.id = "../../etc/passwd".to_owned();
    assert_eq!(second.confirm(&bad).await.unwrap_err().kind(), ErrorKind::Options);
}

#[tokio::test]
async fn revert_takes_it_back_at_once() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(60)).await.unwrap().unwrap();
    session.revert(&pending.token).await.unwrap();
    assert!(lab.is_pristine() && !lab.is_locked());
    assert_eq!(session.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn unconfirmed_comes_back_by_itself() {
    let Some(lab) = lab().await else { return };
    let mut session = staged(&lab, CHANGED).await;
    let pending = session.commit(&with_window(2)).await.unwrap().unwrap();
    assert!(is_changed(&lab).await);
    comes_back(&lab, Duration::from_secs(60)).await;
    assert!(!lab.startup("r1").contains("changed by a test"));
    let late = session.confirm(&pending.token).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::NotFound);
    assert!(late.to_string().contains("expired without confirmation"), "{late}");
    let again = lab.connect(&key(&lab)).await.unwrap();
    assert!(
        matches!(again.leftovers(), [Leftover::Ended { token, outcome }] if *token == pending.token && outcome.contains("expired")),
        "{:?}",
        again.leftovers()
    );
}

#[tokio::test]
async fn a_killed_client_changes_nothing() {
    let Some(lab) = lab().await else { return };
    let mut child = lab.child("change::client_child", &[]);
    child.wait_for("armed").await;
    assert!(is_changed(&lab).await);
    child.kill().await;
    comes_back(&lab, Duration::from_secs(60)).await;
}

/// Commits and waits to be killed.
#[tokio::test]
async fn client_child() {
    let Some(lab) = child_lab() else { return };
    let mut session = staged(&lab, CHANGED).await;
    session.commit(&with_window(3)).await.unwrap();
    println!("armed");
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_cut_link_is_an_unknown_outcome_that_comes_back() {
    let Some(lab) = lab().await else { return };
    // after the commit: the session notices, and the router takes the change back
    let link = Link::new(lab.port).await;
    let mut session = lab.connect(&link.target(&lab)).await.unwrap();
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, CHANGED).await.unwrap();
    let pending = session.commit(&with_window(3)).await.unwrap().unwrap();
    link.cut();
    assert_eq!(session.confirm(&pending.token).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    comes_back(&lab, Duration::from_secs(60)).await;
    // while it is being applied
    for after in [20, 350] {
        let link = Link::new(lab.port).await;
        let mut session = lab.connect(&link.target(&lab)).await.unwrap();
        session.open_candidate().await.unwrap();
        session.stage(LoadMode::Merge, CHANGED).await.unwrap();
        let options = with_window(2);
        let (error, ()) = tokio::join!(session.commit(&options), async {
            tokio::time::sleep(Duration::from_millis(after)).await;
            link.cut();
        });
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
        assert!(error.to_string().contains("by itself 2 s after"), "{error}");
        lab.wait_for_end(Duration::from_secs(120)).await;
        comes_back(&lab, Duration::from_secs(60)).await;
    }
}
