//! One connection to a router: how it is asked, and the reads.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use ipnet::IpNet;
use jiff::Timestamp;
use peering_core::driver::{
    Capabilities, CommitOptions, Leftover, LoadMode, Pending, Session, Target, Token,
};
use peering_core::state::{BgpNeighbor, Facts, Interface, InterfaceAddresses, Route, RouteMatch, RouteQuery};
use peering_core::{Diff, Error, ErrorKind, Result};
use serde_json::value::RawValue;

use super::guard::{Call, Verb};
use super::probe::{Lock, Probe, probe};
use super::redact::redact;
use super::transaction::{Change, token};
use super::{ALL, Frr, NAME, READS, parse, reload};
use crate::transport::{Output, Redactor, Ssh};

/// Commands that run at once on one connection; OpenSSH allows ten channels.
const AT_ONCE: usize = 6;

/// Commands that one vtysh is given: it is a process of its own each time.
const PER_VTYSH: usize = 64;

/// How far a deadline must be past before the router's timer counts as killed.
const OVERDUE: i64 = -12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Account {
    /// A POSIX login shell.
    Shell,
    /// `vtysh` is the login shell.
    Vtysh,
}

#[derive(Debug)]
pub(super) struct FrrSession {
    pub(super) ssh: Ssh,
    pub(super) driver: Frr,
    pub(super) host: String,
    pub(super) user: String,
    /// The window of a commit that nobody asked one for.
    pub(super) patience: Duration,
    pub(super) change: Option<Change>,
    account: Account,
    capabilities: Capabilities,
    leftovers: Vec<Leftover>,
}

impl FrrSession {
    pub(super) async fn connect(driver: &Frr, target: &Target) -> Result<FrrSession> {
        let ssh = Ssh::connect_with(target, Redactor { platform: NAME, redact }).await?;
        let mut session = FrrSession {
            ssh,
            driver: driver.clone(),
            host: target.to_string(),
            user: target.credentials.username.clone(),
            patience: target.timeouts.change,
            change: None,
            account: Account::Shell,
            capabilities: READS,
            leftovers: Vec::new(),
        };
        match session.probe().await? {
            Some(found) => session.settle(found).await?,
            None => session.account = Account::Vtysh,
        }
        if session.account == Account::Vtysh {
            // neither the guard's answer nor vtysh's: an account that cannot be used
            let unusable = || {
                Error::new(
                    ErrorKind::Options,
                    format!(
                        "the login shell of {} on {} is neither a POSIX shell nor vtysh",
                        session.user, session.host
                    ),
                )
            };
            let answer = session.vty("show version").await.map_err(|error| match error.kind() {
                ErrorKind::Rejected => unusable().with_source(error),
                _ => error,
            })?;
            parse::version(&answer).map_err(|error| unusable().with_source(error))?;
        }
        Ok(session)
    }

    pub(super) async fn probe(&self) -> Result<Option<Probe>> {
        let output = self.guard(Verb::Probe, "", "", None).await?;
        Ok(probe(&output.text())?)
    }

    /// What the account may do, and what an earlier session left.
    async fn settle(&mut self, mut found: Probe) -> Result<()> {
        if !found.has_vtysh {
            return Err(Error::new(
                ErrorKind::Auth,
                format!(
                    "{} may log in on {} but not talk to FRR; add the account to the group frrvty",
                    self.user, self.host
                ),
            ));
        }
        if found.has_reload && found.has_state {
            self.capabilities = ALL;
        }
        let overdue = found.lock.as_ref().filter(|lock| lock.is_own).and_then(|lock| lock.pending.clone());
        if let Some((id, _)) = overdue.filter(|(_, left)| *left < OVERDUE) {
            // whoever killed the timer did not kill the promise
            self.guard(Verb::Rescue, &id, "", None).await?;
            found = self.probe().await?.unwrap_or(found);
        }
        let now = Timestamp::now();
        if let Some(lock) = &found.lock {
            self.leftovers.push(match self.pending_of(lock, now) {
                Some(pending) => Leftover::Pending(pending),
                None => {
                    Leftover::Candidate { holder: lock.holder.clone(), is_ours: lock.is_own && lock.is_stale }
                }
            });
        }
        for (id, outcome) in found.ended {
            self.leftovers.push(Leftover::Ended { token: token(&self.host, &id), outcome });
        }
        Ok(())
    }

    fn pending_of(&self, lock: &Lock, asked: Timestamp) -> Option<Pending> {
        let (id, left) = lock.pending.as_ref()?;
        Some(Pending {
            token: token(&self.host, id),
            deadline: asked + jiff::SignedDuration::from_secs(*left),
            holder: lock.holder.clone(),
        })
    }

    /// One call of the guard.
    pub(super) async fn guard(
        &self,
        verb: Verb,
        id: &str,
        argument: &str,
        stdin: Option<&[u8]>,
    ) -> Result<Output> {
        let call = Call {
            state: self.driver.state_dir.clone(),
            verb,
            id: id.to_owned(),
            argument: argument.to_owned(),
        };
        let command = call
            .command()
            .map_err(|_| Error::new(ErrorKind::Options, "the state folder's name cannot hold a zero byte"))?;
        // the script, sizes, and who and when we are do not tell one call from another
        let name = format!("guard {verb:?} {id}");
        self.ssh.exec_named(&name, &command, stdin).await
    }

    /// One command of vtysh: its output, or `Rejected` with its words.
    async fn vty(&self, command: &str) -> Result<String> {
        if command.contains(['\n', '\r', '\0']) {
            return Err(Error::new(ErrorKind::Options, "a command is one line"));
        }
        let line = match self.account {
            Account::Vtysh => command.to_owned(),
            Account::Shell => shlex::try_join(["vtysh", "-c", command])
                .map_err(|_| Error::new(ErrorKind::Options, "a command cannot hold a zero byte"))?,
        };
        let output = self.ssh.exec(&line, None).await?;
        let text = output.text().into_owned();
        // vtysh ends with 0 for some refusals, and says so by the sign in front only
        if output.is_success() && !text.trim_start().starts_with("% ") {
            return Ok(text);
        }
        let all = format!("{text}\n{}", String::from_utf8_lossy(&output.stderr));
        let words = redact(&reload::words(&all));
        let words = if words.is_empty() { format!("vtysh ended with {:?}", output.status) } else { words };
        Err(Error::new(ErrorKind::Rejected, format!("`{}`: {words}", redact(command))))
    }

    /// The JSON answers of several commands, by one vtysh where the account may; `None` where the router refuses one.
    async fn json_answers(&self, commands: &[&str]) -> Result<Vec<Option<String>>> {
        if self.account == Account::Shell && commands.len() > 1 {
            let words = std::iter::once("vtysh").chain(commands.iter().flat_map(|command| ["-c", *command]));
            let line = shlex::try_join(words)
                .map_err(|_| Error::new(ErrorKind::Options, "a command cannot hold a zero byte"))?;
            let output = self.ssh.exec(&line, None).await?;
            let text = output.text();
            let answers: Vec<_> = serde_json::Deserializer::from_str(&text)
                .into_iter::<Box<RawValue>>()
                .map_while(Result::ok)
                .collect();
            if answers.len() == commands.len() {
                return Ok(answers.iter().map(|answer| Some(answer.get().to_owned())).collect());
            }
            // vtysh stops at the first refusal: whose it was shows when they are asked one by one
        }
        let mut answers = Vec::with_capacity(commands.len());
        for command in commands {
            match self.vty(command).await {
                Ok(text) => answers.push(Some(text)),
                Err(error) if error.kind() == ErrorKind::Rejected => answers.push(None),
                Err(error) => return Err(error),
            }
        }
        Ok(answers)
    }

    /// Fills in how many prefixes were received, for the families whose table FRR keeps.
    async fn count_received(&self, neighbors: &mut [parse::Neighbor]) -> Result<()> {
        let mut questions = Vec::new();
        for (index, entry) in neighbors.iter().enumerate() {
            for family in &entry.kept {
                if let Some(words) = parse::vty_family(family) {
                    let (instance, address) = (&entry.neighbor.network_instance, entry.neighbor.address);
                    let vrf = if instance == "default" { String::new() } else { format!("vrf {instance} ") };
                    let command = format!("show bgp {vrf}{words} neighbors {address} prefix-counts json");
                    questions.push((index, family.clone(), command));
                }
            }
        }
        let chunks: Vec<Vec<_>> = questions.chunks(PER_VTYSH).map(<[_]>::to_vec).collect();
        let answers: Vec<_> = stream::iter(chunks)
            .map(async |chunk| {
                let commands: Vec<&str> = chunk.iter().map(|(.., command)| command.as_str()).collect();
                let answers = self.json_answers(&commands).await?;
                let known = chunk.iter().zip(answers).map(|((index, family, _), answer)| {
                    // a neighbour may have gone since: then nothing is known of it
                    (*index, family.clone(), answer.and_then(|text| parse::received(&text).ok()))
                });
                Ok::<_, Error>(known.collect::<Vec<_>>())
            })
            .buffer_unordered(AT_ONCE)
            .try_concat()
            .await?;
        for (index, family, received) in answers {
            let entry = neighbors
                .get_mut(index)
                .and_then(|entry| entry.neighbor.families.iter_mut().find(|entry| entry.family == family));
            if let Some(entry) = entry {
                entry.received = received;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Session for FrrSession {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn leftovers(&self) -> &[Leftover] {
        &self.leftovers
    }

    async fn facts(&mut self) -> Result<Facts> {
        let session = &*self;
        let uptime = async {
            match session.account {
                Account::Vtysh => Ok(None),
                Account::Shell => session.ssh.exec("cat /proc/uptime", None).await.map(Some),
            }
        };
        let (version, interfaces, uptime) = tokio::try_join!(
            session.vty("show version"),
            session.vty("show interface vrf all json"),
            uptime
        )?;
        let version = parse::version(&version)?;
        let interfaces = parse::interfaces(&interfaces)?;
        Ok(Facts {
            vendor: "FRRouting".to_owned(),
            model: version.system,
            os_version: version.version,
            serial_number: None,
            hostname: version.hostname,
            fqdn: None,
            // only Linux tells it there
            uptime: uptime
                .filter(Output::is_success)
                .map(|output| parse::uptime(&output.text()))
                .transpose()?,
            interfaces: interfaces.into_iter().map(|interface| interface.name).collect(),
        })
    }

    async fn interfaces(&mut self) -> Result<Vec<Interface>> {
        Ok(parse::interfaces(&self.vty("show interface vrf all json").await?)?)
    }

    async fn interface_addresses(&mut self) -> Result<Vec<InterfaceAddresses>> {
        Ok(parse::interface_addresses(&self.vty("show interface vrf all json").await?)?)
    }

    async fn bgp_neighbors(&mut self) -> Result<Vec<BgpNeighbor>> {
        let mut neighbors = parse::neighbors(&self.vty("show bgp vrf all neighbors json").await?)?;
        if self.driver.count_received {
            self.count_received(&mut neighbors).await?;
        }
        Ok(neighbors.into_iter().map(|entry| entry.neighbor).collect())
    }

    async fn routes(&mut self, query: RouteQuery) -> Result<Vec<Route>> {
        let (what, is_ipv4) = match query.matching {
            RouteMatch::Exact(prefix) => (prefix.trunc().to_string(), matches!(prefix, IpNet::V4(_))),
            RouteMatch::Longest(address) => (address.to_string(), matches!(address, IpAddr::V4(_))),
            RouteMatch::Longer(_) => {
                return Err(Error::new(ErrorKind::Unsupported, "this driver asks for one prefix at a time"));
            }
        };
        let (ip, family) = if is_ipv4 { ("ip", "ipv4") } else { ("ipv6", "ipv6") };
        let (rib, bgp) = (
            format!("show {ip} route vrf all {what} json"),
            format!("show bgp {family} unicast {what} json"),
        );
        let session = &*self;
        let (rib, bgp) = tokio::join!(session.vty(&rib), session.vty(&bgp));
        let rib = parse::rib_routes(&rib?)?;
        let mut paths = match bgp {
            Ok(text) => parse::bgp_paths(&text, "default")?,
            // a router without BGP has no paths
            Err(error) if error.kind() == ErrorKind::Rejected => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut instances: Vec<&str> = rib
            .iter()
            .filter(|route| route.protocol == "bgp" && route.network_instance != "default")
            .map(|route| route.network_instance.as_str())
            .collect();
        instances.dedup();
        for instance in instances {
            let text = session.vty(&format!("show bgp vrf {instance} {family} unicast {what} json")).await?;
            paths.extend(parse::bgp_paths(&text, instance)?);
        }
        let mut routes = parse::merge_routes(rib, paths);
        routes.retain(|route| query.protocol.as_ref().is_none_or(|protocol| route.protocol == *protocol));
        Ok(routes)
    }

    async fn running_config(&mut self) -> Result<String> {
        self.vty("show running-config no-header").await
    }

    async fn command(&mut self, command: &str) -> Result<String> {
        self.vty(command).await
    }

    async fn open_candidate(&mut self) -> Result<()> {
        if !self.capabilities.candidate() {
            return Err(Error::unsupported("open_candidate"));
        }
        self.lock().await
    }

    async fn stage(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        self.compile(mode, text).await
    }

    async fn validate(&mut self) -> Result<()> {
        self.test().await.map(drop)
    }

    async fn diff(&mut self) -> Result<Diff> {
        self.test().await
    }

    async fn commit(&mut self, options: &CommitOptions) -> Result<Option<Pending>> {
        self.apply(options).await
    }

    async fn confirm(&mut self, token: &Token) -> Result<()> {
        self.end(Verb::Confirm, token).await
    }

    async fn revert(&mut self, token: &Token) -> Result<()> {
        self.end(Verb::Revert, token).await
    }

    async fn discard(&mut self) -> Result<()> {
        self.release().await
    }

    async fn pending(&mut self) -> Result<Option<Pending>> {
        if !self.capabilities.commit_confirmed {
            return Err(Error::unsupported("pending"));
        }
        let asked = Timestamp::now();
        let found = self.probe().await?;
        Ok(found.and_then(|found| found.lock).and_then(|lock| self.pending_of(&lock, asked)))
    }

    async fn check(&mut self) -> Result<()> {
        parse::version(&self.vty("show version").await?)?;
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        self.release().await.ok();
        self.ssh.close().await;
        Ok(())
    }
}
