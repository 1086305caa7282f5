//! The organiser, who never has enough seats.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::guest::ms;
use crate::stage::Stage;

/// So many guests must wait before room is found.
const WAITING: u32 = 12;

/// Opens a few seats now and then, always too few: money that comes late finds none.
pub(crate) fn makes_room(stage: &Arc<Stage>) -> JoinHandle<()> {
    let stage = Arc::clone(stage);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(ms(250)).await;
            if stage.waiting() >= WAITING {
                stage.sql("UPDATE event SET capacity = capacity + 4").await;
                stage.counts.add("organiser", "made room for four more");
            }
        }
    })
}
