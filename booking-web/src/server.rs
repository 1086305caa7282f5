//! The listener: who is let in, how long they may take, and how it ends.
//!
//! Reading order: `door` takes connections, as many as there is room for →
//! `line` is one of them, and is cut when its guest does not read → `tls`
//! is the certificate, `renewal` the next one → `stop` is the end.
//!
//! HTTP/1 only. One request at a time on a connection is what makes each
//! deadline below plain: HTTP/2 would let one client hold a hundred requests
//! open under one head, and bring rules of its own for each of them. A page
//! here is one document and two files that are kept for a year, so there is
//! little to gain; a proxy in front may speak what it likes.

mod door;
mod line;
mod renewal;
mod room;
mod stop;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use ipnet::IpNet;
use tokio_util::sync::CancellationToken;

use self::door::Door;
pub use self::door::Peer;
pub(crate) use self::renewal::renew;
pub(crate) use self::stop::{FINISH_WITHIN, Signals};
pub use self::tls::{TlsFault, TlsFiles};

/// For the handshake, and then for the first request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// From the end of an answer to the end of the next request's head. Longer
/// than the minute for which proxies keep a connection they are done with:
/// whoever closes first must be the one who sends, or requests are lost.
/// A guest's own connection is closed sooner ([`mod@line`]).
const NEXT_HEAD_WITHIN: Duration = Duration::from_secs(75);
/// Heads hold a path and some cookies.
const HEAD_BYTES: usize = 32 << 10;
/// Once the door is shut, for requests that were on their way to a
/// connection that was open already.
const LAST_CALL: Duration = Duration::from_millis(500);

/// A listener that has its address, and answers nobody yet.
#[derive(Debug)]
pub struct Listener {
    door: Door,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
}

impl Listener {
    /// Takes the address. Connections from `proxies` may be idle for longer.
    ///
    /// # Errors
    /// When the address is taken, or not ours.
    pub fn bind(
        address: SocketAddr,
        proxies: Vec<IpNet>,
        tls: Option<RustlsConfig>,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        let door = Door::open(address, proxies, stop)?;
        Ok(Self { address: door.address()?, door, tls })
    }

    /// As a browser would be told.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// Answers until `stop`, then finishes what was begun.
    ///
    /// # Errors
    /// None is known; the library could have one.
    pub async fn serve(self, router: Router, stop: CancellationToken) -> io::Result<()> {
        let handle = Handle::new();
        let ending = tokio::spawn(end(handle.clone(), stop));
        let guests = router.into_make_service_with_connect_info::<Peer>();
        let mut server = Server::from_listener(self.door)
            .handle(handle)
            .http1_only()
            .first_request_timeout(HEAD_WITHIN)
            .accept_error_handler(|peer: Option<&Peer>, error| match peer {
                // A handshake that came to nothing: a scanner, or a browser that does not like our certificate.
                Some(_) => tracing::debug!(%error, "a connection came to nothing"),
                None => tracing::warn!(%error, "no connection can be taken"),
            });
        server.http_builder().http1().header_read_timeout(NEXT_HEAD_WITHIN).max_buf_size(HEAD_BYTES);
        let served = match self.tls {
            Some(config) => {
                let tls = RustlsAcceptor::new(config).handshake_timeout(HEAD_WITHIN);
                server.acceptor(tls).serve(guests).await
            }
            None => server.serve(guests).await,
        };
        ending.abort();
        served
    }
}

/// The door shuts by itself; what is left is to let go of connections, first
/// of idle ones, in the end of all.
async fn end(handle: Handle<Peer>, stop: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_CALL).await;
    handle.graceful_shutdown(Some(FINISH_WITHIN));
    tokio::time::sleep(FINISH_WITHIN - LAST_CALL).await;
    tracing::warn!(connections = handle.connection_count(), "some answers took too long and are cut off");
}
