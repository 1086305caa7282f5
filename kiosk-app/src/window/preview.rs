//! The camera's picture for the page: one JPEG for each request, the newest
//! there is. The page asks for the next when it has drawn the last, so a slow
//! page gets fewer pictures, never older ones.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tauri::UriSchemeResponder;
use tauri::http::{Response, StatusCode, header};
use tokio::time::timeout;

use crate::camera::Camera;

/// Then the page is told that there is nothing new, and asks again.
const PATIENCE: Duration = Duration::from_secs(2);

/// The picture that was shown last: there is one window.
static SHOWN: AtomicU64 = AtomicU64::new(0);

pub(super) async fn answer(camera: Arc<Camera>, responder: UriSchemeResponder) {
    let newer_than = SHOWN.load(Ordering::Relaxed);
    let response = Response::builder().header(header::CACHE_CONTROL, "no-store");
    let response = match timeout(PATIENCE, camera.preview().next(newer_than)).await {
        Ok(Some(frame)) => {
            SHOWN.store(frame.sequence, Ordering::Relaxed);
            response.header(header::CONTENT_TYPE, "image/jpeg").body(Cow::Owned(frame.jpeg.to_vec()))
        }
        _ => response.status(StatusCode::SERVICE_UNAVAILABLE).body(Cow::Borrowed(&[][..])),
    };
    match response {
        Ok(response) => responder.respond(response),
        Err(error) => tracing::error!("no answer to the page: {error}"),
    }
}
