//! What each setting may be.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use url::Url;

use super::{DatabaseSettings, Fault, Typed};
use crate::server::TlsFiles;

pub(super) type Checked<T> = Result<T, Fault>;

impl Typed {
    pub(super) fn database(&self) -> Checked<DatabaseSettings> {
        const NAME: &str = "DATABASE_URL";
        const FORM: &str = "give it the form mysql://user:password@host:3306/database";
        let typed = required(NAME, self.database_url.as_ref(), FORM)?;
        let fault = |problem: &str| Fault { name: NAME, problem: problem.into(), remedy: FORM };
        let url = Url::parse(&typed).map_err(|_| fault("is not an address"))?;
        let host = match (url.scheme(), url.host_str()) {
            ("mysql", Some(host)) if !host.is_empty() => host,
            ("mysql", _) => return Err(fault("names no host")),
            _ => return Err(fault("does not start with mysql://")),
        };
        if url.path().trim_matches('/').is_empty() {
            return Err(fault("names no database"));
        }
        let loopback = is_loopback(host);
        if let Some(file) = self.database_ca.as_ref().filter(|file| !file.is_file()) {
            let problem = format!("is no file: {}", file.display());
            return Err(Fault { name: "DATABASE_CA", problem, remedy: "give the path of a PEM file" });
        }
        Ok(DatabaseSettings { url: typed.into(), ca_file: self.database_ca.clone(), loopback })
    }

    pub(super) fn signing_key_file(&self) -> Checked<PathBuf> {
        named(self.ticket_signing_key_file.as_ref()).ok_or(Fault {
            name: "TICKET_SIGNING_KEY_FILE",
            problem: "is missing".into(),
            remedy: "name a file; `booking-web keygen` writes one",
        })
    }

    pub(super) fn bind(&self) -> Checked<SocketAddr> {
        self.bind.parse().map_err(|_| Fault {
            name: "BIND",
            problem: format!("is not an address and port: {}", self.bind),
            remedy: "use one such as 127.0.0.1:8080 or 0.0.0.0:8080",
        })
    }

    /// Read now, so that a wrong file stops the start and not the first guest.
    pub(super) fn tls(&self) -> Checked<Option<TlsFiles>> {
        let missing =
            |name, other: &str, remedy| Fault { name, problem: format!("is missing, beside {other}"), remedy };
        let files = match (named(self.tls_cert.as_ref()), named(self.tls_key.as_ref())) {
            (Some(cert), Some(key)) => TlsFiles { cert, key },
            (Some(_), None) => {
                return Err(missing("TLS_KEY", "TLS_CERT", "name the file of the certificate's key, or remove both"));
            }
            (None, Some(_)) => {
                return Err(missing("TLS_CERT", "TLS_KEY", "name the file of the key's certificate, or remove both"));
            }
            (None, None) => return Ok(None),
        };
        match files.read() {
            Ok(_) => Ok(Some(files)),
            Err(fault) => Err(Fault { name: fault.setting, problem: fault.problem, remedy: fault.remedy }),
        }
    }

    pub(super) fn trusted_proxies(&self) -> Checked<Vec<IpNet>> {
        let network = |typed: &str| {
            let network = typed.parse::<IpNet>().or_else(|_| typed.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| Fault {
                name: "TRUSTED_PROXIES",
                problem: format!("holds what is neither an address nor a network: {typed}"),
                remedy: "separate them by commas, such as 127.0.0.1,10.1.0.0/16,2001:db8::/32",
            })
        };
        self.trusted_proxies.split(',').map(str::trim).filter(|typed| !typed.is_empty()).map(network).collect()
    }

    pub(super) fn public_url(&self) -> Checked<Url> {
        let remedy = "set the address attendees use, such as https://tickets.example.com";
        web_address("PUBLIC_URL", &required("PUBLIC_URL", self.public_url.as_ref(), remedy)?)
    }
}

/// A file, unless the setting is there but empty.
fn named(path: Option<&PathBuf>) -> Option<PathBuf> {
    path.filter(|path| !path.as_os_str().is_empty()).cloned()
}

pub(super) fn required(name: &'static str, typed: Option<&String>, remedy: &'static str) -> Checked<String> {
    let value = typed.map(|value| value.trim()).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or(Fault { name, problem: "is missing".into(), remedy })
}

/// An http(s) address that paths can be joined to.
pub(super) fn web_address(name: &'static str, typed: &str) -> Checked<Url> {
    let remedy = "start it with https:// (or http:// on this machine)";
    let fault = || Fault { name, problem: format!("is not a web address: {typed}"), remedy };
    let url = Url::parse(typed).map_err(|_| fault())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !plain {
        return Err(fault());
    }
    // Keys and personal data do not travel in the clear.
    if url.scheme() == "http" && name == "RAZORPAY_API_URL" && !url.host_str().is_some_and(is_loopback) {
        return Err(Fault { name, problem: format!("is not encrypted: {typed}"), remedy: "start it with https://" });
    }
    Ok(url)
}

pub(super) fn whole_number(name: &'static str, typed: &str, least: u64, most: u64) -> Checked<u64> {
    typed.trim().parse().ok().filter(|n| (least..=most).contains(n)).ok_or_else(|| Fault {
        name,
        problem: format!("is not a whole number from {least} to {most}: {typed}"),
        remedy: "change or remove it",
    })
}

pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
