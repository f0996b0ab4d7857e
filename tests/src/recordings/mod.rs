//! NAPALM's recordings of real routers, over real sockets: our drivers against its fakes, compared with what its own drivers
//! made of them.
//!
//! The index names the cases: which method is called with which arguments, and the file that holds NAPALM's answer. The fakes
//! serve the recorded bytes; the login name says which case. Nothing is stubbed between a driver of ours and the socket.

mod compare;
mod fakes;
mod index;
mod known;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use peering_core::driver::{Driver, HostKeyPolicy, SshConfig, Target};
use peering_core::{Router, Secret};
use peering_drivers::arista_eos::{AristaEos, EosTransport};
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::napalm;
use serde_json::{Map, Value};

pub use compare::{Difference, differences};
use fakes::Fakes;
use index::{Case, Index};
pub use report::{CaseReport, Outcome, Report};

/// Cases that run at once.
const AT_ONCE: usize = 8;

/// How long one step may take; the fakes share two processors with everything else.
const PATIENCE: Duration = Duration::from_secs(60);

/// What NAPALM's clock showed when its data were made, in seconds since 1970.
const CLOCK: i64 = 1_500_000_000;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with `fakes.py`, and `test/…` below it.
    pub root: PathBuf,
    /// The index of the cases.
    pub index: PathBuf,
    /// Only this platform, by NAPALM's name.
    pub platform: Option<String>,
    /// A Python that has what NAPALM needs.
    pub python: PathBuf,
}

/// Our driver for a platform of NAPALM's; `None` where there is none.
fn driver(platform: &str) -> Option<Arc<dyn Driver>> {
    let registry = peering_drivers::builtin();
    match platform {
        // the fakes have no certificate
        "eos" => Some(Arc::new(AristaEos { transport: EosTransport::Http, ..AristaEos::default() })),
        "ios" => registry.driver("cisco_ios").ok(),
        "iosxr_netconf" => registry.driver("cisco_iosxr").ok(),
        // likewise
        "nxos" => Some(Arc::new(CiscoNxos { transport: NxosTransport::Http, ..CiscoNxos::default() })),
        "nxos_ssh" => Some(Arc::new(CiscoNxos { transport: NxosTransport::Ssh, ..CiscoNxos::default() })),
        "junos" => registry.driver("juniper_junos").ok(),
        _ => None,
    }
}

/// Runs every case that NAPALM passed.
///
/// # Errors
/// A sentence, when the index or the fakes cannot be used, or the platform is not in the index.
pub async fn run(options: &Options) -> Result<Report, String> {
    let index = Index::read(&options.index)?;
    if let Some(platform) = &options.platform
        && !index.drivers.contains_key(platform)
    {
        return Err(format!("{} has no platform {platform}", options.index.display()));
    }
    let fakes = Fakes::start(options).await?;
    let mut cases = Vec::new();
    let mut report = Report::default();
    for (platform, of_platform) in &index.drivers {
        if options.platform.as_ref().is_some_and(|only| only != platform) {
            continue;
        }
        let runnable: Vec<&Case> = of_platform.cases.iter().filter(|case| case.is_runnable()).collect();
        match (driver(platform), fakes.port(platform)) {
            (None, _) => report.without_driver.push((platform.clone(), runnable.len())),
            (Some(_), None) => return Err(format!("the fakes do not serve {platform}")),
            (Some(driver), Some(port)) => {
                let platform = platform.as_str();
                cases.extend(runnable.into_iter().map(|case| (platform, case, driver.clone(), port)));
            }
        }
    }
    report.cases = stream::iter(cases)
        .map(async |(platform, case, driver, port)| {
            let outcome = match one(&options.root, platform, case, driver, port).await {
                Ok(found) => Outcome::compared(platform, case, found),
                Err(why) => Outcome::Broken(why),
            };
            CaseReport { platform: platform.to_owned(), name: case.name(), read: case.read(), outcome }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    Ok(report)
}

/// Runs one case; the differences.
async fn one(
    root: &Path,
    platform: &str,
    case: &Case,
    driver: Arc<dyn Driver>,
    port: u16,
) -> Result<Vec<Difference>, String> {
    let path = root.join(case.expected.as_deref().unwrap_or_default());
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let expected: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let router = connect(&case.name(), driver, port).await.map_err(|error| error.to_string())?;
    let mut answers = Vec::new();
    for arguments in &case.calls {
        answers.push(call(&router, platform, &case.method, arguments).await?);
    }
    router.close().await.map_err(|error| error.to_string())?;
    Ok(differences(&case.result(answers)?, &expected))
}

async fn call(
    router: &Router,
    platform: &str,
    method: &str,
    arguments: &Map<String, Value>,
) -> Result<Value, String> {
    // NAPALM made its answers by a clock that stood still; where they count back from it, ours do from the same
    let now = Timestamp::from_second(CLOCK).map_err(|error| error.to_string())?;
    let answer = napalm::call_at(router, platform, method, arguments, now).await;
    answer.map_err(|error| format!("{method}: {error}"))
}

async fn connect(login: &str, driver: Arc<dyn Driver>, port: u16) -> peering_core::Result<Router> {
    let mut target = Target::new("127.0.0.1");
    target.port = Some(port);
    target.credentials.username = login.to_owned();
    target.credentials.password = Some(Secret::new("any"));
    target.host_key = HostKeyPolicy::AcceptAnyInsecure;
    target.ssh_config = SshConfig::Off;
    target.timeouts.connect = PATIENCE;
    target.timeouts.read = PATIENCE;
    Router::connect(driver, &target).await
}
