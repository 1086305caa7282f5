//! How a simulator is set up.

use std::path::PathBuf;
use std::time::Duration;

use super::faults::Faults;
use super::refund_fate::RefundsSettle;

/// How a simulator is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens on 127.0.0.1; zero for any free port.
    pub port: u16,
    /// The merchant's key.
    pub key_id: String,
    /// The key's secret; also signs the return.
    pub key_secret: String,
    /// Signs webhooks.
    pub webhook_secret: String,
    /// Where webhooks go; none for nowhere yet.
    pub webhook_url: Option<String>,
    /// Keeps the account between runs; none to forget it. All of it is written at each change: not for a load.
    pub state_file: Option<PathBuf>,
    /// How far ahead `expire_by` must be: 15 minutes, unless a test has less time.
    pub min_link_life: Duration,
    /// When a refund stops being pending.
    pub refunds: RefundsSettle,
    /// How long the merchant may take to answer a webhook.
    pub webhook_patience: Duration,
    /// The pause before an unheard webhook is sent again; it doubles each time.
    pub webhook_first_pause: Duration,
    /// How often a webhook is sent in all before it is given up.
    pub webhook_attempts: u32,
    /// How many webhooks are first tried at the same time. With one, each waits for its turn and events arrive in
    /// their order as long as nothing goes wrong; a load needs more, and gives up the order as Razorpay does.
    pub webhook_couriers: usize,
    /// How many of the newest calls [`Razorpay::calls`](super::Razorpay::calls) remembers.
    pub keep_calls: usize,
    /// How many of the newest attempts [`Razorpay::deliveries`](super::Razorpay::deliveries) remembers, each with
    /// the body that was sent.
    pub keep_deliveries: usize,
    /// What goes wrong from the start.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            key_id: "rzp_test_Simulator00001".to_owned(),
            key_secret: "a-key-secret-for-tests".to_owned(),
            webhook_secret: "a-webhook-secret-for-tests".to_owned(),
            webhook_url: None,
            state_file: None,
            min_link_life: Duration::from_mins(15),
            refunds: RefundsSettle::WhenTold,
            webhook_patience: Duration::from_secs(5),
            webhook_first_pause: Duration::from_millis(100),
            webhook_attempts: 8,
            webhook_couriers: 1,
            keep_calls: usize::MAX,
            keep_deliveries: usize::MAX,
            faults: Faults::none(),
        }
    }
}
