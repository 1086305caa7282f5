//! The socket, and the networks that the machine is in at the moment.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use if_addrs::IfAddr;
use tokio::net::UdpSocket;
use tokio::time::sleep;

use super::Settings;

/// A socket that fails is left alone for so long: a laptop without a network is not to be kept busy by it.
const AFTER_A_FAULT: Duration = Duration::from_millis(500);

const NEXT_NOTE: Duration = Duration::from_secs(600);

/// The gate's socket. Bound to every address it outlives each network.
pub(super) struct Air {
    socket: UdpSocket,
    /// The same one, to send from anywhere without waiting: what does not go out at once is as good as lost.
    sender: std::net::UdpSocket,
    everywhere: Everywhere,
    pub(super) sent: AtomicU64,
    pub(super) bytes_sent: AtomicU64,
    noted: Mutex<Option<Instant>>,
    #[cfg(test)]
    pub(super) weather: super::tests::Weather,
}

/// Where a knock goes.
struct Everywhere {
    /// On the networks that the machine is in, if so set.
    port: Option<u16>,
    /// And to these.
    at: Vec<SocketAddr>,
}

impl Air {
    pub(super) fn open(settings: &Settings) -> io::Result<Self> {
        // Two gates that shared a port would each get half of what is said to them, so it is not reused.
        let sender = std::net::UdpSocket::bind((settings.bind, settings.port))?;
        sender.set_nonblocking(true)?;
        let broadcast = settings.broadcast && settings.bind.is_ipv4();
        if broadcast {
            sender.set_broadcast(true)?;
        }
        Ok(Self {
            socket: UdpSocket::from_std(sender.try_clone()?)?,
            sender,
            everywhere: Everywhere { port: broadcast.then_some(settings.port), at: settings.at.clone() },
            sent: AtomicU64::new(0),
            bytes_sent: AtomicU64::new(0),
            noted: Mutex::new(None),
            #[cfg(test)]
            weather: super::tests::Weather::default(),
        })
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The next datagram. Waits as long as it takes, whatever becomes of the network.
    pub(super) async fn receive(&self, buffer: &mut [u8]) -> (usize, SocketAddr) {
        loop {
            match self.socket.recv_from(buffer).await {
                Ok(received) => {
                    #[cfg(test)]
                    if self.weather.loses() {
                        continue;
                    }
                    return received;
                }
                // Windows says here that nobody listens where something was sent to: no reason to wait.
                Err(fault) if fault.kind() == io::ErrorKind::ConnectionReset => {}
                Err(fault) => {
                    self.note(&fault);
                    sleep(AFTER_A_FAULT).await;
                }
            }
        }
    }

    /// A datagram that has come already, if there is one.
    pub(super) fn waiting(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let received = self.sender.recv_from(buffer).ok()?;
        #[cfg(test)]
        if self.weather.loses() {
            return None;
        }
        Some(received)
    }

    /// Sends, or not: a datagram may be lost anywhere, here as well.
    pub(super) fn send(&self, to: SocketAddr, datagram: &[u8]) {
        match self.sender.send_to(datagram, to) {
            Ok(bytes) => {
                self.sent.fetch_add(1, Ordering::Relaxed);
                self.bytes_sent.fetch_add(bytes as u64, Ordering::Relaxed);
            }
            Err(fault) => self.note(&fault),
        }
    }

    /// Where a knock goes at the moment.
    pub(super) fn everywhere(&self) -> BTreeSet<SocketAddr> {
        let at = self.everywhere.at.iter().copied();
        let Some(port) = self.everywhere.port else { return at.collect() };
        let networks = broadcast_addresses().into_iter().map(|ip| SocketAddr::new(IpAddr::V4(ip), port));
        at.chain(networks).collect()
    }

    /// Says that sending or receiving fails, and not each second again.
    fn note(&self, fault: &io::Error) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.is_none_or(|noted| noted.elapsed() > NEXT_NOTE) {
            *noted = Some(Instant::now());
            tracing::debug!("neighbours cannot be reached everywhere: {fault}");
        }
    }
}

/// Of every network the machine is in, the address that all in it listen to.
fn broadcast_addresses() -> BTreeSet<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let broadcast = |interface: if_addrs::Interface| match interface.addr {
        IfAddr::V4(v4) if !v4.is_loopback() && v4.prefixlen < 31 => {
            Some(v4.broadcast.unwrap_or_else(|| v4.ip | !v4.netmask))
        }
        _ => None,
    };
    interfaces.into_iter().filter_map(broadcast).collect()
}
