//! The guard's script, answered: the same verbs, words and exit codes as `frr/guard.sh` on a real router.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::apply::check;
use super::exec::{Reply, save};
use super::{Device, reload};
use crate::frr::guard::{Call, Verb, exit};
use crate::sim::fabric::{Shared, World};
use crate::sim::fault::{FaultKind, FaultPoint};

const LEASE: Duration = Duration::from_secs(600);
/// The longest that applying may take.
const LIMIT: Duration = Duration::from_secs(300);
/// The longest from applied to verified.
const GRACE: Duration = Duration::from_secs(20);
const NOT_BACK: &str = "it failed to put the old configuration back exactly; look at it\n";
/// How long a step of applying takes.
const PACE: Duration = Duration::from_millis(20);

/// The folder that is the lock, and what lies beside it.
#[derive(Debug, Default)]
pub(crate) struct Folders {
    locks: BTreeMap<String, Lock>,
    /// Outcomes of ended commits: by folder and id, the owner and the words.
    done: BTreeMap<(String, String), (String, String)>,
    /// Locks that nobody waits for any more, by folder and id.
    off: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Lock {
    owner: String,
    id: String,
    boot: u64,
    lease: Instant,
    holder: String,
    base: String,
    target: Option<String>,
    deadline: Instant,
    stage: Stage,
}

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Candidate,
    Applying,
    Applied,
    /// Somebody has won the right to end it.
    Taken,
}

impl Lock {
    const fn is_pending(&self) -> bool {
        matches!(self.stage, Stage::Applying | Stage::Applied)
    }

    fn is_stale(&self, boot: u64, now: Instant) -> bool {
        self.boot != boot || (!self.is_pending() && now > self.lease)
    }

    /// Seconds until the deadline, at least; negative when it has passed.
    fn left(&self, now: Instant) -> i64 {
        match self.deadline.checked_duration_since(now) {
            Some(left) => i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            None => -i64::try_from((now - self.deadline).as_secs()).unwrap_or(0) - 1,
        }
    }
}

/// Who calls, and what.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) shared: Arc<Shared>,
    pub(crate) router: usize,
    pub(crate) user: String,
    pub(crate) call: Call,
}

impl Caller {
    fn device<'w>(&self, world: &'w mut World) -> Option<&'w mut Device> {
        world.router_mut::<Device>(self.router)
    }

    /// Answers the call.
    pub(crate) async fn answer(self, stdin: &[u8]) -> Reply {
        match self.call.verb {
            Verb::Probe => self.with(|caller, device| caller.probe(device)),
            Verb::Lock => self.with(|caller, device| caller.lock(device)),
            Verb::Stage => self.mine(|caller, lock, _| caller.stage(lock, stdin)),
            Verb::Test => self.mine(|_, lock, config| {
                lock.lease = Instant::now() + LEASE;
                testing(lock, config)
            }),
            Verb::Apply => self.apply().await,
            Verb::Verify => self.verify().await,
            Verb::Confirm => self.confirm().await,
            Verb::Revert => {
                let why = if self.call.argument.is_empty() { "reverted" } else { &self.call.argument };
                self.take_back(why, false).await
            }
            Verb::Rescue => self.take_back("expired without confirmation", true).await,
            Verb::Discard => self.with(|caller, device| caller.discard(device)),
            Verb::Forget => self.with(|caller, device| {
                device.guards.done.remove(&caller.key());
                Reply::default()
            }),
        }
    }

    fn key(&self) -> (String, String) {
        (self.call.state.clone(), self.call.id.clone())
    }

    fn with(&self, act: impl FnOnce(&Caller, &mut Device) -> Reply) -> Reply {
        let mut world = self.shared.lock();
        self.device(&mut world).map_or_else(Reply::default, |device| act(self, device))
    }

    /// For verbs that need the lock under the call's id.
    fn mine(&self, act: impl FnOnce(&Caller, &mut Lock, &super::config::Config) -> Reply) -> Reply {
        self.with(|caller, device| {
            if let Err(reply) = caller.check(device) {
                return reply;
            }
            match device.guards.locks.get_mut(&caller.call.state) {
                Some(lock) => act(caller, lock, &device.config),
                None => Reply::fail("", exit::GONE),
            }
        })
    }

    fn check(&self, device: &Device) -> Result<(), Reply> {
        let lock = device.guards.locks.get(&self.call.state);
        match (lock, device.guards.done.get(&self.key())) {
            (Some(lock), _) if lock.owner == self.user && lock.id == self.call.id => Ok(()),
            (_, Some((_, outcome))) => Err(Reply::fail(format!("{outcome}\n"), exit::GONE)),
            (Some(lock), None) => Err(Reply::fail(format!("{}\n", lock.holder), exit::LOCKED)),
            (None, None) => Err(Reply::fail("", exit::GONE)),
        }
    }

    fn probe(&self, device: &Device) -> Reply {
        let now = Instant::now();
        let mut lines = vec![
            format!("user {}", self.user),
            format!("boot {}", device.chassis.boot),
            "vtysh yes".to_owned(),
            "reload /usr/lib/frr/frr-reload.py".to_owned(),
            "state yes".to_owned(),
        ];
        if let Some(lock) = device.guards.locks.get(&self.call.state) {
            lines.push(format!("holder {}", lock.holder));
            lines.push(format!("id {}", lock.id));
            if lock.owner == self.user {
                lines.push("own yes".to_owned());
            }
            if lock.is_stale(device.chassis.boot, now) {
                lines.push("stale yes".to_owned());
            }
            if lock.is_pending() {
                lines.push(format!("pending {}", lock.id));
                lines.push(format!("left {}", lock.left(now)));
            }
        }
        for ((state, id), (owner, outcome)) in &device.guards.done {
            if *state == self.call.state && *owner == self.user {
                lines.push(format!("done {id} {outcome}"));
            }
        }
        Reply::ok(lines.join("\n") + "\n")
    }

    fn lock(&self, device: &mut Device) -> Reply {
        let now = Instant::now();
        let state = &self.call.state;
        if let Some(lock) =
            device.guards.locks.get(state).filter(|lock| lock.is_stale(device.chassis.boot, now))
        {
            if lock.is_pending() {
                let entry = (lock.owner.clone(), "ended by a restart of the router".to_owned());
                device.guards.done.insert((state.clone(), lock.id.clone()), entry);
            }
            device.guards.locks.remove(state);
        }
        if let Some(lock) = device.guards.locks.get(state) {
            return Reply::fail(format!("{}\n", lock.holder), exit::LOCKED);
        }
        if device.guards.off.remove(&self.key()) {
            return Reply::fail("", exit::UNABLE);
        }
        let base = device.config.print();
        let lock = Lock {
            owner: self.user.clone(),
            id: self.call.id.clone(),
            boot: device.chassis.boot,
            lease: now + LEASE,
            holder: self.call.argument.clone(),
            base: base.clone(),
            target: None,
            deadline: now,
            stage: Stage::Candidate,
        };
        device.guards.locks.insert(state.clone(), lock);
        Reply::ok(base)
    }

    fn stage(&self, lock: &mut Lock, stdin: &[u8]) -> Reply {
        if self.call.argument != stdin.len().to_string() {
            return Reply::fail("", exit::UNABLE);
        }
        lock.lease = Instant::now() + LEASE;
        let text = String::from_utf8_lossy(stdin).into_owned();
        let wrong = check(&text);
        if !wrong.is_empty() {
            let words =
                wrong.iter().map(|(number, line)| format!("line {number}: % Unknown command[25]: {line}\n"));
            return Reply::fail(words.collect::<String>(), exit::REFUSED);
        }
        lock.target = Some(text);
        Reply::default()
    }

    fn discard(&self, device: &mut Device) -> Reply {
        let state = &self.call.state;
        let is_unawaited = !self.call.argument.is_empty();
        match device.guards.locks.get(state) {
            None if is_unawaited => {
                device.guards.off.insert(self.key());
                Reply::default()
            }
            Some(lock) if lock.owner != self.user || lock.id != self.call.id => Reply::default(),
            Some(lock) if lock.is_pending() => Reply::fail("", exit::BUSY),
            _ => {
                device.guards.locks.remove(state);
                Reply::default()
            }
        }
    }

    async fn apply(&self) -> Reply {
        let window = self.call.argument.parse().map(Duration::from_secs).unwrap_or_default();
        let armed = self.mine(|_, lock, config| {
            if config.print() != lock.base {
                return Reply::fail("", exit::MOVED);
            }
            lock.lease = Instant::now() + LEASE;
            lock.deadline = Instant::now() + window + LIMIT;
            lock.stage = Stage::Applying;
            Reply::default()
        });
        if armed.status != 0 {
            return armed;
        }
        tokio::spawn(self.clone().timer());
        sleep(PACE).await;
        let (words, status) = self.reload(true);
        if status != 0 {
            if self.win() {
                let why = format!("refused by the router (frr-reload ended with {status})");
                if !self.go_back(&why).await {
                    return Reply::fail(words + NOT_BACK, exit::UNABLE);
                }
            } else {
                return Reply::fail(words + &self.settled().await, exit::REFUSED);
            }
            return Reply::fail(words, exit::REFUSED);
        }
        self.mine(|_, lock, _| {
            lock.deadline = Instant::now() + window + GRACE;
            if lock.stage == Stage::Applying {
                lock.stage = Stage::Applied;
            }
            Reply::ok(format!("left {}\n", lock.left(Instant::now())))
        })
    }

    async fn verify(&self) -> Reply {
        let window = self.call.argument.parse().map(Duration::from_secs).unwrap_or_default();
        let mut is_pending = true;
        let reply = self.mine(|_, lock, config| {
            let mut reply = testing(lock, config);
            lock.deadline = Instant::now() + window;
            is_pending = lock.is_pending();
            reply.text.push_str(&format!("@@left {}\n", lock.left(Instant::now())));
            reply
        });
        if is_pending { reply } else { Reply::fail(self.settled().await, exit::GONE) }
    }

    async fn confirm(&self) -> Reply {
        let mut is_won = false;
        let reply = self.mine(|_, lock, _| match lock.stage {
            Stage::Applied => {
                lock.stage = Stage::Taken;
                is_won = true;
                Reply::default()
            }
            Stage::Taken => Reply::fail("", exit::GONE),
            Stage::Candidate | Stage::Applying => Reply::fail("", exit::BUSY),
        });
        if !is_won {
            return match (reply.status, reply.text.is_empty()) {
                (exit::GONE, true) => Reply::fail(self.settled().await, exit::GONE),
                _ => reply,
            };
        }
        let mut world = self.shared.lock();
        let saved = save(&mut world, self.router);
        if let Some(device) = self.device(&mut world) {
            if saved.status != 0 {
                self.finish(device, "confirmed, but not saved");
                return Reply::fail(saved.text, exit::UNSAVED);
            }
            self.finish(device, "confirmed");
        }
        Reply::default()
    }

    async fn take_back(&self, why: &str, is_rescue: bool) -> Reply {
        let checked = self.mine(|_, lock, _| {
            let is_late = lock.is_pending() && lock.left(Instant::now()) < -10;
            if is_rescue && !is_late { Reply::fail("", exit::GONE) } else { Reply::default() }
        });
        if checked.status != 0 {
            return if is_rescue { Reply::fail("", exit::GONE) } else { checked };
        }
        match (self.win(), is_rescue) {
            (false, true) => Reply::fail("", exit::GONE),
            (false, false) => Reply::fail(self.settled().await, exit::GONE),
            (true, _) if self.go_back(why).await => Reply::default(),
            (true, _) => Reply::fail(NOT_BACK, exit::UNABLE),
        }
    }

    /// The timer on the router: nobody stops it but by winning.
    async fn timer(self) {
        let boot = self.shared.lock().router::<Device>(self.router).map(|device| device.chassis.boot);
        loop {
            let deadline = {
                let mut world = self.shared.lock();
                let Some(device) = self.device(&mut world).filter(|device| Some(device.chassis.boot) == boot)
                else {
                    return;
                };
                let lock = device.guards.locks.get(&self.call.state);
                let Some(lock) = lock.filter(|lock| lock.id == self.call.id && lock.is_pending()) else {
                    return;
                };
                let deadline = lock.deadline;
                if deadline <= Instant::now()
                    && device.chassis.faults.strike(|at| *at == FaultPoint::Timer).is_some()
                {
                    return;
                }
                deadline
            };
            if deadline <= Instant::now() {
                break;
            }
            // The deadline moves when the change is applied and verified.
            sleep_until(deadline.min(Instant::now() + Duration::from_secs(1))).await;
        }
        if self.win() {
            self.go_back("expired without confirmation").await;
        }
    }

    /// The one atomic step that decides between confirmation, expiry and revert.
    fn win(&self) -> bool {
        let mut world = self.shared.lock();
        let Some(device) = self.device(&mut world) else { return false };
        match device.guards.locks.get_mut(&self.call.state) {
            Some(lock) if lock.id == self.call.id && lock.is_pending() => {
                lock.stage = Stage::Taken;
                true
            }
            _ => false,
        }
    }

    /// Waits until it is known what became of the change.
    async fn settled(&self) -> String {
        for _ in 0..600 {
            if let Some((_, outcome)) = self
                .shared
                .lock()
                .router::<Device>(self.router)
                .and_then(|device| device.guards.done.get(&self.key()))
            {
                return format!("{outcome}\n");
            }
            sleep(Duration::from_millis(100)).await;
        }
        String::new()
    }

    /// Puts the target, or the base, into force.
    fn reload(&self, is_target: bool) -> (String, u32) {
        self.shared.change(|world| {
            let Some(device) = self.device(world) else { return (String::new(), 1) };
            let death = match device.chassis.faults.strike(|at| *at == FaultPoint::Reload) {
                Some(FaultKind::Fail { status, output }) => Some((output, status)),
                _ => None,
            };
            let own = device.own();
            let Some(lock) = device.guards.locks.get(&self.call.state) else { return (String::new(), 1) };
            let text = if is_target { lock.target.as_deref() } else { Some(lock.base.as_str()) };
            let Some(text) = text else { return ("no target was staged\n".to_owned(), 1) };
            reload::reload(&mut device.config, &own, text, death.as_ref())
        })
    }

    async fn go_back(&self, why: &str) -> bool {
        for attempt in 0..5 {
            if attempt > 0 {
                sleep(Duration::from_secs(1)).await;
            }
            let (_, status) = self.reload(false);
            let mut world = self.shared.lock();
            let Some(device) = self.device(&mut world) else { return false };
            let is_same = device
                .guards
                .locks
                .get(&self.call.state)
                .is_some_and(|lock| same(&lock.base, &device.config.print()));
            if status == 0 && is_same {
                self.finish(device, why);
                return true;
            }
        }
        let mut world = self.shared.lock();
        if let Some(device) = self.device(&mut world) {
            self.finish(device, &format!("{why}, but the configuration differs from the one before"));
        }
        false
    }

    fn finish(&self, device: &mut Device, outcome: &str) {
        device.guards.done.insert(self.key(), (self.user.clone(), outcome.to_owned()));
        device.guards.locks.remove(&self.call.state);
    }
}

fn same(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    sorted(one) == sorted(other)
}

fn testing(lock: &Lock, config: &super::config::Config) -> Reply {
    let Some(target) = &lock.target else {
        return Reply::fail("No such file: frr.conf\n@@noise\n", exit::REFUSED);
    };
    let (report, status) = reload::test(config, target);
    let (noise, _) = reload::test(config, &config.print());
    let status = if status == 1 { exit::REFUSED } else { status };
    Reply::fail(format!("{report}@@noise\n{noise}"), status)
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
