//! `booking-web serve`.

use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::keygen::read_signer;
use crate::config::ServeSettings;
use crate::db::Db;
use crate::http::{App, Parts, router};
use crate::metrics::Metrics;
use crate::migrate::migrate;
use crate::payment::client::Client;
use crate::payment::look_up;

/// For answers that were begun before the end.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// Serves until told to stop, then finishes what it began.
///
/// # Errors
/// When a setting is unusable, the database cannot be brought up to date, or
/// the address is taken.
pub async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    for name in ["SMTP_URL", "TLS_CERT", "TLS_KEY"] {
        if std::env::var_os(name).is_some_and(|value| !value.is_empty()) {
            tracing::warn!(name, "this version does not use it yet: no e-mail is sent, and TLS is a proxy's task");
        }
    }
    let signer = read_signer(&settings.signing_key_file)?;
    let db = Db::open(&settings.database).context("DATABASE_URL")?;
    for name in migrate(&db).await.context("DATABASE_URL: the database could not be prepared")? {
        tracing::info!(name, "applied a migration");
    }
    let razorpay = Client::new(settings.razorpay.clone())
        .context("RAZORPAY_API_URL: no TLS on this machine; is its list of authorities (ca-certificates) installed?")?;
    let listener =
        TcpListener::bind(settings.bind).await.with_context(|| format!("BIND: cannot listen on {}", settings.bind))?;
    let address = listener.local_addr()?;
    let look_up = tokio::spawn(look_up::run(db.clone(), razorpay.clone(), settings.look_up_every));
    let app = App::new(Parts { db: db.clone(), razorpay, signer, settings, metrics: Metrics::default() });
    let mut stdout = std::io::stdout();
    // A supervisor that closed our output does not stop the sale.
    let _ = writeln!(stdout, "booking-web listens on http://{address}").and_then(|()| stdout.flush());

    let (stop, stopping) = tokio::sync::watch::channel(());
    let mut serving = tokio::spawn(
        axum::serve(listener, router(app))
            .with_graceful_shutdown(async move {
                let mut stopping = stopping;
                let _ = stopping.changed().await;
            })
            .into_future(),
    );
    tokio::select! {
        ended = &mut serving => ended??,
        () = told_to_stop() => {
            tracing::info!("stopping: finishing what was begun");
            drop(stop);
            if tokio::time::timeout(FINISH_WITHIN, &mut serving).await.is_err() {
                tracing::warn!("some answers took too long and were cut off");
            }
        }
    }
    look_up.abort();
    db.close().await;
    Ok(())
}

async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
