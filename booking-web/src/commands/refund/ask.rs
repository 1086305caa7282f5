//! Razorpay is asked for many refunds, a few at a time and no faster than it likes.

use std::collections::BTreeMap;

use indicatif::ProgressBar;
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::chain;
use crate::db::Db;
use crate::order::OrderId;
use crate::payment::PaymentError;
use crate::payment::client::{Client, RazorpayError};
use crate::payment::refund::pursue;

/// Each waits for Razorpay most of its time.
const AT_ONCE: usize = 4;
/// How often one order is tried while Razorpay says that we ask too much: about two minutes of pauses.
const THROTTLED: u32 = 8;
/// When so many in a row come to nothing, so will the others: the balance is used up, or Razorpay is away.
pub(super) const IN_A_ROW: u32 = 20;

/// What became of the asking.
#[derive(Default)]
pub(super) struct Asked {
    /// Why orders could not be asked for now, and how many.
    pub(super) faults: BTreeMap<String, usize>,
    pub(super) gave_up: bool,
    in_a_row: u32,
}

/// Asks for the refunds of all these orders.
pub(super) async fn all(db: &Db, razorpay: &Client, orders: Vec<OrderId>, progress: &ProgressBar) -> Asked {
    let (mut asked, mut asking) = (Asked::default(), JoinSet::new());
    for order in orders {
        if asking.len() == AT_ONCE {
            asked.note(asking.join_next().await, progress);
        }
        if asked.in_a_row >= IN_A_ROW {
            asked.gave_up = true;
            break;
        }
        asking.spawn(one(db.clone(), razorpay.clone(), order, progress.clone()));
    }
    while let Some(joined) = asking.join_next().await {
        asked.note(Some(joined), progress);
    }
    asked
}

type Joined = Result<Result<(), PaymentError>, tokio::task::JoinError>;

impl Asked {
    fn note(&mut self, joined: Option<Joined>, progress: &ProgressBar) {
        progress.inc(1);
        let fault = match joined {
            Some(Ok(Err(error))) => chain(&error),
            Some(Err(error)) => chain(&error),
            Some(Ok(Ok(()))) | None => {
                self.in_a_row = 0;
                return;
            }
        };
        self.in_a_row += 1;
        *self.faults.entry(fault).or_default() += 1;
    }
}

/// Waits as long as Razorpay wants its peace, then asks.
async fn one(db: Db, razorpay: Client, order: OrderId, progress: ProgressBar) -> Result<(), PaymentError> {
    let mut tries = 0;
    loop {
        while let Some(pause) = razorpay.pause() {
            progress.set_message(format!("Razorpay asks us to wait, {} s", pause.as_secs() + 1));
            tokio::time::sleep(pause).await;
            progress.set_message("");
        }
        tries += 1;
        match pursue(&db, &razorpay, order).await {
            Err(PaymentError::Razorpay(RazorpayError::Busy { status: StatusCode::TOO_MANY_REQUESTS }))
                if tries < THROTTLED => {}
            result => return result,
        }
    }
}
