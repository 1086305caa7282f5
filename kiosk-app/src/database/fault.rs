//! The driver's many errors, folded into what the gate does about them.

use std::time::Duration;

use mysql_async::{DriverError, Error, IoError, Row};

/// Why the database gave no answer that a verdict can rest on.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseFault {
    /// It answers, but not to this gate, and will not until somebody changes
    /// something: the account, its rights, a certificate, the tables.
    #[error("the database refuses this gate: {0}")]
    Refused(#[source] Error),
    /// It does not take this very record, and will not take it later.
    #[error("the database does not take the record: {0}")]
    Unfit(#[source] Error),
    /// It cannot be reached, or could not just now.
    #[error("the database cannot be reached: {0}")]
    Away(#[source] Error),
    /// It did not answer in time.
    #[error("the database did not answer within {} s", .0.as_secs())]
    Silent(Duration),
}

/// Access denied, in all its forms (1698 and 4151 are MariaDB's own), a host or
/// account that was locked out, TLS wanted, and tables or columns that are not there.
const REFUSALS: [u16; 20] = [
    1044, 1045, 1049, 1054, 1064, 1129, 1130, 1131, 1142, 1143, 1146, 1227, 1251, 1524, 1698, 1820, 1862, 3118, 3159,
    4151,
];
/// "Access denied for user", of MySQL and of MariaDB.
const DENIED: [u16; 2] = [1045, 1698];
/// NULL, too long, out of range, a key that is not there, a CHECK (3819 MySQL's, 4025 MariaDB's).
const MISFITS: [u16; 9] = [1048, 1062, 1264, 1292, 1366, 1406, 1452, 3819, 4025];
/// "running with the --read-only option", "in read-only mode".
const READ_ONLY: [u16; 2] = [1290, 1836];

impl From<Error> for DatabaseFault {
    fn from(error: Error) -> Self {
        match &error {
            Error::Server(said) if REFUSALS.contains(&said.code) => Self::Refused(error),
            Error::Server(said) if MISFITS.contains(&said.code) => Self::Unfit(error),
            // 1213 and 1205 (somebody else had the row), 1047 (a cluster's node
            // alone), 1040 (too many connections), a shutdown: all pass.
            Error::Server(_) => Self::Away(error),
            Error::Io(io) if is_of_the_certificate(io) => Self::Refused(error),
            Error::Driver(
                DriverError::NoClientSslFlagFromServer
                | DriverError::UnknownAuthPlugin { .. }
                | DriverError::MysqlOldPasswordDisabled
                | DriverError::CleartextPluginDisabled,
            ) => Self::Refused(error),
            _ => Self::Away(error),
        }
    }
}

/// A certificate that does not check out looks like a network error, but asking
/// again does not make it better.
fn is_of_the_certificate(error: &IoError) -> bool {
    match error {
        IoError::Tls(_) => true,
        IoError::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref()).is_some_and(|tls| {
            matches!(
                tls,
                rustls::Error::InvalidCertificate(_)
                    | rustls::Error::NoCertificatesPresented
                    | rustls::Error::PeerIncompatible(_)
                    | rustls::Error::AlertReceived(_)
            )
        }),
    }
}

impl DatabaseFault {
    /// What can be done about it, and by whom.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Refused(Error::Io(_)) => {
                "check that database_ca is the authority of the database's certificate, and that the certificate is for this host"
            }
            Self::Refused(Error::Driver(DriverError::NoClientSslFlagFromServer)) => {
                "TLS has to be switched on at the database"
            }
            Self::Refused(_) => "the organiser can look at this gate's account with `booking-web gate list`",
            Self::Unfit(_) => "the tables may be of another version; the organiser can run `booking-web migrate`",
            Self::Away(_) | Self::Silent(_) => "check the network and the database; the gate goes on by itself",
        }
    }

    /// Whether asking again may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Silent(_))
    }

    /// A row that is not what its table should hold.
    pub(super) fn of_another_shape(row: Row) -> Self {
        Self::Refused(DriverError::FromRow { row }.into())
    }

    /// No row where there always is one.
    pub(super) fn of_no_answer() -> Self {
        Self::Away(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
    }

    /// The account is not there any more, or its password is another.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Refused(_)) && self.code().is_some_and(|code| DENIED.contains(&code))
    }

    pub(super) fn is_of_a_read_only_server(&self) -> bool {
        self.code().is_some_and(|code| READ_ONLY.contains(&code))
    }

    fn code(&self) -> Option<u16> {
        match self {
            Self::Refused(Error::Server(said)) | Self::Unfit(Error::Server(said)) | Self::Away(Error::Server(said)) => {
                Some(said.code)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use mysql_async::ServerError;

    use super::*;

    fn server(code: u16) -> DatabaseFault {
        Error::Server(ServerError { code, message: "as it says".into(), state: "HY000".into() }).into()
    }

    #[test]
    fn what_passes_is_asked_again_and_what_does_not_is_not() {
        for code in [1205, 1213, 1047, 1040, 1053, 1290, 1317, 1927] {
            assert!(server(code).may_pass(), "{code}");
        }
        for code in [1044, 1045, 1142, 1143, 1146, 3159] {
            assert!(matches!(server(code), DatabaseFault::Refused(_)), "{code}");
        }
        for code in [1062, 1406, 4025] {
            assert!(matches!(server(code), DatabaseFault::Unfit(_)), "{code}");
        }
    }

    #[test]
    fn a_wrong_certificate_is_a_refusal_and_a_torn_cable_is_not() {
        let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrong = io::Error::new(io::ErrorKind::InvalidData, unknown);
        assert!(matches!(DatabaseFault::from(Error::from(wrong)), DatabaseFault::Refused(_)));
        let torn = io::Error::from(io::ErrorKind::ConnectionReset);
        assert!(DatabaseFault::from(Error::from(torn)).may_pass());
        assert!(DatabaseFault::Silent(Duration::from_secs(2)).may_pass());
    }

    #[test]
    fn a_server_without_tls_is_a_refusal() {
        let plain = Error::Driver(DriverError::NoClientSslFlagFromServer);
        assert!(matches!(DatabaseFault::from(plain), DatabaseFault::Refused(_)));
    }

    #[test]
    fn a_read_only_server_is_known_by_what_it_says() {
        assert!(server(1290).is_of_a_read_only_server() && server(1836).is_of_a_read_only_server());
        assert!(!server(1213).is_of_a_read_only_server());
        assert!(server(1045).is_denied() && !server(1142).is_denied());
    }
}
