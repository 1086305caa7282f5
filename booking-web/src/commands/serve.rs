//! `booking-web serve`.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use axum_server::tls_rustls::RustlsConfig;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::commands::keygen::read_signer;
use crate::commands::prepare_gates;
use crate::config::ServeSettings;
use crate::db::Db;
use crate::delivery::{self, Office};
use crate::gates::codes;
use crate::http::{App, Parts, router};
use crate::metrics::Metrics;
use crate::migrate::migrate;
use crate::payment::client::Client;
use crate::payment::look_up;
use crate::privacy::purge;
use crate::reconcile;
use crate::server::{FINISH_WITHIN, Listener, Signals, renew};
use crate::silence;

/// For the step that each piece of background work is in.
const STEP_WITHIN: Duration = FINISH_WITHIN;

/// Serves until told to stop, then finishes what it began.
///
/// # Errors
/// When a setting is unusable, the database cannot be brought up to date, or
/// the address is taken; and when it is told a second time to stop.
pub async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("the system lets nobody tell us to stop")?;
    warn_of(&settings);
    let signer = read_signer(&settings.signing_key_file)?;
    let db = Db::open(&settings.database).context("DATABASE_URL")?;
    for name in migrate(&db).await.context("DATABASE_URL: the database could not be prepared")? {
        tracing::info!(name, "applied a migration");
    }
    prepare_gates(&db).await.context("DATABASE_URL: the database could not be prepared")?;
    let metrics = Metrics::default();
    let razorpay = Client::new(settings.razorpay.clone(), metrics.api_calls())
        .context("RAZORPAY_API_URL: no TLS on this machine; is its list of authorities (ca-certificates) installed?")?;

    let (stop, work) = (CancellationToken::new(), TaskTracker::new());
    let tls = settings.tls.as_ref().map(|files| files.read().map(RustlsConfig::from_config)).transpose()?;
    if let (Some(files), Some(config)) = (&settings.tls, &tls) {
        work.spawn(renew(files.clone(), config.clone(), stop.clone()));
    }
    let listener = Listener::bind(settings.bind, settings.trusted_proxies.clone(), tls, stop.clone())
        .with_context(|| format!("BIND: cannot listen on {}", settings.bind))?;
    let webhook = settings.link_to("/webhooks/razorpay");
    work.spawn(silence::run(db.clone(), metrics.ear(), webhook, stop.clone()));
    work.spawn(look_up::run(db.clone(), razorpay.clone(), settings.look_up_every, stop.clone()));
    work.spawn(codes::run(db.clone(), signer.clone(), stop.clone()));
    if let Some(every) = settings.reconcile_every {
        let our_pages = settings.link_to("/orders/");
        work.spawn(reconcile::run(db.clone(), razorpay.clone(), our_pages, every, stop.clone()));
    }
    if let Some(days) = settings.purge_after_days {
        work.spawn(purge::run(db.clone(), days.get(), stop.clone()));
    }
    let office = Office::open(db.clone(), signer.clone(), settings.clone(), metrics.deliveries()).await?;
    work.spawn(delivery::run(office, stop.clone()));
    let url = listener.url();
    let app = App::new(Parts { db: db.clone(), razorpay, signer, settings, metrics, stop: stop.clone() });
    let mut serving = tokio::spawn(listener.serve(router(app), stop.clone()));
    let mut stdout = std::io::stdout();
    // A supervisor that closed our output does not stop the sale.
    let _ = writeln!(stdout, "booking-web listens on {url}").and_then(|()| stdout.flush());

    tokio::select! {
        ended = &mut serving => ended??,
        () = signals.next() => {
            tracing::info!("stopping: finishing what was begun");
            stop.cancel();
            tokio::select! {
                ended = async { finish(&mut serving, &work).await } => ended?,
                () = signals.next() => bail!("told a second time to stop: what was begun is not finished"),
            }
        }
    }
    db.close().await;
    Ok(())
}

/// Answers first: the work beside them is in its last step meanwhile.
async fn finish(serving: &mut tokio::task::JoinHandle<std::io::Result<()>>, work: &TaskTracker) -> anyhow::Result<()> {
    serving.await??;
    work.close();
    if tokio::time::timeout(STEP_WITHIN, work.wait()).await.is_err() {
        tracing::warn!(pieces = work.len(), "background work took too long and is cut off");
    }
    Ok(())
}

/// What is likely meant otherwise, and can be served with all the same.
fn warn_of(settings: &ServeSettings) {
    if settings.tls.is_some() && settings.public_url.scheme() != "https" {
        tracing::warn!("PUBLIC_URL: with TLS_CERT it should start with https://, as guests have to type it");
    }
}
