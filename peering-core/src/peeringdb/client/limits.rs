//! How often a server may be asked, and keeping to it before the server has to refuse.
//!
//! Two rules: requests keep their distance, and an anonymous client does not ask the very same thing too
//! often. All clones of a client share one account of what they asked. Other processes on the same machine are
//! not seen here; the server's own refusals are, and they are waited for where requests are sent.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often a server may be asked. The default is [`published`](Limits::published).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time between the starts of two requests of a client without an API key.
    pub pace: Duration,
    /// Time between the starts of two requests of a client with an API key.
    pub pace_with_key: Duration,
    /// How often an anonymous client may ask the very same thing. `None`: as often as it likes. PeeringDB has
    /// no such limit for callers with a key.
    pub repeats: Option<Repeats>,
}

/// How often the very same thing (path and parameters) may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// So many requests within `window`.
    pub requests: usize,
    /// The time within which `requests` are counted.
    pub window: Duration,
    /// An answer of more than so many bytes, unpacked, is a large one.
    pub large: u64,
    /// The time within which what had a large answer may be asked once.
    pub large_window: Duration,
}

impl Limits {
    /// What PeeringDB publishes: at least two seconds between queries; 20 requests a minute without a key, so
    /// one every three seconds, and 40 with a key; the same anonymous request twice a minute, or once an hour
    /// if its answer has more than 100 kB.
    pub const fn published() -> Self {
        Limits {
            pace: Duration::from_secs(3),
            pace_with_key: Duration::from_secs(2),
            repeats: Some(Repeats {
                requests: 2,
                window: Duration::from_secs(60),
                large: 100_000,
                large_window: Duration::from_secs(3600),
            }),
        }
    }

    /// No limits, for a server of one's own.
    pub const fn none() -> Self {
        Limits { pace: Duration::ZERO, pace_with_key: Duration::ZERO, repeats: None }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::published()
    }
}

/// When a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// At this time, which is taken.
    At(Instant),
    /// The server would refuse a repetition for so long. Nothing is taken.
    Repeated(Duration),
}

/// The account of what was asked.
#[derive(Debug)]
pub(super) struct Limiter {
    pace: Duration,
    repeats: Option<Repeats>,
    account: Mutex<Account>,
}

#[derive(Debug, Default)]
struct Account {
    /// When the next request may start.
    next: Option<Instant>,
    /// By path and parameters.
    asked: HashMap<String, Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    /// When, oldest first: the start of what is under way, the end of what was answered. The server counts
    /// from a moment between the two.
    at: Vec<Instant>,
    had_large_answer: bool,
}

impl Asked {
    /// How long a repetition would be refused.
    fn wait(&self, repeats: &Repeats, now: Instant) -> Duration {
        let left = |at: &Instant, window| (*at + window).saturating_duration_since(now);
        let few = match repeats.requests.checked_sub(1) {
            Some(before) => self.at.iter().rev().nth(before).map(|at| left(at, repeats.window)),
            None => None,
        };
        let large = self.at.last().filter(|_| self.had_large_answer);
        few.unwrap_or_default().max(large.map(|at| left(at, repeats.large_window)).unwrap_or_default())
    }

    fn matters(&self, repeats: &Repeats, now: Instant) -> bool {
        let window = if self.had_large_answer { repeats.large_window } else { repeats.window };
        self.at.last().is_some_and(|at| *at + window > now)
    }
}

impl Limiter {
    pub(super) fn new(limits: &Limits, with_key: bool) -> Self {
        let (pace, repeats) =
            if with_key { (limits.pace_with_key, None) } else { (limits.pace, limits.repeats) };
        Limiter { pace, repeats, account: Mutex::default() }
    }

    /// The turn of a request for `what`.
    pub(super) fn turn(&self, what: &str, now: Instant) -> Turn {
        let mut account = self.account();
        let start = account.next.map_or(now, |next| next.max(now));
        if let Some(repeats) = &self.repeats {
            account.asked.retain(|_, asked| asked.matters(repeats, now));
            let wait = account.asked.get(what).map(|asked| asked.wait(repeats, start)).unwrap_or_default();
            if !wait.is_zero() {
                return Turn::Repeated((start - now) + wait);
            }
            account.asked.entry(what.to_owned()).or_default().at.push(start);
        }
        account.next = Some(start + self.pace);
        Turn::At(start)
    }

    /// The request that started then reached the server. `bytes` is the length of a complete answer.
    pub(super) fn reached(&self, what: &str, start: Instant, bytes: Option<u64>, now: Instant) {
        let Some(repeats) = &self.repeats else { return };
        if let Some(asked) = self.account().asked.get_mut(what) {
            if let Some(at) = asked.at.iter_mut().find(|at| **at == start) {
                *at = now;
            }
            asked.at.sort_unstable();
            if let Some(bytes) = bytes {
                asked.had_large_answer = bytes > repeats.large;
            }
        }
    }

    /// The request that started then did not reach the server, or was not counted by it.
    pub(super) fn not_counted(&self, what: &str, start: Instant) {
        let mut account = self.account();
        if let Some(asked) = account.asked.get_mut(what) {
            asked.at.retain(|at| *at != start);
        }
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A limiter whose requests are answered at once, and what it lets pass in a row.
    fn ask(limiter: &Limiter, what: &str, bytes: u64, now: Instant) -> Option<Duration> {
        match limiter.turn(what, now) {
            Turn::At(start) => {
                limiter.reached(what, start, Some(bytes), start);
                None
            }
            Turn::Repeated(wait) => Some(wait),
        }
    }

    #[test]
    fn the_published_limits_keep_below_the_quotas() {
        let now = Instant::now();
        for (with_key, quota) in [(false, 20), (true, 40)] {
            let limiter = Limiter::new(&Limits::published(), with_key);
            let starts: Vec<Instant> = (0..200)
                .map(|n| match limiter.turn(&format!("net/{n}"), now) {
                    Turn::At(start) => start,
                    Turn::Repeated(wait) => panic!("{wait:?}"),
                })
                .collect();
            for first in &starts {
                let minute = starts.iter().filter(|at| *at >= first && **at < *first + 60 * SECOND).count();
                assert!(minute <= quota, "{minute}");
            }
            assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 2 * SECOND));
        }
    }

    #[test]
    fn the_same_small_thing_passes_twice_a_minute() {
        let limiter = Limiter::new(&Limits { pace: Duration::ZERO, ..Limits::published() }, false);
        let now = Instant::now();
        assert_eq!(ask(&limiter, "net?id=1", 500, now), None);
        assert_eq!(ask(&limiter, "net?id=1", 500, now + 10 * SECOND), None);
        assert_eq!(ask(&limiter, "net?id=1", 500, now + 20 * SECOND), Some(40 * SECOND));
        assert_eq!(ask(&limiter, "net?id=2", 500, now + 20 * SECOND), None);
        assert_eq!(ask(&limiter, "net?id=1", 500, now + 60 * SECOND), None);
        assert_eq!(ask(&limiter, "net?id=1", 500, now + 61 * SECOND), Some(9 * SECOND));
    }

    #[test]
    fn what_is_large_passes_once_an_hour_and_changes_pass_at_any_time() {
        let limiter = Limiter::new(&Limits { pace: Duration::ZERO, ..Limits::published() }, false);
        let now = Instant::now();
        assert_eq!(ask(&limiter, "net", 100_001, now), None);
        assert_eq!(ask(&limiter, "net?since=5", 100_001, now + SECOND), None);
        assert_eq!(ask(&limiter, "net?since=6", 100_001, now + SECOND), None);
        assert_eq!(ask(&limiter, "net", 100_001, now + 600 * SECOND), Some(3000 * SECOND));
        assert_eq!(ask(&limiter, "net", 100_000, now + 3600 * SECOND), None);
        // It has become small.
        assert_eq!(ask(&limiter, "net", 100_000, now + 3601 * SECOND), None);
    }

    #[test]
    fn a_key_and_a_mirror_of_ones_own_lift_the_limit_on_repetitions() {
        let now = Instant::now();
        for limiter in [Limiter::new(&Limits::published(), true), Limiter::new(&Limits::none(), false)] {
            assert!((0..50).all(|_| ask(&limiter, "net", 1 << 30, now).is_none()));
        }
    }

    #[test]
    fn what_the_server_did_not_count_is_not_counted_here() {
        let limiter = Limiter::new(&Limits::published(), false);
        let now = Instant::now();
        for _ in 0..5 {
            let Turn::At(start) = limiter.turn("net", now) else { panic!("refused") };
            limiter.not_counted("net", start);
        }
        // The wait for the distance is part of the wait for a repetition.
        for at in [now, now] {
            assert_eq!(ask(&limiter, "net", 1, at), None);
        }
        assert_eq!(ask(&limiter, "net", 1, now), Some((15 + 60) * SECOND));
    }

    #[test]
    fn the_account_does_not_grow_without_end() {
        let limiter = Limiter::new(&Limits { pace: Duration::ZERO, ..Limits::published() }, false);
        let now = Instant::now();
        for n in 0..1000 {
            ask(&limiter, &format!("net?since={n}"), 10, now + n * SECOND);
        }
        assert!(limiter.account().asked.len() <= 60);
    }
}
