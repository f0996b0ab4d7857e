//! What NAPALM's `ios` does in its own way.

use super::quirks::{COMMON, Quirks};

pub(super) const QUIRKS: Quirks = Quirks { ..COMMON };
