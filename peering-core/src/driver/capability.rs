//! What a driver or a session can do.

use std::time::Duration;

use serde::Serialize;

use super::Reads;

/// What can be asked: a driver states its upper bound, a session what *this* device offers.
///
/// [`crate::Router`] refuses everything else with [`crate::ErrorKind::Unsupported`] before anything is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// The reads.
    pub reads: Reads,
    /// A candidate can be merged into the running configuration.
    pub merge: bool,
    /// A candidate can replace the running configuration.
    pub replace: bool,
    /// The device can check a candidate without applying it.
    pub validate: bool,
    /// A candidate can be committed, atomically as seen by the operator: all of it, or the old configuration.
    pub commit: bool,
    /// A commit can come back by itself unless it is confirmed; the timer runs on the device.
    pub commit_confirmed: bool,
    /// The shortest confirm window that the device takes.
    pub minimum_window: Duration,
    /// The step that a confirm window is rounded up to.
    pub window_step: Duration,
}

impl Capabilities {
    /// These reads, and no changes.
    pub const fn reading(reads: Reads) -> Capabilities {
        Capabilities {
            reads,
            merge: false,
            replace: false,
            validate: false,
            commit: false,
            commit_confirmed: false,
            minimum_window: Duration::ZERO,
            window_step: Duration::ZERO,
        }
    }

    /// Whether a candidate can be opened at all.
    pub const fn candidate(&self) -> bool {
        self.merge || self.replace
    }

    /// What both claim. The window is the coarser of the two; without a confirmed commit there is none.
    #[must_use]
    pub fn intersection(self, other: Capabilities) -> Capabilities {
        let has_window = self.commit_confirmed && other.commit_confirmed;
        let coarser = |one: Duration, two: Duration| if has_window { one.max(two) } else { Duration::ZERO };
        Capabilities {
            reads: self.reads.intersection(other.reads),
            merge: self.merge && other.merge,
            replace: self.replace && other.replace,
            validate: self.validate && other.validate,
            commit: self.commit && other.commit,
            commit_confirmed: has_window,
            minimum_window: coarser(self.minimum_window, other.minimum_window),
            window_step: coarser(self.window_step, other.window_step),
        }
    }

    /// The confirm window that the device will really run: `asked` rounded up to its step.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Options`] when `asked` is below the device's minimum.
    pub fn window(&self, asked: Duration) -> crate::Result<Duration> {
        if asked < self.minimum_window {
            return Err(crate::Error::new(
                crate::ErrorKind::Options,
                format!(
                    "a confirm window of {asked:?} is below this device's minimum of {:?}",
                    self.minimum_window
                ),
            ));
        }
        let step = self.window_step.as_nanos();
        if step == 0 {
            return Ok(asked);
        }
        let rounded = asked.as_nanos().div_ceil(step).saturating_mul(step);
        Ok(u64::try_from(rounded).map_or(Duration::MAX, Duration::from_nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_rounded_up_and_a_short_one_refused() {
        let minutes = Capabilities {
            minimum_window: Duration::from_secs(60),
            window_step: Duration::from_secs(60),
            ..Default::default()
        };
        assert_eq!(minutes.window(Duration::from_secs(61)).unwrap(), Duration::from_secs(120));
        assert_eq!(minutes.window(Duration::from_secs(60)).unwrap(), Duration::from_secs(60));
        assert_eq!(minutes.window(Duration::from_secs(59)).unwrap_err().kind(), crate::ErrorKind::Options);
    }
}
