//! Reads: whole, consistent, and in step.

use std::collections::BTreeSet;
use std::time::Duration;

use ipnet::IpNet;

use super::{Subject, Verdict, connect, ensure, fails_with};
use crate::ErrorKind;
use crate::driver::Read;
use crate::state::RouteQuery;

/// Facts have a vendor, a version and a host name, and name the interfaces.
pub(super) async fn facts_are_whole(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::Facts) {
        return fails_with(router.facts().await, ErrorKind::Unsupported, "facts").map(|_| ());
    }
    let facts = router.facts().await?;
    ensure(
        !facts.vendor.is_empty() && !facts.os_version.is_empty() && !facts.hostname.is_empty(),
        format!("facts have a vendor, a version and a host name: {facts:?}"),
    )?;
    if router.capabilities().reads.has(Read::Interfaces) {
        let named: BTreeSet<_> = facts.interfaces.iter().cloned().collect();
        let listed: BTreeSet<_> =
            router.interfaces().await?.into_iter().map(|interface| interface.name).collect();
        // Where an interface has units, `ge-0/0/0.0`, facts may name it alone.
        let is_named = |name: &String| {
            named.contains(name) || name.split_once('.').is_some_and(|(above, _)| named.contains(above))
        };
        ensure(
            named.is_subset(&listed) && listed.iter().all(is_named),
            format!("facts name the interfaces: {named:?}, not {listed:?}"),
        )?;
    }
    Ok(router.close().await?)
}

/// Interfaces have distinct names.
pub(super) async fn interfaces_are_whole(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::Interfaces) {
        return fails_with(router.interfaces().await, ErrorKind::Unsupported, "interfaces").map(|_| ());
    }
    let interfaces = router.interfaces().await?;
    let names: BTreeSet<_> = interfaces.iter().map(|interface| &interface.name).collect();
    ensure(names.len() == interfaces.len(), "interface names are distinct")?;
    Ok(router.close().await?)
}

/// The addresses are those of interfaces that exist, and there is one at least.
pub(super) async fn addresses_are_whole(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::InterfaceAddresses) {
        let refused = router.interface_addresses().await;
        return fails_with(refused, ErrorKind::Unsupported, "interface_addresses").map(|_| ());
    }
    let all = router.interface_addresses().await?;
    ensure(
        all.iter().any(|one| !one.addresses.is_empty()),
        "some interface has an address, with its prefix length",
    )?;
    if router.capabilities().reads.has(Read::Interfaces) {
        let names: BTreeSet<_> =
            router.interfaces().await?.into_iter().map(|interface| interface.name).collect();
        let strange = all.iter().find(|one| !names.contains(&one.interface));
        ensure(strange.is_none(), format!("addresses are of interfaces that exist, unlike {strange:?}"))?;
    }
    Ok(router.close().await?)
}

/// A neighbour occurs once in its network instance, and what is said of it agrees with its state.
pub(super) async fn neighbors_are_consistent(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::BgpNeighbors) {
        return fails_with(router.bgp_neighbors().await, ErrorKind::Unsupported, "bgp_neighbors").map(|_| ());
    }
    let neighbors = router.bgp_neighbors().await?;
    ensure(!neighbors.is_empty(), "the device under test has a BGP neighbour")?;
    let keys: BTreeSet<_> = neighbors.iter().map(|one| (&one.network_instance, one.address)).collect();
    ensure(keys.len() == neighbors.len(), "a neighbour occurs once in its network instance")?;
    for neighbor in &neighbors {
        ensure(
            neighbor.is_established() == neighbor.uptime.is_some(),
            format!("{} has an uptime exactly when it is established", neighbor.address),
        )?;
        ensure(
            !(neighbor.is_established() && neighbor.down_reason.is_some()),
            format!("{} is established and has no reason to be down", neighbor.address),
        )?;
    }
    Ok(router.close().await?)
}

/// The running configuration reads the same twice.
pub(super) async fn running_config_is_stable(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::RunningConfig) {
        return fails_with(router.running_config().await, ErrorKind::Unsupported, "running_config")
            .map(|_| ());
    }
    let first = router.running_config().await?;
    ensure(!first.trim().is_empty(), "the running configuration is not empty")?;
    let second = router.running_config().await?;
    ensure(
        first == second,
        "an unchanged running configuration reads the same twice: no clocks, no counters",
    )?;
    Ok(router.close().await?)
}

/// No route is an empty list, not an error.
pub(super) async fn no_route_is_empty(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    let Ok(nowhere) = "198.18.255.0/24".parse() else { return Ok(()) };
    let query = RouteQuery::from(IpNet::V4(nowhere));
    if !router.capabilities().reads.has(Read::Routes) {
        return fails_with(router.routes(query).await, ErrorKind::Unsupported, "routes").map(|_| ());
    }
    let routes = router.routes(query).await?;
    ensure(routes.is_empty(), format!("a prefix that nobody announces has no route: {routes:?}"))?;
    Ok(router.close().await?)
}

/// A command answers.
pub(super) async fn command_answers(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    let (good, _) = subject.commands();
    if !router.capabilities().reads.has(Read::Command) {
        return fails_with(router.command(&good).await, ErrorKind::Unsupported, "command").map(|_| ());
    }
    let answer = router.command(&good).await?;
    ensure(!answer.trim().is_empty(), format!("`{good}` answers"))?;
    Ok(router.close().await?)
}

/// An unknown command is `Rejected`, in the device's own words.
pub(super) async fn unknown_command_is_rejected(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    let (_, bad) = subject.commands();
    if !router.capabilities().reads.has(Read::Command) {
        return fails_with(router.command(&bad).await, ErrorKind::Unsupported, "command").map(|_| ());
    }
    let error = fails_with(router.command(&bad).await, ErrorKind::Rejected, "an unknown command")?;
    ensure(!error.message().is_empty(), "a refusal has the device's words")?;
    Ok(router.close().await?)
}

/// A read whose future is dropped half-way leaves the session in step or closed, never out of step.
pub(super) async fn dropped_read_keeps_step(subject: &dyn Subject) -> Verdict {
    let router = connect(subject).await?;
    if !router.capabilities().reads.has(Read::RunningConfig) || !router.capabilities().reads.has(Read::Facts)
    {
        return Ok(router.close().await?);
    }
    let expected = router.facts().await?;
    for pause in [0, 1, 5, 20] {
        let _ = tokio::time::timeout(Duration::from_millis(pause), router.running_config()).await;
        match router.facts().await {
            Ok(facts) => ensure(
                facts.hostname == expected.hostname && facts.os_version == expected.os_version,
                format!("after a dropped read the next one has its own answer, not {facts:?}"),
            )?,
            Err(error) if error.kind() == ErrorKind::Closed => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(router.close().await?)
}
