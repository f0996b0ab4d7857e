//! The names of what we leave on a router while a candidate is open: a configuration session, a file. A name tells who made
//! it, where and when, and is the proof that it is ours and that whoever made it has gone.

use std::collections::BTreeSet;
use std::fs::read_to_string;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;

const PREFIX: &str = "peering";

/// After how many seconds without a further stage a candidate counts as given up, wherever it was made.
const LEASE: i64 = 30 * 60;

/// The longest part of a user's name that is kept, in characters.
const USER: usize = 24;

/// The sessions that this process still holds.
static HELD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// How many names this process has made.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Where process numbers mean what they mean here: one start of one machine, one name space of processes.
static MACHINE: LazyLock<u32> = LazyLock::new(|| {
    let boot = read_to_string("/proc/sys/kernel/random/boot_id");
    let space = std::fs::read_link("/proc/self/ns/pid");
    let hash = match (boot, space) {
        (Ok(boot), Ok(space)) => {
            let mut hasher = DefaultHasher::new();
            (boot, space).hash(&mut hasher);
            hasher.finish()
        }
        // a place that no other process knows
        _ => RandomState::new().hash_one(0),
    };
    u32::try_from(hash >> 32).unwrap_or_default()
});

/// A session's name while a candidate of this process holds it.
#[derive(Debug)]
pub(crate) struct Held(String);

/// A name that nobody else has: `peering-USER-MACHINE-PROCESS-SECONDS-COUNT`, the numbers in hexadecimal.
pub(crate) fn fresh(user: &str) -> String {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let (machine, process, seconds) = (*MACHINE, std::process::id(), Timestamp::now().as_second());
    format!("{PREFIX}-{}-{machine:08x}-{process:x}-{seconds:x}-{count:x}", plain(user))
}

impl Held {
    /// Holds a name until this is dropped.
    pub(crate) fn new(name: String) -> Held {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        Held(name)
    }
}

impl Deref for Held {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

/// A user's name as it stands in a session's: EOS takes no others than these characters, and `-` divides.
fn plain(user: &str) -> String {
    let plain = |character: char| {
        if character.is_ascii_alphanumeric() || character == '.' { character } else { '_' }
    };
    user.chars().take(USER).map(plain).collect()
}

/// What a name of ours tells.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    user: &'a str,
    machine: u32,
    process: u32,
    seconds: i64,
}

fn parts(name: &str) -> Option<Parts<'_>> {
    let mut words = name.split('-');
    let (prefix, user) = (words.next()?, words.next()?);
    let machine = u32::from_str_radix(words.next()?, 16).ok()?;
    let process = u32::from_str_radix(words.next()?, 16).ok()?;
    let seconds = i64::from_str_radix(words.next()?, 16).ok()?;
    u64::from_str_radix(words.next()?, 16).ok()?;
    let is_whole = prefix == PREFIX && words.next().is_none();
    is_whole.then_some(Parts { user, machine, process, seconds })
}

/// The user in a name of ours; `None` for a name that this library did not make.
pub(crate) fn user(name: &str) -> Option<&str> {
    parts(name).map(|parts| parts.user)
}

/// Whether a name of ours was made for this user.
#[cfg(feature = "cisco_ios")]
pub(crate) fn is_of(name: &str, user: &str) -> bool {
    parts(name).is_some_and(|parts| parts.user == plain(user))
}

/// Whether it is proven that a session was made by this library for the same user, and that nobody will go on with it:
/// it is none of this process's, or its process has ended, or nobody has staged anything for half an hour.
pub(crate) fn is_dead(name: &str, own_user: &str) -> bool {
    let Some(parts) = parts(name).filter(|parts| parts.user == plain(own_user)) else { return false };
    if HELD.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
        return false;
    }
    let is_here = parts.machine == *MACHINE;
    let is_over = Timestamp::now().as_second().saturating_sub(parts.seconds) > LEASE;
    is_over || (is_here && (parts.process == std::process::id() || has_ended(parts.process)))
}

/// Whether a process of this machine has certainly ended.
fn has_ended(process: u32) -> bool {
    match read_to_string(format!("/proc/{process}/stat")) {
        // the state stands behind the name, which may hold anything
        Ok(stat) => stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['Z', 'X'])),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(user: &str, machine: u32, process: u32, age: i64) -> String {
        let seconds = Timestamp::now().as_second() - age;
        format!("peering-{user}-{machine:08x}-{process:x}-{seconds:x}-7")
    }

    #[test]
    fn a_name_tells_who_made_it() {
        let held = Held::new(fresh("net-ops@example"));
        assert_eq!(user(&held), Some("net_ops_example"));
        for other in
            ["peering-x", "peering-a-1-2-3-4-5", "peering-a-1-2-zz-4", "napalm_12", "peeringx-a-1-2-3-4"]
        {
            assert_eq!(user(other), None, "{other}");
        }
    }

    #[test]
    fn a_session_is_dead_only_with_proof() {
        let own = std::process::id();
        let held = Held::new(fresh("netops"));
        assert!(!is_dead(&held, "netops"), "it is held");
        let dropped = held.to_string();
        drop(held);
        assert!(is_dead(&dropped, "netops"));
        assert!(!is_dead(&dropped, "other"), "another user's");
        assert!(!is_dead(&name("netops", *MACHINE, std::os::unix::process::parent_id(), 5), "netops"));
        assert!(!is_dead(&name("netops", *MACHINE ^ 1, own, 5), "netops"), "another machine's");
        assert!(is_dead(&name("netops", *MACHINE ^ 1, own, LEASE + 5), "netops"));
        assert!(!is_dead("napalm_607123", "netops"));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = child.id();
        child.wait().unwrap();
        assert!(is_dead(&name("netops", *MACHINE, process, 5), "netops"));
    }
}
