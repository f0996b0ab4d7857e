//! Routers as subjects of the conformance suite: those whose configuration is the lines of a command line, and what every
//! subject makes of its target.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{ALL, Behaviour, Change, Subject};
use peering_core::driver::{Driver, Target};

use crate::assert_kept;

/// Types configuration on the router behind the driver's back.
pub type Configure = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// A router with a running `router bgp 64501`.
pub struct TypedSubject {
    /// The driver under test.
    pub driver: Arc<dyn Driver>,
    /// The router, with a password that is let in.
    pub target: Target,
    /// The confirm window.
    pub window: Duration,
    /// What is typed on its platform.
    pub words: Words,
    /// The back door.
    pub configure: Configure,
}

/// What is typed on a platform.
#[derive(Clone, Debug)]
pub struct Words {
    /// The change to make.
    pub change: Change,
    /// The whole configuration, with the change in force.
    pub replacement: fn(&str) -> String,
    /// Lines of which one is refused.
    pub refused: &'static str,
    /// What is typed behind the driver's back.
    pub meddle: &'static str,
    /// What takes that away again.
    pub mend: &'static str,
}

/// Every behaviour but one, each on a router of its own, all at once.
///
/// # Panics
/// When one is not kept.
pub async fn keeps_its_promises<S, F>(start: impl Fn() -> F, except: &str)
where
    S: Subject + 'static,
    F: Future<Output = S> + Send + 'static,
{
    let check = |behaviour: &'static Behaviour| {
        let subject = start();
        tokio::spawn(async move { (behaviour.name(), behaviour.check(&subject.await).await) })
    };
    let runs: Vec<_> = ALL.iter().filter(|behaviour| behaviour.name() != except).map(check).collect();
    let mut verdicts = Vec::new();
    for run in runs {
        verdicts.push(run.await.unwrap());
    }
    assert_kept(&verdicts);
}

#[async_trait]
impl Subject for TypedSubject {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver)
    }

    fn target(&self) -> Target {
        self.target.clone()
    }

    fn wrong_password(&self) -> Target {
        wrong_password(&self.target)
    }

    fn nobody(&self) -> Target {
        nobody(&self.target)
    }

    fn change(&self) -> Change {
        self.words.change.clone()
    }

    fn replacement(&self, running: &str) -> String {
        (self.words.replacement)(running)
    }

    fn refused(&self) -> String {
        self.words.refused.into()
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        (self.configure)(self.words.meddle)
    }

    async fn mend(&self) -> Result<()> {
        (self.configure)(self.words.mend)
    }

    fn window(&self) -> Duration {
        self.window
    }
}

impl std::fmt::Debug for TypedSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedSubject").field("target", &self.target).finish_non_exhaustive()
    }
}

/// The same router with a password that is not let in, and no other proof.
pub(crate) fn wrong_password(target: &Target) -> Target {
    let mut target = target.clone();
    target.credentials.private_key = None;
    target.credentials.agent = false;
    target.credentials.password = Some("certainly-not-the-password".into());
    target
}

/// A place on this machine where nobody listens.
pub(crate) fn nobody(target: &Target) -> Target {
    // Bound and dropped again: nobody else is given the port so soon.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    Target { host: "127.0.0.1".into(), port: Some(port), ..target.clone() }
}
