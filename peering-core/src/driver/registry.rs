//! Drivers by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Driver;
use crate::{Error, ErrorKind, Result};

/// The drivers that a program knows, by [`Driver::name`].
///
/// There is no global one: `peering_drivers::builtin()` returns a registry of everything compiled in, and a third
/// party adds its own by [`Registry::register`].
#[derive(Clone, Debug, Default)]
pub struct Registry {
    drivers: BTreeMap<&'static str, Arc<dyn Driver>>,
}

impl Registry {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a driver; one of the same name is replaced.
    pub fn register(&mut self, driver: impl Driver) -> &mut Self {
        self.extend([Arc::new(driver) as Arc<dyn Driver>]);
        self
    }

    /// The driver of this name.
    ///
    /// # Errors
    /// `Options`, with the names there are.
    pub fn driver(&self, name: &str) -> Result<Arc<dyn Driver>> {
        self.drivers.get(name).cloned().ok_or_else(|| {
            let known: Vec<_> = self.names().collect();
            Error::new(
                ErrorKind::Options,
                format!("no driver is called {name:?}; this program has: {}", known.join(", ")),
            )
        })
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.drivers.keys().copied()
    }
}

impl Extend<Arc<dyn Driver>> for Registry {
    fn extend<I: IntoIterator<Item = Arc<dyn Driver>>>(&mut self, drivers: I) {
        self.drivers.extend(drivers.into_iter().map(|driver| (driver.name(), driver)));
    }
}

impl FromIterator<Arc<dyn Driver>> for Registry {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Driver>>>(drivers: I) -> Self {
        let mut registry = Registry::new();
        registry.extend(drivers);
        registry
    }
}
