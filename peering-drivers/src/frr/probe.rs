//! What the guard finds on the router when a session begins.

use peering_core::ParseError;

/// The guard's answer to `probe`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Probe {
    /// Whether the account may talk to FRR.
    pub(super) has_vtysh: bool,
    /// Whether `frr-reload.py` is there and runs.
    pub(super) has_reload: bool,
    /// Whether the state folder can be made.
    pub(super) has_state: bool,
    /// The lock, when somebody holds it.
    pub(super) lock: Option<Lock>,
    /// Ended commits of this account: id and outcome.
    pub(super) ended: Vec<(String, String)>,
}

/// A lock that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    pub(super) holder: String,
    pub(super) id: String,
    /// Whether this account made it.
    pub(super) is_own: bool,
    /// Whether its lease is over, or the router was restarted since.
    pub(super) is_stale: bool,
    /// The pending commit under it: its id, and the seconds until it is taken back.
    pub(super) pending: Option<(String, i64)>,
}

/// Reads the answer; `None` when it does not come from the guard.
pub(super) fn probe(text: &str) -> Result<Option<Probe>, ParseError> {
    let mut probe = Probe::default();
    let mut is_guard = false;
    for line in text.lines() {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        let lock = &mut probe.lock;
        match key {
            "user" => is_guard = true,
            "vtysh" => probe.has_vtysh = true,
            "reload" => probe.has_reload = true,
            "state" => probe.has_state = true,
            "holder" => lock.get_or_insert_default().holder = value.to_owned(),
            "id" => lock.get_or_insert_default().id = value.to_owned(),
            "own" => lock.get_or_insert_default().is_own = true,
            "stale" => lock.get_or_insert_default().is_stale = true,
            "pending" => lock.get_or_insert_default().pending = Some((value.to_owned(), 0)),
            "left" => {
                let seconds = value.parse().map_err(|_| ParseError::new("the seconds left", value))?;
                if let Some((_, left)) = &mut lock.get_or_insert_default().pending {
                    *left = seconds;
                }
            }
            "done" => {
                let (id, outcome) = value.split_once(' ').unwrap_or((value, "not known"));
                probe.ended.push((id.to_owned(), outcome.to_owned()));
            }
            _ => {}
        }
    }
    Ok(is_guard.then_some(probe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_found() {
        let text = "user netops\nboot x\nvtysh yes\nreload /usr/lib/frr/frr-reload.py\nstate yes\nholder a@b pid 3\n\
                    id i1\nown yes\npending i1\nleft -3\ndone i0 expired without confirmation\n";
        let read = probe(text).unwrap().unwrap();
        assert!(read.has_vtysh && read.has_reload && read.has_state);
        let lock = read.lock.unwrap();
        assert_eq!(
            (lock.holder.as_str(), lock.id.as_str(), lock.is_own, lock.is_stale),
            ("a@b pid 3", "i1", true, false)
        );
        assert_eq!(lock.pending, Some(("i1".to_owned(), -3)));
        assert_eq!(read.ended, [("i0".to_owned(), "expired without confirmation".to_owned())]);
        assert_eq!(probe("% Unknown command: sh -c\n").unwrap(), None);
        assert!(probe("user x\npending i\nleft soon\n").is_err());
    }
}
