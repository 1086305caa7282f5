//! What the servers, the postman and the handle share, and the one door to the account.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::account::{Account, seconds};
use super::endpoint::Endpoint;
use super::faults::{ApiFault, Faults};
use super::log::Log;
use super::state_file;
use super::webhooks::{Letter, Webhooks, locked};

/// One call of the API, for assertions.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What was called.
    pub endpoint: Endpoint,
    /// `POST /v1/payment_links`.
    pub line: String,
    /// What was sent.
    pub body: String,
    /// What went wrong on purpose.
    pub fault: Option<ApiFault>,
    /// The answer; none while there is none, or when the connection was cut.
    pub status: Option<u16>,
}

/// Everything behind the handle.
#[derive(Debug)]
pub(super) struct Simulator {
    pub key_id: String,
    pub key_secret: String,
    pub state_file: Option<PathBuf>,
    pub webhooks: std::sync::Arc<Webhooks>,
    pub faults: Mutex<Faults>,
    pub calls: Mutex<Log<Call>>,
    /// Idempotency keys of refunds that are being worked on.
    pub in_progress: Mutex<HashSet<String>>,
    account: Mutex<Account>,
    /// By how many seconds the simulator's clock is ahead.
    ahead: AtomicI64,
}

impl Simulator {
    pub(super) fn new(
        (key_id, key_secret): (String, String),
        state_file: Option<PathBuf>,
        account: Account,
        webhooks: Webhooks,
        (faults, keep_calls): (Faults, usize),
    ) -> Self {
        Self {
            key_id,
            key_secret,
            state_file,
            webhooks: webhooks.into(),
            faults: Mutex::new(faults),
            calls: Mutex::new(Log::of(keep_calls)),
            in_progress: Mutex::default(),
            account: Mutex::new(account),
            ahead: AtomicI64::new(0),
        }
    }

    /// The simulator's time, in Unix seconds.
    pub(super) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        seconds(since) + self.ahead.load(Ordering::Relaxed)
    }

    /// Puts the clock forward, with all that this brings.
    pub(super) fn advance(&self, by: Duration) {
        self.ahead.fetch_add(seconds(by), Ordering::Relaxed);
        self.pass_time();
    }

    /// Lets what is due happen.
    pub(super) fn pass_time(&self) {
        self.look(|_| ());
    }

    /// Reads the account as it is now.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Account) -> T) -> T {
        self.enter(|account, _| (look(account), false))
    }

    /// Changes the account.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Account, i64) -> T) -> T {
        self.enter(|account, now| (change(account, now), true))
    }

    /// The one door to the account: what is due happens first, changes are kept before anybody
    /// hears of them, and the merchant is told of events in the order in which they happened.
    fn enter<T>(&self, act: impl FnOnce(&mut Account, i64) -> (T, bool)) -> T {
        let now = self.now();
        let mut account = locked(&self.account);
        account.pass_time(now);
        let (answer, changed) = act(&mut account, now);
        let mut announced = account.take_announced();
        if (changed || !announced.is_empty())
            && let Some(path) = &self.state_file
            && let Err(error) = state_file::write(path, &account)
        {
            eprintln!("razorpay simulator: cannot keep its data in {}: {error}", path.display());
        }
        let mut faults = locked(&self.faults);
        faults.arrange(&mut announced);
        for event in announced {
            let fault = faults.for_event(&event.name);
            self.webhooks.post(Letter { event, fault, at_once: faults.unordered });
        }
        answer
    }
}
