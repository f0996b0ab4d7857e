//! Being let in, and being told the truth about it.

use std::net::IpAddr;

use super::{Subject, Verdict, Violation, connect, ensure, fails_with};
use crate::driver::{Read, Session};
use crate::state::{ConfigQuery, Ping, Traceroute};
use crate::{ErrorKind, Result, Router};

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
    let promise = |operation: &str| format!("`{operation}` is not claimed");
    let claimed = session.capabilities().reads;
    for read in Read::ALL.into_iter().filter(|read| !claimed.has(*read)) {
        fails_with(
            ask(session.as_mut(), read, subject).await,
            ErrorKind::Unsupported,
            &promise(read.name()),
        )?;
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

/// What a session claims answers.
pub(super) async fn claimed_reads_answer(subject: &dyn Subject) -> Verdict {
    let mut session = subject.driver().connect(&subject.target()).await?;
    let claimed = session.capabilities().reads;
    for read in Read::ALL.into_iter().filter(|read| claimed.has(*read)) {
        let answer = ask(session.as_mut(), read, subject).await;
        answer.map_err(|error| Violation(format!("`{read}` is claimed, and fails: {error}")))?;
    }
    session.close().await?;
    Ok(())
}

/// Asks for something by its name, and forgets the answer.
async fn ask(session: &mut dyn Session, read: Read, subject: &dyn Subject) -> Result<()> {
    let address = IpAddr::from([192, 0, 2, 1]);
    match read {
        Read::Facts => session.facts().await.map(drop),
        Read::Interfaces => session.interfaces().await.map(drop),
        Read::InterfaceAddresses => session.interface_addresses().await.map(drop),
        Read::InterfaceCounters => session.interface_counters().await.map(drop),
        Read::BgpInstances => session.bgp_instances().await.map(drop),
        Read::BgpNeighbors => session.bgp_neighbors().await.map(drop),
        Read::BgpNeighborsDetail => session.bgp_neighbors_detail(None).await.map(drop),
        Read::BgpConfig => session.bgp_config().await.map(drop),
        Read::Routes => session.routes(address.into()).await.map(drop),
        Read::ArpTable => session.arp_table().await.map(drop),
        Read::Ipv6Neighbors => session.ipv6_neighbors().await.map(drop),
        Read::NetworkInstances => session.network_instances().await.map(drop),
        Read::Environment => session.environment().await.map(drop),
        Read::Optics => session.optics().await.map(drop),
        Read::LldpNeighbors => session.lldp_neighbors().await.map(drop),
        Read::LldpNeighborsDetail => session.lldp_neighbors_detail(None).await.map(drop),
        Read::Users => session.users().await.map(drop),
        Read::NtpServers => session.ntp_servers().await.map(drop),
        Read::NtpPeers => session.ntp_peers().await.map(drop),
        Read::NtpAssociations => session.ntp_associations().await.map(drop),
        Read::Snmp => session.snmp().await.map(drop),
        Read::Vlans => session.vlans().await.map(drop),
        Read::MacTable => session.mac_table().await.map(drop),
        Read::ProbeConfigs => session.probe_configs().await.map(drop),
        Read::ProbeResults => session.probe_results().await.map(drop),
        Read::RunningConfig => session.running_config().await.map(drop),
        Read::Config => session.config(ConfigQuery::default()).await.map(drop),
        Read::Ping => session.ping(Ping::new("192.0.2.1")).await.map(drop),
        Read::Traceroute => session.traceroute(Traceroute::new("192.0.2.1")).await.map(drop),
        Read::Command => session.command(&subject.commands().0).await.map(drop),
    }
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
