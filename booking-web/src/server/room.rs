//! How many connections there is room for.
//!
//! Each takes an open file. A process that runs out of those can neither take
//! a guest nor ask the database for the one who is there; so there is a limit
//! below that limit, and who comes later waits at the door.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Beyond these the memory for them, some kilobytes each, would be missed.
const MOST: u64 = 16_384;
/// The database's and Razorpay's connections, the log, what else is open.
const OTHERS: u64 = 128;
/// Where the system allows fewer files than can be worked with.
const LEAST: u64 = 16;

/// As many as the system's limit on open files leaves, after raising it as
/// far as an ordinary process may.
pub(super) fn connections() -> usize {
    let allowed = getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, hard)| {
        let wanted = hard.min(MOST + OTHERS);
        let raised = soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok();
        if raised { wanted } else { soft }
    });
    let room = room_in(allowed);
    tracing::debug!(room, allowed, "room for connections, out of open files");
    room
}

fn room_in(open_files: u64) -> usize {
    let room = open_files.saturating_sub(OTHERS).clamp(LEAST, MOST);
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_some_room_and_never_too_much() {
        assert_eq!([0, 100, 1024, 20_000, u64::MAX].map(room_in), [16, 16, 896, 16_384, 16_384]);
    }
}
