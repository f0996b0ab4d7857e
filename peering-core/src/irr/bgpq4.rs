//! The program that asks the routing registries: what it is told, what it is asked, what it answers.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AsSet, PrefixEntry, SetKind, parse_as_list, parse_prefixes, process};
use crate::model::{Family, IrrSync};
use crate::{Asn, Error, ErrorKind, Result};

/// How `bgpq4` (or `bgpq3`) is run. It asks a server that speaks IRRd's protocol.
///
/// Nothing that a stranger wrote becomes an argument, unless [`AsSet::check`] has found it to be a name: an AS-SET
/// cannot smuggle in an option.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bgpq4 {
    /// The program, by name or path.
    pub program: String,
    /// The server, with `:port` if that is not 43. The program's own default, if it is empty.
    pub host: String,
    /// The registries to ask, in the order of trust. All that the server has, if there are none.
    pub sources: Vec<String>,
    /// Arguments for IPv4 prefixes: how to aggregate, and how much more specific routes may be.
    pub ipv4_args: Vec<String>,
    /// Arguments for IPv6 prefixes.
    pub ipv6_args: Vec<String>,
    /// Arguments for lists of autonomous systems.
    pub as_list_args: Vec<String>,
    /// Whether a set is looked up in the registry that its operator named. Without that, anybody who registers a set of
    /// the same name in a registry that is asked earlier decides. Only a program that is called `bgpq4` can do it.
    pub keep_source: bool,
    /// The longest time for one run; then the program is killed.
    pub timeout: Duration,
    /// The most bytes that one run may print.
    pub max_output: usize,
}

impl Default for Bgpq4 {
    fn default() -> Self {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Bgpq4 {
            program: "bgpq4".to_owned(),
            host: "rr.ntt.net".to_owned(),
            sources: super::SOURCES.map(str::to_owned).to_vec(),
            ipv4_args: words("-A -r 8 -R 24"),
            ipv6_args: words("-A -r 16 -R 48"),
            as_list_args: Vec::new(),
            keep_source: true,
            timeout: Duration::from_secs(120),
            max_output: 64 << 20,
        }
    }
}

/// What was found, and what the program had to say about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found<T> {
    /// What was found.
    pub value: T,
    /// The program's warnings, e.g. about members that were left out. Strangers' names may occur in them.
    pub notes: Vec<String>,
}

impl Bgpq4 {
    /// The command for the prefixes of a set: the program and its arguments.
    pub fn prefix_command(&self, set: &AsSet, family: Family, sync: &IrrSync) -> Vec<String> {
        let (usual, own, flag) = match family {
            Family::Ipv4 => (&self.ipv4_args, &sync.ipv4_args, "-4"),
            Family::Ipv6 => (&self.ipv6_args, &sync.ipv6_args, "-6"),
        };
        let mut command = self.command(sync);
        command.push(flag.to_owned());
        command.extend_from_slice(if own.is_empty() { usual } else { own });
        command.extend(["-j", "-l", "prefix_list"].map(str::to_owned));
        command.push(self.queried(set));
        command
    }

    /// The command for the autonomous systems of a set. `first` is of no account in its answer, but must be given.
    pub fn as_list_command(&self, set: &AsSet, first: Asn, sync: &IrrSync) -> Vec<String> {
        let mut command = self.command(sync);
        command.extend_from_slice(&self.as_list_args);
        command.extend(["-j", "-l", "as_list", "-f"].map(str::to_owned));
        command.push(first.get().to_string());
        command.push(self.queried(set));
        command
    }

    fn command(&self, sync: &IrrSync) -> Vec<String> {
        let mut command = vec![self.program.clone()];
        if !self.host.is_empty() {
            command.extend(["-h".to_owned(), self.host.clone()]);
        }
        let sources = if sync.sources.is_empty() { &self.sources } else { &sync.sources };
        if !sources.is_empty() {
            command.extend(["-S".to_owned(), sources.join(",")]);
        }
        command
    }

    /// The set as the program takes it.
    fn queried(&self, set: &AsSet) -> String {
        let knows_sources = Path::new(&self.program).file_name().is_some_and(|name| name == "bgpq4");
        match &set.source {
            Some(source) if self.keep_source && knows_sources => format!("{source}::{}", set.name),
            _ => set.name.clone(),
        }
    }

    /// Looks up the prefixes of a set.
    ///
    /// # Errors
    /// [`ErrorKind::Options`] if the set has no name that can be looked up, or the program cannot be started;
    /// [`ErrorKind::NotFound`] if the registries know no such set, or it is empty (an AS number without routes is no
    /// error); [`ErrorKind::Rejected`] if the server refused a part of the question, as when it does not have a
    /// registry; [`ErrorKind::Connect`], [`ErrorKind::Closed`], [`ErrorKind::Timeout`] if there was no answer;
    /// [`ErrorKind::Parse`] if it is not one, or too long.
    pub async fn prefixes(
        &self,
        set: &AsSet,
        family: Family,
        sync: &IrrSync,
    ) -> Result<Found<Vec<PrefixEntry>>> {
        let looked_up = async {
            let kind = checked(set)?;
            let found = self.prefixes_unless_empty(set, family, sync).await?;
            if !found.value.is_empty() || kind == SetKind::Asn {
                return Ok(found);
            }
            // The program prints the same for a set without routes of this family and for none at all.
            let exists = if kind == SetKind::RouteSet {
                let [a, b] = Family::ALL;
                let other = if family == a { b } else { a };
                !self.prefixes_unless_empty(set, other, sync).await?.value.is_empty()
            } else {
                self.members(set, sync).await.map(|members| has_members(&members))?
            };
            if exists { Ok(found) } else { Err(self.nothing(set, sync)) }
        };
        looked_up.await.map_err(|error| self.located(error, set))
    }

    /// Looks up the autonomous systems of a set, as the registries have them. A route-set has none.
    ///
    /// # Errors
    /// As [`prefixes`](Bgpq4::prefixes).
    pub async fn as_list(&self, set: &AsSet, sync: &IrrSync) -> Result<Found<Vec<Asn>>> {
        let looked_up = async {
            match checked(set)? {
                SetKind::RouteSet => Ok(Found { value: Vec::new(), notes: Vec::new() }),
                SetKind::Asn => {
                    let own = set.name.parse::<Asn>()?;
                    Ok(Found { value: vec![own], notes: Vec::new() })
                }
                SetKind::AsSet => {
                    let members = self.members(set, sync).await?;
                    if has_members(&members) { Ok(members) } else { Err(self.nothing(set, sync)) }
                }
            }
        };
        looked_up.await.map_err(|error| self.located(error, set))
    }

    async fn prefixes_unless_empty(
        &self,
        set: &AsSet,
        family: Family,
        sync: &IrrSync,
    ) -> Result<Found<Vec<PrefixEntry>>> {
        let printed = self.run(&self.prefix_command(set, family, sync)).await?;
        let value = parse_prefixes(&printed.stdout)?;
        match value.iter().find(|entry| entry.family() != family) {
            None => Ok(Found { value, notes: printed.notes }),
            Some(other) => {
                let text = format!("asked for {family}, it printed {}", other.prefix);
                Err(Error::new(ErrorKind::Parse, text))
            }
        }
    }

    async fn members(&self, set: &AsSet, sync: &IrrSync) -> Result<Found<Vec<Asn>>> {
        let printed = self.run(&self.as_list_command(set, Asn::new(1), sync)).await?;
        Ok(Found { value: parse_as_list(&printed.stdout)?, notes: printed.notes })
    }

    async fn run(&self, command: &[String]) -> Result<process::Printed> {
        process::run(command, self.timeout, self.max_output).await
    }

    fn nothing(&self, set: &AsSet, sync: &IrrSync) -> Error {
        let sources = if sync.sources.is_empty() { &self.sources } else { &sync.sources };
        let asked = match (&set.source, sources.as_slice()) {
            (Some(source), _) if self.keep_source => source.clone(),
            (_, []) => "any registry of the server".to_owned(),
            (_, sources) => sources.join(", "),
        };
        Error::new(ErrorKind::NotFound, format!("there is no such set, or nothing in it, in {asked}"))
    }

    fn located(&self, error: Error, set: &AsSet) -> Error {
        let error = error.with_operation(&format!("look up {set}"));
        if self.host.is_empty() { error } else { error.with_host(&self.host) }
    }
}

fn checked(set: &AsSet) -> Result<SetKind> {
    set.check().map_err(|fault| Error::new(ErrorKind::Options, format!("{:?} {fault}", set.name)))
}

/// Whether a set has members, even if the program left all of them out because their numbers are private.
fn has_members(members: &Found<Vec<Asn>>) -> bool {
    !members.value.is_empty() || members.notes.iter().any(|note| note.contains("Invalid AS number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Bgpq4 {
        Bgpq4 { host: String::new(), sources: Vec::new(), ..Bgpq4::default() }
    }

    #[test]
    fn what_is_special_about_a_system_takes_the_place_of_what_is_usual() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let sync = IrrSync {
            sources: words("RIPE ARIN"),
            ipv4_args: words("-R 25"),
            ipv6_args: words("-m 40"),
            ..IrrSync::default()
        };
        let set: AsSet = "RIPE::AS-ONE".parse().unwrap();
        let usual = Bgpq4::default();
        let command = |family| usual.prefix_command(&set, family, &sync).join(" ");
        assert_eq!(
            command(Family::Ipv4),
            "bgpq4 -h rr.ntt.net -S RIPE,ARIN -4 -R 25 -j -l prefix_list RIPE::AS-ONE"
        );
        assert_eq!(
            command(Family::Ipv6),
            "bgpq4 -h rr.ntt.net -S RIPE,ARIN -6 -m 40 -j -l prefix_list RIPE::AS-ONE"
        );
        let listed = Bgpq4 { as_list_args: words("-p"), keep_source: false, ..plain() };
        let command = listed.as_list_command(&set, Asn::new(7), &IrrSync::default()).join(" ");
        assert_eq!(command, "bgpq4 -p -j -l as_list -f 7 AS-ONE");
    }

    #[tokio::test]
    async fn what_is_no_name_is_not_run() {
        let never = Bgpq4 { program: "/nonexistent/bgpq4".to_owned(), ..plain() };
        for name in ["-J", "--help", "AS-ANY", "as-one", "AS-ONE -h evil", "$(id)", "", "EXCEPT"] {
            let error =
                never.prefixes(&AsSet::new(name), Family::Ipv4, &IrrSync::default()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Options, "{name}");
            assert!(error.message().starts_with(&format!("{name:?} ")), "{error}");
        }
        let error = never.as_list(&AsSet::new("AS-ONE"), &IrrSync::default()).await.unwrap_err();
        assert!(error.message().contains("cannot be started"), "{error}");
    }
}
