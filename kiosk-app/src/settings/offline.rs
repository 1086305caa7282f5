//! How the gate goes on when the network is down.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::typed::{Said, Typed};
use super::{Fault, noted, place};

/// An answer that comes later than this is not waited for.
const DEADLINE: Duration = Duration::from_millis(800);
/// Shorter, and a slow mobile network would count as none; longer, and nobody would wait for it.
const DEADLINES: std::ops::RangeInclusive<u64> = 100..=5000;
/// Free at IANA's, above what the system gives to clients.
const PORT: u16 = 47_808;

/// What the settings say of it.
#[derive(Clone, Debug)]
pub struct Offline {
    /// Whether a verdict may rest on what the gate knows itself.
    pub on: bool,
    /// Where that is kept; none if this user has no folder for it.
    pub folder: Option<PathBuf>,
    /// Whether a readable list may be kept, for search by hand.
    pub list: bool,
    /// How long the database is waited for.
    pub deadline: Duration,
    /// The gates on the local network; none if they are not asked.
    pub neighbours: Option<NeighbourSettings>,
}

/// Where the gates of one event find each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeighbourSettings {
    /// The UDP port, the same at every gate.
    pub port: u16,
    /// Where to look besides, as `address:port`.
    pub at: Vec<SocketAddr>,
    /// Where to listen. On one network alone, nobody is called by broadcast.
    pub bind: Ipv4Addr,
}

pub(super) fn meant(typed: &mut Typed, faults: &mut Vec<Fault>) -> Offline {
    let on = noted(typed.flag("offline"), faults).flatten().unwrap_or(true);
    let list = noted(typed.flag("offline_list"), faults).flatten().unwrap_or(false);
    let folder = noted(typed.text("offline_folder"), faults).flatten().map(Said::path);
    let deadline = noted(deadline(typed), faults).flatten().unwrap_or(DEADLINE);
    let neighbours = noted(typed.flag("neighbours"), faults).flatten().unwrap_or(true);
    let port = noted(port(typed), faults).flatten().unwrap_or(PORT);
    let at = noted(addresses(typed), faults).unwrap_or_default();
    let bind = noted(bind(typed), faults).flatten().unwrap_or(Ipv4Addr::UNSPECIFIED);
    Offline {
        on,
        folder: folder.or_else(place::data_folder),
        list,
        deadline,
        neighbours: (on && neighbours).then_some(NeighbourSettings { port, at, bind }),
    }
}

fn deadline(typed: &mut Typed) -> Result<Option<Duration>, Fault> {
    let Some(said) = typed.number("deadline_ms")? else { return Ok(None) };
    said.checked(|number| match number {
        ms if DEADLINES.contains(&ms) => Ok(Some(Duration::from_millis(ms))),
        _ => Err("is out of range; write the milliseconds to wait for the database, 100 to 5000"),
    })
}

fn port(typed: &mut Typed) -> Result<Option<u16>, Fault> {
    let Some(said) = typed.number("neighbours_port")? else { return Ok(None) };
    said.checked(|number| match u16::try_from(number) {
        Ok(port) if port > 0 => Ok(Some(port)),
        _ => Err("is no port; write 1 to 65535, the same at every gate"),
    })
}

fn bind(typed: &mut Typed) -> Result<Option<Ipv4Addr>, Fault> {
    let Some(said) = typed.text("neighbours_bind")? else { return Ok(None) };
    said.checked(|text| {
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| "is no address; write an IPv4 address of this computer, or leave it out")
    })
}

fn addresses(typed: &mut Typed) -> Result<Vec<SocketAddr>, Fault> {
    let Some(said) = typed.list("neighbours_at")? else { return Ok(Vec::new()) };
    said.checked(|typed| {
        let address =
            |text: &String| text.parse().map_err(|_| format!("has {text}; write addresses as 192.168.1.20:{PORT}"));
        typed.iter().map(address).collect()
    })
}
