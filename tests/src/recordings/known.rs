//! The differences that are artefacts of NAPALM's mocks: what it expects cannot come over a wire.
//!
//! A driver that gave these answers would be wrong. Everything else that differs is a failure.

/// A case whose expectation is an artefact, in the named fields only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deviation {
    platform: &'static str,
    name: &'static str,
    /// The last words of the paths that may differ.
    fields: &'static [&'static str],
    /// Why.
    pub(super) reason: &'static str,
}

/// The XML agent's answer is unwrapped by whoever speaks its protocol.
const ENVELOPE: &str = "the expected text is the raw XML envelope of the agent, not the configuration in it";

/// The configurations of a result.
const CONFIGS: &[&str] = &["running", "startup", "candidate"];

const KNOWN: &[Deviation] = &[
    Deviation { platform: "iosxr", name: "test_get_config/normal", fields: CONFIGS, reason: ENVELOPE },
    Deviation {
        platform: "iosxr",
        name: "test_get_config_filtered/normal",
        fields: CONFIGS,
        reason: ENVELOPE,
    },
    Deviation {
        platform: "iosxr",
        name: "test_get_config_sanitized/normal",
        fields: CONFIGS,
        reason: ENVELOPE,
    },
    Deviation {
        platform: "iosxr",
        name: "test_get_config_sanitized_filtered/normal",
        fields: CONFIGS,
        reason: ENVELOPE,
    },
    Deviation {
        platform: "junos",
        name: "test_get_bgp_neighbors_detail/normal",
        fields: &[
            "import_policy",
            "export_policy",
            "configured_holdtime",
            "multipath",
            "remove_private_as",
            "local_address_configured",
        ],
        reason: "a vendor namespace on bgp-option-information hides its leaves from the mock; a NETCONF client finds them",
    },
];

/// The deviation that a difference at this path is a part of.
pub(super) fn of(platform: &str, name: &str, path: &str) -> Option<&'static Deviation> {
    let field = path.rsplit('.').next().unwrap_or_default();
    KNOWN
        .iter()
        .find(|known| known.platform == platform && known.name == name && known.fields.contains(&field))
}
