//! How the gate connects. Each option is there for a reason that was measured or met.

use std::time::Duration;

use mysql_async::{Opts, OptsBuilder, PoolConstraints, PoolOpts, SslOpts};
use secrecy::ExposeSecret;

use crate::settings::Settings;

/// A verdict and a record at once. Sixteen gates at rest then hold 32
/// connections, about half of what a small rented server allows.
const AT_REST: usize = 2;
/// And what the desk asks, so that no verdict waits for a count or a search.
const AT_MOST: usize = 6;

/// A connection is replaced after this time, so that the gate follows when the
/// database moves to another server.
const CONNECTION_LIFE: Duration = Duration::from_secs(600);
const CONNECTION_LIFE_SPREAD: Duration = Duration::from_secs(120);
/// Short enough for the router that forgets a quiet connection after a minute.
const KEEPALIVE: Duration = Duration::from_secs(30);

pub(super) fn options(settings: &Settings) -> Opts {
    let address = &settings.database;
    OptsBuilder::default()
        .ip_or_hostname(address.host.clone())
        .tcp_port(address.port)
        .user(Some(address.user.clone()))
        .pass(Some(address.password.expose_secret()))
        .db_name(Some(address.database.clone()))
        // Otherwise the driver would ask the server for a socket's path and
        // connect to whatever answers there on this computer.
        .prefer_socket(false)
        .ssl_opts(tls(settings))
        .pool_opts(pool())
        .tcp_keepalive(Some(KEEPALIVE))
        // Given, so that the driver need not ask at each connect.
        .wait_timeout(Some(28_800))
        .max_allowed_packet(Some(16 << 20))
        // A DATETIME has no zone: it is UTC because everybody says so.
        .setup(vec!["SET time_zone='+00:00'"])
        .into()
}

fn pool() -> PoolOpts {
    let constraints = PoolConstraints::new(AT_REST, AT_MOST).expect("at rest is not more than at most");
    PoolOpts::new()
        .with_constraints(constraints)
        // Zero, the driver's own, would close what is above "at rest" at once.
        .with_inactive_connection_ttl(Duration::from_secs(60))
        // A reset would cost a round trip and forget the prepared statements.
        .with_reset_connection(false)
        .with_abs_conn_ttl(Some(CONNECTION_LIFE))
        .with_abs_conn_ttl_jitter(Some(CONNECTION_LIFE_SPREAD))
}

/// Plain text is for this computer only. With an authority given, no other is
/// believed: a certificate that any public authority can issue proves less.
fn tls(settings: &Settings) -> Option<SslOpts> {
    match &settings.database_ca {
        Some(pem) => {
            let authority = pem.clone().into_bytes().into();
            Some(SslOpts::default().with_disable_built_in_roots(true).with_root_certs(vec![authority]))
        }
        None if settings.database.is_loopback() => None,
        None => Some(SslOpts::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    fn options_for(host: &str, authority: Option<&str>) -> Opts {
        let mut settings =
            Settings::parse(&format!("gate = 'A'\naccept_unsigned = true\ndatabase_url = 'mysql://g:p@{host}/tix'"))
                .unwrap();
        settings.database_ca = authority.map(str::to_owned);
        options(&settings)
    }

    #[test]
    fn plain_text_is_for_this_computer_only() {
        assert!(options_for("127.0.0.1", None).ssl_opts().is_none());
        assert!(options_for("localhost", None).ssl_opts().is_none());
        let public = options_for("db.example.com", None);
        assert!(!public.ssl_opts().unwrap().disable_built_in_roots());
        assert!(options_for("127.0.0.1", Some(PEM)).ssl_opts().is_some());
    }

    #[test]
    fn nothing_weakens_the_check_of_a_certificate() {
        for authority in [None, Some(PEM)] {
            let options = options_for("10.0.0.1", authority);
            let tls = options.ssl_opts().unwrap();
            assert!(!tls.accept_invalid_certs() && !tls.skip_domain_validation());
            assert_eq!(tls.disable_built_in_roots(), authority.is_some());
        }
    }

    #[test]
    fn the_drivers_traps_are_avoided() {
        let options = options_for("127.0.0.1", None);
        assert!(!options.prefer_socket());
        assert!(!options.client_found_rows());
        assert!(!options.pool_opts().reset_connection());
        assert!(!options.pool_opts().inactive_connection_ttl().is_zero());
        assert!(options.pool_opts().abs_conn_ttl().is_some_and(|life| !life.is_zero()));
        assert!(options.tcp_keepalive().is_some());
        assert_eq!(options.setup(), ["SET time_zone='+00:00'"]);
    }
}
