//! Being let in, and being told the truth about it.

use super::{Subject, Verdict, connect, ensure, fails_with};
use crate::driver::Capabilities;
use crate::state::RouteQuery;
use crate::{ErrorKind, Router};

/// A session claims nothing beyond its driver.
pub(super) async fn session_claims_within_driver(subject: &dyn Subject) -> Verdict {
    let driver = subject.driver();
    let mut session = driver.connect(&subject.target()).await?;
    let claimed = session.capabilities();
    session.close().await?;
    ensure(
        claimed.intersection(driver.capabilities()) == claimed,
        format!("a session claims at most what its driver does: {claimed:?}"),
    )
}

/// A wrong password is `Auth`, and the password is not in the error.
pub(super) async fn wrong_password_is_auth(subject: &dyn Subject) -> Verdict {
    let target = subject.wrong_password();
    let error =
        fails_with(Router::connect(subject.driver(), &target).await, ErrorKind::Auth, "a wrong password")?;
    let shown = format!("{error} {error:?}");
    let leaks =
        target.credentials.password.as_ref().is_some_and(|password| shown.contains(password.expose()));
    ensure(!leaks, "an error never shows a password")
}

/// A port that nobody listens on is `Connect`.
pub(super) async fn unreachable_is_connect(subject: &dyn Subject) -> Verdict {
    let result = Router::connect(subject.driver(), &subject.nobody()).await;
    fails_with(result, ErrorKind::Connect, "a place where nobody listens").map(|_| ())
}

/// What a session does not claim fails with `Unsupported`, in the driver as in the handle.
pub(super) async fn unclaimed_is_unsupported_at_once(subject: &dyn Subject) -> Verdict {
    let mut session = subject.driver().connect(&subject.target()).await?;
    let Capabilities { facts, interfaces, bgp_neighbors, routes, running_config, command, .. } =
        session.capabilities();
    let promise = |operation: &str| format!("`{operation}` is not claimed");
    if !facts {
        fails_with(session.facts().await, ErrorKind::Unsupported, &promise("facts"))?;
    }
    if !interfaces {
        fails_with(session.interfaces().await, ErrorKind::Unsupported, &promise("interfaces"))?;
    }
    if !bgp_neighbors {
        fails_with(session.bgp_neighbors().await, ErrorKind::Unsupported, &promise("bgp_neighbors"))?;
    }
    if !routes {
        let query = RouteQuery::Longest(std::net::Ipv4Addr::new(192, 0, 2, 1).into());
        fails_with(session.routes(query).await, ErrorKind::Unsupported, &promise("routes"))?;
    }
    if !running_config {
        fails_with(session.running_config().await, ErrorKind::Unsupported, &promise("running_config"))?;
    }
    if !command {
        let (good, _) = subject.commands();
        fails_with(session.command(&good).await, ErrorKind::Unsupported, &promise("command"))?;
    }
    if !session.capabilities().candidate() {
        fails_with(session.open_candidate().await, ErrorKind::Unsupported, &promise("open_candidate"))?;
    }
    if !session.capabilities().commit_confirmed {
        fails_with(session.pending().await, ErrorKind::Unsupported, &promise("pending"))?;
    }
    session.close().await?;
    Ok(())
}

/// After `close` every operation is `Closed`, and closing again is fine.
pub(super) async fn closed_is_closed(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    router.check().await?;
    router.close().await?;
    router.close().await?;
    fails_with(router.check().await, ErrorKind::Closed, "a closed router").map(|_| ())?;

    let mut session = subject.driver().connect(&subject.target()).await?;
    session.close().await?;
    fails_with(session.check().await, ErrorKind::Closed, "a closed session").map(|_| ())
}

/// An error says where and during what.
pub(super) async fn errors_name_host_and_operation(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    let (_, bad) = subject.commands();
    let Err(error) = router.command(&bad).await else { return Ok(router.close().await?) };
    ensure(
        error.host() == Some(router.host())
            && error.operation() == Some("command")
            && error.platform() == Some(router.platform()),
        format!("an error names platform, host and operation: {error:?}"),
    )?;
    Ok(router.close().await?)
}
