//! Between gate and database nobody listens, and nobody stands in for the database.

use std::path::Path;

use common::Reason;
use kiosk_app::database::{Database, DatabaseFault};
use kiosk_app::settings::Settings;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use real_parts::mariadb::{Identity, Options, Server};

use crate::venue::{Venue, open};

/// Who vouches for a database.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn vouches_for(&self, hosts: &[&str]) -> Identity {
        self.vouches(&CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap())
    }

    fn vouches(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.0).unwrap().pem(), key: key.serialize_pem() }
    }
}

fn server(identity: Option<Identity>) -> Server {
    Server::start(Options { identity, ..Options::throwaway() }).unwrap()
}

/// A gate's settings for a database under this host name, vouched for by this authority.
async fn settings(venue: &Venue, host: &str, authority: Option<&Authority>) -> String {
    let settings = venue.settings("Gate A", None).await.replace("@127.0.0.1:", &format!("@{host}:"));
    match authority {
        Some(authority) => format!("database_ca = '''\n{}'''\n{settings}", authority.pem()),
        None => settings,
    }
}

async fn refusal(settings: &str) -> DatabaseFault {
    let gate = open(settings);
    let reason = gate.admit_by_hand(&super::unique_id(0), super::scan(1)).await.reason;
    assert_eq!(reason, Reason::GateRefused, "no data never reads as invalid");
    let fault = Database::open(&Settings::parse(settings).unwrap()).get_ready().await.unwrap_err();
    assert!(matches!(fault, DatabaseFault::Refused(_)) && !fault.may_pass(), "{fault:?}");
    fault
}

#[tokio::test]
async fn a_database_whose_authority_is_known_is_spoken_to_in_secret() {
    let authority = Authority::new();
    let server = server(Some(authority.vouches_for(&["127.0.0.1", "localhost"])));
    let venue = Venue::on(&server, 2).await;
    for (number, host) in ["127.0.0.1", "localhost"].into_iter().enumerate() {
        let settings = settings(&venue, host, Some(&authority)).await;
        // From here on the server itself refuses this account in plain text.
        let user = user_of(&settings);
        venue.sql(&format!("ALTER USER '{user}'@'%' REQUIRE SSL")).await;
        assert_eq!(open(&settings).admit(venue.code(number).as_bytes()).await.reason, Reason::Granted, "{host}");
        venue.organiser(&["gate", "revoke", "Gate A"]).await;
    }
}

fn user_of(settings: &str) -> &str {
    let (_, url) = settings.split_once("mysql://").unwrap();
    url.split_once(':').unwrap().0
}

/// As the organiser hands them over: one file holds the authority as well.
#[tokio::test]
async fn the_authority_comes_with_the_gates_settings() {
    let authority = Authority::new();
    let server = server(Some(authority.vouches_for(&["127.0.0.1"])));
    let venue = Venue::on(&server, 1).await;
    let file = venue.folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let settings = organiser_behind_tls(&venue, &file).await;
    assert!(settings.contains("BEGIN CERTIFICATE"), "{settings}");
    let database = Database::open(&Settings::parse(&settings).unwrap());
    let took = database.get_ready().await.unwrap();
    println!("connected by TLS in {took:.1?}; a round trip takes {:.1?}", database.ping().await.unwrap().round_trip);
    assert_eq!(open(&settings).admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
}

async fn organiser_behind_tls(venue: &Venue, authority: &Path) -> String {
    let key = venue.folder.path().join("key.pem");
    let [url, key] = venue.env(&key);
    let env = [url, key, ("DATABASE_CA", authority.to_str().unwrap())];
    crate::world::command_succeeds(&["gate", "add", "Gate A"], &env).await
}

#[tokio::test]
async fn whoever_cannot_prove_to_be_the_database_hears_nothing() {
    let (authority, other) = (Authority::new(), Authority::new());
    let mut past = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    (past.not_before, past.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    for (what, identity) in [
        ("of another authority", other.vouches_for(&["127.0.0.1"])),
        ("for another host", authority.vouches_for(&["localhost", "db.example.com", "127.0.0.2"])),
        ("that has run out", authority.vouches(&past)),
    ] {
        let server = server(Some(identity));
        let venue = Venue::on(&server, 1).await;
        let fault = refusal(&settings(&venue, "127.0.0.1", Some(&authority)).await).await;
        assert!(fault.remedy().contains("database_ca"), "{what}: {fault}; {}", fault.remedy());
        assert!(!venue.is_inside(0).await);
    }
}

#[tokio::test]
async fn no_public_authority_vouches_for_a_database_of_ones_own() {
    let server = server(Some(Authority::new().vouches_for(&[FAR_AWAY, "127.0.0.1"])));
    let venue = Venue::on(&server, 1).await;
    refusal(&settings(&venue, FAR_AWAY, None).await).await;
}

/// The system takes it for 127.0.0.1, where the server is; to the gate it is
/// a name like any other, behind which there may be a network.
const FAR_AWAY: &str = "127.1";

#[tokio::test]
async fn over_a_network_a_gate_never_speaks_in_plain_text() {
    let server = server(None);
    let venue = Venue::on(&server, 1).await;
    let plain = settings(&venue, "127.0.0.1", None).await;
    assert_eq!(open(&plain).admit(venue.code(0).as_bytes()).await.reason, Reason::Granted, "on one machine it may");
    venue.organiser(&["gate", "revoke", "Gate A"]).await;
    let fault = refusal(&settings(&venue, FAR_AWAY, None).await).await;
    assert!(fault.remedy().contains("TLS has to be switched on"), "{fault}; {}", fault.remedy());
    venue.organiser(&["gate", "revoke", "Gate A"]).await;
    // Nor where an authority is named, wherever the database is.
    let fault = refusal(&settings(&venue, "127.0.0.1", Some(&Authority::new())).await).await;
    assert!(fault.remedy().contains("TLS has to be switched on"), "{fault}; {}", fault.remedy());
}
