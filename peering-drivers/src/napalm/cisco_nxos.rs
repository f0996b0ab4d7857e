//! What NAPALM's `nxos` and `nxos_ssh` do in their own ways.

use super::quirks::{COMMON, Quirks};

/// Of `nxos`, over NX-API.
pub(super) const NXAPI: Quirks = Quirks { ..COMMON };

/// Of `nxos_ssh`.
pub(super) const SSH: Quirks = Quirks { ..COMMON };
