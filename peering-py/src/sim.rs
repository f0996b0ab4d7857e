//! The simulated LAN and its routers, for `peering.sim`, which has their words.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use peering_core::driver::{HostKeyPolicy, Target};
use peering_core::{Error, ErrorKind, Result};
use peering_drivers::sim::{
    EosIdentity, EosRouter, Fabric, Fault, FrrRouter, IosRouter, JunosRouter, Member, MemberId, NxosIdentity,
    NxosRouter, Running, RunningIos, RunningJunos, RunningXr, Typed, XrRouter,
};
use pyo3::exceptions::PyLookupError;
use pyo3::prelude::*;

use crate::error::exception;
use crate::operation::Operation;
use crate::runtime::HomeBound;
use crate::shape::from_python;

/// A simulated peering LAN.
#[pyclass(frozen, name = "Fabric", module = "peering._native")]
#[derive(Debug)]
pub(crate) struct NativeFabric {
    fabric: HomeBound<Fabric>,
    members: Mutex<Vec<MemberId>>,
}

#[pymethods]
impl NativeFabric {
    /// A LAN on which sessions take so long to come up.
    #[new]
    fn new(delay: Duration) -> Self {
        let fabric = HomeBound::new(Fabric::with_delay(delay));
        NativeFabric { fabric, members: Mutex::default() }
    }

    /// A member joins; its number.
    fn add_member(&self, py: Python<'_>, member: &Bound<'_, PyAny>) -> PyResult<usize> {
        let member: Member = from_python(member, "member")?;
        let fabric = self.fabric.here(py)?;
        let id = py.detach(|| fabric.add_member(member));
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.push(id);
        Ok(members.len() - 1)
    }

    /// A member becomes another.
    fn change_member(&self, py: Python<'_>, number: usize, member: &Bound<'_, PyAny>) -> PyResult<()> {
        let changed: Member = from_python(member, "member")?;
        let known = self.members.lock().unwrap_or_else(PoisonError::into_inner).get(number).copied();
        let id = known.ok_or_else(|| PyLookupError::new_err("the fabric has no such member"))?;
        let fabric = self.fabric.here(py)?;
        py.detach(|| fabric.change_member(id, |member| *member = changed));
        Ok(())
    }

    /// Starts a router from its options: a record with the platform's name in `platform`.
    fn start(&self, py: Python<'_>, router: &Bound<'_, PyAny>) -> PyResult<Operation> {
        let fabric = self.fabric.here(py)?.clone();
        let platform: String = router.getattr("platform")?.extract()?;
        let make = |py: Python<'_>, machine: Machine| {
            let machine = HomeBound::new(Arc::new(machine));
            Ok(Py::new(py, Simulated(machine))?.into_any())
        };
        Ok(match platform.as_str() {
            "arista_eos" => {
                let router: EosRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Eos) }, make)
            }
            "cisco_ios" => {
                let router: IosRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Ios) }, make)
            }
            "cisco_iosxr" => {
                let router: XrRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Xr) }, make)
            }
            "cisco_nxos" => {
                let router: NxosRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Nxos) }, make)
            }
            "frr" => {
                let router: FrrRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Frr) }, make)
            }
            "juniper_junos" => {
                let router: JunosRouter = from_python(router, "router")?;
                Operation::new(async move { router.start(&fabric).await.map(Machine::Junos) }, make)
            }
            other => {
                let words = format!("there is no simulated {other}");
                return Err(exception(py, &Error::new(ErrorKind::Options, words)));
            }
        })
    }
}

/// A running router of some platform.
#[derive(Debug)]
enum Machine {
    Eos(Running<EosIdentity>),
    Frr(Running),
    Ios(RunningIos),
    Junos(RunningJunos),
    Nxos(Running<NxosIdentity>),
    Xr(RunningXr),
}

/// What all running routers have.
macro_rules! any {
    ($machine:expr, $running:ident => $do:expr) => {
        match $machine {
            Machine::Eos($running) => $do,
            Machine::Frr($running) => $do,
            Machine::Ios($running) => $do,
            Machine::Junos($running) => $do,
            Machine::Nxos($running) => $do,
            Machine::Xr($running) => $do,
        }
    };
}

/// A running router.
#[pyclass(frozen, module = "peering._native")]
#[derive(Debug)]
pub(crate) struct Simulated(HomeBound<Arc<Machine>>);

impl Simulated {
    /// Looks at the machine or does something to it, with the interpreter released.
    fn with<T: Send>(&self, py: Python<'_>, act: impl FnOnce(&Machine) -> T + Send) -> PyResult<T> {
        let machine = self.0.here(py)?;
        Ok(py.detach(|| act(machine)))
    }

    /// The same, for what may fail.
    fn try_with<T: Send>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&Machine) -> Result<T> + Send,
    ) -> PyResult<T> {
        self.with(py, act)?.map_err(|error| exception(py, &error))
    }
}

#[pymethods]
impl Simulated {
    /// Where its server listens.
    fn address(&self, py: Python<'_>) -> PyResult<(String, u16)> {
        let addr = self.with(py, |machine| any!(machine, running => running.addr()))?;
        Ok((addr.ip().to_string(), addr.port()))
    }

    /// What a client knows it by: an SSH host key in OpenSSH's format, or a certificate in PEM.
    fn identity(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |machine| match machine {
            Machine::Eos(running) => running.certificate().to_owned(),
            Machine::Frr(running) => running.host_key(),
            Machine::Ios(running) => running.host_key(),
            Machine::Junos(running) => running.host_key(),
            Machine::Nxos(running) => running.certificate().to_owned(),
            Machine::Xr(running) => running.host_key(),
        })
    }

    /// The fingerprint of that, as it is pinned.
    fn fingerprint(&self, py: Python<'_>) -> PyResult<String> {
        self.try_with(py, |machine| {
            let target = match machine {
                Machine::Eos(running) => return Ok(running.fingerprint().to_owned()),
                Machine::Nxos(running) => return Ok(running.fingerprint().to_owned()),
                Machine::Frr(running) => running.target(),
                Machine::Ios(running) => running.target(),
                Machine::Junos(running) => running.target(),
                Machine::Xr(running) => running.target(),
            };
            pinned(target)
        })
    }

    /// The port for plain HTTP, where there is one.
    fn http_port(&self, py: Python<'_>) -> PyResult<Option<u16>> {
        self.with(py, |machine| match machine {
            Machine::Eos(running) => running.http_addr().map(|addr| addr.port()),
            Machine::Nxos(running) => running.http_addr().map(|addr| addr.port()),
            _ => None,
        })
    }

    /// The SSH server that EOS and NX-OS have besides their APIs, and IOS-XR besides NETCONF: its port, host key, and that
    /// key's fingerprint.
    fn ssh(&self, py: Python<'_>) -> PyResult<(u16, String, String)> {
        self.try_with(py, |machine| {
            let (target, port, key) = match machine {
                Machine::Eos(running) => {
                    (running.ssh_target(), running.ssh_addr().port(), running.host_key())
                }
                Machine::Nxos(running) => {
                    (running.ssh_target(), running.ssh_addr().port(), running.host_key())
                }
                Machine::Xr(running) => {
                    (running.shell_target(), running.shell_addr().port(), running.shell_host_key())
                }
                _ => return Err(Error::unsupported("another server")),
            };
            Ok((port, key, pinned(target)?))
        })
    }

    /// What was typed into the command line: session, user, line, whether it was typed ahead.
    fn typed(&self, py: Python<'_>) -> PyResult<Vec<(u32, String, String, bool)>> {
        let typed: Vec<Typed> = self.try_with(py, |machine| match machine {
            Machine::Eos(running) => Ok(running.typed()),
            Machine::Ios(running) => Ok(running.typed()),
            Machine::Nxos(running) => Ok(running.typed()),
            Machine::Xr(running) => Ok(running.typed()),
            _ => Err(Error::unsupported("what was typed")),
        })?;
        Ok(typed.into_iter().map(|typed| (typed.session, typed.user, typed.line, typed.is_ahead)).collect())
    }

    fn running_config(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |machine| any!(machine, running => running.running_config()))
    }

    fn startup_config(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |machine| any!(machine, running => running.startup_config()))
    }

    fn configure(&self, py: Python<'_>, text: &str) -> PyResult<()> {
        self.try_with(py, |machine| any!(machine, running => running.configure(text)))
    }

    fn inject(&self, py: Python<'_>, fault: &Bound<'_, PyAny>) -> PyResult<()> {
        let fault: Fault = from_python(fault, "fault")?;
        self.with(py, |machine| any!(machine, running => running.inject(fault)))
    }

    fn clear_faults(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |machine| any!(machine, running => running.clear_faults()))
    }

    fn unplayed_faults(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |machine| any!(machine, running => running.unplayed_faults()))
    }

    fn reboot(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |machine| any!(machine, running => running.reboot()))
    }

    fn cut_connections(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |machine| any!(machine, running => running.cut_connections()))
    }

    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |machine| any!(machine, running => running.stop()))
    }

    fn wait_established(&self, py: Python<'_>, count: usize, most: Duration) -> PyResult<Operation> {
        let machine = Arc::clone(self.0.here(py)?);
        let work = async move { Ok(any!(&*machine, running => running.wait_established(count, most).await)) };
        Ok(Operation::new(work, |py, came| Ok(came.into_pyobject(py)?.to_owned().into_any().unbind())))
    }

    /// What it was asked, request by request: who asked, and the command lines or the names of operations.
    fn requests(&self, py: Python<'_>) -> PyResult<Vec<(String, Vec<String>)>> {
        self.try_with(py, |machine| match machine {
            Machine::Eos(running) => {
                Ok(running.log().into_iter().map(|asked| (asked.user, asked.commands)).collect())
            }
            Machine::Junos(running) => {
                Ok(running.requests().into_iter().map(|name| (String::new(), vec![name])).collect())
            }
            Machine::Xr(running) => {
                Ok(running.requests().into_iter().map(|name| (String::new(), vec![name])).collect())
            }
            Machine::Nxos(running) => {
                Ok(running.log().into_iter().map(|asked| (asked.user, asked.commands)).collect())
            }
            Machine::Frr(_) | Machine::Ios(_) => Err(Error::unsupported("requests")),
        })
    }

    /// The configuration sessions of EOS that are open.
    fn configuration_sessions(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.try_with(py, |machine| match machine {
            Machine::Eos(running) => Ok(running.sessions()),
            _ => Err(Error::unsupported("configuration sessions")),
        })
    }

    /// The NETCONF sessions of Junos that are open: number, user, whether it has the lock, whether a private candidate.
    fn netconf_sessions(&self, py: Python<'_>) -> PyResult<Vec<(u32, String, bool, bool)>> {
        self.junos(py, |running| {
            let all = running.sessions().into_iter();
            all.map(|one| (one.id, one.user, one.has_lock, one.has_private_candidate)).collect()
        })
    }

    fn has_changes(&self, py: Python<'_>) -> PyResult<bool> {
        self.junos(py, RunningJunos::has_changes)
    }

    fn has_pending_commit(&self, py: Python<'_>) -> PyResult<bool> {
        self.try_with(py, |machine| match machine {
            Machine::Junos(running) => Ok(running.has_pending_commit()),
            Machine::Xr(running) => Ok(running.has_pending_commit()),
            _ => Err(Error::unsupported("a commit that waits")),
        })
    }

    fn loads(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.junos(py, RunningJunos::loads)
    }

    fn commit_by_force(&self, py: Python<'_>, commands: &str) -> PyResult<()> {
        self.junos(py, |running| running.commit_by_force(commands))?.map_err(|error| exception(py, &error))
    }
}

/// The fingerprint that a target pins.
fn pinned(target: Target) -> Result<String> {
    match target.host_key {
        HostKeyPolicy::Pinned(fingerprint) => Ok(fingerprint),
        _ => Err(Error::unsupported("a fingerprint")),
    }
}

impl Simulated {
    fn junos<T: Send>(&self, py: Python<'_>, look: impl FnOnce(&RunningJunos) -> T + Send) -> PyResult<T> {
        self.try_with(py, |machine| match machine {
            Machine::Junos(running) => Ok(look(running)),
            _ => Err(Error::unsupported("what only a Junos router has")),
        })
    }
}
