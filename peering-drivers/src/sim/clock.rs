//! The router's clock, which may run faster than ours.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::time::Instant;

/// What time it is on the router.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    /// What it showed then, in seconds of the epoch.
    epoch: i64,
    /// How long its minutes are.
    minute: Duration,
}

impl Clock {
    pub(crate) fn new(minute: Duration) -> Clock {
        let minute = minute.max(Duration::from_millis(1));
        Clock { started: Instant::now(), epoch: Timestamp::now().as_second(), minute }
    }

    /// How long a number of its seconds takes.
    pub(crate) fn seconds(&self, count: u32) -> Duration {
        self.minute * count / 60
    }

    /// How many of its seconds a time of ours is.
    pub(crate) fn scaled(&self, time: Duration) -> u64 {
        let seconds = time.as_nanos().saturating_mul(60) / self.minute.as_nanos().max(1);
        u64::try_from(seconds).unwrap_or(u64::MAX)
    }

    /// What it shows, in seconds of the epoch.
    pub(crate) fn at(&self, now: Instant) -> i64 {
        let since = self.scaled(now.saturating_duration_since(self.started));
        self.epoch.saturating_add_unsigned(since)
    }
}

/// `2026-11-26 01:02:03 UTC`
pub(crate) fn date(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or_default().to_zoned(TimeZone::UTC);
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// How long something lasts, as tables print it: `20w6d20h`, `3d 04:05:06`, `2:03:04`, `1:05`, `59`.
pub(crate) fn elapsed(seconds: u64) -> String {
    let (weeks, days) = (seconds / 604_800, seconds / 86_400 % 7);
    let (hours, minutes, rest) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match (weeks, days, hours, minutes) {
        (1.., ..) => format!("{weeks}w{days}d{hours}h"),
        (_, 1.., ..) => format!("{days}d {hours:02}:{minutes:02}:{rest:02}"),
        (_, _, 1.., _) => format!("{hours}:{minutes:02}:{rest:02}"),
        (.., 1..) => format!("{minutes}:{rest:02}"),
        _ => format!("{rest}"),
    }
}

/// How long ago, as tables print it: `00:01:02`, `1d02h`, `3w4d`, `1y2w`.
pub(crate) fn age(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    match days {
        0 => format!("{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
        1..7 => format!("{days}d{hours:02}h"),
        7..365 => format!("{}w{}d", days / 7, days % 7),
        _ => format!("{}y{}w", days / 365, days % 365 / 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_printed_as_tables_do() {
        assert_eq!(date(1_416_612_126), "2014-11-21 23:22:06 UTC");
        let printed = [59, 65, 7384, 273_906, 12_688_391].map(elapsed);
        assert_eq!(printed, ["59", "1:05", "2:03:04", "3d 04:05:06", "20w6d20h"]);
    }

    #[test]
    fn a_short_minute_makes_the_clock_run() {
        let clock = Clock::new(Duration::from_millis(600));
        assert_eq!(clock.scaled(Duration::from_secs(3)), 300);
        assert_eq!(clock.at(clock.started + Duration::from_secs(6)) - clock.epoch, 600);
        assert_eq!(clock.seconds(120), Duration::from_millis(1200));
    }
}
