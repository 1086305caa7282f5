//! Who kills the servers: at any moment, with what any kernel has for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinHandle;

use crate::guest::ms;
use crate::stage::Stage;

/// Two, one for each server.
pub(crate) struct Reapers {
    enough: Arc<AtomicBool>,
    tasks: [JoinHandle<()>; 2],
}

/// They begin at once.
pub(crate) fn unleash(stage: &Arc<Stage>) -> Reapers {
    let enough = Arc::new(AtomicBool::new(false));
    let tasks = [0, 1].map(|server| {
        let (stage, enough) = (Arc::clone(stage), Arc::clone(&enough));
        tokio::spawn(async move {
            // Guests are numbered from below.
            let mut chance = stage.plan.chance(u32::MAX - u32::try_from(server).unwrap());
            while !enough.load(Ordering::Relaxed) {
                tokio::time::sleep(chance.between(ms(700), ms(4000))).await;
                stage.kill(server).await;
                stage.counts.add("servers", "killed and started again");
                tokio::time::sleep(chance.between(ms(0), ms(700))).await;
                stage.start(server).await;
            }
        })
    });
    Reapers { enough, tasks }
}

/// Returns when they are done.
pub(crate) async fn rest(reapers: Reapers) {
    reapers.enough.store(true, Ordering::Relaxed);
    for task in reapers.tasks {
        task.await.unwrap();
    }
}
