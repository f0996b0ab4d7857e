//! The conformance suite on a device that exists on paper only: all of it holds, and each behaviour fails, for its own
//! reason, when the device breaks just that one.

use peering_core::conformance::ALL;
use peering_tests::assert_kept;
use peering_tests::paper::Paper;

/// What each behaviour must say when it is broken.
const REASONS: &[(&str, &str)] = &[
    ("session_claims_within_driver", "claims at most what its driver does"),
    ("wrong_password_is_auth", "never shows a password"),
    ("unreachable_is_connect", "a place where nobody listens: expected `connection failed`"),
    (
        "unclaimed_is_unsupported_at_once",
        "`routes` is not claimed: expected `not supported`, but it succeeded",
    ),
    ("claimed_reads_answer", "`interface_addresses` is claimed, and fails"),
    ("closed_is_closed", "a closed session: expected `closed`, but it succeeded"),
    ("errors_name_host_and_operation", "names platform, host and operation"),
    ("facts_are_whole", "a host name"),
    ("interfaces_are_whole", "distinct"),
    ("addresses_are_whole", "some interface has an address"),
    ("neighbors_are_consistent", "an uptime exactly when it is established"),
    ("running_config_is_stable", "reads the same twice"),
    ("no_route_is_empty", "has no route"),
    ("command_answers", "answers"),
    ("unknown_command_is_rejected", "an unknown command: expected `rejected`, but it succeeded"),
    ("dropped_read_keeps_step", "has its own answer"),
    ("discard_leaves_no_trace", "a discarded candidate changes nothing"),
    ("no_change_is_an_empty_diff", "is an empty diff"),
    ("diff_shows_the_change", "has added lines"),
    ("diff_hides_the_secret", "no password in it"),
    ("merge_commits_and_unmerges", "a committed merge is in force"),
    ("replace_commits", "restores it"),
    ("validate_accepts_what_commits", "not today"),
    ("refused_text_changes_nothing", "nothing of a refused text"),
    ("refusal_keeps_the_candidate", "leaves the candidate as it was"),
    ("second_candidate_is_locked", "a second candidate: expected `locked`, but it succeeded"),
    ("holder_is_named", "names the holder"),
    ("dropped_candidate_is_released", "the lock is free"),
    ("moved_configuration_is_refused", "moved since the diff: expected `rejected`, but it succeeded"),
    ("confirmed_commit_stays", "stays after the deadline"),
    ("unconfirmed_commit_comes_back", "comes back by itself"),
    ("dropped_confirming_comes_back", "after a dropped guard"),
    ("revert_comes_back_at_once", "gone when `revert` returns"),
    ("late_confirm_is_not_found", "after the deadline: expected `not found`, but it succeeded"),
    ("deadline_is_honest", "of a window of"),
    ("short_window_is_refused", "states its shortest window"),
    ("pending_is_seen_from_outside", "another session sees"),
    ("reattach_confirms", "not pending any more"),
    (
        "reattach_refuses_a_stale_token",
        "a token of a reverted commit: expected `not found`, but it succeeded",
    ),
    ("pending_locks_the_configuration", "while a commit is pending: expected `locked`, but it succeeded"),
    ("lost_session_comes_back", "whose session has ended comes back"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_behaviour_holds_on_paper() {
    let check = |behaviour: &'static peering_core::conformance::Behaviour| async move {
        (behaviour.name(), behaviour.check(&Paper::new("")).await)
    };
    let runs: Vec<_> = ALL.iter().map(|behaviour| tokio::spawn(check(behaviour))).collect();
    let mut verdicts = Vec::new();
    for run in runs {
        verdicts.push(run.await.unwrap());
    }
    assert_kept(&verdicts);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_behaviour_fails_for_its_own_reason() {
    let check = |behaviour: &'static peering_core::conformance::Behaviour| async move {
        (behaviour.name(), behaviour.check(&Paper::new(behaviour.name())).await)
    };
    let runs: Vec<_> = ALL.iter().map(|behaviour| tokio::spawn(check(behaviour))).collect();
    for run in runs {
        let (name, verdict) = run.await.unwrap();
        let (_, reason) = REASONS.iter().find(|(known, _)| *known == name).expect(name);
        let violation = verdict.expect_err(name);
        assert!(violation.to_string().contains(reason), "{name} failed for another reason: {violation}");
    }
}
