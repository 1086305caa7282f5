//! Takes connections, as many as there is room for.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{NEXT_HEAD_WITHIN, line::Line, room};

/// Who may wait at the door before the system sends them away.
const WAITING: u32 = 4096;
/// Between two requests of a guest. Browsers keep more connections than they
/// use, and in a crowd somebody else needs the place.
const GUEST_IDLE: Duration = Duration::from_secs(10);
/// For who knocked before the end and has not been heard yet; less than [`super::LAST_CALL`].
const STILL_OPEN: Duration = Duration::from_millis(100);

/// The other end of a connection: a guest, or a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

impl Connected<Self> for Peer {
    fn connect_info(peer: Self) -> Self {
        peer
    }
}

impl Address for Peer {
    type Stream = Line;
    type Listener = Door;
}

/// Shut, it refuses new connections and leaves the others alone.
#[derive(Debug)]
pub struct Door {
    listener: Mutex<Option<Arc<TcpListener>>>,
    places: Arc<Semaphore>,
    proxies: Vec<IpNet>,
    stop: CancellationToken,
    shut_at: OnceLock<Instant>,
}

impl Door {
    pub(super) fn open(address: SocketAddr, proxies: Vec<IpNet>, stop: CancellationToken) -> io::Result<Self> {
        Self::with_room_for(room::connections(), address, proxies, stop)
    }

    fn with_room_for(
        places: usize,
        address: SocketAddr,
        proxies: Vec<IpNet>,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A restart takes the address over from connections that are still closing.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = Mutex::new(Some(Arc::new(socket.listen(WAITING)?)));
        Ok(Self { listener, places: Arc::new(Semaphore::new(places)), proxies, stop, shut_at: OnceLock::new() })
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.listener().map_or_else(|| Err(io::ErrorKind::NotConnected.into()), |listener| listener.local_addr())
    }

    fn listener(&self) -> Option<Arc<TcpListener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn shut(&self) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn idle(&self, peer: SocketAddr) -> Duration {
        let ip = peer.ip().to_canonical();
        if self.proxies.iter().any(|proxy| proxy.contains(&ip)) { NEXT_HEAD_WITHIN } else { GUEST_IDLE }
    }

    /// The end, and a moment more: to those who have knocked before it the
    /// connection is open, and they have asked already.
    async fn over(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep_until(*self.shut_at.get_or_init(|| Instant::now() + STILL_OPEN)).await;
    }

    /// The next one who waits, once there is a place; `None` when the door is to be shut.
    async fn next(&self) -> Option<io::Result<(Line, Peer)>> {
        let listener = self.listener()?;
        let place = tokio::select! {
            place = Arc::clone(&self.places).acquire_owned() => place.ok()?,
            () = self.over() => return None,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = self.over() => return None,
        };
        Some(accepted.and_then(|(stream, peer)| {
            // An answer in two packets must not wait for the first one's acknowledgement.
            stream.set_nodelay(true)?;
            Ok((Line::new(stream, self.idle(peer), place), Peer(peer)))
        }))
    }
}

impl AddrListener<Line, Peer> for Door {
    async fn bind_to(Peer(address): Peer) -> io::Result<Self> {
        Self::open(address, Vec::new(), CancellationToken::new())
    }

    async fn accept_stream(&self) -> io::Result<(Line, Peer)> {
        if let Some(taken) = self.next().await {
            return taken;
        }
        self.shut();
        std::future::pending().await
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.address().map(Peer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    use super::*;

    const SOON: Duration = Duration::from_millis(300);

    fn door(places: usize) -> (Arc<Door>, SocketAddr, CancellationToken) {
        let (anywhere, stop) = (SocketAddr::from(([127, 0, 0, 1], 0)), CancellationToken::new());
        let proxies = vec!["127.0.0.2/32".parse().unwrap()];
        let door = Door::with_room_for(places, anywhere, proxies, stop.clone()).unwrap();
        let address = door.address().unwrap();
        (Arc::new(door), address, stop)
    }

    #[tokio::test]
    async fn who_finds_no_place_waits_until_another_leaves() {
        let (door, address, _stop) = door(2);
        let mut guests = Vec::new();
        for _ in 0..3 {
            guests.push(TcpStream::connect(address).await.unwrap());
        }
        let (first, _) = door.accept_stream().await.unwrap();
        let (_second, _) = door.accept_stream().await.unwrap();
        assert!(timeout(SOON, door.accept_stream()).await.is_err(), "there are only two places");
        drop(first);
        let (_, Peer(third)) = door.accept_stream().await.unwrap();
        assert_eq!(third, guests[2].local_addr().unwrap());
    }

    #[tokio::test]
    async fn who_has_knocked_before_the_end_is_let_in_and_nobody_after() {
        let (door, address, stop) = door(100);
        let mut guests = Vec::new();
        // By the system alone: this runtime has heard of none of them when the end comes.
        for _ in 0..20 {
            guests.push(std::net::TcpStream::connect(address).unwrap());
        }
        stop.cancel();
        let mut lines = Vec::new();
        for _ in 0..20 {
            lines.push(timeout(SOON, door.accept_stream()).await.unwrap().unwrap());
        }
        assert!(timeout(SOON * 2, door.accept_stream()).await.is_err(), "the door says nothing more");
        assert!(TcpStream::connect(address).await.is_err(), "and is shut");
    }

    #[tokio::test]
    async fn a_proxy_may_be_idle_for_longer_than_a_guest() {
        let (door, _, _) = door(1);
        let idle = |ip: [u8; 4]| door.idle((ip, 80).into());
        assert!(idle([127, 0, 0, 2]) > Duration::from_secs(60) && idle([127, 0, 0, 1]) == GUEST_IDLE);
    }
}
