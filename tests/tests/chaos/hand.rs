//! The hand of fate: what guests, banks and clocks do to an order.

use std::sync::Arc;
use std::time::Instant;

use real_parts::buyers::Chance;

use crate::doors::Shown;
use crate::fate::{Clock, Fate, Later, dead_link, drawn};
use crate::guest::{Guest, Order, either, ms};
use crate::later;
use crate::stage::Stage;

/// One guest, from the first page to the last rupee.
pub(crate) async fn live(stage: &Arc<Stage>, number: u32) {
    let mut chance = stage.plan.chance(number);
    let (fate, guest) = (Fate::drawn(&mut chance), Guest::of(number, &mut chance));
    let Some(order) = guest.book(stage, &mut chance).await else { return };
    stage.counts.add("fates", &format!("{fate:?}"));
    let hand = Hand { stage, order };
    tokio::time::sleep(chance.between(ms(0), ms(900))).await;
    hand.play(fate, &guest, &mut chance).await;
}

pub(crate) struct Hand<'a> {
    pub(crate) stage: &'a Arc<Stage>,
    pub(crate) order: Order,
}

impl Hand<'_> {
    async fn play(&self, fate: Fate, guest: &Guest, chance: &mut Chance) {
        let (razorpay, link) = (&self.stage.razorpay, &*self.order.link);
        match fate {
            Fate::PaysAndReturns => self.pay_and_return(chance).await,
            Fate::PaysAndVanishes => drop(razorpay.pay(link)),
            Fate::FailsThenPays => {
                drop(razorpay.fail(link));
                self.pay_and_return(chance).await;
            }
            Fate::FailedThenCaptured => {
                if let Ok(payment) = razorpay.fail(link) {
                    tokio::time::sleep(chance.between(ms(0), ms(1500))).await;
                    let _ = razorpay.capture_failed(&payment, dead_link(chance));
                }
            }
            Fate::NeverPays => return self.let_time_pass(Clock::drawn(chance)).await,
            Fate::LateMoney => {
                self.die(chance).await;
                tokio::time::sleep(chance.between(ms(0), ms(2500))).await;
                self.pay_late(chance).await;
            }
            Fate::ExpiryRace => self.race_the_expiry(chance).await,
            Fate::CancelRace => {
                self.let_time_pass(Clock::Ours).await;
                tokio::time::sleep(chance.between(ms(0), ms(1300))).await;
                self.pay_and_return(chance).await;
            }
            Fate::PaysTwice => {
                self.pay_and_return(chance).await;
                tokio::time::sleep(chance.between(ms(0), ms(600))).await;
                self.pay_late(chance).await;
            }
            Fate::TwoAtOnce => {
                let attempts = [razorpay.authorize(link), razorpay.authorize(link)];
                for payment in attempts.iter().flatten() {
                    let _ = razorpay.capture(payment, dead_link(chance));
                }
            }
            Fate::WrongAmount => {
                let amount = self.order.price + if chance.percent() < 50 { -100 } else { 100 };
                self.pay_other(amount, "INR", chance).await;
                self.later(&Later::OF_OTHER_MONEY, chance).await;
            }
            Fate::InParts => {
                self.pay_other(10_000, "INR", chance).await;
                tokio::time::sleep(chance.between(ms(0), ms(1500))).await;
                self.pay_and_return(chance).await;
            }
            Fate::InDollars => self.pay_other(self.order.price, "USD", chance).await,
            Fate::BooksAgain => return self.book_again(guest, chance).await,
        }
        if !matches!(fate, Fate::LateMoney | Fate::ExpiryRace | Fate::PaysTwice | Fate::WrongAmount) {
            self.later(&Later::OF_A_TICKET, chance).await;
        }
    }

    async fn pay_and_return(&self, chance: &mut Chance) {
        if let Ok(callback) = self.stage.razorpay.pay(&self.order.link) {
            self.come_back(&callback, chance).await;
        }
    }

    /// Whatever was asked for.
    async fn pay_other(&self, amount: i64, currency: &str, chance: &mut Chance) {
        if let Ok(callback) = self.stage.razorpay.pay_other(&self.order.link, amount, currency) {
            self.come_back(&callback, chance).await;
        }
    }

    /// Once, at both servers at once, first at one and then at the other, or never.
    async fn come_back(&self, callback: &str, chance: &mut Chance) {
        let (doors, server) = (&self.stage.doors, either(chance));
        let times = match chance.percent() {
            0..60 => doors.come_back(server, callback).await,
            60..80 => {
                let (one, other) = tokio::join!(doors.come_back(0, callback), doors.come_back(1, callback));
                one && other
            }
            80..90 => {
                let first = doors.come_back(server, callback).await;
                tokio::time::sleep(chance.between(ms(0), ms(500))).await;
                doors.come_back(1 - server, callback).await && first
            }
            _ => return self.stage.counts.add("returns", "never"),
        };
        self.stage.counts.add("returns", if times { "heard" } else { "broken off" });
    }

    /// Captured after the link's end, or beside another payment; what happens to that money then.
    async fn pay_late(&self, chance: &mut Chance) {
        let payment = self.stage.razorpay.pay_late(&self.order.link, dead_link(chance)).unwrap();
        if chance.percent() < 40 {
            self.look_now().await;
        }
        let later = drawn(chance, &Later::OF_OTHER_MONEY);
        later::happen(self, later, &payment, chance).await;
    }

    async fn race_the_expiry(&self, chance: &mut Chance) {
        let razorpay = &self.stage.razorpay;
        self.look_now().await;
        if chance.percent() < 50 {
            // The look-up comes round once a second: this is its moment, sooner or later.
            tokio::time::sleep(chance.between(ms(0), ms(1100))).await;
        }
        let _ = razorpay.expire(&self.order.link);
        tokio::time::sleep(chance.between(ms(0), ms(12))).await;
        // As asked for, on a link that is dead: its guest comes back all the same.
        let callback = razorpay.pay_other(&self.order.link, self.order.price, "INR").unwrap();
        let doors = &self.stage.doors;
        tokio::join!(doors.come_back(0, &callback), doors.come_back(1, &callback));
        self.later(&Later::OF_OTHER_MONEY, chance).await;
    }

    /// The link ends, by one clock or the other, and the site has a moment to notice.
    async fn die(&self, chance: &mut Chance) {
        let clock = if chance.percent() < 50 { Clock::Razorpays } else { Clock::Ours };
        self.let_time_pass(clock).await;
        let began = Instant::now();
        while began.elapsed() < ms(4000) {
            let page = self.stage.doors.page(either(chance), &self.order.token).await;
            if matches!(page, Shown::Other(_)) {
                return;
            }
            tokio::time::sleep(ms(150)).await;
        }
        self.stage.counts.add("fates", "… the link was not dead yet");
    }

    pub(crate) async fn let_time_pass(&self, clock: Clock) {
        match clock {
            Clock::Razorpays => drop(self.stage.razorpay.expire(&self.order.link)),
            Clock::Ours => {
                let id = &self.order.id;
                let past = "hold_until = UTC_TIMESTAMP(6) - INTERVAL 40 SECOND, next_look_at = UTC_TIMESTAMP(6)";
                self.stage.sql(&format!("UPDATE orders SET {past} WHERE id = '{id}' AND state = 'held'")).await;
            }
            Clock::Neither => {}
        }
        self.stage.counts.add("clocks", &format!("{clock:?}"));
    }

    pub(crate) async fn look_now(&self) {
        let id = &self.order.id;
        self.stage.sql(&format!("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6) WHERE id = '{id}'")).await;
    }

    /// The seats are gone; the guest books anew, perhaps without one of the friends, pays, and then the first payment
    /// comes, too.
    async fn book_again(&self, guest: &Guest, chance: &mut Chance) {
        self.die(chance).await;
        let page = self.stage.doors.page(either(chance), &self.order.token).await;
        if page != Shown::Other("expired".to_owned()) {
            return;
        }
        let Some(order) = guest.once_more(chance).book(self.stage, chance).await else { return };
        self.stage.counts.add("fates", "… booked again");
        let again = Hand { stage: self.stage, order };
        again.pay_and_return(chance).await;
        if chance.percent() < 60 {
            self.pay_late(chance).await;
        }
        again.later(&Later::OF_A_TICKET, chance).await;
    }

    /// What happens later to the money that was taken first.
    async fn later(&self, odds: &[(u64, Later)], chance: &mut Chance) {
        let later = drawn(chance, odds);
        let payments = self.stage.razorpay.payments_of(&self.order.link);
        if let Some(payment) = payments.iter().find(|payment| payment.is_captured()) {
            later::happen(self, later, &payment.id, chance).await;
        }
    }
}
