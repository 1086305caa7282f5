//! One connection, which is cut when its other end holds it for nothing.
//!
//! - *Unread*: an answer that is not taken off our hands within a while, as a
//!   whole. That a byte of it went now and then does not count, or a client
//!   could read for a day at a byte a minute.
//! - *Idle*: no request after the last answer. To the layer above that looks
//!   like a guest who hung up.
//!
//! Heads and bodies have their deadlines above, where they are understood.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep};

/// For what does not fit into the system's own buffers, which is more than any page.
const READ_WITHIN: Duration = Duration::from_secs(20);

/// A stream with deadlines, and its place among the connections.
#[derive(Debug)]
pub struct Line<S = TcpStream> {
    stream: S,
    idle_within: Duration,
    read_within: Duration,
    /// Something since the last flush.
    wrote: bool,
    /// Runs while something is written that the other end does not take.
    unread: Option<Pin<Box<Sleep>>>,
    /// Runs from the end of an answer to the next byte that comes.
    idle: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl<S> Line<S> {
    pub(super) fn new(stream: S, idle_within: Duration, place: OwnedSemaphorePermit) -> Self {
        let read_within = READ_WITHIN;
        Self { stream, idle_within, read_within, wrote: false, unread: None, idle: None, _place: place }
    }

    /// What could not be written now will be, or has waited for too long.
    fn written(&mut self, wrote: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        // While there is an answer to be read, that deadline is the one that counts.
        self.idle = None;
        if wrote.is_ready() {
            self.wrote = true;
            return wrote;
        }
        let unread = self.unread.get_or_insert_with(|| Box::pin(sleep(self.read_within)));
        ready!(unread.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the answer was not read")))
    }

    /// All that was written is on its way. (The layer above flushes now and
    /// then with nothing written, also while it works on a request.)
    fn flushed(&mut self) {
        if std::mem::take(&mut self.wrote) {
            self.unread = None;
            self.idle = Some(Box::pin(sleep(self.idle_within)));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        if read.is_ready() {
            self.idle = None;
            return read;
        }
        match &mut self.idle {
            Some(idle) => {
                ready!(idle.as_mut().poll(cx));
                Poll::Ready(Ok(()))
            }
            None => Poll::Pending,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(wrote, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.written(wrote, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::Semaphore;

    use super::*;

    const SOON: Duration = Duration::from_millis(200);

    async fn line() -> (Line<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(8);
        let place = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
        (Line { read_within: SOON, ..Line::new(ours, SOON, place) }, theirs)
    }

    #[tokio::test]
    async fn whoever_reads_a_byte_now_and_then_is_cut_as_well() {
        let (mut line, mut theirs) = line().await;
        let dribble = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                tokio::time::sleep(SOON / 10).await;
            }
        });
        let began = Instant::now();
        let error = line.write_all(&[0; 10_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= SOON);
        drop(line);
        dribble.await.unwrap();
    }

    #[tokio::test]
    async fn after_an_answer_silence_is_the_end_and_before_it_none_is() {
        let (mut line, mut theirs) = line().await;
        let silence = tokio::time::timeout(SOON * 3, line.read_u8()).await;
        assert!(silence.is_err(), "nothing was answered yet");
        line.flush().await.unwrap();
        assert!(tokio::time::timeout(SOON * 3, line.read_u8()).await.is_err(), "nor by an empty flush");
        line.write_all(b"answer").await.unwrap();
        line.flush().await.unwrap();
        theirs.write_all(b"n").await.unwrap();
        assert_eq!(line.read_u8().await.unwrap(), b'n', "the next request came in time");
        assert!(tokio::time::timeout(SOON * 3, line.read_u8()).await.is_err(), "and may take its time");
        theirs.read_exact(&mut [0; 6]).await.unwrap();
        line.write_all(b"answer").await.unwrap();
        line.flush().await.unwrap();
        assert_eq!(line.read_u8().await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
