//! What came of the cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::index::Case;
use super::{Difference, known};

/// What came of one case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Everything is equal.
    Passed,
    /// What differs is an artefact of the recording.
    Known {
        /// What differs.
        differences: Vec<Difference>,
        /// Why it may.
        reason: &'static str,
    },
    /// Something differs.
    Differs(Vec<Difference>),
    /// There is no answer to compare: the words of the error.
    Broken(String),
}

impl Outcome {
    pub(super) fn compared(platform: &str, case: &Case, found: Vec<Difference>) -> Outcome {
        if found.is_empty() {
            return Outcome::Passed;
        }
        let name = case.name();
        let (excused, others): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|difference| (known::of(platform, &name, &difference.path), difference))
            .partition(|(known, _)| known.is_some());
        let reason = excused.first().and_then(|(known, _)| *known).map(|known| known.reason);
        let only =
            |pairs: Vec<(_, Difference)>| pairs.into_iter().map(|(_, difference)| difference).collect();
        match reason {
            Some(reason) if others.is_empty() => Outcome::Known { differences: only(excused), reason },
            _ => Outcome::Differs(only(others)),
        }
    }

    /// Whether nothing differs but artefacts.
    pub fn is_passed(&self) -> bool {
        matches!(self, Outcome::Passed | Outcome::Known { .. })
    }
}

/// One case.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// The platform, by NAPALM's name.
    pub platform: String,
    /// The test and the case.
    pub name: String,
    /// What is read.
    pub read: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// All cases.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Those that were run, by platform, in the order of the index.
    pub cases: Vec<CaseReport>,
    /// Platforms without a driver, and how many cases they have.
    pub without_driver: Vec<(String, usize)>,
}

impl Report {
    /// Whether every case that was run passed.
    pub fn is_passed(&self) -> bool {
        self.cases.iter().all(|case| case.outcome.is_passed())
    }

    /// The cases of a platform: how many passed, and how many there are.
    pub fn count(&self, platform: &str) -> (usize, usize) {
        let of_platform = self.cases.iter().filter(|case| case.platform == platform);
        of_platform
            .fold((0, 0), |(passed, all), case| (passed + usize::from(case.outcome.is_passed()), all + 1))
    }
}

/// The table, then every difference.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let platforms: BTreeSet<&str> = self.cases.iter().map(|case| case.platform.as_str()).collect();
        let mut rows: BTreeMap<&str, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
        for case in &self.cases {
            let cell = rows.entry(&case.read).or_default().entry(&case.platform).or_default();
            *cell = (cell.0 + usize::from(case.outcome.is_passed()), cell.1 + 1);
        }
        if !platforms.is_empty() {
            let names: Vec<&str> = platforms.iter().copied().collect();
            writeln!(f, "| read | {} |", names.join(" | "))?;
            writeln!(f, "|---|{}", "--:|".repeat(names.len()))?;
        }
        for (read, cells) in rows {
            write!(f, "| {read} |")?;
            for platform in &platforms {
                match cells.get(platform) {
                    Some((passed, all)) => write!(f, " {passed}/{all} |")?,
                    None => write!(f, " – |")?,
                }
            }
            writeln!(f)?;
        }
        if !platforms.is_empty() {
            write!(f, "| **all** |")?;
            for platform in &platforms {
                let (passed, all) = self.count(platform);
                write!(f, " **{passed}/{all}** |")?;
            }
            writeln!(f)?;
        }
        for (platform, cases) in &self.without_driver {
            writeln!(f, "{platform}: no driver, {cases} cases not run")?;
        }
        for case in &self.cases {
            let CaseReport { platform, name, .. } = case;
            match &case.outcome {
                Outcome::Passed => {}
                Outcome::Known { differences, reason } => {
                    let count = differences.len();
                    writeln!(f, "{platform} {name}: {count} known deviations: {reason}")?;
                }
                Outcome::Broken(why) => writeln!(f, "{platform} {name}: {why}")?,
                Outcome::Differs(differences) => {
                    for difference in differences {
                        writeln!(f, "{platform} {name}: {difference}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
