//! The database's address, `mysql://user:password@host:port/database`.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

const PORT: u16 = 3306;

/// Where the database is and who we are to it.
#[derive(Clone, Debug)]
pub struct DatabaseAddress {
    /// Name or number.
    pub host: String,
    /// 3306 unless given.
    pub port: u16,
    /// The gate's own account.
    pub user: String,
    /// Its password; empty if it has none.
    pub password: SecretString,
    /// The event's database.
    pub database: String,
}

/// What is wrong with an address. The address itself is never repeated: it holds the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Not a URL of the right kind.
    #[error(
        "is no database address: {0}; expected mysql://user:password@host:3306/database \
         (in user and password, write @ as %40, / as %2F, # as %23, % as %25)"
    )]
    Form(&'static str),
    /// Plain text over a network.
    #[error(
        "asks for plain text to {0}, which anyone on the way could read and answer; \
         leave the parameter out, and give the server's certificate authority as database_ca or database_ca_file"
    )]
    PlainText(String),
    /// A driver's parameter.
    #[error("has the parameter {0}, which the gate does not know; leave everything after the ? out")]
    Parameter(String),
}

impl DatabaseAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// See [`AddressFault`].
    pub fn parse(typed: &str) -> Result<Self, AddressFault> {
        let url = Url::parse(typed.trim()).map_err(|_| AddressFault::Form("it is not a URL"))?;
        if url.scheme() != "mysql" {
            return Err(AddressFault::Form("it does not begin with mysql://"));
        }
        if url.fragment().is_some() {
            return Err(AddressFault::Form("it has a # in it"));
        }
        let host = match url.host() {
            Some(url::Host::Domain(name)) if !name.is_empty() => decoded(name)?,
            Some(url::Host::Ipv4(ip)) => ip.to_string(),
            Some(url::Host::Ipv6(ip)) => ip.to_string(),
            _ => return Err(AddressFault::Form("it names no host")),
        };
        let address = Self {
            host,
            port: url.port().unwrap_or(PORT),
            user: decoded(url.username())?,
            password: decoded(url.password().unwrap_or_default())?.into(),
            database: decoded(url.path().trim_start_matches('/'))?,
        };
        if address.user.is_empty() {
            return Err(AddressFault::Form("it names no user"));
        }
        if address.database.is_empty() || address.database.contains('/') {
            return Err(AddressFault::Form("it names no database after the host"));
        }
        url.query_pairs().try_for_each(|(key, value)| address.take_parameter(&key, &value))?;
        Ok(address)
    }

    /// Whether the database is on this machine, so that nobody is on the way.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost") || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// TLS is not a matter of parameters. The ones by which other programs turn
    /// it off are known, because silence would be taken for obedience.
    fn take_parameter(&self, key: &str, value: &str) -> Result<(), AddressFault> {
        let turns_tls_off = matches!(
            (key, value.to_ascii_lowercase().as_str()),
            ("ssl-mode" | "ssl_mode" | "sslmode", "disable" | "disabled") | ("require_ssl", "false")
        );
        match turns_tls_off {
            true if self.is_loopback() => Ok(()),
            true => Err(AddressFault::PlainText(self.host.clone())),
            false => Err(AddressFault::Parameter(key.to_owned())),
        }
    }
}

fn decoded(part: &str) -> Result<String, AddressFault> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| AddressFault::Form("it is not UTF-8 text"))?;
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn an_address_is_read_with_its_escapes() {
        let address = DatabaseAddress::parse("mysql://gate_b:p%40ss%2Fw%25%2B@db.example.com:3307/tix").unwrap();
        assert_eq!((address.host.as_str(), address.port), ("db.example.com", 3307));
        assert_eq!((address.user.as_str(), address.database.as_str()), ("gate_b", "tix"));
        assert_eq!(address.password.expose_secret(), "p@ss/w%+");
        assert_eq!(DatabaseAddress::parse("mysql://g@[::1]/tix").unwrap().port, 3306);
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let host = |host: &str| DatabaseAddress::parse(&format!("mysql://g:p@{host}/tix")).unwrap().is_loopback();
        for near in ["127.0.0.1", "127.8.8.8:3307", "localhost", "LocalHost", "[::1]"] {
            assert!(host(near), "{near}");
        }
        for far in ["10.0.0.1", "db.example.com", "localhost.example.com", "[fe80::1]", "127.0.0.1.example.com"] {
            assert!(!host(far), "{far}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_the_password() {
        for (typed, said) in [
            ("secret", "not a URL"),
            ("postgres://g:secret@h/tix", "mysql://"),
            ("mysql://g:secret@/tix", "host"),
            ("mysql://:secret@h/tix", "no user"),
            ("mysql://g:secret@h", "no database"),
            ("mysql://g:secret@h/a/b", "no database"),
            ("mysql://g:sec#ret@h/tix", "host"),
            ("mysql://g:%ff@h/tix", "UTF-8"),
            ("mysql://g:secret@h:99999/tix", "not a URL"),
            ("mysql://g:secret@h/tix?pool_max=9", "pool_max"),
        ] {
            let fault = DatabaseAddress::parse(typed).unwrap_err().to_string();
            assert!(fault.contains(said), "{typed}: {fault}");
            assert!(!fault.contains("secret"), "{fault}");
        }
    }

    #[test]
    fn plain_text_stays_on_this_machine() {
        assert!(DatabaseAddress::parse("mysql://g:p@127.0.0.1/tix?ssl-mode=disabled").is_ok());
        for parameter in ["ssl-mode=DISABLED", "sslmode=disable", "require_ssl=false"] {
            let far = format!("mysql://g:p@db.example.com/tix?{parameter}");
            assert_eq!(
                DatabaseAddress::parse(&far).unwrap_err(),
                AddressFault::PlainText("db.example.com".into()),
                "{parameter}"
            );
        }
    }
}
