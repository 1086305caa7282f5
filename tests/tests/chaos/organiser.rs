//! The organiser, who never has enough seats.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::guest::ms;
use crate::stage::Stage;

/// So many guests must wait before room is found.
const WAITING: u32 = 12;

/// Or so many looks in a row must somebody have waited: friends, where one seat after the other comes free.
const LOOKS: u32 = 12;

/// Opens a few seats now and then, always too few: money that comes late finds none.
pub(crate) fn makes_room(stage: &Arc<Stage>) -> JoinHandle<()> {
    let stage = Arc::clone(stage);
    tokio::spawn(async move {
        let mut looks = 0;
        loop {
            tokio::time::sleep(ms(250)).await;
            looks = if stage.waiting() > 0 { looks + 1 } else { 0 };
            if stage.waiting() >= WAITING || looks >= LOOKS {
                looks = 0;
                stage.sql("UPDATE event SET capacity = capacity + 4").await;
                stage.counts.add("organiser", "made room for four more");
            }
        }
    })
}

/// Every seat that comes free is gone at once, at the door: no late money finds one any more.
pub(crate) fn sells_at_the_door(stage: &Arc<Stage>) -> JoinHandle<()> {
    let stage = Arc::clone(stage);
    tokio::spawn(async move {
        loop {
            stage.sql("UPDATE event SET capacity = sold + held WHERE capacity > sold + held").await;
            tokio::time::sleep(ms(10)).await;
        }
    })
}
