//! The exchange of a plan, simulated: our router with its ports on the peering LAN, and every peer of the plan.

use peering_core::driver::Target;
use peering_core::{Asn, Result};

use crate::job::Plan;

/// Starts it.
pub async fn start(_: &Plan, _: Asn) -> Result<(String, Target, Option<()>)> {
    Err(peering_core::Error::unsupported("simulation"))
}
