//! What every subject of the conformance suite makes of its target.

use peering_core::driver::Target;

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
