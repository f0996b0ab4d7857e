//! TLS with an explicit provider, and the rules by which a router's certificate is accepted.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use peering_core::driver::{Target, TlsPolicy};
use peering_core::{Error, ErrorKind, Result};
use ring::digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};

use super::trust::{Trust, Verdict};

/// The SHA-256 of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; digest::SHA256_OUTPUT_LEN]);

impl Fingerprint {
    pub(super) fn of(certificate: &[u8]) -> Self {
        let mut bytes = [0; digest::SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
        Fingerprint(bytes)
    }
}

/// As openssl writes it, without its words.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl FromStr for Fingerprint {
    type Err = ();

    /// Hexadecimal, with colons or without, also behind openssl's `sha256 Fingerprint=` or a plain `SHA256:`.
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let text = text.trim().to_lowercase();
        let text = text.rsplit_once('=').map_or(text.as_str(), |(_, text)| text);
        let text = text.strip_prefix("sha256:").unwrap_or(text).replace(':', "");
        let mut bytes = [0; digest::SHA256_OUTPUT_LEN];
        if !text.is_ascii() || text.len() != 2 * bytes.len() {
            return Err(());
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or(())?;
            *byte = u8::from_str_radix(digits, 16).map_err(drop)?;
        }
        Ok(Fingerprint(bytes))
    }
}

/// A refusal in our own words; the library carries it through to [`super::failure`].
#[derive(Debug)]
pub(super) struct Refused(pub(super) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The configuration of one router's client. `place` is host and port.
pub(super) fn config(target: &Target, place: &str) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let rule = Rule::new(target, place, &provider)?;
    let verifier = Verifier { place: place.to_owned(), rule, provider: provider.clone() };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(fail("TLS cannot be set up"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match (&target.credentials.client_certificate, &target.credentials.client_key) {
        (None, None) => builder.with_no_client_auth(),
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let key_of = |key: &Path| {
                PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error, "private key"))
            };
            let words = format!("the client certificate {} cannot be used", certificate.display());
            builder.with_client_auth_cert(chain, key_of(key)?).map_err(fail(&words))?
        }
        _ => {
            return Err(Error::new(
                ErrorKind::Options,
                "a client certificate and its key are given together",
            ));
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn fail(words: &str) -> impl Fn(rustls::Error) -> Error {
    move |error| Error::new(ErrorKind::Tls, format!("{words}: {error}")).with_source(error)
}

fn unreadable(path: &Path, error: &dyn fmt::Display, what: &str) -> Error {
    let words = format!("no unencrypted PEM {what} can be read from {}: {error}", path.display());
    Error::new(ErrorKind::Options, words)
}

/// Every certificate of a PEM file; at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let all: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).and_then(|certificates| certificates.collect());
    match all {
        Ok(all) if all.is_empty() => Err(unreadable(path, &"it holds none", "certificate")),
        Ok(all) => Ok(all),
        Err(error) => Err(unreadable(path, &error, "certificate")),
    }
}

/// A policy, ready to judge.
#[derive(Debug)]
enum Rule {
    System(Arc<dyn ServerCertVerifier>),
    Ca { authorities: Option<Arc<dyn ServerCertVerifier>>, listed: Vec<CertificateDer<'static>> },
    Pinned(Fingerprint),
    FirstUse(Trust),
    Any,
}

impl Rule {
    fn new(target: &Target, place: &str, provider: &Arc<CryptoProvider>) -> Result<Rule> {
        Ok(match &target.tls {
            TlsPolicy::System => {
                let verifier = rustls_platform_verifier::Verifier::new(provider.clone())
                    .map_err(fail("TLS cannot be set up; are the system's CA certificates installed?"))?;
                Rule::System(Arc::new(verifier))
            }
            TlsPolicy::Ca(path) => {
                let listed = certificates(path)?;
                let mut roots = RootCertStore::empty();
                // what is no authority still counts as itself
                roots.add_parsable_certificates(listed.iter().cloned());
                let authorities =
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
                let authorities = authorities.ok().map(|verifier| verifier as Arc<dyn ServerCertVerifier>);
                Rule::Ca { authorities, listed }
            }
            TlsPolicy::Pinned(text) => Rule::Pinned(text.parse().map_err(|()| {
                Error::new(
                    ErrorKind::Options,
                    "a pinned certificate is given as its SHA-256 fingerprint, 64 hexadecimal digits",
                )
            })?),
            TlsPolicy::TrustOnFirstUse => Rule::FirstUse(Trust::new(target, place).ok_or_else(|| {
                Error::new(
                    ErrorKind::Options,
                    "there is no home folder to remember certificates in; name a file",
                )
            })?),
            TlsPolicy::AcceptAnyInsecure => Rule::Any,
        })
    }
}

#[derive(Debug)]
struct Verifier {
    place: String,
    rule: Rule,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn refuse(&self, words: String) -> rustls::Error {
        let refused = Arc::new(Refused(words));
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(refused)))
    }

    /// The library's reason, and what can be done.
    fn explain(&self, error: rustls::Error, shown: &CertificateDer<'_>) -> rustls::Error {
        let rustls::Error::InvalidCertificate(reason) = &error else { return error };
        let why = match reason {
            CertificateError::UnknownIssuer => "is signed by no authority that is trusted here".to_owned(),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "is for another name; connect to a name or address that it lists".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".to_owned(),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "is not valid yet; is the clock right?".to_owned()
            }
            CertificateError::Revoked => "is revoked".to_owned(),
            other => format!("is not accepted ({other})"),
        };
        self.refuse(format!(
            "the certificate of {} {why}. Its SHA-256 fingerprint is {}: if that is the router's own, pin it, or \
             trust it on first use; or name the file of the authority that signed it",
            self.place,
            Fingerprint::of(shown)
        ))
    }

    fn judge_first_use(
        &self,
        trust: &Trust,
        verdict: std::io::Result<Verdict>,
        shown: Fingerprint,
    ) -> Judged {
        match verdict {
            Ok(Verdict::Same | Verdict::Unknown) => Ok(()),
            Ok(Verdict::Changed { known, line }) => Err(self.refuse(format!(
                "the certificate of {} has changed: it shows {shown}, but line {line} of {} has {known}. Either the \
                 router got a new one or somebody is in between. If it is known to be new, remove that line and \
                 connect again",
                self.place,
                trust.file().display()
            ))),
            Err(error) => Err(self.refuse(format!(
                "the file of trusted certificates {} cannot be used: {error}",
                trust.file().display()
            ))),
        }
    }

    /// The certificate is written down only once the other side has shown to hold its key.
    fn remember(&self, shown: &CertificateDer<'_>) -> Judged {
        let Rule::FirstUse(trust) = &self.rule else { return Ok(()) };
        let shown = Fingerprint::of(shown);
        if matches!(trust.look(&shown), Ok(Verdict::Same)) {
            return Ok(());
        }
        let verdict = trust.remember(&shown);
        if matches!(verdict, Ok(Verdict::Unknown)) {
            tracing::info!(host = self.place, certificate = %shown, "certificate trusted on first use");
        }
        self.judge_first_use(trust, verdict, shown)
    }
}

type Judged = std::result::Result<(), rustls::Error>;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let by = |verifier: &Arc<dyn ServerCertVerifier>| {
            verifier.verify_server_cert(shown, intermediates, name, ocsp, now)
        };
        let judged = match &self.rule {
            Rule::System(verifier) => by(verifier).map(drop),
            // a router's own certificate is mostly not made to be an authority: being listed is enough
            Rule::Ca { listed, .. } if listed.contains(shown) => {
                ParsedCertificate::try_from(shown).and_then(|shown| verify_server_name(&shown, name))
            }
            Rule::Ca { authorities: Some(verifier), .. } => by(verifier).map(drop),
            Rule::Ca { authorities: None, .. } => Err(CertificateError::UnknownIssuer.into()),
            Rule::Pinned(pinned) => {
                let shown = Fingerprint::of(shown);
                if *pinned == shown {
                    Ok(())
                } else {
                    let place = &self.place;
                    Err(self.refuse(format!("{place} shows the certificate {shown}, but {pinned} is pinned")))
                }
            }
            Rule::FirstUse(trust) => {
                let shown = Fingerprint::of(shown);
                self.judge_first_use(trust, trust.look(&shown), shown)
            }
            Rule::Any => Ok(()),
        };
        judged.map(|()| ServerCertVerified::assertion()).map_err(|error| match error {
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(words)))
                if words.is::<Refused>() =>
            {
                rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(words)))
            }
            error => self.explain(error, shown),
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let valid =
            verify_tls12_signature(message, shown, signed, &self.provider.signature_verification_algorithms)?;
        self.remember(shown)?;
        Ok(valid)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let valid =
            verify_tls13_signature(message, shown, signed, &self.provider.signature_verification_algorithms)?;
        self.remember(shown)?;
        Ok(valid)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// For a client that is never to speak TLS: no certificate is trusted.
pub(super) fn unused() -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(fail("TLS cannot be set up"))?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}
