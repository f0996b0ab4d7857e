//! The router itself: who it is, its hardware, its clock, its users, what it probes.

use peering_core::Result;
use peering_core::state::{
    Environment, Facts, NtpAssociation, NtpServer, ProbeConfig, ProbeResult, Snmp, User,
};

use crate::cisco_iosxr::session::NetconfSession;
use crate::cisco_iosxr::{parse, request};
use crate::transport::netconf::Reply;

pub(in crate::cisco_iosxr) async fn facts(session: &NetconfSession) -> Result<Facts> {
    Ok(parse::facts(session.ask(request::facts()?).await?.root())?)
}

/// Routers without sensors do not say that they have the module.
pub(in crate::cisco_iosxr) async fn environment(session: &NetconfSession) -> Result<Environment> {
    let module = request::sensor_module(session.netconf()?.capabilities().uris());
    let sensors = async {
        match module {
            Some(module) => session.ask(request::sensors(module)?).await.map(Some),
            None => Ok(None),
        }
    };
    let (sensors, processors, memory) =
        tokio::try_join!(sensors, session.ask(request::processors()?), session.ask(request::memory()?),)?;
    Ok(parse::environment(sensors.as_ref().map(Reply::root), processors.root(), memory.root())?)
}

pub(in crate::cisco_iosxr) async fn users(session: &NetconfSession) -> Result<Vec<User>> {
    Ok(parse::users(session.ask(request::users()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn snmp(session: &NetconfSession) -> Result<Snmp> {
    Ok(parse::snmp(session.ask(request::snmp()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn ntp_servers(session: &NetconfSession) -> Result<Vec<NtpServer>> {
    Ok(parse::ntp_servers(session.ask(request::ntp()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn ntp_peers(session: &NetconfSession) -> Result<Vec<NtpServer>> {
    Ok(parse::ntp_peers(session.ask(request::ntp()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn ntp_associations(
    session: &NetconfSession,
) -> Result<Vec<NtpAssociation>> {
    Ok(parse::ntp_associations(session.ask(request::ntp_associations()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn probe_configs(session: &NetconfSession) -> Result<Vec<ProbeConfig>> {
    Ok(parse::probe_configs(session.ask(request::probe_configs()?).await?.root())?)
}

pub(in crate::cisco_iosxr) async fn probe_results(session: &NetconfSession) -> Result<Vec<ProbeResult>> {
    let (results, configs) =
        tokio::try_join!(session.ask(request::probe_results()?), session.ask(request::probe_configs()?),)?;
    let configs = parse::probe_configs(configs.root())?;
    Ok(parse::probe_results(results.root(), &configs)?)
}
