//! A target of the core as a `peering.Target`, secrets and all: the driver has to log in.

use peering_core::Secret;
use peering_core::driver::{HostKeyPolicy, SshAlgorithms, SshConfig, Target, TlsPolicy, Wire};
use pyo3::prelude::*;
use serde_json::{Value, json};

use super::record;

pub(super) fn object<'py>(py: Python<'py>, target: &Target) -> PyResult<Bound<'py, PyAny>> {
    record(py, "peering.target", "Target", &value(target))
}

fn value(target: &Target) -> Value {
    let login = &target.credentials;
    json!({
        "host": target.host,
        "port": target.port,
        "credentials": {
            "username": login.username,
            "password": login.password.as_ref().map(Secret::expose),
            "private_key": login.private_key,
            "passphrase": login.passphrase.as_ref().map(Secret::expose),
            "agent": login.agent,
            "client_certificate": login.client_certificate,
            "client_key": login.client_key,
        },
        "timeouts": {
            "connect": target.timeouts.connect,
            "read": target.timeouts.read,
            "change": target.timeouts.change,
        },
        "keepalive": target.keepalive,
        "host_key": host_key(&target.host_key),
        "known_hosts": target.known_hosts,
        "trusted_hosts": target.trusted_hosts,
        "tls": tls(&target.tls),
        "trusted_certificates": target.trusted_certificates,
        "ssh_config": match &target.ssh_config {
            SshConfig::User => json!("user"),
            SshConfig::File(path) => json!({ "file": path }),
            SshConfig::Off => json!("off"),
        },
        "ssh_algorithms": match target.ssh_algorithms {
            SshAlgorithms::Modern => "modern",
            SshAlgorithms::Legacy => "legacy",
        },
        "jump": target.jump.as_deref().map(value),
        "proxy_command": target.proxy_command,
        "wire": match &target.wire {
            Wire::Live => json!("live"),
            Wire::Record(path) => json!({ "record": path }),
            Wire::Replay(path) => json!({ "replay": path }),
        },
    })
}

fn host_key(policy: &HostKeyPolicy) -> Value {
    match policy {
        HostKeyPolicy::TrustOnFirstUse => json!("trust-on-first-use"),
        HostKeyPolicy::Known => json!("known"),
        HostKeyPolicy::Pinned(fingerprint) => json!({ "pinned": fingerprint }),
        HostKeyPolicy::AcceptAnyInsecure => json!("accept-any-insecure"),
    }
}

fn tls(policy: &TlsPolicy) -> Value {
    match policy {
        TlsPolicy::System => json!("system"),
        TlsPolicy::Ca(path) => json!({ "ca": path }),
        TlsPolicy::Pinned(fingerprint) => json!({ "pinned": fingerprint }),
        TlsPolicy::TrustOnFirstUse => json!("trust-on-first-use"),
        TlsPolicy::AcceptAnyInsecure => json!("accept-any-insecure"),
    }
}
