//! The router itself: who it is, its clock, its users, what it probes.

use peering_core::Result;
use peering_core::state::{Facts, NtpAssociation, NtpServer, ProbeConfig, Snmp, User};

use super::terse_interfaces;
use crate::juniper_junos::parse;
use crate::juniper_junos::request::{self, rpc};
use crate::juniper_junos::session::JunosSession;

/// The domain is the configured one, else that of the resolver, where the account may see either.
pub(in crate::juniper_junos) async fn facts(session: &JunosSession) -> Result<Facts> {
    let (software, inventory, uptime, interfaces, domain, resolver) = tokio::try_join!(
        session.rpc(rpc("get-software-information", &[])?),
        session.rpc_if_known(rpc("get-chassis-inventory", &[])?),
        session.rpc(rpc("get-system-uptime-information", &[])?),
        session.rpc(terse_interfaces()?),
        session.rpc_if_allowed(request::configured("system/domain-name")?),
        session.rpc_if_allowed(rpc("file-show", &[("filename", "/etc/resolv.conf")])?),
    )?;
    let software = parse::software(software.root())?;
    let configured = domain.map(|reply| parse::domain_name(reply.root())).transpose()?.flatten();
    let domain = configured.or_else(|| resolver.and_then(|reply| parse::resolver_domain(reply.root())));
    Ok(Facts {
        vendor: "Juniper".to_owned(),
        model: software.model,
        os_version: software.version,
        serial_number: inventory.map(|reply| parse::serial_number(reply.root())).transpose()?.flatten(),
        fqdn: domain.map(|domain| format!("{}.{domain}", software.hostname)),
        hostname: software.hostname,
        uptime: parse::boot_age(uptime.root())?,
        interfaces: parse::interfaces(interfaces.root())?
            .into_iter()
            .map(|interface| interface.name)
            .collect(),
    })
}

/// Those of the configuration, and root at the end.
pub(in crate::juniper_junos) async fn users(session: &JunosSession) -> Result<Vec<User>> {
    let (users, system) = tokio::try_join!(
        session.rpc(request::configured("system/login/user")?),
        session.rpc(request::configured("system")?),
    )?;
    let mut found = parse::users(users.root())?;
    found.extend(parse::root_user(system.root())?);
    Ok(found)
}

pub(in crate::juniper_junos) async fn ntp_servers(session: &JunosSession) -> Result<Vec<NtpServer>> {
    Ok(parse::ntp_servers(session.rpc(request::configured("system/ntp/server")?).await?.root())?)
}

pub(in crate::juniper_junos) async fn ntp_peers(session: &JunosSession) -> Result<Vec<NtpServer>> {
    Ok(parse::ntp_peers(session.rpc(request::configured("system/ntp/peer")?).await?.root())?)
}

pub(in crate::juniper_junos) async fn ntp_associations(
    session: &JunosSession,
) -> Result<Vec<NtpAssociation>> {
    let text = super::command(session, "show ntp associations no-resolve").await?;
    Ok(parse::ntp_associations(&text)?)
}

pub(in crate::juniper_junos) async fn snmp(session: &JunosSession) -> Result<Snmp> {
    Ok(parse::snmp(session.rpc(request::configured("snmp")?).await?.root())?)
}

pub(in crate::juniper_junos) async fn probe_configs(session: &JunosSession) -> Result<Vec<ProbeConfig>> {
    let reply = session.rpc(request::configured("services/rpm/probe/test")?).await?;
    Ok(parse::probe_configs(reply.root())?)
}
