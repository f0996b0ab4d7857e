//! Bringing the lists of autonomous systems up to date.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{AsSets, Bgpq4, Found, Guard, Outcome, Prefixes, SetProblem, aggregated, as_list, settle};
use crate::model::{AutonomousSystem, Family, IrrSync, Network};
use crate::{Asn, Error, ErrorKind, Result};

/// How a refresh goes about it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefreshOptions {
    /// What may take the place of the last good lists.
    pub guard: Guard,
    /// How many programs run at the same time, at least one.
    pub parallel: usize,
    /// The systems to refresh; all, if there are none.
    pub only: BTreeSet<Asn>,
}

impl Default for RefreshOptions {
    fn default() -> Self {
        RefreshOptions { guard: Guard::default(), parallel: 4, only: BTreeSet::new() }
    }
}

/// What became of the lists of one autonomous system.
#[derive(Debug)]
pub struct Refreshed {
    /// The system.
    pub asn: Asn,
    /// Its prefixes: both families, or neither.
    pub prefixes: Outcome,
    /// Its list of autonomous systems.
    pub as_list: Outcome,
    /// What in the text of its AS-SET is no set.
    pub problems: Vec<SetProblem>,
    /// What the program had to say, e.g. about members that were left out.
    pub notes: Vec<String>,
}

/// Looks up the AS-SETs of a network's autonomous systems, and gives what became of each, in document order.
///
/// The systems hold the last good lists themselves, with the instants at which they were found good. Where a look-up
/// fails for any of a system's sets, or the [`Guard`] refuses what it gives, the list that is there stays.
/// [`IrrSync`](crate::model::IrrSync) says what is looked up.
pub async fn refresh(
    network: &mut Network,
    bgpq4: &Bgpq4,
    options: &RefreshOptions,
    now: Timestamp,
) -> Vec<Refreshed> {
    let bgpq4 = Arc::new(bgpq4.clone());
    let permits = Arc::new(Semaphore::new(options.parallel.max(1)));
    let mut tasks = JoinSet::new();
    let meant = |row: &&AutonomousSystem| options.only.is_empty() || options.only.contains(&row.asn);
    for (position, row) in network.autonomous_systems.iter().enumerate().filter(|(_, row)| meant(row)) {
        let question = Question::of(row);
        let (bgpq4, permits) = (Arc::clone(&bgpq4), Arc::clone(&permits));
        tasks.spawn(async move {
            // Nobody closes the semaphore.
            let _permit = permits.acquire_owned().await;
            (position, question.answer(&bgpq4).await)
        });
    }
    let mut answers = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(answer) => answers.push(answer),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // Only a runtime that is shut down cancels a task; then this one ends, too.
            Err(_) => {}
        }
    }
    answers.sort_by_key(|(position, _)| *position);
    let settled = answers.into_iter().filter_map(|(position, answer)| {
        let row = network.autonomous_systems.get_mut(position)?;
        Some(answer.settle(row, &options.guard, now))
    });
    settled.collect()
}

/// Looks up the AS-SET of one autonomous system; see [`refresh`].
pub async fn refresh_system(
    system: &mut AutonomousSystem,
    bgpq4: &Bgpq4,
    guard: &Guard,
    now: Timestamp,
) -> Refreshed {
    let answer = Question::of(system).answer(bgpq4).await;
    answer.settle(system, guard, now)
}

/// What is to be looked up for a system.
struct Question {
    asn: Asn,
    sets: AsSets,
    sync: IrrSync,
}

/// What was found. `None` is not looked up.
struct Answer {
    asn: Asn,
    prefixes: Option<Result<Prefixes>>,
    as_list: Option<Result<Vec<Asn>>>,
    problems: Vec<SetProblem>,
    notes: BTreeSet<String>,
}

impl Question {
    fn of(system: &AutonomousSystem) -> Self {
        let sets = AsSets::parse(system.asn, system.irr_as_set.as_deref().unwrap_or_default());
        Question { asn: system.asn, sets, sync: system.irr_sync.clone() }
    }

    async fn answer(self, bgpq4: &Bgpq4) -> Answer {
        let mut notes = BTreeSet::new();
        let prefixes = match self.sync.prefixes {
            true => Some(self.prefixes(bgpq4, &mut notes).await),
            false => None,
        };
        let as_list = match self.sync.as_list {
            true => Some(self.as_list(bgpq4, &mut notes).await),
            false => None,
        };
        Answer { asn: self.asn, prefixes, as_list, problems: self.sets.problems, notes }
    }

    async fn prefixes(&self, bgpq4: &Bgpq4, notes: &mut BTreeSet<String>) -> Result<Prefixes> {
        self.readable()?;
        let mut prefixes = Prefixes::default();
        for family in Family::ALL {
            let mut entries = Vec::new();
            for set in self.sets.of_family(self.asn, family) {
                let Found { value, notes: said } = bgpq4.prefixes(&set, family, &self.sync).await?;
                entries.extend(value);
                notes.extend(said);
            }
            *prefixes.of_mut(family) = aggregated(&entries);
        }
        Ok(prefixes)
    }

    async fn as_list(&self, bgpq4: &Bgpq4, notes: &mut BTreeSet<String>) -> Result<Vec<Asn>> {
        self.readable()?;
        let mut found = Vec::new();
        for set in &self.sets.sets {
            let Found { value, notes: said } = bgpq4.as_list(set, &self.sync).await?;
            found.extend(value);
            notes.extend(said);
        }
        Ok(as_list(self.asn, found))
    }

    /// Whether there is a set to look up at all.
    fn readable(&self) -> Result<()> {
        if !self.sets.sets.is_empty() {
            return Ok(());
        }
        let words: Vec<String> = self.sets.problems.iter().map(ToString::to_string).collect();
        let text =
            format!("there is no set in what the operator of {} wrote: {}", self.asn, words.join("; "));
        Err(Error::new(ErrorKind::Parse, text))
    }
}

impl Answer {
    fn settle(self, system: &mut AutonomousSystem, guard: &Guard, now: Timestamp) -> Refreshed {
        let prefixes = match self.prefixes {
            None => Outcome::Skipped,
            Some(found) => settle(&mut system.prefixes, &mut system.prefixes_updated, found, guard, now),
        };
        let as_list = match self.as_list {
            None => Outcome::Skipped,
            Some(found) => {
                // An empty list is none: its own number is in every list.
                let mut held = Some(std::mem::take(&mut system.as_list)).filter(|list| !list.is_empty());
                let outcome = settle(&mut held, &mut system.as_list_updated, found, guard, now);
                system.as_list = held.unwrap_or_default();
                outcome
            }
        };
        let notes = self.notes.into_iter().collect();
        Refreshed { asn: self.asn, prefixes, as_list, problems: self.problems, notes }
    }
}
