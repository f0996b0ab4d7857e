//! When a BGP session comes up: both sides must agree, then it takes a moment. Pure: told the time, never asks for it.

use std::time::Duration;

use tokio::time::Instant;

use super::family::Family;

/// What the two sides make of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Shut down by this router's operator.
    AdminDown,
    /// No address family is active here.
    NoFamily,
    /// The peer's address is on none of our networks.
    NoPath,
    /// Nobody answers at the address.
    Nobody,
    /// Somebody drops our segments: the MD5 passwords differ.
    Unanswered,
    /// Somebody answers, but does not want us: not configured there.
    Unwanted,
    /// The other side has closed it: shut down, or too many prefixes.
    Ceased,
    /// The peer has another AS than configured here.
    WrongAsThere,
    /// The peer has us configured under another AS.
    WrongAsHere,
    /// No family is active on both sides.
    NoCommonFamily,
    /// All is well for these families.
    Up {
        /// IPv4 unicast.
        ipv4: bool,
        /// IPv6 unicast.
        ipv6: bool,
    },
}

impl Agreement {
    /// Whether a family is carried.
    pub(crate) const fn carries(self, family: Family) -> bool {
        match (self, family) {
            (Agreement::Up { ipv4, .. }, Family::V4) => ipv4,
            (Agreement::Up { ipv6, .. }, Family::V6) => ipv6,
            _ => false,
        }
    }
}

/// What one side brings into a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    /// Its AS.
    pub(crate) asn: u32,
    /// The AS that it expects of the other; `None` accepts any.
    pub(crate) expects: Option<u32>,
    /// The MD5 password.
    pub(crate) password: Option<String>,
    /// Families that it has active.
    pub(crate) ipv4: bool,
    /// The same for IPv6.
    pub(crate) ipv6: bool,
    /// Whether its operator or its prefix limit keeps it down.
    pub(crate) is_shut: bool,
}

/// What comes of two sides that reach each other.
pub(crate) fn agree(ours: &Side, theirs: &Side) -> Agreement {
    if ours.password != theirs.password {
        return Agreement::Unanswered;
    }
    if theirs.is_shut {
        return Agreement::Ceased;
    }
    if ours.expects.is_some_and(|asn| asn != theirs.asn) {
        return Agreement::WrongAsThere;
    }
    if theirs.expects.is_some_and(|asn| asn != ours.asn) {
        return Agreement::WrongAsHere;
    }
    match (ours.ipv4 && theirs.ipv4, ours.ipv6 && theirs.ipv6) {
        (false, false) => Agreement::NoCommonFamily,
        (ipv4, ipv6) => Agreement::Up { ipv4, ipv6 },
    }
}

/// A NOTIFICATION (RFC 4271, section 4.5), in bgpd's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notification {
    /// Code and subcode, two hexadecimal digits each.
    pub(crate) code: &'static str,
    /// bgpd's words.
    pub(crate) reason: &'static str,
    /// Whether we sent it.
    pub(crate) is_sent: bool,
}

/// Why a session went down last: bgpd's words and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reset {
    pub(crate) at: Instant,
    pub(crate) reason: &'static str,
    pub(crate) code: u8,
}

const SENT: (&str, u8) = ("BGP Notification send", 14);
const RECEIVED: (&str, u8) = ("BGP Notification received", 13);
const WAITING: (&str, u8) = ("Waiting for peer OPEN", 32);

/// One session, as one router sees it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) agreement: Agreement,
    /// Since when the sides stand as they do.
    pub(crate) since: Instant,
    /// Since when it is established, by the clock and in seconds of the epoch.
    pub(crate) established: Option<(Instant, i64)>,
    /// How often it came up, and went down.
    pub(crate) ups: u64,
    pub(crate) downs: u64,
    pub(crate) reset: Reset,
    pub(crate) notification: Option<Notification>,
    /// The peer sent too many prefixes; stays until somebody clears it.
    pub(crate) is_exceeded: bool,
}

impl Session {
    /// A new session, before anything has happened.
    pub(crate) fn new(now: Instant) -> Session {
        Session {
            agreement: Agreement::Nobody,
            since: now,
            established: None,
            ups: 0,
            downs: 0,
            reset: Reset { at: now, reason: WAITING.0, code: WAITING.1 },
            notification: None,
            is_exceeded: false,
        }
    }

    /// Brings it up to the present.
    pub(crate) fn settle(&mut self, now: Instant, agreement: Agreement, delay: Duration, is_too_much: bool) {
        if agreement != self.agreement {
            let was_up = self.go_down();
            self.since = now;
            self.agreement = agreement;
            if agreement == Agreement::AdminDown {
                self.is_exceeded = false;
            }
            self.explain(now, was_up);
        }
        let is_due = now.saturating_duration_since(self.since) >= delay;
        if matches!(agreement, Agreement::Up { .. }) && !self.is_exceeded {
            if self.established.is_none() && is_due {
                let at = self.since + delay;
                let past = now.saturating_duration_since(at).as_secs();
                let epoch = jiff::Timestamp::now().as_second();
                self.established = Some((at, epoch.saturating_sub_unsigned(past)));
                self.ups += 1;
            }
            if self.established.is_some() && is_too_much {
                self.go_down();
                self.is_exceeded = true;
                self.notify("0601", "Cease/Maximum Number of Prefixes Reached", true, now);
            }
        }
    }

    /// Whether it is up and carries a family.
    pub(crate) const fn is_up_for(&self, family: Family) -> bool {
        self.established.is_some() && self.agreement.carries(family)
    }

    /// Somebody typed `clear bgp`.
    pub(crate) fn clear(&mut self, now: Instant) {
        self.go_down();
        self.is_exceeded = false;
        self.since = now;
        self.reset = Reset { at: now, reason: "User reset", code: 12 };
    }

    fn go_down(&mut self) -> bool {
        let was_up = self.established.take().is_some();
        self.downs += u64::from(was_up);
        was_up
    }

    fn notify(&mut self, code: &'static str, reason: &'static str, is_sent: bool, now: Instant) {
        self.notification = Some(Notification { code, reason, is_sent });
        let (reason, code) = if is_sent { SENT } else { RECEIVED };
        self.reset = Reset { at: now, reason, code };
    }

    fn explain(&mut self, now: Instant, was_up: bool) {
        let (reason, code) = match self.agreement {
            Agreement::AdminDown => ("Admin. shutdown", 11),
            Agreement::NoFamily => ("No AFI/SAFI activated for peer", 30),
            Agreement::NoPath => ("Waiting for NHT", 27),
            Agreement::Nobody | Agreement::Unanswered if was_up => {
                return self.notify("0400", "Hold Timer Expired", true, now);
            }
            Agreement::Ceased if was_up => {
                return self.notify("0602", "Cease/Administrative Shutdown", false, now);
            }
            Agreement::Unwanted if was_up => {
                return self.notify("0603", "Cease/Peer De-configured", false, now);
            }
            Agreement::WrongAsThere => {
                return self.notify("0202", "OPEN Message Error/Bad Peer AS", true, now);
            }
            Agreement::WrongAsHere => {
                return self.notify("0202", "OPEN Message Error/Bad Peer AS", false, now);
            }
            Agreement::NoCommonFamily => {
                return self.notify("0207", "OPEN Message Error/Unsupported Capability", true, now);
            }
            Agreement::Nobody | Agreement::Unanswered | Agreement::Ceased | Agreement::Unwanted => WAITING,
            Agreement::Up { .. } if was_up => ("Address family activated", 10),
            Agreement::Up { .. } => return,
        };
        self.reset = Reset { at: now, reason, code };
    }

    /// The name of its state (RFC 4271, section 8.2.2).
    pub(crate) fn state(&self, now: Instant, delay: Duration) -> &'static str {
        match self.agreement {
            _ if self.is_exceeded => "Idle",
            Agreement::AdminDown | Agreement::NoFamily => "Idle",
            Agreement::WrongAsThere | Agreement::WrongAsHere | Agreement::NoCommonFamily => "Idle",
            Agreement::Unanswered => "Connect",
            Agreement::NoPath | Agreement::Nobody | Agreement::Unwanted | Agreement::Ceased => "Active",
            Agreement::Up { .. } if self.established.is_some() => "Established",
            Agreement::Up { .. } => {
                let waited = now.saturating_duration_since(self.since) * 3;
                match waited {
                    waited if waited < delay => "Connect",
                    waited if waited < delay * 2 => "OpenSent",
                    _ => "OpenConfirm",
                }
            }
        }
    }

    /// Whether the peer's OPEN has been seen on the present or the last connection.
    pub(crate) const fn has_met(&self) -> bool {
        self.ups > 0 || matches!(self.agreement, Agreement::WrongAsThere | Agreement::NoCommonFamily)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_millis(300);
    const UP: Agreement = Agreement::Up { ipv4: true, ipv6: false };

    fn side(asn: u32, expects: u32) -> Side {
        Side { asn, expects: Some(expects), password: None, ipv4: true, ipv6: false, is_shut: false }
    }

    #[test]
    fn both_sides_must_agree() {
        let (a, b) = (side(1, 2), side(2, 1));
        assert_eq!(agree(&a, &b), UP);
        assert_eq!(agree(&side(1, 3), &b), Agreement::WrongAsThere);
        assert_eq!(agree(&a, &side(2, 9)), Agreement::WrongAsHere);
        let password = Some("x".to_owned());
        let locked = Side { password: password.clone(), ..side(2, 1) };
        assert_eq!(agree(&a, &locked), Agreement::Unanswered);
        assert_eq!(agree(&Side { password, ..a.clone() }, &locked), UP);
        assert_eq!(agree(&a, &Side { is_shut: true, ..b.clone() }), Agreement::Ceased);
        assert_eq!(agree(&a, &Side { ipv4: false, ipv6: true, ..b }), Agreement::NoCommonFamily);
    }

    #[test]
    fn comes_up_after_the_delay_and_through_the_states() {
        let start = Instant::now();
        let mut session = Session::new(start);
        let mut seen = Vec::new();
        for step in 0..4 {
            let now = start + DELAY / 3 * step;
            session.settle(now, UP, DELAY, false);
            seen.push(session.state(now, DELAY));
        }
        assert_eq!(seen, ["Connect", "OpenSent", "OpenConfirm", "Established"]);
        assert_eq!((session.ups, session.downs), (1, 0));
    }

    #[test]
    fn a_read_long_after_knows_when_it_came_up() {
        let start = Instant::now();
        let mut session = Session::new(start);
        session.settle(start, UP, DELAY, false);
        session.settle(start + Duration::from_secs(60), UP, DELAY, false);
        assert_eq!(session.established.unwrap().0, start + DELAY);
    }

    #[test]
    fn losing_the_peer_counts_and_says_why() {
        let start = Instant::now();
        let later = start + Duration::from_secs(1);
        let mut session = Session::new(start);
        session.settle(start, UP, DELAY, false);
        session.settle(later, UP, DELAY, false);
        session.settle(later, Agreement::Nobody, DELAY, false);
        assert_eq!((session.ups, session.downs, session.state(later, DELAY)), (1, 1, "Active"));
        assert_eq!(session.notification.unwrap().code, "0400");
    }

    #[test]
    fn too_many_prefixes_stay_down_until_cleared() {
        let start = Instant::now();
        let later = start + Duration::from_secs(1);
        let mut session = Session::new(start);
        session.settle(start, UP, DELAY, true);
        session.settle(later, UP, DELAY, true);
        assert_eq!((session.state(later, DELAY), session.notification.unwrap().code), ("Idle", "0601"));
        session.settle(later + DELAY, UP, DELAY, false);
        assert!(session.is_exceeded);
        session.clear(later + DELAY);
        session.settle(later + DELAY * 2, UP, DELAY, false);
        assert_eq!(session.state(later + DELAY * 2, DELAY), "Established");
    }

    #[test]
    fn a_wrong_as_is_a_notification() {
        let start = Instant::now();
        let mut session = Session::new(start);
        session.settle(start, Agreement::WrongAsThere, DELAY, false);
        let notification = session.notification.unwrap();
        assert_eq!((notification.code, notification.is_sent), ("0202", true));
        assert_eq!((session.reset.reason, session.reset.code), ("BGP Notification send", 14));
    }
}
