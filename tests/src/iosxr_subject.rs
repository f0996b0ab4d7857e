//! IOS-XR as a subject of the conformance suite; and what our template writes for it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use peering_core::Result;
use peering_core::conformance::{Change, Subject};
use peering_core::driver::{Driver, Target};
use peering_core::model::Indexed;
use peering_core::template::{Engine, Escape, Options, RenderContext};

use crate::sample::{Spelling, sample};
use crate::subject;

/// Commits lines behind the driver's back, over its lock.
pub type Commit = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

const PASSWORD: &str = "conformance-md5";

/// The block that all of it stands in.
const BGP: &str = "router bgp 64501\n";

/// An IOS-XR router with BGP of AS 64501.
pub struct IosxrSubject {
    /// The driver under test.
    pub driver: Arc<dyn Driver>,
    /// The router, with a password that is let in.
    pub target: Target,
    /// The confirm window.
    pub window: Duration,
    /// The back door.
    pub commit: Commit,
}

/// The sample's configuration by the shipped template.
///
/// # Panics
/// When the template does not render.
pub fn rendered() -> String {
    let mut engine = Engine::new(Escape::for_driver("cisco_iosxr"), Options::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates/cisco_iosxr");
    engine.add_directory(folder).unwrap();
    let network = sample("cisco_iosxr", &Spelling::AsItIs);
    let router = network.routers[0].name.clone();
    engine.render("main.j2", &RenderContext::for_router(Indexed::from(network), &router).unwrap()).unwrap()
}

fn neighbor() -> String {
    format!(
        " neighbor 192.0.2.77\n  remote-as 64577\n  password clear {PASSWORD}\n  description a change of the conformance \
         suite\n !\n"
    )
}

#[async_trait]
impl Subject for IosxrSubject {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::clone(&self.driver)
    }

    fn target(&self) -> Target {
        self.target.clone()
    }

    fn wrong_password(&self) -> Target {
        subject::wrong_password(&self.target)
    }

    fn nobody(&self) -> Target {
        subject::nobody(&self.target)
    }

    fn change(&self) -> Change {
        Change {
            apply: format!("{BGP}{}!\n", neighbor()),
            remove: format!("{BGP} no neighbor 192.0.2.77\n!\n"),
            marker: "description a change of the conformance suite".into(),
            secret: Some(PASSWORD.into()),
        }
    }

    fn replacement(&self, running: &str) -> String {
        running.replacen(BGP, &format!("{BGP}{}", neighbor()), 1)
    }

    fn refused(&self) -> String {
        format!(
            "{BGP} neighbor 192.0.2.78\n  remote-as 64578\n  nonsense-keyword 5\n !\n neighbor 192.0.2.79\n  remote-as 64579\n \
             !\n!\n"
        )
    }

    fn commands(&self) -> (String, String) {
        ("show version".into(), "show nonsense".into())
    }

    async fn meddle(&self) -> Result<()> {
        (self.commit)("router bgp 64501\n neighbor 192.0.2.66\n  remote-as 64566\n !\n!\n")
    }

    async fn mend(&self) -> Result<()> {
        (self.commit)("router bgp 64501\n no neighbor 192.0.2.66\n!\n")
    }

    fn window(&self) -> Duration {
        self.window
    }
}

impl std::fmt::Debug for IosxrSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IosxrSubject").field("target", &self.target).finish_non_exhaustive()
    }
}
