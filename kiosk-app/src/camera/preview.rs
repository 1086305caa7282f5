//! The camera's pictures for the operator: JPEG, which every page can draw.
//!
//! A camera that sends JPEG is shown untouched, but for tables that it left out. Other frames are drawn small,
//! and only when somebody asks.

mod draw;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use tokio::task::spawn_blocking;

use super::format::Pixels;
use super::jpeg;
use super::raw::RawFrame;
use super::shared::{Shared, lock};

/// The newest picture.
#[derive(Clone)]
pub struct Preview {
    shared: Arc<Shared>,
    /// Drawn once, however many ask.
    drawn: Arc<Mutex<Option<Arc<PreviewFrame>>>>,
}

/// A picture to look at.
#[derive(Debug)]
pub struct PreviewFrame {
    /// Its place among the frames.
    pub sequence: u64,
    /// Its bytes.
    pub jpeg: Jpeg,
}

/// The bytes of a JPEG.
#[derive(Debug)]
pub struct Jpeg(Source);

#[derive(Debug)]
enum Source {
    Camera(Arc<RawFrame>),
    Drawn(Vec<u8>),
}

impl Deref for Jpeg {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Source::Camera(frame) => frame.bytes(),
            Source::Drawn(bytes) => bytes,
        }
    }
}

impl Preview {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, drawn: Arc::default() }
    }

    /// Waits for a picture behind this one, the newest there is; none when the
    /// camera has ended. Call it inside a tokio runtime.
    pub async fn next(&self, after: u64) -> Option<Arc<PreviewFrame>> {
        let mut after = after;
        loop {
            let frame = self.shared.newest.next(after).await?;
            after = frame.sequence;
            if let Some(picture) = self.picture_of(frame).await {
                return Some(picture);
            }
        }
    }

    async fn picture_of(&self, frame: Arc<RawFrame>) -> Option<Arc<PreviewFrame>> {
        let sequence = frame.sequence;
        if frame.format.pixels == Pixels::Mjpeg {
            let whole = match jpeg::with_tables(frame.bytes()) {
                Cow::Borrowed(_) => None,
                Cow::Owned(whole) => Some(whole),
            };
            let jpeg = Jpeg(whole.map_or(Source::Camera(frame), Source::Drawn));
            return Some(Arc::new(PreviewFrame { sequence, jpeg }));
        }
        if let Some(drawn) = lock(&self.drawn).as_ref().filter(|drawn| drawn.sequence == sequence) {
            return Some(Arc::clone(drawn));
        }
        let bytes = spawn_blocking(move || draw::jpeg(&frame.format, frame.bytes())).await.ok().flatten()?;
        let drawn = Arc::new(PreviewFrame { sequence, jpeg: Jpeg(Source::Drawn(bytes)) });
        *lock(&self.drawn) = Some(Arc::clone(&drawn));
        Some(drawn)
    }
}
