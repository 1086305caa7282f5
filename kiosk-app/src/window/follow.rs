//! The desk's news on their way to the page.

use std::time::Duration;

use tauri::ipc::Channel;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::desk::Board;
use crate::desk::news::{News, Screen};

/// The state is told at most this often; what passes is told at once.
const REST: Duration = Duration::from_millis(100);

/// Tells the page everything, until it is gone.
pub(super) async fn follow(board: Board, page: Channel<News>) {
    let (mut screen, mut moments) = (board.screen(), board.moments());
    let now = screen.borrow_and_update().clone();
    if page.send(whole(now)).is_err() {
        return;
    }
    let mut rested = Instant::now() + REST;
    loop {
        let news = tokio::select! {
            biased;
            moment = moments.recv() => match moment {
                Ok(news) => news,
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!("the page is slow; {missed} moments passed it by");
                    continue;
                }
                Err(RecvError::Closed) => return,
            },
            changed = async { sleep_until(rested).await; screen.changed().await } => {
                if changed.is_err() {
                    return;
                }
                rested = Instant::now() + REST;
                let now = screen.borrow_and_update().clone();
                whole(now)
            }
        };
        if page.send(news).is_err() {
            return;
        }
    }
}

fn whole(screen: Screen) -> News {
    News::Screen { screen: Box::new(screen) }
}
