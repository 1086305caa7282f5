//! TLS by two files, and their renewal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use real_parts::programs::booking_web;
use reqwest::{Certificate, Client, StatusCode, redirect};
use tempfile::TempDir;

use super::world;
use crate::world::{World, eventually};

/// Who vouches for a site.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes what a site needs to be believed.
    fn vouch(&self, files: &Files) {
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        // As whoever renews certificates does it: one after the other.
        fs::write(&files.cert, cert.pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
    }

    /// A browser that believes this authority and no other.
    fn believer(&self) -> Client {
        let authority = Certificate::from_pem(self.0.pem().as_bytes()).unwrap();
        Client::builder().tls_certs_only([authority]).redirect(redirect::Policy::none()).build().unwrap()
    }
}

struct Files {
    _folder: TempDir,
    cert: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [cert, key] = ["fullchain.pem", "privkey.pem"].map(|name| folder.path().join(name));
        Self { _folder: folder, cert, key }
    }

    async fn site(&self) -> World {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        world(10, &[("TLS_CERT", &text(&self.cert)), ("TLS_KEY", &text(&self.key))]).await
    }
}

async fn alive(client: &Client, world: &World) -> reqwest::Result<StatusCode> {
    Ok(client.get(format!("{}/healthz", world.site.url)).send().await?.status())
}

#[tokio::test]
async fn a_site_with_a_certificate_is_spoken_to_in_secret() {
    let (authority, files) = (Authority::new(), Files::new());
    authority.vouch(&files);
    let world = files.site().await;
    let guest = authority.believer();
    let form = guest.get(&world.site.url).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::OK);
    assert!(form.headers()["strict-transport-security"].to_str().unwrap().contains("max-age"));
    let booked = super::books(&guest, &world.site.url, 1).await.unwrap();
    assert_eq!(booked.status(), StatusCode::SEE_OTHER);
    assert!(booked.headers()["set-cookie"].to_str().unwrap().contains("Secure"));

    assert!(alive(&Authority::new().believer(), &world).await.is_err(), "vouched for by another");
    let plain = world.site.url.replace("https://", "http://");
    assert!(guest.get(format!("{plain}/healthz")).send().await.is_err(), "plain text gets no answer");
    world.site.stop().await.unwrap();
}

#[tokio::test]
async fn a_new_certificate_is_served_while_old_connections_go_on() {
    let (before, after, files) = (Authority::new(), Authority::new(), Files::new());
    before.vouch(&files);
    let world = files.site().await;
    // It believes only the old certificate, so that from its second answer on the connection is the first one.
    let (old, new) = (before.believer(), after.believer());
    alive(&old, &world).await.unwrap();
    alive(&new, &world).await.unwrap_err();

    fs::write(&files.cert, "not a certificate").unwrap();
    eventually("the fault to be said", async || {
        alive(&old, &world).await.unwrap();
        world.site.log().contains("TLS_CERT holds no certificate")
    })
    .await;
    alive(&before.believer(), &world).await.expect("the one before stays in use");

    after.vouch(&files);
    eventually("the new certificate", async || {
        alive(&old, &world).await.expect("the old connection goes on");
        alive(&new, &world).await.is_ok()
    })
    .await;
    alive(&before.believer(), &world).await.expect_err("the one before is out of use");

    // Told so, it does not wait for its next look.
    let third = Authority::new();
    third.vouch(&files);
    let pid = Pid::from_raw(i32::try_from(world.site.pid()).unwrap());
    kill(pid, Signal::SIGHUP).unwrap();
    let began = std::time::Instant::now();
    while alive(&third.believer(), &world).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let log = world.site.stop().await.unwrap();
    assert!(log.matches("serving with the new certificate").count() >= 2, "{log}");
}

#[tokio::test]
async fn files_that_cannot_be_served_with_stop_the_start_by_name() {
    let (authority, files, other) = (Authority::new(), Files::new(), Files::new());
    authority.vouch(&files);
    authority.vouch(&other);
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (cert, key, strange) = (path(&files.cert), path(&files.key), path(&other.key));
    for (env, expected) in [
        (vec![("TLS_CERT", &*cert)], "TLS_KEY is missing"),
        (vec![("TLS_KEY", &*key)], "TLS_CERT is missing"),
        (vec![("TLS_CERT", "/nowhere.pem"), ("TLS_KEY", &key)], "TLS_CERT cannot be read"),
        (vec![("TLS_CERT", &*key), ("TLS_KEY", &key)], "TLS_CERT holds no certificate"),
        (vec![("TLS_CERT", &*cert), ("TLS_KEY", &strange)], "TLS_KEY does not belong to TLS_CERT"),
    ] {
        let output = booking_web(&["serve"], &env).await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", output.stderr);
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
    }
}
