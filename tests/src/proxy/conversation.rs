//! Reading along in a MySQL connection, just enough to know what is being executed.
//!
//! A packet is a length of three bytes, a sequence number, and the payload,
//! which in a client's command starts with the command's number. A prepared
//! statement is sent as text once and answered with an id; what is executed
//! later carries the id alone. Client and server take turns, so the first
//! packet after a command is its answer.

use std::collections::HashMap;

use super::{Loss, Shared};

const QUERY: u8 = 0x03;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;

/// What has been said on one connection, as far as it matters.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    client: Packets,
    server: Packets,
    /// The text whose id the server's next packet tells.
    preparing: Option<Vec<u8>>,
    /// Every statement prepared here, because a trap may be set later.
    prepared: HashMap<u32, Vec<u8>>,
    /// The server's next words must not reach the client.
    doomed: bool,
}

impl Conversation {
    /// Reads what the client is about to be heard saying; what to lose, if anything.
    pub(super) fn client_says(&mut self, bytes: &[u8], shared: &Shared) -> Option<Loss> {
        for packet in self.client.read(bytes) {
            let loss = match packet.split_first() {
                Some((&QUERY, sql)) => shared.springs(sql),
                Some((&PREPARE, sql)) => {
                    self.preparing = Some(sql.to_vec());
                    None
                }
                Some((&EXECUTE, rest)) => {
                    id_at_start(rest).and_then(|id| self.prepared.get(&id)).and_then(|sql| shared.springs(sql))
                }
                _ => None,
            };
            if loss == Some(Loss::Answer) {
                self.doomed = true;
            }
            if loss.is_some() {
                return loss;
            }
        }
        None
    }

    /// Reads what the server is about to be heard saying; `true` when the client must not hear it.
    pub(super) fn server_says(&mut self, bytes: &[u8]) -> bool {
        for packet in self.server.read(bytes) {
            if let Some(sql) = self.preparing.take()
                && let Some((0, rest)) = packet.split_first()
                && let Some(id) = id_at_start(rest)
            {
                self.prepared.insert(id, sql);
            }
        }
        self.doomed
    }
}

fn id_at_start(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|id| u32::from_le_bytes(*id))
}

/// One direction's bytes, put together into packets however they arrive.
#[derive(Debug, Default)]
struct Packets {
    pending: Vec<u8>,
}

impl Packets {
    /// The payloads that these bytes complete.
    fn read(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.pending.extend_from_slice(bytes);
        let mut packets = Vec::new();
        while let Some([a, b, c, _sequence]) = self.pending.first_chunk() {
            let end = 4 + u32::from_le_bytes([*a, *b, *c, 0]) as usize;
            if self.pending.len() < end {
                break;
            }
            packets.push(self.pending[4..end].to_vec());
            self.pending.drain(..end);
        }
        packets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_put_together_however_they_arrive() {
        let stream = [&[3, 0, 0, 0][..], b"one", &[0, 0, 0, 1], &[5, 0, 0, 2], b"three"].concat();
        for cut in 0..stream.len() {
            let mut packets = Packets::default();
            let mut read = packets.read(&stream[..cut]);
            read.extend(packets.read(&stream[cut..]));
            assert_eq!(read, [&b"one"[..], b"", b"three"], "cut at {cut}");
        }
    }
}
