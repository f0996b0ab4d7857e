//! Keeping the last good answer: what may take its place, and what may not.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PrefixEntry, Prefixes};
use crate::model::Family;
use crate::{Asn, Error, Result};

/// Bounds for what may take the place of the last good list.
///
/// Registries have bad days, and so have those who write into them: an answer that is empty of a sudden, or ten times
/// as long, must not become a router's filter before somebody has looked at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guard {
    /// Whether an empty list may take the place of one that is not.
    pub allow_empty: bool,
    /// By how many percent a list may shrink; by anything, if `None`.
    pub max_shrink: Option<u32>,
    /// By how many percent a list may grow; by anything, if `None`.
    pub max_growth: Option<u32>,
    /// Lists with fewer entries than this may shrink and grow as they like: there, one entry is many percent.
    pub small: usize,
    /// The most entries of a list, also of the first one; any number, if `None`.
    pub most: Option<usize>,
    /// The shortest IPv4 prefix, also in the first list: 0.0.0.0/0 opens a filter to everybody.
    pub shortest_ipv4: u8,
    /// The shortest IPv6 prefix.
    pub shortest_ipv6: u8,
}

impl Default for Guard {
    fn default() -> Self {
        Guard {
            allow_empty: false,
            max_shrink: Some(50),
            max_growth: Some(300),
            small: 20,
            most: Some(500_000),
            shortest_ipv4: 8,
            shortest_ipv6: 16,
        }
    }
}

impl Guard {
    /// Lets everything through: for the one time that somebody has looked at it.
    pub const fn off() -> Self {
        Guard {
            allow_empty: true,
            max_shrink: None,
            max_growth: None,
            small: 0,
            most: None,
            shortest_ipv4: 0,
            shortest_ipv6: 0,
        }
    }

    fn check_count(&self, before: Option<usize>, now: usize) -> Result<(), Refusal> {
        if let Some(most) = self.most.filter(|most| now > *most) {
            return Err(Refusal::Long { now, most });
        }
        let Some(before) = before.filter(|before| *before > 0) else { return Ok(()) };
        if now == 0 {
            return if self.allow_empty { Ok(()) } else { Err(Refusal::Empty { before }) };
        }
        if before.max(now) < self.small {
            return Ok(());
        }
        let percent =
            |change: usize| u64::try_from((change as u128 * 100) / before as u128).unwrap_or(u64::MAX);
        let beyond = |change: usize, limit: Option<u32>| {
            limit.is_some_and(|limit| change as u128 * 100 > before as u128 * u128::from(limit))
        };
        let (lost, gained) = (before.saturating_sub(now), now.saturating_sub(before));
        if beyond(lost, self.max_shrink) {
            return Err(Refusal::Shrunk { before, now, percent: percent(lost) });
        }
        if beyond(gained, self.max_growth) {
            return Err(Refusal::Grown { before, now, percent: percent(gained) });
        }
        Ok(())
    }
}

/// Why a new list may not take the place of the last good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// There is nothing in it any more.
    Empty {
        /// How many entries there were.
        before: usize,
    },
    /// It is much shorter.
    Shrunk {
        /// How many entries there were.
        before: usize,
        /// How many there would be.
        now: usize,
        /// How much is gone.
        percent: u64,
    },
    /// It is much longer.
    Grown {
        /// How many entries there were.
        before: usize,
        /// How many there would be.
        now: usize,
        /// How much has come.
        percent: u64,
    },
    /// It has more entries than any list may have.
    Long {
        /// How many there would be.
        now: usize,
        /// How many there may be.
        most: usize,
    },
    /// It accepts a prefix that is nobody's.
    Short {
        /// The entry.
        entry: PrefixEntry,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Empty { before } => write!(f, "nothing is left of {before} entries"),
            Refusal::Shrunk { before, now, percent } => {
                write!(f, "{now} of {before} entries are left ({percent}% less)")
            }
            Refusal::Grown { before, now, percent } => {
                write!(f, "{before} entries have become {now} ({percent}% more)")
            }
            Refusal::Long { now, most } => write!(f, "there are {now} entries, and may be {most}"),
            Refusal::Short { entry } => {
                write!(f, "{} is too short a prefix to be one network's", entry.prefix)
            }
        }
    }
}

/// Why the last good list was kept.
#[derive(Debug)]
pub enum Because {
    /// There was no new one.
    Failed(Error),
    /// The [`Guard`] refused the new one.
    Refused(Refusal),
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Because::Failed(error) => error.fmt(f),
            Because::Refused(refusal) => refusal.fmt(f),
        }
    }
}

/// What became of one list.
#[derive(Debug)]
pub enum Outcome {
    /// It is not to be looked up.
    Skipped,
    /// It is the same as before.
    Unchanged,
    /// There is a new one.
    Updated {
        /// How many entries there were.
        before: usize,
        /// How many there are.
        now: usize,
    },
    /// The last good one stays, or nothing where there was none.
    Kept {
        /// Why.
        because: Because,
        /// When what stays was found good; `None` if that is not known, or nothing is there.
        at: Option<Timestamp>,
    },
}

impl Outcome {
    /// How old the list is that is there now. `None` if that is not known.
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        match self {
            Outcome::Unchanged | Outcome::Updated { .. } => Some(SignedDuration::ZERO),
            Outcome::Kept { at, .. } => at.map(|at| now.duration_since(at)),
            Outcome::Skipped => None,
        }
    }
}

/// A list whose growth can be guarded.
pub trait Guarded: PartialEq {
    /// How many entries it has.
    fn entries(&self) -> usize;

    /// Whether it may take the place of another one.
    ///
    /// # Errors
    /// [`Refusal`], if a bound of the guard is passed.
    fn check(&self, before: Option<&Self>, guard: &Guard) -> Result<(), Refusal>;
}

impl Guarded for Prefixes {
    fn entries(&self) -> usize {
        self.len()
    }

    fn check(&self, before: Option<&Self>, guard: &Guard) -> Result<(), Refusal> {
        for family in Family::ALL {
            let now = self.of(family);
            guard.check_count(before.map(|before| before.of(family).len()), now.len())?;
            let shortest = match family {
                Family::Ipv4 => guard.shortest_ipv4,
                Family::Ipv6 => guard.shortest_ipv6,
            };
            // Two halves may have become one entry that accepts the halves only.
            if let Some(entry) = now.iter().find(|entry| *entry.lengths().start() < shortest) {
                return Err(Refusal::Short { entry: *entry });
            }
        }
        Ok(())
    }
}

impl Guarded for Vec<Asn> {
    fn entries(&self) -> usize {
        self.len()
    }

    fn check(&self, before: Option<&Self>, guard: &Guard) -> Result<(), Refusal> {
        guard.check_count(before.map(Vec::len), self.len())
    }
}

/// Lets a new list take the place of the last good one, or not, and says what became of it.
///
/// `held` is the last good list, if there is one, and `at` when it was found good; both are brought up to date.
pub fn settle<T: Guarded>(
    held: &mut Option<T>,
    at: &mut Option<Timestamp>,
    found: Result<T>,
    guard: &Guard,
    now: Timestamp,
) -> Outcome {
    let found = match found {
        Ok(found) => found,
        Err(error) => return Outcome::Kept { because: Because::Failed(error), at: *at },
    };
    if held.as_ref() == Some(&found) {
        *at = Some(now);
        return Outcome::Unchanged;
    }
    if let Err(refusal) = found.check(held.as_ref(), guard) {
        return Outcome::Kept { because: Because::Refused(refusal), at: *at };
    }
    let before = held.as_ref().map_or(0, Guarded::entries);
    let outcome = Outcome::Updated { before, now: found.entries() };
    *held = Some(found);
    *at = Some(now);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn asns(count: u32) -> Vec<Asn> {
        (0..count).map(Asn::new).collect()
    }

    fn replaced(before: Option<u32>, now: u32, guard: &Guard) -> Result<Option<usize>, Refusal> {
        let (mut held, mut at) = (before.map(asns), None);
        match settle(&mut held, &mut at, Ok(asns(now)), guard, Timestamp::UNIX_EPOCH) {
            Outcome::Updated { now, .. } => Ok(Some(now)),
            Outcome::Unchanged => Ok(None),
            Outcome::Kept { because: Because::Refused(refusal), .. } => {
                assert_eq!((held, at), (before.map(asns), None), "what is kept is not touched");
                Err(refusal)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_may_change_within_bounds() {
        let guard = Guard::default();
        assert_eq!(replaced(None, 0, &guard), Ok(Some(0)), "nothing was there to be lost");
        assert_eq!(replaced(Some(0), 100, &guard), Ok(Some(100)));
        assert_eq!(replaced(Some(7), 7, &guard), Ok(None));
        assert_eq!(replaced(Some(1), 0, &guard), Err(Refusal::Empty { before: 1 }));
        assert_eq!(replaced(Some(19), 1, &guard), Ok(Some(1)), "small lists are small");
        assert_eq!(replaced(Some(100), 50, &guard), Ok(Some(50)));
        assert_eq!(
            replaced(Some(100), 49, &guard),
            Err(Refusal::Shrunk { before: 100, now: 49, percent: 51 })
        );
        assert_eq!(replaced(Some(100), 400, &guard), Ok(Some(400)));
        assert_eq!(
            replaced(Some(100), 401, &guard),
            Err(Refusal::Grown { before: 100, now: 401, percent: 301 })
        );
        assert_eq!(replaced(Some(3), 20, &guard), Err(Refusal::Grown { before: 3, now: 20, percent: 566 }));
        let short = Guard { most: Some(10), ..guard };
        assert_eq!(replaced(None, 11, &short), Err(Refusal::Long { now: 11, most: 10 }));
        for (before, now) in [(1, 0), (100, 1), (1, 100)] {
            assert_eq!(replaced(Some(before), now, &Guard::off()), Ok(Some(now as usize)));
        }
    }

    #[test]
    fn a_family_is_not_lost_behind_the_other() {
        let entry = |text: &str| PrefixEntry::exact(text.parse().unwrap());
        let both = Prefixes { ipv4: vec![entry("192.0.2.0/24")], ipv6: vec![entry("2001:db8::/32")] };
        let one = Prefixes { ipv6: vec![], ..both.clone() };
        assert_eq!(one.check(Some(&both), &Guard::default()), Err(Refusal::Empty { before: 1 }));
        assert_eq!(both.check(Some(&one), &Guard::default()), Ok(()));
    }

    #[test]
    fn nobody_owns_the_internet() {
        let check = |ipv4: Option<PrefixEntry>, ipv6: Option<PrefixEntry>| {
            let prefixes = Prefixes { ipv4: ipv4.into_iter().collect(), ipv6: ipv6.into_iter().collect() };
            (prefixes.check(None, &Guard::default()).is_ok(), prefixes.check(None, &Guard::off()).is_ok())
        };
        let entry = |text: &str, from, to| PrefixEntry::within(text.parse().unwrap(), from..=to);
        assert_eq!(check(entry("0.0.0.0/0", 0, 0), None), (false, true));
        assert_eq!(check(entry("0.0.0.0/0", 0, 24), None), (false, true));
        assert_eq!(check(None, entry("::/0", 0, 0)), (false, true));
        assert_eq!(check(entry("10.0.0.0/7", 8, 8), entry("2000::/16", 16, 48)), (true, true));
    }

    #[test]
    fn what_is_kept_gets_older() {
        let (then, now): (Timestamp, Timestamp) =
            ("2030-01-01T00:00:00Z".parse().unwrap(), "2030-01-02T00:00:00Z".parse().unwrap());
        let (mut held, mut at) = (None, None);
        let failed = || Err(Error::new(ErrorKind::Timeout, "no answer"));
        let guard = Guard::default();
        let outcome = settle::<Vec<Asn>>(&mut held, &mut at, failed(), &guard, then);
        assert_eq!((outcome.age(then), &held), (None, &None));
        assert!(settle(&mut held, &mut at, Ok(asns(2)), &guard, then).age(then).unwrap().is_zero());
        let outcome = settle(&mut held, &mut at, failed(), &guard, now);
        assert_eq!((outcome.age(now).unwrap().as_hours(), held.clone()), (24, Some(asns(2))));
        assert!(
            matches!(&outcome, Outcome::Kept { because, .. } if because.to_string().contains("no answer"))
        );
        assert!(matches!(settle(&mut held, &mut at, Ok(asns(2)), &guard, now), Outcome::Unchanged));
        assert_eq!(at, Some(now), "the same answer again is a fresh one");
    }
}
