//! Data and servers for benches, tests and examples: a generator of PeeringDB-shaped data with invented content, and
//! an HTTP server for directories of such data.
//! `measure` and `routers` are what the programs here time.

pub mod generate;
pub mod measure;
pub mod routers;
pub mod server;
pub mod sessions;
