//! The same tickets at many gates at once.

use std::sync::Arc;

use tokio::sync::Barrier;

pub(super) const GATES: usize = 16;
/// How often each ticket is presented, at as many gates.
pub(super) const COPIES: usize = 4;

/// Each ticket at four gates at about the same moment; how often each was answered with yes.
pub(super) async fn race<F>(tickets: usize, present: impl Fn(usize, usize) -> F) -> Vec<usize>
where
    F: Future<Output = bool> + Send + 'static,
{
    let start = Arc::new(Barrier::new(GATES));
    let doors: Vec<_> = (0..GATES)
        .map(|gate| {
            let mine: Vec<_> = (0..tickets)
                .filter(|ticket| (0..COPIES).any(|copy| (ticket + copy * GATES / COPIES) % GATES == gate))
                .map(|ticket| (ticket, present(gate, ticket)))
                .collect();
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let mut granted = Vec::new();
                for (ticket, presented) in mine {
                    if presented.await {
                        granted.push(ticket);
                    }
                }
                granted
            })
        })
        .collect();
    let mut granted = vec![0; tickets];
    for door in doors {
        for ticket in door.await.unwrap() {
            granted[ticket] += 1;
        }
    }
    granted
}

/// The tickets that were answered with yes other than once.
pub(super) fn wrong(granted: &[usize]) -> Vec<(usize, usize)> {
    granted.iter().copied().enumerate().filter(|(_, times)| *times != 1).collect()
}
