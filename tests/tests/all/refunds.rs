//! An organiser takes tickets back, and their money goes back.
//!
//! Ticket first, money second: whatever Razorpay can or cannot do at the
//! moment, the gate refuses from the first second on. Here is what the tests
//! share; `by_command` and `revoked` are what an organiser types, `named` how
//! an order may be named, `bank` what banks and the dashboard do, `race` the
//! gate at the same moment, `everybody` a cancelled event, `page` the guest's.

mod bank;
mod by_command;
mod everybody;
mod named;
mod page;
mod race;
mod revoked;

use std::fs;

use common::Reason;
use kiosk_app::admit::Admitter;
use real_parts::child::Output;
use real_parts::programs::booking_web;
use real_parts::razorpay::{Options, RefundStatus, RefundsSettle};

use crate::venue::open;
use crate::world::{Booked, Setup, World, eventually};

const ASHA: &str = "9876543210";
const RAVI: &str = "9876543211";

/// Refunds stay pending until a test says otherwise.
fn patient() -> Setup {
    Setup { razorpay: Options { refunds: RefundsSettle::WhenTold, ..Options::default() }, ..Setup::default() }
}

fn free() -> Setup {
    Setup { price_paise: 0, ..Setup::default() }
}

impl World {
    /// Books and pays.
    async fn paid(&self, name: &str, phone: &str) -> Booked {
        let order = self.book(name, phone).await;
        self.razorpay.pay(&order.link_id).unwrap();
        self.comes_to(&order, "paid").await;
        order
    }

    /// Books where nothing is to be paid.
    async fn booked_for_nothing(&self, name: &str, phone: &str) -> Booked {
        self.submit(&[("first_name", name), ("phone_number", phone)]).await;
        self.booked(phone).await
    }

    async fn comes_to(&self, order: &Booked, state: &str) {
        eventually(state, async || self.state(order).await == state).await;
    }

    /// The same, where only the look-up can bring it there.
    async fn is_brought_to(&self, order: &Booked, state: &str) {
        eventually(state, async || {
            self.make_due(order).await;
            self.state(order).await == state
        })
        .await;
    }

    /// What an organiser types, on the machine where the site runs.
    async fn organiser(&self, arguments: &[&str]) -> Output {
        booking_web(arguments, &self.organisers_env()).await.unwrap()
    }

    pub(crate) fn organisers_env(&self) -> Vec<(&str, &str)> {
        let settings = &self.settings;
        let razorpay = [
            ("RAZORPAY_API_URL", &*settings.razorpay_url),
            ("RAZORPAY_KEY_ID", &settings.key_id),
            ("RAZORPAY_KEY_SECRET", &settings.key_secret),
            ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
        ];
        [&self.env()[..], &razorpay].concat()
    }

    /// The same, and it must go well; what it says.
    async fn does(&self, arguments: &[&str]) -> String {
        let output = self.organiser(arguments).await;
        assert!(output.status.success(), "{arguments:?}: {}{}", output.stdout, output.stderr);
        output.stdout
    }

    /// The same, and it must not be done; everything it says.
    async fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.organiser(arguments).await;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}{}", output.stdout, output.stderr);
        format!("{}{}", output.stdout, output.stderr)
    }

    /// A gate with an account of its own.
    async fn door(&self) -> Admitter {
        open(&fs::read_to_string(self.gate("Gate A").await).unwrap())
    }

    /// What the guest's picture says.
    async fn code(&self, order: &Booked) -> String {
        self.codes(order).await.remove(0)
    }

    /// The id of the order's newest payment.
    async fn payment(&self, order: &Booked) -> String {
        let newest = "SELECT id FROM payments WHERE order_id = '{}' ORDER BY created_at DESC LIMIT 1";
        self.row::<(String,)>(&newest.replace("{}", &order.id)).await.0
    }

    /// Razorpay ends every refund that is pending.
    fn settle_refunds(&self, status: RefundStatus) {
        for refund in self.razorpay.refunds().iter().filter(|refund| refund.status == RefundStatus::Pending) {
            self.razorpay.settle_refund(&refund.id, status).unwrap();
        }
    }

    async fn page(&self, order: &Booked) -> String {
        self.get(&order.path).await.text().await.unwrap()
    }
}

async fn verdict(door: &Admitter, code: &str) -> Reason {
    door.admit(code.as_bytes()).await.reason
}
