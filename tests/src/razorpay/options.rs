//! How a simulator is set up.

use std::path::PathBuf;
use std::time::Duration;

use super::account::RefundsSettle;
use super::faults::Faults;

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
    /// Keeps the account between runs; none to forget it.
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
            faults: Faults::none(),
        }
    }
}
