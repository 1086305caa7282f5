//! The certificate, and what may be wrong with it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, crypto::ring};

const CERT: &str = "TLS_CERT";
const KEY: &str = "TLS_KEY";

/// Where the certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Why the files cannot be served with.
#[derive(Debug, PartialEq, Eq)]
pub struct TlsFault {
    pub setting: &'static str,
    pub problem: String,
    pub remedy: &'static str,
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.setting, self.problem, self.remedy)
    }
}

impl std::error::Error for TlsFault {}

impl TlsFiles {
    /// Reads both and sees that they belong together.
    ///
    /// # Errors
    /// [`TlsFault`] names the setting and the remedy.
    pub fn read(&self) -> Result<Arc<ServerConfig>, TlsFault> {
        let chain = self.chain()?;
        let key = self.key()?;
        let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = versions.with_safe_default_protocol_versions().expect("ring speaks TLS 1.2 and 1.3");
        let mut config = config.with_no_client_auth().with_single_cert(chain, key).map_err(|error| {
            let remedy = "give the key that the certificate was made with";
            match error {
                rustls::Error::InconsistentKeys(_) => fault(KEY, "does not belong to TLS_CERT", &self.key, remedy),
                rustls::Error::InvalidCertificate(_) => fault(CERT, "holds no good certificate", &self.cert, FULLCHAIN),
                _ => fault(KEY, "holds no key that can be used", &self.key, PRIVKEY),
            }
        })?;
        // No "h2": see the module above.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
        let pem = read(CERT, &self.cert)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.map_err(|_| fault(CERT, "is not PEM", &self.cert, FULLCHAIN))?;
        if chain.is_empty() {
            return Err(fault(CERT, "holds no certificate", &self.cert, FULLCHAIN));
        }
        Ok(chain)
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, TlsFault> {
        let pem = read(KEY, &self.key)?;
        PrivateKeyDer::from_pem_slice(&pem).map_err(|_| fault(KEY, "holds no private key", &self.key, PRIVKEY))
    }
}

const FULLCHAIN: &str = "give the PEM file of the certificate and its chain (certbot: fullchain.pem)";
const PRIVKEY: &str = "give the PEM file of the certificate's key, without a passphrase (certbot: privkey.pem)";

fn read(setting: &'static str, path: &Path) -> Result<Vec<u8>, TlsFault> {
    let remedy = "give the path of a file that this user may read";
    fs::read(path).map_err(|error| fault(setting, &format!("cannot be read ({error})"), path, remedy))
}

fn fault(setting: &'static str, problem: &str, path: &Path, remedy: &'static str) -> TlsFault {
    TlsFault { setting, problem: format!("{problem}: {}", path.display()), remedy }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    #[test]
    fn each_fault_names_its_setting() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let pair = || generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (CertifiedKey { cert, signing_key }, other) = (pair(), pair());
        let cert = file("cert", &cert.pem());
        let key = file("key", &signing_key.serialize_pem());
        let (other, none) = (file("other", &other.signing_key.serialize_pem()), folder.path().join("none"));
        let said = |cert: &Path, key: &Path| {
            TlsFiles { cert: cert.into(), key: key.into() }.read().map(|_| ()).map_err(|fault| fault.to_string())
        };
        assert_eq!(said(&cert, &key), Ok(()));
        let broken = file("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        for (cert, key, expected) in [
            (&none, &key, "TLS_CERT cannot be read"),
            (&cert, &none, "TLS_KEY cannot be read"),
            (&key, &key, "TLS_CERT holds no certificate"),
            (&broken, &key, "TLS_CERT holds no good certificate"),
            (&cert, &cert, "TLS_KEY holds no private key"),
            (&cert, &other, "TLS_KEY does not belong to TLS_CERT"),
        ] {
            let said = said(cert, key).unwrap_err();
            assert!(said.starts_with(expected) && said.contains("; give the "), "{expected}: {said}");
        }
    }
}
