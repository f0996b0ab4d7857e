//! What `Router`, `Candidate` and `Confirming` guarantee by themselves, whatever the driver does.

use std::sync::Arc;
use std::time::Duration;

use peering_core::conformance::Subject;
use peering_core::driver::{Registry, Target, Token};
use peering_core::{ErrorKind, Router};
use peering_tests::paper::Paper;

async fn router(paper: &Paper) -> Router {
    Router::connect(paper.driver(), &paper.target()).await.unwrap()
}

#[tokio::test]
async fn an_empty_text_never_reaches_the_device() {
    let paper = Paper::new("");
    let mut candidate = router(&paper).await.candidate().await.unwrap();
    for text in ["", " \n\n"] {
        assert_eq!(candidate.merge(text).await.unwrap_err().kind(), ErrorKind::Options);
        assert_eq!(candidate.replace(text).await.unwrap_err().kind(), ErrorKind::Options);
    }
}

#[tokio::test]
async fn a_commit_of_nothing_is_refused_and_frees_the_lock() {
    let paper = Paper::new("");
    let router = router(&paper).await;
    let refused = router.candidate().await.unwrap().commit(None).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Options);
    router.candidate().await.unwrap().discard().await.unwrap();
}

#[tokio::test]
async fn the_candidate_has_the_session_for_itself() {
    let paper = Paper::new("");
    let router = router(&paper).await;
    let mut candidate = router.candidate().await.unwrap();
    assert_eq!(candidate.facts().await.unwrap().hostname, "paper");
    for kind in [
        router.facts().await.unwrap_err().kind(),
        router.candidate().await.unwrap_err().kind(),
        router.close().await.unwrap_err().kind(),
    ] {
        assert_eq!(kind, ErrorKind::Locked);
    }
    drop(candidate);
    router.facts().await.unwrap();
}

#[tokio::test]
async fn a_candidate_moves_between_tasks() {
    let paper = Paper::new("");
    let mut candidate = router(&paper).await.candidate().await.unwrap();
    let diff = tokio::spawn(async move {
        candidate.merge("neighbor 192.0.2.9").await.unwrap();
        candidate.diff().await.unwrap()
    });
    assert_eq!(diff.await.unwrap().counts(), (1, 0));
}

#[tokio::test]
async fn a_future_dropped_while_the_candidate_opens_leaves_no_lock() {
    let paper = Paper::new("");
    let router = router(&paper).await;
    let mut opening = Box::pin(router.candidate());
    // One poll is enough for the paper device to take the lock.
    let _ = futures_poll_once(&mut opening).await;
    drop(opening);
    router.running_config().await.unwrap();
    let other = Router::connect(paper.driver(), &paper.target()).await.unwrap();
    other.candidate().await.unwrap().discard().await.unwrap();
}

async fn futures_poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}

#[tokio::test]
async fn a_token_of_another_router_is_an_option_error() {
    let paper = Paper::new("");
    let token = Token { platform: "paper".into(), host: "elsewhere".into(), id: "1".into() };
    let refused = router(&paper).await.reattach(&token).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Options);
}

#[tokio::test]
async fn waiting_for_sessions_says_which_are_missing() {
    let paper = Paper::new("");
    let router = router(&paper).await;
    let peers = ["192.0.2.1".parse().unwrap(), "192.0.2.77".parse().unwrap()];
    let health = router.wait_for_sessions(&peers, Duration::from_millis(300)).await.unwrap();
    assert!(!health.is_healthy());
    assert_eq!(health.established.len(), 1);
    assert_eq!(health.down[0].to_string(), "192.0.2.77 is not configured on the router");
    assert!(router.wait_for_sessions(&peers[..1], Duration::ZERO).await.unwrap().is_healthy());
}

#[tokio::test]
async fn a_registry_knows_drivers_by_name() {
    let mut registry = Registry::new();
    registry.register(Paper::new(""));
    let driver = registry.driver("paper").unwrap();
    Router::connect(Arc::clone(&driver), &Paper::new("").target()).await.unwrap();
    let unknown = registry.driver("papyrus").unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Options);
    assert!(unknown.to_string().contains("paper"), "{unknown}");
}

#[tokio::test]
async fn a_connection_that_takes_too_long_is_a_timeout() {
    #[derive(Debug)]
    struct Asleep;
    #[async_trait::async_trait]
    impl peering_core::driver::Driver for Asleep {
        fn name(&self) -> &'static str {
            "asleep"
        }
        fn capabilities(&self) -> peering_core::driver::Capabilities {
            Default::default()
        }
        async fn connect(&self, _: &Target) -> peering_core::Result<Box<dyn peering_core::driver::Session>> {
            std::future::pending().await
        }
    }
    let mut target = Target::new("r1");
    target.timeouts.connect = Duration::from_millis(20);
    let error = Router::connect(Arc::new(Asleep), &target).await.unwrap_err();
    assert_eq!((error.kind(), error.host()), (ErrorKind::Timeout, Some("r1")));
}
