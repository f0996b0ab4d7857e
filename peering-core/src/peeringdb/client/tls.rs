//! TLS with an explicit provider: a library must not depend on, or install, a process-wide one.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::{Error, ErrorKind, Result};

/// The system's root certificates. Where TLS is not needed to reach the server, their absence is no error;
/// then no certificate is trusted.
pub(crate) fn config(needed: bool) -> Result<ClientConfig> {
    let fail = |error: rustls::Error| {
        Error::new(
            ErrorKind::Tls,
            format!("TLS cannot be set up: {error}; are the system's CA certificates installed?"),
        )
        .with_source(error)
    };
    let builder = || {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
    };
    let mut config = match builder().map_err(fail)?.with_platform_verifier() {
        Ok(verified) => verified.with_no_client_auth(),
        Err(error) if needed => return Err(fail(error)),
        Err(_) => {
            builder().map_err(fail)?.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
