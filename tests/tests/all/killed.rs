//! Killed between intent and effect: at each call of Razorpay, and at each
//! COMMIT, the site dies with `kill -9`, is started again, and the order comes
//! to its right end: one link, one ticket or one refund.

use std::time::Duration;

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use real_parts::mariadb::Server;
use real_parts::processes::Process;
use real_parts::programs::BookingWeb;
use real_parts::proxy::{Loss, Proxy};
use real_parts::razorpay::{ApiFault, DeadLink, Endpoint, Faults, LinkStatus, Options, RefundStatus};
use reqwest::StatusCode;

use crate::world::{Booked, Setup, World, eventually};

const ASHA: [(&str, &str); 3] =
    [("first_name", "Asha"), ("phone_number", "9876543210"), ("form_key", "0123456789abcdef0123456789abcdef")];

/// Where a story is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The form is sent: order, seat, link.
    Booking,
    /// The same; the first answer about the link was lost.
    FindingTheLink,
    /// The look-up sees that the guest has paid.
    Capture,
    /// The look-up finds a hold that is over.
    Release,
    /// Money came when the last seat was gone.
    Refund,
    /// The same, and Razorpay refuses at first: was it given before?
    FindingTheRefund,
    /// The refund is on its way.
    RefundsEnd,
    /// A bank wants the ticket's money back.
    Dispute,
}

/// Each call of Razorpay, in the step that makes it.
const CALLS: [(Step, Endpoint); 10] = [
    (Step::Booking, Endpoint::CreateLink),
    (Step::FindingTheLink, Endpoint::ListLinks),
    (Step::Capture, Endpoint::FetchLink),
    (Step::Capture, Endpoint::ListOrderPayments),
    (Step::Release, Endpoint::FetchLink),
    (Step::Release, Endpoint::CancelLink),
    (Step::Refund, Endpoint::CreateRefund),
    (Step::FindingTheRefund, Endpoint::ListRefunds),
    (Step::RefundsEnd, Endpoint::FetchRefund),
    (Step::Dispute, Endpoint::FetchDispute),
];

#[tokio::test]
async fn killed_while_a_call_is_under_way_the_order_comes_to_its_right_end() {
    // Asked and not done; and done, with an answer that never comes.
    for fault in [ApiFault::Silent, ApiFault::DoneThenSilent] {
        for (step, call) in CALLS {
            let what = format!("{step:?}, killed at {call:?}, {fault:?}");
            let mut story = Story::begin(step, None).await;
            story.before(step).await;
            let calls = story.world.razorpay.calls_of(call).len();
            story.world.razorpay.misbehave(faults_before(step).next_call(call, fault));
            story.take(step).await;
            eventually(&what, async || story.world.razorpay.calls_of(call).len() > calls).await;
            story.kill_and_start_again().await;
            story.ends_well(step, &what).await;
        }
    }
}

/// What must have gone wrong before a call is made at all.
fn faults_before(step: Step) -> Faults {
    match step {
        Step::FindingTheLink => Faults::none().next_call(Endpoint::CreateLink, ApiFault::DoneThenCut),
        Step::FindingTheRefund => Faults::none().next_call(Endpoint::CreateRefund, ApiFault::NoBalance),
        _ => Faults::none(),
    }
}

#[tokio::test]
async fn killed_at_a_commit_the_order_comes_to_its_right_end() {
    for loss in [Loss::Request, Loss::Answer] {
        for (step, nth) in [
            (Step::Booking, 1),
            (Step::Capture, 1),
            (Step::Release, 1),
            // The intent; and then, after Razorpay's answer, that it is done.
            (Step::Refund, 1),
            (Step::RefundsEnd, 1),
            (Step::Dispute, 1),
        ] {
            let what = format!("{step:?}, killed at COMMIT number {nth}, losing the {loss:?}");
            let proxy = Proxy::start(Server::shared().port()).unwrap();
            let mut story = Story::begin(step, Some(proxy.port())).await;
            story.before(step).await;
            proxy.lose(loss, "COMMIT", nth);
            story.take(step).await;
            eventually(&what, async || proxy.losses() == 1).await;
            story.kill_and_start_again().await;
            story.ends_well(step, &what).await;
        }
    }
}

struct Story {
    world: World,
    order: Option<Booked>,
}

impl Story {
    async fn begin(step: Step, database_port: Option<u16>) -> Self {
        // A dispute is heard of by its webhooks alone.
        let razorpay = Options { webhook_attempts: 20, ..Options::default() };
        let setup = Setup { capacity: 1, webhooks: step == Step::Dispute, database_port, razorpay, ..Setup::default() };
        let mut world = World::new(setup).await;
        // The next process listens where this one did.
        world.settings.port = world.site.url.rsplit(':').next().and_then(|port| port.parse().ok());
        Self { world, order: None }
    }

    fn order(&self) -> &Booked {
        self.order.as_ref().expect("the step before made it")
    }

    /// Everything up to the step that is interrupted.
    async fn before(&mut self, step: Step) {
        if matches!(step, Step::Booking | Step::FindingTheLink) {
            return;
        }
        let world = &self.world;
        let order = world.book("Asha", "9876543210").await;
        self.order = Some(order.clone());
        match step {
            Step::Booking | Step::FindingTheLink | Step::Release => {}
            Step::Capture => drop(world.razorpay.pay(&order.link_id).unwrap()),
            Step::Dispute => {
                world.razorpay.pay(&order.link_id).unwrap();
                self.comes_to("paid").await;
            }
            Step::Refund | Step::FindingTheRefund | Step::RefundsEnd => {
                world.razorpay.expire(&order.link_id).unwrap();
                self.comes_to("expired").await;
                // The only seat is somebody else's.
                let other = world.book("Ravi", "9876543211").await;
                world.razorpay.pay(&other.link_id).unwrap();
                world.make_due(&other).await;
                eventually("the other's ticket", async || world.state(&other).await == "paid").await;
                world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
            }
        }
        if step == Step::RefundsEnd {
            self.comes_to("refunding").await;
            eventually("the refund", async || !world.razorpay.refunds().is_empty()).await;
            eventually("the refund's row", async || self.refunds("razorpay_id IS NOT NULL").await == 1).await;
            self.settle_refunds();
        }
    }

    /// Sets the step off; nobody waits for its end.
    async fn take(&self, step: Step) {
        let world = &self.world;
        match step {
            Step::Booking | Step::FindingTheLink => {
                let sent = world.http().post(format!("{}/submit", world.site.url)).form(&ASHA).send();
                tokio::spawn(sent);
            }
            Step::Release => {
                let past = "UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 40 SECOND";
                world.sql(past).await;
                world.make_due(self.order()).await;
            }
            Step::Dispute => {
                let payment = world.razorpay.payments_of(&self.order().link_id).remove(0);
                world.razorpay.dispute(&payment.id).unwrap();
            }
            _ => world.make_due(self.order()).await,
        }
    }

    async fn kill_and_start_again(&mut self) {
        let pid = self.world.site.pid();
        signal::kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
        eventually("its end", async || Process::of(pid).is_none()).await;
        self.world.razorpay.behave();
        self.world.site = BookingWeb::start(&self.world.settings).await.unwrap();
    }

    /// One link, one ticket or one refund, and every seat where it should be.
    async fn ends_well(&mut self, step: Step, what: &str) {
        let world = &self.world;
        match step {
            Step::Booking | Step::FindingTheLink => {
                // The guest, who saw nothing, presses again.
                assert_eq!(world.submit(&ASHA).await.status(), StatusCode::SEE_OTHER, "{what}");
                let order = world.booked("9876543210").await;
                assert_eq!((world.count("orders").await, world.seats().await), (1, (0, 1)), "{what}");
                assert_eq!(world.razorpay.links().len(), 1, "{what}");
                assert_eq!(world.razorpay.links()[0].id, order.link_id, "{what}");
                world.razorpay.pay(&order.link_id).unwrap();
                self.order = Some(order);
                self.comes_to("paid").await;
                self.is_paid_once(what).await;
            }
            Step::Capture => {
                self.comes_to("paid").await;
                self.is_paid_once(what).await;
            }
            Step::Release => {
                self.comes_to("expired").await;
                assert_eq!(world.razorpay.links()[0].status, LinkStatus::Cancelled, "{what}");
                assert_eq!((world.seats().await, world.count("tickets").await), ((0, 0), 0), "{what}");
            }
            Step::Refund | Step::FindingTheRefund | Step::RefundsEnd => {
                eventually("the refund", async || {
                    world.make_due(self.order()).await;
                    self.settle_refunds();
                    world.state(self.order()).await == "refunded"
                })
                .await;
                let refunds = world.razorpay.refunds();
                assert_eq!((refunds.len(), refunds[0].amount), (1, 49_900), "{what}");
                assert_eq!(self.refunds("state = 'processed'").await, 1, "{what}");
                assert_eq!((world.seats().await, world.count("tickets").await), ((1, 0), 1), "{what}");
            }
            Step::Dispute => {
                eventually("the dispute", async || world.state(self.order()).await == "revoked").await;
                assert_eq!((world.seats().await, world.count("disputes").await), ((0, 0), 1), "{what}");
            }
        }
    }

    async fn is_paid_once(&self, what: &str) {
        let world = &self.world;
        let counts = (world.count("tickets").await, world.count("payments").await, world.count("refunds").await);
        assert_eq!((counts, world.seats().await), ((1, 1, 0), (1, 0)), "{what}");
        let step = "SELECT COUNT(*) FROM order_events WHERE what = 'paid'";
        assert_eq!(world.row::<(u32,)>(step).await.0, 1, "{what}");
    }

    async fn comes_to(&self, state: &str) {
        let world = &self.world;
        eventually(state, async || {
            world.make_due(self.order()).await;
            // Looks take their time; another is only asked for when this one is over.
            tokio::time::sleep(Duration::from_millis(300)).await;
            world.state(self.order()).await == state
        })
        .await;
    }

    /// Whatever is on its way back arrives.
    fn settle_refunds(&self) {
        for refund in self.world.razorpay.refunds().iter().filter(|it| it.status == RefundStatus::Pending) {
            self.world.razorpay.settle_refund(&refund.id, RefundStatus::Processed).unwrap();
        }
    }

    async fn refunds(&self, that: &str) -> u32 {
        self.world.row::<(u32,)>(&format!("SELECT COUNT(*) FROM refunds WHERE {that}")).await.0
    }
}
