//! Which algorithms are offered, in our own order: fast and strong first.

use std::borrow::Cow;

use peering_core::driver::SshAlgorithms;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, compression, kex, mac};

const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G14_SHA256,
    kex::DH_G16_SHA512,
    kex::DH_GEX_SHA256,
    kex::DH_G15_SHA512,
    kex::DH_G17_SHA512,
    kex::DH_G18_SHA512,
];

const LEGACY_KEX: &[kex::Name] = &[kex::DH_G14_SHA1, kex::DH_GEX_SHA1, kex::DH_G1_SHA1];

/// No key exchange, but what is said of it.
const KEX_EXTENSIONS: &[kex::Name] =
    &[kex::EXTENSION_SUPPORT_AS_CLIENT, kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT];

const CIPHERS: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

const LEGACY_CIPHERS: &[cipher::Name] =
    &[cipher::AES_256_CBC, cipher::AES_192_CBC, cipher::AES_128_CBC, cipher::TRIPLE_DES_CBC];

const MACS: &[mac::Name] = &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM, mac::HMAC_SHA512, mac::HMAC_SHA256];

const LEGACY_MACS: &[mac::Name] = &[mac::HMAC_SHA1_ETM, mac::HMAC_SHA1];

const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

const LEGACY_HOST_KEYS: &[Algorithm] = &[Algorithm::Rsa { hash: None }];

/// What is offered. Host keys that we know come before all others, so that a server with several keys shows the one
/// that can be checked; certificates are asked for only where an authority for the host is known.
pub(super) fn preferred(set: SshAlgorithms, known: &[Algorithm], has_authority: bool) -> Preferred {
    let is_rsa = |algorithm: &Algorithm| matches!(algorithm, Algorithm::Rsa { .. });
    let is_known = |algorithm: &Algorithm| {
        known.iter().any(|known| known == algorithm || (is_rsa(known) && is_rsa(algorithm)))
    };
    let offered = with(set, HOST_KEYS, LEGACY_HOST_KEYS);
    let (mut keys, others): (Vec<_>, Vec<_>) = offered.iter().cloned().partition(is_known);
    keys.extend(others);
    let mut kex = with(set, KEX, LEGACY_KEX).into_owned();
    kex.extend_from_slice(KEX_EXTENSIONS);
    Preferred {
        kex: Cow::Owned(kex),
        host_key_certificates: if has_authority { offered } else { Cow::Borrowed(&[]) },
        key: Cow::Owned(keys),
        cipher: with(set, CIPHERS, LEGACY_CIPHERS),
        mac: with(set, MACS, LEGACY_MACS),
        compression: Cow::Borrowed(&[compression::NONE]),
    }
}

fn with<T: Clone>(set: SshAlgorithms, modern: &'static [T], legacy: &'static [T]) -> Cow<'static, [T]> {
    match set {
        SshAlgorithms::Modern => Cow::Borrowed(modern),
        SshAlgorithms::Legacy => Cow::Owned([modern, legacy].concat()),
    }
}
