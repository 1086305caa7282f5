//! What a run shall be: its seed, its size, and what goes wrong in it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use real_parts::buyers::Chance;
use real_parts::razorpay::{ApiFault, Endpoint, Faults, Options, RefundsSettle, WebhookFault};

/// A run's seed and size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// How many guests; each makes one order at least.
    pub(crate) orders: u32,
    /// How many of them at any time.
    pub(crate) at_once: usize,
    /// Seats before the organiser finds room for more.
    pub(crate) seats: u32,
}

/// Fewer than this, and chance may leave something out.
pub(crate) const WHOLE: u32 = 2000;

impl Plan {
    pub(crate) fn of_environment() -> Self {
        let seed = set("CHAOS_SEED").unwrap_or_else(|| Chance::seed().unwrap());
        let orders = set("CHAOS_ORDERS").unwrap_or(WHOLE);
        Self { seed, orders, at_once: 96, seats: orders / 6 }
    }

    /// The chance of one thing among many, which nothing else draws from.
    pub(crate) fn chance(&self, of: u32) -> Chance {
        Chance::of(self.seed, of)
    }

    pub(crate) fn razorpay(&self) -> Options {
        let refunds = RefundsSettle::AfterMaybeFailing { wait: Duration::from_secs(2), percent: 20, seed: self.seed };
        Options {
            refunds,
            webhook_couriers: 16,
            webhook_first_pause: Duration::from_millis(200),
            webhook_attempts: 7,
            faults: self.faults(),
            ..Options::default()
        }
    }

    fn faults(&self) -> Faults {
        let ms = Duration::from_millis;
        let mut faults = Faults::seeded(self.seed).unordered();
        for (odds, fault) in [
            (0.12, WebhookFault::Repeated(3)),
            // Later than any sender's patience, and so late that others overtake it.
            (0.03, WebhookFault::Delayed(ms(5_500))),
            (0.08, WebhookFault::Delayed(ms(700))),
            (0.08, WebhookFault::DroppedOnce),
            (0.08, WebhookFault::Lost),
            (0.08, WebhookFault::Overtaken),
        ] {
            faults = faults.sometimes_event(odds, fault);
        }
        for (endpoint, odds) in self.call_odds() {
            for (odds, fault) in odds {
                faults = faults.sometimes(*odds, Some(endpoint), *fault);
            }
        }
        faults
    }

    fn call_odds(&self) -> [(Endpoint, &'static [(f64, ApiFault)]); 9] {
        use ApiFault::{Cut, DoneThenCut, DoneThenError, DoneThenSilent, Late, NoBalance, Refused, Silent, Throttled};
        const fn ms(millis: u64) -> Duration {
            Duration::from_millis(millis)
        }
        const LOOK: &[(f64, ApiFault)] = &[
            (0.01, Throttled),
            (0.03, Refused(500)),
            (0.02, Refused(503)),
            (0.03, Cut),
            (0.003, Silent),
            (0.10, Late(ms(120))),
        ];
        const CREATE: &[(f64, ApiFault)] = &[
            (0.05, DoneThenCut),
            (0.008, DoneThenSilent),
            (0.04, DoneThenError),
            (0.03, Late(ms(900))),
            (0.01, Throttled),
            (0.03, Refused(502)),
            (0.03, Cut),
            (0.005, Silent),
        ];
        const CANCEL: &[(f64, ApiFault)] =
            &[(0.10, DoneThenCut), (0.05, DoneThenError), (0.05, Refused(503)), (0.05, Cut), (0.05, Late(ms(300)))];
        const REFUND: &[(f64, ApiFault)] = &[
            (0.12, DoneThenCut),
            (0.05, DoneThenError),
            (0.01, DoneThenSilent),
            (0.10, NoBalance),
            (0.02, Throttled),
            (0.05, Refused(500)),
            (0.05, Late(ms(300))),
        ];
        // A slow answer is an old one: others move the dispute on meanwhile.
        const DISPUTE: &[(f64, ApiFault)] = &[(0.35, Late(ms(500))), (0.05, Refused(503)), (0.05, Cut)];
        [
            (Endpoint::CreateLink, CREATE),
            (Endpoint::ListLinks, LOOK),
            (Endpoint::FetchLink, LOOK),
            (Endpoint::ListOrderPayments, LOOK),
            (Endpoint::CancelLink, CANCEL),
            (Endpoint::CreateRefund, REFUND),
            (Endpoint::FetchRefund, LOOK),
            (Endpoint::ListRefunds, LOOK),
            (Endpoint::FetchDispute, DISPUTE),
        ]
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CHAOS_SEED={} CHAOS_ORDERS={}", self.seed, self.orders)
    }
}

fn set<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}
