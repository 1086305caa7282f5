//! The next certificate, while connections go on with the one they began with.
//!
//! Whoever renews certificates replaces two files, one after the other, and
//! may tell us (SIGHUP) or not. So the files are looked at every few seconds;
//! a pair that cannot be served with is said once and tried again, since its
//! other half may be on the way, and until then the old one stays in use.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::tls::TlsFiles;

const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Length and time of both files: what changes with them.
type Stamp = [Option<(u64, SystemTime)>; 2];

/// Serves with the files' newest good content until `stop`.
pub(crate) async fn renew(files: TlsFiles, config: RustlsConfig, stop: CancellationToken) {
    let mut told = match signal(SignalKind::hangup()) {
        Ok(told) => Some(told),
        Err(error) => {
            tracing::warn!(%error, "SIGHUP cannot be heard: new certificates are found within seconds all the same");
            None
        }
    };
    let mut served = stamp(&files);
    let mut refused = None;
    loop {
        let at_once = tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => false,
            Some(()) = async { told.as_mut()?.recv().await } => true,
        };
        // Before reading: what changes in between is seen at the next look.
        let now = stamp(&files);
        if now == served && !at_once {
            continue;
        }
        match files.read() {
            Ok(next) => {
                config.reload_from_config(next);
                (served, refused) = (now, None);
                tracing::info!("serving with the new certificate");
            }
            Err(fault) if refused.replace(now) != Some(now) || at_once => {
                tracing::error!(%fault, "the new certificate cannot be used; the one before stays in use");
            }
            Err(_) => {}
        }
    }
}

/// Two files of some kilobytes: not worth a thread.
fn stamp(files: &TlsFiles) -> Stamp {
    let of = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    [of(&files.cert), of(&files.key)]
}
